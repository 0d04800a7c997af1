//! Patches made to exhaust their readers: memory stays within a multiple of the input, and the laws hold.
//!
//! Time is not asserted: what takes more than the input's size in steps does not end here in reasonable time.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use parsers::core::laws;
use parsers::family::DialectParser;
use parsers::unidiff::UNIFIED;
use parsers::{Dialect, LeniencySet, Parser, Verdict, judge};

/// Each input has about as many bytes.
const SIZE: usize = 1 << 20;
/// The long lines have as many.
const LONG: usize = 32 << 20;
/// Most bytes of memory for each byte of an input: a hunk of sixteen bytes is a message and two parts, kept
/// twice while their list grows.
const MEMORY: u64 = 40;

const HEADER: &[u8] = b"--- a/x\n+++ b/x\n";

/// `piece` after `front`, up to so many bytes.
fn many(front: &[u8], piece: &[u8], size: usize) -> Vec<u8> {
    let mut input = front.to_vec();
    input.extend(piece.iter().cycle().take(size / piece.len() * piece.len()));
    input
}

fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let mail = b"From a Mon Sep 17 00:00:00 2001\nContent-Transfer-Encoding: base64\n\n";
    let parts = b"Content-Type: multipart/mixed; boundary=B\n\n";
    let flowed = b"Content-Type: text/plain; format=flowed\n\n";
    vec![
        ("empty hunks", many(HEADER, b"@@ -1,0 +1,0 @@\n", SIZE)),
        ("hunks of a line", many(HEADER, b"@@ -1 +1,0 @@\n-\n", SIZE)),
        (
            "headers alone",
            many(b"", b"diff --git a b\nindex 1\n", SIZE),
        ),
        ("old lines", many(b"", b"--- a\n", SIZE)),
        ("new lines", many(b"", b"+++ a\n", SIZE)),
        ("headers without hunks", many(b"", HEADER, SIZE)),
        ("lines of git", many(b"", b"diff --git \n", SIZE)),
        (
            "mails without a separator",
            many(b"", b"From a 1:1:1 2001\n--- a\n+++ a\n", SIZE),
        ),
        ("mails of one line", many(b"", b"From a 1:1:1 2001\n", SIZE)),
        ("empty lines", many(HEADER, b"\n", SIZE)),
        (
            "markers",
            many(
                b"--- a\n+++ b\n@@ -1 +1 @@\n x\n",
                b"\\ No newline at end of file\n",
                SIZE,
            ),
        ),
        ("bare CR", many(HEADER, b"\rx", SIZE)),
        ("form feeds", many(b"", b"--- a\x0c", SIZE)),
        ("an ed script", many(b"Index: x\n", b"1c\n!id\n.\n", SIZE)),
        (
            "binary data",
            many(
                b"diff --git a b\nGIT binary patch\n",
                b"literal 1\nA00000\n\n",
                SIZE,
            ),
        ),
        (
            "binary data without an end",
            many(
                b"diff --git a b\nGIT binary patch\nliteral 1\n",
                b"A00000\n",
                SIZE,
            ),
        ),
        (
            "base64",
            many(mail, b"LS0tIGEKKysrIGIKQEAgLTEgKzEsMCBAQAoteAo=\n", SIZE),
        ),
        ("parts", many(parts, b"--B\n\nx\n", SIZE)),
        (
            "parts in parts",
            many(
                b"",
                b"Content-Type: multipart/mixed; boundary=B\n\n--B\n",
                SIZE,
            ),
        ),
        ("flowed text", many(flowed, b" x \n", SIZE)),
        (
            "counts of 2^64",
            many(
                HEADER,
                b"@@ -18446744073709551616,18446744073709551615 +1,18446744073709551615 @@\n",
                SIZE,
            ),
        ),
        (
            "names that leave the tree",
            many(b"", b"--- a/x\n+++ ../../../x\n@@ -1,0 +1 @@\n+x\n", SIZE),
        ),
        ("a long name", many(b"--- a\n+++ ", b"../", LONG)),
        (
            "a long number",
            many(b"--- a\n+++ b\n@@ -1 +1,", b"1", LONG),
        ),
        (
            "a long line",
            many(b"--- a\n+++ b\n@@ -1 +1 @@\n-x\n+", b"x", LONG),
        ),
        ("a long line of blanks", many(b"", b" ", LONG)),
        ("a long line after @@", many(b"@@", b" ", LONG)),
    ]
}

#[test]
fn memory_is_bounded_by_the_input() {
    let every = UNIFIED.every_leniency();
    let mut bad = Vec::new();
    for (name, input) in shapes() {
        let singles = UNIFIED
            .leniencies
            .iter()
            .map(|leniency| LeniencySet::of(&[leniency]));
        // The long lines cost the readers of single leniencies no more than the named ones, and a minute.
        let singles = singles.take(if input.len() > 2 * SIZE {
            0
        } else {
            UNIFIED.leniencies.len()
        });
        let dialects: Vec<_> = singles
            .chain([LeniencySet::EMPTY, every])
            .map(|set| DialectParser::new(&UNIFIED, Dialect::new(UNIFIED.ids(&set).join("+"), set)))
            .collect();
        let dialects = dialects.iter().map(|dialect| dialect as &dyn Parser);
        for parser in UNIFIED.parsers.iter().copied().chain(dialects) {
            let mut verdict = Verdict::new();
            let asked = allocation_counter::measure(|| judge(parser, &input, &mut verdict));
            if asked.bytes_max > MEMORY * input.len() as u64 {
                bad.push(format!(
                    "{name}, {}: {} bytes",
                    parser.name(),
                    asked.bytes_max
                ));
            }
            if let Err(broken) = laws::spans(parser.name(), &verdict.reading, input.len()) {
                bad.push(format!("{name}: {broken}"));
            }
        }
    }
    assert!(bad.is_empty(), "\n{}\n", bad.join("\n"));
}
