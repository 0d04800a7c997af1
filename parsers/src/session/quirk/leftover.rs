//! Leftovers: what a client does with bytes that it read behind the end of a reply, with it or later.

use super::super::policy::{ClientPolicy, ClientQuirk};
use super::super::rules;
use super::super::state::Connection;

/// What happens to bytes behind a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Leftover {
    /// They stay in the client's memory, in front of what comes next.
    #[default]
    Keep,
    /// They are thrown away, and the connection is kept.
    Drop,
    /// They are read as a sign that the connection is out of step: it is closed.
    Close,
}

/// Each reply is read through memory of its own.
pub(crate) static DROP_LEFTOVER: ClientQuirk = ClientQuirk {
    id: "drop-leftover",
    text: "Each reply is read into memory of its own; what is behind it there is thrown away with that memory.",
    source: "http.client of Python 3.11",
    rule: Some(&rules::CLOSE),
    set: |policy| policy.leftover = Leftover::Drop,
};

/// The connection is closed when a reply has something behind it.
pub(crate) static RESYNC: ClientQuirk = ClientQuirk {
    id: "resync",
    text: "A connection is closed when something was read behind the end of a reply.",
    source: "net/http of Go 1.19; RFC 9112 §9.2",
    rule: None,
    set: |policy| policy.leftover = Leftover::Close,
};

/// Connections are read all the time.
pub(crate) static DROP_UNASKED: ClientQuirk = ClientQuirk {
    id: "drop-unasked",
    text: "Each connection is read all the time; a reply that comes while no request waits is thrown away, and the connection is used again.",
    source: "ioredis 6.0.0: a reply for which its queue has no command. RFC 9112 §9.2: such a connection is to be closed",
    rule: Some(&rules::CLOSE),
    set: |policy| policy.drop_unasked = true,
};

/// What is done once a reply was accepted.
pub(crate) fn after_reply(connection: &mut Connection, policy: &ClientPolicy) {
    if policy.closes_after_reply {
        connection.client_is_open = false;
    }
    // What is behind it may belong to another request that was written already.
    if connection.buffered == 0 || !connection.expected.is_empty() {
        return;
    }
    match policy.leftover {
        Leftover::Keep => {}
        Leftover::Drop => {
            while connection.buffered > 0 {
                connection.take_reply(0);
            }
        }
        Leftover::Close => connection.client_is_open = false,
    }
}
