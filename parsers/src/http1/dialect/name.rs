//! Field names: which field a name is, and names that do not conform.

use super::super::leniencies::*;
use super::super::restrictions::TOKEN_32;
use super::super::rules::*;
use super::Reader;
use super::bytes::{is_any_case, is_space, is_token, trim_matches};
use super::field::{Line, Lines, label};
use crate::core::facts::FactKind;
use crate::core::parser::{Draft, Stop};
use crate::core::rule::{Leniency, Rule};

/// Leniencies that may accept a name whose first byte that no token holds is SP or HTAB.
const LENIENT_TO_SPACE: &[&Leniency] = &[
    &NAME_SPACE_SKIPPED,
    &NAME_FIRST_WORD,
    &NAME_SPACE_HYPHEN,
    &NAME_WORDS_OTHER,
];

/// Every leniency that may accept a name which is no token, or a line without a colon, whatever is in it.
const LENIENT: &[&Leniency] = &[
    &NAME_BLANKS_TRIMMED,
    &NAME_NUL_DROPPED,
    &NAME_CR_OTHER,
    &NAME_BACKSLASH_HYPHEN,
    &NAME_CONTROL_DROPPED,
    &NAME_CONTROL_OTHER,
    &NAME_HIGH_DROPPED,
    &NAME_OCTETS_DROPPED,
    &NAME_UNICODE,
    &NAME_HIGH_OTHER,
    &NAME_SLASH,
    &NAME_DELIMITERS,
    &NAME_CR_DROPPED,
    &COLON_NEXT_LINE,
    &COLON_LINE_SKIPPED,
    &BAD_NAME_SKIPPED,
];

/// What a byte that no token holds does to the name.
enum Odd {
    Push(u8, usize),
    Drop(usize),
    /// The name ends before the byte.
    Ends,
    /// The name is of no interest.
    Other,
    /// The line is skipped.
    Skip,
    Reject(&'static Rule),
}

impl Reader<'_> {
    /// Whether a name that is not that of a known field can be read as it.
    pub(super) fn looks_closely_at_names(&self) -> bool {
        self.any(&[
            &NAME_LENGTH_WRAPS,
            &NAME_UNDERSCORE,
            &NAME_PERCENT,
            &NAME_PREFIX,
            &NAME_SHORT,
            &NAME_SUFFIX,
            &NAME_CGI,
        ])
    }

    /// The label of the field with this name; `plain` when it is known to be all letters and hyphens.
    #[inline(always)]
    pub(super) fn known_field(
        &self,
        name: &[u8],
        plain: bool,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> u8 {
        if name.len() >= 256 && self.relax(&NAME_LENGTH_WRAPS, at, draft) {
            return exact_field(name.get(..name.len() % 256).unwrap_or(&[]));
        }
        let label = exact_field(name);
        // The shortest name that one of the others can be read as has 15 bytes, unless it is the beginning of one.
        if label != label::OTHER || (plain && name.len() < 15 && !self.may_be_short(name)) {
            return label;
        }
        if !plain {
            let label = self.unescaped_field(name, at, draft);
            if label != label::OTHER {
                return label;
            }
        }
        self.field_around(name, at, draft)
    }

    /// A name that is known once its underscores or percent escapes are read as the dialect reads them.
    #[cold]
    #[inline(never)]
    fn unescaped_field(&self, name: &[u8], at: usize, draft: &mut Draft<'_>) -> u8 {
        if self.has(&NAME_UNDERSCORE) && name.contains(&b'_') {
            let found = rewritten_field(name, |bytes| match bytes {
                [b'_', ..] => Some((b'-', 1)),
                _ => None,
            });
            if found != label::OTHER {
                draft.relax(&NAME_UNDERSCORE, at);
                return found;
            }
        }
        if self.has(&NAME_PERCENT) && name.contains(&b'%') {
            let found = rewritten_field(name, |bytes| match bytes {
                [b'%', high, low, ..] => {
                    let digit = |byte: u8| (byte as char).to_digit(16);
                    Some(((digit(*high)? * 16 + digit(*low)?) as u8, 3))
                }
                _ => None,
            });
            if found != label::OTHER {
                draft.relax(&NAME_PERCENT, at);
                return found;
            }
        }
        label::OTHER
    }

    /// A name that is known by its beginning or its end.
    #[inline(always)]
    fn field_around(&self, name: &[u8], at: usize, draft: &mut Draft<'_>) -> u8 {
        if self.may_be_short(name) {
            let label = self.short_field(name, at, draft);
            if label != label::OTHER {
                return label;
            }
        }
        if name.len() < 15 || !self.any(&[&NAME_PREFIX, &NAME_SUFFIX, &NAME_CGI]) {
            return label::OTHER;
        }
        self.name_around(name, at, draft)
    }

    /// Whether a name with this first letter may be the beginning of one that is known, and the dialect knows it by that.
    #[inline(always)]
    fn may_be_short(&self, name: &[u8]) -> bool {
        matches!(name.first(), Some(b'C' | b'T' | b'c' | b't')) && self.has(&NAME_SHORT)
    }

    /// A name that is the beginning of one that is known.
    #[cold]
    #[inline(never)]
    fn short_field(&self, name: &[u8], at: usize, draft: &mut Draft<'_>) -> u8 {
        let begins = |known: &[u8]| {
            let front = known.get(..name.len());
            front.is_some_and(|front| front.eq_ignore_ascii_case(name))
        };
        let label = match () {
            () if begins(b"content-length") => label::LENGTH,
            () if begins(b"transfer-encoding") => label::CODING,
            () => return label::OTHER,
        };
        draft.relax(&NAME_SHORT, at);
        label
    }

    #[cold]
    #[inline(never)]
    fn name_around(&self, name: &[u8], at: usize, draft: &mut Draft<'_>) -> u8 {
        let framing: [(&[u8], u8); 2] = [
            (b"content-length", label::LENGTH),
            (b"transfer-encoding", label::CODING),
        ];
        for (known, found) in framing {
            let (front, back) = (name.get(..known.len()), name.len().checked_sub(known.len()));
            let back = back.and_then(|back| name.get(back..));
            let is =
                |part: Option<&[u8]>| part.is_some_and(|part| part.eq_ignore_ascii_case(known));
            if self.has(&NAME_PREFIX) && is(front) {
                draft.relax(&NAME_PREFIX, at);
                return found;
            }
            if self.has(&NAME_SUFFIX) && is(back) {
                draft.relax(&NAME_SUFFIX, at);
                return found;
            }
        }
        let is_cgi = |known: &[u8]| name.eq_ignore_ascii_case(known);
        if self.has(&NAME_CGI) && (is_cgi(b"http-content-length") || is_cgi(b"http_content_length"))
        {
            draft.relax(&NAME_CGI, at);
            return label::LENGTH;
        }
        label::OTHER
    }

    /// A line that begins with a colon.
    pub(super) fn nameless(
        &self,
        at: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<Line, Stop> {
        if self.has(&NAME_EMPTY_ENDS) {
            let end = match self.need(at + 1)? {
                b'\r' if self.need(at + 2)? == b'\n' => Some(at + 3),
                b'\n' if self.has(&FIELD_LF) => Some(at + 2),
                _ => None,
            };
            if let Some(end) = end {
                draft.relax(&NAME_EMPTY_ENDS, at);
                return Ok(Line::End(end));
            }
        }
        if self.relax(&NAME_EMPTY_SKIPPED, at, draft) {
            return self.value(at + 1, None, at, lines, draft).map(Line::Next);
        }
        Err(draft.reject(&FIELD_NAME_EMPTY, at))
    }

    /// A field line, from its name at `at`, that is not plain. `line` is where the line starts, or the
    /// line on which a name continued here began; the scratch text holds the result.
    pub(super) fn odd_field(
        &self,
        line: usize,
        at: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        draft.scratch().text.truncate(lines.kept);
        self.odd_name(line, at, lines, draft)
    }

    fn odd_name(
        &self,
        line: usize,
        mut at: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let text_start = draft.scratch().text.len();
        loop {
            let start = at;
            let rest = self.rest(start);
            let length = rest.iter().position(|&byte| !is_token(byte));
            if length.unwrap_or(rest.len()) > 32 && self.restricts(&TOKEN_32) {
                return Err(draft.restrict(&TOKEN_32, start));
            }
            let odd = start + length.ok_or(Stop::Incomplete)?;
            let byte = self.need(odd)?;
            if byte == b':' {
                draft
                    .scratch()
                    .text
                    .extend_from_slice(self.slice(start, odd));
                return self.named(line, odd, text_start, false, lines, draft);
            }
            if byte == b' ' && self.has(&NAME_SPACE_KNOWN) {
                let spaced = (line, start, odd);
                if let Some(next) = self.spaced_name(spaced, text_start, lines, draft)? {
                    return Ok(next);
                }
            }
            let (rule, offending) = self.odd_rule(line, odd, byte)?;
            if !self.may_mend(odd, byte)? {
                return Err(draft.reject(rule, offending));
            }
            let (colon, is_colon) = match memchr::memchr2(b':', b'\n', rest) {
                Some(offset) => (start + offset, rest.get(offset) == Some(&b':')),
                None => return Err(Stop::Incomplete),
            };
            if is_colon {
                return self.mended_name((line, start, colon), text_start, lines, draft);
            }
            let end = colon - usize::from(colon > start && self.peek(colon - 1) == Some(b'\r'));
            let is_crlf = end < colon;
            if !is_crlf && !self.has(&FIELD_LF) {
                return Err(draft.reject(rule, offending));
            }
            match self.colonless((line, start, end), colon + 1, text_start, lines, draft) {
                Some(Some(next)) => return Ok(next),
                // The name goes on on the next line.
                Some(None) => at = colon + 1,
                None => return Err(draft.reject(rule, offending)),
            }
        }
    }

    /// A line whose name `[start, end)` is one that SP may follow, if it is: the byte after it.
    fn spaced_name(
        &self,
        (line, start, end): (usize, usize, usize),
        text_start: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<Option<usize>, Stop> {
        let name = self.slice(start, end);
        let known = matches!(
            exact_field(name),
            label::CONNECTION
                | label::LENGTH
                | label::PROXY_CONNECTION
                | label::CODING
                | label::UPGRADE
        );
        if !known {
            return Ok(None);
        }
        let spaces = self.rest(end).iter().take_while(|&&byte| byte == b' ');
        let more = end + spaces.count();
        let tokens = self.rest(more).iter().take_while(|&&byte| is_token(byte));
        let colon = more + tokens.count();
        if self.need(colon)? != b':' {
            return Ok(None);
        }
        draft.relax(&NAME_SPACE_KNOWN, end);
        draft.scratch().text.extend_from_slice(name);
        self.named(line, colon, text_start, colon > more, lines, draft)
            .map(Some)
    }

    /// Whether the colon or the line's end may still show that the name, whose first odd byte is
    /// `byte` at `odd`, is accepted.
    fn may_mend(&self, odd: usize, byte: u8) -> Result<bool, Stop> {
        if self.any(LENIENT) {
            return Ok(true);
        }
        if !is_space(byte) {
            return Ok(false);
        }
        let spaced = self.spaced();
        if self.any(LENIENT_TO_SPACE)
            || self.has(spaced.other)
            || (byte == b' ' && self.has(&COLON_AT_SPACE))
        {
            return Ok(true);
        }
        if !self.has(spaced.trimmed) {
            return Ok(false);
        }
        let spaces = self
            .rest(odd)
            .iter()
            .take_while(|&&byte| is_space(byte))
            .count();
        Ok(self.need(odd + spaces)? == b':')
    }

    /// The rule that a byte in a name breaks, and where.
    fn odd_rule(&self, line: usize, odd: usize, byte: u8) -> Result<(&'static Rule, usize), Stop> {
        Ok(match byte {
            b' ' | b'\t' => (self.spaced_rule(odd)?, odd),
            b'\n' => (&FIELD_COLON, line),
            b'\r' if self.need(odd + 1)? == b'\n' => (&FIELD_COLON, line),
            b'\r' => (&BARE_CR, odd),
            _ => (&FIELD_NAME, odd),
        })
    }

    /// The rule that the whitespace at `space` after a name breaks, by what follows it.
    pub(super) fn spaced_rule(&self, space: usize) -> Result<&'static Rule, Stop> {
        let spaces = self.rest(space).iter().take_while(|&&byte| is_space(byte));
        match self.need(space + spaces.count())? {
            b':' => Ok(self.spaced().rule),
            _ => Ok(&FIELD_NAME),
        }
    }

    /// A line `[start, end)` without a colon; the next one begins at `next`. The outer `None`: not accepted;
    /// the inner one: its bytes are the beginning of the next line's name.
    fn colonless(
        &self,
        (line, start, end): (usize, usize, usize),
        next: usize,
        text_start: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Option<Option<usize>> {
        let raw = self.slice(start, end);
        let is_whole = draft.scratch().text.len() == text_start;
        let space = raw.iter().position(|&byte| !is_token(byte));
        if let Some(space) = space.filter(|&space| is_whole && raw.get(space) == Some(&b' ')) {
            let value = raw.get(space + 1..).unwrap_or(&[]);
            if value.iter().all(|&byte| super::bytes::is_value(byte))
                && self.relax(&COLON_AT_SPACE, line, draft)
            {
                let name = raw.get(..space).unwrap_or(&[]);
                self.note((name, false), line, start + space + 1, value, lines, draft);
                return Some(Some(next));
            }
        }
        if space.is_none() && self.relax(&COLON_NEXT_LINE, line, draft) {
            draft.scratch().text.extend_from_slice(raw);
            return Some(None);
        }
        if self.relax(&COLON_LINE_SKIPPED, line, draft) {
            lines.last_is_noted = false;
            lines.last_is_stated = false;
            lines.is_first = false;
            return Some(Some(next));
        }
        None
    }

    /// A name `[start, colon)` in which some byte is odd, as the dialect mends it.
    fn mended_name(
        &self,
        (line, start, colon): (usize, usize, usize),
        text_start: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let mut is_other = false;
        let (mut at, mut end) = (start, colon);
        let raw = self.slice(start, colon);
        if self.has(&NAME_BLANKS_TRIMMED) {
            let (front, inner) = trim_matches(raw, |byte| {
                matches!(byte, b'\t' | 0x0b | 0x0c | b'\r' | b' ')
            });
            (at, end) = (start + front, start + front + inner.len());
            if inner.len() < raw.len() {
                draft.relax(&NAME_BLANKS_TRIMMED, line);
            }
        }
        let spaces = raw.iter().rev().take_while(|&&byte| is_space(byte));
        let last_spaces = colon - spaces.count();
        while at < end {
            let byte = self.need(at)?;
            if is_token(byte) {
                draft.scratch().text.push(byte);
                at += 1;
                continue;
            }
            match self.mend(at, (last_spaces, colon), byte, draft) {
                Odd::Push(byte, taken) => {
                    draft.scratch().text.push(byte);
                    at += taken;
                }
                Odd::Drop(taken) => at += taken,
                Odd::Ends => break,
                Odd::Other => {
                    is_other = true;
                    at += 1;
                }
                Odd::Skip => {
                    draft.scratch().text.truncate(text_start);
                    return self.value(colon + 1, None, line, lines, draft);
                }
                Odd::Reject(rule) => return Err(draft.reject(rule, at)),
            }
        }
        self.named(line, colon, text_start, is_other, lines, draft)
    }

    /// What a byte that no token holds does. From `last_spaces` on there is whitespace only up to the
    /// colon.
    fn mend(
        &self,
        at: usize,
        (last_spaces, colon): (usize, usize),
        byte: u8,
        draft: &mut Draft<'_>,
    ) -> Odd {
        let sequence = self.slice(at, colon);
        let spaced = self.spaced();
        let mut use_it = |leniency: &'static Leniency| self.relax(leniency, at, draft);
        match byte {
            b' ' | b'\t' => match () {
                () if at >= last_spaces && use_it(spaced.trimmed) => Odd::Ends,
                () if at >= last_spaces && use_it(spaced.other) => Odd::Other,
                () if at >= last_spaces && use_it(spaced.skipped) => Odd::Skip,
                () if at >= last_spaces => Odd::Reject(spaced.rule),
                () if use_it(&NAME_FIRST_WORD) => Odd::Ends,
                () if byte == b' ' && use_it(&NAME_SPACE_HYPHEN) => Odd::Push(b'-', 1),
                () if use_it(&NAME_WORDS_OTHER) => Odd::Other,
                () if use_it(&BAD_NAME_SKIPPED) => Odd::Skip,
                () => Odd::Reject(&FIELD_NAME),
            },
            b'\r' if use_it(&NAME_CR_DROPPED) => Odd::Drop(1),
            b'\r' if use_it(&NAME_CR_OTHER) => Odd::Other,
            b'\r' => Odd::Reject(&BARE_CR),
            b'\\' if use_it(&NAME_BACKSLASH_HYPHEN) => Odd::Push(b'-', 1),
            0 if use_it(&NAME_NUL_DROPPED) => Odd::Drop(1),
            0..=0x1f | 0x7f if use_it(&NAME_CONTROL_DROPPED) => Odd::Drop(1),
            0..=0x1f | 0x7f if use_it(&NAME_CONTROL_OTHER) => Odd::Other,
            0x85 | 0xa0 | 0xad | 0xff if use_it(&NAME_HIGH_DROPPED) => Odd::Drop(1),
            0x80.. if use_it(&NAME_OCTETS_DROPPED) => Odd::Drop(1),
            0x80.. => match sequence {
                [0xc4, 0xb1, ..] if use_it(&NAME_UNICODE) => Odd::Push(b'i', 2),
                [0xe2, 0x84, 0xaa, ..] if use_it(&NAME_UNICODE) => Odd::Push(b'k', 3),
                _ if use_it(&NAME_HIGH_OTHER) => Odd::Other,
                _ if use_it(&BAD_NAME_SKIPPED) => Odd::Skip,
                _ => Odd::Reject(&FIELD_NAME),
            },
            b'"' | b'/' if use_it(&NAME_SLASH) => Odd::Other,
            b'!'..=b'~' if use_it(&NAME_DELIMITERS) => Odd::Other,
            _ if use_it(&BAD_NAME_SKIPPED) => Odd::Skip,
            _ => Odd::Reject(&FIELD_NAME),
        }
    }

    /// A line whose name, as it is to be read, is the end of the scratch text.
    fn named(
        &self,
        line: usize,
        colon: usize,
        text_start: usize,
        is_other: bool,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let text = std::mem::take(&mut draft.scratch().text);
        let name = text.get(text_start..).unwrap_or(&[]);
        let label = if is_other {
            label::OTHER
        } else {
            self.known_field(name, false, line, draft)
        };
        if self.keeps_facts {
            // Its value follows. A name that is none of the known ones stays as it was sent.
            let sent = self.slice(line, colon);
            draft.fact(
                FactKind::Field,
                line,
                if is_other { sent } else { name },
                b"",
            );
        }
        draft.scratch().text = text;
        draft.scratch().text.truncate(text_start);
        self.value(colon + 1, Some(label), line, lines, draft)
    }
}

/// For each letter of the alphabet, as a byte modulo 32, the lengths that the names of known fields
/// have which begin with it: a set of bits.
static LENGTHS: [u32; 32] = lengths();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, the index is below 32"
)]
const fn lengths() -> [u32; 32] {
    let mut table = [0; 32];
    table[(b'h' % 32) as usize] = 1 << "host".len();
    table[(b'e' % 32) as usize] = 1 << "expect".len();
    table[(b'u' % 32) as usize] = 1 << "upgrade".len();
    table[(b'c' % 32) as usize] =
        1 << "connection".len() | 1 << "content-length".len() | 1 << "content-encoding".len();
    table[(b'p' % 32) as usize] = 1 << "proxy-connection".len();
    table[(b't' % 32) as usize] = 1 << "transfer-encoding".len();
    table
}

/// Whether the name of so many bytes at the front of `line` may be that of a known field, by its first
/// letter and its length.
#[inline(always)]
pub(super) fn may_be_known(line: &[u8], length: usize) -> bool {
    let first = line.first().copied().unwrap_or(0);
    let lengths = LENGTHS.get(usize::from(first % 32)).copied().unwrap_or(0);
    length < 32 && lengths >> length & 1 == 1
}

/// The field with this name, compared without regard to case.
#[inline(always)]
fn exact_field(name: &[u8]) -> u8 {
    let (is_known, label) = match name.len() {
        4 => (is_any_case(name, b"host"), label::HOST),
        6 => (is_any_case(name, b"expect"), label::EXPECT),
        7 => (is_any_case(name, b"upgrade"), label::UPGRADE),
        10 => (is_any_case(name, b"connection"), label::CONNECTION),
        14 => (is_any_case(name, b"content-length"), label::LENGTH),
        16 if matches!(name.first(), Some(b'p' | b'P')) => (
            is_any_case(name, b"proxy-connection"),
            label::PROXY_CONNECTION,
        ),
        16 => (
            is_any_case(name, b"content-encoding"),
            label::CONTENT_CODING,
        ),
        17 => (is_any_case(name, b"transfer-encoding"), label::CODING),
        _ => return label::OTHER,
    };
    if is_known { label } else { label::OTHER }
}

/// The byte that the front of a name stands for, and how many bytes it accepts.
type Rewrite = fn(&[u8]) -> Option<(u8, usize)>;

/// The field whose name this is once `rewrite` has replaced what it knows.
fn rewritten_field(mut name: &[u8], rewrite: Rewrite) -> u8 {
    let mut buffer = [0; 32];
    let mut length = 0;
    while let Some(&first) = name.first() {
        let (byte, taken) = rewrite(name).unwrap_or((first, 1));
        let Some(slot) = buffer.get_mut(length) else {
            return label::OTHER;
        };
        *slot = byte;
        length += 1;
        name = name.get(taken..).unwrap_or(&[]);
    }
    exact_field(buffer.get(..length).unwrap_or(&[]))
}
