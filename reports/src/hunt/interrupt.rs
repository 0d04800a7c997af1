//! Ctrl-C, and other signals that ask a hunt to end: the first lets it end as after its time, the second ends it at once.
//! Ctrl-Z stops all of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use corpus::lock::FolderLock;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::SIGTSTP;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::record::remove_leftovers;

/// How long a signal may take to this process that has reached a worker already.
const SOON: Duration = Duration::from_millis(500);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(10);
/// The exit code of a hunt that is interrupted again while it ends: 128 and the number of SIGINT, as shells have it.
const INTERRUPTED: i32 = 130;

/// How often the user has interrupted.
static ASKED: AtomicUsize = AtomicUsize::new(0);
/// How long the hunt was stopped, in milliseconds.
static STOPPED: AtomicU64 = AtomicU64::new(0);
/// The lock on the folder of findings, and that folder.
static LOCK: Mutex<Option<(FolderLock, PathBuf)>> = Mutex::new(None);
/// The process ids of the workers that run.
static WORKERS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether the hunt is to end.
pub(crate) struct Interrupt;

impl Interrupt {
    /// From now on, SIGINT, SIGTERM and SIGHUP ask the hunt to end.
    ///
    /// # Errors
    /// When that cannot be arranged.
    pub fn set() -> Result<Self> {
        let handler = || {
            if ASKED.fetch_add(1, Ordering::SeqCst) > 0 {
                leave();
            }
        };
        ctrlc::set_handler(handler).context("no signal handler")?;
        let stops = Signals::new([SIGTSTP]).context("no signal handler")?;
        let stopper = thread::Builder::new().spawn(|| stop_along(stops));
        stopper.context("cannot start a thread")?;
        Ok(Self)
    }

    /// Whether it is to end.
    pub(crate) fn is_asked(&self) -> bool {
        ASKED.load(Ordering::SeqCst) > 0
    }

    /// Whether it is to end, or learns so in a moment.
    pub(crate) fn is_asked_soon(&self) -> bool {
        let until = Instant::now() + SOON;
        while !self.is_asked() && Instant::now() < until {
            thread::sleep(LOOK);
        }
        self.is_asked()
    }
}

/// Keeps the lock on the folder `out` until the hunt ends, in whatever way.
pub fn hold(lock: FolderLock, out: &Path) {
    *locked(&LOCK) = Some((lock, out.to_owned()));
}

/// Gives up the lock.
pub(crate) fn release() {
    drop(locked(&LOCK).take());
}

/// A worker with this process id runs.
pub(crate) fn started(id: u32) {
    locked(&WORKERS).insert(id);
}

/// It has ended.
pub(crate) fn ended(id: u32) {
    locked(&WORKERS).remove(&id);
}

/// Ctrl-Z stops the workers too, which are no members of the terminal's process group; they go on as this process does.
fn stop_along(mut stops: Signals) {
    for signal in stops.forever() {
        tell_workers(Signal::STOP);
        let begun = Instant::now();
        // Where it cannot be stopped, all go on.
        let _stopped = emulate_default_handler(signal);
        let stopped = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        STOPPED.fetch_add(stopped, Ordering::SeqCst);
        tell_workers(Signal::CONT);
    }
}

fn tell_workers(signal: Signal) {
    let workers = locked(&WORKERS);
    let workers = workers.iter().filter_map(|id| i32::try_from(*id).ok());
    for pid in workers.filter_map(Pid::from_raw) {
        // One that has just ended needs not be told.
        let _told = kill_process(pid, signal);
    }
}

/// How long the hunt was stopped.
pub(crate) fn stopped() -> Duration {
    Duration::from_millis(STOPPED.load(Ordering::SeqCst))
}

/// Ends this process at once, between two files. Workers see that it is gone, and end between two files too.
fn leave() -> ! {
    peers::worker::end_all();
    let held = locked(&LOCK).take();
    if let Some((_lock, out)) = &held {
        // It passes the gate, and so comes before that is closed.
        remove_leftovers(out);
    }
    corpus::gate::close();
    drop(held);
    process::exit(INTERRUPTED);
}
