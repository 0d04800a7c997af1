//! The first half of the machine: a status-line and a section of field lines.

use super::super::leniencies::EMPTY_LINES;
use super::Fed;
use super::of_response as own;
use crate::core::parser::{Draft, Next};
use crate::core::rule::Rule;
use crate::core::verdict::Note;
use crate::http1::rules;

/// What the machine waits for.
#[derive(Clone, Copy)]
enum Waits {
    /// The first byte, after any number of CRLF.
    Opening,
    /// The LF of an empty line before the status-line.
    OpeningFeed,
    /// So many bytes of the version have come.
    Version(usize),
    AfterVersion,
    /// So many digits of the status code have come.
    Code(usize),
    AfterCode,
    Reason,
    /// What follows a CR that may end the status-line, or a field line.
    LineFeed,
    /// What follows a CR where a line that ends there breaks this rule.
    EarlyFeed(&'static Rule),
    Fields,
}

/// Where in the section of field lines it is.
#[derive(Clone, Copy)]
pub(super) enum Field {
    LineStart,
    /// What follows a CR at the start of a line.
    BlankFeed,
    Name,
    /// What follows a CR in a name.
    NameFeed,
    /// What follows whitespace after a name, which begins there.
    NameSpace(usize),
    Value,
    /// What follows a CR in a value.
    ValueFeed,
}

/// The machine of a section of field lines: the header section, or that of trailers.
pub(super) struct Section {
    pub waits: Field,
    /// The start of the line.
    line: usize,
    /// The place of the colon.
    colon: usize,
    is_first: bool,
    /// What whitespace before the first line breaks.
    first_space: &'static Rule,
}

impl Section {
    pub(super) fn new(first_space: &'static Rule) -> Self {
        Self {
            waits: Field::LineStart,
            line: 0,
            colon: 0,
            is_first: true,
            first_space,
        }
    }

    /// Feeds the byte at `at`; `keep` gets each line once it is whole: its start, the place of its colon, and that of its CR.
    pub(super) fn feed(
        &mut self,
        byte: u8,
        at: usize,
        mut keep: impl FnMut(usize, usize, usize),
    ) -> Fed {
        let is_blank = matches!(byte, b' ' | b'\t');
        self.waits = match (self.waits, byte) {
            (Field::LineStart, b'\r') => Field::BlankFeed,
            (Field::LineStart, b'\n') => return Fed::Fault(&rules::BARE_LF, at),
            (Field::LineStart, b':') => return Fed::Fault(&rules::FIELD_NAME_EMPTY, at),
            (Field::LineStart, _) if is_blank => {
                let fold = if self.is_first {
                    self.first_space
                } else {
                    &rules::OBS_FOLD
                };
                return Fed::Fault(fold, at);
            }
            (Field::LineStart, _) if is_name(byte) => {
                self.line = at;
                Field::Name
            }
            (Field::BlankFeed, b'\n') => return Fed::Done,
            (Field::BlankFeed | Field::ValueFeed, _) if byte != b'\n' => {
                return Fed::Fault(&rules::BARE_CR, at - 1);
            }
            (Field::Name, b':') => {
                self.colon = at;
                Field::Value
            }
            (Field::Name, b'\r') => Field::NameFeed,
            (Field::Name, b'\n') | (Field::NameFeed, b'\n') => {
                return Fed::Fault(&rules::FIELD_COLON, self.line);
            }
            (Field::NameFeed, _) => return Fed::Fault(&rules::BARE_CR, at - 1),
            (Field::Name, _) if is_blank => Field::NameSpace(at),
            (Field::Name, _) if is_name(byte) => Field::Name,
            (Field::LineStart | Field::Name, _) => return Fed::Fault(&rules::FIELD_NAME, at),
            (Field::NameSpace(_), _) if is_blank => self.waits,
            (Field::NameSpace(space), b':') => return Fed::Fault(&own::NAME_SPACE, space),
            (Field::NameSpace(space), _) => return Fed::Fault(&rules::FIELD_NAME, space),
            (Field::Value, b'\r') => Field::ValueFeed,
            (Field::Value, b'\n') => return Fed::Fault(&rules::BARE_LF, at),
            (Field::Value, 0) => return Fed::Fault(&rules::FIELD_VALUE, at),
            (Field::Value, _) if is_printed(byte) => Field::Value,
            (Field::Value, _) => return Fed::Fault(&rules::FIELD_VALUE_CONTROL, at),
            (Field::BlankFeed | Field::ValueFeed, _) => {
                self.is_first = false;
                keep(self.line, self.colon, at - 1);
                Field::LineStart
            }
        };
        Fed::More
    }
}

/// The labels of the fields that are kept.
const CODING: u8 = 0;
const LENGTH: u8 = 1;

/// A field: the place of its name, and its value with the place of that.
#[derive(Clone, Copy)]
pub(super) struct Kept<'i> {
    pub at: usize,
    pub value_at: usize,
    pub value: &'i [u8],
}

/// What a head says.
#[derive(Default)]
pub(super) struct Head<'i> {
    input: &'i [u8],
    /// The fields that give an end to the body.
    kept: Vec<Note>,
    pub status: u16,
    pub status_at: usize,
    /// Whether the version is HTTP/1.0.
    pub is_old: bool,
    pub end: usize,
    closes: bool,
    keeps_alive: bool,
}

impl<'i> Head<'i> {
    /// Feeds the machine until the head is whole.
    pub(super) fn read(input: &'i [u8], draft: &mut Draft<'_>) -> Result<Self, Fed> {
        let mut head = Self {
            input,
            kept: std::mem::take(&mut draft.scratch().notes),
            ..Self::default()
        };
        head.kept.clear();
        let outcome = head.run(input, draft);
        match outcome {
            Fed::Done => Ok(head),
            stop => {
                head.give_back(draft);
                Err(stop)
            }
        }
    }

    /// Gives the memory back that the fields are kept in.
    pub(super) fn give_back(self, draft: &mut Draft<'_>) {
        draft.scratch().notes = self.kept;
    }

    fn run(&mut self, input: &'i [u8], draft: &mut Draft<'_>) -> Fed {
        let mut machine = Machine {
            waits: Waits::Opening,
            start: 0,
            section: Section::new(&rules::FIRST_FIELD_SPACE),
        };
        for (at, &byte) in input.iter().enumerate() {
            match machine.feed(byte, at, self, draft) {
                Fed::More => {}
                stop => {
                    self.end = at + 1;
                    return stop;
                }
            }
        }
        Fed::More
    }

    fn of(&self, label: u8) -> impl Iterator<Item = Kept<'i>> + Clone {
        let notes = self.kept.iter().filter(move |note| note.label == label);
        notes.map(|note| Kept {
            at: note.at,
            value_at: note.value,
            value: self.input.get(note.start..note.end).unwrap_or(&[]),
        })
    }

    /// The Transfer-Encoding fields.
    pub(super) fn codings(&self) -> impl Iterator<Item = Kept<'i>> + Clone {
        self.of(CODING)
    }

    /// The Content-Length fields.
    pub(super) fn lengths(&self) -> impl Iterator<Item = Kept<'i>> + Clone {
        self.of(LENGTH)
    }

    /// What happens to the connection.
    pub(super) fn next(&self) -> Next {
        match self.closes || self.is_old && !self.keeps_alive {
            true => Next::Close,
            false => Next::Message,
        }
    }

    fn keep(&mut self, line: usize, colon: usize, end: usize) {
        let input = self.input;
        let name = input.get(line..colon).unwrap_or(&[]);
        let mut start = colon + 1;
        let raw = input.get(start..end).unwrap_or(&[]);
        start += raw.iter().take_while(|byte| is_ows(**byte)).count();
        let blanks = raw.iter().rev().take_while(|byte| is_ows(**byte)).count();
        let value = input.get(start..end - blanks).unwrap_or(&[]);
        let label = match name.len() {
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => Some(CODING),
            14 if name.eq_ignore_ascii_case(b"content-length") => Some(LENGTH),
            _ => None,
        };
        if let Some(label) = label {
            self.kept.push(Note {
                label,
                at: line,
                value: start,
                start,
                end: start + value.len(),
            });
        } else if name.eq_ignore_ascii_case(b"connection") {
            for option in value.split(|byte| *byte == b',') {
                let word = option.trim_ascii();
                self.closes |= word.eq_ignore_ascii_case(b"close");
                self.keeps_alive |= word.eq_ignore_ascii_case(b"keep-alive");
            }
        }
    }
}

struct Machine {
    waits: Waits,
    /// The first byte of the status-line.
    start: usize,
    section: Section,
}

impl Machine {
    fn feed(&mut self, byte: u8, at: usize, head: &mut Head<'_>, draft: &mut Draft<'_>) -> Fed {
        let fault = Fed::Fault;
        let is_wide = matches!(byte, b'\t' | 0x0b | 0x0c);
        self.waits = match (self.waits, byte) {
            (Waits::Fields, _) => {
                let keep = |line, colon, end| head.keep(line, colon, end);
                return self.section.feed(byte, at, keep);
            }
            (Waits::Opening, b'\r') => Waits::OpeningFeed,
            (Waits::Opening, b'\n') => return fault(&own::EMPTY_LINE, at),
            (Waits::OpeningFeed, b'\n') => {
                draft.relax(&EMPTY_LINES, at - 1);
                Waits::Opening
            }
            (Waits::OpeningFeed, _) => return fault(&own::EMPTY_LINE, at - 1),
            (Waits::Opening, b'H') => {
                self.start = at;
                Waits::Version(1)
            }
            (Waits::Opening, _) => return fault(&own::VERSION, at),
            (Waits::Version(nth), _) => match self.version(nth, byte, head) {
                Ok(waits) => waits,
                Err(rule) => return fault(rule, self.start),
            },
            (Waits::AfterVersion, b' ') => Waits::Code(0),
            (Waits::AfterVersion, b'\r') => Waits::EarlyFeed(&own::STATUS_LINE_PARTS),
            (Waits::AfterVersion, b'\n') => return fault(&own::STATUS_LINE_PARTS, at),
            (Waits::AfterVersion, _) if is_wide => return fault(&own::STATUS_LINE_SPACE, at),
            (Waits::AfterVersion, _) => return fault(&own::VERSION, self.start),
            (Waits::EarlyFeed(rule), b'\n') => return fault(rule, at - 1),
            (Waits::EarlyFeed(_), _) => return fault(&rules::BARE_CR, at - 1),
            (Waits::Code(nth), b'0'..=b'9') => {
                if nth == 0 {
                    head.status_at = at;
                }
                head.status = head.status * 10 + u16::from(byte & 15);
                match (nth, head.status) {
                    (0 | 1, _) => Waits::Code(nth + 1),
                    (_, 100..=599) => Waits::AfterCode,
                    _ => return fault(&own::STATUS_RANGE, head.status_at),
                }
            }
            (Waits::Code(0), b'\r') => Waits::EarlyFeed(&own::STATUS_LINE_PARTS),
            (Waits::Code(0), b'\n') => return fault(&own::STATUS_LINE_PARTS, at),
            (Waits::Code(0), b' ') => return fault(&own::STATUS_LINE_SPACE, at),
            (Waits::Code(0), _) if is_wide => return fault(&own::STATUS_LINE_SPACE, at),
            (Waits::Code(nth), _) => return fault(&own::STATUS_CODE, at - nth),
            (Waits::AfterCode, b' ') => Waits::Reason,
            (Waits::AfterCode, b'\r') => Waits::EarlyFeed(&own::REASON_SPACE),
            (Waits::AfterCode, b'\n') => return fault(&own::REASON_SPACE, at),
            (Waits::AfterCode, _) if is_wide => return fault(&own::STATUS_LINE_SPACE, at),
            (Waits::AfterCode, _) => return fault(&own::STATUS_CODE, head.status_at),
            (Waits::Reason, b'\r') => Waits::LineFeed,
            (Waits::Reason, b'\n') => return fault(&rules::BARE_LF, at),
            (Waits::Reason, _) if is_printed(byte) => Waits::Reason,
            (Waits::Reason, _) => return fault(&own::REASON, at),
            (Waits::LineFeed, b'\n') => Waits::Fields,
            (Waits::LineFeed, _) => return fault(&rules::BARE_CR, at - 1),
        };
        Fed::More
    }

    /// The `nth` byte of the version.
    fn version(&self, nth: usize, byte: u8, head: &mut Head<'_>) -> Result<Waits, &'static Rule> {
        let is_number = byte.is_ascii_digit();
        let next = Waits::Version(nth + 1);
        match (nth, byte) {
            (1 | 2, b'T') | (3, b'P') | (4, b'/') | (6, b'.') => Ok(next),
            (5, _) if is_number => {
                // The minor number is still to come: the major one is kept until then.
                head.status = u16::from(byte & 15);
                Ok(next)
            }
            (7, _) if is_number => {
                let major = std::mem::take(&mut head.status);
                head.is_old = byte == b'0';
                match (major, byte) {
                    (1, b'0' | b'1') => Ok(Waits::AfterVersion),
                    (1, _) => Err(&rules::MINOR_VERSION),
                    _ => Err(&own::MAJOR),
                }
            }
            _ => Err(&own::VERSION),
        }
    }
}

/// HTAB, SP, visible ASCII, and bytes from 0x80.
pub(super) fn is_printed(byte: u8) -> bool {
    byte == b'\t' || byte >= b' ' && byte != 0x7f
}

pub(super) fn is_ows(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// A byte of a token.
pub(super) fn is_name(byte: u8) -> bool {
    let is_mark = matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+');
    let is_other = matches!(byte, b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~');
    byte.is_ascii_alphanumeric() || is_mark || is_other
}
