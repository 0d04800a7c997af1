//! Examples of what the chunked-first reading relaxes and rejects, and its agreement with its dialect.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use super::*;
use crate::core::parser::judge;
use crate::core::verdict::{Stance, Verdict};
use crate::family::DialectParser;
use crate::http1::REQUEST;

const POST: &str = "POST / HTTP/1.1\r\nHost: a\r\n";
const CHUNKED: &str = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

type Ends = Vec<(usize, Framing)>;
type Cited = Vec<(&'static str, usize)>;

/// Where each message ends and why, how the stream ends, and what was relaxed or rejected.
fn reading(input: &str) -> (Ends, &'static str, Cited) {
    let mut verdict = Verdict::new();
    judge(&ChunkedFirst, input.as_bytes(), &mut verdict);
    let messages = verdict.reading.messages.iter();
    let cited = verdict
        .citations
        .iter()
        .map(|citation| match citation.stance {
            Stance::Relax(leniency) => (leniency.id, citation.at),
            Stance::Restrict(_) | Stance::Reject => (citation.rule.id, citation.at),
        });
    (
        messages
            .map(|message| (message.end, message.framing))
            .collect(),
        verdict.reading.end.word(),
        cited.collect(),
    )
}

#[track_caller]
fn takes(input: &str, framing: Framing, relaxed: &[(&'static str, usize)]) {
    let whole = vec![(input.len(), framing)];
    assert_eq!(reading(input), (whole, "complete", relaxed.to_vec()));
}

#[track_caller]
fn rejects(input: &str, cited: &[(&'static str, usize)]) {
    assert_eq!(reading(input), (vec![], "rejected", cited.to_vec()));
}

#[test]
fn skips_empty_lines_before_a_request() {
    takes(
        &format!("\r\n\r\n{POST}\r\n"),
        Framing::Bodiless,
        &[("leading-crlfs", 0)],
    );
    rejects(
        "\r\n\n",
        &[("leading-crlfs", 0), ("http1/leading-empty-line", 2)],
    );
    rejects(
        "\r\n GET",
        &[("leading-crlfs", 0), ("http1/method-token", 2)],
    );
    rejects(
        "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        &[("leading-crlfs", 0), ("http1/host-missing", 4)],
    );
    assert_eq!(
        reading("\r\n\r"),
        (vec![], "incomplete", vec![("leading-crlfs", 0)])
    );
}

#[test]
fn chunked_beats_lengths_and_other_codings() {
    let chunked = Framing::Chunked;
    let with = |fields: &str| format!("{POST}{fields}\r\n0\r\n\r\n");
    takes(
        &with("Content-Length: x\r\nTransfer-Encoding: chunked\r\n"),
        chunked,
        &[("coding-beats-length", 26)],
    );
    takes(
        &with("Transfer-Encoding: a,, b\t,Chunked\r\n"),
        chunked,
        &[("coding-others", 45)],
    );
    takes(
        &with("Transfer-Encoding: chunked\r\nTransfer-Encoding: ,chunked\r\n"),
        chunked,
        &[("coding-twice", 74)],
    );
    takes(
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        chunked,
        &[("coding-10-accepted", 17)],
    );
    rejects(
        &with("Transfer-Encoding: a\r\n"),
        &[("http1/coding-unknown", 45)],
    );
    rejects(
        &with("Transfer-Encoding: chunked, a\r\n"),
        &[("http1/coding-not-final", 54)],
    );
    rejects(
        &with("Transfer-Encoding: , \r\n"),
        &[("http1/coding-empty", 26)],
    );
    rejects(
        &with("Transfer-Encoding: chunked ;a=b\r\n"),
        &[("http1/coding-parameters", 45)],
    );
    rejects(
        &with("Transfer-Encoding: a, b c\r\n"),
        &[("http1/coding-syntax", 48)],
    );
}

#[test]
fn takes_one_length_said_several_times() {
    let with = |fields: &str| format!("{POST}{fields}\r\nhello");
    takes(
        &with("Content-Length: 5\r\nContent-Length: 5\r\n"),
        Framing::Length(5),
        &[("length-same", 45)],
    );
    rejects(
        &with("Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 05\r\n"),
        &[("http1/length-repeated", 45)],
    );
    rejects(
        &with("Content-Length: 5\r\nContent-Length: 5, 5,\r\n"),
        &[("http1/length-repeated", 45)],
    );
    rejects(
        &with("Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 6\r\n"),
        &[("http1/length-conflict", 64)],
    );
    rejects(
        &with("Content-Length: +5\r\n"),
        &[("http1/length-syntax", 42)],
    );
}

#[test]
fn skips_whitespace_and_extensions_after_a_chunk_size() {
    let chunk = |line: &str| format!("{CHUNKED}{line}\r\nabc\r\n0\r\n\r\n");
    let at = CHUNKED.len();
    let takes = |line, relaxed: &[_]| takes(&chunk(line), Framing::Chunked, relaxed);
    takes("3 \t", &[("chunk-space-after", at + 1)]);
    takes("3 ; a = b ;c=\"\\\" d\"", &[]);
    takes("3;", &[("extension-any", at + 2)]);
    takes("3;a ", &[("extension-any", at + 4)]);
    takes("3;a=\"b", &[("extension-any", at + 6)]);
    takes("3;a=;b", &[("extension-any", at + 4)]);
    takes("3;a=b c\u{80}", &[("extension-any", at + 6)]);
    let rejects = |line, rule, at| rejects(&chunk(line), &[(rule, at)]);
    rejects("3 a", "http1/chunk-size-space", at + 1);
    rejects("3a b", "http1/chunk-size-space", at + 2);
    rejects("3 \rb", "http1/chunk-size-space", at + 1);
    rejects("3 \n", "http1/chunk-size-space", at + 1);
    rejects("3x", "http1/chunk-size", at);
    rejects("", "http1/chunk-size", at);
    rejects("3\n", "http1/chunk-line-end", at + 1);
    rejects("3;a\n", "http1/chunk-line-end", at + 3);
    rejects("3;a=\"\rb\"", "http1/chunk-line-end", at + 5);
    rejects("3;a=\"\0\"", "http1/chunk-extension", at + 5);
    rejects("10000000000000000", "http1/chunk-size-overflow", at);
}

#[test]
fn reads_chunk_data_and_trailers_as_they_are() {
    let chunked = |body: &str| format!("{CHUNKED}{body}");
    let at = CHUNKED.len();
    takes(
        &chunked("3\r\nabc\r\n00\r\na: b\r\n\r\n"),
        Framing::Chunked,
        &[],
    );
    rejects(&chunked("3\r\nabcd"), &[("http1/chunk-data-end", at + 6)]);
    rejects(
        &chunked("3\r\nabc\r\r"),
        &[("http1/chunk-data-end", at + 6)],
    );
    rejects(&chunked("0\r\n a: b"), &[("http1/trailer-space", at + 3)]);
    rejects(&chunked("0\r\na: b\n"), &[("http1/bare-lf", at + 7)]);
    assert_eq!(
        reading(&chunked("3\r\nabc\r")),
        (vec![], "incomplete", vec![])
    );
}

static SEEDS: &[&str] = &[
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0010;a;b = c\r\n0123456789abcdef\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip,\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\"b\\\"c\" ;d\r\nx\r\n00\r\ne: f\r\n\r\n",
    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n1 \r\na\r\n0\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "\r\nTRACE http://a/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
];

/// Put in anywhere.
static BYTES: &[&[u8]] = &[
    b"\r",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b":",
    b";",
    b",",
    b"=",
    b"\"",
    b"\\",
    b"\0",
    b"\x7F",
    b"\x80",
    b"0",
    b"1",
    b"f",
    b"x",
    b"a",
    b"; ",
    b" ;",
    b" \r\n",
    b"\r\r",
    b"chunked",
    b"1.0",
    b"CONNECT",
    b"TRACE",
    b"ffffffff",
    b"\r\n\r\n",
];

/// Put in where a line begins.
static FIELDS: &[&[u8]] = &[
    b"Content-Length: 5\r\n",
    b"Content-Length: 6\r\n",
    b"Content-Length: a\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length:\r\n",
    b"Content-Length: 18446744073709551616\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"transfer-encoding: a\r\n",
    b"Transfer-Encoding: ,\r\n",
    b"Transfer-Encoding: chunked;a\r\n",
    b"Transfer-Encoding: a/b\r\n",
    b"Host: a\r\n",
    b"Connection: close\r\n",
    b"Connection: Keep-Alive\r\n",
    b"Expect: a\r\n",
    b"\r\n",
    b"0\r\n",
    b"1\r\na\r\n",
];

/// A deterministic stream of spoilt requests.
struct Spoiler {
    state: u64,
    input: Vec<u8>,
}

impl Spoiler {
    fn pick(&mut self, end: usize) -> usize {
        let mut x = self.state;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.state = x;
        (x.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end.max(1)
    }

    fn next(&mut self) -> &[u8] {
        self.input.clear();
        for _ in 0..=self.pick(2) {
            let seed = SEEDS[self.pick(SEEDS.len())];
            self.input.extend_from_slice(seed.as_bytes());
        }
        for _ in 0..self.pick(5) {
            self.spoil();
        }
        &self.input
    }

    fn spoil(&mut self) {
        let start = self.pick(self.input.len());
        let end = self.input.len().min(start + self.pick(3));
        match self.pick(10) {
            0 => self.input.truncate(start),
            1 => drop(self.input.drain(start..end)),
            2..=6 => {
                let bytes = BYTES[self.pick(BYTES.len())];
                let end = if self.pick(2) == 0 { start } else { end };
                drop(self.input.splice(start..end, bytes.iter().copied()));
            }
            _ => {
                let field = FIELDS[self.pick(FIELDS.len())];
                let ends = self.input[start..].iter().position(|&byte| byte == b'\n');
                let line = ends.map_or(start, |lf| start + lf + 1);
                drop(self.input.splice(line..line, field.iter().copied()));
            }
        }
    }
}

fn compare_with_dialect(state: u64, count: usize) {
    let dialect = DialectParser::new(&REQUEST, ChunkedFirst.dialect());
    let input = Vec::new();
    let mut spoiler = Spoiler { state, input };
    let (mut this, mut that) = (Verdict::new(), Verdict::new());
    let mut relaxed = LeniencySet::EMPTY;
    for _ in 0..count {
        let input = spoiler.next();
        judge(&ChunkedFirst, input, &mut this);
        judge(&dialect, input, &mut that);
        let shown = input.escape_ascii();
        assert_eq!(
            this.reading,
            that.reading,
            "{shown}\n{:?}",
            this.rejection()
        );
        assert_eq!(this.citations, that.citations, "{shown}");
        for citation in &this.citations {
            if let Stance::Relax(leniency) = citation.stance {
                relaxed.insert(leniency.index);
            }
        }
    }
    // Otherwise the inputs would show nothing about some leniency.
    assert_eq!(relaxed, ChunkedFirst.dialect().relaxes);
}

/// The seeds with each byte replaced by each other one, and cut before each byte.
#[test]
fn reads_each_byte_as_its_dialect() {
    let dialect = DialectParser::new(&REQUEST, ChunkedFirst.dialect());
    let (mut this, mut that) = (Verdict::new(), Verdict::new());
    let mut check = |input: &[u8]| {
        judge(&ChunkedFirst, input, &mut this);
        judge(&dialect, input, &mut that);
        let shown = input.escape_ascii();
        assert_eq!(this.reading, that.reading, "{shown}");
        assert_eq!(this.citations, that.citations, "{shown}");
    };
    for seed in SEEDS.iter().map(|seed| seed.as_bytes()) {
        for (at, &old) in seed.iter().enumerate() {
            check(&seed[..at]);
            let mut spoilt = seed.to_vec();
            for new in (0..=255).filter(|&new| new != old) {
                spoilt[at] = new;
                check(&spoilt);
            }
        }
    }
}

#[test]
fn reads_as_its_dialect() {
    compare_with_dialect(0x8CB9_2BA7_2F3D_8DD7, 20_000);
}
