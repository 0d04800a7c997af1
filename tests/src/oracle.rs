//! The oracle: every parser of a family and any dialects of it are held to every law on one input.

use parsers::core::laws::{self, Broken, Resumption};
use parsers::family::DialectParser;
use parsers::{
    Dialect, Family, LeniencySet, Parser, StreamInput, Verdict, judge, judge_with_facts,
};

/// One in so many inputs and cuts is held to the laws that take long.
const SAMPLED: usize = 4;

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
    resumption: Resumption,
}

impl Oracle {
    /// The oracle of `family`.
    pub fn new(family: &'static Family) -> Self {
        let parsers = family.parsers.iter();
        Self {
            family,
            declared: parsers.map(|parser| parser.dialect().relaxes).collect(),
            verdicts: Vec::new(),
            front: Verdict::new(),
            scratch: Verdict::new(),
            resumption: Resumption::default(),
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

    /// Holds the laws of spans, prefixes, citations, declared dialects and resumption on `input` and on its
    /// first `cut` bytes, for the family's parsers and for the dialects of these `sets`, of which at most
    /// eight are looked at. That of resumption, and the family's own, are held on one in `SAMPLED`. Where nothing is known of what
    /// was asked, the input and the cut choose it among what the family has for that.
    ///
    /// # Errors
    /// The first law that does not hold.
    pub fn hold<'i>(
        &mut self,
        input: impl Into<StreamInput<'i>>,
        cut: usize,
        sets: &[LeniencySet],
    ) -> Result<(), Broken> {
        let family = self.family;
        let drawn = || DRAWN.iter().zip(sets);
        let all = family.parsers.len() + drawn().count();
        self.verdicts.resize_with(all, Verdict::new);
        let mut verdicts = std::mem::take(&mut self.verdicts);
        let (named, others) = verdicts.split_at_mut(family.parsers.len());
        let mut input = input.into();
        let number = input.bytes.len() + cut;
        if !input.asked.is_known() {
            let all = family.asked;
            // Apart from what is sampled, so that each is held to all laws.
            let chosen = all.get((number + number / SAMPLED) % all.len().max(1));
            input.asked = chosen.copied().unwrap_or_default();
        }
        let front = input.with(input.bytes.get(..cut).unwrap_or(input.bytes));
        let is_sampled = number.is_multiple_of(SAMPLED);
        let mut held = || {
            let parsers = family.parsers.iter().zip(&self.declared);
            for ((parser, relaxes), verdict) in parsers.zip(&mut *named) {
                let declared = Declared {
                    family,
                    parser: *parser,
                    relaxes,
                };
                alone(*parser, input, front, verdict, &mut self.front)?;
                declared.holds(input, verdict, &mut self.scratch)?;
                declared.holds(front, &self.front, &mut self.scratch)?;
                if is_sampled {
                    laws::resumption(*parser, input, cut, &mut self.resumption)?;
                }
            }
            for ((name, set), verdict) in drawn().zip(&mut *others) {
                let dialect = DialectParser::new(family, Dialect::new(*name, *set));
                alone(&dialect, input, front, verdict, &mut self.front)?;
                judge_with_facts(&dialect, input, &mut self.scratch);
                laws::facts(name, &self.scratch, verdict)?;
                if is_sampled {
                    laws::resumption(&dialect, input, cut, &mut self.resumption)?;
                }
            }
            match is_sampled {
                true => (family.own_law)((number / SAMPLED) as u64, input.bytes),
                false => Ok(()),
            }
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

/// The laws that one parser keeps or breaks by itself, on an input and on its `front`.
fn alone(
    parser: &dyn Parser,
    input: StreamInput<'_>,
    front: StreamInput<'_>,
    of_input: &mut Verdict,
    of_front: &mut Verdict,
) -> Result<(), Broken> {
    judge(parser, input, of_input);
    laws::spans(parser.name(), &of_input.reading, input.bytes.len())?;
    judge(parser, front, of_front);
    laws::spans(parser.name(), &of_front.reading, front.bytes.len())?;
    laws::prefix(parser.name(), of_front, front.bytes.len(), of_input)
}

/// A parser and what it declares.
struct Declared<'a> {
    family: &'static Family,
    parser: &'static dyn Parser,
    relaxes: &'a LeniencySet,
}

impl Declared<'_> {
    /// The parser reads as its dialect, and cites what that cites, in the same order, at the same places.
    fn holds(
        &self,
        input: StreamInput<'_>,
        own: &Verdict,
        scratch: &mut Verdict,
    ) -> Result<(), Broken> {
        laws::declared(self.family, self.parser, self.relaxes, input, own, scratch)?;
        if own.citations == scratch.citations {
            return Ok(());
        }
        let pairs = own.citations.iter().zip(&scratch.citations);
        let same = pairs.take_while(|(own, other)| own == other).count();
        let said = |verdict: &Verdict| match verdict.citations.get(same) {
            None => "nothing more".to_owned(),
            Some(citation) => {
                let by = citation.stance.by().unwrap_or("rejected");
                format!("{} at {} ({by})", citation.rule.id, citation.at)
            }
        };
        let name = self.parser.name();
        let (own, other) = (said(own), said(scratch));
        let how = format!("{name} cites {own} where its dialect cites {other}");
        Err(Broken { law: 5, how })
    }
}
