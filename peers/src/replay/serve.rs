//! The server's part of a schedule: replies, whole and by halves, and deaths.

use parsers::session::event::{Event, Tag};
use parsers::session::step::Effect;

use super::link::Link;
use super::play::Player;
use crate::Failure;

impl Player<'_> {
    /// Lets the server do what the schedule has, wherever the request has come.
    ///
    /// # Errors
    /// When the driver fails.
    pub fn serve(&mut self, event: &Event) -> Result<(), Failure> {
        let tag = match *event {
            Event::Reply { tag, .. }
            | Event::Half { tag, .. }
            | Event::Reorder { tag, .. }
            | Event::Coalesced { first: tag, .. }
            | Event::Die { tag: Some(tag), .. } => Some(tag),
            _ => None,
        };
        let named = |number: u8| {
            let mut links = self.session.links.iter();
            links.position(|link| link.number == Some(number))
        };
        let at = match (tag, *event) {
            (Some(tag), _) => {
                let holds = |at: &usize| {
                    let link = self.session.links.get(*at);
                    link.is_some_and(|link| link.server_is_open && link.holds(tag))
                };
                let meant = event.connection().and_then(named).filter(holds);
                meant.or_else(|| self.session.held_on(tag))
            }
            (None, Event::Rest { tag, .. }) => {
                let mut links = self.session.links.iter();
                links.position(|link| link.half() == Some(tag))
            }
            (None, _) => event.connection().and_then(named),
        };
        match at.filter(|at| {
            self.session
                .links
                .get(*at)
                .is_some_and(|link| link.server_is_open)
        }) {
            Some(at) => {
                if let (Some(tag), false) = (tag, matches!(event, Event::Reorder { .. })) {
                    self.release_before(at, tag);
                }
                self.act(at, event);
                self.session.settle()
            }
            None => {
                // What was answered before its time is answered.
                let is_done = tag.is_some_and(|tag| self.session.executed.contains(&tag));
                if !is_done {
                    self.diverge("the server has no such request or connection");
                }
                Ok(())
            }
        }
    }

    /// Lets the server do something on a connection.
    fn act(&mut self, at: usize, event: &Event) {
        let protocol = self.session.protocol;
        let Some(link) = self.session.links.get_mut(at) else {
            return;
        };
        let connection = link.number.unwrap_or_default();
        let mut event = *event;
        let mut carried_out = Vec::new();
        match &mut event {
            Event::Reply { connection: k, tag } | Event::Reorder { connection: k, tag } => {
                (*k, carried_out) = (connection, vec![*tag]);
                link.reply(&[*tag], protocol);
            }
            Event::Half { connection: k, tag } => {
                (*k, carried_out) = (connection, vec![*tag]);
                link.send_half(*tag, protocol);
            }
            Event::Rest { connection: k, .. } => {
                *k = connection;
                link.send_rest();
            }
            Event::Coalesced {
                connection: k,
                first,
                second,
            } => {
                *k = connection;
                if *second == Tag::SURPLUS || link.holds(*second) {
                    link.reply(&[*first, *second], protocol);
                    carried_out = vec![*first, *second];
                    carried_out.retain(|tag| *tag != Tag::SURPLUS);
                } else {
                    link.reply(&[*first], protocol);
                    carried_out = vec![*first];
                    event = Event::Reply {
                        connection,
                        tag: *first,
                    };
                }
            }
            Event::Unsolicited { .. } => link.reply(&[Tag::SURPLUS], protocol),
            Event::Die { connection: k, tag } => {
                *k = connection;
                carried_out.extend(*tag);
                link.close();
            }
            _ => {}
        }
        let effects = carried_out.into_iter().map(|tag| Effect::Executed {
            tag,
            is_repeated: !self.session.executed.insert(tag),
            is_idempotent: !self.posts.contains(&tag),
        });
        let effects = effects.collect();
        self.session.observe(event, effects);
    }

    /// Answers what is older than a request on its connection: the order is kept.
    fn release_before(&mut self, at: usize, tag: Tag) {
        let older = self
            .session
            .links
            .get(at)
            .map(|link| link.tags().collect::<Vec<_>>());
        for one in older.into_iter().flatten().take_while(|one| *one != tag) {
            self.diverge(format!(
                "{} is answered first, to keep the order",
                self.name(one)
            ));
            let connection = 0;
            self.act(
                at,
                &Event::Reply {
                    connection,
                    tag: one,
                },
            );
        }
    }

    /// Answers a request, and what is older than it.
    ///
    /// # Errors
    /// When the driver fails.
    pub(crate) fn release(&mut self, tag: Tag) -> Result<(), Failure> {
        let Some(at) = self.session.held_on(tag) else {
            return Ok(());
        };
        let half = self.session.links.get(at).and_then(Link::half);
        if let Some(tag) = half {
            let connection = 0;
            self.act(at, &Event::Rest { connection, tag });
        }
        self.release_before(at, tag);
        let connection = 0;
        self.act(at, &Event::Reply { connection, tag });
        self.session.settle()
    }
}
