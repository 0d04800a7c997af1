//! Sessions that bytes choose: which clients, how many, and what happens.

use arbitrary::Unstructured;
use parsers::session::quirk::QUIRKS;
use parsers::session::state::SessionState;
use parsers::session::step::Effect;
use parsers::session::walk::walk;
use parsers::session::{Bound, Event, POLICIES, Quirks};

/// The most events of one session.
const MOST_EVENTS: usize = 60;
/// The most quirks of a drawn policy that has no name.
const MOST_QUIRKS: usize = 4;

/// The quirks of its clients, and a session.
#[derive(Clone, Debug)]
pub struct DrawnSession {
    /// What the clients do.
    pub quirks: Quirks,
    /// What happens.
    pub events: Vec<Event>,
}

/// What these bytes choose, without any more bytes a shorter session. `see` gets each event, what it
/// did, and how things stand after it. One policy in two has a name; half of the others have two quirks.
pub fn session(
    choices: &mut Unstructured<'_>,
    mut see: impl FnMut(Quirks, &Event, &[Effect], &SessionState),
) -> DrawnSession {
    let quirks = quirks(choices);
    let widest = Bound::WIDEST;
    let mut upto = |least: u8, most: u8| choices.int_in_range(least..=most).unwrap_or(least);
    let bound = Bound {
        clients: upto(1, widest.clients),
        connections: upto(1, widest.connections),
        faults: upto(0, widest.faults),
        surplus: upto(0, widest.surplus),
        ..widest
    };
    let choose = |limit| match choices.is_empty() {
        true => None,
        false => choices.choose_index(limit).ok(),
    };
    let policy = quirks.policy();
    let events = walk(
        &policy,
        &bound,
        MOST_EVENTS,
        choose,
        |event, done, state| {
            see(quirks, event, done, state);
        },
    );
    DrawnSession { quirks, events }
}

fn quirks(choices: &mut Unstructured<'_>) -> Quirks {
    let mut below = |limit: usize| choices.choose_index(limit).unwrap_or(0);
    let count = match below(4) {
        0 | 1 => {
            let named = POLICIES.get(below(POLICIES.len()));
            return named.map_or(Quirks::NONE, |named| Quirks::of(named.quirks));
        }
        2 => 2,
        _ => below(MOST_QUIRKS + 1),
    };
    (0..count).fold(Quirks::NONE, |set, _| set.with(below(QUIRKS.len())))
}
