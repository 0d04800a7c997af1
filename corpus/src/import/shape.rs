//! What distinguishes one stream from another: how it is read, and how it spells what frames it.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::time::Instant;

use parsers::core::compare::MessageFate;
use parsers::http1::request::RequestFacts;
use parsers::http1::unread;
use parsers::{End, Family, Message, Verdict, judge};

use crate::scrub::known::{is_framing_field, method};
use crate::scrub::{Judgements, Late, judge_widely};

/// Two streams of one shape differ in nothing that matters here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    /// What each message is like. A message like an earlier one adds nothing.
    messages: BTreeSet<MessageShape>,
    /// How the head is spelled that no reading accepts, if one is left.
    rest: BTreeSet<Vec<u8>>,
    /// How each distinct reading ends, and the rule that ended it.
    ends: Vec<(&'static str, &'static str)>,
    /// Which of them each reader has.
    readers: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct MessageShape {
    /// What happens to it in each distinct reading.
    fates: Vec<String>,
    /// The request-line's method and version, and the framing fields, with all numbers alike.
    spellings: BTreeSet<Vec<u8>>,
    /// The pieces of its body: none, one, several; and what its framing holds.
    pieces: usize,
    has_extensions: bool,
    has_trailers: bool,
}

impl Shape {
    /// The shape of `input`.
    ///
    /// # Errors
    /// When readers have not finished at `until`.
    pub(super) fn of(family: &'static Family, input: &[u8], until: Instant) -> Result<Self, Late> {
        let judgements = judgements(family, input, until)?;
        let leading = leading(&judgements, family, input);
        Ok(Self::by(&judgements, &leading, input))
    }

    fn by(judgements: &Judgements, leading: &Verdict, input: &[u8]) -> Self {
        let verdicts = judgements.distinct();
        let messages = 0..leading.reading.messages.len();
        Self {
            rest: spellings_of_rest(leading, input),
            messages: messages
                .filter_map(|nth| MessageShape::of(input, leading, nth, verdicts))
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
    /// The verdict that accepts most of it, with its facts.
    pub(super) leading: Verdict,
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
        let leading = leading(&judgements, family, &input);
        Ok(Self {
            shape: Shape::by(&judgements, &leading, &input),
            input,
            leading,
            judgements,
        })
    }

    /// What the leading reading says of each of its messages.
    pub(super) fn messages(&self) -> impl Iterator<Item = (&Message, RequestFacts<'_>)> {
        let messages = self.leading.reading.messages.iter().enumerate();
        messages.map(|(nth, message)| {
            let facts = RequestFacts::of(&self.leading, nth, &self.input);
            (message, facts)
        })
    }

    /// Its messages, each the first of its shape.
    pub(super) fn distinct(&self) -> Vec<Message> {
        let mut seen = BTreeSet::new();
        let verdicts = self.judgements.distinct();
        let messages = self.leading.reading.messages.iter().enumerate();
        let distinct = messages.filter(|(nth, _)| {
            let shape = MessageShape::of(&self.input, &self.leading, *nth, verdicts);
            seen.insert(shape)
        });
        distinct.map(|(_, message)| *message).collect()
    }
}

impl MessageShape {
    /// The shape of message `nth` of `leading`.
    fn of(input: &[u8], leading: &Verdict, nth: usize, verdicts: &[Verdict]) -> Option<Self> {
        let message = leading.reading.messages.get(nth)?;
        let facts = RequestFacts::of(leading, nth, input);
        let mut extensions = false;
        let mut at = message.head;
        let parts = leading.reading.parts_of(message);
        let ends = parts.iter().map(|part| (part.start, part.end));
        for (start, end) in ends.chain([(message.end, message.end)]) {
            let between = input.get(at..start).unwrap_or(&[]);
            extensions |= between.contains(&b';');
            at = end;
        }
        let mut spellings = BTreeSet::new();
        add_spellings(&facts, input, &mut spellings);
        Some(Self {
            fates: verdicts
                .iter()
                .map(|verdict| fate(verdict, message))
                .collect(),
            spellings,
            pieces: parts.len().min(2),
            has_extensions: extensions,
            has_trailers: facts.trailers().next().is_some(),
        })
    }
}

/// What happens to `message`, which another reading holds, in this verdict.
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

/// Adds how a request spells its method, its version and its framing fields.
fn add_spellings(facts: &RequestFacts<'_>, input: &[u8], spellings: &mut BTreeSet<Vec<u8>>) {
    if let (Some(word), Some(version)) = (facts.method(), facts.version()) {
        spellings.insert(spelling_of_line(word, version));
    }
    for field in facts.fields().filter(|field| is_framing_field(field.name)) {
        let lines = input.get(field.lines).unwrap_or(&[]);
        spellings.insert(without_numbers(trim_line_end(lines)));
    }
}

/// How a request-line spells its method and its version, where these are such.
fn spelling_of_line(word: &[u8], version: &[u8]) -> Vec<u8> {
    let known = if method(word).is_some() { word } else { b"?" };
    let version = if version.len() <= 16 { version } else { b"" };
    [known, b" ", version].concat()
}

/// How the head is spelled that the leading reading rejects or waits for. Of the lines that it has not read, those that name a
/// framing field are added.
fn spellings_of_rest(leading: &Verdict, input: &[u8]) -> BTreeSet<Vec<u8>> {
    let mut spellings = BTreeSet::new();
    let taken = leading.reading.taken();
    let rest = input.get(taken..).unwrap_or(&[]);
    let (head, is_head) = unread::head_end(rest);
    if !is_head {
        return spellings;
    }
    let facts = RequestFacts::of(leading, leading.reading.messages.len(), input);
    add_spellings(&facts, input, &mut spellings);
    let read = facts.fields().last().map_or(taken, |last| last.lines.end);
    let unread = input.get(read..taken + head).unwrap_or(&[]);
    let mut lines = unread::lines(unread).filter_map(|line| unread.get(line));
    if facts.method().is_none()
        && let Some(line) = lines.next()
    {
        let words = unread::words(line).filter(|(_, is_space)| !is_space);
        let mut words = words.filter_map(|(word, _)| line.get(word));
        let first = words.next().unwrap_or(b"");
        spellings.insert(spelling_of_line(first, words.last().unwrap_or(first)));
    }
    let mut frames = false;
    for line in lines {
        let name = line.get(..unread::name_end(line, false).unwrap_or(line.len()));
        frames = name.is_some_and(is_framing_field) || (unread::is_folded(line) && frames);
        if frames {
            spellings.insert(without_numbers(line));
        }
    }
    spellings
}

fn trim_line_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| !b"\r\n".contains(byte));
    line.get(..end.map_or(0, |end| end + 1)).unwrap_or(line)
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

/// The verdict that accepts most of its input, with its facts; of several, that of the first reader.
fn leading(judgements: &Judgements, family: &'static Family, input: &[u8]) -> Verdict {
    let accepted = |(_, verdict): &(usize, &Verdict)| {
        let is_whole = verdict.reading.end == End::Complete;
        (verdict.reading.taken(), is_whole)
    };
    let verdicts = judgements.distinct().iter().enumerate();
    let leading = verdicts.rev().max_by_key(accepted);
    leading.map_or_else(Verdict::new, |(nth, _)| {
        judgements.with_facts(family, nth, input)
    })
}

/// What the parsers that are fit to judge inputs make of `input`. Where the first, the strict one, rejects
/// it, readers with a leniency say how it might go on.
fn judgements(family: &'static Family, input: &[u8], until: Instant) -> Result<Judgements, Late> {
    let mut verdict = Verdict::new();
    let mut judgements = Judgements::default();
    let fit = family.parsers.iter().copied();
    for parser in fit.filter(|parser| (family.is_general)(*parser)) {
        judge(parser, input, &mut verdict);
        judgements.push(&verdict, &parser.dialect().relaxes);
    }
    let strict = judgements.distinct().first();
    if strict.is_none_or(|strict| strict.reading.end == End::Rejected) {
        judgements.append(judge_widely(family, input, until)?);
    }
    Ok(judgements)
}
