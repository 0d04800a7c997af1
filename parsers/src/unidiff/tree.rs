//! What the claims of a reading make of a tree of files.

use std::collections::BTreeMap;

use super::claims::{Claim, ClaimedLine, LineChange, path, unindented};

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

/// Applies the claims in order, each where its lines stand: at the line that it names, or nearest to it. Of the paths
/// in headers the first directory is taken off. Binary data are not read, and do not apply. Returns the tree, and how
/// many claims do not apply.
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
    if claim.is_binary {
        return None;
    }
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
    let creates = header.creates || is_of_nothing(claim);
    if creates && claim.begins_file && !tree.contains_key(&target) {
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

/// Whether a hunk names line 0 of the old file and only adds: it is for an empty file, or for none.
fn is_of_nothing(claim: &Claim<'_>) -> bool {
    let adds = |line: &ClaimedLine<'_>| line.change == LineChange::Added;
    claim.start == 0 && !claim.lines.is_empty() && claim.lines.iter().all(adds)
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
    let side = |other: LineChange| {
        let lines = claim.lines.iter().filter(move |line| line.change != other);
        lines.map(whole).collect::<Vec<_>>()
    };
    let (old, new) = (side(LineChange::Added), side(LineChange::Removed));
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
fn whole(line: &ClaimedLine<'_>) -> Vec<u8> {
    let mut whole = line.text.to_vec();
    if line.is_ended {
        whole.push(b'\n');
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::parser::judge;
    use crate::core::verdict::Verdict;
    use crate::unidiff::{claims, strict::StrictDiff};

    fn built(tree: &[(&str, &str)], patch: &str) -> (Vec<(String, String)>, usize) {
        let mut verdict = Verdict::new();
        judge(&StrictDiff, patch.as_bytes(), &mut verdict);
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
}
