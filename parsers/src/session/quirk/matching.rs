//! Matching: by what a client knows which of its requests a reply belongs to.

use super::super::event::Tag;
use super::super::policy::{ClientPolicy, ClientQuirk};
use super::super::rules;
use super::super::state::{Connection, Reply, ReplyPart};
use super::super::step::EventRejection;
use super::partial::Partial;

/// What tells replies apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Matching {
    /// The first reply belongs to the oldest request.
    #[default]
    Order,
    /// Each reply has the id of its request.
    Id,
    /// Every waiting client accepts the next reply.
    Broadcast,
}

/// Requests have ids that are never used twice, and replies repeat them.
pub(crate) static MATCH_BY_ID: ClientQuirk = ClientQuirk {
    id: "match-by-id",
    text: "Each request has an id that is never used again, and each reply repeats it; a reply with an id that no request waits for is thrown away.",
    source: "HTTP/2: RFC 9113 §5.1.1; the opaque field of memcached's binary protocol",
    rule: None,
    set: |policy| policy.matching = Matching::Id,
};

/// Everyone hears everything.
pub(crate) static BROADCAST: ClientQuirk = ClientQuirk {
    id: "broadcast",
    text: "Every caller that waits on the channel reads the next reply as its own.",
    source: "`process.once('message')` for each request to a child process",
    rule: Some(&rules::ASSOCIATION),
    set: |policy| policy.matching = Matching::Broadcast,
};

/// Replies repeat what was asked, and the client compares.
pub(crate) static CHECK_ECHO: ClientQuirk = ClientQuirk {
    id: "check-echo",
    text: "A reply repeats what was asked for; when it repeats something else, the client rejects it and closes the connection.",
    source: "the key in `VALUE <key>` of memcached's text protocol",
    rule: None,
    set: |policy| policy.check_echo = true,
};

/// The place of the reply that the client which asked for `asked` would accept now.
///
/// # Errors
/// Why it would accept none.
pub(crate) fn pick(
    connection: &Connection,
    policy: &ClientPolicy,
    asked: Tag,
) -> Result<usize, EventRejection> {
    let none = EventRejection::Client("there is nothing that it would accept");
    let mut replies = connection.replies.iter();
    let at = match policy.matching {
        Matching::Order => {
            let first = connection.expected.first();
            if first.is_none_or(|first| first.tag != asked) {
                return Err(EventRejection::Client("another reply is to be read before"));
            }
            0
        }
        Matching::Id => replies.position(|reply| reply.tag == asked).ok_or(none)?,
        Matching::Broadcast => 0,
    };
    let reply = connection.replies.get(at).ok_or(none)?;
    let takes_part = match policy.partial {
        Partial::Wait => false,
        Partial::Take => true,
        Partial::TakeAtEof => !connection.server_is_open,
    };
    match reply.part == ReplyPart::Half && !takes_part {
        true => Err(EventRejection::Client("the reply is not whole")),
        false => Ok(at),
    }
}

/// Takes the entries that a delivered reply answers off what the client reckons with, and names them.
pub(crate) fn answered(
    connection: &mut Connection,
    policy: &ClientPolicy,
    asked: Tag,
    tags: &mut Vec<Tag>,
) {
    match policy.matching {
        Matching::Order | Matching::Id => {
            connection.forget(asked);
            tags.push(asked);
        }
        Matching::Broadcast => {
            tags.extend(connection.expected.iter().map(|entry| entry.tag));
            connection.expected.clear();
        }
    }
}

/// Throws away the replies for which, as the client knows, no request waits.
pub(crate) fn absorb(connection: &mut Connection, policy: &ClientPolicy) {
    let is_whole = |reply: &Reply| reply.part == ReplyPart::Whole;
    match policy.matching {
        Matching::Order => {
            while connection.expected.first().is_some_and(|e| e.is_abandoned)
                && connection.replies.first().is_some_and(is_whole)
            {
                connection.take_reply(0);
                connection.expected.remove(0);
            }
            let is_unasked = policy.drop_unasked && connection.expected.is_empty();
            while is_unasked && connection.replies.first().is_some_and(is_whole) {
                connection.take_reply(0);
            }
        }
        Matching::Id => {
            let expected = connection.expected;
            let is_waited_for = |tag: Tag| expected.iter().any(|entry| entry.tag == tag);
            let is_nobodys = |reply: &Reply| is_whole(reply) && !is_waited_for(reply.tag);
            while let Some(at) = connection.replies.iter().position(is_nobodys) {
                connection.take_reply(at);
            }
        }
        Matching::Broadcast => {
            while !connection.is_in_use() && connection.replies.first().is_some_and(is_whole) {
                connection.take_reply(0);
            }
        }
    }
}
