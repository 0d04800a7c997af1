//! Why a session goes wrong: the fewest quirks, and the fewest events, with which it goes wrong alike.

use super::event::{Event, Tag};
use super::explore::Exploration;
use super::oracle::{Fault, SessionOracles, SessionVerdict};
use super::quirks::Quirks;
use super::rules;
use super::run::{Run, run};
use super::state::ReplyPart;
use super::step::Effect;
use super::walk::{shorten_while, without};
use crate::core::rule::Rule;
use crate::core::signature::Signature;

/// How a reply came to a request that it does not belong to, or what else went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The request that caused the reply had been given up.
    LateReply,
    /// No request caused it.
    SurplusReply,
    /// It is the rest of one whose first part was read as the whole.
    SplitReply,
    /// The server had answered another one first.
    ReorderedReply,
    /// It belongs to another client that waits.
    CrossedReply,
    /// It is a part of the right one.
    CutReply,
    /// A request was carried out again.
    RepeatedRequest,
}

impl Class {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::LateReply => "late-reply",
            Self::SurplusReply => "surplus-reply",
            Self::SplitReply => "split-reply",
            Self::ReorderedReply => "reordered-reply",
            Self::CrossedReply => "crossed-reply",
            Self::CutReply => "cut-reply",
            Self::RepeatedRequest => "repeated-request",
        }
    }

    /// That of the first of the gravest faults of a session; none without a fault.
    pub fn of(run: &Run) -> Option<Self> {
        let worst = run
            .faults()
            .map(|fault| SessionVerdict::of([fault]))
            .max()?;
        let faults = run.faults().copied();
        let fault = faults
            .into_iter()
            .find(|fault| SessionVerdict::of([fault]) == worst)?;
        Some(match fault {
            Fault::Truncated { .. } => Self::CutReply,
            Fault::Duplicated { .. } => Self::RepeatedRequest,
            Fault::Wrong { client, asked, got } | Fault::Inherent { client, asked, got } => {
                Self::of_wrong(run, client, asked, got)
            }
        })
    }

    fn of_wrong(run: &Run, client: u8, asked: Tag, got: Tag) -> Self {
        let effects = || run.steps.iter().flat_map(|step| &step.effects);
        let is_rest = effects().any(|effect| {
            let to = (client, asked, got, ReplyPart::Tail);
            matches!(effect, Effect::Delivered { client, asked, got, part, .. }
                if (*client, *asked, *got, *part) == to)
        });
        let was_given_up = || {
            effects().any(|effect| matches!(effect, Effect::GaveUp { asked, .. } if *asked == got))
        };
        let mut events = run.steps.iter().map(|step| step.event);
        if got == Tag::SURPLUS {
            Self::SurplusReply
        } else if is_rest {
            Self::SplitReply
        } else if was_given_up() {
            Self::LateReply
        } else if events.any(|event| matches!(event, Event::Reorder { tag, .. } if tag == got)) {
            Self::ReorderedReply
        } else {
            Self::CrossedReply
        }
    }
}

/// What goes wrong, and with which quirks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The quirks of the clients.
    pub quirks: Quirks,
    /// What happens.
    pub events: Vec<Event>,
    /// The result.
    pub verdict: SessionVerdict,
    /// How.
    pub class: Class,
}

impl Reason {
    /// What goes wrong when these events are played by clients with these quirks; none when nothing does,
    /// or when they cannot be played.
    pub fn of(quirks: Quirks, events: &[Event]) -> Option<Self> {
        let run = run(events, &quirks.policy(), &SessionOracles::ALL);
        let class = Class::of(&run).filter(|_| run.stopped.is_none())?;
        Some(Self {
            quirks,
            events: run.steps.iter().map(|step| step.event).collect(),
            verdict: run.verdict,
            class,
        })
    }

    /// The same going wrong with the fewest quirks and events to which taking away, and moving one event,
    /// leads. Requests, clients and connections are numbered as they come.
    pub fn minimise(mut self) -> Self {
        loop {
            self.shorten();
            let fewer = self.with_fewer_quirks().or_else(|| self.with_one_moved());
            match fewer {
                Some(fewer) => self = fewer,
                None => break,
            }
        }
        let events = renamed(&self.events);
        Self::of(self.quirks, &events)
            .filter(|one| one.is_like(&self))
            .unwrap_or(self)
    }

    /// The same by a shortest schedule, where exploration of clients with the same quirks has come upon that.
    pub fn no_longer_than(self, explored: &Exploration) -> Self {
        let schedules = [&explored.defect, &explored.inherent].into_iter().flatten();
        let mut reasons = schedules.filter_map(|found| Self::of(self.quirks, &found.events));
        let shorter =
            reasons.find(|one| one.is_like(&self) && one.events.len() < self.events.len());
        shorter.unwrap_or(self)
    }

    /// The rules from which the quirks depart, the strongest first, then that for which the oracle speaks.
    pub fn rules(&self) -> Vec<&'static Rule> {
        let quirks = self.quirks.quirks();
        let mut relaxed: Vec<_> = quirks.iter().filter_map(|quirk| quirk.rule).collect();
        relaxed.sort_by_key(|rule| std::cmp::Reverse(rule.force));
        let spoken = match self.class {
            Class::CutReply => &rules::INCOMPLETE,
            Class::RepeatedRequest => &rules::RETRY,
            _ => &rules::ASSOCIATION,
        };
        relaxed.push(spoken);
        let mut once: Vec<&'static Rule> = Vec::new();
        for rule in relaxed {
            if !once.contains(&rule) {
                once.push(rule);
            }
        }
        once
    }

    /// One text for all sessions that go wrong alike for the same reasons.
    pub fn signature(&self) -> Signature {
        let quirks = if self.quirks.is_empty() {
            "none".to_owned()
        } else {
            self.quirks.ids("+")
        };
        let (verdict, class) = (self.verdict.word(), self.class.word());
        Signature::new("session", verdict, Some(class)).because("quirks", &quirks)
    }

    fn is_like(&self, other: &Self) -> bool {
        (self.verdict, self.class) == (other.verdict, other.class)
    }

    /// The same with these quirks and events, if it is the same.
    fn alike(&self, quirks: Quirks, events: &[Event]) -> Option<Self> {
        Self::of(quirks, events).filter(|one| one.is_like(self))
    }

    fn shorten(&mut self) {
        let is_like = |events: &[Event]| self.alike(self.quirks, events).is_some();
        self.events = shorten_while(&self.events, is_like);
    }

    fn with_fewer_quirks(&self) -> Option<Self> {
        let mut sets = self.quirks.smaller().into_iter();
        sets.find_map(|set| self.alike(set, &self.events))
    }

    /// Without a quirk that is needed only because something happens early or late.
    fn with_one_moved(&self) -> Option<Self> {
        let places = 0..self.events.len();
        self.quirks.without_one().find_map(|set| {
            places.clone().find_map(|from| {
                let rest = without(&self.events, from);
                let moved = self.events.get(from)?;
                places.clone().find_map(|to| {
                    let mut events = rest.clone();
                    events.insert(to, *moved);
                    self.alike(set, &events)
                })
            })
        })
    }
}

/// The events with clients, connections and requests numbered in the order in which they come.
fn renamed(events: &[Event]) -> Vec<Event> {
    let (mut clients, mut connections, mut tags) = (Vec::new(), Vec::new(), vec![Tag::SURPLUS]);
    let renamed = events.iter().map(|event| {
        let mut event = *event;
        event.rename(
            &mut |client| *client = place(&mut clients, *client) as u8,
            &mut |connection| *connection = place(&mut connections, *connection) as u8,
            &mut |tag| *tag = Tag(place(&mut tags, *tag) as u8),
        );
        event
    });
    renamed.collect()
}

/// The place at which something first came.
fn place<T: PartialEq>(known: &mut Vec<T>, one: T) -> usize {
    let place = known.iter().position(|known| *known == one);
    place.unwrap_or_else(|| {
        known.push(one);
        known.len() - 1
    })
}

#[cfg(test)]
mod tests;
