// A panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::case::load_family;
use crate::escape::display;
use crate::traffic::wire::{Packet, pcap, to_client, to_server, whole};
use std::fs;

const FAMILY: &Family = &parsers::http1::REQUEST;
pub(super) const SETTINGS: Settings<'_> = Settings {
    family: FAMILY,
    known: &[],
    keep: &[],
    // Far more than any machine takes.
    limit: Duration::from_secs(3600),
};

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("corpus").join(FAMILY.name)
    }

    fn import(&self, files: &[PathBuf], known: &[Case]) -> Result<ImportSummary, CorpusError> {
        let settings = Settings { known, ..SETTINGS };
        import(files, &self.out(), &settings)
    }

    fn cases(&self) -> Vec<Case> {
        load_family(&self.dir.path().join("corpus"), FAMILY).unwrap()
    }
}

const POST: &str = "POST /login?next=/hunter2 HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: Shopper/1.2 (hunter2)\r\n\
    Cookie: id=hunter2\r\nContent-Length: 15\r\n\r\npass=hunter2abc";
const CHUNKED: &str = "PUT /a HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n\
    0A;x=y\r\nhunter2abc\r\n0\r\n\r\n";

fn get(nth: usize) -> String {
    format!(
        "GET /page/{nth} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Shopper/1.2\r\nX-Nth: {nth}\r\n\r\n"
    )
}

#[test]
fn a_raw_file_becomes_a_small_case() {
    let place = Place::new();
    let stream = [
        get(1),
        get(22),
        POST.to_owned(),
        CHUNKED.to_owned(),
        get(333),
    ]
    .concat();
    let file = place.file("shop.raw", stream.as_bytes());
    let summary = place.import(&[file], &[]).unwrap();
    assert_eq!(
        (summary.streams, summary.written.len()),
        (1, 1),
        "{summary:?}"
    );
    let cases = place.cases();
    let case = &cases[0];
    assert_eq!(case.name, "captured-0001");
    assert_eq!(case.expect, Expect::Accept);
    assert_eq!(case.source, "traffic");
    assert_eq!(
        case.about,
        "Captured traffic: 3 requests, the first with GET, bodiless and chunked and length."
    );
    let expected = "GET /xxxx/0 HTTP/1.1\r\nHost: aaaa.aaaaaaa\r\nUser-Agent: xxxxxxx/\r\nx-xxx: 0\r\n\r\n\
        POST /xxxxx?x HTTP/1.1\r\nHost: bbbb.bbbbbbb:1111\r\nUser-Agent: xxxxxxx/\r\nCookie: xx=xxxxx\r\nContent-Length: 3\r\n\r\nxxx\
        PUT /x HTTP/1.1\r\nHost: aaaa.aaaaaaa\r\nTransfer-Encoding: chunked\r\n\r\n3;x=x\r\nxxx\r\n0\r\n\r\n";
    assert_eq!(display(&case.input), display(expected.as_bytes()));
}

#[test]
fn a_thousand_like_requests_give_one_case() {
    let place = Place::new();
    let stream: String = (0..1000).map(get).collect();
    let other: String = (0..10).map(get).collect();
    let files = [
        place.file("a", stream.as_bytes()),
        place.file("b", other.as_bytes()),
    ];
    let summary = place.import(&files, &[]).unwrap();
    assert_eq!(
        (summary.streams, summary.written.len(), summary.duplicates),
        (2, 1, 1)
    );
    assert!(place.cases()[0].input.len() < 100);
    // What is known is not made again, and names are not used twice.
    let again = place.import(&files, &place.cases()).unwrap();
    assert_eq!((again.written.len(), again.duplicates), (0, 2));
    let file = place.file("c", POST.as_bytes());
    let another = place.import(&[file], &[]).unwrap();
    assert!(
        another.written[0].ends_with("captured-0002.toml"),
        "{another:?}"
    );
}

fn connection(port: u16, sent: &[u8], answered: &[u8]) -> Vec<(Vec<u8>, u32)> {
    let from = ([10, 0, 0, 1], port);
    let middle = sent.len() / 2;
    let sent_end = 101 + sent.len() as u32;
    let packets = [
        Packet {
            from,
            ..to_server(100, "S", b"")
        },
        Packet {
            to: from,
            ..to_client(200, "SA", b"")
        },
        Packet {
            from,
            ..to_server(101 + middle as u32, "A", &sent[middle..])
        },
        Packet {
            from,
            ..to_server(101, "A", &sent[..middle])
        },
        Packet {
            to: from,
            ..to_client(201, "FA", answered)
        },
        Packet {
            from,
            ..to_server(sent_end, "FA", b"")
        },
    ];
    let file = packets.iter().map(Packet::ip);
    file.map(|ip| (ip.clone(), ip.len() as u32)).collect()
}

#[test]
fn a_capture_becomes_cases() {
    let place = Place::new();
    let upgrade =
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    let tunnelled = [upgrade.as_bytes(), b"\x81\x07hunter2"].concat();
    let switch = b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x00";
    let packets = [
        connection(1111, POST.as_bytes(), b"HTTP/1.1 204 OK\r\n\r\n"),
        connection(2222, &tunnelled, switch),
        connection(3333, b"\x16\x03\x01\x00\x05hello", b"\x16\x03\x03"),
    ];
    let file = place.file("shop.pcap", &pcap(101, &packets.concat()));
    let summary = place.import(&[file], &[]).unwrap();
    assert_eq!(
        (summary.streams, summary.written.len()),
        (2, 2),
        "{summary:?}"
    );
    assert_eq!(summary.skipped.len(), 1);
    assert!(
        summary.skipped[0].starts_with("file 1 10.0.0.1:3333 → 10.0.0.2:80: it is TLS"),
        "{summary:?}"
    );
    let cases = place.cases();
    for case in &cases {
        let text = case.to_toml();
        assert!(
            !text.contains("hunter2") && !text.contains("10.0.0"),
            "{text}"
        );
    }
    assert!(cases[1].input.ends_with(b"Upgrade: websocket\r\n\r\n"));
}

#[test]
fn a_request_cut_short_by_the_capture_is_left_out() {
    let place = Place::new();
    let sent = [
        get(1).as_bytes(),
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\nabc",
    ]
    .concat();
    let file = place.file("a.pcap", &whole(101, &[to_server(1, "A", &sent)]));
    place.import(&[file], &[]).unwrap();
    assert!(place.cases()[0].input.ends_with(b"x-xxx: 0\r\n\r\n"));
    let place = Place::new();
    let file = place.file(
        "a.pcap",
        &whole(101, &[to_server(1, "A", b"GET / HTTP/1.1\r\nHost")]),
    );
    let summary = place.import(&[file], &[]).unwrap();
    assert_eq!((summary.written.len(), summary.skipped.len()), (0, 1));
}

#[test]
fn many_chunks_become_two() {
    let place = Place::new();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    let stream = [head, &"0a\r\nhunter2abc\r\n".repeat(9), "0\r\n\r\n"].concat();
    let file = place.file("a", stream.as_bytes());
    place.import(&[file], &[]).unwrap();
    let expected = [head, &"3\r\nxxx\r\n".repeat(2), "0\r\n\r\n"].concat();
    assert_eq!(
        display(&place.cases()[0].input),
        display(expected.as_bytes())
    );
}

#[test]
fn requests_rejected_for_different_reasons_are_different() {
    let place = Place::new();
    let odd = [
        "Content-Length: +1",
        "Content-Length : 1",
        "Content-Length: 1, 1",
        "Content-Length: 0x1",
    ];
    let files: Vec<PathBuf> = odd
        .iter()
        .enumerate()
        .map(|(nth, field)| {
            let stream = format!("POST / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\nz");
            place.file(&nth.to_string(), stream.as_bytes())
        })
        .collect();
    let summary = place.import(&files, &[]).unwrap();
    assert_eq!(
        (summary.written.len(), summary.duplicates),
        (4, 0),
        "{summary:?}"
    );
}

#[test]
fn what_strict_rejects_may_be_rejected() {
    let place = Place::new();
    let file = place.file("a", b"GET / HTTP/1.1\nHost: a\n\n");
    place.import(&[file], &[]).unwrap();
    let cases = place.cases();
    assert_eq!(cases[0].expect, Expect::Either);
    assert_eq!(cases[0].rules, ["http1/bare-lf"]);
    assert_eq!(cases[0].name, "captured-0001");
}

#[test]
fn damaged_files_write_nothing_and_are_all_named() {
    let place = Place::new();
    let good = place.file("good", POST.as_bytes());
    let mut capture = pcap(101, &connection(1, POST.as_bytes(), b""));
    // The header of the file, and half of the first packet.
    capture.truncate(60);
    let damaged = place.file("damaged.pcap", &capture);
    let empty = place.file("empty", b"");
    let absent = place.dir.path().join("absent");
    let error = place
        .import(&[good, damaged, empty, absent], &[])
        .unwrap_err()
        .to_string();
    assert_eq!(error.lines().count(), 3, "{error}");
    for part in [
        "damaged.pcap: at byte ",
        "empty: it is empty",
        "absent: cannot open it",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(!place.out().exists());
}

#[test]
fn a_word_that_readers_look_at_is_kept_only_when_asked_for() {
    let place = Place::new();
    // The version of another protocol, which some reader reads as 1.1 as its number wraps.
    let stream = b"GET / HTTP/4294967297.1\r\nHost: a\r\n\r\n";
    let file = place.file("a", stream);
    let summary = place.import(std::slice::from_ref(&file), &[]).unwrap();
    assert_eq!((summary.written.len(), summary.left_out.len()), (0, 1));
    let told = &summary.left_out[0];
    assert!(
        told.starts_with("file 1: left out: the word of 17 bytes at byte 6 may be private"),
        "{told}"
    );
    assert!(!told.contains("4294967297"), "{told}");
    let keep = ["HTTP/4294967297.1".to_owned()];
    let settings = Settings {
        keep: &keep,
        ..SETTINGS
    };
    let summary = import(&[file], &place.out(), &settings).unwrap();
    assert_eq!((summary.written.len(), summary.left_out.len()), (1, 0));
    assert!(
        place.cases()[0]
            .input
            .starts_with(b"GET / HTTP/4294967297.1")
    );
}

#[test]
fn what_is_near_a_known_word_stays_where_readers_look_at_it() {
    let place = Place::new();
    let stream = "POST / HTTP/1.1\r\nHost: a\r\nConnection: klose\r\n\
        Transfer-Encoding: chunkedx\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let file = place.file("a", stream.as_bytes());
    place.import(&[file], &[]).unwrap();
    let case = display(&place.cases()[0].input);
    assert!(case.contains("Transfer-Encoding: chunkedx"), "{case}");
    assert!(case.contains("Connection: xxxxx"), "{case}");
}

#[test]
fn a_stream_that_takes_too_long_is_left_out() {
    let place = Place::new();
    let file = place.file("slow.req", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    let settings = Settings {
        limit: Duration::ZERO,
        ..SETTINGS
    };
    let summary = import(&[file], &place.out(), &settings).unwrap();
    assert!(summary.written.is_empty());
    let left_out = summary.left_out.first().unwrap();
    assert!(left_out.contains("--limit SECONDS"), "{left_out}");
}
