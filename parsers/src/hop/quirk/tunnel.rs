//! CONNECT: what happens to the bytes behind it before the answer has come (RFC 9931).

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::request::{Field, HopRequest};

/// When the bytes behind CONNECT go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Connect {
    /// Whether they go on at once. A careful client of a proxy waits for a 2xx.
    pub is_optimistic: bool,
    /// Whether CONNECT goes on with the option close.
    pub closes: bool,
}

/// What is behind CONNECT goes on before it is granted.
pub(crate) static CONNECT_OPTIMISTIC: HopQuirk = HopQuirk {
    id: "connect-optimistic",
    text: "The bytes behind CONNECT go on at once, before it is granted.",
    source: "RFC 9931 §4.1, §8",
    rule: None,
    set: |policy| policy.connect.is_optimistic = true,
};

/// CONNECT asks the proxy to close what it does not grant.
pub(crate) static CONNECT_CLOSE: HopQuirk = HopQuirk {
    id: "connect-close",
    text: "CONNECT goes on with the connection option close.",
    source: "RFC 9931 §8",
    rule: None,
    set: |policy| policy.connect.closes = true,
};

/// Puts the option into a CONNECT that is to be forwarded.
pub fn close(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    if policy.connect.closes && request.is_connect() {
        draft.fields.push(Field::own("Connection", "close"));
    }
}
