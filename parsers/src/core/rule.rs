//! Rules of a specification, the named ways to relax them and to go beyond them, and dialects: sets of such ways.

pub(crate) mod table;

use std::borrow::Cow;
use std::fmt;

/// How strongly a specification binds: the words of RFC 2119.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// MAY, or a permission that the text gives in other words.
    May,
    /// SHOULD, or "ought to".
    Should,
    /// MUST, or a grammar that the specification requires.
    Must,
}

impl Force {
    /// The word of RFC 2119.
    pub fn word(&self) -> &'static str {
        match self {
            Self::May => "MAY",
            Self::Should => "SHOULD",
            Self::Must => "MUST",
        }
    }
}

/// A party that a specification binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// Whoever writes a message.
    Sender,
    /// Whoever reads one.
    Recipient,
    /// A recipient of requests: an origin server, a gateway or a proxy.
    Server,
    /// An intermediary that a client has chosen.
    Proxy,
    /// A sender of requests.
    Client,
}

impl Party {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Server => "server",
            Self::Proxy => "proxy",
            Self::Client => "client",
        }
    }
}

/// What a specification demands of a recipient, or permits it, in the specification's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// How strongly. [`Force::May`] is a permission.
    pub force: Force,
    /// Document and section.
    pub spec: &'static str,
    /// The sentence: quoted, with `[...]` for what is left out. Of a rule that demands what it says itself, its text.
    pub text: &'static str,
    /// What the recipient may do instead, in a few words of ours; empty for nothing.
    pub instead: &'static str,
    /// Whether the sentence is about all elements, or lacks a word of RFC 2119, and misframe applies it here.
    pub is_derived: bool,
}

impl Demand {
    /// The demand that a sentence of ours makes by itself.
    pub const fn new(force: Force, spec: &'static str, text: &'static str) -> Self {
        Self {
            force,
            spec,
            text,
            instead: "",
            is_derived: false,
        }
    }
}

/// One rule of a specification: the parties that it binds, and what is demanded of a recipient about it. Leniencies, verdicts on live
/// servers and levels all follow from this.
#[derive(Debug)]
pub struct Rule {
    /// `family-group/name`, kebab-case; what SARIF calls a ruleId.
    pub id: &'static str,
    /// Document and section, such as `RFC 9112 §6.3`.
    pub spec: &'static str,
    /// The parties that it binds, and how strongly.
    pub binds: &'static [(Party, Force)],
    /// The strongest force in `binds`.
    pub force: Force,
    /// The rule in one sentence of ours, close to the specification's own words.
    pub text: &'static str,
    /// What is demanded of a recipient of what breaks the rule.
    pub broken: &'static Demand,
    /// What is demanded of a recipient of what keeps the rule and is about it.
    pub kept: &'static Demand,
    /// What is demanded of the connection once the recipient has rejected a message by the rule; none when it may read on.
    pub closing: Option<&'static Demand>,
}

/// The RFCs and sections in a source such as `RFC 9112 §6.3, §8; RFC 9110 §5.3`, each as the number of the RFC and the
/// section; what names another document is left out.
pub fn sections(spec: &str) -> impl Iterator<Item = (&str, &str)> {
    let documents = spec.split(';').filter_map(|part| {
        let (number, sections) = part.trim().strip_prefix("RFC ")?.split_once(' ')?;
        Some((number, sections))
    });
    documents.flat_map(|(number, sections)| {
        let each = sections.split(", ");
        each.filter_map(move |section| Some((number, section.strip_prefix('§')?)))
    })
}

impl Rule {
    /// The parties that it binds and how strongly, as reports say it: `sender MUST, server SHOULD`.
    pub fn bound(&self) -> String {
        let each = self.binds.iter();
        let each = each.map(|(party, force)| format!("{} {}", party.word(), force.word()));
        each.collect::<Vec<_>>().join(", ")
    }
}

/// The strongest force in `binds`; MAY when no party is bound.
pub(crate) const fn strongest(mut binds: &[(Party, Force)]) -> Force {
    let mut most = Force::May;
    while let [(_, force), rest @ ..] = binds {
        most = match (most, force) {
            (Force::Must, _) | (_, Force::Must) => Force::Must,
            (Force::Should, _) | (_, Force::Should) => Force::Should,
            (Force::May, Force::May) => Force::May,
        };
        binds = rest;
    }
    most
}

/// Rules are statics: each is equal to itself only.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
impl Eq for Rule {}

/// What the specification says of a reader with a leniency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// A MAY permits it, or nothing is against it.
    Permitted,
    /// A SHOULD is against it.
    AgainstShould,
    /// A MUST is against it.
    AgainstMust,
}

impl Standing {
    /// Every standing, the mildest first.
    pub const ALL: [Self; 3] = [Self::Permitted, Self::AgainstShould, Self::AgainstMust];

    /// The words used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::AgainstShould => "against a SHOULD",
            Self::AgainstMust => "against a MUST",
        }
    }
}

/// One named way to relax one rule.
#[derive(Debug)]
pub struct Leniency {
    /// Kebab-case, unique in its family.
    pub id: &'static str,
    /// Its bit in a [`LeniencySet`]: its place in the table in which it is written, from the first bit of that table on.
    pub index: u16,
    /// The rule that it relaxes.
    pub rule: &'static Rule,
    /// What a reader with this leniency does, in one sentence.
    pub text: &'static str,
    /// The word that names this way of reading inside a class such as `term-ext`; empty for none.
    pub word: &'static str,
    /// What the specification says of reading so: the rule's own demand, unless another sentence is nearer.
    pub demand: &'static Demand,
    /// What it says of a proxy that reads so, where that differs.
    pub of_proxy: Option<&'static Demand>,
    /// Other rules by which the strict parser rejects what a reader with it reads on from. A line beyond the counts of a
    /// hunk is text that does not belong there to one, and a line of the hunk to the other.
    pub past: &'static [&'static Rule],
}

impl Leniency {
    /// What the specification says of a reader with it. The force of the rule does not tell: a rule may bind senders only,
    /// and what a recipient may reject it may not always read in any way it likes.
    pub fn standing(&self) -> Standing {
        match self.demand.force {
            Force::May => Standing::Permitted,
            Force::Should => Standing::AgainstShould,
            Force::Must => Standing::AgainstMust,
        }
    }

    /// Whether a MUST is against a reader with it.
    pub fn breaks(&self) -> bool {
        self.standing() == Standing::AgainstMust
    }
}

/// Leniencies are statics: each is equal to itself only.
impl PartialEq for Leniency {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
impl Eq for Leniency {}

/// One named way to reject what a specification takes: a leniency's mirror. No reader is obliged to be
/// without them, and a rule does not stand against them.
#[derive(Debug)]
pub struct Restriction {
    /// Kebab-case, unique among the leniencies and restrictions of its family.
    pub id: &'static str,
    /// Its bit in a [`LeniencySet`]: [`FIRST_RESTRICTION`] and its place in the family's table.
    pub index: u16,
    /// The rule of what it rejects.
    pub rule: &'static Rule,
    /// What a reader with this restriction does, in one sentence.
    pub text: &'static str,
}

/// Restrictions are statics: each is equal to itself only.
impl PartialEq for Restriction {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
impl Eq for Restriction {}

/// The bit of the first leniency that only one of several families has that share others.
pub const FIRST_OWN: u16 = 384;

/// The bit of the first restriction of a family, and so the end of the bits of its leniencies.
pub const FIRST_RESTRICTION: u16 = 512;

/// How many words of bits a set has. Restrictions are all in the last, so that one look tells whether
/// there is any.
const WORDS: usize = FIRST_RESTRICTION as usize / 64 + 1;

/// A set of leniencies and restrictions of one family.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeniencySet {
    bits: [u64; WORDS],
}

impl LeniencySet {
    /// The set that relaxes nothing.
    pub const EMPTY: Self = Self { bits: [0; WORDS] };

    /// The set of the leniencies given.
    pub fn of(leniencies: &[&Leniency]) -> Self {
        let mut set = Self::EMPTY;
        for leniency in leniencies {
            set.insert(leniency.index);
        }
        set
    }

    /// Whether the leniency is in the set.
    #[inline(always)]
    pub fn has(&self, leniency: &Leniency) -> bool {
        self.contains(leniency.index)
    }

    /// Whether the restriction is in the set.
    #[inline(always)]
    pub(crate) fn restricts(&self, restriction: &Restriction) -> bool {
        self.contains(restriction.index)
    }

    /// Whether any restriction is in the set.
    #[inline(always)]
    pub(crate) fn is_restricted(&self) -> bool {
        let [.., restrictions] = self.bits;
        restrictions != 0
    }

    /// Whether the leniency or restriction with this index is in the set.
    #[inline(always)]
    pub fn contains(&self, index: u16) -> bool {
        let word = self.bits.get(usize::from(index / 64)).copied().unwrap_or(0);
        word >> (index % 64) & 1 == 1
    }

    /// Adds the member with this index.
    pub fn insert(&mut self, index: u16) {
        if let Some(word) = self.bits.get_mut(usize::from(index / 64)) {
            *word |= 1 << (index % 64);
        }
    }

    /// Removes the member with this index.
    pub fn remove(&mut self, index: u16) {
        if let Some(word) = self.bits.get_mut(usize::from(index / 64)) {
            *word &= !(1 << (index % 64));
        }
    }

    /// Whether the set has no member.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.bits == [0; WORDS]
    }

    /// How many members the set has.
    pub fn len(&self) -> usize {
        self.bits
            .iter()
            .map(|word| word.count_ones() as usize)
            .sum()
    }

    /// The members of either set.
    pub fn union(&self, other: &Self) -> Self {
        let mut set = *self;
        for (word, more) in set.bits.iter_mut().zip(other.bits) {
            *word |= more;
        }
        set
    }

    /// Whether every member of this set is one of `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.bits
            .iter()
            .zip(other.bits)
            .all(|(word, more)| word & !more == 0)
    }

    /// The members' indices, in order: leniencies, then restrictions.
    pub fn indices(&self) -> impl Iterator<Item = u16> + '_ {
        self.bits.iter().zip(0u16..).flat_map(|(&word, nth)| {
            std::iter::successors((word != 0).then_some(word), |rest| {
                let rest = rest & (rest - 1);
                (rest != 0).then_some(rest)
            })
            .map(move |rest| nth * 64 + rest.trailing_zeros() as u16)
        })
    }
}

impl fmt::Debug for LeniencySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.indices()).finish()
    }
}

/// A set of leniencies and restrictions with a name: a whole way of reading, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What to call it in a report.
    pub name: Cow<'static, str>,
    /// What it relaxes, and what it rejects beyond the rules.
    pub relaxes: LeniencySet,
}

impl Dialect {
    /// A dialect with this name that relaxes this set.
    pub fn new(name: impl Into<Cow<'static, str>>, relaxes: LeniencySet) -> Self {
        Self {
            name: name.into(),
            relaxes,
        }
    }
}
