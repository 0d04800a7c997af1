//! How much of what peers read is explained: by a few leniencies, or by the dialect that was learned of the peer.

use std::collections::BTreeMap;
use std::path::PathBuf;

use corpus::escape::display_text;
use parsers::{Family, Verdict};
use serde_json::json;

use super::Console;
use super::learn::file_name;
use corpus::number::counted;
use reports::judge::ask::{Answer, MOST};
use reports::judge::dialect_file::DialectFile;
use reports::measure::climb::Way;

/// How many inputs of a peer are named.
const NAMED: usize = 12;

/// The dialects in a folder, each read when it is first asked for.
pub struct Learned {
    folder: Option<PathBuf>,
    known: BTreeMap<String, Option<Way>>,
}

impl Learned {
    /// Those in `folder`, if there is one.
    pub fn of(folder: Option<PathBuf>) -> Self {
        let known = BTreeMap::new();
        Self { folder, known }
    }

    /// The dialect of the peer with this name and version; none where that version has none.
    fn way(&mut self, family: &'static Family, name: &str) -> anyhow::Result<Option<&Way>> {
        if !self.known.contains_key(name) {
            let path = self.folder.as_ref().map(|dir| dir.join(file_name(name)));
            let mut way = None;
            if let Some(path) = path.filter(|path| path.exists()) {
                let file = DialectFile::load(&path)?;
                if file.peer == name && file.family == family {
                    way = Some(Way {
                        relaxes: file.relaxes(family)?,
                        demands: file.demanded()?,
                    });
                }
            }
            self.known.insert(name.to_owned(), way);
        }
        Ok(self.known.get(name).and_then(Option::as_ref))
    }
}

/// How many readings were explained, and how.
#[derive(Default)]
pub struct ReadingTally {
    peers: BTreeMap<String, Explained>,
    failures: BTreeMap<String, usize>,
}

/// How the readings of one peer, or of all, were explained.
#[derive(Default)]
struct Explained {
    /// How many there are.
    readings: usize,
    /// How many need a few leniencies.
    few: usize,
    /// How many others the learned dialect reads alike.
    learned: usize,
    /// Of what the others are that reject what the dialect accepts which reads alike until then.
    stricter: Vec<String>,
    /// Of what the rest are.
    unexplained: Vec<String>,
}

impl ReadingTally {
    /// Counts the answers about one input; for each, whether the learned dialect gives it.
    ///
    /// # Errors
    /// When a file in the folder of dialects is none.
    pub fn take(
        &mut self,
        family: &'static Family,
        name: &str,
        input: &[u8],
        answers: &[Answer],
        learned: &mut Learned,
    ) -> anyhow::Result<Vec<bool>> {
        let mut verdict = Verdict::new();
        let mut by_dialect = Vec::with_capacity(answers.len());
        for answer in answers {
            let seen = match &answer.seen {
                Ok(seen) => seen,
                Err(failure) => {
                    let what = format!("{}: {failure}", answer.name);
                    *self.failures.entry(what).or_default() += 1;
                    by_dialect.push(false);
                    continue;
                }
            };
            let way = learned.way(family, &answer.name)?;
            let is_learned = way.is_some_and(|way| way.is_alike(family, input, seen, &mut verdict));
            by_dialect.push(is_learned);
            let peer = self.peers.entry(answer.name.clone()).or_default();
            peer.readings += 1;
            match answer.explained {
                Some(explained) if !explained.is_stricter => peer.few += 1,
                _ if is_learned => peer.learned += 1,
                Some(_) => peer.stricter.push(name.to_owned()),
                None => peer.unexplained.push(name.to_owned()),
            }
        }
        Ok(by_dialect)
    }

    /// How many of all readings were explained in which way: of them, by a few leniencies, by a learned dialect, stricter
    /// ones and unexplained ones.
    fn sums(&self) -> [usize; 5] {
        let counts = self.peers.values().map(Explained::counts);
        counts.fold([0; 5], |sums, counts| {
            let mut sums = sums.into_iter().zip(counts);
            std::array::from_fn(|_| sums.next().map_or(0, |(sum, count)| sum + count))
        })
    }

    /// Prints what is not explained, by peer, and the shares.
    ///
    /// # Errors
    /// When it cannot be printed.
    pub fn write(&self, family: &str, console: &mut Console<'_>) -> anyhow::Result<()> {
        writeln!(console.out)?;
        for (what, times) in &self.failures {
            let times = counted(*times, "input");
            writeln!(console.out, "{} ({times})", display_text(what))?;
        }
        for (name, peer) in &self.peers {
            let rest = [
                ("unexplained", &peer.unexplained),
                ("stricter", &peer.stricter),
            ];
            for (what, names) in rest.into_iter().filter(|(_, names)| !names.is_empty()) {
                let shown: Vec<_> = names.iter().map(String::as_str).take(NAMED).collect();
                let more = match names.len() - shown.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                writeln!(
                    console.out,
                    "{}: {} of {} {what}: {}{more}",
                    display_text(name),
                    names.len(),
                    peer.readings,
                    display_text(&shown.join(" "))
                )?;
            }
        }
        let [all, few, learned, stricter, unexplained] = self.sums();
        let share = |count: usize| 100.0 * count as f64 / all.max(1) as f64;
        writeln!(
            console.out,
            "{family}, {}, {}: {:.2} % explained, {:.2} % by at most {MOST} leniencies and {:.2} % more by \
             the learned dialect; {:.2} % reject what is read alike otherwise, {:.2} % unexplained",
            counted(self.peers.len(), "peer"),
            counted(all, "reading"),
            share(few + learned),
            share(few),
            share(learned),
            share(stricter),
            share(unexplained)
        )?;
        Ok(())
    }

    /// The same as one object.
    pub fn object(&self, family: &str) -> serde_json::Value {
        let [all, few, learned, stricter, unexplained] = self.sums();
        let peers = self.peers.iter().map(|(name, peer)| {
            json!({
                "peer": name,
                "readings": peer.readings,
                "few": peer.few,
                "learned": peer.learned,
                "stricter": peer.stricter,
                "unexplained": peer.unexplained,
            })
        });
        json!({
            "family": family,
            "readings": all,
            "few": few,
            "learned": learned,
            "stricter": stricter,
            "unexplained": unexplained,
            "explained": (few + learned) as f64 / all.max(1) as f64,
            "peers": peers.collect::<Vec<_>>(),
            "failures": self.failures,
        })
    }
}

impl Explained {
    fn counts(&self) -> [usize; 5] {
        [
            self.readings,
            self.few,
            self.learned,
            self.stricter.len(),
            self.unexplained.len(),
        ]
    }
}
