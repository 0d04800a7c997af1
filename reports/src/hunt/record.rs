//! Recording: a finding becomes a case and a pending snapshot as soon as it is found.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use corpus::file::{remove_of_the_dead, remove_unfinished, write_atomically};
use corpus::lock::together;
use corpus::{Case, CorpusError, case};
use parsers::{Family, Signature};

use super::worker::JUDGED;

use super::baseline::{Baseline, is_implied};
use super::heard::Heard;

/// Where findings go, and which are known.
pub struct Records {
    out: PathBuf,
    known: HashSet<Signature>,
    /// What peers are known to do.
    baseline: Baseline,
    /// The rows of the baseline that were seen.
    seen: HashSet<Signature>,
    /// What peers have shown in this hunt.
    shown: Vec<Signature>,
    /// Whether findings are written down that need a reader which no known software is.
    keeps_hypothetical: bool,
    /// Told of what happens, one line each, without a line end.
    tell: Box<dyn FnMut(&str)>,
}

/// A finding to be written down: a case with its picture.
pub trait FindingRecord {
    /// The folder of cases of its sort.
    fn folder(&self) -> &str;
    /// The name of the case.
    fn name(&self) -> &str;
    /// What is the same about all inputs that show it.
    fn signature(&self) -> &Signature;
    /// Its picture.
    fn picture(&self) -> String;
    /// The test that compares the picture, from the repository.
    fn test(&self) -> &'static str;
    /// Writes the case to the folder, which it makes.
    ///
    /// # Errors
    /// Where it cannot be written.
    fn save(&self, folder: &Path) -> Result<(), CorpusError>;
}

impl Records {
    /// Records in the folder `out`, for findings whose signature is not `known`.
    pub fn new(out: PathBuf, known: HashSet<Signature>, tell: Box<dyn FnMut(&str)>) -> Self {
        Self {
            out,
            known,
            baseline: Baseline::default(),
            seen: HashSet::new(),
            shown: Vec::new(),
            keeps_hypothetical: true,
            tell,
        }
    }

    /// These records, without what only a hypothetical reader shows.
    pub fn of_deployed(mut self) -> Self {
        self.keeps_hypothetical = false;
        self
    }

    /// These records, without what the baseline knows of peers: such a finding is only counted.
    pub fn beyond(mut self, baseline: Baseline) -> Self {
        self.baseline = baseline;
        self
    }

    /// Whether a finding about hypothetical readers is to be written down: its signature was neither known nor recorded, and
    /// such findings are kept.
    pub(crate) fn is_new(&mut self, signature: &Signature) -> bool {
        if self.keeps_hypothetical {
            return !self.known.contains(signature);
        }
        if self.known.insert(signature.clone()) {
            (self.tell)(&format!("hypothetical {signature}"));
        }
        false
    }

    /// Whether what peers have shown is to be written down: neither the baseline nor what was written down before explains
    /// it. Of peers that are not both deployed, a finding is as one about hypothetical readers.
    pub(crate) fn is_new_of_peers(&mut self, signature: &Signature, are_deployed: bool) -> bool {
        if let Some(known) = self.baseline.explains(signature) {
            if self.seen.insert(known.clone()) {
                (self.tell)(&format!("known {known}"));
            }
            return false;
        }
        let is_shown = |shown: &Signature| shown == signature || is_implied(signature, shown);
        if self.shown.iter().any(is_shown) {
            return false;
        }
        if !are_deployed && !self.keeps_hypothetical {
            if self.known.insert(signature.clone()) {
                (self.tell)(&format!("hypothetical {signature}"));
            }
            return false;
        }
        self.shown.push(signature.clone());
        true
    }

    /// Something that a hunt wants to see was seen alone.
    pub(crate) fn alone(&mut self, id: &str) {
        (self.tell)(&format!("alone {id}"));
    }

    /// There is something to be said of a finding that was written down: the same text for all alike.
    pub(crate) fn remark(&mut self, name: &str, text: &str) {
        (self.tell)(&format!("remark {name} {text}"));
    }

    /// How a peer that judges every input has answered so far.
    pub(crate) fn heard(&mut self, heard: &Heard) {
        // There is nothing in it that JSON has no words for.
        if let Ok(text) = serde_json::to_string(heard) {
            (self.tell)(&format!("peer {text}"));
        }
    }

    /// Writes the finding down, unless its signature turns out to be known. Whether it did.
    pub fn found(&mut self, record: &dyn FindingRecord) -> bool {
        if !self.known.insert(record.signature().clone()) {
            return false;
        }
        self.write("found", record, false)
    }

    /// Writes down that a peer breaks a law.
    pub(crate) fn broken(&mut self, record: &dyn FindingRecord) {
        if self.is_new_of_peers(record.signature(), true) {
            self.write("broken", record, false);
        }
    }

    /// Writes down what peers have shown, in the place of what was found without them. Both of them may be
    /// deployed, or not.
    pub(crate) fn reproduced(&mut self, record: &dyn FindingRecord, are_deployed: bool) {
        // Another worker may have recorded those that are.
        if !are_deployed && self.file(record).exists() {
            return;
        }
        self.known.insert(record.signature().clone());
        let verb = if are_deployed { "reproduced" } else { "seen" };
        self.write(verb, record, are_deployed);
    }

    fn file(&self, record: &dyn FindingRecord) -> PathBuf {
        let folder = self.out.join(record.folder());
        folder.join(format!("{}.toml", record.name()))
    }

    /// Writes it down, in the place of an older one only where it `replaces` that. Whether it did.
    fn write(&mut self, verb: &str, record: &dyn FindingRecord, replaces: bool) -> bool {
        let (name, signature) = (record.name(), record.signature());
        let folder = self.out.join(record.folder());
        let picture = record.picture();
        let written = together(&folder, || {
            // Another worker, or another run, may have found the same.
            if !replaces && self.file(record).exists() {
                return Ok(false);
            }
            write(record, &picture, &folder).map(|()| true)
        });
        match &written {
            Ok(true) => (self.tell)(&format!("{verb} {name} {signature}")),
            Ok(false) => {}
            Err(error) => (self.tell)(&format!("trouble {error}")),
        }
        matches!(written, Ok(true))
    }
}

/// Writes down what else is known of the case that `found` was loaded from, unless another input has taken its place.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn tell_of(
    found: &Case,
    family: &'static Family,
    about: String,
) -> Result<(), CorpusError> {
    let folder = found.path.parent().unwrap_or(Path::new("."));
    together(folder, || {
        let now = case::load(&found.path, family)?;
        if now.input != found.input {
            return Ok(());
        }
        Case { about, ..now }.save(folder).map(|_| ())
    })
}

/// The snapshot is written first: a case that is there is whole.
fn write(record: &dyn FindingRecord, picture: &str, folder: &Path) -> Result<(), CorpusError> {
    let test = record.test();
    let pending = format!("---\nsource: {test}\nexpression: picture\n---\n{picture}");
    let snapshot = folder.join(format!("{}{PENDING}", record.name()));
    write_atomically(&snapshot, pending.as_bytes())?;
    record.save(folder)
}

/// How the names of pending snapshots end.
pub(crate) const PENDING: &str = ".snap.new";

/// Removes from the folder `out` of a hunt what says nothing: empty logs, and what those have left that were killed, as
/// files that they were writing, inputs that they judged, and snapshots of cases that they did not write.
pub(crate) fn remove_leftovers(out: &Path) {
    remove_of_the_dead(out, JUDGED);
    remove_unfinished(out);
    let entries = || fs::read_dir(out).into_iter().flatten().flatten();
    for entry in entries() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_log = name.starts_with("worker-") && name.ends_with(".log");
        if is_log && entry.metadata().is_ok_and(|about| about.len() == 0) {
            let _gone = fs::remove_file(entry.path());
        }
    }
    let entries = entries();
    for folder in entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
    {
        remove_unfinished(&folder);
        together(&folder, || remove_orphans(&folder));
    }
}

/// Removes the snapshots in `folder` whose cases are not there.
fn remove_orphans(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let case = name
            .strip_suffix(PENDING)
            .filter(|_| name.starts_with("hunt-"));
        if case.is_some_and(|case| !folder.join(format!("{case}.toml")).exists()) {
            // What stays is written anew when it is found again.
            let _gone = fs::remove_file(entry.path());
        }
    }
}
