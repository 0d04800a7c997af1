//! Recording: a finding becomes a case and a pending snapshot as soon as it is found.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use corpus::case::write_atomically;
use corpus::{Case, Expect};
use parsers::{Family, LeniencySet, Verdict, explain};

use super::minimise::Pair;
use crate::panel::{Panel, Scope};
use crate::picture;

/// Where findings go, and which are known.
pub struct Records {
    out: PathBuf,
    known: HashSet<String>,
    /// Told of what happens, one line each, without a line end.
    tell: Box<dyn FnMut(&str)>,
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

    /// A leniency alone was seen to part from strict.
    pub fn alone(&mut self, id: &str) {
        (self.tell)(&format!("alone {id}"));
    }

    /// Writes the finding down, unless its signature turns out to be known.
    pub fn record(&mut self, family: &'static Family, pair: &Pair) {
        if !self.known.insert(pair.signature.clone()) {
            return;
        }
        let told = |set: &LeniencySet| match set.is_empty() {
            true => "the strict reading".to_owned(),
            false => family.ids(set).join(" and "),
        };
        let finding = Finding {
            input: pair.input.clone(),
            sets: [pair.first, pair.second],
            signature: pair.signature.clone(),
            class: pair.class.clone(),
            about: format!("Parts {} from {}.", told(&pair.first), told(&pair.second)),
        };
        let case = case_of(family, &finding);
        let dir = self.out.join(family.name);
        // Another worker, or another run, may have found the same.
        if dir.join(format!("{}.toml", case.name)).exists() {
            return;
        }
        match write(&case, family, &dir) {
            Ok(()) => (self.tell)(&format!("found {} {}", case.name, pair.signature)),
            Err(error) => (self.tell)(&format!("trouble {error}")),
        }
    }

    /// Writes down that peers read so, in the place of what was found about our own parsers. Both of them may
    /// frame by themselves and be deployed, or not.
    pub fn reproduced(&mut self, family: &'static Family, finding: &Finding, are_deployed: bool) {
        let case = case_of(family, finding);
        let dir = self.out.join(family.name);
        let is_recorded = dir.join(format!("{}.toml", case.name)).exists();
        // Another worker may have recorded those that are.
        if !are_deployed && is_recorded {
            return;
        }
        self.known.insert(finding.signature.clone());
        let verb = if are_deployed { "reproduced" } else { "seen" };
        match write(&case, family, &dir) {
            Ok(()) => (self.tell)(&format!("{verb} {} {}", case.name, finding.signature)),
            Err(error) => (self.tell)(&format!("trouble {error}")),
        }
    }
}

/// What is written down.
pub struct Finding {
    /// The smallest input.
    pub input: Vec<u8>,
    /// What the two sides waive, as far as it is known.
    pub sets: [LeniencySet; 2],
    /// What is the same about all inputs that show it.
    pub signature: String,
    /// The field's name for it.
    pub class: Option<String>,
    /// What it is, in a sentence.
    pub about: String,
}

/// The snapshot is written first: a case that is there is whole.
fn write(case: &Case, family: &'static Family, dir: &Path) -> Result<(), corpus::CorpusError> {
    let judgement = Panel::full(family).judge(&case.input, Scope::All);
    let picture = picture::snapshot(case, &judgement);
    let pending = format!("---\nsource: tests/tests/cases.rs\nexpression: picture\n---\n{picture}");
    write_atomically(
        &dir.join(format!("{}.snap.new", case.name)),
        pending.as_bytes(),
    )?;
    case.save(dir).map(|_| ())
}

fn case_of(family: &'static Family, finding: &Finding) -> Case {
    let waived = finding.sets.iter().flat_map(|set| set.indices());
    let mut leniencies: Vec<_> = waived
        .filter_map(|index| family.leniencies.get(usize::from(index)).copied())
        .collect();
    leniencies.dedup();
    let mut rules: Vec<_> = leniencies
        .iter()
        .map(|leniency| leniency.rule.id.to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    let mut strict = Verdict::new();
    explain::judge_under(family, &LeniencySet::EMPTY, &finding.input, &mut strict);
    let word = finding.class.as_deref().unwrap_or("found");
    Case {
        name: format!("hunt-{word}-{:08x}", fingerprint(&finding.signature)),
        family: family.name.to_owned(),
        about: finding.about.clone(),
        // What a specification says is for a person to decide; until then, it lets a server choose.
        expect: if strict.citations.is_empty() {
            Expect::Accept
        } else {
            Expect::Either
        },
        rules,
        class: finding.class.clone(),
        leniencies: alone(family, &finding.input, &leniencies),
        agree: None,
        source: "misframe hunt".to_owned(),
        input: finding.input.clone(),
        path: PathBuf::new(),
    }
}

/// FNV-1a, by which a signature has one name on every machine and in every version.
fn fingerprint(signature: &str) -> u32 {
    signature.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Those of the leniencies that part from strict alone.
fn alone(
    family: &'static Family,
    input: &[u8],
    leniencies: &[&'static parsers::Leniency],
) -> Vec<String> {
    let (mut strict, mut verdict) = (Verdict::new(), Verdict::new());
    explain::judge_under(family, &LeniencySet::EMPTY, input, &mut strict);
    let mut parts = |leniency: &parsers::Leniency| {
        explain::judge_under(family, &LeniencySet::of(&[leniency]), input, &mut verdict);
        verdict.reading != strict.reading
    };
    leniencies
        .iter()
        .filter(|leniency| parts(leniency))
        .map(|leniency| leniency.id.to_owned())
        .collect()
}
