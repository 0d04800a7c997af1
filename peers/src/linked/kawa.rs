//! kawa: the parser of HTTP/1 in the reverse proxy Sōzu.

use kawa::h1::{ParserCallbacks, parse};
use kawa::{AsBuffer, Block, Buffer, Kawa as State, Kind, StatusLine, Store};
use parsers::End;

use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// kawa as it is by default.
pub(crate) static KAWA: About = About {
    name: "kawa",
    family: &parsers::http1::REQUEST,
    licence: "Apache-2.0",
    adds: "the connection closes after Connection with the value close, as in Sōzu",
    cuts: "",
    role: Role::Proxy,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        version: || version!("kawa"),
        open: || Ok(Box::new(Kawa::open())),
    },
};

struct Kawa {
    state: State<Memory>,
}

/// All of the input. It is never shifted, so kawa's offsets are offsets in the input.
struct Memory(Vec<u8>);

impl AsBuffer for Memory {
    fn as_buffer(&self) -> &[u8] {
        &self.0
    }

    fn as_mut_buffer(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// What Sōzu does when a head is whole: `on_request_headers` in its lib/src/protocol/kawa_h1/editor.rs.
struct Persistence<'s> {
    closes: bool,
    seen: &'s mut Seen,
}

impl ParserCallbacks<Memory> for Persistence<'_> {
    fn on_headers(&mut self, state: &mut State<Memory>) {
        let buffer = state.storage.buffer();
        for block in &state.blocks {
            let Block::Header(pair) = block else { continue };
            let name = pair.key.data_opt(buffer).unwrap_or_default();
            let value = pair.val.data_opt(buffer).unwrap_or_default();
            self.closes |=
                name.eq_ignore_ascii_case(b"connection") && value.eq_ignore_ascii_case(b"close");
        }
        take_facts(state, self.seen);
    }
}

impl Kawa {
    fn open() -> Self {
        let storage = Buffer::new(Memory(Vec::new()));
        Self {
            state: State::new(Kind::Request, storage),
        }
    }
}

impl Peer for Kawa {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let state = &mut self.state;
        state.clear();
        state.storage.clear();
        state.storage.buffer.0.clear();
        state.storage.buffer.0.extend_from_slice(input);
        let mut persistence = Persistence {
            closes: false,
            seen,
        };
        let mut shown = super::next_piece(input, 0, pieces).len();
        state.storage.fill(shown);
        let end = loop {
            parse(state, &mut persistence);
            if state.is_error() {
                break End::Rejected;
            }
            if state.is_main_phase() {
                take_content(state, persistence.seen);
            }
            if state.is_terminated() {
                persistence.seen.end_message(state.storage.head);
                state.clear();
                if persistence.closes {
                    break End::Complete;
                }
                continue;
            }
            let more = super::next_piece(input, state.storage.end, pieces).len();
            if more > 0 {
                state.storage.fill(more);
                shown += state.storage.unparsed_data().len();
                if shown > super::MOST_SHOWN {
                    return Err(Failure::Hang);
                }
            } else if state.is_initial() && state.storage.unparsed_data().is_empty() {
                break End::Complete;
            } else {
                break End::Incomplete;
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

/// Notes what kawa has understood of a head, and forgets its fields. It keeps Host, or what an absolute target says instead, and
/// cookies apart from other fields.
fn take_facts(state: &mut State<Memory>, seen: &mut Seen) {
    if !seen.wants_facts() {
        return;
    }
    let buffer = state.storage.buffer();
    let bytes = |store: &Store| store.data_opt(buffer).unwrap_or_default().to_vec();
    if let StatusLine::Request {
        method,
        uri,
        authority,
        ..
    } = &state.detached.status_line
    {
        seen.take_request(bytes(method), bytes(uri));
        if !authority.is_empty() {
            seen.take_field("Host", bytes(authority));
        }
    }
    for block in &state.blocks {
        if let Block::Header(pair) = block
            && !pair.is_elided()
        {
            seen.take_field(bytes(&pair.key), bytes(&pair.val));
        }
    }
    for crumb in &state.detached.jar {
        let crumb = [bytes(&crumb.key), b"=".to_vec(), bytes(&crumb.val)].concat();
        seen.take_field("Cookie", crumb);
    }
    state.blocks.clear();
}

/// The blocks of a head are kept until kawa has read the framing fields from them; those of a body are not
/// looked at again.
fn take_content(state: &mut State<Memory>, seen: &mut Seen) {
    let buffer = state.storage.buffer();
    for block in &state.blocks {
        match block {
            Block::Chunk(chunk) => {
                seen.take_content(chunk.data.data_opt(buffer).unwrap_or_default());
            }
            // Fields of the head were noted and forgotten.
            Block::Header(pair) if seen.wants_facts() => {
                let bytes = |store: &Store| store.data_opt(buffer).unwrap_or_default().to_vec();
                seen.take_trailer(bytes(&pair.key), bytes(&pair.val));
            }
            _ => {}
        }
    }
    state.blocks.clear();
}

#[cfg(test)]
// A panic is how a test fails.
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> (Vec<usize>, End) {
        let [one, bytes] = [Pieces::One, Pieces::Bytes].map(|pieces| {
            let mut seen = Seen::default();
            Kawa::open().read(input, pieces, &mut seen).unwrap();
            seen
        });
        assert_eq!(one, bytes);
        let ends = one.messages.iter().map(|message| message.end).collect();
        (ends, one.end)
    }

    #[test]
    fn it_is_kawa() {
        // kawa 0.7.2, src/protocol/h1/parser/primitives.rs, `tchar`: "\" and / are invalid tchars but will
        // slip through".
        let slash = b"GET / HTTP/1.1\r\nHost: a\r\nx/y: z\r\n\r\n";
        assert_eq!(read(slash), (vec![slash.len()], End::Complete));
        // There, `parse_chunk_header`: the size, then CRLF, and so no chunk extension.
        let extension =
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a\r\nx\r\n0\r\n\r\n";
        assert_eq!(read(extension), (vec![], End::Rejected));
    }

    #[test]
    fn a_connection_closes_as_in_sozu() {
        let next = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for (option, messages) in [("Close", 1), ("a, close", 2), ("keep-alive", 2)] {
            let mut input =
                format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: {option}\r\n\r\n").into_bytes();
            input.extend_from_slice(next);
            let (ends, end) = read(&input);
            assert_eq!((ends.len(), end), (messages, End::Complete), "{option}");
        }
    }

    #[test]
    fn what_is_never_used_is_not_shown_for_ever() {
        let input = [b'a'; 30_000];
        let mut seen = Seen::default();
        let mut read = |pieces| Kawa::open().read(&input, pieces, &mut seen);
        assert_eq!(read(Pieces::One), Ok(()));
        assert_eq!(read(Pieces::Bytes), Err(Failure::Hang));
    }
}
