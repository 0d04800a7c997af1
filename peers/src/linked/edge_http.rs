//! edge-http: its readers of heads and of bodies, asked in the order in which its server asks them.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use edge_http::io::server::DEFAULT_BUF_SIZE;
use edge_http::io::{Body, Error};
use edge_http::{ConnectionType, DEFAULT_MAX_HEADERS_COUNT, RequestHeaders};
use embedded_io_async::{ErrorType, Read};
use parsers::End;

use super::Source;
use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// edge-http with the buffers of its default server.
pub(crate) static EDGE_HTTP: About = About {
    name: "edge-http",
    family: &parsers::http1::REQUEST,
    licence: "MIT OR Apache-2.0",
    adds: "the loop of its server over the requests of a connection, with a handler that reads all content",
    cuts: "what it has read after the last chunk is dropped",
    role: Role::Server,
    calibrates: true,
    is_fast: false,
    reach: Reach::Linked {
        version: || version!("edge-http"),
        open: || Ok(Box::new(EdgeHttp)),
    },
};

struct EdgeHttp;

impl ErrorType for Source<'_> {
    type Error = Infallible;
}

impl Read for Source<'_> {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        Ok(self.fill(buffer))
    }
}

impl Peer for EdgeHttp {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut source = Source::new(input, pieces);
        let end = loop {
            let start = source.at();
            // The source always has an answer, so there is nothing to wait for.
            let mut context = Context::from_waker(Waker::noop());
            let Poll::Ready(read) = pin!(request(&mut source, seen)).poll(&mut context) else {
                return Err(Failure::Hang);
            };
            match read {
                Ok(keeps_alive) => {
                    // What was read ahead and not used goes the way of the body that did so.
                    seen.end_message(source.at());
                    if !keeps_alive {
                        break End::Complete;
                    }
                }
                Err(_) if source.at() == start && source.has_ended() => break End::Complete,
                Err(_) if source.has_ended() => break End::Incomplete,
                Err(_) => break End::Rejected,
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

/// Reads a request, and says whether another may follow.
async fn request(source: &mut Source<'_>, seen: &mut Seen) -> Result<bool, Error<Infallible>> {
    let mut buffer = [0; DEFAULT_BUF_SIZE];
    let mut head = RequestHeaders::<DEFAULT_MAX_HEADERS_COUNT>::new();
    let (rest, length) = head.receive(&mut buffer, &mut *source, true).await?;
    let (connection, body) = head.resolve::<Infallible>()?;
    let mut body = Body::new(body, rest, length, source);
    let mut piece = [0; 256];
    loop {
        let length = body.read(&mut piece).await?;
        seen.take_content(piece.get(..length).unwrap_or(&piece));
        if length == 0 {
            break;
        }
    }
    if !body.is_complete() {
        return Err(Error::IncompleteBody);
    }
    Ok(connection != ConnectionType::Close)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask;
    use crate::linked::tests::{read, read_alike};

    const HEAD: &str = "POST / HTTP/1.1\r\nHost: a\r\n";

    /// edge-http-0.8.0 src/lib.rs, `BodyType::from_headers`: "The last body header wins".
    #[test]
    fn the_last_field_about_the_body_wins() {
        let chunks = "1\r\na\r\n0\r\n\r\n";
        let (length, chunked) = ("Content-Length: 11\r\n", "Transfer-Encoding: chunked\r\n");
        let input = format!("{HEAD}{length}{chunked}\r\n{chunks}");
        let told = (vec![input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read_alike(&EDGE_HTTP, &input), told);
        let input = format!("{HEAD}{chunked}{length}\r\n{chunks}");
        let told = (vec![input.len()], End::Complete, chunks.into());
        assert_eq!(read_alike(&EDGE_HTTP, &input), told);
    }

    /// edge-http-0.8.0 src/lib.rs, `BodyType::from_header`: a length is unwrapped.
    #[test]
    fn a_length_that_is_no_number_panics() {
        let input = format!("{HEAD}Content-Length: a\r\n\r\n");
        let asked = ask(
            &mut EdgeHttp,
            input.as_bytes(),
            Pieces::One,
            &mut Seen::default(),
        );
        assert!(matches!(asked, Err(Failure::Panic(_))), "{asked:?}");
    }

    /// edge-http-0.8.0 src/io.rs, `ChunkedRead::input_next` fills its buffer with what there is, and
    /// `ChunkedRead::release` gives up the buffer.
    #[test]
    fn what_is_read_ahead_of_the_last_chunk_is_lost() {
        let first = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
        let input = format!("{first}GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        let told = (vec![input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read(&EDGE_HTTP, &input, Pieces::One), told);
        let told = (vec![first.len(), input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read(&EDGE_HTTP, &input, Pieces::Bytes), told);
    }

    /// edge-http-0.8.0 src/io.rs, `ChunkedRead::parse_digits`: "If EOF at the beginning of a new chunk,
    /// the stream is finished."
    #[test]
    fn the_end_of_the_stream_stands_for_the_last_chunk() {
        let input = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
        let told = (vec![input.len()], End::Complete, b"a".to_vec());
        assert_eq!(read_alike(&EDGE_HTTP, &input), told);
    }
}
