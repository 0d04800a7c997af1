//! Where a session stands: what the server and the driver have told so far, and waiting for more of it.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use parsers::session::event::{Event, Tag};
use parsers::session::run::ScheduleStep;
use parsers::session::state::Connection;
use parsers::session::step::Effect;
use parsers::session::{Schedule, SessionOracles};

use super::driver::{ClientVersion, Driver, DriverLine};
use super::link::{Held, Link};
use super::protocol::{Protocol, RequestKind};
use super::server::ServerNotice;
use crate::Failure;

/// How long a client may take to do something that it will do; only what hangs takes so long.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);
/// How long a driver may take to start.
const START: Duration = Duration::from_secs(30);
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A session that is played.
pub(crate) struct LiveSession<'s> {
    pub schedule: &'s Schedule,
    pub protocol: &'static Protocol,
    pub facts: Receiver<ServerNotice>,
    pub driver: Driver,
    pub version: Option<ClientVersion>,
    /// Every connection, in the order in which they were opened.
    pub links: Vec<Link>,
    /// Every request of the schedule, in the order of their tags.
    pub asked: Vec<ScheduledRequest>,
    pub names: Vec<String>,
    /// What the server has carried out.
    pub executed: BTreeSet<Tag>,
    pub steps: Vec<ScheduleStep>,
    /// The number that the schedule has for the connection of the request that is being sent.
    pub wanted: Option<u8>,
    settled: usize,
    /// How many requests have ended.
    ended: usize,
}

/// A request of the schedule.
#[derive(Default)]
pub(crate) struct ScheduledRequest {
    /// The client that asks.
    pub client: u8,
    /// Whether the schedule says that its method is idempotent.
    pub is_idempotent: bool,
    /// How many times it came, and on which connection last.
    pub arrivals: usize,
    pub link: Option<usize>,
    /// How it ended, if it has, and how many had ended before it.
    pub end: Option<RequestEnding>,
    pub ended_before: usize,
    /// Whether the client was made to wait no longer.
    pub is_abandoned: bool,
    /// Whether the end is among the steps.
    pub is_told: bool,
}

/// How a request ended.
#[derive(Clone)]
pub(crate) enum RequestEnding {
    /// It was delivered this text.
    Got(String),
    /// It has no reply, for this reason.
    Gone(String),
}

impl<'s> LiveSession<'s> {
    /// A session at its beginning, with a driver that was just started.
    pub fn new(
        schedule: &'s Schedule,
        protocol: &'static Protocol,
        facts: Receiver<ServerNotice>,
        driver: Driver,
    ) -> Self {
        let mut session = Self {
            schedule,
            protocol,
            facts,
            driver,
            version: None,
            links: Vec::new(),
            asked: Vec::new(),
            names: Vec::new(),
            executed: BTreeSet::new(),
            steps: Vec::new(),
            wanted: None,
            settled: 0,
            ended: 0,
        };
        for event in &schedule.events {
            if let Event::Send {
                client,
                tag,
                is_idempotent: idempotent,
                ..
            } = *event
            {
                session.names.push(schedule.name(tag));
                session.asked.push(ScheduledRequest {
                    client,
                    is_idempotent: idempotent,
                    ..ScheduledRequest::default()
                });
            }
        }
        session
    }

    /// Waits for the first line of the driver.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn greet(&mut self) -> Result<ClientVersion, Failure> {
        self.wait(START, |session| session.version.is_some())?;
        self.version.clone().ok_or(Failure::Hang)
    }

    /// A request of the schedule.
    pub fn of(&self, tag: Tag) -> Option<&ScheduledRequest> {
        self.asked.get(usize::from(tag.0).checked_sub(1)?)
    }

    /// The same, to be changed.
    pub(crate) fn of_mut(&mut self, tag: Tag) -> Option<&mut ScheduledRequest> {
        self.asked.get_mut(usize::from(tag.0).checked_sub(1)?)
    }

    /// Whether a request has ended.
    pub(crate) fn has_ended(&self, tag: Tag) -> bool {
        self.of(tag).is_none_or(|asked| asked.end.is_some())
    }

    /// How many times a request has come.
    pub(crate) fn arrivals(&self, tag: Tag) -> usize {
        self.of(tag).map_or(0, |asked| asked.arrivals)
    }

    /// The connection on which the server has yet to answer a request; of several, that on which it came last.
    pub(crate) fn held_on(&self, tag: Tag) -> Option<usize> {
        let holds = |link: &Link| link.server_is_open && link.holds(tag);
        let last = self.of(tag).and_then(|asked| asked.link);
        let last = last.filter(|at| self.links.get(*at).is_some_and(holds));
        last.or_else(|| self.links.iter().position(holds))
    }

    /// Takes facts in until `done`; returns whether it came to that in time.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn wait(
        &mut self,
        time: Duration,
        done: impl Fn(&Self) -> bool,
    ) -> Result<bool, Failure> {
        let until = Instant::now() + time;
        while !done(self) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            match self.facts.recv_timeout(left.min(LOOK)) {
                Ok(fact) => self.take(fact)?,
                Err(RecvTimeoutError::Timeout) => self.driver.check_memory()?,
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::Hang),
            }
        }
        Ok(true)
    }

    /// Waits until the client has seen all that was sent, as far as it looks by itself.
    ///
    /// # Errors
    /// [`Failure::Hang`] when the driver does not say so.
    pub(crate) fn settle(&mut self) -> Result<(), Failure> {
        for link in &self.links {
            link.wait_until_landed();
        }
        self.driver.say("settle");
        let wanted = self.settled + 1;
        match self.wait(LIMIT, |session| session.settled >= wanted)? {
            true => Ok(()),
            false => Err(Failure::Hang),
        }
    }

    fn take(&mut self, fact: ServerNotice) -> Result<(), Failure> {
        match fact {
            ServerNotice::Opened(stream) => self.links.push(Link::new(stream)),
            ServerNotice::Asked(link, what) => self.arrive(link, what),
            ServerNotice::Closed(link) => {
                if let Some(link) = self.links.get_mut(link) {
                    link.client_is_open = false;
                    link.replies.clear();
                }
            }
            ServerNotice::Said(said) => return self.hear(said),
        }
        Ok(())
    }

    fn hear(&mut self, said: DriverLine) -> Result<(), Failure> {
        let (name, end) = match said {
            DriverLine::Hello(version) => {
                self.version = Some(version);
                return Ok(());
            }
            DriverLine::Settled => {
                self.settled += 1;
                return Ok(());
            }
            DriverLine::Cannot(why) => return Err(Failure::Unable(why)),
            DriverLine::Rubbish(line) => return Err(Failure::Rubbish(line)),
            DriverLine::Ended => return Err(self.driver.ended()),
            DriverLine::Got(name, text) => (name, RequestEnding::Got(text)),
            DriverLine::Gone(name, why) => (name, RequestEnding::Gone(why)),
        };
        let at = self.names.iter().position(|one| *one == name);
        match at.and_then(|at| self.asked.get_mut(at)) {
            Some(asked) if asked.end.is_none() => {
                asked.end = Some(end);
                asked.ended_before = self.ended;
                self.ended += 1;
                Ok(())
            }
            Some(_) => Err(Failure::Rubbish(format!("{name} ends twice"))),
            None => Err(Failure::Rubbish(format!("{name} was not asked"))),
        }
    }

    fn arrive(&mut self, at: usize, what: RequestKind) {
        let (name, form) = match what {
            RequestKind::Asks { name, form } => (name, form),
            RequestKind::Greets(reply) => {
                if let Some(link) = self.links.get_mut(at) {
                    link.take_in(Held::Greets(reply));
                }
                return;
            }
        };
        let Some(nth) = self.names.iter().position(|one| *one == name) else {
            // Nothing of the schedule's, and of no interest.
            let reply = (self.protocol.reply)(&form, &name);
            if let Some(link) = self.links.get_mut(at) {
                link.take_in(Held::Greets(reply));
            }
            return;
        };
        let tag = Tag(u8::try_from(nth + 1).unwrap_or(u8::MAX));
        let connection = self.number(at);
        let abandoned = |tag: &Tag| self.of(*tag).is_some_and(|asked| asked.is_abandoned);
        let writes_over = self.links.get(at).is_some_and(|link| {
            let owes = link.tags().chain(link.half()).any(|tag| abandoned(&tag));
            owes || !link.replies.is_empty()
        });
        if let Some(link) = self.links.get_mut(at) {
            link.is_out_of_step |= writes_over;
            link.take_in(Held::Asked { tag, name, form });
        }
        let Some(asked) = self.asked.get_mut(nth) else {
            return;
        };
        asked.arrivals += 1;
        asked.link = Some(at);
        let (client, idempotent) = (asked.client, asked.is_idempotent);
        let event = match asked.arrivals == 1 {
            true => Event::Send {
                client,
                tag,
                connection,
                is_idempotent: idempotent,
            },
            false => Event::Resend {
                client,
                tag,
                connection,
            },
        };
        self.observe(event, Vec::new());
    }

    /// The number of a connection: the one that the schedule has for it, or the next that is free.
    fn number(&mut self, at: usize) -> u8 {
        let taken: BTreeSet<u8> = self.links.iter().filter_map(|link| link.number).collect();
        let wanted = self.wanted.filter(|number| !taken.contains(number));
        let free = || (0..u8::MAX).find(|number| !taken.contains(number));
        let next = wanted.or_else(free).unwrap_or_default();
        match self.links.get_mut(at) {
            Some(link) => *link.number.get_or_insert(next),
            None => next,
        }
    }

    /// Adds a step before that by which a request was last sent again.
    pub(crate) fn observe_before_resend(&mut self, tag: Tag, event: Event) {
        let is_resend = |step: &ScheduleStep| matches!(step.event, Event::Resend { tag: one, .. } if one == tag);
        let at = self.steps.iter().rposition(is_resend).unwrap_or_default();
        let before = at.checked_sub(1).and_then(|before| self.steps.get(before));
        let connections = before.map(|step| step.connections.clone());
        self.steps.insert(
            at,
            ScheduleStep {
                event,
                faults: Vec::new(),
                effects: Vec::new(),
                connections: connections.unwrap_or_default(),
            },
        );
    }

    /// Adds a step to what has happened.
    pub fn observe(&mut self, event: Event, effects: Vec<Effect>) {
        let numbered = self.links.iter().filter(|link| link.number.is_some());
        let mut connections: Vec<Connection> = numbered
            .filter(|link| link.client_is_open)
            .map(Link::picture)
            .collect();
        connections.sort_by_key(|connection| connection.number);
        let judged = effects.iter().filter_map(|e| SessionOracles::ALL.judge(e));
        self.steps.push(ScheduleStep {
            event,
            faults: judged.collect(),
            effects,
            connections,
        });
    }
}
