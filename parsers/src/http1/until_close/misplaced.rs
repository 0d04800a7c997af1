//! Bytes that break one rule or another by what follows them.

use super::{Halt, MISSING};
use crate::http1::rules::*;

/// What is wrong where the CR or LF at `at` stands before the request-line has its three parts.
pub(super) fn cut_short(input: &[u8], at: usize) -> Halt {
    match (input.get(at), input.get(at + 1)) {
        (Some(b'\r'), None) => MISSING,
        (Some(b'\r'), Some(byte)) if *byte != b'\n' => Some((&BARE_CR, at)),
        _ => Some((&REQUEST_LINE_PARTS, at)),
    }
}

/// What is wrong with a name that SP or HTAB follows at `space`.
pub(super) fn spaced_name(input: &[u8], space: usize) -> Halt {
    let mut after = space;
    while let Some(b' ' | b'\t') = input.get(after) {
        after += 1;
    }
    match input.get(after)? {
        b':' => Some((&NAME_SPACE, space)),
        _ => Some((&FIELD_NAME, space)),
    }
}
