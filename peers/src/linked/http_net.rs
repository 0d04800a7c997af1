//! http-net: the server side of a connection, without I/O.

use http_net::{HttpError, Response, ServerConn, ServerEvent};
use parsers::End;

use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// http-net as it is by default.
pub(crate) static HTTP_NET: About = About {
    name: "http-net",
    family: &parsers::http1::REQUEST,
    licence: "Apache-2.0 OR MIT",
    adds: "every request is answered with 200 after its content, CONNECT and Upgrade too",
    cuts: "",
    role: Role::Server,
    calibrates: true,
    is_fast: true,
    reach: Reach::Linked {
        version: || version!("http-net"),
        open: || Ok(Box::new(HttpNet::open())),
    },
};

struct HttpNet {
    connection: ServerConn,
    response: Response,
    output: Vec<u8>,
}

impl HttpNet {
    fn open() -> Self {
        Self {
            connection: ServerConn::new(),
            response: Response::new(200),
            output: Vec::new(),
        }
    }
}

impl Peer for HttpNet {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let connection = &mut self.connection;
        connection.reset();
        let mut given = connection.feed(super::next_piece(input, 0, pieces));
        let mut has_ended = false;
        // Few events come without a byte being read. It keeps what it has looked at, and takes as long as its
        // input.
        for _ in 0..8 * input.len() + 64 {
            let end = match connection.poll() {
                Ok(ServerEvent::Request(_) | ServerEvent::Trailers(_)) => continue,
                Ok(ServerEvent::Body(piece)) => {
                    seen.take_content(piece);
                    continue;
                }
                Ok(ServerEvent::RequestEnd) => {
                    seen.end_message(given - connection.remaining_input().len());
                    self.output.clear();
                    match connection.respond(&self.response, &mut self.output) {
                        Ok(()) => continue,
                        Err(_) => End::Rejected,
                    }
                }
                Ok(ServerEvent::NeedInput) if given < input.len() => {
                    given += connection.feed(super::next_piece(input, given, pieces));
                    continue;
                }
                Ok(ServerEvent::NeedInput) if !has_ended => {
                    connection.feed_eof();
                    has_ended = true;
                    continue;
                }
                // A 200 to CONNECT was sent.
                Ok(ServerEvent::Upgraded) => End::Tunnel,
                Ok(ServerEvent::Closed) => End::Complete,
                Ok(_) => return Err(Failure::Hang),
                Err(HttpError::UnexpectedEof) => End::Incomplete,
                Err(_) => End::Rejected,
            };
            seen.end_stream(end);
            return Ok(());
        }
        Err(Failure::Hang)
    }
}

#[cfg(test)]
// A panic is how a test fails.
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> (usize, End) {
        let [one, bytes] = [Pieces::One, Pieces::Bytes].map(|pieces| {
            let mut seen = Seen::default();
            HttpNet::open().read(input, pieces, &mut seen).unwrap();
            seen
        });
        assert_eq!(one, bytes);
        (one.taken(), one.end)
    }

    #[test]
    fn it_is_http_net() {
        // http-net 0.9.1, src/head.rs, `scan_fields`: `DuplicateContentLength`, also when both are equal.
        let twice =
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx";
        assert_eq!(read(twice), (0, End::Rejected));
        // There, src/server.rs, `ServerEvent::Upgraded`: "A `101 Switching Protocols` (or a 2xx to `CONNECT`)
        // was sent: the connection now belongs to the new protocol."
        let head = b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";
        assert_eq!(
            read(&[head.as_slice(), b"xyz"].concat()),
            (head.len(), End::Tunnel)
        );
    }

    #[test]
    fn a_buffer_that_is_full_is_no_end() {
        // Its buffer holds less than this.
        let mut input = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n".to_vec();
        input.resize(input.len() + 1_000_000, b'x');
        let taken = input.len();
        input.extend_from_slice(b"GET /");
        assert_eq!(read(&input), (taken, End::Incomplete));
    }
}
