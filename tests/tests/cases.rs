//! One test for each case: what the specification says of it holds, and its picture is as it was.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use corpus::{Case, Expect};
use libtest_mimic::{Arguments, Failed, Trial};
use parsers::core::explain;
use parsers::{End, FAMILIES, Family, LeniencySet, Verdict};
use reports::format::picture;
use reports::judge::finding::Judgement;
use reports::judge::panel::{Panel, Scope};
use reports::judge::seat::Membership;

#[path = "cases/matrix.rs"]
mod matrix;
#[path = "cases/stated.rs"]
mod stated;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = FAMILIES.iter().flat_map(|family| trials(family));
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// A test for each case of a family, one that every snapshot belongs to a case, and one of the matrix of them all.
fn trials(family: &'static Family) -> Vec<Trial> {
    let cases = match corpus::load_family(&tests::repository().join("corpus"), family) {
        Ok(cases) => cases,
        Err(errors) => {
            let name = format!("{}::corpus", family.name);
            return vec![Trial::test(name, move || Err(Failed::from(errors)))];
        }
    };
    let owned: Vec<_> = cases.iter().map(|case| case.name.clone()).collect();
    let cases = Arc::new(cases);
    let each = (0..cases.len()).map(|nth| {
        let cases = Arc::clone(&cases);
        let name = owned.get(nth).map_or("", String::as_str);
        let name = format!("{}::{name}", family.name);
        Trial::test(name, move || {
            cases.get(nth).map_or(Ok(()), |case| failures(case, family))
        })
    });
    let mut trials: Vec<_> = each.collect();
    let name = format!("{}::matrix", family.name);
    trials.push(Trial::test(name, move || matrix::check(family, &cases)));
    let name = format!("{}::snapshots", family.name);
    trials.push(Trial::test(name, move || ownerless(family, &owned)));
    trials
}

/// Everything that is wrong about a case, together. It depends on the parsers, and on the departures that the case names.
fn failures(case: &Case, family: &'static Family) -> Result<(), Failed> {
    let panel = Panel::of_case(family, &case.leniencies);
    let mut verdicts = Vec::new();
    panel.verdicts(case, &mut verdicts);
    let judgement = panel.judge(case, Scope::All);
    let mut wrong = Vec::new();
    if let Some(strict) = verdicts.first() {
        expectation(case, strict, &mut wrong);
        stated::check(case, &panel, &verdicts, &mut wrong);
        leniencies(case, family, strict, &mut wrong);
    }
    agreement(case, &panel, &judgement, &verdicts, &mut wrong);
    class(case, &judgement, &mut wrong);
    picture(case, family, &mut wrong);
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failed::from(wrong.join("\n"))),
    }
}

/// The strict parser rejects what has to be rejected, for a reason that the case gives, waits for the rest of what is
/// not whole, and accepts what has to be accepted.
fn expectation(case: &Case, strict: &Verdict, wrong: &mut Vec<String>) {
    let end = strict.reading.end;
    let said = || match strict.rejection() {
        Some(rejection) => format!("cites {} at {}", rejection.rule.id, rejection.at),
        None => format!("ends {}", end.word()),
    };
    let fits = match case.expect {
        Expect::Accept => matches!(end, End::Complete | End::Tunnel),
        Expect::Either => true,
        Expect::Incomplete => end == End::Incomplete,
        Expect::Reject => end == End::Rejected,
    };
    if !fits {
        let expect = case.expect.word();
        wrong.push(format!("expect = {expect:?}, but strict {}", said()));
    }
    let given = |id: &str| case.rules.iter().any(|rule| rule == id);
    if strict
        .rejection()
        .is_some_and(|rejection| !given(rejection.rule.id))
    {
        let rules = &case.rules;
        wrong.push(format!("rules = {rules:?}, but strict {}", said()));
    }
}

/// Each leniency or restriction that the case names alone leads to another reading than the strict one; one that is named
/// after others, to another than theirs.
fn leniencies(case: &Case, family: &'static Family, strict: &Verdict, wrong: &mut Vec<String>) {
    for id in &case.leniencies {
        if let Some((others, last)) = id.rsplit_once('+') {
            if !parts_from(family, others, last, case) {
                wrong.push(format!("{last} reads it as {others} does without"));
            }
            continue;
        }
        let (mut set, mut verdict) = (LeniencySet::EMPTY, Verdict::new());
        if let Some(index) = family.index(id) {
            set.insert(index);
        }
        explain::judge_under(family, &set, case, &mut verdict);
        if verdict.reading == strict.reading {
            wrong.push(format!("{id} alone reads it as strict does"));
        }
    }
}

/// Whether a reader with the departures named in `others` reads `case` otherwise with one more.
fn parts_from(family: &'static Family, others: &str, last: &str, case: &Case) -> bool {
    let (mut set, mut without, mut with) = (LeniencySet::EMPTY, Verdict::new(), Verdict::new());
    for index in others.split('+').filter_map(|id| family.index(id)) {
        set.insert(index);
    }
    explain::judge_under(family, &set, case, &mut without);
    let Some(index) = family.index(last) else {
        return false;
    };
    set.insert(index);
    explain::judge_under(family, &set, case, &mut with);
    with.reading != without.reading
}

/// Readers disagree, or the case says why they do not.
fn agreement(
    case: &Case,
    panel: &Panel,
    judgement: &Judgement,
    verdicts: &[Verdict],
    wrong: &mut Vec<String>,
) {
    if case.agree.is_none() {
        if judgement.groups.len() < 2 {
            wrong.push("all read it alike, and `agree` does not say why".to_owned());
        }
        return;
    }
    let general = panel.members().iter().zip(verdicts).filter(|(member, _)| {
        let is_general = (panel.family().is_general)(member.parser());
        member.standing() == Membership::Named && is_general
    });
    let mut first: Option<(&str, &Verdict)> = None;
    for (member, verdict) in general {
        match first {
            None => first = Some((member.name(), verdict)),
            Some((name, other)) if other.reading != verdict.reading => {
                let member = member.name();
                wrong.push(format!("`agree` is given, but {name} and {member} part"));
            }
            Some(_) => {}
        }
    }
}

fn class(case: &Case, judgement: &Judgement, wrong: &mut Vec<String>) {
    let Some(class) = &case.class else { return };
    let finding = judgement.finding.as_ref();
    let classes = finding.map_or(&[][..], |finding| finding.classes.as_slice());
    if !classes.contains(class) {
        wrong.push(format!(
            "class = {class:?}, but its classes are {classes:?}"
        ));
    }
}

/// The picture is that of the snapshot beside these tests.
fn picture(case: &Case, family: &'static Family, wrong: &mut Vec<String>) {
    let drawn = picture::snapshot(case, family);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(snapshots(case.family.name));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compare = || settings.bind(|| insta::assert_snapshot!(case.name.as_str(), drawn));
    if catch_unwind(AssertUnwindSafe(compare)).is_err() {
        wrong.push("its picture is not that of its snapshot; see `cargo insta review`".to_owned());
    }
}

/// Snapshots that belong to no case.
fn ownerless(family: &Family, cases: &[String]) -> Result<(), Failed> {
    let folder = snapshots(family.name);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
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

fn snapshots(family: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("snapshots")
        .join(family)
}
