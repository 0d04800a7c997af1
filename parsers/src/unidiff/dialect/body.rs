//! The body of a hunk: its lines, and the markers that say that a file does not end with a newline.

use super::super::leniencies::*;
use super::super::rules::*;
use super::super::{MARKER, label};
use super::hunk_line::Counts;
use super::{Line, Reader, Shape, taken};
use crate::core::parser::{Accepted, Draft, Stop};
use crate::core::rule::Leniency;
use crate::core::verdict::Framing;

/// What a hunk has had so far.
struct Body {
    left: Counts,
    /// The line before ended a file, and a marker may follow it.
    ends_file: bool,
    /// The line before was a marker.
    follows_marker: bool,
    /// The counts say nothing more.
    is_uncounted: bool,
    /// Columns of indentation to leave out.
    indent: usize,
}

/// What a line of a hunk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Common,
    Removed,
    Added,
    Skipped,
    End,
}

impl Body {
    fn is_done(&self) -> bool {
        self.left == Counts { old: 0, new: 0 }
    }
}

impl Reader<'_> {
    /// The hunk that begins with this line.
    pub(super) fn hunk(
        &self,
        line: &Line,
        framing: Framing,
        draft: &mut Draft<'_>,
    ) -> Result<Accepted, Stop> {
        if !line.is_ended {
            return Err(Stop::Incomplete);
        }
        self.accept(line, draft);
        let left = self.hunk_line(line, draft)?;
        draft.part(label::HUNK_HEADER, line.start, line.next);
        draft.head(line.next, framing);
        let mut body = Body {
            is_uncounted: left == Counts { old: 0, new: 0 } && !self.has(&HUNK_ZERO),
            left,
            ends_file: false,
            follows_marker: false,
            indent: self.columns(line.start, line.text),
        };
        let mut at = line.next;
        while let Some(next) = self.body_line(at, line.next, &mut body, draft)? {
            at = next;
        }
        Ok(taken(at))
    }

    /// The line of the body that begins at `at`: where it ends, or none when the body has ended before it.
    fn body_line(
        &self,
        at: usize,
        head: usize,
        body: &mut Body,
        draft: &mut Draft<'_>,
    ) -> Result<Option<usize>, Stop> {
        let Some(mut line) = self.line(at, draft) else {
            return self.end_of_input(at, head, body, draft);
        };
        line.text = self.unindented(&line, body.indent);
        // Of a line that is not whole, the first character decides.
        let is_unknown = line.text == line.end || self.may_end(self.slice(line.text, line.end));
        if !line.is_ended && is_unknown {
            return Err(Stop::Incomplete);
        }
        if self.peek(line.text) == Some(b'\\') && line.text < line.end {
            return self.marker(&line, body, draft);
        }
        let kind = if body.is_done() {
            self.beyond(&line, body, draft)?
        } else {
            self.kind(&line, body, draft)?
        };
        if kind == Kind::End {
            return Ok(None);
        }
        if !line.is_ended && !self.relax(&LAST_LINE_UNENDED, line.end, draft) {
            return Err(Stop::Incomplete);
        }
        body.follows_marker = false;
        if kind == Kind::Skipped {
            draft.part(label::SKIPPED, line.start, line.next);
            return Ok(Some(line.next));
        }
        self.count(kind, &line, body, draft)?;
        self.content(&line, draft);
        Ok(Some(line.next))
    }

    /// What a line is that begins where the counts are not reached.
    fn kind(&self, line: &Line, body: &Body, draft: &mut Draft<'_>) -> Result<Kind, Stop> {
        if self.has(&COUNT_IGNORED_TO_HEADER) && !self.has(&COUNT_IGNORED) && self.is_header(line) {
            draft.relax(&COUNT_IGNORED_TO_HEADER, line.start);
            return Ok(Kind::End);
        }
        match self.peek(line.text).filter(|_| line.text < line.end) {
            Some(b' ') => return Ok(Kind::Common),
            Some(b'-') => return Ok(Kind::Removed),
            Some(b'+') => return Ok(Kind::Added),
            None => return self.empty_line(line, body, draft),
            Some(b'\t') if self.relax(&TAB_CONTEXT, line.start, draft) => return Ok(Kind::Common),
            Some(b'=') if self.relax(&EQUALS_CONTEXT, line.start, draft) => {
                return Ok(Kind::Common);
            }
            Some(_) => {}
        }
        let ignores: [&'static Leniency; 2] = [&COUNT_IGNORED, &COUNT_IGNORED_TO_HEADER];
        if let Some(leniency) = ignores.into_iter().find(|leniency| self.has(leniency)) {
            draft.relax(leniency, line.start);
            return Ok(Kind::End);
        }
        if self.has(&COUNT_SHORT_AT_HEADER) {
            let text = self.slice(line.text, line.end);
            if !line.is_ended && text.len() < b"diff --git ".len() {
                return Err(Stop::Incomplete);
            }
            if matches!(Shape::of(text), Some(Shape::Hunk | Shape::Git)) {
                draft.relax(&COUNT_SHORT_AT_HEADER, line.start);
                return Ok(Kind::End);
            }
        }
        if self.relax(&BODY_SKIPPED, line.start, draft) {
            return Ok(Kind::Skipped);
        }
        if self.relax(&BODY_ENDS, line.start, draft) {
            return Ok(Kind::End);
        }
        Err(draft.reject(&BODY_LINE, line.start))
    }

    fn empty_line(&self, line: &Line, body: &Body, draft: &mut Draft<'_>) -> Result<Kind, Stop> {
        if body.is_uncounted {
            return Ok(Kind::End);
        }
        if self.relax(&EMPTY_ACCEPTED, line.start, draft) {
            return Ok(Kind::Common);
        }
        if self.relax(&EMPTY_ENDS, line.start, draft) {
            return Ok(Kind::End);
        }
        Err(draft.reject(&EMPTY_CONTEXT, line.start))
    }

    /// Whether this is a line `---` before a line `+++`. Of an input that ends too early, it is none.
    fn is_header(&self, line: &Line) -> bool {
        let shape = |line: &Line| Shape::of(self.slice(line.text, line.end));
        let next = || self.look(line.next).filter(|_| line.is_ended);
        shape(line) == Some(Shape::Old)
            && next().is_some_and(|next| shape(&next) == Some(Shape::New))
    }

    /// What a line is that begins where the counts are reached.
    fn beyond(&self, line: &Line, body: &mut Body, draft: &mut Draft<'_>) -> Result<Kind, Stop> {
        let kind = match self.peek(line.text).filter(|_| line.text < line.end) {
            Some(b' ') => Kind::Common,
            Some(b'-') => Kind::Removed,
            Some(b'+') => Kind::Added,
            _ => return Ok(Kind::End),
        };
        if body.is_uncounted {
            return Ok(kind);
        }
        if self.has(&COUNT_IGNORED) {
            draft.relax(&COUNT_IGNORED, line.start);
            return Ok(kind);
        }
        if !self.has(&COUNT_IGNORED_TO_HEADER) || self.is_header(line) {
            return Ok(Kind::End);
        }
        draft.relax(&COUNT_IGNORED_TO_HEADER, line.start);
        Ok(kind)
    }

    /// Counts the line, which must not be one too many.
    fn count(
        &self,
        kind: Kind,
        line: &Line,
        body: &mut Body,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let left = body.left;
        let (old, new) = (kind != Kind::Added, kind != Kind::Removed);
        body.ends_file = (old && left.old <= 1) || (new && left.new <= 1);
        if (old && left.old == 0) || (new && left.new == 0) {
            let ignores: [&'static Leniency; 3] =
                [&COUNT_IGNORED, &COUNT_IGNORED_TO_HEADER, &COUNT_OVERRUN];
            match ignores.into_iter().find(|leniency| self.has(leniency)) {
                _ if body.is_uncounted => {}
                Some(leniency) => draft.relax(leniency, line.start),
                None => return Err(draft.reject(&HUNK_COUNT, line.start)),
            }
        }
        body.left = Counts {
            old: left.old.saturating_sub(u64::from(old)),
            new: left.new.saturating_sub(u64::from(new)),
        };
        Ok(())
    }

    /// The part of a line that is content, with its first character and its end.
    fn content(&self, line: &Line, draft: &mut Draft<'_>) {
        draft.part(label::SKIPPED, line.start, line.text);
        let mut end = line.end;
        let text = self.slice(line.text, line.end);
        if text.ends_with(b"\r")
            && line.is_ended
            && (self.relax(&BODY_CRLF, end - 1, draft)
                || self.is_mailbox && self.relax(&BODY_CRLF_MAIL, end - 1, draft))
        {
            end -= 1;
        }
        let text = self.slice(line.text, end);
        if self.has(&BODY_NUL)
            && let Some(nul) = memchr::memchr(0, text)
        {
            end = line.text + nul;
            draft.relax(&BODY_NUL, end);
        }
        if end == line.end {
            self.body_part(line.text, line.next, draft);
        } else {
            self.body_part(line.text, end, draft);
            draft.part(label::SKIPPED, end, line.next);
        }
    }

    fn body_part(&self, start: usize, end: usize, draft: &mut Draft<'_>) {
        draft.join(label::BODY, start, end);
    }

    /// The end of the input at `at`.
    fn end_of_input(
        &self,
        at: usize,
        head: usize,
        body: &Body,
        draft: &mut Draft<'_>,
    ) -> Result<Option<usize>, Stop> {
        if body.is_done() {
            return Ok(None);
        }
        let ignores: [&'static Leniency; 3] = [
            &COUNT_IGNORED,
            &COUNT_IGNORED_TO_HEADER,
            &COUNT_SHORT_AT_END,
        ];
        let Some(leniency) = ignores.into_iter().find(|leniency| self.has(leniency)) else {
            return Err(Stop::Incomplete);
        };
        draft.relax(leniency, at);
        draft.head(head, Framing::UntilClose);
        Ok(None)
    }

    /// A line that begins with a backslash.
    fn marker(
        &self,
        line: &Line,
        body: &mut Body,
        draft: &mut Draft<'_>,
    ) -> Result<Option<usize>, Stop> {
        let text = self.slice(line.text, line.end);
        // Of a line that is not whole, the marker as diff writes it may be accepted, and nothing said against it.
        if !line.is_ended && (text != MARKER || !self.has(&LAST_LINE_UNENDED)) {
            return Err(Stop::Incomplete);
        }
        let against = |rule, draft: &mut Draft<'_>| match line.is_ended {
            true => draft.reject(rule, line.start),
            false => Stop::Incomplete,
        };
        if text != MARKER {
            let long = text.len() >= 12 && text.starts_with(b"\\ ");
            let is_accepted = long && self.relax(&MARKER_LONG, line.start, draft)
                || self.relax(&MARKER_SHORT, line.start, draft);
            if !is_accepted {
                if body.is_done() && self.relax(&MARKER_AS_TEXT, line.start, draft) {
                    return Ok(None);
                }
                return Err(draft.reject(&MARKER_TEXT, line.start));
            }
        }
        if body.follows_marker {
            if self.relax(&MARKER_TWICE, line.start, draft) {
            } else if line.is_ended && body.is_done() && self.relax(&MARKER_REST, line.start, draft)
            {
                return Ok(None);
            } else {
                return Err(against(&MARKER_REPEATED, draft));
            }
        } else if !body.ends_file {
            if self.relax(&MARKER_ANYWHERE, line.start, draft) {
            } else if self.relax(&MARKER_SKIPPED, line.start, draft) {
                return self.marker_part(line, label::SKIPPED, draft);
            } else {
                return Err(against(&MARKER_PLACE, draft));
            }
        }
        body.follows_marker = true;
        self.marker_part(line, label::END_MARKER, draft)
    }

    fn marker_part(
        &self,
        line: &Line,
        label: u8,
        draft: &mut Draft<'_>,
    ) -> Result<Option<usize>, Stop> {
        if !line.is_ended {
            draft.relax(&LAST_LINE_UNENDED, line.end);
        }
        draft.part(label, line.start, line.next);
        Ok(Some(line.next))
    }

    /// Whether these last bytes of the input may be the beginning of what ends a line in this dialect.
    fn may_end(&self, text: &[u8]) -> bool {
        match text {
            b"\r" => self.has(&LINE_CR),
            [0xC2] | [0xE2] | [0xE2, 0x80] => self.has(&LINE_UNICODE),
            _ => false,
        }
    }

    /// How many columns the bytes from `start` up to `end` take.
    fn columns(&self, start: usize, end: usize) -> usize {
        let bytes = self.slice(start, end).iter();
        bytes.fold(0, |columns, byte| match byte {
            b'\t' => columns / 8 * 8 + 8,
            _ => columns + 1,
        })
    }

    /// The first byte of a line of a hunk after as much indentation as its header has.
    fn unindented(&self, line: &Line, indent: usize) -> usize {
        let (mut at, mut columns) = (line.start, 0);
        while columns < indent && at < line.end {
            match self.peek(at) {
                Some(b' ' | b'X') => columns += 1,
                Some(b'\t') => columns = columns / 8 * 8 + 8,
                _ => break,
            }
            at += 1;
        }
        at
    }
}
