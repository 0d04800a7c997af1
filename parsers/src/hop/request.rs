//! A request as a reader on a route understands it: the facts of its reading, and the bytes that it was sent as.

use crate::core::facts::FactKind;
use crate::core::verdict::{Framing, Message, Verdict};

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
    pub(crate) fn own(name: &str, value: impl Into<Vec<u8>>) -> Self {
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
pub struct HopRequest {
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

impl HopRequest {
    /// One message of a reading of `bytes`.
    pub(super) fn of(nth: usize, message: &Message, verdict: &Verdict, bytes: &[u8]) -> Self {
        let slice = |start: usize, end: usize| bytes.get(start..end).unwrap_or(&[]);
        let facts = verdict.facts.of(nth);
        let word = |kind: FactKind| {
            let fact = facts.iter().find(|fact| fact.kind == kind);
            fact.map(|fact| verdict.facts.value(fact).to_vec())
                .unwrap_or_default()
        };
        // A line goes up to the next: what a reader skips goes with the line before it.
        let lines = facts.iter().zip(facts.iter().skip(1));
        let fields = |kind: FactKind| {
            let fields = lines.clone().filter(move |(fact, _)| fact.kind == kind);
            let field = fields.map(|(fact, next)| Field {
                name: verdict.facts.name(fact).to_vec(),
                value: verdict.facts.value(fact).to_vec(),
                raw: slice(fact.at, next.at).to_vec(),
            });
            field.collect()
        };
        let first = facts
            .iter()
            .find(|fact| matches!(fact.kind, FactKind::Field | FactKind::SectionEnd));
        let line = slice(message.start, first.map_or(message.head, |first| first.at));
        let empty_line = facts.iter().find(|fact| fact.kind == FactKind::SectionEnd);
        let empty_line = empty_line.map_or(message.head, |fact| fact.at);
        let parts = verdict.reading.parts_of(message);
        let content = parts.iter().filter(|part| part.label == 0);
        let pieces: Vec<_> = content
            .map(|part| slice(part.start, part.end).to_vec())
            .collect();
        Self {
            start: message.start,
            end: message.end,
            method: word(FactKind::Method),
            target: word(FactKind::Target),
            version: word(FactKind::Version),
            fields: fields(FactKind::Field),
            empty_line: slice(empty_line, message.head).to_vec(),
            framing: message.framing,
            raw_body: slice(message.head, message.end).to_vec(),
            pieces,
            trailers: fields(FactKind::Trailer),
            line: line.to_vec(),
        }
    }

    /// Its method and target.
    pub fn words(&self) -> Vec<u8> {
        [self.method.as_slice(), self.target.as_slice()].join(&b' ')
    }

    /// Its content, whole.
    pub(crate) fn content(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    /// The fields of this name.
    pub fn named<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = &'a Field> {
        self.fields.iter().filter(move |field| field.is(name))
    }

    /// The options that its Connection fields hold, in lower case.
    pub(crate) fn options(&self) -> Vec<Vec<u8>> {
        let fields = self.named(b"connection");
        let options = fields.flat_map(Field::members);
        options.map(<[u8]>::to_ascii_lowercase).collect()
    }

    /// Whether a Connection field holds this option.
    pub(crate) fn has_option(&self, option: &[u8]) -> bool {
        self.options().iter().any(|one| one == option)
    }

    /// Whether it is of HTTP/1.0.
    pub(crate) fn is_10(&self) -> bool {
        self.version == b"HTTP/1.0"
    }

    /// Whether it asks for a tunnel.
    pub(crate) fn is_connect(&self) -> bool {
        self.method == b"CONNECT"
    }

    /// Whether its receiver may switch protocols. RFC 9110 §7.8: "A sender of Upgrade MUST also send an
    /// "Upgrade" connection option [...]. A server that receives an Upgrade header field in an HTTP/1.0 request MUST
    /// ignore that Upgrade field."
    pub fn is_upgrade(&self) -> bool {
        !self.is_10() && self.named(b"upgrade").next().is_some() && self.has_option(b"upgrade")
    }
}
