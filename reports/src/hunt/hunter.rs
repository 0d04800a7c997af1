//! The hunter of messages: judges one input by the panel, and knows what is new about how it parts them.

mod asked;

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use arbitrary::Unstructured;
use parsers::core::compare::{DivergenceKind, Level, diverge};
use parsers::core::explain;
use parsers::core::laws::{self, Resumption};
use parsers::{End, Family, LeniencySet, Parser, Rule, StreamInput, Verdict, judge};

use super::messages;
use super::minimise::Pair;
use super::mix::{Mix, mix};
use super::mutate::noise;
use super::novelty::{self, Novelty};
use super::record::Records;
use super::rivals::Rivals;
use super::subject::Hunter;
use crate::judge::dialect_file;

/// How many bytes at the front of an input choose the dialects, and the variants, of the rest.
pub(super) const CHOICE: usize = 8;
/// How many pairs of dialects judge each input, where all readings do. The bytes of an input cost more than a reading of them,
/// and few leniencies have a say about any one input.
const PAIRS: u64 = 7;
/// One input in so many is held against the laws that need further judging.
const LAWS_EVERY: u64 = 16;
/// One in so many of these is held to a law of the family's own.
const OWN_LAW_EVERY: usize = 4;

/// Judges inputs and records how they differ the readings.
pub(crate) struct MessageHunter {
    family: &'static Family,
    /// For each rule, the leniencies that relax it.
    by_rule: Vec<(&'static Rule, Vec<u16>)>,
    /// Those of the family's parsers that judge each input, strict before the others.
    parsers: Vec<&'static dyn Parser>,
    /// How many pairs of dialects do.
    pairs: u64,
    /// What each of the parsers declares.
    declared: Vec<LeniencySet>,
    verdicts: Vec<Verdict>,
    dialects: [Verdict; 2],
    scratch: Verdict,
    resumption: Resumption,
    /// Patterns that were looked at closely before.
    seen: HashSet<u64, BuildHasherDefault<Mix>>,
    /// Leniencies that alone were seen to change the strict reading.
    alone: LeniencySet,
    /// How many variants of each of the fuzzer's inputs are judged along with it.
    variants: u64,
    variant: Vec<u8>,
    inputs: u64,
    records: Records,
    rivals: Rivals,
    /// Dialects that were asked for.
    asked: Vec<LeniencySet>,
}

/// Two dialects of one or two leniencies each: their indices and their sets.
#[derive(Clone, Copy)]
struct Choice {
    sets: [LeniencySet; 2],
    keys: [u64; 2],
}

impl MessageHunter {
    /// A hunter of `family` that writes what it finds to `records`. With each of the fuzzer's inputs it
    /// judges so many `variants` of it, which costs less than asking the fuzzer for as many inputs. The `rivals` judge
    /// every input too.
    pub fn new(family: &'static Family, records: Records, variants: u64, rivals: Rivals) -> Self {
        let by_rule = family.rules.iter().map(|rule| {
            let relax = family
                .leniencies
                .iter()
                .filter(|leniency| leniency.rule == *rule);
            (*rule, relax.map(|leniency| leniency.index).collect())
        });
        Self {
            family,
            by_rule: by_rule.collect(),
            parsers: family.parsers.to_vec(),
            pairs: PAIRS,
            declared: declared(family.parsers),
            verdicts: vec![Verdict::new(); family.parsers.len()],
            dialects: [Verdict::new(), Verdict::new()],
            scratch: Verdict::new(),
            resumption: Resumption::default(),
            seen: HashSet::default(),
            alone: LeniencySet::EMPTY,
            variants,
            variant: Vec::new(),
            inputs: 0,
            records,
            rivals,
            asked: Vec::new(),
        }
    }

    /// Judges one input by the panel and by pairs of dialects.
    fn judge(&mut self, choice: u64, input: StreamInput<'_>, novelty: &mut dyn Novelty) {
        self.inputs += 1;
        for (parser, verdict) in self.parsers.iter().zip(&mut self.verdicts) {
            judge(*parser, input, verdict);
        }
        if let Err(broken) = self.laws(input) {
            panic!("{broken}; the input is {}", input.bytes.escape_ascii());
        }
        self.part_named(input, novelty);
        for nth in 0..self.asked.len() {
            self.part_asked(nth, input, novelty);
        }
        let rejection = self.verdicts.first().and_then(Verdict::rejection);
        let context = rejection.map_or(0, |rejection| rejection.rule.id.as_ptr() as u64);
        // Peers judge where nothing is known of what was asked: most of them are not told it.
        if !input.asked.is_known() {
            let records = &mut self.records;
            self.rivals.judge(input.bytes, context, novelty, records);
        }
        let rejected = rejection.and_then(|rejection| {
            let mut rules = self.by_rule.iter();
            rules.position(|(rule, _)| *rule == rejection.rule)
        });
        for pair in 0..self.pairs {
            let choice = self.dialects_for(choice.wrapping_mul(2 * pair + 1), rejected);
            for (relaxes, verdict) in choice.sets.iter().zip(&mut self.dialects) {
                explain::judge_under(self.family, relaxes, input, verdict);
            }
            // Nearly always the two leniencies have no say.
            let strict = self.verdicts.first().map(|strict| &strict.reading);
            let mut dialects = self.dialects.iter();
            if dialects.all(|dialect| Some(&dialect.reading) == strict) {
                continue;
            }
            if let Err(broken) = self.citations() {
                let sets = choice.sets.map(|set| self.family.ids(&set).join(","));
                panic!(
                    "{broken}; the dialects are {sets:?}; the input is {}",
                    input.bytes.escape_ascii()
                );
            }
            self.part_dialects(&choice, input, novelty);
        }
    }

    /// Two dialects of one or two leniencies each. Where strict has `rejected` by a rule, an index into
    /// those by which leniencies are kept here, most choices fall on the leniencies that relax it.
    fn dialects_for(&self, choice: u64, rejected: Option<usize>) -> Choice {
        let all = self.family.leniencies;
        let any = |number: u64| {
            let nth = number as usize % all.len().max(1);
            all.get(nth).map_or(0, |leniency| leniency.index)
        };
        let relaxations = rejected.and_then(|nth| self.by_rule.get(nth));
        let pick = |number: u64, anywhere: bool| match relaxations {
            Some((_, list)) if !list.is_empty() && !anywhere => list
                .get((number % list.len() as u64) as usize)
                .copied()
                .unwrap_or(0),
            _ => any(number),
        };
        let how = choice >> 48;
        let picks = [
            pick(choice & 0xffff, how & 3 == 0),
            pick(choice >> 16 & 0xffff, how & 12 == 0),
        ];
        let more = (how & 0xf0 == 0).then(|| any(choice >> 32 & 0xffff));
        let mut chosen = Choice {
            sets: [LeniencySet::EMPTY; 2],
            keys: [0; 2],
        };
        for ((set, key), first) in chosen.sets.iter_mut().zip(&mut chosen.keys).zip(picks) {
            for index in std::iter::once(first).chain(more) {
                set.insert(index);
                *key = *key * 257 + u64::from(index) + 1;
            }
        }
        chosen
    }

    /// The law about the pair of dialects and strict.
    fn citations(&self) -> Result<(), laws::Broken> {
        let [a, b] = &self.dialects;
        let strict = self.verdicts.first().unwrap_or(a);
        laws::citations(("strict", strict), ("a dialect", a))?;
        laws::citations(("a dialect", a), ("another dialect", b))
    }

    /// The laws about the family's parsers, now and then.
    fn laws(&mut self, input: StreamInput<'_>) -> Result<(), laws::Broken> {
        if !self.inputs.is_multiple_of(LAWS_EVERY) {
            return Ok(());
        }
        for (parser, verdict) in self.parsers.iter().zip(&self.verdicts) {
            laws::spans(parser.name(), &verdict.reading, input.bytes.len())?;
        }
        let turn = usize::try_from(self.inputs / LAWS_EVERY).unwrap_or(0);
        let nth = turn % self.parsers.len();
        let (Some(parser), Some(relaxes), Some(verdict)) = (
            self.parsers.get(nth),
            self.declared.get(nth),
            self.verdicts.get(nth),
        ) else {
            return Ok(());
        };
        laws::declared(
            self.family,
            *parser,
            relaxes,
            input,
            verdict,
            &mut self.scratch,
        )?;
        let cut = turn.wrapping_mul(7919) % (input.bytes.len() + 1);
        let front = input.with(input.bytes.get(..cut).unwrap_or(&[]));
        judge(*parser, front, &mut self.scratch);
        laws::prefix(parser.name(), &self.scratch, cut, verdict)?;
        laws::resumption(*parser, input, cut, &mut self.resumption)?;
        match turn.is_multiple_of(OWN_LAW_EVERY) {
            true => (self.family.own_law)((turn / OWN_LAW_EVERY) as u64, input.bytes),
            false => Ok(()),
        }
    }

    /// Notes how the family's parsers disagree; those that both take a message and end it differently are a
    /// finding.
    fn part_named(&mut self, input: StreamInput<'_>, novelty: &mut dyn Novelty) {
        // A group is known by its first member.
        let mut groups = [0u8; 16];
        let mut pattern = 0;
        for (nth, verdict) in self.verdicts.iter().enumerate().take(groups.len()) {
            let mut earlier = self.verdicts.iter().take(nth);
            let group = earlier
                .position(|other| other.reading == verdict.reading)
                .unwrap_or(nth);
            pattern = pattern << 4 | group as u64;
            if let Some(slot) = groups.get_mut(nth) {
                *slot = group as u8;
            }
        }
        let rejection = self.verdicts.first().and_then(Verdict::rejection);
        let rule = rejection.map_or(0, |rejection| rejection.rule.id.as_ptr() as u64);
        novelty::note(novelty, mix(pattern) ^ rule);
        let takes_some = |verdict: &Verdict| {
            !verdict.reading.messages.is_empty() || verdict.reading.end != End::Rejected
        };
        let founders = |nth: usize| {
            groups
                .get(nth)
                .is_some_and(|&group| usize::from(group) == nth)
        };
        for a in 1..self.verdicts.len() {
            for b in a + 1..self.verdicts.len() {
                let (Some(x), Some(y)) = (self.verdicts.get(a), self.verdicts.get(b)) else {
                    continue;
                };
                if !founders(a) || !founders(b) || !takes_some(x) || !takes_some(y) {
                    continue;
                }
                let Some(found) = diverge(&x.reading, &y.reading) else {
                    continue;
                };
                if found.level < Level::Error {
                    continue;
                }
                let key = 1 << 63 | (a as u64) << 32 | b as u64;
                let is_new = self.is_new(key, found.kind, found.first_is_longer);
                if let (true, Some(p), Some(q)) =
                    (is_new, self.declared.get(a), self.declared.get(b))
                {
                    self.found(*p, *q, input);
                }
            }
        }
    }

    /// Notes how the two dialects disagree with strict and with each other.
    fn part_dialects(
        &mut self,
        choice: &Choice,
        input: StreamInput<'_>,
        novelty: &mut dyn Novelty,
    ) {
        let Some(strict) = self.verdicts.first() else {
            return;
        };
        let ([first, second], [m, n]) = (choice.sets, choice.keys);
        let [x, y] = &self.dialects;
        let pairs = [
            (LeniencySet::EMPTY, first, m, strict, x),
            (LeniencySet::EMPTY, second, n, strict, y),
            (first, second, m << 24 ^ n, x, y),
        ];
        let divergences = pairs.map(|(p, q, key, a, b)| {
            let found = diverge(&a.reading, &b.reading);
            (p, q, key, found)
        });
        for (nth, (p, q, key, found)) in divergences.into_iter().enumerate() {
            let Some(found) = found else {
                continue;
            };
            let with_strict = nth < 2;
            let kind = found.kind as u64 * 2 + u64::from(found.first_is_longer);
            // Pairs by their rules: those of leniencies are more than a fuzzer can keep apart.
            let pattern = match with_strict {
                true => key,
                false => self.rule_of(&p) ^ self.rule_of(&q).rotate_left(17),
            };
            novelty::note(novelty, mix(pattern) ^ kind);
            if with_strict && q.len() == 1 && !q.is_subset(&self.alone) {
                self.alone = self.alone.union(&q);
                self.records.alone(&self.family.ids(&q).join(","));
            }
            if (with_strict || found.level == Level::Error)
                && self.is_new(key, found.kind, found.first_is_longer)
            {
                self.found(p, q, input);
            }
        }
    }

    /// A number for the rule that the first leniency of a set relaxes.
    fn rule_of(&self, set: &LeniencySet) -> u64 {
        let first = set
            .indices()
            .next()
            .and_then(|first| self.family.leniency_at(first));
        first.map_or(0, |leniency| leniency.rule.id.as_ptr() as u64)
    }

    /// Whether a pattern was not looked at before.
    fn is_new(&mut self, key: u64, kind: DivergenceKind, longer: bool) -> bool {
        self.seen
            .insert(mix(key) ^ (kind as u64 * 2 + u64::from(longer)))
    }

    /// Looks closely at two dialects that disagree.
    fn found(&mut self, a: LeniencySet, b: LeniencySet, input: StreamInput<'_>) {
        let Some(pair) = Pair::of(self.family, input, a, b) else {
            return;
        };
        if self.records.is_new(&pair.signature) {
            let small = pair.minimise();
            messages::record(&mut self.records, self.family, &small);
        }
    }
}

impl Hunter for MessageHunter {
    /// Judges one input of the fuzzer, a choice of dialects and then the bytes to read, and variants of it
    /// that the choice decides.
    fn step(&mut self, data: &[u8], novelty: &mut dyn Novelty) {
        let Some((choice, input)) = data.split_first_chunk::<CHOICE>() else {
            return;
        };
        let choice = u64::from_le_bytes(*choice);
        // No other part of the choice is in these bits.
        let asked = self.family.asked;
        let asked = asked.get((choice >> 56) as usize % asked.len().max(1));
        let asked = asked.copied().unwrap_or_default();
        self.judge(choice, StreamInput::new(input, asked), novelty);
        let mut variant = std::mem::take(&mut self.variant);
        for nth in 0..self.variants {
            let noise = noise(choice.wrapping_add(nth + 1));
            let mut choices = Unstructured::new(&noise);
            variant.clear();
            variant.extend_from_slice(input);
            for _ in 0..=nth % 2 {
                // What cannot be changed stays as it is.
                let _unchanged = corpus::generate::mutate(self.family, &mut variant, &mut choices);
            }
            let choice = choices.arbitrary().unwrap_or(choice);
            self.judge(choice, StreamInput::new(&variant, asked), novelty);
        }
        self.variant = variant;
    }

    fn inputs(&self) -> u64 {
        self.inputs
    }

    fn compare_facts(&mut self) {
        self.rivals.compare_facts();
    }

    fn narrow(&mut self, readings: &[String]) {
        let strict = self.parsers.first().copied();
        let is_named = |parser: &dyn Parser| readings.iter().any(|name| name == parser.name());
        let others = self.parsers.iter().copied().skip(1);
        let named = others.filter(|parser| is_named(*parser));
        self.parsers = strict.into_iter().chain(named).collect();
        self.pairs = 0;
        self.declared = declared(&self.parsers);
        self.verdicts.truncate(self.parsers.len());
    }

    fn add(&mut self, dialects: &[String]) -> anyhow::Result<()> {
        let asked = dialect_file::asked_of(self.family, dialects)?;
        self.asked
            .extend(asked.into_iter().map(|dialect| dialect.relaxes));
        Ok(())
    }
}

/// What each of them declares.
fn declared(parsers: &[&'static dyn Parser]) -> Vec<LeniencySet> {
    let dialects = parsers.iter().map(|parser| parser.dialect());
    dialects.map(|dialect| dialect.relaxes).collect()
}

#[cfg(test)]
mod tests;
