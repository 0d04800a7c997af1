//! What the questions to a peer tell of its dialect.

use std::collections::{BTreeMap, BTreeSet};

/// What each question tells.
pub(super) struct Table {
    /// What each tells.
    pub rows: Vec<Row>,
    /// The rivals that no answer has refuted.
    pub open: BTreeSet<usize>,
}

/// The rivals that answer a question otherwise than the dialect known, with a number for their answer.
pub(super) struct Row {
    pub others: Vec<(usize, u64)>,
}

impl Row {
    /// How much is known from the answer, in bits, if each rival is as likely as the dialect known.
    fn tells(&self, open: &BTreeSet<usize>) -> f64 {
        let mut groups: BTreeMap<u64, usize> = BTreeMap::new();
        for (rival, answer) in &self.others {
            if open.contains(rival) {
                *groups.entry(*answer).or_default() += 1;
            }
        }
        let divergence: usize = groups.values().sum();
        let alike = open.len() + 1 - divergence;
        let share = |count: usize| count as f64 / (open.len() + 1) as f64;
        let bits = |count: usize| -share(count) * share(count).log2();
        groups.values().map(|count| bits(*count)).sum::<f64>() + bits(alike)
    }
}

impl Table {
    /// The question that tells most; none when no question tells anything.
    pub(super) fn best(&self) -> Option<usize> {
        let told = self.rows.iter().map(|row| row.tells(&self.open));
        let best = told.enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
        best.filter(|(_, told)| *told > 0.0).map(|(nth, _)| nth)
    }
}
