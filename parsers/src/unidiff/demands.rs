//! What readers demand of a patch beyond where its parts begin and end. It is no leniency, and moves no boundary before the
//! place where they give up. Of these, POSIX demands `hunks-in-order` of whoever writes a patch: the rule `hunk-order`.

use super::claims::{self, Claim, LineChange};
use crate::core::verdict::{End, Reading};

/// Something that a reader demands.
pub struct PatchDemand {
    /// Kebab-case.
    pub id: &'static str,
    /// What a reader with it does.
    pub text: &'static str,
    /// Whether a claim lacks it, given those before it and the input.
    lacks: fn(&Claim<'_>, &[Claim<'_>], &[u8]) -> bool,
}

/// Every demand.
pub static DEMANDS: &[PatchDemand] = &[
    PatchDemand {
        id: "hunk-changes",
        text: "Rejects a hunk that neither removes nor adds a line.",
        lacks: |claim, _, _| {
            let is_common = |line: &claims::ClaimedLine<'_>| line.change == LineChange::Common;
            !claim.lines.is_empty() && claim.lines.iter().all(is_common)
        },
    },
    PatchDemand {
        id: "hunks-in-order",
        text: "Rejects a hunk that begins before the one before it, of the same file, ends.",
        lacks: |claim, before, _| {
            let last = before.last().filter(|_| !claim.begins_file);
            last.is_some_and(|last| {
                let lines = |other| {
                    last.lines
                        .iter()
                        .filter(|line| line.change != other)
                        .count() as u64
                };
                claim.start < last.start.saturating_add(lines(LineChange::Added))
                    || claim.new_start < last.new_start.saturating_add(lines(LineChange::Removed))
            })
        },
    },
    PatchDemand {
        id: "git-headers-agree",
        text: "Rejects a header of git whose lines contradict one another, and a line diff --git that no line of a header follows and that has not one name twice.",
        lacks: |claim, before, input| {
            let end = before.last().map_or(0, |last| last.end);
            headers_disagree(claim, input.get(end..claim.at).unwrap_or(&[]))
        },
    },
    PatchDemand {
        id: "line-numbers-fit",
        text: "Rejects a line number above 2^63 - 1.",
        lacks: |claim, _, _| claim.start.max(claim.new_start) > i64::MAX as u64,
    },
    PatchDemand {
        id: "name-below-folder",
        text: "Rejects a name without a first directory to remove.",
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
    names.map(up_to_tab).collect()
}

/// Whether `git apply` rejects the header of a claim behind this `text`, as observed by running 2.47.3. A line
/// `diff --git` in the text has to have one name twice: no other line says what it is for.
fn headers_disagree(claim: &Claim<'_>, text: &[u8]) -> bool {
    let mut alone = text.split(|byte| *byte == b'\n');
    if alone.any(|line| {
        line.strip_prefix(GIT)
            .is_some_and(|names| name_twice(names).is_none())
    }) {
        return true;
    }
    let lines = claim.header.iter().map(|line| claims::unindented(line));
    let lines: Vec<&[u8]> = lines.collect();
    let begins = lines.iter().rposition(|line| line.starts_with(GIT));
    let header = begins.and_then(|at| lines.get(at..)?.split_first());
    match header {
        Some((git, [])) if claim.begins_file => !claim.lines.is_empty() || is_unnamed(git),
        Some((_, [first, ..])) if first.starts_with(b"--- ") => false,
        Some((git, lines)) if claim.begins_file => extended_disagree(git, lines),
        _ => false,
    }
}

/// What a header of git begins with.
const GIT: &[u8] = b"diff --git ";

fn is_unnamed(git: &[u8]) -> bool {
    git.strip_prefix(GIT).and_then(name_twice).is_none()
}

/// Whether the lines behind a line `diff --git` contradict one another: a file is created and deleted, or renamed and
/// copied; a mode is no octal number; a name is not that of the other lines, or not `/dev/null` where there is no file.
fn extended_disagree(git: &[u8], lines: &[&[u8]]) -> bool {
    let all = |start: &'static [u8]| {
        lines
            .iter()
            .filter_map(move |line| line.strip_prefix(start))
    };
    let after = |start| all(start).next();
    let says = |start| after(start).is_some();
    let (creates, deletes) = (says(b"new file mode "), says(b"deleted file mode "));
    let renames = says(b"rename from ") || says(b"rename to ");
    let copies = says(b"copy from ") || says(b"copy to ");
    let modes: [&[u8]; 4] = [
        b"old mode ",
        b"new mode ",
        b"new file mode ",
        b"deleted file mode ",
    ];
    let mut modes = modes.into_iter().flat_map(all);
    if creates && deletes || renames && copies || modes.any(|mode| !is_mode(mode)) {
        return true;
    }
    let (old, new) = (after(b"--- ").map(up_to_tab), after(b"+++ ").map(up_to_tab));
    let (Some(old), Some(new)) = (old, new) else {
        let has_names = renames || copies || !is_unnamed(git);
        return old.is_some() || new.is_some() || !has_names;
    };
    let whole = git.strip_prefix(GIT).and_then(name_twice);
    let is_other = |name: &[u8], is_absent: bool, moved: [&'static [u8]; 2], is_whole: bool| {
        let path = claims::path(name);
        let path = claims::without_first(&path);
        let mut moved = moved.into_iter().flat_map(all).map(claims::path);
        is_absent && name != b"/dev/null"
            || !is_absent && is_whole && whole.as_deref().is_some_and(|whole| whole != path)
            || moved.any(|moved| moved != path)
    };
    is_other(old, creates, [b"rename from ", b"copy from "], deletes)
        || is_other(new, deletes, [b"rename to ", b"copy to "], creates)
}

/// Whether it begins with an octal number, with or without a sign, up to a blank or the end.
fn is_mode(text: &[u8]) -> bool {
    let digits = text
        .strip_prefix(b"+")
        .or(text.strip_prefix(b"-"))
        .unwrap_or(text);
    let count = digits
        .iter()
        .take_while(|byte| matches!(byte, b'0'..=b'7'))
        .count();
    count > 0 && digits.get(count).is_none_or(u8::is_ascii_whitespace)
}

/// The name that the two names on a line `diff --git` share, each without its first directory.
fn name_twice(names: &[u8]) -> Option<Vec<u8>> {
    let blanks = (0..names.len()).filter(|at| matches!(names.get(*at), Some(b' ' | b'\t')));
    blanks.into_iter().find_map(|at| {
        let [old, new] = [names.get(..at)?, names.get(at + 1..)?].map(claims::path);
        let has_folder = old.contains(&b'/') && new.contains(&b'/');
        let name = claims::without_first(&old);
        (has_folder && name == claims::without_first(&new)).then(|| name.to_vec())
    })
}

/// A name in a header, up to a tab.
fn up_to_tab(name: &[u8]) -> &[u8] {
    let end = name.iter().position(|byte| *byte == b'\t');
    name.get(..end.unwrap_or(name.len())).unwrap_or(name)
}

/// The demand with this id.
pub fn named(id: &str) -> Option<&'static PatchDemand> {
    DEMANDS.iter().find(|demand| demand.id == id)
}

/// Ends `reading`, of `input`, where it lacks what is demanded; the offset of that.
pub fn hold(demands: &[&PatchDemand], reading: &mut Reading, input: &[u8]) -> Option<usize> {
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
        reading.end = End::Rejected;
        reading.pending = None;
        claims.get(nth).map_or(0, |claim| claim.at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::explain::judge_under;
    use crate::core::rule::{Leniency, LeniencySet};
    use crate::core::verdict::Verdict;
    use crate::unidiff::UNIFIED;
    use crate::unidiff::leniencies::{GIT_FILE, GIT_LINE_TEXT, GIT_OLD_ALONE};

    fn held(id: &str, patch: &[u8]) -> (usize, End) {
        held_under(&[], id, patch)
    }

    fn held_under(relaxes: &[&Leniency], id: &str, patch: &[u8]) -> (usize, End) {
        let mut verdict = Verdict::new();
        judge_under(&UNIFIED, &LeniencySet::of(relaxes), patch, &mut verdict);
        let demands: Vec<_> = named(id).into_iter().collect();
        hold(&demands, &mut verdict.reading, patch);
        (verdict.reading.messages.len(), verdict.reading.end)
    }

    #[test]
    fn a_reading_ends_where_something_is_lacking() {
        let patch = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n--- z\n+++ z\n@@ -1 +1 @@\n z\n";
        assert_eq!(held("hunk-changes", patch), (1, End::Rejected));
        assert_eq!(held("name-below-folder", patch), (1, End::Rejected));
        let twice = b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(held("hunks-in-order", twice), (1, End::Rejected));
        assert_eq!(held("hunks-in-order", patch), (2, End::Complete));
        assert_eq!(held("", patch), (2, End::Complete));
        let names =
            b"diff --git a/x b/x\nnew file mode 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(held("git-headers-agree", names), (0, End::Rejected));
        let prose = b"diff --git is what made it.\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n";
        assert_eq!(
            held_under(&[&GIT_LINE_TEXT], "git-headers-agree", prose),
            (0, End::Rejected)
        );
        assert_eq!(held("git-headers-agree", twice), (2, End::Complete));
    }

    /// Each as `git apply` 2.47.3 was observed to accept it or to reject it.
    #[test]
    fn headers_of_git_are_read_as_git_apply_reads_them() {
        let rename = "diff --git a/x b/y\nrename from x\nrename to y\n";
        let create = "diff --git a/x b/x\nnew file mode 100644\n";
        let index = "diff --git a/x b/x\nindex 0000000..1111111 100644\n";
        let modes = |old| format!("diff --git a/x b/x\nold mode {old}\nnew mode 100755\n");
        let names = |old, new| format!("--- {old}\n+++ {new}\n@@ -1 +1 @@\n-a\n+b\n");
        for (is_accepted, patch) in [
            (true, format!("{rename}{}", names("a/x", "b/y"))),
            (false, format!("{rename}{}", names("a/z", "b/y"))),
            (false, format!("{rename}{}", names("a/x", "b/z"))),
            (
                false,
                format!("{rename}copy from x\n{}", names("a/x", "b/y")),
            ),
            (true, format!("{create}{}", names("/dev/null", "b/x"))),
            (false, format!("{create}{}", names("a/x", "b/x"))),
            (false, format!("{create}{}", names("/dev/null", "b/z"))),
            (false, format!("{create}deleted file mode 100644\n")),
            (true, format!("{index}{}", names("a/z", "b/z"))),
            (false, format!("{index}--- a/x\n@@ -1 +1 @@\n-a\n+b\n")),
            (true, modes("+100644")),
            (false, modes("100944")),
            (false, modes("100644x")),
            (false, modes("100644").replace("b/x", "b/y")),
            (true, format!("diff --git a/x b/y\n{}", names("a/z", "b/z"))),
            (
                false,
                format!("diff --git a/x b/y\n\ntext\n{}", names("a/z", "b/z")),
            ),
        ] {
            let relaxes = [&GIT_LINE_TEXT, &GIT_OLD_ALONE, &GIT_FILE];
            let (_, end) = held_under(&relaxes, "git-headers-agree", patch.as_bytes());
            assert_eq!(end == End::Complete, is_accepted, "{patch}");
        }
    }
}
