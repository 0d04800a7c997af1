//! Sets of quirks, and the policies that they make.

use super::policies::POLICIES;
use super::policy::{ClientPolicy, ClientQuirk};
use super::quirk::QUIRKS;

/// A set of the [`QUIRKS`], a bit each. Accepted on in the order of that table, a later one has the last word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quirks(u32);

impl Quirks {
    /// The set of the careful client.
    pub const NONE: Self = Self(0);

    /// The set of these quirks.
    pub fn of(quirks: &[&ClientQuirk]) -> Self {
        let is_in = |one: &&ClientQuirk| quirks.iter().any(|quirk| quirk.id == one.id);
        let bits = (0..).zip(QUIRKS).filter(|(_, quirk)| is_in(quirk));
        Self(bits.fold(0, |set, (nth, _)| set | 1 << nth))
    }

    /// The set of the policy of this name, or of the quirks joined by `+`.
    ///
    /// # Errors
    /// The word that is neither.
    pub fn named(name: &str) -> Result<Self, &str> {
        if let Some(named) = POLICIES.iter().find(|policy| policy.name == name) {
            return Ok(Self::of(named.quirks));
        }
        let mut set = Self::NONE;
        for word in name.split('+') {
            let nth = QUIRKS.iter().position(|quirk| quirk.id == word);
            set = set.with(nth.ok_or(word)?);
        }
        Ok(set)
    }

    /// The set without any that is not one of the first quirks of the table.
    pub(crate) fn of_bits(bits: u32) -> Self {
        Self(bits & ((1 << QUIRKS.len()) - 1))
    }

    /// With the quirk at `nth` in the table as well.
    pub fn with(self, nth: usize) -> Self {
        Self::of_bits(self.0 | 1 << (nth % 32))
    }

    /// Whether all of them are in `other` too.
    pub fn is_subset(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether none is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// A number that tells it from all others.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The quirks, in the order of the table.
    pub fn quirks(self) -> Vec<&'static ClientQuirk> {
        let all = (0..).zip(QUIRKS);
        let members = all.filter(|(nth, _)| self.0 >> nth & 1 == 1);
        members.map(|(_, quirk)| *quirk).collect()
    }

    /// What clients with these quirks do.
    pub fn policy(self) -> ClientPolicy {
        ClientPolicy::of(&self.quirks())
    }

    /// By what name [`ClientPolicy::named`] knows it: that of the first policy of these quirks, else their ids
    /// joined by `+`.
    pub fn name(self) -> String {
        let mut policies = POLICIES.iter();
        match policies.find(|named| Self::of(named.quirks) == self) {
            Some(named) => named.name.to_owned(),
            None => self.ids("+"),
        }
    }

    /// The ids, joined.
    pub fn ids(self, joint: &str) -> String {
        let ids: Vec<_> = self.quirks().iter().map(|quirk| quirk.id).collect();
        ids.join(joint)
    }

    /// The sets that lack something of this one, the smallest first.
    pub(crate) fn smaller(self) -> Vec<Self> {
        let mut sets = Vec::new();
        // The subsets of a set of bits, downwards.
        let mut bits = self.0;
        while bits != 0 {
            bits = (bits - 1) & self.0;
            sets.push(Self(bits));
        }
        sets.sort_by_key(|set| (set.len(), set.0));
        sets
    }

    /// The sets that lack one of this one.
    pub fn without_one(self) -> impl Iterator<Item = Self> {
        let members = (0..QUIRKS.len()).filter(move |nth| self.0 >> nth & 1 == 1);
        members.map(move |nth| Self(self.0 & !(1 << nth)))
    }
}
