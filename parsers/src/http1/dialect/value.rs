//! Field values that do not conform, and continuation lines.

use super::super::leniencies::*;
use super::super::restrictions::{VALUE_ASCII, VALUE_UTF8, VALUE_VT_FF};
use super::super::rules::*;
use super::Reader;
use super::bytes::{is_space, trim, value_length};
use super::field::{Lines, label};
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Note;

/// What a byte that no value holds does.
enum Odd {
    /// It is a byte of the value.
    Keep(usize),
    /// It is dropped.
    Drop,
    /// A space stands for it.
    Space,
    /// The value ends before it, the line goes on.
    Cut,
    /// The line ends before it; the next one begins after so many bytes.
    Ends(usize),
}

impl Reader<'_> {
    /// Reads the value that begins at `at`, and leaves a note of it when `known` is a label that
    /// matters; `None` for a line that is skipped. `line` is where the name begins. Where facts are kept,
    /// the last one is that of this field.
    pub(super) fn value(
        &self,
        at: usize,
        known: Option<u8>,
        line: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let mut start = at;
        while self.peek(start) == Some(b':') && self.relax(&COLON_TWICE, start, draft) {
            start += 1;
        }
        let colon_end = start;
        start = self.value_start(start, draft)?;
        let mut label = known.unwrap_or(label::OTHER);
        if label != label::OTHER && start == colon_end && self.relax(&COLON_SPACE, start, draft) {
            label = label::OTHER;
        }
        let kept = label != label::OTHER;
        let is_fact = self.keeps_facts && known.is_some();
        let text_start = draft.scratch().text.len();
        let next = match self.empty_value_end(start, draft)? {
            Some(next) => next,
            None => {
                let from = self.odd_first(start, kept || is_fact, draft)?;
                self.value_text(from, label, lines, draft)?
            }
        };
        lines.count += 1;
        lines.is_first = false;
        lines.last_is_noted = false;
        lines.last_is_stated = is_fact;
        if is_fact {
            self.take_text(text_start, false, draft);
            if !kept {
                draft.scratch().text.truncate(text_start);
            }
        }
        if kept && !self.beyond_a_limit(line, lines, draft) {
            let scratch = draft.scratch();
            let (end, after) = trimmed_end(&scratch.text, text_start);
            scratch.text.truncate(end);
            lines.kept = end;
            lines.labels.add(label);
            let label = label | label::REWRITTEN | after;
            scratch.notes.push(Note {
                label,
                at: line,
                value: start,
                start: text_start,
                end,
            });
            lines.last_is_noted = true;
        }
        Ok(next)
    }

    /// The scratch text from `text_start` on goes on the value of the last fact.
    #[cold]
    fn take_text(&self, text_start: usize, is_spaced: bool, draft: &mut Draft<'_>) {
        let text = std::mem::take(&mut draft.scratch().text);
        let value = text.get(text_start..).unwrap_or(&[]);
        draft.join_fact(is_spaced, trim(value).1);
        draft.scratch().text = text;
    }

    /// Where the next line begins when a CR ends the line before any byte of its value.
    fn empty_value_end(&self, at: usize, draft: &mut Draft<'_>) -> Result<Option<usize>, Stop> {
        const LENIENT: &[&crate::Leniency] = &[&VALUE_EMPTY_CR_ANY, &VALUE_EMPTY_CR];
        if !self.any(LENIENT) || self.need(at)? != b'\r' || self.need(at + 1)? == b'\n' {
            return Ok(None);
        }
        let any = self.relax(&VALUE_EMPTY_CR_ANY, at, draft);
        if !any {
            draft.relax(&VALUE_EMPTY_CR, at);
        }
        Ok(Some(at + 1 + usize::from(any)))
    }

    /// Where the value goes on after a first byte that no value holds, if the dialect accepts it.
    fn odd_first(&self, at: usize, kept: bool, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let byte = self.need(at)?;
        let is_odd = !super::bytes::is_value(byte) && !matches!(byte, b'\r' | b'\n');
        if !is_odd || !self.relax(&VALUE_FIRST_ANY, at, draft) {
            return Ok(at);
        }
        if kept {
            draft.scratch().text.push(byte);
        }
        Ok(at + 1)
    }

    /// The first byte of a value after the whitespace before it.
    fn value_start(&self, mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        loop {
            match self.need(at)? {
                b' ' | b'\t' => at += 1,
                b'\r' | b'\n' if self.relax(&VALUE_LEADING_LF, at, draft) => at += 1,
                _ => return Ok(at),
            }
        }
    }

    /// Reads a value up to the end of its line, leaving it in the scratch text if the field matters.
    /// Returns where the next line begins.
    fn value_text(
        &self,
        start: usize,
        label: u8,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let mut at = start;
        let mut is_cut = false;
        let mut in_quotes = false;
        let kept = label != label::OTHER || self.keeps_facts;
        loop {
            let plain = value_length(self.rest(at));
            let bytes = self.slice(at, at + plain);
            if kept && !is_cut {
                draft.scratch().text.extend_from_slice(bytes);
            }
            if self.has(&VALUE_QUOTED_CRLF) {
                in_quotes ^= bytes.iter().filter(|&&byte| byte == b'"').count() % 2 == 1;
            }
            let high = bytes.iter().position(|&byte| byte >= 0x80);
            if let Some(high) = high.filter(|_| self.restricts(&VALUE_ASCII)) {
                return Err(draft.restrict(&VALUE_ASCII, at + high));
            }
            at += plain;
            let byte = self.need(at)?;
            if matches!(byte, 0x0b | 0x0c) && self.restricts(&VALUE_VT_FF) {
                return Err(draft.restrict(&VALUE_VT_FF, at));
            }
            match self.odd_value(at, byte, (in_quotes, is_cut, label), lines, draft)? {
                Odd::Keep(count) => {
                    if kept && !is_cut {
                        draft
                            .scratch()
                            .text
                            .extend_from_slice(self.slice(at, at + count));
                    }
                    at += count;
                }
                Odd::Drop => at += 1,
                Odd::Space => {
                    if kept && !is_cut {
                        draft.scratch().text.push(b' ');
                    }
                    at += 1;
                }
                Odd::Cut => {
                    is_cut = true;
                    at += 1;
                }
                Odd::Ends(count) => {
                    let is_utf8 = || std::str::from_utf8(self.slice(start, at)).is_ok();
                    if self.restricts(&VALUE_UTF8) && !is_utf8() {
                        return Err(draft.restrict(&VALUE_UTF8, start));
                    }
                    return Ok(at + count);
                }
            }
        }
    }

    fn odd_value(
        &self,
        at: usize,
        byte: u8,
        (in_quotes, is_cut, label): (bool, bool, u8),
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<Odd, Stop> {
        match byte {
            b'\r' => match self.need(at + 1)? {
                b'\n' if in_quotes => {
                    draft.relax(&VALUE_QUOTED_CRLF, at);
                    Ok(Odd::Keep(2))
                }
                b'\n' => Ok(Odd::Ends(2)),
                b'\r' if self.has(&FIELD_CRCRLF) && self.need(at + 2)? == b'\n' => {
                    draft.relax(&FIELD_CRCRLF, at);
                    Ok(Odd::Ends(3))
                }
                _ if self.relax(&FIELD_CR, at, draft) => Ok(Odd::Ends(1)),
                _ if self.relax(&VALUE_CR, at, draft) => Ok(Odd::Space),
                _ if in_quotes && self.relax(&VALUE_QUOTED_CRLF, at, draft) => Ok(Odd::Keep(1)),
                _ => Err(draft.reject(&BARE_CR, at)),
            },
            b'\n' => {
                if self.relax(&FIELD_LF, at, draft) {
                    return Ok(Odd::Ends(1));
                }
                if self.has(&FIELD_LFCR) && self.need(at + 1)? == b'\r' {
                    draft.relax(&FIELD_LFCR, at);
                    return Ok(Odd::Ends(2));
                }
                if self.relax(&VALUE_LF_SPACE, at, draft) {
                    return Ok(Odd::Space);
                }
                let kept = self.relax(&VALUE_LF, at, draft)
                    || (in_quotes && self.relax(&VALUE_QUOTED_CRLF, at, draft));
                if kept {
                    Ok(Odd::Keep(1))
                } else {
                    Err(draft.reject(&BARE_LF, at))
                }
            }
            _ if is_cut => Ok(Odd::Keep(1)),
            0x0b | 0x0c if label == label::CODING && self.relax(&CODING_VT_FF, at, draft) => {
                Ok(Odd::Keep(1))
            }
            0 if label == label::CODING && self.relax(&CODING_NUL_DROPPED, at, draft) => {
                Ok(Odd::Drop)
            }
            0 if label == label::CODING && self.relax(&CODING_NUL, at, draft) => Ok(Odd::Keep(1)),
            0x08 | 0x0b | 0x0c
                if label == label::LENGTH && self.relax(&LENGTH_VT_FF, at, draft) =>
            {
                Ok(Odd::Keep(1))
            }
            0 if self.relax(&VALUE_NUL_CUTS, at, draft) => Ok(Odd::Cut),
            0 if self.relax(&VALUE_NUL_HIDES, at, draft) => {
                lines.hidden = true;
                Ok(Odd::Keep(1))
            }
            0 if self.relax(&VALUE_NUL_SPACE, at, draft) => Ok(Odd::Space),
            0 if self.relax(&VALUE_NUL, at, draft) => Ok(Odd::Keep(1)),
            1.. if self.relax(&VALUE_CONTROL, at, draft) => Ok(Odd::Keep(1)),
            0 => Err(draft.reject(&FIELD_VALUE, at)),
            _ => Err(draft.reject(&FIELD_VALUE_CONTROL, at)),
        }
    }

    /// Reads a continuation line from `at`, after its whitespace, into the value before it.
    pub(super) fn fold(
        &self,
        at: usize,
        spaced: bool,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        if !lines.last_is_noted {
            let text_start = draft.scratch().text.len();
            let next = self.value_text(at, label::OTHER, lines, draft)?;
            if lines.last_is_stated {
                self.take_text(text_start, spaced, draft);
            }
            draft.scratch().text.truncate(text_start);
            return Ok(next);
        }
        let skipped = self
            .rest(at)
            .iter()
            .take_while(|&&byte| is_space(byte))
            .count();
        let Some(mut note) = draft.scratch().notes.pop() else {
            return Err(Stop::Incomplete);
        };
        let field = label::field(note.label);
        let folded = match note.start < note.end {
            true => label::FOLDED,
            false => note.label & label::FOLDED,
        };
        let scratch = draft.scratch();
        if note.label & label::REWRITTEN == 0 {
            let start = scratch.text.len();
            scratch
                .text
                .extend_from_slice(self.slice(note.start, note.end));
            note = Note { start, ..note };
        }
        // A value that was empty before the fold begins with it.
        if spaced && scratch.text.len() > note.start {
            scratch.text.push(b' ');
        }
        let text_start = draft.scratch().text.len();
        let next = self.value_text(at + skipped, field, lines, draft)?;
        if lines.last_is_stated {
            self.take_text(text_start, spaced, draft);
        }
        let scratch = draft.scratch();
        let (end, after) = trimmed_end(&scratch.text, note.start);
        note.end = end;
        note.label = field | label::REWRITTEN | folded | after;
        scratch.text.truncate(note.end);
        lines.kept = note.end;
        scratch.notes.push(note);
        Ok(next)
    }

    /// The value of a note, with the scratch text that it may lie in.
    pub(super) fn noted<'t>(&'t self, note: &Note, text: &'t [u8]) -> &'t [u8] {
        if note.label & label::REWRITTEN != 0 {
            return text.get(note.start..note.end).unwrap_or(&[]);
        }
        self.slice(note.start, note.end)
    }
}

/// Where the text from `start` on ends without the whitespace at its end, and what of that whitespace goes into a label.
fn trimmed_end(text: &[u8], start: usize) -> (usize, u8) {
    let value = text.get(start..).unwrap_or(&[]);
    let kept = value.iter().rposition(|&byte| !is_space(byte));
    let end = kept.map_or(0, |last| last + 1);
    let after = match value.get(end..) {
        None | Some([]) => 0,
        Some(spaces) if spaces.contains(&b'\t') => label::SPACE_AFTER | label::TAB_AFTER,
        Some(_) => label::SPACE_AFTER,
    };
    (start + end, after)
}
