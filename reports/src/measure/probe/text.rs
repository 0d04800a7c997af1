//! The report for people: each failure with what was sent and received, what is lenient or cannot be
//! told in a line each, and a table.

use corpus::number::counted;
use std::fmt::Write as _;

use corpus::escape;
use parsers::Force;
use parsers::core::compare::Level;

use super::verdict::ProbeVerdict;
use super::wire::WireObservation;
use super::{ProbeAnswer, Report};
use crate::format::picture::Palette;

/// The most lines drawn of what was sent, or received.
const MOST_LINES: usize = 30;
/// The most bytes drawn of a line.
const MOST_OF_A_LINE: usize = 200;

/// The words of RFC 2119, in the order of the table.
pub(crate) const FORCES: [Force; 3] = [Force::Must, Force::Should, Force::May];

/// How strongly what an answer is about binds a server: what its verdict names, else the first rule of
/// its case.
pub fn force(answer: &ProbeAnswer) -> Force {
    let of_case = || {
        let id = answer.case.rules.first()?;
        let rule = answer.case.family.rule(id)?;
        Some(rule.broken.force)
    };
    let force = answer.outcome.force().or_else(of_case);
    force.unwrap_or(Force::Must)
}

/// The whole report; it ends with a line break.
pub fn report(report: &Report, palette: &Palette) -> String {
    let mut text = String::new();
    for answer in report.with(ProbeVerdict::Fail) {
        failure(answer, palette, &mut text);
    }
    for verdict in [ProbeVerdict::Lenient, ProbeVerdict::Inconclusive] {
        for answer in report.with(verdict) {
            let (name, why) = (&answer.case.name, escape::display_text(&answer.outcome.why));
            let _ = writeln!(text, "{:12}  {name}: {why}", verdict.word());
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{}", escape::display_text(&report.target));
    table(report, &mut text);
    let shallow = report
        .with(ProbeVerdict::Pass)
        .filter(|a| a.outcome.is_shallow)
        .count();
    if shallow > 0 {
        let _ = writeln!(
            text,
            "{shallow} of the passes say little: the server stopped before what the case tells apart showed"
        );
    }
    let traits = report.traits;
    let remarks = [
        (
            traits.pipelines,
            "it does not answer requests that come in one piece",
        ),
        (
            traits.waits_for_length,
            "it answers before a counted body is whole",
        ),
        (
            traits.waits_for_chunks,
            "it answers before a chunked body is whole",
        ),
    ];
    for (_, remark) in remarks.iter().filter(|(usual, _)| !usual) {
        let _ = writeln!(text, "{remark}: less can be told of it");
    }
    text
}

fn failure(answer: &ProbeAnswer, palette: &Palette, text: &mut String) {
    let outcome = &answer.outcome;
    let force = force(answer);
    let style = palette.level(match force {
        Force::Must => Level::Error,
        Force::Should => Level::Warning,
        Force::May => Level::Note,
    });
    let rule = outcome.rule.map_or("", |rule| rule.id);
    let name = &answer.case.name;
    let _ = writeln!(
        text,
        "{style}fail {}{style:#}  {name}: {rule}",
        force.word()
    );
    let _ = writeln!(text, "  {}", escape::display_text(&answer.case.about));
    let _ = writeln!(text, "  {}.", escape::display_text(&outcome.why));
    if let Some(demand) = outcome.demand {
        let derived = if demand.is_derived {
            ", as we apply it"
        } else {
            ""
        };
        let _ = writeln!(text, "  {}{derived}: \"{}\"", demand.spec, demand.text);
    }
    let (case, canary) = answer.sent.split_at(answer.case_len.min(answer.sent.len()));
    text.push_str("  sent\n");
    bytes(case, text);
    if answer.seen.before_then.is_some() {
        text.push_str("  then, to see where it stands\n");
        bytes(canary, text);
    }
    let _ = writeln!(text, "  received {}", sight(&answer.seen));
    bytes(&answer.seen.received, text);
    text.push('\n');
}

fn bytes(bytes: &[u8], text: &mut String) {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    for line in lines.by_ref().take(MOST_LINES) {
        let shown = line.get(..MOST_OF_A_LINE).unwrap_or(line);
        let _ = write!(text, "      {}", escape::display(shown));
        match line.len() - shown.len() {
            0 => text.push('\n'),
            more => {
                let _ = writeln!(text, "… ({})", counted(more, "more byte"));
            }
        }
    }
    let more: usize = lines.map(<[u8]>::len).sum();
    if more > 0 {
        let _ = writeln!(text, "      … ({})", counted(more, "more byte"));
    }
}

/// The status codes and the end of the connection, such as `200, 404, then it was closed`.
pub(crate) fn sight(seen: &WireObservation) -> String {
    let statuses: Vec<_> = seen
        .responses
        .statuses()
        .iter()
        .map(u16::to_string)
        .collect();
    let statuses = match statuses.is_empty() {
        true => "no answer".to_owned(),
        false => statuses.join(", "),
    };
    let end = match seen.ending.word() {
        "closed" => "it was closed",
        "reset" => "it was reset",
        "waiting" => "it stayed open",
        other => other,
    };
    format!("{statuses}, then {end}")
}

/// How many answers there are of each verdict and force.
pub(crate) fn tally(report: &Report, verdict: ProbeVerdict, of: Force) -> usize {
    let answers = report.with(verdict);
    answers.filter(|answer| force(answer) == of).count()
}

fn table(report: &Report, text: &mut String) {
    let _ = write!(text, "{:12}", "");
    for force in FORCES {
        let _ = write!(text, "  {:>6}", force.word());
    }
    text.push('\n');
    for verdict in ProbeVerdict::ALL {
        let _ = write!(text, "{:12}", verdict.word());
        for force in FORCES {
            let _ = write!(text, "  {:>6}", tally(report, verdict, force));
        }
        text.push('\n');
    }
}
