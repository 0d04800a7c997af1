//! The limits that the user has set for processes, as with `ulimit`.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rustix::process::{Resource, Signal, getrlimit};

/// From now on, a file that grows beyond a limit (`ulimit -f`) is an error of whoever writes it, no end by a signal.
pub(crate) fn make_long_files_an_error() -> io::Result<()> {
    // Where a signal is handled, the call fails.
    let handled = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(Signal::XFSZ.as_raw(), handled).map(|_| ())
}

/// How many bytes of memory this process may have; none where there is no limit.
pub(crate) fn memory() -> Option<u64> {
    let limits = [Resource::As, Resource::Data].map(|resource| getrlimit(resource).current);
    limits.into_iter().flatten().min()
}

/// Whether the memory of this process is limited, so that it may run out without a fault of anybody.
pub(crate) fn has_little_memory() -> bool {
    memory().is_some()
}
