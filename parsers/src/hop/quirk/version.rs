//! Version: of which HTTP what is forwarded says it is.

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::request::HopRequest;

/// The version of what is forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ForwardVersion {
    /// HTTP/1.1, whatever came: RFC 9112 §2.3.
    #[default]
    Http11,
    /// HTTP/1.0.
    Http10,
    /// That which came.
    Raw,
}

/// The next is spoken to in HTTP/1.0.
pub(crate) static HTTP10_UPSTREAM: HopQuirk = HopQuirk {
    id: "http10-upstream",
    text: "What is forwarded is of HTTP/1.0.",
    source: "nginx 1.22 `proxy_http_version`, its default; RFC 9112 §2.3",
    rule: None,
    set: |policy| policy.version = ForwardVersion::Http10,
};

/// The version is that of the request that came.
pub(crate) static RAW_VERSION: HopQuirk = HopQuirk {
    id: "raw-version",
    text: "The request-line goes on as it came.",
    source: "HAProxy 2.6; RFC 9112 §2.3 requires an intermediary to send its own version",
    rule: None,
    set: |policy| policy.version = ForwardVersion::Raw,
};

/// Writes the request-line of what is to be forwarded.
pub fn line(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    let version: &[u8] = match policy.version {
        ForwardVersion::Raw => {
            draft.line = request.line.clone();
            return;
        }
        ForwardVersion::Http11 => {
            // RFC 9110 §10.1.1: a 100-continue expectation in a request of HTTP/1.0 is ignored, so it is none to the next. Other
            // versions may be HTTP/1.0 to its reader.
            if request.version != b"HTTP/1.1" {
                draft.fields.retain(|field| !field.is(b"expect"));
            }
            b"HTTP/1.1"
        }
        ForwardVersion::Http10 => b"HTTP/1.0",
    };
    let words = [
        request.method.as_slice(),
        request.target.as_slice(),
        version,
    ];
    draft.line = words.join(&b' ');
    draft.line.extend_from_slice(b"\r\n");
}
