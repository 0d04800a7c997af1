//! What the line reader accepts by each leniency, and that it reads as the dialect it declares.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic fails the test"
)]

use super::super::mutants::{assert_reads_as_declared, cited};
use super::LineReader;
use crate::core::parser::judge;
use crate::core::verdict::{End, Framing, Verdict};

fn read(input: &str) -> Verdict {
    let mut verdict = Verdict::new();
    judge(&LineReader, input.as_bytes(), &mut verdict);
    verdict
}

/// Reads one whole message, and gives its framing and what was cited.
fn taken(input: &str) -> (Framing, Vec<(&'static str, usize)>) {
    let verdict = read(input);
    let ends: Vec<usize> = verdict.reading.messages.iter().map(|m| m.end).collect();
    assert_eq!(
        (ends, verdict.reading.end),
        (vec![input.len()], End::Complete),
        "{input:?}"
    );
    (verdict.reading.messages[0].framing, cited(&verdict))
}

/// The rule and place for which `input` is rejected, after anything relaxed.
fn rejected(input: &str) -> (&'static str, usize) {
    let verdict = read(input);
    assert_eq!(verdict.reading.end, End::Rejected, "{input:?}");
    *cited(&verdict).last().unwrap()
}

const CHUNKED: &str = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn reads_as_declared() {
    assert_reads_as_declared(&LineReader, 1, 20_000);
}

#[test]
fn lf_ends_a_line() {
    let (_, cited) = taken("GET / HTTP/1.1\nHost: a\n\n");
    assert_eq!(cited, [("request-line-lf", 14), ("field-lf", 22)]);
    assert_eq!(
        rejected("\nGET / HTTP/1.1\r\n\r\n"),
        ("http1/leading-empty-line", 0)
    );
    assert_eq!(rejected("GET /\n"), ("http1/request-line-parts", 5));
    assert_eq!(
        rejected("GET / HTTP/1.1\r\nHost\n"),
        ("http1/field-colon", 16)
    );
    assert_eq!(
        rejected("GET / HTTP/1.1\r\nHost: a\r\r\n"),
        ("http1/bare-cr", 23)
    );
}

#[test]
fn whitespace_before_the_colon_is_skipped() {
    let (framing, cited) = taken("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length \t: 1\r\n\r\nx");
    assert_eq!(
        (framing, cited),
        (Framing::Length(1), vec![("name-space-trimmed", 39)])
    );
    assert_eq!(
        rejected("GET / HTTP/1.1\r\nHost \tb: a\r\n"),
        ("http1/field-name", 20)
    );
}

#[test]
fn any_host_or_none() {
    assert_eq!(taken("GET / HTTP/1.1\r\n\r\n").1, [("host-none", 0)]);
    assert_eq!(
        taken("GET / HTTP/1.1\r\nHost: a b\r\n\r\n").1,
        [("host-any", 22)]
    );
    let twice = "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n";
    assert_eq!(rejected(twice), ("http1/host-repeated", 25));
}

#[test]
fn a_length_is_what_int_takes() {
    let length = |value: &str, body: &str| {
        format!("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {value}\r\n\r\n{body}")
    };
    let plus = taken(&length("+3", "abc"));
    assert_eq!(plus, (Framing::Length(3), vec![("length-plus", 41)]));
    let underscore = taken(&length("1_0", "0123456789"));
    assert_eq!(
        underscore,
        (Framing::Length(10), vec![("length-underscore", 41)])
    );
    for value in ["_1", "1_", "1__0", "+", "-0", "0x1", "1.0", "\u{ff11}"] {
        assert_eq!(
            rejected(&length(value, "0")),
            ("http1/length-syntax", 41),
            "{value}"
        );
    }
    let overflow = rejected(&length("18446744073709551616", ""));
    assert_eq!(overflow, ("http1/length-overflow", 41));
}

#[test]
fn a_chunk_size_is_what_int_takes() {
    let head = CHUNKED.len();
    let (_, cited) = taken(&format!("{CHUNKED}+3\r\nabc\r\n0\r\n\r\n"));
    assert_eq!(cited, [("chunk-plus", head)]);
    let (_, cited) = taken(&format!("{CHUNKED}0_3\r\nabc\r\n0\r\n\r\n"));
    assert_eq!(cited, [("chunk-underscore", head)]);
    for size in ["_3", "3_", "3__0", "+", "++3", "0x3", "-0"] {
        let rejection = rejected(&format!("{CHUNKED}{size}\r\n"));
        assert_eq!(rejection, ("http1/chunk-size", head), "{size}");
    }
}

#[test]
fn lf_ends_the_lines_of_a_chunked_body() {
    let head = CHUNKED.len();
    let (_, cited) = taken(&format!("{CHUNKED}3\nabc\r\n0\nT: u\n\n"));
    assert_eq!(
        cited,
        [("chunk-line-lf", head + 1), ("trailer-lf", head + 13)]
    );
    let (_, cited) = taken(&format!("{CHUNKED}3;a\nabc\r\n0\r\n\r\n"));
    assert_eq!(cited, [("extension-lf-ends", head + 3)]);
    let after_data = rejected(&format!("{CHUNKED}3\r\nabc\n0\r\n\r\n"));
    assert_eq!(after_data, ("http1/chunk-data-end", head + 6));
}

#[test]
fn a_bad_byte_is_rejected_before_its_line_ends() {
    assert_eq!(rejected("GET / HTTX"), ("http1/http-version", 6));
    assert_eq!(rejected("GET / HTTP/1.1\r\nHo("), ("http1/field-name", 18));
    assert_eq!(
        rejected("GET / HTTP/1.1\r\nHost: \x01"),
        ("http1/field-value-control", 22)
    );
    assert_eq!(
        rejected(&format!("{CHUNKED}3;a=(")),
        ("http1/chunk-extension", CHUNKED.len() + 4)
    );
    for length in 0..CHUNKED.len() {
        assert_eq!(read(&CHUNKED[..length]).reading.messages, [], "{length}");
    }
}
