//! flickzeug: its parser of several patches in one input.

use flickzeug::{Line, ParserConfig, patch_from_bytes_with_config};
use parsers::End;
use parsers::unidiff::tree::{File, Tree};

use super::borrowed::{end_of_hunk, offset_of};
use crate::{About, BuiltTree, Detail, Failure, Peer, Pieces, Reach, Role, Seen};

/// flickzeug, as it is by default but for the prefixes of names, which it leaves.
pub(crate) static FLICKZEUG: About = About {
    name: "flickzeug",
    family: &parsers::unidiff::UNIFIED,
    licence: "MIT OR Apache-2.0",
    adds: "which file is read and written",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: false,
    reach: Reach::Linked {
        version: || version!("flickzeug"),
        open: || Ok(Box::new(Flickzeug)),
    },
};

struct Flickzeug;

impl Peer for Flickzeug {
    fn read(&mut self, input: &[u8], _: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        seen.detail = Detail::Hunks;
        let config = ParserConfig {
            strip_ab_prefix: false,
            ..ParserConfig::default()
        };
        let Ok(patch) = patch_from_bytes_with_config(input, config) else {
            seen.end_stream(End::Rejected);
            return Ok(());
        };
        for diff in patch.diffs() {
            let named = diff.modified().filter(|name| *name != b"/dev/null");
            let name = named.or(diff.original()).unwrap_or(&[]);
            for hunk in diff.hunks() {
                let lines = || {
                    hunk.lines().iter().map(|line| match line {
                        Line::Context((text, _)) => (b' ', *text),
                        Line::Delete((text, _)) => (b'-', *text),
                        Line::Insert((text, _)) => (b'+', *text),
                    })
                };
                let last = lines().next_back();
                let last = last.map(|(_, text)| offset_of(text, input) + text.len());
                let end = end_of_hunk(input, last.unwrap_or(seen.taken()));
                seen.take_hunk(name, lines(), end);
            }
        }
        seen.end_stream(End::Complete);
        Ok(())
    }

    fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        Some(Ok(BuiltTree::of(tree, build(tree, patch))))
    }
}

/// Applies what was parsed, file by file, to a copy of the tree; none where it does not apply.
fn build(tree: &Tree, patch: &[u8]) -> Option<Tree> {
    let mut tree = tree.clone();
    for diff in patch_from_bytes_with_config(patch, ParserConfig::default())
        .ok()?
        .diffs()
    {
        let path = |name: Option<&[u8]>| {
            name.filter(|name| *name != b"/dev/null")
                .map(<[u8]>::to_vec)
        };
        let (from, to) = (path(diff.original()), path(diff.modified()));
        let old = match &from {
            Some(from) => tree.get(from).cloned()?,
            None => File::ordinary(Vec::new()),
        };
        let (content, _) = flickzeug::apply_bytes(&old.content, diff).ok()?;
        if let Some(from) = from {
            tree.remove(&from);
        }
        if let Some(to) = to {
            tree.insert(to, File { content, ..old });
        }
    }
    Some(tree)
}
