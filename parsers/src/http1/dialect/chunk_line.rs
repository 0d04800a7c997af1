//! A chunk line that does not conform, or that carries an extension.

use super::super::leniencies::*;
use super::super::restrictions::*;
use super::super::rules::*;
use super::Reader;
use super::bytes::{is_space, is_token, is_value, trim};
use crate::core::parser::{Draft, Stop};
use crate::core::rule::Leniency;

/// What a chunk line turned out to be.
pub(super) enum ChunkLine {
    /// A chunk of `size` bytes, whose data begins at `data`.
    Size { size: u64, data: usize },
    /// The message ends here.
    Ends(usize),
}

/// The digits of a chunk size.
struct Digits {
    /// The byte after them.
    end: usize,
    count: usize,
    /// The first 16 of them.
    front: u64,
    /// All of them, modulo 2^64.
    value: u64,
    overflows: bool,
}

/// Where a reader of extensions stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// After whitespace, before a semicolon.
    Space,
    /// After a semicolon, before a name.
    Semicolon,
    Name,
    /// After a name and whitespace.
    NameSpace,
    /// After an equals sign.
    Equals,
    Token,
    Quoted,
    Escaped,
    /// After a quoted value.
    Closed,
    /// Anything up to the end of the line; control characters too where the flag is set.
    Anything(bool),
}

impl Reader<'_> {
    /// Reads the chunk line at `at`.
    #[cold]
    pub(super) fn odd_chunk_line(
        &self,
        mut at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<ChunkLine, Stop> {
        if self.has(&CHUNK_LINE_LOOSE) {
            return self.loose_chunk_line(at, draft);
        }
        loop {
            while self.has(&CHUNK_EMPTY_LINES) && self.need(at)? == b'\r' {
                if self.need(at + 1)? != b'\n' {
                    break;
                }
                draft.relax(&CHUNK_EMPTY_LINES, at);
                at += 2;
            }
            if self.has(&CHUNK_EMPTY_ZERO) && self.need(at)? == b'\r' && self.need(at + 1)? == b'\n'
            {
                draft.relax(&CHUNK_EMPTY_ZERO, at);
                return Ok(ChunkLine::Size {
                    size: 0,
                    data: at + 2,
                });
            }
            if self.has(&CHUNK_SIZE_WHOLE) {
                self.whole_chunk_size(at, draft)?;
            }
            if let Some(line) = self.chunk_size_inside(at, draft)? {
                return Ok(line);
            }
            match self.chunk_size(at, draft)? {
                Some((size, end)) => {
                    let data = self.chunk_line_end(at, end, draft)?;
                    return Ok(ChunkLine::Size { size, data });
                }
                None if self.relax(&CHUNK_INVALID_ZERO, at, draft) => {
                    return Ok(ChunkLine::Size {
                        size: 0,
                        data: self.after_crlf(at)?,
                    });
                }
                None if self.relax(&CHUNK_INVALID_SKIPPED, at, draft) => {
                    at = self.after_crlf(at)?
                }
                None if self.relax(&CHUNK_INVALID_ENDS, at, draft) => {
                    return self.after_crlf(at).map(ChunkLine::Ends);
                }
                None => return Err(draft.reject(&CHUNK_SIZE, at)),
            }
        }
    }

    /// Waits for what ends the chunk size at `line`, or for more bytes than a size may have.
    fn whole_chunk_size(&self, line: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let rest = self.rest(line);
        let ends = match memchr::memchr2(b'\r', b';', rest) {
            Some(end) if rest.get(end) == Some(&b'\r') => end + 1 < rest.len(),
            Some(_) => true,
            None => false,
        };
        if ends || rest.len() >= 17 {
            return Ok(());
        }
        draft.relax(&CHUNK_SIZE_WHOLE, line);
        Err(Stop::Incomplete)
    }

    /// A chunk line whose size does not stand at its front, where the dialect looks for one.
    fn chunk_size_inside(
        &self,
        line: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<ChunkLine>, Stop> {
        if !self.has(&CHUNK_INSIDE) {
            return Ok(None);
        }
        let data = self.after_crlf(line)?;
        let whole = self.slice(line, data - 2);
        let mut at = 0;
        while let Some(after) = whole.get(at..).filter(|after| !after.is_empty()) {
            let digits = after.iter().take_while(|byte| byte.is_ascii_hexdigit());
            let count = digits.count();
            let after = after.get(count..).unwrap_or(&[]);
            let is_size = match trim(after) {
                (_, []) => true,
                (0, [b';', extension @ ..]) => !extension.contains(&b'\n'),
                (_, [b';', extension @ ..]) => {
                    !extension.contains(&b'\n') && !self.restricts(&EXTENSION_SPACE_BEFORE)
                }
                _ => false,
            };
            if count > 0 && is_size && at == 0 {
                return Ok(None);
            }
            if count > 0 && is_size {
                draft.relax(&CHUNK_INSIDE, line);
                let digits = self.chunk_digits(line, line + at, draft)?;
                let size = self.chunk_number(line, &digits, draft)?;
                return Ok(Some(ChunkLine::Size { size, data }));
            }
            at += count.max(1);
        }
        Ok(None)
    }

    /// A chunk line of which only the digits count.
    fn loose_chunk_line(&self, line: usize, draft: &mut Draft<'_>) -> Result<ChunkLine, Stop> {
        let is_space = |byte: &&u8| matches!(**byte, b'\t'..=b'\r' | b' ');
        let at = line + self.rest(line).iter().take_while(is_space).count();
        let digits = self.chunk_digits(line, at, draft)?;
        self.need(at)?;
        if digits.count == 0 {
            return Err(draft.reject(&CHUNK_SIZE, line));
        }
        let end = memchr::memchr(b'\n', self.rest(digits.end)).ok_or(Stop::Incomplete)?;
        draft.relax(&CHUNK_LINE_LOOSE, line);
        let size = self.chunk_number(line, &digits, draft)?;
        let data = digits.end + end + 1;
        Ok(ChunkLine::Size { size, data })
    }

    /// The chunk size on the line at `line` and the byte after its digits; none when there is no digit.
    fn chunk_size(&self, line: usize, draft: &mut Draft<'_>) -> Result<Option<(u64, usize)>, Stop> {
        let mut at = line;
        if is_space(self.need(at)?) && self.has(&CHUNK_SPACE_BEFORE) {
            at += self
                .rest(at)
                .iter()
                .take_while(|&&byte| is_space(byte))
                .count();
            if self.need(at)?.is_ascii_hexdigit() || matches!(self.need(at)?, b'+' | b'-') {
                draft.relax(&CHUNK_SPACE_BEFORE, line);
            }
        }
        let mut sign = None;
        let wanted: &[&'static Leniency] = match self.need(at)? {
            b'+' => &[&CHUNK_PLUS],
            b'-' => &[&CHUNK_MINUS_NONE, &CHUNK_MINUS_WRAPS],
            _ => &[],
        };
        if let Some(leniency) = wanted.iter().find(|leniency| self.has(leniency)) {
            if !self.need(at + 1)?.is_ascii_hexdigit() {
                return Ok(None);
            }
            draft.relax(leniency, line);
            sign = Some(*leniency);
            at += 1;
        }
        if self.has(&CHUNK_HEX_PREFIX) && self.need(at)? == b'0' {
            let is_prefix = self.need(at + 1)?.eq_ignore_ascii_case(&b'x')
                && self.need(at + 2)?.is_ascii_hexdigit();
            if is_prefix {
                draft.relax(&CHUNK_HEX_PREFIX, line);
                at += 2;
            }
        }
        let digits = self.chunk_digits(line, at, draft)?;
        if digits.count == 0 {
            return Ok(None);
        }
        let size = self.chunk_number(line, &digits, draft)?;
        let size = match sign {
            Some(sign) if *sign == CHUNK_MINUS_NONE => 0,
            Some(sign) if *sign == CHUNK_MINUS_WRAPS => size.wrapping_neg(),
            _ => size,
        };
        // A size may have more digits for as long as no other byte was seen.
        self.need(digits.end)?;
        Ok(Some((size, digits.end)))
    }

    fn chunk_digits(&self, line: usize, at: usize, draft: &mut Draft<'_>) -> Result<Digits, Stop> {
        let mut digits = Digits {
            end: at,
            count: 0,
            front: 0,
            value: 0,
            overflows: false,
        };
        const LARGE: &[&Leniency] = &[
            &CHUNK_DIGITS,
            &CHUNK_WRAPS_32,
            &CHUNK_LARGE,
            &CHUNK_WRAPS_64,
        ];
        loop {
            // Rejected as soon as it is exceeded, whatever follows.
            if digits.overflows && !self.any(LARGE) {
                return Ok(digits);
            }
            let byte = self.peek(digits.end);
            if byte == Some(b'_') && digits.count > 0 && self.has(&CHUNK_UNDERSCORE) {
                let before = self.peek(digits.end - 1);
                if before != Some(b'_') && self.need(digits.end + 1)?.is_ascii_hexdigit() {
                    draft.relax(&CHUNK_UNDERSCORE, line);
                    digits.end += 1;
                    continue;
                }
            }
            if byte.is_some_and(is_space) && digits.count > 0 && self.has(&CHUNK_SPACE_JOINS) {
                let spaces = self
                    .rest(digits.end)
                    .iter()
                    .take_while(|&&byte| is_space(byte));
                let after = digits.end + spaces.count();
                if self.need(after)?.is_ascii_hexdigit() {
                    draft.relax(&CHUNK_SPACE_JOINS, digits.end);
                    digits.end = after;
                    continue;
                }
            }
            let Some(digit) = byte.and_then(|byte| char::from(byte).to_digit(16)) else {
                return Ok(digits);
            };
            digits.overflows |= digits.value >> 60 != 0;
            digits.value = digits.value << 4 | u64::from(digit);
            digits.count += 1;
            digits.end += 1;
            if digits.count <= 16 {
                digits.front = digits.value;
            }
        }
    }

    fn chunk_number(
        &self,
        line: usize,
        digits: &Digits,
        draft: &mut Draft<'_>,
    ) -> Result<u64, Stop> {
        if self.relaxes.is_restricted() {
            self.restrict_chunk_size(line, digits, draft)?;
        }
        if digits.count > 16 && self.relax(&CHUNK_DIGITS, line, draft) {
            return Ok(digits.front);
        }
        if (digits.overflows || digits.value >> 32 != 0) && self.relax(&CHUNK_WRAPS_32, line, draft)
        {
            return Ok(digits.value & 0xffff_ffff);
        }
        let is_negative = |bits: u32| !digits.overflows && digits.value >> (bits - 1) == 1;
        if (is_negative(32) && self.relax(&CHUNK_SIGNED_32, line, draft))
            || (is_negative(64) && self.relax(&CHUNK_SIGNED_63, line, draft))
        {
            return Ok(0);
        }
        if digits.overflows && self.relax(&CHUNK_LARGE, line, draft) {
            return Ok(u64::MAX);
        }
        if digits.overflows && !self.relax(&CHUNK_WRAPS_64, line, draft) {
            return Err(draft.reject(&CHUNK_SIZE_OVERFLOW, line));
        }
        Ok(digits.value)
    }

    fn restrict_chunk_size(
        &self,
        line: usize,
        digits: &Digits,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let limits = [
            (&CHUNK_DIGITS_16, digits.count > 16),
            (&CHUNK_DIGITS_20, digits.count > 20),
            (&CHUNK_31, digits.overflows || digits.value >> 31 != 0),
            (&CHUNK_32, digits.overflows || digits.value >> 32 != 0),
            (&CHUNK_63, digits.overflows || digits.value >> 63 != 0),
        ];
        self.restrict(&limits, line, draft)
    }

    /// The byte after the chunk line at `line`, whose size ends before `end`.
    fn chunk_line_end(
        &self,
        line: usize,
        end: usize,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let mut at = end;
        while self.has(&CHUNK_NUL) && self.need(at)? == 0 {
            draft.relax(&CHUNK_NUL, line);
            at += 1;
        }
        match self.need(at)? {
            b'\r' => self.chunk_cr(line, at, draft),
            b'\n' => self.chunk_lf(at, draft),
            b' ' | b'\t' => self.chunk_space(line, at, draft),
            b';' => self.extension(line, at, draft),
            _ if self.has(&CHUNK_PREFIX) => {
                let end = self.after_crlf(at)?;
                draft.relax(&CHUNK_PREFIX, line);
                Ok(end)
            }
            _ => Err(draft.reject(&CHUNK_SIZE, line)),
        }
    }

    /// LF right after the chunk size.
    fn chunk_lf(&self, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if self.relax(&CHUNK_LINE_LF, at, draft) {
            return Ok(at + 1);
        }
        if self.has(&CHUNK_LINE_LF_CRLF)
            && self.need(at + 1)? == b'\r'
            && self.need(at + 2)? == b'\n'
        {
            draft.relax(&CHUNK_LINE_LF_CRLF, at);
            return Ok(at + 3);
        }
        if self.has(&CHUNK_LINE_LF_KEPT) {
            let end = self.after_crlf(at)?;
            draft.relax(&CHUNK_LINE_LF_KEPT, at);
            return Ok(end);
        }
        Err(draft.reject(&CHUNK_LINE_END, at))
    }

    /// CR right after the chunk size.
    fn chunk_cr(&self, line: usize, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if self.need(at + 1)? == b'\n' {
            return Ok(at + 2);
        }
        if self.has(&CHUNK_LINE_CR_SPACE) {
            let is_space = |byte: &&u8| matches!(**byte, b'\r' | b' ' | b'\t');
            let semicolon = at + self.rest(at).iter().take_while(is_space).count();
            if self.need(semicolon)? == b';' {
                draft.relax(&CHUNK_LINE_CR_SPACE, at);
                return self.extension(line, semicolon, draft);
            }
        }
        if self.relax(&CHUNK_LINE_CR_ANY, at, draft) {
            return Ok(at + 2);
        }
        if self.relax(&CHUNK_LINE_CR, at, draft) {
            return Ok(at + 1);
        }
        if self.relax(&CHUNK_LINE_CR_WAITS, at, draft) {
            return Err(Stop::Incomplete);
        }
        Err(draft.reject(&CHUNK_LINE_END, at))
    }

    /// Whitespace right after the chunk size.
    fn chunk_space(&self, line: usize, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let after = at
            + self
                .rest(at)
                .iter()
                .take_while(|&&byte| is_space(byte))
                .count();
        match self.need(after)? {
            b';' => {
                self.restrict(&[(&EXTENSION_SPACE_BEFORE, true)], at, draft)?;
                return self.extension(line, after, draft);
            }
            b'\r' if self.has(&CHUNK_SPACE_AFTER) && self.need(after + 1)? == b'\n' => {
                draft.relax(&CHUNK_SPACE_AFTER, at);
                return Ok(after + 2);
            }
            b'\n' if self.has(&CHUNK_SPACE_AFTER) && self.has(&CHUNK_LINE_LF) => {
                draft.relax(&CHUNK_SPACE_AFTER, at);
                draft.relax(&CHUNK_LINE_LF, after);
                return Ok(after + 1);
            }
            _ => {}
        }
        if self.has(&CHUNK_EXTENSION_SPACE) {
            let end = self.after_crlf(after)?;
            draft.relax(&CHUNK_EXTENSION_SPACE, at);
            return Ok(end);
        }
        Err(draft.reject(&CHUNK_SIZE_SPACE, at))
    }

    /// The byte after the chunk line at `line`, whose extensions begin with the semicolon at `start`.
    fn extension(&self, line: usize, start: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if self.restricts(&EXTENSION_REJECTED) {
            return Err(draft.restrict(&EXTENSION_REJECTED, start));
        }
        if self.restricts(&EXTENSION_SPACE) && self.peek(start - 1).is_some_and(is_space) {
            return Err(draft.restrict(&EXTENSION_SPACE, start));
        }
        if self.has(&EXTENSION_CUT) {
            let limit = self.slice(line, line + 255);
            let limit = if limit.is_empty() {
                self.rest(line)
            } else {
                limit
            };
            if memchr::memmem::find(limit, b"\r\n").is_none() {
                self.need(line + 254)?;
                draft.relax(&EXTENSION_CUT, line);
                return Ok(line + 255);
            }
        }
        let mut place = Place::Semicolon;
        let mut at = start + 1;
        loop {
            let byte = self.need(at)?;
            match byte {
                b'\n' => match self.extension_lf(at, draft)? {
                    Some(end) => return Ok(end),
                    None => place = Place::Anything(true),
                },
                b'\r' if self.need(at + 1)? == b'\n' => {
                    match self.extension_crlf(place, at, draft)? {
                        Some(end) => return Ok(end),
                        None => at += 1,
                    }
                }
                b'\r' => match self.extension_cr(at, draft)? {
                    Some(end) => return Ok(end),
                    None => place = Place::Anything(true),
                },
                _ => place = self.extension_byte(place, at, byte, draft)?,
            }
            at += 1;
        }
    }

    /// LF in an extension: the end of the line, or none when the line goes on.
    fn extension_lf(&self, at: usize, draft: &mut Draft<'_>) -> Result<Option<usize>, Stop> {
        if self.relax(&EXTENSION_LF_ENDS, at, draft) {
            return Ok(Some(at + 1));
        }
        if self.relax(&EXTENSION_LF_KEPT, at, draft) {
            return Ok(None);
        }
        Err(draft.reject(&CHUNK_LINE_END, at))
    }

    /// A bare CR in an extension.
    fn extension_cr(&self, at: usize, draft: &mut Draft<'_>) -> Result<Option<usize>, Stop> {
        if self.relax(&EXTENSION_CR_ANY, at, draft) {
            return Ok(Some(at + 2));
        }
        if self.relax(&EXTENSION_CR_ENDS, at, draft) {
            return Ok(Some(at + 1));
        }
        if self.relax(&EXTENSION_CR_KEPT, at, draft) {
            return Ok(None);
        }
        if self.relax(&CHUNK_LINE_CR_WAITS, at, draft) {
            return Err(Stop::Incomplete);
        }
        Err(draft.reject(&CHUNK_LINE_END, at))
    }

    /// CRLF in an extension: the end of the line, unless it is inside quotes.
    fn extension_crlf(
        &self,
        place: Place,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<usize>, Stop> {
        let rule = match place {
            Place::Name | Place::Token | Place::Closed | Place::Anything(_) => {
                return Ok(Some(at + 2));
            }
            Place::Quoted | Place::Escaped => {
                if self.relax(&EXTENSION_QUOTED_CRLF, at, draft) {
                    return Ok(None);
                }
                if self.relax(&EXTENSION_UNBALANCED, at, draft) {
                    return Ok(Some(at + 2));
                }
                &CHUNK_EXTENSION_QUOTE
            }
            Place::Semicolon | Place::Equals if self.relax(&EXTENSION_EMPTY, at, draft) => {
                return Ok(Some(at + 2));
            }
            Place::Equals if self.relax(&EXTENSION_VALUE_EMPTY, at, draft) => {
                return Ok(Some(at + 2));
            }
            _ => &CHUNK_EXTENSION,
        };
        if self.relax(&EXTENSION_ANY, at, draft) {
            return Ok(Some(at + 2));
        }
        Err(draft.reject(rule, at))
    }

    /// Where an extension stands after one more byte.
    fn extension_byte(
        &self,
        place: Place,
        at: usize,
        byte: u8,
        draft: &mut Draft<'_>,
    ) -> Result<Place, Stop> {
        use Place::{
            Anything, Closed, Equals, Escaped, Name, NameSpace, Quoted, Semicolon, Space, Token,
        };
        let is_quoted = matches!(place, Quoted | Escaped);
        if self.restricts(&EXTENSION_SPACE) && is_space(byte) && !is_quoted {
            return Err(draft.restrict(&EXTENSION_SPACE, at));
        }
        if self.restricts(&EXTENSION_QUOTE) && byte == b'"' && !is_quoted {
            return Err(draft.restrict(&EXTENSION_QUOTE, at));
        }
        Ok(match (place, byte) {
            (Anything(true), _) => place,
            (Quoted, b'"') => Closed,
            (Quoted, b'\\') => Escaped,
            (Quoted | Escaped, _) if is_value(byte) => Quoted,
            (Anything(false), _) if is_value(byte) => place,
            (Semicolon | Name, _) if is_token(byte) => Name,
            (Equals | Token, _) if is_token(byte) => Token,
            (Equals, b'"') => Quoted,
            (Semicolon | Equals | Space | NameSpace, b' ' | b'\t') => place,
            (Name, b' ' | b'\t') => NameSpace,
            (Token | Closed, b' ' | b'\t') => Space,
            (Name | NameSpace, b'=') => Equals,
            (Name | NameSpace | Token | Closed | Space, b';') => Semicolon,
            (Semicolon | Equals, b';') if self.relax(&EXTENSION_EMPTY, at, draft) => Semicolon,
            (Equals, b';') if self.relax(&EXTENSION_VALUE_EMPTY, at, draft) => Semicolon,
            _ if is_value(byte) && self.relax(&EXTENSION_ANY, at, draft) => Anything(false),
            _ if !is_value(byte) && self.relax(&EXTENSION_CONTROL, at, draft) => Anything(true),
            _ => return Err(draft.reject(&CHUNK_EXTENSION, at)),
        })
    }
}
