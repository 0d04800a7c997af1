//! Examples of what the length-first reading relaxes and rejects, and its agreement with its dialect.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use super::*;
use crate::core::parser::judge;
use crate::core::rule::Rule;
use crate::core::verdict::{Citation, End, Stance, Verdict};
use crate::family::DialectParser;
use crate::http1::REQUEST;

fn judged(input: &[u8]) -> Verdict {
    let mut verdict = Verdict::new();
    judge(&LengthFirst, input, &mut verdict);
    verdict
}

/// What was relaxed, and where.
fn relaxed(verdict: &Verdict) -> Vec<(&'static str, usize)> {
    let relaxation = |citation: &Citation| match citation.stance {
        Stance::Relax(leniency) => Some((leniency.id, citation.at)),
        Stance::Restrict(_) | Stance::Reject => None,
    };
    verdict.citations.iter().filter_map(relaxation).collect()
}

/// A request line and Host take 26 bytes; `hello` follows the head.
fn post(fields: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\nhello").into_bytes()
}

fn takes(input: &[u8], framing: Framing, relaxations: &[(&str, usize)]) {
    let verdict = judged(input);
    let shown = input.escape_ascii();
    let first = verdict.reading.messages.first();
    assert_eq!(
        first.map(|message| message.framing),
        Some(framing),
        "{shown}"
    );
    assert_eq!(relaxed(&verdict), relaxations, "{shown}");
}

fn rejects(input: &[u8], rule: &'static Rule, at: usize) {
    let verdict = judged(input);
    let rejection = verdict
        .rejection()
        .map(|citation| (citation.rule, citation.at));
    assert_eq!(rejection, Some((rule, at)), "{}", input.escape_ascii());
}

#[test]
fn ignores_transfer_codings() {
    let both = post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
    takes(&both, Framing::Length(5), &[("coding-ignored", 26)]);
    let bad = post("Content-Length: 5\r\nTransfer-Encoding: \"\r\n");
    takes(&bad, Framing::Length(5), &[("coding-ignored", 45)]);
    let alone = post("Transfer-Encoding: chunked\r\n");
    takes(&alone, Framing::Bodiless, &[("coding-ignored", 26)]);
    let trace = b"TRACE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    takes(trace, Framing::Bodiless, &[("coding-ignored", 27)]);
}

#[test]
fn takes_the_first_of_several_lengths() {
    let same = post("Content-Length: 5\r\nA: b\r\ncontent-length: 5\r\n");
    takes(&same, Framing::Length(5), &[("length-same", 51)]);
    let other = post("Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 6\r\n");
    takes(&other, Framing::Length(5), &[("length-first", 64)]);
    let padded = post("Content-Length: 5\r\nContent-Length: 05\r\n");
    takes(&padded, Framing::Length(5), &[("length-first", 45)]);
    rejects(
        &post("Content-Length: \r\nContent-Length: 5\r\n"),
        &LENGTH_EMPTY,
        26,
    );
}

#[test]
fn takes_a_number_with_things_around_it() {
    takes(
        &post("Content-Length:  +5 \r\n"),
        Framing::Length(5),
        &[("length-plus", 43)],
    );
    takes(
        &post("Content-Length: 5 \t6\r\n"),
        Framing::Length(5),
        &[("length-prefix", 42)],
    );
    takes(
        &post("Content-Length: 0x5\r\n"),
        Framing::Length(0),
        &[("length-prefix", 42)],
    );
    rejects(&post("Content-Length: +5x\r\n"), &LENGTH_SYNTAX, 42);
    rejects(&post("Content-Length: +\r\n"), &LENGTH_SYNTAX, 42);
    rejects(&post("Content-Length: -5\r\n"), &LENGTH_SYNTAX, 42);
    let list = post("Content-Length: 5, 6\r\n");
    takes(&list, Framing::Length(5), &[("length-prefix", 42)]);
    rejects(&post("Content-Length: +5, 5\r\n"), &LENGTH_LIST, 42);
    // A number that 64 bits do not hold is none that these two ways would accept.
    let (digits, syntax) = ("18446744073709551616", &LENGTH_SYNTAX);
    rejects(
        &post(&format!("Content-Length: {digits}\r\n")),
        &LENGTH_OVERFLOW,
        42,
    );
    rejects(&post(&format!("Content-Length: +{digits}\r\n")), syntax, 42);
    rejects(&post(&format!("Content-Length: {digits}x\r\n")), syntax, 42);
    let most = judged(&post("Content-Length: 18446744073709551615\r\n"));
    assert_eq!(
        most.reading.pending.map(|pending| pending.framing),
        Some(Framing::Length(u64::MAX))
    );
}

#[test]
fn takes_any_host_and_expectation() {
    takes(
        b"GET / HTTP/1.1\r\n\r\n",
        Framing::Bodiless,
        &[("host-none", 0)],
    );
    takes(b"GET / HTTP/1.0\r\n\r\n", Framing::Bodiless, &[]);
    takes(
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: /\r\n\r\n",
        Framing::Bodiless,
        &[("host-many", 25)],
    );
    takes(
        b"GET / HTTP/1.1\r\nHost:  a/b\r\n\r\n",
        Framing::Bodiless,
        &[("host-any", 23)],
    );
    takes(&post("Expect: 100-Continue\r\n"), Framing::Bodiless, &[]);
    takes(
        &post("Expect: 100-continue, b\r\n"),
        Framing::Bodiless,
        &[("expect-unknown", 26)],
    );
    takes(
        b"GET / HTTP/1.0\r\nExpect: b\r\n\r\n",
        Framing::Bodiless,
        &[],
    );
}

#[test]
fn rejects_a_byte_of_an_unfinished_line() {
    rejects(b"G\x00", &METHOD_TOKEN, 1);
    rejects(b"GET\r\n", &REQUEST_LINE_PARTS, 3);
    rejects(b"GET\r/", &BARE_CR, 3);
    rejects(b"GET / HTTP/1.1\r\nA: b\x00", &FIELD_VALUE, 20);
    rejects(b"GET / HTTP/1.1\r\nA\r\r", &BARE_CR, 17);
    rejects(b"GET / HTTP/1.1\r\nA\r\n", &FIELD_COLON, 16);
    rejects(b"GET / HTTP/1.1\r\n ", &FIRST_FIELD_SPACE, 16);
    for fine in [
        "GET\r",
        "GET / HTTP/1.1\r",
        "GET / HTTP/1.1\r\nA\r",
        "GET / HTTP/1.1\r\nA: b\r",
    ] {
        let verdict = judged(fine.as_bytes());
        assert_eq!(
            (verdict.reading.end, verdict.rejection()),
            (End::Incomplete, None),
            "{fine:?}"
        );
    }
}

static GOOD: &[&[u8]] = &[
    b"GET /a?b=c HTTP/1.1\r\nHost: a.b:80\r\nAccept: */*\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"POST http://a/b HTTP/1.0\r\nConnection: a, keep-alive\r\nContent-Length: 2\r\n\r\nhi",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"TRACE a+-.9://b HTTP/1.1\r\nHost:\r\nExpect: 100-continue\r\n\r\n",
];

/// Field lines to put in where a line begins.
const LINES: &[u8] = b"\
    Content-Length: 5\r\n~Content-Length: 0\r\n~Content-Length: 05\r\n~content-length: +5\r\n~\
    Content-Length: 5x\r\n~Content-Length: 5, 5\r\n~Content-Length:\r\n~\
    Content-Length: 18446744073709551616\r\n~Transfer-Encoding: chunked\r\n~Host: a\r\n~\
    host: a/b\r\n~Connection: close\r\n~Connection: a ,\tKeep-Alive\r\n~\
    Expect: 100-continue\r\n~Expect: b\r\n~\r\n~ a\r\n";

/// Bytes to put in anywhere.
const BITS: &[u8] = b"\
    \r~\n~\r\n~ ~\t~:~;~,~0~x~\"~\0~\x80~\x7F~\x0B~+~/~?~#~@~A~5~HTTP/1.0~HTTP/1.2~HTTP/2.0~\
    CONNECT ~TRACE ";

/// Xorshift: the same inputs in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % end.max(1)
    }

    /// One of the elements of a table, which tildes separate.
    fn one_of(&mut self, table: &'static [u8]) -> &'static [u8] {
        let mut elements = table.split(|&byte| byte == b'~');
        let nth = self.below(elements.clone().count());
        elements.nth(nth).unwrap_or(&[])
    }

    /// Good requests, spoilt in some places.
    fn input(&mut self, input: &mut Vec<u8>) {
        input.clear();
        for _ in 0..=self.below(2) {
            input.extend_from_slice(GOOD[self.below(GOOD.len())]);
        }
        for _ in 0..self.below(5) {
            let at = self.below(input.len());
            let end = input.len().min(at + self.below(3));
            match self.below(8) {
                0 => drop(input.drain(at..end)),
                1 => input.truncate(at),
                2 | 3 => drop(input.splice(at..end, self.one_of(BITS).iter().copied())),
                4 => drop(input.splice(at..at, self.one_of(BITS).iter().copied())),
                _ => {
                    let line = memchr(b'\n', &input[at..]).map_or(at, |lf| at + lf + 1);
                    drop(input.splice(line..line, self.one_of(LINES).iter().copied()));
                }
            }
        }
    }
}

fn agrees_with_its_dialect(seed: u64, inputs: usize) {
    let dialect = DialectParser::new(&REQUEST, LengthFirst.dialect());
    let (mut random, mut input) = (Random(seed), Vec::new());
    let (mut ours, mut theirs) = (Verdict::new(), Verdict::new());
    let mut used = LeniencySet::EMPTY;
    for _ in 0..inputs {
        random.input(&mut input);
        judge(&LengthFirst, &input, &mut ours);
        judge(&dialect, &input, &mut theirs);
        let shown = input.escape_ascii();
        assert_eq!(
            ours.reading,
            theirs.reading,
            "{shown}\n{:?}",
            ours.rejection()
        );
        assert_eq!(ours.citations, theirs.citations, "{shown}");
        for citation in &ours.citations {
            if let Stance::Relax(leniency) = citation.stance {
                used.insert(leniency.index);
            }
        }
    }
    // Otherwise the inputs would show nothing about some leniency.
    assert_eq!(used, LengthFirst.dialect().relaxes);
}

/// Every byte in every place of every good request, and every cut.
#[test]
fn reads_each_byte_as_its_dialect() {
    let dialect = DialectParser::new(&REQUEST, LengthFirst.dialect());
    let (mut ours, mut theirs) = (Verdict::new(), Verdict::new());
    let mut compare = |input: &[u8]| {
        judge(&LengthFirst, input, &mut ours);
        judge(&dialect, input, &mut theirs);
        assert_eq!(ours.reading, theirs.reading, "{}", input.escape_ascii());
        assert_eq!(ours.citations, theirs.citations, "{}", input.escape_ascii());
    };
    for good in GOOD {
        for at in 0..good.len() {
            compare(&good[..at]);
            let mut input = good.to_vec();
            for byte in 0..=255 {
                input[at] = byte;
                compare(&input);
            }
        }
    }
}

#[test]
fn reads_as_its_dialect() {
    agrees_with_its_dialect(0x9E37_79B9_7F4A_7C15, 20_000);
}
