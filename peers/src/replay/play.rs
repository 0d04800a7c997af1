//! One schedule against one client, event by event.

use std::sync::mpsc::channel;
use std::time::Duration;

use parsers::session::event::{Event, Tag};
use parsers::session::run::Run;
use parsers::session::step::Effect;
use parsers::session::{Schedule, SessionVerdict};

use super::batch::has_batch;
use super::clients::ReplayClient;
use super::driver::{ClientVersion, Driver};
use super::server::ScriptedServer;
use super::wait::{LIMIT, LiveSession, RequestEnding};
use crate::Failure;

/// The client's own limit where the schedule has a timeout. When it passes before the schedule has come to it, all is
/// played anew with twice the limit, up to the longest.
const TIMEOUT: Duration = Duration::from_millis(1500);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(6);
/// The limit where the schedule has no timeout.
const NO_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a client that has something to read is given to take it before its own reply is sent as well. That one comes
/// behind what it has to read, so it changes nothing about what a client that reads in order is delivered.
const WINDOW: Duration = Duration::from_millis(300);

/// What resulted from a schedule.
#[derive(Clone, Debug)]
pub struct PlayedSchedule {
    /// The client, as it names itself.
    pub version: ClientVersion,
    /// The schedule as the client was told it: each request is sent by one that may be carried out twice or not.
    pub events: Vec<Event>,
    /// What happened, event by event.
    pub run: Run,
    /// Where it first was another thing than the schedule has.
    pub diverged: Option<ScheduleDivergence>,
    /// Whether every request that was not given up got a reply.
    pub is_answered: bool,
}

/// Where what happened diverges from the schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleDivergence {
    /// The number of the event in the schedule, from 0.
    pub at: usize,
    /// What happened instead.
    pub why: String,
}

/// Asks a client which one it is.
///
/// # Errors
/// Why it cannot be asked.
pub fn version(client: &ReplayClient) -> Result<ClientVersion, Failure> {
    // A server that is asked for nothing, so that a driver may connect at once.
    let nothing = Schedule::default();
    greet(client, &mut begin(client, &nothing, NO_TIMEOUT)?.0)
}

/// Plays a schedule against a client.
///
/// # Errors
/// Why it cannot be played: the client is not there, cannot do it, hangs, ends or prints rubbish.
pub fn play(client: &ReplayClient, schedule: &Schedule) -> Result<PlayedSchedule, Failure> {
    let posts = posts(schedule);
    if !posts.is_empty() && !client.protocol.has_post {
        let name = client.protocol.name;
        let why = format!("{name} has no request here that is not idempotent");
        return Err(Failure::Unable(why));
    }
    if !client.has_batches && has_batch(schedule) {
        let why = "its driver asks one server, and has no batch over two";
        return Err(Failure::Unable(why.to_owned()));
    }
    let has_timeout = |event: &Event| matches!(event, Event::Timeout { .. });
    let mut limit = match schedule.events.iter().any(has_timeout) {
        true => TIMEOUT,
        false => NO_TIMEOUT,
    };
    loop {
        let (session, _server) = begin(client, schedule, limit)?;
        let mut player = Player {
            session,
            limit,
            posts: posts.clone(),
            diverged: None,
            at: 0,
        };
        let version = greet(client, &mut player.session)?;
        // One that passes even so is the client's way.
        if player.play(limit >= LONGEST_TIMEOUT)? {
            player.finish()?;
            return Ok(player.conclude(version));
        }
        limit *= 2;
    }
}

/// The first line of a driver. One that ends before it lacks what it needs.
fn greet(client: &ReplayClient, session: &mut LiveSession<'_>) -> Result<ClientVersion, Failure> {
    session.greet().map_err(|failure| match failure {
        Failure::Crash(why) => client.is_absent(&format!("its driver ends at once: {why}")),
        other => other,
    })
}

/// Starts a server, and the driver of a client with a limit of its own.
fn begin<'s>(
    client: &ReplayClient,
    schedule: &'s Schedule,
    limit: Duration,
) -> Result<(LiveSession<'s>, ScriptedServer), Failure> {
    let command = client.command()?;
    let (sender, facts) = channel();
    let server = ScriptedServer::start(client.protocol, sender.clone())
        .map_err(|error| Failure::Absent(format!("no port is free: {error}")))?;
    let command = command.network(client.network(server.address.port()));
    let driver = Driver::start(command, server.address, limit, sender)?;
    let session = LiveSession::new(schedule, client.protocol, facts, driver);
    Ok((session, server))
}

/// The requests that are sent as ones that are not idempotent: where sending one again matters.
fn posts(schedule: &Schedule) -> Vec<Tag> {
    let events = schedule.events.iter();
    let mut tags: Vec<Tag> = events
        .clone()
        .filter_map(|event| match event {
            Event::Die { tag: Some(tag), .. } | Event::Resend { tag, .. } => Some(*tag),
            _ => None,
        })
        .collect();
    for event in events {
        if let Event::Send {
            tag: sent,
            is_idempotent: true,
            ..
        } = event
        {
            tags.retain(|tag| tag != sent);
        }
    }
    tags
}

/// The schedule, with what is said of each request: whether it is sent as one that is idempotent.
fn told(schedule: &Schedule, posts: &[Tag]) -> Vec<Event> {
    let mut events = schedule.events.clone();
    for event in &mut events {
        if let Event::Send {
            tag,
            is_idempotent: idempotent,
            ..
        } = event
        {
            *idempotent = !posts.contains(tag);
        }
    }
    events
}

/// A session, and where it has got to in the schedule.
pub(crate) struct Player<'s> {
    pub session: LiveSession<'s>,
    /// The client's own limit.
    pub limit: Duration,
    pub posts: Vec<Tag>,
    pub diverged: Option<ScheduleDivergence>,
    /// The event that is being played.
    pub at: usize,
}

impl Player<'_> {
    /// Plays the events; returns whether it came to the last. Unless this is the last attempt, it stops where a limit of
    /// the client's own has passed before the schedule has come to it.
    fn play(&mut self, is_last: bool) -> Result<bool, Failure> {
        for (at, event) in self.session.schedule.events.iter().enumerate() {
            self.at = at;
            self.event(event)?;
            if !is_last && self.is_overtaken() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn event(&mut self, event: &Event) -> Result<(), Failure> {
        match *event {
            Event::Send { .. } if self.is_other_of_batch() => {
                self.session.observe(*event, Vec::new());
                Ok(())
            }
            Event::Send {
                tag, connection, ..
            } => self.send(tag, connection),
            Event::Resend { tag, .. } => self.resend(tag),
            Event::Cancel { tag, .. } => {
                // So that it is cancelled in the read, and not while the write has yet to return.
                self.session.settle()?;
                let line = format!("cancel {}", self.name(tag));
                self.session.driver.say(&line);
                self.give_up(tag, event)
            }
            Event::Timeout { tag, .. } => {
                let line = format!("timeout {}", self.name(tag));
                self.session.driver.say(&line);
                self.time_out(tag, event)
            }
            Event::Eof { tag, .. } => {
                if self.ends_or_comes_again(tag)? {
                    self.diverge(format!("{} is sent again", self.name(tag)));
                } else {
                    self.tell_end(tag, None);
                }
                Ok(())
            }
            Event::Recv { asked, got, .. } => self.recv(asked, got),
            _ => self.serve(event),
        }
    }

    /// What a request is called.
    pub fn name(&self, tag: Tag) -> String {
        self.session.schedule.name(tag)
    }

    /// What happens is not what the schedule has, for the first time or again.
    pub fn diverge(&mut self, why: impl Into<String>) {
        let at = self.at;
        self.diverged.get_or_insert_with(|| ScheduleDivergence {
            at,
            why: why.into(),
        });
    }

    fn send(&mut self, tag: Tag, connection: u8) -> Result<(), Failure> {
        if self.diverged.is_some() {
            self.free_client_of(tag)?;
        }
        self.outlive_others(tag);
        self.session.settle()?;
        let name = self.name(tag);
        let line = match self.other_of_batch() {
            Some(other) => format!("batch {name} {}", self.name(other)),
            None if self.posts.contains(&tag) => format!("post {name}"),
            None => format!("send {name}"),
        };
        self.session.wanted = Some(connection);
        self.session.driver.say(&line);
        let came = |session: &LiveSession<'_>| session.arrivals(tag) > 0 || session.has_ended(tag);
        self.session.wait(LIMIT, came)?;
        // What was answered out of the client's memory is reported before the server reads the request.
        let arrived = |session: &LiveSession<'_>| session.arrivals(tag) > 0;
        self.session.wait(WINDOW, arrived)?;
        self.session.wanted = None;
        let link = self.session.of(tag).and_then(|asked| asked.link);
        let number = link.and_then(|at| self.session.links.get(at)?.number);
        match number {
            None => self.diverge(format!("{} does not reach the server", self.name(tag))),
            Some(number) if number != connection => {
                self.diverge(format!("{} is sent on k{number}", self.name(tag)));
            }
            Some(_) => {}
        }
        Ok(())
    }

    fn recv(&mut self, tag: Tag, wanted: Option<Tag>) -> Result<(), Failure> {
        let lies = |session: &LiveSession<'_>| {
            let link = session.of(tag).and_then(|asked| asked.link);
            let link = link.and_then(|at| session.links.get(at));
            link.is_some_and(|link| !link.replies.is_empty())
        };
        // One that was not answered may yet be sent again.
        let comes =
            |session: &LiveSession<'_>| session.has_ended(tag) || session.held_on(tag).is_some();
        if self.session.held_on(tag).is_none() {
            self.session.wait(LIMIT, comes)?;
        } else if lies(&self.session) {
            self.session
                .wait(WINDOW, |session| session.has_ended(tag))?;
        }
        if !self.session.has_ended(tag) && self.session.held_on(tag).is_some() {
            // A slow client may yet take what lies in front of it, and shows by that that it did not wait.
            if wanted.is_none_or(|wanted| wanted == tag) {
                self.diverge(format!("{} waits for its own reply", self.name(tag)));
            }
            self.release(tag)?;
            self.session.wait(LIMIT, |session| session.has_ended(tag))?;
        }
        self.tell_end(tag, wanted);
        Ok(())
    }

    /// Answers every client that still waits.
    fn finish(&mut self) -> Result<(), Failure> {
        let tags = (1..).map(Tag).take(self.session.asked.len());
        for tag in tags.collect::<Vec<_>>() {
            let waits =
                |asked: &super::wait::ScheduledRequest| !asked.is_told && asked.arrivals > 0;
            if !self.session.of(tag).is_some_and(waits) {
                continue;
            }
            // The schedule may end before a reply: then nothing is to be said of it.
            let is_over = self.diverged.is_none() && !self.session.has_ended(tag);
            if is_over {
                continue;
            }
            self.release(tag)?;
            self.session.wait(LIMIT, |session| session.has_ended(tag))?;
            self.tell_end(tag, None);
        }
        Ok(())
    }

    fn conclude(self, version: ClientVersion) -> PlayedSchedule {
        let events = told(self.session.schedule, &self.posts);
        let steps = self.session.steps;
        let mut verdict = SessionVerdict::of(steps.iter().flat_map(|step| &step.faults));
        let mut effects = steps.iter().flat_map(|step| &step.effects);
        let asked = &self.session.asked;
        let waits = asked
            .iter()
            .any(|asked| asked.arrivals > 0 && asked.end.is_none());
        if waits || effects.any(|effect| matches!(effect, Effect::GaveUp { .. })) {
            verdict = verdict.max(SessionVerdict::NoAnswer);
        }
        let lost = |asked: &super::wait::ScheduledRequest| {
            !asked.is_abandoned && !matches!(asked.end, Some(RequestEnding::Got(_)))
        };
        PlayedSchedule {
            version,
            events,
            is_answered: !self.session.asked.iter().any(lost),
            run: Run {
                steps,
                stopped: None,
                verdict,
            },
            diverged: self.diverged,
        }
    }
}
