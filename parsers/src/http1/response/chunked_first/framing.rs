//! What the fields say of the body: chunks first.

use super::super::leniencies::CODING_WINS;
use super::head::{Head, Kept, is_name, is_ows, is_printed};
use super::of_response as own;
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;
use crate::http1::rules;

/// What ends the body.
pub(super) fn of(head: &Head<'_>, draft: &mut Draft<'_>) -> Result<Framing, Stop> {
    let Some(first) = head.codings().next() else {
        return match head.lengths().next() {
            None => Ok(Framing::UntilClose),
            Some(first) => length(head, first, draft).map(Framing::Length),
        };
    };
    if head.is_old {
        return Err(draft.reject(&rules::CODING_IN_10, first.at));
    }
    let (mut is_chunked, mut had_chunked) = (false, false);
    for (at, coding) in head.codings().flat_map(split) {
        let name = coding.iter().take_while(|byte| is_name(**byte)).count();
        let (name, parameters) = coding.split_at(name);
        is_chunked = name.eq_ignore_ascii_case(b"chunked");
        if name.is_empty() || !are_parameters(parameters) {
            return Err(draft.reject(&own::CODING_SYNTAX, at));
        }
        if is_chunked && !parameters.is_empty() {
            return Err(draft.reject(&rules::CODING_PARAMETERS, at));
        }
        if is_chunked && had_chunked {
            return Err(draft.reject(&rules::CODING_REPEATED, at));
        }
        had_chunked |= is_chunked;
    }
    if let Some(length) = head.lengths().next() {
        draft.relax(&CODING_WINS, first.at.min(length.at));
    }
    Ok(match is_chunked {
        true => Framing::Chunked,
        false => Framing::UntilClose,
    })
}

/// The elements of a list that are not empty, each with its place. No comma between double quotes splits it.
fn split(field: Kept<'_>) -> impl Iterator<Item = (usize, &[u8])> {
    let (mut is_quoted, mut is_hidden) = (false, false);
    let mut at = field.value_at;
    let pieces = field.value.split(move |byte| {
        match byte {
            _ if is_hidden => is_hidden = false,
            b'\\' => is_hidden = is_quoted,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
        *byte == b',' && !is_quoted && !is_hidden
    });
    let elements = pieces.map(move |raw| {
        let start = at + raw.iter().take_while(|byte| is_ows(**byte)).count();
        at += raw.len() + 1;
        (start, raw.trim_ascii())
    });
    elements.filter(|(_, element)| !element.is_empty())
}

/// Whether the text is `*( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )`.
fn are_parameters(mut text: &[u8]) -> bool {
    while !text.is_empty() {
        let after_name = strip(skip(text), b';').map(skip).and_then(word);
        let value = after_name
            .and_then(|rest| strip(skip(rest), b'='))
            .map(skip);
        let rest = match value {
            Some([b'"', quoted @ ..]) => quoted_end(quoted),
            Some(value) => word(value),
            None => None,
        };
        match rest {
            Some(rest) => text = rest,
            None => return false,
        }
    }
    true
}

fn skip(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| is_ows(**byte)).count();
    text.get(blanks..).unwrap_or(&[])
}

fn strip(text: &[u8], wanted: u8) -> Option<&[u8]> {
    text.strip_prefix(&[wanted])
}

/// What follows the token at the front, which has a byte at least.
fn word(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| !is_name(*byte));
    let end = end.unwrap_or(text.len());
    text.get(end..).filter(|_| end > 0)
}

/// What follows the quote that ends the string.
fn quoted_end(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        text = match text {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', byte, rest @ ..] if is_printed(*byte) => rest,
            [b'\\', ..] | [] => return None,
            [byte, rest @ ..] if is_printed(*byte) => rest,
            _ => return None,
        };
    }
}

/// The number that the Content-Length fields give, of which this is the first.
fn length(head: &Head<'_>, first: Kept<'_>, draft: &mut Draft<'_>) -> Result<u64, Stop> {
    if let Some(second) = head.lengths().nth(1) {
        let other = head.lengths().find(|field| field.value != first.value);
        let elements = || {
            let all = head.lengths();
            let all = all.flat_map(|field| field.value.split(|byte| *byte == b','));
            let trimmed = all.map(|element| element.trim_ascii());
            trimmed
                .filter(|element| !element.is_empty())
                .map(significant)
        };
        let number = elements().next().flatten();
        let is_one = number.is_some() && elements().all(|element| element == number);
        return Err(match other {
            Some(other) if !is_one => draft.reject(&rules::LENGTH_CONFLICT, other.at),
            _ => draft.reject(&rules::LENGTH_REPEATED, second.at),
        });
    }
    let (name, at, value) = (first.at, first.value_at, first.value);
    if value.is_empty() {
        return Err(draft.reject(&rules::LENGTH_EMPTY, name));
    }
    if value.contains(&b',') {
        return Err(draft.reject(&rules::LENGTH_LIST, at));
    }
    let Some(digits) = significant(value) else {
        return Err(draft.reject(&rules::LENGTH_SYNTAX, at));
    };
    let number = digits.iter().fold(0u128, |number, digit| {
        (number * 10 + u128::from(digit & 15)).min(u128::MAX / 16)
    });
    match u64::try_from(number) {
        Ok(number) => Ok(number),
        Err(_) => Err(draft.reject(&rules::LENGTH_OVERFLOW, at)),
    }
}

/// Digits without the zeros before them; none where there is another byte.
fn significant(text: &[u8]) -> Option<&[u8]> {
    let zeros = text.iter().take_while(|byte| **byte == b'0').count();
    let is_number = text.iter().all(u8::is_ascii_digit);
    text.get(zeros..).filter(|_| is_number)
}
