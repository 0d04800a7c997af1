//! Every front before every back: what each front forwards is recorded once, and each back is asked about it once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

use corpus::Case;
use peers::Failure;
use peers::live::back::{self, Left, Log, Saw};
use peers::live::chain::{ChainDivergence, Direction, divergences};
use peers::live::front::Canary;
use peers::live::recorder::Bursts;
use peers::live::{Running, Server};

use super::{Recorded, Recording, goes_on, through};

/// How many streams a back is asked about at a time.
const STREAMS_AT_A_TIME: usize = 6;

/// A front, and what it has forwarded.
pub struct Front {
    /// Which it is.
    pub server: &'static Server,
    /// Its version.
    pub version: String,
    /// What happened to each case.
    pub recordings: Vec<Recording>,
}

/// What a back made of each distinct stream that any front has forwarded.
pub struct Back {
    /// The back, which runs.
    pub running: Running,
    log: Log,
    saw: BTreeMap<Bursts, Saw>,
}

/// A case about which a front and a back disagree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Durable {
    /// Its name.
    pub case: String,
    /// When the canary was sent.
    pub canary: Canary,
    /// How they differ.
    pub divergences: Vec<ChainDivergence>,
    /// Whether the real chain has shown the same; none if that was not tried.
    pub confirmed: Option<bool>,
    /// Those of the divergences that it has shown.
    pub shown: Vec<ChainDivergence>,
}

/// What is durable between a front and a back.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The cases, by name.
    pub durable: Vec<Durable>,
}

impl Cell {
    /// How many cases have a divergence of this direction.
    pub fn count(&self, direction: Direction) -> usize {
        let of = self.durable.iter().filter(|durable| {
            let mut divergences = durable.divergences.iter();
            divergences.any(|divergence| divergence.direction == direction)
        });
        of.map(|durable| &durable.case)
            .collect::<BTreeSet<_>>()
            .len()
    }

    /// How many cases differ in which direction, in a few characters.
    pub fn counts(&self) -> String {
        match (self.count(Direction::Extra), self.count(Direction::Missing)) {
            (0, 0) => ".".to_owned(),
            (extra, 0) => format!("{extra}+"),
            (0, missing) => format!("{missing}-"),
            (extra, missing) => format!("{extra}+{missing}-"),
        }
    }

    /// Whether the real chain has shown any.
    pub fn is_confirmed(&self) -> bool {
        let mut durable = self.durable.iter();
        durable.any(|durable| durable.confirmed == Some(true))
    }
}

/// Records what a front makes of all cases.
///
/// # Errors
/// When it cannot be started, or ends while it is asked.
pub fn record(server: &'static Server, cases: &[Case]) -> Result<Front, Failure> {
    let recorded = Recorded::start(server)?;
    let mut recordings = Vec::new();
    for case in cases {
        for canary in Canary::BOTH {
            let recording = recorded.record(case, canary);
            let recording = recording
                .map_err(|trouble| Failure::Crash(format!("{trouble}, after {}", case.name)))?;
            recordings.push(recording);
        }
    }
    let version = recorded.front.version.clone();
    Ok(Front {
        server,
        version,
        recordings,
    })
}

/// The distinct streams that fronts have forwarded.
pub fn streams(fronts: &[Front]) -> BTreeSet<&Bursts> {
    let recordings = fronts.iter().flat_map(|front| &front.recordings);
    let streams = recordings.flat_map(|recording| &recording.forwarded.connections);
    streams.collect()
}

impl Back {
    /// Starts a back and asks it about each stream.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn ask(server: &'static Server, streams: &BTreeSet<&Bursts>) -> Result<Self, Failure> {
        let running = server.start(0)?;
        let log = Log::new(running.log());
        let queue = Mutex::new(streams.iter());
        let saw = Mutex::new(BTreeMap::new());
        let work = || {
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(stream) = next else { return };
                let asked = ask_twice_if_odd(running.port, &log, stream);
                let mut saw = saw.lock().unwrap_or_else(PoisonError::into_inner);
                saw.extend(asked.map(|asked| ((*stream).clone(), asked)));
            }
        };
        thread::scope(|scope| {
            for _ in 0..STREAMS_AT_A_TIME {
                scope.spawn(work);
            }
        });
        let saw = saw.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Self { running, log, saw })
    }

    /// How many streams it has said nothing about.
    pub fn unanswered(&self, streams: &BTreeSet<&Bursts>) -> usize {
        streams.len() - self.saw.len()
    }

    /// What is durable behind `front`.
    pub fn cell(&self, front: &Front) -> Cell {
        cell(&self.saw, front)
    }

    /// Sends up to `most` cases of a cell through the real chain, each through a front of its own.
    pub fn confirm(&self, front: &Front, cell: &mut Cell, cases: &[Case], most: usize) {
        let mut tried = BTreeSet::new();
        // An extra request says more than one that is waited for.
        cell.durable.sort_by_key(|durable| {
            let first = durable.divergences.first();
            first.map(|divergence| divergence.direction)
        });
        for durable in &mut cell.durable {
            if tried.len() >= most || !tried.insert(durable.case.clone()) {
                continue;
            }
            let case = cases.iter().find(|case| case.name == durable.case);
            let recording = front.recordings.iter().find(|recording| {
                recording.case == durable.case && recording.canary == durable.canary
            });
            let (Some(case), Some(recording)) = (case, recording) else {
                continue;
            };
            let Ok(running) = front.server.start(self.running.port) else {
                continue;
            };
            let chained = through(&running, &self.log, case, recording.clone());
            durable.confirmed = chained.ok().map(|chained| {
                durable.shown.clone_from(&durable.divergences);
                durable
                    .shown
                    .retain(|divergence| chained.divergences.contains(divergence));
                !durable.shown.is_empty()
            });
        }
        cell.durable.sort();
    }
}

/// What is durable between `front` and the reader of each stream.
pub fn cell(saw: &BTreeMap<Bursts, Saw>, front: &Front) -> Cell {
    let mut durable = Vec::new();
    for recording in &front.recordings {
        let connections = recording.forwarded.connections.iter();
        let mut divergences: Vec<_> = connections
            .zip(&recording.meant)
            .filter_map(|(stream, meant)| {
                let saw = saw.get(stream)?;
                Some(divergences(
                    &stream.concat(),
                    meant,
                    saw,
                    recording.is_through,
                ))
            })
            .flatten()
            .collect();
        divergences.sort();
        divergences.dedup();
        if !divergences.is_empty() {
            durable.push(Durable {
                case: recording.case.clone(),
                canary: recording.canary,
                divergences,
                confirmed: None,
                shown: Vec::new(),
            });
        }
    }
    Cell { durable }
}

/// Asks about a stream; an answer that is not plain has to be given twice.
fn ask_twice_if_odd(port: u16, log: &Log, stream: &Bursts) -> Option<Saw> {
    let saw = back::ask(port, log, stream, goes_on).ok()?;
    if saw.left == Left::Answered && saw.requests.len() == stream.len() {
        return Some(saw);
    }
    let again = back::ask(port, log, stream, goes_on).ok()?;
    let lines = |saw: &Saw| -> Vec<_> { saw.requests.iter().map(|seen| seen.line()).collect() };
    if lines(&saw) == lines(&again) && saw.left == again.left {
        return Some(again);
    }
    // Two of three.
    let third = back::ask(port, log, stream, goes_on).ok()?;
    [saw, again]
        .into_iter()
        .find(|one| lines(one) == lines(&third) && one.left == third.left)
}
