//! A family: a protocol whose messages are read, with its rules, leniencies and parsers.

use crate::core::compare::{Divergence, Side};
use crate::core::input::Asked;
use crate::core::laws::Broken;
use crate::core::parser::{Accepted, Draft, Parser, Stop};
use crate::core::rule::{Dialect, FIRST_RESTRICTION, Leniency, LeniencySet, Restriction, Rule};
use crate::core::signature::Signature;
use crate::core::unpack::Unpacked;
use std::cmp::Ordering;
use std::fmt;

/// A protocol whose messages are read. Everything that is particular to it is reached from here.
pub struct Family {
    /// Kebab-case, as given to `--family`.
    pub name: &'static str,
    /// What one of its messages is called in a sentence.
    pub noun: &'static str,
    /// What a reader does that reads before another, in a sentence: "A, `before` B, ...".
    pub before: &'static str,
    /// The extensions of files that hold its messages, without the dot.
    pub extensions: &'static [&'static str],
    /// Whether bytes of which nothing is known look like its messages.
    pub looks: fn(&[u8]) -> bool,
    /// Every rule that its parsers cite.
    pub rules: &'static [&'static Rule],
    /// Every leniency; where two contradict each other, the first wins. Families may share some, which are the same in each.
    pub leniencies: &'static [&'static Leniency],
    /// Every restriction, in the order of their indices.
    pub restrictions: &'static [&'static Restriction],
    /// The names of the labels of parts; the first is payload.
    pub labels: &'static [&'static str],
    /// The parsers, the strict one first.
    pub parsers: &'static [&'static dyn Parser],
    /// What the other direction may have asked, for inputs that are drawn by chance; the first is that nothing is known.
    pub asked: &'static [Asked<'static>],
    /// Whether the end of an input is the close of the connection. Else what only a close ends is waited for, where nothing closes.
    pub is_closed: bool,
    /// Whether a parser knows every way of ending a message that the specification knows. Others are
    /// left out when inputs, not parsers, are judged.
    pub is_general: fn(&dyn Parser) -> bool,
    /// Unpacks an input under any set of leniencies, as [`Parser::unpack`] does.
    pub unpack: fn(&LeniencySet, &[u8], &mut Unpacked) -> bool,
    /// Reads one message under any set of leniencies.
    pub read: fn(&LeniencySet, &[u8], &mut Draft<'_>) -> Result<Accepted, Stop>,
    /// A law of its own on an input. Of what the law holds for, `turn` chooses one, since all of it takes long.
    pub own_law: fn(turn: u64, &[u8]) -> Result<(), Broken>,
    /// The field's name for a disagreement.
    pub classify: fn(&Divergence, &Side<'_>, &Side<'_>) -> Option<String>,
}

/// Every family.
pub static FAMILIES: &[&Family] = &[
    &crate::http1::REQUEST,
    &crate::http1::response::RESPONSE,
    &crate::unidiff::UNIFIED,
];

/// The family of bytes of which nothing tells another.
pub static DEFAULT: &Family = &crate::http1::REQUEST;

/// Families are statics: each is equal to itself only.
impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
impl Eq for Family {}

/// By name, which no other family has.
impl Ord for Family {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(other.name)
    }
}
impl PartialOrd for Family {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Family {
    /// The family with this name.
    pub fn named(name: &str) -> Option<&'static Family> {
        FAMILIES.iter().copied().find(|family| family.name == name)
    }

    /// Guesses the family of an input: the first for which the extension of its file
    /// speaks, else the first that it looks like.
    pub fn guess(extension: Option<&str>, input: &[u8]) -> Option<&'static Family> {
        let mut families = FAMILIES.iter().copied();
        let named = extension
            .and_then(|extension| families.find(|family| family.extensions.contains(&extension)));
        named.or_else(|| {
            FAMILIES
                .iter()
                .copied()
                .find(|family| (family.looks)(input))
        })
    }

    /// Whether it is the family of a finding.
    pub fn has_found(&self, signature: &Signature) -> bool {
        signature.family == self.name
    }

    /// The leniency with this id.
    pub fn leniency(&self, id: &str) -> Option<&'static Leniency> {
        self.leniencies
            .iter()
            .copied()
            .find(|leniency| leniency.id == id)
    }

    /// The index of the leniency or restriction with this id.
    pub fn index(&self, id: &str) -> Option<u16> {
        let mut departures = self.departures();
        departures.find(|one| one.id == id).map(|one| one.index)
    }

    /// Every way to read otherwise than the rules say: the leniencies, then the restrictions.
    pub fn departures(&self) -> impl Iterator<Item = Departure> + '_ {
        let leniencies = self.leniencies.iter().map(|one| Departure {
            id: one.id,
            index: one.index,
            rule: one.rule,
        });
        let restrictions = self.restrictions.iter().map(|one| Departure {
            id: one.id,
            index: one.index,
            rule: one.rule,
        });
        leniencies.chain(restrictions)
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&'static Rule> {
        self.rules.iter().copied().find(|rule| rule.id == id)
    }

    /// The set of all leniencies.
    pub fn every_leniency(&self) -> LeniencySet {
        LeniencySet::of(self.leniencies)
    }

    /// The id of the leniency or restriction with this index.
    pub fn id(&self, index: u16) -> Option<&'static str> {
        match index.checked_sub(FIRST_RESTRICTION) {
            Some(nth) => self.restrictions.get(usize::from(nth)).map(|one| one.id),
            None => self.leniency_at(index).map(|one| one.id),
        }
    }

    /// The leniency with this index.
    pub fn leniency_at(&self, index: u16) -> Option<&'static Leniency> {
        let all = self.leniencies;
        // In a table that shares none, the index is the place.
        let in_place = all.get(usize::from(index)).copied();
        in_place
            .filter(|one| one.index == index)
            .or_else(|| all.iter().copied().find(|one| one.index == index))
    }

    /// The ids of the members of `set`, in table order.
    pub fn ids(&self, set: &LeniencySet) -> Vec<&'static str> {
        set.indices().filter_map(|index| self.id(index)).collect()
    }
}

/// A leniency or a restriction.
#[derive(Clone, Copy)]
pub struct Departure {
    /// Its id.
    pub id: &'static str,
    /// Its bit in a set.
    pub index: u16,
    /// The rule that it relaxes, or beyond which it goes.
    pub rule: &'static Rule,
}

/// A family's dialect as a parser.
pub struct DialectParser {
    family: &'static Family,
    dialect: Dialect,
}

impl DialectParser {
    /// The parser of `family` that reads as `dialect`.
    pub fn new(family: &'static Family, dialect: Dialect) -> Self {
        Self { family, dialect }
    }
}

impl Parser for DialectParser {
    fn name(&self) -> &str {
        &self.dialect.name
    }

    fn dialect(&self) -> Dialect {
        self.dialect.clone()
    }

    fn unpack(&self, input: &[u8], into: &mut Unpacked) -> bool {
        (self.family.unpack)(&self.dialect.relaxes, input, into)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        (self.family.read)(&self.dialect.relaxes, input, draft)
    }
}
