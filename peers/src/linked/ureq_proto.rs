//! ureq-proto: the server half of the protocol crate of the client ureq.

use parsers::End;
use ureq_proto::Error;
use ureq_proto::http::{Response, StatusCode};
use ureq_proto::server::state::{ProvideResponse, RecvBody};
use ureq_proto::server::{RecvRequestResult, Reply, SendResponseResult};

use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// ureq-proto as it is by default.
pub(crate) static UREQ_PROTO: About = About {
    name: "ureq-proto",
    family: &parsers::http1::REQUEST,
    licence: "MIT OR Apache-2.0",
    adds: "every request is answered with 204 after its content",
    cuts: "",
    role: Role::Client,
    calibrates: false,
    is_fast: false,
    reach: Reach::Linked {
        version: || version!("ureq-proto"),
        open: || Ok(Box::new(UreqProto::default())),
    },
};

#[derive(Default)]
struct UreqProto {
    content: Vec<u8>,
}

/// Where a stream is read.
struct Stream<'i> {
    input: &'i [u8],
    pieces: Pieces,
    /// What ureq-proto has been given.
    given: usize,
    /// What it has used of that.
    used: usize,
    /// What it has been shown, again and again.
    shown: usize,
}

/// Why a stream is not read on.
enum Stop {
    Rejected,
    Hangs,
}

impl From<Error> for Stop {
    fn from(_: Error) -> Self {
        Self::Rejected
    }
}

impl Stream<'_> {
    fn unused(&self) -> &[u8] {
        self.input.get(self.used..self.given).unwrap_or(&[])
    }

    /// Whether there is more to give.
    fn give(&mut self) -> Result<bool, Stop> {
        let more = super::next_piece(self.input, self.given, self.pieces).len();
        self.given += more;
        self.shown += self.given - self.used;
        if self.shown > super::MOST_SHOWN {
            return Err(Stop::Hangs);
        }
        Ok(more > 0)
    }
}

impl Peer for UreqProto {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        // Content is never longer than the input, so that a body never waits for room.
        self.content.resize(input.len() + 1, 0);
        let mut stream = Stream {
            input,
            pieces,
            given: 0,
            used: 0,
            shown: 0,
        };
        let end = loop {
            match self.read_request(&mut stream, seen) {
                Ok(Some(persists)) => {
                    seen.end_message(stream.used);
                    if !persists {
                        break End::Complete;
                    }
                }
                Ok(None) if stream.used == input.len() && seen.taken() == stream.used => {
                    break End::Complete;
                }
                Ok(None) => break End::Incomplete,
                Err(Stop::Rejected) => break End::Rejected,
                Err(Stop::Hangs) => return Err(Failure::Hang),
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

impl UreqProto {
    /// Whether the connection persists after the next request, if that is whole.
    fn read_request(
        &mut self,
        stream: &mut Stream<'_>,
        seen: &mut Seen,
    ) -> Result<Option<bool>, Stop> {
        let mut reply = Reply::new()?;
        loop {
            let (used, request) = reply.try_request(stream.unused())?;
            stream.used += used;
            if request.is_some() {
                break;
            }
            if !stream.give()? {
                return Ok(None);
            }
        }
        let body = match reply.proceed() {
            None => return Ok(None),
            Some(RecvRequestResult::ProvideResponse(reply)) => return Ok(Some(persists(reply)?)),
            Some(RecvRequestResult::RecvBody(reply)) => reply,
            Some(RecvRequestResult::Send100(reply)) => reply.accept(&mut [0; 64])?.1,
        };
        match self.read_body(body, stream, seen)? {
            Some(reply) => Ok(Some(persists(reply)?)),
            None => Ok(None),
        }
    }

    fn read_body(
        &mut self,
        mut reply: Reply<RecvBody>,
        stream: &mut Stream<'_>,
        seen: &mut Seen,
    ) -> Result<Option<Reply<ProvideResponse>>, Stop> {
        while !reply.is_ended() {
            let (used, written) = reply.read(stream.unused(), &mut self.content)?;
            seen.take_content(self.content.get(..written).unwrap_or(&[]));
            stream.used += used;
            if used == 0 && !stream.give()? {
                return Ok(None);
            }
        }
        Ok(Some(reply.proceed()?))
    }
}

/// Answers, as only then ureq-proto says whether the connection has to be closed. The answer is 204, which
/// has no content; to CONNECT as well, after which ureq-proto knows of no tunnel.
fn persists(reply: Reply<ProvideResponse>) -> Result<bool, Error> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let mut reply = reply.provide(response)?;
    let mut output = [0; 256];
    while !reply.is_finished() {
        // Without progress this is an error.
        reply.write(&mut output)?;
    }
    let reply = match reply.proceed() {
        SendResponseResult::Cleanup(reply) => reply,
        SendResponseResult::SendBody(reply) => reply.proceed(),
    };
    Ok(!reply.must_close_connection())
}

#[cfg(test)]
// A panic is how a test fails.
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Seen {
        let [one, bytes] = [Pieces::One, Pieces::Bytes].map(|pieces| {
            let mut seen = Seen::default();
            let read = UreqProto::default().read(input, pieces, &mut seen);
            read.unwrap();
            seen
        });
        assert_eq!(one, bytes);
        one
    }

    #[test]
    fn it_is_ureq_proto() {
        // ureq-proto 0.7.1, src/body.rs, `BodyReader::for_request`: POST needs a body, and without framing
        // fields that is chunked, unless it is HTTP/1.0.
        let head = b"POST / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(read(head).end, End::Incomplete);
        let input = [head.as_slice(), b"2\r\nab\r\n0\r\n\r\n"].concat();
        let seen = read(&input);
        assert_eq!((seen.taken(), seen.end), (input.len(), End::Complete));
        assert_eq!(seen.content, b"ab");
        // There: HEAD has none, whatever its fields say.
        let head = b"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n";
        let seen = read(&[head.as_slice(), b"ab"].concat());
        assert_eq!((seen.taken(), seen.end), (head.len(), End::Incomplete));
    }

    #[test]
    fn a_connection_persists_as_ureq_proto_says() {
        // ureq-proto 0.7.1, src/server/recvreq.rs, `Reply::try_request`.
        for (version, option, messages) in [
            ("1.1", "a", 2),
            ("1.1", "close", 1),
            ("1.0", "a", 1),
            ("1.0", "keep-alive", 2),
        ] {
            let request = format!("GET / HTTP/{version}\r\nConnection: {option}\r\n\r\n");
            let seen = read(request.repeat(2).as_bytes());
            let told = (seen.messages.len(), seen.end);
            assert_eq!(told, (messages, End::Complete), "{version} {option}");
        }
    }

    #[test]
    fn expect_and_connect_are_answered() {
        let expect = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx";
        let connect = b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";
        let input = [expect.as_slice(), connect, b"GET /"].concat();
        let seen = read(&input);
        let taken = expect.len() + connect.len();
        assert_eq!((seen.taken(), seen.end), (taken, End::Incomplete));
        assert_eq!(seen.content, b"x");
    }

    #[test]
    fn what_is_never_used_is_not_shown_for_ever() {
        let input = [b'a'; 30_000];
        let mut seen = Seen::default();
        let mut read = |pieces| UreqProto::default().read(&input, pieces, &mut seen);
        assert_eq!(read(Pieces::One), Ok(()));
        assert_eq!(read(Pieces::Bytes), Err(Failure::Hang));
    }
}
