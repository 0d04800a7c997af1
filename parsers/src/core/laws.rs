//! What must hold of every parser on every input. Each law takes verdicts and says what breaks it.

use std::fmt;

use crate::core::explain::judge_under;
use crate::core::input::StreamInput;
use crate::core::parser::{Parser, read_all};
use crate::core::rule::LeniencySet;
use crate::core::state::State;
use crate::core::unpack::Unpacked;
use crate::core::verdict::{Citation, End, Framing, Message, Part, Reading, Stance, Verdict};
use crate::family::Family;

/// A law that does not hold on some input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number: 1 spans, 2 prefixes, 3 and 4 citations, 5 declared dialects, 6 intent, 8 resumption, 9 hops, 10 pairing.
    pub law: u8,
    /// Which parsers break it, and how.
    pub how: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "law {} is broken: {}", self.law, self.how)
    }
}

impl std::error::Error for Broken {}

/// Law 1: messages lie end to end from the start of the input, and every span inside its message.
///
/// # Errors
/// Names the message that breaks it.
pub fn spans(name: &str, reading: &Reading, length: usize) -> Result<(), Broken> {
    let broken = |what: &str, at: usize| {
        Err(Broken {
            law: 1,
            how: format!("{name}: {what} at {at}"),
        })
    };
    let (mut at, mut first_part) = (0, 0);
    for message in &reading.messages {
        if message.start != at || message.end <= message.start || message.end > length {
            return broken("messages do not lie end to end", message.start);
        }
        if message.head < message.start || message.head > message.end {
            return broken("a head lies outside its message", message.head);
        }
        if message.first_part != first_part || message.last_part < first_part {
            return broken("parts are out of order", message.start);
        }
        let mut from = message.start;
        for part in reading.parts_of(message) {
            let is_payload_in_head = part.label == 0 && part.start < message.head;
            if is_payload_in_head
                || part.start < from
                || part.end <= part.start
                || part.end > message.end
            {
                return broken(
                    "a part lies outside its message or over another",
                    part.start,
                );
            }
            from = part.end;
        }
        (at, first_part) = (message.end, message.last_part);
    }
    if first_part != reading.parts.len() {
        return broken("parts belong to no message", at);
    }
    if reading
        .pending
        .is_some_and(|pending| pending.head > length || pending.head <= at)
    {
        return broken(
            "the head of the message waited for lies outside the input",
            at,
        );
    }
    Ok(())
}

/// Law 1, of facts: they lie in order, each in its message or in what was read of the one after the last. That they are kept changes neither
/// the reading nor the citations of `without`, the same parser's verdict without them.
///
/// # Errors
/// Names the fact that breaks it.
pub fn facts(name: &str, verdict: &Verdict, without: &Verdict) -> Result<(), Broken> {
    let is_same = verdict.reading == without.reading && verdict.citations == without.citations;
    if !is_same || !without.facts.is_empty() {
        return Err(Broken {
            law: 1,
            how: format!("{name}: it reads otherwise where facts are kept"),
        });
    }
    let mut all = 0;
    let messages = verdict.reading.messages.iter();
    let places = messages.map(|message| (message.start, message.end));
    let rest = (verdict.reading.taken(), usize::MAX);
    for (nth, (start, end)) in places.chain([rest]).enumerate() {
        let facts = verdict.facts.of(nth);
        all += facts.len();
        let mut at = start;
        for fact in facts {
            // An empty line that the end of the stream stands for begins there.
            if fact.at < at || fact.at > end {
                return Err(Broken {
                    law: 1,
                    how: format!(
                        "{name}: a fact lies out of order or outside its message at {}",
                        fact.at
                    ),
                });
            }
            at = fact.at;
        }
    }
    match all == verdict.facts.len() {
        true => Ok(()),
        false => Err(Broken {
            law: 1,
            how: format!("{name}: there are facts about no message"),
        }),
    }
}

/// Law 2: more bytes never change a message already whole, nor a rejection. `prefix` is the verdict on
/// the first `length` bytes of the input on which `whole` is the verdict. What a parser makes of the end
/// of the stream, having cited a rule at it, may change when the stream goes on.
///
/// # Errors
/// Says which message changed.
pub fn prefix(name: &str, prefix: &Verdict, length: usize, whole: &Verdict) -> Result<(), Broken> {
    let (short, long) = (&prefix.reading, &whole.reading);
    for (nth, message) in short.messages.iter().enumerate() {
        let ends_here = message.framing.is_open() && message.end == length;
        if message.framing == Framing::UntilClose || ends_here {
            return Ok(());
        }
        let kept = long.messages.get(nth).is_some_and(|other| {
            other == message && short.parts_of(message) == long.parts_of(other)
        });
        if !kept {
            let how = format!("{name}: message {nth} changes when more bytes come");
            return Err(Broken { law: 2, how });
        }
    }
    if prefix
        .citations
        .iter()
        .any(|citation| citation.at >= length)
    {
        return Ok(());
    }
    let stays = match short.end {
        End::Rejected => long.end == End::Rejected && prefix.rejection() == whole.rejection(),
        End::Tunnel => long.end == End::Tunnel,
        End::Complete | End::Incomplete => true,
    };
    if stays && (short.end == End::Incomplete || long.messages.len() >= short.messages.len()) {
        return Ok(());
    }
    Err(Broken {
        law: 2,
        how: format!("{name}: the end of the stream changes when more bytes come"),
    })
}

/// Laws 3 and 4: two parsers that disagree have cited different things, and what the one rejects the other
/// takes only by relaxing that rule there, or by having relaxed something else first.
///
/// # Errors
/// Names the two and the citation that one of them owes.
pub fn citations(a: (&str, &Verdict), b: (&str, &Verdict)) -> Result<(), Broken> {
    if a.1.reading == b.1.reading {
        return Ok(());
    }
    let (x, y) = (&a.1.citations, &b.1.citations);
    let same = x.iter().zip(y).take_while(|(x, y)| x == y).count();
    let (first, second) = (x.get(same), y.get(same));
    if first.is_none() && second.is_none() {
        let how = format!("{} and {} part and have cited the same", a.0, b.0);
        return Err(Broken { law: 3, how });
    }
    owes(a, first, b, second)?;
    owes(b, second, a, first)
}

/// Whether `taker` owes a citation for what `rejecter` rejects.
fn owes(
    rejecter: (&str, &Verdict),
    rejection: Option<&Citation>,
    taker: (&str, &Verdict),
    cited: Option<&Citation>,
) -> Result<(), Broken> {
    let Some(rejection) = rejection.filter(|citation| citation.stance == Stance::Reject) else {
        return Ok(());
    };
    let taken = &taker.1.reading;
    let rejected_in = rejecter.1.reading.messages.len();
    let waits = taken.end == End::Incomplete && taken.messages.len() <= rejected_in;
    let head = taken.messages.get(rejected_in).map(|message| message.head);
    let head = head
        .or(taken.pending.map(|pending| pending.head))
        .unwrap_or(0);
    let pays = match cited {
        None => waits,
        Some(cited) if cited.rule == rejection.rule && cited.at == rejection.at => true,
        // The rules of a head are cited in an order of their own.
        Some(cited) => {
            matches!(cited.stance, Stance::Relax(_)) && cited.at <= rejection.at.max(head)
                || cited.at <= rejection.at
        }
    };
    if pays || waits {
        return Ok(());
    }
    let how = format!(
        "{} accepts what {} rejects by {} at {}, and has relaxed nothing",
        taker.0, rejecter.0, rejection.rule.id, rejection.at
    );
    Err(Broken { law: 4, how })
}

/// Law 5: a parser reads, and rejects, as the dialect that it declares itself to be. `verdict` is the
/// parser's own, `scratch` is overwritten.
///
/// # Errors
/// Says how the two part.
pub fn declared<'i>(
    family: &'static Family,
    parser: &dyn Parser,
    relaxes: &LeniencySet,
    input: impl Into<StreamInput<'i>>,
    verdict: &Verdict,
    scratch: &mut Verdict,
) -> Result<(), Broken> {
    judge_under(family, relaxes, input, scratch);
    let name = parser.name();
    if verdict.reading != scratch.reading {
        let how = format!(
            "{name} does not read as its dialect: {:?} against {:?}",
            verdict.reading, scratch.reading
        );
        return Err(Broken { law: 5, how });
    }
    if verdict.committed != scratch.committed {
        let (own, other) = (verdict.committed, scratch.committed);
        let how = format!("{name} does not commit as its dialect: {own:?} against {other:?}");
        return Err(Broken { law: 5, how });
    }
    let rejection = |verdict: &Verdict| {
        verdict
            .rejection()
            .map(|citation| (citation.rule.id, citation.at))
    };
    if verdict.reading.end == End::Rejected && rejection(verdict) != rejection(scratch) {
        let (own, other) = (rejection(verdict), rejection(scratch));
        let how = format!("{name} does not reject as its dialect: {own:?} against {other:?}");
        return Err(Broken { law: 5, how });
    }
    Ok(())
}

/// The memory in which [`resumption`] judges: it allocates nothing once warm.
#[derive(Default)]
pub struct Resumption {
    unpacked: Unpacked,
    whole: Verdict,
    front: Verdict,
    rest: Verdict,
}

/// Law 8: a stream that is read up to `cut`, and from the end of its last whole message on in the state after that, reads as the
/// stream that is read at once: nothing but that state is known of what came before. Of a stream that is taken out of a container,
/// what is read is cut.
///
/// # Errors
/// Says what is read otherwise.
pub fn resumption<'i>(
    parser: &dyn Parser,
    input: impl Into<StreamInput<'i>>,
    cut: usize,
    memory: &mut Resumption,
) -> Result<(), Broken> {
    let StreamInput {
        bytes: input,
        asked,
    } = input.into();
    let Resumption {
        unpacked,
        whole,
        front,
        rest,
    } = memory;
    let text = match parser.unpack(input, unpacked) {
        true => unpacked.text(),
        false => input,
    };
    let cut = cut.min(text.len());
    let before = text.get(..cut).unwrap_or(text);
    let state = read_all(parser, State::default(), asked, before, front);
    let messages = front.reading.messages.as_slice();
    let may_change = |message: &Message| {
        message.framing == Framing::UntilClose || message.framing.is_open() && message.end == cut
    };
    // Nothing follows a rejection, and what is made of the end of the stream may change when it goes on.
    if front.reading.end == End::Rejected
        || messages.iter().any(may_change)
        || front.citations.iter().any(|citation| citation.at >= cut)
    {
        return Ok(());
    }
    let at = front.reading.taken();
    let behind = text.get(at..).unwrap_or(&[]);
    let after_rest = read_all(parser, state, asked, behind, rest);
    let after_whole = read_all(parser, State::default(), asked, text, whole);
    let what = if !reads_on(&whole.reading, messages.len(), &rest.reading, at) {
        "what follows"
    } else if !cites_on(whole, rest, at) {
        "what is cited for what follows"
    } else if after_rest != after_whole {
        "the state at the end"
    } else {
        return Ok(());
    };
    let name = parser.name();
    let how = format!("{name}: {what} is another where the stream is taken up at {at}");
    Err(Broken { law: 8, how })
}

/// Whether `rest` is what `whole` reads after its first `count` messages, which end before `at`.
fn reads_on(whole: &Reading, count: usize, rest: &Reading, at: usize) -> bool {
    let messages = whole.messages.get(count..).unwrap_or(&[]);
    let is_same = |(message, other): (&Message, &Message)| {
        let part = |part: &Part| (part.label, part.start + at, part.end + at);
        let parts = whole.parts_of(message).iter();
        let parts = parts.map(|part| (part.label, part.start, part.end));
        let places = (other.start + at, other.head + at, other.end + at);
        (message.start, message.head, message.end) == places
            && message.framing == other.framing
            && parts.eq(rest.parts_of(other).iter().map(part))
    };
    // A stream that is over is read no further: why it is over was said before.
    let ends_alike = whole.end == rest.end || whole.end == End::Tunnel && messages.is_empty();
    messages.len() == rest.messages.len()
        && messages.iter().zip(&rest.messages).all(is_same)
        && ends_alike
        && whole.pending.map(|one| (one.head, one.framing))
            == rest.pending.map(|one| (one.head + at, one.framing))
}

/// Whether the last citations of `whole` are those of `rest`, which begins at `at`.
fn cites_on(whole: &Verdict, rest: &Verdict, at: usize) -> bool {
    let first = whole.citations.len().checked_sub(rest.citations.len());
    let last = first.and_then(|first| whole.citations.get(first..));
    let rest = rest.citations.iter().map(|citation| Citation {
        at: citation.at + at,
        ..*citation
    });
    last.is_some_and(|last| last.iter().copied().eq(rest))
}
