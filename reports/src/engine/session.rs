//! Sessions: events between clients and a server.

use std::path::Path;
use std::sync::Arc;

use corpus::SessionCase;
use parsers::Rule;
use parsers::session::{SessionOracles, explore, rules, run};
use serde_json::{Value, json};

use super::{Engine, EngineFinding, PlayedCase};
use crate::format::picture::Palette;
use crate::hunt::{SESSIONS, Subject};
use crate::judge::confirm::Evidence;
use crate::session::finding::SessionFinding;
use crate::session::{draw_case, json as objects};

/// The engine.
pub(crate) struct SessionEngine;

impl Engine for SessionEngine {
    fn name(&self) -> &'static str {
        "session"
    }

    fn field(&self) -> &'static str {
        "policy"
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::RULES
    }

    fn play(&self, path: &Path) -> anyhow::Result<Arc<dyn PlayedCase>> {
        let case = corpus::session::load(path)?;
        let finding = SessionFinding::of(&case);
        Ok(Arc::new(Session { case, finding }))
    }

    fn subject(&self) -> Option<&'static dyn Subject> {
        Some(&SESSIONS)
    }
}

struct Session {
    case: SessionCase,
    finding: Option<SessionFinding>,
}

impl PlayedCase for Session {
    fn engine(&self) -> &'static dyn Engine {
        &SessionEngine
    }

    fn found(&self) -> Option<EngineFinding<'_>> {
        let finding = self.finding.as_ref()?;
        Some(EngineFinding {
            at: finding.at,
            level: finding.level,
            kind: finding.reason.verdict.word(),
            class: Some(finding.reason.class.word()),
            direction: finding.direction.clone(),
            rules: finding.reason.rules(),
            evidence: Evidence::Candidate,
            confirmed_by: &[],
            signature: &finding.signature,
        })
    }

    fn about(&self) -> [String; 2] {
        [self.case.about.clone(), self.case.source.clone()]
    }

    fn draw(&self, palette: &Palette) -> String {
        draw_case(&self.case, palette)
    }

    fn details(&self) -> Value {
        let details = self.finding.as_ref().map(SessionFinding::details);
        let mut details = details.unwrap_or_else(|| json!({}));
        super::extend(&mut details, json!({"policy": self.case.policy_name}));
        details
    }

    fn events(&self, file: &str) -> Value {
        let case = &self.case;
        match (&case.schedule, &case.explore) {
            (Some((schedule, _)), _) => {
                let played = run(&schedule.events, &case.policy, &SessionOracles::ALL);
                objects::run(&played, schedule, &case.policy_name, file)
            }
            (None, Some(wanted)) => {
                let found = explore(&case.policy, &wanted.bound, &SessionOracles::ALL);
                objects::exploration(&found, &case.policy_name, &wanted.bound)
            }
            (None, None) => Value::Null,
        }
    }
}
