//! How a peer has answered, over all that it was asked.

use corpus::number::counted;
use std::mem::discriminant;

use peers::Failure;

/// The most characters of a reason that are shown.
const REASON: usize = 200;

/// How a peer has answered so far.
#[derive(Clone, Debug, Default)]
pub struct AnswerRecord {
    /// How often it gave a reading, or a tree.
    pub answers: usize,
    /// Its failures, one of each kind, and how often there was one of that kind.
    pub failures: Vec<(Failure, usize)>,
}

impl AnswerRecord {
    /// Counts an answer, or a failure.
    pub fn count<T>(&mut self, answer: &Result<T, Failure>) {
        match answer {
            Ok(_) => self.answers += 1,
            Err(failure) => self.fail(failure, 1),
        }
    }

    fn fail(&mut self, failure: &Failure, times: usize) {
        let is_alike = |one: &Failure| discriminant(one) == discriminant(failure);
        match self.failures.iter_mut().find(|(one, _)| is_alike(one)) {
            Some((_, count)) => *count += times,
            None => self.failures.push((failure.clone(), times)),
        }
    }

    /// Adds what happened elsewhere to the same peer.
    pub fn add(&mut self, other: &Self) {
        self.answers += other.answers;
        for (failure, times) in &other.failures {
            self.fail(failure, *times);
        }
    }

    /// How often it was asked and gave nothing.
    pub(crate) fn failed(&self) -> usize {
        self.failures.iter().map(|(_, times)| times).sum()
    }

    /// Whether it was asked, and never gave anything.
    pub fn is_mute(&self) -> bool {
        self.answers == 0 && self.failed() > 0
    }

    /// What went wrong how often, in a line without hostile bytes; none where nothing did.
    pub fn failures_line(&self) -> Option<String> {
        let failed = self.failed();
        if failed == 0 {
            return None;
        }
        let all = failed + self.answers;
        let kinds = self.failures.iter().map(|(failure, times)| {
            let text = corpus::escape::display_text(&failure.to_string());
            let text = match text.char_indices().nth(REASON) {
                Some((at, _)) => format!("{} ...", text.get(..at).unwrap_or("")),
                None => text,
            };
            format!("{text} ({times})")
        });
        let kinds = kinds.collect::<Vec<_>>().join("; ");
        Some(format!(
            "no answer about {failed} of {}: {kinds}",
            counted(all, "input")
        ))
    }
}
