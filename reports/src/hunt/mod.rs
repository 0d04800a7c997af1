//! The hunt: fuzz, minimise, record, report.
//!
//! [`run`] starts one worker process for each job and watches them; in a worker the
//! `driver` makes inputs for a [`Hunter`], which judges each and writes down everything new at once. What is hunted is
//! a [`Subject`]: a family of messages, sessions or hops. Nothing else knows which.

pub mod baseline;
mod compared;
mod cuts;
mod death;
mod driver;
mod heard;
mod hop;
mod hunter;
mod interrupt;
mod known;
mod messages;
pub(crate) mod minimise;
mod mix;
mod mutate;
mod novelty;
mod random;
mod record;
mod replay;
mod rivals;
mod session;
mod subject;
mod summary;
mod supervise;
mod tokens;
mod witness;
mod worker;

pub use hop::HOPS;
pub use mutate::mutate;
pub use novelty::{COUNTERS, Novelty};
pub use record::Records;
pub use session::SESSIONS;
pub(crate) use subject::KnownCases;
pub use subject::{Hunter, Subject};
pub use supervise::run;
pub use worker::work;

use std::path::PathBuf;
use std::time::Duration;

use crate::judge::ask::PeerChoice;

/// What to hunt for, and for how long.
pub struct HuntOptions {
    /// What; at least one.
    pub families: Vec<&'static dyn Subject>,
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
    /// The dialects that judge every input of their families, as the user named them.
    pub dialects: Vec<String>,
    /// Which of our own readings judge every input; empty for all, with pairs of dialects.
    pub readings: Vec<String>,
    /// Whether peers are compared by what they understand, too.
    pub compares_facts: bool,
    /// How many processes a second may be started to replay findings on tools; 0 for none.
    pub tools: u32,
    /// Whether findings are kept that need a reader which no known software is.
    pub keeps_hypothetical: bool,
    /// The folder of what is known; none where nothing is.
    pub baseline: Option<PathBuf>,
    /// Whether a new finding makes exit code 1.
    pub fails_on_new: bool,
}

/// What one worker process is to do.
pub struct WorkerOptions {
    /// What is hunted.
    pub family: &'static dyn Subject,
    /// How long; none for until it is stopped.
    pub time: Option<Duration>,
    /// The number that tells it from the other workers.
    pub job: u32,
    /// Where its findings go.
    pub out: PathBuf,
    /// As in [`HuntOptions::from_nothing`].
    pub from_nothing: bool,
    /// As in [`HuntOptions::peers`].
    pub peers: Vec<PeerChoice>,
    /// As in [`HuntOptions::dialects`].
    pub dialects: Vec<String>,
    /// As in [`HuntOptions::readings`].
    pub readings: Vec<String>,
    /// As in [`HuntOptions::compares_facts`].
    pub compares_facts: bool,
    /// As in [`HuntOptions::keeps_hypothetical`].
    pub keeps_hypothetical: bool,
    /// As in [`HuntOptions::baseline`].
    pub baseline: Option<PathBuf>,
}
