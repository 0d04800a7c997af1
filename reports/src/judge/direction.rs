//! What a disagreement means where one reader stands in front of the other, in one sentence.

use corpus::escape;
use parsers::core::compare::{Divergence, DivergenceKind, MessageFate, Side};
use parsers::{Family, Framing, Reading, Stance, Verdict};

use crate::judge::group::Group;

/// How many characters of a hostile line a sentence quotes.
const QUOTED: usize = 60;

/// The sentence for a divergence whose first reading is that of `short` and whose second that of `long`.
pub(crate) fn sentence(
    family: &Family,
    input: &[u8],
    divergence: &Divergence,
    short: &Group,
    long: &Group,
) -> String {
    let (s, l) = (name(short), name(long));
    match divergence.kind {
        DivergenceKind::Boundary if is_cut_short(divergence, [short, long]) => {
            committed(family, divergence, [short, long])
        }
        DivergenceKind::Boundary => boundary(family, input, divergence, short, long),
        DivergenceKind::Stall => stall(input.len(), divergence, short, long),
        DivergenceKind::Payload => format!(
            "{s} and {l} end the {} that starts at {} alike and read different content from it",
            family.noun, divergence.at
        ),
        DivergenceKind::Acceptance => acceptance(family, divergence, short, long),
        // What is understood differently has a sentence of its own.
        DivergenceKind::Facts | DivergenceKind::Framing => framing(divergence, short, long),
    }
}

/// Whether one of them waits for the rest of the message, or rejects it.
fn is_cut_short(divergence: &Divergence, groups: [&Group; 2]) -> bool {
    groups.into_iter().any(|group| {
        let fate = MessageFate::of(&group.verdict.reading, divergence.message);
        matches!(fate, MessageFate::Awaited(_) | MessageFate::Rejected)
    })
}

/// Both have accepted the head, and commit to different framings.
fn committed(family: &Family, divergence: &Divergence, groups: [&Group; 2]) -> String {
    let does = groups.map(|group| {
        let side = Side::new(&group.verdict, divergence.message);
        let way = side.framing().map_or_else(String::new, way);
        let name = name(group);
        match side.fate {
            MessageFate::Whole(message) => {
                format!("{name} ends the {} at {} ({way})", family.noun, message.end)
            }
            MessageFate::Rejected => match group.verdict.rejection() {
                Some(rejection) => format!(
                    "{name} has accepted the head and rejects the body at {} ({way})",
                    rejection.at
                ),
                None => format!("{name} has accepted the head and rejects the body ({way})"),
            },
            _ => format!("{name} waits for more of the body ({way})"),
        }
    });
    does.join("; ")
}

fn framing(divergence: &Divergence, short: &Group, long: &Group) -> String {
    let (s, l) = (name(short), name(long));
    let fate = |group: &Group| MessageFate::of(&group.verdict.reading, divergence.message);
    let (x, y) = (fate(short), fate(long));
    match (x, y, x.framing(), y.framing()) {
        (MessageFate::Tunnel, ..) => {
            format!("{s} reads what follows as another protocol, and {l} closes")
        }
        (_, MessageFate::Tunnel, ..) => {
            format!("{l} reads what follows as another protocol, and {s} closes")
        }
        (_, _, Some(x), Some(y)) => format!(
            "{s} and {l} read the same bytes, {s} as {} and {l} as {}",
            way(x),
            way(y)
        ),
        _ => format!("{s} and {l} read the same bytes for different reasons"),
    }
}

/// A way of ending a message, in a sentence.
fn way(framing: Framing) -> String {
    match framing {
        Framing::Length(length) => format!("a body of {}", bytes(length)),
        framing => framing.word().to_owned(),
    }
}

fn boundary(
    family: &Family,
    input: &[u8],
    divergence: &Divergence,
    short: &Group,
    long: &Group,
) -> String {
    let (s, l) = (name(short), name(long));
    let (noun, before) = (family.noun, family.before);
    let nth = divergence.message;
    let long_fate = MessageFate::of(&long.verdict.reading, nth);
    let Some(end) = long_fate.end() else {
        // The longer one has closed the connection, or reads another protocol from here on.
        let does = match long_fate {
            MessageFate::Tunnel => "tunnels",
            _ => "ignores",
        };
        let from = begins(&short.verdict.reading, nth).unwrap_or(divergence.at);
        let line = first_line(input, from);
        return format!(
            "with {l} {before} {s}, {s} sees one more {noun}, which {l} {does}: {line}"
        );
    };
    let reading = &short.verdict.reading;
    let next = MessageFate::of(reading, nth + 1);
    let from = MessageFate::of(reading, nth).end().unwrap_or(divergence.at);
    let heads = begins(reading, nth).zip(begins(&long.verdict.reading, nth));
    if let Some((own, _)) = heads.filter(|(own, other)| own < other) {
        let line = first_line(input, own);
        return format!("with {l} {before} {s}, {s} sees one more {noun}: {line}");
    }
    let line = first_line(input, begins(reading, nth + 1).unwrap_or(from));
    match next {
        MessageFate::Whole(_) => match extra(reading, nth + 1, end) {
            1 => format!("with {l} {before} {s}, {s} sees one more {noun}: {line}"),
            more => format!("with {l} {before} {s}, {s} sees {more} more {noun}s: {line}"),
        },
        MessageFate::Awaited(_) => format!(
            "with {l} {before} {s}, {s} reads content as the beginning of another {noun}: {line}"
        ),
        MessageFate::Rejected => {
            format!("with {l} {before} {s}, {s} rejects what {l} reads as content: {line}")
        }
        MessageFate::Tunnel => {
            format!("with {l} {before} {s}, {s} tunnels what {l} reads as content: {line}")
        }
        MessageFate::Absent => format!(
            "with {l} {before} {s}, {s} ignores {} that {l} reads as content",
            bytes((end - from) as u64)
        ),
    }
}

/// Where what has an effect begins in the `nth` message, when that is before the end of its head.
fn begins(reading: &Reading, nth: usize) -> Option<usize> {
    let message = reading.messages.get(nth)?;
    let mut parts = reading.parts_of(message).iter();
    let part = parts.find(|part| part.is_active())?;
    (part.start < message.head).then_some(part.start)
}

/// How many messages from the `nth` on begin before `end`.
fn extra(reading: &Reading, nth: usize, end: usize) -> usize {
    let later = reading.messages.iter().skip(nth);
    later.take_while(|message| message.start < end).count()
}

fn stall(len: usize, divergence: &Divergence, short: &Group, long: &Group) -> String {
    let (s, l) = (name(short), name(long));
    let fate = |group: &Group| MessageFate::of(&group.verdict.reading, divergence.message);
    if let (MessageFate::Awaited(_), MessageFate::Awaited(_)) = (fate(short), fate(long)) {
        return format!(
            "{l} has the whole head and waits for the body, while {s} waits for more of the head"
        );
    }
    match missing(&long.verdict.reading, len) {
        Some(more) => format!("{l} waits for {} that {s} does not need", more_bytes(more)),
        None => format!("{l} waits for more bytes that {s} does not need"),
    }
}

/// How many bytes are missing at the end of an input of `len` bytes, when the head has said it.
pub(crate) fn missing(reading: &Reading, len: usize) -> Option<u64> {
    let pending = reading.pending?;
    match pending.framing {
        Framing::Length(length) => {
            let here = len.checked_sub(pending.head)? as u64;
            length.checked_sub(here).filter(|more| *more > 0)
        }
        _ => None,
    }
}

fn acceptance(family: &Family, divergence: &Divergence, short: &Group, long: &Group) -> String {
    let (s, l) = (name(short), name(long));
    let (rejecter, taker, other) = match MessageFate::of(&short.verdict.reading, divergence.message)
    {
        MessageFate::Rejected => (s, l, long),
        _ => (l, s, short),
    };
    let rejection = match rejecter == name(short) {
        true => short.verdict.rejection(),
        false => long.verdict.rejection(),
    };
    let at = rejection.map_or(divergence.at, |citation| citation.at);
    let does = match MessageFate::of(&other.verdict.reading, divergence.message) {
        MessageFate::Whole(_) => "accepts",
        MessageFate::Awaited(_) => "waits to accept",
        MessageFate::Tunnel => "tunnels",
        _ => "ignores",
    };
    match relaxed_at(&other.verdict, at) {
        Some(leniency) => {
            format!("{rejecter} rejects at {at} what {taker} {does} ({leniency})")
        }
        None => format!(
            "{rejecter} rejects at {at} a {} that {taker} {does}",
            family.noun
        ),
    }
}

fn relaxed_at(verdict: &Verdict, at: usize) -> Option<&'static str> {
    let here = verdict
        .citations
        .iter()
        .filter(|citation| citation.at == at);
    here.into_iter().find_map(|citation| match citation.stance {
        Stance::Relax(leniency) => Some(leniency.id),
        Stance::Reject | Stance::Restrict(_) => None,
    })
}

/// What a sentence calls a group: its letter, or its first member if it has none.
pub fn name(group: &Group) -> &str {
    if group.letter == crate::judge::group::NO_LETTER {
        return group.members.first().map_or("", |member| &member.name);
    }
    &group.letter
}

/// The first line at or after `from` that is not empty, fit for a terminal.
fn first_line(input: &[u8], from: usize) -> String {
    let rest = input.get(from..).unwrap_or(&[]);
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let start = rest.iter().position(|byte| !is_break(byte)).unwrap_or(0);
    let rest = rest.get(start..).unwrap_or(&[]);
    let end = rest.iter().position(is_break).unwrap_or(rest.len());
    // Every byte becomes at least one character: what is cut off here would not be shown anyway.
    let mut line = escape::display(rest.get(..end.min(QUOTED + 1)).unwrap_or(&[]));
    if line.ends_with(' ') {
        line.pop();
        line.push_str("\\x20");
    }
    match line.char_indices().nth(QUOTED) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or("")),
        None => line,
    }
}

fn bytes(count: u64) -> String {
    match count {
        1 => "1 byte".to_owned(),
        _ => format!("{} bytes", corpus::number::thousands(count)),
    }
}

fn more_bytes(count: u64) -> String {
    match count {
        1 => "1 more byte".to_owned(),
        _ => format!("{} more bytes", corpus::number::thousands(count)),
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    fn of(input: &[u8]) -> String {
        crate::toy::entry(input).found().unwrap().direction
    }

    #[test]
    fn a_wait_says_for_how_many_bytes() {
        // The head is 4 bytes long and one follows: of nine bytes eight are missing, of one none is.
        assert_eq!(
            of(b"9,1\na"),
            "B waits for 8 more bytes that A does not need"
        );
    }

    #[test]
    fn how_many_messages_more() {
        // A reader of the one sees `1␊b` and `0␊`, which are five bytes, before the body of six ends.
        assert_eq!(
            of(b"6,1\na1\nb0\n"),
            "with B in front of A, A sees 2 more notes: 1"
        );
    }

    #[test]
    fn a_quoted_line_is_cut_and_escaped() {
        let body = [b"a\x1b".as_slice(), &[b'x'; 68]].concat();
        let input = [b"70,1\n".as_slice(), &body].concat();
        // The escaped byte takes four of the sixty characters.
        let line = format!("\\x1b{}…", "x".repeat(56));
        assert_eq!(
            of(&input),
            format!("with B in front of A, A rejects what B reads as content: {line}")
        );
    }

    #[test]
    fn a_rejection_names_both_readers() {
        assert_eq!(of(b"+1\na"), "strict rejects at 0 what A accepts (plus)");
    }
}
