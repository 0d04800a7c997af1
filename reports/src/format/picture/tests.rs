// A panic is how a test fails, and the tests know how long their lists are.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use super::*;
use crate::judge::panel::{Panel, Scope};
use crate::judge::seat::{Membership, Seat};
use crate::toy::TOY;
use parsers::http1::{REQUEST, leniencies as l, rules as r};
use parsers::{Citation, End, Framing, Leniency, LeniencySet, Message, Stance, Verdict};

fn relaxed(leniency: &'static Leniency, at: usize) -> Citation {
    Citation {
        rule: leniency.rule,
        at,
        stance: Stance::Relax(leniency),
    }
}

fn message(start: usize, head: usize, end: usize, framing: Framing) -> Message {
    Message {
        start,
        head,
        end,
        framing,
        first_part: 0,
        last_part: 0,
    }
}

fn seat(name: &str, messages: &[Message], end: End, citations: &[Citation]) -> Seat {
    let mut verdict = Verdict::new();
    verdict.reading.messages = messages.to_vec();
    verdict.reading.end = end;
    verdict.citations = citations.to_vec();
    Seat {
        name: name.to_owned(),
        standing: Membership::Named,
        relaxes: Some(LeniencySet::EMPTY),
        verdict,
    }
}

/// The picture that the design promises, of verdicts made by hand.
#[test]
fn both_lengths() {
    let head =
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 37\r\nTransfer-Encoding: chunked\r\n\r\n";
    let input = [
        head.as_slice(),
        b"0\r\n\r\nGET /admin HTTP/1.1\r\nHost: b\r\n\r\n",
    ]
    .concat();
    assert_eq!((head.len(), input.len()), (76, 113));
    let rejected = Citation {
        rule: &r::LENGTH_WITH_CODING,
        at: 26,
        stance: Stance::Reject,
    };
    let chunked = [
        message(0, 76, 81, Framing::Chunked),
        message(81, 113, 113, Framing::Bodiless),
    ];
    let counted = [message(0, 76, 113, Framing::Length(37))];
    let seats = vec![
        seat("strict", &[], End::Rejected, &[rejected]),
        seat(
            "length-first",
            &counted,
            End::Complete,
            &[relaxed(&l::LENGTH_BEATS_CODING, 26)],
        ),
        seat(
            "chunked-first",
            &chunked,
            End::Complete,
            &[relaxed(&l::CODING_BEATS_LENGTH, 26)],
        ),
        seat("state-machine", &[], End::Rejected, &[rejected]),
    ];
    let judgement = Judgement::of(&REQUEST, &input, seats);
    insta::assert_snapshot!(draw(&judgement, &input, &Palette::PLAIN), @r"
         POST / HTTP/1.1␍␊
         Host: a␍␊
         Content-Length: 37␍␊
         Transfer-Encoding: chunked␍␊
         ␍␊
         0␍␊
    A    ␍␊
         GET /admin HTTP/1.1␍␊
         Host: b␍␊
    AB   ␍␊

    A  chunked-first           0..81 chunked   81..113 bodiless   complete         relaxes http1/length-with-coding at 26 by coding-beats-length (RFC 9112 §6.1, §6.3)
    B  length-first            0..113 length                      complete         relaxes http1/length-with-coding at 26 by length-beats-coding (RFC 9112 §6.1, §6.3)
    –  strict, state-machine                                      rejected at 26   http1/length-with-coding (RFC 9112 §6.1, §6.3)
    boundary, error, cl-te: with B in front of A, A sees one more request: GET /admin HTTP/1.1
    A, B break the specification: http1/length-with-coding (RFC 9112 §6.1, §6.3)
    ");
}

/// `3,1`: three bytes and then a message of one, to a reader of the 3; one byte, to a reader of the 1.
#[test]
fn toy_numbers() {
    let input = b"3,1\nabc1\nz";
    let judgement = Panel::full(&TOY).judge(input, Scope::All);
    insta::assert_snapshot!(draw(&judgement, input, &Palette::PLAIN), @r"
         3,1␊
    A    a
    B    bc
         1␊
    B    z

    A  late, +last   0..5 length                  rejected at 5   toy/digits (TOY §1)
                                                                  relaxes toy/one at 1 by last (TOY §2)
    B  +first        0..7 length   7..10 length   complete        relaxes toy/one at 1 by first (TOY §2)
    –  strict                                     rejected at 1   toy/one (TOY §2)
       (the other single leniencies change nothing)
    boundary, error, two-numbers: with B in front of A, A rejects what B reads as content: bc1
    A, B break the specification: toy/one (TOY §2)
    ");
    let finding = judgement.finding.unwrap();
    assert_eq!(
        finding.signature.to_string(),
        "toy-note/boundary/two-numbers/longer:first/shorter:last"
    );
}

fn alone(input: &[u8]) -> String {
    let judgement = Judgement::of(&TOY, input, []);
    draw(&judgement, input, &Palette::PLAIN)
}

#[test]
fn hostile_bytes_are_escaped() {
    let picture = alone(b"\x1b[31m\xe2\x90\x8d\t\r\nend ");
    assert!(picture.starts_with("     \\x1b[31m\\xe2\\x90\\x8d␉␍␊\n     end\\x20\n"));
}

#[test]
fn long_lines_lose_their_middle() {
    let input = [b"a".repeat(64), b"b".repeat(8000), b"c".repeat(20)].concat();
    let (front, back) = ("a".repeat(64), "c".repeat(20));
    let line = format!("     {front} … 8,000 bytes … {back}\n\n");
    assert!(alone(&input).starts_with(&line));
    // One hundred columns are shown whole.
    let line = "a".repeat(100);
    assert!(alone(line.as_bytes()).starts_with(&format!("     {line}\n\n")));
}

#[test]
fn long_pictures_lose_lines() {
    let picture = alone(&b"x\n".repeat(1008));
    let four = "     x␊\n".repeat(4);
    let whole = format!("{four}     … 1,000 lines, 2,000 bytes …\n{four}\nno reader has read it\n");
    assert_eq!(picture, whole);
}

/// A thousand messages that all end alike, then one about which the readers disagree.
#[test]
fn boundaries_that_all_share_are_no_news() {
    let input = [b"1\na".repeat(1000).as_slice(), b"2,1\nab"].concat();
    let judgement = Panel::full(&TOY).judge(&input, Scope::All);
    let picture = draw(&judgement, &input, &Palette::PLAIN);
    let lines: Vec<_> = picture.lines().collect();
    // Each message is `1␊` and `a`; of the 2,000 lines, the first is news at its second, with four on
    // either side, and the last four come before `2,1␊` and `ab`, of which the rejection is news.
    assert_eq!(lines[..2], ["     1␊", "ABC  a"]);
    assert_eq!(
        lines[6],
        "     … 1,990 lines, 2,985 bytes, 995 boundaries …"
    );
    assert_eq!(lines[7..11], ["     1␊", "ABC  a", "     1␊", "ABC  a"]);
    assert_eq!(lines[11..14], ["     2,1␊", "A    a", "B    b"]);
}

/// A table that is too wide becomes a list, and no line of it is wider than was asked for.
#[test]
fn a_narrow_picture() {
    let input = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n0\r\n\r\n";
    let head = input.len() - 5;
    let names = "a reader with a long name, another reader with a long name, and a third one";
    let citations = [relaxed(&l::LENGTH_BEATS_CODING, 26)];
    let long = [message(0, head, input.len(), Framing::Length(5))];
    let short = [message(0, head, head, Framing::Bodiless)];
    let seats = [
        seat(names, &long, End::Complete, &citations),
        seat("short", &short, End::Complete, &[]),
    ];
    let judgement = Judgement::of(&REQUEST, input, seats);
    let wide = draw(&judgement, input, &Palette::PLAIN);
    let widest = |picture: &str| picture.lines().map(|line| line.chars().count()).max();
    assert!(widest(&wide) > Some(100), "{wide}");
    let narrow = draw_within(&judgement, input, &Palette::PLAIN, Some(60));
    assert!(widest(&narrow) <= Some(60), "{narrow}");
    let words = |picture: &str| {
        let mut words: Vec<_> = picture.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(words(&narrow), words(&wide));
    assert_eq!(
        draw_within(&judgement, input, &Palette::PLAIN, Some(500)),
        wide
    );
}

#[test]
fn lines_are_folded_at_spaces() {
    assert_eq!(
        fold("one two three\nfour", 7, "  "),
        "one two\n  three\nfour"
    );
    assert_eq!(fold("   kept  gaps", 20, ""), "   kept  gaps");
    assert_eq!(fold("a-word-too-long b", 5, " "), "a-word-too-long\n b");
    assert_eq!(fold("ends\n", 10, " "), "ends\n");
}
