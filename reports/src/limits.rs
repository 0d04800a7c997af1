//! The limits that the user has set for processes, as with `ulimit`.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::{env, thread};

use rustix::process::{
    Pid, Resource, Signal, getppid, getrlimit, kill_process, set_parent_process_death_signal,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// What tells a process that another one, with this id, says what happens to it, or of the one that has started it.
const MARK: &str = "MISFRAME_WITHIN_LIMITS";
/// The exit code of a panic, as the standard library has it.
const PANIC: i32 = 101;
/// Trouble, as for every command.
const TROUBLE: u8 = 2;

/// Where memory is limited (`ulimit -v`), runs this command in another process, and gives its exit code: memory that runs
/// out ends a process by a signal, and this one says so instead. None where nothing is limited, or in that process.
pub fn within() -> Option<ExitCode> {
    let limit = memory()?;
    if let Some(mark) = env::var_os(MARK) {
        let parent = getppid()
            .map_or(0, |pid| pid.as_raw_nonzero().get())
            .to_string();
        if mark.to_str() == Some(&parent) {
            // It does not outlive the one that waits for it.
            let _told = set_parent_process_death_signal(Some(Signal::TERM));
        }
        return None;
    }
    let program = env::current_exe().ok()?;
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).ok()?;
    let mut command = Command::new(program);
    command
        .args(env::args_os().skip(1))
        .env(MARK, std::process::id().to_string());
    // Where there is not even memory for another process, this one does what it can.
    let mut child = command.spawn().ok()?;
    let pid = Pid::from_child(&child);
    let forward = move || {
        for signal in signals.forever() {
            // The terminal interrupts both of them.
            let is_told = signal == SIGINT;
            if let (false, Some(signal)) = (is_told, Signal::from_named_raw(signal)) {
                let _ended = kill_process(pid, signal);
            }
        }
    };
    // Without it, the other process ends when this one does.
    let _thread = thread::Builder::new().spawn(forward);
    Some(match child.wait() {
        Ok(status) => outcome(status, limit),
        Err(_) => ExitCode::from(TROUBLE),
    })
}

/// The exit code for a process that has ended so, under this limit of memory in bytes.
fn outcome(status: ExitStatus, limit: u64) -> ExitCode {
    match (status.code(), status.signal()) {
        (Some(code), _) if code != PANIC => ExitCode::from(u8::try_from(code).unwrap_or(TROUBLE)),
        (_, Some(signal @ (SIGINT | SIGTERM | SIGHUP))) => {
            ExitCode::from(u8::try_from(128 + signal).unwrap_or(TROUBLE))
        }
        _ => {
            let megabytes = limit >> 20;
            eprintln!(
                "misframe: it ended with {status}: it seems to need more memory than the {megabytes} MiB that it may have; \
                 raise the limit (ulimit -v), or give less at a time"
            );
            ExitCode::from(TROUBLE)
        }
    }
}

/// From now on, a file that grows beyond a limit (`ulimit -f`) is an error for the process that writes it, and not its end by a signal.
pub fn make_long_files_an_error() -> io::Result<()> {
    // Where a signal is handled, the call fails.
    let handled = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(Signal::XFSZ.as_raw(), handled).map(|_| ())
}

/// How many bytes of memory this process may have; none where there is no limit.
pub(crate) fn memory() -> Option<u64> {
    let limits = [Resource::As, Resource::Data].map(|resource| getrlimit(resource).current);
    limits.into_iter().flatten().min()
}

/// Whether the memory of this process is limited, so that it may run out without a fault in any program.
pub(crate) fn has_little_memory() -> bool {
    memory().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_runs_out_is_trouble_and_other_ends_stay_as_they_are() {
        let code = |code: i32| outcome(ExitStatus::from_raw(code << 8), 1 << 20);
        let signal = |signal: i32| outcome(ExitStatus::from_raw(signal), 1 << 20);
        assert_eq!([code(0), code(1), code(2)], [0, 1, 2].map(ExitCode::from));
        // A panic, SIGABRT and SIGKILL.
        let ends = [code(PANIC), signal(6), signal(9)];
        assert_eq!(ends, [ExitCode::from(TROUBLE); 3]);
        assert_eq!(signal(SIGINT), ExitCode::from(130));
    }
}
