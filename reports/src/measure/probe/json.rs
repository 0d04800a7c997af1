//! An object a line for each case, for other tools. Fields may be added; none is ever renamed.

use corpus::escape;
use serde::Serialize;

use super::text::force;
use super::{ProbeAnswer, Report};

/// What resulted from one case. Bytes are in the form of case files: printable ASCII for itself, the rest as
/// `\r \n \t \\ \xNN`.
#[derive(Serialize)]
pub struct ProbeRecord<'a> {
    target: &'a str,
    file: &'a str,
    case: &'a str,
    expect: &'a str,
    verdict: &'a str,
    force: &'a str,
    rule: Option<&'a str>,
    spec: Option<&'a str>,
    text: Option<&'a str>,
    why: &'a str,
    leniencies: &'a [&'static str],
    shallow: bool,
    statuses: Vec<u16>,
    ending: &'a str,
    before_canary: Option<usize>,
    sent: String,
    canary: Option<String>,
    received: String,
}

/// The objects, in the order of the report.
pub fn lines(report: &Report) -> impl Iterator<Item = ProbeRecord<'_>> {
    report.answers.iter().map(|answer| line(report, answer))
}

fn line<'a>(report: &'a Report, answer: &'a ProbeAnswer) -> ProbeRecord<'a> {
    let (outcome, seen) = (&answer.outcome, &answer.seen);
    let (case, canary) = answer.sent.split_at(answer.case_len.min(answer.sent.len()));
    ProbeRecord {
        target: &report.target,
        file: &answer.file,
        case: &answer.case.name,
        expect: answer.case.expect.word(),
        verdict: outcome.verdict.word(),
        force: force(answer).word(),
        rule: outcome.rule.map(|rule| rule.id),
        spec: outcome.demand.map(|demand| demand.spec),
        text: outcome.demand.map(|demand| demand.text),
        why: &outcome.why,
        leniencies: &outcome.leniencies,
        shallow: outcome.is_shallow,
        statuses: seen.responses.statuses(),
        ending: seen.ending.word(),
        before_canary: seen.before_then,
        sent: escape::encode(case),
        canary: seen.before_then.map(|_| escape::encode(canary)),
        received: escape::encode(&seen.received),
    }
}
