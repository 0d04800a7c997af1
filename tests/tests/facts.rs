//! What readers say of messages besides where they end, and what hops forward of it.

// A panic is how a property fails.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;

use parsers::family::DialectParser;
use parsers::hop::laws;
use parsers::http1::REQUEST;
use parsers::{Dialect, FactKind, LeniencySet, Verdict, judge_with_facts};
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
