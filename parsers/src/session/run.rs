//! A schedule played through with a policy.

use super::event::{Event, Tag};
use super::oracle::{Fault, SessionOracles, SessionVerdict};
use super::policy::ClientPolicy;
use super::state::{Connection, MAX_CLIENTS, SessionState};
use super::step::{Effect, EventRejection, step};

/// What resulted from playing a schedule.
#[derive(Clone, Debug)]
pub struct Run {
    /// The events that happened, in order, with what each did.
    pub steps: Vec<ScheduleStep>,
    /// The event that did not happen, and why. Nothing after it was played.
    pub stopped: Option<(Event, EventRejection)>,
    /// The verdict on the whole.
    pub verdict: SessionVerdict,
}

/// One event that happened.
#[derive(Clone, Debug)]
pub struct ScheduleStep {
    /// The event.
    pub event: Event,
    /// What it did.
    pub effects: Vec<Effect>,
    /// What the oracles object to.
    pub faults: Vec<Fault>,
    /// What lies on each connection after it.
    pub connections: Vec<Connection>,
}

impl Run {
    /// Everything that the oracles object to, in order.
    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.steps.iter().flat_map(|step| &step.faults)
    }
}

/// How many clients the events speak of.
pub fn clients(events: &[Event]) -> usize {
    let numbers = events.iter().filter_map(Event::client);
    numbers.max().map_or(0, |most| usize::from(most) + 1)
}

/// Plays the events with clients of one policy, up to the first that does not happen.
pub fn run(events: &[Event], policy: &ClientPolicy, oracles: &SessionOracles) -> Run {
    let mut state = SessionState::new(clients(events).min(MAX_CLIENTS));
    let mut steps: Vec<ScheduleStep> = Vec::new();
    let mut stopped = None;
    for event in events {
        let mut effects = Vec::new();
        if let Err(rejection) = step(&mut state, policy, event, &mut effects) {
            stopped = Some((*event, rejection));
            break;
        }
        steps.push(ScheduleStep {
            event: settled(event, &effects),
            faults: effects.iter().filter_map(|e| oracles.judge(e)).collect(),
            effects,
            connections: state.connections.to_vec(),
        });
    }
    let verdict = verdict(&state, &steps, stopped.is_some());
    Run {
        steps,
        stopped,
        verdict,
    }
}

/// The event with what was left open in it.
fn settled(event: &Event, effects: &[Effect]) -> Event {
    let Event::Recv { client, asked, .. } = *event else {
        return *event;
    };
    let got = effects.iter().find_map(|effect| match *effect {
        Effect::Delivered {
            asked: tag, got, ..
        }
        | Effect::Rejected {
            asked: tag, got, ..
        } => (tag == asked).then_some(got),
        _ => None,
    });
    Event::Recv { client, asked, got }
}

fn verdict(state: &SessionState, steps: &[ScheduleStep], is_stopped: bool) -> SessionVerdict {
    let mut verdict = SessionVerdict::of(steps.iter().flat_map(|step| &step.faults));
    let mut effects = steps.iter().flat_map(|step| &step.effects);
    let rejects = |effect: &Effect| matches!(effect, Effect::Rejected { .. });
    if is_stopped || effects.clone().any(rejects) {
        verdict = verdict.max(SessionVerdict::Rejected);
    }
    let waits = state.clients.iter().any(|client| !client.waits.is_empty());
    if waits || effects.any(|effect| matches!(effect, Effect::GaveUp { .. })) {
        verdict = verdict.max(SessionVerdict::NoAnswer);
    }
    verdict
}

/// Whether the client that got a wrong reply gets a wrong one for its next request too, which it sends
/// at once, before the server answers what it still has. `state` is how things stand after the first.
pub(crate) fn persists(
    mut state: SessionState,
    policy: &ClientPolicy,
    client: u8,
    connection: u8,
) -> bool {
    let mut effects = Vec::new();
    let asked = state.next_tag();
    let send = Event::Send {
        client,
        tag: asked,
        connection,
        is_idempotent: false,
    };
    if step(&mut state, policy, &send, &mut effects).is_err() {
        return false;
    }
    loop {
        let first = state.connection(connection).and_then(|connection| {
            let rest = connection.half.map(|tag| (tag, true));
            rest.or(connection.requests.first().map(|tag| (*tag, false)))
        });
        let event = match first {
            Some((tag, true)) => Event::Rest { connection, tag },
            Some((tag, false)) => Event::Reply { connection, tag },
            None => break,
        };
        if step(&mut state, policy, &event, &mut effects).is_err() {
            return false;
        }
    }
    let got: Option<Tag> = None;
    let recv = Event::Recv { client, asked, got };
    effects.clear();
    let done = step(&mut state, policy, &recv, &mut effects).is_ok();
    let mut faults = effects.iter().filter_map(|e| SessionOracles::ALL.judge(e));
    done && faults.any(|fault| matches!(fault, Fault::Wrong { .. }))
}
