//! Asking peers: what they were seen to read, and the smallest set of leniencies that explains it.

use std::panic;
use std::sync::Once;

use parsers::{End, Family, LeniencySet, Message, Part, Reading, Verdict, explain};
use peers::{About, Failure, PEERS, Peer, Pieces, Seen, ask};

use crate::panel::{Seat, Standing};

/// How many leniencies may explain a reading; what needs more is unexplained.
pub const MOST: usize = 3;

/// The peers of a family that could be opened.
pub struct Peers {
    family: &'static Family,
    open: Vec<Open>,
    /// Those that could not, with the reason.
    pub absent: Vec<(&'static About, Failure)>,
}

struct Open {
    about: &'static About,
    /// Its name and version.
    name: String,
    /// None after a failure.
    peer: Option<Box<dyn Peer>>,
}

/// What a peer makes of an input.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The peer.
    pub about: &'static str,
    /// Its name and version.
    pub name: String,
    /// What it was seen to read, or why there is nothing.
    pub seen: Result<Seen, Failure>,
    /// The smallest set of up to [`MOST`] leniencies that explains it.
    pub explained: Option<LeniencySet>,
}

impl Peers {
    /// The peers of `family` whose names `wanted` takes.
    pub fn open(family: &'static Family, wanted: &dyn Fn(&str) -> bool) -> Self {
        silence_panics();
        let mut peers = Self {
            family,
            open: Vec::new(),
            absent: Vec::new(),
        };
        let of_family = PEERS.iter().filter(|about| about.family == family.name);
        for about in of_family.filter(|about| wanted(about.name)) {
            match (about.open)() {
                Ok(peer) => peers.open.push(Open {
                    about,
                    name: format!("{} {}", about.name, (about.version)()),
                    peer: Some(peer),
                }),
                Err(failure) => peers.absent.push((about, failure)),
            }
        }
        peers
    }

    /// The names and versions of those that are open.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.open.iter().map(|open| open.name.as_str())
    }

    /// Asks each of them about `input`.
    pub fn answers(&mut self, input: &[u8], pieces: Pieces) -> Vec<Answer> {
        let mut known: Vec<(Seen, Option<LeniencySet>)> = Vec::new();
        let mut answers = Vec::with_capacity(self.open.len());
        for open in &mut self.open {
            let seen = open.ask(input, pieces);
            let explained = seen.as_ref().ok().and_then(|seen| {
                if let Some((_, set)) = known.iter().find(|(other, _)| other == seen) {
                    return *set;
                }
                let mut is = |reading: &Reading| seen.is(reading, input);
                let set = explain::search(self.family, input, MOST, &mut is);
                known.push((seen.clone(), set));
                set
            });
            answers.push(Answer {
                about: open.about.name,
                name: open.name.clone(),
                seen,
                explained,
            });
        }
        answers
    }
}

impl Open {
    fn ask(&mut self, input: &[u8], pieces: Pieces) -> Result<Seen, Failure> {
        let mut peer = match self.peer.take() {
            Some(peer) => peer,
            None => (self.about.open)()?,
        };
        let mut seen = Seen::default();
        ask(&mut *peer, input, pieces, &mut seen)?;
        self.peer = Some(peer);
        Ok(seen)
    }
}

impl Answer {
    /// The peer's place on a panel; none for a peer without a reading.
    pub fn seat(&self, family: &'static Family, input: &[u8]) -> Option<Seat> {
        let seen = self.seen.as_ref().ok()?;
        let mut verdict = Verdict::new();
        match &self.explained {
            Some(set) => explain::judge_under(family, set, input, &mut verdict),
            None => verdict.reading = reading(seen, input),
        }
        Some(Seat {
            name: self.name.clone(),
            standing: Standing::Peer,
            waives: self.explained,
            verdict,
        })
    }
}

/// What was seen, as a reading that nothing explains. Where content begins, and what ends a message, is
/// not seen: content that stands in the input as it is gives the first, and nothing tells the second.
fn reading(seen: &Seen, input: &[u8]) -> Reading {
    let mut reading = Reading {
        end: seen.end,
        ..Reading::default()
    };
    let (mut start, mut from) = (0, 0);
    for whole in &seen.messages {
        let content = seen.content.get(from..whole.content_end).unwrap_or(&[]);
        let bytes = input.get(start..whole.end).unwrap_or(&[]);
        let offset = if content.is_empty() {
            None
        } else {
            last_position(bytes, content)
        };
        let first_part = reading.parts.len();
        let head = offset.map_or(whole.end, |offset| start + offset);
        if offset.is_some() {
            reading.parts.push(Part {
                label: 0,
                start: head,
                end: head + content.len(),
            });
        }
        reading.messages.push(Message {
            start,
            head,
            end: whole.end,
            framing: Default::default(),
            first_part,
            last_part: reading.parts.len(),
        });
        (start, from) = (whole.end, whole.content_end);
    }
    if reading.end != End::Incomplete {
        reading.pending = None;
    }
    reading
}

fn last_position(bytes: &[u8], content: &[u8]) -> Option<usize> {
    let mut windows = bytes.windows(content.len());
    windows.rposition(|window| window == content)
}

/// A peer that panics is a result and not a fault of ours: nothing is printed for it.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |about| {
            if !peers::is_asking() {
                before(about);
            }
        }));
    });
}
