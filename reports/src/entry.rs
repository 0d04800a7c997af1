//! An input with a name and the judgement on it: what the report formats are made of.

use corpus::Case;
use parsers::Family;
use parsers::compare::Level;

use crate::finding::{Finding, Judgement};

/// One judged input.
#[derive(Clone)]
pub struct Entry {
    /// Where it comes from, as the user named it, and `#` with the place if it is a part of that file.
    pub file: String,
    /// The place inside the file, such as a connection of a capture.
    pub place: Option<String>,
    /// The case, when it is one.
    pub case: Option<Case>,
    /// The bytes that were judged.
    pub input: Vec<u8>,
    /// What was made of them.
    pub judgement: Judgement,
}

impl Entry {
    /// Its finding when it is a warning or an error.
    pub fn grave(&self) -> Option<&Finding> {
        let finding = self.judgement.finding.as_ref();
        finding.filter(|finding| finding.level >= Level::Warning)
    }

    /// The file without the place inside it.
    pub fn whole_file(&self) -> &str {
        let place = self.place.as_deref().unwrap_or("");
        let file = self.file.strip_suffix(place).unwrap_or(&self.file);
        match self.place {
            Some(_) => file.strip_suffix('#').unwrap_or(file),
            None => file,
        }
    }

    /// How a heading names its finding: the kind, and the class if it has one.
    pub fn title(&self) -> String {
        match &self.judgement.finding {
            None => "all agree".to_owned(),
            Some(finding) => match &finding.class {
                Some(class) => format!("{} {class}", finding.divergence.kind.word()),
                None => finding.divergence.kind.word().to_owned(),
            },
        }
    }
}

/// How many entries have a finding of each level: errors, warnings, notes, and none.
pub fn tally(entries: &[Entry]) -> [usize; 4] {
    let mut tally = [0; 4];
    for entry in entries {
        let level = entry.judgement.finding.as_ref().map(|found| found.level);
        let [errors, warnings, notes, agreed] = &mut tally;
        *match level {
            Some(Level::Error) => errors,
            Some(Level::Warning) => warnings,
            Some(Level::Note) => notes,
            None => agreed,
        } += 1;
    }
    tally
}

/// The families of these entries, in the order in which they first appear.
pub fn families(entries: &[Entry]) -> Vec<&'static Family> {
    let mut families: Vec<&'static Family> = Vec::new();
    for entry in entries {
        let family = entry.judgement.family;
        if families.iter().all(|known| known.name != family.name) {
            families.push(family);
        }
    }
    families
}
