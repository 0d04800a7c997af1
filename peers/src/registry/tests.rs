// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::env;

use parsers::http1::REQUEST;
use parsers::{End, Verdict, judge};

use super::PEERS;
use crate::{About, Opened, Peer, Pieces, Seen, Tier, ask};

/// Two requests that nobody may misread: one with a counted body, one with chunks.
const PLAIN: &[u8] = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\
    POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n\
    GET /c HTTP/1.1\r\nHost: a\r\n\r\n";

/// Those that are there. What has been installed has to be.
fn ready() -> Vec<(&'static About, Opened)> {
    let mut ready = Vec::new();
    for about in PEERS {
        match about.open() {
            Ok(opened) => ready.push((*about, opened)),
            Err(failure) => {
                let may_be_absent =
                    about.tier() != Tier::Linked && env::var_os("MISFRAME_PEERS").is_none();
                assert!(may_be_absent, "{}: {failure}", about.name);
                println!("skipped: {}: {failure}", about.name);
            }
        }
    }
    ready
}

fn read(peer: &mut dyn Peer, input: &[u8], pieces: Pieces) -> Seen {
    let mut seen = Seen::default();
    ask(peer, input, pieces, &mut seen).unwrap();
    seen
}

#[test]
fn names_are_sorted_and_unique() {
    let keys: Vec<_> = PEERS
        .iter()
        .map(|about| (about.tier(), about.name))
        .collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(keys, sorted);
}

#[test]
fn every_peer_tells_its_name_and_version() {
    for (about, opened) in ready() {
        let (name, version) = (&opened.name, &opened.version);
        assert_eq!(about.name, name);
        assert!(
            version.starts_with(|first: char| first.is_ascii_digit()),
            "{name}: {version:?}"
        );
        println!("{name} {version}");
    }
}

#[test]
fn plain_requests_are_read_as_strict_reads_them() {
    let mut strict = Verdict::new();
    judge(REQUEST.parsers[0], PLAIN, &mut strict);
    assert_eq!(
        (strict.reading.messages.len(), strict.reading.end),
        (3, End::Complete)
    );
    for (about, Opened { mut peer, .. }) in ready() {
        for pieces in [Pieces::One, Pieces::Bytes] {
            let seen = read(&mut *peer, PLAIN, pieces);
            assert!(
                seen.is(&strict.reading, PLAIN),
                "{} {pieces:?}: {seen:?}",
                about.name
            );
        }
    }
}

#[test]
fn a_request_cut_short_is_waited_for() {
    for (about, Opened { mut peer, .. }) in ready() {
        for cut in [10, 30, 53, 60, 110, 125, 129] {
            let input = PLAIN.get(..cut).unwrap();
            let whole = usize::from(cut >= 53);
            for pieces in [Pieces::One, Pieces::Bytes] {
                let seen = read(&mut *peer, input, pieces);
                let told = (seen.messages.len(), seen.end);
                let end = if cut == 53 {
                    End::Complete
                } else {
                    End::Incomplete
                };
                assert_eq!(told, (whole, end), "{} {pieces:?}: {cut} bytes", about.name);
            }
        }
    }
}

#[test]
fn what_no_one_takes_is_refused() {
    for (about, Opened { mut peer, .. }) in ready() {
        for pieces in [Pieces::One, Pieces::Bytes] {
            let seen = read(
                &mut *peer,
                b"\x01\x02 / HTTP/1.1\r\nHost: a\r\n\r\n",
                pieces,
            );
            assert_eq!(
                (seen.messages.len(), seen.end),
                (0, End::Refused),
                "{}",
                about.name
            );
        }
    }
}

/// A peer is kept and asked again: nothing of one input may stay for the next.
#[test]
fn peers_forget() {
    for (about, Opened { mut peer, .. }) in ready() {
        let first = read(&mut *peer, PLAIN, Pieces::One);
        for cut in 0..PLAIN.len() {
            read(&mut *peer, PLAIN.get(..cut).unwrap(), Pieces::One);
            assert_eq!(
                read(&mut *peer, PLAIN, Pieces::One),
                first,
                "{}: {cut}",
                about.name
            );
        }
    }
}
