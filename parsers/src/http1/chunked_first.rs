//! The chunked-first reading: a reader to which the chunked coding beats every length. It descends
//! the grammar with a cursor that takes one byte after another.

mod chunks;
mod framing;
#[cfg(test)]
mod tests;
mod uri;

use super::leniencies::*;
use super::rules::*;
use crate::core::parser::{Accepted, Draft, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::{Framing, Note};

/// Chunked wins over Content-Length, after other codings and in HTTP/1.0 too; chunk lines are read loosely.
pub(crate) struct ChunkedFirst;

impl Parser for ChunkedFirst {
    fn name(&self) -> &str {
        "chunked-first"
    }

    fn dialect(&self) -> Dialect {
        let relaxes = LeniencySet::of(&[
            &LEADING_CRLFS,
            &CODING_10_ACCEPTED,
            &CODING_OTHERS,
            &CODING_TWICE,
            &CODING_BEATS_LENGTH,
            &LENGTH_SAME,
            &CHUNK_SPACE_AFTER,
            &EXTENSION_ANY,
        ]);
        Dialect::new("chunked-first", relaxes)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        // Accepted out for the time of the reading, so that the cursor may use the draft.
        let mut notes = std::mem::take(&mut draft.scratch().notes);
        notes.clear();
        let mut cursor = Cursor {
            input,
            at: 0,
            draft,
        };
        let taken = cursor.request(&mut notes);
        draft.scratch().notes = notes;
        taken
    }
}

/// Bytes of ASCII, a bit each.
type Class = u128;

const fn class(mut bytes: &[u8]) -> Class {
    let mut class = 0;
    while let Some((&byte, rest)) = bytes.split_first() {
        class |= 1 << byte;
        bytes = rest;
    }
    class
}

const DIGIT: Class = class(b"0123456789");
const ALPHA: Class = class(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
const SPACE: Class = class(b"\t ");
const TCHAR: Class = ALPHA | DIGIT | class(b"!#$%&'*+-.^_`|~");
const UNRESERVED: Class = ALPHA | DIGIT | class(b"-._~");
const SUB_DELIMS: Class = class(b"!$&'()*+,;=");
const REG_NAME: Class = UNRESERVED | SUB_DELIMS;
const HEXDIG: Class = DIGIT | class(b"abcdefABCDEF");
const URI: Class = REG_NAME | class(b"%:[]/?@");

fn holds(class: Class, byte: u8) -> bool {
    // A shift of 64 bits takes a third of the time of one of 128.
    let half = match byte & 0x40 {
        0 => class as u64,
        _ => (class >> 64) as u64,
    };
    byte.is_ascii() && half >> (byte & 0x3F) & 1 == 1
}

/// A byte that a field value, a quoted-string or a loosely read extension may hold: HTAB, SP, visible
/// ASCII, and from 0x80.
fn is_text(byte: u8) -> bool {
    (byte >= b' ' || byte == b'\t') && byte != 0x7F
}

/// Labels of notes: the fields that matter.
const HOST: u8 = 0;
const EXPECT: u8 = 1;
const CONNECTION: u8 = 2;
const LENGTH: u8 = 3;
const CODING: u8 = 4;

/// Which section a field line is in.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    Header,
    Trailer,
}

/// What the request-line says.
struct RequestLine<'i> {
    /// Where it begins, after the empty lines.
    at: usize,
    method: &'i [u8],
    is_11: bool,
}

/// A place in a message, and the verdict on what lies before it.
struct Cursor<'i, 'd, 'v> {
    input: &'i [u8],
    at: usize,
    draft: &'d mut Draft<'v>,
}

impl<'i> Cursor<'i, '_, '_> {
    /// The next byte, which stays.
    fn peek(&self) -> Result<u8, Stop> {
        self.input.get(self.at).copied().ok_or(Stop::Incomplete)
    }

    /// The next byte, which is taken.
    fn next(&mut self) -> Result<u8, Stop> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    /// Takes all bytes that `takes` wants.
    fn skip(&mut self, takes: impl Fn(u8) -> bool) {
        let rest = self.input.get(self.at..).unwrap_or(&[]);
        let past = rest.iter().position(|&byte| !takes(byte));
        self.at += past.unwrap_or(rest.len());
    }

    /// Takes all text, sixteen bytes at once while that many are text.
    fn skip_text(&mut self) {
        let rest = self.input.get(self.at..).unwrap_or(&[]);
        let (blocks, _) = rest.as_chunks::<16>();
        let is_plain =
            |block: &&[u8; 16]| block.iter().fold(true, |all, &byte| all & is_text(byte));
        self.at += 16 * blocks.iter().take_while(is_plain).count();
        self.skip(is_text);
    }

    fn slice(&self, from: usize, to: usize) -> &'i [u8] {
        self.input.get(from..to).unwrap_or(&[])
    }

    fn reject<T>(&mut self, rule: &'static Rule, at: usize) -> Result<T, Stop> {
        Err(self.draft.reject(rule, at))
    }

    /// Takes the LF after a CR that was taken; `rule` is broken, at the CR, by any other byte.
    fn line_feed(&mut self, rule: &'static Rule) -> Result<(), Stop> {
        match self.next()? {
            b'\n' => Ok(()),
            _ => self.reject(rule, self.at - 2),
        }
    }

    /// HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]
    fn request(&mut self, notes: &mut Vec<Note>) -> Result<Accepted, Stop> {
        self.empty_lines()?;
        let line = self.request_line()?;
        self.fields(Section::Header, notes)?;
        self.host(&line, notes)?;
        let framing = self.framing(&line, notes)?;
        self.expectations(&line, notes)?;
        self.draft.head(self.at, framing);
        match framing {
            Framing::Chunked => self.chunked_body()?,
            Framing::Length(length) => self.data(length)?,
            _ => {}
        }
        Ok(Accepted {
            end: self.at,
            next: self.next_on_connection(&line, notes),
        })
    }

    fn empty_lines(&mut self) -> Result<(), Stop> {
        loop {
            let at = self.at;
            match self.peek()? {
                b'\r' => self.at += 1,
                b'\n' => return self.reject(&LEADING_EMPTY_LINE, at),
                _ => return Ok(()),
            }
            self.line_feed(&LEADING_EMPTY_LINE)?;
            self.draft.relax(&LEADING_CRLFS, at);
        }
    }

    /// request-line = method SP request-target SP HTTP-version
    fn request_line(&mut self) -> Result<RequestLine<'i>, Stop> {
        let at = self.at;
        let method = self.method()?;
        self.target(method)?;
        let version = self.at;
        let is_11 = self.version()?;
        let end = self.at;
        match self.next()? {
            b'\r' => self.line_feed(&BARE_CR)?,
            b'\n' => return self.reject(&BARE_LF, end),
            b'\t' | b' ' | 0x0B | 0x0C => return self.reject(&REQUEST_LINE_SPACE, end),
            _ => return self.reject(&HTTP_VERSION, version),
        }
        Ok(RequestLine { at, method, is_11 })
    }

    /// method = token, and the SP after it.
    fn method(&mut self) -> Result<&'i [u8], Stop> {
        let start = self.at;
        self.skip(|byte| holds(TCHAR, byte));
        let end = self.at;
        match self.next()? {
            _ if end == start => self.reject(&METHOD_TOKEN, end),
            b' ' => Ok(self.slice(start, end)),
            b'\t' | 0x0B | 0x0C => self.reject(&REQUEST_LINE_SPACE, end),
            byte @ (b'\r' | b'\n') => self.parts_missing(byte, end),
            _ => self.reject(&METHOD_TOKEN, end),
        }
    }

    /// The request-line lacks a part: `byte`, CR or LF, was just taken at `at`. A bare CR is no end of a line.
    fn parts_missing<T>(&mut self, byte: u8, at: usize) -> Result<T, Stop> {
        if byte == b'\r' {
            self.line_feed(&BARE_CR)?;
        }
        self.reject(&REQUEST_LINE_PARTS, at)
    }

    /// request-target = origin-form / absolute-form / authority-form / asterisk-form, and the SP after it.
    fn target(&mut self, method: &[u8]) -> Result<(), Stop> {
        let start = self.at;
        self.skip(|byte| holds(URI, byte));
        let end = self.at;
        match self.next()? {
            b' ' if end > start => {}
            b'\t' | b' ' | 0x0B | 0x0C => return self.reject(&REQUEST_LINE_SPACE, end),
            byte @ (b'\r' | b'\n') => return self.parts_missing(byte, end),
            _ => return self.reject(&TARGET_CHARACTER, end),
        }
        let target = self.slice(start, end);
        let fault = match (method, target) {
            (b"CONNECT", _) => uri::authority_form(target),
            (b"OPTIONS", b"*") | (_, [b'/', ..]) => Ok(()),
            _ => uri::absolute_form(target),
        };
        match fault {
            Ok(()) => Ok(()),
            Err(rule) => self.reject(rule, start),
        }
    }

    /// HTTP-version = "HTTP" "/" DIGIT "." DIGIT
    fn version(&mut self) -> Result<bool, Stop> {
        let start = self.at;
        match self.peek()? {
            b'\t' | b' ' | 0x0B | 0x0C => return self.reject(&REQUEST_LINE_SPACE, start),
            byte @ (b'\r' | b'\n') => {
                self.at += 1;
                return self.parts_missing(byte, start);
            }
            _ => {}
        }
        for &byte in b"HTTP/" {
            self.expect(class(&[byte]), start)?;
        }
        let major = self.expect(DIGIT, start)?;
        self.expect(class(b"."), start)?;
        let minor = self.expect(DIGIT, start)?;
        match (major, minor) {
            (b'1', b'0') => Ok(false),
            (b'1', b'1') => Ok(true),
            (b'1', _) => self.reject(&MINOR_VERSION, start),
            _ => self.reject(&MAJOR_VERSION, start),
        }
    }

    /// Takes a byte of a class, as a part of the version at `start`.
    fn expect(&mut self, class: Class, start: usize) -> Result<u8, Stop> {
        match self.next()? {
            byte if holds(class, byte) => Ok(byte),
            _ => self.reject(&HTTP_VERSION, start),
        }
    }

    /// *( field-line CRLF ) CRLF
    fn fields(&mut self, section: Section, notes: &mut Vec<Note>) -> Result<(), Stop> {
        let start = self.at;
        loop {
            let at = self.at;
            match self.peek()? {
                b'\r' => {
                    self.at += 1;
                    return self.line_feed(&BARE_CR);
                }
                b'\n' => return self.reject(&BARE_LF, at),
                b' ' | b'\t' if at == start && section == Section::Header => {
                    return self.reject(&FIRST_FIELD_SPACE, at);
                }
                b' ' | b'\t' if at == start => return self.reject(&TRAILER_SPACE, at),
                b' ' | b'\t' => return self.reject(&OBS_FOLD, at),
                b':' => return self.reject(&FIELD_NAME_EMPTY, at),
                _ => {}
            }
            let name = self.field_name()?;
            let (start, end) = self.field_value()?;
            if let (Section::Header, Some(label)) = (section, label(name)) {
                notes.push(Note {
                    label,
                    at,
                    value: start,
                    start,
                    end,
                });
            }
        }
    }

    /// field-name = token, and the colon after it.
    fn field_name(&mut self) -> Result<&'i [u8], Stop> {
        let start = self.at;
        self.skip(|byte| holds(TCHAR, byte));
        let end = self.at;
        match self.next()? {
            b':' => Ok(self.slice(start, end)),
            b' ' | b'\t' => {
                self.skip(|byte| holds(SPACE, byte));
                match self.peek()? {
                    b':' => self.reject(&NAME_SPACE, end),
                    _ => self.reject(&FIELD_NAME, end),
                }
            }
            b'\r' => {
                self.line_feed(&BARE_CR)?;
                self.reject(&FIELD_COLON, start)
            }
            b'\n' => self.reject(&FIELD_COLON, start),
            _ => self.reject(&FIELD_NAME, end),
        }
    }

    /// OWS field-value OWS CRLF: where the value begins and ends.
    fn field_value(&mut self) -> Result<(usize, usize), Stop> {
        self.skip(|byte| holds(SPACE, byte));
        let start = self.at;
        self.skip_text();
        let end = self.at;
        match self.next()? {
            b'\r' => self.line_feed(&BARE_CR)?,
            b'\n' => return self.reject(&BARE_LF, end),
            0 => return self.reject(&FIELD_VALUE, end),
            _ => return self.reject(&FIELD_VALUE_CONTROL, end),
        }
        Ok((start, start + trim_end(self.slice(start, end)).len()))
    }
}

fn label(name: &[u8]) -> Option<u8> {
    let (label, known): (u8, &[u8]) = match name.len() {
        4 => (HOST, b"host"),
        6 => (EXPECT, b"expect"),
        10 => (CONNECTION, b"connection"),
        14 => (LENGTH, b"content-length"),
        17 => (CODING, b"transfer-encoding"),
        _ => return None,
    };
    name.eq_ignore_ascii_case(known).then_some(label)
}

fn trim_end(text: &[u8]) -> &[u8] {
    let last = text.iter().rposition(|&byte| !holds(SPACE, byte));
    text.get(..last.map_or(0, |last| last + 1)).unwrap_or(&[])
}
