//! What a parser made of an input: messages as runs of labelled spans, how the stream ended, and
//! the rules cited on the way.

use crate::core::facts::Facts;
use crate::core::rule::{Leniency, LeniencySet, Restriction, Rule};
use crate::core::unpack::Unpacked;

/// Set in the label of a part that has no effect, such as text around what is read: two readings that
/// differ in such parts only mean the same.
pub const INERT: u8 = 0x80;

/// A labelled piece of a message, `[start, end)` in bytes from the start of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// An index into the labels of the family, with [`INERT`] or without; 0 is always payload.
    pub label: u8,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Part {
    /// Whether it has an effect.
    pub fn is_active(&self) -> bool {
        self.label & INERT == 0
    }
}

/// Why a message ends where it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Framing {
    /// It has no body.
    #[default]
    Bodiless,
    /// Pieces, each after its own size, up to a piece of size zero.
    Chunked,
    /// Items counted by the head, and a mark that may follow the last one. Where the stream ends after
    /// the last item, more bytes may add the mark.
    Counted,
    /// Whatever cannot belong to it ends it. Where the stream ends there, more bytes may add to it.
    Delimited,
    /// The head gives the body's length in bytes.
    Length(u64),
    /// The end of the stream ends it: more bytes would have made it longer.
    UntilClose,
}

impl Framing {
    /// Whether a message that ends where the stream does may become longer when the stream goes on.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Counted | Self::Delimited | Self::UntilClose)
    }

    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Bodiless => "bodiless",
            Self::Chunked => "chunked",
            Self::Counted => "counted",
            Self::Delimited => "delimited",
            Self::Length(_) => "length",
            Self::UntilClose => "until-close",
        }
    }
}

/// One message. Messages lie end to end: this one starts where the one before it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Message {
    /// First byte, counted from the start of the input.
    pub start: usize,
    /// The byte after the head.
    pub head: usize,
    /// The byte after the message.
    pub end: usize,
    /// Why it ends there.
    pub framing: Framing,
    /// Where its parts begin in [`Reading::parts`].
    pub first_part: usize,
    /// Where its parts end in [`Reading::parts`].
    pub last_part: usize,
}

/// How the stream ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum End {
    /// Every message is whole. Bytes that follow the last one are ignored, the connection being closed.
    #[default]
    Complete,
    /// The parser waits for bytes that are not there.
    Incomplete,
    /// The parser rejects to read on.
    Rejected,
    /// What follows is no longer this protocol.
    Tunnel,
}

impl End {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Rejected => "rejected",
            Self::Tunnel => "tunnel",
        }
    }
}

/// A message whose head was accepted and whose end is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pending {
    /// The byte after the head.
    pub head: usize,
    /// What would end it.
    pub framing: Framing,
}

/// The messages of one input and how the stream ended. Two readings are equal when every message
/// begins, ends and is cut into parts alike, for the same reason, and the stream ends alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reading {
    /// The messages, in order.
    pub messages: Vec<Message>,
    /// The parts of all messages, in order.
    pub parts: Vec<Part>,
    /// How the stream ended.
    pub end: End,
    /// With [`End::Incomplete`], the message that is waited for, when its head was whole.
    pub pending: Option<Pending>,
}

impl Reading {
    /// The parts of one of this reading's messages.
    pub fn parts_of(&self, message: &Message) -> &[Part] {
        self.parts
            .get(message.first_part..message.last_part)
            .unwrap_or(&[])
    }

    /// The first byte that belongs to no message.
    pub fn taken(&self) -> usize {
        self.messages.last().map_or(0, |message| message.end)
    }

    /// The byte at which the `nth` message starts, when all before it are whole.
    pub(crate) fn taken_before(&self, nth: usize) -> usize {
        let last = nth.checked_sub(1).and_then(|last| self.messages.get(last));
        last.map_or(0, |message| message.end)
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
        self.parts.clear();
        self.end = End::Complete;
        self.pending = None;
    }
}

/// What a parser did about a rule that the input breaks or stretches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// It rejected the input.
    Reject,
    /// It rejected the input although the rule does not, by this restriction.
    Restrict(&'static Restriction),
    /// It let it pass, by this leniency.
    Relax(&'static Leniency),
}

impl Stance {
    /// Whether the input was rejected.
    pub fn rejects(&self) -> bool {
        !matches!(self, Self::Relax(_))
    }

    /// The id of the leniency or restriction by which it was done.
    pub fn by(&self) -> Option<&'static str> {
        match self {
            Self::Reject => None,
            Self::Restrict(restriction) => Some(restriction.id),
            Self::Relax(leniency) => Some(leniency.id),
        }
    }
}

/// A rule, the place that brought it up, and what was done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The rule.
    pub rule: &'static Rule,
    /// The first byte of the offending element, counted from the start of the input.
    pub at: usize,
    /// Rejected or relaxed.
    pub stance: Stance,
}

/// A reading plus the citations that led to it, in the order in which they were made. A leniency is
/// cited where a message first uses it, not again in the same message.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// What was read.
    pub reading: Reading,
    /// Why.
    pub citations: Vec<Citation>,
    /// With [`End::Rejected`], the message that was rejected after its head was accepted: the reader has
    /// committed to its framing.
    pub committed: Option<Pending>,
    /// What the messages say, where that [was asked for](crate::judge_with_facts). What was read of a message that is waited for
    /// or was rejected comes last.
    pub facts: Facts,
    pub(crate) scratch: ParserScratch,
}

impl Verdict {
    /// An empty verdict; judging fills it, and judging again reuses its memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// The citation that rejected the input, if one did.
    pub fn rejection(&self) -> Option<&Citation> {
        self.citations
            .last()
            .filter(|citation| citation.stance.rejects())
    }

    /// Forgets every part after the first `first_part` ones.
    pub(crate) fn forget_parts(&mut self, first_part: usize) {
        self.reading.parts.truncate(first_part);
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.reading.clear();
        self.citations.clear();
        self.committed = None;
        self.facts.clear();
    }
}

/// A place in a message that a parser has to come back to, in bytes from the start of the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// What it is, in the parser's own numbering.
    pub label: u8,
    /// Where the element begins.
    pub at: usize,
    /// Where its value begins in the input.
    pub value: usize,
    /// First byte of the value as it is to be read: in the input, or in the text of the scratch space if it had to
    /// be rewritten, as the parser chooses to tell by its label.
    pub start: usize,
    /// The byte after the last of the value as it is to be read.
    pub end: usize,
}

/// Memory that a parser may use while it reads one message, kept between messages so that judging
/// allocates nothing once warm.
#[derive(Clone, Debug, Default)]
pub struct ParserScratch {
    /// Places to come back to.
    pub notes: Vec<Note>,
    /// Bytes rewritten before they are read, such as an unfolded value.
    pub text: Vec<u8>,
    pub(crate) seen: LeniencySet,
    pub(crate) unpacked: Unpacked,
}
