//! What the claims of a reading make of a tree of files.

mod exact;
mod fuzzy;
mod onward;
mod quoted;

use std::collections::BTreeMap;

use super::claims::{self, Change, Claim, Line, path, unindented};
use super::mail;
use crate::verdict::{End, Reading};

/// The mode of an ordinary file.
pub const ORDINARY: u32 = 0o100_644;
/// The mode of a file that can be run.
pub const EXECUTABLE: u32 = 0o100_755;
/// The mode of a symbolic link, whose content is where it leads.
pub const LINK: u32 = 0o120_000;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its mode, as git has them.
    pub mode: u32,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl File {
    /// An ordinary file.
    pub fn ordinary(content: impl Into<Vec<u8>>) -> Self {
        Self {
            mode: ORDINARY,
            content: content.into(),
        }
    }
}

/// Files by their paths.
pub type Tree = BTreeMap<Vec<u8>, File>;

/// How a reader makes a tree of what it claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Claim by claim, as far as they apply: see [`build`].
    Each,
    /// As [`Manner::Each`], but a patch that does not apply as a whole changes nothing.
    Whole,
    /// As git apply does, which goes through the lines itself, whatever a reader takes them for.
    Exact,
    /// As git am does, likewise: mail by mail; see [`built_of_mails`].
    Mails,
    /// As GNU patch does, likewise.
    Fuzzy,
    /// As busybox patch does, likewise.
    Onward,
}

/// The tree that a reader of this manner makes of its `reading` of `input`, and whether it says that all went well.
pub fn built(manner: Manner, tree: &Tree, reading: &Reading, input: &[u8]) -> (Tree, bool) {
    match manner {
        Manner::Exact => return exact::build(tree, input, false),
        Manner::Mails => return exact::build(tree, input, true),
        Manner::Fuzzy => return fuzzy::build(tree, input),
        Manner::Onward => return onward::build(tree, input),
        Manner::Each | Manner::Whole => {}
    }
    let claims = claims::of(reading, input);
    let is_read = reading.end == End::Complete && !claims.is_empty();
    let (built, failed) = build(tree, &claims);
    let is_accepted = is_read && failed == 0;
    match is_accepted || manner == Manner::Each {
        true => (built, is_accepted),
        false => (tree.clone(), false),
    }
}

/// Makes a tree of another one and a patch, and says whether all went well.
pub type Build<'a> = dyn FnMut(&Tree, &[u8]) -> (Tree, bool) + 'a;

/// The tree that comes of the mails of `input`, one after the other, up to the first that `build` refuses to make of the
/// tree so far and the patch of the mail, or of which git am cannot make a commit; and whether there was none.
pub fn built_of_mails(tree: &Tree, input: &[u8], build: &mut Build<'_>) -> (Tree, bool) {
    let mut tree = tree.clone();
    let Some(mails) = mail::format::mails(input) else {
        return (tree, false);
    };
    for mail in mails {
        let Some(info) = mail::info::of(&mail) else {
            return (tree, false);
        };
        let (built, is_accepted) = build(&tree, &info.patch);
        tree = built;
        // Only when it commits what it has applied does it ask whose it is.
        if !is_accepted || !info.makes_commit {
            return (tree, false);
        }
    }
    (tree, true)
}

/// Whether git apply does not read a claim behind this text: the lines of its header contradict one another, or a line
/// `diff --git` in the text has not one name twice.
pub fn contradicts(claim: &Claim<'_>, text: &[u8]) -> bool {
    exact::contradicts(claim, text)
}

/// Applies the claims in order, each where its lines stand: at the line that it names, or nearest to it. Of the paths
/// in headers the first directory is taken off. Returns the tree, and how many claims do not apply.
pub fn build(tree: &Tree, claims: &[Claim<'_>]) -> (Tree, usize) {
    let (mut tree, mut failed) = (tree.clone(), 0);
    let mut drift = 0;
    for claim in claims {
        if claim.begins_file {
            drift = 0;
        }
        if apply(&mut tree, claim, &mut drift).is_none() {
            failed += 1;
        }
    }
    (tree, failed)
}

fn apply(tree: &mut Tree, claim: &Claim<'_>, drift: &mut i64) -> Option<()> {
    let header = Header::of(claim);
    let target = claim.target();
    let moved = header
        .source
        .map(|source| (path(source), header.keeps_source));
    if let Some((source, keeps)) = moved.filter(|_| claim.begins_file) {
        let file = match keeps {
            true => tree.get(&source).cloned(),
            false => tree.remove(&source),
        };
        tree.insert(target.clone(), file?);
    }
    if header.creates && claim.begins_file && !tree.contains_key(&target) {
        let mode = header.mode.unwrap_or(ORDINARY);
        tree.insert(
            target.clone(),
            File {
                mode,
                content: Vec::new(),
            },
        );
    }
    let file = tree.get_mut(&target)?;
    if let Some(mode) = header.mode {
        file.mode = mode;
    }
    if !claim.lines.is_empty() {
        file.content = patched(&file.content, claim, drift)?;
    }
    if header.deletes && file.content.is_empty() {
        tree.remove(&target);
    }
    Some(())
}

/// What the header of a file says besides its name.
#[derive(Default)]
struct Header<'a> {
    creates: bool,
    deletes: bool,
    mode: Option<u32>,
    /// From where the file is renamed or copied.
    source: Option<&'a [u8]>,
    keeps_source: bool,
}

impl<'a> Header<'a> {
    fn of(claim: &Claim<'a>) -> Self {
        let mut header = Self::default();
        for line in claim.header.iter().map(|line| unindented(line)) {
            let mode =
                |text: &[u8]| u32::from_str_radix(std::str::from_utf8(text).ok()?.trim(), 8).ok();
            if let Some(text) = line.strip_prefix(b"new file mode ") {
                (header.creates, header.mode) = (true, mode(text));
            } else if let Some(text) = line.strip_prefix(b"new mode ") {
                header.mode = mode(text);
            } else if line.starts_with(b"deleted file mode ") || line.starts_with(b"+++ /dev/null")
            {
                header.deletes = true;
            } else if line.starts_with(b"--- /dev/null") {
                header.creates = true;
            } else if let Some(source) = line.strip_prefix(b"rename from ") {
                header.source = Some(source);
            } else if let Some(source) = line.strip_prefix(b"copy from ") {
                (header.source, header.keeps_source) = (Some(source), true);
            }
        }
        header
    }
}

/// `content` after the hunk; none where its lines do not stand in it.
fn patched(content: &[u8], claim: &Claim<'_>, drift: &mut i64) -> Option<Vec<u8>> {
    let side = |other: Change| {
        let lines = claim.lines.iter().filter(move |line| line.change != other);
        lines.map(whole).collect::<Vec<_>>()
    };
    let (old, new) = (side(Change::Added), side(Change::Removed));
    let lines: Vec<&[u8]> = content.split_inclusive(|byte| *byte == b'\n').collect();
    let named = match old.is_empty() {
        true => claim.start,
        false => claim.start.saturating_sub(1),
    };
    let wanted = i64::try_from(named).ok()?.saturating_add(*drift);
    let last = lines.len().checked_sub(old.len())?;
    let fits = |at: &usize| {
        let stand = lines.iter().skip(*at).zip(&old);
        stand.clone().count() == old.len()
            && stand.clone().all(|(line, old)| *line == old.as_slice())
    };
    let distance = |at: &usize| (*at as i64 - wanted).unsigned_abs();
    let at = (0..=last).filter(fits).min_by_key(distance)?;
    *drift += new.len() as i64 - old.len() as i64 + (at as i64 - wanted);
    let mut patched: Vec<u8> = lines.iter().take(at).copied().flatten().copied().collect();
    patched.extend(new.iter().flatten());
    patched.extend(lines.iter().skip(at + old.len()).copied().flatten());
    Some(patched)
}

/// A line as it is in a file.
fn whole(line: &Line<'_>) -> Vec<u8> {
    let mut whole = line.text.to_vec();
    if line.is_ended {
        whole.push(b'\n');
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::judge;
    use crate::unidiff::{claims, strict::Strict};
    use crate::verdict::Verdict;

    fn built(tree: &[(&str, &str)], patch: &str) -> (Vec<(String, String)>, usize) {
        let mut verdict = Verdict::new();
        judge(&Strict, patch.as_bytes(), &mut verdict);
        let files = tree
            .iter()
            .map(|(path, content)| (path.as_bytes().to_vec(), File::ordinary(*content)));
        let (tree, failed) = build(
            &files.collect(),
            &claims::of(&verdict.reading, patch.as_bytes()),
        );
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let files = tree
            .iter()
            .map(|(path, file)| (text(path), text(&file.content)));
        (files.collect(), failed)
    }

    #[test]
    fn hunks_change_the_lines_that_they_name() {
        let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n a\n+new\n b\n@@ -4 +5 @@\n-d\n+D\n\
            --- /dev/null\n+++ b/y\n@@ -0,0 +1 @@\n+y\n\\ No newline at end of file\n\
            --- a/z\n+++ /dev/null\n@@ -1 +0,0 @@\n-z\n";
        let (files, failed) = built(&[("x", "a\nb\nc\nd\nd\n"), ("z", "z\n")], patch);
        let told: Vec<_> = files
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_str()))
            .collect();
        assert_eq!(
            (told.as_slice(), failed),
            ([("x", "a\nnew\nb\nc\nD\nd\n"), ("y", "y")].as_slice(), 0)
        );
    }

    #[test]
    fn what_does_not_stand_there_fails() {
        let (files, failed) = built(&[("x", "a\n")], "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+c\n");
        assert_eq!((files.len(), failed), (1, 1));
    }

    #[test]
    fn a_rename_takes_the_file_along() {
        let (files, failed) = built(
            &[("x", "a\n")],
            "diff --git a/x b/y\nrename from x\nrename to y\n",
        );
        assert_eq!(
            (files, failed),
            (vec![("y".to_owned(), "a\n".to_owned())], 0)
        );
    }

    fn built_in(manner: Manner, tree: &[(&str, &str)], patch: &str) -> (Vec<String>, bool) {
        let mut verdict = Verdict::new();
        judge(&Strict, patch.as_bytes(), &mut verdict);
        let files = tree
            .iter()
            .map(|(path, content)| (path.as_bytes().to_vec(), File::ordinary(*content)));
        let input = patch.as_bytes();
        let (tree, is_accepted) = super::built(manner, &files.collect(), &verdict.reading, input);
        let text = |file: &File| String::from_utf8_lossy(&file.content).into_owned();
        (tree.values().map(text).collect(), is_accepted)
    }

    #[test]
    fn context_that_differs_is_left_out_by_one_who_is_fuzzy_alone() {
        let patch = "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n";
        let tree = [("x", "other\nb\nc\n")];
        let made = |text: &str, is_accepted| (vec![text.to_owned()], is_accepted);
        let changed = "other\nB\nc\n";
        assert_eq!(built_in(Manner::Fuzzy, &tree, patch), made(changed, true));
        let before = "other\nb\nc\n";
        assert_eq!(built_in(Manner::Exact, &tree, patch), made(before, false));
        assert_eq!(built_in(Manner::Onward, &tree, patch), made(before, false));
    }

    #[test]
    fn a_hunk_that_names_the_first_line_stands_there_but_for_one_who_only_goes_on() {
        let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-b\n+B\n c\n";
        let tree = [("x", "a\nb\nc\n")];
        let (made, is_accepted) = built_in(Manner::Onward, &tree, patch);
        assert_eq!((made, is_accepted), (vec!["a\nB\nc\n".to_owned()], true));
        let (_, is_accepted) = built_in(Manner::Exact, &tree, patch);
        assert!(!is_accepted);
    }

    #[test]
    fn a_marker_ends_a_hunk_too_early_for_one_who_knows_none() {
        let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-b\n\\ No newline at end of file\n+B\n c\n";
        let (made, is_accepted) = built_in(Manner::Onward, &[("x", "b\nc\n")], patch);
        assert_eq!((made, is_accepted), (vec!["b\nc\n".to_owned()], false));
        // Behind the last line it is text.
        let patch = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-b\n+B\n\\ No newline at end of file\n";
        let (made, is_accepted) = built_in(Manner::Onward, &[("x", "b\n")], patch);
        assert_eq!((made, is_accepted), (vec!["B\n".to_owned()], true));
    }

    #[test]
    fn mails_are_built_up_to_the_first_of_which_no_commit_can_be_made() {
        let mail = |fields: &str, patch: &str| {
            format!("From a Mon Sep 17 00:00:00 2001\n{fields}Subject: x\n\n---\n{patch}")
        };
        let patch = |name: &str| format!("--- a/{name}\n+++ b/{name}\n@@ -1 +1 @@\n-a\n+b\n");
        let tree: Tree = [("x", "a\n"), ("y", "a\n"), ("z", "a\n")]
            .map(|(path, text)| (path.as_bytes().to_vec(), File::ordinary(text)))
            .into();
        let mut build = |tree: &Tree, text: &[u8]| {
            let mut verdict = Verdict::new();
            judge(&Strict, text, &mut verdict);
            super::built(Manner::Mails, tree, &verdict.reading, text)
        };
        let from = "From: A <a@b>\n";
        let mut made = |input: &str| {
            let (tree, is_accepted) = built_of_mails(&tree, input.as_bytes(), &mut build);
            let content = |file: &File| file.content == b"b\n";
            (tree.values().map(content).collect::<Vec<_>>(), is_accepted)
        };
        let [x, y, z] = ["x", "y", "z"].map(patch);
        let all = [mail(from, &x), mail("", &y), mail(from, &z)].concat();
        assert_eq!(made(&all), (vec![true, true, false], false));
        assert_eq!(
            made(&all.replace("Subject", "From: A <a@b>\nSubject")).0,
            [true; 3]
        );
        assert_eq!(made(&x), (vec![false; 3], false));
    }

    #[test]
    fn a_new_file_that_is_there_is_refused_by_who_is_exact() {
        let patch = "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n";
        for manner in [Manner::Exact, Manner::Fuzzy, Manner::Onward] {
            let made = vec!["a\n".to_owned()];
            assert_eq!(built_in(manner, &[("x", "a\n")], patch), (made, false));
            assert_eq!(built_in(manner, &[], patch), (vec!["y\n".to_owned()], true));
        }
    }
}
