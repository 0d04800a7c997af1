//! Recording: a finding becomes a case and a pending snapshot as soon as it is found.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use corpus::CorpusError;
use corpus::file::write_atomically;

use super::heard::Heard;

/// Where findings go, and which are known.
pub struct Records {
    out: PathBuf,
    known: HashSet<String>,
    /// Told of what happens, one line each, without a line end.
    tell: Box<dyn FnMut(&str)>,
}

/// A finding to be written down: a case with its picture.
pub trait Record {
    /// The folder of cases of its sort.
    fn folder(&self) -> &str;
    /// The name of the case.
    fn name(&self) -> &str;
    /// What is the same about all inputs that show it.
    fn signature(&self) -> &str;
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
    pub fn new(out: PathBuf, known: HashSet<String>, tell: Box<dyn FnMut(&str)>) -> Self {
        Self { out, known, tell }
    }

    /// Whether the signature was neither known nor recorded.
    pub fn is_new(&self, signature: &str) -> bool {
        !self.known.contains(signature)
    }

    /// Something that a hunt wants to see was seen alone.
    pub fn alone(&mut self, id: &str) {
        (self.tell)(&format!("alone {id}"));
    }

    /// There is something to be said of a finding that was written down: the same text for all alike.
    pub fn remark(&mut self, name: &str, text: &str) {
        (self.tell)(&format!("remark {name} {text}"));
    }

    /// How a peer that judges every input has answered so far.
    pub fn heard(&mut self, heard: &Heard) {
        // There is nothing in it that JSON has no words for.
        if let Ok(text) = serde_json::to_string(heard) {
            (self.tell)(&format!("peer {text}"));
        }
    }

    /// Writes the finding down, unless its signature turns out to be known. Whether it did.
    pub fn found(&mut self, record: &dyn Record) -> bool {
        if !self.known.insert(record.signature().to_owned()) {
            return false;
        }
        // Another worker, or another run, may have found the same.
        if self.file(record).exists() {
            return false;
        }
        self.write("found", record)
    }

    /// Writes down what peers have shown, in the place of what was found without them. Both of them may be
    /// deployed, or not.
    pub fn reproduced(&mut self, record: &dyn Record, are_deployed: bool) {
        // Another worker may have recorded those that are.
        if !are_deployed && self.file(record).exists() {
            return;
        }
        self.known.insert(record.signature().to_owned());
        let verb = if are_deployed { "reproduced" } else { "seen" };
        self.write(verb, record);
    }

    fn file(&self, record: &dyn Record) -> PathBuf {
        let folder = self.out.join(record.folder());
        folder.join(format!("{}.toml", record.name()))
    }

    fn write(&mut self, verb: &str, record: &dyn Record) -> bool {
        let (name, signature) = (record.name(), record.signature());
        let written = write(record, &self.out.join(record.folder()));
        match &written {
            Ok(()) => (self.tell)(&format!("{verb} {name} {signature}")),
            Err(error) => (self.tell)(&format!("trouble {error}")),
        }
        written.is_ok()
    }
}

/// The snapshot is written first: a case that is there is whole.
fn write(record: &dyn Record, folder: &Path) -> Result<(), CorpusError> {
    let (picture, test) = (record.picture(), record.test());
    let pending = format!("---\nsource: {test}\nexpression: picture\n---\n{picture}");
    let snapshot = folder.join(format!("{}.snap.new", record.name()));
    write_atomically(&snapshot, pending.as_bytes())?;
    record.save(folder)
}

/// FNV-1a, by which a signature has one name on every machine and in every version.
pub fn fingerprint(signature: &str) -> u32 {
    signature.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
