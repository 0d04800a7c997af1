//! Hops as text and as objects: what came in, what each forwarded, and what was lost where.

pub mod arrival;
pub mod finding;
pub mod json;
mod picture;
pub mod predict;
pub mod replay;
pub mod route;

use std::fmt::Write as _;

use corpus::HopCase;
use corpus::escape::display;
use parsers::hop::{HopOracles, OracleFinding, Passage, run};
use parsers::session;

use crate::format::picture::Palette;

/// A finding in words: what and where, how grave it is, and the rule.
pub fn words(finding: &OracleFinding, hops: usize) -> String {
    let (level, rule) = (finding.level().word(), finding.rule);
    let what = display(&finding.words(hops));
    format!("{what}, {level}: {} ({})", rule.id, rule.spec)
}

/// Whether something is a defect of a hop.
pub fn is_defect(passage: &Passage) -> bool {
    passage.findings.iter().any(OracleFinding::is_defect)
}

/// The picture of a passage: what reached each reader, with what was lost marked, then what was found.
pub fn draw(case: &HopCase, passage: &Passage, palette: &Palette) -> String {
    let mut text = picture::draw(case, passage, palette);
    text.push('\n');
    for finding in &passage.findings {
        let style = palette.level(finding.level());
        let _ = writeln!(text, "{style}{}{style:#}", words(finding, case.hops.len()));
    }
    if passage.findings.is_empty() {
        text.push_str("all arrives\n");
    }
    text
}

/// All pictures of a case, and whether something in them is a defect.
///
/// # Errors
/// The word in the case that names no reader, or no policy.
pub fn draw_case(case: &HopCase, palette: &Palette) -> Result<(String, bool), String> {
    let route = case.route()?;
    let mut text = String::new();
    let mut has_defect = false;
    if let Some((input, _)) = &case.input {
        let passage = run(&route, input, &HopOracles::ALL);
        has_defect |= is_defect(&passage);
        text.push_str(&draw(case, &passage, palette));
    }
    if let (Some((schedule, _)), Some(hop), Some(named)) =
        (&case.schedule, route.hops.first(), case.hops.first())
    {
        let policy = &hop.policy.upstream;
        let run = session::run(&schedule.events, policy, &session::SessionOracles::ALL);
        has_defect |= run.verdict.is_defect();
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(
            text,
            "c0, c1: the clients of h0; srv: the next\n{schedule}\n"
        );
        text.push_str(&crate::session::draw(
            &run,
            schedule,
            &named.policy,
            palette,
        ));
    }
    Ok((text, has_defect))
}

/// The snapshot of a case: what it is about, then the pictures.
///
/// # Errors
/// The word in the case that names no reader, or no policy.
pub fn snapshot(case: &HopCase) -> Result<String, String> {
    let (pictures, _) = draw_case(case, &Palette::PLAIN)?;
    Ok(format!("{}\n\n{pictures}", case.about))
}
