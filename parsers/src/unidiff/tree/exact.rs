//! Building as git apply does: each hunk stands where its lines do, byte for byte, and all of a patch applies or none.
//!
//! What the header of a file says twice has to agree: see git-diff, GENERATING PATCH TEXT WITH -P, and apply.c of git.

mod names;

use std::collections::{BTreeMap, BTreeSet};

use super::super::claims::{Change, Claim};
use super::{EXECUTABLE, File, LINK, ORDINARY, Tree, whole};
use names::{is_at_epoch, is_null, is_path, mode, moved, name_to_date, name_to_tab, named_twice};

/// The bits of a mode that tell the kind of a file.
const KIND: u32 = 0o170_000;

/// `tree` after the claims of `input`; none where they do not all apply.
pub(super) fn build(tree: &Tree, claims: &[Claim<'_>], input: &[u8]) -> Option<Tree> {
    let mut files: Vec<Patch<'_>> = Vec::new();
    let mut end = 0;
    for claim in claims {
        let named = named_before(input.get(end..claim.at).unwrap_or(&[]))?;
        end = claim.end;
        if claim.begins_file {
            files.push(Patch::of(claim, named)?);
        }
        if claim.is_binary {
            // What its data are is not read here.
            return None;
        }
        if !claim.lines.is_empty() {
            files.last_mut()?.hunks.push(claim);
        }
    }
    named_before(input.get(end..).unwrap_or(&[]))?;
    for patch in &mut files {
        patch.settle()?;
    }
    let leaves = |patch: &&Patch<'_>| patch.new.is_none() || patch.moves == Moves::Rename;
    let left = files.iter().filter(leaves);
    let mut building = Building {
        before: tree,
        changed: BTreeMap::new(),
        leaving: left.filter_map(|patch| patch.old.clone()).collect(),
        left: BTreeSet::new(),
    };
    for patch in &mut files {
        building.apply(patch)?;
    }
    Some(building.finish())
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
        let name = named_twice(both)?;
        named.get_or_insert(name);
    }
    Some(named)
}

/// Whether a file is moved.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moves {
    Not,
    Rename,
    Copy,
}

/// The patch of one file.
struct Patch<'a> {
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    /// Whether it creates the file; none where that is open.
    creates: Option<bool>,
    /// Whether it deletes it, likewise.
    deletes: Option<bool>,
    old_mode: Option<u32>,
    new_mode: Option<u32>,
    moves: Moves,
    is_binary: bool,
    hunks: Vec<&'a Claim<'a>>,
}

impl<'a> Patch<'a> {
    /// That of a header; `named` is the name that a line `diff --git` before it has left.
    fn of(claim: &Claim<'_>, named: Option<Vec<u8>>) -> Option<Self> {
        let settled = named.as_ref().map(|_| false);
        let mut patch = Self {
            old: named.clone(),
            new: named,
            creates: settled,
            deletes: settled,
            old_mode: None,
            new_mode: None,
            moves: Moves::Not,
            is_binary: false,
            hunks: Vec::new(),
        };
        let first = claim.header.first()?;
        match first.strip_prefix(b"diff --git ") {
            // Without another line it is text to it.
            Some(_) if claim.header.len() == 1 => return None,
            Some(both) => patch.read_git(both, claim.header.get(1..)?)?,
            None => patch.read_names(&claim.header)?,
        }
        Some(patch)
    }

    /// The header of git, whose lines are held against one another.
    fn read_git(&mut self, both: &[u8], lines: &[&[u8]]) -> Option<()> {
        (self.creates, self.deletes) = (Some(false), Some(false));
        let twice = named_twice(both);
        for line in lines {
            let after = |start: &[u8]| line.strip_prefix(start);
            if let Some(rest) = after(b"--- ") {
                Self::hold(&mut self.old, rest, self.creates == Some(true))?;
            } else if let Some(rest) = after(b"+++ ") {
                Self::hold(&mut self.new, rest, self.deletes == Some(true))?;
            } else if let Some(rest) = after(b"old mode ") {
                self.old_mode = Some(mode(rest)?);
            } else if let Some(rest) = after(b"new mode ") {
                self.new_mode = Some(mode(rest)?);
            } else if let Some(rest) = after(b"deleted file mode ") {
                (self.deletes, self.old) = (Some(true), twice.clone());
                self.old_mode = Some(mode(rest)?);
            } else if let Some(rest) = after(b"new file mode ") {
                (self.creates, self.new) = (Some(true), twice.clone());
                self.new_mode = Some(mode(rest)?);
            } else if let Some(rest) = after(b"rename from ").or_else(|| after(b"rename old ")) {
                (self.moves, self.old) = (Moves::Rename, Some(moved(rest)));
            } else if let Some(rest) = after(b"rename to ").or_else(|| after(b"rename new ")) {
                (self.moves, self.new) = (Moves::Rename, Some(moved(rest)));
            } else if let Some(rest) = after(b"copy from ") {
                (self.moves, self.old) = (Moves::Copy, Some(moved(rest)));
            } else if let Some(rest) = after(b"copy to ") {
                (self.moves, self.new) = (Moves::Copy, Some(moved(rest)));
            } else if let Some(rest) = after(b"index ") {
                let mut words = rest.splitn(2, |byte| *byte == b' ');
                if let Some(text) = words.nth(1) {
                    self.old_mode = Some(mode(text)?);
                }
            } else if line.starts_with(b"Binary files ") {
                self.is_binary = true;
            }
            let kinds = [self.deletes, self.creates, Some(self.moves != Moves::Not)];
            if kinds.iter().filter(|kind| **kind == Some(true)).count() > 1 {
                return None;
            }
        }
        if self.old.is_none() && self.new.is_none() {
            (self.old, self.new) = (Some(twice.clone()?), twice);
        }
        let lacks = |name: &Option<Vec<u8>>, without| name.is_none() && without != Some(true);
        (!lacks(&self.new, self.deletes) && !lacks(&self.old, self.creates)).then_some(())
    }

    /// A name on one of the two lines: the one known by then, or, of a file that is not there, `/dev/null`.
    fn hold(known: &mut Option<Vec<u8>>, rest: &[u8], is_absent: bool) -> Option<()> {
        match known {
            None if !is_absent => *known = Some(name_to_tab(rest, None)?),
            None => return is_null(rest).then_some(()),
            Some(_) if is_absent => return None,
            Some(known) => return (name_to_tab(rest, None)? == *known).then_some(()),
        }
        Some(())
    }

    /// The two lines alone.
    fn read_names(&mut self, lines: &[&[u8]]) -> Option<()> {
        let after = |start: &[u8]| lines.iter().find_map(|line| line.strip_prefix(start));
        let (first, second) = (after(b"--- ")?, after(b"+++ ")?);
        // It ends itself where a file that is new has the old name of a line before.
        if self.old.is_some() && (is_null(first) || is_at_epoch(first)) {
            return None;
        }
        if is_null(first) {
            (self.creates, self.deletes) = (Some(true), Some(false));
            self.new = Some(name_to_date(second, None)?);
        } else if is_null(second) {
            (self.creates, self.deletes) = (Some(false), Some(true));
            self.old = Some(name_to_date(first, None)?);
        } else {
            let name = name_to_date(second, name_to_date(first, None))?;
            if is_at_epoch(first) {
                (self.creates, self.deletes) = (Some(true), Some(false));
                self.new = Some(name);
            } else if is_at_epoch(second) {
                (self.creates, self.deletes) = (Some(false), Some(true));
                self.old = Some(name);
            } else {
                (self.old, self.new) = (Some(name.clone()), Some(name));
            }
        }
        Some(())
    }

    /// What the hunks say of whether the file is created or deleted.
    fn settle(&mut self) -> Option<()> {
        let has = |other: Change| {
            let lines = self.hunks.iter().flat_map(|hunk| &hunk.lines);
            lines.clone().any(|line| line.change != other)
        };
        let (has_old, has_new) = (has(Change::Added), has(Change::Removed));
        if has_old || self.hunks.len() > 1 {
            self.creates = self.creates.or(Some(false));
        }
        if has_new || self.hunks.len() > 1 {
            self.deletes = self.deletes.or(Some(false));
        }
        let says = |word: Option<bool>| word == Some(true);
        if says(self.creates) && has_old || says(self.deletes) && has_new {
            return None;
        }
        let changes_mode =
            self.old_mode.is_some() && self.new_mode.is_some() && self.old_mode != self.new_mode;
        let changes_more = self.moves != Moves::Not || says(self.creates) || says(self.deletes);
        let is_nothing = self.hunks.is_empty() && !changes_mode && !changes_more;
        (!is_nothing && !self.is_binary).then_some(())
    }
}

/// A tree while it is built.
struct Building<'a> {
    before: &'a Tree,
    /// Files that were changed; none for those that are gone.
    changed: BTreeMap<Vec<u8>, Option<File>>,
    /// Files that some part of the patch takes away.
    leaving: BTreeSet<Vec<u8>>,
    /// The old files of those whose names differ though nothing says that they are moved.
    left: BTreeSet<Vec<u8>>,
}

impl Building<'_> {
    fn apply(&mut self, patch: &mut Patch<'_>) -> Option<()> {
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
    fn old(&self, name: &[u8], patch: &Patch<'_>) -> Found {
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

    fn put(&mut self, patch: &Patch<'_>, new_mode: u32, content: Vec<u8>) {
        let mode = match new_mode & KIND {
            kind if kind == LINK & KIND => LINK,
            _ if new_mode & 0o100 != 0 => EXECUTABLE,
            _ => ORDINARY,
        };
        let goes = patch.deletes == Some(true) || patch.moves == Moves::Rename;
        if let Some(old) = patch.old.clone().filter(|_| goes) {
            self.changed.insert(old, None);
        }
        let is_changed = patch.creates != Some(true) && patch.moves != Moves::Copy;
        if let (Some(old), Some(new)) = (&patch.old, &patch.new)
            && old != new
            && is_changed
        {
            self.left.insert(old.clone());
        }
        if let Some(new) = patch.new.clone().filter(|_| patch.deletes != Some(true)) {
            self.changed.insert(new, Some(File { mode, content }));
        }
    }

    fn finish(self) -> Tree {
        let mut tree = self.before.clone();
        tree.retain(|path, _| !self.left.contains(path));
        for (path, file) in self.changed {
            match file {
                Some(file) => drop(tree.insert(path, file)),
                None => drop(tree.remove(&path)),
            }
        }
        tree
    }
}

/// What there is of a name.
enum Found {
    File(File),
    Nothing,
    Gone,
}

/// `content` after the hunks; none where one of them does not stand there. Lines that a hunk has had are nobody else's.
fn patched(content: Vec<u8>, hunks: &[&Claim<'_>]) -> Option<Vec<u8>> {
    let lines = content.split_inclusive(|byte| *byte == b'\n');
    let mut lines: Vec<(Vec<u8>, bool)> = lines.map(|line| (line.to_vec(), false)).collect();
    for hunk in hunks {
        let side = |other: Change| {
            let side = hunk.lines.iter().filter(move |line| line.change != other);
            side.map(whole).collect::<Vec<_>>()
        };
        let (old, new) = (side(Change::Added), side(Change::Removed));
        let at = place(&lines, &old, hunk)?;
        let new = new.into_iter().map(|line| (line, true));
        lines.splice(at..at + old.len(), new);
    }
    Some(lines.into_iter().flat_map(|(line, _)| line).collect())
}

/// Where a hunk stands: at the line that it names, or at the nearest, later ones first. One that names the first line
/// stands at the front, and one that ends without context at the end.
fn place(lines: &[(Vec<u8>, bool)], old: &[Vec<u8>], hunk: &Claim<'_>) -> Option<usize> {
    let last = lines.len().checked_sub(old.len())?;
    let is_front = hunk.start <= 1;
    let is_back = hunk
        .lines
        .last()
        .is_some_and(|line| line.change != Change::Common);
    let fits = |at: &usize| {
        let mut stand = lines.iter().skip(*at).zip(old);
        *at <= last
            && (!is_front || *at == 0)
            && (!is_back || *at == last)
            && stand.all(|((line, is_taken), old)| !is_taken && line == old)
    };
    let named = usize::try_from(hunk.new_start.saturating_sub(1)).unwrap_or(usize::MAX);
    let named = match (is_front, is_back) {
        (true, _) => 0,
        (_, true) => last,
        _ => named.min(lines.len()),
    };
    let far = |at: &usize| (at.abs_diff(named), *at < named);
    (0..=last).filter(fits).min_by_key(far)
}
