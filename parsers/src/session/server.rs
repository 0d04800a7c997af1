//! What the server does: it carries requests out, answers them, and fails.

use super::event::{Event, Tag};
use super::policy::ClientPolicy;
use super::quirk::matching;
use super::state::{Connection, Reply, ReplyPart, SessionState};
use super::step::{Effect, EventRejection};

/// Lets the server do one thing. What it sends on a connection that the client has closed reaches
/// no client.
///
/// # Errors
/// Why it cannot be.
pub fn step(
    state: &mut SessionState,
    policy: &ClientPolicy,
    event: &Event,
    effects: &mut Vec<Effect>,
) -> Result<(), EventRejection> {
    let number = event.connection().unwrap_or_default();
    if !state.was_opened(number) {
        return Err(EventRejection::Schedule("no such connection was opened"));
    }
    let executed = state.executed;
    let Some(connection) = state.connection_mut(number) else {
        return Ok(());
    };
    if !connection.server_is_open {
        return Err(EventRejection::Schedule("the server's end of it is closed"));
    }
    let sends_a_rest = matches!(event, Event::Rest { .. });
    if connection.half.is_some() && !sends_a_rest && !matches!(event, Event::Die { .. }) {
        return Err(EventRejection::Schedule(
            "the rest of a reply is to be sent before",
        ));
    }
    let mut carried_out = [None, None];
    match *event {
        Event::Reply { tag, .. } => carried_out = [Some(reply(connection, tag, false)?), None],
        Event::Reorder { tag, .. } => carried_out = [Some(reorder(connection, policy, tag)?), None],
        Event::Half { tag, .. } => carried_out = [Some(half(connection, tag)?), None],
        Event::Rest { tag, .. } => rest(connection, tag)?,
        Event::Coalesced { first, second, .. } => {
            let first = reply(connection, first, false)?;
            let second = match second {
                Tag::SURPLUS => surplus(connection, true).map(|()| None)?,
                second => Some(reply(connection, second, true)?),
            };
            carried_out = [Some(first), second];
        }
        Event::Unsolicited { .. } => surplus(connection, false)?,
        Event::Die { tag, .. } => carried_out = [die(connection, tag)?, None],
        _ => {}
    }
    matching::absorb(connection, policy);
    for tag in carried_out.into_iter().flatten() {
        let bit = 1 << tag.0;
        let again = executed & bit != 0;
        effects.push(Effect::Executed {
            tag,
            is_repeated: again,
            is_idempotent: state.is_idempotent(tag),
        });
        state.executed |= bit;
    }
    state.surplus += u8::from(is_surplus(event));
    state.faults += u8::from(matches!(event, Event::Die { .. }));
    state.sweep();
    Ok(())
}

/// Whether the event sends a reply that no request caused.
pub(crate) fn is_surplus(event: &Event) -> bool {
    match event {
        Event::Unsolicited { .. } => true,
        Event::Coalesced { second, .. } => *second == Tag::SURPLUS,
        _ => false,
    }
}

fn reply(connection: &mut Connection, tag: Tag, joined: bool) -> Result<Tag, EventRejection> {
    take_oldest(connection, tag)?;
    emit(connection, tag, ReplyPart::Whole, joined)?;
    Ok(tag)
}

fn take_oldest(connection: &mut Connection, tag: Tag) -> Result<(), EventRejection> {
    if connection.requests.first() != Some(&tag) {
        return Err(EventRejection::Schedule(
            "it is not the oldest request that the server has on that connection",
        ));
    }
    connection.requests.remove(0);
    Ok(())
}

fn reorder(
    connection: &mut Connection,
    policy: &ClientPolicy,
    tag: Tag,
) -> Result<Tag, EventRejection> {
    if !policy.answers_in_any_order {
        return Err(EventRejection::Schedule(
            "this channel keeps the order of replies",
        ));
    }
    let mut requests = connection.requests.iter();
    match requests.position(|request| *request == tag) {
        None | Some(0) => Err(EventRejection::Schedule("no older request waits on it")),
        Some(at) => {
            connection.requests.remove(at);
            emit(connection, tag, ReplyPart::Whole, false)?;
            Ok(tag)
        }
    }
}

fn half(connection: &mut Connection, tag: Tag) -> Result<Tag, EventRejection> {
    take_oldest(connection, tag)?;
    emit(connection, tag, ReplyPart::Half, false)?;
    connection.half = Some(tag);
    Ok(tag)
}

/// The rest makes a first part whole that was not accepted, and stands alone behind one that was.
fn rest(connection: &mut Connection, tag: Tag) -> Result<(), EventRejection> {
    if connection.half.take() != Some(tag) {
        return Err(EventRejection::Schedule("no first part of it was sent"));
    }
    let mut replies = connection.replies.iter_mut();
    match replies.find(|reply| reply.part == ReplyPart::Half && reply.tag == tag) {
        Some(reply) => reply.part = ReplyPart::Whole,
        None => emit(connection, tag, ReplyPart::Tail, false)?,
    }
    Ok(())
}

fn surplus(connection: &mut Connection, joined: bool) -> Result<(), EventRejection> {
    connection.has_surplus = true;
    emit(connection, Tag::SURPLUS, ReplyPart::Whole, joined)
}

fn die(connection: &mut Connection, tag: Option<Tag>) -> Result<Option<Tag>, EventRejection> {
    if let Some(tag) = tag {
        take_oldest(connection, tag)?;
    }
    connection.server_is_open = false;
    connection.half = None;
    connection.requests.clear();
    Ok(tag)
}

fn emit(
    connection: &mut Connection,
    tag: Tag,
    part: ReplyPart,
    is_joined: bool,
) -> Result<(), EventRejection> {
    if !connection.client_is_open {
        return Ok(());
    }
    let has_room = connection.replies.push(Reply {
        tag,
        part,
        is_joined,
    });
    match has_room {
        true => Ok(()),
        false => Err(EventRejection::Schedule("too many replies lie on it")),
    }
}
