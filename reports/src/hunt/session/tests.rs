// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use corpus::session::load;
use parsers::session::{SessionOracles, run};

use super::*;
use crate::hunt::{Novelty, Records};

struct Nothing;

impl Novelty for Nothing {
    fn raise(&mut self, _: usize, _: u8) {}
}

/// What a hunt through so many inputs of a fixed beginning tells, and its folder.
fn hunted(inputs: u64) -> (Vec<String>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let told = Rc::new(RefCell::new(Vec::new()));
    let hear = Rc::clone(&told);
    let tell = move |line: &str| hear.borrow_mut().push(line.to_owned());
    let records = Records::new(folder.path().to_owned(), HashSet::new(), Box::new(tell));
    let mut hunter = SESSIONS.hunter(records, 99, &[]);
    for nth in 0..inputs {
        hunter.step(&noise(nth), &mut Nothing);
    }
    assert_eq!(hunter.inputs(), inputs * 100);
    let told = told.borrow().clone();
    (told, folder)
}

#[test]
fn every_faulty_policy_is_caught_from_nothing() {
    let (told, _folder) = hunted(12000);
    let alone: BTreeSet<&str> = told
        .iter()
        .filter_map(|line| line.strip_prefix("alone "))
        .collect();
    let wanted = SESSIONS.wanted().ids;
    let missed: Vec<_> = wanted.iter().filter(|id| !alone.contains(*id)).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert!(wanted.len() > 10, "{wanted:?}");
    // The others are cures: nothing is seen of them.
    assert_eq!(alone.len(), wanted.len(), "{alone:?}");
}

#[test]
fn what_is_recorded_is_a_case_that_holds_and_cannot_be_made_smaller() {
    let (told, folder) = hunted(60);
    let found: Vec<_> = told
        .iter()
        .filter_map(|line| line.strip_prefix("found "))
        .collect();
    assert!(found.len() > 10, "{found:?}");
    for line in found {
        let (name, signature) = line.split_once(' ').unwrap();
        let path = folder.path().join(format!("session/{name}.toml"));
        let case = load(&path).unwrap();
        let (schedule, verdict) = case.schedule.unwrap();
        let played = run(&schedule.events, &case.policy, &SessionOracles::ALL);
        assert_eq!((played.stopped, played.verdict), (None, verdict), "{name}");
        let quirks = Quirks::named(&case.policy_name).unwrap();
        let reason = Reason::of(quirks, &schedule.events).unwrap();
        assert_eq!(reason.signature().to_string(), signature);
        for fewer in quirks.without_one() {
            let fewer = Reason::of(fewer, &schedule.events);
            let is_same =
                fewer.is_some_and(|one| one.verdict == verdict && one.class == reason.class);
            assert!(!is_same, "{name} does not need each of {}", quirks.name());
        }
        assert!(path.with_extension("snap.new").exists());
    }
}
