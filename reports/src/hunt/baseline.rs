//! The baseline: the findings that are known, each with the input that shows it and with what was decided about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use corpus::escape;
use corpus::file::write_atomically;
use parsers::{Family, Signature};
use serde::{Deserialize, Serialize};

use super::rivals::Rivals;
use crate::judge::ask::PeerChoice;
use crate::judge::finding::{LONGER, SHORTER, STRICT};

/// Where the baseline of this repository is.
pub const BASELINE: &str = "reports/baseline";

/// What was decided about a known finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingStatus {
    /// Nothing yet.
    Open,
    /// It was reported there.
    Reported(String),
    /// It stays as it is.
    Accepted,
    /// This version has it no more.
    Fixed(String),
}

/// One known finding.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFinding {
    /// The text of its signature.
    pub signature: String,
    /// The day on which it was first seen, as in 2026-01-31.
    pub since: String,
    /// What was decided, as [`FindingStatus`] in words: `open`, `reported LINK`, `accepted` or `fixed VERSION`.
    pub status: String,
    /// Which peers end a message where, with their versions, in a sentence.
    pub witnesses: String,
    /// The input, in the escapes of case files.
    pub input: String,
}

/// The known findings of one family, by signature.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    rows: BTreeMap<Signature, KnownFinding>,
}

/// The file.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    #[serde(default)]
    finding: Vec<KnownFinding>,
}

impl FindingStatus {
    /// The status in these words.
    ///
    /// # Errors
    /// When they are none, with those that there are.
    pub fn parse(words: &str) -> Result<Self, String> {
        let (word, rest) = words.split_once(' ').unwrap_or((words, ""));
        match (word, rest.trim()) {
            ("open", "") => Ok(Self::Open),
            ("accepted", "") => Ok(Self::Accepted),
            ("reported", link) if !link.is_empty() => Ok(Self::Reported(link.to_owned())),
            ("fixed", version) if !version.is_empty() => Ok(Self::Fixed(version.to_owned())),
            _ => Err(format!(
                "{words:?} is no status; write open, reported LINK, accepted or fixed VERSION"
            )),
        }
    }

    /// The words of it.
    pub fn words(&self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::Reported(link) => format!("reported {link}"),
            Self::Accepted => "accepted".to_owned(),
            Self::Fixed(version) => format!("fixed {version}"),
        }
    }
}

impl KnownFinding {
    /// The bytes of its input.
    ///
    /// # Errors
    /// When its text stands for no bytes.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        escape::decode(&self.input).map_err(|error| anyhow::anyhow!("{}: {error}", self.signature))
    }
}

impl Baseline {
    /// The baseline of a family in `folder`; empty where there is none.
    ///
    /// # Errors
    /// When its file cannot be read, or a row is wrong.
    pub fn load(folder: &Path, family: &str) -> Result<Self> {
        let path = file_of(folder, family);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let of = || format!("{} is no baseline", path.display());
        let file: BaselineFile = toml::from_str(&text).with_context(of)?;
        let mut baseline = Self::default();
        for row in file.finding {
            let signature: Signature = match row.signature.parse() {
                Ok(signature) => signature,
                Err(error) => bail!("{}: {error}", of()),
            };
            if signature.family != family {
                bail!("{}: {signature} is of another family", path.display());
            }
            FindingStatus::parse(&row.status)
                .map_err(|error| anyhow::anyhow!("{}: {signature}: {error}", path.display()))?;
            row.bytes().with_context(of)?;
            if baseline.rows.insert(signature, row).is_some() {
                bail!("{}: a signature is there twice", path.display());
            }
        }
        Ok(baseline)
    }

    /// Writes it to `folder`, in the order of the signatures.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, folder: &Path, family: &str) -> Result<()> {
        let file = BaselineFile {
            finding: self.rows.values().cloned().collect(),
        };
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = file_of(folder, family);
        let text = toml::to_string_pretty(&file)?;
        write_atomically(&path, text.as_bytes())?;
        Ok(())
    }

    /// Adds a row, in the place of the one with the same signature.
    ///
    /// # Errors
    /// When the signature of the row is none.
    pub fn insert(&mut self, row: KnownFinding) -> Result<()> {
        let signature = row.signature.parse();
        let signature = signature.map_err(|error| anyhow::anyhow!("{}: {error}", row.signature))?;
        self.rows.insert(signature, row);
        Ok(())
    }

    /// Keeps the rows with these signatures only.
    pub fn retain(&mut self, is_kept: impl Fn(&Signature) -> bool) {
        self.rows.retain(|signature, _| is_kept(signature));
    }

    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = (&Signature, &KnownFinding)> {
        self.rows.iter()
    }

    /// The known signature that explains this one: itself, else one with the same kind of divergence that needs less. A
    /// finding that was fixed is new again.
    pub fn explains(&self, signature: &Signature) -> Option<&Signature> {
        let is_fixed = |row: &KnownFinding| row.status.starts_with("fixed ");
        let mut rows = self.rows.iter().filter(|(_, row)| !is_fixed(row));
        let exact = self.rows.get_key_value(signature);
        if let Some((known, _)) = exact.filter(|(_, row)| !is_fixed(row)) {
            return Some(known);
        }
        rows.find_map(|(known, _)| is_implied(signature, known).then_some(known))
    }
}

/// Where the baseline of a family is.
fn file_of(folder: &Path, family: &str) -> PathBuf {
    folder.join(format!("{family}.toml"))
}

/// Whether readers that disagree as `known` says would disagree as `signature` says too: the divergence is of the same kind,
/// and each side needs the same leniencies or more of them. What both sides need separates nothing.
pub(crate) fn is_implied(signature: &Signature, known: &Signature) -> bool {
    let (Some(all), Some(fewer)) = (sides(signature), sides(known)) else {
        return signature == known;
    };
    let needs = |all: &[String], fewer: &[String]| fewer.iter().all(|id| all.contains(id));
    is_of_one_kind(signature, known)
        && fewer.iter().any(|side| !side.is_empty())
        && all.iter().zip(&fewer).all(|(all, fewer)| needs(all, fewer))
}

fn is_of_one_kind(signature: &Signature, other: &Signature) -> bool {
    (&signature.family, &signature.kind) == (&other.family, &other.kind)
}

/// What the longer reading alone needs, and what the shorter one alone needs; none where the signature has no such reasons.
fn sides(signature: &Signature) -> Option<[Vec<String>; 2]> {
    let side = |label: &str| -> Option<Vec<String>> {
        let ids = signature.reason(label)?.split('+');
        Some(ids.map(str::to_owned).collect())
    };
    let (longer, shorter) = (side(LONGER)?, side(SHORTER)?);
    let only = |side: &[String], other: &[String]| {
        let ids = side
            .iter()
            .filter(|id| !other.contains(id) && *id != STRICT);
        ids.cloned().collect::<Vec<_>>()
    };
    Some([only(&longer, &shorter), only(&shorter, &longer)])
}

/// The rows of a family about whose inputs no two of today's linked peers disagree any more. `peers` are those that judge in a hunt, as the user named
/// them.
///
/// # Errors
/// When the input of a row stands for no bytes.
pub fn no_longer_seen<'b>(
    family: &'static Family,
    baseline: &'b Baseline,
    peers: &[PeerChoice],
) -> Result<Vec<&'b Signature>> {
    let mut rivals = Rivals::open(family, peers);
    let mut gone = Vec::new();
    for (signature, row) in baseline.rows() {
        if rivals.signatures(&row.bytes()?).is_empty() {
            gone.push(signature);
        }
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn row(signature: &str, status: &str) -> KnownFinding {
        KnownFinding {
            signature: signature.to_owned(),
            since: "2026-01-31".to_owned(),
            status: status.to_owned(),
            witnesses: "Peers end message 1 at 1: a 1; at 2: b 2.".to_owned(),
            input: r"GET / HTTP/1.1\r\n\xff".to_owned(),
        }
    }

    const KNOWN: &str = "http1-request/boundary/-/longer:trailer-lf-kept/shorter:trailer-lf";

    #[test]
    fn a_baseline_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut baseline = Baseline::default();
        baseline
            .insert(row(KNOWN, "reported https://example.org/1"))
            .unwrap();
        baseline.save(folder.path(), "http1-request").unwrap();
        let back = Baseline::load(folder.path(), "http1-request").unwrap();
        let rows: Vec<_> = back.rows().collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows.first().unwrap().0.to_string(), KNOWN);
        assert_eq!(
            rows.first().unwrap().1.bytes().unwrap(),
            b"GET / HTTP/1.1\r\n\xff"
        );
        let none = Baseline::load(folder.path(), "unified-diff").unwrap();
        assert_eq!(none.rows().count(), 0);
        for (old, new) in [
            ("reported https://example.org/1", "maybe"),
            ("boundary", ""),
        ] {
            let path = folder.path().join("http1-request.toml");
            let text = fs::read_to_string(&path).unwrap();
            fs::write(&path, text.replace(old, new)).unwrap();
            assert!(
                Baseline::load(folder.path(), "http1-request").is_err(),
                "{old}"
            );
            fs::write(&path, text).unwrap();
        }
    }

    #[test]
    fn a_known_finding_explains_those_that_need_more() {
        let mut baseline = Baseline::default();
        baseline.insert(row(KNOWN, "open")).unwrap();
        let of = "http1-request/boundary";
        for (signature, is_known) in [
            (KNOWN.to_owned(), true),
            (
                format!("{of}/-/longer:host-many+trailer-lf-kept/shorter:host-many+trailer-lf"),
                true,
            ),
            (
                format!("{of}/te-0/longer:trailer-lf-kept/shorter:trailer-lf+host-none"),
                true,
            ),
            (
                format!("{of}/-/longer:trailer-lf-kept/shorter:unexplained"),
                false,
            ),
            (
                format!("{of}/-/longer:trailer-lf/shorter:trailer-lf-kept"),
                false,
            ),
            (
                "http1-request/stall/-/longer:trailer-lf-kept/shorter:trailer-lf".to_owned(),
                false,
            ),
            (
                "unified-diff/boundary/-/longer:trailer-lf-kept/shorter:trailer-lf".to_owned(),
                false,
            ),
            ("http1-request/cut/-/peer:a".to_owned(), false),
        ] {
            let explained = baseline.explains(&signature.parse().unwrap());
            assert_eq!(explained.is_some(), is_known, "{signature}");
        }
        baseline.insert(row(KNOWN, "fixed 2.0")).unwrap();
        assert_eq!(baseline.explains(&KNOWN.parse().unwrap()), None);
    }

    #[test]
    fn a_status_has_what_it_needs() {
        for words in [
            "open",
            "accepted",
            "reported https://example.org/1",
            "fixed 1.2",
        ] {
            assert_eq!(FindingStatus::parse(words).unwrap().words(), words);
        }
        for words in ["", "reported", "fixed ", "open now", "closed"] {
            assert!(FindingStatus::parse(words).is_err(), "{words}");
        }
    }

    #[test]
    fn a_row_that_no_peer_shows_is_named() {
        let shows = KnownFinding {
            input: r"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            ..row(KNOWN, "open")
        };
        let other = "http1-request/boundary/-/longer:host-none/shorter:host-many";
        let mut baseline = Baseline::default();
        baseline.insert(shows).unwrap();
        baseline.insert(row(other, "open")).unwrap();
        let peers = ["hyper", "http-parser"].map(|name| PeerChoice::named(name).unwrap());
        let gone = no_longer_seen(&parsers::http1::REQUEST, &baseline, &peers).unwrap();
        let gone: Vec<_> = gone.iter().map(ToString::to_string).collect();
        assert_eq!(gone, [other]);
    }
}
