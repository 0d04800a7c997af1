//! An origin of ours behind a hop: it reads plain requests, keeps them, and does with each what its target says.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use parsers::End;
use parsers::http1::request::{RequestFacts, understood};

use super::client::is_timeout;
use super::listener::{Listener, ListenerState};

/// A target whose request for an upgrade is answered by 101; what comes then is sent back.
pub const SWITCH: &str = "/switch";
/// A target whose request is never answered: the connection is closed instead.
pub(crate) const DIE: &str = "/die";
/// A target that gets its response with a second one behind it.
pub(crate) const SURPLUS_SAME: &str = "/surplus-same";
/// A target that gets its response, and a second one while no client waits.
pub(crate) const SURPLUS_IDLE: &str = "/surplus-idle";
/// A target whose response has one before it that belongs to no request.
pub(crate) const SURPLUS_BEFORE: &str = "/surplus-before";
/// What the response says that belongs to no request.
pub const SURPLUS: &str = "R(surplus)";

/// After so long, the connection counts as idle.
const IDLE: Duration = Duration::from_millis(60);
/// How often a connection looks whether it is over.
const LOOK: Duration = Duration::from_millis(20);
/// The most that one request may have, in bytes.
const MOST: usize = 1 << 20;
/// The answer to the key of RFC 6455 §1.3, which [`super::hop`] sends.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A request that has reached the origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginRequest {
    /// Its method.
    pub method: String,
    /// Its target.
    pub target: String,
    /// Its version.
    pub version: String,
    /// Its fields, with names in lower case.
    pub fields: Vec<(String, String)>,
    /// All of it, as it was received.
    pub bytes: Vec<u8>,
}

impl OriginRequest {
    /// The value of a field, if it is there.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.as_str())
    }

    fn is_upgrade(&self) -> bool {
        let has_option = self
            .field("connection")
            .is_some_and(|value| value.to_ascii_lowercase().contains("upgrade"));
        self.version == "HTTP/1.1" && has_option && self.field("upgrade").is_some()
    }
}

/// An origin that runs.
pub struct Origin {
    listener: Listener,
    seen: Arc<Mutex<Vec<OriginRequest>>>,
}

impl Origin {
    /// Listens on a free port of the loopback interface.
    ///
    /// # Errors
    /// When there is none.
    pub fn start() -> io::Result<Self> {
        let seen = Arc::new(Mutex::default());
        let kept = Arc::clone(&seen);
        let listener = Listener::start(move |stream, state| {
            // A connection that breaks has said what it has said.
            let _ = Serving { seen: &kept, state }.serve(stream);
        })?;
        Ok(Self { listener, seen })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.listener.port()
    }

    /// The requests that have come since the last time, but those by which a hop is asked whether it is there.
    pub fn take(&self) -> Vec<OriginRequest> {
        let mut seen = self.seen.lock();
        let seen = seen.as_deref_mut().map(std::mem::take);
        let mut seen = seen.unwrap_or_default();
        seen.retain(|one| one.target != "/ready");
        seen
    }
}

/// One connection, as it is served.
struct Serving<'a> {
    seen: &'a Mutex<Vec<OriginRequest>>,
    state: &'a ListenerState,
}

impl Serving<'_> {
    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(LOOK))?;
        stream.set_nodelay(true)?;
        let mut bytes = Vec::new();
        loop {
            let Some((seen, end)) = request(&bytes) else {
                if bytes.len() > MOST || !self.receive(&mut stream, &mut bytes)? {
                    return Ok(());
                }
                continue;
            };
            bytes.drain(..end);
            let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(seen.clone());
            drop(all);
            if seen.target.starts_with(SWITCH) && seen.is_upgrade() {
                return self.tunnel(&mut stream, &bytes, &seen);
            }
            if !answer(&mut stream, &seen)? {
                return Ok(());
            }
        }
    }

    /// Waits for more. False when there will be none.
    fn receive(&self, stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<bool> {
        let mut piece = [0; 1 << 12];
        loop {
            match stream.read(&mut piece) {
                Ok(0) => return Ok(false),
                Ok(length) => {
                    bytes.extend_from_slice(piece.get(..length).unwrap_or(&[]));
                    return Ok(true);
                }
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
            if self.state.is_over() {
                return Ok(false);
            }
        }
    }

    /// Grants the upgrade, and sends back whatever comes.
    fn tunnel(&self, stream: &mut TcpStream, early: &[u8], seen: &OriginRequest) -> io::Result<()> {
        let protocol = seen.field("upgrade").unwrap_or_default();
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: {protocol}\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Accept: {ACCEPT}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        let mut bytes = early.to_vec();
        loop {
            stream.write_all(&bytes)?;
            bytes.clear();
            if !self.receive(stream, &mut bytes)? {
                return Ok(());
            }
        }
    }
}

/// The first request in `bytes`, when it is whole, and where it ends. One that all readers reject is everything that came.
fn request(bytes: &[u8]) -> Option<(OriginRequest, usize)> {
    let verdict = understood(bytes);
    let reading = &verdict.reading;
    let end = match reading.messages.first() {
        Some(first) => first.end,
        None if reading.end == End::Rejected => bytes.len(),
        None => return None,
    };
    let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    let facts = RequestFacts::of(&verdict, 0, bytes);
    let fields = facts.fields().map(|field| {
        let name = text(field.name).to_ascii_lowercase();
        (name, text(field.value))
    });
    let seen = OriginRequest {
        method: text(facts.method()?),
        target: text(facts.target()?),
        version: text(facts.version()?),
        fields: fields.collect(),
        bytes: bytes.get(..end)?.to_vec(),
    };
    Some((seen, end))
}

fn response(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// The body of the response that belongs to a target.
pub(crate) fn own(target: &str) -> String {
    format!("R({target})")
}

/// Does what the target says. False when the connection is to be closed.
fn answer(stream: &mut TcpStream, seen: &OriginRequest) -> io::Result<bool> {
    let own = response(&own(&seen.target));
    let surplus = response(SURPLUS);
    match seen.target.as_str() {
        DIE => return Ok(false),
        SURPLUS_SAME => stream.write_all(&[own, surplus].concat())?,
        SURPLUS_IDLE => {
            stream.write_all(&own)?;
            thread::sleep(IDLE);
            // The hop may have closed it by now, which is what it should do.
            let _ = stream.write_all(&surplus);
        }
        SURPLUS_BEFORE => stream.write_all(&[surplus, own].concat())?,
        _ => stream.write_all(&own)?,
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_taken_when_it_is_whole() {
        let bytes = b"POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabcGET";
        let whole = bytes.len() - 3;
        for cut in 0..whole {
            assert_eq!(request(bytes.get(..cut).unwrap_or(&[])), None);
        }
        let read = request(bytes);
        assert_eq!(read.as_ref().map(|(_, end)| *end), Some(whole));
        assert_eq!(
            read.and_then(|(seen, _)| seen.field("host").map(str::to_owned)),
            Some("b".to_owned())
        );
        let head = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for body in ["0\r\n\r\n", "10\r\n0123456789abcdef\r\n0\r\nA: b\r\n\r\n"] {
            let chunks = [head, body.as_bytes()].concat();
            for cut in 0..chunks.len() {
                assert_eq!(request(chunks.get(..cut).unwrap_or(&[])), None);
            }
            let more = [chunks.as_slice(), b"GET"].concat();
            assert_eq!(request(&more).map(|(_, end)| end), Some(chunks.len()));
        }
    }
}
