//! Every session of clients with one policy, within bounds: breadth first, so that the first fault
//! found is at the end of a shortest schedule.

use super::canonical::{Encoder, decode};
use super::enabled::enabled;
use super::event::Event;
use super::oracle::{Fault, SessionOracles, SessionVerdict};
use super::policy::ClientPolicy;
use super::run::{clients, persists};
use super::server::is_surplus;
use super::state::{MAX_CLIENTS, MAX_CONNECTIONS, SessionState};
use super::step::{Effect, step};
use super::table::Table;

/// After how many states it is asked whether to go on.
const ASK_EVERY: usize = 1 << 12;

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// How many clients there are, at most `MAX_CLIENTS`.
    pub clients: u8,
    /// How many connections the clients have open at once at most.
    pub connections: u8,
    /// How many requests each client sends.
    pub requests: u8,
    /// How many timeouts, cancellations and deaths there are at most.
    pub faults: u8,
    /// How many replies that no request caused there are at most.
    pub surplus: u8,
    /// How many bytes of memory the states may take. One that is cut off by it is not complete.
    pub memory: usize,
}

impl Default for Bound {
    fn default() -> Self {
        Self {
            clients: 2,
            connections: 2,
            requests: 2,
            faults: 2,
            surplus: 1,
            memory: 2 << 30,
        }
    }
}

impl Bound {
    /// As far as there is room for.
    pub const WIDEST: Self = Self {
        clients: MAX_CLIENTS as u8,
        connections: MAX_CONNECTIONS as u8 - 1,
        requests: 8,
        faults: 6,
        surplus: 3,
        memory: u32::MAX as usize,
    };

    /// The least within which these events happen, counting each connection that they name as open at once.
    pub fn of(events: &[Event]) -> Self {
        let mut bound = Self {
            clients: clients(events) as u8,
            connections: 0,
            requests: 0,
            faults: 0,
            surplus: 0,
            memory: 0,
        };
        let (mut sent, mut opened) = ([0u8; 256], 0u64);
        for event in events {
            if let Event::Send { client, .. } = event
                && let Some(sent) = sent.get_mut(usize::from(*client))
            {
                *sent = sent.saturating_add(1);
            }
            opened |= event.connection().map_or(0, |number| 1 << number.min(63));
            let is_fault = matches!(
                event,
                Event::Timeout { .. } | Event::Cancel { .. } | Event::Die { .. }
            );
            bound.faults = bound.faults.saturating_add(u8::from(is_fault));
            bound.surplus = bound.surplus.saturating_add(u8::from(is_surplus(event)));
        }
        bound.requests = sent.into_iter().max().unwrap_or(0);
        bound.connections = opened.count_ones() as u8;
        bound
    }

    /// Whether all that happens within it happens within `other`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.clients <= other.clients
            && self.connections <= other.connections
            && self.requests <= other.requests
            && self.faults <= other.faults
            && self.surplus <= other.surplus
    }

    /// Whether it can be explored so far.
    ///
    /// # Errors
    /// What is too many or too few.
    pub fn check(&self) -> Result<(), String> {
        let widest = Self::WIDEST;
        let limits = [
            ("clients", self.clients, 1, widest.clients),
            ("connections", self.connections, 1, widest.connections),
            ("requests", self.requests, 1, widest.requests),
            ("faults", self.faults, 0, widest.faults),
            ("surplus", self.surplus, 0, widest.surplus),
        ];
        for (name, given, least, most) in limits {
            if !(least..=most).contains(&given) {
                return Err(format!("{name}: {given} is not from {least} to {most}"));
            }
        }
        Ok(())
    }
}

/// What an exploration found.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// How many states were reached that differ in more than what things are called.
    pub states: usize,
    /// How many events led from one to another.
    pub events: u64,
    /// How many events the longest of the shortest ways to a state has.
    pub depth: usize,
    /// Whether every state within the bounds was reached.
    pub is_complete: bool,
    /// A shortest schedule that ends in a defect of the client's.
    pub defect: Option<FaultySchedule>,
    /// A shortest schedule that ends in a wrong reply of which no client could have known.
    pub inherent: Option<FaultySchedule>,
}

/// A schedule that ends in a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultySchedule {
    /// The events.
    pub events: Vec<Event>,
    /// What the last of them does.
    pub fault: Fault,
    /// What it amounts to.
    pub verdict: SessionVerdict,
}

/// Explores the sessions of clients with this policy, up to the first defect.
pub fn explore(policy: &ClientPolicy, bound: &Bound, oracles: &SessionOracles) -> Exploration {
    explore_while(policy, bound, oracles, || true)
}

/// As [`explore`], while `goes_on`, which is asked now and then; one that is ended by it is not complete.
pub fn explore_while(
    policy: &ClientPolicy,
    bound: &Bound,
    oracles: &SessionOracles,
    goes_on: impl FnMut() -> bool,
) -> Exploration {
    let mut search = Search {
        policy,
        bound,
        oracles,
        table: Table::new(),
        encoder: Encoder::default(),
        found: Exploration {
            states: 0,
            events: 0,
            depth: 0,
            is_complete: true,
            defect: None,
            inherent: None,
        },
    };
    search.run(goes_on);
    search.found.states = search.table.len();
    search.found
}

struct Search<'a> {
    policy: &'a ClientPolicy,
    bound: &'a Bound,
    oracles: &'a SessionOracles,
    table: Table,
    encoder: Encoder,
    found: Exploration,
}

impl Search<'_> {
    fn run(&mut self, mut goes_on: impl FnMut() -> bool) {
        let clients = usize::from(self.bound.clients);
        let first = SessionState::new(clients);
        self.table
            .insert(self.encoder.encode(&first, self.policy), 0);
        let (mut events, mut effects) = (Vec::new(), Vec::new());
        let (mut number, mut level_end) = (0, 1);
        while let Some(bytes) = self.table.get(number) {
            let state = decode(bytes, clients);
            events.clear();
            enabled(&state, self.policy, self.bound, &mut events);
            for event in &events {
                let mut next = state;
                effects.clear();
                if step(&mut next, self.policy, event, &mut effects).is_err() {
                    continue;
                }
                self.found.events += 1;
                let worst = self.worst(&effects);
                if let Some(fault) = worst.filter(Fault::is_defect) {
                    self.found.defect = Some(self.trace(number, &fault));
                    self.found.depth += 1;
                    return;
                }
                if let Some(fault) = worst
                    && self.found.inherent.is_none()
                {
                    self.found.inherent = Some(self.trace(number, &fault));
                }
                self.table
                    .insert(self.encoder.encode(&next, self.policy), number);
            }
            number += 1;
            if number == level_end && level_end < self.table.len() {
                level_end = self.table.len();
                self.found.depth += 1;
            }
            let is_over = number.is_multiple_of(ASK_EVERY) && !goes_on();
            if is_over || self.table.memory() > self.bound.memory {
                self.found.is_complete = false;
                return;
            }
        }
    }

    fn worst(&self, effects: &[Effect]) -> Option<Fault> {
        let faults = effects.iter().filter_map(|e| self.oracles.judge(e));
        faults.max_by_key(|fault| SessionVerdict::of([fault]))
    }

    /// The way to the member `number`, and from there to a fault like this one. Members have lost the
    /// names of things, so the way is gone once more with names, always to a state like the next one.
    fn trace(&self, number: usize, fault: &Fault) -> FaultySchedule {
        let mut way = vec![number];
        let mut at = number;
        while at != 0 {
            at = self.table.parent(at);
            way.push(at);
        }
        let mut state = SessionState::new(usize::from(self.bound.clients));
        let mut encoder = Encoder::default();
        let mut trace = Vec::new();
        for member in way.iter().rev().skip(1) {
            let wanted = self.table.get(*member).unwrap_or_default();
            let next = self.follow(&state, |next, _| {
                encoder.encode(next, self.policy) == wanted
            });
            if let Some((event, next, _)) = next {
                trace.push(event);
                state = next;
            }
        }
        let mut fault = *fault;
        let last = self.follow(&state, |_, effects| {
            self.worst(effects)
                .is_some_and(|worst| worst.is_like(&fault))
        });
        let mut verdict = SessionVerdict::of([&fault]);
        if let Some((event, next, effects)) = last {
            let connection = connection_of(&state, &event);
            trace.push(event);
            fault = self.worst(&effects).unwrap_or(fault);
            if let Fault::Wrong { client, .. } = fault
                && persists(next, self.policy, client, connection)
            {
                verdict = SessionVerdict::WrongPersistently;
            }
        }
        FaultySchedule {
            events: trace,
            fault,
            verdict,
        }
    }

    /// The first event after which `is_it` holds.
    fn follow(
        &self,
        state: &SessionState,
        mut is_it: impl FnMut(&SessionState, &[Effect]) -> bool,
    ) -> Option<(Event, SessionState, Vec<Effect>)> {
        let mut events = Vec::new();
        enabled(state, self.policy, self.bound, &mut events);
        events.into_iter().find_map(|event| {
            let mut next = *state;
            let mut effects = Vec::new();
            step(&mut next, self.policy, &event, &mut effects).ok()?;
            is_it(&next, &effects).then_some((event, next, effects))
        })
    }
}

/// The connection on which an event happens.
fn connection_of(state: &SessionState, event: &Event) -> u8 {
    match *event {
        Event::Recv { client, asked, .. } => {
            let wait = state.wait(client, asked);
            wait.and_then(|wait| wait.connection).unwrap_or_default()
        }
        _ => event.connection().unwrap_or_default(),
    }
}
