//! Single sessions beyond the reach of exploration: each event is chosen among those that may follow.

use super::enabled::enabled;
use super::event::{Event, Tag};
use super::explore::Bound;
use super::oracle::{SessionOracles, SessionVerdict};
use super::policy::ClientPolicy;
use super::run::run;
use super::state::SessionState;
use super::step::{Effect, step};

/// A session of at most `most` events. `choose` gets how many may follow, and gives the number of
/// one of them, or none to end the session; the one after it follows when that one is rejected. `see` is
/// told of each event, what it did, and how things stand after it.
pub fn walk(
    policy: &ClientPolicy,
    bound: &Bound,
    most: usize,
    mut choose: impl FnMut(usize) -> Option<usize>,
    mut see: impl FnMut(&Event, &[Effect], &SessionState),
) -> Vec<Event> {
    let mut state = SessionState::new(usize::from(bound.clients));
    let (mut walked, mut events, mut effects) = (Vec::new(), Vec::new(), Vec::new());
    while walked.len() < most {
        events.clear();
        enabled(&state, policy, bound, &mut events);
        let Some(mut nth) = choose(events.len().max(1)) else {
            break;
        };
        let happened = loop {
            if events.is_empty() {
                return walked;
            }
            nth %= events.len();
            let event = events.remove(nth);
            let mut next = state;
            effects.clear();
            if step(&mut next, policy, &event, &mut effects).is_ok() {
                state = next;
                break event;
            }
        };
        walked.push(happened);
        see(&happened, &effects, &state);
    }
    walked
}

/// The session without whatever can be left out of it, the verdict staying as it is: single events,
/// and all that is about one request.
pub fn shorten(events: &[Event], policy: &ClientPolicy) -> Vec<Event> {
    let verdict = |events: &[Event]| -> Option<SessionVerdict> {
        let run = run(events, policy, &SessionOracles::ALL);
        run.stopped.is_none().then_some(run.verdict)
    };
    let wanted = verdict(events);
    shorten_while(events, |events| verdict(events) == wanted)
}

/// The session without whatever can be left out of it while `is_so` holds of what is left.
pub(crate) fn shorten_while(events: &[Event], is_so: impl Fn(&[Event]) -> bool) -> Vec<Event> {
    let mut short = events.to_vec();
    loop {
        let before = short.len();
        for tag in (1..=super::state::MAX_TAGS).map(Tag) {
            let mut less = short.clone();
            less.retain(|event| !is_about(event, tag));
            if less.len() < short.len() && is_so(&less) {
                short = less;
            }
        }
        for nth in (0..short.len()).rev() {
            let less = without(&short, nth);
            if is_so(&less) {
                short = less;
            }
        }
        if short.len() == before {
            return short;
        }
    }
}

/// The events without that at `nth`.
pub(crate) fn without(events: &[Event], nth: usize) -> Vec<Event> {
    let mut less = events.to_vec();
    if nth < less.len() {
        less.remove(nth);
    }
    less
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
