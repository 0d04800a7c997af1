//! A request as its reader understood it, by the [facts](crate::Facts) of its reading.

use std::ops::Range;

use super::REQUEST;
use super::leniencies::{HOST_ANY, HOST_MANY, HOST_NONE};
use crate::core::facts::{Fact, FactKind, Facts};
use crate::core::parser::judge_with_facts;
use crate::core::rule::{Dialect, LeniencySet};
use crate::core::verdict::{End, Verdict};
use crate::family::DialectParser;

/// The facts about one request.
#[derive(Clone, Copy, Debug)]
pub struct RequestFacts<'v> {
    input: &'v [u8],
    facts: &'v Facts,
    own: &'v [Fact],
    /// The byte after the request, or after the input.
    end: usize,
}

/// A field as its reader understood it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFacts<'v> {
    /// Its name.
    pub name: &'v [u8],
    /// Its value, without whitespace around it.
    pub value: &'v [u8],
    /// Its line or lines, with what ends them, and whatever its reader skips up to the next line that it reads. In bytes
    /// from the start of the input.
    pub lines: Range<usize>,
    /// Where the value stands in the input; none where its reader joined it from several lines or left bytes out.
    pub place: Option<Range<usize>>,
}

impl<'v> RequestFacts<'v> {
    /// The facts about message `nth` of the verdict on `input`. The number of whole messages gives the message that is waited for
    /// or was rejected, as far as it was read.
    pub fn of(verdict: &'v Verdict, nth: usize, input: &'v [u8]) -> Self {
        let message = verdict.reading.messages.get(nth);
        Self {
            input,
            facts: &verdict.facts,
            own: verdict.facts.of(nth),
            end: message.map_or(input.len(), |message| message.end),
        }
    }

    /// The method; none where the reader rejected the request-line.
    pub fn method(&self) -> Option<&'v [u8]> {
        self.word(FactKind::Method)
    }

    /// The target; empty where the request-line has none.
    pub fn target(&self) -> Option<&'v [u8]> {
        self.word(FactKind::Target)
    }

    /// The version; empty where the request-line has none.
    pub fn version(&self) -> Option<&'v [u8]> {
        self.word(FactKind::Version)
    }

    fn word(&self, kind: FactKind) -> Option<&'v [u8]> {
        self.fact(kind).map(|fact| self.facts.value(fact))
    }

    fn fact(&self, kind: FactKind) -> Option<&'v Fact> {
        self.own.iter().find(|fact| fact.kind == kind)
    }

    /// Where the target stands in the input; none where its reader rewrote it.
    pub fn target_place(&self) -> Option<Range<usize>> {
        let fact = self.fact(FactKind::Target)?;
        let value = self.facts.value(fact);
        let place = fact.at..fact.at + value.len();
        (self.input.get(place.clone()) == Some(value)).then_some(place)
    }

    /// The fields of the header section, in order.
    pub fn fields(&self) -> impl Iterator<Item = FieldFacts<'v>> + use<'v> {
        self.of_kind(FactKind::Field)
    }

    /// The fields of the trailer section, in order.
    pub fn trailers(&self) -> impl Iterator<Item = FieldFacts<'v>> + use<'v> {
        self.of_kind(FactKind::Trailer)
    }

    /// The value of the first field of this name in any case.
    pub fn value(&self, name: &str) -> Option<&'v [u8]> {
        let mut fields = self.fields();
        let field = fields.find(|field| field.name.eq_ignore_ascii_case(name.as_bytes()));
        field.map(|field| field.value)
    }

    fn of_kind(&self, kind: FactKind) -> impl Iterator<Item = FieldFacts<'v>> + use<'v> {
        let request = *self;
        let facts = request.own.iter().enumerate();
        let facts = facts.filter(move |(_, fact)| fact.kind == kind);
        facts.map(move |(at, fact)| request.field(fact, request.own.get(at + 1)))
    }

    /// A field, up to the fact after it.
    fn field(&self, fact: &'v Fact, next: Option<&Fact>) -> FieldFacts<'v> {
        let line_end = || {
            let rest = self.input.get(fact.at..self.end).unwrap_or(&[]);
            let feed = rest.iter().position(|byte| *byte == b'\n');
            feed.map_or(self.end, |feed| fact.at + feed + 1)
        };
        let lines = fact.at..next.map_or_else(line_end, |next| next.at);
        let (name, value) = (self.facts.name(fact), self.facts.value(fact));
        let text = self.input.get(lines.clone()).unwrap_or(&[]);
        let text = text.trim_ascii_end();
        // A value that was left as it is comes last in its line.
        let is_last = text.len() > name.len() && text.ends_with(value);
        let end = fact.at + text.len();
        FieldFacts {
            name,
            value,
            lines,
            place: is_last.then(|| end - value.len()..end),
        }
    }
}

/// What a reader makes of `input` that understands its first request, with facts. It is the first that does not reject that
/// request, of the strict one, the strict one that asks for no Host, those that read as the general parsers do, and the one with
/// every leniency. Where all reject it, it is the first that understands the request-line; where none does, there are no facts.
pub fn understood(input: &[u8]) -> Verdict {
    let strict = [
        LeniencySet::EMPTY,
        LeniencySet::of(&[&HOST_NONE, &HOST_MANY, &HOST_ANY]),
    ];
    let parsers = REQUEST.parsers.iter().copied();
    let general = parsers.filter(|parser| (REQUEST.is_general)(*parser));
    let others = general.map(|parser| parser.dialect().relaxes).skip(1);
    let every = REQUEST.every_leniency();
    let mut rejected = None;
    for relaxes in strict.into_iter().chain(others).chain([every]) {
        let reader = DialectParser::new(&REQUEST, Dialect::new("", relaxes));
        let mut verdict = Verdict::new();
        judge_with_facts(&reader, input, &mut verdict);
        if !verdict.reading.messages.is_empty() || verdict.reading.end == End::Incomplete {
            return verdict;
        }
        if RequestFacts::of(&verdict, 0, input).method().is_some() {
            rejected.get_or_insert(verdict);
        }
    }
    rejected.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::leniencies::FOLD_JOINED;

    #[test]
    fn a_request_that_is_rejected_tells_what_was_read_of_it() {
        let input = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nPUT /b HTTP/1.1\r\nHost:  b \r\nX: y\r\n z\r\nLength\r\n\r\n";
        let verdict = understood(input);
        assert_eq!(verdict.reading.messages.len(), 1);
        let rejected = RequestFacts::of(&verdict, 1, input);
        assert_eq!(rejected.method(), Some(&b"PUT"[..]));
        assert_eq!(rejected.target_place(), Some(31..33));
        assert_eq!(rejected.version(), Some(&b"HTTP/1.1"[..]));
        assert_eq!(rejected.value("host"), Some(&b"b"[..]));
        let host = rejected
            .fields()
            .next()
            .map(|field| (field.lines, field.place));
        assert_eq!(host, Some((44..55, Some(51..52))));
    }

    #[test]
    fn a_joined_value_stands_nowhere() {
        let input = b"GET / HTTP/1.1\r\nX: y\r\n z\r\n\r\n";
        let relaxes = LeniencySet::of(&[&FOLD_JOINED]);
        let mut verdict = Verdict::new();
        let reader = DialectParser::new(&REQUEST, Dialect::new("", relaxes));
        judge_with_facts(&reader, input, &mut verdict);
        let request = RequestFacts::of(&verdict, 0, input);
        let joined: Vec<_> = request.fields().collect();
        let field = FieldFacts {
            name: b"X",
            value: b"y z",
            lines: 16..26,
            place: None,
        };
        assert_eq!(joined, [field]);
    }

    #[test]
    fn the_strictest_reader_that_accepts_a_request_tells_of_it() {
        let input = b"POST / HTTP/1.1\r\nX : y\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
        let verdict = understood(input);
        assert_eq!(verdict.reading.messages.len(), 1);
        let request = RequestFacts::of(&verdict, 0, input);
        assert_eq!(request.value("host"), Some(&b"a"[..]));
    }

    #[test]
    fn a_request_without_host_is_framed_by_its_fields() {
        let input = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
        let verdict = understood(input);
        let ends = verdict.reading.messages.iter().map(|message| message.end);
        assert_eq!(ends.collect::<Vec<_>>(), [input.len()]);
    }

    #[test]
    fn a_request_line_that_nobody_reads_has_no_words() {
        let verdict = understood(b"\0\0\0");
        assert_eq!(RequestFacts::of(&verdict, 0, b"\0\0\0").method(), None);
    }
}
