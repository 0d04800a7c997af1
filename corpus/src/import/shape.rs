//! What distinguishes one stream from another: how it is read, and how it spells what frames it.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::time::Instant;

use parsers::core::compare::MessageFate;
use parsers::{End, Family, Message, Reading, Verdict, judge};

use crate::scrub::{
    Judgements, Late,
    http1::{self, Line},
    judge_widely,
};

/// Two streams of one shape differ in nothing that matters here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    /// What each message is like. A message like an earlier one adds nothing.
    messages: BTreeSet<MessageShape>,
    /// How the head is spelled that no reading takes, if one is left.
    rest: BTreeSet<Vec<u8>>,
    /// How each distinct reading ends, and the rule that ended it.
    ends: Vec<(&'static str, &'static str)>,
    /// Which of them each reader has.
    readers: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct MessageShape {
    /// What becomes of it in each distinct reading.
    fates: Vec<String>,
    /// The request-line's method and version, and the framing fields, with all numbers alike.
    spellings: BTreeSet<Vec<u8>>,
    /// The pieces of its body: none, one, several; and what its framing holds.
    pieces: usize,
    extensions: bool,
    trailers: bool,
}

impl Shape {
    /// The shape of `input`.
    ///
    /// # Errors
    /// When readers have not finished at `until`.
    pub(super) fn of(family: &'static Family, input: &[u8], until: Instant) -> Result<Self, Late> {
        Ok(Self::by(&judgements(family, input, until)?, input))
    }

    fn by(judgements: &Judgements, input: &[u8]) -> Self {
        let verdicts = judgements.distinct();
        let leading = leading_of(verdicts);
        let nothing = Reading::default();
        let reading = leading.map_or(&nothing, |verdict| &verdict.reading);
        let rest = input.get(reading.taken()..).unwrap_or(&[]);
        let (rest_head, is_head) = http1::head_end(rest);
        let rest = rest.get(..rest_head).filter(|_| is_head).unwrap_or(&[]);
        Self {
            rest: spellings(rest),
            messages: reading
                .messages
                .iter()
                .map(|message| MessageShape::of(input, reading, message, verdicts))
                .collect(),
            ends: verdicts
                .iter()
                .map(|verdict| {
                    let rejection = verdict.rejection();
                    (
                        verdict.reading.end.word(),
                        rejection.map_or("", |rejection| rejection.rule.id),
                    )
                })
                .collect(),
            readers: judgements.readers().to_vec(),
        }
    }
}

/// A stream with what all readings make of it, so that each of these is asked once.
pub(super) struct Judged {
    pub(super) input: Vec<u8>,
    pub(super) shape: Shape,
    judgements: Judgements,
}

impl Judged {
    /// Judges `input`.
    ///
    /// # Errors
    /// When readers have not finished at `until`.
    pub(super) fn of(
        family: &'static Family,
        input: Vec<u8>,
        until: Instant,
    ) -> Result<Self, Late> {
        let judgements = judgements(family, &input, until)?;
        Ok(Self {
            shape: Shape::by(&judgements, &input),
            input,
            judgements,
        })
    }

    /// The reading that takes most of it.
    pub(super) fn reading(&self) -> Reading {
        let leading = leading_of(self.judgements.distinct());
        leading.map_or_else(Reading::default, |verdict| verdict.reading.clone())
    }

    /// Its messages, each the first of its shape.
    pub(super) fn distinct(&self) -> Vec<Message> {
        let Some(leading) = leading_of(self.judgements.distinct()) else {
            return Vec::new();
        };
        let (input, reading) = (&self.input, &leading.reading);
        let mut seen = BTreeSet::new();
        let mut is_first = |message: &&Message| {
            seen.insert(MessageShape::of(
                input,
                reading,
                message,
                self.judgements.distinct(),
            ))
        };
        let messages = reading.messages.iter();
        messages
            .filter(|message| is_first(message))
            .copied()
            .collect()
    }
}

impl MessageShape {
    fn of(input: &[u8], reading: &Reading, message: &Message, verdicts: &[Verdict]) -> Self {
        let head = input.get(message.start..message.head).unwrap_or(&[]);
        let (mut extensions, mut trailers) = (false, false);
        let mut at = message.head;
        let parts = reading.parts_of(message);
        let ends = parts.iter().map(|part| (part.start, part.end));
        for (start, end) in ends.chain([(message.end, message.end)]) {
            let between = input.get(at..start).unwrap_or(&[]);
            extensions |= between.contains(&b';');
            trailers |= between.contains(&b':');
            at = end;
        }
        Self {
            fates: verdicts
                .iter()
                .map(|verdict| fate(verdict, message))
                .collect(),
            spellings: spellings(head),
            pieces: parts.len().min(2),
            extensions,
            trailers,
        }
    }
}

/// What becomes of `message`, which another reading holds, in this verdict.
fn fate(verdict: &Verdict, message: &Message) -> String {
    let reading = &verdict.reading;
    let nth = reading
        .messages
        .partition_point(|other| other.start < message.start);
    let starts = match reading.messages.get(nth) {
        Some(other) => other.start == message.start,
        None => reading.taken() == message.start,
    };
    if !starts {
        return "elsewhere".to_owned();
    }
    // Those of one message lie in no order, but all of them after those of the message before it.
    let citations = &verdict.citations;
    let first = citations.partition_point(|citation| citation.at < message.start);
    let cited = citations.get(first..).unwrap_or(&[]).iter();
    let cited = cited.take_while(|citation| citation.at < message.end);
    let cited: BTreeSet<&str> = cited
        .map(|citation| citation.stance.by().unwrap_or(citation.rule.id))
        .collect();
    let fate = match MessageFate::of(reading, nth) {
        MessageFate::Whole(other) => {
            let relation = match other.end.cmp(&message.end) {
                Ordering::Less => "shorter",
                Ordering::Equal => "alike",
                Ordering::Greater => "longer",
            };
            format!("{} {relation}", other.framing.word())
        }
        MessageFate::Awaited(pending) => format!(
            "awaited {:?}",
            pending.map(|pending| pending.framing.word())
        ),
        MessageFate::Rejected => "rejected".to_owned(),
        MessageFate::Tunnel => "tunnel".to_owned(),
        MessageFate::Absent => "absent".to_owned(),
    };
    format!("{fate} {cited:?}")
}

fn spellings(head: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut spellings = BTreeSet::new();
    for (_, line) in http1::head_lines(head) {
        match line {
            Line::Request(line) => {
                let version = line.rsplit(|byte| b" \t".contains(byte)).next();
                let version = version.filter(|word| word.len() <= 16).unwrap_or(b"");
                let method = http1::method_of(line);
                spellings.insert([method, b" ", version].concat());
            }
            Line::Framing(line) => {
                spellings.insert(without_numbers(line));
            }
            Line::Other(..) => {}
        }
    }
    spellings
}

/// A line with each run of digits as one `9`.
fn without_numbers(line: &[u8]) -> Vec<u8> {
    let mut spelling = Vec::with_capacity(line.len());
    for &byte in line {
        let byte = if byte.is_ascii_digit() { b'9' } else { byte };
        if byte != b'9' || spelling.last() != Some(&b'9') {
            spelling.push(byte);
        }
    }
    spelling
}

/// The verdict that takes most of its input; of several, that of the first reader.
fn leading_of(verdicts: &[Verdict]) -> Option<&Verdict> {
    let taken = |verdict: &&Verdict| {
        let is_whole = verdict.reading.end == End::Complete;
        (verdict.reading.taken(), is_whole)
    };
    verdicts.iter().rev().max_by_key(taken)
}

/// What the parsers that are fit to judge inputs make of `input`. Where the first, the strict one, rejects
/// it, readers with a leniency say how it might go on.
fn judgements(family: &'static Family, input: &[u8], until: Instant) -> Result<Judgements, Late> {
    let mut verdict = Verdict::new();
    let mut judgements = Judgements::default();
    let fit = family.parsers.iter().copied();
    for parser in fit.filter(|parser| (family.is_general)(*parser)) {
        judge(parser, input, &mut verdict);
        judgements.push(&verdict);
    }
    let strict = judgements.distinct().first();
    if strict.is_none_or(|strict| strict.reading.end == End::Rejected) {
        judgements.append(judge_widely(family, input, until)?);
    }
    Ok(judgements)
}
