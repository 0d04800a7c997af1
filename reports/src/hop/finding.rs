//! A finding in a case about hops: what is lost or let through, where, and against which rules.

use corpus::HopCase;
use corpus::escape::display;
use parsers::core::compare::Level;
use parsers::hop::{HopOracles, OracleFinding, run};
use parsers::session;
use parsers::{Rule, Signature};

/// The gravest of what is found in a case about hops.
#[derive(Clone, Debug)]
pub(crate) struct HopFinding {
    /// At which reader: the number of a hop from zero, or the number of hops for the origin. Of a schedule, the number
    /// of the event that is wrong.
    pub at: usize,
    /// How grave it is.
    pub level: Level,
    /// What it is, in a word.
    pub title: String,
    /// What it is about, and where.
    pub direction: String,
    /// The rules of all that is found, that of the gravest first.
    pub rules: Vec<&'static Rule>,
    /// One text for all cases in which the same goes wrong on the same route.
    pub signature: Signature,
    /// All that is found, in the words of cases.
    pub all: Vec<String>,
}

impl HopFinding {
    /// What is found in the case; none where nothing is.
    ///
    /// # Errors
    /// The word in the case that names no reader, or no policy.
    pub fn of(case: &HopCase) -> Result<Option<Self>, String> {
        let route = case.route()?;
        let mut findings = Vec::new();
        if let Some((input, _)) = &case.input {
            findings = run(&route, input, &HopOracles::ALL).findings;
        }
        let of_passage = Self::of_passage(case, &findings);
        let of_schedule = route
            .hops
            .first()
            .and_then(|hop| Self::of_schedule(case, &hop.policy.upstream));
        Ok([of_passage, of_schedule]
            .into_iter()
            .flatten()
            .max_by_key(|found| found.level))
    }

    fn of_passage(case: &HopCase, findings: &[OracleFinding]) -> Option<Self> {
        // Of those that are as grave, the first.
        let worst = findings
            .iter()
            .rev()
            .max_by_key(|finding| finding.level())?;
        let words = |finding: &OracleFinding| display(&finding.words(case.hops.len()));
        let said = words(worst);
        let (title, direction) = said.split_once(' ').unwrap_or((&said, ""));
        let mut rules = vec![worst.rule];
        for finding in findings {
            if !rules.contains(&finding.rule) {
                rules.push(finding.rule);
            }
        }
        Some(Self {
            at: worst.at,
            level: worst.level(),
            signature: signature(case, title, worst.rule.id),
            title: title.to_owned(),
            direction: direction.to_owned(),
            rules,
            all: findings.iter().map(words).collect(),
        })
    }

    /// What goes wrong in what the hop does towards the next.
    fn of_schedule(case: &HopCase, policy: &session::ClientPolicy) -> Option<Self> {
        let (schedule, _) = case.schedule.as_ref()?;
        let played = session::run(&schedule.events, policy, &session::SessionOracles::ALL);
        let level = crate::session::level(played.verdict)?;
        let grade = |faults: &[_]| session::SessionVerdict::of(faults);
        let worst = played.steps.iter().map(|step| grade(&step.faults)).max()?;
        let mut steps = played.steps.iter();
        let at = steps.position(|step| grade(&step.faults) == worst)?;
        let fault = played.steps.get(at)?.faults.first()?;
        let title = played.verdict.word().to_owned();
        let named = case.hops.first().map_or("", |hop| hop.policy.as_str());
        let quirks = session::Quirks::named(named).ok();
        let reason = quirks.and_then(|quirks| session::Reason::of(quirks, &schedule.events));
        let direction = crate::session::fault(fault, schedule);
        Some(Self {
            at,
            level,
            signature: signature(case, &title, "schedule"),
            all: vec![format!("{title}: {direction}")],
            title,
            direction,
            rules: reason.map_or(Vec::new(), |reason| reason.rules()),
        })
    }
}

fn signature(case: &HopCase, title: &str, rule: &str) -> Signature {
    let hops = case.hops.iter();
    let hops: Vec<_> = hops
        .map(|hop| format!("{}:{}", hop.reader, hop.policy))
        .collect();
    Signature::new("hop", title, None)
        .because("rule", rule)
        .because("route", &hops.join(">"))
        .because("last", &case.last)
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;

    fn case(name: &str) -> HopCase {
        let corpus = corpus::find_corpus(Path::new(".")).unwrap();
        corpus::hop::load(&corpus.join(format!("hop/{name}.toml"))).unwrap()
    }

    #[test]
    fn the_gravest_is_the_finding() {
        let found = HopFinding::of(&case("te-cl-verbatim")).unwrap().unwrap();
        assert_eq!((found.level, found.at), (Level::Error, 0));
        assert_eq!(found.title, "durable");
        assert_eq!(found.direction, "GET /x at h0");
        assert_eq!(
            found.all,
            ["durable GET /x at h0", "rejected at the origin"]
        );
    }

    #[test]
    fn a_schedule_has_a_finding() {
        let found = HopFinding::of(&case("post-resent")).unwrap().unwrap();
        assert_eq!(
            (found.level, found.title.as_str()),
            (Level::Error, "duplicated")
        );
    }

    #[test]
    fn where_all_arrives_there_is_none() {
        assert!(HopFinding::of(&case("lines-joined")).unwrap().is_none());
    }

    /// The finding is a defect exactly where `misframe hop check` says so.
    #[test]
    fn a_defect_is_one_for_both_commands() {
        let corpus = corpus::find_corpus(Path::new(".")).unwrap();
        for case in corpus::hop::load_all(&corpus).unwrap() {
            let (_, is_defect) =
                crate::hop::draw_case(&case, &crate::format::picture::Palette::PLAIN).unwrap();
            let level = HopFinding::of(&case).unwrap().map(|found| found.level);
            assert_eq!(level > Some(Level::Note), is_defect, "{}", case.name);
        }
    }
}
