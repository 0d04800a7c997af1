//! Where a request-line ends: after its version, or after its target.

use super::super::leniencies::*;
use super::super::rules::*;
use super::Reader;
use super::request_line::RequestLine;
use crate::core::parser::{Draft, Next, Stop};
use crate::core::rule::{Leniency, Rule};

impl Reader<'_> {
    /// The end of a request-line that ends after its target, where the dialect accepts one.
    pub(super) fn version_absent(
        &self,
        target: usize,
        target_end: usize,
        draft: &mut Draft<'_>,
        line: &mut RequestLine,
    ) -> Result<Option<usize>, Stop> {
        let mut at = target_end;
        const ABSENT: &[&Leniency] = &[&VERSION_ABSENT_PERSISTS, &VERSION_ABSENT];
        if self.any(ABSENT) && self.has(&REQUEST_LINE_TRAILING) {
            let spaces = self.trailing_spaces(at)?;
            if spaces > 0 && matches!(self.need(at + spaces)?, b'\r' | b'\n') {
                draft.relax(&REQUEST_LINE_TRAILING, at);
                at += spaces;
            }
        }
        let byte = self.need(at)?;
        if byte != b'\r' && byte != b'\n' {
            return Ok(None);
        }
        if at > target && self.cr_space(at)?.is_some() {
            draft.relax(&REQUEST_LINE_CR_SPACE, at);
            return Ok(None);
        }
        if at > target {
            if byte == b'\n' && self.relax(&REQUEST_LINE_LF_SPACE, at, draft) {
                return Ok(None);
            }
            let lenient = self.has(&HTTP_09) || self.any(ABSENT);
            let end = match byte {
                b'\n' => Some(at + 1),
                _ if lenient && self.need(at + 1)? == b'\n' => Some(at + 2),
                _ => None,
            };
            if let (Some(end), true) = (end, lenient) {
                if self.relax(&HTTP_09, at, draft) {
                    line.whole = Some(Next::Close);
                } else if self.relax(&VERSION_ABSENT_PERSISTS, at, draft) {
                    line.persists = true;
                } else {
                    draft.relax(&VERSION_ABSENT, at);
                }
                self.target_form(target, target_end, line.method, draft)?;
                return Ok(Some(end));
            }
        }
        Err(draft.reject(self.early_end(at)?, at))
    }

    /// The rule that the CR or LF at `at` breaks, where a part of the request-line has still to come.
    pub(super) fn early_end(&self, at: usize) -> Result<&'static Rule, Stop> {
        let is_bare = self.need(at)? == b'\r' && self.need(at + 1)? != b'\n';
        Ok(if is_bare {
            &BARE_CR
        } else {
            &REQUEST_LINE_PARTS
        })
    }

    /// The byte after the end of the request-line, whose version ends before `at`.
    pub(super) fn request_line_end(&self, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        match self.need(at)? {
            b'\r' => match self.need(at + 1)? {
                b'\n' => Ok(at + 2),
                b'\r' if self.has(&REQUEST_LINE_CRCRLF) && self.need(at + 2)? == b'\n' => {
                    draft.relax(&REQUEST_LINE_CRCRLF, at);
                    Ok(at + 3)
                }
                _ if self.cr_space(at)?.is_some() => {
                    draft.relax(&REQUEST_LINE_CR_SPACE, at);
                    self.after_version(at, draft)
                }
                _ if self.relax(&REQUEST_LINE_CR, at, draft) => Ok(at + 1),
                _ => Err(draft.reject(&BARE_CR, at)),
            },
            b'\n' if self.relax(&REQUEST_LINE_LF, at, draft) => {
                let again = self.has(&REQUEST_LINE_LF_LF)
                    && self.need(at + 1)? == b'\n'
                    && self.relax(&REQUEST_LINE_LF_LF, at + 1, draft);
                Ok(at + 1 + usize::from(again))
            }
            b'\n' => Err(draft.reject(&BARE_LF, at)),
            b' ' | b'\t' => self.after_version(at, draft),
            0x0b | 0x0c if self.relax(&REQUEST_LINE_VT_FF, at, draft) => {
                self.after_version(at, draft)
            }
            _ => Err(draft.reject(&REQUEST_LINE_SPACE, at)),
        }
    }

    /// How many bytes of whitespace, as this dialect knows it, stand from `at` on.
    fn trailing_spaces(&self, at: usize) -> Result<usize, Stop> {
        let mut end = at;
        loop {
            end = match self.peek(end) {
                Some(b' ' | b'\t') => end + 1,
                Some(0x0b | 0x0c) if self.has(&REQUEST_LINE_VT_FF) => end + 1,
                _ => match self.cr_space(end)? {
                    Some(after) => after,
                    None => return Ok(end - at),
                },
            };
        }
    }

    /// The end of a request-line with whitespace, at `at`, after its version.
    fn after_version(&self, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if self.has(&REQUEST_LINE_TRAILING) {
            let end = at + self.trailing_spaces(at)?;
            if matches!(self.need(end)?, b'\r' | b'\n') {
                draft.relax(&REQUEST_LINE_TRAILING, at);
                return self.request_line_end(end, draft);
            }
        }
        if self.has(&REQUEST_LINE_JUNK) {
            let end = memchr::memchr(b'\n', self.rest(at)).ok_or(Stop::Incomplete)?;
            draft.relax(&REQUEST_LINE_JUNK, at);
            return Ok(at + end + 1);
        }
        Err(draft.reject(&REQUEST_LINE_SPACE, at))
    }
}
