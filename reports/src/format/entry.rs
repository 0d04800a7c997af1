//! An input with a name and what was found in it: what the report formats are made of.

use corpus::number::{counted, thousands};
use std::fmt;
use std::sync::Arc;

use corpus::Case;
use parsers::Rule;
use parsers::core::compare::Level;
use serde_json::{Value, json};

use crate::engine::{self, EngineFinding, PlayedCase};
use crate::format::json;
use crate::format::picture::{self, Palette};
use crate::judge::finding::Judgement;

/// One input that was looked at.
#[derive(Clone)]
pub struct Entry {
    /// Where it comes from, as the user named it, and `#` with the place if it is a part of that file.
    pub file: String,
    /// The place inside the file, such as a connection of a capture.
    pub place: Option<String>,
    /// What it is, and what was made of it.
    pub subject: EntrySubject,
}

/// What was looked at. What a report says of it, it says by the methods of [`Entry`].
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "nearly all are of the large one")]
pub enum EntrySubject {
    /// Bytes in which readers see messages.
    Messages {
        /// The case, when it is one.
        case: Option<Case>,
        /// The bytes that were judged.
        input: Vec<u8>,
        /// What was made of them.
        judgement: Judgement,
    },
    /// A case that an engine has played.
    Played(Arc<dyn PlayedCase>),
}

impl Entry {
    /// The entry of a case that was played.
    pub fn of_played(file: String, played: Arc<dyn PlayedCase>) -> Self {
        Self {
            file,
            place: None,
            subject: EntrySubject::Played(played),
        }
    }

    /// What it is a case of: the name of a family of messages, or of an engine.
    pub fn family(&self) -> &'static str {
        match &self.subject {
            EntrySubject::Messages { judgement, .. } => judgement.family.name,
            EntrySubject::Played(played) => played.engine().name(),
        }
    }

    /// Every rule that a finding of that family may have.
    pub(crate) fn family_rules(&self) -> &'static [&'static Rule] {
        match &self.subject {
            EntrySubject::Messages { judgement, .. } => judgement.family.rules,
            EntrySubject::Played(played) => played.engine().rules(),
        }
    }

    /// Its finding, if it has one.
    pub fn found(&self) -> Option<EngineFinding<'_>> {
        match &self.subject {
            EntrySubject::Messages { judgement, .. } => {
                let finding = judgement.finding.as_ref()?;
                Some(EngineFinding {
                    at: finding.divergence.at,
                    level: finding.level,
                    kind: finding.divergence.kind.word(),
                    class: finding.class.as_deref(),
                    direction: finding.direction.clone(),
                    rules: finding.rules.clone(),
                    evidence: finding.evidence,
                    confirmed_by: &finding.confirmed_by,
                    signature: &finding.signature,
                })
            }
            EntrySubject::Played(played) => played.found(),
        }
    }

    /// How grave its finding is, if it has one.
    pub fn level(&self) -> Option<Level> {
        self.found().map(|found| found.level)
    }

    /// Why no reader has judged it; none when one has.
    pub(crate) fn unjudged(&self) -> Option<&'static str> {
        match &self.subject {
            EntrySubject::Messages { judgement, .. } => judgement.unjudged,
            EntrySubject::Played(_) => None,
        }
    }

    /// Its finding when it is a warning or an error.
    pub(crate) fn grave(&self) -> Option<EngineFinding<'_>> {
        self.found().filter(|found| found.level >= Level::Warning)
    }

    /// What a person wrote of it, and where it comes from.
    pub(crate) fn about(&self) -> Option<[String; 2]> {
        match &self.subject {
            EntrySubject::Messages { case, .. } => {
                let case = case.as_ref()?;
                let (about, word) = (&case.about, case.expect.word());
                let about = format!("{about} The specification: {word}.");
                Some([about, case.source.clone()])
            }
            EntrySubject::Played(played) => Some(played.about()),
        }
    }

    /// Its picture.
    pub fn draw(&self, palette: &Palette) -> String {
        match &self.subject {
            EntrySubject::Messages {
                input, judgement, ..
            } => picture::draw(judgement, input, palette),
            EntrySubject::Played(played) => played.draw(palette),
        }
    }

    /// Its finding as an object.
    pub fn object(&self) -> Option<Value> {
        match &self.subject {
            EntrySubject::Messages {
                input, judgement, ..
            } => {
                let found = json::found(judgement, &self.file, input.len())?;
                serde_json::to_value(found).ok()
            }
            EntrySubject::Played(played) => engine::object(&**played, &self.file),
        }
    }

    /// Where in the file it is, in bytes: from, and how many. None where the file holds it in other words.
    pub(crate) fn region(&self) -> Option<(usize, usize)> {
        match &self.subject {
            EntrySubject::Messages {
                case: None,
                input,
                judgement,
            } if self.place.is_none() => {
                let at = judgement.finding.as_ref()?.divergence.at;
                Some((at, input.len().saturating_sub(at)))
            }
            _ => None,
        }
    }

    /// What there is to say of its finding besides, for tools.
    pub(crate) fn properties(&self) -> Value {
        match &self.subject {
            EntrySubject::Messages { judgement, .. } => {
                judgement.finding.as_ref().map_or(Value::Null, |finding| {
                    json!({
                        "at": finding.divergence.at,
                        "class": finding.class,
                        "classes": finding.classes,
                        "divergence": finding.divergence.kind.word(),
                    })
                })
            }
            EntrySubject::Played(played) => engine::properties(&**played),
        }
    }

    /// The file without the place inside it.
    pub(crate) fn whole_file(&self) -> &str {
        let place = self.place.as_deref().unwrap_or("");
        let file = self.file.strip_suffix(place).unwrap_or(&self.file);
        match self.place {
            Some(_) => file.strip_suffix('#').unwrap_or(file),
            None => file,
        }
    }
}

/// How many entries there are, and how many have a finding of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryTally {
    /// Those with an error.
    pub errors: usize,
    /// Those with a warning.
    pub warnings: usize,
    /// Those with a note.
    pub notes: usize,
    /// Those that were judged and have no finding.
    pub agreed: usize,
    /// Those that could not be judged.
    pub unjudged: usize,
}

impl EntryTally {
    /// Of these entries.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut tally = Self::default();
        entries.into_iter().for_each(|entry| tally.add(entry));
        tally
    }

    /// Counts one more.
    pub fn add(&mut self, entry: &Entry) {
        *match entry.level() {
            Some(Level::Error) => &mut self.errors,
            Some(Level::Warning) => &mut self.warnings,
            Some(Level::Note) => &mut self.notes,
            None if entry.unjudged().is_some() => &mut self.unjudged,
            None => &mut self.agreed,
        } += 1;
    }

    /// How many there are.
    pub fn all(&self) -> usize {
        self.errors + self.warnings + self.notes + self.agreed + self.unjudged
    }
}

impl fmt::Display for EntryTally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            errors,
            warnings,
            notes,
            agreed,
            unjudged,
        } = self;
        let all = self.all();
        write!(
            formatter,
            "{}: {}, {}, {}, {} without a finding",
            counted(all, "input"),
            counted(*errors, "error"),
            counted(*warnings, "warning"),
            counted(*notes, "note"),
            thousands(*agreed as u64)
        )?;
        match unjudged {
            0 => Ok(()),
            unjudged => write!(formatter, ", {unjudged} not judged"),
        }
    }
}

/// The families of these entries, in the order in which they first appear, each with its first entry.
pub fn families(entries: &[Entry]) -> Vec<&Entry> {
    let mut families: Vec<&Entry> = Vec::new();
    for entry in entries {
        if families.iter().all(|one| one.family() != entry.family()) {
            families.push(entry);
        }
    }
    families
}
