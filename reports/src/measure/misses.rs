//! Where a learned dialect does not read as its peer: the inputs, sorted by what differs, each kind with a small one.

use std::collections::BTreeMap;

use parsers::core::explain;
use parsers::{End, Family, LeniencySet, Message, Reading, Stance, Verdict};
use peers::Seen;

use crate::hunt::minimise::candidates;
use crate::measure::learn::AskFn;

/// How many inputs of one kind are made smaller, to keep the smallest.
const MINIMISED: usize = 3;

/// The misses of a dialect, by kind.
pub struct Misses {
    family: &'static Family,
    relaxes: LeniencySet,
    kinds: BTreeMap<String, MissKind>,
}

/// Inputs that are missed alike.
pub struct MissKind {
    /// How many there are.
    pub times: usize,
    /// The smallest one known.
    pub smallest: Vec<u8>,
    minimised: usize,
}

impl Misses {
    /// None yet of the dialect that relaxes these.
    pub fn new(family: &'static Family, relaxes: LeniencySet) -> Self {
        let kinds = BTreeMap::new();
        Self {
            family,
            relaxes,
            kinds,
        }
    }

    /// Takes an input of which the dialect does not read what was `seen`. `ask` asks about smaller ones.
    pub fn take(&mut self, input: &[u8], seen: &Seen, ask: &mut AskFn<'_>) {
        let Some(kind) = self.kind(input, seen) else {
            return;
        };
        let known = self.kinds.get(&kind).map_or(0, |kind| kind.minimised);
        let small = (known < MINIMISED).then(|| self.minimise(&kind, input.to_vec(), ask));
        let entry = self.kinds.entry(kind).or_insert_with(|| MissKind {
            times: 0,
            smallest: input.to_vec(),
            minimised: 0,
        });
        entry.times += 1;
        if let Some(small) = small {
            entry.minimised += 1;
            if small.len() < entry.smallest.len() {
                entry.smallest = small;
            }
        }
    }

    /// The kinds, the most frequent first.
    pub fn kinds(&self) -> Vec<(&str, &MissKind)> {
        let kinds = self.kinds.iter();
        let mut kinds: Vec<_> = kinds.map(|(name, kind)| (name.as_str(), kind)).collect();
        kinds.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.times));
        kinds
    }

    fn minimise(&self, kind: &str, mut input: Vec<u8>, ask: &mut AskFn<'_>) -> Vec<u8> {
        loop {
            let smaller = candidates(&input).find(|smaller| {
                let seen = ask(smaller);
                seen.is_some_and(|seen| self.kind(smaller, &seen).as_deref() == Some(kind))
            });
            match smaller {
                Some(smaller) => input = smaller,
                None => return input,
            }
        }
    }

    /// How the two disagree about the first message on which they do; none when they agree.
    fn kind(&self, input: &[u8], seen: &Seen) -> Option<String> {
        let mut verdict = Verdict::new();
        explain::judge_under(self.family, &self.relaxes, input, &mut verdict);
        let reading = &verdict.reading;
        if seen.is(reading, input) {
            return None;
        }
        let whole = seen.messages.iter().zip(&reading.messages);
        let alike = whole.take_while(|(a, b)| a.end == b.end).count();
        let at = alike.checked_sub(1).and_then(|nth| seen.messages.get(nth));
        let at = at.map_or(0, |whole| whole.end);
        let theirs = match seen.messages.get(alike) {
            Some(_) => "ends it",
            None => fate(seen.end),
        };
        let ours = match reading.messages.get(alike) {
            Some(message) => ending(message),
            None => waiting(reading),
        };
        let compared = match (seen.messages.get(alike), reading.messages.get(alike)) {
            (Some(a), Some(b)) if a.end < b.end => " earlier",
            (Some(_), Some(_)) => " later",
            (None, None) if seen.end == reading.end => " with other content",
            _ => "",
        };
        let cited = verdict.citations.iter().rfind(|one| one.at >= at);
        let cited = cited.map(|one| match one.stance {
            Stance::Reject => format!(" by {}", one.rule.id),
            Stance::Restrict(restriction) => format!(" by {}", restriction.id),
            Stance::Relax(leniency) => format!(", last {}", leniency.id),
        });
        let cited = cited.unwrap_or_default();
        Some(format!(
            "the peer {theirs}{compared}, the dialect {ours}{cited}"
        ))
    }
}

fn fate(end: End) -> &'static str {
    match end {
        End::Complete => "reads no more",
        End::Incomplete => "waits",
        End::Rejected => "rejects",
        End::Tunnel => "tunnels",
    }
}

fn ending(message: &Message) -> String {
    format!("ends it ({})", message.framing.word())
}

fn waiting(reading: &Reading) -> String {
    match reading.pending {
        Some(pending) => format!("waits ({})", pending.framing.word()),
        None => fate(reading.end).to_owned(),
    }
}
