//! The hunt: fuzz, minimise, record, report.
//!
//! [`run`] starts one worker process for each job and watches them; a worker is libFuzzer around a
//! [`Hunter`], which judges each input by the panel and writes down every new disagreement at once.

mod hunter;
mod known;
pub(crate) mod minimise;
mod mutate;
mod novelty;
mod record;
mod rivals;
mod supervise;
mod worker;

pub use hunter::Hunter;
pub use known::signatures;
pub use mutate::mutate;
pub use novelty::{COUNTERS, Novelty};
pub use record::Records;
pub use rivals::Rivals;
pub use supervise::run;
pub use worker::{Pulse, prepare};

use std::path::PathBuf;
use std::time::Duration;

use parsers::Family;

use crate::ask::Who;

/// What to hunt for, and for how long.
pub struct HuntOptions {
    /// The families; empty for all.
    pub families: Vec<&'static Family>,
    /// When to stop; none for never.
    pub seconds: Option<u64>,
    /// How many workers; none for as many as there are processors.
    pub jobs: Option<usize>,
    /// The folder to which findings are written, as cases, in one folder for each family.
    pub out: PathBuf,
    /// Whether to begin without the cases, as inputs and as what is known.
    pub from_nothing: bool,
    /// The linked peers that judge every input, as the user named them; empty for those that are fast.
    pub peers: Vec<String>,
}

/// What one worker process is to do.
pub struct WorkerOptions {
    /// The family.
    pub family: &'static Family,
    /// How long; none for until it is told to stop.
    pub time: Option<Duration>,
    /// The number that tells it from the other workers.
    pub job: u32,
    /// Where its findings go.
    pub out: PathBuf,
    /// As in [`HuntOptions::from_nothing`].
    pub from_nothing: bool,
    /// As in [`HuntOptions::peers`].
    pub peers: Vec<Who>,
}
