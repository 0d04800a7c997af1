//! JUnit XML: a case is a test, which a failure fails and what cannot be told skips.

use std::fmt::Write as _;

use super::text::{force, sight};
use super::verdict::ProbeVerdict;
use super::{ProbeAnswer, Report};
use crate::format::junit::escape;

/// The report as one suite, named for the target.
pub fn report(report: &Report) -> String {
    let tests = report.answers.len();
    let failures = report.with(ProbeVerdict::Fail).count();
    let skipped = report.with(ProbeVerdict::Inconclusive).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"misframe\" tests=\"{tests}\" failures=\"{failures}\">"
    );
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">",
        escape(&report.target)
    );
    for answer in &report.answers {
        test(answer, &mut xml);
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

fn test(answer: &ProbeAnswer, xml: &mut String) {
    let outcome = &answer.outcome;
    let (name, class) = (escape(&answer.case.name), escape(answer.case.family.name));
    let _ = write!(xml, "    <testcase name=\"{name}\" classname=\"{class}\"");
    let why = escape(&outcome.why);
    let inside = match outcome.verdict {
        ProbeVerdict::Pass | ProbeVerdict::Lenient => {
            xml.push_str("/>\n");
            return;
        }
        ProbeVerdict::Inconclusive => format!("<skipped message=\"{why}\"/>"),
        ProbeVerdict::Fail => {
            let rule = outcome.rule.map_or("", |rule| rule.id);
            let quote = outcome
                .demand
                .map(|demand| format!("{}: {}", demand.spec, demand.text));
            format!(
                "<failure type=\"{}\" message=\"{}: {why}\">{}\nreceived {}</failure>",
                force(answer).word(),
                escape(rule),
                escape(&quote.unwrap_or_default()),
                escape(&sight(&answer.seen))
            )
        }
    };
    let _ = writeln!(xml, ">\n      {inside}\n    </testcase>");
}
