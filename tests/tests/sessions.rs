//! One test for each session case: the verdicts written by hand hold, and its picture is as it was.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use corpus::SessionCase;
use corpus::session::load_all;
use libtest_mimic::{Arguments, Failed, Trial};
use parsers::session::quirk::QUIRKS;
use parsers::session::quirks::Quirks;
use parsers::session::{ClientPolicy, Schedule, SessionOracles, SessionVerdict, explore, run};
use reports::session;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit_code()
}

/// A test for each case, and one that every snapshot belongs to a case.
fn trials() -> Vec<Trial> {
    let cases = match load_all(&tests::repository().join("corpus")) {
        Ok(cases) => cases,
        Err(errors) => {
            let failed = move || Err(Failed::from(errors));
            return vec![Trial::test("session::corpus", failed)];
        }
    };
    let cases = Arc::new(cases);
    let owned: Vec<_> = cases.iter().map(|case| case.name.clone()).collect();
    let each = (0..cases.len()).map(|nth| {
        let cases = Arc::clone(&cases);
        let name = cases.get(nth).map_or("", |case| &case.name);
        let name = format!("session::{name}");
        Trial::test(name, move || cases.get(nth).map_or(Ok(()), failures))
    });
    let mut trials: Vec<_> = each.collect();
    for (name, oracles, caught) in without_one() {
        let cases = Arc::clone(&cases);
        let name = format!("session::without-{name}");
        trials.push(Trial::test(name, move || missed(&cases, &oracles, &caught)));
    }
    let all = Arc::clone(&cases);
    trials.push(Trial::test("session::quirks", move || quirks(&all)));
    trials.push(Trial::test("session::snapshots", move || ownerless(&owned)));
    trials
}

/// Everything that is wrong about a case, together.
fn failures(case: &SessionCase) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    if case.about.is_empty() || case.source.is_empty() {
        wrong.push("it has no `about` or no `source`".to_owned());
    }
    played(case, &mut wrong);
    explored(case, &mut wrong);
    picture(case, &mut wrong);
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failed::from(wrong.join("\n"))),
    }
}

/// The verdict on the schedule is that of the case, and its text reads as it was written.
fn played(case: &SessionCase, wrong: &mut Vec<String>) {
    let Some((schedule, verdict)) = &case.schedule else {
        return;
    };
    let run = run(&schedule.events, &case.policy, &SessionOracles::ALL);
    if run.verdict != *verdict {
        let (wanted, got) = (verdict.word(), run.verdict.word());
        wrong.push(format!("verdict = {wanted:?}, but it is {got}"));
    }
    if Schedule::parse(&schedule.to_string()).as_ref() != Ok(schedule) {
        wrong.push(format!("{schedule} does not read as it is written"));
    }
}

/// Exploration finds what the case says, and the schedule that it finds ends, played, in the same fault.
fn explored(case: &SessionCase, wrong: &mut Vec<String>) {
    let Some(wanted) = &case.explore else { return };
    let found = explore(&case.policy, &wanted.bound, &SessionOracles::ALL);
    if !found.is_complete {
        wrong.push("the exploration was cut off".to_owned());
    }
    let defect = found.defect.as_ref();
    let got = defect.map(|defect| (defect.verdict, defect.events.len()));
    if got != wanted.defect {
        let said = defect.map(|defect| Schedule::of(defect.events.clone()).to_string());
        wrong.push(format!(
            "exploration was to find {:?}, and found {got:?}: {said:?}",
            wanted.defect
        ));
    }
    for one in [&found.defect, &found.inherent].into_iter().flatten() {
        let run = run(&one.events, &case.policy, &SessionOracles::ALL);
        if run.stopped.is_some() || run.faults().last() != Some(&one.fault) {
            let schedule = Schedule::of(one.events.clone());
            wrong.push(format!("played, {schedule} does not end in the fault"));
        }
    }
}

/// The oracles without one of them, and the verdicts that are not reached then.
fn without_one() -> [(&'static str, SessionOracles, Vec<SessionVerdict>); 3] {
    let all = SessionOracles::ALL;
    let wrong = vec![
        SessionVerdict::Inherent,
        SessionVerdict::WrongOnce,
        SessionVerdict::WrongPersistently,
    ];
    [
        (
            "tags",
            SessionOracles {
                checks_causes: false,
                ..all
            },
            wrong,
        ),
        (
            "executions",
            SessionOracles {
                checks_executions: false,
                ..all
            },
            vec![SessionVerdict::Duplicated],
        ),
        (
            "wholeness",
            SessionOracles {
                checks_wholeness: false,
                ..all
            },
            vec![SessionVerdict::Truncated],
        ),
    ]
}

/// Without an oracle, each case that it speaks in fails, and there is one for each of its verdicts,
/// among those played and among those explored.
fn missed(
    cases: &[SessionCase],
    oracles: &SessionOracles,
    caught: &[SessionVerdict],
) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    let (mut played, mut explored) = (Vec::new(), 0);
    for case in cases {
        if let Some((schedule, verdict)) = &case.schedule
            && caught.contains(verdict)
        {
            played.push(*verdict);
            if run(&schedule.events, &case.policy, oracles).verdict == *verdict {
                wrong.push(format!(
                    "{}: its schedule does not need the oracle",
                    case.name
                ));
            }
        }
        if let Some(wanted) = &case.explore
            && let Some(defect) = wanted
                .defect
                .filter(|(verdict, _)| caught.contains(verdict))
        {
            explored += 1;
            let found = explore(&case.policy, &wanted.bound, oracles).defect;
            if found.is_some_and(|found| (found.verdict, found.events.len()) == defect) {
                wrong.push(format!("{}: its exploration does not need it", case.name));
            }
        }
    }
    let unplayed = caught.iter().filter(|verdict| !played.contains(verdict));
    wrong.extend(unplayed.map(|verdict| format!("no case is {}", verdict.word())));
    if explored == 0 {
        wrong.push("nothing explored needs it".to_owned());
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failed::from(wrong.join("\n"))),
    }
}

/// Each quirk acts in a case: without it something else happens there. What that is, the case says.
fn quirks(cases: &[SessionCase]) -> Result<(), Failed> {
    let idle = QUIRKS.iter().enumerate().filter(|(nth, _)| {
        let quirk = Quirks::NONE.with(*nth);
        !cases.iter().any(|case| acts(quirk, case))
    });
    let idle: Vec<_> = idle
        .map(|(_, quirk)| format!("no case shows {}", quirk.id))
        .collect();
    match idle.is_empty() {
        true => Ok(()),
        false => Err(Failed::from(idle.join("\n"))),
    }
}

/// Whether a case has another result when its client has not this quirk.
fn acts(quirk: Quirks, case: &SessionCase) -> bool {
    let Ok(set) = Quirks::named(&case.policy_name) else {
        return false;
    };
    if !quirk.is_subset(set) {
        return false;
    }
    let mut others = set.without_one();
    let Some(without) = others.find(|other| !quirk.is_subset(*other)) else {
        return false;
    };
    let comes = |policy: &ClientPolicy| {
        let played = case.schedule.as_ref().map(|(schedule, _)| {
            let run = run(&schedule.events, policy, &SessionOracles::ALL);
            (run.verdict, run.stopped)
        });
        let explored = case.explore.as_ref().map(|wanted| {
            let defect = explore(policy, &wanted.bound, &SessionOracles::ALL).defect;
            defect.map(|defect| (defect.verdict, defect.events.len()))
        });
        (played, explored)
    };
    comes(&set.policy()) != comes(&without.policy())
}

/// The picture is that of the snapshot beside these tests.
fn picture(case: &SessionCase, wrong: &mut Vec<String>) {
    let drawn = session::snapshot(case);
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
fn ownerless(cases: &[String]) -> Result<(), Failed> {
    let mut names = Vec::new();
    for entry in fs::read_dir(snapshots())? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let owned = |name: &str| {
        let case = name.strip_suffix(".snap");
        let pending = name.ends_with(".snap.new");
        pending || case.is_some_and(|case| cases.iter().any(|known| known == case))
    };
    names.retain(|name| !owned(name));
    match names.is_empty() {
        true => Ok(()),
        false => Err(Failed::from(format!(
            "without a case: {}",
            names.join(", ")
        ))),
    }
}

fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/session")
}
