//! What the scanner takes by each leniency, and that it reads as the dialect it declares.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic fails the test"
)]

use super::super::mutants::{assert_reads_as_declared, cited};
use super::Scanner;
use crate::core::parser::judge;
use crate::core::verdict::{End, Framing, Verdict};

struct Read {
    ends: Vec<usize>,
    framings: Vec<Framing>,
    end: End,
    cited: Vec<(&'static str, usize)>,
}

fn read(input: &[u8]) -> Read {
    let mut verdict = Verdict::new();
    judge(&Scanner, input, &mut verdict);
    let messages = &verdict.reading.messages;
    Read {
        ends: messages.iter().map(|message| message.end).collect(),
        framings: messages.iter().map(|message| message.framing).collect(),
        end: verdict.reading.end,
        cited: cited(&verdict),
    }
}

/// Reads `input` as one whole message, citing no more than `leniency` at `at`.
fn assert_relaxes(input: &[u8], framing: Framing, leniency: &'static str, at: usize) {
    let read = read(input);
    assert_eq!(read.end, End::Complete, "{}", input.escape_ascii());
    assert_eq!(read.ends, [input.len()]);
    assert_eq!(read.framings, [framing]);
    assert_eq!(read.cited, [(leniency, at)]);
}

/// Rejects `input`, by `rule` at `at` and nothing else.
fn assert_rejects(input: &[u8], rule: &'static str, at: usize) {
    let read = read(input);
    assert_eq!(read.end, End::Rejected, "{}", input.escape_ascii());
    assert_eq!(read.cited, [(rule, at)]);
}

fn chunked(body: &[u8]) -> Vec<u8> {
    [CHUNKED, body].concat()
}

const CHUNKED: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn reads_as_declared() {
    assert_reads_as_declared(&Scanner, 2, 20_000);
}

#[test]
fn lf_ends_lines_of_the_head() {
    let bodiless = Framing::Bodiless;
    assert_relaxes(
        b"GET / HTTP/1.1\nHost: a\r\n\r\n",
        bodiless,
        "request-line-lf",
        14,
    );
    assert_relaxes(b"GET / HTTP/1.1\r\nHost: a\n\r\n", bodiless, "field-lf", 23);
    assert_relaxes(b"GET / HTTP/1.1\r\nHost: a\r\n\n", bodiless, "field-lf", 25);
    assert_rejects(&chunked(b"0\r\nT: u\n"), "http1/bare-lf", CHUNKED.len() + 7);
    assert_rejects(&chunked(b"0\r\n\n"), "http1/bare-lf", CHUNKED.len() + 3);
    assert_rejects(&chunked(b"0\n"), "http1/chunk-line-end", CHUNKED.len() + 1);
}

#[test]
fn a_value_takes_control_characters() {
    let input = b"GET / HTTP/1.1\r\nHost: a\r\nX: b\x01c\r\n\r\n";
    assert_relaxes(input, Framing::Bodiless, "value-control", 29);
    let input = b"GET / HTTP/1.1\r\nHost: a\r\nX:\x7f\r\n\r\n";
    assert_relaxes(input, Framing::Bodiless, "value-control", 27);
    assert_rejects(
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\0",
        "http1/field-value",
        29,
    );
    assert_rejects(b"GET / HTTP/1.1\r\nHost: a\r\nX: b\rc", "http1/bare-cr", 29);
}

#[test]
fn a_malformed_coding_may_hold_chunked() {
    let head = |coding: &str| {
        format!("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {coding}\r\n\r\n0\r\n\r\n")
    };
    for coding in ["\"chunked\"", "x (Chunked)"] {
        assert_relaxes(
            head(coding).as_bytes(),
            Framing::Chunked,
            "coding-substring",
            44,
        );
    }
    assert_rejects(head("\"chunke\"").as_bytes(), "http1/coding-syntax", 44);
}

#[test]
fn chunked_beats_length() {
    let input = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_relaxes(input, Framing::Chunked, "coding-beats-length", 25);
    let input = b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n";
    assert_relaxes(input, Framing::Chunked, "coding-beats-length", 25);
}

#[test]
fn the_last_length_counts() {
    let input = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nContent-Length: 1\r\n\r\nx";
    assert_relaxes(input, Framing::Length(1), "length-last", 44);
    let input = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx";
    assert_rejects(input, "http1/length-repeated", 44);
    let input = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: y\r\n\r\nx";
    assert_eq!(
        read(input).cited,
        [("length-last", 44), ("http1/length-syntax", 60)]
    );
}

#[test]
fn an_extension_is_skipped() {
    let head = CHUNKED.len();
    for (line, at) in [
        ("0;", 2),
        ("0;=", 2),
        ("0;a=\"b", 6),
        ("0;a b", 4),
        ("0;a=\x7e(", 5),
    ] {
        let input = chunked(format!("{line}\r\n\r\n").as_bytes());
        assert_relaxes(&input, Framing::Chunked, "extension-any", head + at);
    }
    assert_eq!(read(&chunked(b"0;a=\"\\\"\" ; b\r\n\r\n")).cited, []);
    assert_rejects(&chunked(b"0;a\x01"), "http1/chunk-extension", head + 3);
    assert_rejects(&chunked(b"0;a\n"), "http1/chunk-line-end", head + 3);
    let after_a_fault = read(&chunked(b"0;a=(\x01")).cited;
    let expected = [
        ("extension-any", head + 4),
        ("http1/chunk-extension", head + 5),
    ];
    assert_eq!(after_a_fault, expected);
    assert_rejects(&chunked(b"0;a\rb"), "http1/chunk-line-end", head + 3);
}

#[test]
fn lf_may_follow_chunk_data() {
    let head = CHUNKED.len();
    let input = chunked(b"3\r\nabc\n0\r\n\r\n");
    assert_relaxes(&input, Framing::Chunked, "data-lf", head + 6);
    assert_rejects(&chunked(b"3\r\nabcd"), "http1/chunk-data-end", head + 6);
    assert_rejects(&chunked(b"3\r\nabc\r0"), "http1/chunk-data-end", head + 6);
}
