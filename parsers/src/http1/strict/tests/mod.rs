//! Every rule that the strict reading cites, broken and upheld, and what a cut stream reads as.
//!
//! Inputs are written with one character a byte (Latin-1), `›` before the byte that is cited, and end
//! with the byte that decides: one byte less, and the parser still waits.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may panic"
)]

mod bodies;
mod heads;
mod lines;

use std::collections::BTreeSet;

use self::bodies::{BODIES, CHUNKED};
use self::heads::HEADS;
use self::lines::{FIELD_LINES, REQUEST_LINES};
use super::StrictRequest;
use crate::http1::rules::*;
use crate::{End, Framing, Rule, Verdict, judge};

/// The bytes of `text`, and the offset of the mark in it.
fn bytes(text: &str) -> (Vec<u8>, Option<usize>) {
    let mark = text.chars().position(|character| character == '›');
    let latin1 = text.chars().filter(|&character| character != '›');
    let bytes = latin1.map(|character| u8::try_from(u32::from(character)).unwrap());
    (bytes.collect(), mark)
}

fn judged(input: &[u8]) -> Verdict {
    let mut verdict = Verdict::new();
    judge(&StrictRequest, input, &mut verdict);
    verdict
}

/// The rule cited and where, when the input is rejected.
fn rejection(input: &[u8]) -> Option<(&'static str, usize)> {
    let verdict = judged(input);
    assert_eq!(
        verdict.reading.end == End::Rejected,
        verdict.rejection().is_some()
    );
    verdict.rejection().map(|cited| (cited.rule.id, cited.at))
}

/// The byte after the head of each whole message, the byte after the message, its framing and its
/// body; and how the stream ended.
fn messages(text: &str) -> (Vec<(usize, usize, Framing, String)>, End) {
    let (input, _) = bytes(text);
    let verdict = judged(&input);
    let reading = &verdict.reading;
    let told = reading.messages.iter().map(|message| {
        let parts = reading.parts_of(message).iter();
        let body = parts.map(|part| String::from_utf8_lossy(&input[part.start..part.end]));
        let body: Vec<_> = body.collect();
        (message.head, message.end, message.framing, body.join("|"))
    });
    (told.collect(), reading.end)
}

/// A rule, what breaks it, and something as near to it as can be that does not: whole messages.
type Case = (
    &'static Rule,
    &'static [&'static str],
    &'static [&'static str],
);

/// Every case, with the whole input.
fn cases() -> impl Iterator<Item = (&'static Rule, Vec<String>, Vec<String>)> {
    let heads = [REQUEST_LINES, FIELD_LINES, HEADS].concat().into_iter();
    let whole = |before: &'static str| {
        move |(rule, bad, good): Case| {
            let each = |texts: &[&str]| texts.iter().map(|text| before.to_owned() + text).collect();
            (rule, each(bad), each(good))
        }
    };
    heads
        .map(whole(""))
        .chain(BODIES.iter().copied().map(whole(CHUNKED)))
}

#[test]
fn a_broken_rule_is_cited_where_it_is_broken() {
    for (rule, bad, _) in cases() {
        for text in bad {
            let (input, mark) = bytes(&text);
            let cited = rejection(&input);
            assert_eq!(cited, Some((rule.id, mark.unwrap())), "{text:?}");
        }
    }
}

#[test]
fn a_byte_is_rejected_as_soon_as_it_is_seen_and_no_sooner() {
    for (_, bad, _) in cases() {
        for text in bad {
            let (input, _) = bytes(&text);
            for length in 1..input.len() {
                let verdict = judged(&input[..length]);
                assert_eq!(verdict.reading.end, End::Incomplete, "{text:?} {length}");
                assert!(verdict.citations.is_empty());
            }
        }
    }
}

#[test]
fn a_rejection_stands_whatever_follows() {
    for (_, bad, _) in cases() {
        for text in bad {
            let (mut input, _) = bytes(&text);
            let cited = rejection(&input);
            let length = input.len();
            for byte in 0..=255 {
                for follows in [
                    &[byte][..],
                    &[byte, b'\n'],
                    b"\r\n\r\nGET / HTTP/1.0\r\n\r\n",
                ] {
                    input.truncate(length);
                    input.extend_from_slice(follows);
                    assert_eq!(rejection(&input), cited, "{text:?} {follows:?}");
                }
            }
        }
    }
}

#[test]
fn an_upheld_rule_is_not_cited() {
    for (_, _, good) in cases() {
        for text in good {
            let (input, _) = bytes(&text);
            let verdict = judged(&input);
            assert_eq!(verdict.citations, [], "{text:?}");
            assert_eq!(verdict.reading.messages.len(), 1, "{text:?}");
            assert_eq!(verdict.reading.taken(), input.len(), "{text:?}");
        }
    }
}

#[test]
fn every_rule_that_a_request_can_break_is_broken() {
    // These say how to read on: a request cannot break them.
    let others = [
        "http1/method-case",
        "http1/error-closes",
        "http1/head-limit",
        "http1/name-whole",
        "http1/connection-option",
        "http1/connection-list",
        "http1/head-end",
        "http1/message-complete",
        "http1/coding-name",
        "http1/coding-counts",
        "http1/length-decimal",
        "http1/length-counts",
        "http1/no-length-no-body",
        "http1/framing-by-method",
        "http1/connect-tunnel",
        "http1/upgrade-waits",
        "http1/octets",
        "http1/head-before-act",
        "http1/upgrade-in-10",
        "http1/continue-before-101",
        "http1/persistence-10-proxy",
        "http1/absolute-form",
        "http1/connect-rejected-closes",
        "http1/expect-in-10",
        "http1/list-empty-elements",
        "http1/read-body-or-close",
        "http1/close-ends",
        "http1/persistence",
        "http1/chunk-size-number",
        "http1/chunk-extension-length",
        "http1/last-chunk",
        "http1/trailer-framing",
    ];
    let broken = cases().map(|(rule, ..)| rule.id);
    let known: BTreeSet<_> = broken.chain(others).collect();
    assert_eq!(known, RULES.iter().map(|rule| rule.id).collect());
}

const COUNTED: &str = "POST /a?b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nabcd";
const IN_CHUNKS: &str = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
     3 ; a = b;c=\"d\\\"\"\r\nabc\r\n2\r\n\r\n\r\n00\r\nA: b\r\n\r\n";

#[test]
fn a_whole_message_is_waited_for_at_every_byte() {
    let head = COUNTED.find("\r\n\r\n").unwrap() + 4;
    let counted = (head, COUNTED.len(), Framing::Length(4), "abcd".to_owned());
    assert_eq!(messages(COUNTED), (vec![counted], End::Complete));
    let head = IN_CHUNKS.find("\r\n\r\n").unwrap() + 4;
    let chunked = (
        head,
        IN_CHUNKS.len(),
        Framing::Chunked,
        "abc|\r\n".to_owned(),
    );
    assert_eq!(messages(IN_CHUNKS), (vec![chunked], End::Complete));

    for text in [COUNTED, IN_CHUNKS] {
        let head = text.find("\r\n\r\n").unwrap() + 4;
        for length in 1..text.len() {
            let verdict = judged(&text.as_bytes()[..length]);
            assert_eq!(verdict.reading.end, End::Incomplete, "{length}");
            assert_eq!(verdict.reading.messages, []);
            assert_eq!(verdict.reading.parts, []);
            // The head is known once its last byte is there, and not before.
            let pending = verdict.reading.pending.map(|pending| pending.head);
            assert_eq!(pending, (length >= head).then_some(head), "{length}");
        }
    }
}

#[test]
fn the_reading_of_a_prefix_is_the_beginning_of_the_whole() {
    let odd = b"\0\t\n\x0b\r \"',-/0159:;=@AGZ\\_afgxz\x7f\x80\xff";
    let good = [
        COUNTED,
        IN_CHUNKS,
        "CONNECT a:1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ];
    for text in good {
        for at in 0..text.len() {
            for &byte in odd {
                let mut input = text.as_bytes().to_vec();
                input[at] = byte;
                assert_prefixes_agree(&input, at);
            }
        }
    }
}

/// No prefix of `input` that has the byte at `from` says what a longer one takes back.
fn assert_prefixes_agree(input: &[u8], from: usize) {
    let mut before = judged(&input[..from]);
    for length in from + 1..=input.len() {
        let verdict = judged(&input[..length]);
        let told = before.reading.messages.len();
        assert_eq!(
            verdict.reading.messages.get(..told),
            before.reading.messages.get(..),
            "{:?}",
            input[..length].escape_ascii().to_string()
        );
        if before.reading.end == End::Rejected {
            assert_eq!(verdict.citations, before.citations);
        } else if let Some(cited) = verdict.rejection() {
            assert!(cited.at < length);
        }
        before = verdict;
    }
}

#[test]
fn a_length_may_be_as_large_as_a_number_can_be() {
    for text in [
        "POST / HTTP/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nab",
        "POST / HTTP/1.0\r\nContent-Length: 18446744073709551615\r\n\r\n",
    ] {
        let verdict = judged(text.as_bytes());
        assert_eq!(verdict.reading.end, End::Incomplete);
        let framing = verdict.reading.pending.unwrap().framing;
        assert_eq!(framing, Framing::Length(u64::MAX));
    }
    for size in ["ffffffffffffffff", "0FFFFFFFFFFFFFFFF", "8000000000000000"] {
        let input = format!("{CHUNKED}{size}\r\nab\r\n");
        assert_eq!(judged(input.as_bytes()).reading.end, End::Incomplete);
    }
}

#[test]
fn the_connection_goes_on_closes_or_becomes_a_tunnel() {
    let follows = |head: &str| messages(&format!("{head}\r\n\r\nGET / HTTP/1.0\r\n\r\n"));
    for (head, count, end) in [
        ("GET / HTTP/1.1\r\nHost:", 2, End::Complete),
        (
            "GET / HTTP/1.1\r\nHost:\r\nConnection: closed",
            2,
            End::Complete,
        ),
        (
            "GET / HTTP/1.1\r\nHost:\r\nConnection: a,\tCLOSE ,",
            1,
            End::Complete,
        ),
        (
            "GET / HTTP/1.1\r\nHost:\r\nconnection: keep-alive\r\nConnection: close",
            1,
            End::Complete,
        ),
        ("GET / HTTP/1.0", 1, End::Complete),
        (
            "GET / HTTP/1.0\r\nConnection: a\r\nConnection: ,Keep-Alive",
            2,
            End::Complete,
        ),
        (
            "GET / HTTP/1.0\r\nConnection: keep-alive, close",
            1,
            End::Complete,
        ),
        (
            "CONNECT a:1 HTTP/1.1\r\nHost:\r\nConnection: close",
            1,
            End::Tunnel,
        ),
        ("CONNECT a:1 HTTP/1.0\r\nContent-Length: 0", 1, End::Tunnel),
    ] {
        let (messages, ended) = follows(head);
        assert_eq!((messages.len(), ended), (count, end), "{head:?}");
    }
}

#[test]
fn notes_of_an_earlier_message_are_forgotten() {
    let second = "GET / HTTP/1.1\r\n\r\n";
    let first = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let cited = rejection(format!("{first}{second}").as_bytes());
    assert_eq!(cited, Some((HOST_MISSING.id, first.len())));
    let mut verdict = Verdict::new();
    judge(&StrictRequest, first.as_bytes(), &mut verdict);
    judge(&StrictRequest, second.as_bytes(), &mut verdict);
    assert_eq!(
        verdict.rejection().map(|cited| cited.rule),
        Some(&HOST_MISSING)
    );
}
