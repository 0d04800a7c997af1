//! Building as GNU patch does: of the names in a header the best one that exists, and each hunk where its lines stand,
//! if need be without the outermost lines of its context.
//!
//! See Filename Determination in POSIX, and Imperfect Patches and Creating and Removing Files in the manual of GNU
//! diffutils.

mod lines;

use super::super::claims::{self, Claim};
use super::{EXECUTABLE, File, LINK, ORDINARY, Tree};
use lines::Patching;

/// The tree after the claims, and whether all went well. `rest` is what was not read of a patch that is refused: the
/// file whose hunk is malformed is left as it was, and so are those of git right before it.
pub(super) fn build(tree: &Tree, claims: &[Claim<'_>], rest: Option<&[u8]>) -> (Tree, bool) {
    let mut files: Vec<(&Claim<'_>, Vec<&Claim<'_>>)> = Vec::new();
    for claim in claims {
        if claim.begins_file || files.is_empty() {
            files.push((claim, Vec::new()));
        }
        if let Some((_, hunks)) = files.last_mut().filter(|_| !claim.lines.is_empty()) {
            hunks.push(claim);
        }
    }
    if let Some(rest) = rest {
        let is_same = claims::unindented(rest).starts_with(b"@@ -");
        let mut lines = rest.split(|byte| *byte == b'\n');
        let mut is_git = lines.any(|line| claims::unindented(line).starts_with(b"diff --git "));
        if is_same {
            let last = files.pop();
            is_git = last.is_some_and(|(first, _)| is_of_git(first));
        }
        while is_git && files.last().is_some_and(|(first, _)| is_of_git(first)) {
            files.pop();
        }
    }
    let (mut tree, mut is_well) = (tree.clone(), rest.is_none());
    for (first, hunks) in files {
        let header = Header::of(first, &hunks);
        is_well &= header.patch(&mut tree, &hunks).is_some_and(|well| well);
    }
    (tree, is_well)
}

fn is_of_git(claim: &Claim<'_>) -> bool {
    let mut lines = claim.header.iter().map(|line| claims::unindented(line));
    lines.any(|line| line.starts_with(b"diff --git "))
}

/// How sure a header is that a file is not there.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Absent {
    #[default]
    No,
    /// The file is empty, or not there.
    Empty,
    Yes,
}

/// What the header of a file says: each pair is of the old file and of the new one.
#[derive(Default)]
struct Header {
    names: [Option<Vec<u8>>; 2],
    index: Option<Vec<u8>>,
    absent: [Absent; 2],
    modes: [u32; 2],
    renames: bool,
    copies: bool,
    is_binary: bool,
}

impl Header {
    fn of(first: &Claim<'_>, hunks: &[&Claim<'_>]) -> Self {
        let mut header = Self::default();
        let mut null = [false; 2];
        for line in first.header.iter().map(|line| claims::unindented(line)) {
            header.take(line, &mut null);
        }
        if let Some(hunk) = hunks.first() {
            let starts = [hunk.start, hunk.new_start];
            for ((absent, start), null) in header.absent.iter_mut().zip(starts).zip(null) {
                if start == 0 {
                    *absent = if null { Absent::Yes } else { Absent::Empty };
                }
            }
        }
        header.is_binary = first.is_binary;
        header
    }

    /// Takes a line of the header; `null` are the sides that are said to be nothing.
    fn take(&mut self, line: &[u8], null: &mut [bool; 2]) {
        let after = |start: &[u8]| line.strip_prefix(start);
        let [old, new] = &mut self.names;
        let [old_null, new_null] = null;
        if let Some(rest) = after(b"--- ") {
            name_on(rest, old, old_null);
        } else if let Some(rest) = after(b"+++ ") {
            name_on(rest, new, new_null);
        } else if let Some(rest) = after(b"Index:") {
            name_on(rest, &mut self.index, &mut false);
        } else if let Some(rest) = after(b"diff --git ") {
            let both = two_names(rest);
            (*old, *new) = (
                both.as_ref().map(|(old, _)| old.clone()),
                both.map(|(_, new)| new),
            );
        } else if let Some(rest) = after(b"index ") {
            self.take_index(rest);
        } else if let Some(rest) = after(b"old mode ") {
            self.modes = [mode(rest), self.modes[1]];
        } else if let Some(rest) = after(b"new mode ") {
            self.modes = [self.modes[0], mode(rest)];
        } else if let Some(rest) = after(b"deleted file mode ") {
            self.modes = [mode(rest), self.modes[1]];
            self.absent = [self.absent[0], Absent::Yes];
        } else if let Some(rest) = after(b"new file mode ") {
            self.modes = [self.modes[0], mode(rest)];
            self.absent = [Absent::Yes, self.absent[1]];
        } else if line.starts_with(b"rename from ") || line.starts_with(b"rename to ") {
            self.renames = true;
        } else if line.starts_with(b"copy from ") || line.starts_with(b"copy to ") {
            self.copies = true;
        }
    }

    /// `index OLD..NEW MODE`: the names of both contents.
    fn take_index(&mut self, rest: &[u8]) {
        const EMPTY: &[u8] = b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        let mut words = rest.split(|byte| *byte == b' ');
        let both = words.next().unwrap_or(&[]);
        let Some(dots) = both.windows(2).position(|two| two == b"..") else {
            return;
        };
        let names = [both.get(..dots), both.get(dots + 2..)].map(|name| name.unwrap_or(&[]));
        let is_name = |name: &&[u8]| name.iter().all(u8::is_ascii_hexdigit);
        if !names.iter().all(is_name) {
            return;
        }
        self.absent = names.map(|name| match name {
            name if name.iter().all(|digit| *digit == b'0') => Absent::Yes,
            name if EMPTY.starts_with(name) => Absent::Empty,
            _ => Absent::No,
        });
        if let Some(text) = words.next() {
            self.modes = [mode(text); 2];
        }
    }

    /// The path of what is patched; none where nothing names a file.
    fn path(&self, tree: &Tree) -> Option<Vec<u8>> {
        let [old, new] = &self.names;
        let index = self
            .index
            .as_ref()
            .filter(|_| old.is_none() && new.is_none());
        let names: Vec<&Vec<u8>> = [old.as_ref(), new.as_ref(), index]
            .into_iter()
            .flatten()
            .collect();
        let there = names
            .iter()
            .copied()
            .filter(|name| tree.contains_key(*name));
        if let Some(best) = best(there) {
            return Some(best);
        }
        let [is_new, is_gone] = self.absent.map(|absent| absent > Absent::No);
        let is_known = self.absent == [Absent::Yes, Absent::Empty];
        // It looks as if the file had been deleted before.
        if is_gone
            && !is_known
            && let Some(last) = names.last()
        {
            return Some((*last).clone());
        }
        if !is_new {
            return None;
        }
        let folders = |name: &&Vec<u8>| new_folders(name, tree);
        let fewest = names.iter().map(folders).min();
        let candidates = names.iter().copied();
        best(candidates.filter(|name| Some(folders(name)) == fewest))
    }

    /// Applies the hunks to the file: whether all went well. None where there is no file for them.
    fn patch(&self, tree: &mut Tree, hunks: &[&Claim<'_>]) -> Option<bool> {
        let path = self.path(tree)?;
        let moves = self.renames || self.copies;
        let [old, new] = &self.names;
        let target = match moves {
            true if old.is_some() => new.clone().filter(|_| is_safe(&path))?,
            true => return None,
            false => path.clone(),
        };
        let before = tree.get(&path).cloned();
        let kinds = self.modes.map(|mode| mode & 0o170_000);
        let kind = kinds
            .into_iter()
            .find(|kind| *kind != 0)
            .unwrap_or(0o100_000);
        let is_other =
            |kind: &u32| *kind != 0 && Some(kind) != kinds.iter().find(|kind| **kind != 0);
        let is_link = before.as_ref().is_some_and(|file| file.mode == LINK);
        if kinds.iter().any(is_other)
            || before.is_some() && is_link != (kind == 0o120_000)
            || self.is_binary
            || !is_safe(&path)
        {
            return Some(false);
        }
        let content = before.as_ref().map_or(&[][..], |file| &file.content);
        let mut patching = Patching::of(content);
        let [old_absent, new_absent] = self.absent;
        let mut failed = 0;
        for hunk in hunks {
            let at = patching.place(hunk);
            let is_there = at == Some(1) && old_absent == Absent::Yes && !content.is_empty();
            let done = at
                .filter(|_| !is_there)
                .and_then(|at| patching.apply(hunk, at));
            failed += usize::from(done.is_none());
        }
        let made = patching.finish();
        if made.is_empty() && (new_absent == Absent::Yes || kind == 0o120_000) {
            tree.remove(&target);
            return Some(failed == 0);
        }
        let [old_mode, new_mode] = self.modes;
        let sets_mode = new_mode != 0 && old_mode != new_mode;
        if failed < hunks.len() || sets_mode || moves {
            let mode = match (sets_mode, &before) {
                _ if kind == 0o120_000 => LINK,
                (true, _) if new_mode & 0o100 != 0 => EXECUTABLE,
                (false, Some(file)) => file.mode,
                _ => ORDINARY,
            };
            if self.renames {
                tree.remove(&path);
            }
            tree.insert(
                target,
                File {
                    mode,
                    content: made,
                },
            );
        }
        Some(failed == 0 && new_absent != Absent::Yes)
    }
}

/// Of several names the one in the fewest folders, with the shortest last part, the shortest, and the first.
fn best<'a>(names: impl Iterator<Item = &'a Vec<u8>>) -> Option<Vec<u8>> {
    let rank = |name: &&Vec<u8>| {
        let slashes = name.iter().filter(|byte| **byte == b'/').count();
        let last = name.rsplit(|byte| *byte == b'/').next();
        (slashes, last.map_or(0, <[u8]>::len), name.len())
    };
    let best = names.filter(|name| is_safe(name)).min_by_key(rank);
    best.cloned()
}

/// How many folders of a path are not there.
fn new_folders(name: &[u8], tree: &Tree) -> usize {
    let slashes = (0..name.len()).filter(|at| name.get(*at) == Some(&b'/'));
    let is_there = |folder: &[u8]| {
        let mut known = tree.keys();
        known.any(|path| {
            path.strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with(b"/"))
        })
    };
    let folders = slashes.map(|at| name.get(..at).unwrap_or(&[]));
    folders.filter(|folder| !is_there(folder)).count()
}

/// Whether a name leads nowhere outside.
fn is_safe(name: &[u8]) -> bool {
    !name.starts_with(b"/") && name.split(|byte| *byte == b'/').all(|part| part != b"..")
}

/// Takes the name on a line of a header, without its first directory, unless it has none. `/dev/null`, or a date at the
/// beginning of time, says that there is no file.
fn name_on(rest: &[u8], name: &mut Option<Vec<u8>>, null: &mut bool) {
    let rest = rest.trim_ascii_start();
    let (found, behind) = match rest.starts_with(b"\"") {
        true => {
            let end = (1..rest.len())
                .find(|at| rest.get(*at) == Some(&b'"') && rest.get(at - 1) != Some(&b'\\'));
            let Some(end) = end else { return };
            (claims::path(rest), rest.get(end + 1..).unwrap_or(&[]))
        }
        false => {
            let end = name_end(rest);
            (
                rest.get(..end).unwrap_or(rest).to_vec(),
                rest.get(end..).unwrap_or(&[]),
            )
        }
    };
    if found == b"/dev/null" {
        *null = true;
        return;
    }
    let Some(below) = below_folder(&found) else {
        return;
    };
    *name = Some(below);
    let begins = |date: &[u8]| behind.trim_ascii_start().starts_with(date);
    *null = begins(b"1970-01-01") || begins(b"1969-12-31");
}

/// Where a name ends: at a blank, but for those before a tab.
fn name_end(rest: &[u8]) -> usize {
    if let Some(tab) = memchr::memrchr(b'\t', rest) {
        let front = rest.get(..tab).unwrap_or(rest);
        let first = memchr::memchr(b'\t', front).unwrap_or(tab);
        return rest.get(..first).unwrap_or(rest).trim_ascii_end().len();
    }
    let blank = rest.iter().position(u8::is_ascii_whitespace);
    blank.unwrap_or(rest.len())
}

/// A path below its first directory, if there is anything.
fn below_folder(name: &[u8]) -> Option<Vec<u8>> {
    let slash = memchr::memchr(b'/', name)?;
    let below = name.get(slash..)?;
    let slashes = below.iter().take_while(|byte| **byte == b'/').count();
    let below = below.get(slashes..)?;
    (!below.is_empty()).then(|| below.to_vec())
}

/// The two names of `diff --git`.
fn two_names(rest: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let rest = rest.trim_ascii();
    let mut words = rest
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let both = (words.next()?, words.next()?);
    let name = |word: &[u8]| below_folder(&claims::path(word));
    match words.next() {
        None => Some((name(both.0)?, name(both.1)?)),
        Some(_) => None,
    }
}

/// A mode, in octal digits; 0 where there are none.
fn mode(text: &[u8]) -> u32 {
    let digits = text.iter().take_while(|byte| (b'0'..=b'7').contains(byte));
    digits.fold(0u32, |mode, digit| {
        mode.wrapping_mul(8) + u32::from(digit - b'0')
    })
}
