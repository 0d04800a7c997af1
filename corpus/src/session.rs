//! A session case: one file with a schedule or the bounds of an exploration, the policy of the
//! clients, and what results.

use std::path::{Path, PathBuf};

use parsers::session::{Bound, ClientPolicy, Schedule, SessionVerdict};
use serde::Deserialize;

use crate::error::CorpusError;
use crate::file::{self, line_at};

/// One file of `corpus/session`.
#[derive(Clone, Debug)]
pub struct SessionCase {
    /// The name of its file, without `.toml`.
    pub name: String,
    /// What happens, in a sentence.
    pub about: String,
    /// The name of the policy, or its quirks joined by `+`.
    pub policy_name: String,
    /// What it stands for.
    pub policy: ClientPolicy,
    /// What is to be played, and the verdict on it, which is written by hand.
    pub schedule: Option<(Schedule, SessionVerdict)>,
    /// What is to be explored.
    pub explore: Option<Explore>,
    /// Where the story comes from.
    pub source: String,
}

/// What is to be explored, and what is to be found; written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explore {
    /// How far.
    pub bound: Bound,
    /// The verdict on the shortest schedule that ends in a defect, and how many events it has; none
    /// when there is no such schedule.
    pub defect: Option<(SessionVerdict, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    policy: String,
    verdict: Option<String>,
    schedule: Option<toml::Spanned<String>>,
    explore: Option<ExploreTable>,
    #[serde(default)]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExploreTable {
    finds: String,
    events: Option<usize>,
    clients: Option<u8>,
    connections: Option<u8>,
    requests: Option<u8>,
    faults: Option<u8>,
    surplus: Option<u8>,
}

const FIELDS: &str = "the fields are about, policy, verdict, schedule, source, and those of [explore]: \
    finds, events, clients, connections, requests, faults, surplus";

impl SessionCase {
    /// The case that the text of the file at `path` describes.
    ///
    /// # Errors
    /// Text that is not TOML, unknown or missing fields, an unknown policy or verdict, a schedule that
    /// cannot be read, bounds beyond what can be explored.
    pub fn parse(text: &str, path: &Path) -> Result<Self, CorpusError> {
        let wrong = |what: String, fix: &str| CorpusError::case(path, what, fix);
        let name = file::name(path)?;
        let file: File = file::fields(text, path, FIELDS)?;
        let policy = ClientPolicy::named(&file.policy).map_err(|word| {
            let what = format!("policy: {word:?} is neither a policy nor a quirk");
            wrong(what, "see `misframe session policies`")
        })?;
        let schedule = judged(text, path, file.schedule.as_ref(), file.verdict.as_deref())?;
        let explore = file.explore.map(|table| table.read(path)).transpose()?;
        if schedule.is_none() && explore.is_none() {
            let what = "there is nothing to do".to_owned();
            return Err(wrong(
                what,
                "write a schedule and its verdict, or [explore]",
            ));
        }
        Ok(Self {
            name,
            about: file.about,
            policy_name: file.policy,
            policy,
            schedule,
            explore,
            source: file.source,
        })
    }
}

impl SessionCase {
    /// Its file, from which the case that is read is equal to this one.
    pub(crate) fn to_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let mut text = format!(
            "about    = {}\npolicy   = {}\n",
            quoted(&self.about),
            quoted(&self.policy_name)
        );
        let verdict = self.schedule.as_ref().map(|(_, verdict)| verdict);
        if let Some(verdict) = verdict {
            text += &format!("verdict  = \"{}\"\n", verdict.word());
        }
        if !self.source.is_empty() {
            text += &format!("source   = {}\n", quoted(&self.source));
        }
        if let Some((schedule, _)) = &self.schedule {
            let steps = schedule.events.iter().map(|event| schedule.step(event));
            let steps: Vec<_> = steps.collect();
            text += &format!("schedule = '''\n{}\n'''\n", steps.join("\n"));
        }
        if let Some(explore) = &self.explore {
            text += &explore.to_toml();
        }
        text
    }

    /// Writes its file to the folder `dir`, which is created if need be, and returns its path.
    ///
    /// # Errors
    /// A name that no case can have, and those of the file system.
    pub fn save(&self, dir: &Path) -> Result<PathBuf, CorpusError> {
        file::save(dir, &self.name, &self.to_toml())
    }
}

impl Explore {
    /// The table of a file. What is by default is left out.
    fn to_toml(self) -> String {
        let mut text = match self.defect {
            None => "\n[explore]\nfinds = \"clean\"\n".to_owned(),
            Some((verdict, events)) => {
                let word = verdict.word();
                format!("\n[explore]\nfinds = \"{word}\"\nevents = {events}\n")
            }
        };
        let (bound, usual) = (self.bound, Bound::default());
        for (name, given, usual) in [
            ("clients", bound.clients, usual.clients),
            ("connections", bound.connections, usual.connections),
            ("requests", bound.requests, usual.requests),
            ("faults", bound.faults, usual.faults),
            ("surplus", bound.surplus, usual.surplus),
        ] {
            if given != usual {
                text += &format!("{name} = {given}\n");
            }
        }
        text
    }
}

impl ExploreTable {
    fn read(self, path: &Path) -> Result<Explore, CorpusError> {
        let bound = Bound::default();
        let bound = Bound {
            clients: self.clients.unwrap_or(bound.clients),
            connections: self.connections.unwrap_or(bound.connections),
            requests: self.requests.unwrap_or(bound.requests),
            faults: self.faults.unwrap_or(bound.faults),
            surplus: self.surplus.unwrap_or(bound.surplus),
            ..bound
        };
        if let Err(what) = bound.check() {
            return Err(CorpusError::case(path, what, "explore less"));
        }
        let defect = match (self.finds.as_str(), self.events) {
            ("clean", None) => None,
            ("clean", Some(_)) => {
                let what = "what is clean has no number of events";
                return Err(CorpusError::case(path, what, "remove it"));
            }
            (_, None) => {
                let what = "it does not say how many events the shortest schedule has";
                return Err(CorpusError::case(path, what, "write events = N"));
            }
            (word, Some(events)) => Some((named(word, path)?, events)),
        };
        Ok(Explore { bound, defect })
    }
}

/// The verdict that this word stands for.
///
/// # Errors
/// A word that is none, with those that there are.
fn named(word: &str, path: &Path) -> Result<SessionVerdict, CorpusError> {
    SessionVerdict::named(word).ok_or_else(|| {
        let known: Vec<_> = SessionVerdict::ALL
            .iter()
            .map(SessionVerdict::word)
            .collect();
        let what = format!("{word:?} is no verdict");
        CorpusError::case(path, what, format!("there are {}", known.join(", ")))
    })
}

/// The schedule of a case, and the verdict on it.
///
/// # Errors
/// One without the other, a schedule that cannot be read, a word that is no verdict.
pub(crate) fn judged(
    text: &str,
    path: &Path,
    schedule: Option<&toml::Spanned<String>>,
    verdict: Option<&str>,
) -> Result<Option<(Schedule, SessionVerdict)>, CorpusError> {
    let wrong = |what: String, fix: &str| CorpusError::case(path, what, fix);
    let verdict = verdict.map(|word| named(word, path)).transpose()?;
    let schedule = schedule.map(|schedule| read(text, schedule));
    let schedule = schedule
        .transpose()
        .map_err(|what| wrong(what, "docs/sessions.md says how schedules are written"))?;
    match (schedule, verdict) {
        (Some(schedule), Some(verdict)) => Ok(Some((schedule, verdict))),
        (None, None) => Ok(None),
        _ => {
            let what = "it has only one of schedule and verdict".to_owned();
            Err(wrong(what, "write both or neither"))
        }
    }
}

/// The schedule in a case; errors name the line of the file.
fn read(text: &str, schedule: &toml::Spanned<String>) -> Result<Schedule, String> {
    Schedule::parse(schedule.get_ref()).map_err(|mut error| {
        let source = text.get(schedule.span()).unwrap_or_default();
        let after_quotes = source.trim_start_matches(['\'', '"']);
        // TOML drops the line break right after the opening quotes.
        let dropped = after_quotes.starts_with('\n') || after_quotes.starts_with("\r\n");
        error.line += line_at(text, schedule.span().start) - 1 + usize::from(dropped);
        error.to_string()
    })
}

/// The session case in one file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &Path) -> Result<SessionCase, CorpusError> {
    let text = file::read_text(path, file::TEXT_LIMIT)?;
    SessionCase::parse(&text, path)
}

/// The session cases under `corpus`, sorted by name.
///
/// # Errors
/// Everything that is wrong with them, together; no case at all.
pub fn load_all(corpus: &Path) -> Result<Vec<SessionCase>, CorpusError> {
    file::load_folder(&corpus.join("session"), load)
}
