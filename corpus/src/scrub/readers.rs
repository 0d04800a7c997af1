//! Every reader that a scrubbed stream has to read as before.

use std::time::Instant;

use parsers::family::DialectParser;
use parsers::{Dialect, Family, LeniencySet, Parser, Verdict, judge};

/// The time for a stream is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Late;

/// What readers make of one input. Most make the same of it, so each distinct verdict is kept once.
#[derive(Debug, Default)]
pub(crate) struct Judgements {
    distinct: Vec<Verdict>,
    /// For each reader, in order, which of them is its own.
    readers: Vec<usize>,
}

impl Judgements {
    /// Adds what one more reader makes of it.
    pub(crate) fn push(&mut self, verdict: &Verdict) {
        let is_equal = |known: &Verdict| {
            known.reading == verdict.reading && known.citations == verdict.citations
        };
        let nth = self.distinct.iter().position(is_equal);
        let nth = nth.unwrap_or_else(|| {
            self.distinct.push(verdict.clone());
            self.distinct.len() - 1
        });
        self.readers.push(nth);
    }

    /// Adds the readers of `other`.
    pub(crate) fn append(&mut self, other: Self) {
        for verdict in other.each() {
            self.push(verdict);
        }
    }

    /// Each distinct verdict.
    pub(crate) fn distinct(&self) -> &[Verdict] {
        &self.distinct
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
    judge_each(family, input, until, &mut |_, verdict| {
        judgements.push(verdict);
        true
    })?;
    Ok(judgements)
}

/// Hands on each verdict of [`judge_widely`] with the name of its reader, until `take` returns false.
///
/// # Errors
/// When `until` has passed before all have judged.
pub(super) fn judge_each(
    family: &'static Family,
    input: &[u8],
    until: Instant,
    take: &mut dyn FnMut(&str, &Verdict) -> bool,
) -> Result<(), Late> {
    let mut verdict = Verdict::new();
    let mut goes_on = |name: &str, parser: &dyn Parser| {
        if Instant::now() > until {
            return Err(Late);
        }
        judge(parser, input, &mut verdict);
        Ok(take(name, &verdict))
    };
    for parser in family.parsers {
        if !goes_on(parser.name(), *parser)? {
            return Ok(());
        }
    }
    let singles = family.departures().map(|departure| {
        let name = format!("a reader with the departure {}", departure.id);
        let mut set = LeniencySet::default();
        set.insert(departure.index);
        (name, set)
    });
    let every = (
        "a reader with every leniency".to_owned(),
        family.every_leniency(),
    );
    for (name, departures) in singles.chain([every]) {
        let parser = DialectParser::new(family, Dialect::new(name.clone(), departures));
        if !goes_on(&name, &parser)? {
            return Ok(());
        }
    }
    Ok(())
}
