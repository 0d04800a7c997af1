//! httparse for responses: its readers of heads and of chunk sizes, with the smallest framing of a client around them.

use httparse::{EMPTY_HEADER, Header, Response, Status};
use parsers::{End, StreamInput};

use super::httparse::FIELDS;
use super::queue::Queue;
use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// httparse as it is by default.
pub(crate) static HTTPARSE: About = About {
    name: "httparse-client",
    family: &parsers::http1::response::RESPONSE,
    licence: "MIT OR Apache-2.0",
    adds: "the framing: no body after HEAD, 1xx, 204 and 304, a tunnel after 101 and after 2xx to CONNECT; else chunked where a \
           Transfer-Encoding field is that word in any case, else the first Content-Length as u64::from_str takes it, else until \
           the close; a CRLF after each chunk; at most 100 fields; Connection: close and HTTP/1.0 end the stream; the queue of requests",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        version: || version!("httparse"),
        open: || Ok(Box::new(Client)),
    },
};

struct Client;

/// What ends the message whose head was read.
#[derive(Clone, Copy)]
enum Body {
    None,
    Counted(u64),
    Chunks,
    UntilClose,
    Tunnel,
}

/// What results from bytes that may not be all.
enum Step<T> {
    /// So many bytes were taken.
    Took(usize, T),
    Wait,
    Reject,
}

/// The head of a response: its status, what ends its body, and whether the connection closes then.
struct Head {
    status: u16,
    body: Body,
    closes: bool,
}

impl Peer for Client {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        self.read_answers(input.into(), pieces, seen)
    }

    fn read_answers(
        &mut self,
        input: StreamInput<'_>,
        pieces: Pieces,
        seen: &mut Seen,
    ) -> Result<(), Failure> {
        let mut queue = Queue::new(input.asked);
        let input = input.bytes;
        let mut given = super::next_piece(input, 0, pieces).len();
        let (mut at, mut shown) = (0, 0);
        let end = loop {
            let there = input.get(at..given).unwrap_or(&[]);
            let has_ended = given == input.len();
            let Some(method) = queue.waits() else {
                break End::Complete;
            };
            shown += there.len();
            if shown > super::MOST_SHOWN {
                return Err(Failure::Hang);
            }
            let before = seen.content.len();
            match response(there, method, has_ended, seen) {
                Step::Took(used, head) => {
                    at += used;
                    seen.end_message(at);
                    queue.take_status(head.status.into());
                    queue.end_message();
                    match head.body {
                        Body::Tunnel => break End::Tunnel,
                        _ if head.closes => break End::Complete,
                        _ => {}
                    }
                }
                // What is not whole is read again when there is more of it.
                Step::Wait => {
                    seen.content.truncate(before);
                    match (has_ended, there) {
                        (true, []) => break End::Complete,
                        (true, _) => break End::Incomplete,
                        (false, _) => given += super::next_piece(input, given, pieces).len(),
                    }
                }
                Step::Reject => {
                    seen.content.truncate(before);
                    break End::Rejected;
                }
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

/// Reads the response at the front of what is there.
fn response(there: &[u8], method: &str, has_ended: bool, seen: &mut Seen) -> Step<Head> {
    let (used, head) = match head(there, method) {
        Step::Took(used, head) => (used, head),
        Step::Wait => return Step::Wait,
        Step::Reject => return Step::Reject,
    };
    let rest = there.get(used..).unwrap_or(&[]);
    let size = match head.body {
        Body::None | Body::Tunnel => Step::Took(0, ()),
        Body::Counted(length) => content(length, rest, seen),
        Body::Chunks => chunks(rest, seen),
        Body::UntilClose if has_ended => content(rest.len() as u64, rest, seen),
        Body::UntilClose => Step::Wait,
    };
    match size {
        Step::Took(size, ()) => Step::Took(used + size, head),
        Step::Wait => Step::Wait,
        Step::Reject => Step::Reject,
    }
}

fn head(there: &[u8], method: &str) -> Step<Head> {
    let mut fields = [EMPTY_HEADER; FIELDS];
    let mut response = Response::new(&mut fields);
    let used = match response.parse(there) {
        Ok(Status::Complete(used)) => used,
        Ok(Status::Partial) => return Step::Wait,
        Err(_) => return Step::Reject,
    };
    let status = response.code.unwrap_or_default();
    let mut closes = response.version == Some(0);
    let (mut is_chunked, mut length) = (false, None);
    for Header { name, value } in &*response.headers {
        if name.eq_ignore_ascii_case("Connection") {
            closes |= value.eq_ignore_ascii_case(b"close");
        } else if name.eq_ignore_ascii_case("Transfer-Encoding") {
            is_chunked |= value.eq_ignore_ascii_case(b"chunked");
        } else if name.eq_ignore_ascii_case("Content-Length") {
            length = length.or(Some(*value));
        }
    }
    let length = length.map(|length| std::str::from_utf8(length).ok()?.parse().ok());
    let body = match status {
        101 => Body::Tunnel,
        200..=299 if method == "CONNECT" => Body::Tunnel,
        100..=199 | 204 | 304 => Body::None,
        _ if method == "HEAD" => Body::None,
        _ if is_chunked => Body::Chunks,
        _ => match length {
            Some(Some(length)) => Body::Counted(length),
            Some(None) => return Step::Reject,
            None => Body::UntilClose,
        },
    };
    closes &= status / 100 != 1;
    let head = Head {
        status,
        body,
        closes: closes || matches!(body, Body::UntilClose),
    };
    Step::Took(used, head)
}

/// Takes so many bytes of content, if they are there.
fn content(length: u64, there: &[u8], seen: &mut Seen) -> Step<()> {
    let size = usize::try_from(length).ok();
    match size.and_then(|size| there.get(..size)) {
        Some(piece) => {
            seen.take_content(piece);
            Step::Took(piece.len(), ())
        }
        None => Step::Wait,
    }
}

/// Takes the chunks and the trailer section, if they are there.
fn chunks(there: &[u8], seen: &mut Seen) -> Step<()> {
    let mut at = 0;
    loop {
        let rest = there.get(at..).unwrap_or(&[]);
        let length = match httparse::parse_chunk_size(rest) {
            Ok(Status::Complete((used, length))) => {
                at += used;
                length
            }
            Ok(Status::Partial) => return Step::Wait,
            Err(_) => return Step::Reject,
        };
        let rest = there.get(at..).unwrap_or(&[]);
        if length == 0 {
            return match httparse::parse_headers(rest, &mut [EMPTY_HEADER; FIELDS]) {
                Ok(Status::Complete((used, _))) => Step::Took(at + used, ()),
                Ok(Status::Partial) => Step::Wait,
                Err(_) => Step::Reject,
            };
        }
        match content(length, rest, seen) {
            Step::Took(used, ()) => at += used,
            other => return other,
        }
        match there.get(at..).unwrap_or(&[]) {
            [b'\r', b'\n', ..] => at += 2,
            [] | [b'\r'] => return Step::Wait,
            _ => return Step::Reject,
        }
    }
}
