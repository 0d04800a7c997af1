//! What a peer was seen to read, and whether that is what one of our readings says.

use parsers::{End, Reading};

/// The messages of one stream as a peer shows them, and how the stream ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The messages, in order.
    pub messages: Vec<Whole>,
    /// The content of all whole messages, one after the other.
    pub content: Vec<u8>,
    /// How the stream ended.
    pub end: End,
}

/// A whole message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Whole {
    /// The byte after it, counted from the start of the input.
    pub end: usize,
    /// Where its content ends in [`Seen::content`].
    pub content_end: usize,
}

impl Seen {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.messages.clear();
        self.content.clear();
        self.end = End::Complete;
    }

    /// The peer has handed over a piece of content of the message that it reads.
    pub fn take_content(&mut self, piece: &[u8]) {
        self.content.extend_from_slice(piece);
    }

    /// The message that the peer reads is whole; the next one would start at `end`.
    pub fn end_message(&mut self, end: usize) {
        let content_end = self.content.len();
        self.messages.push(Whole { end, content_end });
    }

    /// The stream has ended so; what there is of a message that is not whole does not count.
    pub fn end_stream(&mut self, end: End) {
        let kept = self.messages.last().map_or(0, |last| last.content_end);
        self.content.truncate(kept);
        self.end = end;
    }

    /// The first byte that belongs to no whole message.
    pub fn taken(&self) -> usize {
        self.messages.last().map_or(0, |last| last.end)
    }

    /// Whether `reading`, of `input`, shows the same.
    pub fn is(&self, reading: &Reading, input: &[u8]) -> bool {
        self.end == reading.end
            && self.messages.len() == reading.messages.len()
            && self.begins(reading, input)
    }

    /// Whether `reading`, of `input`, begins with these messages.
    pub fn begins(&self, reading: &Reading, input: &[u8]) -> bool {
        if self.messages.len() > reading.messages.len() {
            return false;
        }
        let mut rest = self.content.as_slice();
        let mut at = 0;
        for (seen, message) in self.messages.iter().zip(&reading.messages) {
            if seen.end != message.end {
                return false;
            }
            let mut left = seen.content_end - at;
            at = seen.content_end;
            let payload = reading.parts_of(message).iter();
            for part in payload.filter(|part| part.label == 0) {
                let piece = input.get(part.start..part.end).unwrap_or(&[]);
                match rest.strip_prefix(piece) {
                    Some(more) if piece.len() <= left => rest = more,
                    _ => return false,
                }
                left -= piece.len();
            }
            if left > 0 {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parsers::http1::REQUEST;
    use parsers::{Verdict, judge};

    const INPUT: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET / HTTP/1.1\r\nHost: a\r\n\r\n";

    fn reading() -> Reading {
        let mut verdict = Verdict::new();
        for parser in REQUEST.parsers.iter().take(1) {
            judge(*parser, INPUT, &mut verdict);
        }
        verdict.reading
    }

    fn seen(pieces: &[(&[u8], usize)], end: End) -> Seen {
        let mut seen = Seen::default();
        for (content, end) in pieces {
            seen.take_content(content);
            seen.end_message(*end);
        }
        seen.end_stream(end);
        seen
    }

    #[test]
    fn ends_content_and_the_end_of_the_stream_count() {
        let reading = reading();
        let end = INPUT.len();
        let is = |pieces: &[(&[u8], usize)], end| seen(pieces, end).is(&reading, INPUT);
        assert!(is(&[(b"ab", 49), (b"", end)], End::Complete));
        assert!(!is(&[(b"ab", 49), (b"", end)], End::Refused));
        assert!(!is(&[(b"ab", 48), (b"", end)], End::Complete));
        assert!(!is(&[(b"ac", 49), (b"", end)], End::Complete));
        assert!(!is(&[(b"abc", 49), (b"", end)], End::Complete));
        assert!(!is(&[(b"a", 49), (b"b", end)], End::Complete));
        assert!(!is(&[(b"ab", 49)], End::Complete));
    }

    #[test]
    fn a_reading_may_go_on() {
        let reading = reading();
        let begins = |pieces: &[(&[u8], usize)], end| seen(pieces, end).begins(&reading, INPUT);
        assert!(begins(&[], End::Refused));
        assert!(begins(&[(b"ab", 49)], End::Refused));
        assert!(!begins(&[(b"ab", 48)], End::Refused));
        assert!(!begins(&[(b"ab", 49), (b"", 77), (b"", 78)], End::Refused));
    }

    #[test]
    fn content_of_a_message_that_is_not_whole_is_forgotten() {
        let mut seen = Seen::default();
        seen.take_content(b"ab");
        seen.end_message(9);
        seen.take_content(b"c");
        seen.end_stream(End::Incomplete);
        assert_eq!(seen.content, b"ab");
    }
}
