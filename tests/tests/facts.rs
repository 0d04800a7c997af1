//! What readers say of messages besides where they end, and what hops forward of it.

// A panic is how a property fails.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;

use parsers::core::compare::Level;
use parsers::family::DialectParser;
use parsers::hop::laws;
use parsers::http1::REQUEST;
use parsers::http1::understood::{FactClass, Understood, differences};
use parsers::{Dialect, FactKind, LeniencySet, Verdict, judge_with_facts};
use peers::{About, PEERS, Pieces, Seen, Tier, ask};
use reports::judge::ask::silence_panics;
use reports::judge::shipped::{self, Shipped};
use tests::draw::{Chance, Drawn};

/// For every departure of the family: what a careful hop with that reader forwards is, to the same reader, the message that it has
/// read: with its method, target, end-to-end fields and content.
#[test]
fn a_careful_hop_forwards_what_it_has_read() {
    let mut chance = Chance::new(7);
    let mut drawn = Drawn::default();
    let cases = corpus::load_family(&tests::repository().join("corpus"), &REQUEST).unwrap();
    let mut inputs: Vec<_> = cases.into_iter().map(|case| case.input).collect();
    inputs.extend((0..3000).map(|_| drawn.input(&REQUEST, &mut chance)));
    let mut wrong = BTreeMap::new();
    let mut forwarded = 0;
    for departure in REQUEST.departures().filter(|one| !laws::is_limit(one)) {
        for input in &inputs {
            match laws::forwarded(departure.id, input) {
                Ok(count) => forwarded += count,
                Err(broken) => {
                    wrong.insert(
                        departure.id,
                        format!("{}\n    {broken}", input.escape_ascii()),
                    );
                }
            }
        }
    }
    assert!(forwarded > 300_000, "{forwarded}");
    for (id, why) in laws::OTHERWISE {
        assert!(wrong.remove(id).is_some(), "{id} is no exception: {why}");
    }
    let lines = wrong.iter().take(9).map(|(id, how)| format!("{id}: {how}"));
    assert!(
        wrong.is_empty(),
        "\n{}\n",
        lines.collect::<Vec<_>>().join("\n")
    );
}

/// What the strict reader says of a request that it accepts is what httparse says of it.
#[test]
fn facts_are_those_that_another_parser_reads() {
    let strict = DialectParser::new(&REQUEST, Dialect::new("strict", LeniencySet::EMPTY));
    let mut chance = Chance::new(9);
    let mut drawn = Drawn::default();
    let mut verdict = Verdict::new();
    let mut compared = 0;
    for _ in 0..4000 {
        let input = drawn.input(&REQUEST, &mut chance);
        judge_with_facts(&strict, &input, &mut verdict);
        for (nth, message) in verdict.reading.messages.iter().enumerate() {
            let mut fields = [httparse::EMPTY_HEADER; 64];
            let mut other = httparse::Request::new(&mut fields);
            let head = &input[message.start..message.head];
            if !other.parse(head).is_ok_and(|status| status.is_complete()) {
                continue;
            }
            compared += 1;
            let facts = verdict.facts.of(nth);
            let word = |kind| facts.iter().find(|fact| fact.kind == kind);
            let word = |kind| verdict.facts.value(word(kind).unwrap());
            assert_eq!(word(FactKind::Method), other.method.unwrap().as_bytes());
            assert_eq!(word(FactKind::Target), other.path.unwrap().as_bytes());
            let minor = format!("HTTP/1.{}", other.version.unwrap());
            assert_eq!(word(FactKind::Version), minor.as_bytes());
            let own = facts.iter().filter(|fact| fact.kind == FactKind::Field);
            let own: Vec<_> = own
                .map(|fact| (verdict.facts.name(fact), verdict.facts.value(fact)))
                .collect();
            let fields = other.headers.iter();
            let fields: Vec<_> = fields
                .map(|field| (field.name.as_bytes(), field.value.trim_ascii()))
                .collect();
            assert_eq!(own, fields, "{}", head.escape_ascii());
        }
    }
    assert!(compared > 1000, "{compared}");
}

/// What a linked peer understood of the messages of an input, given so; none where it shows nothing.
fn understood(about: &About, input: &[u8], pieces: Pieces) -> Option<Vec<Understood>> {
    let mut peer = about.open().ok()?.peer;
    let mut seen = Seen::with_facts();
    ask(&mut *peer, input, pieces, &mut seen).ok()?;
    let messages = seen.facts.unwrap().messages.into_iter();
    let messages: Option<Vec<_>> = messages.collect();
    messages.filter(|messages| !messages.is_empty())
}

/// The linked peers that read requests, where they are linked.
fn linked() -> impl Iterator<Item = &'static &'static About> {
    let linked = PEERS.iter().filter(|about| about.tier() == Tier::Linked);
    linked.filter(|about| *about.family == REQUEST && !about.was_left_out())
}

/// The linked peers that show what they understand, and what they say of an ordinary message and of the one behind it.
#[test]
fn linked_peers_show_what_they_understand() {
    let input = b"POST /a?b HTTP/1.1\r\nHost: a\r\nX-Y: \xff z\r\nEmpty:\r\nTransfer-Encoding: chunked\r\n\r\n\
        1\r\na\r\n0\r\nT: u\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n";
    let mut shows = Vec::new();
    for about in linked() {
        let Some(messages) = understood(about, input, Pieces::One) else {
            continue;
        };
        shows.push(about.name);
        let [first, second] = &messages[..] else {
            panic!("{}: {messages:?}", about.name);
        };
        let words = [&first.method, &first.target, &second.method, &second.target];
        assert_eq!(
            words,
            [&b"POST"[..], b"/a?b", b"GET", b"/b"],
            "{}",
            about.name
        );
        for (name, value) in [
            ("host", &b"a"[..]),
            ("x-y", b"\xff z"),
            ("empty", b""),
            ("transfer-encoding", b"chunked"),
        ] {
            assert_eq!(first.value(name), Some(value), "{}: {name}", about.name);
        }
        assert_eq!(second.value("host"), Some(&b"b"[..]), "{}", about.name);
        assert_eq!(second.value("t"), None, "{}", about.name);
        // libhtp keeps both kinds of fields in one list.
        let is_merged = about.name.starts_with("libhtp");
        assert_eq!(first.value("t").is_some(), is_merged, "{}", about.name);
        for trailer in &first.trailers {
            assert_eq!(trailer.name.to_ascii_lowercase(), b"t", "{}", about.name);
            assert_eq!(trailer.value, b"u", "{}", about.name);
        }
        assert_eq!(
            understood(about, input, Pieces::Bytes).as_ref(),
            Some(&messages),
            "{}: pieces",
            about.name
        );
        let mut seen = Seen::default();
        let mut peer = about.open().unwrap().peer;
        ask(&mut *peer, input, Pieces::One, &mut seen).unwrap();
        assert_eq!(seen.facts, None, "{}: no facts were asked for", about.name);
    }
    let expected = [
        "actix-http",
        "http-parser",
        "httparse",
        "hyper",
        "kawa",
        "libhtp-apache-2",
        "libhtp-generic",
        "libhtp-iis-5-1",
        "llhttp",
        "llhttp-lenient",
        "picohttpparser",
    ];
    assert_eq!(shows, expected);
}

/// What was learned of a linked peer by where it ends messages also says what the peer understands of them: but for a fragment in a
/// target, which learned dialects keep, for a name with whitespace around it, and for the second Host, which kawa drops.
#[test]
fn learned_dialects_understand_what_their_peers_do() {
    let cases = corpus::load_family(&tests::repository().join("corpus"), &REQUEST).unwrap();
    let mut inputs: Vec<_> = cases.into_iter().map(|case| case.input).collect();
    let mut chance = Chance::new(11);
    let mut drawn = Drawn::default();
    inputs.extend((0..3000).map(|_| drawn.input(&REQUEST, &mut chance)));
    let mut compared = 0;
    silence_panics();
    for about in linked().filter(|about| about.role.acts()) {
        let is_of_it = |reader: &&Shipped| reader.peer.starts_with(&format!("{} ", about.name));
        let Some(reader) = shipped::of(&REQUEST).find(is_of_it) else {
            continue;
        };
        let (mut messages, mut others) = (0, Vec::new());
        for input in &inputs {
            let Some(shown) = understood(about, input, Pieces::One) else {
                continue;
            };
            let mut verdict = Verdict::new();
            reader.judge_with_facts(input, &mut verdict);
            let count = shown.len().min(verdict.reading.messages.len());
            let own = (0..count).map_while(|nth| Understood::of(&verdict, nth, input));
            let own: Vec<_> = own.collect();
            let count = own.len();
            let ends = verdict.reading.messages.iter().map(|message| message.end);
            let ends: Vec<_> = ends.collect();
            messages += count;
            let found = differences(input, &ends, &own, &shown[..count]);
            others.extend(found.into_iter().filter(|one| {
                one.level > Level::Note
                    && ![FactClass::OtherTarget, FactClass::OtherHost].contains(&one.class)
                    && one.name != b"content-length"
            }));
        }
        compared += usize::from(messages > 1000);
        assert!(
            others.len() * 100 <= messages,
            "{}: {} of {messages}, such as {:?}",
            about.name,
            others.len(),
            others.first()
        );
    }
    assert!(compared >= 8, "{compared}");
}
