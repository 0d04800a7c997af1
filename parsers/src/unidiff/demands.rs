//! What readers demand of a patch beyond its syntax: where it is missing they refuse what no rule of the format
//! forbids. It is no leniency, and moves no boundary before the place where they give up.

use super::claims::{self, Change, Claim};
use super::tree;
use crate::verdict::{End, Reading};

/// Something that a reader demands.
pub struct Demand {
    /// Kebab-case.
    pub id: &'static str,
    /// What a reader with it does.
    pub text: &'static str,
    /// Whether a claim lacks it, given those before it and the input.
    lacks: fn(&Claim<'_>, &[Claim<'_>], &[u8]) -> bool,
}

/// Every demand.
pub static DEMANDS: &[Demand] = &[
    Demand {
        id: "hunk-changes",
        text: "Refuses a hunk that neither removes nor adds a line.",
        lacks: |claim, _, _| {
            let is_common = |line: &claims::Line<'_>| line.change == Change::Common;
            !claim.lines.is_empty() && claim.lines.iter().all(is_common)
        },
    },
    Demand {
        id: "hunks-in-order",
        text: "Refuses a hunk that begins before the one before it, of the same file, ends.",
        lacks: |claim, before, _| {
            let last = before.last().filter(|_| !claim.begins_file);
            last.is_some_and(|last| {
                let lines = |other| {
                    last.lines
                        .iter()
                        .filter(|line| line.change != other)
                        .count() as u64
                };
                claim.start < last.start.saturating_add(lines(Change::Added))
                    || claim.new_start < last.new_start.saturating_add(lines(Change::Removed))
            })
        },
    },
    Demand {
        id: "git-headers-agree",
        text: "Refuses a header of git whose lines contradict one another, and a line diff --git that no line of a header follows and that has not one name twice.",
        lacks: |claim, before, input| {
            let end = before.last().map_or(0, |last| last.end);
            tree::contradicts(claim, input.get(end..claim.at).unwrap_or(&[]))
        },
    },
    Demand {
        id: "line-numbers-fit",
        text: "Refuses a line number above 2^63 - 1.",
        lacks: |claim, _, _| claim.start.max(claim.new_start) > i64::MAX as u64,
    },
    Demand {
        id: "name-below-folder",
        text: "Refuses a name without a first directory to take off.",
        lacks: |claim, _, _| {
            let names = two_names(claim);
            let bare = |name: &&[u8]| *name != b"/dev/null" && !claims::path(name).contains(&b'/');
            claim.begins_file && names.iter().any(bare)
        },
    },
];

/// The names on the two lines of a header, up to a tab.
fn two_names<'a>(claim: &Claim<'a>) -> Vec<&'a [u8]> {
    let lines = claim.header.iter().map(|line| claims::unindented(line));
    let names = lines.filter_map(|line| {
        line.strip_prefix(b"--- ")
            .or_else(|| line.strip_prefix(b"+++ "))
    });
    names
        .map(|name| {
            let end = name.iter().position(|byte| *byte == b'\t');
            name.get(..end.unwrap_or(name.len())).unwrap_or(name)
        })
        .collect()
}

/// The demand with this id.
pub fn named(id: &str) -> Option<&'static Demand> {
    DEMANDS.iter().find(|demand| demand.id == id)
}

/// Ends `reading`, of `input`, where it lacks what is demanded; the offset of that.
pub fn hold(demands: &[&Demand], reading: &mut Reading, input: &[u8]) -> Option<usize> {
    if demands.is_empty() {
        return None;
    }
    let claims = claims::of(reading, input);
    let lacking = claims.iter().enumerate().position(|(nth, claim)| {
        let before = claims.get(..nth).unwrap_or(&[]);
        demands
            .iter()
            .any(|demand| (demand.lacks)(claim, before, input))
    });
    lacking.map(|nth| {
        reading.messages.truncate(nth);
        let parts = reading.messages.last().map_or(0, |last| last.last_part);
        reading.parts.truncate(parts);
        reading.end = End::Refused;
        reading.pending = None;
        claims.get(nth).map_or(0, |claim| claim.at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::judge_under;
    use crate::rule::{Leniency, LeniencySet};
    use crate::unidiff::UNIFIED;
    use crate::unidiff::leniencies::GIT_LINE_TEXT;
    use crate::verdict::Verdict;

    fn held(id: &str, patch: &[u8]) -> (usize, End) {
        held_under(&[], id, patch)
    }

    fn held_under(waives: &[&Leniency], id: &str, patch: &[u8]) -> (usize, End) {
        let mut verdict = Verdict::new();
        judge_under(&UNIFIED, &LeniencySet::of(waives), patch, &mut verdict);
        let demands: Vec<_> = named(id).into_iter().collect();
        hold(&demands, &mut verdict.reading, patch);
        (verdict.reading.messages.len(), verdict.reading.end)
    }

    #[test]
    fn a_reading_ends_where_something_is_lacking() {
        let patch = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n--- z\n+++ z\n@@ -1 +1 @@\n z\n";
        assert_eq!(held("hunk-changes", patch), (1, End::Refused));
        assert_eq!(held("name-below-folder", patch), (1, End::Refused));
        let twice = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(held("hunks-in-order", twice), (1, End::Refused));
        assert_eq!(held("hunks-in-order", patch), (2, End::Complete));
        assert_eq!(held("", patch), (2, End::Complete));
        let names =
            b"diff --git a/x b/x\nnew file mode 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(held("git-headers-agree", names), (0, End::Refused));
        let prose = b"diff --git is what made it.\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(
            held_under(&[&GIT_LINE_TEXT], "git-headers-agree", prose),
            (0, End::Refused)
        );
        assert_eq!(held("git-headers-agree", twice), (2, End::Complete));
    }
}
