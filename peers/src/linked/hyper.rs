//! hyper: a connection of its HTTP/1 server, polled by hand.

use std::cell::RefCell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use hyper::body::{Body, Incoming};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::server::conn::http1::{Builder, Connection};
use hyper::service::Service;
use hyper::{Method, Request, Response};
use parsers::End;

use crate::{About, Failure, Peer, Pieces, Reach, Role, Seen};

/// hyper as it is by default.
pub(crate) static HYPER: About = About {
    name: "hyper",
    family: &parsers::http1::REQUEST,
    licence: "MIT",
    adds: "every request is answered with 200 after its content, CONNECT and Upgrade too",
    cuts: "a head is looked at again only when it is whole",
    role: Role::Library,
    calibrates: false,
    is_fast: false,
    reach: Reach::Linked {
        version: || version!("hyper"),
        open: || Ok(Box::new(Hyper::open())),
    },
};

struct Hyper {
    builder: Builder,
    woken: Arc<Woken>,
    waker: Waker,
}

/// Whether a connection asked to be polled again.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Hyper {
    fn open() -> Self {
        let woken = Arc::new(Woken::default());
        Self {
            builder: Builder::new(),
            waker: Waker::from(Arc::clone(&woken)),
            woken,
        }
    }
}

impl Peer for Hyper {
    /// hyper tells its user that a request is whole, and not where it ends. So one connection reads the
    /// stream to its end, and then each of the requests is read again, by a connection of its own, which is
    /// taken apart before the request is answered: what it holds by then lies after the request. A connection
    /// starts with what the one before it held, as nothing else that is kept from request to request takes
    /// part in reading.
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let stream = RefCell::new(Stream::new(input, pieces, std::mem::take(seen)));
        let end = self.answer_all(&stream)?;
        *seen = stream.into_inner().seen;
        let again = RefCell::new(Stream::new(input, pieces, Seen::default()));
        again.borrow_mut().answers = false;
        for message in &mut seen.messages {
            message.end = self.hold_next(&again)?;
        }
        seen.end_stream(end);
        Ok(())
    }
}

impl Hyper {
    /// Answers one request after the other. How the stream ends.
    fn answer_all(&self, stream: &RefCell<Stream<'_>>) -> Result<End, Failure> {
        let mut connection = self.builder.serve_connection(Io(stream), Reader(stream));
        loop {
            let done = self.settle(&mut connection, stream)?;
            let stream = &mut *stream.borrow_mut();
            match done {
                // It hands over what follows a 2xx to CONNECT; else it closes.
                Some(Ok(())) if stream.is_connect => return Ok(End::Tunnel),
                Some(Ok(())) => return Ok(End::Complete),
                Some(Err(_)) if stream.has_ended => return Ok(End::Incomplete),
                Some(Err(_)) => return Ok(End::Rejected),
                None if stream.give() => {}
                // Only now: what it rejects, it rejects before it learns of the end.
                None if !stream.has_ended => stream.has_ended = true,
                None => return Err(Failure::Hang),
            }
        }
    }

    /// Where the next request ends, which is known to be whole.
    fn hold_next(&self, stream: &RefCell<Stream<'_>>) -> Result<usize, Failure> {
        let mut connection = self.builder.serve_connection(Io(stream), Reader(stream));
        loop {
            let done = self.settle(&mut connection, stream)?;
            let stream = &mut *stream.borrow_mut();
            if std::mem::take(&mut stream.is_held) {
                stream.read -= connection.into_parts().read_buf.len();
                return Ok(stream.read);
            }
            if done.is_some() || !stream.give() {
                return Err(Failure::Hang);
            }
        }
    }

    /// Polls until the connection is done, or waits for more.
    fn settle<'s, 'i>(
        &self,
        connection: &mut Connection<Io<'s, 'i>, Reader<'s, 'i>>,
        stream: &RefCell<Stream<'i>>,
    ) -> Result<Option<hyper::Result<()>>, Failure> {
        let mut context = Context::from_waker(&self.waker);
        let most = stream.borrow().input.len() + 64;
        for _ in 0..most {
            self.woken.0.store(false, Ordering::Relaxed);
            if let Poll::Ready(done) = Pin::new(&mut *connection).poll(&mut context) {
                return Ok(Some(done));
            }
            if !self.woken.0.load(Ordering::Relaxed) {
                return Ok(None);
            }
        }
        Err(Failure::Hang)
    }
}

/// What connections read from, and what the service has seen.
struct Stream<'i> {
    input: &'i [u8],
    pieces: Pieces,
    /// What may be read of it.
    given: usize,
    /// What was read of that.
    read: usize,
    has_ended: bool,
    /// Whether a whole request is noted and answered, or held.
    answers: bool,
    is_held: bool,
    /// The last request was CONNECT.
    is_connect: bool,
    seen: Seen,
}

impl<'i> Stream<'i> {
    fn new(input: &'i [u8], pieces: Pieces, seen: Seen) -> Self {
        Self {
            input,
            pieces,
            given: 0,
            read: 0,
            has_ended: false,
            answers: true,
            is_held: false,
            is_connect: false,
            seen,
        }
    }

    /// Lets more be read, if there is more.
    fn give(&mut self) -> bool {
        let more = super::next_piece(self.input, self.given, self.pieces).len();
        self.given += more;
        more > 0
    }
}

/// What hyper reads as a socket. Answers are thrown away.
struct Io<'s, 'i>(&'s RefCell<Stream<'i>>);

impl Read for Io<'_, '_> {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = &mut *self.0.borrow_mut();
        let until = stream.given.min(stream.read + buffer.remaining());
        let piece = stream.input.get(stream.read..until).unwrap_or(&[]);
        if piece.is_empty() && !stream.has_ended {
            // It is polled again when there is more: no task has to be woken.
            return Poll::Pending;
        }
        buffer.put_slice(piece);
        stream.read = until;
        Poll::Ready(Ok(()))
    }
}

impl Write for Io<'_, '_> {
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

/// The service: it reads all of a request before it answers.
struct Reader<'s, 'i>(&'s RefCell<Stream<'i>>);

impl<'s, 'i> Service<Request<Incoming>> for Reader<'s, 'i> {
    type Response = Response<String>;
    type Error = hyper::Error;
    type Future = Content<'s, 'i>;

    fn call(&self, request: Request<Incoming>) -> Content<'s, 'i> {
        let stream = &mut *self.0.borrow_mut();
        stream.is_connect = request.method() == Method::CONNECT;
        if stream.seen.wants_facts() {
            let method = request.method().as_str();
            stream.seen.take_request(method, request.uri().to_string());
            for (name, value) in request.headers() {
                stream.seen.take_field(name.as_str(), value.as_bytes());
            }
        }
        Content {
            body: request.into_body(),
            stream: self.0,
        }
    }
}

/// The content of one request, being read.
struct Content<'s, 'i> {
    body: Incoming,
    stream: &'s RefCell<Stream<'i>>,
}

impl Future for Content<'_, '_> {
    type Output = hyper::Result<Response<String>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        while let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let stream = &mut *self.stream.borrow_mut();
            match frame {
                // A frame without data is a trailer section.
                Some(Ok(frame)) if stream.answers => {
                    let piece = frame.data_ref().map_or(&[][..], |piece| piece);
                    stream.seen.take_content(piece);
                    for (name, value) in frame.trailers_ref().into_iter().flatten() {
                        stream.seen.take_trailer(name.as_str(), value.as_bytes());
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Poll::Ready(Err(error)),
                None if stream.answers => {
                    // Where it ends is not known yet.
                    stream.seen.end_message(0);
                    return Poll::Ready(Ok(Response::new(String::new())));
                }
                None => {
                    stream.is_held = true;
                    return Poll::Pending;
                }
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests;
