//! What a worker that died leaves: its last words, and the input that it judged.

use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use super::mix::Mix;
use super::worker::judged_file;

/// The last words of a worker that died, and whether they are of a law that it saw broken.
pub fn last_words(log: &str) -> (&str, bool) {
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

/// Keeps the input that a worker died of, and says where; none where there is none.
pub fn keep(out: &Path, job: u32) -> Option<PathBuf> {
    let judged = judged_file(out, job);
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
    fn a_broken_law_is_told_from_other_ends_of_a_worker() {
        let log = "thread 'main' panicked at hunter.rs:1:1:\nlaw 4 is broken: a takes what b refuses\nnote: more\n";
        assert_eq!(
            last_words(log),
            ("law 4 is broken: a takes what b refuses", true)
        );
        let log =
            "thread 'main' panicked at hunter.rs:1:1:\nattempt to add with overflow\nnote: more\n";
        assert_eq!(last_words(log), ("attempt to add with overflow", false));
        let log = "misframe: an input takes more than 25 s\n";
        assert_eq!(
            last_words(log),
            ("misframe: an input takes more than 25 s", false)
        );
        assert_eq!(last_words(""), ("its log says nothing", false));
    }
}
