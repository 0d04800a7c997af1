//! diffy: its streaming parser of patches, for plain unified diffs and for those of git.

use diffy::patch_set::{FileOperation, ParseOptions, PatchSet};
use diffy::{Hunk, Line};
use parsers::End;

use super::borrowed::{end_of_hunk, offset_of};
use crate::{About, Detail, Failure, Peer, Pieces, Reach, Seen};

macro_rules! about {
    ($constant:ident $name:literal $options:expr) => {
        #[doc = concat!($name, ".")]
        pub static $constant: About = About {
            name: $name,
            family: "unified-diff",
            licence: "MIT OR Apache-2.0",
            adds: "",
            cuts: "",
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
                    false if !is_refused(input, self.0) => End::Complete,
                    _ => End::Refused,
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
            if hunks.is_empty() {
                return Err(Failure::Unknown(
                    "a header without hunks has no place".to_owned(),
                ));
            }
            for hunk in hunks {
                take(hunk, name, input, seen);
            }
        }
        seen.end_stream(End::Complete);
        Ok(())
    }
}

/// Whether what is wrong is more than that there is no patch.
fn is_refused(input: &[u8], options: fn() -> ParseOptions) -> bool {
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
        .last()
        .map(|(_, text)| offset_of(text, input) + text.len());
    let end = end_of_hunk(input, last.unwrap_or(seen.taken()));
    let texts = lines().map(|(mark, text)| (mark, text.strip_suffix(b"\n").unwrap_or(text)));
    seen.take_hunk(name, texts, end);
}
