//! Which events may follow a state, within bounds.

use super::event::{Event, Tag};
use super::explore::Bound;
use super::policy::ClientPolicy;
use super::quirk::idle_check;
use super::quirk::matching::{self, Matching};
use super::quirk::retry::{self, Retry};
use super::state::{Connection, SessionState, Wait};

/// Adds the events that may follow, those of clients first. A few of them [`super::step::step`] then
/// rejects: it has the last word.
pub(crate) fn enabled(
    state: &SessionState,
    policy: &ClientPolicy,
    bound: &Bound,
    events: &mut Vec<Event>,
) {
    for (number, client) in (0u8..).zip(state.clients.iter()) {
        for wait in client.waits.iter() {
            waiting(state, policy, bound, number, wait, events);
        }
        if client.issued < bound.requests && client.waits.len() < policy.width() {
            let tag = state.next_tag();
            // Where nothing is sent again, it makes no difference.
            let kinds: &[bool] = match policy.retry {
                Retry::Never if !policy.retry_on_timeout => &[false],
                _ => &[false, true],
            };
            for idempotent in kinds.iter().copied() {
                write(state, policy, bound, events, |connection| Event::Send {
                    client: number,
                    tag,
                    connection,
                    is_idempotent: idempotent,
                });
            }
        }
    }
    for connection in state.connections.iter().filter(|one| one.server_is_open) {
        serving(state, policy, bound, connection, events);
    }
}

/// What a client that waits may do.
fn waiting(
    state: &SessionState,
    policy: &ClientPolicy,
    bound: &Bound,
    client: u8,
    wait: &Wait,
    events: &mut Vec<Event>,
) {
    let tag = wait.tag;
    if wait.connection.is_none() {
        resending(state, policy, bound, client, wait, events);
    } else if let Some(connection) = state.awaited_on(wait) {
        let at = matching::pick(connection, policy, tag);
        let reply = at.ok().and_then(|at| connection.replies.get(at));
        if let Some(reply) = reply.filter(|_| connection.client_is_open) {
            // Everyone hears it at once: the event is named for one that hears what it did not ask.
            let mut entries = connection.expected.iter();
            let is_other = entries.find(|entry| entry.tag != reply.tag);
            let named = is_other.or(connection.expected.first());
            if policy.matching != Matching::Broadcast || named.is_some_and(|one| one.tag == tag) {
                events.push(Event::Recv {
                    client,
                    asked: tag,
                    got: Some(reply.tag),
                });
            }
        } else if !connection.server_is_open || !connection.client_is_open {
            if retry::applies(state, policy, client, tag) {
                resending(state, policy, bound, client, wait, events);
            } else {
                events.push(Event::Eof { client, tag });
            }
        }
    }
    if state.faults < bound.faults {
        // What is about to be sent again waits for nothing yet.
        if wait.connection.is_some() {
            events.push(Event::Timeout { client, tag });
        }
        events.push(Event::Cancel { client, tag });
    }
}

/// How a client may send again what it still waits for.
fn resending(
    state: &SessionState,
    policy: &ClientPolicy,
    bound: &Bound,
    client: u8,
    wait: &Wait,
    events: &mut Vec<Event>,
) {
    let tag = wait.tag;
    let mut without = *state;
    without.end_wait(client, tag);
    if let Some(connection) = without.awaited_on_mut(wait) {
        connection.client_is_open = false;
    }
    write(&without, policy, bound, events, |connection| {
        Event::Resend {
            client,
            tag,
            connection,
        }
    });
}

/// The connections on which a client may write: any on which no request waits, and a new one only when
/// there is none; of a shared channel, that one.
fn write(
    state: &SessionState,
    policy: &ClientPolicy,
    bound: &Bound,
    events: &mut Vec<Event>,
    event: impl Fn(u8) -> Event,
) {
    let mut pruned = *state;
    idle_check::prune(&mut pruned, policy);
    let open = pruned.connections.iter().filter(|one| one.client_is_open);
    let mut usable = open
        .clone()
        .filter(|one| policy.shares_channel || !one.is_in_use());
    let first = usable.next();
    match first {
        Some(first) => {
            events.push(event(first.number));
            events.extend(usable.map(|one| event(one.number)));
        }
        None if open.count() < usize::from(bound.connections) && !pruned.connections.is_full() => {
            events.push(event(state.next_connection()));
        }
        None => {}
    }
}

/// What the server may do on one connection.
fn serving(
    state: &SessionState,
    policy: &ClientPolicy,
    bound: &Bound,
    connection: &Connection,
    events: &mut Vec<Event>,
) {
    let (number, may_fail) = (connection.number, state.faults < bound.faults);
    let may_add = state.surplus < bound.surplus && connection.client_is_open;
    if let Some(tag) = connection.half {
        events.push(Event::Rest {
            connection: number,
            tag,
        });
    } else if let Some(first) = connection.requests.first().copied() {
        let (connection, requests) = (number, &connection.requests);
        let tag = first;
        events.push(Event::Reply { connection, tag });
        events.push(Event::Half { connection, tag });
        let surplus = may_add.then_some(Tag::SURPLUS);
        for second in requests.get(1).copied().into_iter().chain(surplus) {
            events.push(Event::Coalesced {
                connection,
                first,
                second,
            });
        }
        if policy.answers_in_any_order {
            for tag in requests.iter().skip(1).copied() {
                events.push(Event::Reorder { connection, tag });
            }
        }
        if may_fail {
            let tag = Some(first);
            events.push(Event::Die { connection, tag });
        }
    }
    if connection.half.is_none() && may_add {
        events.push(Event::Unsolicited { connection: number });
    }
    if may_fail && connection.client_is_open {
        events.push(Event::Die {
            connection: number,
            tag: None,
        });
    }
}
