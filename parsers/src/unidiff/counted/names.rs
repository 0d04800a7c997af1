//! The names in the header of a file.

use super::super::leniencies::*;
use crate::core::parser::Draft;

/// Where the name on a line of a header, which begins at `at`, begins and ends.
pub(super) fn name(line: &[u8], at: usize, draft: &mut Draft<'_>) -> (usize, usize) {
    let start = at + 4;
    let mut text = line.get(4..).unwrap_or(&[]);
    if let Some(without) = text.strip_suffix(b"\r") {
        draft.relax(&HEADER_CRLF, start + without.len());
        text = without;
    }
    let mut parts = text.splitn(2, |byte| *byte == b'\t');
    let name = parts.next().unwrap_or(&[]);
    if parts.next().is_none()
        && name.first() != Some(&b'"')
        && let Some(blank) = memchr::memchr(b' ', name)
    {
        draft.relax(&NAME_TO_TAB, start + blank);
    }
    (start, start + name.len())
}

/// Whether what follows the first slash of two names is the same.
pub(super) fn is_one_file(old: &[u8], new: &[u8]) -> bool {
    let slashes = (memchr::memchr(b'/', old), memchr::memchr(b'/', new));
    match slashes {
        (Some(x), Some(y)) if old.get(x..) == new.get(y..) => true,
        _ => old == new,
    }
}

/// Says of a name that lies at `at` that it leads out of the tree, or into a folder of git.
pub(super) fn cite_outside(name: &[u8], at: usize, draft: &mut Draft<'_>) {
    let mut name = name;
    if let [b'"', rest @ ..] = name {
        name = rest;
    }
    if let [rest @ .., b'"'] = name {
        name = rest;
    }
    let (mut leaves, mut is_git) = (name.first() == Some(&b'/'), false);
    for part in name.split(|byte| *byte == b'/') {
        leaves |= part == b"..";
        is_git |= matches!(part, [b'.', b'g' | b'G', b'i' | b'I', b't' | b'T']);
    }
    if leaves {
        draft.relax(&NAME_ANYWHERE, at);
    }
    if is_git {
        draft.relax(&NAME_DOT_GIT, at);
    }
}
