//! Patches held against what they were meant to do: what each reading predicts, what each tool builds, and how far
//! that is from the tree that was meant.

pub mod grade;

use parsers::family::DialectParser;
use parsers::unidiff::claims::{self, Claim, LineChange};
use parsers::unidiff::demands::{self, PatchDemand};
use parsers::unidiff::tree::{self, Tree};
use parsers::unidiff::{UNIFIED, strict::StrictDiff};
use parsers::{Capability, Dialect, End, LeniencySet, Verdict, judge};
use peers::{BuiltTree, Failure};

use crate::judge::ask::Peers;
use crate::judge::shipped;
use grade::{Grade, PatchOutcome, find_consensus};

/// A patch and what it was meant to do.
#[derive(Clone, Debug)]
pub struct Meant {
    /// What to call it.
    pub name: String,
    /// The files before, all that any reading names.
    pub before: Tree,
    /// The files that it was meant to make of them.
    pub after: Tree,
    /// The change alone, without a message.
    pub change: Vec<u8>,
    /// The patch as it is sent.
    pub patch: Vec<u8>,
}

/// A way of reading that predicts what a patch changes.
pub struct IntentReader {
    /// Its name, or that of the peer that reads so.
    pub name: String,
    /// Whether it is a peer's.
    pub is_peers: bool,
    /// Whether a patch that does not apply as a whole changes nothing.
    pub is_atomic: bool,
    /// Whether it is given mails alone.
    pub takes_mails: bool,
    relaxes: LeniencySet,
    demands: Vec<&'static PatchDemand>,
}

/// The families whose messages change a tree, so that what a peer builds is compared with what was meant.
pub static EFFECTS: Capability<()> = Capability::new("a comparison of trees", &[(&UNIFIED, ())]);

/// Those of our parsers that know all of a patch, then the dialects of peers.
///
/// # Errors
/// When a declared dialect has an unknown leniency.
pub fn readers() -> anyhow::Result<Vec<IntentReader>> {
    let general = UNIFIED
        .parsers
        .iter()
        .filter(|parser| (UNIFIED.is_general)(**parser));
    let mut readers: Vec<IntentReader> = general
        .map(|parser| IntentReader {
            name: parser.name().to_owned(),
            is_peers: false,
            is_atomic: false,
            takes_mails: false,
            relaxes: parser.dialect().relaxes,
            demands: Vec::new(),
        })
        .collect();
    for declared in shipped::builders() {
        let file = declared.file()?;
        readers.push(IntentReader {
            name: declared.peer.to_owned(),
            is_peers: true,
            is_atomic: declared.is_atomic,
            takes_mails: declared.takes_mails,
            relaxes: file.relaxes(&UNIFIED)?,
            demands: file.demanded()?,
        });
    }
    Ok(readers)
}

impl IntentReader {
    fn verdict(&self, patch: &[u8]) -> Verdict {
        let parser = DialectParser::new(&UNIFIED, Dialect::new("", self.relaxes));
        let mut verdict = Verdict::new();
        judge(&parser, patch, &mut verdict);
        demands::hold(&self.demands, &mut verdict.reading, patch);
        verdict
    }

    /// The paths that it reads as patched.
    pub fn paths(&self, patch: &[u8]) -> Vec<Vec<u8>> {
        let verdict = self.verdict(patch);
        let claims = claims::of(&verdict.reading, patch);
        claims.iter().flat_map(paths_of).collect()
    }

    /// The result of its reading: what lies outside the tree is separate.
    pub fn build(&self, before: &Tree, patch: &[u8]) -> BuiltTree {
        let verdict = self.verdict(patch);
        let claims = claims::of(&verdict.reading, patch);
        let is_read = verdict.reading.end == End::Complete && !claims.is_empty();
        let (mut tree, failed) = tree::build(before, &claims);
        let is_accepted = is_read && failed == 0;
        if self.is_atomic && !is_accepted {
            tree.clone_from(before);
        }
        let left = tree.extract_if(.., |path, _| is_outside(path));
        let outside = left.map(|(path, _)| String::from_utf8_lossy(&path).into_owned());
        BuiltTree {
            outside: outside.collect(),
            tree,
            is_accepted,
        }
    }

    /// What it says the patch will result in.
    pub(crate) fn predict(&self, meant: &Meant) -> PatchOutcome {
        let built = self.build(&meant.before, &meant.patch);
        PatchOutcome::of(Ok(built), &meant.before, &meant.after)
    }
}

/// Whether a peer built what was predicted. What it leaves behind of a patch that it rejects, no reading says.
pub fn is_as_predicted(predicted: &BuiltTree, built: &BuiltTree) -> bool {
    built.is_accepted == predicted.is_accepted
        && (!built.is_accepted || built.tree == predicted.tree)
}

/// Whether a path leads out of the tree.
fn is_outside(path: &[u8]) -> bool {
    path.starts_with(b"/") || path.split(|byte| *byte == b'/').any(|name| name == b"..")
}

/// The paths that a claim names.
pub fn paths_of(claim: &Claim<'_>) -> Vec<Vec<u8>> {
    let mut paths = vec![claim.target()];
    for line in &claim.header {
        let moved = [&b"rename from "[..], b"copy from "];
        let source = moved.iter().find_map(|before| line.strip_prefix(*before));
        paths.extend(source.map(claims::path));
    }
    paths
}

/// A run of lines that readers read as a patch, and that is no part of what was meant; or a part of what was meant
/// that readers do not see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surprise {
    /// Whether it is accepted and was not meant.
    pub is_phantom: bool,
    /// Its first line and its last, counted from 1: of the patch as it is sent, or, of what is not seen, of the
    /// change alone.
    pub lines: (usize, usize),
    /// The path that it is for.
    pub path: Vec<u8>,
    /// How many lines it adds.
    pub added: usize,
    /// How many lines it removes.
    pub removed: usize,
    /// Whether lines are indented in the patch and not so for the readers.
    pub is_indented: bool,
    /// The readers that accept it, or do not see it.
    pub readers: Vec<String>,
}

/// What readers see that was not meant, and what they do not see that was. Only our own readers are asked.
pub fn surprises(meant: &Meant, readers: &[IntentReader]) -> Vec<Surprise> {
    let mut strict = Verdict::new();
    judge(&StrictDiff, &meant.change, &mut strict);
    let truth = claims::of(&strict.reading, &meant.change);
    let mut found: Vec<Surprise> = Vec::new();
    for reader in readers {
        let verdict = reader.verdict(&meant.patch);
        let claims = claims::of(&verdict.reading, &meant.patch);
        let mut left: Vec<&Claim<'_>> = truth.iter().collect();
        for claim in &claims {
            match left.iter().position(|meant| is_same(meant, claim)) {
                Some(at) => drop(left.remove(at)),
                None => note(
                    &mut found,
                    surprise(claim, &meant.patch, true),
                    &reader.name,
                ),
            }
        }
        // A rejection is visible: only what is skipped in silence is lost.
        if verdict.reading.end == End::Complete {
            for claim in left {
                note(
                    &mut found,
                    surprise(claim, &meant.change, false),
                    &reader.name,
                );
            }
        }
    }
    found.sort_by_key(|found| (!found.is_phantom, found.lines));
    found
}

fn is_same(a: &Claim<'_>, b: &Claim<'_>) -> bool {
    a.target() == b.target() && a.lines == b.lines && a.start == b.start
}

fn note(found: &mut Vec<Surprise>, surprise: Surprise, reader: &str) {
    let known = found.iter_mut().find(|known| {
        known.is_phantom == surprise.is_phantom
            && known.lines == surprise.lines
            && known.path == surprise.path
    });
    match known {
        Some(known) => known.readers.push(reader.to_owned()),
        None => found.push(Surprise {
            readers: vec![reader.to_owned()],
            ..surprise
        }),
    }
}

fn surprise(claim: &Claim<'_>, input: &[u8], is_phantom: bool) -> Surprise {
    let lines_before = |at: usize| {
        let front = input.get(..at).unwrap_or(input);
        front.iter().filter(|byte| **byte == b'\n').count()
    };
    let count = |change| {
        claim
            .lines
            .iter()
            .filter(|line| line.change == change)
            .count()
    };
    let first = lines_before(claim.at);
    let bytes = input.get(claim.at..claim.end).unwrap_or(&[]);
    Surprise {
        is_phantom,
        lines: (first + 1, lines_before(claim.end).max(first + 1)),
        path: claim.target(),
        added: count(LineChange::Added),
        removed: count(LineChange::Removed),
        is_indented: claims::unindented(bytes).len() < bytes.len(),
        readers: Vec::new(),
    }
}

/// What happened to a patch in the hands of one peer.
pub struct Row {
    /// The peer's name and version.
    pub name: String,
    /// What resulted from it.
    pub outcome: PatchOutcome,
    /// What its dialect had said would; none for a peer without one.
    pub predicted: Option<PatchOutcome>,
}

impl Row {
    /// Whether the peer did as its dialect had said.
    pub fn is_as_predicted(&self) -> Option<bool> {
        let predicted = self.predicted.as_ref()?.built.as_ref().ok()?;
        let built = self.outcome.built.as_ref().ok();
        Some(built.is_some_and(|built| is_as_predicted(predicted, built)))
    }
}

/// What each peer that builds trees makes of it; those of which nothing can be told are left out, with the reason.
pub fn rows(
    meant: &Meant,
    readers: &[IntentReader],
    peers: &mut Peers,
) -> (Vec<Row>, Vec<(String, Failure)>) {
    let (mut names, mut outcomes, mut untold) = (Vec::new(), Vec::new(), Vec::new());
    for (name, built) in peers.build(&meant.before, &meant.patch) {
        if let Err(failure @ (Failure::Unknown(_) | Failure::Absent(_))) = built {
            untold.push((name, failure));
            continue;
        }
        names.push(name);
        outcomes.push(PatchOutcome::of(built, &meant.before, &meant.after));
    }
    find_consensus(&mut outcomes);
    let rows = names.into_iter().zip(outcomes).map(|(name, outcome)| {
        let short = name.split(' ').next().unwrap_or(&name);
        let reader = readers
            .iter()
            .find(|reader| reader.is_peers && reader.name == short);
        Row {
            predicted: reader.map(|reader| reader.predict(meant)),
            name,
            outcome,
        }
    });
    (rows.collect(), untold)
}

/// The worst result, by what peers built and, where none was asked, by what the dialects of peers predict.
pub fn worst(meant: &Meant, readers: &[IntentReader], rows: &[Row]) -> Grade {
    let built = rows.iter().map(|row| row.outcome.grade);
    let unasked = |reader: &&IntentReader| {
        let mut asked = rows.iter().filter_map(|row| row.name.split(' ').next());
        reader.is_peers && !asked.any(|name| name == reader.name)
    };
    let predicted = readers
        .iter()
        .filter(unasked)
        .map(|reader| reader.predict(meant).grade);
    built.chain(predicted).max().unwrap_or(Grade::Same)
}
