//! The chunked transfer coding, a line at a time: the size is what `int(line, 16)` takes.

use super::super::leniencies::{CHUNK_LINE_LF, CHUNK_PLUS, CHUNK_UNDERSCORE, EXTENSION_LF_ENDS};
use super::super::rules::{
    CHUNK_DATA_END, CHUNK_EXTENSION, CHUNK_EXTENSION_QUOTE, CHUNK_LINE_END, CHUNK_SIZE,
    CHUNK_SIZE_OVERFLOW, CHUNK_SIZE_SPACE,
};
use super::{Eol, Line, Section, field_line, is_control, is_tchar, readline};
use crate::core::parser::{Draft, Stop};

/// Reads chunks from `at` on. Gives the byte after the trailer section.
pub(super) fn read(input: &[u8], mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
    loop {
        let line = readline(input, at);
        let size = chunk_line(&line, draft)?;
        at = line.next;
        if size == 0 {
            break;
        }
        let size = usize::try_from(size).map_err(|_| Stop::Incomplete)?;
        let end = at.checked_add(size).ok_or(Stop::Incomplete)?;
        match input.get(end..) {
            None | Some([] | [b'\r']) => return Err(Stop::Incomplete),
            Some([b'\r', b'\n', ..]) => {}
            Some(_) => return Err(draft.reject(&CHUNK_DATA_END, end)),
        }
        draft.part(0, at, end);
        at = end + 2;
    }
    let mut section = Section::TrailerStart;
    loop {
        let line = readline(input, at);
        at = line.next;
        if field_line(&line, section, draft)?.is_none() {
            return Ok(at);
        }
        section = Section::Trailer;
    }
}

/// chunk-size [ chunk-ext ] and the end of the line. Gives the size.
fn chunk_line(line: &Line<'_>, draft: &mut Draft<'_>) -> Result<u64, Stop> {
    let (size, length) = chunk_size(line, draft)?;
    match line.text.get(length) {
        None => line.end(&CHUNK_LINE_LF, draft)?,
        Some(b';') => extensions(line, length, draft)?,
        Some(b' ' | b'\t') => {
            let space = line.take(length, is_space).len();
            if line.after(length + space)? != b';' {
                return Err(draft.reject(&CHUNK_SIZE_SPACE, line.at + length));
            }
            extensions(line, length + space, draft)?;
        }
        Some(b'\r') => return Err(draft.reject(&CHUNK_LINE_END, line.at + length)),
        Some(_) => return Err(draft.reject(&CHUNK_SIZE, line.at)),
    }
    Ok(size)
}

/// The size and how many bytes of the line it accepts.
fn chunk_size(line: &Line<'_>, draft: &mut Draft<'_>) -> Result<(u64, usize), Stop> {
    let signed = line.text.first() == Some(&b'+');
    let mut length = usize::from(signed);
    let mut size = 0u64;
    // Whether a digit has to follow: at the front, and after an underscore.
    let mut underscore = true;
    loop {
        let byte = line.text.get(length).copied();
        match byte.and_then(|byte| char::from(byte).to_digit(16)) {
            Some(digit) => {
                if length == 1 && signed {
                    draft.relax(&CHUNK_PLUS, line.at);
                } else if length > 0 && underscore {
                    draft.relax(&CHUNK_UNDERSCORE, line.at);
                }
                if size >> 60 != 0 {
                    return Err(draft.reject(&CHUNK_SIZE_OVERFLOW, line.at));
                }
                size = size << 4 | u64::from(digit);
                underscore = false;
            }
            None if byte == Some(b'_') && !underscore => {
                underscore = true;
            }
            None if underscore => {
                line.after(length)?;
                return Err(draft.reject(&CHUNK_SIZE, line.at));
            }
            None => return Ok((size, length)),
        }
        length += 1;
    }
}

/// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ), from the semicolon at
/// byte `at` of the line on. An LF ends the line wherever the extensions stand.
fn extensions(line: &Line<'_>, mut at: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
    loop {
        at += 1;
        at += line.take(at, is_space).len();
        let name = line.take(at, is_tchar);
        at += name.len();
        if name.is_empty() {
            return broken(line, at, draft);
        }
        let space = line.take(at, is_space).len();
        let mut spaced = space > 0;
        at += space;
        if line.text.get(at) == Some(&b'=') {
            at += 1;
            at += line.take(at, is_space).len();
            let value = value(line, at, draft)?;
            if value == 0 {
                return broken(line, at, draft);
            }
            at += value;
            if at > line.text.len() {
                return broken_quote(line, draft);
            }
            let space = line.take(at, is_space).len();
            spaced = space > 0;
            at += space;
        }
        match line.text.get(at) {
            Some(b';') => {}
            None if !spaced => return line.end(&EXTENSION_LF_ENDS, draft),
            _ => return broken(line, at, draft),
        }
    }
}

/// The length of a token or quoted-string at byte `at` of the line: zero when there is none, and
/// past the end of the line for a quoted-string that the line ends.
fn value(line: &Line<'_>, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
    let rest = line.text.get(at..).unwrap_or(&[]);
    let [b'"', quoted @ ..] = rest else {
        return Ok(line.take(at, is_tchar).len());
    };
    let mut escaped = false;
    for (nth, &byte) in quoted.iter().enumerate() {
        match byte {
            _ if is_control(byte) => {
                let rule = match byte {
                    b'\r' => &CHUNK_LINE_END,
                    _ => &CHUNK_EXTENSION,
                };
                return Err(draft.reject(rule, line.at + at + 1 + nth));
            }
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Ok(nth + 2),
            _ => {}
        }
    }
    Ok(rest.len() + 1)
}

/// The extensions cannot go on with what is at byte `at` of the line.
fn broken(line: &Line<'_>, at: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
    match (line.text.get(at), line.eol) {
        (Some(b'\r'), _) => Err(draft.reject(&CHUNK_LINE_END, line.at + at)),
        (Some(_), _) | (None, Eol::CrLf) => Err(draft.reject(&CHUNK_EXTENSION, line.at + at)),
        (None, _) => line.end(&EXTENSION_LF_ENDS, draft),
    }
}

/// The line ends in a quoted-string.
fn broken_quote(line: &Line<'_>, draft: &mut Draft<'_>) -> Result<(), Stop> {
    match line.eol {
        Eol::CrLf => Err(draft.reject(&CHUNK_EXTENSION_QUOTE, line.at + line.text.len())),
        _ => line.end(&EXTENSION_LF_ENDS, draft),
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
