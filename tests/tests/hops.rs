//! One test for each case about hops: what was written by hand is found, and its picture is as it was.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use corpus::HopCase;
use corpus::hop::load_all;
use libtest_mimic::{Arguments, Failed, Trial};
use parsers::hop::quirk::QUIRKS;
use parsers::hop::{HopOracles, POLICIES, run};
use parsers::session;
use parsers::session::{Bound, SessionVerdict};
use peers::live::{HopSide, servers};
use reports::hop;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit_code()
}

/// A test for each case, one for each oracle, and those that hold the cases together.
fn trials() -> Vec<Trial> {
    let cases = match load_all(&tests::repository().join("corpus")) {
        Ok(cases) => Arc::new(cases),
        Err(errors) => {
            let failed = move || Err(Failed::from(errors));
            return vec![Trial::test("hop::corpus", failed)];
        }
    };
    let mut trials: Vec<_> = (0..cases.len())
        .map(|nth| {
            let cases = Arc::clone(&cases);
            let name = cases.get(nth).map_or("", |case| &case.name);
            let name = format!("hop::{name}");
            Trial::test(name, move || cases.get(nth).map_or(Ok(()), failures))
        })
        .collect();
    for (name, oracles, words) in without_one() {
        let cases = Arc::clone(&cases);
        let name = format!("hop::without-{name}");
        trials.push(Trial::test(name, move || missed(&cases, &oracles, words)));
    }
    for (name, test) in [
        ("cures", cured as fn(&[HopCase]) -> Result<(), Failed>),
        ("quirks", quirks),
        ("session-oracles", session_oracles),
        ("snapshots", ownerless),
    ] {
        let cases = Arc::clone(&cases);
        trials.push(Trial::test(format!("hop::{name}"), move || test(&cases)));
    }
    trials
}

fn report(wrong: Vec<String>) -> Result<(), Failed> {
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failed::from(wrong.join("\n"))),
    }
}

/// What is found when the input of `case` is sent along the route of `hops`.
fn found(case: &HopCase, hops: &HopCase, oracles: &HopOracles) -> Vec<String> {
    let Some((input, _)) = &case.input else {
        return Vec::new();
    };
    let with = HopCase {
        hops: hops.hops.clone(),
        ..case.clone()
    };
    // That each case has a route is looked at when it is loaded.
    let passage = with.route().map(|route| run(&route, input, oracles));
    let findings = passage.map(|passage| passage.findings).unwrap_or_default();
    findings.iter().map(|finding| with.words(finding)).collect()
}

fn played(case: &HopCase, oracles: &session::SessionOracles) -> Option<SessionVerdict> {
    let (schedule, _) = case.schedule.as_ref()?;
    let route = case.route().ok()?;
    let policy = route.hops.first()?.policy.upstream;
    Some(session::run(&schedule.events, &policy, oracles).verdict)
}

/// Everything that is wrong about a case, together.
fn failures(case: &HopCase) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    if case.about.is_empty() || case.source.is_empty() {
        wrong.push("it has no `about` or no `source`".to_owned());
    }
    if let Some((_, finds)) = &case.input {
        let found = found(case, case, &HopOracles::ALL);
        if found != *finds {
            wrong.push(format!("finds = {finds:?}, but there is {found:?}"));
        }
    }
    if let Some((_, verdict)) = &case.schedule {
        let got = played(case, &session::SessionOracles::ALL);
        if got != Some(*verdict) {
            wrong.push(format!("verdict = {:?}, but it is {got:?}", verdict.word()));
        }
    }
    picture(case, &mut wrong);
    report(wrong)
}

/// The oracles without one of them, and how what it says begins.
fn without_one() -> [(&'static str, HopOracles, &'static [&'static str]); 3] {
    let all = HopOracles::ALL;
    let boundaries = HopOracles {
        checks_boundaries: false,
        ..all
    };
    let arrival = HopOracles {
        checks_arrival: false,
        ..all
    };
    let upgrades = HopOracles {
        upgrades: false,
        ..all
    };
    [
        (
            "boundaries",
            boundaries,
            &["healed", "durable", "introduced"],
        ),
        (
            "arrival",
            arrival,
            &[
                "lost-by-rule",
                "lost-by-fault",
                "kept-by-fault",
                "merged-by-fault",
                "content",
            ],
        ),
        ("upgrades", upgrades, &["crosses"]),
    ]
}

/// Without an oracle each case in which it speaks fails, and there is one for each of its words.
fn missed(cases: &[HopCase], oracles: &HopOracles, words: &[&str]) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    let mut heard = Vec::new();
    for case in cases {
        let Some((_, finds)) = &case.input else {
            continue;
        };
        let first = |found: &str| found.split(' ').next().unwrap_or_default().to_owned();
        let spoken = finds.iter().map(|found| first(found));
        let spoken: Vec<_> = spoken
            .filter(|word| words.contains(&word.as_str()))
            .collect();
        if !spoken.is_empty() && found(case, case, oracles) == *finds {
            wrong.push(format!("{} does not need the oracle", case.name));
        }
        heard.extend(spoken);
    }
    let unheard = words
        .iter()
        .filter(|word| !heard.iter().any(|one| one == *word));
    wrong.extend(unheard.map(|word| format!("no case finds {word}")));
    report(wrong)
}

/// The same of the oracles over time.
fn session_oracles(cases: &[HopCase]) -> Result<(), Failed> {
    let all = session::SessionOracles::ALL;
    let tags = session::SessionOracles {
        checks_causes: false,
        ..all
    };
    let executions = session::SessionOracles {
        checks_executions: false,
        ..all
    };
    let wrong_tags: &[SessionVerdict] =
        &[SessionVerdict::Inherent, SessionVerdict::WrongPersistently];
    let mut wrong = Vec::new();
    for (oracles, verdicts) in [
        (tags, wrong_tags),
        (executions, &[SessionVerdict::Duplicated]),
    ] {
        for verdict in verdicts {
            let is = |case: &&HopCase| case.schedule.as_ref().is_some_and(|one| one.1 == *verdict);
            let mut of = cases.iter().filter(is).peekable();
            if of.peek().is_none() {
                wrong.push(format!("no case is {}", verdict.word()));
            }
            let needless = of.filter(|case| played(case, &oracles) == Some(*verdict));
            wrong.extend(needless.map(|case| format!("{} does not need the oracle", case.name)));
        }
    }
    report(wrong)
}

/// Each fault has a cure, which fails when the hops of the fault are put into its place.
fn cured(cases: &[HopCase]) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    let mut cured = Vec::new();
    for cure in cases {
        for name in &cure.cures {
            let Some(fault) = cases.iter().find(|case| case.name == *name) else {
                wrong.push(format!("{} cures {name}, which is no case", cure.name));
                continue;
            };
            cured.push(name);
            if !is_broken_by(cure, fault) {
                wrong.push(format!("{} goes on with the hops of {name}", cure.name));
            }
        }
    }
    let uncured = cases
        .iter()
        .filter(|case| has_defect(case) && !cured.contains(&&case.name));
    // A cure may have a fault of its own that its setting asks for.
    let uncured = uncured.filter(|case| case.cures.is_empty());
    wrong.extend(uncured.map(|case| format!("{} has no cure", case.name)));
    report(wrong)
}

fn has_defect(case: &HopCase) -> bool {
    let drawn = hop::draw_case(case, &reports::format::picture::Palette::PLAIN);
    drawn.is_ok_and(|(_, has_defect)| has_defect)
}

/// Whether a cure with the hops of a fault finds something else; over time, whether exploration, which finds
/// nothing in the cure, finds a defect in the fault.
fn is_broken_by(cure: &HopCase, fault: &HopCase) -> bool {
    if let Some((_, finds)) = &cure.input {
        return found(cure, fault, &HopOracles::ALL) != *finds;
    }
    let defect = |case: &HopCase| {
        let route = case.route().ok()?;
        let policy = route.hops.first()?.policy.upstream;
        session::explore(&policy, &Bound::default(), &session::SessionOracles::ALL).defect
    };
    defect(cure).is_none() && defect(fault).is_some()
}

/// Each quirk of hops, and each quirk of clients that a real hop is said to have, acts in a case: without it something
/// else happens there. What that is, the case says.
fn quirks(cases: &[HopCase]) -> Result<(), Failed> {
    let hops = servers()
        .iter()
        .filter(|server| server.kind == HopSide::Hop);
    let real = hops.flat_map(|hop| ids(&hop.declared.policy));
    let modelled = QUIRKS.iter().map(|quirk| quirk.id.to_owned());
    let wanted: BTreeSet<String> = modelled.chain(real).collect();
    let idle = wanted
        .iter()
        .filter(|id| !cases.iter().any(|case| acts(id, case)));
    report(idle.map(|id| format!("no case shows {id}")).collect())
}

/// The quirks of the policy of this name.
fn ids(policy: &str) -> Vec<String> {
    match POLICIES.iter().find(|named| named.name == policy) {
        Some(named) => named
            .quirks
            .iter()
            .map(|quirk| quirk.id.to_owned())
            .collect(),
        None => policy.split('+').map(str::to_owned).collect(),
    }
}

/// Whether a case has another result when its hops have not this quirk.
fn acts(quirk: &str, case: &HopCase) -> bool {
    let mut without = case.clone();
    for hop in &mut without.hops {
        let mut ids = ids(&hop.policy);
        ids.retain(|id| id != quirk);
        hop.policy = match ids.is_empty() {
            true => "careful".to_owned(),
            false => ids.join("+"),
        };
    }
    let comes = |case: &HopCase| {
        let route = case.route().ok()?;
        let input = case.input.as_ref();
        let passage = input.map(|(input, _)| run(&route, input, &HopOracles::ALL));
        let forwarded = passage.map(|passage| {
            (
                passage.stages.last().map(|last| last.input.clone()),
                passage.findings,
            )
        });
        let policy = route.hops.first()?.policy.upstream;
        let played = case.schedule.as_ref().map(|(schedule, _)| {
            let run = session::run(&schedule.events, &policy, &session::SessionOracles::ALL);
            (run.verdict, run.stopped)
        });
        Some((forwarded, played))
    };
    comes(case) != comes(&without)
}

/// The picture is that of the snapshot beside these tests.
fn picture(case: &HopCase, wrong: &mut Vec<String>) {
    let drawn = match hop::snapshot(case) {
        Ok(drawn) => drawn,
        Err(what) => return wrong.push(what),
    };
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(snapshots());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compare = || settings.bind(|| insta::assert_snapshot!(case.name.as_str(), drawn));
    if catch_unwind(AssertUnwindSafe(compare)).is_err() {
        wrong.push("its picture is not that of its snapshot; see `cargo insta review`".to_owned());
    }
}

/// Snapshots that belong to no case.
fn ownerless(cases: &[HopCase]) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for entry in fs::read_dir(snapshots())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let case = name.strip_suffix(".snap");
        let is_owned = case.is_some_and(|case| cases.iter().any(|known| known.name == case));
        if !is_owned && !name.ends_with(".snap.new") {
            wrong.push(format!("{name} has no case"));
        }
    }
    wrong.sort();
    report(wrong)
}

fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/hop")
}
