//! Binary data, as git writes them.

use nom::Parser as _;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::{digit1, satisfy};
use nom::combinator::all_consuming;
use nom::multi::many1_count;

use super::{Fault, Read, cite, incomplete, line};
use crate::unidiff::rules::*;
use crate::unidiff::{BINARY, label};

/// Whether binary data begin here.
pub fn begins(input: &[u8]) -> bool {
    line(input).is_ok_and(|(_, text)| text == BINARY)
}

// binary = "GIT binary patch" LF data [ data ]
/// Gives the parts of the data to `part`; returns what follows them.
pub(crate) fn binary<'i>(
    input: &'i [u8],
    mut part: impl FnMut(u8, &'i [u8]),
) -> Result<&'i [u8], Fault<'i>> {
    let (new, _) = line(input)?;
    part(label::HUNK_HEADER, until(input, new));
    line(new)?;
    let old = match data(new, &mut part)? {
        Some(rest) => rest,
        None => return Err(cite(&BINARY_PATCH, new)),
    };
    Ok(data(old, &mut part)?.unwrap_or(old))
}

// data = ( "literal" / "delta" ) SP size LF *( data-line LF ) LF
/// What follows the data; none where there are none.
fn data<'i>(
    input: &'i [u8],
    part: &mut impl FnMut(u8, &'i [u8]),
) -> Result<Option<&'i [u8]>, Fault<'i>> {
    let Ok((mut rest, header)) = line(input) else {
        // It may become the first line of such data.
        let may_be = |word: &[u8]| word.starts_with(input) || input.starts_with(word);
        let is_open = !input.is_empty() && (may_be(b"literal ") || may_be(b"delta "));
        return match is_open {
            true => Err(incomplete()),
            false => Ok(None),
        };
    };
    let word = alt((tag("literal "), tag("delta ")));
    let size: Read<'_, _> = all_consuming((word, digit1)).parse(header);
    if size.is_err() {
        return Ok(None);
    }
    part(label::HUNK_HEADER, until(input, rest));
    loop {
        let (after, text) = line(rest)?;
        if text.is_empty() {
            part(label::SKIPPED, until(rest, after));
            return Ok(Some(after));
        }
        if data_line(text).is_err() {
            return Err(cite(&BINARY_DATA, rest));
        }
        part(label::BODY, until(rest, after));
        rest = after;
    }
}

// data-line = ( %x41-5A / %x61-7A ) 1*( 5base85 )
fn data_line(text: &[u8]) -> Read<'_, usize> {
    let (digits, length) = satisfy(|first| first.is_ascii_alphabetic()).parse(text)?;
    let length = match length {
        'A'..='Z' => length as usize - 'A' as usize + 1,
        _ => length as usize - 'a' as usize + 27,
    };
    let five = take_while_m_n(5, 5, is_base85);
    let (rest, fives) = all_consuming(many1_count(five)).parse(digits)?;
    match fives == length.div_ceil(4) {
        true => Ok((rest, fives)),
        false => Err(incomplete()),
    }
}

fn is_base85(byte: u8) -> bool {
    matches!(byte,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'!' | b'#'..=b'&' | b'(' | b')' | b'*' | b'+' | b'-' | b';'
        | b'<'..=b'@' | b'^'..=b'`' | b'{'..=b'~')
}

/// The front of `input`, up to `rest`, which is its end.
fn until<'i>(input: &'i [u8], rest: &[u8]) -> &'i [u8] {
    input.get(..input.len() - rest.len()).unwrap_or(&[])
}
