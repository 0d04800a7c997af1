//! diffy: its streaming parser of patches, for plain unified diffs and for those of git.

use diffy::patch_set::{FileMode, FileOperation, ParseOptions, PatchSet};
use diffy::{Hunk, Line};
use parsers::End;
use parsers::unidiff::tree::{EXECUTABLE, File, ORDINARY, Tree};

use super::borrowed::{end_of_hunk, offset_of};
use crate::{About, BuiltTree, Detail, Failure, Peer, Pieces, Reach, Role, Seen};

macro_rules! about {
    ($constant:ident $name:literal $options:expr) => {
        #[doc = concat!($name, ".")]
        pub static $constant: About = About {
            name: $name,
            family: &parsers::unidiff::UNIFIED,
            licence: "MIT OR Apache-2.0",
            adds: "which file is read and written, with the first directory of a name removed",
            cuts: "",
            role: Role::Library,
            calibrates: false,
            is_fast: false,
            reach: Reach::Linked {
                version: || version!("diffy"),
                open: || Ok(Box::new(Diffy($options))),
            },
        };
    };
}

about!(DIFFY "diffy" ParseOptions::unidiff);
about!(DIFFY_GIT "diffy-git" ParseOptions::gitdiff);

struct Diffy(fn() -> ParseOptions);

impl Peer for Diffy {
    fn read(&mut self, input: &[u8], _: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        seen.detail = Detail::Hunks;
        let mut any = false;
        for patch in PatchSet::parse_bytes(input, (self.0)()) {
            let Ok(patch) = patch else {
                // That there is no patch is an error to it, and none to others.
                seen.end_stream(match any {
                    false if !is_rejected(input, self.0) => End::Complete,
                    _ => End::Rejected,
                });
                return Ok(());
            };
            any = true;
            let name = match patch.operation() {
                FileOperation::Delete(path) | FileOperation::Create(path) => path,
                FileOperation::Modify { modified, .. } => modified,
                FileOperation::Rename { to, .. } | FileOperation::Copy { to, .. } => to,
            };
            let hunks = patch.patch().as_text().map_or(&[][..], |text| text.hunks());
            for hunk in hunks {
                take(hunk, name, input, seen);
            }
        }
        seen.end_stream(End::Complete);
        Ok(())
    }

    fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        let built = build((self.0)(), tree, patch);
        Some(Ok(BuiltTree::of(tree, built.ok())))
    }
}

/// Applies what was parsed, path by path, to a copy of the tree.
fn build(options: ParseOptions, tree: &Tree, patch: &[u8]) -> Result<Tree, ()> {
    let mut tree = tree.clone();
    for patch in PatchSet::parse_bytes(patch, options) {
        let patch = patch.map_err(|_| ())?;
        let operation = patch.operation().strip_prefix(1);
        let (from, to) = match &operation {
            FileOperation::Delete(path) => (Some(path), None),
            FileOperation::Create(path) => (None, Some(path)),
            FileOperation::Modify {
                original: from,
                modified: to,
            }
            | FileOperation::Rename { from, to }
            | FileOperation::Copy { from, to } => (Some(from), Some(to)),
        };
        let old = match from {
            Some(from) => tree.get(from.as_ref()).cloned().ok_or(())?,
            None => File::ordinary(Vec::new()),
        };
        let text = patch.patch().as_text().ok_or(())?;
        let content = diffy::apply_bytes(&old.content, text).map_err(|_| ())?;
        if let Some(from) = from.filter(|_| !operation.is_copy()) {
            tree.remove(from.as_ref());
        }
        if let Some(to) = to {
            let mode = match patch.new_mode() {
                Some(FileMode::Executable) => EXECUTABLE,
                Some(FileMode::Regular) => ORDINARY,
                _ => old.mode,
            };
            tree.insert(to.to_vec(), File { mode, content });
        }
    }
    Ok(tree)
}

/// Whether what is wrong is more than that there is no patch.
fn is_rejected(input: &[u8], options: fn() -> ParseOptions) -> bool {
    let mut patches = PatchSet::parse_bytes(input, options());
    match patches.next() {
        Some(Err(error)) => !error.to_string().contains("no valid patches found"),
        _ => false,
    }
}

fn take(hunk: &Hunk<'_, [u8]>, name: &[u8], input: &[u8], seen: &mut Seen) {
    let lines = || {
        hunk.lines().iter().map(|line| match line {
            Line::Context(text) => (b' ', *text),
            Line::Delete(text) => (b'-', *text),
            Line::Insert(text) => (b'+', *text),
        })
    };
    let last = lines()
        .next_back()
        .map(|(_, text)| offset_of(text, input) + text.len());
    let end = end_of_hunk(input, last.unwrap_or(seen.taken()));
    let texts = lines().map(|(mark, text)| (mark, text.strip_suffix(b"\n").unwrap_or(text)));
    seen.take_hunk(name, texts, end);
}
