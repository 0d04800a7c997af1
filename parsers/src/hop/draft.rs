//! What an intermediary is about to forward, and how it is written.

use super::policy::HopPolicy;
use super::quirk::{connection, framing, marks, names, trailers, tunnel, upgrade, version};
use super::request::{Field, HopRequest};

/// A request that is about to be forwarded.
#[derive(Debug, Default)]
pub struct RequestDraft {
    /// The request-line, with what ends it.
    pub line: Vec<u8>,
    /// The header section.
    pub fields: Vec<Field>,
    /// All that follows the head.
    pub body: Vec<u8>,
}

impl Field {
    /// Writes it as it came, or else anew.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        if self.raw.is_empty() {
            bytes.extend_from_slice(&[&self.name, b": ".as_slice(), &self.value, b"\r\n"].concat());
        } else {
            bytes.extend_from_slice(&self.raw);
        }
    }
}

/// What an intermediary forwards for a request.
pub(crate) struct ForwardedRequest {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether an Upgrade field is among them.
    pub offers_upgrade: bool,
}

/// What an intermediary forwards for a request.
pub(crate) fn forward(request: &HopRequest, policy: &HopPolicy) -> ForwardedRequest {
    let mut draft = RequestDraft {
        fields: request.fields.clone(),
        ..RequestDraft::default()
    };
    // By the names that were received: what is renamed is renamed after it has been read by.
    connection::strip(request, policy, &mut draft);
    trailers::merge(request, policy, &mut draft);
    framing::frame(request, policy, &mut draft);
    upgrade::offer(request, policy, &mut draft);
    tunnel::close(request, policy, &mut draft);
    marks::write(request, policy, &mut draft);
    names::treat(policy, &mut draft);
    version::line(request, policy, &mut draft);
    let mut bytes = draft.line;
    for field in &draft.fields {
        field.write(&mut bytes);
    }
    match policy.keeps_lines {
        true => bytes.extend_from_slice(&request.empty_line),
        false => bytes.extend_from_slice(b"\r\n"),
    }
    bytes.extend_from_slice(&draft.body);
    let offers_upgrade = draft.fields.iter().any(|field| field.is(b"upgrade"));
    ForwardedRequest {
        bytes,
        offers_upgrade,
    }
}
