//! A verdict made of what a peer was seen to read.

use parsers::{End, Message, Part, Reading, Verdict};
use peers::Seen;

/// The verdict of a reader that reads so many messages alike and rejects what follows.
pub(crate) fn reject_after(messages: usize, verdict: &mut Verdict) {
    let reading = &mut verdict.reading;
    reading.messages.truncate(messages);
    let last = reading.messages.last();
    let (taken, parts) = last.map_or((0, 0), |last| (last.end, last.last_part));
    reading.parts.truncate(parts);
    reading.end = End::Rejected;
    reading.pending = None;
    verdict.committed = None;
    verdict.citations.retain(|citation| citation.at < taken);
}

/// What was seen, as a reading that nothing explains. Where content begins, and what ends a message, is
/// not seen: content that stands in the input as it is gives the first, and nothing tells the second.
pub(crate) fn reading(seen: &Seen, input: &[u8]) -> Reading {
    let mut reading = Reading {
        end: seen.end,
        ..Reading::default()
    };
    let (mut start, mut from) = (0, 0);
    for whole in &seen.messages {
        let content = seen.content.get(from..whole.content_end).unwrap_or(&[]);
        let bytes = input.get(start..whole.end).unwrap_or(&[]);
        let offset = if content.is_empty() {
            None
        } else {
            last_position(bytes, content)
        };
        let first_part = reading.parts.len();
        let head = offset.map_or(whole.end, |offset| start + offset);
        if offset.is_some() {
            reading.parts.push(Part {
                label: 0,
                start: head,
                end: head + content.len(),
            });
        }
        reading.messages.push(Message {
            start,
            head,
            end: whole.end,
            framing: Default::default(),
            first_part,
            last_part: reading.parts.len(),
        });
        (start, from) = (whole.end, whole.content_end);
    }
    reading
}

fn last_position(bytes: &[u8], content: &[u8]) -> Option<usize> {
    let mut windows = bytes.windows(content.len());
    windows.rposition(|window| window == content)
}
