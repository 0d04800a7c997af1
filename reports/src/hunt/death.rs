//! What a worker that died leaves: its last words, and the input that it judged.

use std::fs;
use std::hash::Hasher;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use super::mix::Mix;
use super::worker::{TOO_MUCH, judged_file};

/// The last words of a worker that died, and whether they are of a law that it saw broken.
pub(crate) fn last_words(log: &str) -> (&str, bool) {
    let law = log.lines().rfind(|line| line.contains(" is broken: "));
    // A panic says what happened in the line after the one that says where.
    let panic = || {
        log.lines()
            .skip_while(|line| !line.contains("panicked at"))
            .nth(1)
    };
    let last = || log.lines().rfind(|line| !line.trim().is_empty());
    match law {
        Some(law) => (law, true),
        None => (
            panic().or_else(last).unwrap_or("its log says nothing"),
            false,
        ),
    }
}

/// What has ended a worker that was not asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The input that it judged.
    Input,
    /// What is around it, such as a disk that is full.
    Surroundings,
    /// A signal that asks a process to end.
    Request,
}

/// What has ended a worker with this status and this log.
pub(crate) fn cause(status: ExitStatus, log: &str) -> Cause {
    // As the standard library has it.
    const PANIC: i32 = 101;
    const HUP: i32 = 1;
    const INT: i32 = 2;
    const ILL: i32 = 4;
    const TRAP: i32 = 5;
    const ABRT: i32 = 6;
    const BUS: i32 = 7;
    const FPE: i32 = 8;
    // So the system ends a process that uses too much memory.
    const KILL: i32 = 9;
    const SEGV: i32 = 11;
    const TERM: i32 = 15;
    let has_no_memory = crate::limits::has_little_memory() && log.contains("memory allocation of");
    match (status.code(), status.signal()) {
        _ if has_no_memory => Cause::Surroundings,
        (Some(PANIC | TOO_MUCH), _) => Cause::Input,
        (_, Some(ILL | TRAP | ABRT | BUS | FPE | KILL | SEGV)) => Cause::Input,
        (_, Some(HUP | INT | TERM)) => Cause::Request,
        _ => Cause::Surroundings,
    }
}

/// Keeps the input of which the worker with this process id died, and says where; none where there is none.
pub fn keep(out: &Path, id: u32) -> Option<PathBuf> {
    let judged = judged_file(out, id);
    let input = fs::read(&judged).ok()?;
    let kept = out.join(format!("fatal-{:016x}", spread(&input)));
    fs::rename(&judged, &kept).ok().map(|()| kept)
}

/// A number that stands for these bytes.
fn spread(bytes: &[u8]) -> u64 {
    let mut hasher = Mix::default();
    hasher.write(bytes);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_input_does_is_held_against_it() {
        let code = |code: i32| ExitStatus::from_raw(code << 8);
        let signal = ExitStatus::from_raw;
        for status in [code(101), code(TOO_MUCH), signal(6), signal(9), signal(11)] {
            assert_eq!(cause(status, ""), Cause::Input, "{status}");
        }
        for status in [signal(1), signal(2), signal(15)] {
            assert_eq!(cause(status, ""), Cause::Request, "{status}");
        }
        // A limit on the size of files has a signal of its own; 2 is a file that cannot be written.
        for status in [code(2), signal(13), signal(25)] {
            assert_eq!(cause(status, ""), Cause::Surroundings, "{status}");
        }
    }

    #[test]
    fn a_broken_law_is_told_from_other_ends_of_a_worker() {
        let log = "thread 'main' panicked at hunter.rs:1:1:\nlaw 4 is broken: a accepts what b rejects\nnote: more\n";
        assert_eq!(
            last_words(log),
            ("law 4 is broken: a accepts what b rejects", true)
        );
        let log =
            "thread 'main' panicked at hunter.rs:1:1:\nattempt to add with overflow\nnote: more\n";
        assert_eq!(last_words(log), ("attempt to add with overflow", false));
        let log = "misframe: an input needs more than 25 s\n";
        assert_eq!(
            last_words(log),
            ("misframe: an input needs more than 25 s", false)
        );
        assert_eq!(last_words(""), ("its log says nothing", false));
    }
}
