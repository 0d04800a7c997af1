//! Sessions of Pingora, one for each request, polled by hand.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use parsers::End;
use pingora_core::protocols::http::v1::server::HttpSession;
use pingora_core::protocols::raw_connect::ProxyDigest;
use pingora_core::protocols::{
    GetProxyDigest, GetSocketDigest, GetTimingDigest, Peek, Shutdown, SocketDigest, Ssl,
    TimingDigest, UniqueID, UniqueIDType,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::linked::next_piece;
use crate::{Failure, Peer, Pieces, Seen};

/// Pingora, which keeps nothing between streams.
pub(crate) struct Pingora;

/// What happens to one request.
enum Read {
    /// It is whole, ends there, and these bytes after it were read; whether the connection closes.
    Whole(usize, Option<BytesMut>, bool),
    /// There is none, and the stream ends so.
    Ended(End),
}

impl Peer for Pingora {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let mut feed = Feed {
            input,
            pieces,
            pipe: Pipe(Arc::new(Mutex::new(State::default()))),
        };
        let mut before = None;
        let end = loop {
            match feed.read_request(before, seen)? {
                Read::Whole(end, after, closes) => {
                    seen.end_message(end);
                    if closes {
                        break End::Complete;
                    }
                    before = after;
                }
                Read::Ended(end) => break end,
            }
        };
        seen.end_stream(end);
        Ok(())
    }
}

/// An input, and what a session reads it from.
struct Feed<'a> {
    input: &'a [u8],
    pieces: Pieces,
    pipe: Pipe,
}

impl Feed<'_> {
    /// Reads one request, of which `before` was read already.
    fn read_request(&mut self, before: Option<BytesMut>, seen: &mut Seen) -> Result<Read, Failure> {
        let mut session = HttpSession::new(Box::new(self.pipe.clone()));
        // Nothing here takes time.
        session.set_read_timeout(None);
        session.set_pipelining_enabled(true);
        if let Some(before) = before {
            session.set_pipelined_prefix(before);
        }
        match self.wait(session.read_request())? {
            Ok(Some(_)) => {}
            Ok(None) => return Ok(Read::Ended(End::Complete)),
            Err(_) => return Ok(Read::Ended(self.failed())),
        }
        loop {
            match self.wait(session.read_body_bytes())? {
                Ok(Some(piece)) => seen.take_content(&piece),
                Ok(None) => break,
                Err(_) => return Ok(Read::Ended(self.failed())),
            }
        }
        let closes = !session.will_keepalive();
        // What was read beyond the request is handed over only where the connection goes on.
        session.req_header_mut().remove_header("connection");
        session.set_server_keepalive(Some(0));
        match self.wait(session.reuse())? {
            Ok(Some(stream)) => {
                let (_, after) = stream.into_parts();
                let held = after.as_ref().map_or(0, |after| after.len());
                let read = self.pipe.state().read;
                Ok(Read::Whole(read.saturating_sub(held), after, closes))
            }
            _ => Err(Failure::Unknown("where the last request ends".to_owned())),
        }
    }

    /// How a stream ends that cannot be read on.
    fn failed(&self) -> End {
        match self.pipe.state().tells_end {
            true => End::Incomplete,
            false => End::Rejected,
        }
    }

    /// Polls a step until it is done, and gives more whenever it waits.
    fn wait<T>(&self, step: impl Future<Output = T>) -> Result<T, Failure> {
        let mut step = pin!(step);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(done) = step.as_mut().poll(&mut context) {
                return Ok(done);
            }
            let state = &mut *self.pipe.state();
            let piece = next_piece(self.input, state.given, self.pieces);
            if piece.is_empty() && state.has_ended {
                return Err(Failure::Hang);
            }
            // Only now: what it rejects, it rejects before it learns of the end.
            state.has_ended = piece.is_empty();
            state.given += piece.len();
            state.waiting.extend_from_slice(piece);
        }
    }
}

/// What there is to be read, and what was.
#[derive(Debug, Default)]
struct State {
    /// How many bytes of the input were given, and how many of these read.
    given: usize,
    read: usize,
    waiting: BytesMut,
    has_ended: bool,
    /// Whether the reader was told so.
    tells_end: bool,
}

/// What Pingora reads as a connection. Answers are thrown away.
#[derive(Clone)]
struct Pipe(Arc<Mutex<State>>);

impl Pipe {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pipe")
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let state = &mut *self.state();
        let length = state.waiting.len().min(buffer.remaining());
        if length == 0 && buffer.remaining() > 0 {
            if !state.has_ended {
                // It is polled again when there is more: no task has to be woken.
                return Poll::Pending;
            }
            state.tells_end = true;
        }
        buffer.put_slice(&state.waiting.split_to(length));
        state.read += length;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Shutdown for Pipe {
    fn shutdown<'a, 'f>(&'a mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'f>>
    where
        'a: 'f,
        Self: 'f,
    {
        Box::pin(std::future::ready(()))
    }
}

impl UniqueID for Pipe {
    fn id(&self) -> UniqueIDType {
        0
    }
}

impl Ssl for Pipe {}

impl Peek for Pipe {}

impl GetTimingDigest for Pipe {
    fn get_timing_digest(&self) -> Vec<Option<TimingDigest>> {
        Vec::new()
    }
}

impl GetProxyDigest for Pipe {
    fn get_proxy_digest(&self) -> Option<Arc<ProxyDigest>> {
        None
    }
}

impl GetSocketDigest for Pipe {
    fn get_socket_digest(&self) -> Option<Arc<SocketDigest>> {
        None
    }
}
