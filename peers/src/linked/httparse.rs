//! httparse: its readers of heads and of chunk sizes, with the smallest framing around them.

use std::mem::MaybeUninit;

use httparse::{EMPTY_HEADER, Header, Request, Status};
use parsers::End;

use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// httparse as it is by default.
pub(crate) static HTTPARSE: About = About {
    name: "httparse",
    family: &parsers::http1::REQUEST,
    licence: "MIT OR Apache-2.0",
    adds: "the framing: chunked where a Transfer-Encoding field is that word in any case, else the \
           first Content-Length as u64::from_str takes it, else no body; a CRLF after each chunk; at \
           most 100 fields; a Connection field that is close in any case ends the stream",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        version: || version!("httparse"),
        open: || Ok(Box::new(Httparse)),
    },
};

/// How many fields there is room for; httparse leaves that to its user.
pub(super) const FIELDS: usize = 100;

struct Httparse;

/// What of a message comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Head,
    Counted { left: u64 },
    ChunkSize,
    Chunk { left: u64 },
    ChunkEnd,
    Trailer,
}

/// What happened to a part.
enum Step {
    /// It took so many bytes, and this one follows.
    Took(usize, Part),
    /// It took so many bytes, and was the last of its message.
    Whole(usize),
    /// It needs more bytes than there are.
    Wait,
    Reject,
}

impl Peer for Httparse {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut part = Part::Head;
        let mut closes = false;
        let mut at = 0;
        let mut given = super::next_piece(input, 0, pieces).len();
        let end = loop {
            let there = input.get(at..given).unwrap_or(&[]);
            match step(part, there, &mut closes, seen) {
                Step::Took(used, next) => {
                    at += used;
                    part = next;
                }
                Step::Whole(used) => {
                    at += used;
                    part = Part::Head;
                    seen.end_message(at);
                    if closes {
                        break End::Complete;
                    }
                }
                Step::Wait if given < input.len() => {
                    given += super::next_piece(input, given, pieces).len();
                }
                Step::Wait if at < given || part != Part::Head => break End::Incomplete,
                Step::Wait => break End::Complete,
                Step::Reject => break End::Rejected,
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

fn step(part: Part, there: &[u8], closes: &mut bool, seen: &mut Seen) -> Step {
    match part {
        Part::Head => head(there, closes, seen),
        Part::Counted { left } => match content(left, there, seen) {
            0 => Step::Wait,
            used if used as u64 == left => Step::Whole(used),
            used => {
                let left = left - used as u64;
                Step::Took(used, Part::Counted { left })
            }
        },
        Part::ChunkSize => match httparse::parse_chunk_size(there) {
            Ok(Status::Complete((used, 0))) => Step::Took(used, Part::Trailer),
            Ok(Status::Complete((used, left))) => Step::Took(used, Part::Chunk { left }),
            Ok(Status::Partial) => Step::Wait,
            Err(_) => Step::Reject,
        },
        Part::Chunk { left } => match content(left, there, seen) {
            0 => Step::Wait,
            used if used as u64 == left => Step::Took(used, Part::ChunkEnd),
            used => {
                let left = left - used as u64;
                Step::Took(used, Part::Chunk { left })
            }
        },
        Part::ChunkEnd => match there {
            [b'\r', b'\n', ..] => Step::Took(2, Part::ChunkSize),
            [] | [b'\r'] => Step::Wait,
            _ => Step::Reject,
        },
        Part::Trailer => match httparse::parse_headers(there, &mut [EMPTY_HEADER; FIELDS]) {
            Ok(Status::Complete((used, trailers))) => {
                for Header { name, value } in trailers {
                    seen.take_trailer(*name, *value);
                }
                Step::Whole(used)
            }
            Ok(Status::Partial) => Step::Wait,
            Err(_) => Step::Reject,
        },
    }
}

fn head(there: &[u8], closes: &mut bool, seen: &mut Seen) -> Step {
    let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
    let mut request = Request::new(&mut []);
    let used = match request.parse_with_uninit_headers(there, &mut fields) {
        Ok(Status::Complete(used)) => used,
        Ok(Status::Partial) => return Step::Wait,
        Err(_) => return Step::Reject,
    };
    seen.take_request(
        request.method.unwrap_or_default(),
        request.path.unwrap_or_default(),
    );
    let (mut is_chunked, mut length) = (false, None);
    *closes = false;
    for Header { name, value } in &*request.headers {
        seen.take_field(*name, *value);
        if name.eq_ignore_ascii_case("Connection") {
            *closes |= value.eq_ignore_ascii_case(b"close");
        } else if name.eq_ignore_ascii_case("Transfer-Encoding") {
            is_chunked |= value.eq_ignore_ascii_case(b"chunked");
        } else if name.eq_ignore_ascii_case("Content-Length") {
            length = length.or(Some(*value));
        }
    }
    if is_chunked {
        return Step::Took(used, Part::ChunkSize);
    }
    let Some(length) = length else {
        return Step::Whole(used);
    };
    let length = std::str::from_utf8(length).map(str::parse);
    match length {
        Ok(Ok(0)) => Step::Whole(used),
        Ok(Ok(left)) => Step::Took(used, Part::Counted { left }),
        _ => Step::Reject,
    }
}

/// Takes what there is of `left` bytes of content, and says how many that was.
fn content(left: u64, there: &[u8], seen: &mut Seen) -> usize {
    let most = usize::try_from(left).unwrap_or(usize::MAX);
    let piece = there.get(..most).unwrap_or(there);
    seen.take_content(piece);
    piece.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linked::tests::read_alike;

    /// httparse-1.10.1 src/lib.rs, `parse_chunk_size`: the size starts as 0, and a CRLF ends the line
    /// whether or not a digit came.
    #[test]
    fn a_chunk_size_without_digits_is_zero() {
        let head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        let input = format!("{head}1\r\na\r\n\r\n\r\n");
        let told = (vec![input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read_alike(&HTTPARSE, &input), told);
    }

    /// What [`About::adds`] says, one by one.
    #[test]
    fn the_framing_is_as_it_is_said_to_be() {
        let told = |fields: &str, rest: &str| {
            let head = format!("POST / HTTP/1.1\r\n{fields}\r\n");
            let (ends, end, content) = read_alike(&HTTPARSE, format!("{head}{rest}"));
            let ends: Vec<usize> = ends.iter().map(|end| end - head.len()).collect();
            (ends, end, String::from_utf8(content))
        };
        let whole = |content: &str, rest: &str| {
            let content = Ok(content.to_owned());
            (vec![rest.len()], End::Complete, content)
        };
        let rejected = (vec![], End::Rejected, Ok(String::new()));
        let (length, coding) = ("Content-Length: +3\r\n", "Transfer-Encoding: CHUNKED\r\n");
        let chunks = "1\r\na\r\n0\r\nb: c\r\n\r\n";

        assert_eq!(
            told(&format!("{length}{coding}"), chunks),
            whole("a", chunks)
        );
        let other = "Transfer-Encoding: gzip, chunked\r\nContent-Length: 9\r\n";
        assert_eq!(
            told(&format!("{length}{other}"), "abc"),
            whole("abc", "abc")
        );
        assert_eq!(told("Content-Length: 3,3\r\n", "abc"), rejected);
        assert_eq!(told("", ""), whole("", ""));
        assert_eq!(told(coding, "1\r\naXX0\r\n\r\n"), rejected);
        assert_eq!(told(&"a: b\r\n".repeat(100), ""), whole("", ""));
        assert_eq!(told(&"a: b\r\n".repeat(101), ""), rejected);
        let (ends, end, _) = told("Connection: Close\r\n", "GET / HTTP/1.1\r\n\r\n");
        assert_eq!((ends, end), (vec![0], End::Complete));
    }
}
