//! Building as GNU patch does: it goes through the lines of the input itself, gathers headers from whatever looks like one,
//! takes of the names in a header the best one that exists, and applies each hunk where its lines stand, if need be without
//! the outermost lines of its context.
//!
//! See Filename Determination in POSIX, and Imperfect Patches and Creating and Removing Files in the manual of GNU
//! diffutils; what changes a file of which git knows the history is written when all of the patch is read, what is new at
//! once, and what is deleted is gone at the very end, unless it gives up before that.

mod command;
mod header;
mod hunk;
mod lines;
mod names;
mod older;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::{EXECUTABLE, File, LINK, ORDINARY, Tree};
use header::{Absent, Header, INDEX, Kind, NEW, OLD};
use hunk::Next;
use lines::{Applied, Patching};
use names::{best, is_folder, is_safe, new_folders};
use text::{Text, Trim};

/// The bits of a mode that tell the kind of a file.
const KIND: u32 = 0o170_000;
/// The kind of a regular file.
const REGULAR: u32 = 0o100_000;
/// The kind of a symbolic link.
const SYMBOLIC: u32 = 0o120_000;

/// The tree after the patch, and whether all went well.
pub(super) fn build(tree: &Tree, input: &[u8]) -> (Tree, bool) {
    let mut building = Building {
        tree: tree.clone(),
        queue: Vec::new(),
        queued: BTreeSet::new(),
        doomed: BTreeSet::new(),
        was_git: false,
        is_well: true,
    };
    let mut text = Text::new(input);
    let mut base = 0;
    while base == 0 || base < text.length() {
        text.at = base;
        let Some((header, kind)) = Header::next(&mut text) else {
            // It does not mind that there is nothing.
            building.is_well &= base > 0 || input.is_empty();
            break;
        };
        if building.patch(&mut text, &header, kind).is_none() {
            // What is deleted stays there.
            building.flush();
            return (building.tree, false);
        }
        if base >= text.at {
            break;
        }
        base = text.at;
    }
    building.finish()
}

/// A tree while it is built.
struct Building {
    tree: Tree,
    /// Files that are to be written when the patch is read.
    queue: Vec<(Vec<u8>, File)>,
    /// The paths that have been named since they were written last.
    queued: BTreeSet<Vec<u8>>,
    /// Files that are to go at the end.
    doomed: BTreeSet<Vec<u8>>,
    was_git: bool,
    is_well: bool,
}

/// What is patched, and what it becomes.
struct Target {
    from: Vec<u8>,
    to: Vec<u8>,
    kind: u32,
    before: Option<File>,
}

impl Building {
    /// Goes through the patch of one file; none where it gives up.
    fn patch(&mut self, text: &mut Text<'_>, header: &Header, kind: Kind) -> Option<()> {
        // It has chosen a name before it writes what was to be written.
        let which = self.which(header);
        let is_written = self.was_git && !header.is_git;
        if is_written {
            self.flush();
        }
        self.was_git = header.is_git;
        let target = which.and_then(|which| self.target(header, which, is_written));
        let target = target.filter(|_| kind != Kind::Binary);
        match (kind, &target) {
            (Kind::Malformed, _) | (Kind::Script, Some(_)) => return None,
            (Kind::Script, None) => {
                self.is_well = false;
                pass_script(text, header.trim);
                return Some(());
            }
            _ => {}
        }
        let content = target.as_ref().and_then(|target| target.before.as_ref());
        let content = content.map_or(&[][..], |file| &file.content);
        let is_full = !content.is_empty();
        let mut patching = Patching::of(content);
        let (mut hunks, mut failed) = (0, 0);
        loop {
            let next = match kind {
                Kind::Context => older::context(text, header.trim),
                Kind::Normal => older::normal(text, header.trim),
                _ => hunk::next(text, header.trim),
            };
            let hunk = match next {
                Next::Hunk(hunk) => hunk,
                Next::Other => break,
                Next::Malformed => return None,
            };
            hunks += 1;
            let at = target.as_ref().and_then(|_| patching.place(&hunk));
            let is_there = at == Some(1) && header.absent[OLD] == Absent::Yes && is_full;
            let applied = match at.filter(|_| !is_there) {
                Some(at) => patching.apply(&hunk, at),
                None => Applied::Misplaced,
            };
            if applied == Applied::Well {
                continue;
            }
            failed += 1;
            // What is not applied is written elsewhere.
            if applied == Applied::Fatal || !hunk.can_be_written() {
                return None;
            }
        }
        let Some(target) = target else {
            self.is_well = false;
            return Some(());
        };
        self.is_well &= failed == 0;
        self.write(header, target, patching.finish(), failed < hunks)
    }

    /// What a header names, of which `which` is chosen; none where that cannot be patched. Behind files that `is_written`, what
    /// is to go is still there.
    fn target(&mut self, header: &Header, which: usize, mut is_written: bool) -> Option<Target> {
        let kinds = header.modes.map(|mode| mode & KIND);
        let kind = match kinds {
            [0, 0] => REGULAR,
            [0, kind] | [kind, 0] => kind,
            [old, new] => {
                if old == new {
                    old
                } else {
                    0
                }
            }
        };
        let name = |which: usize| header.names.get(which).cloned().flatten();
        let from = name(which)?;
        let moves = header.renames() || header.copies();
        let to = match moves {
            false => from.clone(),
            true => {
                let (old, new) = (name(OLD)?, name(NEW)?);
                if which == INDEX || !is_safe(&old) || !is_safe(&new) {
                    return None;
                }
                new
            }
        };
        if kind == 0 {
            return None;
        }
        let is_there = match is_written || to != from {
            true => self.is_there(&to),
            false => self.kind_of(&to),
        };
        if header.is_git && is_there.is_some() {
            if self.queued.contains(&to) {
                self.flush();
                is_written = true;
            }
            self.queued.insert(to.clone());
        }
        let found = match is_written {
            true => self.is_there(&from),
            false => self.kind_of(&from),
        };
        if found.is_some_and(|found| found != kind) {
            return None;
        }
        Some(Target {
            before: self.tree.get(&from).cloned().filter(|_| found.is_some()),
            from,
            to,
            kind,
        })
    }

    /// Which of the names is that of what is patched.
    fn which(&self, header: &Header) -> Option<usize> {
        let mut names = header.names.clone();
        if names.iter().take(INDEX).any(Option::is_some)
            && let Some(index) = names.get_mut(INDEX)
        {
            *index = None;
        }
        let name = |which: usize| names.get(which).and_then(Option::as_ref);
        let found = |which: usize| name(which).and_then(|name| self.kind_of(name));
        let there = best(&names, |which| found(which).is_some());
        let last = (0..names.len())
            .rev()
            .find(|which| name(*which).is_some())?;
        let chosen = match there {
            Some(which) => Some(which),
            // It looks as if the file had been deleted before.
            None => Some(last).filter(|_| {
                let is_known = header.absent == [Absent::Yes, Absent::Empty];
                header.absent[NEW] > Absent::No && !is_known
            }),
        };
        if chosen.is_some() || header.absent[OLD] == Absent::No {
            return chosen;
        }
        let folders = |which: usize| name(which).map(|name| new_folders(name, &self.tree));
        let fewest = (0..names.len()).filter_map(folders).min();
        best(&names, |which| folders(which) == fewest)
    }

    /// The kind of what is at a path, if anything is that is to stay.
    fn kind_of(&self, path: &[u8]) -> Option<u32> {
        match self.doomed.contains(path) {
            true => None,
            false => self.is_there(path),
        }
    }

    /// The kind of what is at a path, be it to go or not.
    fn is_there(&self, path: &[u8]) -> Option<u32> {
        match self.tree.get(path) {
            Some(file) => Some(file.mode & KIND),
            None => is_folder(path, &self.tree).then_some(0o040_000),
        }
    }

    /// Writes what was made of a file, or notes that it is to be written, or to go. None where it cannot be written.
    fn write(
        &mut self,
        header: &Header,
        target: Target,
        made: Vec<u8>,
        is_changed: bool,
    ) -> Option<()> {
        let Target {
            from,
            to,
            kind,
            before,
        } = target;
        let goes = header.absent[NEW] == Absent::Yes;
        if made.is_empty() && (goes || kind == SYMBOLIC) {
            self.doomed.insert(to);
            return Some(());
        }
        self.is_well &= made.is_empty() || !goes;
        let [old_mode, new_mode] = header.modes;
        let sets_mode = new_mode != 0 && old_mode != new_mode;
        let moves = header.renames() || header.copies();
        if !is_changed && !sets_mode && !moves {
            return Some(());
        }
        let is_run = match &before {
            _ if sets_mode => new_mode & 0o100 != 0,
            Some(file) => file.mode & 0o100 != 0,
            None => false,
        };
        let mode = match kind {
            SYMBOLIC => LINK,
            _ if is_run => EXECUTABLE,
            _ => ORDINARY,
        };
        let above = (0..to.len()).filter(|at| to.get(*at) == Some(&b'/'));
        let mut above = above.filter_map(|at| to.get(..at));
        if above.any(|path| self.tree.contains_key(path)) {
            return None;
        }
        let file = File {
            mode,
            content: made,
        };
        if header.is_git && header.absent[OLD] != Absent::Yes {
            self.queue.push((to, file));
        } else {
            self.put(to, file);
        }
        if header.renames() {
            self.doomed.insert(from);
        }
        Some(())
    }

    fn put(&mut self, path: Vec<u8>, file: File) {
        self.doomed.remove(&path);
        self.tree.insert(path, file);
    }

    /// Writes what is to be written.
    fn flush(&mut self) {
        for (path, file) in std::mem::take(&mut self.queue) {
            self.put(path, file);
        }
        self.queued.clear();
    }

    fn finish(mut self) -> (Tree, bool) {
        self.flush();
        for path in &self.doomed {
            self.tree.remove(path);
        }
        (self.tree, self.is_well)
    }
}

/// Passes over the commands of a script for ed.
fn pass_script(text: &mut Text<'_>, trim: Trim) {
    loop {
        let at = text.at;
        let line = text.line(trim);
        let Some(letter) = line.as_ref().and_then(|line| command::command(line)) else {
            text.at = at;
            return;
        };
        if matches!(letter, b'd' | b's') {
            continue;
        }
        while let Some(line) = text.line(trim) {
            if line == b".\n" {
                break;
            }
        }
    }
}
