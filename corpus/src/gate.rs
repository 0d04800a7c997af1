//! Ending a process between two files: what is being written becomes whole first, and nothing more is begun.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long [`close`] waits for what is being written.
const PATIENCE: Duration = Duration::from_secs(10);

struct Gate {
    /// How many threads are writing.
    writing: usize,
    is_closed: bool,
}

static GATE: Mutex<Gate> = Mutex::new(Gate {
    writing: 0,
    is_closed: false,
});
static CHANGED: Condvar = Condvar::new();

thread_local! {
    /// How many calls of [`write_whole`] this thread is inside.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

fn gate() -> MutexGuard<'static, Gate> {
    GATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does `write`, and all that it writes becomes whole even when another thread [closes](close) the gate meanwhile. Where
/// that has happened before, this never returns: the process is about to end. Calls may be nested.
pub(crate) fn write_whole<T>(write: impl FnOnce() -> T) -> T {
    let _passage = Passage::enter();
    write()
}

/// Waits until nothing is being written, for at most 10 s, and lets other threads begin nothing from now on. The calling
/// thread may still write. To be called before [`std::process::exit`] where other threads write.
pub fn close() {
    // Inside the gate already, this thread is not stopped by it.
    DEPTH.set(DEPTH.get() + 1);
    let mut gate = gate();
    gate.is_closed = true;
    let is_writing = |gate: &mut Gate| gate.writing > 0;
    // A disk that does not answer for so long holds up no thread.
    let _late = CHANGED.wait_timeout_while(gate, PATIENCE, is_writing);
}

/// A thread that writes.
struct Passage;

impl Passage {
    fn enter() -> Self {
        if DEPTH.get() == 0 {
            let is_closed = |gate: &mut Gate| gate.is_closed;
            let gate = CHANGED.wait_while(gate(), is_closed);
            gate.unwrap_or_else(PoisonError::into_inner).writing += 1;
        }
        DEPTH.set(DEPTH.get() + 1);
        Self
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
        if DEPTH.get() == 0 {
            gate().writing -= 1;
            CHANGED.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_thread_that_closes_it_still_writes() {
        // A process of its own: a gate stays closed.
        if std::env::var_os("MISFRAME_GATE").is_none() {
            let this = std::env::current_exe().unwrap();
            let status = std::process::Command::new(this)
                .args([
                    "--exact",
                    "gate::tests::the_thread_that_closes_it_still_writes",
                ])
                .env("MISFRAME_GATE", "1")
                .status();
            assert!(status.unwrap().success());
            return;
        }
        close();
        let dir = tempfile::tempdir().unwrap();
        let written = crate::lock::together(dir.path(), || write_whole(|| 1));
        assert_eq!(written, 1);
    }
}
