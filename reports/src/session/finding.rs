//! A finding in a session case: what goes wrong, by which quirks, against which rules.

use corpus::SessionCase;
use parsers::Signature;
use parsers::core::compare::Level;
use parsers::session::{Quirks, Reason, Schedule, SessionOracles, SessionVerdict, explore, run};
use serde_json::{Value, json};

use super::{fault, level};

/// What goes wrong in a session case.
#[derive(Clone, Debug)]
pub(crate) struct SessionFinding {
    /// The fewest quirks, and the fewest events, with which it goes wrong alike.
    pub reason: Reason,
    /// How grave it is.
    pub level: Level,
    /// What happens to which client, in one sentence.
    pub direction: String,
    /// One text for all sessions that go wrong alike for the same reasons.
    pub signature: Signature,
    /// The events of the case.
    schedule: Schedule,
    /// The number of the event that is wrong, from zero.
    pub at: usize,
}

impl SessionFinding {
    /// What goes wrong on the schedule of the case, or on a shortest one when it has none; none where nothing does.
    pub fn of(case: &SessionCase) -> Option<Self> {
        let schedule = match (&case.schedule, &case.explore) {
            (Some((schedule, _)), _) => schedule.clone(),
            (None, Some(wanted)) => {
                let found = explore(&case.policy, &wanted.bound, &SessionOracles::ALL);
                Schedule::of(found.defect.or(found.inherent)?.events)
            }
            (None, None) => return None,
        };
        let quirks = Quirks::named(&case.policy_name).ok()?;
        let played = run(&schedule.events, &case.policy, &SessionOracles::ALL);
        let level = level(played.verdict)?;
        let reason = Reason::of(quirks, &schedule.events)?.minimise();
        let grade = |faults: &[_]| SessionVerdict::of(faults);
        let worst = played.steps.iter().map(|step| grade(&step.faults)).max()?;
        let mut steps = played.steps.iter();
        let at = steps.position(|step| grade(&step.faults) == worst)?;
        let faults = &played.steps.get(at)?.faults;
        let wrong = faults.iter().find(|one| grade(&[**one]) == worst);
        let wrong = wrong.or(faults.first())?;
        Some(Self {
            signature: reason.signature(),
            reason,
            level,
            direction: fault(wrong, &schedule),
            schedule,
            at,
        })
    }

    /// What it has besides what every finding has, as an object.
    pub(crate) fn details(&self) -> Value {
        json!({
            "quirks": self.quirks(),
            "schedule": self.schedule.to_string(),
            "shortest": Schedule::of(self.reason.events.clone()).to_string(),
        })
    }

    fn quirks(&self) -> Vec<&'static str> {
        let quirks = self.reason.quirks.quirks();
        quirks.iter().map(|quirk| quirk.id).collect()
    }
}
