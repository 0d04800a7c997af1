//! Marks: what an intermediary writes about itself, or about the client, into what it forwards.

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::request::{Field, HopRequest};
use super::framing::is_framing;
use super::version::ForwardVersion;

/// What an intermediary adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks {
    /// Whether Host names the next hop instead of the host that the client asked for.
    pub names_next_hop: bool,
    /// Whether it names itself in Via.
    pub names_itself: bool,
    /// Whether it names the client in X-Forwarded-For.
    pub forwarded_for: bool,
}

/// The fields to whose list each intermediary may add a member.
pub(crate) const RECORDS: [&[u8]; 3] = [b"via", b"x-forwarded-for", b"forwarded"];

/// The next is asked by its own name.
pub(crate) static OWN_HOST: HopQuirk = HopQuirk {
    id: "own-host",
    text: "Host is the name of the next, and not the one that the client has sent.",
    source: "nginx 1.22 `proxy_set_header Host $proxy_host`, Apache 2.4 `ProxyPreserveHost Off`, their defaults; squid 5.7 with `defaultsite`. RFC 9112 §3.2",
    rule: None,
    set: |policy| policy.marks.names_next_hop = true,
};

/// The hop names itself.
pub(crate) static ADD_VIA: HopQuirk = HopQuirk {
    id: "add-via",
    text: "The intermediary adds itself to Via.",
    source: "squid 5.7; RFC 9110 §7.6.3 requires it of every proxy",
    rule: None,
    set: |policy| policy.marks.names_itself = true,
};

/// The hop names the client.
pub(crate) static ADD_FORWARDED_FOR: HopQuirk = HopQuirk {
    id: "add-forwarded-for",
    text: "The address of the client is added to X-Forwarded-For.",
    source: "Apache 2.4, lighttpd 1.4.69, squid 5.7, Varnish 7.1; RFC 7239 has Forwarded for it",
    rule: None,
    set: |policy| policy.marks.forwarded_for = true,
};

/// Writes them.
pub(crate) fn write(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    let marks = policy.marks;
    // RFC 9112 §3.2: "A client MUST send a Host header field [...] in all HTTP/1.1 request messages", also where it forwards a
    // request of HTTP/1.0.
    let lacks_host =
        policy.version == ForwardVersion::Http11 && request.named(b"host").next().is_none();
    if marks.names_next_hop || lacks_host {
        // RFC 9112 §3.2: Host is the authority of the target, where that has one.
        let named = match marks.names_next_hop {
            true => None,
            false if request.is_connect() => Some(request.target.as_slice()),
            false => authority(&request.target),
        };
        let host = Field::own("Host", named.unwrap_or(b"next"));
        let mut hosts = draft.fields.iter_mut().filter(|field| field.is(b"host"));
        match hosts.next() {
            Some(field) => *field = host,
            None => draft.fields.insert(0, host),
        }
    }
    if marks.names_itself {
        let version = request.version.strip_prefix(b"HTTP/").unwrap_or(b"1.0");
        add(draft, "Via", &[version, b" hop"].concat());
    }
    if marks.forwarded_for {
        // RFC 7239 §6: "unknown" is said of an address that is not known, and here there is none.
        add(draft, "X-Forwarded-For", b"unknown");
    }
}

/// The authority of a target in absolute-form.
fn authority(target: &[u8]) -> Option<&[u8]> {
    let scheme = memchr::memmem::find(target, b"://")?;
    let rest = target.get(scheme + 3..)?;
    let end = rest.iter().position(|byte| b"/?#".contains(byte));
    rest.get(..end.unwrap_or(rest.len()))
}

/// Adds a member to the last line of this name, or else a line: before those that frame, which come last.
fn add(draft: &mut RequestDraft, name: &str, member: &[u8]) {
    let mut lines = draft.fields.iter_mut();
    if let Some(last) = lines.rfind(|field| field.is(name.as_bytes())) {
        last.value = [last.value.as_slice(), member].join(b", ".as_slice());
        last.raw.clear();
        return;
    }
    let end = draft.fields.iter().position(is_framing);
    let end = end.unwrap_or(draft.fields.len());
    draft.fields.insert(end, Field::own(name, member));
}
