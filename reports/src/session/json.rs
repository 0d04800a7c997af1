//! The objects of `misframe session`. Fields may be added; none is ever renamed.

use parsers::session::explore::FaultySchedule;
use parsers::session::step::EventRejection;
use parsers::session::{Bound, Exploration, Fault, Run, Schedule, Tag};
use serde_json::{Value, json};

use super::level;

/// A run of one schedule.
pub fn run(run: &Run, schedule: &Schedule, policy: &str, file: &str) -> Value {
    let stopped = run.stopped.as_ref().map(|(event, rejection)| {
        let (by, why) = match rejection {
            EventRejection::Client(why) => ("client", why),
            EventRejection::Schedule(why) => ("schedule", why),
        };
        json!({"event": schedule.step(event), "by": by, "why": why})
    });
    json!({
        "file": file,
        "policy": policy,
        "schedule": schedule.to_string(),
        "verdict": run.verdict.word(),
        "level": level(run.verdict).map(|level| level.word()),
        "steps": steps(run, schedule),
        "stopped": stopped,
    })
}

/// What happened, event by event.
pub(crate) fn steps(run: &Run, schedule: &Schedule) -> Vec<Value> {
    let steps = run.steps.iter().map(|step| {
        let faults = step.faults.iter().map(|one| fault(one, schedule));
        json!({
            "event": schedule.step(&step.event),
            "faults": faults.collect::<Vec<_>>(),
        })
    });
    steps.collect()
}

/// An exploration of one policy.
pub fn exploration(found: &Exploration, policy: &str, bound: &Bound) -> Value {
    json!({
        "policy": policy,
        "bound": {
            "clients": bound.clients,
            "connections": bound.connections,
            "requests": bound.requests,
            "faults": bound.faults,
            "surplus": bound.surplus,
        },
        "states": found.states,
        "events": found.events,
        "depth": found.depth,
        "complete": found.is_complete,
        "defect": found.defect.as_ref().map(one),
        "inherent": found.inherent.as_ref().map(one),
    })
}

fn one(found: &FaultySchedule) -> Value {
    let schedule = Schedule::of(found.events.clone());
    json!({
        "verdict": found.verdict.word(),
        "level": level(found.verdict).map(|level| level.word()),
        "events": found.events.len(),
        "schedule": schedule.to_string(),
        "fault": fault(&found.fault, &schedule),
    })
}

fn fault(fault: &Fault, schedule: &Schedule) -> Value {
    let of = |tag: Tag| schedule.name(tag);
    let said = super::fault(fault, schedule);
    match *fault {
        Fault::Wrong { client, asked, got } => json!({
            "fault": "wrong", "client": client, "asked": of(asked), "got": of(got), "said": said,
        }),
        Fault::Inherent { client, asked, got } => json!({
            "fault": "inherent", "client": client, "asked": of(asked), "got": of(got), "said": said,
        }),
        Fault::Truncated { client, asked } => json!({
            "fault": "truncated", "client": client, "asked": of(asked), "said": said,
        }),
        Fault::Duplicated { tag } => json!({
            "fault": "duplicated", "request": of(tag), "said": said,
        }),
    }
}
