// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use super::*;
use crate::measure::probe::predict::ServerRole;
use crate::measure::probe::response;

const CANARY: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const WAITS: Traits = Traits {
    pipelines: true,
    waits_for_length: true,
    waits_for_chunks: true,
    role: ServerRole::Origin,
};
const HASTY: Traits = Traits {
    pipelines: true,
    waits_for_length: false,
    waits_for_chunks: false,
    role: ServerRole::Origin,
};

/// The outcome of a case of the corpus at which these status codes were seen, one of them after the
/// canary if the connection stayed open; a plain request gets `control`.
fn outcome(
    name: &str,
    statuses: &[u16],
    ending: ConnectionEnding,
    traits: Traits,
    control: u16,
) -> ProbeOutcome {
    let case = load(name);
    let sent = [&case.input, CANARY].concat();
    decide_on(&case, &sent, false, statuses, ending, traits, control)
}

/// The outcome of a case behind which the sending side is closed.
fn half_closed(name: &str, statuses: &[u16]) -> ProbeOutcome {
    let case = load(name);
    decide_on(
        &case,
        &case.input,
        true,
        statuses,
        ConnectionEnding::Closed,
        WAITS,
        200,
    )
}

fn load(name: &str) -> Case {
    let family = &parsers::http1::REQUEST;
    let corpus = corpus::find_corpus(Path::new(".")).unwrap();
    let path = corpus.join(family.name).join(format!("{name}.toml"));
    corpus::case::load(&path, family).unwrap()
}

fn decide_on(
    case: &Case,
    sent: &[u8],
    half_closed: bool,
    statuses: &[u16],
    ending: ConnectionEnding,
    traits: Traits,
    control: u16,
) -> ProbeOutcome {
    let answers = statuses
        .iter()
        .map(|status| format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n"));
    let received = answers.collect::<String>().into_bytes();
    let waiting = ending == ConnectionEnding::Waiting;
    let seen = WireObservation {
        responses: response::read(&received, &[], false),
        received,
        before_then: waiting.then(|| statuses.len().saturating_sub(1)),
        ending,
    };
    let trial = Trial {
        family: &parsers::http1::REQUEST,
        case,
        sent,
        is_half_closed: half_closed,
        seen: &seen,
        traits,
    };
    decide(&trial, &mut |_| Some(control))
}

fn verdict(
    name: &str,
    statuses: &[u16],
    ending: ConnectionEnding,
) -> (ProbeVerdict, Option<Force>) {
    let outcome = outcome(name, statuses, ending, WAITS, 200);
    (outcome.verdict, outcome.demand.map(|demand| demand.force))
}

#[test]
fn what_must_be_rejected() {
    use ConnectionEnding::{Closed, Reset, Waiting};
    let must = (ProbeVerdict::Fail, Some(Force::Must));
    let pass = (ProbeVerdict::Pass, None);
    assert_eq!(verdict("cl-plus", &[400], Closed), pass);
    assert_eq!(verdict("cl-plus", &[501], Closed), pass);
    assert_eq!(verdict("cl-plus", &[], Reset), pass);
    assert_eq!(verdict("cl-plus", &[200, 200], Waiting), must);
    assert_eq!(verdict("cl-plus", &[200, 200, 200], Waiting), must);
    assert_eq!(verdict("cl-plus", &[200], Closed), must);
    // It rejects, and reads what is behind it as a request.
    assert_eq!(verdict("cl-plus", &[400, 200, 200], Waiting), must);
    // Its framing is well known.
    assert_eq!(verdict("host-missing", &[400, 200], Waiting), pass);
    assert_eq!(
        verdict("target-fragment", &[301, 200], Waiting).0,
        ProbeVerdict::Fail
    );
    assert_eq!(verdict("target-fragment", &[301], Closed), pass);
    assert_eq!(
        verdict("cl-plus", &[], Waiting).0,
        ProbeVerdict::Inconclusive
    );
}

#[test]
fn no_more_is_demanded_than_the_specification_does() {
    use ConnectionEnding::{Closed, Waiting};
    let should = (ProbeVerdict::Fail, Some(Force::Should));
    assert_eq!(verdict("size-line-lf", &[200, 200], Waiting), should);
    // To be read as the last one, or rejected.
    assert_eq!(
        verdict("te-http10", &[200], Closed),
        (ProbeVerdict::Pass, None)
    );
    let must = (ProbeVerdict::Fail, Some(Force::Must));
    assert_eq!(verdict("te-http10", &[200, 200, 200], Waiting), must);
    // How many zeros are too many is left to the server.
    assert_eq!(
        verdict("cs-leading-zeros", &[400], Closed).0,
        ProbeVerdict::Pass
    );
    assert_eq!(verdict("ext-ctl", &[200, 200, 200], Waiting), should);
    assert_eq!(
        verdict("bare-lf-field-end", &[200, 200], Waiting).0,
        ProbeVerdict::Lenient
    );
}

#[test]
fn what_must_be_taken() {
    use ConnectionEnding::{Closed, Waiting};
    assert_eq!(
        verdict("good-counted-post", &[404, 200], Waiting).0,
        ProbeVerdict::Pass
    );
    assert_eq!(
        verdict("good-counted-post", &[405], Closed).0,
        ProbeVerdict::Pass
    );
    assert_eq!(
        verdict("good-counted-post", &[400], Closed).0,
        ProbeVerdict::Fail
    );
    let control = outcome("good-counted-post", &[400], Closed, WAITS, 400);
    assert_eq!(control.verdict, ProbeVerdict::Inconclusive);
    // Nothing was to follow the request that closes.
    let (verdict_, _) = verdict("conn-close-then-pipelined", &[400], Closed);
    assert_eq!(verdict_, ProbeVerdict::Inconclusive);
    let lost = verdict("upgrade-premature", &[200, 200], Waiting);
    assert_eq!(lost, (ProbeVerdict::Fail, Some(Force::Must)));
}

#[test]
fn a_server_that_answers_before_the_body_is_whole_has_not_accepted_it() {
    let early = outcome("size-line-lf", &[200], ConnectionEnding::Closed, HASTY, 200);
    assert_eq!(early.verdict, ProbeVerdict::Pass);
    assert!(early.is_shallow);
    let waits = outcome("size-line-lf", &[200], ConnectionEnding::Closed, WAITS, 200);
    assert_eq!(waits.verdict, ProbeVerdict::Fail);
    // What is wrong with the head was there to be seen.
    let head = outcome("cl-plus", &[200], ConnectionEnding::Closed, HASTY, 200);
    assert_eq!(head.verdict, ProbeVerdict::Fail);
}

#[test]
fn another_protocol_is_taken_up_as_demanded() {
    let must = (ProbeVerdict::Fail, Some(Force::Must));
    let nothing = (ProbeVerdict::Inconclusive, None);
    assert_eq!(
        verdict("upgrade-expect", &[101], ConnectionEnding::Closed),
        must
    );
    assert_eq!(
        verdict("upgrade-expect", &[100, 101], ConnectionEnding::Closed),
        nothing
    );
    assert_eq!(
        verdict("upgrade-http10", &[101], ConnectionEnding::Closed),
        must
    );
    assert_eq!(
        verdict("upgrade-premature", &[101], ConnectionEnding::Closed),
        nothing
    );
    // The offer is ignored.
    let ignored = verdict(
        "upgrade-http10",
        &[200, 200, 200],
        ConnectionEnding::Waiting,
    );
    assert_eq!(ignored, (ProbeVerdict::Pass, None));
}

#[test]
fn what_is_cut_short_is_not_taken() {
    let must = (ProbeVerdict::Fail, Some(Force::Must));
    let name = "eof-as-body-end-request";
    let half = |statuses: &[u16]| half_closed(name, statuses);
    assert_eq!(half(&[200]).verdict, must.0);
    assert_eq!(
        half(&[200]).demand.map(|demand| demand.spec),
        Some("RFC 9112 §6.3")
    );
    assert_eq!(half(&[400]).verdict, ProbeVerdict::Pass);
    assert_eq!(half(&[]).verdict, ProbeVerdict::Pass);
}

#[test]
fn a_proxy_keeps_no_connection_of_http_1_0() {
    let proxy = Traits {
        role: ServerRole::Proxy,
        ..WAITS
    };
    let name = "http10-keepalive";
    let kept = |traits| {
        outcome(
            name,
            &[200, 200, 200],
            ConnectionEnding::Waiting,
            traits,
            200,
        )
    };
    assert_eq!(kept(WAITS).verdict, ProbeVerdict::Pass);
    assert_eq!(kept(proxy).verdict, ProbeVerdict::Fail);
    let rule = kept(proxy).rule.map(|rule| rule.id);
    assert_eq!(rule, Some("http1/persistence-10-proxy"));
    let closed = outcome(name, &[200], ConnectionEnding::Closed, proxy, 200);
    assert!(closed.verdict < ProbeVerdict::Fail, "{}", closed.why);
}
