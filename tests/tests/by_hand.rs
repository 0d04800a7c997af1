//! Requests written by hand, each with what the specification demands of a server that receives it, and where it says so.
//!
//! None of them is a case of the corpus. They hold the strict parser and the demands of the rules to the text, not to what
//! was once put out.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use corpus::escape;
use parsers::http1::REQUEST;
use parsers::{End, Force, LeniencySet};
use reports::measure::probe::predict::{Prediction, ServerRole, permitted};

/// What a server has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// A MUST has it accept the request, or wait for the rest of it.
    Accept,
    /// A MUST has it reject the request, whatever it reads.
    Reject,
    /// The specification permits to accept it and to reject it, or no more than a SHOULD is against one of them.
    Either,
}
use Says::{Accept, Either, Reject};

/// The head of a POST, to which fields are put.
const POST: &str = r"POST / HTTP/1.1\r\nHost: a\r\n";
/// The last chunk, behind the head of a POST with Transfer-Encoding.
const LAST: &str = r"\r\n\r\n0\r\n\r\n";

/// What follows the first word of a line is put into a request: `host` into Host, `line` stands for the request-line, `post`
/// for fields of a POST and what follows them, `te` for a Transfer-Encoding, `cl` for a Content-Length, `body` for the body
/// of a chunked request; `raw` is the whole.
const INPUTS: &[(Says, &str, &str)] = &[
    // Host. RFC 9112 §3.2, RFC 9110 §7.2, RFC 3986 §3.2.2.
    (Accept, "RFC 9110 §7.2", r"host b.example"),
    (Accept, "RFC 9110 §7.2", r"host "),
    (Accept, "RFC 9110 §7.2", r"host a:"),
    (Accept, "RFC 9110 §7.2", r"host :8080"),
    (Accept, "RFC 9110 §7.2", r"host a,b"),
    (Accept, "RFC 3986 §3.2.2", r"host 127.0.0.1:80"),
    (Accept, "RFC 3986 §3.2.2", r"host 256.1.1.1"),
    (Accept, "RFC 3986 §3.2.2", r"host [v1.a:b]"),
    (Accept, "RFC 3986 §3.2.2", r"host [2001:db8::7]:443"),
    (Accept, "RFC 3986 §3.2.2", r"host [::ffff:192.0.2.1]"),
    (Accept, "RFC 3986 §2.1", r"host %61.example"),
    (Reject, "RFC 9112 §3.2", r"host a:b"),
    (Reject, "RFC 9112 §3.2", r"host a:8 0"),
    (Reject, "RFC 9112 §3.2", r"host a:80,a:81"),
    (Reject, "RFC 9112 §3.2", r"host [::1]x"),
    (Reject, "RFC 9112 §3.2", r"host a[b]c"),
    (Reject, "RFC 9112 §3.2", r"host []"),
    (Reject, "RFC 9112 §3.2", r"host [zz]"),
    (Reject, "RFC 9112 §3.2", r"host ::1"),
    (Reject, "RFC 9112 §3.2", r"host a%zz"),
    (Reject, "RFC 9112 §3.2", r"host [fe80::1%25eth0]"),
    (Reject, "RFC 9112 §3.2", r"host [1:2:3:4:5:6:7:8:9]"),
    (Reject, "RFC 9112 §3.2", r"host u@a"),
    (Reject, "RFC 9112 §3.2", r"host http://a"),
    (Reject, "RFC 9112 §3.2", r"host \xc3\xa9"),
    (
        Reject,
        "RFC 9112 §3.2",
        r"raw GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
    ),
    // Targets. RFC 9112 §3.2, RFC 9110 §4.2 and §9.3.6.
    (Accept, "RFC 9112 §3.2.2", r"line GET http://a HTTP/1.1"),
    (
        Accept,
        "RFC 9112 §3.2.2",
        r"line GET HTTPS://a:/?b HTTP/1.1",
    ),
    (Accept, "RFC 9112 §3.2.2", r"line GET mailto:a@b HTTP/1.1"),
    (Accept, "RFC 9112 §3.2.2", r"line GET file:/x HTTP/1.1"),
    (
        Accept,
        "RFC 9112 §3.2.2",
        r"line GET foo://[::1]:/x HTTP/1.1",
    ),
    (Reject, "RFC 9110 §4.2.1", r"line GET http:// HTTP/1.1"),
    (Reject, "RFC 9110 §4.2.1", r"line GET http://:80/x HTTP/1.1"),
    (
        Reject,
        "RFC 9110 §4.2.2",
        r"line GET https://u@:443/ HTTP/1.1",
    ),
    (
        Either,
        "RFC 9110 §4.2.4",
        r"line GET http://u:p@a/ HTTP/1.1",
    ),
    (
        Either,
        "RFC 9112 §3.2",
        r"line GET http://a:80:80/ HTTP/1.1",
    ),
    (Either, "RFC 9112 §3.2", r"line GET http://[::1/ HTTP/1.1"),
    (Either, "RFC 9112 §3.2", r"line GET x HTTP/1.1"),
    (Either, "RFC 9112 §3.2", r"line GET /a#b HTTP/1.1"),
    (Either, "RFC 9112 §3.2.4", r"line GET * HTTP/1.1"),
    (Either, "RFC 9110 §7.1", r"line GET a.b:80 HTTP/1.1"),
    (Reject, "RFC 9110 §9.3.6", r"line CONNECT b: HTTP/1.1"),
    (Reject, "RFC 9110 §9.3.6", r"line CONNECT b:http HTTP/1.1"),
    (Reject, "RFC 9110 §9.3.6", r"line CONNECT b:65536 HTTP/1.1"),
    (
        Reject,
        "RFC 9110 §9.3.6",
        r"line CONNECT b:999999999999999999999999999999 HTTP/1.1",
    ),
    (Reject, "RFC 9110 §9.3.6", r"line CONNECT [::1]:-1 HTTP/1.1"),
    (Either, "RFC 9112 §3.2.3", r"line CONNECT ::1:80 HTTP/1.1"),
    (Either, "RFC 9112 §3.2.3", r"line CONNECT b:a:80 HTTP/1.1"),
    (
        Either,
        "RFC 9112 §3.2.3",
        r"line CONNECT http://b:80/ HTTP/1.1",
    ),
    // The request-line. RFC 9112 §3, §2.2, §2.3; RFC 9110 §6.2.
    (
        Either,
        "RFC 9112 §3",
        r"raw GET\r/x HTTP/1.1\r\nHost: b\r\n\r\n",
    ),
    (
        Either,
        "RFC 9112 §3",
        r"raw GET /x\rHTTP/1.1\r\nHost: b\r\n\r\n",
    ),
    (
        Either,
        "RFC 9112 §3",
        r"raw GET\r\n/x HTTP/1.1\r\nHost: b\r\n\r\n",
    ),
    (Either, "RFC 9112 §3", r"line GET \x0b/ HTTP/1.1"),
    (Either, "RFC 9112 §3", r"line GET / HTTP/1.1 \t"),
    (Either, "RFC 9112 §2.2", r"raw GET / HTTP/1.1\nHost: b\n\n"),
    (Either, "RFC 9112 §2.3", r"line GET / http/1.1"),
    (Either, "RFC 9110 §6.2", r"line GET / HTTP/1.7"),
    (Either, "RFC 9110 §6.2", r"line GET / HTTP/3.1"),
    (
        Either,
        "RFC 9112 §2.2",
        r"raw \r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    ),
    // Field lines. RFC 9112 §5, RFC 9110 §5.5 and §5.6.
    (
        Accept,
        "RFC 9110 §5.6.2",
        r"post !#$%&'*+-.^_`|~9Az: x\r\n\r\n",
    ),
    (Accept, "RFC 9110 §5.5", r"post X:\t \xff\xfe \t\r\n\r\n"),
    (Reject, "RFC 9112 §5.1", r"post X : y\r\n\r\n"),
    (Reject, "RFC 9112 §5.1", r"post X\t: y\r\n\r\n"),
    (
        Either,
        "RFC 9112 §5",
        r"post Transfer Encoding: chunked\r\n\r\n",
    ),
    (Either, "RFC 9112 §5", r"post Content-Length 5\r\n\r\n"),
    (Either, "RFC 9112 §2.2, §5.2", r"post X: a\n\rb\r\n\r\n"),
    (Either, "RFC 9112 §2.2", r"post X(: y\r\n\r\n"),
    (Either, "RFC 9112 §2.2", r"post : y\r\n\r\n"),
    (Either, "RFC 9110 §5.5", r"post X: a\x00b\r\n\r\n"),
    (Either, "RFC 9110 §5.5", r"post X: a\x7fb\r\n\r\n"),
    (Either, "RFC 9112 §2.2", r"post X: a\rb\r\n\r\n"),
    (Either, "RFC 9112 §5.2", r"post X: a\r\n\tb\r\n\r\n"),
    (
        Either,
        "RFC 9112 §2.2",
        r"raw GET / HTTP/1.1\r\n X: y\r\nHost: b\r\n\r\n",
    ),
    // Transfer-Encoding. RFC 9112 §6.1, §6.3, §7; RFC 9110 §10.1.4.
    (Accept, "RFC 9110 §5.6.1.2", r"te ,\t, CHUNKED ,,"),
    (Accept, "RFC 9112 §7", r"te \r\ntransfer-encoding: Chunked"),
    (Reject, "RFC 9112 §6.3", r"te chunked;"),
    (Reject, "RFC 9112 §6.3", r"te chunked;((("),
    (Reject, "RFC 9112 §6.3", r"te chunked;a"),
    (Reject, "RFC 9112 §6.3", "te chunked;a=\"b"),
    (Reject, "RFC 9112 §6.3", "te \"chunked\""),
    (Reject, "RFC 9112 §6.3", r"te chunked, gzip;a=b"),
    (Reject, "RFC 9112 §6.3", r"te ,"),
    (Either, "RFC 9112 §7.1", r"te chunked ; a = b"),
    (Either, "RFC 9112 §6.1", r"te gzip;q=1, chunked"),
    (Either, "RFC 9112 §6.1", "te foo;a=\"x,y\", chunked"),
    (Either, "RFC 9112 §6.1", r"te chunked, chunked"),
    (
        Either,
        "RFC 9112 §6.1",
        r"te identity, \r\nTransfer-Encoding: chunked",
    ),
    (Reject, "RFC 9112 §6.3", r"te Identity"),
    (Reject, "RFC 9112 §6.3", r"te chunked, identity"),
    (
        Either,
        "RFC 9112 §6.1",
        r"post Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        Either,
        "RFC 9112 §6.1",
        r"post Content-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        Either,
        "RFC 9112 §6.1",
        r"raw POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    // Content-Length. RFC 9112 §6.3, RFC 9110 §8.6.
    (
        Accept,
        "RFC 9110 §8.6",
        r"cl 0000000000000000000000000000000000000000000003",
    ),
    (Accept, "RFC 9110 §8.6", r"cl 18446744073709551615"),
    (Either, "RFC 9110 §8.6", r"cl 18446744073709551616"),
    (Either, "RFC 9112 §6.3", r"cl 3, 3"),
    (Either, "RFC 9112 §6.3", r"cl 3, 003"),
    (Either, "RFC 9112 §6.3", r"cl 3,"),
    (Either, "RFC 9112 §6.3", r"cl 3\r\nContent-Length: 3"),
    (Either, "RFC 9112 §6.3", r"cl 3\r\nContent-Length: 3, 3"),
    (Either, "RFC 9110 §8.6", r"cl 3\r\nContent-Length: 03"),
    (Either, "RFC 9110 §5.6.1.2", r"cl \r\nContent-Length: 3"),
    (Reject, "RFC 9112 §6.3", r"cl 3\r\nContent-Length: 3, 4"),
    (Reject, "RFC 9112 §6.3", r"cl 3\r\nContent-Length: +3"),
    (Reject, "RFC 9112 §2.2", r"cl \xef\xbc\x93"),
    (Reject, "RFC 9112 §6.3", r"cl 3, 4"),
    (Reject, "RFC 9112 §6.3", r"cl 3\r\nContent-Length: 4"),
    (Reject, "RFC 9112 §6.3", r"cl 3 3"),
    (Reject, "RFC 9112 §6.3", r"cl -0"),
    (Reject, "RFC 9112 §6.3", r"cl "),
    (Reject, "RFC 9112 §6.3", r"cl 0x3"),
    // Expect. RFC 9110 §10.1.1.
    (
        Accept,
        "RFC 9110 §5.6.1.2",
        r"post Expect: 100-continue,\r\n\r\n",
    ),
    (
        Accept,
        "RFC 9110 §5.6.1.2",
        r"post Expect: 100-continue, 100-CONTINUE\r\n\r\n",
    ),
    (Accept, "RFC 9110 §5.6.1.2", r"post Expect:\r\n\r\n"),
    (
        Accept,
        "RFC 9110 §10.1.1",
        r"raw POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n",
    ),
    (
        Either,
        "RFC 9110 §10.1.1",
        r"post Expect: 100-continue, x=y\r\n\r\n",
    ),
    // Chunks and the trailer section. RFC 9112 §7.1.
    (
        Accept,
        "RFC 9112 §7.1",
        r"body 000000000000000000000000000000000A\r\n0123456789\r\n00\r\n\r\n",
    ),
    (
        Accept,
        "RFC 9112 §7.1.1",
        r#"body 1 ; a ; b = "\\\\ \\""\r\nx\r\n0\r\n\r\n"#,
    ),
    (
        Accept,
        "RFC 9110 §6.5.1",
        r"body 0\r\nContent-Length: 5\r\nX:\r\n\r\n",
    ),
    (Either, "RFC 9112 §2.2", r"body 1\nx\r\n0\r\n\r\n"),
    (Either, "RFC 9112 §2.2", r"body 1 \r\nx\r\n0\r\n\r\n"),
    (Either, "RFC 9112 §2.2", r"body 1;\r\nx\r\n0\r\n\r\n"),
    (Either, "RFC 9112 §2.2", r"body 1\r\nx0\r\n\r\n"),
    (Either, "RFC 9112 §7.1", r"body 10000000000000000\r\nx"),
    (Either, "RFC 9110 §5.5", r"body 0\r\nX: \x02\r\n\r\n"),
    (Either, "RFC 9112 §2.2", r"body 0\r\nX: a\rb\r\n\r\n"),
    (Either, "RFC 9112 §2.2, §7.1", r"body 0\r\nX: a\r\n\n"),
    (Either, "RFC 9112 §2.2", r"body 0\r\n X: y\r\n\r\n"),
];

fn bytes(input: &str) -> Vec<u8> {
    let (what, text) = input.split_once(' ').unwrap();
    let whole = match what {
        "host" => format!(r"GET / HTTP/1.1\r\nHost: {text}\r\n\r\n"),
        "line" => format!(r"{text}\r\nHost: b\r\n\r\n"),
        "post" => format!("{POST}{text}"),
        "te" => format!("{POST}Transfer-Encoding: {text}{LAST}"),
        "cl" => format!(r"{POST}Content-Length: {text}\r\n\r\nabc"),
        "body" => format!(r"{POST}Transfer-Encoding: chunked\r\n\r\n{text}"),
        "raw" => text.to_owned(),
        _ => panic!("{input}"),
    };
    escape::decode(&whole).unwrap()
}

/// What the strict parser and the demands say: of a rejection, whether a MUST is behind it and no permitted reading accepts.
fn said(input: &[u8]) -> (Says, String) {
    let readings = permitted(&REQUEST, input, ServerRole::Origin);
    let strict = readings.first().unwrap();
    let Some((rule, _)) = strict.rejected else {
        return (Accept, format!("strict ends {}", strict.end.word()));
    };
    let other = readings.iter().find(|reading| reading.end != End::Rejected);
    let by = other.map(|reading| REQUEST.ids(&reading.set).join("+"));
    let is_open = other.is_some() || rule.broken.force != Force::Must;
    let why = format!("{} {}, {by:?}", rule.id, rule.broken.force.word());
    (if is_open { Either } else { Reject }, why)
}

#[test]
fn strict_and_the_demands_say_what_the_specification_says() {
    let mut wrong = Vec::new();
    for (says, source, input) in INPUTS {
        let bytes = bytes(input);
        let (said, why) = said(&bytes);
        if said != *says {
            wrong.push(format!("{source}, {input}: {says:?}, but {said:?}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn they_are_many_and_no_cases() {
    let corpus = tests::repository().join("corpus");
    let cases = corpus::load_family(&corpus, &REQUEST).unwrap();
    let inputs: Vec<_> = INPUTS.iter().map(|(.., input)| bytes(input)).collect();
    assert!(inputs.len() >= 80, "{}", inputs.len());
    let known: Vec<_> = cases
        .iter()
        .filter(|case| inputs.contains(&case.input))
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(known, [""; 0]);
    let strict = |input: &[u8]| Prediction::new(&REQUEST, LeniencySet::EMPTY, input).end;
    // Each of the three is demanded of many.
    for says in [Accept, Reject, Either] {
        let of = INPUTS.iter().filter(|(one, ..)| *one == says);
        assert!(of.count() >= 20, "{says:?}");
    }
    assert!(inputs.iter().any(|input| strict(input) == End::Rejected));
}
