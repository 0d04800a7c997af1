//! A dialect as a file: what `misframe learn` saves, and `--dialect` takes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use corpus::escape;
use corpus::file::{TEXT_LIMIT, read_text};
use parsers::core::rule::FIRST_RESTRICTION;
use parsers::unidiff::demands::{self, PatchDemand};
use parsers::{FAMILIES, Family, LeniencySet};
use peers::Role;
use serde::{Deserialize, Serialize};

/// A learned dialect.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DialectFile {
    /// Whose it is, with the version.
    pub peer: String,
    /// The family.
    #[serde(with = "family_name")]
    pub family: &'static Family,
    /// The day on which it was learned.
    pub learned: String,
    /// What the peer is in real life; none where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether the peer is widely deployed as it was learned: with its own framing, and in a usual setting.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deployed: bool,
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
    /// `bytes` where the peer was given one byte at a time; it may read otherwise what it is given at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<String>,
    /// What settles the other inputs drawn by chance on which the dialect was held against the peer.
    #[serde(default)]
    pub seed: u64,
    /// Of how many of them there is a reading.
    pub inputs: usize,
    /// Of how many of them the dialect reads as the peer does.
    pub alike: usize,
    /// Of how many others the peer rejects what the dialect reads on, both alike until then.
    pub stricter: usize,
    /// The cases that nothing found explains.
    pub unexplained: Vec<String>,
    /// What showed each leniency: a case, or the seed and the number of an input drawn by chance.
    pub evidence: BTreeMap<String, String>,
}

/// A family as its name in a file.
pub(crate) mod family_name {
    use parsers::Family;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(family: &Family, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(family.name)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<&'static Family, D::Error> {
        let name = String::deserialize(from)?;
        let family = Family::named(&name);
        family.ok_or_else(|| D::Error::custom(format_args!("there is no family {name:?}")))
    }
}

impl DialectFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is none.
    pub fn load(path: &Path) -> Result<Self> {
        let name = path.display();
        let text = read_text(path, TEXT_LIMIT)?;
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
    pub fn demanded(&self) -> Result<Vec<&'static PatchDemand>> {
        let named = |id: &String| {
            demands::named(id).with_context(|| format!("{}: there is no demand {id:?}", self.peer))
        };
        self.demands.iter().map(named).collect()
    }

    /// The leniencies and restrictions, for `family`.
    ///
    /// # Errors
    /// When it is the dialect of another family, or has a leniency or restriction that the family does not have.
    pub fn relaxes(&self, family: &'static Family) -> Result<LeniencySet> {
        if self.family != family {
            bail!(
                "{} is a dialect of {}, not of {}",
                self.peer,
                self.family.name,
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

/// A dialect that a user has asked for.
pub struct AskedDialect {
    /// What to call it: `like` and the name of the peer, or `+` before each leniency and restriction.
    pub name: String,
    /// The leniencies and restrictions.
    pub relaxes: LeniencySet,
}

/// The set of leniencies and restrictions named by `ids`, which are separated by commas or plus signs.
///
/// # Errors
/// The first id that the family does not know.
pub(crate) fn leniencies(family: &'static Family, ids: &str) -> Result<LeniencySet, String> {
    let mut set = LeniencySet::EMPTY;
    let ids = ids.split([',', '+']).map(str::trim);
    for id in ids.filter(|id| !id.is_empty()) {
        match family.index(id) {
            Some(index) => set.insert(index),
            None => return Err(id.to_owned()),
        }
    }
    Ok(set)
}

/// The dialect that a user names for `family`: a file, or ids separated by commas or plus signs.
///
/// # Errors
/// When there is no such file, leniency or restriction, or the file is of another family.
pub(crate) fn asked(family: &'static Family, named: &str) -> Result<AskedDialect> {
    if named.ends_with(".toml") {
        let file = DialectFile::load(Path::new(named))?;
        return Ok(AskedDialect {
            relaxes: file.relaxes(family)?,
            name: format!("like {}", escape::display_text(&file.peer)),
        });
    }
    let relaxes = leniencies(family, named).map_err(|id| {
        anyhow!(
            "{} has no leniency or restriction {id:?}; `misframe rules` lists them",
            family.name
        )
    })?;
    if relaxes.is_empty() {
        bail!("{named:?} names no leniency and no restriction; `misframe rules` lists them");
    }
    Ok(AskedDialect {
        name: format!("+{}", family.ids(&relaxes).join("+")),
        relaxes,
    })
}

/// As `asked`, where several families are read: those of the dialects that are for this one.
///
/// # Errors
/// As `asked`, for a dialect that is for no family.
pub fn asked_of(family: &'static Family, named: &[String]) -> Result<Vec<AskedDialect>> {
    let mut dialects = Vec::new();
    for name in named {
        match asked(family, name) {
            Ok(dialect) => dialects.push(dialect),
            Err(error) => {
                let is_for = |other: &&&'static Family| asked(other, name).is_ok();
                if FAMILIES.iter().find(is_for).is_none() {
                    return Err(error);
                }
            }
        }
    }
    Ok(dialects)
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;
    use parsers::http1::REQUEST;
    use parsers::unidiff::UNIFIED;

    fn file() -> DialectFile {
        DialectFile {
            peer: "mine 2".to_owned(),
            family: &REQUEST,
            learned: "2026-01-31".to_owned(),
            role: Some(Role::Server),
            deployed: true,
            leniencies: vec!["field-lf".to_owned()],
            restricts: vec!["method-known".to_owned()],
            demands: Vec::new(),
            questions: 3,
            practice: 0,
            pieces: None,
            seed: 3,
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
        let relaxes = loaded.relaxes(&REQUEST).unwrap();
        assert_eq!(REQUEST.ids(&relaxes), ["field-lf", "method-known"]);
    }

    #[test]
    fn a_dialect_is_asked_for_by_a_file_or_by_ids() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, file().text().unwrap()).unwrap();
        let path = path.to_str().unwrap().to_owned();
        let of_file = asked(&REQUEST, &path).unwrap();
        assert_eq!(of_file.name, "like mine 2");
        let of_ids = asked(&REQUEST, "method-known,field-lf").unwrap();
        assert_eq!(of_ids.name, "+field-lf+method-known");
        assert_eq!(of_file.relaxes, of_ids.relaxes);
        // What is for another family is left out there, and what is for none is not.
        let named = [path, "field-lf".to_owned()];
        assert_eq!(asked_of(&UNIFIED, &named).unwrap().len(), 0);
        assert_eq!(asked_of(&REQUEST, &named).unwrap().len(), 2);
        assert!(asked_of(&UNIFIED, &["kindness".to_owned()]).is_err());
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
        assert!(unknown.relaxes(&REQUEST).is_err());
        let mut misplaced = file();
        misplaced.restricts.push("field-cr".to_owned());
        assert!(misplaced.relaxes(&REQUEST).is_err());
        unknown.family = &UNIFIED;
        assert!(unknown.relaxes(&REQUEST).is_err());
    }
}
