//! A reading line by line, as runtimes with a `readline` do: LF ends a line, a CR before it is
//! dropped, and numbers are what Python's `int()` takes.

mod chunked;
mod head;
#[cfg(test)]
mod tests;
mod uri;

use super::leniencies::{
    CHUNK_LINE_LF, CHUNK_PLUS, CHUNK_UNDERSCORE, EXTENSION_LF_ENDS, FIELD_LF, HOST_ANY, HOST_NONE,
    LENGTH_PLUS, LENGTH_UNDERSCORE, NAME_SPACE_TRIMMED, REQUEST_LINE_LF, TRAILER_LF,
};
use super::rules::{
    BARE_CR, FIELD_COLON, FIELD_NAME, FIELD_NAME_EMPTY, FIELD_VALUE, FIELD_VALUE_CONTROL,
    FIRST_FIELD_SPACE, HTTP_VERSION, LEADING_EMPTY_LINE, MAJOR_VERSION, METHOD_TOKEN,
    MINOR_VERSION, NAME_SPACE, OBS_FOLD, REQUEST_LINE_PARTS, REQUEST_LINE_SPACE, TARGET_CHARACTER,
    TRAILER_SPACE,
};
use crate::core::parser::{Accepted, Draft, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet, Rule};
use crate::core::verdict::{Framing, Note};

/// Reads a line, then looks at it.
pub(crate) struct LineReader;

static RELAXES: &[&Leniency] = &[
    &REQUEST_LINE_LF,
    &FIELD_LF,
    &NAME_SPACE_TRIMMED,
    &HOST_NONE,
    &HOST_ANY,
    &LENGTH_PLUS,
    &LENGTH_UNDERSCORE,
    &CHUNK_PLUS,
    &CHUNK_UNDERSCORE,
    &CHUNK_LINE_LF,
    &EXTENSION_LF_ENDS,
    &TRAILER_LF,
];

impl Parser for LineReader {
    fn name(&self) -> &str {
        "line-reader"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("line-reader", LeniencySet::of(RELAXES))
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let request = readline(input, 0);
        let (method, minor) = request_line(&request, draft)?;
        let mut at = request.next;
        draft.scratch().notes.clear();
        loop {
            let line = readline(input, at);
            let section = match at == request.next {
                true => Section::Start,
                false => Section::Head,
            };
            match field_line(&line, section, draft)? {
                Some(Field { label: OTHER, .. }) => {}
                Some(field) => draft.scratch().notes.push(field),
                None => {
                    at = line.next;
                    break;
                }
            }
            at = line.next;
        }
        let (framing, next) = head::weigh(input, method, minor, draft)?;
        draft.head(at, framing);
        let end = match framing {
            Framing::Chunked => chunked::read(input, at, draft)?,
            Framing::Length(length) => {
                let length = usize::try_from(length).map_err(|_| Stop::Incomplete)?;
                if input.len() - at < length {
                    return Err(Stop::Incomplete);
                }
                draft.part(0, at, at + length);
                at + length
            }
            _ => at,
        };
        Ok(Accepted { end, next })
    }
}

/// How a line ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Eol {
    CrLf,
    Lf,
    /// The input ends after a CR.
    Cr,
    /// The input ends.
    None,
}

/// One line, without its end.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// Where it begins, in bytes from the start of the message.
    at: usize,
    text: &'a [u8],
    eol: Eol,
    /// Where the next line begins.
    next: usize,
}

fn readline(input: &[u8], at: usize) -> Line<'_> {
    let rest = input.get(at..).unwrap_or(&[]);
    let (text, eol, next) = match memchr::memchr(b'\n', rest) {
        Some(lf) => (rest.get(..lf).unwrap_or(rest), Eol::Lf, at + lf + 1),
        None => (rest, Eol::None, input.len()),
    };
    let (text, eol) = match (text, eol) {
        ([text @ .., b'\r'], Eol::Lf) => (text, Eol::CrLf),
        ([text @ .., b'\r'], _) => (text, Eol::Cr),
        whole => whole,
    };
    Line {
        at,
        text,
        eol,
        next,
    }
}

impl<'a> Line<'a> {
    /// The text from the byte `from` of the line on, up to the first byte that is not `good`.
    fn take(&self, from: usize, good: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.text.get(from..).unwrap_or(&[]);
        let length = rest.iter().position(|&byte| !good(byte));
        rest.get(..length.unwrap_or(rest.len())).unwrap_or(rest)
    }

    /// The byte after the first `length` bytes of the line: a CR or an LF where it ends.
    fn after(&self, length: usize) -> Result<u8, Stop> {
        match (self.text.get(length), self.eol) {
            (Some(&byte), _) => Ok(byte),
            (None, Eol::CrLf | Eol::Cr) => Ok(b'\r'),
            (None, Eol::Lf) => Ok(b'\n'),
            (None, Eol::None) => Err(Stop::Incomplete),
        }
    }

    /// What is wrong with a CR or LF after the first `length` bytes of a request-line that lacks a part.
    fn early_end(&self, length: usize) -> Result<&'static Rule, Stop> {
        match (self.text.get(length), self.eol) {
            (Some(_), _) => Ok(&BARE_CR),
            (None, Eol::CrLf | Eol::Lf) => Ok(&REQUEST_LINE_PARTS),
            (None, Eol::Cr | Eol::None) => Err(Stop::Incomplete),
        }
    }

    /// The line holds nothing more: it is whole once its LF is there, with a CR or, if `leniency`
    /// is given, without one.
    fn end(&self, leniency: &'static Leniency, draft: &mut Draft<'_>) -> Result<(), Stop> {
        match self.eol {
            Eol::CrLf => Ok(()),
            Eol::Lf => {
                draft.relax(leniency, self.at + self.text.len());
                Ok(())
            }
            Eol::Cr | Eol::None => Err(Stop::Incomplete),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Connect,
    Trace,
    Options,
    Other,
}

/// request-line = method SP request-target SP HTTP-version
fn request_line(line: &Line<'_>, draft: &mut Draft<'_>) -> Result<(Method, u8), Stop> {
    let method = line.take(0, is_tchar);
    match line.after(method.len())? {
        b' ' if !method.is_empty() => {}
        b'\r' | b'\n' if method.is_empty() => return Err(draft.reject(&LEADING_EMPTY_LINE, 0)),
        b'\t' | 0x0b | 0x0c if !method.is_empty() => {
            return Err(draft.reject(&REQUEST_LINE_SPACE, method.len()));
        }
        b'\r' | b'\n' => {
            let rule = line.early_end(method.len())?;
            return Err(draft.reject(rule, method.len()));
        }
        _ => return Err(draft.reject(&METHOD_TOKEN, method.len())),
    }
    let start = method.len() + 1;
    let target = line.take(start, is_uri_character);
    let end = start + target.len();
    match line.after(end)? {
        b' ' if !target.is_empty() => {}
        b' ' | b'\t' | 0x0b | 0x0c => return Err(draft.reject(&REQUEST_LINE_SPACE, end)),
        b'\r' | b'\n' => return Err(draft.reject(line.early_end(end)?, end)),
        _ => return Err(draft.reject(&TARGET_CHARACTER, end)),
    }
    let method = match method {
        b"CONNECT" => Method::Connect,
        b"TRACE" => Method::Trace,
        b"OPTIONS" => Method::Options,
        _ => Method::Other,
    };
    if let Some(rule) = uri::target(method == Method::Connect, method == Method::Options, target) {
        return Err(draft.reject(rule, start));
    }
    let minor = version(line, end + 1, draft)?;
    Ok((method, minor))
}

/// HTTP-version = "HTTP" "/" DIGIT "." DIGIT, and the end of the line. Gives the minor number.
fn version(line: &Line<'_>, start: usize, draft: &mut Draft<'_>) -> Result<u8, Stop> {
    let word = line.text.get(start..).unwrap_or(&[]);
    let fits = |(&byte, pattern): (&u8, &u8)| match pattern {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *pattern,
    };
    let good = word.iter().zip(b"HTTP/0.0");
    let good = good.take_while(|&pair| fits(pair)).count();
    if good < 8 {
        let rule = match line.after(start + good)? {
            b' ' | b'\t' | 0x0b | 0x0c if good == 0 => &REQUEST_LINE_SPACE,
            b'\r' | b'\n' if good == 0 => line.early_end(start)?,
            _ => &HTTP_VERSION,
        };
        return Err(draft.reject(rule, start));
    }
    let minor = match word {
        [_, _, _, _, _, b'1', _, minor @ (b'0' | b'1'), ..] => minor - b'0',
        [_, _, _, _, _, b'1', ..] => return Err(draft.reject(&MINOR_VERSION, start)),
        _ => return Err(draft.reject(&MAJOR_VERSION, start)),
    };
    let end = start + 8;
    match line.text.get(end) {
        None => line.end(&REQUEST_LINE_LF, draft)?,
        Some(b'\r') => return Err(draft.reject(&BARE_CR, end)),
        Some(b' ' | b'\t' | 0x0b | 0x0c) => return Err(draft.reject(&REQUEST_LINE_SPACE, end)),
        Some(_) => return Err(draft.reject(&HTTP_VERSION, start)),
    }
    Ok(minor)
}

/// A field line: its name, among those that matter, and where its value is.
type Field = Note;

/// Where a field line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Right after the request-line.
    Start,
    Head,
    /// Right after the last chunk.
    TrailerStart,
    Trailer,
}

const HOST: u8 = 0;
const CODING: u8 = 1;
const LENGTH: u8 = 2;
const CONNECTION: u8 = 3;
const EXPECT: u8 = 4;
const OTHER: u8 = 5;

/// field-line = field-name ":" OWS field-value OWS. None for the empty line.
fn field_line(
    line: &Line<'_>,
    section: Section,
    draft: &mut Draft<'_>,
) -> Result<Option<Field>, Stop> {
    let lf = match section {
        Section::TrailerStart | Section::Trailer => &TRAILER_LF,
        Section::Start | Section::Head => &FIELD_LF,
    };
    let name = line.take(0, is_tchar);
    let stop = line.at + name.len();
    let mut colon = name.len();
    match line.text.get(colon) {
        None if name.is_empty() => return line.end(lf, draft).map(|()| None),
        None => {
            return match line.eol {
                Eol::CrLf | Eol::Lf => Err(draft.reject(&FIELD_COLON, line.at)),
                Eol::Cr | Eol::None => Err(Stop::Incomplete),
            };
        }
        Some(b':') if name.is_empty() => return Err(draft.reject(&FIELD_NAME_EMPTY, stop)),
        Some(b':') => {}
        Some(b' ' | b'\t') if name.is_empty() => {
            let rule = match section {
                Section::Start => &FIRST_FIELD_SPACE,
                Section::TrailerStart => &TRAILER_SPACE,
                Section::Head | Section::Trailer => &OBS_FOLD,
            };
            return Err(draft.reject(rule, stop));
        }
        Some(b' ' | b'\t') => {
            colon += line.take(colon, |byte| matches!(byte, b' ' | b'\t')).len();
            if line.after(colon)? != b':' {
                return Err(draft.reject(&FIELD_NAME, stop));
            }
            if matches!(section, Section::TrailerStart | Section::Trailer) {
                return Err(draft.reject(&NAME_SPACE, stop));
            }
            draft.relax(&NAME_SPACE_TRIMMED, stop);
        }
        Some(b'\r') => return Err(draft.reject(&BARE_CR, stop)),
        Some(_) => return Err(draft.reject(&FIELD_NAME, stop)),
    }
    let value = line.text.get(colon + 1..).unwrap_or(&[]);
    // All bytes at once, which is many times faster than one by one.
    if value
        .iter()
        .fold(false, |any, &byte| any | is_control(byte))
    {
        let bad = value.iter().take_while(|&&byte| !is_control(byte)).count();
        let rule = match value.get(bad) {
            Some(b'\r') => &BARE_CR,
            Some(0) => &FIELD_VALUE,
            _ => &FIELD_VALUE_CONTROL,
        };
        return Err(draft.reject(rule, line.at + colon + 1 + bad));
    }
    line.end(lf, draft)?;
    let label = known(name);
    if label == OTHER {
        return Ok(Some(Field {
            label,
            ..Field::default()
        }));
    }
    let start = line.at + colon + 1 + (value.len() - trim_start(value).len());
    Ok(Some(Field {
        label,
        at: line.at,
        value: start,
        start,
        end: start + trim(value).len(),
    }))
}

fn known(name: &[u8]) -> u8 {
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    match name.len() {
        4 if is("host") => HOST,
        6 if is("expect") => EXPECT,
        10 if is("connection") => CONNECTION,
        14 if is("content-length") => LENGTH,
        17 if is("transfer-encoding") => CODING,
        _ => OTHER,
    }
}

/// Whether a field value may not hold the byte.
fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t') | (byte == 0x7f)
}

fn is_tchar(byte: u8) -> bool {
    const TCHAR: u128 = bits(LETTERS_AND_DIGITS) | bits(b"!#$%&'*+-.^_`|~");
    byte < 128 && TCHAR >> byte & 1 == 1
}

/// Whether a URI may hold the byte: unreserved, gen-delims without `#`, sub-delims and `%`.
fn is_uri_character(byte: u8) -> bool {
    const URI: u128 = bits(LETTERS_AND_DIGITS) | bits(b"-._~:/?[]@!$&'()*+,;=%");
    byte < 128 && URI >> byte & 1 == 1
}

const LETTERS_AND_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A bit for each of the characters, all of them ASCII.
const fn bits(mut characters: &[u8]) -> u128 {
    let mut bits = 0;
    while let [character, rest @ ..] = characters {
        bits |= 1 << *character;
        characters = rest;
    }
    bits
}

fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

fn trim(text: &[u8]) -> &[u8] {
    let mut text = trim_start(text);
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}
