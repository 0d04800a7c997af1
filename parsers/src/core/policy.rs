//! Policies: sets of deviations from the reference behaviour. Clients and intermediaries have them.

use crate::core::rule::Rule;

/// How a client or an intermediary behaves, as data; the default is the reference behaviour.
pub trait Policy: Default + 'static {
    /// The sentences that define the reference behaviour, and programs that have it.
    const CAREFUL: &'static str;
}

/// One deviation from the reference behaviour.
#[derive(Debug)]
pub struct Quirk<P> {
    /// Kebab-case, unique.
    pub id: &'static str,
    /// What one with this quirk does, in a sentence.
    pub text: &'static str,
    /// Where it was seen, or what a specification says of it.
    pub source: &'static str,
    /// The rule from which it departs; none when no specification speaks against it.
    pub rule: Option<&'static Rule>,
    /// Takes it on.
    pub set: fn(&mut P),
}

/// A policy with a name.
#[derive(Debug)]
pub struct NamedPolicy<P: 'static> {
    /// Kebab-case, unique.
    pub name: &'static str,
    /// The deviations from the reference behaviour.
    pub quirks: &'static [&'static Quirk<P>],
    /// What it is, in a sentence.
    pub text: &'static str,
}

/// A row in a table of policies.
pub(crate) const fn named<P>(
    name: &'static str,
    quirks: &'static [&'static Quirk<P>],
    text: &'static str,
) -> NamedPolicy<P> {
    NamedPolicy { name, quirks, text }
}

impl<P: Policy> NamedPolicy<P> {
    /// What it stands for.
    pub fn policy(&self) -> P {
        let mut policy = P::default();
        for quirk in self.quirks {
            (quirk.set)(&mut policy);
        }
        policy
    }

    /// Where its quirks were seen, or what a specification says of them.
    pub fn sources(&self) -> Vec<&'static str> {
        match self.quirks {
            [] => vec![P::CAREFUL],
            quirks => quirks.iter().map(|quirk| quirk.source).collect(),
        }
    }
}
