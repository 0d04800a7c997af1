//! Who judges the inputs of `check` and `report`: the panel, or peers held against the strict parser.

use parsers::{FAMILIES, Family};

use super::args::PanelChoice;
use super::{Console, open_peers, source};
use crate::ask::{Peers, Who};
use crate::confirm;
use crate::dialect_file;
use crate::finding::Judgement;
use crate::panel::{Panel, Scope};

/// Judges inputs of one family after another.
pub struct Judges {
    choice: PanelChoice,
    asked: Vec<Who>,
    dialects: Vec<String>,
    open: Option<(Panel, Peers)>,
}

impl Judges {
    /// The peers that are asked for, or else the panel of this choice.
    pub fn new(choice: PanelChoice, asked: Vec<Who>) -> Self {
        Self {
            choice,
            asked,
            dialects: Vec::new(),
            open: None,
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

    /// What they make of a sample, and what live chains have confirmed of it.
    pub fn judge(&mut self, sample: &source::Sample, console: &mut Console<'_>) -> Judgement {
        let family = sample.family;
        let is_same = |family: &Family, other: &Family| family.name == other.name;
        if !matches!(&self.open, Some((panel, _)) if is_same(panel.family(), family)) {
            self.open = None;
        }
        let (panel, peers) = self.open.get_or_insert_with(|| {
            let peers = open_peers(family, &self.asked, console);
            // That each is for some family was seen to.
            let dialects = dialect_file::asked_of(family, &self.dialects).unwrap_or_default();
            let panel = dialects.into_iter().fold(Panel::full(family), Panel::with);
            (panel, peers)
        });
        let confirmed = sample.case.as_ref().map(|case| confirm::load(&case.path));
        let confirmed = confirmed.transpose().unwrap_or_else(|error| {
            console.complain(&format_args!("{error:#}"));
            None
        });
        let confirmed = confirmed.unwrap_or_default();
        let scope = match self.asked.is_empty() {
            // What a live chain has shown is a finding, whatever the choice makes of it.
            true if !confirmed.is_empty() => Scope::All,
            true => self.choice.scope(panel, &sample.input),
            false => Scope::Strict,
        };
        let mut judgement = panel.judge_with(peers, &sample.input, scope);
        confirm::raise(&mut judgement, confirmed);
        judgement
    }
}
