//! Framing: what tells the next reader where a request ends.

use super::super::draft::RequestDraft;
use super::super::policy::{HopPolicy, HopQuirk};
use super::super::reader::HopReader;
use super::super::request::{Field, HopRequest};
use super::super::run::Stage;
use super::trailers;
use crate::core::verdict;

/// How a request is framed when it is forwarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ForwardFraming {
    /// With a framing of its own, of the kind that was read.
    #[default]
    AsRead,
    /// The fields and the bytes of the body go on as they came.
    Raw,
    /// With its own Content-Length.
    Length,
    /// With its own chunks.
    Chunks,
}

/// Nothing about the framing is changed.
pub(crate) static RAW_FRAMING: HopQuirk = HopQuirk {
    id: "raw-framing",
    text: "Content-Length, Transfer-Encoding and the bytes of the body go on as they came, whatever was made of them.",
    source: "RFC 9112 §6.3: a message with both may be forwarded by an intermediary that first removes Content-Length",
    rule: None,
    set: |policy| policy.framing = ForwardFraming::Raw,
};

/// The content is counted.
pub(crate) static OWN_LENGTH: HopQuirk = HopQuirk {
    id: "own-length",
    text: "The content is read whole, and goes on with a Content-Length of its own.",
    source: "nginx 1.22 proxy_request_buffering; RFC 9112 §6.2",
    rule: None,
    set: |policy| policy.framing = ForwardFraming::Length,
};

/// The content is chunked anew.
pub(crate) static OWN_CHUNKS: HopQuirk = HopQuirk {
    id: "own-chunks",
    text: "Whatever ended the content, it goes on in chunks of its own.",
    source: "RFC 9112 §7.1",
    rule: None,
    set: |policy| policy.framing = ForwardFraming::Chunks,
};

/// What was begun is ended.
pub(crate) static END_BROKEN: HopQuirk = HopQuirk {
    id: "end-broken",
    text: "Chunks are forwarded as they are read; where they break off, or cannot be read, the last chunk follows all the same.",
    source: "Varnish 7.1, which answers 503 meanwhile; RFC 9112 §8: chunks are incomplete without their last one",
    rule: None,
    set: |policy| policy.ends_broken = true,
};

/// How many lines are given up at most, from the end of what can be read, until what is before them is whole chunks.
const GIVEN_UP: usize = 8;

/// The request that `stream` begins, which breaks off in its chunks or is rejected there at `at`, as if it ended with
/// the last whole chunk; none when it does not break off in chunks.
pub(crate) fn ended(stream: &[u8], at: usize, reader: &HopReader) -> Option<HopRequest> {
    let until = stream.get(..at.min(stream.len()))?;
    let lines = memchr::memrchr_iter(b'\n', until).take(GIVEN_UP);
    lines
        .filter_map(|line| until.get(..=line))
        .find_map(|whole| {
            let stream = [whole, b"0\r\n\r\n"].concat();
            let stage = Stage::read(reader, stream);
            let [request] = stage.requests.as_slice() else {
                return None;
            };
            let is_chunked = request.framing == verdict::Framing::Chunked;
            (is_chunked && request.end == stage.input.len()).then(|| request.clone())
        })
}

/// Whether it is a field that frames.
pub(crate) fn is_framing(field: &Field) -> bool {
    field.is(b"content-length") || field.is(b"transfer-encoding")
}

/// Frames what is to be forwarded.
pub(crate) fn frame(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    if policy.framing == ForwardFraming::Raw {
        draft.body = request.raw_body.clone();
        return;
    }
    draft.fields.retain(|field| !is_framing(field));
    if request.framing == verdict::Framing::Bodiless {
        return;
    }
    let is_counted = matches!(request.framing, verdict::Framing::Length(_));
    match policy.framing {
        ForwardFraming::Length => count(request, draft),
        ForwardFraming::AsRead if is_counted => count(request, draft),
        _ => chunk(request, policy, draft),
    }
}

fn count(request: &HopRequest, draft: &mut RequestDraft) {
    let content = request.content();
    let length = content.len().to_string();
    draft.fields.push(Field::own("Content-Length", length));
    draft.body = content;
}

fn chunk(request: &HopRequest, policy: &HopPolicy, draft: &mut RequestDraft) {
    draft
        .fields
        .push(Field::own("Transfer-Encoding", "chunked"));
    for piece in &request.pieces {
        draft
            .body
            .extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        draft.body.extend_from_slice(piece);
        draft.body.extend_from_slice(b"\r\n");
    }
    draft.body.extend_from_slice(b"0\r\n");
    for field in trailers::kept(request, policy) {
        field.write(&mut draft.body);
    }
    draft.body.extend_from_slice(b"\r\n");
}
