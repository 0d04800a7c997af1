//! The hunter of sessions: walks one session after another, and looks closely at what goes wrong anew.

use std::collections::HashSet;

use arbitrary::Unstructured;
use corpus::generate::session::{DrawnSession, session};
use parsers::session::state::{ReplyPart, SessionState};
use parsers::session::step::Effect;
use parsers::session::{
    Bound, Class, Event, Fault, POLICIES, Quirks, Reason, SessionOracles, SessionVerdict, Tag, laws,
};

use super::super::mix::mix;
use super::super::novelty::{self, Novelty};
use super::super::record::Records;
use super::super::subject::Hunter;
use super::record::SessionRecord;
use super::vary;

/// One session in so many is held against the laws that need further runs.
const LAWS_EVERY: u64 = 64;
/// How much memory the states of an exploration may take.
const MEMORY: usize = 256 << 20;

/// Walks sessions and records what goes wrong in them.
pub(crate) struct SessionHunter {
    variants: u64,
    inputs: u64,
    records: Records,
    /// What was looked at closely before: quirks, and what went wrong.
    seen: HashSet<(u32, SessionVerdict, &'static str)>,
    /// What is known to go wrong with which quirks, and so with more quirks.
    reasons: Vec<(Quirks, SessionVerdict, Class)>,
    /// Policies with a name in which a defect was seen.
    alone: HashSet<&'static str>,
}

impl SessionHunter {
    /// A hunter that writes what it finds to `records`, and walks so many `variants` of each input.
    pub fn new(records: Records, variants: u64) -> Self {
        Self {
            variants,
            inputs: 0,
            records,
            seen: HashSet::new(),
            reasons: Vec::new(),
            alone: HashSet::new(),
        }
    }

    /// Walks the session that these bytes choose.
    fn walk(&mut self, data: &[u8], novelty: &mut dyn Novelty) {
        self.inputs += 1;
        let mut watch = Watch::default();
        let walked = session(
            &mut Unstructured::new(data),
            |quirks, event, done, state| {
                watch.see(event, done);
                novelty::note(novelty, pattern(event, state));
                if let Some((verdict, class)) = watch.change.take() {
                    let wrong = verdict as u64 * 8 + class as u64;
                    novelty::note(novelty, mix(u64::from(quirks.number())) ^ wrong);
                    watch.wrong.push((verdict, class, watch.events));
                }
            },
        );
        if self.inputs.is_multiple_of(LAWS_EVERY)
            && let Err(broken) = laws::hold(&walked.quirks.policy(), &walked.events)
        {
            panic!("{broken}");
        }
        for (verdict, class, length) in watch.wrong {
            self.wrong(&walked, verdict, class, length);
        }
    }

    /// Looks at the first `length` events of a session, at the end of which something has gone wrong.
    fn wrong(
        &mut self,
        walked: &DrawnSession,
        verdict: SessionVerdict,
        class: Class,
        length: usize,
    ) {
        let quirks = walked.quirks;
        if verdict.is_defect()
            && let Some(named) = POLICIES.iter().find(|one| Quirks::of(one.quirks) == quirks)
            && self.alone.insert(named.name)
        {
            self.records.alone(named.name);
        }
        let is_known = |(fewer, of, how): &(Quirks, SessionVerdict, Class)| {
            *of == verdict && *how == class && fewer.is_subset(quirks)
        };
        if self.reasons.iter().any(is_known)
            || !self.seen.insert((quirks.number(), verdict, class.word()))
        {
            return;
        }
        let events = walked.events.get(..length).unwrap_or(&walked.events);
        let Some(reason) = Reason::of(quirks, events) else {
            return;
        };
        let reason = reason.minimise();
        self.reasons
            .push((reason.quirks, reason.verdict, reason.class));
        if self.records.is_new(&reason.signature()) {
            let bound = Bound {
                memory: MEMORY,
                ..Bound::default()
            };
            let record = SessionRecord::of(reason, &bound);
            if self.records.found(&record) && record.is_beyond() {
                let name = record.short();
                self.records.remark(&name, SessionRecord::BEYOND);
            }
        }
    }
}

impl Hunter for SessionHunter {
    fn step(&mut self, data: &[u8], novelty: &mut dyn Novelty) {
        self.walk(data, novelty);
        let seed = data
            .iter()
            .fold(0, |seed, byte| mix(seed ^ u64::from(*byte)));
        for nth in 0..self.variants {
            self.walk(&vary(data, seed.wrapping_add(nth)), novelty);
        }
    }

    fn inputs(&self) -> u64 {
        self.inputs
    }
}

/// What has gone wrong so far in one session.
#[derive(Default)]
struct Watch {
    events: usize,
    given_up: u64,
    reordered: u64,
    faults: Vec<Fault>,
    /// That of the first of the gravest faults.
    worst: Option<(SessionVerdict, Class)>,
    /// What the last event has made of it.
    change: Option<(SessionVerdict, Class)>,
    /// What it was at some time, and after how many events.
    wrong: Vec<(SessionVerdict, Class, usize)>,
}

impl Watch {
    fn see(&mut self, event: &Event, effects: &[Effect]) {
        self.events += 1;
        if let Event::Reorder { tag, .. } = event {
            self.reordered |= 1 << tag.0;
        }
        for effect in effects {
            if let Effect::GaveUp { asked, .. } = effect {
                self.given_up |= 1 << asked.0;
            }
            let Some(fault) = SessionOracles::ALL.judge(effect) else {
                continue;
            };
            self.faults.push(fault);
            let verdict = SessionVerdict::of(&self.faults);
            let alone = SessionVerdict::of([&fault]);
            let class = match self.worst {
                Some((worst, class)) if alone <= worst.min(SessionVerdict::WrongOnce) => class,
                _ => self.class(&fault, effect),
            };
            if self.worst != Some((verdict, class)) {
                self.worst = Some((verdict, class));
                self.change = self.worst;
            }
        }
    }

    fn class(&self, fault: &Fault, effect: &Effect) -> Class {
        let is_in = |set: u64, tag: Tag| set >> tag.0 & 1 == 1;
        let is_rest = matches!(effect, Effect::Delivered { part, .. } if *part == ReplyPart::Tail);
        match *fault {
            Fault::Truncated { .. } => Class::CutReply,
            Fault::Duplicated { .. } => Class::RepeatedRequest,
            Fault::Wrong { got, .. } | Fault::Inherent { got, .. } => match got {
                Tag::SURPLUS => Class::SurplusReply,
                _ if is_rest => Class::SplitReply,
                got if is_in(self.given_up, got) => Class::LateReply,
                got if is_in(self.reordered, got) => Class::ReorderedReply,
                _ => Class::CrossedReply,
            },
        }
    }
}

/// What is typical of an event and of how things stand after it, whatever they are called.
fn pattern(event: &Event, state: &SessionState) -> u64 {
    let word = event
        .word()
        .bytes()
        .fold(0, |all, byte| all * 31 + u64::from(byte));
    let lying = state.connections.iter().map(|connection| {
        let flags = [
            connection.client_is_open,
            connection.server_is_open,
            connection.is_out_of_step,
        ];
        let flags = flags
            .iter()
            .fold(0, |all, flag| all << 1 | u64::from(*flag));
        let unread = connection.replies.len() * 8 + connection.expected.len();
        mix(flags << 16 | (unread * 8 + connection.requests.len()) as u64)
    });
    // The same in any order of the connections.
    mix(word) ^ lying.fold(0, u64::wrapping_add)
}
