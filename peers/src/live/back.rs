//! What a back sees of the bytes that a front forwards: its own log tells.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use super::client::{self, ConnectionState, LiveClient, Timeouts, Trouble};
use super::front::UnderstoodRequest;
use super::recorder::Bursts;

/// How long the response to a request is waited for.
const PATIENCE: Duration = Duration::from_millis(400);
/// After so long without a byte, a response is taken to be whole.
const QUIET: Duration = Duration::from_millis(12);
/// How long the responses to requests that no client meant are waited for.
const AFTERWARDS: Duration = Duration::from_millis(60);
/// The most that is read of a log at a time, in bytes.
const MOST: u64 = 1 << 22;

/// One line of a back's log: a request that it has taken.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct LoggedRequest {
    /// The client's port.
    pub port: u16,
    /// Which of its connection it is, from 1.
    pub nth: u32,
    /// Its method; `?` where the runtime does not tell it.
    pub method: String,
    /// Its target, as far as the runtime tells it unchanged.
    pub target: String,
    /// The length of its content, in bytes.
    pub length: u64,
    /// The beginning of its content, in base64.
    pub body: String,
    /// Whether its content has come to its end, where the application is asked before that is known.
    #[serde(default = "yes")]
    pub whole: bool,
}

fn yes() -> bool {
    true
}

impl LoggedRequest {
    /// Its request line.
    pub fn line(&self) -> UnderstoodRequest {
        UnderstoodRequest {
            method: self.method.clone(),
            target: self.target.clone(),
        }
    }
}

/// A back's log, of which each line is taken once.
pub struct Log {
    path: PathBuf,
    inner: Mutex<Unread>,
}

#[derive(Default)]
struct Unread {
    offset: u64,
    cut: Vec<u8>,
    requests: BTreeMap<u16, Vec<LoggedRequest>>,
}

impl Log {
    /// The log that is written to this file.
    pub fn new(path: PathBuf) -> Self {
        let inner = Mutex::default();
        Self { path, inner }
    }

    /// The requests that have come from one port since they were last taken.
    pub fn take(&self, port: u16) -> Vec<LoggedRequest> {
        let mut unread = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        unread.read(&self.path);
        unread.requests.remove(&port).unwrap_or_default()
    }

    /// All requests that have come since they were last taken, in the order of each connection.
    pub fn take_all(&self) -> Vec<LoggedRequest> {
        let mut unread = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        unread.read(&self.path);
        let requests = std::mem::take(&mut unread.requests);
        requests.into_values().flatten().collect()
    }
}

impl Unread {
    /// Reads what is new. A line that is none of a log is left out: the log is evidence only of what it says.
    fn read(&mut self, path: &PathBuf) {
        let mut new = Vec::new();
        let read = File::open(path).and_then(|mut file| {
            file.seek(SeekFrom::Start(self.offset))?;
            file.take(MOST).read_to_end(&mut new)
        });
        self.offset += read.unwrap_or(0) as u64;
        self.cut.extend_from_slice(&new);
        let whole = self.cut.iter().rposition(|byte| *byte == b'\n');
        let rest = self.cut.split_off(whole.map_or(0, |at| at + 1));
        let lines = std::mem::replace(&mut self.cut, rest);
        for line in lines.split(|byte| *byte == b'\n') {
            if let Ok(request) = serde_json::from_slice::<LoggedRequest>(line) {
                self.requests.entry(request.port).or_default().push(request);
            }
        }
    }
}

/// How a back has left a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It has answered whatever it was sent.
    Answered,
    /// It has rejected what it was sent, with this status code.
    Rejected(u16),
    /// It has closed the connection.
    Closed,
    /// It waits for more.
    Waits,
}

impl Left {
    /// The words used in reports.
    pub fn words(&self) -> String {
        match self {
            Self::Answered => "answers all".to_owned(),
            Self::Rejected(status) => format!("rejects with {status}"),
            Self::Closed => "closes".to_owned(),
            Self::Waits => "waits for more".to_owned(),
        }
    }
}

/// What a back makes of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saw {
    /// The requests that its log reports.
    pub requests: Vec<LoggedRequest>,
    /// How it has left the connection.
    pub left: Left,
}

/// Sends what a front has forwarded over one connection, as the front has: the next part after the response, or
/// without one if it `goes_on` with the request.
///
/// # Errors
/// [`Trouble::Dead`] when the back does not listen.
pub fn ask(
    port: u16,
    log: &Log,
    bursts: &Bursts,
    goes_on: impl Fn(&[u8]) -> bool,
) -> Result<Saw, Trouble> {
    let mut client = LiveClient::connect(port, Timeouts::USUAL)?;
    let own = client.port();
    log.take(own);
    let mut left = Left::Answered;
    let mut rest = bursts.iter().peekable();
    while let Some(burst) = rest.next() {
        let from = client.received.len();
        client.send(burst);
        let new = client.receive(PATIENCE, QUIET, |_| true);
        let status = client::status(client.received.get(from..).unwrap_or(&[]));
        left = match (client.state, status) {
            (_, Some(status)) if status >= 400 => Left::Rejected(status),
            (ConnectionState::Open, _) if new == 0 => Left::Waits,
            (ConnectionState::Open, _) => Left::Answered,
            (ConnectionState::Closed | ConnectionState::Reset, _) => Left::Closed,
        };
        let is_half = left == Left::Waits && rest.peek().is_some_and(|next| goes_on(next));
        if left != Left::Answered && !is_half {
            break;
        }
    }
    if client.state == ConnectionState::Open && left != Left::Waits {
        client.receive(AFTERWARDS, Duration::ZERO, |_| false);
    }
    Ok(Saw {
        requests: log.take(own),
        left,
    })
}
