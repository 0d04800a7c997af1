//! The oracle: every parser of a family and any dialects of it are held to every law on one input.

use parsers::family::DialectParser;
use parsers::laws::{self, Broken};
use parsers::{Dialect, Family, LeniencySet, Parser, Verdict, judge};

/// What names each drawn dialect in a report of a broken law.
const DRAWN: [&str; 8] = [
    "dialect 1",
    "dialect 2",
    "dialect 3",
    "dialect 4",
    "dialect 5",
    "dialect 6",
    "dialect 7",
    "dialect 8",
];

/// The parsers of one family, and the memory in which they are judged: nothing is allocated once warm.
pub struct Oracle {
    family: &'static Family,
    declared: Vec<LeniencySet>,
    verdicts: Vec<Verdict>,
    front: Verdict,
    scratch: Verdict,
}

impl Oracle {
    /// The oracle of `family`.
    pub fn new(family: &'static Family) -> Self {
        let parsers = family.parsers.iter();
        Self {
            family,
            declared: parsers.map(|parser| parser.dialect().waives).collect(),
            verdicts: Vec::new(),
            front: Verdict::new(),
            scratch: Verdict::new(),
        }
    }

    /// The family.
    pub fn family(&self) -> &'static Family {
        self.family
    }

    /// A verdict to overwrite.
    pub fn scratch(&mut self) -> &mut Verdict {
        &mut self.scratch
    }

    /// Holds the laws of spans, prefixes, citations and declared dialects on `input` and on its first
    /// `cut` bytes, for the family's parsers and for the dialects of these `sets`, of which at most
    /// eight are looked at.
    ///
    /// # Errors
    /// The first law that does not hold.
    pub fn hold(&mut self, input: &[u8], cut: usize, sets: &[LeniencySet]) -> Result<(), Broken> {
        let family = self.family;
        let drawn = || DRAWN.iter().zip(sets);
        let all = family.parsers.len() + drawn().count();
        self.verdicts.resize_with(all, Verdict::new);
        let mut verdicts = std::mem::take(&mut self.verdicts);
        let (named, others) = verdicts.split_at_mut(family.parsers.len());
        let mut held = || {
            let parsers = family.parsers.iter().zip(&self.declared);
            for ((parser, waives), verdict) in parsers.zip(&mut *named) {
                alone(*parser, input, cut, verdict, &mut self.front)?;
                let scratch = &mut self.scratch;
                laws::declared(family, *parser, waives, input, verdict, scratch)?;
                cites_as_declared(parser.name(), verdict, scratch)?;
            }
            for ((name, set), verdict) in drawn().zip(&mut *others) {
                let dialect = DialectParser::new(family, Dialect::new(*name, *set));
                alone(&dialect, input, cut, verdict, &mut self.front)?;
            }
            Ok(())
        };
        let held = held().and_then(|()| {
            let names = family.parsers.iter().map(|parser| parser.name());
            let names = names.chain(DRAWN.iter().copied());
            for (nth, a) in names.clone().zip(&verdicts).enumerate() {
                for b in names.clone().zip(&verdicts).skip(nth + 1) {
                    laws::citations(a, b)?;
                }
            }
            Ok(())
        });
        self.verdicts = verdicts;
        held
    }
}

/// The laws that one parser keeps or breaks by itself.
fn alone(
    parser: &dyn Parser,
    input: &[u8],
    cut: usize,
    whole: &mut Verdict,
    front: &mut Verdict,
) -> Result<(), Broken> {
    judge(parser, input, whole);
    laws::spans(parser.name(), &whole.reading, input.len())?;
    let part = input.get(..cut).unwrap_or(input);
    judge(parser, part, front);
    laws::spans(parser.name(), &front.reading, part.len())?;
    laws::prefix(parser.name(), front, part.len(), whole)
}

/// A parser cites what its dialect cites, in the same order, at the same places.
fn cites_as_declared(name: &str, own: &Verdict, dialect: &Verdict) -> Result<(), Broken> {
    if own.citations == dialect.citations {
        return Ok(());
    }
    let pairs = own.citations.iter().zip(&dialect.citations);
    let same = pairs.take_while(|(own, other)| own == other).count();
    let said = |verdict: &Verdict| match verdict.citations.get(same) {
        Some(citation) => {
            let (rule, at) = (citation.rule.id, citation.at);
            format!("{rule} at {at} ({:?})", citation.stance)
        }
        None => "nothing more".to_owned(),
    };
    let how = format!(
        "{name} cites {} where its dialect cites {}",
        said(own),
        said(dialect)
    );
    Err(Broken { law: 5, how })
}
