//! What a client that got no reply does: it gives the request up, or sends it again by itself.

use std::thread;

use parsers::session::event::{Event, Tag};
use parsers::session::step::Effect;

use super::play::Player;
use super::wait::{LIMIT, LiveSession, RequestEnding, ScheduledRequest};
use crate::Failure;

impl Player<'_> {
    /// A client that still waits for what the schedule has as given up asks for nothing else: it is answered first.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn free_client_of(&mut self, tag: Tag) -> Result<(), Failure> {
        let client = self.session.of(tag).map(|asked| asked.client);
        for before in (1..tag.0).map(Tag) {
            let waits = |asked: &ScheduledRequest| {
                Some(asked.client) == client && asked.end.is_none() && asked.arrivals > 1
            };
            if !self.session.of(before).is_some_and(waits) {
                continue;
            }
            self.release(before)?;
            self.session
                .wait(LIMIT, |session| session.has_ended(before))?;
            self.tell_end(before, None);
        }
        Ok(())
    }

    /// A client may send again what it was not answered; that is seen when it comes.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn resend(&mut self, tag: Tag) -> Result<(), Failure> {
        if !self.ends_or_comes_again(tag)? {
            self.diverge(format!("{} is not sent again", self.name(tag)));
        }
        Ok(())
    }

    /// Waits until a request has ended, or has come more often than the schedule had it before this event.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn ends_or_comes_again(&mut self, tag: Tag) -> Result<bool, Failure> {
        let before = self.session.schedule.events.iter().take(self.at);
        let sends = before.filter(|event| match event {
            Event::Send { tag: one, .. } | Event::Resend { tag: one, .. } => *one == tag,
            _ => false,
        });
        let sends = sends.count();
        let again = |session: &LiveSession<'_>| session.arrivals(tag) > sends;
        let done = |session: &LiveSession<'_>| session.has_ended(tag) || again(session);
        self.session.wait(LIMIT, done)?;
        Ok(again(&self.session))
    }

    /// A client whose time is up gives up, or sends the request again by itself.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn time_out(&mut self, tag: Tag, event: &Event) -> Result<(), Failure> {
        if !self.ends_or_comes_again(tag)? {
            self.tell_given_up(tag, event);
            return self.give_up_batch(tag);
        }
        self.session.observe_before_resend(tag, *event);
        let mut later = self.session.schedule.events.iter().skip(self.at);
        let is_meant =
            |event: &Event| matches!(event, Event::Resend { tag: one, .. } if *one == tag);
        if !later.any(is_meant) {
            self.diverge(format!("{} is sent again", self.name(tag)));
        }
        Ok(())
    }

    /// Before a request that no timeout of the schedule ends, and while one waits that such a timeout does end: lets a
    /// third of the limit pass, so that the client's limits for the two do not pass together.
    pub(crate) fn outlive_others(&self, tag: Tag) {
        let later = self.session.schedule.events.iter().skip(self.at);
        let timed_out = later.filter_map(|event| match event {
            Event::Timeout { tag, .. } => Some(*tag),
            _ => None,
        });
        let timed_out: Vec<Tag> = timed_out.collect();
        let waits = |tag: &Tag| self.session.arrivals(*tag) > 0 && !self.session.has_ended(*tag);
        if !timed_out.contains(&tag) && timed_out.iter().any(waits) {
            thread::sleep(self.limit / 3);
        }
    }

    /// Whether a client's own limit has passed before the schedule has come to it, or where it has a reply: the machine was
    /// slower than the limit.
    pub(crate) fn is_overtaken(&self) -> bool {
        let sent = match self.session.schedule.events.get(self.at) {
            Some(Event::Send { tag, .. }) => Some(*tag),
            _ => None,
        };
        let mut later = (0..).zip(&self.session.schedule.events).skip(self.at + 1);
        later.any(|(at, event)| match event {
            Event::Timeout { tag, .. } => self.session.of(*tag).is_some_and(|asked| {
                let is_gone = matches!(asked.end, Some(RequestEnding::Gone(_)));
                // What ends between this event and the next is in time, but not before another request has come.
                let is_before = sent.is_some_and(|sent| sent != *tag);
                is_gone && (at > self.at + 1 || is_before || asked.arrivals == 0)
            }),
            Event::Recv { asked, .. } => self.has_timed_out(*asked),
            _ => false,
        })
    }

    /// Whether a request has ended without a reply on a connection that both ends have open, with nothing to read on it.
    fn has_timed_out(&self, tag: Tag) -> bool {
        self.session.of(tag).is_some_and(|asked| {
            let link = asked.link.and_then(|at| self.session.links.get(at));
            let is_quiet = link.is_some_and(|link| {
                link.client_is_open && link.server_is_open && link.replies.is_empty()
            });
            is_quiet && !asked.is_abandoned && matches!(asked.end, Some(RequestEnding::Gone(_)))
        })
    }

    /// A client gives up what it was told to.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn give_up(&mut self, tag: Tag, event: &Event) -> Result<(), Failure> {
        self.session.wait(LIMIT, |session| session.has_ended(tag))?;
        self.tell_given_up(tag, event);
        self.give_up_batch(tag)
    }

    fn tell_given_up(&mut self, tag: Tag, event: &Event) {
        let end = self.session.of(tag).and_then(|asked| asked.end.clone());
        match end {
            Some(RequestEnding::Gone(_)) => {
                let client = event.client().unwrap_or_default();
                if let Some(asked) = self.session.of_mut(tag) {
                    asked.is_abandoned = true;
                    asked.is_told = true;
                }
                let gave_up = Effect::GaveUp { client, asked: tag };
                self.session.observe(*event, vec![gave_up]);
            }
            Some(RequestEnding::Got(_)) => {
                self.diverge(format!(
                    "{} is not given up: it has a reply",
                    self.name(tag)
                ));
                self.tell_end(tag, None);
            }
            None => self.diverge(format!("{} is not given up", self.name(tag))),
        }
    }
}
