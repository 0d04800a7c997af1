//! The numbers in the header of a hunk, read and kept to tell where the reading leaves them.

use super::super::leniencies::{HEADER_CR_KEPT, SECTION_GLUED};
use super::super::rules::*;
use super::lines::Line;
use crate::core::parser::{Draft, Stop};

/// The numbers in the header of a hunk: how many lines of each file.
pub(super) fn numbers(line: &Line<'_>, draft: &mut Draft<'_>) -> Result<(u64, u64), Stop> {
    let mut rest = line.text.get(2..).unwrap_or(&[]);
    let mut counts = [0; 2];
    let place = |rest: &[u8]| line.at + line.text.len() - rest.len();
    for (sign, count) in [b" -", b" +"].into_iter().zip(&mut counts) {
        rest = rest
            .strip_prefix(sign)
            .ok_or_else(|| draft.reject(&HUNK_SPACE, place(rest)))?;
        (*count, rest) = number(rest, place(rest), draft)?;
        match rest.strip_prefix(b",") {
            Some(after) => (*count, rest) = number(after, place(after), draft)?,
            None => *count = 1,
        }
    }
    let Some(heading) = rest.strip_prefix(b" @@") else {
        let mut behind = rest;
        while let [b' ' | b'\t', more @ ..] = behind {
            behind = more;
        }
        let rule = if behind.starts_with(b"@@") {
            &HUNK_SPACE
        } else {
            &HUNK_CLOSE
        };
        return Err(draft.reject(rule, place(rest)));
    };
    let is_glued = heading.first().is_some_and(|byte| *byte != b' ') && heading != b"\r";
    if is_glued {
        draft.relax(&SECTION_GLUED, place(heading));
    }
    if heading.ends_with(b"\r") {
        draft.relax(&HEADER_CR_KEPT, line.at + line.text.len() - 1);
    }
    let [old, new] = counts;
    Ok((old, new))
}

/// The number at the front of `text`, which lies at `at`, and what follows it.
fn number<'i>(text: &'i [u8], at: usize, draft: &mut Draft<'_>) -> Result<(u64, &'i [u8]), Stop> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    if digits.is_empty() {
        return Err(draft.reject(&HUNK_NUMBER, at));
    }
    // Digits are ASCII, so what is wrong with them is that there are too many.
    let number = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok());
    match number {
        Some(number) => Ok((number, rest)),
        None => Err(draft.reject(&HUNK_OVERFLOW, at)),
    }
}
