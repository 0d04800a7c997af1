use super::*;
use parsers::http1::REQUEST;
use parsers::{Verdict, judge};

const INPUT: &[u8] =
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nabGET / HTTP/1.1\r\nHost: a\r\n\r\n";

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
    assert!(!is(&[(b"ab", 49), (b"", end)], End::Rejected));
    assert!(!is(&[(b"ab", 48), (b"", end)], End::Complete));
    assert!(!is(&[(b"ac", 49), (b"", end)], End::Complete));
    assert!(!is(&[(b"abc", 49), (b"", end)], End::Complete));
    assert!(!is(&[(b"a", 49), (b"b", end)], End::Complete));
    assert!(!is(&[(b"ab", 49)], End::Complete));
}

#[test]
fn lines_are_located_behind_the_next_header_that_they_follow() {
    let input = b"text\n @@ -1 +1 @@\n -x\n +y\n@@ -1 +1 @@\n-a\n+b\r\n";
    let lines = |lines: &[(u8, &'static str)]| -> Vec<(u8, &[u8])> {
        lines
            .iter()
            .map(|(mark, text)| (*mark, text.as_bytes()))
            .collect()
    };
    assert_eq!(
        located(input, 0, FAR, &lines(&[(b'-', "x"), (b'+', "y")])),
        26
    );
    assert_eq!(
        located(input, 0, FAR, &lines(&[(b'-', "a"), (b'+', "b")])),
        45
    );
    assert_eq!(located(input, 0, FAR, &lines(&[(b'-', "none")])), 5);
    assert_eq!(located(input, 45, FAR, &lines(&[(b'-', "a")])), 45);
}

#[test]
fn headers_and_names_are_shown_of_a_reading() {
    let input = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n--- a/x\n+++ b/x\n@@ -5 +5 @@\n-x\n+y\n";
    let mut verdict = Verdict::new();
    for parser in parsers::unidiff::UNIFIED.parsers.iter().take(1) {
        judge(*parser, input, &mut verdict);
    }
    let shown = |detail| Seen::of_patch(&verdict.reading, input, detail).content;
    assert_eq!(shown(Detail::Headers), b"x\n@ 16x\n@ 50");
    assert_eq!(shown(Detail::Files), b"x\n");
}

#[test]
fn a_reading_may_go_on() {
    let reading = reading();
    let begins = |pieces: &[(&[u8], usize)], end| seen(pieces, end).begins(&reading, INPUT);
    assert!(begins(&[], End::Rejected));
    assert!(begins(&[(b"ab", 49)], End::Rejected));
    assert!(!begins(&[(b"ab", 48)], End::Rejected));
    assert!(!begins(&[(b"ab", 49), (b"", 77), (b"", 78)], End::Rejected));
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
