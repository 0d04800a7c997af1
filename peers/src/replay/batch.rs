//! Batches: two requests that a client writes to two servers before it reads a reply.
//!
//! The first goes to the scripted server. The other is for a server that takes nothing, which the driver has of its own:
//! the schedule gives it up, and the first with it.

use parsers::session::Schedule;
use parsers::session::event::{Event, Tag};
use parsers::session::step::Effect;

use super::play::Player;
use crate::Failure;

/// The batch that begins with an event: the next is of the same client, on another connection.
fn begins(schedule: &Schedule, at: usize) -> Option<(Tag, Tag)> {
    let [first, other] = schedule.events.get(at..)?.first_chunk()?;
    match (first, other) {
        (
            Event::Send {
                client,
                tag,
                connection,
                ..
            },
            Event::Send {
                client: same,
                tag: other,
                connection: elsewhere,
                ..
            },
        ) if client == same && connection != elsewhere => Some((*tag, *other)),
        _ => None,
    }
}

/// Whether a schedule has a batch.
pub fn has_batch(schedule: &Schedule) -> bool {
    (0..schedule.events.len()).any(|at| begins(schedule, at).is_some())
}

impl Player<'_> {
    /// The request that is sent with this one, in a batch that begins with the event that is being played.
    pub(crate) fn other_of_batch(&self) -> Option<Tag> {
        begins(self.session.schedule, self.at).map(|(_, other)| other)
    }

    /// Whether the event that is being played is the other of a batch; then its request was written with the first.
    pub(crate) fn is_other_of_batch(&self) -> bool {
        let before = self.at.checked_sub(1);
        before.is_some_and(|at| begins(self.session.schedule, at).is_some())
    }

    /// Gives up what is in a batch with a request that was given up.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn give_up_batch(&mut self, tag: Tag) -> Result<(), Failure> {
        let schedule = self.session.schedule;
        let batches = (0..schedule.events.len()).filter_map(|at| begins(schedule, at));
        for (first, other) in batches {
            let rest = match tag {
                _ if tag == first => other,
                _ if tag == other => first,
                _ => continue,
            };
            self.session
                .wait(super::wait::LIMIT, |session| session.has_ended(rest))?;
            let Some(asked) = self.session.of_mut(rest) else {
                continue;
            };
            asked.is_abandoned = true;
            asked.is_told = true;
            let client = asked.client;
            if let Some(step) = self.session.steps.last_mut() {
                let gave_up = Effect::GaveUp {
                    client,
                    asked: rest,
                };
                step.effects.push(gave_up);
            }
        }
        Ok(())
    }
}
