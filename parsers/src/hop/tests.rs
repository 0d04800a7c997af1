// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::quirk::QUIRKS;
use super::run::Piece;
use super::*;
use crate::session;

const PLAIN: &[u8] = b"POST /a HTTP/1.1\r\nHost: a\r\nX_A:  b \r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\n\r\n";

fn hop(reader: &str, policy: &str) -> Hop {
    Hop {
        reader: HopReader::named(reader).unwrap(),
        policy: HopPolicy::named(policy).unwrap(),
    }
}

fn route(hops: &[(&str, &str)], last: &str) -> Route {
    Route {
        hops: hops
            .iter()
            .map(|(reader, policy)| hop(reader, policy))
            .collect(),
        last: HopReader::named(last).unwrap(),
        grants_upgrade: true,
        forbids: Vec::new(),
    }
}

fn words(route: &Route, input: &[u8]) -> Vec<String> {
    let passage = run(route, input, &HopOracles::ALL);
    let findings = passage.findings.iter();
    let words = findings.map(|finding| finding.words(route.hops.len()));
    words
        .map(|words| String::from_utf8(words).unwrap())
        .collect()
}

#[test]
fn ids_of_policies_and_quirks_are_kebab_case_and_unique() {
    let mut known = BTreeSet::new();
    for named in POLICIES {
        assert!(known.insert(named.name), "{}", named.name);
    }
    let of_clients: BTreeSet<_> = session::quirk::QUIRKS
        .iter()
        .map(|quirk| quirk.id)
        .collect();
    let mut ids = BTreeSet::new();
    for quirk in QUIRKS {
        assert!(
            ids.insert(quirk.id) && !of_clients.contains(quirk.id),
            "{}",
            quirk.id
        );
        assert!(!quirk.text.is_empty() && !quirk.source.is_empty());
        let mut policy = HopPolicy::default();
        (quirk.set)(&mut policy);
        assert_ne!(policy, HopPolicy::default(), "{}", quirk.id);
        let has = |named: &crate::core::policy::NamedPolicy<HopPolicy>| {
            named.quirks.iter().any(|one| one.id == quirk.id)
        };
        assert!(POLICIES.iter().any(has), "{} has no policy", quirk.id);
    }
    for id in known.iter().chain(&ids) {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(id.bytes().all(fits), "{id}");
        assert!(HopPolicy::named(id).is_ok(), "{id}");
    }
    assert_eq!(HopPolicy::named("own-length+kindness"), Err("kindness"));
    let both = HopPolicy::named("own-length+single-use").unwrap();
    assert!(both.upstream.closes_after_reply);
}

#[test]
fn verbatim_forwards_every_byte() {
    let odd = b"\r\nPOST /a HTTP/1.1\nHost: a\nX:  b\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nA: b\r\n\r\n";
    let dialect = "leading-crlf,request-line-lf,field-lf";
    for (reader, input) in [("strict", PLAIN), (dialect, odd)] {
        let passage = run(
            &route(&[(reader, "verbatim")], reader),
            input,
            &HopOracles::ALL,
        );
        let first = passage.stages.first().unwrap();
        assert_eq!(first.output, input);
        assert_eq!(passage.findings, []);
    }
}

#[test]
fn what_is_forwarded_lies_end_to_end_and_is_read_as_it_was_meant() {
    for policy in POLICIES {
        let input: &[u8] = b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nA: b\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
        for input in [input, PLAIN] {
            let route = route(&[("strict", policy.name)], "coding-10-accepted,persists-10");
            let passage = run(&route, input, &HopOracles::ALL);
            let [hop, last] = passage.stages.as_slice() else {
                panic!("{} stages", passage.stages.len());
            };
            let mut end = 0;
            for (nth, sent) in hop.sent.iter().enumerate() {
                assert_eq!((sent.start, sent.piece), (end, Piece::Request(nth)));
                end = sent.end;
            }
            assert_eq!(end, hop.output.len(), "{}", policy.name);
            let ends: Vec<_> = last.requests.iter().map(|request| request.end).collect();
            let meant: Vec<_> = hop.sent.iter().map(|sent| sent.end).collect();
            assert_eq!(ends, meant, "{}", policy.name);
        }
    }
}

#[test]
fn a_loss_is_put_down_to_the_hop_where_it_happens() {
    let input = b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    let hops = [
        ("strict", "forward-upgrade"),
        ("strict", "careful"),
        ("strict", "forward-upgrade"),
    ];
    let lost = [
        "lost-by-rule Upgrade at h1",
        "lost-by-rule Connection at h1",
    ];
    assert_eq!(words(&route(&hops, "strict"), input), lost);
    let all = [hops[0], hops[2]];
    assert_eq!(words(&route(&all, "strict"), input), [""; 0]);
}

#[test]
fn a_tunnel_is_not_read_and_only_101_makes_one() {
    let input = b"GET /c HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
    for (policy, switches, crosses, requests) in [
        ("tunnel-on-answer", false, 1, 2),
        ("tunnel-on-answer", true, 0, 1),
        ("forward-upgrade", false, 0, 1),
        ("forward-upgrade", true, 0, 1),
    ] {
        let mut route = route(&[("strict", policy)], "strict");
        route.grants_upgrade = switches;
        route.forbids = b"/admin".to_vec();
        let passage = run(&route, input, &HopOracles::ALL);
        let is_crossing = |one: &&OracleFinding| matches!(one.what, HopDefect::Crosses { .. });
        assert_eq!(passage.findings.iter().filter(is_crossing).count(), crosses);
        let last = passage.stages.last().unwrap();
        assert_eq!(last.requests.len(), requests, "{policy}, {switches}");
    }
}

#[test]
fn what_nobody_knows_is_no_reader() {
    assert_eq!(
        HopReader::named("field-lf,kindness").err(),
        Some("kindness")
    );
    assert_eq!(HopReader::named("strict").unwrap().name(), "strict");
}
