//! Hops: requests along a route of intermediaries, or what one of them does towards the next.

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use corpus::HopCase;
use parsers::Rule;
use parsers::hop::{HopOracles, rules, run};
use parsers::session;
use serde_json::{Value, json};

use super::{Engine, EngineFinding, PlayedCase};
use crate::format::picture::Palette;
use crate::hop::finding::HopFinding;
use crate::hop::{draw_case, json as objects};
use crate::hunt::{HOPS, Subject};
use crate::judge::confirm::Evidence;

/// The engine.
pub(crate) struct HopEngine;

impl Engine for HopEngine {
    fn name(&self) -> &'static str {
        "hop"
    }

    fn field(&self) -> &'static str {
        "hops"
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::RULES
    }

    fn play(&self, path: &Path) -> anyhow::Result<Arc<dyn PlayedCase>> {
        let case = corpus::hop::load(path)?;
        let wrong = |what| anyhow!("{}: {what}", path.display());
        let finding = HopFinding::of(&case).map_err(wrong)?;
        Ok(Arc::new(Hop { case, finding }))
    }

    fn subject(&self) -> Option<&'static dyn Subject> {
        Some(&HOPS)
    }
}

struct Hop {
    case: HopCase,
    finding: Option<HopFinding>,
}

impl PlayedCase for Hop {
    fn engine(&self) -> &'static dyn Engine {
        &HopEngine
    }

    fn found(&self) -> Option<EngineFinding<'_>> {
        let finding = self.finding.as_ref()?;
        Some(EngineFinding {
            at: finding.at,
            level: finding.level,
            kind: &finding.title,
            class: None,
            direction: finding.direction.clone(),
            rules: finding.rules.clone(),
            evidence: Evidence::Candidate,
            confirmed_by: &[],
            signature: &finding.signature,
        })
    }

    fn about(&self) -> [String; 2] {
        [self.case.about.clone(), self.case.source.clone()]
    }

    fn draw(&self, palette: &Palette) -> String {
        // That the words of the case name something was seen to when it was loaded.
        match draw_case(&self.case, palette) {
            Ok((picture, _)) => picture,
            Err(what) => format!("{what}\n"),
        }
    }

    fn details(&self) -> Value {
        let hops = self.case.hops.iter();
        let hops = hops.map(|hop| json!({"reader": hop.reader, "policy": hop.policy}));
        json!({
            "findings": self.finding.as_ref().map(|finding| &finding.all),
            "hops": hops.collect::<Vec<_>>(),
            "last": self.case.last,
        })
    }

    fn events(&self, file: &str) -> Value {
        let case = &self.case;
        let Ok(route) = case.route() else {
            return Value::Null;
        };
        let passage = case.input.as_ref().map(|(input, _)| {
            let passage = run(&route, input, &HopOracles::ALL);
            objects::passage(case, &passage, file)
        });
        let first = case.schedule.as_ref().zip(route.hops.first());
        let schedule = first.map(|((schedule, _), hop)| {
            let policy = &hop.policy.upstream;
            let played = session::run(&schedule.events, policy, &session::SessionOracles::ALL);
            let named = case.hops.first().map_or("", |hop| hop.policy.as_str());
            crate::session::json::run(&played, schedule, named, file)
        });
        json!({"passage": passage, "schedule": schedule})
    }
}
