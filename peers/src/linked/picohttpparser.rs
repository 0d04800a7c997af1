//! picohttpparser: a parser of heads and a decoder of chunks, which the server h2o is built on.
//!
//! What a field means is left to its user. The framing here takes one Content-Length in digits, or one
//! Transfer-Encoding that is `chunked`, and rejects what else these fields may say; so all that is odd
//! about its readings is of its own making.

use parsers::End;

use super::c::{ChunkedDecoder, HeadParser, Parsed, PicoHead};
use super::next_piece;
use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// picohttpparser, asked as its README.md shows.
pub(crate) static PICOHTTPPARSER: About = About {
    name: "picohttpparser",
    family: &parsers::http1::REQUEST,
    licence: "MIT",
    adds: "the framing: one Content-Length or one `Transfer-Encoding: chunked`, else rejected; \
        Connection; CONNECT",
    cuts: "a head is looked at again only when it is whole",
    role: Role::Library,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        // Neither its sources nor its header tell one.
        version: || version!("picohttpparser-sys"),
        open: || Ok(Box::new(PicoHttpParser(HeadParser::new()))),
    },
};

struct PicoHttpParser(HeadParser);

/// How the content of a request is delimited.
#[derive(Clone, Copy)]
enum Framing {
    /// By its length in bytes.
    Length(usize),
    Chunked,
}

/// What a head says of what follows it.
struct Terms {
    framing: Framing,
    /// How the stream ends with this request, if it does.
    last: Option<End>,
}

/// The input, and how many bytes of it the peer was given.
struct Stream<'a> {
    input: &'a [u8],
    pieces: Pieces,
    given: usize,
}

impl<'a> Stream<'a> {
    /// Gives more, if there is more.
    fn more(&mut self) -> bool {
        let more = next_piece(self.input, self.given, self.pieces).len();
        self.given += more;
        more > 0
    }

    /// What was given from `at` on.
    fn since(&self, at: usize) -> &'a [u8] {
        self.input.get(at..self.given).unwrap_or(&[])
    }
}

impl Peer for PicoHttpParser {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut stream = Stream {
            input,
            pieces,
            given: next_piece(input, 0, pieces).len(),
        };
        let end = loop {
            match self.read_request(&mut stream, seen) {
                Ok(None) => {}
                Ok(Some(end)) | Err(end) => break end,
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

impl PicoHttpParser {
    /// Reads one request: whether the stream ends with it, or, as an error, without it.
    fn read_request(
        &mut self,
        stream: &mut Stream<'_>,
        seen: &mut Seen,
    ) -> Result<Option<End>, End> {
        let start = seen.taken();
        let mut last = 0;
        let (content, terms) = loop {
            let buffer = stream.since(start);
            match self.0.parse(buffer, last) {
                Parsed::Whole(head) => {
                    take_facts(&head, seen);
                    break (start + head.length, terms(&head).ok_or(End::Rejected)?);
                }
                Parsed::Rejected => return Err(End::Rejected),
                Parsed::Partial if stream.more() => last = buffer.len(),
                Parsed::Partial if buffer.is_empty() => return Err(End::Complete),
                Parsed::Partial => return Err(End::Incomplete),
            }
        };
        let end = match terms.framing {
            Framing::Length(length) => read_length(stream, content, length, seen),
            Framing::Chunked => read_chunked(stream, content, seen),
        }?;
        seen.end_message(end);
        Ok(terms.last)
    }
}

/// Reads content of a known length from `at` on: where it ends.
fn read_length(
    stream: &mut Stream<'_>,
    at: usize,
    length: usize,
    seen: &mut Seen,
) -> Result<usize, End> {
    loop {
        if let Some(content) = stream.since(at).get(..length) {
            seen.take_content(content);
            return Ok(at + length);
        }
        if !stream.more() {
            return Err(End::Incomplete);
        }
    }
}

/// Reads content in chunks from `at` on: where it ends.
fn read_chunked(stream: &mut Stream<'_>, mut at: usize, seen: &mut Seen) -> Result<usize, End> {
    let mut decoder = ChunkedDecoder::new();
    loop {
        let kept = seen.content.len();
        seen.take_content(stream.since(at));
        at = stream.given;
        let coded = seen.content.get_mut(kept..).unwrap_or_default();
        let (decoded, parsed) = decoder.decode(coded);
        seen.content.truncate(kept + decoded);
        match parsed {
            Parsed::Whole(left) => return Ok(at - left),
            Parsed::Rejected => return Err(End::Rejected),
            Parsed::Partial if stream.more() => {}
            Parsed::Partial => return Err(End::Incomplete),
        }
    }
}

/// Notes what `head` says. A field without a name is a line that continues the one before.
fn take_facts(head: &PicoHead<'_>, seen: &mut Seen) {
    if !seen.wants_facts() {
        return;
    }
    seen.take_request(head.method, head.target);
    let mut fields: Vec<(&[u8], Vec<u8>)> = Vec::new();
    for (name, value) in head.fields() {
        match fields.last_mut().filter(|_| name.is_empty()) {
            Some((_, before)) => before.extend([b" ", value].concat()),
            None => fields.push((name, value.to_vec())),
        }
    }
    for (name, value) in fields {
        seen.take_field(name, value);
    }
}

/// What `head` says; none if it is more than the framing here takes.
fn terms(head: &PicoHead<'_>) -> Option<Terms> {
    let mut framing = None;
    let mut in_framing = false;
    let mut close = false;
    let mut keep_alive = false;
    for (name, value) in head.fields() {
        let found = if name.eq_ignore_ascii_case(b"content-length") {
            Some(Framing::Length(number(value.trim_ascii())?))
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            let chunked = value.trim_ascii().eq_ignore_ascii_case(b"chunked");
            Some(chunked.then_some(Framing::Chunked)?)
        } else {
            None
        };
        let continues = name.is_empty();
        if continues && in_framing || found.is_some() && framing.is_some() {
            return None;
        }
        in_framing = found.is_some();
        framing = framing.or(found);
        if name.eq_ignore_ascii_case(b"connection") {
            for option in value.split(|byte| *byte == b',') {
                let option = option.trim_ascii();
                close |= option.eq_ignore_ascii_case(b"close");
                keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            }
        }
    }
    // What follows the head of CONNECT is the tunnel.
    if head.method == b"CONNECT" {
        return Some(Terms {
            framing: Framing::Length(0),
            last: Some(End::Tunnel),
        });
    }
    let closes = close || head.minor_version < 1 && !keep_alive;
    Some(Terms {
        framing: framing.unwrap_or(Framing::Length(0)),
        last: closes.then_some(End::Complete),
    })
}

/// The number that is written in digits and nothing else.
fn number(digits: &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for digit in digits {
        let value = char::from(*digit).to_digit(10)?;
        number = number.checked_mul(10)?.checked_add(value as usize)?;
    }
    (!digits.is_empty()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask;
    use crate::linked::tests::ends;

    fn chunked(content: &str) -> (Vec<u8>, usize) {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let input = format!("{head}{content}");
        let length = input.len();
        (input.into_bytes(), length)
    }

    /// picohttpparser.c, `phr_decode_chunked`: `CHUNKED_IN_CHUNK_EXT` skips whatever follows the digits
    /// of a chunk size, up to LF.
    #[test]
    fn anything_may_follow_a_chunk_size() {
        let (input, length) = chunked("1\0 x\r\r\na\r\n0 !\n\r\n");
        assert_eq!(ends(&PICOHTTPPARSER, &input), (vec![length], End::Complete));
    }

    /// picohttpparser.c, `phr_decode_chunked`: `CHUNKED_IN_CHUNK_CRLF` and
    /// `CHUNKED_IN_TRAILERS_LINE_HEAD` skip any number of CR, none included.
    #[test]
    fn any_number_of_cr_ends_a_chunk() {
        let (input, length) = chunked("1\r\na\r\r\r\n1\r\nb\n0\r\nx\r\n\r\r\r\n");
        assert_eq!(ends(&PICOHTTPPARSER, &input), (vec![length], End::Complete));
        let (input, _) = chunked("1\r\na\rx\n0\r\n\r\n");
        assert_eq!(ends(&PICOHTTPPARSER, &input), (vec![], End::Rejected));
    }

    /// picohttpparser.c, `parse_int`: a version has any number of digits.
    #[test]
    fn a_minor_version_is_a_number() {
        let input = b"GET / HTTP/1.0012\r\n\r\nGET / HTTP/1.00\r\n\r\nGET";
        assert_eq!(ends(&PICOHTTPPARSER, input), (vec![21, 40], End::Complete));
    }

    /// picohttpparser.c, `is_complete`: when more has come, the parser does not look at a head before
    /// its empty line is there ("a fast countermeasure against slowloris").
    #[test]
    fn what_comes_in_pieces_is_rejected_late() {
        let mut peer = PICOHTTPPARSER.open().unwrap().peer;
        let mut end = |input: &[u8], pieces| {
            let mut seen = Seen::default();
            ask(&mut *peer, input, pieces, &mut seen).unwrap();
            (seen.messages.len(), seen.end)
        };
        let whole = b"GET / HTTP/1.1\r\n: x\r\n\r\n";
        let cut = whole.get(..whole.len() - 2).unwrap();
        assert_eq!(end(whole, Pieces::One), (0, End::Rejected));
        assert_eq!(end(whole, Pieces::Bytes), (0, End::Rejected));
        assert_eq!(end(cut, Pieces::One), (0, End::Rejected));
        assert_eq!(end(cut, Pieces::Bytes), (0, End::Incomplete));
    }

    #[test]
    fn the_framing_is_plain() {
        let post = |fields: &str, rest: &str| {
            let head = format!("POST / HTTP/1.1\r\n{fields}\r\n\r\n");
            let (ends, end) = ends(&PICOHTTPPARSER, format!("{head}{rest}").as_bytes());
            let ends: Vec<_> = ends.iter().map(|end| end - head.len()).collect();
            (ends, end)
        };
        assert_eq!(post("content-length: 2 ", "ab"), (vec![2], End::Complete));
        assert_eq!(post("X: y\r\n z", ""), (vec![0], End::Complete));
        assert_eq!(post("Connection: x, Close", "ab"), (vec![0], End::Complete));
        for rejected in [
            "Content-Length: +2",
            "Content-Length:",
            "Content-Length: 99999999999999999999",
            "Content-Length: 2\r\nContent-Length: 2",
            "Content-Length: 2\r\n 0",
            "Content-Length: 2\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
        ] {
            assert_eq!(post(rejected, "ab"), (vec![], End::Rejected), "{rejected}");
        }
        let connect = b"CONNECT a:1 HTTP/1.1\r\nContent-Length: 1\r\n\r\nab";
        assert_eq!(ends(&PICOHTTPPARSER, connect), (vec![43], End::Tunnel));
    }
}
