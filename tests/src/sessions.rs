//! Sessions that bytes choose, and what must hold of each.

use arbitrary::Unstructured;
use parsers::session::idea::HABITS;
use parsers::session::walk::{shorten, walk};
use parsers::session::{Bound, Event, Fault, Habit, Oracles, POLICIES, Policy, Schedule, Tag, run};

/// The most events of one session.
const MOST_EVENTS: usize = 60;
/// The most habits of one drawn policy.
const MOST_HABITS: usize = 4;

/// A policy, and a session of its clients as wide as there is room for.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// What the clients do.
    pub policy: Policy,
    /// Whether no session of such clients, of whatever length, may have a defect.
    pub is_cure: bool,
    /// What happens.
    pub events: Vec<Event>,
}

/// The policies that are cures; that their explorations are clean is a test of its own.
const CURES: &[&str] = &[
    "careful",
    "single-use",
    "own-id",
    "drain",
    "keep-check-echo",
    "batch",
    "socket-check-resync",
    "shared-close",
    "shared-tombstone",
    "shared-id",
    "shared-id-keep",
];

/// What these bytes choose: one time in two a cure, else any habits together.
pub fn draw(choices: &[u8]) -> Drawn {
    let mut choices = Unstructured::new(choices);
    // Without more choices the first of each list is chosen.
    let mut below = |limit: usize| choices.choose_index(limit).unwrap_or(0);
    let is_cure = below(2) == 0;
    let policy = if is_cure {
        let name = CURES.get(below(CURES.len()));
        let named = POLICIES.iter().find(|named| Some(&named.name) == name);
        named.map_or_else(Policy::default, |named| named.policy())
    } else {
        let habits = (0..below(MOST_HABITS + 1)).filter_map(|_| HABITS.get(below(HABITS.len())));
        let habits: Vec<&Habit> = habits.copied().collect();
        Policy::of(&habits)
    };
    let most = 1 + below(MOST_EVENTS);
    let choose = |limit| match choices.is_empty() {
        true => None,
        false => choices.choose_index(limit).ok(),
    };
    let events = walk(&policy, &Bound::WIDEST, most, choose);
    Drawn {
        policy,
        is_cure,
        events,
    }
}

/// What must hold of a drawn session.
///
/// # Errors
/// What does not.
pub fn hold(drawn: &Drawn) -> Result<(), String> {
    let Drawn { policy, events, .. } = drawn;
    let schedule = Schedule::of(events.clone());
    let played = run(events, policy, &Oracles::ALL);
    let wrong = |what: &str| Err(format!("{what}: {policy:?}: {schedule}"));
    if played.stopped.is_some() {
        return wrong("what may follow does not happen");
    }
    let is_inherent = |fault: &Fault| matches!(fault, Fault::Inherent { .. });
    let surplus = events.iter().any(|event| match event {
        Event::Unsolicited { .. } => true,
        Event::Coalesced { second, .. } => *second == Tag::SURPLUS,
        _ => false,
    });
    if played.faults().any(is_inherent) && !surplus {
        return wrong("inherent without a surplus reply");
    }
    if drawn.is_cure && played.verdict.is_defect() {
        let short = Schedule::of(shorten(events, policy));
        return wrong(&format!("a cure has a defect, {short}"));
    }
    if events.is_empty() {
        return Ok(());
    }
    // Requests are named in the order of their tags, so names stand for the same tags again.
    match Schedule::parse(&schedule.to_string()) {
        Ok(read) if read.events == *events => {}
        read => return wrong(&format!("it does not read as it is written: {read:?}")),
    }
    let short = shorten(events, policy);
    let again = run(&short, policy, &Oracles::ALL);
    if again.stopped.is_some() || again.verdict != played.verdict {
        return wrong("what is left out changes the verdict");
    }
    Ok(())
}
