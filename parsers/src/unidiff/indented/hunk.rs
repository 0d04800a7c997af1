//! A hunk of the indented reading.

use super::super::label;
use super::super::leniencies::*;
use super::super::rules::*;
use super::{Row, Scan};
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;

/// What a line of a hunk leaves to come.
struct Left {
    old: u64,
    new: u64,
}

impl Scan<'_> {
    /// The hunk whose header is this line: where it ends.
    pub(super) fn hunk(&self, header: Row, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if !header.is_whole() {
            return Err(Stop::Incomplete);
        }
        let mut left = self.ranges(&header, draft)?;
        draft.part(label::HUNK_HEADER, header.start, header.next);
        draft.head(header.next, Framing::Counted);
        let columns = self.width(header.start, header.text);
        let (mut at, mut ends_file, mut marked) = (header.next, false, false);
        loop {
            let is_done = left.old == 0 && left.new == 0;
            let Some(row) = self.row(at) else {
                if !is_done {
                    draft.relax(&COUNT_SHORT_AT_END, at);
                    draft.head(header.next, Framing::UntilClose);
                }
                return Ok(at);
            };
            let text = self.outdented(&row, columns);
            let line = self.bytes(text, row.end);
            if line.is_empty() && !row.is_whole() {
                return Err(Stop::Incomplete);
            }
            if line.first() == Some(&b'\\') {
                if !row.is_whole() {
                    return Err(Stop::Incomplete);
                }
                if line != super::super::MARKER {
                    if is_done {
                        draft.relax(&MARKER_AS_TEXT, row.start);
                        return Ok(at);
                    }
                    return Err(draft.reject(&MARKER_TEXT, row.start));
                }
                if marked {
                    return Err(draft.reject(&MARKER_REPEATED, row.start));
                }
                if !ends_file {
                    return Err(draft.reject(&MARKER_PLACE, row.start));
                }
                draft.part(label::END_MARKER, row.start, row.next);
                marked = true;
                at = row.next;
                continue;
            }
            if is_done {
                return Ok(at);
            }
            let (old, new) = self.kind(&row, line, draft)?;
            if !row.is_whole() {
                return Err(Stop::Incomplete);
            }
            if old > left.old || new > left.new {
                return Err(draft.reject(&HUNK_COUNT, row.start));
            }
            ends_file = old == 1 && left.old == 1 || new == 1 && left.new == 1;
            (left.old, left.new, marked) = (left.old - old, left.new - new, false);
            draft.part(label::SKIPPED, row.start, text);
            draft.join(label::BODY, text, row.next);
            at = row.next;
        }
    }

    /// How many lines of the old and of the new file the line is.
    fn kind(&self, row: &Row, line: &[u8], draft: &mut Draft<'_>) -> Result<(u64, u64), Stop> {
        let leniency = match line.first() {
            Some(b'+') => return Ok((0, 1)),
            Some(b'-') => return Ok((1, 0)),
            Some(b' ') => return Ok((1, 1)),
            Some(b'\t') => &TAB_CONTEXT,
            Some(b'=') => &EQUALS_CONTEXT,
            None => &EMPTY_ACCEPTED,
            Some(_) => return Err(draft.reject(&BODY_LINE, row.start)),
        };
        draft.relax(leniency, row.start);
        Ok((1, 1))
    }

    /// The columns that the bytes from `start` up to `end` fill.
    fn width(&self, start: usize, end: usize) -> usize {
        let mut width = 0;
        for byte in self.bytes(start, end) {
            width += if *byte == b'\t' { 8 - width % 8 } else { 1 };
        }
        width
    }

    /// Where a line begins once so many columns of indentation are taken from it.
    fn outdented(&self, row: &Row, columns: usize) -> usize {
        let mut width = 0;
        let line = self.bytes(row.start, row.end).iter();
        let taken = line.take_while(|byte| {
            let is_accepted = width < columns && matches!(byte, b' ' | b'\t' | b'X');
            width += if **byte == b'\t' { 8 - width % 8 } else { 1 };
            is_accepted
        });
        row.start + taken.count()
    }

    /// The counts in the header of a hunk.
    fn ranges(&self, row: &Row, draft: &mut Draft<'_>) -> Result<Left, Stop> {
        let at = self.sign(row.text + 2, row, b'-', draft)?;
        let (at, old) = self.range(at, row, draft)?;
        let at = self.sign(at, row, b'+', draft)?;
        let (at, new) = self.range(at, row, draft)?;
        let rest = self.bytes(at, row.end);
        if let Some(heading) = rest.strip_prefix(b" @@") {
            if !heading.is_empty() && heading != b"\r" && !heading.starts_with(b" ") {
                draft.relax(&SECTION_GLUED, at + 3);
            }
            if heading.ends_with(b"\r") {
                draft.relax(&HEADER_CRLF, row.end - 1);
            }
        } else {
            let behind = rest.iter().skip_while(|byte| b" \t".contains(byte));
            if behind.take(2).eq(b"@@") {
                return Err(draft.reject(&HUNK_SPACE, at));
            }
            draft.relax(&HUNK_UNCLOSED, at);
        }
        if (old, new) == (0, 0) {
            return Err(draft.reject(&HUNK_EMPTY, row.start));
        }
        Ok(Left { old, new })
    }

    /// A space and the sign at `at`: where the number begins.
    fn sign(&self, at: usize, row: &Row, sign: u8, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if self.bytes(at, row.end).starts_with(&[b' ', sign]) {
            return Ok(at + 2);
        }
        Err(draft.reject(&HUNK_SPACE, at))
    }

    /// The byte after a range, and its count.
    fn range(&self, at: usize, row: &Row, draft: &mut Draft<'_>) -> Result<(usize, u64), Stop> {
        let (after, _) = self.number(at, row, draft)?;
        match self.bytes(after, row.end) {
            [b',', ..] => self.number(after + 1, row, draft),
            _ => Ok((after, 1)),
        }
    }

    fn number(&self, at: usize, row: &Row, draft: &mut Draft<'_>) -> Result<(usize, u64), Stop> {
        let mut value: u64 = 0;
        let mut end = at;
        let mut is_too_large = false;
        for byte in self.bytes(at, row.end) {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            end += 1;
            let (tens, lost) = value.overflowing_mul(10);
            let (sum, carried) = tens.overflowing_add(u64::from(digit));
            is_too_large |= lost | carried;
            value = sum;
        }
        if end == at {
            return Err(draft.reject(&HUNK_NUMBER, at));
        }
        if is_too_large {
            return Err(draft.reject(&HUNK_OVERFLOW, at));
        }
        Ok((end, value))
    }
}
