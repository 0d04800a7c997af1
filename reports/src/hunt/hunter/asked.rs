//! What a hunter of messages makes of a dialect that was asked for.

use parsers::StreamInput;
use parsers::core::compare::{Level, diverge};
use parsers::core::explain;

use super::MessageHunter;
use crate::hunt::mix::mix;
use crate::hunt::novelty::{self, Novelty};

impl MessageHunter {
    /// Notes how a dialect that was asked for diverges from strict, and from those of the family's parsers that end a message
    /// otherwise.
    pub(super) fn part_asked(
        &mut self,
        nth: usize,
        input: StreamInput<'_>,
        novelty: &mut dyn Novelty,
    ) {
        let Some(asked) = self.asked.get(nth).copied() else {
            return;
        };
        explain::judge_under(self.family, &asked, input, &mut self.scratch);
        // What it did is what it does otherwise than others: a dialect has many ways to disagree with them.
        let did = self
            .scratch
            .citations
            .iter()
            .filter_map(|one| one.stance.by());
        let did = did.fold(nth as u64, |key, id| mix(key ^ id.as_ptr() as u64));
        let mut found = Vec::new();
        for (other, (verdict, declared)) in self.verdicts.iter().zip(&self.declared).enumerate() {
            let Some(divergence) = diverge(&verdict.reading, &self.scratch.reading) else {
                continue;
            };
            if other == 0 || divergence.level == Level::Error {
                let key = mix(did ^ (1 << 62 | other as u64));
                found.push((key, divergence.kind, divergence.first_is_longer, *declared));
            }
        }
        for (key, kind, is_longer, declared) in found {
            novelty::note(novelty, mix(key) ^ (kind as u64 * 2 + u64::from(is_longer)));
            if self.is_new(key, kind, is_longer) {
                self.found(declared, asked, input);
            }
        }
    }
}
