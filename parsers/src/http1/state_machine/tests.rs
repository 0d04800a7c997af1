//! What the state machine accepts by each leniency, that it reads as the dialect it declares, and that
//! it makes no difference in which pieces it is fed.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic fails the test"
)]

use super::super::mutants::{Mutants, assert_reads_as_declared, cited};
use super::{Machine, StateMachine};
use crate::core::parser::{Accepted, Draft, Parser, Stop, judge};
use crate::core::rule::Dialect;
use crate::core::verdict::{End, Framing, Verdict};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Feeds the machine pieces of lengths from 1 up to `longest` bytes.
struct InPieces {
    longest: usize,
    drawn: AtomicUsize,
}

impl InPieces {
    fn draw(&self) -> usize {
        let drawn = self.drawn.load(Ordering::Relaxed);
        let next = drawn.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        self.drawn.store(next, Ordering::Relaxed);
        1 + (drawn >> 33) % self.longest
    }
}

impl Parser for InPieces {
    fn name(&self) -> &str {
        "in-pieces"
    }

    fn dialect(&self) -> Dialect {
        StateMachine.dialect()
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let mut machine = Machine::new(draft);
        let mut rest = input;
        while !rest.is_empty() {
            let (piece, more) = rest.split_at(self.draw().min(rest.len()));
            if let Some(taken) = machine.feed_piece(piece)? {
                return Ok(taken);
            }
            rest = more;
        }
        Err(Stop::Incomplete)
    }
}

#[test]
fn pieces_make_no_difference() {
    let mut mutants = Mutants::new(3);
    let mut whole = Verdict::new();
    let mut cut = Verdict::new();
    let parsers = [1, 2, 9, 40].map(|longest| InPieces {
        longest,
        drawn: AtomicUsize::new(longest),
    });
    for _ in 0..10_000 {
        let input = mutants.next();
        judge(&StateMachine, input, &mut whole);
        for parser in &parsers {
            judge(parser, input, &mut cut);
            assert_eq!(whole.reading, cut.reading, "{}", input.escape_ascii());
            assert_eq!(whole.citations, cut.citations, "{}", input.escape_ascii());
        }
    }
}

#[test]
fn reads_as_declared() {
    assert_reads_as_declared(&StateMachine, 4, 20_000);
}

/// Reads `input`; gives where messages end, how the stream ends, and what is cited.
fn read(input: &[u8]) -> (Vec<usize>, End, Vec<(&'static str, usize)>) {
    let mut verdict = Verdict::new();
    judge(&StateMachine, input, &mut verdict);
    let ends = verdict.reading.messages.iter().map(|message| message.end);
    (ends.collect(), verdict.reading.end, cited(&verdict))
}

fn rejected(input: &[u8]) -> Vec<(&'static str, usize)> {
    let (ends, end, cited) = read(input);
    assert_eq!(
        (ends, end),
        (vec![], End::Rejected),
        "{}",
        input.escape_ascii()
    );
    cited
}

fn taken(input: &[u8]) -> Vec<(&'static str, usize)> {
    let (ends, end, cited) = read(input);
    assert_eq!(
        (ends, end),
        (vec![input.len()], End::Complete),
        "{}",
        input.escape_ascii()
    );
    cited
}

const CHUNKED: &str = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn empty_lines_before_the_request_line_are_skipped() {
    assert_eq!(
        taken(b"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        [("leading-crlfs", 0)]
    );
    assert_eq!(rejected(b"\nGET"), [("http1/leading-empty-line", 0)]);
    let cited = rejected(b"\r\n\rG");
    assert_eq!(
        cited,
        [("leading-crlfs", 0), ("http1/leading-empty-line", 2)]
    );
    assert_eq!(read(b"\r\n\r").1, End::Incomplete);
}

#[test]
fn a_target_takes_any_visible_byte() {
    let cited = taken(b"GET /|\"\xff HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(cited, [("target-delimiters", 5), ("target-high", 7)]);
    assert_eq!(rejected(b"GET /\x7f"), [("http1/target-character", 5)]);
    let cited = rejected(b"GET \xff/ HTTP/1.1");
    assert_eq!(cited, [("target-high", 4), ("http1/target-form", 4)]);
}

#[test]
fn a_target_is_in_a_form_of_its_method() {
    for line in [
        "GET a:1",
        "GET *",
        "GET http:a",
        "GET 1://b",
        "CONNECT /",
        "CONNECT :1",
        "CONNECT a:b:1",
    ] {
        let target = line.find(' ').unwrap() + 1;
        let input = format!("{line} HTTP/1.1\r\n");
        assert_eq!(
            rejected(input.as_bytes()),
            [("http1/target-form", target)],
            "{line}"
        );
    }
    for line in [
        "GET a+1://b",
        "OPTIONS *",
        "OPTIONS /",
        "GET a://",
        "CONNECT [::1]:443",
    ] {
        let input = format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(read(input.as_bytes()).0, [input.len()], "{line}");
    }
}

#[test]
fn any_hosts_do() {
    assert_eq!(taken(b"GET / HTTP/1.1\r\n\r\n"), [("host-none", 0)]);
    let cited = taken(b"GET / HTTP/1.1\r\nHost: a b\r\nHost: c\r\n\r\n");
    assert_eq!(cited, [("host-many", 27), ("host-any", 22)]);
}

#[test]
fn equal_lengths_are_one() {
    let head = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n";
    let same = format!("{head}Content-Length:1 \r\n\r\nx");
    assert_eq!(taken(same.as_bytes()), [("length-same", 44)]);
    let other = format!("{head}Content-Length: 01\r\n\r\nx");
    assert_eq!(rejected(other.as_bytes()), [("http1/length-repeated", 44)]);
    let list = format!("{head}Content-Length: 1, 2\r\n\r\nx");
    assert_eq!(rejected(list.as_bytes()), [("http1/length-conflict", 44)]);
}

#[test]
fn an_unknown_expectation_is_ignored() {
    let cited = taken(b"GET / HTTP/1.1\r\nHost: a\r\nExpect: b\r\n\r\n");
    assert_eq!(cited, [("expect-unknown", 25)]);
    assert_eq!(
        taken(b"GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n\r\n"),
        []
    );
}

#[test]
fn whitespace_after_a_chunk_size_is_skipped() {
    let head = CHUNKED.len();
    let cited = taken(format!("{CHUNKED}1 \t\r\nx\r\n0 \r\n\r\n").as_bytes());
    assert_eq!(cited, [("chunk-space-after", head + 1)]);
    let cited = rejected(format!("{CHUNKED}1 x").as_bytes());
    assert_eq!(cited, [("http1/chunk-size-space", head + 1)]);
    assert_eq!(taken(format!("{CHUNKED}0 ; a\r\n\r\n").as_bytes()), []);
}

#[test]
fn content_may_come_in_pieces() {
    let body = "x".repeat(1000);
    let input = format!("{CHUNKED}3e8\r\n{body}\r\n0\r\n\r\n");
    let mut verdict = Verdict::new();
    let parser = InPieces {
        longest: 300,
        drawn: AtomicUsize::new(5),
    };
    judge(&parser, input.as_bytes(), &mut verdict);
    let part = verdict.reading.parts[0];
    assert_eq!(
        (part.start, part.end),
        (CHUNKED.len() + 5, CHUNKED.len() + 1005)
    );
    assert_eq!(verdict.reading.messages[0].framing, Framing::Chunked);
}
