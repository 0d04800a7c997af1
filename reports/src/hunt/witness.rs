//! Witnesses: every available peer, and where each ends the messages that a hunt has found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use corpus::case;
use parsers::{End, Family, Signature};
use peers::{Pieces, Seen, Tier};

use super::record::tell_of;
use crate::judge::ask::{PeerChoice, Peers};
use crate::judge::finding::{LONGER, SHORTER};

/// The name and version of each peer, and what it was seen to read.
pub type Answers = [(String, Option<Seen>)];

/// The linked peers and the workers of a family, opened when they are first asked.
#[derive(Default)]
pub(crate) struct Witnesses {
    open: Option<Peers>,
}

impl Witnesses {
    /// Asks every peer about the case of this name in `folder`, and writes into it where each ends a message.
    ///
    /// # Errors
    /// When there is no such case, or it cannot be written.
    pub(crate) fn testify(
        &mut self,
        family: &'static Family,
        folder: &Path,
        name: &str,
    ) -> Result<()> {
        let path = folder.join(format!("{name}.toml"));
        let case = case::load(&path, family)?;
        let tiers = [Tier::Linked, Tier::Worker].map(PeerChoice::Tier);
        let peers = match &mut self.open {
            Some(peers) if peers.family() == family => peers,
            other => other.insert(Peers::open(family, &tiers)),
        };
        let answers = peers.answers_unexplained(&case, Pieces::One);
        tell_of(&case, family, about(&answers))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(())
    }

    /// The names and versions of those that were asked; none when no peer was.
    pub fn names(&self) -> Vec<String> {
        let names = self.open.iter().flat_map(Peers::names);
        names.map(ToOwned::to_owned).collect()
    }

    /// Those that were asked and gave no answer, with how often and why; without hostile bytes.
    pub(crate) fn failures(&self) -> Vec<(String, String)> {
        let records = self.open.iter().flat_map(Peers::records);
        let failed = records.filter_map(|(name, record)| {
            Some((corpus::escape::display_text(name), record.failures_line()?))
        });
        failed.collect()
    }

    /// Those that could not be asked, each with the reason.
    pub(crate) fn absent(&self) -> Vec<String> {
        let absent = self.open.iter().flat_map(|peers| &peers.absent);
        absent
            .map(|(about, failure)| format!("{}: {failure}", about.name))
            .collect()
    }
}

/// Where each peer ends the first message about which any two disagree, and which reject it or wait for more of it.
pub(crate) fn about(answers: &Answers) -> String {
    let seen = || {
        let seen = answers.iter();
        seen.filter_map(|(name, seen)| Some((name.as_str(), seen.as_ref()?)))
    };
    let end = |seen: &Seen, nth: usize| seen.messages.get(nth).map(|whole| whole.end);
    let most = seen().map(|(_, seen)| seen.messages.len()).max();
    let parts = |nth: &usize| {
        let ends: BTreeSet<_> = seen().filter_map(|(_, seen)| end(seen, *nth)).collect();
        ends.len() > 1
    };
    let nth = (0..most.unwrap_or(0)).find(parts).unwrap_or(0);
    let mut by_end: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, seen) in seen() {
        match end(seen, nth) {
            Some(end) => by_end.entry(end).or_default().push(name),
            None => {
                let does = match seen.end {
                    End::Rejected => "rejected by",
                    End::Incomplete => "waited for by",
                    End::Complete | End::Tunnel => "not looked for by",
                };
                others.entry(does).or_default().push(name);
            }
        }
    }
    let ends = by_end
        .iter()
        .map(|(end, names)| format!("at {end}: {}", names.join(", ")));
    let others = others
        .iter()
        .map(|(does, names)| format!("{does} {}", names.join(", ")));
    let told: Vec<_> = ends.chain(others).collect();
    format!("Peers end message {} {}.", nth + 1, told.join("; "))
}

/// The table of what was found: for each signature, its case and the side of each peer. The heading gives the versions of
/// the peers that were `asked`, and so the rows need not.
pub(crate) fn table(
    family: &'static Family,
    folder: &Path,
    found: &BTreeMap<Signature, String>,
    heading: &str,
    asked: &[String],
) -> Result<String> {
    let mut text = format!(
        "{heading}\n| class | longer | shorter | case | message ends |\n|---|---|---|---|---|\n"
    );
    for (signature, name) in found {
        let path = folder.join(format!("{name}.toml"));
        let case = case::load(&path, family)?;
        let reason = |label: &str| signature.reason(label).unwrap_or("");
        let about = case.about.strip_prefix("Peers end ").unwrap_or(&case.about);
        let about = asked.iter().fold(about.to_owned(), |about, full| {
            about.replace(full, full.split(' ').next().unwrap_or(full))
        });
        text.push_str(&format!(
            "| {} | {} | {} | {name} | {} |\n",
            case.class.as_deref().unwrap_or("-"),
            reason(LONGER),
            reason(SHORTER),
            about.trim_end_matches('.')
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A peer that ends messages there, and the stream so.
    fn answer(name: &str, ends: &[usize], end: End) -> (String, Option<Seen>) {
        let mut seen = Seen::default();
        ends.iter().for_each(|end| seen.end_message(*end));
        seen.end_stream(end);
        (name.to_owned(), Some(seen))
    }

    #[test]
    fn every_peer_has_a_place() {
        let answers = [
            answer("a 1", &[10, 20], End::Complete),
            answer("b 2", &[10, 25], End::Complete),
            answer("c 3", &[10, 20, 30], End::Rejected),
            answer("d 4", &[10], End::Incomplete),
            answer("e 5", &[], End::Rejected),
            answer("f 6", &[10], End::Complete),
            ("g 7".to_owned(), None),
        ];
        assert_eq!(
            about(&answers),
            "Peers end message 2 at 20: a 1, c 3; at 25: b 2; not looked for by f 6; rejected by e 5; \
             waited for by d 4."
        );
    }
}
