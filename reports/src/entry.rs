//! An input with a name and what was found in it: what the report formats are made of.

use std::fmt;

use corpus::{Case, HopCase, SessionCase};
use parsers::compare::Level;
use parsers::{Rule, hop, session};
use serde_json::{Value, json};

use crate::confirm::Confirmation;
use crate::finding::{Evidence, Judgement};
use crate::hop::finding::HopFinding;
use crate::json;
use crate::picture::{self, Palette};
use crate::session::finding::SessionFinding;

/// One input that was looked at.
#[derive(Clone)]
pub struct Entry {
    /// Where it comes from, as the user named it, and `#` with the place if it is a part of that file.
    pub file: String,
    /// The place inside the file, such as a connection of a capture.
    pub place: Option<String>,
    /// What it is, and what was made of it.
    pub subject: Subject,
}

/// What was looked at. What a report says of it, it says by the methods of [`Entry`].
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "nearly all are of the large one")]
pub enum Subject {
    /// Bytes in which readers see messages.
    Messages {
        /// The case, when it is one.
        case: Option<Case>,
        /// The bytes that were judged.
        input: Vec<u8>,
        /// What was made of them.
        judgement: Judgement,
    },
    /// Events between clients and a server.
    Session {
        /// The case.
        case: SessionCase,
        /// What was found in it.
        finding: Option<SessionFinding>,
    },
    /// Requests along a route of hops, or what a hop does towards the next.
    Hop {
        /// The case.
        case: HopCase,
        /// The gravest of what was found in it.
        finding: Option<HopFinding>,
    },
}

/// What every finding has.
pub struct Found<'e> {
    /// Where it begins: at which byte, or with which event, from nought.
    pub at: usize,
    /// How grave it is.
    pub level: Level,
    /// What it is, in a word or two: how readings part or what comes of a session, then the class.
    pub title: String,
    /// What it means, in one sentence.
    pub direction: String,
    /// The rules behind it, the first the one to blame.
    pub rules: Vec<&'static Rule>,
    /// Who has seen it.
    pub evidence: Evidence,
    /// The live chains that have, when it is confirmed.
    pub confirmed_by: &'e [Confirmation],
    /// One text for everything that is alike.
    pub signature: &'e str,
}

impl Found<'_> {
    /// Who has seen it, in a line without hostile bytes: the word, and the chains that confirm it.
    pub fn evidence_line(&self) -> String {
        let word = self.evidence.word();
        let chains: Vec<_> = self.confirmed_by.iter().map(Confirmation::phrase).collect();
        match chains.as_slice() {
            [] => word.to_owned(),
            chains => format!("{word} by {}", chains.join("; ")),
        }
    }
}

impl Entry {
    /// The entry of a session case.
    pub fn of_session(file: String, case: SessionCase) -> Self {
        let finding = SessionFinding::of(&case);
        Self {
            file,
            place: None,
            subject: Subject::Session { case, finding },
        }
    }

    /// The entry of a case about hops.
    ///
    /// # Errors
    /// The word in the case that names no reader, or no policy.
    pub fn of_hop(file: String, case: HopCase) -> Result<Self, String> {
        let finding = HopFinding::of(&case)?;
        Ok(Self {
            file,
            place: None,
            subject: Subject::Hop { case, finding },
        })
    }

    /// What it is a case of: the name of a family of messages, or of sessions.
    pub fn family(&self) -> &'static str {
        match &self.subject {
            Subject::Messages { judgement, .. } => judgement.family.name,
            Subject::Session { .. } => "session",
            Subject::Hop { .. } => "hop",
        }
    }

    /// Every rule that a finding of that family may have.
    pub fn family_rules(&self) -> &'static [&'static Rule] {
        match &self.subject {
            Subject::Messages { judgement, .. } => judgement.family.rules,
            Subject::Session { .. } => session::rules::RULES,
            Subject::Hop { .. } => hop::rules::RULES,
        }
    }

    /// Its finding, if it has one.
    pub fn found(&self) -> Option<Found<'_>> {
        match &self.subject {
            Subject::Messages { judgement, .. } => {
                let finding = judgement.finding.as_ref()?;
                let kind = finding.divergence.kind.word();
                Some(Found {
                    at: finding.divergence.at,
                    level: finding.level,
                    title: match &finding.class {
                        Some(class) => format!("{kind} {class}"),
                        None => kind.to_owned(),
                    },
                    direction: finding.direction.clone(),
                    rules: finding.rules.clone(),
                    evidence: finding.evidence,
                    confirmed_by: &finding.confirmed_by,
                    signature: &finding.signature,
                })
            }
            Subject::Session { finding, .. } => {
                let finding = finding.as_ref()?;
                Some(Found {
                    at: finding.at,
                    level: finding.level,
                    title: finding.title(),
                    direction: finding.direction.clone(),
                    rules: finding.reason.rules(),
                    evidence: Evidence::Candidate,
                    confirmed_by: &[],
                    signature: &finding.signature,
                })
            }
            Subject::Hop { finding, .. } => {
                let finding = finding.as_ref()?;
                Some(Found {
                    at: finding.at,
                    level: finding.level,
                    title: finding.title.clone(),
                    direction: finding.direction.clone(),
                    rules: finding.rules.clone(),
                    evidence: Evidence::Candidate,
                    confirmed_by: &[],
                    signature: &finding.signature,
                })
            }
        }
    }

    /// How grave its finding is, if it has one.
    pub fn level(&self) -> Option<Level> {
        match &self.subject {
            Subject::Messages { judgement, .. } => judgement.finding.as_ref().map(|one| one.level),
            Subject::Session { finding, .. } => finding.as_ref().map(|one| one.level),
            Subject::Hop { finding, .. } => finding.as_ref().map(|one| one.level),
        }
    }

    /// Why nobody has judged it; none when somebody has.
    pub fn unjudged(&self) -> Option<&'static str> {
        match &self.subject {
            Subject::Messages { judgement, .. } => judgement.unjudged,
            Subject::Session { .. } | Subject::Hop { .. } => None,
        }
    }

    /// Its finding when it is a warning or an error.
    pub fn grave(&self) -> Option<Found<'_>> {
        self.found().filter(|found| found.level >= Level::Warning)
    }

    /// What a person wrote of it, and where it comes from.
    pub fn about(&self) -> Option<[String; 2]> {
        match &self.subject {
            Subject::Messages { case, .. } => {
                let case = case.as_ref()?;
                let (about, word) = (&case.about, case.expect.word());
                let about = format!("{about} The specification: {word}.");
                Some([about, case.source.clone()])
            }
            Subject::Session { case, .. } => Some([case.about.clone(), case.source.clone()]),
            Subject::Hop { case, .. } => Some([case.about.clone(), case.source.clone()]),
        }
    }

    /// Its picture.
    pub fn draw(&self, palette: &Palette) -> String {
        match &self.subject {
            Subject::Messages {
                input, judgement, ..
            } => picture::draw(judgement, input, palette),
            Subject::Session { case, .. } => crate::session::draw_case(case, palette),
            // That its words name something was seen to when it was read.
            Subject::Hop { case, .. } => match crate::hop::draw_case(case, palette) {
                Ok((picture, _)) => picture,
                Err(what) => format!("{what}\n"),
            },
        }
    }

    /// Its finding as an object.
    pub fn object(&self) -> Option<Value> {
        match &self.subject {
            Subject::Messages {
                input, judgement, ..
            } => {
                let found = json::found(judgement, &self.file, input.len())?;
                serde_json::to_value(found).ok()
            }
            Subject::Session { case, finding } => {
                let finding = finding.as_ref()?;
                Some(finding.object(&self.file, &case.policy_name))
            }
            Subject::Hop { case, finding } => {
                let finding = finding.as_ref()?;
                Some(finding.object(&self.file, case))
            }
        }
    }

    /// Where in the file it is, in bytes: from, and how many. None where the file holds it in other words.
    pub fn region(&self) -> Option<(usize, usize)> {
        match &self.subject {
            Subject::Messages {
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
    pub fn properties(&self) -> Value {
        match &self.subject {
            Subject::Messages { judgement, .. } => {
                judgement.finding.as_ref().map_or(Value::Null, |finding| {
                    json!({
                        "at": finding.divergence.at,
                        "class": finding.class,
                        "classes": finding.classes,
                        "divergence": finding.divergence.kind.word(),
                    })
                })
            }
            Subject::Session { finding, .. } => finding
                .as_ref()
                .map_or(Value::Null, SessionFinding::properties),
            Subject::Hop { finding, .. } => {
                finding.as_ref().map_or(Value::Null, HopFinding::properties)
            }
        }
    }

    /// The file without the place inside it.
    pub fn whole_file(&self) -> &str {
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
pub struct Tally {
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

impl Tally {
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

impl fmt::Display for Tally {
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
            "{all} inputs: {errors} errors, {warnings} warnings, {notes} notes, {agreed} without a finding"
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
