//! The header of a hunk.

use super::super::leniencies::*;
use super::super::rules::*;
use super::{Line, Reader, is_blank};
use crate::core::parser::{Draft, Stop};

/// How many lines of each file a hunk has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub old: u64,
    pub new: u64,
}

impl Reader<'_> {
    /// The counts that the header of a hunk gives. The line has an end.
    pub(super) fn hunk_line(&self, line: &Line, draft: &mut Draft<'_>) -> Result<Counts, Stop> {
        let at = self.blanks(line.text + 2, b'-', line, draft)?;
        let (at, old) = self.range(at + 1, line, draft)?;
        let at = self.blanks(at, b'+', line, draft)?;
        let (at, new) = self.range(at + 1, line, draft)?;
        self.close(at, line, draft)?;
        if old == 0
            && new == 0
            && !self.relax(&HUNK_ZERO, line.start, draft)
            && !self.relax(&HUNK_ZERO_UNCOUNTED, line.start, draft)
        {
            return Err(draft.reject(&HUNK_EMPTY, line.start));
        }
        Ok(Counts { old, new })
    }

    /// One space at `at`, and where the byte `next` stands behind it.
    fn blanks(
        &self,
        at: usize,
        next: u8,
        line: &Line,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let text = self.slice(at, line.end);
        if let [b' ', byte, ..] = text
            && *byte == next
        {
            return Ok(at + 1);
        }
        let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
        if text.get(blanks) == Some(&next) && self.relax(&HUNK_BLANKS, at, draft) {
            return Ok(at + blanks);
        }
        Err(draft.reject(&HUNK_SPACE, at))
    }

    /// `START` or `START,COUNT` at `at`: the byte after it, and the count.
    fn range(&self, at: usize, line: &Line, draft: &mut Draft<'_>) -> Result<(usize, u64), Stop> {
        let (at, _) = self.number(at, line, draft)?;
        if self.slice(at, line.end).first() != Some(&b',') {
            return Ok((at, 1));
        }
        self.number(at + 1, line, draft)
    }

    /// The number at `at`: the byte after it, and its value.
    fn number(
        &self,
        mut at: usize,
        line: &Line,
        draft: &mut Draft<'_>,
    ) -> Result<(usize, u64), Stop> {
        let mut negative = false;
        let sign = self.slice(at, line.end).first_chunk::<2>().copied();
        if let Some([sign @ (b'+' | b'-'), b'0'..=b'9']) = sign {
            let leniency = match sign {
                b'+' => &NUMBER_PLUS,
                _ => &NUMBER_MINUS,
            };
            if self.relax(leniency, at, draft) {
                negative = sign == b'-';
                at += 1;
            }
        }
        let text = self.slice(at, line.end);
        let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(draft.reject(&HUNK_NUMBER, at));
        }
        let value = self.value(at, at + count, draft)?;
        let value = if negative {
            value.wrapping_neg()
        } else {
            value
        };
        Ok((at + count, value))
    }

    /// The value of the digits from `at` up to `end`.
    fn value(&self, at: usize, end: usize, draft: &mut Draft<'_>) -> Result<u64, Stop> {
        let digits = self
            .slice(at, end)
            .iter()
            .map(|byte| u64::from(byte - b'0'));
        let exact = digits
            .clone()
            .try_fold(0u64, |sum, digit| sum.checked_mul(10)?.checked_add(digit));
        let wrapped = || {
            let step = |sum: u64, digit| sum.wrapping_mul(10).wrapping_add(digit);
            digits.clone().fold(0, step)
        };
        if exact.is_none_or(|value| value > u64::from(u32::MAX))
            && !self.any(&[&NUMBER_SATURATES, &NUMBER_WRAPS])
            && self.relax(&NUMBER_WRAPS_32, at, draft)
        {
            return Ok(wrapped() & u64::from(u32::MAX));
        }
        match exact {
            Some(value) => Ok(value),
            None if self.relax(&NUMBER_SATURATES, at, draft) => Ok(u64::MAX),
            None if self.relax(&NUMBER_WRAPS, at, draft) => Ok(wrapped()),
            None => Err(draft.reject(&HUNK_OVERFLOW, at)),
        }
    }

    /// What follows the numbers: ` @@`, then a section heading or nothing.
    fn close(&self, at: usize, line: &Line, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let text = self.slice(at, line.end);
        let blanks = text.iter().take_while(|byte| is_blank(**byte)).count();
        let rest = text.get(blanks..).unwrap_or(&[]);
        let Some(section) = rest.strip_prefix(b"@@") else {
            if self.relax(&HUNK_UNCLOSED, at, draft) {
                return Ok(());
            }
            return Err(draft.reject(&HUNK_CLOSE, at));
        };
        if text.get(..blanks) != Some(b" ") && !self.relax(&HUNK_BLANKS, at, draft) {
            return Err(draft.reject(&HUNK_SPACE, at));
        }
        let at = line.end - section.len();
        match section {
            [] | [b' ', ..] | [b'\r'] => {}
            _ if self.relax(&SECTION_GLUED, at, draft) => {}
            _ => return Err(draft.reject(&HUNK_SECTION, at)),
        }
        if section.ends_with(b"\r") {
            self.before_cr(line.end, draft)?;
        }
        Ok(())
    }
}
