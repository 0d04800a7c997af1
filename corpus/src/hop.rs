//! A case about hops: one file with what is sent along a route, or with a schedule of what a hop does towards the next,
//! and what results.

use std::path::{Path, PathBuf};

use parsers::hop::{Hop, HopPolicy, HopReader, Route};
use parsers::session::{Schedule, SessionVerdict};
use serde::Deserialize;

use crate::case::quote;
use crate::error::CorpusError;
use crate::escape;
use crate::file::{self, decode_input};
use crate::session::judged;

/// One file of `corpus/hop`.
#[derive(Clone, Debug)]
pub struct HopCase {
    /// The name of its file, without `.toml`.
    pub name: String,
    /// What happens, in a sentence.
    pub about: String,
    /// The hops.
    pub hops: Vec<NamedHop>,
    /// The reader at the end of the route.
    pub last: String,
    /// Whether the origin answers an upgrade with 101.
    pub grants_upgrade: bool,
    /// The beginning of the targets that no hop lets through; empty for none.
    pub forbids: String,
    /// What is sent along the route, and what is found, in the words of `parsers::hop::Finding`; written by hand.
    pub input: Option<(Vec<u8>, Vec<String>)>,
    /// What the one hop does towards the next, and the verdict on it, which is written by hand.
    pub schedule: Option<(Schedule, SessionVerdict)>,
    /// The cases of the faults of which this is a cure.
    pub cures: Vec<String>,
    /// Where it comes from.
    pub source: String,
}

/// A hop by the names of its reader and of its policy.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct NamedHop {
    /// A parser, or leniencies joined by `,`.
    #[serde(default = "strict")]
    pub reader: String,
    /// A policy, or quirks joined by `+`.
    #[serde(default = "careful")]
    pub policy: String,
}

fn strict() -> String {
    "strict".to_owned()
}

fn careful() -> String {
    "careful".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    about: String,
    hops: Vec<NamedHop>,
    #[serde(default = "strict")]
    last: String,
    #[serde(default)]
    upgrade: Upgrade,
    #[serde(default)]
    forbids: String,
    finds: Option<Vec<String>>,
    input: Option<toml::Spanned<String>>,
    verdict: Option<String>,
    schedule: Option<toml::Spanned<String>>,
    #[serde(default)]
    cures: Vec<String>,
    #[serde(default)]
    source: String,
}

/// What the origin answers to an upgrade.
#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Upgrade {
    #[default]
    Rejected,
    Switched,
}

const FIELDS: &str = "the fields are about, hops (of reader, policy), last, upgrade, forbids, finds, input, verdict, \
    schedule, cures, source";

impl HopCase {
    /// The case that the text of the file at `path` describes.
    ///
    /// # Errors
    /// Text that is not TOML, unknown or missing fields, an unknown reader, policy or verdict, an input or a schedule
    /// that cannot be read.
    pub fn parse(text: &str, path: &Path) -> Result<Self, CorpusError> {
        let wrong = |what: String, fix: &str| CorpusError::case(path, what, fix);
        let name = file::name(path)?;
        let file: File = file::fields(text, path, FIELDS)?;
        let input = match (file.input, file.finds) {
            (Some(input), Some(finds)) => {
                let bytes = decode_input(text, &input)
                    .map_err(|what| wrong(what, "write the byte as one of these escapes"))?;
                Some((bytes, finds))
            }
            (None, None) => None,
            _ => {
                return Err(wrong(
                    "it has only one of input and finds".to_owned(),
                    "write both or neither",
                ));
            }
        };
        let schedule = judged(text, path, file.schedule.as_ref(), file.verdict.as_deref())?;
        let case = Self {
            name,
            about: file.about,
            hops: file.hops,
            last: file.last,
            grants_upgrade: file.upgrade == Upgrade::Switched,
            forbids: file.forbids,
            input,
            schedule,
            cures: file.cures,
            source: file.source,
        };
        case.check(path)?;
        Ok(case)
    }

    fn check(&self, path: &Path) -> Result<(), CorpusError> {
        let wrong = |what: String, fix: &str| Err(CorpusError::case(path, what, fix));
        if let Err(what) = self.route() {
            return wrong(what, "see `misframe hop policies` and `misframe rules`");
        }
        if self.input.is_none() && self.schedule.is_none() {
            let what = "there is nothing to do".to_owned();
            return wrong(
                what,
                "write an input and what it finds, or a schedule and its verdict",
            );
        }
        if self.schedule.is_some() && self.hops.len() != 1 {
            let what = format!(
                "a schedule is that of one hop, and there are {}",
                self.hops.len()
            );
            return wrong(what, "name one");
        }
        Ok(())
    }

    /// The route.
    ///
    /// # Errors
    /// The word that names no reader, or no policy.
    pub fn route(&self) -> Result<Route, String> {
        let reader = |name: &str| {
            let unknown = |word| format!("{word:?} is neither a parser nor a leniency of requests");
            HopReader::named(name).map_err(unknown)
        };
        let mut hops = Vec::new();
        for named in &self.hops {
            let policy = HopPolicy::named(&named.policy);
            hops.push(Hop {
                reader: reader(&named.reader)?,
                policy: policy
                    .map_err(|word| format!("{word:?} is neither a policy nor a quirk"))?,
            });
        }
        Ok(Route {
            hops,
            last: reader(&self.last)?,
            grants_upgrade: self.grants_upgrade,
            forbids: self.forbids.as_bytes().to_vec(),
        })
    }

    /// The text of its file. Schedules are not written: what is found by chance has none.
    pub(crate) fn to_toml(&self) -> String {
        let list = |words: &mut dyn Iterator<Item = String>| words.collect::<Vec<_>>().join(", ");
        let hop = |hop: &NamedHop| {
            let (reader, policy) = (quote(&hop.reader), quote(&hop.policy));
            format!("{{ reader = {reader}, policy = {policy} }}")
        };
        let mut text = format!(
            "about  = {}\nhops   = [{}]\nlast   = {}\n",
            quote(&self.about),
            list(&mut self.hops.iter().map(hop)),
            quote(&self.last)
        );
        if self.grants_upgrade {
            text += "upgrade = \"switched\"\n";
        }
        if !self.forbids.is_empty() {
            text += &format!("forbids = {}\n", quote(&self.forbids));
        }
        if !self.source.is_empty() {
            text += &format!("source = {}\n", quote(&self.source));
        }
        if let Some((input, finds)) = &self.input {
            let finds = list(&mut finds.iter().map(|words| quote(words)));
            let input = escape::encode(input);
            text += &format!("finds  = [{finds}]\ninput  = '''\n{input}'''\n");
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

    /// A finding in the words in which `finds` has it.
    pub fn words(&self, finding: &parsers::hop::OracleFinding) -> String {
        escape::display(&finding.words(self.hops.len()))
    }
}

/// The case in one file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &Path) -> Result<HopCase, CorpusError> {
    let text = file::read_text(path, file::TEXT_LIMIT)?;
    HopCase::parse(&text, path)
}

/// The cases under `corpus`, sorted by name.
///
/// # Errors
/// Everything that is wrong with them, together; no case at all.
pub fn load_all(corpus: &Path) -> Result<Vec<HopCase>, CorpusError> {
    file::load_folder(&corpus.join("hop"), load)
}
