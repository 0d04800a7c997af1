//! A request as a reader on a route understands it: its parts, taken from the bytes that the reading spans.

use super::reader::Lines;
use crate::verdict::{Framing, Message, Reading};

/// A field, of the header section or of the trailer section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name, as it was written.
    pub name: Vec<u8>,
    /// Its value, without whitespace around it.
    pub value: Vec<u8>,
    /// Its line, or lines, with what ends them; empty where it was not received.
    pub raw: Vec<u8>,
}

impl Field {
    /// A field of one's own.
    pub fn own(name: &str, value: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            value: value.into(),
            raw: Vec::new(),
        }
    }

    /// Whether this is its name, in any case.
    pub fn is(&self, name: &[u8]) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The members of its value, a list.
    pub fn members(&self) -> impl Iterator<Item = &[u8]> {
        let members = self.value.split(|byte| *byte == b',');
        members
            .map(<[u8]>::trim_ascii)
            .filter(|member| !member.is_empty())
    }
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// First byte, counted from the start of the stream.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// The request-line with what ends it, and what was skipped before it.
    pub line: Vec<u8>,
    /// The method.
    pub method: Vec<u8>,
    /// The target.
    pub target: Vec<u8>,
    /// The version; empty where there is none.
    pub version: Vec<u8>,
    /// The header section.
    pub fields: Vec<Field>,
    /// The empty line that ends the head, as it was received.
    pub empty_line: Vec<u8>,
    /// What ends the message.
    pub framing: Framing,
    /// All that follows the head, as it was received.
    pub raw_body: Vec<u8>,
    /// The pieces of its content.
    pub pieces: Vec<Vec<u8>>,
    /// The trailer section.
    pub trailers: Vec<Field>,
}

impl Request {
    /// One message of a reading of `bytes`.
    pub(super) fn of(message: &Message, reading: &Reading, bytes: &[u8], lines: Lines) -> Self {
        let slice = |start: usize, end: usize| bytes.get(start..end).unwrap_or(&[]);
        let head = lines.split(slice(message.start, message.head));
        let empty_line = head.last().filter(|line| line.trim_ascii().is_empty());
        let empty_line = empty_line.map(|line| line.to_vec()).unwrap_or_default();
        let mut head = head.into_iter();
        let mut line = Vec::new();
        // Empty lines may come before it.
        for next in head.by_ref() {
            line.extend_from_slice(next);
            if !next.trim_ascii().is_empty() {
                break;
            }
        }
        let words = line.trim_ascii().split(|byte| b" \t".contains(byte));
        let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
        let word = |nth: usize| words.get(nth).map(|word| word.to_vec()).unwrap_or_default();
        let parts = reading.parts_of(message);
        let content = parts.iter().filter(|part| part.label == 0);
        let pieces: Vec<_> = content
            .map(|part| slice(part.start, part.end).to_vec())
            .collect();
        let trailers = match message.framing {
            Framing::Chunked => {
                let last = parts.iter().rfind(|part| part.label == 0);
                let from = last.map_or(message.head, |part| part.end);
                trailers(slice(from, message.end), lines)
            }
            _ => Vec::new(),
        };
        Self {
            start: message.start,
            end: message.end,
            method: word(0),
            target: word(1),
            version: word(2),
            fields: fields(head),
            empty_line,
            framing: message.framing,
            raw_body: slice(message.head, message.end).to_vec(),
            pieces,
            trailers,
            line,
        }
    }

    /// Its method and target.
    pub fn words(&self) -> Vec<u8> {
        [self.method.as_slice(), self.target.as_slice()].join(&b' ')
    }

    /// Its content, whole.
    pub fn content(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    /// The fields of this name.
    pub fn named<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    /// The options that its Connection fields hold, in lower case.
    pub fn options(&self) -> Vec<Vec<u8>> {
        let fields = self.named(b"connection");
        let options = fields.flat_map(Field::members);
        options.map(<[u8]>::to_ascii_lowercase).collect()
    }

    /// Whether a Connection field holds this option.
    pub fn has_option(&self, option: &[u8]) -> bool {
        self.options().iter().any(|one| one == option)
    }

    /// Whether it is of HTTP/1.0.
    pub fn is_10(&self) -> bool {
        self.version == b"HTTP/1.0"
    }

    /// Whether whoever receives it may switch protocols. RFC 9110 §7.8: "A sender of Upgrade MUST also send an
    /// "Upgrade" connection option [...]. A server that receives an Upgrade header field in an HTTP/1.0 request MUST
    /// Whether it asks for a tunnel.
    pub fn is_connect(&self) -> bool {
        self.method == b"CONNECT"
    }

    /// ignore that Upgrade field."
    pub fn is_upgrade(&self) -> bool {
        !self.is_10() && self.named(b"upgrade").next().is_some() && self.has_option(b"upgrade")
    }
}

/// The fields in lines: one that begins with whitespace goes on with the field before it, the empty line is none.
fn fields<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for line in lines {
        let text = line.trim_ascii();
        let is_fold = line.first().is_some_and(|byte| b" \t".contains(byte));
        match fields.last_mut().filter(|_| is_fold) {
            Some(last) => {
                last.value.push(b' ');
                last.value.extend_from_slice(text);
                last.raw.extend_from_slice(line);
            }
            None if text.is_empty() => {}
            None => {
                let colon = text.iter().position(|byte| *byte == b':');
                let (name, value) = text.split_at(colon.unwrap_or(text.len()));
                fields.push(Field {
                    name: name.trim_ascii().to_vec(),
                    value: value.get(1..).unwrap_or(&[]).trim_ascii().to_vec(),
                    raw: line.to_vec(),
                });
            }
        }
    }
    fields
}

/// The trailer section in what follows the content: the end of the last data, and the last chunk, come before it.
fn trailers(tail: &[u8], lines: Lines) -> Vec<Field> {
    let mut rest = lines.split(tail).into_iter().peekable();
    while rest.next_if(|line| line.trim_ascii().is_empty()).is_some() {}
    fields(rest.skip(1))
}
