//! The oracles: which effects are faults, and the verdict on a whole session.

use super::event::Tag;
use super::state::ReplyPart;
use super::step::Effect;

/// Which oracles are asked. All are, but when one is left out to see that another notices nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOracles {
    /// The reply that is delivered was caused by the request that was asked.
    pub checks_causes: bool,
    /// A request that is not idempotent is carried out once at most: RFC 9110 §9.2.2.
    pub checks_executions: bool,
    /// What is delivered is whole: RFC 9112 §8.
    pub checks_wholeness: bool,
}

impl SessionOracles {
    /// All of them.
    pub const ALL: Self = Self {
        checks_causes: true,
        checks_executions: true,
        checks_wholeness: true,
    };
}

/// What an oracle objects to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A reply was delivered to a request that did not cause it.
    Wrong {
        /// The receiver.
        client: u8,
        /// The request that was asked.
        asked: Tag,
        /// The request that caused the reply.
        got: Tag,
    },
    /// The same, on a connection of which no client without ids could have known that it was out of
    /// step: no client's defect.
    Inherent {
        /// The receiver.
        client: u8,
        /// The request that was asked.
        asked: Tag,
        /// The request that caused the reply.
        got: Tag,
    },
    /// A part of a reply was delivered as the whole.
    Truncated {
        /// The receiver.
        client: u8,
        /// The request that was asked.
        asked: Tag,
    },
    /// A request was carried out again.
    Duplicated {
        /// The request.
        tag: Tag,
    },
}

impl Fault {
    /// Whether it is a defect of the client, as opposed to what no client could have known.
    pub fn is_defect(&self) -> bool {
        !matches!(self, Self::Inherent { .. })
    }

    /// Whether the other is a fault of the same sort, whichever client it befalls.
    pub fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl SessionOracles {
    /// What is wrong about an effect, if anything is.
    pub fn judge(&self, effect: &Effect) -> Option<Fault> {
        match *effect {
            Effect::Delivered {
                client,
                asked,
                got,
                part,
                is_blameless: blameless,
            } => {
                if got != asked && self.checks_causes {
                    return Some(match blameless {
                        false => Fault::Wrong { client, asked, got },
                        true => Fault::Inherent { client, asked, got },
                    });
                }
                let is_cut = part == ReplyPart::Half && self.checks_wholeness;
                is_cut.then_some(Fault::Truncated { client, asked })
            }
            Effect::Executed {
                tag,
                is_repeated: again,
                is_idempotent: idempotent,
            } => {
                let is_fault = again && !idempotent && self.checks_executions;
                is_fault.then_some(Fault::Duplicated { tag })
            }
            Effect::Rejected { .. } | Effect::GaveUp { .. } => None,
        }
    }
}

/// What resulted from a session, from best to worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionVerdict {
    /// Each request got its own reply.
    #[default]
    Right,
    /// A request got no reply.
    NoAnswer,
    /// The client rejected what the schedule wanted of it, or a reply that it saw was not its own.
    Rejected,
    /// A request got another's reply, which no client without ids could have known.
    Inherent,
    /// A request got a part of a reply for the whole.
    Truncated,
    /// A request that is not idempotent was carried out more than once.
    Duplicated,
    /// One request got another's reply.
    WrongOnce,
    /// Several did: the connection stays out of step.
    WrongPersistently,
}

impl SessionVerdict {
    /// Every verdict, from best to worst.
    pub const ALL: [Self; 8] = [
        Self::Right,
        Self::NoAnswer,
        Self::Rejected,
        Self::Inherent,
        Self::Truncated,
        Self::Duplicated,
        Self::WrongOnce,
        Self::WrongPersistently,
    ];

    /// The word used in cases and reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::NoAnswer => "no-answer",
            Self::Rejected => "rejected",
            Self::Inherent => "inherent",
            Self::Truncated => "truncated",
            Self::Duplicated => "duplicated",
            Self::WrongOnce => "wrong-once",
            Self::WrongPersistently => "wrong-persistently",
        }
    }

    /// The verdict that this word stands for.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// Whether it is a defect of the client's.
    pub fn is_defect(&self) -> bool {
        *self >= Self::Truncated
    }

    /// The worst that the faults amount to; [`SessionVerdict::Right`] without any.
    pub fn of<'a>(faults: impl IntoIterator<Item = &'a Fault>) -> Self {
        let mut worst = Self::Right;
        for fault in faults {
            worst = worst.max(match fault {
                Fault::Inherent { .. } => Self::Inherent,
                Fault::Truncated { .. } => Self::Truncated,
                Fault::Duplicated { .. } => Self::Duplicated,
                Fault::Wrong { .. } if worst >= Self::WrongOnce => Self::WrongPersistently,
                Fault::Wrong { .. } => Self::WrongOnce,
            });
        }
        worst
    }
}
