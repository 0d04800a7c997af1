//! The text before a patch: line by line, up to what begins a patch.

use super::super::leniencies::*;
use super::super::rules::*;
use super::header::Attempt;
use super::{Line, Place, Reader, Shape, indentation};
use crate::core::parser::{Draft, Stop};

/// What the lines so far have led to.
#[derive(Clone, Copy)]
pub(super) struct Seek {
    /// Text may stand here.
    may_be_text: bool,
    /// These are the lines of a mail before its patch.
    is_in_mail: bool,
    /// In these, a line that is no line of a patch has said that one follows.
    is_announced: bool,
    /// The file of the hunk before this text goes on.
    is_in_file: bool,
    /// A line `Index:`.
    index: Option<Line>,
    /// A line `---` that waits for its line `+++`.
    pub old: Option<Line>,
    /// The first line that looks like one of a patch in the message of the mail, from its start.
    cut: Option<usize>,
}

impl Reader<'_> {
    /// Reads text up to what begins a patch. Also says whether more bytes may make that text.
    pub(super) fn seek(&self, draft: &mut Draft<'_>) -> Result<(Place, bool), Stop> {
        let is_first = self.is_first;
        let mut seek = Seek {
            may_be_text: is_first,
            is_in_mail: false,
            is_announced: false,
            is_in_file: false,
            index: None,
            old: None,
            cut: None,
        };
        let (mut at, mut is_open) = (0, false);
        if is_first && self.input.starts_with(b"\xEF\xBB\xBF") {
            if self.relax(&BOM_SKIPPED, 0, draft) {
                at = 3;
            } else if !self.relax(&BOM_TEXT, 0, draft) {
                return Err(draft.reject(&BYTE_ORDER_MARK, 0));
            }
        }
        loop {
            let Some(line) = self.line(at, draft) else {
                at = seek.back().ok_or(Stop::Nothing)?;
                is_open = true;
                draft.relax_again(&SEPARATOR_CUT, self.input.len());
                continue;
            };
            let text = self.slice(line.start, line.end);
            if line.is_ended
                && self.starts_mail(text)
                && let Some(cut) = seek.back()
            {
                at = cut;
                continue;
            }
            let indent = match Shape::of(text) {
                Some(_) => 0,
                None => indentation(text),
            };
            let Some(shape) = Shape::of(text.get(indent..).unwrap_or(&[])) else {
                self.text_line(&line, &mut seek, draft)?;
                at = line.next;
                continue;
            };
            let line = Line {
                text: line.start + indent,
                ..line
            };
            match self.patch_line(line, shape, is_first, &mut seek, draft)? {
                Attempt::Hunk(line) => return Ok((Place::Hunk(line), is_open)),
                Attempt::Whole(end) => return Ok((Place::Whole(end), is_open)),
                Attempt::Binary { head, end } => {
                    return Ok((Place::Binary { head, end }, is_open));
                }
                Attempt::Text(next) => {
                    seek.may_be_text = true;
                    at = next;
                }
            }
        }
    }

    /// A line that looks like one of a patch.
    fn patch_line(
        &self,
        line: Line,
        shape: Shape,
        is_first: bool,
        seek: &mut Seek,
        draft: &mut Draft<'_>,
    ) -> Result<Attempt, Stop> {
        let indent = line.text - line.start;
        if indent > 0 && !self.takes_indent(&line, indent, line.start, draft) {
            if self.relax(&INDENTED_TEXT, line.start, draft) {
                return Ok(Attempt::Text(line.next));
            }
            return Err(draft.reject(&INDENTATION, line.start));
        }
        if seek.is_in_mail {
            if self.relax(&SEPARATOR_CUT, line.start, draft) {
                seek.cut.get_or_insert(line.start);
                return Ok(Attempt::Text(line.next));
            }
            if self.relax(&MESSAGE_CUT, line.start, draft) {
                if !seek.is_announced && matches!(shape, Shape::New | Shape::Hunk) {
                    return Ok(Attempt::Text(line.next));
                }
            } else if !self.relax(&MESSAGE_PATCH, line.start, draft) {
                return Err(draft.reject(&MESSAGE_IS_TEXT, line.start));
            }
            seek.is_in_mail = false;
        }
        match shape {
            Shape::Git => self.git_header(&line, seek, draft),
            Shape::Old => self.old_line(&line, None, seek, draft),
            Shape::New => self.new_line(&line, seek, draft),
            Shape::Hunk if !is_first && line.start == 0 => Ok(Attempt::Hunk(line)),
            Shape::Hunk => self.bare_hunk(line, seek, draft),
        }
    }

    /// A hunk that follows neither a header nor a hunk.
    fn bare_hunk(
        &self,
        line: Line,
        seek: &mut Seek,
        draft: &mut Draft<'_>,
    ) -> Result<Attempt, Stop> {
        if seek.is_in_file {
            self.text_part(0, line.start, draft);
            return Ok(Attempt::Hunk(line));
        }
        if let Some(index) = seek.index
            && self.relax(&INDEX_FILE, line.start, draft)
        {
            self.text_part(0, index.start, draft);
            self.header_part(&index, None, draft);
            self.text_part(index.next, line.start, draft);
            return Ok(Attempt::Hunk(line));
        }
        if self.relax(&HUNK_ORPHAN, line.start, draft) {
            self.text_part(0, line.start, draft);
            return Ok(Attempt::Hunk(line));
        }
        if self.relax(&HUNK_TEXT, line.start, draft) {
            return Ok(Attempt::Text(line.next));
        }
        Err(draft.reject(&HUNK_WITHOUT_FILE, line.start))
    }

    /// A line that looks like no line of a patch.
    fn text_line(&self, line: &Line, seek: &mut Seek, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let text = self.slice(line.start, line.end);
        let starts_mail = self.starts_mail(text);
        let is_text = seek.may_be_text || starts_mail || text == b"-- ";
        if !is_text && line.is_ended && is_between_files(text) {
            seek.is_in_file = false;
        } else if !is_text {
            self.text_after_hunk(line, seek, draft)?;
        } else {
            seek.may_be_text = true;
        }
        if starts_mail {
            (seek.is_in_mail, seek.is_announced) = (true, false);
        } else if text == b"---" {
            (seek.is_in_mail, seek.cut) = (false, None);
        } else if text.starts_with(b"Index: ") {
            (seek.index, seek.is_announced) = (Some(*line), true);
        } else if text.starts_with(b"diff -") {
            seek.is_announced = true;
        }
        Ok(())
    }

    /// Whether a line, given without its end, is the first of a mail. Behind other text there is none.
    fn starts_mail(&self, line: &[u8]) -> bool {
        self.is_mailbox && is_mail_start(line)
    }

    fn text_after_hunk(
        &self,
        line: &Line,
        seek: &mut Seek,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        if self.relax(&TEXT_IN_FILE, line.start, draft) {
            (seek.may_be_text, seek.is_in_file) = (true, true);
        } else if self.relax(&TEXT_ENDS_FILE, line.start, draft) {
            seek.may_be_text = true;
        } else if line.start == line.end && self.relax(&BLANK_IN_FILE, line.start, draft) {
            seek.is_in_file = true;
        } else if line.is_ended {
            return Err(draft.reject(&TEXT_AFTER_HUNK, line.start));
        } else {
            // It may still become the line of a header.
            return Err(Stop::Incomplete);
        }
        Ok(())
    }
}

impl Seek {
    /// The mail has ended without a line of three dashes: it has a patch from where this says, if anywhere.
    fn back(&mut self) -> Option<usize> {
        let cut = self.cut.take()?;
        self.is_in_mail = false;
        self.index = self.index.filter(|index| index.start < cut);
        Some(cut)
    }
}

/// Whether a line, given without its end, is one that a comparison of folders has between two files.
fn is_between_files(line: &[u8]) -> bool {
    const OF_GIT: [&[u8]; 3] = [b"diff --git", b"diff --cc", b"diff --combined"];
    let holds = |start: &[u8], word: &[u8]| {
        let rest = line.strip_prefix(start);
        rest.is_some_and(|rest| memchr::memmem::find(rest, word).is_some())
    };
    line.starts_with(b"diff -") && !OF_GIT.iter().any(|start| line.starts_with(start))
        || holds(b"Only in ", b": ")
        || holds(b"Common subdirectories: ", b" and ")
        || holds(b"File ", b" while file ")
        || holds(b"Binary files ", b" differ") && line.ends_with(b" differ")
}

/// Whether the first line of an input is that of a mail.
pub(super) fn is_mailbox(input: &[u8]) -> bool {
    let end = memchr::memchr(b'\n', input).unwrap_or(input.len());
    input.get(..end).is_some_and(is_mail_start)
}

/// Whether a line, given without its end, is the first of a mail in a mailbox: `From `, a time with
/// two colons, and a year.
fn is_mail_start(line: &[u8]) -> bool {
    let Some((rest, year)) = line.split_last_chunk::<4>() else {
        return false;
    };
    line.starts_with(b"From ")
        && year.iter().all(u8::is_ascii_digit)
        && rest.iter().filter(|byte| **byte == b':').count() >= 2
}
