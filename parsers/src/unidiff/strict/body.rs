//! The body of a hunk.

use nom::Parser as _;
use nom::branch::alt;
use nom::character::complete::char;
use nom::combinator::{peek, recognize, value};

use super::header::{Counts, need};
use super::{Fault, Read, cite, demand, line};
use crate::unidiff::rules::*;
use crate::unidiff::{MARKER, label};

/// How many lines a line of a hunk is in the old and in the new file.
type Kind = (u64, u64);

// body = 1*( line [ marker ] ), as many lines as the header counts
/// Gives the parts of the body to `part`; returns what follows it.
pub(crate) fn body<'i>(
    mut input: &'i [u8],
    (mut old, mut new): Counts,
    mut part: impl FnMut(u8, &'i [u8]),
) -> Result<&'i [u8], Fault<'i>> {
    // A marker may follow the last line of either file.
    let (mut ends_file, mut after_marker) = (false, false);
    loop {
        if input.first() == Some(&b'\\') {
            let (rest, marker) = marker(input)?;
            if after_marker {
                return Err(cite(&MARKER_REPEATED, input));
            }
            if !ends_file {
                return Err(cite(&MARKER_PLACE, input));
            }
            part(label::END_MARKER, marker);
            (input, after_marker) = (rest, true);
            continue;
        }
        if (old, new) == (0, 0) {
            return Ok(input);
        }
        need(input)?;
        let (_, kind) = kind(input)?;
        let (rest, line) = recognize(line).parse(input)?;
        let left = (old.checked_sub(kind.0), new.checked_sub(kind.1));
        let (Some(old_left), Some(new_left)) = left else {
            return Err(cite(&HUNK_COUNT, input));
        };
        (old, new) = (old_left, new_left);
        ends_file = (kind.0 == 1 && old == 0) || (kind.1 == 1 && new == 0);
        part(label::BODY, line);
        (input, after_marker) = (rest, false);
    }
}

// line = ( SP / "-" / "+" ) content LF
fn kind(input: &[u8]) -> Read<'_, Kind> {
    let kind = alt((
        value((1, 1), char(' ')),
        value((1, 0), char('-')),
        value((0, 1), char('+')),
    ));
    demand(peek(kind), |found| match found {
        [b'\n', ..] => cite(&EMPTY_CONTEXT, found),
        _ => cite(&BODY_LINE, found),
    })(input)
}

// marker = "\ No newline at end of file" LF
fn marker(input: &[u8]) -> Read<'_, &[u8]> {
    let (rest, text) = line(input)?;
    if text != MARKER {
        return Err(cite(&MARKER_TEXT, input));
    }
    Ok((rest, input.get(..input.len() - rest.len()).unwrap_or(&[])))
}
