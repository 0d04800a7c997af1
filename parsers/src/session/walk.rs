//! Single sessions beyond the reach of exploration: each event is chosen among those that may follow.

use super::enabled::enabled;
use super::event::{Event, Tag};
use super::explore::Bound;
use super::oracle::{Oracles, Verdict};
use super::policy::Policy;
use super::run::run;
use super::state::State;
use super::step::step;

/// A session of at most `most` events. `choose` is told how many may follow, and gives the number of
/// one of them, or none to end the session.
pub fn walk(
    policy: &Policy,
    bound: &Bound,
    most: usize,
    mut choose: impl FnMut(usize) -> Option<usize>,
) -> Vec<Event> {
    let mut state = State::new(usize::from(bound.clients));
    let (mut walked, mut events) = (Vec::new(), Vec::new());
    while walked.len() < most {
        events.clear();
        enabled(&state, policy, bound, &mut events);
        let happens =
            |event: &Event| step(&mut state.clone(), policy, event, &mut Vec::new()).is_ok();
        events.retain(happens);
        let chosen = (!events.is_empty()).then(|| choose(events.len())).flatten();
        let Some(event) = chosen.and_then(|nth| events.get(nth)) else {
            break;
        };
        if step(&mut state, policy, event, &mut Vec::new()).is_err() {
            break;
        }
        walked.push(*event);
    }
    walked
}

/// The session without whatever can be left out of it, the verdict staying as it is: single events,
/// and all that is about one request.
pub fn shorten(events: &[Event], policy: &Policy) -> Vec<Event> {
    let verdict = |events: &[Event]| -> Option<Verdict> {
        let run = run(events, policy, &Oracles::ALL);
        run.stopped.is_none().then_some(run.verdict)
    };
    let wanted = verdict(events);
    let mut short = events.to_vec();
    loop {
        let before = short.len();
        for tag in (1..=super::state::MAX_TAGS).map(Tag) {
            let mut without = short.clone();
            without.retain(|event| !is_about(event, tag));
            if without.len() < short.len() && verdict(&without) == wanted {
                short = without;
            }
        }
        for nth in (0..short.len()).rev() {
            let mut without = short.clone();
            without.remove(nth);
            if verdict(&without) == wanted {
                short = without;
            }
        }
        if short.len() == before {
            return short;
        }
    }
}

/// Whether the event names the request.
fn is_about(event: &Event, tag: Tag) -> bool {
    match *event {
        Event::Send { tag: one, .. }
        | Event::Resend { tag: one, .. }
        | Event::Timeout { tag: one, .. }
        | Event::Cancel { tag: one, .. }
        | Event::Eof { tag: one, .. }
        | Event::Reply { tag: one, .. }
        | Event::Reorder { tag: one, .. }
        | Event::Half { tag: one, .. }
        | Event::Rest { tag: one, .. } => one == tag,
        Event::Recv { asked, got, .. } => asked == tag || got == Some(tag),
        Event::Coalesced { first, second, .. } => first == tag || second == tag,
        Event::Die { tag: one, .. } => one == Some(tag),
        Event::Unsolicited { .. } => false,
    }
}
