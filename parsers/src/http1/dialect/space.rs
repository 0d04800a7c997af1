//! Lines of the header section that begin with whitespace.

use super::super::leniencies::*;
use super::super::response;
use super::super::restrictions::{FRAMING_FOLD, LENGTH_FOLD};
use super::super::rules::*;
use super::Reader;
use super::bytes::is_space;
use super::field::{Line, Lines, label};
use super::plain_line::PlainLine;
use crate::core::parser::{Draft, Stop};
use crate::core::rule::{Leniency, Rule};
use crate::core::verdict::Note;

/// What SP and HTAB between a name and the colon break, and how a reader may accept them.
pub(super) struct SpacedName {
    pub rule: &'static Rule,
    /// Skips them.
    pub trimmed: &'static Leniency,
    /// Reads the name as that of some other field.
    pub other: &'static Leniency,
    /// Skips the line. No reader of responses does.
    pub skipped: &'static Leniency,
}

static SPACED_IN_REQUEST: SpacedName = SpacedName {
    rule: &NAME_SPACE,
    trimmed: &NAME_SPACE_TRIMMED,
    other: &NAME_SPACE_OTHER,
    skipped: &NAME_SPACE_SKIPPED,
};

static SPACED_IN_RESPONSE: SpacedName = SpacedName {
    rule: &response::rules::NAME_SPACE,
    trimmed: &response::leniencies::SPACE_BEFORE_COLON,
    other: &response::leniencies::SPACE_OTHER_NAME,
    skipped: &NAME_SPACE_SKIPPED,
};

impl Reader<'_> {
    /// What such whitespace is in the message that is read.
    pub(super) fn spaced(&self) -> &'static SpacedName {
        match self.is_response {
            true => &SPACED_IN_RESPONSE,
            false => &SPACED_IN_REQUEST,
        }
    }

    /// A line that begins with whitespace.
    pub(super) fn space_at_start(
        &self,
        at: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<Line, Stop> {
        const FIRST: &[&crate::Leniency] = &[
            &FIRST_SPACE_ENDS,
            &FIRST_FIELD_SKIPPED,
            &FIRST_FIELD_SP,
            &FIRST_FIELD_TRIMMED,
            &FIRST_FIELD_OTHER,
        ];
        const FOLD: &[&crate::Leniency] = &[&FOLD_FIELD, &FOLD_DROPPED, &FOLD_TIGHT, &FOLD_JOINED];
        let (rule, group) = if lines.is_first {
            (&FIRST_FIELD_SPACE, FIRST)
        } else {
            (&OBS_FOLD, FOLD)
        };
        let fold = lines.last_is_noted && self.restricts(&FRAMING_FOLD);
        if fold && draft.scratch().notes.last().is_some_and(is_framing) {
            return Err(draft.restrict(&FRAMING_FOLD, at));
        }
        let is_length =
            |note: &Note| label::field(note.label) == label::LENGTH && note.start < note.end;
        if lines.last_is_noted
            && self.restricts(&LENGTH_FOLD)
            && draft.scratch().notes.last().is_some_and(is_length)
        {
            return Err(draft.restrict(&LENGTH_FOLD, at));
        }
        if !lines.is_first && self.has(&SPACE_LF_ENDS) && self.need(at + 1)? == b'\n' {
            let again = self.need(at + 2)? == b'\n';
            draft.relax(&SPACE_LF_ENDS, at);
            return Ok(Line::End(at + 2 + usize::from(again)));
        }
        if !self.any(&[&SPACE_LINE_ENDS, &SPACE_LINE_SKIPPED]) && !self.any(group) {
            return Err(draft.reject(rule, at));
        }
        let spaces = self
            .rest(at)
            .iter()
            .take_while(|&&byte| is_space(byte))
            .count();
        let after = at + spaces;
        let empty_end = match self.need(after)? {
            b'\r' if self.need(after + 1)? == b'\n' => Some(after + 2),
            b'\n' if self.has(&FIELD_LF) => Some(after + 1),
            _ => None,
        };
        if let Some(end) = empty_end {
            if self.relax(&SPACE_LINE_ENDS, at, draft) {
                return Ok(Line::End(end));
            }
            if self.relax(&SPACE_LINE_SKIPPED, at, draft) {
                return Ok(Line::Next(end));
            }
        }
        if lines.is_first
            && self.has(&FIRST_SPACE_ENDS)
            && matches!(self.need(after)?, b'\r' | b'\n')
            && self.slice(at, after).iter().all(|&byte| byte == b' ')
        {
            draft.relax(&FIRST_SPACE_ENDS, at);
            return Ok(Line::End(empty_end.unwrap_or(after + 1)));
        }
        if lines.is_first {
            if self.relax(&FIRST_FIELD_SKIPPED, at, draft) {
                return self.skip_line(after, draft).map(Line::Next);
            }
            let is_sp = self.peek(at) == Some(b' ');
            if (is_sp && self.relax(&FIRST_FIELD_SP, at, draft))
                || self.relax(&FIRST_FIELD_TRIMMED, at, draft)
            {
                return self.field_from(after, lines, draft).map(Line::Next);
            }
            if is_sp && self.relax(&FIRST_FIELD_OTHER, at, draft) {
                let (notes, labels) = (draft.scratch().notes.len(), lines.labels);
                let next = self.field_from(after, lines, draft)?;
                draft.scratch().notes.truncate(notes);
                (lines.labels, lines.last_is_noted) = (labels, false);
                return Ok(Line::Next(next));
            }
        } else if self.relax(&FOLD_FIELD, at, draft) {
            return self.field_from(after, lines, draft).map(Line::Next);
        } else if self.relax(&FOLD_DROPPED, at, draft) {
            return self.skip_line(after, draft).map(Line::Next);
        } else if self.relax(&FOLD_TIGHT, at, draft) {
            return self.fold(after, false, lines, draft).map(Line::Next);
        } else if self.relax(&FOLD_JOINED, at, draft) {
            return self.fold(after, true, lines, draft).map(Line::Next);
        }
        Err(draft.reject(rule, at))
    }

    /// A field line from its name on, whatever came before it in the line.
    fn field_from(
        &self,
        at: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        let plain = if self.has(&VALUE_QUOTED_CRLF) {
            PlainLine::of::<true>(self.rest(at))
        } else {
            PlainLine::of::<false>(self.rest(at))
        };
        match plain.filter(|line| !self.reads_otherwise(line, self.rest(at))) {
            Some(line) => {
                self.note_line(&line, at, lines, draft);
                Ok(self.input.len() - line.next.len())
            }
            None if self.need(at)? == b':' => match self.nameless(at, lines, draft)? {
                Line::Next(next) | Line::End(next) => Ok(next),
            },
            None => self.odd_field(at, at, lines, draft),
        }
    }
}

/// Whether the note is of Content-Length or Transfer-Encoding.
fn is_framing(note: &Note) -> bool {
    matches!(label::field(note.label), label::LENGTH | label::CODING)
}
