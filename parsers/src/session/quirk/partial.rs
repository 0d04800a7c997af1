//! Partial replies: when a client treats what it has read as all that there is, and how long it waits for the rest.

use super::super::policy::ClientQuirk;
use super::super::rules;

/// What a client does with the first part of a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Partial {
    /// It waits for the rest; a connection that ends before it is an error.
    #[default]
    Wait,
    /// The client treats it as the whole.
    Take,
    /// The client treats it as the whole when the connection ends.
    TakeAtEof,
}

/// One read is one reply.
pub(crate) static PARTIAL_IS_REPLY: ClientQuirk = ClientQuirk {
    id: "partial-is-reply",
    text: "What one read returns is read as a reply; the rest of it is then the beginning of the next one.",
    source: "MogileFS clients in PHP that read with fgets under a timeout",
    rule: Some(&rules::INCOMPLETE),
    set: |policy| policy.partial = Partial::Take,
};

/// The limit ends where the reply begins.
pub(crate) static HEAD_TIMEOUT: ClientQuirk = ClientQuirk {
    id: "head-timeout",
    text: "The client's own limit is for the beginning of a reply; once a part has come, it waits for the rest without one.",
    source: "java.net.http.HttpClient of Java 17",
    rule: None,
    set: |policy| policy.head_timeout = true,
};

/// The end of the connection is the end of the reply.
pub(crate) static EOF_IS_END: ClientQuirk = ClientQuirk {
    id: "eof-is-end",
    text: "A reply that the end of the connection cuts short is read as a whole one.",
    source: "RFC 9112 §8: a message is incomplete when fewer bytes came than its length says",
    rule: Some(&rules::INCOMPLETE),
    set: |policy| policy.partial = Partial::TakeAtEof,
};
