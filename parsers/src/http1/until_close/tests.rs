//! Examples of what the until-close reading relaxes and rejects, and its agreement with its dialect.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use super::*;
use crate::core::parser::judge;
use crate::core::verdict::{End, Part, Stance, Verdict};
use crate::family::DialectParser;
use crate::http1::REQUEST;

/// Ends and framings of the messages, how the stream ends, and what was cited: `id@offset`, with
/// the leniency's id where one was used, else the rule's.
fn read(input: &str) -> String {
    let mut verdict = Verdict::new();
    judge(&UntilClose, input.as_bytes(), &mut verdict);
    let mut words = Vec::new();
    for message in &verdict.reading.messages {
        words.push(format!(
            "{}..{} {},",
            message.head,
            message.end,
            message.framing.word()
        ));
    }
    words.push(verdict.reading.end.word().to_owned());
    for citation in &verdict.citations {
        let id = match citation.stance {
            Stance::Relax(leniency) => leniency.id,
            Stance::Restrict(_) | Stance::Reject => citation.rule.id,
        };
        words.push(format!("{id}@{}", citation.at));
    }
    words.join(" ")
}

#[test]
fn a_post_lasts_until_the_connection_closes() {
    assert_eq!(
        read("POST / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
        "28..46 until-close, complete post-until-close@0"
    );
    assert_eq!(
        read("POST / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
        "43..43 until-close, complete post-10-until-close@0 closes-10@0"
    );
    assert_eq!(
        read("post / HTTP/1.1\r\nHost: a\r\n\r\n"),
        "28..28 bodiless, complete"
    );
    let mut verdict = Verdict::new();
    judge(&UntilClose, b"POST / HTTP/1.0\r\n\r\nabc", &mut verdict);
    let (label, start, end) = (0, 19, 22);
    assert_eq!(verdict.reading.parts, [Part { label, start, end }]);
    assert_eq!(verdict.reading.messages[0].framing, Framing::UntilClose);
}

#[test]
fn no_field_frames_a_body() {
    assert_eq!(
        read("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: ,\r\nTransfer-Encoding: x\r\n\r\n"),
        "68..68 bodiless, complete coding-ignored@44 length-ignored@25"
    );
    assert_eq!(
        read("TRACE / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
        "48..48 bodiless, incomplete length-ignored@27"
    );
    assert_eq!(
        read("CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
        "52..52 bodiless, tunnel length-ignored@31"
    );
    assert_eq!(
        read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        "56..61 until-close, complete coding-ignored@26 post-until-close@0"
    );
}

#[test]
fn takes_any_one_host() {
    assert_eq!(
        read("GET / HTTP/1.1\r\n\r\n"),
        "18..18 bodiless, complete host-none@0"
    );
    assert_eq!(
        read("GET / HTTP/1.1\r\nhost:\t \"\r\n\r\n"),
        "28..28 bodiless, complete host-any@23"
    );
    assert_eq!(
        read("GET / HTTP/1.0\r\nHost: \"\r\nHost: a\r\n\r\n"),
        "rejected http1/host-repeated@25"
    );
}

#[test]
fn closes_after_a_request_of_http_10() {
    let rest = "\r\n\r\nrest";
    assert_eq!(
        read(&format!(
            "GET / HTTP/1.0\r\nConnection: a, keep-alive{rest}"
        )),
        "45..45 bodiless, complete closes-10@0"
    );
    assert_eq!(
        read(&format!(
            "GET / HTTP/1.0\r\nConnection: keep-alive,close{rest}"
        )),
        "48..48 bodiless, complete"
    );
    assert_eq!(
        read(&format!("GET / HTTP/1.0{rest}")),
        "18..18 bodiless, complete"
    );
    assert_eq!(
        read(&format!("GET / HTTP/1.1\r\nHost: a{rest}")),
        "27..27 bodiless, incomplete"
    );
}

#[test]
fn rejects_what_it_does_not_relax() {
    let get = "GET / HTTP/1.1\r\nHost: a\r\n";
    assert_eq!(
        read(&format!("{get}Expect: b\r\n\r\n")),
        "rejected http1/expectation@25"
    );
    assert_eq!(read(&format!("{get} a: b")), "rejected http1/obs-fold@25");
    assert_eq!(read(&format!("{get}a : b")), "rejected http1/name-space@26");
    assert_eq!(
        read(&format!("{get}a\r\n")),
        "rejected http1/field-colon@25"
    );
    assert_eq!(read(&format!("{get}a\r")), "incomplete");
    assert_eq!(
        read("\r\nGET / HTTP/1.1\r\n\r\n"),
        "rejected http1/leading-empty-line@0"
    );
    assert_eq!(read("GET http:a HTTP/1.1"), "rejected http1/target-form@4");
    assert_eq!(read("CONNECT :80 HTTP/1.1"), "rejected http1/target-form@8");
    assert_eq!(
        read("CONNECT a:b:80 HTTP/1.1"),
        "rejected http1/target-form@8"
    );
    assert_eq!(read("GET / HTTP/2."), "incomplete");
    assert_eq!(read("GET / HTTP/2.2"), "rejected http1/major-version@6");
    assert_eq!(read("GET / HTTP/1.2"), "rejected http1/minor-version@6");
}

const REQUESTS: [&str; 7] = [
    "GET /a HTTP/1.1\r\nHost: a\r\nConnection: a,b\r\n\r\n",
    "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\n\r\nhello",
    "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n1;a\r\nb\r\n0\r\nc: d\r\n\r\n",
    "CONNECT [a]:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD http://a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
];

/// Put in where a line begins.
const FIELD_LINES: [&str; 10] = [
    "Host: a\r\n",
    "Host: a b\r\n",
    "Content-Length: 5\r\n",
    "Content-Length:\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "Connection: ,Keep-Alive\t,\r\n",
    "Expect: 100-continue\r\n",
    "Expect: a\r\n",
    " a: b\r\n",
];

/// Put in anywhere, in place of nothing or of one byte.
const BYTES: &[u8] = b"\r\n \t:;,0x\"\0\x80\xFF\x7F\x0B\x0C/@#\\?*a5";

/// Put in anywhere.
const WORDS: [&str; 10] = [
    "\r\n", "://", "\r\n\r\n", "GET ", "POST ", "CONNECT ", "TRACE ", "1.1", "1.0", "2.0",
];

/// The next number below `end` of a xorshift generator.
fn random(state: &mut u64, end: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 11) as usize % end.max(1)
}

/// Requests, spoilt in some places.
fn spoil(state: &mut u64, input: &mut Vec<u8>) {
    input.clear();
    input.extend_from_slice(REQUESTS[random(state, REQUESTS.len())].as_bytes());
    input.extend_from_slice(REQUESTS[random(state, REQUESTS.len())].as_bytes());
    for _ in 0..random(state, 5) {
        let at = random(state, input.len());
        let end = input.len().min(at + random(state, 2));
        match random(state, 9) {
            0 => input.truncate(at),
            1 => drop(input.drain(at..end)),
            2..=4 => drop(input.splice(at..end, [BYTES[random(state, BYTES.len())]])),
            5 => drop(input.splice(at..end, WORDS[random(state, WORDS.len())].bytes())),
            _ => {
                let line = FIELD_LINES[random(state, FIELD_LINES.len())];
                let lf = input[at..].iter().position(|&byte| byte == b'\n');
                let start = lf.map_or(at, |lf| at + lf + 1);
                drop(input.splice(start..start, line.bytes()));
            }
        }
    }
}

fn hold_against_dialect(mut state: u64, rounds: usize) {
    let dialect = DialectParser::new(&REQUEST, UntilClose.dialect());
    let (mut mine, mut its, mut input) = (Verdict::new(), Verdict::new(), Vec::new());
    let (mut relaxed, mut ends) = (LeniencySet::EMPTY, Vec::new());
    for _ in 0..rounds {
        spoil(&mut state, &mut input);
        judge(&UntilClose, &input, &mut mine);
        judge(&dialect, &input, &mut its);
        let text = input.escape_ascii();
        assert_eq!(mine.reading, its.reading, "{text}\n{:?}", mine.rejection());
        assert_eq!(mine.citations, its.citations, "{text}");
        for citation in &mine.citations {
            if let Stance::Relax(leniency) = citation.stance {
                relaxed.insert(leniency.index);
            }
        }
        if !ends.contains(&mine.reading.end) {
            ends.push(mine.reading.end);
        }
    }
    // Otherwise the inputs would show nothing about some leniency, or some end.
    assert_eq!(relaxed, UntilClose.dialect().relaxes);
    assert!(
        [End::Complete, End::Incomplete, End::Rejected, End::Tunnel]
            .iter()
            .all(|end| ends.contains(end))
    );
}

/// Each request cut short, and with one byte replaced, in each way there is.
#[test]
fn reads_each_byte_as_its_dialect() {
    let dialect = DialectParser::new(&REQUEST, UntilClose.dialect());
    let (mut mine, mut its) = (Verdict::new(), Verdict::new());
    for request in REQUESTS.map(str::as_bytes) {
        for at in 0..request.len() {
            let replaced =
                (0..=255).map(|byte| [&request[..at], &[byte], &request[at + 1..]].concat());
            for input in std::iter::once(request[..at].to_vec()).chain(replaced) {
                judge(&UntilClose, &input, &mut mine);
                judge(&dialect, &input, &mut its);
                let text = input.escape_ascii();
                assert_eq!(mine.reading, its.reading, "{text}");
                assert_eq!(mine.citations, its.citations, "{text}");
            }
        }
    }
}

#[test]
fn reads_as_its_dialect() {
    hold_against_dialect(0xD1B5_4A32_D192_ED03, 20_000);
}
