//! One connection to the server: bytes out, bytes in, within limits of time and memory.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::response::{self, Responses, Rest};

/// The most that is kept of what a server sends on one connection, in bytes.
const MOST_RECEIVED: usize = 1 << 20;
/// How many time limits one connection may last in all.
const LIMITS: u32 = 4;
/// How long one call may block: how soon a deadline is noticed.
const TICK: Duration = Duration::from_millis(20);

/// What to send, and how long to wait.
#[derive(Clone, Debug)]
pub struct Exchange<'a> {
    /// The bytes to send first.
    pub input: &'a [u8],
    /// What to do once the server has answered it or fallen quiet.
    pub then: Then<'a>,
    /// How many answers are expected in all: with fewer, the server is given the whole time limit.
    pub enough: usize,
    /// The methods of the requests in the input, in order, which decide whether an answer has a body.
    pub methods: &'a [Vec<u8>],
    /// How long the server may be silent while something is expected of it.
    pub timeout: Duration,
}

/// What follows the first bytes.
#[derive(Clone, Copy, Debug)]
pub enum Then<'a> {
    /// These bytes, such as a good request that shows where the server is; then more listening.
    Send(&'a [u8]),
    /// Nothing: the sending side is closed right after the first bytes.
    CloseSending,
    /// Nothing.
    Nothing,
}

/// How the connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionEnding {
    /// The server closed it.
    Closed,
    /// The server reset it.
    Reset,
    /// It was still open, and the server silent, when the time was up.
    Waiting,
    /// Nothing can be told from it; the text says why.
    Trouble(String),
}

impl ConnectionEnding {
    /// Whether the server ended it.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Self::Closed | Self::Reset)
    }

    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Reset => "reset",
            Self::Waiting => "waiting",
            Self::Trouble(_) => "trouble",
        }
    }
}

/// What was seen on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireObservation {
    /// All that was received, at most a mebibyte.
    pub received: Vec<u8>,
    /// The responses in it.
    pub responses: Responses,
    /// How the connection ended.
    pub ending: ConnectionEnding,
    /// How many responses had come when the bytes that follow were sent; `None` when they were not.
    pub before_then: Option<usize>,
}

impl Exchange<'_> {
    /// Connects to `server` and does it. What goes wrong is an ending, never an error.
    pub fn run(&self, server: SocketAddr) -> WireObservation {
        let mut wire = match self.connect(server) {
            Ok(stream) => Wire {
                stream,
                exchange: self,
                received: Vec::new(),
                deadline: Instant::now() + self.timeout * LIMITS,
            },
            Err(error) => {
                let why = format!("cannot connect: {error}");
                return self.seen(Vec::new(), ConnectionEnding::Trouble(why), None);
            }
        };
        let mut before_then = None;
        let ending = wire.run(&mut before_then);
        self.seen(wire.received, ending, before_then)
    }

    fn connect(&self, server: SocketAddr) -> io::Result<TcpStream> {
        let stream = TcpStream::connect_timeout(&server, self.timeout)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TICK))?;
        stream.set_write_timeout(Some(self.timeout))?;
        Ok(stream)
    }

    /// How long a server that has answered may be silent before it counts as quiet.
    fn quiet(&self) -> Duration {
        (self.timeout / 10).max(TICK)
    }

    fn seen(
        &self,
        received: Vec<u8>,
        ending: ConnectionEnding,
        before_then: Option<usize>,
    ) -> WireObservation {
        let responses = response::read(&received, self.methods, ending.is_over());
        let ending = match (&responses.rest, ending) {
            (_, ending @ ConnectionEnding::Trouble(_)) => ending,
            (Rest::Rubbish(why), _) => ConnectionEnding::Trouble((*why).to_owned()),
            (Rest::Partial, _) => ConnectionEnding::Trouble("its answer is cut short".to_owned()),
            (_, ending) => ending,
        };
        WireObservation {
            received,
            responses,
            ending,
            before_then,
        }
    }
}

/// An open connection.
struct Wire<'e> {
    stream: TcpStream,
    exchange: &'e Exchange<'e>,
    received: Vec<u8>,
    deadline: Instant,
}

/// What has become of the connection so far.
enum State {
    Quiet,
    Over(ConnectionEnding),
}

impl Wire<'_> {
    fn run(&mut self, before_then: &mut Option<usize>) -> ConnectionEnding {
        // A server may reject before it has read all: what it says is read all the same.
        let sent = self.stream.write_all(self.exchange.input);
        if sent.as_ref().is_err_and(is_timeout) {
            return ConnectionEnding::Trouble("it does not read the bytes".to_owned());
        }
        if let Then::CloseSending = self.exchange.then {
            let _ = self.stream.shutdown(Shutdown::Write);
        }
        let Then::Send(canary) = self.exchange.then else {
            return match self.listen(self.exchange.enough) {
                State::Over(ending) => ending,
                State::Quiet => ConnectionEnding::Waiting,
            };
        };
        if let State::Over(ending) = self.listen(1) {
            return ending;
        }
        let count = self.responses().finals.len();
        *before_then = Some(count);
        if self
            .stream
            .write_all(canary)
            .as_ref()
            .is_err_and(is_timeout)
        {
            return ConnectionEnding::Trouble("it does not read the bytes".to_owned());
        }
        match self.listen(self.exchange.enough.max(count + 1)) {
            State::Over(ending) => ending,
            State::Quiet => ConnectionEnding::Waiting,
        }
    }

    fn responses(&self) -> Responses {
        response::read(&self.received, self.exchange.methods, false)
    }

    /// Receives until the connection is over, or the server is quiet: for a moment once there are
    /// `enough` responses and nothing of another, else for the time limit.
    fn listen(&mut self, enough: usize) -> State {
        let mut last = Instant::now();
        let mut buffer = [0; 16 << 10];
        let mut answered = false;
        loop {
            let limit = match answered {
                true => self.exchange.quiet(),
                false => self.exchange.timeout,
            };
            if Instant::now() >= self.deadline {
                return State::Over(ConnectionEnding::Trouble(
                    "it answers too slowly".to_owned(),
                ));
            }
            if last.elapsed() >= limit {
                return State::Quiet;
            }
            let count = match self.stream.read(&mut buffer) {
                Ok(0) => return State::Over(ConnectionEnding::Closed),
                Ok(count) => count,
                Err(error) if is_timeout(&error) || error.kind() == io::ErrorKind::Interrupted => {
                    continue;
                }
                Err(_) => return State::Over(ConnectionEnding::Reset),
            };
            last = Instant::now();
            let room = MOST_RECEIVED.saturating_sub(self.received.len());
            self.received
                .extend_from_slice(buffer.get(..count.min(room)).unwrap_or(&[]));
            if self.received.len() >= MOST_RECEIVED {
                let why = format!("it sends more than {MOST_RECEIVED} bytes");
                return State::Over(ConnectionEnding::Trouble(why));
            }
            let responses = self.responses();
            match responses.rest {
                Rest::Rubbish(why) => {
                    return State::Over(ConnectionEnding::Trouble(why.to_owned()));
                }
                Rest::Switched => return State::Over(ConnectionEnding::Waiting),
                Rest::Nothing => answered = responses.finals.len() >= enough,
                Rest::Partial => answered = false,
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    // Which of the two a time limit gives depends on the platform.
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
