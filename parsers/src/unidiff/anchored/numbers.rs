//! The counts in the header of a hunk, by one pass over its bytes.

use super::super::leniencies::*;
use super::super::rules::*;
use crate::core::parser::{Draft, Stop};

/// How many lines of the old and of the new file the header `text`, which lies at `at`, counts.
pub(super) fn of(text: &[u8], at: usize, draft: &mut Draft<'_>) -> Result<[u64; 2], Stop> {
    let mut counts = [0; 2];
    let mut nth = 2;
    for (count, sign) in counts.iter_mut().zip([b'-', b'+']) {
        if text.get(nth..nth + 2) != Some(&[b' ', sign]) {
            return Err(draft.reject(&HUNK_SPACE, at + nth));
        }
        nth += 2;
        number(text, &mut nth, at, draft)?;
        *count = 1;
        if text.get(nth) == Some(&b',') {
            nth += 1;
            *count = number(text, &mut nth, at, draft)?;
        }
    }
    close(text, nth, at, draft)?;
    match counts {
        [0, 0] => Err(draft.reject(&HUNK_EMPTY, at)),
        counts => Ok(counts),
    }
}

fn number(text: &[u8], nth: &mut usize, at: usize, draft: &mut Draft<'_>) -> Result<u64, Stop> {
    let start = *nth;
    let mut value = 0u128;
    while let Some(digit) = text.get(*nth).filter(|byte| byte.is_ascii_digit()) {
        // Above 2^64 it stays above.
        value = (value * 10 + u128::from(digit - b'0')).min(1 << 64);
        *nth += 1;
    }
    if start == *nth {
        return Err(draft.reject(&HUNK_NUMBER, at + start));
    }
    u64::try_from(value).map_err(|_| draft.reject(&HUNK_OVERFLOW, at + start))
}

/// What stands behind the numbers.
fn close(text: &[u8], nth: usize, at: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
    let rest = text.get(nth..).unwrap_or(&[]);
    match rest {
        [b' ', b'@', b'@'] | [b' ', b'@', b'@', b' ', ..] | [b' ', b'@', b'@', b'\r'] => {}
        [b' ', b'@', b'@', ..] => draft.relax(&SECTION_GLUED, at + nth + 3),
        _ => {
            let mut bytes = rest.iter().filter(|byte| !b" \t".contains(byte));
            let blanks = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
            let glued = rest.get(blanks..blanks + 2) == Some(b"@@");
            let rule = match glued && bytes.next() == Some(&b'@') {
                true => &HUNK_SPACE,
                false => &HUNK_CLOSE,
            };
            return Err(draft.reject(rule, at + nth));
        }
    }
    if rest.ends_with(b"\r") {
        draft.relax(&HEADER_CR_KEPT, at + text.len() - 1);
    }
    Ok(())
}
