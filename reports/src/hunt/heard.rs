//! How peers that judge every input have answered: what a worker tells, and the sum of what all told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::judge::ask::AnswerRecord;
use corpus::number::{counted, thousands};

/// How one peer has answered in one worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The number of the worker's process.
    pub worker: u32,
    /// Its name and version.
    pub peer: String,
    /// How many readings it gave.
    pub answers: u64,
    /// Its failures, one of each kind, and how often there was one of that kind.
    pub failures: Vec<(String, u64)>,
}

impl Heard {
    /// What `record` says of the peer with this name and version.
    pub fn of(peer: &str, record: &AnswerRecord) -> Self {
        let failures = record.failures.iter();
        Self {
            worker: std::process::id(),
            peer: peer.to_owned(),
            answers: record.answers as u64,
            failures: failures
                .map(|(failure, times)| (failure.to_string(), *times as u64))
                .collect(),
        }
    }
}

/// What all workers have told: by peer and worker, the last of it.
#[derive(Default)]
pub(crate) struct AllHeard(BTreeMap<String, BTreeMap<u32, Heard>>);

impl AllHeard {
    /// Takes what a worker tells, in the place of what it told before. What cannot be read is none.
    pub fn take(&mut self, text: &str) {
        if let Ok(heard) = serde_json::from_str::<Heard>(text) {
            let of_peer = self.0.entry(heard.peer.clone()).or_default();
            of_peer.insert(heard.worker, heard);
        }
    }

    /// For each peer that failed, a line without hostile bytes, and whether it never gave a reading.
    pub(crate) fn failures(&self) -> Vec<(String, bool)> {
        let lines = self.0.iter().filter_map(|(peer, by_worker)| {
            let answers: u64 = by_worker.values().map(|heard| heard.answers).sum();
            let mut kinds: BTreeMap<&str, (&str, u64)> = BTreeMap::new();
            for (text, times) in by_worker.values().flat_map(|heard| &heard.failures) {
                // What stands before the colon is the kind; what follows differs from input to input.
                let kind = text.split(": ").next().unwrap_or(text);
                kinds.entry(kind).or_insert((text, 0)).1 += times;
            }
            let failed: u64 = kinds.values().map(|(_, times)| times).sum();
            if failed == 0 {
                return None;
            }
            let kinds = kinds.values();
            let kinds: Vec<_> = kinds
                .map(|(text, times)| format!("{text} ({})", thousands(*times)))
                .collect();
            let line = corpus::escape::display_text(&format!(
                "{peer}: no answer about {} of {}: {}",
                thousands(failed),
                counted(failed + answers, "input"),
                kinds.join("; ")
            ));
            Some((line, answers == 0))
        });
        lines.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(worker: u32, peer: &str, answers: u64, failures: &[(&str, u64)]) -> String {
        let failures: Vec<_> = failures
            .iter()
            .map(|(text, times)| ((*text).to_owned(), *times))
            .collect();
        let peer = peer.to_owned();
        let heard = Heard {
            worker,
            peer,
            answers,
            failures,
        };
        serde_json::to_string(&heard).unwrap_or_default()
    }

    #[test]
    fn each_kind_is_counted_once_over_all_workers() {
        let mut all = AllHeard::default();
        all.take(&told(0, "a 1", 5, &[("it panics: x", 1)]));
        all.take(&told(0, "a 1", 9, &[("it panics: x", 2)]));
        all.take(&told(
            1,
            "a 1",
            1,
            &[("it panics: y", 1), ("it makes no progress", 1)],
        ));
        all.take(&told(0, "\u{1b} 2", 0, &[("it panics: z", 1500)]));
        all.take(&told(1, "c 3", 7, &[]));
        all.take("no JSON");
        let lines = all.failures();
        assert_eq!(
            lines,
            [
                (
                    "\\u{1b} 2: no answer about 1,500 of 1,500 inputs: it panics: z (1,500)".to_owned(),
                    true
                ),
                (
                    "a 1: no answer about 4 of 14 inputs: it makes no progress (1); it panics: x (3)"
                        .to_owned(),
                    false
                ),
            ]
        );
    }
}
