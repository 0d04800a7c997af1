//! The header of a hunk.

use super::super::leniencies::*;
use super::super::rules::*;
use crate::core::parser::{Draft, Stop};
use crate::core::rule::Rule;

/// The counts on the header of a hunk, which begins at `at` with `@@`.
pub(super) fn counts(line: &[u8], at: usize, draft: &mut Draft<'_>) -> Result<(u64, u64), Stop> {
    let mut header = HunkHeader { line, nth: 2, at };
    header.mark(b" -", draft)?;
    let old = header.range(draft)?;
    header.mark(b" +", draft)?;
    let new = header.range(draft)?;
    let rest = header.rest();
    if !rest.starts_with(b" @@") {
        let text = rest.trim_ascii_start();
        // Of ASCII whitespace, blanks only may stand there.
        let skipped = rest.get(..rest.len() - text.len()).unwrap_or(&[]);
        let blank = skipped.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        let rule = match blank && text.starts_with(b"@@") {
            true => &HUNK_SPACE,
            false => &HUNK_CLOSE,
        };
        return Err(header.reject(rule, draft));
    }
    header.nth += 3;
    let heading = header.rest();
    if !matches!(heading, [] | [b' ', ..] | b"\r") {
        draft.relax(&SECTION_GLUED, at + header.nth);
    }
    if heading.last() == Some(&b'\r') {
        draft.relax(&HEADER_CRLF, at + line.len() - 1);
    }
    if old == 0 && new == 0 {
        return Err(draft.reject(&HUNK_EMPTY, at));
    }
    Ok((old, new))
}

/// A place on the header of a hunk.
struct HunkHeader<'i> {
    line: &'i [u8],
    /// The byte of the line.
    nth: usize,
    /// Where the line begins.
    at: usize,
}

impl<'i> HunkHeader<'i> {
    fn rest(&self) -> &'i [u8] {
        self.line.get(self.nth..).unwrap_or(&[])
    }

    fn reject(&self, rule: &'static Rule, draft: &mut Draft<'_>) -> Stop {
        draft.reject(rule, self.at + self.nth)
    }

    fn mark(&mut self, mark: &[u8; 2], draft: &mut Draft<'_>) -> Result<(), Stop> {
        if !self.rest().starts_with(mark) {
            return Err(self.reject(&HUNK_SPACE, draft));
        }
        self.nth += 2;
        Ok(())
    }

    /// START or START,COUNT.
    fn range(&mut self, draft: &mut Draft<'_>) -> Result<u64, Stop> {
        self.number(draft)?;
        if self.rest().first() != Some(&b',') {
            return Ok(1);
        }
        self.nth += 1;
        self.number(draft)
    }

    fn number(&mut self, draft: &mut Draft<'_>) -> Result<u64, Stop> {
        if let [b'+', b'0'..=b'9', ..] = self.rest() {
            draft.relax(&NUMBER_PLUS, self.at + self.nth);
            self.nth += 1;
        }
        let (start, mut number) = (self.nth, Some(0u64));
        while let Some(digit @ b'0'..=b'9') = self.line.get(self.nth) {
            let digit = u64::from(digit - b'0');
            number = number.and_then(|number| number.checked_mul(10)?.checked_add(digit));
            self.nth += 1;
        }
        if self.nth == start {
            return Err(self.reject(&HUNK_NUMBER, draft));
        }
        number.ok_or_else(|| draft.reject(&HUNK_OVERFLOW, self.at + start))
    }
}
