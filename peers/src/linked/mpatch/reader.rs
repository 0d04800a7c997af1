//! What mpatch reads and builds.

use mpatch::{ApplyOptions, Patch, parse_auto, try_apply_patch_to_content};
use parsers::End;
use parsers::unidiff::tree::{File, Tree};

use crate::{BuiltTree, Detail, Failure, Peer, Pieces, Seen};

pub(super) struct Mpatch;

impl Peer for Mpatch {
    fn read(&mut self, input: &[u8], _: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        seen.detail = Detail::Lines;
        let patches = parsed(input);
        for patch in patches.iter().flatten() {
            let name = format!("b/{}", patch.file_path.to_string_lossy());
            for hunk in &patch.hunks {
                let lines = hunk.lines.iter().map(|line| {
                    let first = line.bytes().next();
                    let mark = first.filter(|first| matches!(first, b'+' | b'-'));
                    let text = line.strip_prefix(['+', '-', ' ']).unwrap_or(line);
                    (mark.unwrap_or(b' '), text.as_bytes())
                });
                let lines: Vec<_> = lines.collect();
                seen.take_located_hunk(name.as_bytes(), &lines, input);
            }
        }
        seen.end_stream(match patches {
            Some(_) => End::Complete,
            None => End::Rejected,
        });
        Ok(())
    }

    fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        let mut changed = tree.clone();
        let done = parsed(patch).is_some_and(|patches| {
            let mut applied = patches.iter().map(|patch| apply(&mut changed, patch));
            applied.all(|applied| applied.is_some())
        });
        Some(Ok(BuiltTree::of(tree, done.then_some(changed))))
    }
}

/// The patches of files; none where it rejects the input, as it does all that is no text.
fn parsed(input: &[u8]) -> Option<Vec<Patch>> {
    parse_auto(std::str::from_utf8(input).ok()?).ok()
}

/// Applies the patch of one file; none where it does not apply.
fn apply(tree: &mut Tree, patch: &Patch) -> Option<()> {
    let path = patch.file_path.to_str()?.as_bytes().to_vec();
    let old = tree.get(&path).cloned();
    let text = match &old {
        Some(old) => Some(std::str::from_utf8(&old.content).ok()?),
        None => None,
    };
    let applied = try_apply_patch_to_content(patch, text, &ApplyOptions::new()).ok()?;
    // As its command does with files: what is empty goes, and only a new file may be missing.
    if old.is_none() && !patch.is_creation() {
        return None;
    }
    if applied.new_content.is_empty() {
        tree.remove(&path);
        return Some(());
    }
    let file = File::ordinary(applied.new_content);
    let mode = old.map_or(file.mode, |old| old.mode);
    tree.insert(path, File { mode, ..file });
    Some(())
}
