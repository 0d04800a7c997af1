//! What of a session that goes wrong becomes a case.

use std::path::Path;

use corpus::session::Explore;
use corpus::{CorpusError, SessionCase};
use parsers::Signature;
use parsers::session::{Bound, Reason, Schedule, SessionOracles, explore, run};

use super::super::record::FindingRecord;
use crate::session;

/// A session case to be written down.
pub(crate) struct SessionRecord {
    case: SessionCase,
    signature: Signature,
    is_beyond: bool,
}

impl SessionRecord {
    /// What is said of those of which this holds.
    pub(crate) const BEYOND: &'static str = "lie beyond the default bounds of exploration";

    /// The case of what goes wrong so. What exploration within `bound` finds of the same quirks goes with it.
    pub fn of(reason: Reason, bound: &Bound) -> Self {
        let signature = reason.signature();
        let found = explore(&reason.quirks.policy(), bound, &SessionOracles::ALL);
        let reason = reason.no_longer_than(&found);
        let is_within = Bound::of(&reason.events).is_within(bound);
        let is_beyond = reason.verdict.is_defect() && !is_within;
        let schedule = Schedule::of(reason.events.clone());
        let policy = reason.quirks.policy();
        let played = run(&reason.events, &policy, &SessionOracles::ALL);
        let fault = played
            .faults()
            .max_by_key(|fault| parsers::session::SessionVerdict::of([*fault]));
        let fault = fault.map(|fault| session::fault(fault, &schedule));
        let name = reason.quirks.name();
        let defect = found.defect.as_ref();
        let defect = defect.map(|found| (found.verdict, found.events.len()));
        // One that was cut off proves nothing.
        let explore = (found.is_complete || defect.is_some()).then(|| Explore {
            bound: Bound::default(),
            defect,
        });
        Self {
            case: SessionCase {
                name: format!(
                    "hunt-{}-{:08x}",
                    reason.class.word(),
                    signature.fingerprint()
                ),
                about: format!("Clients of {name}: {}.", fault.unwrap_or_default()),
                policy_name: name,
                policy,
                schedule: Some((schedule, reason.verdict)),
                explore,
                source: "misframe hunt".to_owned(),
            },
            signature,
            is_beyond,
        }
    }

    /// Whether it is a defect, and its schedule does not lie within the bounds.
    pub(crate) fn is_beyond(&self) -> bool {
        self.is_beyond
    }

    /// What goes wrong, with which quirks, in a few words.
    pub fn short(&self) -> String {
        let verdict = self
            .case
            .schedule
            .as_ref()
            .map(|(_, verdict)| verdict.word());
        format!("{}/{}", verdict.unwrap_or_default(), self.case.policy_name)
    }
}

impl FindingRecord for SessionRecord {
    fn folder(&self) -> &str {
        "session"
    }

    fn name(&self) -> &str {
        &self.case.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn picture(&self) -> String {
        session::snapshot(&self.case)
    }

    fn test(&self) -> &'static str {
        "tests/tests/sessions.rs"
    }

    fn save(&self, folder: &Path) -> Result<(), CorpusError> {
        self.case.save(folder).map(|_| ())
    }
}
