//! Chains: an input goes through a front to a back, and the back's own log tells what it saw.

pub mod recorded;
pub mod table;

use std::thread;
use std::time::Duration;

use corpus::Case;
use parsers::Capability;
use parsers::http1::REQUEST;
use peers::Failure;
use peers::live::back::{Left, Log, LoggedRequest, Saw};
use peers::live::chain::{ChainDivergence, Direction, divergences};
use peers::live::client::{ConnectionState, Trouble};
use peers::live::front::{self, CHAIN_PATIENCE, Canary, FrontOutcome, UnderstoodRequest};
use peers::live::{HopSide, Recorder, Running, Server};

/// The families whose cases go through a front to a back.
pub static CHAIN: Capability<()> = Capability::new("a chain", &[(&REQUEST, ())]);

/// How long what a back saw last may be on its way to its log.
const UNDER_WAY: Duration = Duration::from_millis(30);

/// The text that a front puts into each head that it forwards.
pub fn mark(front: &Server) -> String {
    match front.declared.mark.as_str() {
        "" => format!("X-Front: {}", front.name),
        mark => mark.to_owned(),
    }
}

/// Whether a part of what some front has forwarded goes on with a request: it holds no mark.
pub(crate) fn goes_on(burst: &[u8]) -> bool {
    let lower = burst.to_ascii_lowercase();
    let fronts = peers::live::servers()
        .iter()
        .filter(|server| server.kind == HopSide::Front);
    let mut marks = fronts.map(|front| mark(front).to_ascii_lowercase());
    !marks.any(|mark| {
        let mut windows = lower.windows(mark.len().max(1));
        windows.any(|window| window == mark.as_bytes())
    })
}

/// A front whose upstream is ours, so that what it forwards is known.
pub struct Recorded {
    /// The front.
    pub front: Running,
    recorder: Recorder,
    /// What it puts into each head that it forwards.
    pub mark: String,
}

/// An input that was sent to a front, and what happened to it.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The name of the case.
    pub case: String,
    /// When the canary was sent.
    pub canary: Canary,
    /// What was forwarded.
    pub forwarded: FrontOutcome,
    /// The requests that the front takes itself to forward, for each connection.
    pub meant: Vec<Vec<UnderstoodRequest>>,
    /// Whether the front takes all that it has forwarded for whole.
    pub is_through: bool,
}

impl Recorded {
    /// Starts a front before an upstream of ours.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start(server: &'static Server) -> Result<Self, Failure> {
        let recorder = Recorder::start();
        let recorder =
            recorder.map_err(|error| Failure::Unknown(format!("no upstream: {error}")))?;
        let front = server.start(recorder.port())?;
        Ok(Self {
            front,
            recorder,
            mark: mark(server),
        })
    }

    /// Sends a case, and keeps what is forwarded.
    ///
    /// # Errors
    /// [`Trouble::Dead`] when the front has ended.
    pub fn record(&self, case: &Case, canary: Canary) -> Result<Recording, Trouble> {
        let forwarded = front::record(self.front.port, &self.recorder, &case.input, canary)?;
        Ok(Recording {
            case: case.name.clone(),
            canary,
            meant: forwarded.meant(&self.mark),
            is_through: forwarded.is_through(&self.mark),
            forwarded,
        })
    }
}

/// What resulted from a case that was sent through a real chain.
#[derive(Clone, Debug)]
pub struct Chained {
    /// What the front forwards of it, by itself.
    pub recording: Recording,
    /// What the back's log reports.
    pub seen: Vec<LoggedRequest>,
    /// The status code of the first response to the client.
    pub status: Option<u16>,
    /// How the back's log departs from what the front meant.
    pub divergences: Vec<ChainDivergence>,
}

/// Sends a case through `front` to the back with this log, and holds the log against what was recorded.
///
/// # Errors
/// [`Trouble::Dead`] when the front has ended.
pub fn through(
    front: &Running,
    log: &Log,
    case: &Case,
    recording: Recording,
) -> Result<Chained, Trouble> {
    log.take_all();
    let saw_canary = |received: &[u8]| {
        let sought = b"\"/canary\"";
        received
            .windows(sought.len())
            .any(|window| window == sought)
    };
    let canary = recording.canary;
    let sent = front::send(front.port, &case.input, canary, CHAIN_PATIENCE, saw_canary)?;
    thread::sleep(UNDER_WAY);
    let seen = log.take_all();
    let waits = sent.state == ConnectionState::Open && !sent.canary_answered;
    let saw = Saw {
        requests: seen.clone(),
        left: if waits { Left::Waits } else { Left::Answered },
    };
    let bytes = recording.forwarded.connections.concat().concat();
    let meant = recording.meant.concat();
    let mut divergences = divergences(&bytes, &meant, &saw, recording.is_through);
    // The log does not tell which connection of the front a request has come by: what was recorded does.
    divergences.retain(|divergence| {
        let mut connections = recording.meant.iter();
        let goes_on = connections.any(|meant| meant.len() > 1 && meant.contains(&divergence.line));
        divergence.direction == Direction::Extra || goes_on
    });
    Ok(Chained {
        recording,
        seen,
        status: sent.status,
        divergences,
    })
}
