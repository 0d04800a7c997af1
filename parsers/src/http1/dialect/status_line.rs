//! The status-line, with what may come before it.

use super::super::leniencies::{VERSION_MINOR_10, VERSION_MINOR_11};
use super::super::response::leniencies::*;
use super::super::response::rules::*;
use super::super::rules::{BARE_CR, BARE_LF, MINOR_VERSION};
use super::Reader;
use super::bytes::value_length;
use crate::core::facts::FactKind;
use crate::core::parser::{Draft, Stop};

/// What the status-line says.
#[derive(Clone, Copy, Debug)]
pub(super) struct StatusLine {
    /// Its first byte, after all that was skipped.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// The first byte of the status code.
    pub code_at: usize,
    /// The status code.
    pub code: u16,
    /// Whether the message is one of HTTP/1.0.
    pub is_10: bool,
}

/// What stands where a status-line is expected.
pub(super) enum Opening {
    /// A status-line.
    Line(StatusLine),
    /// The body of a response of HTTP/0.9.
    Body,
}

/// The status of a status-line that has none.
const ABSENT: u16 = 200;

/// The status as which an invalid one is processed.
const INVALID: u16 = 500;

const NAME: &[u8] = b"HTTP/";

impl Reader<'_> {
    #[inline]
    pub(super) fn status_line(&self, from: usize, draft: &mut Draft<'_>) -> Result<Opening, Stop> {
        if let Some(line) = self.plain_status_line(from) {
            if self.keeps_facts {
                self.state_status(&line, 8, (line.code_at + 3, line.end - 2), draft);
            }
            return Ok(Opening::Line(line));
        }
        self.odd_status_line(from, draft)
    }

    /// States the words of the status-line: the version of so many bytes, the code, and the reason-phrase.
    #[cold]
    fn state_status(
        &self,
        line: &StatusLine,
        version: usize,
        (code_end, end): (usize, usize),
        draft: &mut Draft<'_>,
    ) {
        let words = [
            (FactKind::Version, line.start, line.start + version),
            (FactKind::Status, line.code_at, code_end),
            (FactKind::Reason, (code_end + 1).min(end), end),
        ];
        for (kind, start, end) in words {
            draft.fact(kind, start, b"", self.slice(start, end));
        }
    }

    /// The status-line when it conforms and no leniency could read it otherwise.
    #[inline]
    fn plain_status_line(&self, from: usize) -> Option<StatusLine> {
        let rest = self.rest(from);
        let (version, _) = rest.split_first_chunk::<9>()?;
        let is_10 = version == b"HTTP/1.0 ";
        if !is_10 && version != b"HTTP/1.1 " {
            return None;
        }
        let [a @ b'1'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', b' '] = rest.get(9..13)? else {
            return None;
        };
        let digit = |byte: &u8| u16::from(byte - b'0');
        let end = 13 + value_length(rest.get(13..)?);
        if rest.get(end..end + 2)? != b"\r\n" {
            return None;
        }
        Some(StatusLine {
            start: from,
            end: from + end + 2,
            code_at: from + 9,
            code: digit(a) * 100 + digit(b) * 10 + digit(c),
            is_10,
        })
    }

    #[cold]
    fn odd_status_line(&self, from: usize, draft: &mut Draft<'_>) -> Result<Opening, Stop> {
        let start = self.before_status_line(from, draft)?;
        let Some((version_end, is_10)) = self.status_version(start, draft)? else {
            return Ok(Opening::Body);
        };
        let mut line = StatusLine {
            start,
            end: 0,
            code_at: version_end,
            code: ABSENT,
            is_10,
        };
        let separator = self.after_status_version(start, version_end, draft)?;
        let Some(code_at) = separator else {
            line.end = self.line_end_at(version_end)?;
            if self.keeps_facts {
                let nothing = (version_end, version_end);
                self.state_status(&line, version_end - start, nothing, draft);
            }
            return Ok(Opening::Line(line));
        };
        let (code_end, code) = self.status_code(code_at, draft)?;
        (line.code_at, line.code) = (code_at, code);
        line.end = self.after_status_code(code_at, code_end, draft)?;
        if self.keeps_facts {
            let content = self.slice(code_end, line.end).trim_ascii_end().len();
            let words = (code_end, code_end + content);
            self.state_status(&line, version_end - start, words, draft);
        }
        Ok(Opening::Line(line))
    }

    /// The first byte of the status-line, after the lines that the dialect skips.
    fn before_status_line(&self, from: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let mut at = from;
        loop {
            match self.need(at)? {
                b'\r' if self.has(&EMPTY_LINES) && self.need(at + 1)? == b'\n' => {
                    draft.relax(&EMPTY_LINES, at);
                    at += 2;
                }
                b'\r' | b'\n' if self.relax(&EMPTY_LINE_BYTES, at, draft) => at += 1,
                b'\r' | b'\n' => return Err(draft.reject(&EMPTY_LINE, at)),
                _ if self.has(&LINE_BEFORE) => {
                    let rest = self.rest(at);
                    let is_name = rest.iter().zip(NAME).all(|(byte, known)| byte == known);
                    if is_name || self.is_known_opening(at) {
                        return Ok(at);
                    }
                    draft.relax(&LINE_BEFORE, at);
                    let feed = memchr::memchr(b'\n', rest).ok_or(Stop::Incomplete)?;
                    at += feed + 1;
                }
                _ => return Ok(at),
            }
        }
    }

    /// Whether what stands at `at` may begin as another leniency of the dialect has a version begin.
    fn is_known_opening(&self, at: usize) -> bool {
        let begins = |known: &[u8]| {
            let mut pairs = self.rest(at).iter().zip(known);
            pairs.all(|(byte, known)| byte.eq_ignore_ascii_case(known))
        };
        let is_icy = self.rest(at).iter().zip(b"ICY ").all(|(a, b)| a == b);
        begins(NAME) && self.has(&VERSION_CASE) || is_icy && self.has(&VERSION_ICY)
    }

    /// The byte after the version, and whether it is HTTP/1.0; none where there is no status-line.
    fn status_version(
        &self,
        start: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<(usize, bool)>, Stop> {
        for (nth, known) in NAME.iter().enumerate() {
            let byte = self.need(start + nth)?;
            if byte == *known
                || byte.eq_ignore_ascii_case(known) && self.relax(&VERSION_CASE, start, draft)
            {
                continue;
            }
            return self.no_status_version(start, draft);
        }
        let at = start + NAME.len();
        let major = self.need(at)?;
        if !major.is_ascii_digit() {
            return Err(draft.reject(&VERSION, start));
        }
        let point = self.need(at + 1)?;
        let is_end = matches!(point, b' ' | b'\t' | 0x0b | 0x0c | b'\r' | b'\n');
        if is_end && self.relax(&VERSION_SHORT, start, draft) {
            return Ok(Some((at + 1, major <= b'1')));
        }
        if point != b'.' || !self.need(at + 2)?.is_ascii_digit() {
            return Err(draft.reject(&VERSION, start));
        }
        let minor = self.need(at + 2)?;
        let is_10 = match (major, minor) {
            (b'1', b'0') => true,
            (b'1', b'1') => false,
            (b'1', _) if self.relax(&VERSION_MINOR_11, start, draft) => false,
            (b'1', _) if self.relax(&VERSION_MINOR_10, start, draft) => true,
            (b'1', _) => return Err(draft.reject(&MINOR_VERSION, start)),
            _ if self.relax(&MAJOR_ANY, start, draft) => false,
            _ => return Err(draft.reject(&MAJOR, start)),
        };
        Ok(Some((at + 3, is_10)))
    }

    /// What stands at `start`, where HTTP/ does not.
    fn no_status_version(
        &self,
        start: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<(usize, bool)>, Stop> {
        if self.has(&VERSION_ICY) {
            let rest = self.rest(start);
            if rest.starts_with(b"ICY ") {
                draft.relax(&VERSION_ICY, start);
                return Ok(Some((start + 3, true)));
            }
            if b"ICY ".starts_with(rest) {
                return Err(Stop::Incomplete);
            }
        }
        match self.relax(&VERSION_09, start, draft) {
            true => Ok(None),
            false => Err(draft.reject(&VERSION, start)),
        }
    }

    /// The first byte of the status code, after the version that ends before `at`; none where the line ends there.
    fn after_status_version(
        &self,
        start: usize,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<usize>, Stop> {
        match self.need(at)? {
            b' ' => self.more_spaces(at + 1, draft).map(Some),
            b'\t' | 0x0b | 0x0c if self.relax(&BLANKS, at, draft) => {
                self.more_spaces(at + 1, draft).map(Some)
            }
            b'\t' | 0x0b | 0x0c => Err(draft.reject(&STATUS_LINE_SPACE, at)),
            b'\r' if self.need(at + 1)? != b'\n' => Err(draft.reject(&BARE_CR, at)),
            b'\r' | b'\n' if self.relax(&STATUS_ABSENT, at, draft) => Ok(None),
            b'\r' | b'\n' => Err(draft.reject(&STATUS_LINE_PARTS, at)),
            _ => Err(draft.reject(&VERSION, start)),
        }
    }

    /// The byte after the line end at `at`, which is CRLF or LF.
    fn line_end_at(&self, at: usize) -> Result<usize, Stop> {
        Ok(at + 1 + usize::from(self.need(at)? == b'\r'))
    }

    /// The byte after further whitespace at `at`.
    fn more_spaces(&self, mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        loop {
            let is_taken = match self.need(at)? {
                b' ' => self.relax(&SPACES, at, draft),
                b'\t' | 0x0b | 0x0c => self.relax(&BLANKS, at, draft),
                _ => false,
            };
            if !is_taken {
                return Ok(at);
            }
            at += 1;
        }
    }

    /// The byte after the status code at `at`, and its number.
    fn status_code(&self, at: usize, draft: &mut Draft<'_>) -> Result<(usize, u16), Stop> {
        let is_end = |byte: u8| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c | b'\r' | b'\n');
        let mut end = at;
        match self.need(at)? {
            b' ' | b'\t' | 0x0b | 0x0c => return Err(draft.reject(&STATUS_LINE_SPACE, at)),
            b'\r' if self.need(at + 1)? != b'\n' => return Err(draft.reject(&BARE_CR, at)),
            b'\r' | b'\n' => return Err(draft.reject(&STATUS_LINE_PARTS, at)),
            b'+' if self.relax(&CODE_SIGN, at, draft) => end += 1,
            _ => {}
        }
        let first = end;
        let mut code = 0u16;
        while end < first + 3 || self.has(&CODE_LONG) {
            let byte = self.need(end)?;
            if !byte.is_ascii_digit() {
                break;
            }
            let digit = u16::from(byte - b'0');
            code = code.saturating_mul(10).saturating_add(digit);
            end += 1;
        }
        let digits = end - first;
        if digits < 3 {
            let is_short = digits > 0 && is_end(self.need(end)?);
            return match is_short && self.relax(&CODE_SHORT, at, draft) {
                true => Ok((end, code)),
                false => Err(draft.reject(&STATUS_CODE, at)),
            };
        }
        if digits > 3 {
            draft.relax(&CODE_LONG, at);
        }
        if !(100..600).contains(&code) {
            return match self.relax(&CODE_RANGE, at, draft) {
                true => Ok((end, INVALID)),
                false => Err(draft.reject(&STATUS_RANGE, at)),
            };
        }
        Ok((end, code))
    }

    /// The byte after the status-line, whose code ends before `at`.
    fn after_status_code(
        &self,
        code: usize,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        match self.need(at)? {
            b' ' => self.reason(at + 1, draft),
            b'\t' | 0x0b | 0x0c if self.relax(&BLANKS, at, draft) => self.reason(at + 1, draft),
            b'\t' | 0x0b | 0x0c => Err(draft.reject(&STATUS_LINE_SPACE, at)),
            b'\r' if self.need(at + 1)? != b'\n' => Err(draft.reject(&BARE_CR, at)),
            b'\r' | b'\n' if self.relax(&REASON_ABSENT, at, draft) => self.reason(at, draft),
            b'\r' | b'\n' => Err(draft.reject(&REASON_SPACE, at)),
            _ if self.relax(&CODE_TIGHT, code, draft) => self.reason(at, draft),
            _ => Err(draft.reject(&STATUS_CODE, code)),
        }
    }

    /// The byte after the line end that ends the reason-phrase, which begins at `at`.
    fn reason(&self, mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        loop {
            at += value_length(self.rest(at));
            match self.need(at)? {
                b'\r' if self.need(at + 1)? == b'\n' => return Ok(at + 2),
                b'\r' if self.relax(&REASON_CR, at, draft) => at += 1,
                b'\r' => return Err(draft.reject(&BARE_CR, at)),
                b'\n' if self.relax(&STATUS_LINE_LF, at, draft) => return Ok(at + 1),
                b'\n' => return Err(draft.reject(&BARE_LF, at)),
                _ if self.relax(&REASON_ANY, at, draft) => at += 1,
                _ => return Err(draft.reject(&REASON, at)),
            }
        }
    }
}
