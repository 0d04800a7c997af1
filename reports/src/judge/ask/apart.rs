//! Peers of this binary that are asked about long inputs, or build trees: in processes of their own, which can be ended.
//!
//! Some of them take a time that grows with the square of the length, and a thread cannot be ended.

use std::path::PathBuf;
use std::sync::OnceLock;

use peers::{About, Failure, Peer, Tier, worker};

/// The longest input about which a peer of this binary is asked in this process, in bytes: one whose time grows with the
/// square of the length takes a fraction of a second for it.
pub(crate) const LONGEST_HERE: usize = 16 << 10;

/// The command that serves such a peer, which is this program.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// From now on, long inputs go to processes that run this program, which is `misframe`.
pub fn allow() {
    if let Ok(program) = std::env::current_exe() {
        // Whoever said so first has said the same.
        let _same = PROGRAM.set(program);
    }
}

/// Whether this peer is asked in a process of its own about an input of so many bytes.
pub(crate) fn is_due(about: &About, length: usize) -> bool {
    about.tier() == Tier::Linked && length > LONGEST_HERE && PROGRAM.get().is_some()
}

/// Whether this peer builds trees in a process of its own: where a hunk fits is searched for, and the time of that grows with
/// both the tree and the patch.
pub(crate) fn builds_apart(about: &About) -> bool {
    about.tier() == Tier::Linked && PROGRAM.get().is_some()
}

/// Opens it in a process of its own.
///
/// # Errors
/// When it cannot be started.
pub fn open(about: &About) -> Result<Box<dyn Peer>, Failure> {
    super::end_workers_when_interrupted();
    let program = PROGRAM.get().cloned().unwrap_or_default();
    let opened = worker::open_apart(&program, &["peer-worker", about.name])?;
    Ok(opened.peer)
}
