//! A hunt compared with the baseline: what is new, what is known, and what of that today's peers show no more.

use std::fs;
use std::path::Path;

use anyhow::Result;
use corpus::lock::together;
use corpus::number::thousands;
use parsers::Signature;

use super::baseline::{Baseline, is_implied, no_longer_seen};
use super::record::PENDING;
use super::subject::Subject;
use super::summary::HuntTally;
use crate::judge::ask::PeerChoice;

/// How the findings of a hunt relate to the baseline.
pub(crate) struct Compared {
    new: usize,
    known: usize,
    /// The signatures that no peer shows any more.
    gone: Vec<String>,
}

impl Compared {
    /// Compares the findings of `families` with the baseline in `folder`. Rows that the hunt has not come across are shown to
    /// the peers, as the user named them.
    ///
    /// # Errors
    /// When the baseline cannot be read.
    pub fn of(
        folder: &Path,
        families: &[&'static dyn Subject],
        peers: &[String],
        tally: &HuntTally,
    ) -> Result<Self> {
        let named = peers.iter().filter_map(|name| PeerChoice::named(name).ok());
        let named: Vec<_> = named.collect();
        let (mut known, mut gone) = (0, Vec::new());
        for subject in families {
            let mut baseline = Baseline::load(folder, subject.name())?;
            let all = baseline.rows().count();
            baseline.retain(|signature| !tally.known.contains(signature));
            let of_family = match subject.family() {
                Some(family) => no_longer_seen(family, &baseline, &named)?,
                None => Vec::new(),
            };
            known += all - of_family.len();
            gone.extend(of_family.iter().map(ToString::to_string));
        }
        Ok(Self {
            new: tally.kept.len(),
            known,
            gone,
        })
    }

    /// The counts in a line, and a line for each that is gone.
    pub fn text(&self) -> String {
        let counts = [self.new, self.known, self.gone.len()].map(|count| thousands(count as u64));
        let [new, known, gone] = counts;
        let mut text = format!("{new} new, {known} known, {gone} known no longer seen");
        for signature in &self.gone {
            text.push_str(&format!("\n    no longer seen: {signature}"));
        }
        text
    }
}

impl HuntTally {
    /// Removes the findings that another one explains, with their cases in `out`: another worker may have found that one, or
    /// this one may have found it later.
    pub(crate) fn fold(&mut self, out: &Path) {
        let is_folded = |signature: &&Signature| {
            let mut others = self.reproduced.keys().filter(|other| other != signature);
            others.any(|other| {
                // Of two that explain each other, the first stays.
                is_implied(signature, other)
                    && (!is_implied(other, signature) || other < *signature)
            })
        };
        let folded: Vec<_> = self.reproduced.keys().filter(is_folded).cloned().collect();
        for signature in folded {
            let Some(name) = self.reproduced.remove(&signature) else {
                continue;
            };
            self.kept.remove(&signature);
            let folder = out.join(&signature.family);
            together(&folder, || {
                for end in [".toml", PENDING] {
                    // What stays is found again, and folded again.
                    let _gone = fs::remove_file(folder.join(format!("{name}{end}")));
                }
            });
        }
    }
}
