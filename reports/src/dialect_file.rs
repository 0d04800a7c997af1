//! A dialect as a file: what `misframe learn` saves, and `--dialect` takes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use parsers::rule::FIRST_RESTRICTION;
use parsers::unidiff::demands::{self, Demand};
use parsers::unidiff::tree::Manner;
use parsers::{Family, LeniencySet};
use serde::{Deserialize, Serialize};

/// A learned dialect.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectFile {
    /// Whose it is, with the version.
    pub peer: String,
    /// The family.
    pub family: String,
    /// The day on which it was learned.
    pub learned: String,
    /// The leniencies.
    pub leniencies: Vec<String>,
    /// What it demands of a patch beyond its syntax.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<String>,
    /// The restrictions.
    #[serde(default)]
    pub restricts: Vec<String>,
    /// How many cases were asked about.
    pub questions: usize,
    /// How many inputs drawn by chance were asked about after that.
    pub practice: usize,
    /// Of how many other inputs drawn by chance there is a reading.
    pub inputs: usize,
    /// Of how many of them the dialect reads as the peer does.
    pub alike: usize,
    /// Of how many others the peer refuses what the dialect reads on, both alike until then.
    pub stricter: usize,
    /// The cases that nothing found explains.
    pub unexplained: Vec<String>,
    /// What showed each leniency: a case, or the seed and the number of an input drawn by chance.
    pub evidence: BTreeMap<String, String>,
}

impl DialectFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is none.
    pub fn load(path: &Path) -> Result<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        toml::from_str(&text)
            .with_context(|| format!("{name} is no dialect; `misframe learn` writes them"))
    }

    /// As the text of a file.
    ///
    /// # Errors
    /// None that is known of.
    pub fn text(&self) -> Result<String> {
        Ok(toml::to_string(self)?)
    }

    /// What it demands, for patches.
    ///
    /// # Errors
    /// When there is no such demand.
    pub fn demanded(&self) -> Result<Vec<&'static Demand>> {
        let named = |id: &String| {
            demands::named(id).with_context(|| format!("{}: there is no demand {id:?}", self.peer))
        };
        self.demands.iter().map(named).collect()
    }

    /// The leniencies and restrictions, for `family`.
    ///
    /// # Errors
    /// When it is the dialect of another family, or has a leniency or restriction that the family does not have.
    pub fn waives(&self, family: &'static Family) -> Result<LeniencySet> {
        if self.family != family.name {
            bail!(
                "{} is a dialect of {}, not of {}",
                self.peer,
                self.family,
                family.name
            );
        }
        let mut set = LeniencySet::EMPTY;
        let kinds = [
            ("leniency", &self.leniencies),
            ("restriction", &self.restricts),
        ];
        for (kind, ids) in kinds {
            for id in ids {
                let restricts = kind == "restriction";
                let index = family
                    .index(id)
                    .filter(|i| (*i >= FIRST_RESTRICTION) == restricts);
                match index {
                    Some(index) => set.insert(index),
                    None => bail!("{}: {} has no {kind} {id:?}", self.peer, family.name),
                }
            }
        }
        Ok(set)
    }
}

/// The dialect of a peer that predicts what it makes of a tree.
pub struct Declared {
    /// The peer's name.
    pub peer: &'static str,
    /// How it makes a tree of what it reads.
    pub manner: Manner,
    text: &'static str,
}

impl Declared {
    /// As it was learned.
    ///
    /// # Errors
    /// When it is no dialect.
    pub fn file(&self) -> Result<DialectFile> {
        toml::from_str(self.text).with_context(|| format!("{} has no dialect", self.peer))
    }
}

macro_rules! declared {
    ($($peer:literal $manner:ident;)*) => {
        /// The dialects of the peers that build trees, as they were learned.
        pub const DECLARED: &[Declared] = &[$(Declared {
            peer: $peer,
            manner: Manner::$manner,
            text: include_str!(concat!("../../peers/dialects/", $peer, ".toml")),
        }),*];
    };
}

declared! {
    "busybox-patch" Onward;
    "diffy" Whole;
    "flickzeug" Whole;
    "git-am" Mails;
    "git-apply" Exact;
    "gnu-patch" Fuzzy;
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;
    use parsers::http1::REQUEST;

    fn file() -> DialectFile {
        DialectFile {
            peer: "mine 2".to_owned(),
            family: "http1-request".to_owned(),
            learned: "2026-01-31".to_owned(),
            leniencies: vec!["field-lf".to_owned()],
            restricts: vec!["method-known".to_owned()],
            demands: Vec::new(),
            questions: 3,
            practice: 0,
            inputs: 10,
            alike: 9,
            stricter: 1,
            unexplained: Vec::new(),
            evidence: BTreeMap::from([("field-lf".to_owned(), "bare-lf-field-end".to_owned())]),
        }
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, file().text().unwrap()).unwrap();
        let loaded = DialectFile::load(&path).unwrap();
        assert_eq!(loaded.text().unwrap(), file().text().unwrap());
        let waives = loaded.waives(&REQUEST).unwrap();
        assert_eq!(REQUEST.ids(&waives), ["field-lf", "method-known"]);
    }

    #[test]
    fn what_is_no_dialect_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        assert!(DialectFile::load(&path).is_err());
        std::fs::write(&path, "peer = 1").unwrap();
        let told = format!("{:#}", DialectFile::load(&path).unwrap_err());
        assert!(told.contains("misframe learn"), "{told}");
        let mut unknown = file();
        unknown.leniencies.push("field-lff".to_owned());
        assert!(unknown.waives(&REQUEST).is_err());
        let mut misplaced = file();
        misplaced.restricts.push("field-cr".to_owned());
        assert!(misplaced.waives(&REQUEST).is_err());
        unknown.family = "unified-diff".to_owned();
        assert!(unknown.waives(&REQUEST).is_err());
    }
}
