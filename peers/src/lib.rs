//! Other implementations: which there are, and what each was seen to read.
//!
//! A peer is opaque. It cites no rule, and shows no more of its reading than [`Seen`] holds: where each
//! message ends, what its content is, and how the stream ended. Why it reads so is for others to explain.

pub mod confine;
#[cfg(feature = "linked")]
mod linked;
pub mod live;
mod registry;
pub mod replay;
mod role;
mod seen;
mod shown;
pub mod tool;
mod warden;
pub mod worker;

pub use registry::PEERS;
pub use role::Role;
pub(crate) use seen::Detail;
pub use seen::{Seen, SeenFacts, Whole};
pub use shown::{Shown, Told, project};
pub use tool::Tool;
pub use worker::Worker;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parsers::unidiff::tree::Tree;
use parsers::{Family, StreamInput};

/// How a peer is reached, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// It is part of this binary.
    Linked,
    /// It is a process that is kept alive and fed line by line.
    Worker,
    /// It is a command that is run anew for each input.
    Tool,
    /// It is a server or client on this machine.
    Live,
}

impl Tier {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Linked => "linked",
            Self::Worker => "worker",
            Self::Tool => "tool",
            Self::Live => "live",
        }
    }
}

/// How a stream is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pieces {
    /// All at once.
    One,
    /// One byte at a time, the peer being asked after each.
    Bytes,
}

/// What is known of a peer before it is asked.
pub struct About {
    /// The name of its project, kebab-case, with a suffix for a setting that is not the default.
    pub name: &'static str,
    /// The family that it reads.
    pub family: &'static Family,
    /// An SPDX expression; empty where it is not known.
    pub licence: &'static str,
    /// What the adapter adds because the peer leaves it to its user; empty for nothing.
    pub adds: &'static str,
    /// How its reading depends on how the bytes are cut into pieces; empty when it does not.
    pub cuts: &'static str,
    /// What it is in real life.
    pub role: Role,
    /// Whether it is rarely deployed, so that findings about it do not generalise.
    pub calibrates: bool,
    /// Whether it reads an ordinary request in a few microseconds, and so may judge every input of a hunt.
    pub is_fast: bool,
    /// How it is reached.
    pub reach: Reach,
}

/// How a peer is reached.
pub enum Reach {
    /// It is part of this binary.
    Linked {
        /// Its version, asked of the peer itself or of the package that was built.
        version: fn() -> String,
        /// A reader.
        open: fn() -> Result<Box<dyn Peer>, Failure>,
    },
    /// It would be part of this binary, had that been built with this feature.
    LeftOut(&'static str),
    /// It is a process that is kept alive and fed line by line.
    Worker(Worker),
    /// It is a command that is run anew for each input.
    Tool(Tool),
}

/// A peer that can be asked, to be kept: opening it may be slow.
pub struct Opened {
    /// What it calls itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The peer.
    pub peer: Box<dyn Peer>,
}

impl About {
    /// How it is reached, in a word.
    pub fn tier(&self) -> Tier {
        match self.reach {
            Reach::Linked { .. } | Reach::LeftOut(_) => Tier::Linked,
            Reach::Worker(_) => Tier::Worker,
            Reach::Tool(_) => Tier::Tool,
        }
    }

    /// Whether this binary was built without it, though it might have been built with it.
    pub fn was_left_out(&self) -> bool {
        matches!(self.reach, Reach::LeftOut(_))
    }

    /// Whether its framing is its own, and in real use.
    pub fn frames(&self) -> bool {
        !self.calibrates && !self.adds.contains("framing")
    }

    /// Opens it.
    ///
    /// # Errors
    /// [`Failure::Absent`] when it is not there, with what to do, and [`Failure::Broken`] when it is there and cannot
    /// be asked. Neither has a reading.
    pub fn open(&self) -> Result<Opened, Failure> {
        match &self.reach {
            Reach::Linked { version, open } => Ok(Opened {
                name: self.name.to_owned(),
                version: version(),
                peer: open()?,
            }),
            Reach::LeftOut(feature) => Err(Failure::Absent(format!(
                "it was left out; build with --features {feature}"
            ))),
            Reach::Worker(worker) => worker.open(self.name),
            Reach::Tool(tool) => tool.open(self.name),
        }
    }
}

/// An implementation that can be asked.
pub trait Peer {
    /// Reads `input`, to which nothing will be added, into `seen`, which is empty. The peer learns that
    /// the stream has ended only after it has had the time to read all of it.
    ///
    /// # Errors
    /// When there is no reading. That the peer rejects the input is a reading.
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure>;

    /// As [`read`](Self::read), for a peer to which it matters what the other direction asked.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_answers(
        &mut self,
        input: StreamInput<'_>,
        pieces: Pieces,
        seen: &mut Seen,
    ) -> Result<(), Failure> {
        self.read(input.bytes, pieces, seen)
    }

    /// What it makes of `tree` when it is given `patch`; none for one that reads and builds nothing.
    ///
    /// # Errors
    /// When nothing can be told. That the peer rejects the patch is a result.
    fn build(&mut self, _tree: &Tree, _patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        None
    }

    /// Whether it can be asked again after a failure, or has to be opened anew.
    fn is_usable(&mut self) -> bool {
        false
    }
}

/// What happened to a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltTree {
    /// The files that it has now.
    pub tree: Tree,
    /// Whether the peer says that all went well.
    pub is_accepted: bool,
    /// What it has touched outside the tree.
    pub outside: Vec<String>,
}

impl BuiltTree {
    /// What a peer built that changes a tree as a whole, or not at all.
    pub fn of(before: &Tree, after: Option<Tree>) -> Self {
        Self {
            is_accepted: after.is_some(),
            tree: after.unwrap_or_else(|| before.clone()),
            outside: Vec::new(),
        }
    }
}

/// Why there is no reading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The peer panicked.
    #[error("it panics: {0}")]
    Panic(String),
    /// The peer reads something that does not show.
    #[error("what it reads cannot be told: {0}")]
    Unknown(String),
    /// The peer neither reads on nor says that it waits.
    #[error("it makes no progress")]
    Hang,
    /// The peer's process used more than so many bytes of memory.
    #[error("it uses more than {} MiB of memory", .0 >> 20)]
    Memory(u64),
    /// The peer has no way to do what it was told to.
    #[error("it cannot do that: {0}")]
    Unable(String),
    /// The peer's process ended.
    #[error("its process ended: {0}")]
    Crash(String),
    /// The peer's process answers what is no answer.
    #[error("it gives no answer: {0}")]
    Rubbish(String),
    /// The peer is not there.
    #[error("{0}")]
    Absent(String),
    /// The peer is there and cannot be run, or cannot be run confined, or does not tell its version.
    #[error("{0}")]
    Broken(String),
}

thread_local! {
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a peer, and a panic thus the peer's.
pub fn is_asking() -> bool {
    ASKING.get()
}

/// Asks a peer, whatever it does. After a failure it is asked again only if it [is usable](Peer::is_usable).
///
/// # Errors
/// As [`Peer::read`]; a panic is caught.
pub fn ask<'i>(
    peer: &mut dyn Peer,
    input: impl Into<StreamInput<'i>>,
    pieces: Pieces,
    seen: &mut Seen,
) -> Result<(), Failure> {
    seen.clear();
    let input = input.into();
    guarded(|| peer.read_answers(input, pieces, seen)).and_then(|asked| asked)
}

/// Gives a peer a tree and a patch, whatever it does; none for one that builds nothing.
pub fn build(peer: &mut dyn Peer, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
    match guarded(|| peer.build(tree, patch)) {
        Ok(built) => built,
        Err(failure) => Some(Err(failure)),
    }
}

/// What a peer does, or that it panics.
fn guarded<T>(does: impl FnOnce() -> T) -> Result<T, Failure> {
    ASKING.set(true);
    let done = catch_unwind(AssertUnwindSafe(does));
    ASKING.set(false);
    done.map_err(|payload| {
        let text = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        Failure::Panic(text.unwrap_or_default())
    })
}
