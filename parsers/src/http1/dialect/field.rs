//! The header section, line by line.

use super::super::leniencies::*;
use super::super::restrictions::{TOKEN_32, VALUE_ASCII, VALUE_UTF8};
use super::super::rules::*;
use super::Reader;
use super::bytes::{token_length, trim};
use super::name::may_be_known;
use super::plain_line::PlainLine;
use crate::core::facts::FactKind;
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Note;

/// The fields on which framing depends: the labels of the notes that a head leaves.
pub(super) mod label {
    pub(crate) const OTHER: u8 = 0;
    pub(crate) const HOST: u8 = 1;
    pub(crate) const LENGTH: u8 = 2;
    pub(crate) const CODING: u8 = 3;
    pub(crate) const CONNECTION: u8 = 4;
    pub(crate) const EXPECT: u8 = 5;
    pub(crate) const UPGRADE: u8 = 6;
    pub(crate) const PROXY_CONNECTION: u8 = 7;
    pub(crate) const CONTENT_CODING: u8 = 8;
    /// Set when the value lies in the scratch text.
    pub(crate) const REWRITTEN: u8 = 0x80;
    /// Set when HTAB was among the whitespace after a rewritten value.
    pub(crate) const TAB_AFTER: u8 = 0x40;
    /// Set when the value goes on in another line.
    pub(crate) const FOLDED: u8 = 0x20;
    /// Set when there was whitespace after a rewritten value.
    pub(crate) const SPACE_AFTER: u8 = 0x10;

    /// What field it is.
    #[inline(always)]
    pub(crate) fn field(label: u8) -> u8 {
        label & 15
    }

    /// The labels of some notes.
    #[derive(Clone, Copy, Default)]
    pub(crate) struct Labels {
        once: u16,
        again: u16,
    }

    impl Labels {
        /// There is one more note with this label.
        #[inline(always)]
        pub fn add(&mut self, label: u8) {
            let bit = 1 << (label & 15);
            self.again |= self.once & bit;
            self.once |= bit;
        }

        /// How many notes with this label there may be at most.
        #[inline(always)]
        pub(crate) fn most(&self, label: u8) -> usize {
            let bit = 1 << (label & 15);
            if self.again & bit != 0 {
                usize::MAX
            } else {
                usize::from(self.once & bit != 0)
            }
        }
    }
}

use label::Labels;

/// The end of a header section.
pub(super) struct FieldsEnd {
    /// The byte after the empty line.
    pub end: usize,
    /// Whether the end of the stream stands for it.
    pub at_close: bool,
    /// The labels of the notes.
    pub labels: Labels,
    /// How many field lines there are.
    pub count: usize,
}

/// What the lines read so far mean for the next one.
pub(super) struct Lines {
    /// Field lines taken.
    pub count: usize,
    /// No field line came yet, so whitespace cannot be a fold.
    pub is_first: bool,
    /// Whether the line before this one is the last note of the scratch, to be continued by a fold.
    pub last_is_noted: bool,
    /// Whether the line before this one is the last fact, to be continued by a fold.
    pub last_is_stated: bool,
    /// A NUL has hidden the lines that follow.
    pub hidden: bool,
    /// The request-line's first byte.
    pub message: usize,
    /// The labels of the notes.
    pub labels: Labels,
    /// Where the text of the last note that was rewritten ends in the scratch.
    pub kept: usize,
}

/// What a line turned out to be.
pub(super) enum Line {
    /// The next line starts here.
    Next(usize),
    /// The header section ends here.
    End(usize),
}

impl Reader<'_> {
    /// Reads the field lines from `start` on; those that matter are left as notes in the scratch.
    #[inline]
    pub(super) fn fields(
        &self,
        message: usize,
        start: usize,
        draft: &mut Draft<'_>,
    ) -> Result<FieldsEnd, Stop> {
        draft.scratch().notes.clear();
        draft.scratch().text.clear();
        let mut lines = Lines {
            count: 0,
            is_first: true,
            last_is_noted: false,
            last_is_stated: false,
            hidden: false,
            message,
            labels: Labels::default(),
            kept: 0,
        };
        let quotes = self.has(&VALUE_QUOTED_CRLF);
        let mut at = start;
        loop {
            at = if quotes {
                self.plain_fields::<true>(at, &mut lines, draft)
            } else {
                self.plain_fields::<false>(at, &mut lines, draft)
            };
            let (end, at_close) = if let Some(b"\r\n") = self.rest(at).first_chunk::<2>() {
                (at + 2, false)
            } else if at == self.input.len() && self.relax(&HEAD_ENDS_AT_CLOSE, at, draft) {
                (at, true)
            } else {
                match self.odd_line(at, &mut lines, draft)? {
                    Line::Next(next) => {
                        at = next;
                        continue;
                    }
                    Line::End(end) => (end, false),
                }
            };
            if self.keeps_facts {
                draft.fact(FactKind::SectionEnd, at, b"", b"");
            }
            return Ok(FieldsEnd {
                end,
                at_close,
                labels: lines.labels,
                count: lines.count,
            });
        }
    }

    /// Reads the field lines that conform and that no leniency could read otherwise; returns where the
    /// first other line starts. `QUOTES` tells whether a double quote has a meaning to the dialect.
    // Apart from its caller, the loop keeps what it needs in registers.
    #[inline(never)]
    fn plain_fields<const QUOTES: bool>(
        &self,
        start: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> usize {
        let mut rest = self.rest(start);
        if lines.hidden || self.judges_each_line() {
            return start;
        }
        let looks_closely = self.keeps_facts || self.looks_closely_at_names();
        let may_read_otherwise = self.any(&[&VALUE_LEADING_LF, &COLON_SPACE, &COLON_TWICE]);
        while let Some(line) = PlainLine::of::<QUOTES>(rest) {
            if may_read_otherwise && self.reads_otherwise(&line, rest) {
                break;
            }
            if looks_closely || may_be_known(rest, line.name_end) {
                let at = self.input.len() - rest.len();
                self.note_line(&line, at, lines, draft);
            } else {
                lines.count += 1;
                lines.is_first = false;
                lines.last_is_noted = false;
            }
            rest = line.next;
        }
        self.input.len() - rest.len()
    }

    /// Whether a restriction may reject a line that conforms.
    fn judges_each_line(&self) -> bool {
        let restrictions = [&TOKEN_32, &VALUE_ASCII, &VALUE_UTF8];
        self.relaxes.is_restricted() && restrictions.iter().any(|one| self.restricts(one))
    }

    /// Whether a leniency reads this line, which is at the front of `rest`, in another way.
    #[inline(always)]
    pub(super) fn reads_otherwise(&self, line: &PlainLine<'_>, rest: &[u8]) -> bool {
        match rest.get(line.value) {
            Some(b'\r') => self.has(&VALUE_LEADING_LF),
            _ if line.value == line.name_end + 1 && self.has(&COLON_SPACE) => true,
            Some(b':') => self.has(&COLON_TWICE),
            _ => false,
        }
    }

    /// Leaves a note of the field in the line at `at` if it matters.
    #[inline(always)]
    pub(super) fn note_line(
        &self,
        line: &PlainLine<'_>,
        at: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) {
        let name = self.slice(at, at + line.name_end);
        let start = at + line.value;
        let value = self.slice(start, self.input.len() - line.next.len() - 2);
        self.note((name, line.is_plain), at, start, value, lines, draft);
    }

    /// Leaves a note of the field if it matters. The value lies in the input, at `start`; the name comes
    /// with whether it is known to be all letters and hyphens.
    #[inline(always)]
    pub(super) fn note(
        &self,
        (name, plain): (&[u8], bool),
        at: usize,
        start: usize,
        value: &[u8],
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) {
        lines.count += 1;
        lines.is_first = false;
        lines.last_is_noted = false;
        let label = self.known_field(name, plain, at, draft);
        if self.keeps_facts {
            draft.fact(FactKind::Field, at, name, trim(value).1);
            lines.last_is_stated = true;
        }
        if label == label::OTHER || self.beyond_a_limit(at, lines, draft) {
            return;
        }
        let (front, value) = trim(value);
        let start = start + front;
        let end = start + value.len();
        lines.labels.add(label);
        draft.scratch().notes.push(Note {
            label,
            at,
            value: start,
            start,
            end,
        });
        lines.last_is_noted = true;
    }

    /// Whether a reader with a limit does not look at the field line any more.
    #[inline]
    pub(super) fn beyond_a_limit(&self, at: usize, lines: &Lines, draft: &mut Draft<'_>) -> bool {
        (lines.count > 64 && self.relax(&FIELD_COUNT, at, draft))
            || (at >= lines.message + 8192 && self.relax(&LATE_FIELD, at, draft))
    }

    /// A line that does not conform, or that some leniency of this dialect may read otherwise.
    #[cold]
    fn odd_line(&self, at: usize, lines: &mut Lines, draft: &mut Draft<'_>) -> Result<Line, Stop> {
        self.whole_head_line(at, draft)?;
        if lines.hidden {
            return self.after_crlf(at).map(Line::Next);
        }
        match self.need(at)? {
            b'\r' => self.cr_at_start(at, lines, draft),
            b'\n' if self.has(&EMPTY_LINE_LF_CRLF) => {
                // Before it waits: a reader that knows LF alone does not.
                draft.relax(&EMPTY_LINE_LF_CRLF, at);
                let has_more = self.need(at + 1)? == b'\r' && self.need(at + 2)? == b'\n';
                Ok(Line::End(if has_more { at + 3 } else { at + 1 }))
            }
            b'\n' if self.relax(&FIELD_LF, at, draft) => Ok(Line::End(at + 1)),
            b'\n' if self.relax(&EMPTY_LINE_LF, at, draft) => Ok(Line::End(at + 1)),
            b'\n' => Err(draft.reject(&BARE_LF, at)),
            b' ' | b'\t' => self.space_at_start(at, lines, draft),
            0x0b | 0x0c if !lines.is_first && self.relax(&FOLD_VT_FF, at, draft) => {
                self.fold(at + 1, true, lines, draft).map(Line::Next)
            }
            b':' => self.nameless(at, lines, draft),
            _ if self.has(&COLON_LINE_END) && self.is_token_line(at)? => {
                draft.relax(&COLON_LINE_END, at);
                Ok(Line::End(at + 2))
            }
            _ => self.odd_field(at, at, lines, draft).map(Line::Next),
        }
    }

    /// Whether the line at `at` is of token characters only.
    fn is_token_line(&self, at: usize) -> Result<bool, Stop> {
        let end = at + token_length(self.rest(at));
        Ok(end > at && self.need(end)? == b'\r' && self.need(end + 1)? == b'\n')
    }

    fn cr_at_start(
        &self,
        at: usize,
        lines: &mut Lines,
        draft: &mut Draft<'_>,
    ) -> Result<Line, Stop> {
        self.need(at + 1)?;
        if self.has(&LINE_CR_SKIPPED) {
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
        if self.relax(&FIELD_CR, at, draft) || self.relax(&EMPTY_LINE_CR, at, draft) {
            return Ok(Line::End(at + 1));
        }
        if self.relax(&EMPTY_LINE_CR_ANY, at, draft) {
            return Ok(Line::End(at + 2));
        }
        if !lines.is_first && self.relax(&LINE_CR_SPACE, at, draft) {
            return self.fold(at + 1, true, lines, draft).map(Line::Next);
        }
        if self.any(&[&NAME_CR_DROPPED, &NAME_CR_OTHER, &NAME_BLANKS_TRIMMED]) {
            return self.odd_field(at, at, lines, draft).map(Line::Next);
        }
        Err(draft.reject(&BARE_CR, at))
    }

    /// The byte after a line that is not looked at.
    pub(super) fn skip_line(&self, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if self.has(&FIELD_LF) {
            let found = memchr::memchr(b'\n', self.rest(at));
            let feed = at + found.ok_or(Stop::Incomplete)?;
            if self.slice(at, feed).last() != Some(&b'\r') {
                draft.relax(&FIELD_LF, feed);
            }
            return Ok(feed + 1);
        }
        self.after_crlf(at)
    }
}
