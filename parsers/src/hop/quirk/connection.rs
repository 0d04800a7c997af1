//! Connection: which fields were meant for this hop only, and end there.

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::request::{Field, HopRequest};
use super::framing::is_framing;

/// Which fields an intermediary removes as meant for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConnectionFields {
    /// Those that are known to be, and those that Connection names.
    #[default]
    Named,
    /// Those that are known to be.
    Known,
    /// None.
    None,
}

/// RFC 9110 §7.6.1: "intermediaries SHOULD remove or replace fields that are known to require removal before
/// forwarding, whether or not they appear as a connection-option". Transfer-Encoding is a matter of framing.
pub(crate) const KNOWN: [&[u8]; 5] = [
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"te",
    b"upgrade",
];

/// What was meant for this hop goes on.
pub(crate) static KEEP_HOP_BY_HOP: HopQuirk = HopQuirk {
    id: "keep-hop-by-hop",
    text: "Connection, Keep-Alive, TE and Upgrade go on, and what Connection names.",
    source: "HAProxy 2.6, but for close and keep-alive; RFC 9110 §7.6.1 requires the contrary",
    rule: None,
    set: |policy| policy.connection = ConnectionFields::None,
};

/// Connection is removed, and not heeded.
pub(crate) static KEEP_NAMED: HopQuirk = HopQuirk {
    id: "keep-named",
    text: "The fields that are known to be meant for a hop are removed, and those that only Connection names go on.",
    source: "nginx 1.22, lighttpd 1.4.69; RFC 9110 §7.6.1 requires the contrary",
    rule: None,
    set: |policy| policy.connection = ConnectionFields::Known,
};

/// TE goes on alone.
pub(crate) static KEEP_TE: HopQuirk = HopQuirk {
    id: "keep-te",
    text: "TE goes on without the connection option TE.",
    source: "RFC 9110 §10.1.4 requires the option",
    rule: None,
    set: |policy| policy.keeps_te = true,
};

/// TE goes on as the hop's own.
pub(crate) static FORWARD_TE: HopQuirk = HopQuirk {
    id: "forward-te",
    text: "TE goes on as the hop's own, with the connection option TE.",
    source: "lighttpd 1.4.69, of `trailers`; RFC 9110 §10.1.4",
    rule: None,
    set: |policy| policy.forwards_te = true,
};

/// One of the fields that are known is not.
pub(crate) static KEEP_KEEP_ALIVE: HopQuirk = HopQuirk {
    id: "keep-keep-alive",
    text: "Keep-Alive goes on.",
    source: "lighttpd 1.4.69; RFC 9110 §7.6.1 advises to remove it",
    rule: None,
    set: |policy| policy.keeps_keep_alive = true,
};

/// Another is not.
pub(crate) static KEEP_PROXY_CONNECTION: HopQuirk = HopQuirk {
    id: "keep-proxy-connection",
    text: "Proxy-Connection goes on.",
    source: "nginx 1.22, Varnish 7.1; RFC 9110 §7.6.1 advises to remove it",
    rule: None,
    set: |policy| policy.keeps_proxy_connection = true,
};

/// A connection option may take the framing away.
pub(crate) static STRIP_NAMED_FRAMING: HopQuirk = HopQuirk {
    id: "strip-named-framing",
    text: "What Connection names is removed after it has been read by, be it Host, Content-Length or Transfer-Encoding.",
    source: "Davison 2019, abusing hop-by-hop headers; CVE-2026-26365; RFC 9110 §7.6.1",
    rule: None,
    set: |policy| policy.strips_framing = true,
};

/// Removes what was meant for this hop.
pub(crate) fn strip(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    let named = request.options();
    let is_named = |field: &Field| named.iter().any(|option| field.is(option));
    let is_vital = |field: &Field| field.is(b"host") || is_framing(field);
    draft.fields.retain(|field| {
        if is_vital(field) {
            return !(policy.strips_framing && is_named(field));
        }
        let is_known = KNOWN.iter().any(|name| field.is(name));
        match policy.connection {
            ConnectionFields::None => true,
            _ if is_kept(field, policy) => true,
            ConnectionFields::Known => !is_known,
            ConnectionFields::Named => !is_known && !is_named(field),
        }
    });
    if policy.forwards_te && draft.fields.iter().any(|field| field.is(b"te")) {
        draft.fields.push(Field::own("Connection", "TE"));
    }
}

/// Whether this field goes on by a quirk of its own.
fn is_kept(field: &Field, policy: &HopPolicy) -> bool {
    (field.is(b"te") && (policy.keeps_te || policy.forwards_te))
        || (field.is(b"keep-alive") && policy.keeps_keep_alive)
        || (field.is(b"proxy-connection") && policy.keeps_proxy_connection)
}
