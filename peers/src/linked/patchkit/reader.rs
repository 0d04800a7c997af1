//! What patchkit reads and builds.

use std::ops::ControlFlow;

use parsers::End;
use parsers::unidiff::claims;
use parsers::unidiff::tree::{File, Tree};
use patchkit::ContentPatch as _;
use patchkit::unified::{PlainOrBinaryPatch, UnifiedPatch, parse_patches, splitlines};

use crate::{BuiltTree, Detail, Failure, Peer, Pieces, Seen};

pub(super) struct Patchkit;

impl Peer for Patchkit {
    fn read(&mut self, input: &[u8], _: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        seen.detail = Detail::Lines;
        let done = each(input, |patch| {
            for hunk in &patch.hunks {
                let lines: Vec<(u8, &[u8])> = hunk
                    .lines
                    .iter()
                    .map(|line| {
                        let text = line.contents();
                        (line.char(), text.strip_suffix(b"\n").unwrap_or(text))
                    })
                    .collect();
                seen.take_located_hunk(name(patch), &lines, input);
            }
            ControlFlow::Continue(())
        });
        seen.end_stream(match done {
            true => End::Complete,
            false => End::Rejected,
        });
        Ok(())
    }

    fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        let mut changed = tree.clone();
        let done = each(patch, |patch| match apply(&mut changed, patch) {
            Some(()) => ControlFlow::Continue(()),
            None => ControlFlow::Break(()),
        });
        Some(Ok(BuiltTree::of(tree, done.then_some(changed))))
    }
}

/// Does something with the patch of each file; whether all could be read, and none was the last.
fn each(input: &[u8], mut does: impl FnMut(&UnifiedPatch) -> ControlFlow<()>) -> bool {
    for patch in parse_patches(splitlines(input).map(<[u8]>::to_vec)) {
        let done = match patch {
            Ok(PlainOrBinaryPatch::Plain(patch)) => does(&patch),
            Ok(PlainOrBinaryPatch::Binary(_)) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        };
        if done.is_break() {
            return false;
        }
    }
    true
}

fn name(patch: &UnifiedPatch) -> &[u8] {
    match patch.mod_name.as_slice() {
        b"/dev/null" => &patch.orig_name,
        name => name,
    }
}

/// Applies the patch of one file; none where it does not apply.
fn apply(tree: &mut Tree, patch: &UnifiedPatch) -> Option<()> {
    let (from, to) = (path_below(&patch.orig_name), path_below(&patch.mod_name));
    let old = match &from {
        Some(from) => tree.get(from).cloned()?,
        None => File::ordinary(Vec::new()),
    };
    let content = patch.apply_exact(&old.content).ok()?;
    if let Some(from) = from {
        tree.remove(&from);
    }
    if let Some(to) = to {
        tree.insert(to, File { content, ..old });
    }
    Some(())
}

/// The path that a name of a file means, with its first directory taken off; none for `/dev/null`.
fn path_below(name: &[u8]) -> Option<Vec<u8>> {
    (name != b"/dev/null").then(|| claims::without_first(name).to_vec())
}
