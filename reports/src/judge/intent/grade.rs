//! How far what resulted from a patch is from what was meant.

use std::collections::BTreeMap;

use parsers::unidiff::tree::{File, Tree};
use peers::{BuiltTree, Failure};

/// How far a tree is from the one that was meant, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// It is the same.
    Same,
    /// The patch was rejected.
    Rejected,
    /// Something of what was meant is missing, and the tool did not say so.
    Lost,
    /// Something was changed that was not meant to be.
    Phantom,
    /// Something was changed that was not meant to be, by all tools that accepted the patch, in the same way.
    Consensus,
    /// What was meant to be changed was changed otherwise.
    Other,
    /// Something outside the tree was touched.
    Escape,
    /// It crashed, hung, or used too much memory.
    Crash,
}

impl Grade {
    /// The short form used in tables.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Same => "G0",
            Self::Rejected => "G1",
            Self::Lost => "G2",
            Self::Phantom => "G3",
            Self::Consensus => "G3c",
            Self::Other => "G4",
            Self::Escape => "G5",
            Self::Crash => "X",
        }
    }

    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "as meant",
            Self::Rejected => "rejected",
            Self::Lost => "lost",
            Self::Phantom => "phantom",
            Self::Consensus => "consensus phantom",
            Self::Other => "other content",
            Self::Escape => "escape",
            Self::Crash => "crash",
        }
    }
}

/// What happened to a patch in one pair of hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchOutcome {
    /// The tree, or why there is none.
    pub built: Result<BuiltTree, Failure>,
    /// How far it is from what was meant.
    pub grade: Grade,
    /// Whether the patch was rejected after files had been changed.
    pub is_partial: bool,
}

impl PatchOutcome {
    /// That of `built`, where `before` was to become `after`.
    pub fn of(built: Result<BuiltTree, Failure>, before: &Tree, after: &Tree) -> Self {
        let grade = match &built {
            Err(_) => Grade::Crash,
            Ok(built) if !built.outside.is_empty() => Grade::Escape,
            Ok(built) if !built.is_accepted => Grade::Rejected,
            Ok(built) => compare(before, after, &built.tree),
        };
        let changed = built.as_ref().is_ok_and(|built| built.tree != *before);
        Self {
            is_partial: grade == Grade::Rejected && changed,
            built,
            grade,
        }
    }

    /// The tree that it accepted the patch for; none where it was not accepted.
    fn taken(&self) -> Option<&Tree> {
        let built = self.built.as_ref().ok()?;
        built.is_accepted.then_some(&built.tree)
    }
}

/// Where all tools that accepted the patch, two at least, built the same phantom, it is one of consensus.
pub(crate) fn find_consensus(outcomes: &mut [PatchOutcome]) {
    let mut taken = outcomes.iter().filter_map(PatchOutcome::taken);
    let Some(first) = taken.next().cloned() else {
        return;
    };
    let mut others = taken.peekable();
    let is_shared = others.peek().is_some() && others.all(|other| *other == first);
    if is_shared {
        let phantoms = outcomes
            .iter_mut()
            .filter(|outcome| outcome.grade == Grade::Phantom);
        phantoms.for_each(|outcome| outcome.grade = Grade::Consensus);
    }
}

/// How far `built` is from `after`.
pub(crate) fn compare(before: &Tree, after: &Tree, built: &Tree) -> Grade {
    let mut paths: Vec<&Vec<u8>> = before
        .keys()
        .chain(after.keys())
        .chain(built.keys())
        .collect();
    paths.sort();
    paths.dedup();
    let grades = paths.into_iter().map(|path| {
        let [before, after, built] = [before, after, built].map(|tree| tree.get(path));
        of_file(before, after, built)
    });
    grades.max().unwrap_or(Grade::Same)
}

fn of_file(before: Option<&File>, after: Option<&File>, built: Option<&File>) -> Grade {
    if built == after {
        return Grade::Same;
    }
    if after == before {
        return Grade::Phantom;
    }
    if built == before {
        return Grade::Lost;
    }
    let mode = |file: Option<&File>| file.map(|file| file.mode);
    if mode(built) != mode(after) {
        return Grade::Other;
    }
    let (meant, made) = (changes(before, after), changes(before, built));
    if is_within(&made, &meant) {
        Grade::Lost
    } else if is_within(&meant, &made) {
        Grade::Phantom
    } else {
        Grade::Other
    }
}

/// How many more of each line there are after than before, or, below zero, fewer.
fn changes<'a>(before: Option<&'a File>, after: Option<&'a File>) -> BTreeMap<&'a [u8], i64> {
    let mut changes = BTreeMap::new();
    for (file, one) in [(before, -1), (after, 1)] {
        let content = file.map_or(&[][..], |file| &file.content);
        for line in content.split_inclusive(|byte| *byte == b'\n') {
            *changes.entry(line).or_insert(0) += one;
        }
    }
    changes.retain(|_, count| *count != 0);
    changes
}

/// Whether all of `some` is among `all`.
fn is_within(some: &BTreeMap<&[u8], i64>, all: &BTreeMap<&[u8], i64>) -> bool {
    some.iter().all(|(line, count)| {
        let other = all.get(line).copied().unwrap_or(0);
        count.signum() == other.signum() && count.abs() <= other.abs()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let file =
            |(path, content): &(&str, &str)| (path.as_bytes().to_vec(), File::ordinary(*content));
        files.iter().map(file).collect()
    }

    #[test]
    fn a_tree_is_graded_by_what_is_worst() {
        let before = tree(&[("a", "1\n2\n3\n"), ("x", "x\n")]);
        let after = tree(&[("a", "1\nB\n3\nC\n"), ("x", "x\n")]);
        let graded = |files| compare(&before, &after, &tree(files));
        assert_eq!(graded(&[("a", "1\nB\n3\nC\n"), ("x", "x\n")]), Grade::Same);
        assert_eq!(graded(&[("a", "1\n2\n3\n"), ("x", "x\n")]), Grade::Lost);
        assert_eq!(graded(&[("a", "1\nB\n3\n"), ("x", "x\n")]), Grade::Lost);
        assert_eq!(
            graded(&[("a", "1\nB\n3\nC\n"), ("x", "y\n")]),
            Grade::Phantom
        );
        assert_eq!(
            graded(&[("a", "1\nB\n3\nC\nD\n"), ("x", "x\n")]),
            Grade::Phantom
        );
        assert_eq!(
            graded(&[("a", "1\nB\n3\nC\n"), ("x", "x\n"), ("e", "")]),
            Grade::Phantom
        );
        assert_eq!(graded(&[("a", "1\nb\n3\nC\n"), ("x", "x\n")]), Grade::Other);
        assert_eq!(graded(&[("a", "1\nb\n3\nC\n"), ("x", "y\n")]), Grade::Other);
    }

    #[test]
    fn a_phantom_is_of_consensus_when_all_that_accept_the_patch_accept_it() {
        let before = tree(&[("a", "1\n")]);
        let after = tree(&[("a", "2\n")]);
        let phantom = tree(&[("a", "2\n"), ("x", "PHANTOM\n")]);
        let outcome = |tree: &Tree, is_accepted| {
            let built = BuiltTree {
                tree: tree.clone(),
                is_accepted,
                outside: Vec::new(),
            };
            PatchOutcome::of(Ok(built), &before, &after)
        };
        let grades = |mut outcomes: Vec<PatchOutcome>| {
            find_consensus(&mut outcomes);
            outcomes
                .iter()
                .map(|outcome| outcome.grade)
                .collect::<Vec<_>>()
        };
        let (taken, rejected) = (outcome(&phantom, true), outcome(&before, false));
        assert_eq!(
            grades(vec![taken.clone(), rejected.clone(), taken.clone()]),
            [Grade::Consensus, Grade::Rejected, Grade::Consensus]
        );
        assert_eq!(
            grades(vec![taken.clone(), outcome(&after, true)]),
            [Grade::Phantom, Grade::Same]
        );
        assert_eq!(
            grades(vec![taken, rejected]),
            [Grade::Phantom, Grade::Rejected]
        );
    }
}
