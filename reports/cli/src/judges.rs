//! The readers that judge the inputs of `check`, `read` and `report`: deployed readers, as they were learned; peers held against
//! the strict parser; or the whole panel.

use corpus::number::counted;
use std::collections::BTreeMap;

use parsers::{FAMILIES, Family};

use super::args::PanelChoice;
use super::{Console, open_peers, say_failures, source};
use reports::format::entry::{Entry, EntrySubject};
use reports::judge::ask::{PeerChoice, Peers};
use reports::judge::confirm;
use reports::judge::deployed::Deployed;
use reports::judge::dialect_file;
use reports::judge::finding::Judgement;
use reports::judge::panel::{Panel, Scope};

/// Judges inputs of any family.
pub struct Judges {
    choice: PanelChoice,
    asked: Vec<PeerChoice>,
    dialects: Vec<String>,
    wants_facts: bool,
    /// By family, those that were opened for its first input.
    open: BTreeMap<&'static Family, Open>,
    /// How many inputs were not judged, by family and reason.
    unjudged: BTreeMap<(&'static Family, &'static str), usize>,
    /// How many cases about sessions and hops were left out, because peers are judged.
    unplayed: usize,
}

/// The readers that judge the inputs of one family.
struct Open {
    deployed: Deployed,
    panel: Panel,
    peers: Peers,
}

impl Open {
    fn new(family: &'static Family, judges: &Judges, console: &mut Console<'_>) -> Self {
        // That each dialect is for some family was seen to.
        let asked = || dialect_file::asked_of(family, &judges.dialects).unwrap_or_default();
        let deployed = match judges.asked.is_empty() {
            true => Deployed::learned(family),
            false => Deployed::strict(family),
        };
        let peers = open_peers(family, &judges.asked, console);
        let (deployed, peers) = match judges.wants_facts {
            true => (deployed.with_facts(), peers.with_facts()),
            false => (deployed, peers),
        };
        Self {
            deployed: asked().into_iter().fold(deployed, Deployed::with),
            panel: asked().into_iter().fold(Panel::full(family), Panel::with),
            peers,
        }
    }
}

impl Judges {
    /// The peers that are asked for, or else the readers of this choice.
    pub fn new(choice: PanelChoice, asked: Vec<PeerChoice>) -> Self {
        Self {
            choice,
            asked,
            dialects: Vec::new(),
            wants_facts: false,
            open: BTreeMap::new(),
            unjudged: BTreeMap::new(),
            unplayed: 0,
        }
    }

    /// They, and the dialects that are named, for their families.
    ///
    /// # Errors
    /// When a dialect is for no family.
    pub fn with(mut self, dialects: Vec<String>) -> anyhow::Result<Self> {
        if let Some(family) = FAMILIES.first() {
            dialect_file::asked_of(family, &dialects)?;
        }
        self.dialects = dialects;
        Ok(self)
    }

    /// They, which compare facts too, where that is wanted.
    pub fn with_facts(mut self, wants_facts: bool) -> Self {
        self.wants_facts = wants_facts;
        self
    }

    /// What they make of a sample, and what live chains have confirmed of it.
    pub fn judge(&mut self, sample: &source::Sample, console: &mut Console<'_>) -> Judgement {
        let family = sample.family;
        if !self.open.contains_key(family) {
            let opened = Open::new(family, self, console);
            self.open.insert(family, opened);
        }
        let confirmed = sample.case.as_ref().map(|case| confirm::load(&case.path));
        let confirmed = confirmed.transpose().unwrap_or_else(|error| {
            console.complain(&format_args!("{error:#}"));
            None
        });
        let confirmed = confirmed.unwrap_or_default();
        let judgement = self.open.get_mut(family).map(|open| {
            let (panel, input) = (&open.panel, sample.given());
            if self.asked.is_empty() && self.choice == PanelChoice::All {
                return panel.judge(input, Scope::All);
            }
            let judgement = open.deployed.judge_with(&mut open.peers, input);
            // What a live chain has shown is a finding, whatever the readers make of it.
            match judgement.finding.is_none() && self.asked.is_empty() && !confirmed.is_empty() {
                true => panel.judge(input, Scope::All),
                false => judgement,
            }
        });
        let mut judgement = judgement.unwrap_or_else(|| Judgement::of(family, sample.given(), []));
        judgement.confirm(confirmed);
        let open = self.open.get(family);
        let count = open.map_or(0, |open| open.peers.names().count());
        judgement.unjudged = match self.is_anyone_asked() && judgement.failures.len() == count {
            false => None,
            true if count == 0 => Some("no peer that is asked for reads it"),
            true => Some("no peer that is asked for gave a reading"),
        };
        if let Some(why) = judgement.unjudged {
            *self.unjudged.entry((family, why)).or_default() += 1;
        }
        judgement
    }

    /// The entry of an input; none when something is wrong with it, which is said.
    pub fn entry(&mut self, input: source::Input, console: &mut Console<'_>) -> Option<Entry> {
        let sample = match input {
            source::Input::Messages(sample) => sample,
            // A peer is judged by what it reads: nothing is played to it.
            source::Input::Played(..) if self.is_anyone_asked() => {
                self.unplayed += 1;
                return None;
            }
            source::Input::Played(path, engine) => return source::played(&path, engine, console),
        };
        Some(Entry {
            subject: EntrySubject::Messages {
                judgement: self.judge(&sample, console),
                case: sample.case,
                input: sample.input,
            },
            file: sample.file,
            place: sample.place,
        })
    }

    fn is_anyone_asked(&self) -> bool {
        self.asked
            .iter()
            .any(|choice| !matches!(choice, PeerChoice::Nobody))
    }

    /// What our own parsers and single departures make of a sample, beside the readers of `judgement`; nothing where
    /// they have judged it.
    pub fn beside(&self, sample: &source::Sample, judgement: &Judgement) -> Vec<String> {
        let open = self.open.get(sample.family);
        let open = open.filter(|_| judgement.is_weighed);
        open.map_or_else(Vec::new, |open| {
            open.deployed.beside(judgement, sample.given())
        })
    }

    /// Says which peers failed, and how many inputs are not judged.
    pub fn sum_up(&self, console: &mut Console<'_>) {
        say_failures(self.open.values().map(|open| &open.peers), console);
        if self.unplayed > 0 {
            console.note(&format!(
                "left out: {} about sessions and hops; peers are judged by what they read",
                counted(self.unplayed, "case")
            ));
        }
        for ((family, why), inputs) in &self.unjudged {
            console.complain(&format_args!(
                "{}: not judged: {}: {why}",
                family.name,
                counted(*inputs, "input")
            ));
        }
    }
}
