//! A reader among those that judge an input: what it makes of it, why it is there, and what its word weighs.

use parsers::{LeniencySet, Verdict};
use peers::Role;

use crate::judge::shipped::Shipped;

/// Why a reader sits on the panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Membership {
    /// One of the family's parsers.
    Named,
    /// Asked for by the user.
    Asked,
    /// A peer. It cites nothing: its citations are those of the dialect that
    /// explains its reading.
    Peer,
    /// The dialect that was learned of released software.
    Learned,
    /// Released software of which a public report describes this reading.
    Reported,
    /// The dialect of one leniency.
    Single,
    /// The dialect of the departures that a case names.
    Case,
}

impl Membership {
    /// Whether it is there for its departures, and not as a reader that someone may have.
    pub(crate) fn is_departure(self) -> bool {
        matches!(self, Self::Single | Self::Case)
    }
}

/// What one member of the panel makes of an input.
#[derive(Clone, Debug)]
pub struct Seat {
    /// What to call it in a report.
    pub name: String,
    /// Why it is there.
    pub standing: Membership,
    /// The leniencies that it declares, or that explain its reading; `None` for a peer whose reading
    /// nothing explains.
    pub relaxes: Option<LeniencySet>,
    /// Its verdict.
    pub verdict: Verdict,
}

/// What the word of a reader weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// No software is known to read so: it makes notes.
    Hypothetical,
    /// It is that of released software in this role that few people run.
    Rare(Role),
    /// It is that of software in this role that is widely deployed.
    Deployed(Role),
    /// It is the specification's.
    Specification,
}

impl Weight {
    /// That of released software.
    pub fn of(role: Role, is_deployed: bool) -> Self {
        match is_deployed {
            true => Self::Deployed(role),
            false => Self::Rare(role),
        }
    }

    /// The role of released software.
    pub(crate) fn role(self) -> Option<Role> {
        match self {
            Self::Hypothetical | Self::Specification => None,
            Self::Rare(role) | Self::Deployed(role) => Some(role),
        }
    }

    /// Whether it is released software that acts on what it reads, or the specification.
    pub fn acts(self) -> bool {
        match self {
            Self::Hypothetical => false,
            Self::Specification => true,
            Self::Rare(role) | Self::Deployed(role) => role.acts(),
        }
    }
}

/// What a reader makes of an input, and what that weighs.
#[derive(Clone)]
pub struct Voice {
    /// What it makes of it.
    pub seat: Seat,
    /// What that weighs.
    pub weight: Weight,
    /// The learned dialect that speaks.
    pub reader: Option<&'static Shipped>,
}
