//! Asking peers: what they were seen to read, and the smallest set of leniencies that explains it.

pub mod apart;
mod record;

use std::panic;
use std::sync::Once;

use corpus::escape::display_text;
use parsers::core::explain;
use parsers::unidiff::tree::Tree;
use parsers::{End, Family, LeniencySet, Reading, StreamInput, Verdict};
use peers::{About, BuiltTree, Failure, PEERS, Peer, Pieces, Seen, Tier, ask, worker};

use crate::judge::facts::FactVoice;
use crate::judge::reading::{reading, reject_after};
use crate::judge::seat::{Membership, Seat, Voice, Weight};
use crate::judge::shipped;

pub use record::AnswerRecord;

/// How many leniencies may explain a reading; what needs more is unexplained.
pub const MOST: usize = 3;

/// How many leniencies may explain a reading of an input of so many bytes. Each set of them is one more judgement of the
/// whole input, and of three there are many sets: of long inputs, fewer are tried.
fn most(length: usize) -> usize {
    const LONG: usize = 8 << 10;
    const VERY_LONG: usize = 64 << 10;
    match length {
        ..LONG => MOST,
        LONG..VERY_LONG => 2,
        _ => 1,
    }
}

/// How often in a row a peer may fail before it is no longer asked.
const PATIENCE: usize = 20;
/// For how many failures one counts that is slow to show itself.
const SLOW_COUNTS: usize = 5;

/// The peers to ask.
#[derive(Clone)]
pub enum PeerChoice {
    /// No peer.
    Nobody,
    /// All of them.
    All,
    /// Every peer that is reached so.
    Tier(Tier),
    /// One of those known.
    Known(&'static About),
    /// A command of the user's, which speaks the protocol of workers.
    Command(String),
}

impl PeerChoice {
    /// What a user names: `none`, `all`, `linked`, `worker`, `tool`, the name of a peer, or `cmd:` and a command.
    ///
    /// # Errors
    /// When no peer has that name.
    pub fn named(name: &str) -> Result<Self, String> {
        if let Some(command) = name.strip_prefix("cmd:") {
            return worker::words(command).map(|_| Self::Command(command.to_owned()));
        }
        let tiers = [Tier::Linked, Tier::Worker, Tier::Tool];
        match tiers.into_iter().find(|tier| tier.word() == name) {
            Some(tier) => Ok(Self::Tier(tier)),
            None if name == "none" => Ok(Self::Nobody),
            None if name == "all" => Ok(Self::All),
            None => match PEERS.iter().find(|about| about.name == name) {
                Some(about) => Ok(Self::Known(about)),
                None => Err(
                    "no such peer; `misframe peers` lists them, and cmd:COMMAND is your own"
                        .to_owned(),
                ),
            },
        }
    }

    /// Whether it is this peer that was named, not others along with it.
    pub fn names(&self, about: &About) -> bool {
        match self {
            Self::Known(known) => known.name == about.name,
            Self::Command(_) => about.name == worker::COMMAND,
            Self::Nobody | Self::All | Self::Tier(_) => false,
        }
    }

    /// Whether this peer is asked for.
    pub fn is(&self, about: &About) -> bool {
        match self {
            Self::Nobody => false,
            Self::All => true,
            Self::Tier(tier) => about.tier() == *tier,
            Self::Known(known) => known.name == about.name,
            Self::Command(_) => false,
        }
    }
}

/// The peers of a family that could be opened.
pub struct Peers {
    family: &'static Family,
    /// Whether each is asked what it understands, too.
    wants_facts: bool,
    open: Vec<Open>,
    /// Those that could not, with the reason.
    pub absent: Vec<(&'static About, Failure)>,
}

struct Open {
    about: &'static About,
    /// Its name and version.
    name: String,
    /// What its word weighs.
    weight: Weight,
    /// None after a failure.
    peer: Option<Box<dyn Peer>>,
    /// The same in a process of its own, once it was asked about a long input; none after a failure.
    apart: Option<Box<dyn Peer>>,
    /// How often it has failed since it last did not.
    failures: usize,
    /// How it has answered so far.
    record: AnswerRecord,
}

/// What a peer makes of an input.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The peer's name and version.
    pub name: String,
    /// What it was seen to read, or why there is nothing.
    pub seen: Result<Seen, Failure>,
    /// What explains it.
    pub explained: Option<Explanation>,
    /// What the peer's word weighs.
    pub weight: Weight,
    /// What it weighs about method, target and fields, which are the peer's own also where its adapter frames.
    pub facts_weight: Weight,
}

/// What explains a peer's reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// A smallest set of up to [`MOST`] leniencies under which the dialect reads the messages that the peer
    /// takes.
    pub relaxes: LeniencySet,
    /// The peer rejects what comes then, and the dialect does not. That is no leniency: a parser may reject
    /// what it wants to.
    pub is_stricter: bool,
}

impl Explanation {
    /// What explains `seen`, of `input`, with at most `most` leniencies.
    pub fn of<'i>(
        family: &'static Family,
        input: impl Into<StreamInput<'i>>,
        seen: &Seen,
        most: usize,
    ) -> Option<Self> {
        let given = input.into();
        let input = given.bytes;
        let alike = explain::search(family, given, most, &mut |reading| seen.is(reading, input));
        if let Some(relaxes) = alike {
            return Some(Self::of_alike(relaxes));
        }
        if seen.end != End::Rejected {
            return None;
        }
        let mut begins = |reading: &Reading| seen.begins(reading, input);
        let relaxes = explain::search(family, given, most, &mut begins)?;
        let is_stricter = true;
        Some(Self {
            relaxes,
            is_stricter,
        })
    }

    /// That the dialect which relaxes these reads alike.
    pub(crate) fn of_alike(relaxes: LeniencySet) -> Self {
        let is_stricter = false;
        Self {
            relaxes,
            is_stricter,
        }
    }

    /// The leniencies under which the dialect reads alike to the end.
    pub(crate) fn alike(&self) -> Option<LeniencySet> {
        (!self.is_stricter).then_some(self.relaxes)
    }
}

impl Peers {
    /// Those of `family` that are asked for.
    pub fn open(family: &'static Family, asked: &[PeerChoice]) -> Self {
        silence_panics();
        let mut peers = Self {
            family,
            wants_facts: false,
            open: Vec::new(),
            absent: Vec::new(),
        };
        let of_family = PEERS.iter().filter(|about| about.family == family);
        let known = of_family.filter(|about| asked.iter().any(|choice| choice.is(about)));
        let commands = asked.iter().filter_map(|choice| match choice {
            PeerChoice::Command(command) => worker::of_command(command, family).ok(),
            _ => None,
        });
        for about in known.copied().chain(commands) {
            if about.tier() != Tier::Linked {
                end_workers_when_interrupted();
            }
            match about.open() {
                Ok(opened) => peers.open.push(Open {
                    about,
                    // A program may call itself anything.
                    name: display_text(&format!("{} {}", opened.name, opened.version)),
                    // One that is asked for by name is judged as deployed; of many, those that are.
                    weight: match about.frames() || asked.iter().any(|choice| choice.names(about)) {
                        true => Weight::Deployed(about.role),
                        false => Weight::Hypothetical,
                    },
                    peer: Some(opened.peer),
                    apart: None,
                    failures: 0,
                    record: AnswerRecord::default(),
                }),
                Err(failure) => peers.absent.push((about, failure)),
            }
        }
        peers
    }

    /// These, asked what they understand of messages, too.
    pub fn with_facts(mut self) -> Self {
        self.wants_facts = true;
        self
    }

    /// Whose peers they are.
    pub fn family(&self) -> &'static Family {
        self.family
    }

    /// The names and versions of those that are open.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.open.iter().map(|open| open.name.as_str())
    }

    /// The names and versions of those that are open, and how each is reached.
    pub(crate) fn tiers(&self) -> impl Iterator<Item = (&str, Tier)> {
        let open = self.open.iter();
        open.map(|open| (open.name.as_str(), open.about.tier()))
    }

    /// The name and version of each, and how it has answered so far.
    pub fn records(&self) -> impl Iterator<Item = (&str, &AnswerRecord)> {
        let open = self.open.iter();
        open.map(|open| (open.name.as_str(), &open.record))
    }

    /// What the one with this name and version was seen to read of `input`; none when there is no reading.
    pub fn ask_one<'i>(
        &mut self,
        name: &str,
        input: impl Into<StreamInput<'i>>,
        pieces: Pieces,
    ) -> Option<Seen> {
        let mut open = self.open.iter_mut();
        let open = open.find(|open| open.name == name)?;
        open.ask(input.into(), pieces).ok()
    }

    /// The name of each of them, and what it was seen to read of `input`, if there is a reading.
    pub fn answers_unexplained<'i>(
        &mut self,
        input: impl Into<StreamInput<'i>>,
        pieces: Pieces,
    ) -> Vec<(String, Option<Seen>)> {
        let input = input.into();
        let asked = self.open.iter_mut();
        asked
            .map(|open| (open.name.clone(), open.ask(input, pieces).ok()))
            .collect()
    }

    /// Asks each of them about `input`, and explains what they read.
    pub fn answers<'i>(
        &mut self,
        input: impl Into<StreamInput<'i>>,
        pieces: Pieces,
    ) -> Vec<Answer> {
        let input = input.into();
        let mut known: Vec<(Seen, Option<Explanation>)> = Vec::new();
        let mut answers = Vec::with_capacity(self.open.len());
        for open in &mut self.open {
            let seen = open.ask_for(input, pieces, self.wants_facts);
            let explained = seen.as_ref().ok().and_then(|seen| {
                if let Some((_, explained)) = known.iter().find(|(other, _)| other.is_alike(seen)) {
                    return *explained;
                }
                let explained = Explanation::of(self.family, input, seen, most(input.bytes.len()));
                known.push((seen.clone(), explained));
                explained
            });
            answers.push(Answer {
                name: open.name.clone(),
                seen,
                explained,
                weight: open.weight,
                facts_weight: match open.about.calibrates {
                    true => open.weight,
                    false => Weight::Deployed(open.about.role),
                },
            });
        }
        answers
    }
}

impl Peers {
    /// What each of them that builds trees makes of `tree` when it is given `patch`.
    pub fn build(
        &mut self,
        tree: &Tree,
        patch: &[u8],
    ) -> Vec<(String, Result<BuiltTree, Failure>)> {
        let asked = self.open.iter_mut();
        let built = asked.filter_map(|open| Some((open.name.clone(), open.build(tree, patch)?)));
        built.collect()
    }

    /// The same of the one with this name and version; none when it builds none.
    pub fn build_one(
        &mut self,
        name: &str,
        tree: &Tree,
        patch: &[u8],
    ) -> Option<Result<BuiltTree, Failure>> {
        let mut open = self.open.iter_mut();
        open.find(|open| open.name == name)?.build(tree, patch)
    }
}

impl Open {
    fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        let built = self.try_build(tree, patch)?;
        self.record.count(&built);
        Some(built)
    }

    fn try_build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        let is_apart = apart::builds_apart(self.about);
        let (known, open): (_, fn(&About) -> _) = match is_apart {
            true => (self.apart.take(), apart::open),
            false => (self.peer.take(), |about| about.open().map(|it| it.peer)),
        };
        let mut peer = match known.map_or_else(|| open(self.about), Ok) {
            Ok(peer) => peer,
            Err(failure) => return Some(Err(failure)),
        };
        let made = peers::build(&mut *peer, tree, patch);
        let is_well = !matches!(made, Some(Err(_)));
        if is_well || peer.is_usable() {
            match is_apart {
                true => self.apart = Some(peer),
                false => self.peer = Some(peer),
            }
        }
        made
    }

    fn ask(&mut self, input: StreamInput<'_>, pieces: Pieces) -> Result<Seen, Failure> {
        self.ask_for(input, pieces, false)
    }

    fn ask_for(
        &mut self,
        input: StreamInput<'_>,
        pieces: Pieces,
        facts: bool,
    ) -> Result<Seen, Failure> {
        let seen = self.try_ask(input, pieces, facts);
        self.record.count(&seen);
        seen
    }

    fn try_ask(
        &mut self,
        input: StreamInput<'_>,
        pieces: Pieces,
        facts: bool,
    ) -> Result<Seen, Failure> {
        if self.failures >= PATIENCE {
            let why = "it has failed too often in a row and is no longer asked";
            return Err(Failure::Absent(why.to_owned()));
        }
        let is_apart = apart::is_due(self.about, input.bytes.len());
        let (known, open): (_, fn(&About) -> _) = match is_apart {
            true => (self.apart.take(), apart::open),
            false => (self.peer.take(), |about| about.open().map(|it| it.peer)),
        };
        let mut peer = match known {
            Some(peer) => peer,
            None => match open(self.about) {
                Ok(peer) => peer,
                Err(failure) => {
                    self.failures += 1;
                    return Err(failure);
                }
            },
        };
        let mut seen = match facts {
            true => Seen::with_facts(),
            false => Seen::default(),
        };
        let asked = ask(&mut *peer, input, pieces, &mut seen);
        if asked.is_ok() || peer.is_usable() {
            let kept = if is_apart {
                &mut self.apart
            } else {
                &mut self.peer
            };
            *kept = Some(peer);
        }
        // A peer that panics, or shows nothing, can be asked again soon.
        self.failures = match &asked {
            Ok(()) | Err(Failure::Panic(_) | Failure::Unknown(_)) => 0,
            Err(Failure::Hang | Failure::Memory(_)) => self.failures + SLOW_COUNTS,
            Err(_) => self.failures + 1,
        };
        asked.map(|()| seen)
    }
}

impl Answer {
    /// What the peer understood; none for one that shows nothing of it.
    pub(crate) fn understood(&self) -> Option<FactVoice> {
        let seen = self.seen.as_ref().ok()?;
        FactVoice::of_peer(&self.name, self.facts_weight, seen)
    }

    /// The peer's word where deployed readers judge; none for a peer without a reading. A peer does not show to which
    /// framing it has committed: the dialect that was learned of this version tells, where it reads alike.
    pub(crate) fn voice(&self, family: &'static Family, input: StreamInput<'_>) -> Option<Voice> {
        let mut seat = self.seat(family, input)?;
        let seen = self.seen.as_ref().ok()?;
        let learned = shipped::of(family).find(|reader| reader.peer == self.name);
        let mut reader = None;
        if let Some(learned) = learned {
            let mut verdict = Verdict::new();
            learned.judge(input, &mut verdict);
            if seen.is(&verdict.reading, input.bytes) {
                (seat.verdict, seat.relaxes) = (verdict, Some(learned.relaxes));
                reader = Some(learned);
            }
        }
        let weight = self.weight;
        Some(Voice {
            seat,
            weight,
            reader,
        })
    }

    /// The peer's place on a panel; none for a peer without a reading.
    pub(crate) fn seat(&self, family: &'static Family, input: StreamInput<'_>) -> Option<Seat> {
        let seen = self.seen.as_ref().ok()?;
        let mut verdict = Verdict::new();
        match &self.explained {
            Some(explained) => {
                explain::judge_under(family, &explained.relaxes, input, &mut verdict);
                if explained.is_stricter {
                    reject_after(seen.messages.len(), &mut verdict);
                }
            }
            None => verdict.reading = reading(seen, input.bytes),
        }
        Some(Seat {
            name: self.name.clone(),
            standing: Membership::Peer,
            relaxes: self.explained.and_then(|explained| explained.alike()),
            verdict,
        })
    }
}

/// Workers are no members of the terminal's process group, and so are not interrupted along with us.
pub fn end_workers_when_interrupted() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // A program with a handler of its own ends what it has started by itself.
        let _other = ctrlc::set_handler(|| {
            worker::end_all();
            std::process::exit(INTERRUPTED);
        });
    });
}

/// The exit code of a command that is interrupted: 128 and the number of SIGINT, as shells have it.
const INTERRUPTED: i32 = 130;

/// A peer that panics is a result and not a fault of ours: nothing is printed for it.
pub fn silence_panics() {
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
