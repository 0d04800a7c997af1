//! Binary data, for a reader that goes by what lines begin with: a line that begins a block, and everything up to an empty line.

use super::super::label;
use super::super::leniencies::BINARY_ANY;
use super::super::rules::BINARY_PATCH;
use super::lines::{Line, Lines};
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;

/// The data that the first of these lines announces: where they end.
pub(super) fn binary(mut lines: Lines<'_>, draft: &mut Draft<'_>) -> Result<usize, Stop> {
    let announcement = lines.next().ok_or(Stop::Incomplete)?;
    draft.part(label::HUNK_HEADER, announcement.at, announcement.next);
    draft.head(announcement.next, Framing::Counted);
    let mut blocks = 0;
    while blocks < 2 {
        let here = lines.at;
        let Some(line) = lines.next() else {
            if blocks == 0 {
                return Err(Stop::Incomplete);
            }
            return Ok(here);
        };
        if !opens_block(&line, blocks == 0)? {
            if blocks == 0 {
                return Err(draft.reject(&BINARY_PATCH, line.at));
            }
            return Ok(here);
        }
        draft.join(label::HUNK_HEADER, line.at, line.next);
        block(&mut lines, draft)?;
        blocks += 1;
    }
    Ok(lines.at)
}

/// Whether the line begins a block of data; what may still come to begin one is waited for, and so is any line that has to.
fn opens_block(line: &Line<'_>, has_to: bool) -> Result<bool, Stop> {
    for word in [b"literal ".as_slice(), b"delta "] {
        let is_met = line
            .text
            .iter()
            .zip(word)
            .all(|(byte, other)| byte == other);
        if is_met && !line.is_whole {
            return Err(Stop::Incomplete);
        }
        if is_met && line.text.len() > word.len() {
            let digits = line.text.iter().skip(word.len());
            return Ok(digits.into_iter().all(u8::is_ascii_digit));
        }
    }
    match has_to && !line.is_whole {
        true => Err(Stop::Incomplete),
        false => Ok(false),
    }
}

/// The lines up to the empty one.
fn block(lines: &mut Lines<'_>, draft: &mut Draft<'_>) -> Result<(), Stop> {
    loop {
        let line = lines.next().filter(|line| line.is_whole);
        let line = line.ok_or(Stop::Incomplete)?;
        let Some((length, digits)) = line.text.split_first() else {
            draft.part(label::SKIPPED, line.at, line.next);
            return Ok(());
        };
        let fives = match length {
            b'A'..=b'Z' => (length - b'A') / 4 + 1,
            b'a'..=b'z' => (length - b'a' + 26) / 4 + 1,
            _ => 0,
        };
        let is_fit = fives > 0 && digits.len() == 5 * usize::from(fives);
        if !is_fit || digits.iter().any(|byte| !is_digit(*byte)) {
            draft.relax(&BINARY_ANY, line.at);
        }
        draft.join(label::BODY, line.at, line.next);
    }
}

fn is_digit(byte: u8) -> bool {
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => true,
        b'"' | b'\'' | b',' | b'.' | b'/' | b':' | b'[' | b'\\' | b']' => false,
        _ => byte.is_ascii_graphic(),
    }
}
