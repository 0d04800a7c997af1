//! safehttp: its blocking reader of requests.

use std::io::{self, Read};

use parsers::End;
use safehttp::{Config, parse_request};

use super::Source;
use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// safehttp as it is by default.
pub(crate) static SAFEHTTP: About = About {
    name: "safehttp",
    family: &parsers::http1::REQUEST,
    licence: "MIT OR Apache-2.0",
    adds: "a loop over the requests of a connection, which only the end of the stream ends",
    cuts: "",
    role: Role::Library,
    calibrates: true,
    is_fast: false,
    reach: Reach::Linked {
        version: || version!("safehttp"),
        open: || Ok(Box::new(Safehttp)),
    },
};

struct Safehttp;

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.fill(buffer))
    }
}

impl Peer for Safehttp {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut source = Source::new(input, pieces);
        let end = loop {
            let start = source.at();
            let read = request(&mut source, seen);
            // It reports an early end of the stream as an error of syntax, or as the end of a body.
            match read {
                _ if source.at() == start && source.has_ended() => break End::Complete,
                _ if source.has_ended() => break End::Incomplete,
                Some(()) => seen.end_message(source.at()),
                None => break End::Rejected,
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

/// Reads a request; none when it is rejected.
fn request(source: &mut Source<'_>, seen: &mut Seen) -> Option<()> {
    let mut body = parse_request(source, &Config::DEFAULT).ok()?.into_body();
    let mut piece = [0; 256];
    loop {
        let length = body.read(&mut piece).ok()?;
        seen.take_content(piece.get(..length).unwrap_or(&piece));
        if length == 0 {
            return Some(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linked::tests::read_alike;

    /// safehttp-0.2.0 src/parse_headers.rs, `parse_transfer_encoding`: any version but 1.1 has none,
    /// whatever the value; src/lib.rs, `check_headers`: `ContentLengthAndTransferEncoding`.
    #[test]
    fn an_older_version_has_no_transfer_coding_and_none_goes_with_a_length() {
        let head = "POST / HTTP/1.0\r\nTransfer-Encoding: nothing\r\n";
        let input = format!("{head}\r\n");
        let told = (vec![input.len()], End::Complete, vec![]);
        assert_eq!(read_alike(&SAFEHTTP, &input), told);
        let input = format!("{head}Content-Length: 0\r\n\r\n");
        let told = (vec![], End::Rejected, vec![]);
        assert_eq!(read_alike(&SAFEHTTP, &input), told);
    }

    /// safehttp-0.2.0 src/lib.rs, `Config::DEFAULT`: `max_token_length` is 32, and `parse_token` takes
    /// that many bytes of a field name but not two more.
    #[test]
    fn names_are_short() {
        let with_name = |length| {
            let name = "a".repeat(length);
            read_alike(
                &SAFEHTTP,
                format!("GET / HTTP/1.1\r\nHost: a\r\n{name}: b\r\n\r\n"),
            )
            .1
        };
        assert_eq!(with_name(32), End::Complete);
        assert_eq!(with_name(34), End::Rejected);
    }
}
