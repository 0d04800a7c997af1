//! One event: what it changes, and what it does to which client.

use super::event::{Event, Tag};
use super::policy::ClientPolicy;
use super::quirk::abandonment::{Abandonment, give_up};
use super::quirk::{channel, idle_check, leftover, matching, retry};
use super::server;
use super::state::{Connection, MAX_OPENED, MAX_TAGS, Reply, ReplyPart, SessionState, Wait};

/// What an event did that an oracle may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A client accepted a reply.
    Delivered {
        /// The client.
        client: u8,
        /// The request that it asked.
        asked: Tag,
        /// The request that caused the reply.
        got: Tag,
        /// How much of it was there.
        part: ReplyPart,
        /// Whether the connection was out of step, if it was, by no doing of the client's.
        is_blameless: bool,
    },
    /// A client saw that a reply was not its own, and read it as an error.
    Rejected {
        /// The client.
        client: u8,
        /// The request that it asked.
        asked: Tag,
        /// The request that caused the reply.
        got: Tag,
    },
    /// A client waits no longer, without a reply.
    GaveUp {
        /// The client.
        client: u8,
        /// The request that it asked.
        asked: Tag,
    },
    /// The server carried a request out.
    Executed {
        /// The request.
        tag: Tag,
        /// Whether it had done so before.
        is_repeated: bool,
        /// Whether its method is idempotent.
        is_idempotent: bool,
    },
}

/// Why an event does not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventRejection {
    /// A client of this policy does not do that.
    Client(&'static str),
    /// It cannot be: the schedule is wrong.
    Schedule(&'static str),
}

/// Lets one event happen. `effects` is added to; after an error, `state` is of no further use.
///
/// # Errors
/// Why it does not happen.
pub fn step(
    state: &mut SessionState,
    policy: &ClientPolicy,
    event: &Event,
    effects: &mut Vec<Effect>,
) -> Result<(), EventRejection> {
    let acting = event.client();
    if acting.is_some_and(|client| state.client(client).is_none()) {
        return Err(EventRejection::Schedule("there is no such client"));
    }
    match *event {
        Event::Send {
            client,
            tag,
            connection,
            is_idempotent: idempotent,
        } => {
            send(state, policy, client, tag, connection)?;
            state.idempotent |= u64::from(idempotent) << tag.0;
            Ok(())
        }
        Event::Resend {
            client,
            tag,
            connection,
        } => resend(state, policy, client, tag, connection),
        Event::Recv { client, asked, got } => recv(state, policy, client, asked, got, effects),
        Event::Timeout { client, tag } => time_out(state, policy, client, tag, effects),
        Event::Cancel { client, tag } => {
            abandon(state, policy, client, tag, policy.on_cancel, effects)
        }
        Event::Eof { client, tag } => eof(state, policy, client, tag, effects),
        _ => server::step(state, policy, event, effects),
    }
}

fn send(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
    number: u8,
) -> Result<(), EventRejection> {
    let waiting = state.client(client).map_or(0, |one| one.waits.len());
    if waiting >= policy.width() {
        return Err(EventRejection::Client("it still waits for a reply"));
    }
    if tag.0 > MAX_TAGS {
        return Err(EventRejection::Schedule("there are too many requests"));
    }
    write(state, policy, client, tag, number, 0)?;
    state.tags = state.tags.max(tag.0);
    if let Some(client) = state.clients.get_mut(usize::from(client)) {
        client.issued += 1;
    }
    Ok(())
}

/// Writes a request on the connection of this number, which it opens if need be.
fn write(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
    number: u8,
    resent: u8,
) -> Result<(), EventRejection> {
    idle_check::prune(state, policy);
    if !state.was_opened(number) {
        open(state, policy, number)?;
    }
    let closed = EventRejection::Client("it has closed that connection");
    let connection = state.connection_mut(number).ok_or(closed)?;
    if !connection.client_is_open {
        return Err(closed);
    }
    if connection.is_in_use() && !policy.shares_channel {
        return Err(EventRejection::Client("a request waits for a reply on it"));
    }
    if connection.expected.is_full() || connection.requests.is_full() {
        return Err(EventRejection::Schedule("too many requests lie on it"));
    }
    channel::write(connection, policy, tag);
    if let Some(client) = state.clients.get_mut(usize::from(client)) {
        client.waits.push(Wait {
            tag,
            connection: Some(number),
            resent,
        });
    }
    Ok(())
}

fn open(state: &mut SessionState, policy: &ClientPolicy, number: u8) -> Result<(), EventRejection> {
    if policy.shares_channel
        && state
            .connections
            .iter()
            .any(|connection| connection.client_is_open)
    {
        return Err(EventRejection::Client("it shares the channel that is open"));
    }
    let has_room = state.connections.push(Connection::new(number));
    if number >= MAX_OPENED || !has_room {
        return Err(EventRejection::Schedule("there are too many connections"));
    }
    state.opened |= 1 << number;
    Ok(())
}

fn resend(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
    number: u8,
) -> Result<(), EventRejection> {
    if !retry::applies(state, policy, client, tag) {
        return Err(EventRejection::Client("it sends nothing again"));
    }
    let Some(wait) = state.wait(client, tag).copied() else {
        return Err(EventRejection::Client("it does not wait for that"));
    };
    state.end_wait(client, tag);
    // One that was given up by a timeout is as the policy has left it.
    if let Some(connection) = state.awaited_on_mut(&wait) {
        connection.client_is_open = false;
        connection.forget(tag);
    }
    write(state, policy, client, tag, number, wait.resent + 1)?;
    state.sweep();
    Ok(())
}

fn recv(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    asked: Tag,
    got: Option<Tag>,
    effects: &mut Vec<Effect>,
) -> Result<(), EventRejection> {
    let waiting = state.wait(client, asked).copied();
    let wait = waiting.ok_or(EventRejection::Client("it does not wait for that"))?;
    let gone = EventRejection::Client("it has closed that connection");
    let connection = state.awaited_on_mut(&wait).ok_or(gone)?;
    if !connection.client_is_open {
        return Err(gone);
    }
    let at = matching::pick(connection, policy, asked)?;
    let reply = connection.take_reply(at).ok_or(gone)?;
    if got.is_some_and(|got| got != reply.tag) {
        return Err(EventRejection::Client("another reply comes first"));
    }
    if policy.check_echo && reply.tag != asked {
        let got = reply.tag;
        effects.push(Effect::Rejected { client, asked, got });
        give_up(state, policy, client, asked, Abandonment::Close, effects);
        return Ok(());
    }
    let mut answered = Vec::new();
    matching::answered(connection, policy, asked, &mut answered);
    // Its rest will look like a reply.
    connection.is_out_of_step |= reply.part == ReplyPart::Half;
    connection.is_reused = true;
    let blameless = connection.is_blameless();
    leftover::after_reply(connection, policy);
    matching::absorb(connection, policy);
    for tag in answered {
        let of = |number: &u8| state.wait(*number, tag).is_some();
        let Some(client) = (0..state.clients.len() as u8).find(of) else {
            continue;
        };
        state.end_wait(client, tag);
        effects.push(Effect::Delivered {
            client,
            asked: tag,
            got: reply.tag,
            part: reply.part,
            is_blameless: blameless,
        });
    }
    state.sweep();
    Ok(())
}

fn time_out(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
    effects: &mut Vec<Effect>,
) -> Result<(), EventRejection> {
    if let Some(wait) = state.wait(client, tag) {
        if wait.connection.is_none() {
            return Err(EventRejection::Client("it is about to send that again"));
        }
        let is_own = |reply: &Reply| reply.part == ReplyPart::Half && reply.tag == tag;
        let begun = |connection: &Connection| connection.replies.first().is_some_and(is_own);
        if policy.head_timeout && state.awaited_on(wait).is_some_and(begun) {
            return Err(EventRejection::Client("a part of the reply has come"));
        }
        if retry::follows_timeout(state, policy, client, tag) {
            state.faults = state.faults.saturating_add(1);
            retry::prepare(state, policy, client, tag);
            return Ok(());
        }
    }
    abandon(state, policy, client, tag, policy.on_timeout, effects)
}

fn abandon(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
    how: Abandonment,
    effects: &mut Vec<Effect>,
) -> Result<(), EventRejection> {
    if state.wait(client, tag).is_none() {
        return Err(EventRejection::Client("it does not wait for that"));
    }
    state.faults = state.faults.saturating_add(1);
    give_up(state, policy, client, tag, how, effects);
    Ok(())
}

fn eof(
    state: &mut SessionState,
    policy: &ClientPolicy,
    client: u8,
    tag: Tag,
    effects: &mut Vec<Effect>,
) -> Result<(), EventRejection> {
    let wait = state.wait(client, tag);
    let wait = wait.ok_or(EventRejection::Client("it does not wait for that"))?;
    let connection = state.awaited_on(wait);
    let has_ended =
        |connection: &Connection| !connection.client_is_open || !connection.server_is_open;
    if !connection.is_none_or(has_ended) {
        return Err(EventRejection::Schedule("the connection has not ended"));
    }
    let takes = |connection: &Connection| {
        connection.client_is_open && matching::pick(connection, policy, tag).is_ok()
    };
    if connection.is_some_and(takes) {
        return Err(EventRejection::Client("there is a reply to be read before"));
    }
    if retry::applies(state, policy, client, tag) {
        return Err(EventRejection::Client("it sends the request again"));
    }
    give_up(state, policy, client, tag, Abandonment::Close, effects);
    Ok(())
}
