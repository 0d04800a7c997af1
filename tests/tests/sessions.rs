//! One test for each session case: the verdicts written by hand hold, and its picture is as it was.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use corpus::SessionCase;
use corpus::session::load_all;
use libtest_mimic::{Arguments, Failed, Trial};
use parsers::session::{Oracles, Schedule, explore, run};
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
    let owned: Vec<_> = cases.iter().map(|case| case.name.clone()).collect();
    let each = cases.into_iter().map(|case| {
        let name = format!("session::{}", case.name);
        Trial::test(name, move || failures(&case))
    });
    let mut trials: Vec<_> = each.collect();
    trials.push(Trial::test("session::snapshots", move || ownerless(&owned)));
    trials
}

/// Everything that is wrong about a case, together.
fn failures(case: &SessionCase) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    if case.about.is_empty() || case.source.is_empty() {
        wrong.push("it says not what it is, or whence".to_owned());
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
    let run = run(&schedule.events, &case.policy, &Oracles::ALL);
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
    let found = explore(&case.policy, &wanted.bound, &Oracles::ALL);
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
        let run = run(&one.events, &case.policy, &Oracles::ALL);
        if run.stopped.is_some() || run.faults().last() != Some(&one.fault) {
            let schedule = Schedule::of(one.events.clone());
            wrong.push(format!("played, {schedule} does not end in the fault"));
        }
    }
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
