//! A schedule that was played against a real client, held against what its policy predicts.

use std::fmt::Write as _;

use parsers::session::step::{Effect, EventRejection};
use parsers::session::{ClientPolicy, Event, Run, Schedule, SessionOracles, SessionVerdict, run};
use peers::replay::{PlayedSchedule, has_batch};
use serde_json::{Value, json};

use super::{json, level, timeline};
use crate::format::picture::Palette;

/// What resulted from a schedule, and what was expected of it.
pub struct SessionReplay<'p> {
    /// What happened.
    pub played: &'p PlayedSchedule,
    /// The schedule.
    pub schedule: &'p Schedule,
    /// The policy that the client is held to have.
    pub policy: String,
    /// What a client of that policy does.
    predicted: Run,
    /// What it does in the order in which things happened.
    retold: Run,
}

impl<'p> SessionReplay<'p> {
    /// Holds what happened against a policy.
    pub fn new(
        played: &'p PlayedSchedule,
        schedule: &'p Schedule,
        name: &str,
        policy: &ClientPolicy,
    ) -> Self {
        // A driver asks in a batch where the schedule has one, and nowhere else.
        let policy = &ClientPolicy {
            writes_before_reading: policy.writes_before_reading && has_batch(schedule),
            ..*policy
        };
        Self {
            played,
            schedule,
            policy: name.to_owned(),
            predicted: run(&played.events, policy, &SessionOracles::ALL),
            retold: run(&happened(played), policy, &SessionOracles::ALL),
        }
    }

    /// The verdict on what happened.
    pub fn verdict(&self) -> SessionVerdict {
        self.played.run.verdict
    }

    /// Whether a client of the policy would have done the same: gone along with the schedule, and with the same outcome;
    /// or have parted from it, and without a defect but one that comes before it parts, or of what happened instead.
    pub fn is_as_predicted(&self) -> bool {
        let predicted = self.predicted.verdict;
        let steps = &self.predicted.steps;
        let mut effects = steps.iter().flat_map(|step| &step.effects);
        let parts = matches!(self.predicted.stopped, Some((_, EventRejection::Client(_))))
            || effects.any(|effect| matches!(effect, Effect::Rejected { .. }));
        // That it saw a reply was not its own shows as an error, and so as no answer.
        let shown = |verdict| match verdict {
            SessionVerdict::Rejected => SessionVerdict::NoAnswer,
            other => other,
        };
        match self.played.diverged {
            Some(_) => {
                let is_explained = self.retold.stopped.is_none()
                    && shown(self.retold.verdict) == shown(self.verdict());
                let is_same = predicted == self.verdict();
                parts && (!self.verdict().is_defect() || is_same || is_explained)
            }
            None => !parts && shown(predicted) == shown(self.verdict()),
        }
    }

    /// The result in words.
    pub fn result(&self) -> String {
        let word = self.verdict().word();
        let is_right = !self.verdict().is_defect() && self.verdict() != SessionVerdict::Inherent;
        match (&self.played.diverged, self.is_as_predicted()) {
            (None, true) => format!("as predicted, {word}"),
            (None, false) => {
                let predicted = match self.predicted.stopped {
                    Some(_) => SessionVerdict::Rejected.word(),
                    None => self.predicted.verdict.word(),
                };
                format!("not as predicted, {word} instead of {predicted}")
            }
            (Some(_), _) if is_right && self.played.is_answered => {
                "schedule diverged, right answer".to_owned()
            }
            (Some(_), _) if is_right => "schedule diverged, no answer".to_owned(),
            (Some(_), _) => format!("schedule diverged, {word}"),
        }
    }

    /// What happened as lanes, where it parted from the schedule, and the result.
    pub fn draw(&self, palette: &Palette) -> String {
        let mut text = timeline::draw(&self.played.run, self.schedule, palette);
        if let Some((step, why)) = self.divergence() {
            let _ = writeln!(text, "  –  instead of {step}: {why}");
        }
        let version = &self.played.version;
        let (name, version) = (&version.name, &version.version);
        let client = corpus::escape::display_text(&format!("{name} {version}")).to_string();
        let policy = match self.is_as_predicted() {
            true => format!("as {} does", self.policy),
            false => format!("not as {} does", self.policy),
        };
        let result = self.result();
        let _ = match level(self.verdict()) {
            Some(level) => {
                let style = palette.level(level);
                writeln!(text, "{style}{result}{style:#}: {client}, {policy}")
            }
            None => writeln!(text, "{result}: {client}, {policy}"),
        };
        text
    }

    /// The event of the schedule from which it parted, and what happened instead.
    fn divergence(&self) -> Option<(String, String)> {
        let diverged = self.played.diverged.as_ref()?;
        let event = self.schedule.events.get(diverged.at);
        let step = event.map(|event| self.schedule.step(event));
        let why = corpus::escape::display_text(&diverged.why).to_string();
        Some((step.unwrap_or_default(), why))
    }

    /// The same as an object.
    pub fn object(&self, file: &str, client: &str) -> Value {
        let diverged = self
            .divergence()
            .map(|(event, why)| json!({"event": event, "why": why}));
        json!({
            "file": file,
            "client": client,
            "name": self.played.version.name,
            "version": self.played.version.version,
            "policy": self.policy,
            "schedule": self.schedule.to_string(),
            "verdict": self.verdict().word(),
            "level": level(self.verdict()).map(|level| level.word()),
            "result": self.result(),
            "as_predicted": self.is_as_predicted(),
            "diverged": diverged,
            "steps": json::steps(&self.played.run, self.schedule),
        })
    }
}

/// The events that happened, with each request as it was sent.
fn happened(played: &PlayedSchedule) -> Vec<Event> {
    let mut events: Vec<Event> = played.run.steps.iter().map(|step| step.event).collect();
    for event in &mut events {
        let Event::Send {
            tag,
            is_idempotent: idempotent,
            ..
        } = event
        else {
            continue;
        };
        let sent = played.events.iter().find_map(|told| match told {
            Event::Send {
                tag: one,
                is_idempotent: idempotent,
                ..
            } => (one == tag).then_some(*idempotent),
            _ => None,
        });
        *idempotent = sent.unwrap_or(*idempotent);
    }
    events
}

/// The result in the word of a table.
pub fn cell(replayed: &SessionReplay<'_>) -> &'static str {
    match replayed.verdict() {
        SessionVerdict::WrongOnce => "wrong",
        SessionVerdict::WrongPersistently => "wrong, on",
        SessionVerdict::Duplicated => "twice",
        SessionVerdict::Truncated => "truncated",
        SessionVerdict::Inherent => "inherent",
        _ if replayed.played.is_answered => "right",
        _ => "no answer",
    }
}
