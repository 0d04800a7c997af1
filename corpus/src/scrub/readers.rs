//! Every reader that a scrubbed stream has to read as before.

use std::time::Instant;

use parsers::family::DialectParser;
use parsers::{Dialect, Family, LeniencySet, Parser, Verdict, judge, judge_with_facts};

/// The time for a stream is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Late;

/// What readers make of one input. Most make the same of it, so each distinct verdict is kept once.
#[derive(Debug, Default)]
pub(crate) struct Judgements {
    distinct: Vec<Verdict>,
    /// For each of them, what the first reader that has it departs from.
    departures: Vec<LeniencySet>,
    /// For each reader, in order, which of them is its own.
    readers: Vec<usize>,
}

impl Judgements {
    /// Adds what one more reader makes of it, which reads as the dialect with these departures does.
    pub(crate) fn push(&mut self, verdict: &Verdict, departures: &LeniencySet) {
        let is_equal = |known: &Verdict| {
            known.reading == verdict.reading && known.citations == verdict.citations
        };
        let nth = self.distinct.iter().position(is_equal);
        let nth = nth.unwrap_or_else(|| {
            self.distinct.push(verdict.clone());
            self.departures.push(*departures);
            self.distinct.len() - 1
        });
        self.readers.push(nth);
    }

    /// Adds the readers of `other`.
    pub(crate) fn append(&mut self, other: Self) {
        for nth in other.readers {
            if let (Some(verdict), Some(departures)) =
                (other.distinct.get(nth), other.departures.get(nth))
            {
                self.push(verdict, departures);
            }
        }
    }

    /// Each distinct verdict.
    pub(crate) fn distinct(&self) -> &[Verdict] {
        &self.distinct
    }

    /// Distinct verdict `nth` with its facts; without any where no dialect reads so.
    pub(crate) fn with_facts(&self, family: &'static Family, nth: usize, input: &[u8]) -> Verdict {
        let mut verdict = Verdict::new();
        let (Some(known), Some(departures)) = (self.distinct.get(nth), self.departures.get(nth))
        else {
            return verdict;
        };
        let reader = DialectParser::new(family, Dialect::new("", *departures));
        judge_with_facts(&reader, input, &mut verdict);
        if verdict.reading == known.reading {
            verdict
        } else {
            known.clone()
        }
    }

    /// For each reader, in order, the index of its verdict in [`Self::distinct`].
    pub(crate) fn readers(&self) -> &[usize] {
        &self.readers
    }

    /// The verdict of each reader, in order.
    pub(crate) fn each(&self) -> impl Iterator<Item = &Verdict> {
        let own = self.readers.iter();
        own.filter_map(|nth| self.distinct.get(*nth))
    }
}

/// The verdicts of all parsers, and of dialects with one departure or with every leniency.
///
/// # Errors
/// When `until` has passed before all have judged.
pub(crate) fn judge_widely(
    family: &'static Family,
    input: &[u8],
    until: Instant,
) -> Result<Judgements, Late> {
    let mut judgements = Judgements::default();
    judge_each(family, input, until, &mut |reader, verdict| {
        judgements.push(verdict, &reader.departures);
        true
    })?;
    Ok(judgements)
}

/// A reader of [`judge_widely`].
pub(super) struct WideReader {
    pub(super) name: String,
    /// The departures of the dialect that reads as it does.
    departures: LeniencySet,
}

/// Hands on each verdict of [`judge_widely`] with its reader, until `take` returns false.
///
/// # Errors
/// When `until` has passed before all have judged.
pub(super) fn judge_each(
    family: &'static Family,
    input: &[u8],
    until: Instant,
    take: &mut dyn FnMut(&WideReader, &Verdict) -> bool,
) -> Result<(), Late> {
    let mut verdict = Verdict::new();
    let mut goes_on = |reader: &WideReader, parser: &dyn Parser| {
        if Instant::now() > until {
            return Err(Late);
        }
        judge(parser, input, &mut verdict);
        Ok(take(reader, &verdict))
    };
    for parser in family.parsers {
        let reader = WideReader {
            name: parser.name().to_owned(),
            departures: parser.dialect().relaxes,
        };
        if !goes_on(&reader, *parser)? {
            return Ok(());
        }
    }
    let singles = family.departures().map(|departure| {
        let mut departures = LeniencySet::default();
        departures.insert(departure.index);
        WideReader {
            name: format!("a reader with the departure {}", departure.id),
            departures,
        }
    });
    let every = WideReader {
        name: "a reader with every leniency".to_owned(),
        departures: family.every_leniency(),
    };
    for reader in singles.chain([every]) {
        let dialect = Dialect::new(reader.name.clone(), reader.departures);
        if !goes_on(&reader, &DialectParser::new(family, dialect))? {
            return Ok(());
        }
    }
    Ok(())
}
