//! A reading by delimiters: memchr finds the next one, and what lies before it is checked in bulk.

mod chunked;
mod head;
#[cfg(test)]
mod tests;
mod uri;

use self::head::Head;
use super::leniencies::{self as l};
use super::rules::{self as r};
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet, Rule};
use crate::core::verdict::Framing;
use memchr::{memchr2, memchr3};
use std::ops::Range;

/// Jumps from delimiter to delimiter.
pub(crate) struct Scanner;

static RELAXES: &[&Leniency] = &[
    &l::REQUEST_LINE_LF,
    &l::FIELD_LF,
    &l::VALUE_CONTROL,
    &l::CODING_SUBSTRING,
    &l::CODING_BEATS_LENGTH,
    &l::LENGTH_LAST,
    &l::EXTENSION_ANY,
    &l::DATA_LF,
];

impl Parser for Scanner {
    fn name(&self) -> &str {
        "scanner"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("scanner", LeniencySet::of(RELAXES))
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let mut scan = Scan {
            input,
            at: 0,
            draft,
        };
        let (method, minor) = scan.request_line()?;
        let mut head = Head::new(minor);
        let mut section = Section::First;
        while let Some((name, value)) = scan.field_line(section)? {
            head.add(input, name, value);
            section = Section::Head;
        }
        let framing = head.framing(method, input, scan.draft)?;
        scan.draft.head(scan.at, framing);
        match framing {
            Framing::Chunked => scan.chunked()?,
            Framing::Length(length) => {
                let start = scan.at;
                scan.skip(length)?;
                scan.draft.part(0, start, scan.at);
            }
            _ => {}
        }
        let next = match method {
            b"CONNECT" => Next::Tunnel,
            _ if head.closes() => Next::Close,
            _ => Next::Message,
        };
        Ok(Accepted { end: scan.at, next })
    }
}

/// Where a field line's name is, and its value, in bytes from the start of the message.
type FieldLine = (Range<usize>, Range<usize>);

/// The section that a field line is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// The header section, right after the request-line.
    First,
    Head,
    /// The trailer section, right after the last chunk.
    TrailerFirst,
    Trailer,
}

/// The input and how far it is read.
struct Scan<'i, 'd, 'v> {
    input: &'i [u8],
    at: usize,
    draft: &'d mut Draft<'v>,
}

impl<'i> Scan<'i, '_, '_> {
    fn rest(&self) -> &'i [u8] {
        self.input.get(self.at..).unwrap_or(&[])
    }

    /// What the cursor passes up to the delimiter that `find` finds in the rest, and the delimiter,
    /// which it does not pass. None for the end of the input.
    fn up_to(&mut self, find: impl Fn(&[u8]) -> Option<usize>) -> (&'i [u8], Option<u8>) {
        let rest = self.rest();
        let length = find(rest).unwrap_or(rest.len());
        self.at += length;
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        (piece, after.first().copied())
    }

    fn skip(&mut self, length: u64) -> Result<(), Stop> {
        match usize::try_from(length) {
            Ok(length) if length <= self.rest().len() => {
                self.at += length;
                Ok(())
            }
            _ => Err(Stop::Incomplete),
        }
    }

    fn reject<T>(&mut self, rule: &'static Rule, at: usize) -> Result<T, Stop> {
        Err(self.draft.reject(rule, at))
    }

    /// Passes the CR at the cursor and the LF after it, or cites `rule` at the CR.
    fn crlf(&mut self, rule: &'static Rule) -> Result<(), Stop> {
        match self.rest() {
            [_, b'\n', ..] => {
                self.at += 2;
                Ok(())
            }
            [_, _, ..] => self.reject(rule, self.at),
            _ => Err(Stop::Incomplete),
        }
    }

    /// Passes the LF at the cursor, which no CR precedes.
    fn lf(&mut self, leniency: &'static Leniency) {
        self.draft.relax(leniency, self.at);
        self.at += 1;
    }

    /// request-line = method SP request-target SP HTTP-version. Gives the method and the minor
    /// version.
    fn request_line(&mut self) -> Result<(&'i [u8], u8), Stop> {
        let word = |rest: &[u8]| memchr3(b' ', b'\r', b'\n', rest);
        let (method, delimiter) = self.up_to(word);
        if let Some(bad) = first_not(method, is(TCHAR)) {
            let rule = match method.get(bad) {
                Some(b'\t' | 0x0b | 0x0c) if bad > 0 => &r::REQUEST_LINE_SPACE,
                _ => &r::METHOD_TOKEN,
            };
            return self.reject(rule, bad);
        }
        match (delimiter, self.at) {
            (None, _) => return Err(Stop::Incomplete),
            (Some(b' '), 0) => return self.reject(&r::METHOD_TOKEN, 0),
            (Some(b' '), _) => self.at += 1,
            (Some(_), 0) => return self.reject(&r::LEADING_EMPTY_LINE, 0),
            (Some(_), _) => return self.line_ends_early(),
        }
        let start = self.at;
        let (target, delimiter) = self.up_to(word);
        if let Some(bad) = first_not(target, is(URI)) {
            let rule = match target.get(bad) {
                Some(b'\t' | 0x0b | 0x0c) => &r::REQUEST_LINE_SPACE,
                _ => &r::TARGET_CHARACTER,
            };
            return self.reject(rule, start + bad);
        }
        match delimiter {
            None => return Err(Stop::Incomplete),
            Some(b' ') if target.is_empty() => return self.reject(&r::REQUEST_LINE_SPACE, start),
            Some(b' ') => match uri::fault(method, target) {
                None => self.at += 1,
                Some(rule) => return self.reject(rule, start),
            },
            Some(_) => return self.line_ends_early(),
        }
        let minor = self.version()?;
        Ok((method, minor))
    }

    /// HTTP-version = "HTTP" "/" DIGIT "." DIGIT, then the end of the line.
    fn version(&mut self) -> Result<u8, Stop> {
        let start = self.at;
        let (word, delimiter) = self.up_to(|rest| memchr2(b'\r', b'\n', rest));
        let (digits, after) = match word {
            [b'H', b'T', b'T', b'P', b'/', major, b'.', minor, after @ ..]
                if major.is_ascii_digit() && minor.is_ascii_digit() =>
            {
                ([*major, *minor], after)
            }
            [b' ' | b'\t' | 0x0b | 0x0c, ..] => return self.reject(&r::REQUEST_LINE_SPACE, start),
            [] if delimiter.is_some() => return self.line_ends_early(),
            _ if delimiter.is_none() && begins_version(word) => return Err(Stop::Incomplete),
            _ => return self.reject(&r::HTTP_VERSION, start),
        };
        let minor = match digits {
            [b'1', minor @ (b'0' | b'1')] => minor - b'0',
            [b'1', _] => return self.reject(&r::MINOR_VERSION, start),
            _ => return self.reject(&r::MAJOR_VERSION, start),
        };
        match (after.first(), delimiter) {
            (Some(b' ' | b'\t' | 0x0b | 0x0c), _) => {
                return self.reject(&r::REQUEST_LINE_SPACE, start + 8);
            }
            (Some(_), _) => return self.reject(&r::HTTP_VERSION, start),
            (None, None) => return Err(Stop::Incomplete),
            (None, Some(b'\n')) => self.lf(&l::REQUEST_LINE_LF),
            (None, Some(_)) => self.crlf(&r::BARE_CR)?,
        }
        Ok(minor)
    }

    /// Rejects the CR or LF here, which leaves a part of the request-line out, or is a bare CR.
    fn line_ends_early<T>(&mut self) -> Result<T, Stop> {
        let at = self.at;
        if self.rest().starts_with(b"\r") {
            self.crlf(&r::BARE_CR)?;
        }
        self.reject(&r::REQUEST_LINE_PARTS, at)
    }

    /// field-line = field-name ":" OWS field-value OWS. Gives where the name and the value are, or
    /// None for the empty line.
    fn field_line(&mut self, section: Section) -> Result<Option<FieldLine>, Stop> {
        let start = self.at;
        let (name, delimiter) = self.up_to(|rest| memchr3(b':', b'\r', b'\n', rest));
        if let Some(bad) = first_not(name, is(TCHAR)) {
            let rule = match (bad, name.get(bad)) {
                (0, Some(b' ' | b'\t')) if section == Section::First => &r::FIRST_FIELD_SPACE,
                (0, Some(b' ' | b'\t')) if section == Section::TrailerFirst => &r::TRAILER_SPACE,
                (0, Some(b' ' | b'\t')) => &r::OBS_FOLD,
                (_, Some(b' ' | b'\t')) => {
                    let space = name.get(bad..).unwrap_or(&[]);
                    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
                    match (space.iter().all(is_space), delimiter) {
                        (true, Some(b':')) => &r::NAME_SPACE,
                        (true, None) => return Err(Stop::Incomplete),
                        _ => &r::FIELD_NAME,
                    }
                }
                _ => &r::FIELD_NAME,
            };
            return self.reject(rule, start + bad);
        }
        match (delimiter, name.is_empty()) {
            (None, _) => return Err(Stop::Incomplete),
            (Some(b':'), true) => return self.reject(&r::FIELD_NAME_EMPTY, start),
            (Some(b':'), false) => self.at += 1,
            (Some(b'\n'), true) => return self.field_lf(section).map(|()| None),
            (Some(b'\n'), false) => return self.reject(&r::FIELD_COLON, start),
            (Some(_), true) => return self.crlf(&r::BARE_CR).map(|()| None),
            (Some(_), false) => {
                self.crlf(&r::BARE_CR)?;
                return self.reject(&r::FIELD_COLON, start);
            }
        }
        let name = start..start + name.len();
        let start = self.at;
        let (value, delimiter) = self.up_to(|rest| memchr3(b'\r', b'\n', 0, rest));
        if !value
            .iter()
            .fold(true, |all, &byte| all & is_field_value(byte))
        {
            let control = start + first_not(value, is_field_value).unwrap_or(0);
            match section {
                Section::First | Section::Head => self.draft.relax(&l::VALUE_CONTROL, control),
                Section::TrailerFirst | Section::Trailer => {
                    return self.reject(&r::FIELD_VALUE_CONTROL, control);
                }
            }
        }
        match delimiter {
            None => return Err(Stop::Incomplete),
            Some(b'\n') => self.field_lf(section)?,
            Some(b'\r') => self.crlf(&r::BARE_CR)?,
            Some(_) => return self.reject(&r::FIELD_VALUE, self.at),
        }
        Ok(Some((name, without_ows(value, start))))
    }

    /// The LF at the cursor ends a field line, or the section.
    fn field_lf(&mut self, section: Section) -> Result<(), Stop> {
        match section {
            Section::First | Section::Head => {
                self.lf(&l::FIELD_LF);
                Ok(())
            }
            Section::TrailerFirst | Section::Trailer => self.reject(&r::BARE_LF, self.at),
        }
    }
}

fn first_not(piece: &[u8], class: impl Fn(u8) -> bool) -> Option<usize> {
    piece.iter().position(|&byte| !class(byte))
}

/// Where the piece that begins at `start` is without the SP and HTAB around it.
fn without_ows(piece: &[u8], start: usize) -> Range<usize> {
    let is_text = |&byte: &u8| byte != b' ' && byte != b'\t';
    let Some(first) = piece.iter().position(is_text) else {
        return start..start;
    };
    let last = piece.iter().rposition(is_text).unwrap_or(first);
    start + first..start + last + 1
}

/// Whether more bytes could make the word, of which there are fewer than eight, a version.
fn begins_version(word: &[u8]) -> bool {
    let fits = |(nth, byte): (usize, &u8)| match nth {
        5 | 7 => byte.is_ascii_digit(),
        _ => b"HTTP/_._".get(nth) == Some(byte),
    };
    word.iter().enumerate().all(fits)
}

/// What a byte may be part of, a bit each.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    #[allow(
        clippy::indexing_slicing,
        reason = "run by the compiler, where a panic fails the build"
    )]
    while byte < 256 {
        classes[byte] = class(byte as u8);
        byte += 1;
    }
    classes
};

const TCHAR: u8 = 1;
const URI: u8 = 2;
const SCHEME: u8 = 4;
const NAME: u8 = 8;

const fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => TCHAR | URI | SCHEME | NAME,
        b'+' | b'-' | b'.' => TCHAR | URI | SCHEME | NAME,
        b'!' | b'$' | b'&' | b'\'' | b'*' | b'_' | b'~' => TCHAR | URI | NAME,
        b'#' | b'^' | b'`' | b'|' => TCHAR,
        b'%' => TCHAR | URI,
        b'(' | b')' | b',' | b';' | b'=' => URI | NAME,
        b'/' | b':' | b'?' | b'@' | b'[' | b']' => URI,
        _ => 0,
    }
}

fn is(class: u8) -> impl Fn(u8) -> bool {
    move |byte| {
        let classes = CLASSES.get(usize::from(byte));
        classes.is_some_and(|classes| classes & class != 0)
    }
}

fn is_field_value(byte: u8) -> bool {
    (byte >= b' ' && byte != 0x7f) | (byte == b'\t')
}
