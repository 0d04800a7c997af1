//! A scrubbed stream made small: without messages like others, with short bodies and values. Each step
//! is undone unless the shape stays what it was.

use std::ops::Range;
use std::time::Instant;

use parsers::http1::request::RequestFacts;
use parsers::{Family, Framing, Message};

use super::shape::Judged;
use crate::scrub::Late;
use crate::scrub::known::{is_framing_field, key};

/// Bytes of a body, or of a chunk, that are left.
const BODY: usize = 3;
/// Bytes of a value or a target that are left.
const VALUE: usize = 8;

/// The bytes that take the place of a range.
type Edit = (Range<usize>, Vec<u8>);

/// A smaller stream of the same shape. A step that changes nothing costs nothing. What has become of it
/// at `until` is the result.
///
/// # Errors
/// When readers have not finished with the first judgement at `until`.
pub(super) fn minimise(
    family: &'static Family,
    input: Vec<u8>,
    until: Instant,
) -> Result<Judged, Late> {
    let judged = Judged::of(family, input, until)?;
    let judged = without_repetition(family, judged, until);
    let judged = edited(family, judged, until, fewer_chunks);
    let judged = edited(family, judged, until, shorter_bodies);
    Ok(edited(family, judged, until, shorter_values))
}

fn without_repetition(family: &'static Family, judged: Judged, until: Instant) -> Judged {
    let input = &judged.input;
    let mut fewer = Vec::new();
    for message in judged.distinct() {
        fewer.extend_from_slice(input.get(message.start..message.end).unwrap_or(&[]));
    }
    fewer.extend_from_slice(input.get(judged.leading.reading.taken()..).unwrap_or(&[]));
    if fewer == *input {
        return judged;
    }
    changed(family, judged, fewer, until)
}

/// The stream `to`, if its shape is that of `from`; else `from`.
fn changed(family: &'static Family, from: Judged, to: Vec<u8>, until: Instant) -> Judged {
    match Judged::of(family, to, until) {
        Ok(to) if to.shape == from.shape => to,
        _ => from,
    }
}

/// Applies the edits that `find` proposes: all at once, or else one by one, as long as the shape stays.
fn edited(
    family: &'static Family,
    judged: Judged,
    until: Instant,
    find: fn(&Judged) -> Vec<Vec<Edit>>,
) -> Judged {
    /// One by one, every edit costs a judgement of the whole stream.
    const MOST_SINGLE_EDITS: usize = 100;
    const LARGE: usize = 64 << 10;
    let groups = find(&judged);
    let all: Vec<Edit> = groups.iter().flatten().cloned().collect();
    if all.is_empty() {
        return judged;
    }
    let short = apply(&judged.input, &all);
    let length = judged.input.len();
    let mut judged = changed(family, judged, short, until);
    if judged.input.len() < length || length > LARGE {
        return judged;
    }
    // From the back, so that the places of those not yet tried stay.
    for group in groups.iter().rev().take(MOST_SINGLE_EDITS) {
        let short = apply(&judged.input, group);
        judged = changed(family, judged, short, until);
    }
    judged
}

/// `input` after edits that lie in order and do not overlap.
fn apply(input: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut output = Vec::with_capacity(input.len());
    let mut at = 0;
    for (range, bytes) in edits {
        output.extend_from_slice(input.get(at..range.start).unwrap_or(&[]));
        output.extend_from_slice(bytes);
        at = range.end;
    }
    output.extend_from_slice(input.get(at..).unwrap_or(&[]));
    output
}

/// Two chunks of data for each body that has more.
fn fewer_chunks(judged: &Judged) -> Vec<Vec<Edit>> {
    let reading = &judged.leading.reading;
    let chunked = |message: &&Message| message.framing == Framing::Chunked;
    let bodies = reading.messages.iter().filter(chunked);
    let bodies = bodies.filter_map(|message| reading.parts_of(message).get(1..));
    // From the end of one chunk's data to the end of the next one's.
    let superfluous = bodies.map(|chunks| {
        let pairs = chunks.iter().zip(chunks.iter().skip(1));
        pairs
            .map(|(one, next)| (one.end..next.end, Vec::new()))
            .collect()
    });
    superfluous.collect()
}

/// Bodies cut short, with the numbers that say how long they are.
fn shorter_bodies(judged: &Judged) -> Vec<Vec<Edit>> {
    let input = &judged.input;
    let mut groups = Vec::new();
    for (message, facts) in judged.messages() {
        match message.framing {
            Framing::Length(length) => {
                groups.extend(shorter_counted(input, message, &facts, length));
            }
            Framing::Chunked => {
                for part in judged.leading.reading.parts_of(message) {
                    groups.extend(shorter_chunk(input, part.start, part.end));
                }
            }
            _ => {}
        }
    }
    groups
}

fn shorter_counted(
    input: &[u8],
    message: &Message,
    facts: &RequestFacts<'_>,
    length: u64,
) -> Option<Vec<Edit>> {
    let body = message.end - message.head;
    if body <= BODY || length != body as u64 {
        return None;
    }
    let mut edits = Vec::new();
    for field in facts.fields().filter(|field| is_framing_field(field.name)) {
        let start = field.lines.start;
        if let Some(digits) = number(input.get(field.lines)?, &length.to_string()) {
            let range = start + digits.start..start + digits.end;
            edits.push((range, BODY.to_string().into_bytes()));
        }
    }
    edits.push((message.head + BODY..message.end, Vec::new()));
    Some(edits)
}

/// Where `text`, a decimal number, stands alone in a line.
fn number(line: &[u8], text: &str) -> Option<Range<usize>> {
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| line.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut windows = line.windows(text.len()).enumerate();
    let found = windows.find(|&(at, window)| {
        window == text.as_bytes()
            && !is_digit(at.checked_sub(1))
            && !is_digit(Some(at + text.len()))
    });
    found.map(|(at, _)| at..at + text.len())
}

fn shorter_chunk(input: &[u8], start: usize, end: usize) -> Option<Vec<Edit>> {
    let size = end - start;
    if size <= BODY {
        return None;
    }
    // The chunk-size line ends right before the data.
    let before = input.get(..start)?;
    let line_end = before.strip_suffix(b"\n")?;
    let line_start = line_end
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = line_end.get(line_start..)?;
    let digits = line
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let text = std::str::from_utf8(line.get(..digits)?).ok()?;
    if usize::from_str_radix(text, 16).ok()? != size {
        return None;
    }
    let short = format!("{BODY:x}").into_bytes();
    Some(vec![
        (line_start..line_start + digits, short),
        (start + BODY..end, Vec::new()),
    ])
}

/// Targets and values cut short; framing fields and Host stay as they are.
fn shorter_values(judged: &Judged) -> Vec<Vec<Edit>> {
    let mut groups = Vec::new();
    for (_, facts) in judged.messages() {
        let fields = facts.fields();
        let values =
            fields.filter(|field| !is_framing_field(field.name) && key(field.name) != b"host");
        let places = target(&judged.input, &facts).into_iter();
        for place in places.chain(values.filter_map(|field| field.place)) {
            let text = judged.input.get(place.clone()).unwrap_or(&[]);
            // Odd bytes may be what the case is about.
            let is_plain = text.iter().all(|byte| (b' '..=b'~').contains(byte));
            if is_plain && text.len() > VALUE {
                groups.push(vec![(place.start + VALUE..place.end, Vec::new())]);
            }
        }
    }
    groups
}

/// What may be cut short of a target. An absolute one keeps its scheme and some of its host.
fn target(input: &[u8], facts: &RequestFacts<'_>) -> Option<Range<usize>> {
    let place = facts.target_place()?;
    if facts.version()?.is_empty() || facts.method()? == b"CONNECT" {
        return None;
    }
    let mut windows = input.get(place.clone())?.windows(3);
    let scheme = windows.position(|window| window == b"://");
    let skipped = scheme.map_or(0, |scheme| scheme + 3);
    Some(place.start + skipped..place.end)
}
