//! The oracles: what was lost between a hop and the next reader, and whether the specification wants it lost.
//!
//! They look at what the one read and what the other read, and at no policy.

mod boundary;
mod fields;

use super::run::{Route, Stage};
use crate::core::compare::Level;
use crate::core::rule::Rule;

/// Which oracles are asked. All are, but when one is left out to see that another notices nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HopOracles {
    /// What is sent on ends where it is meant to end.
    pub checks_boundaries: bool,
    /// Fields, trailers and content arrive, and what was meant for a hop ends there.
    pub checks_arrival: bool,
    /// No request goes unread through a connection that was not switched.
    pub upgrades: bool,
}

impl HopOracles {
    /// All of them.
    pub const ALL: Self = Self {
        checks_boundaries: true,
        checks_arrival: true,
        upgrades: true,
    };
}

/// What happens to a disagreement over a boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundaryFate {
    /// The two disagree about what came, and no longer about what was forwarded.
    Healed,
    /// They disagree about both.
    Durable,
    /// They agree about what came, and disagree about what was forwarded.
    Introduced,
}

impl BoundaryFate {
    /// The word used in cases and reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Healed => "healed",
            Self::Durable => "durable",
            Self::Introduced => "introduced",
        }
    }
}

/// What an oracle has found between a hop and the next reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HopDefect {
    /// A disagreement over where a request ends.
    Boundary {
        /// What happens to it.
        fate: BoundaryFate,
        /// The method and target of a request that the hop has not meant to send; none where the next reader waits
        /// for more than was meant, or with [`BoundaryFate::Healed`].
        extra: Option<Vec<u8>>,
    },
    /// A field that the hop saw and the next reader did not.
    Lost {
        /// Its name.
        name: Vec<u8>,
        /// Whether the rule has it end here, or lets it.
        is_by_rule: bool,
    },
    /// A field that was meant for the hop, and reached the next reader.
    Kept {
        /// Its name.
        name: Vec<u8>,
    },
    /// A trailer field that the next reader saw in the header section.
    Merged {
        /// Its name.
        name: Vec<u8>,
    },
    /// The next reader saw another content.
    Content,
    /// A request that the hop did not read reached the next reader through a connection that was not switched.
    Crosses {
        /// Its method and target.
        words: Vec<u8>,
    },
    /// The reader rejects what reaches it.
    Rejected,
}

/// What an oracle has found, where, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OracleFinding {
    /// What.
    pub what: HopDefect,
    /// At which reader: the number of a hop, or the number of hops for the origin.
    pub at: usize,
    /// The request of that reader that it is about, from 0; with [`HopDefect::Rejected`], how many were read before.
    pub request: usize,
    /// The rule that is broken, or that has it so.
    pub rule: &'static Rule,
}

impl OracleFinding {
    /// How grave it is. What the specification has so is no defect of the hop.
    pub fn level(&self) -> Level {
        match &self.what {
            HopDefect::Boundary { fate, .. } if *fate == BoundaryFate::Healed => Level::Note,
            HopDefect::Lost {
                is_by_rule: true, ..
            }
            | HopDefect::Rejected => Level::Note,
            HopDefect::Kept { .. } => Level::Warning,
            _ => Level::Error,
        }
    }

    /// Whether it is a defect of the hop.
    pub fn is_defect(&self) -> bool {
        self.level() > Level::Note
    }

    /// What and where, in the words used in cases: bytes stand for themselves.
    pub fn words(&self, hops: usize) -> Vec<u8> {
        let at = match self.at < hops {
            true => format!(" at h{}", self.at),
            false => " at the origin".to_owned(),
        };
        let (word, about): (&str, &[u8]) = match &self.what {
            HopDefect::Boundary { fate, extra } => (fate.word(), extra.as_deref().unwrap_or(b"")),
            HopDefect::Lost {
                name,
                is_by_rule: by_rule,
            } => match by_rule {
                true => ("lost-by-rule", name),
                false => ("lost-by-fault", name),
            },
            HopDefect::Kept { name } => ("kept-by-fault", name),
            HopDefect::Merged { name } => ("merged-by-fault", name),
            HopDefect::Content => ("content", b""),
            HopDefect::Crosses { words } => ("crosses", words),
            HopDefect::Rejected => ("rejected", b""),
        };
        let gap: &[u8] = if about.is_empty() { b"" } else { b" " };
        [word.as_bytes(), gap, about, at.as_bytes()].concat()
    }
}

impl HopOracles {
    /// What the oracle of arrival finds between two readings, each of which begins with the same request.
    pub(super) fn arrival(stage: &Stage, next: &Stage) -> Vec<OracleFinding> {
        let mut findings = Vec::new();
        let link = Link { at: 0, stage, next };
        fields::judge(&link, 0, 0, &mut findings);
        findings
    }

    /// What is found between each hop and the next reader.
    pub fn judge(&self, route: &Route, stages: &[Stage]) -> Vec<OracleFinding> {
        let mut findings = Vec::new();
        for (at, stage) in stages.iter().enumerate() {
            if let Some(rejection) = &stage.rejection {
                findings.push(OracleFinding {
                    what: HopDefect::Rejected,
                    at,
                    request: stage.requests.len(),
                    rule: rejection.rule,
                });
            }
            let (Some(hop), Some(next)) = (route.hops.get(at), stages.get(at + 1)) else {
                continue;
            };
            let reader = route
                .hops
                .get(at + 1)
                .map_or(&route.last, |hop| &hop.reader);
            let link = Link { at, stage, next };
            let matched = link.matched();
            if self.checks_boundaries {
                boundary::judge(&link, matched.len(), &hop.reader, reader, &mut findings);
            }
            if self.checks_arrival {
                for (sent, seen) in matched {
                    fields::judge(&link, sent, seen, &mut findings);
                }
            }
            if self.upgrades {
                boundary::crossings(&link, &mut findings);
            }
        }
        findings
    }
}

/// A hop and the next reader.
struct Link<'a> {
    /// The number of the hop.
    at: usize,
    stage: &'a Stage,
    next: &'a Stage,
}

impl Link<'_> {
    /// The requests that both see to end alike, up to the first of which they do not: the index for the hop, and for
    /// the next reader.
    fn matched(&self) -> Vec<(usize, usize)> {
        use super::run::Piece;
        let sent = self.stage.sent.iter().zip(&self.next.requests).enumerate();
        let alike = sent.map_while(|(nth, (sent, seen))| match sent.piece {
            Piece::Request(index) if sent.end == seen.end => Some((index, nth)),
            _ => None,
        });
        alike.collect()
    }
}
