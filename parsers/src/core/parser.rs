//! The parser trait and the one loop that reads a stream message by message.

use crate::core::facts::FactKind;
use crate::core::input::{Asked, StreamInput};
use crate::core::rule::{Dialect, Leniency, LeniencySet, Restriction, Rule};
use crate::core::state::State;
use crate::core::unpack::Unpacked;
use crate::core::verdict::{
    Citation, End, Framing, Message, ParserScratch, Part, Pending, Stance, Verdict,
};

/// One of our own readers of a family: it cites a rule for everything that it rejects or lets pass.
pub trait Parser: Sync {
    /// Named for the reading, kebab-case.
    fn name(&self) -> &str;

    /// The dialect that it declares itself to be: on every input it reads as that dialect does.
    fn dialect(&self) -> Dialect;

    /// Takes the text that it reads out of a container that the input may be, such as an encoded mail. It says
    /// whether there is one: else it reads the input as it stands. More input only adds to the text, or to its last line,
    /// which is then said to be open.
    fn unpack(&self, _input: &[u8], _into: &mut Unpacked) -> bool {
        false
    }

    /// Reads one message from the front of `input`, which is not empty. Offsets given to the draft
    /// and returned are in bytes from the start of `input`. What came before it is known by the
    /// [state](Draft::state) alone.
    ///
    /// # Errors
    /// [`Stop::Incomplete`] when every byte so far may begin a message; [`Stop::Rejected`], made by
    /// [`Draft::reject`], as soon as a byte shows that the message will not be accepted; [`Stop::Nothing`]
    /// when what is left holds no message, and is ignored.
    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop>;
}

/// A whole message was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The byte after the message.
    pub end: usize,
    /// What happens to the connection.
    pub next: Next,
}

/// What happens to the connection after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another message may follow.
    Message,
    /// The connection is closed; bytes that follow are ignored.
    Close,
    /// The bytes that follow are not this protocol.
    Tunnel,
}

/// No whole message was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// More bytes are needed.
    Incomplete,
    /// A rule was cited against the input.
    Rejected,
    /// What is left holds no message: the stream ends well, and these bytes are ignored.
    Nothing,
}

/// The verdict under construction, as one message sees it.
pub struct Draft<'v> {
    verdict: &'v mut Verdict,
    state: State,
    asked: Asked<'v>,
    base: usize,
    pending: Option<Pending>,
}

impl<'v> Draft<'v> {
    /// Cites `rule` against the element that begins at `at`.
    #[cold]
    pub fn reject(&mut self, rule: &'static Rule, at: usize) -> Stop {
        let at = self.base + at;
        self.verdict.citations.push(Citation {
            rule,
            at,
            stance: Stance::Reject,
        });
        Stop::Rejected
    }

    /// Cites the rule beyond which `restriction` goes, against the element that begins at `at`.
    #[cold]
    pub(crate) fn restrict(&mut self, restriction: &'static Restriction, at: usize) -> Stop {
        self.verdict.citations.push(Citation {
            rule: restriction.rule,
            at: self.base + at,
            stance: Stance::Restrict(restriction),
        });
        Stop::Rejected
    }

    /// Cites the rule that `leniency` relaxes for the element that begins at `at`, unless this
    /// message has used the leniency before.
    #[cold]
    pub fn relax(&mut self, leniency: &'static Leniency, at: usize) {
        let seen = &mut self.verdict.scratch.seen;
        if seen.has(leniency) {
            return;
        }
        seen.insert(leniency.index);
        let (rule, at) = (leniency.rule, self.base + at);
        self.verdict.citations.push(Citation {
            rule,
            at,
            stance: Stance::Relax(leniency),
        });
    }

    /// As [`Draft::relax`], also where this message has used the leniency before: what it makes of the end
    /// of the input is said there.
    #[cold]
    pub(crate) fn relax_again(&mut self, leniency: &'static Leniency, at: usize) {
        let mut seen = self.verdict.scratch.seen;
        seen.remove(leniency.index);
        self.verdict.scratch.seen = seen;
        self.relax(leniency, at);
    }

    /// The head is whole and accepted: it ends before `end`, and `framing` says what ends the message.
    /// Calling it again replaces what was said before.
    #[inline]
    pub fn head(&mut self, end: usize, framing: Framing) {
        self.pending = Some(Pending {
            head: self.base + end,
            framing,
        });
    }

    /// A labelled piece of the message. Pieces come in order; an empty one is left out.
    #[inline]
    pub fn part(&mut self, label: u8, start: usize, end: usize) {
        if start < end {
            let (start, end) = (self.base + start, self.base + end);
            self.verdict.reading.parts.push(Part { label, start, end });
        }
    }

    /// As [`Draft::part`], but joined to the piece before it if that ends where this one starts and has the
    /// same label.
    #[inline]
    pub(crate) fn join(&mut self, label: u8, start: usize, end: usize) {
        let at = self.base + start;
        match self.verdict.reading.parts.last_mut() {
            Some(last) if last.label == label && last.end == at && self.base < at => {
                last.end = self.base + end;
            }
            _ => self.part(label, start, end),
        }
    }

    /// Whether facts are to be kept.
    #[inline]
    pub(crate) fn keeps_facts(&self) -> bool {
        self.verdict.facts.are_wanted
    }

    /// The message says this: a fact of this kind, whose line or word begins at `at`. For a reader that
    /// keeps facts.
    #[cold]
    pub(crate) fn fact(&mut self, kind: FactKind, at: usize, name: &[u8], value: &[u8]) {
        let message = self.verdict.reading.messages.len();
        let facts = &mut self.verdict.facts;
        facts.begin(message, kind, self.base + at, name);
        facts.extend(value);
    }

    /// The field of the last fact goes on in another line. A space joins the two where `is_spaced`.
    #[cold]
    pub(crate) fn join_fact(&mut self, is_spaced: bool, more: &[u8]) {
        self.verdict.facts.join(is_spaced, more);
    }

    /// What is known of the stream besides the bytes of this message. A change counts from the next message on, if this one is
    /// whole.
    #[inline]
    pub fn state(&mut self) -> &mut State {
        &mut self.state
    }

    /// The message answers the oldest request of the other direction that waits, which is returned. None where none is known.
    pub fn answer(&mut self) -> Option<&'v [u8]> {
        let oldest = self.waits();
        self.state.answered += 1;
        oldest
    }

    /// The oldest request of the other direction that waits for an answer. None where none is known.
    pub fn waits(&self) -> Option<&'v [u8]> {
        self.asked.nth(self.state.answered)
    }

    /// Whether it is known what the other direction asked, and all of it was answered.
    pub fn is_answered(&self) -> bool {
        self.asked.is_known() && self.waits().is_none()
    }

    /// As [`Draft::is_answered`], where the last `count` answers counted are none.
    pub(crate) fn is_answered_without(&self, count: usize) -> bool {
        let answered = self.state.answered.saturating_sub(count);
        self.asked.is_known() && self.asked.nth(answered).is_none()
    }

    /// Memory to use while reading this message. What an earlier message left in it is still there.
    pub(crate) fn scratch(&mut self) -> &mut ParserScratch {
        &mut self.verdict.scratch
    }
}

/// Reads the whole of `input`, to which nothing will be added, into `verdict`, whose memory is reused.
pub fn judge<'i>(parser: &dyn Parser, input: impl Into<StreamInput<'i>>, verdict: &mut Verdict) {
    let StreamInput { bytes, asked } = input.into();
    judge_from(parser, State::default(), asked, bytes, verdict);
}

/// As [`judge`], with what the messages say in [`Verdict::facts`]. Dialects of HTTP keep facts; of other parsers there are
/// none, and each has a [dialect](Parser::dialect) that reads as it does.
pub fn judge_with_facts<'i>(
    parser: &dyn Parser,
    input: impl Into<StreamInput<'i>>,
    verdict: &mut Verdict,
) {
    let StreamInput { bytes, asked } = input.into();
    verdict.facts.are_wanted = true;
    judge_as_wanted(parser, State::default(), asked, bytes, verdict);
}

/// As [`judge`], for a stream of which more is known than its bytes, by a case or by what was read before: its `state`, and what
/// the other direction `asked`. Returns the state after the last whole message. The rest of the input, with more bytes behind it,
/// can be read from there.
///
/// Only at the start of a stream of which nothing is known does a reader look into a [container](Parser::unpack).
pub fn judge_from(
    parser: &dyn Parser,
    state: State,
    asked: Asked<'_>,
    input: &[u8],
    verdict: &mut Verdict,
) -> State {
    verdict.facts.are_wanted = false;
    judge_as_wanted(parser, state, asked, input, verdict)
}

fn judge_as_wanted(
    parser: &dyn Parser,
    state: State,
    asked: Asked<'_>,
    input: &[u8],
    verdict: &mut Verdict,
) -> State {
    if state != State::default() {
        return read_all(parser, state, asked, input, verdict);
    }
    let mut unpacked = std::mem::take(&mut verdict.scratch.unpacked);
    let state = if parser.unpack(input, &mut unpacked) {
        let state = read_all(parser, state, asked, unpacked.text(), verdict);
        unpacked.bring_back(verdict, input.len());
        state
    } else {
        read_all(parser, state, asked, input, verdict)
    };
    verdict.scratch.unpacked = unpacked;
    state
}

/// Reads message by message, and returns the state after the last whole one.
pub(crate) fn read_all(
    parser: &dyn Parser,
    mut state: State,
    asked: Asked<'_>,
    input: &[u8],
    verdict: &mut Verdict,
) -> State {
    verdict.clear();
    let mut at = 0;
    while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
        if state.is_over {
            break;
        }
        verdict.scratch.seen = LeniencySet::EMPTY;
        let first_part = verdict.reading.parts.len();
        let mut draft = Draft {
            verdict,
            state,
            asked,
            base: at,
            pending: None,
        };
        let outcome = parser.read(rest, &mut draft);
        let (pending, after) = (draft.pending, draft.state);
        match outcome {
            // An empty message would be read for ever.
            Ok(taken) if taken.end > 0 => {
                let end = at + taken.end;
                let head = pending.map_or(end, |pending| pending.head);
                let framing = pending.map_or(Framing::Bodiless, |pending| pending.framing);
                let last_part = verdict.reading.parts.len();
                let message = Message {
                    start: at,
                    head,
                    end,
                    framing,
                    first_part,
                    last_part,
                };
                verdict.reading.messages.push(message);
                at = end;
                state = after;
                if taken.next == Next::Message {
                    continue;
                }
                state.is_over = true;
                if taken.next == Next::Tunnel {
                    verdict.reading.end = End::Tunnel;
                }
            }
            Ok(_) | Err(Stop::Rejected) => {
                verdict.forget_parts(first_part);
                verdict.reading.end = End::Rejected;
                verdict.committed = pending;
            }
            Err(Stop::Nothing) => {
                verdict.forget_parts(first_part);
                verdict.facts.forget(verdict.reading.messages.len());
            }
            Err(Stop::Incomplete) => {
                verdict.forget_parts(first_part);
                verdict.reading.end = End::Incomplete;
                verdict.reading.pending = pending;
            }
        }
        break;
    }
    state
}
