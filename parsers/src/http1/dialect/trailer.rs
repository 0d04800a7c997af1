//! The trailer section.

use super::super::leniencies::*;
use super::super::restrictions::TRAILER_REJECTED;
use super::super::rules::*;
use super::Reader;
use super::bytes::{is_space, token_length, trim, value_length};
use crate::core::facts::FactKind;
use crate::core::parser::{Accepted, Draft, Next, Stop};
use crate::core::verdict::Framing;

/// The longest line of the trailer section in bytes, where long ones end the message.
const LONGEST: usize = 8192;

/// What a line of the trailer section turned out to be.
enum Line {
    Next(usize),
    End(usize),
}

impl Reader<'_> {
    /// Reads the trailer section that begins at `start`, and whatever a trailer makes follow it.
    pub(super) fn trailers(
        &self,
        head: usize,
        start: usize,
        next: Next,
        draft: &mut Draft<'_>,
    ) -> Result<Accepted, Stop> {
        let mut at = start;
        let mut is_first = true;
        let mut length = None;
        let end = loop {
            let rest = self.rest(at);
            if rest.first_chunk::<2>() == Some(b"\r\n") {
                break at + 2;
            }
            if rest.is_empty() && self.relax(&CLOSE_ENDS_CHUNKS, at, draft) {
                draft.head(head, Framing::UntilClose);
                return Ok(Accepted {
                    end: at,
                    next: Next::Close,
                });
            }
            match self.trailer_line(at, is_first, &mut length, draft)? {
                Line::Next(next) => at = next,
                Line::End(end) => break end,
            }
            is_first = false;
        };
        if self.keeps_facts {
            draft.fact(FactKind::SectionEnd, at, b"", b"");
        }
        let Some((size, at)) = length else {
            return Ok(Accepted { end, next });
        };
        let after = usize::try_from(size)
            .ok()
            .and_then(|size| end.checked_add(size));
        let after = after.filter(|&after| after <= self.input.len());
        draft.relax(&TRAILER_LENGTH, at);
        let after = after.ok_or(Stop::Incomplete)?;
        draft.part(0, end, after);
        Ok(Accepted { end: after, next })
    }

    fn trailer_line(
        &self,
        at: usize,
        is_first: bool,
        length: &mut Option<(u64, usize)>,
        draft: &mut Draft<'_>,
    ) -> Result<Line, Stop> {
        match self.need(at)? {
            b'\r' if self.need(at + 1)? == b'\n' => return Ok(Line::End(at + 2)),
            _ if self.restricts(&TRAILER_REJECTED) => {
                return Err(draft.restrict(&TRAILER_REJECTED, at));
            }
            b'\r' if self.has(&LINE_CR_SKIPPED) => {
                let end = at
                    + self
                        .rest(at)
                        .iter()
                        .take_while(|&&byte| byte == b'\r')
                        .count();
                let ends = self.need(end)? == b'\n';
                draft.relax(&LINE_CR_SKIPPED, at);
                return Ok(if ends {
                    Line::End(end + 1)
                } else {
                    Line::Next(end)
                });
            }
            b'\r' if self.relax(&TRAILER_EMPTY_CR_ANY, at, draft) => return Ok(Line::End(at + 2)),
            b'\r' if self.relax(&TRAILER_EMPTY_CR, at, draft) => return Ok(Line::End(at + 1)),
            b'\r' if self.relax(&TRAILER_CR_SPACE, at, draft) => {
                return self.trailer_space(at, is_first, draft);
            }
            b'\r' if self.has(&TRAILER_CR) => {}
            b'\r' => return Err(draft.reject(&BARE_CR, at)),
            b'\n' if self.relax(&TRAILER_LF, at, draft) => return Ok(Line::End(at + 1)),
            b'\n' => return self.trailer_lf(at, draft).map(Line::Next),
            b' ' | b'\t' => return self.trailer_space(at, is_first, draft),
            b':' if self.relax(&TRAILER_NAME_EMPTY, at, draft) => {}
            b':' => return Err(draft.reject(&FIELD_NAME_EMPTY, at)),
            _ => {}
        }
        if let Some(end) = self.long_trailer(at)? {
            draft.relax(&TRAILER_LONG_ENDS, at);
            return Ok(Line::End(end));
        }
        let mut colon = at;
        let mut asked = false;
        loop {
            colon += token_length(self.rest(colon));
            let byte = self.need(colon)?;
            if byte == b':' {
                break;
            }
            let (rule, offending) = match byte {
                b' ' | b'\t' => (self.spaced_rule(colon)?, colon),
                b'\n' => (&FIELD_COLON, at),
                b'\r' if self.need(colon + 1)? == b'\n' => (&FIELD_COLON, at),
                b'\r' => (&BARE_CR, colon),
                _ => (&FIELD_NAME, colon),
            };
            if !asked && self.has(&TRAILER_ANY_LINE) {
                let end = memchr::memchr2(b':', b'\n', self.rest(at)).ok_or(Stop::Incomplete)?;
                let end = at + end;
                let is_crlf = self.peek(end - 1) == Some(b'\r');
                if self.peek(end) == Some(b'\n') && (is_crlf || self.has(&TRAILER_LF)) {
                    draft.relax(&TRAILER_ANY_LINE, at);
                    return Ok(Line::Next(end + 1));
                }
                asked = true;
            }
            if rule == &BARE_CR && self.relax(&TRAILER_CR, colon, draft) {
                colon += 1;
                continue;
            }
            if self.has(&TRAILER_BAD_ENDS) {
                let end = self.after_crlf(at)?;
                let line = self.slice(at, end - 2);
                if !line.iter().any(|byte| matches!(byte, b':' | b'\r' | b'\n')) {
                    draft.relax(&TRAILER_BAD_ENDS, offending);
                    return Ok(Line::End(end));
                }
            }
            if matches!(byte, b'\r' | b'\n') || !self.relax(&TRAILER_ANY_BYTE, colon, draft) {
                return Err(draft.reject(rule, offending));
            }
            colon += 1;
        }
        self.trailer_value(at, colon, length, draft)
    }

    /// The byte after the line at `at`, where that is so long that it ends the message.
    fn long_trailer(&self, at: usize) -> Result<Option<usize>, Stop> {
        let is_long = self.has(&TRAILER_LONG_ENDS) && self.rest(at).len() > LONGEST;
        if !is_long || memchr::memmem::find(self.slice(at, at + LONGEST), b"\r\n").is_some() {
            return Ok(None);
        }
        self.after_crlf(at).map(Some)
    }

    fn trailer_value(
        &self,
        line: usize,
        colon: usize,
        length: &mut Option<(u64, usize)>,
        draft: &mut Draft<'_>,
    ) -> Result<Line, Stop> {
        let mut at = colon + 1;
        let next = loop {
            at += value_length(self.rest(at));
            match self.need(at)? {
                b'\r' if self.need(at + 1)? == b'\n' => break at + 2,
                b'\r' if self.has(&TRAILER_CRCRLF) && self.need(at + 1)? == b'\r' => {
                    let end = at + self.rest(at).iter().take_while(|&&b| b == b'\r').count();
                    if self.need(end)? != b'\n' {
                        return Err(draft.reject(&BARE_CR, at));
                    }
                    draft.relax(&TRAILER_CRCRLF, at);
                    break end + 1;
                }
                b'\r' if self.relax(&TRAILER_CR_SPACE, at, draft) => at += 1,
                b'\r' if self.relax(&TRAILER_CR, at, draft) => at += 1,
                b'\r' => return Err(draft.reject(&BARE_CR, at)),
                b'\n' if self.relax(&TRAILER_LF, at, draft) => break at + 1,
                b'\n' => break self.trailer_lf(at, draft)?,
                _ if self.relax(&TRAILER_VALUE_ANY, at, draft) => at += 1,
                _ if self.relax(&TRAILER_ANY_BYTE, at, draft) => at += 1,
                1.. if self.relax(&TRAILER_VALUE_CONTROL, at, draft) => at += 1,
                0 => return Err(draft.reject(&FIELD_VALUE, at)),
                _ => return Err(draft.reject(&FIELD_VALUE_CONTROL, at)),
            }
        };
        if self.keeps_facts {
            let value = trim(self.slice(colon + 1, at)).1;
            draft.fact(FactKind::Trailer, line, self.slice(line, colon), value);
        }
        if self.has(&TRAILER_LENGTH)
            && self
                .slice(line, colon)
                .eq_ignore_ascii_case(b"content-length")
        {
            let (_, value) = trim(self.slice(colon + 1, at));
            let size = std::str::from_utf8(value)
                .ok()
                .filter(|_| !value.is_empty() && value.iter().all(u8::is_ascii_digit));
            *length = size
                .and_then(|size| size.parse().ok())
                .map(|size| (size, line))
                .or(*length);
        }
        Ok(Line::Next(next))
    }

    /// A line of the trailer section that begins with whitespace.
    fn trailer_space(
        &self,
        at: usize,
        is_first: bool,
        draft: &mut Draft<'_>,
    ) -> Result<Line, Stop> {
        if self.has(&TRAILER_SPACE_ENDS) {
            let after = at
                + self
                    .rest(at)
                    .iter()
                    .take_while(|&&byte| is_space(byte))
                    .count();
            let end = match self.need(after)? {
                b'\r' if self.need(after + 1)? == b'\n' => Some(after + 2),
                b'\n' if self.has(&TRAILER_LF) => Some(after + 1),
                _ => None,
            };
            if let Some(end) = end {
                draft.relax(&TRAILER_SPACE_ENDS, at);
                return Ok(Line::End(end));
            }
        }
        let leniency = match is_first {
            false if self.has(&TRAILER_FOLD) => &TRAILER_FOLD,
            _ if self.has(&TRAILER_SPACE_ANY) => &TRAILER_SPACE_ANY,
            true => return Err(draft.reject(&TRAILER_SPACE, at)),
            false => return Err(draft.reject(&OBS_FOLD, at)),
        };
        let end = if self.has(&TRAILER_LF) {
            memchr::memchr(b'\n', self.rest(at)).map(|offset| at + offset + 1)
        } else {
            self.after_crlf(at).ok()
        };
        let end = end.ok_or(Stop::Incomplete)?;
        draft.relax(leniency, at);
        if self.keeps_facts && !is_first && leniency.id == TRAILER_FOLD.id {
            draft.join_fact(true, self.slice(at, end).trim_ascii());
        }
        Ok(Line::Next(end))
    }

    /// The byte after a line of the trailer section that has an LF at `at`, which does not end it.
    fn trailer_lf(&self, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if !self.has(&TRAILER_LF_KEPT) {
            return Err(draft.reject(&BARE_LF, at));
        }
        let end = self.after_crlf(at)?;
        draft.relax(&TRAILER_LF_KEPT, at);
        Ok(end)
    }
}
