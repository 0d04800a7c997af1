//! How a request ends: what it is delivered, or that it has no reply, told in the order in which it came to that.

use parsers::session::event::{Event, Tag};
use parsers::session::state::ReplyPart;
use parsers::session::step::Effect;

use super::play::Player;
use super::protocol::cause;
use super::wait::RequestEnding;

impl Player<'_> {
    /// Adds the end of a request to the steps; before one that has no reply, those that ended before it.
    pub(crate) fn tell_end(&mut self, tag: Tag, wanted: Option<Tag>) {
        for before in self.ended_before(tag) {
            self.tell_end(before, None);
        }
        let Some(asked) = self.session.of_mut(tag) else {
            return;
        };
        let client = asked.client;
        let (end, link) = (asked.end.clone(), asked.link);
        if std::mem::replace(&mut asked.is_told, true) {
            return;
        }
        let gave_up = vec![Effect::GaveUp { client, asked: tag }];
        match end {
            Some(RequestEnding::Got(text)) => match cause(&text, &self.session.names) {
                Some((got, part)) => self.deliver(client, tag, got, part, link, wanted),
                None => {
                    self.diverge(format!("{} is delivered no reply of ours", self.name(tag)));
                    self.session.observe(Event::Eof { client, tag }, gave_up);
                }
            },
            Some(RequestEnding::Gone(why)) => {
                let expects = self.session.schedule.events.get(self.at);
                if !matches!(expects, Some(Event::Eof { tag: one, .. }) if *one == tag) {
                    self.diverge(format!("{} ends without a reply: {why}", self.name(tag)));
                }
                // Where the server has ended nothing and there was nothing to read, the client's own time was up.
                let link = link.and_then(|at| self.session.links.get(at));
                let event =
                    match link.is_some_and(|link| link.server_is_open && link.replies.is_empty()) {
                        true => Event::Timeout { client, tag },
                        false => Event::Eof { client, tag },
                    };
                self.session.observe(event, gave_up);
            }
            None => {
                self.diverge(format!("{} still waits", self.name(tag)));
                self.session
                    .observe(Event::Timeout { client, tag }, gave_up);
            }
        }
    }

    /// The requests that ended before one that ends without a reply, and are not among the steps.
    fn ended_before(&self, tag: Tag) -> Vec<Tag> {
        let end = self.session.of(tag);
        let Some(end) = end.filter(|asked| matches!(asked.end, Some(RequestEnding::Gone(_))))
        else {
            return Vec::new();
        };
        let tags = (1..).map(Tag).zip(&self.session.asked);
        let before = tags.filter(|(_, asked)| {
            let is_before = asked.end.is_some() && asked.ended_before < end.ended_before;
            is_before && !asked.is_told
        });
        before.map(|(tag, _)| tag).collect()
    }

    fn deliver(
        &mut self,
        client: u8,
        asked: Tag,
        got: Tag,
        part: ReplyPart,
        link: Option<usize>,
        wanted: Option<Tag>,
    ) {
        if wanted.is_some_and(|wanted| wanted != got) {
            self.diverge(format!(
                "{} is delivered {}",
                self.name(asked),
                self.name(got)
            ));
        }
        let own = link.and_then(|at| self.session.links.get(at));
        let mut blameless = own.is_some_and(|link| link.has_surplus && !link.is_out_of_step);
        let ours = link.and_then(|at| self.session.links.get_mut(at));
        if let Some(link) = ours {
            // What was taken by halves puts what comes after it out of step.
            link.is_out_of_step |= part == ReplyPart::Half;
            if !link.deliver(got) {
                blameless = false;
            }
        }
        let delivered = Effect::Delivered {
            client,
            asked,
            got,
            part,
            is_blameless: blameless,
        };
        let event = Event::Recv {
            client,
            asked,
            got: Some(got),
        };
        self.session.observe(event, vec![delivered]);
    }
}
