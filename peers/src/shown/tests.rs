//! What readings show from outside.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use parsers::core::explain;
use parsers::http1::REQUEST;
use parsers::http1::leniencies::LENGTH_PLUS;
use parsers::{LeniencySet, Verdict};

use super::*;

const PLUS: &[u8] = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nhiGET /b HTTP/1.1\r\nHost: a\r\n\r\n";

fn told(method: &str, target: &str, body: &str) -> Told {
    Told {
        method: method.to_owned(),
        target: target.to_owned(),
        length: body.len() as u64,
        body: body.as_bytes().to_vec(),
    }
}

fn shown(told: Vec<Told>, fate: ConnectionFate) -> Shown {
    Shown {
        taken: told.len(),
        told: Some(told),
        fate,
        sent: usize::MAX,
        is_first_only: false,
        is_early: false,
        is_hasty: false,
        is_mute: false,
    }
}

fn is(shown: &Shown, relaxes: &LeniencySet, input: &[u8]) -> bool {
    let mut verdict = Verdict::new();
    explain::judge_under(&REQUEST, relaxes, input, &mut verdict);
    shown.is(&verdict.reading, input)
}

#[test]
fn what_is_told_is_held_against_each_message() {
    let plus = LeniencySet::of(&[&LENGTH_PLUS]);
    let both = || vec![told("POST", "/a", "hi"), told("GET", "/b", "")];
    assert!(is(&shown(both(), ConnectionFate::Open), &plus, PLUS));
    assert!(!is(
        &shown(both(), ConnectionFate::Open),
        &LeniencySet::EMPTY,
        PLUS
    ));
    let mut other = both();
    *other.first_mut().unwrap() = told("POST", "/a", "ho");
    assert!(!is(&shown(other, ConnectionFate::Open), &plus, PLUS));
    let mut other = both();
    *other.last_mut().unwrap() = told("GET", "/c", "");
    assert!(!is(&shown(other, ConnectionFate::Open), &plus, PLUS));
    // Runtimes tell methods and targets otherwise.
    let otherwise = vec![told("?", "http:///a", "hi"), told("get", "b", "")];
    assert!(is(&shown(otherwise, ConnectionFate::Open), &plus, PLUS));
    let first = vec![told("POST", "/a", "hi")];
    assert!(!is(
        &shown(first.clone(), ConnectionFate::Open),
        &plus,
        PLUS
    ));
    let first = Shown {
        is_first_only: true,
        ..shown(first, ConnectionFate::Closed)
    };
    assert!(is(&first, &plus, PLUS));
}

#[test]
fn how_it_ends_is_held_against_the_end() {
    let rejects = [ConnectionFate::Rejected(400), ConnectionFate::Closed];
    for fate in rejects {
        assert!(is(&shown(vec![], fate), &LeniencySet::EMPTY, PLUS));
    }
    assert!(!is(
        &shown(vec![], ConnectionFate::Open),
        &LeniencySet::EMPTY,
        PLUS
    ));
    let cut = b"GET / HTTP/1.1\r\nHos";
    assert!(is(
        &shown(vec![], ConnectionFate::Open),
        &LeniencySet::EMPTY,
        cut
    ));
    assert!(!is(
        &shown(vec![], ConnectionFate::Rejected(400)),
        &LeniencySet::EMPTY,
        cut
    ));
    let faulty = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n\0\r\n\r\n";
    let dropped = shown(vec![], ConnectionFate::Rejected(400));
    assert!(!is(&dropped, &LeniencySet::EMPTY, faulty));
    let hasty = Shown {
        is_hasty: true,
        ..dropped
    };
    assert!(is(&hasty, &LeniencySet::EMPTY, faulty));
    // A closed connection ignores what follows; an open one does not.
    let closes = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /b";
    let one = || vec![told("GET", "/", "")];
    assert!(is(
        &shown(one(), ConnectionFate::Closed),
        &LeniencySet::EMPTY,
        closes
    ));
    assert!(!is(
        &shown(one(), ConnectionFate::Open),
        &LeniencySet::EMPTY,
        closes
    ));
}

#[test]
fn responses_alone_show_how_many() {
    let count = |taken, fate| Shown {
        taken,
        told: None,
        fate,
        sent: usize::MAX,
        is_first_only: false,
        is_early: false,
        is_hasty: false,
        is_mute: false,
    };
    let plus = LeniencySet::of(&[&LENGTH_PLUS]);
    assert!(is(&count(2, ConnectionFate::Open), &plus, PLUS));
    assert!(!is(&count(1, ConnectionFate::Open), &plus, PLUS));
    assert!(is(
        &count(0, ConnectionFate::Rejected(400)),
        &LeniencySet::EMPTY,
        PLUS
    ));
    let cut = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc";
    assert!(!is(
        &count(1, ConnectionFate::Open),
        &LeniencySet::EMPTY,
        cut
    ));
    let early = Shown {
        is_early: true,
        ..count(1, ConnectionFate::Open)
    };
    assert!(is(&early, &LeniencySet::EMPTY, cut));
}

#[test]
fn a_mute_server_shows_no_request_that_expects_and_has_no_content() {
    let input = b"GET /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    let second = || shown(vec![told("GET", "/b", "")], ConnectionFate::Open);
    assert!(!is(&second(), &LeniencySet::EMPTY, input));
    let mute = Shown {
        is_mute: true,
        ..second()
    };
    assert!(is(&mute, &LeniencySet::EMPTY, input));
    // With content, both are shown.
    let input = b"PUT /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    assert!(!is(&mute, &LeniencySet::EMPTY, input));
}

#[test]
fn what_was_not_sent_does_not_show() {
    let first = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    let input = [first.as_slice(), b"GET /b HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
    let cut = Shown {
        sent: first.len(),
        ..shown(vec![told("GET", "/a", "")], ConnectionFate::Closed)
    };
    assert!(is(&cut, &LeniencySet::EMPTY, &input));
    let whole = Shown {
        sent: input.len(),
        ..cut
    };
    assert!(!is(&whole, &LeniencySet::EMPTY, &input));
}
