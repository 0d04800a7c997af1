//! The client's end of a connection to a server on this machine: whatever the server does, it ends in time.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long a server is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For all that is asked over a connection.
    pub whole: Duration,
}

impl Timeouts {
    /// Far more than a server on this machine needs.
    pub const USUAL: Self = Self {
        connect: Duration::from_secs(1),
        whole: Duration::from_secs(5),
    };
}

/// The most that is taken from a server over one connection, in bytes.
const MOST: usize = 1 << 20;

/// Why a server has given no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Nothing listens.
    #[error("nothing listens on port {0} of 127.0.0.1")]
    Dead(u16),
    /// It has said nothing in time.
    #[error("it says nothing in time")]
    Silent,
    /// It has said something, and not all of it in time.
    #[error("it has not answered in full in time")]
    Slow,
    /// It has reset the connection.
    #[error("it resets the connection")]
    Reset,
    /// It has closed the connection before its answer was whole.
    #[error("it closes the connection before it has answered in full")]
    Closed,
    /// It has rejected a plain request.
    #[error("it rejects a plain request")]
    Rejected,
    /// What it says is no response.
    #[error("what it says is no response")]
    Rubbish,
}

/// How what can be read from a connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// There may be more.
    Open,
    /// The other side has closed it.
    Closed,
    /// The other side has reset it.
    Reset,
}

/// A connection to a server on this machine.
pub(crate) struct LiveClient {
    stream: TcpStream,
    until: Instant,
    /// All that has been received.
    pub received: Vec<u8>,
    /// How it goes on.
    pub state: ConnectionState,
}

impl LiveClient {
    /// Connects to a port of the loopback interface.
    ///
    /// # Errors
    /// [`Trouble::Dead`] when nothing accepts the connection.
    pub(crate) fn connect(port: u16, limits: Timeouts) -> Result<Self, Trouble> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let dead = |_: io::Error| Trouble::Dead(port);
        let stream = TcpStream::connect_timeout(&address, limits.connect).map_err(dead)?;
        stream.set_nodelay(true).map_err(dead)?;
        stream.set_write_timeout(Some(limits.whole)).map_err(dead)?;
        Ok(Self {
            stream,
            until: Instant::now() + limits.whole,
            received: Vec::new(),
            state: ConnectionState::Open,
        })
    }

    /// The port of this end; 0 when it cannot be told.
    pub fn port(&self) -> u16 {
        self.stream.local_addr().map_or(0, |address| address.port())
    }

    /// Sends `bytes`. That the other side no longer takes them shows in what it says.
    pub fn send(&mut self, bytes: &[u8]) {
        if self.stream.write_all(bytes).is_err() && self.state == ConnectionState::Open {
            self.receive(Duration::from_millis(1), Duration::from_millis(1), |_| true);
        }
    }

    /// Receives until `is_enough` of what is new, and then as long as more comes within `quiet`; no longer than
    /// `patience`, than the connection may take, or than it stays open. Tells how many bytes are new.
    pub(crate) fn receive(
        &mut self,
        patience: Duration,
        quiet: Duration,
        is_enough: impl Fn(&[u8]) -> bool,
    ) -> usize {
        let from = self.received.len();
        let until = self.until.min(Instant::now() + patience);
        let mut piece = [0; 1 << 12];
        while self.state == ConnectionState::Open && self.received.len() < MOST {
            let new = self.received.get(from..).unwrap_or(&[]);
            let left = until.saturating_duration_since(Instant::now());
            let wait = if !new.is_empty() && is_enough(new) {
                left.min(quiet)
            } else {
                left
            };
            if wait.is_zero() {
                break;
            }
            // A wait is longer than nothing, which is the one that cannot be set.
            let _ = self.stream.set_read_timeout(Some(wait));
            match self.stream.read(&mut piece) {
                Ok(0) => self.state = ConnectionState::Closed,
                Ok(length) => {
                    self.received
                        .extend_from_slice(piece.get(..length).unwrap_or(&[]));
                }
                Err(error) if is_timeout(&error) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.state = ConnectionState::Reset,
            }
        }
        self.received.len() - from
    }

    /// Says that nothing will follow.
    pub(crate) fn finish(&mut self) {
        // The other side may have closed it.
        let _ = self.stream.shutdown(std::net::Shutdown::Write);
    }
}

/// Whether nothing has come in time.
pub(crate) fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// The status code of the first response in `received`.
pub(crate) fn status(received: &[u8]) -> Option<u16> {
    let rest = received.strip_prefix(b"HTTP/1.")?;
    let digits = rest.get(2..5)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Whether a response in `received` says that the connection will be closed.
pub(crate) fn says_close(received: &[u8]) -> bool {
    let lower = received.to_ascii_lowercase();
    let sought = b"\r\nconnection: close\r\n";
    lower.windows(sought.len()).any(|window| window == sought)
}

/// Whether the first response in `received` is whole; a response without a length ends with the connection.
fn is_whole(received: &[u8]) -> bool {
    let Some(head) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let (head, body) = received.split_at(head + 4);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    match length.and_then(|length| length.trim().parse::<usize>().ok()) {
        Some(length) => body.len() >= length,
        None => head.contains("chunked") && body.ends_with(b"0\r\n\r\n"),
    }
}

/// Asks for `target` in a plain way, and gives the response.
///
/// # Errors
/// When there is none, whatever the server does instead, within the limits.
pub fn plain(port: u16, target: &str, limits: Timeouts) -> Result<Vec<u8>, Trouble> {
    let mut client = LiveClient::connect(port, limits)?;
    client.send(
        format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    client.receive(limits.whole, Duration::ZERO, is_whole);
    let received = std::mem::take(&mut client.received);
    let ends_with_connection =
        client.state == ConnectionState::Closed && status(&received).is_some();
    match client.state {
        _ if is_whole(&received) && status(&received).is_some() => Ok(received),
        _ if ends_with_connection
            && !String::from_utf8_lossy(&received)
                .to_ascii_lowercase()
                .contains("content-length:") =>
        {
            Ok(received)
        }
        ConnectionState::Reset => Err(Trouble::Reset),
        _ if received.is_empty() && client.state == ConnectionState::Closed => Err(Trouble::Closed),
        _ if received.is_empty() => Err(Trouble::Silent),
        _ if !b"HTTP/1.".starts_with(received.get(..7).unwrap_or(&received)) => {
            Err(Trouble::Rubbish)
        }
        ConnectionState::Closed => Err(Trouble::Closed),
        ConnectionState::Open => Err(Trouble::Slow),
    }
}
