//! What confirms a finding: the live chains whose back's own log has shown it, kept beside its case.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use corpus::Case;
use corpus::file::{TEXT_LIMIT, read};
use peers::live::chain::ChainDivergence;
use peers::live::front::Canary;
use serde::{Deserialize, Serialize};

/// The extension of the file beside a case.
const EXTENSION: &str = "chains.json";

/// How it is known that the groups disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Our own parsers only.
    Candidate,
    /// Peers that are linked or run as a subprocess.
    Reproduced,
    /// Live servers, clients or tools.
    Confirmed,
}

impl Evidence {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Reproduced => "reproduced",
            Self::Confirmed => "confirmed",
        }
    }
}

/// A chain that has shown a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The proxy in front.
    pub front: String,
    /// Its version.
    pub front_version: String,
    /// The server behind it.
    pub back: String,
    /// Its version.
    pub back_version: String,
    /// When the canary was sent, as [`Canary::word`] has it.
    pub canary: String,
    /// How the back's log departs from what the front meant.
    pub direction: String,
    /// The method and the target of the request about which it does.
    pub request: String,
}

impl Confirmation {
    /// By `front` before `back`, each a name and a version: how the back's log departed from what was meant.
    pub fn of(
        front: [&str; 2],
        back: [&str; 2],
        canary: Canary,
        divergences: &[ChainDivergence],
    ) -> Vec<Self> {
        let divergences = divergences.iter().map(|divergence| Self {
            front: front[0].to_owned(),
            front_version: front[1].to_owned(),
            back: back[0].to_owned(),
            back_version: back[1].to_owned(),
            canary: canary.word().to_owned(),
            direction: divergence.direction.word().to_owned(),
            request: divergence.line.to_string(),
        });
        divergences.collect()
    }

    /// The chain and what it showed, in a phrase without hostile bytes.
    pub(crate) fn phrase(&self) -> String {
        corpus::escape::display_text(&format!(
            "{} {} before {} {} ({}: {} {})",
            self.front,
            self.front_version,
            self.back,
            self.back_version,
            self.canary,
            self.direction,
            self.request
        ))
    }
}

/// Whether a file holds what confirms a case, and is no input.
pub fn is_beside_a_case(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.ends_with(&format!(".{EXTENSION}")))
}

/// What confirms the case in this file; nothing where nothing is kept.
///
/// # Errors
/// When it cannot be read, or holds something else.
pub fn load(case: &Path) -> Result<BTreeSet<Confirmation>> {
    let path = case.with_extension(EXTENSION);
    let name = path.display();
    if fs::symlink_metadata(&path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(BTreeSet::new());
    }
    let text = read(&path, TEXT_LIMIT)?;
    serde_json::from_slice(&text).with_context(|| {
        format!("{name} holds no chains; remove it, and `misframe chain --keep` writes it anew")
    })
}

/// Keeps a case in the folder `out`, in one of its family's name, with what confirms it, beside what did before.
///
/// # Errors
/// When that cannot be written.
pub fn keep(out: &Path, case: &Case, confirmed: &[Confirmation]) -> Result<PathBuf> {
    let folder = out.join(case.family.name);
    let file = folder.join(format!("{}.toml", case.name));
    let mut all = load(&file)?;
    all.extend(confirmed.iter().cloned());
    let text = corpus::escape::json_pretty(&all)?;
    // What confirms it comes first: a case that is there is whole.
    corpus::file::write_atomically(
        &file.with_extension(EXTENSION),
        format!("{text}\n").as_bytes(),
    )?;
    if !file.exists() {
        case.save(&folder)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use peers::live::chain::Direction;
    use peers::live::front::UnderstoodRequest;

    use super::*;

    #[test]
    fn chains_are_kept_beside_a_case_and_come_together() {
        let out = tempfile::tempdir().unwrap();
        let corpus = corpus::find_corpus(Path::new(".")).unwrap();
        let file = corpus.join("http1-request/cl-te.toml");
        let case = corpus::case::load(&file, &parsers::http1::REQUEST).unwrap();
        assert!(load(&file).unwrap().is_empty());
        let line = |target: &str| UnderstoodRequest {
            method: "GET".to_owned(),
            target: target.to_owned(),
        };
        let by = |back: &str, target: &str| {
            let divergence = ChainDivergence {
                direction: Direction::Extra,
                line: line(target),
            };
            Confirmation::of(["f", "1"], [back, "2"], Canary::SameWrite, &[divergence])
        };
        let mut kept = PathBuf::new();
        for confirmed in [by("b", "/x"), by("a", "/\u{1b}"), by("b", "/x")] {
            kept = keep(out.path(), &case, &confirmed).unwrap();
        }
        let phrases: Vec<_> = load(&kept)
            .unwrap()
            .iter()
            .map(Confirmation::phrase)
            .collect();
        let expected = [
            "f 1 before a 2 (same-write: extra GET /\\u{1b})",
            "f 1 before b 2 (same-write: extra GET /x)",
        ];
        assert_eq!(phrases, expected);
        assert!(is_beside_a_case(&kept.with_extension(EXTENSION)));
        assert!(!is_beside_a_case(&kept));
        fs::write(kept.with_extension(EXTENSION), "[{}]").unwrap();
        assert!(load(&kept).is_err());
    }
}
