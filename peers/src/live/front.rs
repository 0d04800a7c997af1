//! What a front forwards: its bytes, and the requests that it takes itself to forward.

use std::time::Duration;

use parsers::http1::request::{RequestFacts, understood};
use parsers::http1::unread;

use super::client::{self, ConnectionState, LiveClient, Timeouts, Trouble};
use super::recorder::{Bursts, CANARY, Recorder, SAW_CANARY};

/// When the request is sent that follows an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Canary {
    /// In the same write.
    SameWrite,
    /// After the response.
    AfterResponse,
}

impl Canary {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::SameWrite, Self::AfterResponse];

    /// The words used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::SameWrite => "same-write",
            Self::AfterResponse => "after-response",
        }
    }
}

/// The request that follows an input.
pub(crate) const CANARY_REQUEST: &[u8] = b"GET /canary HTTP/1.1\r\nHost: canary\r\n\r\n";

/// How long a response is waited for before the canary is sent all the same.
const PATIENCE: Duration = Duration::from_millis(350);
/// How long the response to the canary is waited for where it is ours.
const RECORDING_PATIENCE: Duration = Duration::from_millis(500);
/// How long the response to the canary is waited for through a chain: a front may wait for a second before it sends
/// a body that it has announced by Expect.
pub const CHAIN_PATIENCE: Duration = Duration::from_millis(2500);
/// After so long without a byte, a response is taken to be whole.
const QUIET: Duration = Duration::from_millis(15);
/// How long what was sent last may be on its way.
const UNDER_WAY: Duration = Duration::from_millis(15);

/// A request as a front or a back understands it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnderstoodRequest {
    /// Its method.
    pub method: String,
    /// Its target.
    pub target: String,
}

impl std::fmt::Display for UnderstoodRequest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.method, self.target)
    }
}

/// What happened to an input that was sent to a front.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontOutcome {
    /// The bytes that it has forwarded, for each connection to its upstream.
    pub connections: Vec<Bursts>,
    /// The status code of the first response to the client.
    pub status: Option<u16>,
    /// Whether the client has got the response to the canary.
    pub canary_answered: bool,
}

/// What the client has seen of an input that it has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientView {
    /// The status code of the first response.
    pub status: Option<u16>,
    /// Whether the response to the canary has come.
    pub canary_answered: bool,
    /// How the connection was left.
    pub state: ConnectionState,
}

/// Sends `input` and the canary over one connection; `answers_canary` tells the response to it, which is waited for
/// no longer than `patience`.
///
/// # Errors
/// [`Trouble::Dead`] when nothing listens.
pub fn send(
    port: u16,
    input: &[u8],
    canary: Canary,
    patience: Duration,
    answers_canary: impl Fn(&[u8]) -> bool,
) -> Result<ClientView, Trouble> {
    let mut client = LiveClient::connect(port, Timeouts::USUAL)?;
    match canary {
        Canary::SameWrite => client.send(&[input, CANARY_REQUEST].concat()),
        Canary::AfterResponse => {
            client.send(input);
            client.receive(PATIENCE, QUIET, |_| true);
            if client.state == ConnectionState::Open && !client::says_close(&client.received) {
                client.send(CANARY_REQUEST);
            }
        }
    }
    let mut left = patience;
    while client.state == ConnectionState::Open && !answers_canary(&client.received) {
        let step = left.min(QUIET);
        if client.receive(step, QUIET, |_| true) > 0 {
            continue;
        }
        left = left.saturating_sub(step);
        if left.is_zero() || client::says_close(&client.received) {
            break;
        }
    }
    // Some take their time to close.
    let closes = client.state == ConnectionState::Open && client::says_close(&client.received);
    Ok(ClientView {
        status: client::status(&client.received),
        canary_answered: answers_canary(&client.received),
        state: if closes {
            ConnectionState::Closed
        } else {
            client.state
        },
    })
}

/// Sends `input` and the canary to a front that forwards to `recorder`.
///
/// # Errors
/// [`Trouble::Dead`] when the front does not listen.
pub fn record(
    port: u16,
    recorder: &Recorder,
    input: &[u8],
    canary: Canary,
) -> Result<FrontOutcome, Trouble> {
    recorder.take();
    recorder.wait_until_idle(UNDER_WAY * 2);
    let saw = SAW_CANARY.as_bytes();
    let sent = send(port, input, canary, RECORDING_PATIENCE, |received| {
        received.windows(saw.len()).any(|window| window == saw)
    })?;
    std::thread::sleep(UNDER_WAY);
    Ok(FrontOutcome {
        connections: recorder.take(),
        status: sent.status,
        canary_answered: sent.canary_answered,
    })
}

impl FrontOutcome {
    /// The requests that the front takes itself to forward over each connection: the first, and each whose head
    /// holds `mark`, which the front puts there.
    pub fn meant(&self, mark: &str) -> Vec<Vec<UnderstoodRequest>> {
        let connections = self.connections.iter();
        let meant = connections.map(|bursts| {
            let mut lines: Vec<_> = bursts.iter().flat_map(|burst| meant(burst, mark)).collect();
            let first = bursts.first().and_then(|burst| first_line(burst));
            // Not every head of another version of the protocol is marked.
            if let Some(first) = first.filter(|first| lines.first() != Some(first)) {
                lines.insert(0, first);
            }
            lines
        });
        meant.collect()
    }

    /// Whether the front reads the canary as a request, and so whatever came before it as whole.
    pub fn is_through(&self, mark: &str) -> bool {
        let canary = String::from_utf8_lossy(CANARY);
        let mut meant = self.meant(mark).into_iter().flatten();
        meant.any(|line| line.target.ends_with(&*canary))
    }
}

impl UnderstoodRequest {
    /// What the facts of a request tell; none where its request-line is not understood.
    pub fn of(facts: &RequestFacts<'_>) -> Option<Self> {
        let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
        Some(Self {
            method: text(facts.method()?),
            target: text(facts.target()?),
        })
    }
}

/// The requests of the heads in `bytes` that hold `mark`.
pub fn meant(bytes: &[u8], mark: &str) -> Vec<UnderstoodRequest> {
    let lower = bytes.to_ascii_lowercase();
    let mark = mark.to_ascii_lowercase();
    let mut meant = Vec::new();
    let mut from = 0;
    while let Some(at) = position(lower.get(from..).unwrap_or(&[]), mark.as_bytes()) {
        let before = bytes.get(from..from + at).unwrap_or(&[]);
        // A head is from its request line on; what is before is the rest of the one before and its body.
        let lines: Vec<_> = unread::lines(before).collect();
        let heads = lines.iter().rev().filter_map(|line| {
            let head = before.get(line.start..)?;
            // A line of a body or a field may look like a request-line to a lenient reader.
            position(before.get(line.clone())?, b" HTTP/")?;
            marked(head)
        });
        meant.extend(heads.take(1));
        from += at + mark.len();
    }
    meant
}

/// The request whose head begins `bytes`, if it has a version, as requests do that fronts mark.
fn marked(bytes: &[u8]) -> Option<UnderstoodRequest> {
    let verdict = understood(bytes);
    let facts = RequestFacts::of(&verdict, 0, bytes);
    let is_field = facts.method()?.contains(&b':');
    (!is_field && facts.version()?.starts_with(b"HTTP/"))
        .then(|| UnderstoodRequest::of(&facts))
        .flatten()
}

/// The request with which a stream begins; one of HTTP/0.9 has no version.
pub fn first_line(bytes: &[u8]) -> Option<UnderstoodRequest> {
    let verdict = understood(bytes);
    UnderstoodRequest::of(&RequestFacts::of(&verdict, 0, bytes))
}

fn position(bytes: &[u8], sought: &[u8]) -> Option<usize> {
    let mut windows = bytes.windows(sought.len().max(1));
    windows.position(|window| window == sought)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_without_the_mark_are_not_meant() {
        let bytes = b"POST /a HTTP/1.1\r\nX-Front: f\r\nContent-Length: 40\r\n\r\n\
            GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET /canary HTTP/1.1\r\nHost: b\r\nx-front: f\r\n\r\n";
        let meant = meant(bytes, "X-Front: f");
        let meant: Vec<_> = meant.iter().map(UnderstoodRequest::to_string).collect();
        assert_eq!(meant, ["POST /a", "GET /canary"]);
    }
}
