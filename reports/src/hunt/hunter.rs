//! The hunter: judges one input by the panel, and knows what is new about how it parts them.

use std::collections::HashSet;

use arbitrary::Unstructured;
use parsers::compare::{Kind, Level, diverge};
use parsers::{End, Family, LeniencySet, Verdict, explain, judge, laws};

use super::minimise::Pair;
use super::novelty::{self, Novelty};
use super::record::Records;

/// How many bytes at the front of an input choose the dialects that judge the rest.
const CHOICE: usize = 4;
/// One input in so many is held against the laws that need further judging.
const LAWS_EVERY: u64 = 16;

/// Judges inputs and records how they part the readings.
pub struct Hunter {
    family: &'static Family,
    /// For each rule, the leniencies that waive it.
    by_rule: Vec<(&'static str, Vec<u16>)>,
    /// What each of the family's parsers declares.
    declared: Vec<LeniencySet>,
    verdicts: Vec<Verdict>,
    dialects: [Verdict; 2],
    scratch: Verdict,
    /// Patterns that were looked at closely before.
    seen: HashSet<Pattern>,
    /// Leniencies that were seen to part from the strict reading alone.
    alone: LeniencySet,
    /// Inputs judged.
    pub inputs: u64,
    records: Records,
}

/// What is the same about two inputs that part two dialects alike.
type Pattern = (LeniencySet, LeniencySet, Kind, bool);

impl Hunter {
    /// A hunter of `family` that writes what it finds to `records`.
    pub fn new(family: &'static Family, records: Records) -> Self {
        let by_rule = family.rules.iter().map(|rule| {
            let waive = family
                .leniencies
                .iter()
                .filter(|leniency| leniency.rule == *rule);
            (rule.id, waive.map(|leniency| leniency.index).collect())
        });
        Self {
            family,
            by_rule: by_rule.collect(),
            declared: family
                .parsers
                .iter()
                .map(|parser| parser.dialect().waives)
                .collect(),
            verdicts: vec![Verdict::new(); family.parsers.len()],
            dialects: [Verdict::new(), Verdict::new()],
            scratch: Verdict::new(),
            seen: HashSet::new(),
            alone: LeniencySet::EMPTY,
            inputs: 0,
            records,
        }
    }

    /// Judges one input of the fuzzer: a choice of dialects, then the bytes to read.
    ///
    /// # Panics
    /// When the input breaks a law: that is a fault in misframe, and the fuzzer keeps the input.
    pub fn step(&mut self, data: &[u8], novelty: &mut dyn Novelty) {
        let Some((choice, input)) = data.split_first_chunk::<CHOICE>() else {
            return;
        };
        self.inputs += 1;
        for (parser, verdict) in self.family.parsers.iter().zip(&mut self.verdicts) {
            judge(*parser, input, verdict);
        }
        let sets = self.dialects_for(*choice);
        for (waives, verdict) in sets.iter().zip(&mut self.dialects) {
            explain::judge_under(self.family, waives, input, verdict);
        }
        if let Err(broken) = self.laws(input) {
            let sets = sets.map(|set| self.family.ids(&set).join(","));
            panic!(
                "{broken}; the dialects are {sets:?}; the input is {}",
                input.escape_ascii()
            );
        }
        self.part_named(input, novelty);
        self.part_dialects(&sets, input, novelty);
    }

    /// Two dialects of one or two leniencies each. Where strict refuses, most choices fall on the
    /// leniencies that waive the rule that it cites.
    fn dialects_for(&self, choice: [u8; CHOICE]) -> [LeniencySet; 2] {
        let count = self.family.leniencies.len();
        let refusal = self.verdicts.first().and_then(Verdict::refusal);
        let waivers = refusal.and_then(|refusal| {
            self.by_rule
                .iter()
                .find(|(id, _)| *id == refusal.rule.id)
                .map(|(_, list)| list)
        });
        let [a, b, more, how] = choice.map(usize::from);
        let pick = |byte: usize, anywhere: bool| match waivers.filter(|list| !list.is_empty()) {
            Some(list) if !anywhere => list.get(byte % list.len()).copied().unwrap_or(0),
            _ => (byte % count) as u16,
        };
        let mut sets = [LeniencySet::EMPTY; 2];
        let [first, second] = &mut sets;
        first.insert(pick(a, how & 3 == 0));
        second.insert(pick(b, how & 12 == 0));
        if how & 48 == 0 {
            first.insert((more % count) as u16);
            second.insert((more % count) as u16);
        }
        sets
    }

    /// The laws that cost little, and now and then the others.
    fn laws(&mut self, input: &[u8]) -> Result<(), laws::Broken> {
        let [a, b] = &self.dialects;
        let strict = self.verdicts.first().unwrap_or(a);
        laws::citations(("strict", strict), ("a dialect", a))?;
        laws::citations(("a dialect", a), ("another dialect", b))?;
        if self.inputs % LAWS_EVERY != 0 {
            return Ok(());
        }
        for (parser, verdict) in self.family.parsers.iter().zip(&self.verdicts) {
            laws::spans(parser.name(), &verdict.reading, input.len())?;
        }
        let turn = usize::try_from(self.inputs / LAWS_EVERY).unwrap_or(0);
        let nth = turn % self.family.parsers.len();
        let (Some(parser), Some(waives), Some(verdict)) = (
            self.family.parsers.get(nth),
            self.declared.get(nth),
            self.verdicts.get(nth),
        ) else {
            return Ok(());
        };
        laws::declared(
            self.family,
            *parser,
            waives,
            input,
            verdict,
            &mut self.scratch,
        )?;
        let cut = turn.wrapping_mul(7919) % (input.len() + 1);
        judge(*parser, input.get(..cut).unwrap_or(&[]), &mut self.scratch);
        laws::prefix(parser.name(), &self.scratch, cut, verdict)
    }

    /// Notes how the family's parsers part; those that both take a message and end it differently are a
    /// finding.
    fn part_named(&mut self, input: &[u8], novelty: &mut dyn Novelty) {
        let mut pattern = 0u64;
        for (nth, verdict) in self.verdicts.iter().enumerate().skip(1) {
            let same = self
                .verdicts
                .iter()
                .take(nth)
                .position(|other| other.reading == verdict.reading);
            pattern = pattern * 16 + same.map_or(0, |same| same as u64 + 1);
        }
        let rule = self
            .verdicts
            .first()
            .and_then(Verdict::refusal)
            .map(|refusal| refusal.rule.id);
        novelty::note(novelty, (pattern, rule));
        for a in 1..self.verdicts.len() {
            for b in a + 1..self.verdicts.len() {
                let (Some(x), Some(y)) = (self.verdicts.get(a), self.verdicts.get(b)) else {
                    continue;
                };
                let takes_nothing = |verdict: &Verdict| {
                    verdict.reading.messages.is_empty() && verdict.reading.end == End::Refused
                };
                if x.reading == y.reading || takes_nothing(x) || takes_nothing(y) {
                    continue;
                }
                let Some(found) = diverge(&x.reading, &y.reading) else {
                    continue;
                };
                if found.level < Level::Error {
                    continue;
                }
                let (Some(p), Some(q)) = (self.declared.get(a), self.declared.get(b)) else {
                    continue;
                };
                self.found(*p, *q, found.kind, found.first_is_longer, input);
            }
        }
    }

    /// Notes how the two dialects part from strict and from each other.
    fn part_dialects(&mut self, sets: &[LeniencySet; 2], input: &[u8], novelty: &mut dyn Novelty) {
        let [first, second] = *sets;
        let Some(strict) = self.verdicts.first() else {
            return;
        };
        let mut partings = [None; 3];
        let [x, y] = &self.dialects;
        let pairs = [
            (LeniencySet::EMPTY, first, strict, x),
            (LeniencySet::EMPTY, second, strict, y),
            (first, second, x, y),
        ];
        for (slot, (p, q, a, b)) in partings.iter_mut().zip(pairs) {
            *slot = diverge(&a.reading, &b.reading)
                .map(|found| (p, q, found.kind, found.first_is_longer, found.level));
        }
        for (nth, parting) in partings.into_iter().enumerate() {
            let Some((p, q, kind, longer, level)) = parting else {
                continue;
            };
            novelty::note(novelty, (p, q, kind, longer));
            if nth < 2 && q.len() == 1 && !q.is_subset(&self.alone) {
                self.alone = self.alone.union(&q);
                self.records.alone(&self.family.ids(&q).join(","));
            }
            if nth < 2 || level == Level::Error {
                self.found(p, q, kind, longer, input);
            }
        }
    }

    /// Looks closely at two dialects that part, unless this pattern was looked at before.
    fn found(&mut self, a: LeniencySet, b: LeniencySet, kind: Kind, longer: bool, input: &[u8]) {
        if !self.seen.insert((a, b, kind, longer)) {
            return;
        }
        let Some(pair) = Pair::of(self.family, input, a, b) else {
            return;
        };
        if self.records.is_new(&pair.signature) {
            let small = pair.minimise();
            self.records.record(self.family, &small);
        }
    }
}

/// Changes the first `size` bytes of `data` into another input of at most `max_size` bytes and returns
/// its size. `seed` decides everything. One change in three makes a new stream, the others change the
/// stream that is there, or the choice of dialects.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let noise = noise(seed);
    let mut choices = Unstructured::new(&noise);
    let old = data.get(..size).unwrap_or(&[]);
    let (choice, input) = old.split_at_checked(CHOICE).unwrap_or((&[], &[]));
    let mut next = [0; CHOICE];
    next.iter_mut()
        .zip(choice)
        .for_each(|(byte, old)| *byte = *old);
    let mut stream = input.to_vec();
    let how = choices.int_in_range(0..=5).unwrap_or(0);
    if how != 1 {
        next = choices.arbitrary().unwrap_or(next);
    }
    if how < 2 || stream.is_empty() {
        let odd = choices.int_in_range(1..=3).unwrap_or(1);
        stream = corpus::generate::stream(&mut choices, odd).map_or(stream, |made| made.bytes);
    } else if how > 2 {
        for _ in 0..choices.int_in_range(1..=2).unwrap_or(1) {
            // What cannot be changed stays as it is.
            let _unchanged = corpus::generate::mutate(&mut stream, &mut choices);
        }
    }
    let new = next.into_iter().chain(stream);
    let mut length = 0;
    for (slot, byte) in data.iter_mut().take(max_size).zip(new) {
        *slot = byte;
        length += 1;
    }
    length
}

/// Bytes to make choices from, by a small generator of pseudo-random numbers (SplitMix64).
fn noise(seed: u32) -> [u8; 512] {
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut bytes = [0; 512];
    for chunk in bytes.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(mixed ^ mixed >> 31).to_le_bytes());
    }
    bytes
}
