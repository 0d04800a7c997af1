//! Every peer that reads requests is asked about plain ones, and about what no peer accepts.

// A panic is how a test fails, and so is an index that is out of bounds.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::process::ExitCode;

use parsers::http1::REQUEST;
use parsers::{End, Verdict, judge};
use peers::{About, Opened, PEERS, Peer, Pieces, Seen, ask};
use trials::{TrialRun, of_each, trials};

mod open;

use open::open;

/// A test of one peer.
type Ask = fn(&'static About) -> TrialRun;

fn main() -> ExitCode {
    let mut all = trials![
        names_are_sorted_and_unique,
        a_peer_left_out_says_how_to_build_it
    ];
    let each: [(&str, Ask); 5] = [
        ("tells_its_name_and_version", tells_its_name_and_version),
        (
            "reads_plain_requests_as_strict_does",
            reads_plain_requests_as_strict_does,
        ),
        (
            "waits_for_a_request_cut_short",
            waits_for_a_request_cut_short,
        ),
        ("rejects_what_nobody_accepts", rejects_what_nobody_accepts),
        ("forgets", forgets),
    ];
    for (name, test) in each {
        let abouts = PEERS.iter().filter(|about| *about.family == REQUEST);
        all.extend(of_each(
            name,
            abouts.map(|about| (about.name, *about)),
            test,
        ));
    }
    trials::run(all)
}

/// Two requests that no peer may misread: one with a counted body, one with chunks.
const PLAIN: &[u8] = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\
    POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n\
    GET /c HTTP/1.1\r\nHost: a\r\n\r\n";

/// The peers that misread even those when they come in one piece, as [`About::cuts`] says.
const PLAIN_ONLY_IN_BYTES: &[&str] = &["edge-http"];

/// The peers to which the end of the stream, where a chunk may start, is the last chunk.
const END_IS_LAST_CHUNK: &[&str] = &["edge-http"];

/// The peers to which a chunk size without a digit is the last chunk.
const NO_SIZE_IS_ZERO: &[&str] = &["http-parser-js"];

/// The peers that read any bytes as a head, for they inspect what others are sent.
const INSPECTORS: &[&str] = &["libhtp-apache-2", "libhtp-generic", "libhtp-iis-5-1"];

fn read(peer: &mut dyn Peer, input: &[u8], pieces: Pieces) -> Seen {
    let mut seen = Seen::default();
    ask(peer, input, pieces, &mut seen).unwrap();
    seen
}

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

fn tells_its_name_and_version(about: &'static About) -> TrialRun {
    let opened = open(about)?;
    let (name, version) = (&opened.name, &opened.version);
    assert_eq!(about.name, name);
    assert!(
        version.starts_with(|first: char| first.is_ascii_digit()),
        "{name}: {version:?}"
    );
    println!("{name} {version}");
    Ok(())
}

fn a_peer_left_out_says_how_to_build_it() {
    for about in PEERS.iter().filter(|about| about.was_left_out()) {
        let why = about.open().map(|_| ()).unwrap_err().to_string();
        let command = format!("build with --features {}", about.name);
        assert!(why.ends_with(&command), "{why}");
    }
}

fn reads_plain_requests_as_strict_does(about: &'static About) -> TrialRun {
    let mut strict = Verdict::new();
    judge(REQUEST.parsers[0], PLAIN, &mut strict);
    assert_eq!(
        (strict.reading.messages.len(), strict.reading.end),
        (3, End::Complete)
    );
    let Opened { mut peer, .. } = open(about)?;
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
    Ok(())
}

fn waits_for_a_request_cut_short(about: &'static About) -> TrialRun {
    let Opened { mut peer, .. } = open(about)?;
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
    Ok(())
}

fn rejects_what_nobody_accepts(about: &'static About) -> TrialRun {
    let head: &[u8] = b"\x01\x02 / HTTP/1.1\r\nHost: a\r\n\r\n";
    let size: &[u8] =
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n";
    let Opened { mut peer, .. } = open(about)?;
    for pieces in [Pieces::One, Pieces::Bytes] {
        let mut told = |input| {
            let seen = read(&mut *peer, input, pieces);
            (seen.messages.len(), seen.end)
        };
        let rejected = (0, End::Rejected);
        let size_expected = match NO_SIZE_IS_ZERO.contains(&about.name) {
            true => (1, End::Complete),
            false => rejected,
        };
        assert_eq!(told(size), size_expected, "{} {pieces:?}", about.name);
        let inspects = INSPECTORS.contains(&about.name);
        let expected = if inspects {
            (1, End::Complete)
        } else {
            rejected
        };
        assert_eq!(told(head), expected, "{} {pieces:?}", about.name);
    }
    Ok(())
}

/// A peer is kept and asked again: nothing of one input may stay for the next.
fn forgets(about: &'static About) -> TrialRun {
    let Opened { mut peer, .. } = open(about)?;
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
    Ok(())
}
