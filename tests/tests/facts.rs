//! What readers say of messages besides where they end, and what hops forward of it.

// A panic is how a property fails.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;

use parsers::family::DialectParser;
use parsers::hop::run::Piece;
use parsers::hop::{Hop, HopOracles, HopReader, HopRequest, POLICIES, Route, run};
use parsers::http1::REQUEST;
use parsers::{Dialect, FactKind, LeniencySet, Verdict, judge_with_facts};
use tests::draw::{Chance, Drawn};

/// Readers that read what a careful hop writes otherwise than what came, each for a reason of its own.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "colon-space",
        "a hop writes a space after each colon, before which a framing field was none",
    ),
    (
        "content-coding",
        "Content-Encoding, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "h2-preface",
        "the preface of HTTP/2 is no request that can be written anew",
    ),
    (
        "head-ends-at-close",
        "no end of the stream follows a head that is written anew",
    ),
    (
        "late-field",
        "the framing that a hop writes last lies beyond what it looks at",
    ),
    (
        "name-high-dropped",
        "of a name that is dropped as a whole, an empty one goes on",
    ),
    (
        "name-octets-dropped",
        "of a name that is dropped as a whole, an empty one goes on",
    ),
    (
        "name-percent",
        "an encoded name, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "name-prefix",
        "a longer name, by which it frames, goes on beside the hop's own framing",
    ),
    (
        "post-chunked",
        "it reads a request of HTTP/1.1 without framing fields as a chunked one",
    ),
    (
        "status-line",
        "a status-line is no request-line that can be written anew",
    ),
    (
        "target-absent",
        "a request-line of one word cannot be written as three",
    ),
    (
        "value-nul-hides",
        "a NUL hides the framing fields that a hop writes last",
    ),
    (
        "version-suffix",
        "HTTP/1.01 is HTTP/1.0 to it, and not to the hop",
    ),
];

/// For every departure of the family: what a careful hop with that reader forwards is, to the same reader, the message that it has
/// read: with its method, target, end-to-end fields and content.
#[test]
fn a_careful_hop_forwards_what_it_has_read() {
    let mut chance = Chance::new(7);
    let mut drawn = Drawn::default();
    let inputs: Vec<_> = (0..3000)
        .map(|_| drawn.input(&REQUEST, &mut chance))
        .collect();
    let careful = POLICIES.iter().find(|named| named.name == "careful");
    let careful = careful.unwrap().policy();
    let mut wrong = BTreeMap::new();
    let mut forwarded = 0;
    for departure in REQUEST.departures() {
        let reader = || HopReader::named(departure.id).unwrap();
        let route = Route {
            hops: vec![Hop {
                reader: reader(),
                policy: careful,
            }],
            last: reader(),
            switches: false,
            forbids: Vec::new(),
        };
        for input in &inputs {
            let passage = run(&route, input, &HopOracles::ALL);
            let [came, arrived] = passage.stages.as_slice() else {
                panic!("a route of one hop has two stages");
            };
            for sent in &came.sent {
                let Piece::Request(nth) = sent.piece else {
                    continue;
                };
                forwarded += 1;
                let mut behind = arrived.requests.iter();
                let behind = behind.find(|one| (one.start, one.end) == (sent.start, sent.end));
                if behind.map(said) != Some(said(&came.requests[nth])) {
                    let (input, output) = (input.escape_ascii(), came.output.escape_ascii());
                    wrong.insert(departure.id, format!("{input}\n    sends {output}"));
                }
            }
        }
    }
    assert!(forwarded > 300_000, "{forwarded}");
    for (id, why) in OTHERWISE {
        assert!(wrong.remove(id).is_some(), "{id} is no exception: {why}");
    }
    let lines = wrong.iter().take(9).map(|(id, how)| format!("{id}: {how}"));
    assert!(
        wrong.is_empty(),
        "\n{}\n",
        lines.collect::<Vec<_>>().join("\n")
    );
}

/// What a request says that a hop has to forward.
fn said(request: &HopRequest) -> Vec<Vec<u8>> {
    /// Fields for the next on the way alone, those of framing, and Host, which a hop may add.
    const OWN: [&[u8]; 10] = [
        b"connection",
        b"content-length",
        b"expect",
        b"host",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    ];
    let options = request.options();
    let is_own = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        OWN.contains(&name.as_slice()) || options.contains(&name)
    };
    let fields = request.fields.iter().filter(|field| !is_own(&field.name));
    let fields = fields.map(|field| [field.name.as_slice(), &field.value].join(&b':'));
    let words = [
        request.method.clone(),
        request.target.clone(),
        request.content(),
    ];
    words.into_iter().chain(fields).collect()
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
