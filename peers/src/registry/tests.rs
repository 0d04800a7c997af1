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

/// The peers that misread even those when they come in one piece, as [`About::cuts`] says.
const PLAIN_ONLY_IN_BYTES: &[&str] = &["edge-http"];

/// The peers to which the end of the stream, where a chunk may start, is the last chunk.
const END_IS_LAST_CHUNK: &[&str] = &["edge-http"];

/// The peers to which a chunk size without a digit is the last chunk.
const NO_SIZE_IS_NOUGHT: &[&str] = &["http-parser-js"];

/// The peers that take any bytes as a head, for they inspect what others are sent.
const INSPECTORS: &[&str] = &["libhtp-apache-2", "libhtp-generic", "libhtp-iis-5-1"];

/// Those that are there. What has been built and installed has to be.
fn ready() -> Vec<(&'static About, Opened)> {
    let mut ready = Vec::new();
    for about in PEERS.iter().filter(|about| about.family == REQUEST.name) {
        match about.open() {
            Ok(opened) => ready.push((*about, opened)),
            Err(failure) => {
                let needs_installing = about.tier() != Tier::Linked || about.name == "milo";
                let may_be_absent = about.was_left_out()
                    || needs_installing && env::var_os("MISFRAME_PEERS").is_none();
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
fn who_is_left_out_says_how_to_build_it() {
    for about in PEERS.iter().filter(|about| about.was_left_out()) {
        let why = about.open().map(|_| ()).unwrap_err().to_string();
        let command = format!("build with --features {}", about.name);
        assert!(why.ends_with(&command), "{why}");
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
            let misreads = pieces == Pieces::One && PLAIN_ONLY_IN_BYTES.contains(&about.name);
            assert_eq!(
                seen.is(&strict.reading, PLAIN),
                !misreads,
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
                let expected = match cut {
                    53 => (1, End::Complete),
                    110 | 125 if END_IS_LAST_CHUNK.contains(&about.name) => (2, End::Complete),
                    _ => (whole, End::Incomplete),
                };
                assert_eq!(told, expected, "{} {pieces:?}: {cut} bytes", about.name);
            }
        }
    }
}

#[test]
fn what_no_one_takes_is_refused() {
    let head: &[u8] = b"\x01\x02 / HTTP/1.1\r\nHost: a\r\n\r\n";
    let size: &[u8] =
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n";
    for (about, Opened { mut peer, .. }) in ready() {
        for pieces in [Pieces::One, Pieces::Bytes] {
            let mut told = |input| {
                let seen = read(&mut *peer, input, pieces);
                (seen.messages.len(), seen.end)
            };
            let refused = (0, End::Refused);
            let size_expected = match NO_SIZE_IS_NOUGHT.contains(&about.name) {
                true => (1, End::Complete),
                false => refused,
            };
            assert_eq!(told(size), size_expected, "{} {pieces:?}", about.name);
            let inspects = INSPECTORS.contains(&about.name);
            let expected = if inspects {
                (1, End::Complete)
            } else {
                refused
            };
            assert_eq!(told(head), expected, "{} {pieces:?}", about.name);
        }
    }
}

/// A peer is kept and asked again: nothing of one input may stay for the next.
#[test]
fn peers_forget() {
    for (about, Opened { mut peer, .. }) in ready() {
        let first = read(&mut *peer, PLAIN, Pieces::One);
        for cut in (0..PLAIN.len()).step_by(7) {
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
