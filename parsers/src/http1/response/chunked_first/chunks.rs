//! The other half of the machine: chunks, and the trailer section.

use super::Fed;
use super::head::{Section, is_name, is_ows, is_printed};
use crate::core::parser::{Draft, Stop};
use crate::core::rule::Rule;
use crate::http1::rules;

/// What the machine waits for in a chunk line.
#[derive(Clone, Copy)]
enum Waits {
    Size,
    /// What follows whitespace after the size, which begins there.
    SizeSpace(usize),
    /// The name of an extension.
    Name,
    InName,
    AfterName,
    Value,
    InValue,
    AfterValue,
    Quoted,
    /// The byte that a backslash hides.
    Hidden,
    Closed,
    /// The LF that ends the line.
    Feed,
    /// What follows a CR where a line that ends there breaks this rule.
    EarlyFeed(&'static Rule),
}

struct Line {
    waits: Waits,
    start: usize,
    size: u64,
    has_digit: bool,
}

/// Reads the chunks from `at` on, and returns the byte after the trailer section.
pub(super) fn read(input: &[u8], mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
    loop {
        let mut line = Line {
            waits: Waits::Size,
            start: at,
            size: 0,
            has_digit: false,
        };
        at = run(input, at, draft, |byte, at| line.feed(byte, at))?;
        if line.size == 0 {
            let mut section = Section::new(&rules::TRAILER_SPACE);
            return run(input, at, draft, |byte, at| {
                section.feed(byte, at, |_, _, _| {})
            });
        }
        let left = (input.len() - at) as u64;
        if line.size > left {
            return Err(Stop::Incomplete);
        }
        let end = at + line.size as usize;
        draft.part(0, at, end);
        at = run(input, end, draft, |byte, at| match (at - end, byte) {
            (0, b'\r') => Fed::More,
            (1, b'\n') => Fed::Done,
            _ => Fed::Fault(&rules::CHUNK_DATA_END, end),
        })?;
    }
}

/// Feeds a machine from `at` on; the byte after what it reads.
fn run(
    input: &[u8],
    at: usize,
    draft: &mut Draft<'_>,
    mut feed: impl FnMut(u8, usize) -> Fed,
) -> Result<usize, Stop> {
    for (at, &byte) in input.iter().enumerate().skip(at) {
        match feed(byte, at) {
            Fed::More => {}
            Fed::Done => return Ok(at + 1),
            Fed::Fault(rule, at) => return Err(draft.reject(rule, at)),
        }
    }
    Err(Stop::Incomplete)
}

impl Line {
    fn feed(&mut self, byte: u8, at: usize) -> Fed {
        let line_end = &rules::CHUNK_LINE_END;
        let is_blank = is_ows(byte);
        self.waits = match (self.waits, byte) {
            (Waits::Feed, b'\n') => return Fed::Done,
            (Waits::EarlyFeed(rule), b'\n') => return Fed::Fault(rule, at - 1),
            (Waits::Feed | Waits::EarlyFeed(_), _) => return Fed::Fault(line_end, at - 1),
            (Waits::Size, _) => return self.size(byte, at),
            (Waits::SizeSpace(_), _) if is_blank => self.waits,
            (Waits::SizeSpace(_), b';') => Waits::Name,
            (Waits::SizeSpace(space), _) => return Fed::Fault(&rules::CHUNK_SIZE_SPACE, space),
            (_, b'\n') => return Fed::Fault(line_end, at),
            (Waits::InName | Waits::InValue | Waits::Closed, b'\r') => Waits::Feed,
            (Waits::Quoted | Waits::Hidden, b'\r') => {
                Waits::EarlyFeed(&rules::CHUNK_EXTENSION_QUOTE)
            }
            (_, b'\r') => Waits::EarlyFeed(&rules::CHUNK_EXTENSION),
            (Waits::Name, _) if is_blank => Waits::Name,
            (Waits::Name | Waits::InName, _) if is_name(byte) => Waits::InName,
            (Waits::InName | Waits::AfterName, b'=') => Waits::Value,
            (Waits::InName | Waits::AfterName, _) if is_blank => Waits::AfterName,
            (Waits::InName | Waits::AfterName, b';') => Waits::Name,
            (Waits::Value, _) if is_blank => Waits::Value,
            (Waits::Value, b'"') => Waits::Quoted,
            (Waits::Value | Waits::InValue, _) if is_name(byte) => Waits::InValue,
            (Waits::InValue | Waits::Closed | Waits::AfterValue, _) if is_blank => {
                Waits::AfterValue
            }
            (Waits::InValue | Waits::Closed | Waits::AfterValue, b';') => Waits::Name,
            (Waits::Quoted, b'"') => Waits::Closed,
            (Waits::Quoted, b'\\') => Waits::Hidden,
            (Waits::Quoted | Waits::Hidden, _) if is_printed(byte) => Waits::Quoted,
            _ => return Fed::Fault(&rules::CHUNK_EXTENSION, at),
        };
        Fed::More
    }

    /// A byte of the size, or the first after it.
    fn size(&mut self, byte: u8, at: usize) -> Fed {
        let digit = char::from(byte).to_digit(16);
        if let Some(digit) = digit {
            if self.size >> 60 != 0 {
                return Fed::Fault(&rules::CHUNK_SIZE_OVERFLOW, self.start);
            }
            self.size = self.size << 4 | u64::from(digit);
            self.has_digit = true;
            return Fed::More;
        }
        self.waits = match byte {
            _ if !self.has_digit => return Fed::Fault(&rules::CHUNK_SIZE, self.start),
            b'\r' => Waits::Feed,
            b'\n' => return Fed::Fault(&rules::CHUNK_LINE_END, at),
            b';' => Waits::Name,
            b' ' | b'\t' => Waits::SizeSpace(at),
            _ => return Fed::Fault(&rules::CHUNK_SIZE, self.start),
        };
        Fed::More
    }
}
