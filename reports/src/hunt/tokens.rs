//! Tokens in the lines that a patch adds: what is found of them in a tree tells which lines a tool has taken that shows
//! no reading.

use std::collections::BTreeSet;

use parsers::core::explain;
use parsers::unidiff::claims::{self, LineChange};
use parsers::unidiff::label;
use parsers::unidiff::tree::{File, Tree};
use parsers::{Family, LeniencySet, Reading, Verdict};
use peers::BuiltTree;

/// What stands around the number of a token.
const AROUND: &str = "~~";

/// A patch whose added lines end with tokens, and a tree to which it is applied.
pub(crate) struct TokenPatch {
    /// The patch.
    pub patch: Vec<u8>,
    /// Every file that either of two readings names, with all that it takes for old lines.
    pub tree: Tree,
    /// The tokens of the lines that each of the two adds.
    added: [BTreeSet<usize>; 2],
}

impl TokenPatch {
    /// Marks `input`, about which these two dialects disagree; none where they add the same lines of it.
    pub fn of(family: &'static Family, input: &[u8], sets: [LeniencySet; 2]) -> Option<Self> {
        let verdicts = sets.map(|set| judged(family, &set, input));
        let patch = mark(input, verdicts.each_ref().map(|verdict| &verdict.reading));
        let verdicts = sets.map(|set| judged(family, &set, &patch));
        let claims = verdicts
            .each_ref()
            .map(|verdict| claims::of(&verdict.reading, &patch));
        let added = claims.each_ref().map(|claims| {
            let lines = claims.iter().flat_map(|claim| &claim.lines);
            let added = lines.filter(|line| line.change == LineChange::Added);
            added.flat_map(|line| tokens(line.text)).collect()
        });
        let mut tree = Tree::new();
        for claim in claims.iter().flatten() {
            let old = claim
                .lines
                .iter()
                .filter(|line| line.change != LineChange::Added);
            let old: Vec<u8> = old.flat_map(|line| [line.text, b"\n"].concat()).collect();
            let path = claim.target();
            if old.is_empty() || path.is_empty() {
                continue;
            }
            let file = tree
                .entry(path)
                .or_insert_with(|| File::ordinary(Vec::new()));
            if !file.content.windows(old.len()).any(|there| there == old) {
                file.content.extend(old);
            }
        }
        let marked = Self { patch, tree, added };
        (marked.added[0] != marked.added[1]).then_some(marked)
    }

    /// Which of the two, 0 or 1, a tool reads as that has built this; none for neither.
    pub(crate) fn side(&self, built: &BuiltTree) -> Option<usize> {
        let files = built.tree.values();
        let found: BTreeSet<usize> = files.flat_map(|file| tokens(&file.content)).collect();
        self.added.iter().position(|added| *added == found)
    }
}

fn judged(family: &'static Family, set: &LeniencySet, input: &[u8]) -> Verdict {
    let mut verdict = Verdict::new();
    explain::judge_under(family, set, input, &mut verdict);
    verdict
}

/// The input with a token at the end of each line that one of the readings reads as an added one.
fn mark(input: &[u8], readings: [&Reading; 2]) -> Vec<u8> {
    let mut ends = BTreeSet::new();
    for part in readings.iter().flat_map(|reading| &reading.parts) {
        if part.label != label::BODY {
            continue;
        }
        let mut at = part.start;
        let body = input.get(part.start..part.end).unwrap_or(&[]);
        for line in body.split_inclusive(|byte| *byte == b'\n') {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            if text.starts_with(b"+") {
                ends.insert(at + text.len());
            }
            at += line.len();
        }
    }
    let (mut marked, mut from) = (Vec::with_capacity(input.len()), 0);
    for (nth, end) in ends.into_iter().enumerate() {
        marked.extend_from_slice(input.get(from..end).unwrap_or(&[]));
        marked.extend_from_slice(format!("{AROUND}{nth}{AROUND}").as_bytes());
        from = end;
    }
    marked.extend_from_slice(input.get(from..).unwrap_or(&[]));
    marked
}

/// The numbers of the tokens in a text.
fn tokens(text: &[u8]) -> Vec<usize> {
    let text = String::from_utf8_lossy(text);
    let pieces = text.split(AROUND);
    pieces.filter_map(|piece| piece.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;
    use parsers::unidiff::{UNIFIED, tree};

    const INDENTED: &[u8] =
        b"  --- a/x\n  +++ b/x\n  @@ -1 +1 @@\n  -x\n  +y\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n";

    #[test]
    fn a_token_in_a_tree_shows_which_reader_reads_so() {
        let spaces = UNIFIED.leniency("indented-spaces").unwrap();
        let text = UNIFIED.leniency("indented-text").unwrap();
        let sets = [LeniencySet::of(&[text]), LeniencySet::of(&[spaces])];
        let marked = TokenPatch::of(&UNIFIED, INDENTED, sets).unwrap();
        let built = |set: &LeniencySet| {
            let verdict = judged(&UNIFIED, set, &marked.patch);
            let claims = claims::of(&verdict.reading, &marked.patch);
            let (tree, failed) = tree::build(&marked.tree, &claims);
            BuiltTree {
                tree,
                is_accepted: failed == 0,
                outside: Vec::new(),
            }
        };
        assert_eq!(marked.side(&built(&sets[0])), Some(0));
        assert_eq!(marked.side(&built(&sets[1])), Some(1));
        let neither = BuiltTree::of(&marked.tree, None);
        assert_eq!(marked.side(&neither), None);
        assert!(TokenPatch::of(&UNIFIED, INDENTED, [sets[0], sets[0]]).is_none());
    }
}
