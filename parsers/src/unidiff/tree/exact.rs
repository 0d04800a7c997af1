//! Building as git apply does: it goes through the lines of the input itself, each hunk stands where its lines do, byte for
//! byte, and all of a patch applies or none, unless it cannot be written.
//!
//! What the header of a file says twice has to agree: see git-diff, GENERATING PATCH TEXT WITH -P, and apply.c of git.

mod hunk;
mod names;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use super::super::claims::Claim;
use super::{EXECUTABLE, File, LINK, ORDINARY, Tree};
use hunk::Hunk;
use names::{MODULE, Strip, is_path, is_space, named_twice};
use read::{Moves, Patch};

/// The bits of a mode that tell the kind of a file.
const KIND: u32 = 0o170_000;

/// `tree` after the patch, and whether all went well; as it was where the patch does not apply as a whole. Of a mail, what is
/// to be taken off the names is guessed, and the files are those of a commit; else the first directory is taken off.
pub(super) fn build(tree: &Tree, input: &[u8], is_mail: bool) -> (Tree, bool) {
    match applied(tree, input, is_mail) {
        Some(building) => building.finish(is_mail),
        None => (tree.clone(), false),
    }
}

fn applied<'a>(tree: &'a Tree, input: &[u8], is_mail: bool) -> Option<Building<'a>> {
    let strip = match is_mail {
        true => Strip::Guessed,
        false => Strip::Folder,
    };
    let mut files = read::files(input, strip).ok()?;
    // What binary data are is not read here.
    if files.is_empty() || files.iter().any(|patch| patch.is_binary) {
        return None;
    }
    let leaves = |patch: &&Patch| patch.new.is_none() || patch.moves == Moves::Rename;
    let left = files.iter().filter(leaves);
    let mut building = Building {
        before: tree,
        changed: BTreeMap::new(),
        leaving: left.filter_map(|patch| patch.old.clone()).collect(),
        goes: Vec::new(),
        comes: Vec::new(),
    };
    for patch in &mut files {
        building.apply(patch)?;
    }
    Some(building)
}

/// Whether the header of a claim behind this text cannot be read.
pub(super) fn contradicts(claim: &Claim<'_>, text: &[u8]) -> bool {
    let patch = |named| Patch::of(claim, named);
    let read = named_before(text).map(|named| !claim.begins_file || patch(named).is_some());
    read != Some(true)
}

/// The name that lines `diff --git` in a text leave to the next header: that of the first. None where one of them does not
/// have it twice, at which git gives up; and no name where there is no such line.
fn named_before(text: &[u8]) -> Option<Option<Vec<u8>>> {
    let lines = text.split(|byte| *byte == b'\n');
    let mut named = None;
    for both in lines.filter_map(|line| line.strip_prefix(b"diff --git ")) {
        let name = named_twice(both, Strip::Folder)?;
        named.get_or_insert(name);
    }
    Some(named)
}

/// A tree while it is built.
struct Building<'a> {
    before: &'a Tree,
    /// Files that were changed; none for those that are gone.
    changed: BTreeMap<Vec<u8>, Option<File>>,
    /// Files that some part of the patch takes away.
    leaving: BTreeSet<Vec<u8>>,
    /// The files that go before any is written.
    goes: Vec<Vec<u8>>,
    /// The files that are written, in order.
    comes: Vec<(Vec<u8>, File)>,
}

impl Building<'_> {
    fn apply(&mut self, patch: &mut Patch) -> Option<()> {
        let mut file = None;
        if let Some(old) = &patch.old {
            match self.old(old, patch) {
                Found::File(found) => file = Some(found),
                Found::Nothing if patch.creates.is_none() => {
                    (patch.creates, patch.deletes) = (Some(true), Some(false));
                }
                Found::Nothing | Found::Gone => return None,
            }
        }
        let creates = patch.creates == Some(true);
        if let Some(file) = &file {
            let old_mode = *patch.old_mode.get_or_insert(file.mode);
            if (old_mode ^ file.mode) & KIND != 0 {
                return None;
            }
            if patch.deletes != Some(true) {
                patch.new_mode.get_or_insert(file.mode);
            }
        }
        if let Some(new) = &patch.new {
            let is_made = creates || patch.moves != Moves::Not;
            let is_left = self.leaving.contains(new);
            if is_made && !is_left && self.before.contains_key(new) {
                return None;
            }
        }
        let names = [&patch.old, &patch.new];
        if names.into_iter().flatten().any(|name| !is_path(name)) {
            return None;
        }
        let new_mode = patch.new_mode.unwrap_or(ORDINARY);
        let known = file.as_ref().map(|file| file.mode);
        if patch.deletes != Some(true) && known.is_some_and(|mode| (mode ^ new_mode) & KIND != 0) {
            return None;
        }
        let content = file.map_or(Vec::new(), |file| file.content);
        let content = patched(content, &patch.hunks)?;
        if patch.deletes == Some(true) && !content.is_empty() {
            return None;
        }
        self.put(patch, new_mode, content);
        Some(())
    }

    /// The file of this name, as earlier parts of the patch have left it.
    fn old(&self, name: &[u8], patch: &Patch) -> Found {
        let earlier = self.changed.get(name).filter(|_| patch.moves == Moves::Not);
        match earlier {
            Some(Some(file)) => Found::File(file.clone()),
            Some(None) => Found::Gone,
            None => match self.before.get(name) {
                Some(file) => Found::File(file.clone()),
                None => Found::Nothing,
            },
        }
    }

    fn put(&mut self, patch: &Patch, mode: u32, content: Vec<u8>) {
        let deletes = patch.deletes == Some(true);
        let stays = patch.creates == Some(true) || patch.moves == Moves::Copy;
        if let Some(old) = &patch.old {
            if deletes || patch.moves == Moves::Rename {
                self.changed.insert(old.clone(), None);
            }
            if !stays {
                self.goes.push(old.clone());
            }
        }
        if let Some(new) = patch.new.clone().filter(|_| !deletes) {
            let file = File { mode, content };
            self.changed.insert(new.clone(), Some(file.clone()));
            self.comes.push((new, file));
        }
    }

    /// Takes away what goes, and writes what comes, up to what cannot be written.
    fn finish(self, is_mail: bool) -> (Tree, bool) {
        let mut tree = self.before.clone();
        tree.retain(|path, _| !self.goes.contains(path));
        for (path, mut file) in self.comes {
            match file.mode {
                // A module is a folder, which a commit has only where it says which commit of the module it is.
                MODULE if is_mail => return (tree, false),
                MODULE => continue,
                LINK => {
                    let end = memchr::memchr(0, &file.content);
                    file.content.truncate(end.unwrap_or(file.content.len()));
                }
                EXECUTABLE => {}
                _ => file.mode = ORDINARY,
            }
            let is_nowhere = file.mode == LINK && file.content.is_empty();
            if is_nowhere || !has_place(&path, &tree) {
                return (tree, false);
            }
            tree.insert(path, file);
        }
        (tree, true)
    }
}

/// Whether a path is neither one of a folder nor below a file.
fn has_place(path: &[u8], tree: &Tree) -> bool {
    let is_below = |path: &[u8], folder: &[u8]| {
        let rest = path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with(b"/"))
    };
    let mut known = tree.keys();
    known.all(|known| !is_below(known, path) && !is_below(path, known))
}

/// What there is of a name.
enum Found {
    File(File),
    Nothing,
    Gone,
}

/// `content` after the hunks; none where one of them does not stand there. Lines that a hunk has had are nobody else's.
fn patched(content: Vec<u8>, hunks: &[Hunk]) -> Option<Vec<u8>> {
    let lines = content.split_inclusive(|byte| *byte == b'\n');
    let mut lines: Vec<(Vec<u8>, bool)> = lines.map(|line| (line.to_vec(), false)).collect();
    for hunk in hunks {
        let at = place(&lines, hunk)?;
        let new = hunk.new.iter().map(|line| (line.clone(), true));
        lines.splice(at..at + hunk.old.len(), new);
    }
    Some(lines.into_iter().flat_map(|(line, _)| line).collect())
}

/// Where a hunk stands: at the line that it names, or at the nearest, later ones first. One that names the first line
/// stands at the front, and one that ends without context at the end.
fn place(lines: &[(Vec<u8>, bool)], hunk: &Hunk) -> Option<usize> {
    let old = &hunk.old;
    let last = lines.len().checked_sub(old.len())?;
    let is_front = hunk.first <= 1;
    let fits = |at: &usize| {
        (!is_front || *at == 0)
            && (hunk.has_back || *at == last)
            && stands(lines.get(*at..).unwrap_or(&[]), old, hunk.has_back)
    };
    // It counts lines in 32 bits, and those below nought as too many.
    let named = usize::try_from(hunk.new_first.saturating_sub(1) as i32).unwrap_or(usize::MAX);
    let named = match (is_front, hunk.has_back) {
        (true, _) => 0,
        (_, false) => last,
        _ => named.min(lines.len()),
    };
    let far = |at: &usize| (at.abs_diff(named), *at < named);
    (0..=last).filter(fits).min_by_key(far)
}

/// Whether old lines are these: but for blanks, line by line, and then byte for byte, all together. The last of them may lack
/// an end that the line has, unless the hunk has to stand at the end.
fn stands(lines: &[(Vec<u8>, bool)], old: &[Vec<u8>], has_back: bool) -> bool {
    let mut pairs = lines.iter().zip(old);
    let is_alike =
        pairs.all(|((line, is_taken), old)| !is_taken && (line == old || seen(line).eq(seen(old))));
    let mut bytes = lines.iter().flat_map(|(line, _)| line);
    is_alike
        && old.iter().flatten().all(|byte| bytes.next() == Some(byte))
        && (has_back || bytes.next().is_none())
}

/// The bytes of a line but for blanks.
fn seen(line: &[u8]) -> impl Iterator<Item = &u8> {
    line.iter().filter(|byte| !is_space(**byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let file =
            |(path, content): &(&str, &str)| (path.as_bytes().to_vec(), File::ordinary(*content));
        files.iter().map(file).collect()
    }

    fn built_as(is_mail: bool, before: &[(&str, &str)], patch: &str) -> (Vec<String>, bool) {
        let (tree, is_well) = build(&tree(before), patch.as_bytes(), is_mail);
        let text = |bytes: &[u8]| bytes.escape_ascii().to_string();
        let files = tree.iter().map(|(path, file)| {
            let (path, content) = (text(path), text(&file.content));
            format!("{path} {:o} {content}", file.mode)
        });
        (files.collect(), is_well)
    }

    fn built(before: &[(&str, &str)], patch: &str) -> (Vec<String>, bool) {
        built_as(false, before, patch)
    }

    fn made(files: &[&str], is_well: bool) -> (Vec<String>, bool) {
        let files = files.iter().map(|file| (*file).to_owned());
        (files.collect(), is_well)
    }

    const X: &str = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
    const BEFORE: &[(&str, &str)] = &[("x", "a\n")];

    #[test]
    fn a_hunk_that_no_header_names_is_refused_but_where_its_numbers_are_none() {
        let after = made(&["x 100644 b\\n"], true);
        let patch = format!("@@ -+1 +1 @@\n-a\n+b\n{X}");
        assert_eq!(built(BEFORE, &patch), after);
        let patch = format!("--- a/y\n+++ b/y\n@@\t-1 +1 @@\n-a\n+b\n{X}");
        assert_eq!(built(BEFORE, &patch), after);
        let patch = format!("@@ -1 +1 @@\n-a\n+b\n{X}");
        assert_eq!(built(BEFORE, &patch), made(&["x 100644 a\\n"], false));
    }

    #[test]
    fn broken_binary_data_end_what_is_read_and_what_was_read_is_applied() {
        let binary = "diff --git a/y b/y\nindex 1..2\nGIT binary patch\nliteral 3\nCabcd\n\n";
        let patch = format!("{X}{binary}");
        assert_eq!(built(BEFORE, &patch), made(&["x 100644 b\\n"], true));
        let unpacked = patch.replace("Cabcd", "Cabcde");
        assert_eq!(built(BEFORE, &unpacked), made(&["x 100644 b\\n"], true));
        let whole = patch.replace("Cabcd", "KcmYdf-~s>vFaT@-");
        assert_eq!(built(BEFORE, &whole), made(&["x 100644 a\\n"], false));
    }

    #[test]
    fn names_that_are_none_are_those_of_the_first_line() {
        let patch = "diff --git a/x b/x\nindex 1..2\n--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n";
        assert_eq!(built(BEFORE, patch), made(&["x 100644 b\\n"], true));
        let quoted = "diff --git a/x \"b/\\4x\"\nrename from x\nrename to \"\\4x\"\n";
        let named = made(&["\\\"\\\\4x\\\" 100644 a\\n"], true);
        assert_eq!(built(BEFORE, quoted), named);
    }

    #[test]
    fn of_a_mail_what_is_taken_off_is_guessed() {
        let patch = X.replace("a/x", "x").replace("b/x", "x");
        assert_eq!(
            built_as(true, BEFORE, &patch),
            made(&["x 100644 b\\n"], true)
        );
        assert_eq!(built(BEFORE, &patch), made(&["x 100644 a\\n"], false));
    }

    #[test]
    fn modes_are_numbers_as_in_c() {
        let new = |mode: &str| built(&[], &format!("diff --git a/y b/y\nnew file mode {mode}\n"));
        assert_eq!(new("+100644"), made(&["y 100644 "], true));
        assert_eq!(new(" 100755 x"), made(&["y 100755 "], true));
        assert_eq!(new("10645"), made(&[], true));
        assert_eq!(new("x"), made(&[], false));
    }

    #[test]
    fn a_link_to_nowhere_cannot_be_written_and_what_was_to_go_is_gone() {
        let patch = format!("{X}diff --git a/l b/l\nnew file mode 120000\n");
        assert_eq!(built(BEFORE, &patch), made(&["x 100644 b\\n"], false));
        let rename = "diff --git a/z b/w\nrename from z\nrename to w\n";
        let before = [("x", "a\n"), ("z", "z\n")];
        let patch = format!("{patch}{rename}");
        assert_eq!(built(&before, &patch), made(&["x 100644 b\\n"], false));
    }

    #[test]
    fn the_last_line_of_context_may_lack_an_end_that_the_file_has() {
        let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n+b\n c\n\\ No newline at end of file\n";
        let before = [("x", "a\nc\nd\n")];
        assert_eq!(built(&before, patch), made(&["x 100644 b\\ncd\\n"], true));
    }
}
