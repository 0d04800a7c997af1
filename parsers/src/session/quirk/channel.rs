//! Channels: whether a connection belongs to one request at a time, and in which order a server
//! answers.

use super::super::policy::{ClientPolicy, ClientQuirk};
use super::super::rules;
use super::super::state::Connection;
use super::matching::Matching;

/// All clients use one connection.
pub(crate) static SHARED_CHANNEL: ClientQuirk = ClientQuirk {
    id: "shared-channel",
    text: "All clients write to one channel, without waiting for one another.",
    source: "messages between a parent and a child process; RESP pipelines; HTTP/2; FastCGI",
    rule: None,
    set: |policy| policy.shares_channel = true,
};

/// Nothing is ever sent on a connection again.
pub(crate) static SINGLE_USE: ClientQuirk = ClientQuirk {
    id: "single-use",
    text: "Each request has a connection of its own, which is closed after the reply.",
    source: "pymogilefs 0.1.2",
    rule: None,
    set: |policy| policy.closes_after_reply = true,
};

/// Replies may overtake one another.
pub(crate) static ANY_ORDER: ClientQuirk = ClientQuirk {
    id: "any-order",
    text: "The server answers the requests of one channel in any order.",
    source: "a child process that answers when it is done; HTTP/2. HTTP/1.1 forbids it: RFC 9112 §9.3.2",
    rule: Some(&rules::ORDER),
    set: |policy| policy.answers_in_any_order = true,
};

/// Writes a request on a connection, and notes whether it was out of step before.
pub(crate) fn write(
    connection: &mut Connection,
    policy: &ClientPolicy,
    tag: super::super::event::Tag,
) {
    let alone = connection.expected.is_empty();
    let unread = !connection.replies.is_empty();
    let relies_on_order = policy.answers_in_any_order && policy.matching == Matching::Order;
    connection.is_out_of_step |= alone && unread && policy.matching != Matching::Id;
    connection.is_out_of_step |=
        !alone && (relies_on_order || policy.matching == Matching::Broadcast);
    connection.expected.push(super::super::state::Expected {
        tag,
        is_abandoned: false,
    });
    if connection.server_is_open {
        connection.requests.push(tag);
    }
}
