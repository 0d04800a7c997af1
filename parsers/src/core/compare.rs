//! How two readings of one input differ, and how grave that is.

use crate::core::verdict::{Citation, End, Framing, Message, Part, Pending, Reading, Verdict};

/// How two readings differ, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DivergenceKind {
    /// The same bytes for a different reason.
    Framing,
    /// One rejects what the other takes.
    Acceptance,
    /// The same end, with different content.
    Payload,
    /// The same end, with another method, target, host or field.
    Facts,
    /// One waits for bytes that the other does not need.
    Stall,
    /// The next message starts at a different byte.
    Boundary,
}

impl DivergenceKind {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Framing => "framing",
            Self::Acceptance => "acceptance",
            Self::Payload => "payload",
            Self::Facts => "facts",
            Self::Stall => "stall",
            Self::Boundary => "boundary",
        }
    }
}

/// How grave a finding is: the levels of SARIF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Content may be read differently, or a MUST is against a reader.
    Warning,
    /// A message boundary moves.
    Error,
}

impl Level {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What happens to one message in a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageFate {
    /// It is whole.
    Whole(Message),
    /// It is waited for.
    Awaited(Option<Pending>),
    /// It is rejected.
    Rejected,
    /// Its bytes go into a tunnel.
    Tunnel,
    /// The connection is closed before it, or the input ends.
    Absent,
}

impl MessageFate {
    /// What happens to the `nth` message in `reading`.
    pub fn of(reading: &Reading, nth: usize) -> Self {
        match (reading.messages.get(nth), reading.end) {
            (Some(message), _) => Self::Whole(*message),
            (None, End::Incomplete) => Self::Awaited(reading.pending),
            (None, End::Rejected) => Self::Rejected,
            (None, End::Tunnel) => Self::Tunnel,
            (None, End::Complete) => Self::Absent,
        }
    }

    /// The byte at which the next message would start; none when that is not known.
    pub fn end(&self) -> Option<usize> {
        match self {
            Self::Whole(message) => Some(message.end),
            _ => None,
        }
    }

    /// What ends the message, once its head was accepted.
    pub fn framing(&self) -> Option<Framing> {
        match self {
            Self::Whole(message) => Some(message.framing),
            Self::Awaited(Some(pending)) => Some(pending.framing),
            _ => None,
        }
    }
}

/// How and where two readings differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// How.
    pub kind: DivergenceKind,
    /// The index of the first message about which they differ in this way.
    pub message: usize,
    /// The byte at which that message starts for both.
    pub at: usize,
    /// How grave it is, without regard to what the specification says of either reading.
    pub level: Level,
    /// Whether the first reading ends the message later than the second, or waits for more of it.
    pub first_is_longer: bool,
}

/// One of two verdicts that differ.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// What happened to the message about which they differ.
    pub fate: MessageFate,
}

impl<'a> Side<'a> {
    /// The side of `verdict` about the `nth` message.
    pub fn new(verdict: &'a Verdict, nth: usize) -> Self {
        Self {
            verdict,
            fate: MessageFate::of(&verdict.reading, nth),
        }
    }

    /// The framing to which the reader has committed by accepting the head of the message: also when it waits, or
    /// rejects what follows.
    pub fn framing(&self) -> Option<Framing> {
        match self.fate {
            MessageFate::Rejected => self.verdict.committed.map(|committed| committed.framing),
            fate => fate.framing(),
        }
    }

    /// The citations made in the message that starts at `at`, or later.
    pub(crate) fn citations_from(&self, at: usize) -> impl Iterator<Item = &'a Citation> {
        self.verdict
            .citations
            .iter()
            .filter(move |citation| citation.at >= at)
    }
}

/// How `a` and `b` part; `None` when they are equal.
pub fn diverge(a: &Reading, b: &Reading) -> Option<Divergence> {
    let mut mild: Option<Divergence> = None;
    let mut at = 0;
    for nth in 0.. {
        let (x, y) = (MessageFate::of(a, nth), MessageFate::of(b, nth));
        let mut found = |kind, level, first_is_longer| Divergence {
            kind,
            message: nth,
            at,
            level,
            first_is_longer,
        };
        if let (MessageFate::Whole(m), MessageFate::Whole(n)) = (x, y) {
            if m.end != n.end {
                return Some(found(DivergenceKind::Boundary, Level::Error, m.end > n.end));
            }
            let (p, q) = (a.parts_of(&m), b.parts_of(&n));
            let kind = if p == q && m.head == n.head {
                (m.framing != n.framing).then_some(DivergenceKind::Framing)
            } else if m.head != n.head || !active(p).eq(active(q)) {
                Some(DivergenceKind::Payload)
            } else {
                Some(DivergenceKind::Framing)
            };
            if let Some(kind) = kind.filter(|kind| mild.is_none_or(|mild| mild.kind < *kind)) {
                let level = if kind == DivergenceKind::Payload {
                    Level::Warning
                } else {
                    Level::Note
                };
                mild = Some(found(kind, level, false));
            }
            at = m.end;
            continue;
        }
        let last = part_at_the_end(&x, &y, &mut found);
        return match (last, mild) {
            (Some(last), Some(mild)) if mild.kind > last.kind => Some(mild),
            (Some(last), _) => Some(last),
            (None, mild) => mild,
        };
    }
    None
}

/// As [`diverge`], for readers that are held to what they have committed to. Two readers that accepted one head and
/// will end its message by different framings disagree about its boundary, also when one of them then waits or
/// rejects what follows.
pub fn diverge_committed(a: &Verdict, b: &Verdict) -> Option<Divergence> {
    let plain = diverge(&a.reading, &b.reading);
    if plain.is_some_and(|plain| plain.kind == DivergenceKind::Boundary) {
        return plain;
    }
    let whole = |verdict: &Verdict| verdict.reading.messages.len();
    let nth = whole(a).min(whole(b));
    let (x, y) = (Side::new(a, nth), Side::new(b, nth));
    let (Some(own), Some(other)) = (x.framing(), y.framing()) else {
        return plain;
    };
    if own == other || [own, other].contains(&Framing::UntilClose) {
        return plain;
    }
    // Of a stall it is known already which of the two needs more.
    if plain.is_some_and(|plain| plain.kind == DivergenceKind::Stall && plain.level == Level::Error)
    {
        return plain;
    }
    Some(Divergence {
        kind: DivergenceKind::Boundary,
        message: nth,
        at: a.reading.taken_before(nth),
        level: Level::Error,
        first_is_longer: goes_further(&x.fate, &y.fate),
    })
}

/// Whether the reader with the first fate goes further into a message than the one with the second: it waits or
/// rejects where the other has found an end, or rejects where the other waits.
fn goes_further(x: &MessageFate, y: &MessageFate) -> bool {
    let distance = |fate: &MessageFate| match fate {
        MessageFate::Whole(_) => 0,
        MessageFate::Awaited(_) => 1,
        _ => 2,
    };
    distance(x) > distance(y)
}

/// The parts that have an effect.
fn active(parts: &[Part]) -> impl Iterator<Item = &Part> {
    parts.iter().filter(|part| part.is_active())
}

/// How two readings disagree about a message that is not whole in both.
fn part_at_the_end(
    x: &MessageFate,
    y: &MessageFate,
    found: &mut dyn FnMut(DivergenceKind, Level, bool) -> Divergence,
) -> Option<Divergence> {
    use MessageFate::{Absent, Awaited, Rejected, Tunnel, Whole};
    let stall = |head_taken| {
        if head_taken {
            Level::Error
        } else {
            Level::Note
        }
    };
    Some(match (x, y) {
        (Rejected, Rejected) | (Tunnel, Tunnel) | (Absent, Absent) => return None,
        (Awaited(p), Awaited(q)) if p == q => return None,
        (Awaited(Some(_)), Awaited(Some(_))) => found(DivergenceKind::Framing, Level::Note, false),
        (Awaited(p), Awaited(_)) => found(DivergenceKind::Stall, Level::Note, p.is_some()),
        (Rejected, _) | (_, Rejected) => {
            found(DivergenceKind::Acceptance, Level::Note, *y == Rejected)
        }
        // What the end of the stream ends has found no boundary that the other waits for.
        (Whole(m), Awaited(p)) => found(
            DivergenceKind::Stall,
            stall(p.is_some() && m.framing != Framing::UntilClose),
            false,
        ),
        (Awaited(p), Whole(m)) => found(
            DivergenceKind::Stall,
            stall(p.is_some() && m.framing != Framing::UntilClose),
            true,
        ),
        (Whole(_), _) => found(DivergenceKind::Boundary, Level::Error, false),
        (_, Whole(_)) => found(DivergenceKind::Boundary, Level::Error, true),
        (Awaited(_), _) => found(DivergenceKind::Stall, Level::Note, true),
        (_, Awaited(_)) => found(DivergenceKind::Stall, Level::Note, false),
        // No byte follows that either would read: the one would go on, the other not.
        (Tunnel, Absent) | (Absent, Tunnel) => {
            found(DivergenceKind::Framing, Level::Note, *x == Tunnel)
        }
    })
}

/// The level of a divergence: that of its kind, raised to a warning where one accepts what the other rejects and a MUST is
/// against one of them.
pub fn level(divergence: &Divergence, breaks: bool) -> Level {
    if divergence.kind == DivergenceKind::Acceptance && breaks {
        return divergence.level.max(Level::Warning);
    }
    divergence.level
}
