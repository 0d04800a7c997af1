//! A policy as habits: how somebody departs from one who is careful. Clients and intermediaries have such policies.

use crate::rule::Rule;

/// What somebody does, as data; the default is who is careful.
pub trait Policy: Default + 'static {
    /// Why who is careful is as it is, and who is.
    const CAREFUL: &'static str;
}

/// One way to depart from who is careful.
#[derive(Debug)]
pub struct Habit<P> {
    /// Kebab-case, unique.
    pub id: &'static str,
    /// What one with this habit does, in a sentence.
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
pub struct Named<P: 'static> {
    /// Kebab-case, unique.
    pub name: &'static str,
    /// What departs from who is careful.
    pub habits: &'static [&'static Habit<P>],
    /// What it is, in a sentence.
    pub text: &'static str,
}

/// A row in a table of policies.
pub(crate) const fn named<P>(
    name: &'static str,
    habits: &'static [&'static Habit<P>],
    text: &'static str,
) -> Named<P> {
    Named { name, habits, text }
}

impl<P: Policy> Named<P> {
    /// What it stands for.
    pub fn policy(&self) -> P {
        let mut policy = P::default();
        for habit in self.habits {
            (habit.set)(&mut policy);
        }
        policy
    }

    /// Where its habits were seen, or what a specification says of them.
    pub fn sources(&self) -> Vec<&'static str> {
        match self.habits {
            [] => vec![P::CAREFUL],
            habits => habits.iter().map(|habit| habit.source).collect(),
        }
    }
}
