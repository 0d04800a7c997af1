//! An upstream of ours: it keeps the bytes that a front forwards, and answers.
//!
//! It does not read what comes in: a front sends what it reads as one request and then waits for the response.
//! Where it falls silent, a request ends as that front understands it.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::client::is_timeout;
use super::listener::{Listener, ListenerState};

/// After so long without a byte, what came is read as a request.
const QUIET: Duration = Duration::from_millis(30);
/// How often a connection looks whether it is over.
const LOOK: Duration = Duration::from_millis(5);
/// The most that is kept of one connection, in bytes.
const MOST: usize = 1 << 20;

/// What one connection to the upstream brought: what came before each answer.
pub type Bursts = Vec<Vec<u8>>;

/// An upstream that records.
pub struct Recorder {
    listener: Listener,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The recording to which what comes now belongs.
    recording: AtomicU64,
    connections: Mutex<Vec<Bursts>>,
}

impl Recorder {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Errors
    /// When there is none.
    pub fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let for_all = Arc::clone(&shared);
        let listener = Listener::start(move |stream, state| for_all.serve(stream, state))?;
        Ok(Self { listener, shared })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.listener.port()
    }

    /// What has come since the last time; the connections that are open are closed.
    pub fn take(&self) -> Vec<Bursts> {
        let mut connections = self.shared.lock();
        self.shared.recording.fetch_add(1, Ordering::AcqRel);
        let mut taken = std::mem::take(&mut *connections);
        taken.retain(|bursts| !bursts.is_empty());
        taken
    }

    /// Forgets what has come, and goes on.
    pub fn forget(&self) {
        self.shared.lock().iter_mut().for_each(Vec::clear);
    }

    /// Waits until no client is connected, at most so long.
    pub(crate) fn wait_until_idle(&self, most: Duration) {
        let until = Instant::now() + most;
        while self.listener.open() > 0 && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Bursts>> {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what comes over one connection. It ends when the other side ends it, the
    /// recording is taken, or the recorder is gone.
    fn serve(&self, mut stream: TcpStream, state: &ListenerState) {
        let (recording, nth) = {
            let mut connections = self.lock();
            connections.push(Vec::new());
            let recording = self.recording.load(Ordering::Acquire);
            (recording, connections.len() - 1)
        };
        if stream.set_read_timeout(Some(LOOK)).is_err() || stream.set_nodelay(true).is_err() {
            return;
        }
        let mut burst = Vec::new();
        let mut piece = [0; 1 << 14];
        let mut heard = Instant::now();
        let mut kept = 0;
        loop {
            let read = stream.read(&mut piece);
            if state.is_over() || self.recording.load(Ordering::Acquire) != recording {
                return;
            }
            match read {
                Ok(0) => break,
                Ok(length) => {
                    kept += length;
                    burst.extend_from_slice(piece.get(..length).unwrap_or(&[]));
                    heard = Instant::now();
                    if kept > MOST {
                        break;
                    }
                }
                Err(error) if is_timeout(&error) => {}
                Err(_) => break,
            }
            if !burst.is_empty() && heard.elapsed() >= QUIET {
                let answer = answer(&burst);
                self.keep(recording, nth, &mut burst);
                if stream.write_all(&answer).is_err() {
                    return;
                }
            }
        }
        if !burst.is_empty() {
            self.keep(recording, nth, &mut burst);
        }
    }

    fn keep(&self, recording: u64, nth: usize, burst: &mut Vec<u8>) {
        let mut connections = self.lock();
        let is_same = self.recording.load(Ordering::Acquire) == recording;
        if let Some(bursts) = connections.get_mut(nth).filter(|_| is_same) {
            bursts.push(std::mem::take(burst));
        }
    }
}

/// What the recorder says to the request of a front that begins so.
fn answer(burst: &[u8]) -> Vec<u8> {
    let line = burst
        .split(|byte| *byte == b'\n')
        .find(|line| line.len() > 1);
    let line = line.unwrap_or(&[]);
    let is_canary = line.windows(CANARY.len()).any(|window| window == CANARY);
    let body = if is_canary {
        SAW_CANARY
    } else {
        "saw a request"
    };
    let status = if line.starts_with(b"CONNECT ") {
        "405 Method Not Allowed"
    } else {
        "200 OK"
    };
    let mut answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    if !line.starts_with(b"HEAD ") {
        answer.push_str(body);
    }
    answer.into_bytes()
}

/// The target of the request that follows an input.
pub(crate) const CANARY: &[u8] = b"/canary";
/// What the recorder answers to it.
pub(crate) const SAW_CANARY: &str = "saw the canary";
