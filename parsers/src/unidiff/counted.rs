//! The counted reading: a reader that trusts the counts of a hunk, as a library does that turns a patch
//! into a list of files. It walks over the lines with a cursor; whatever is no patch, it steps over.

mod binary;
mod hunk_header;
mod line;
mod names;

use self::line::{compares_folders, extended_header, opens_mail};
use super::leniencies::*;
use super::rules::*;
use super::{BINARY, MARKER, label, mode};
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet};
use crate::core::verdict::Framing;

/// Counts lines; skips what it does not know.
pub struct Counted;

static RELAXES: &[&Leniency] = &[
    &LAST_LINE_UNENDED,
    &BOM_TEXT,
    &MESSAGE_PATCH,
    &INDENTED_TEXT,
    &TEXT_ENDS_FILE,
    &HUNK_TEXT,
    &GIT_LINE_TEXT,
    &OLD_TEXT,
    &NEW_TEXT,
    &HEADER_TEXT,
    &HEADER_CRLF,
    &NAME_TO_TAB,
    &NAME_NEW,
    &NAME_ANYWHERE,
    &NAME_DOT_GIT,
    &NUMBER_PLUS,
    &SECTION_GLUED,
    &EMPTY_ACCEPTED,
];

impl Parser for Counted {
    fn name(&self) -> &str {
        "counted"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("counted", LeniencySet::of(RELAXES))
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let mut cursor = Cursor { input, at: 0 };
        let end = match cursor.find_patch(draft)? {
            Found::Whole => {
                draft.head(cursor.at, Framing::Delimited);
                cursor.at
            }
            Found::Data => cursor.at,
            Found::Hunk => cursor.hunk(draft)?,
        };
        Ok(Accepted {
            end,
            next: Next::Message,
        })
    }
}

enum Found {
    /// A header without hunks, which ends at the cursor.
    Whole,
    /// A header and binary data, which end at the cursor.
    Data,
    /// The header of a hunk, at the cursor.
    Hunk,
}

/// A place at the beginning of a line.
#[derive(Clone, Copy)]
struct Cursor<'i> {
    input: &'i [u8],
    at: usize,
}

impl<'i> Cursor<'i> {
    fn rest(&self) -> &'i [u8] {
        self.input.get(self.at..).unwrap_or(&[])
    }

    /// The line at the cursor, its LF left out, and whether it has one.
    fn line(&self) -> (&'i [u8], bool) {
        let rest = self.rest();
        match memchr::memchr(b'\n', rest) {
            Some(lf) => (rest.get(..lf).unwrap_or(rest), true),
            None => (rest, false),
        }
    }

    fn step(&mut self) {
        let (line, has_end) = self.line();
        self.at += line.len() + usize::from(has_end);
    }

    /// The line at the cursor; the cursor moves behind it. A line without an end is waited for.
    fn take_line(&mut self) -> Result<&'i [u8], Stop> {
        match self.line() {
            (line, true) => {
                self.at += line.len() + 1;
                Ok(line)
            }
            _ => Err(Stop::Incomplete),
        }
    }

    fn starts(&self, with: &[u8]) -> bool {
        self.rest().starts_with(with)
    }

    /// Whether a line begins `@@`, blanks, `-`.
    fn is_hunk(&self) -> bool {
        let after = self.rest().strip_prefix(b"@@").unwrap_or(&[]);
        let mut behind = after.iter().skip_while(|byte| matches!(byte, b' ' | b'\t'));
        behind.next() == Some(&b'-')
    }

    /// Whether the line looks like one of a patch.
    fn is_patch(&self) -> bool {
        let starts = [b"diff --git ".as_slice(), b"--- ", b"+++ "];
        starts.iter().any(|start| self.starts(start)) || self.is_hunk()
    }

    /// Like [`Cursor::is_patch`] and its kin, once the line is whole or what is there of it suffices.
    fn is_known(&self, is: bool) -> Result<bool, Stop> {
        match is || self.is_patch() || self.line().1 {
            true => Ok(is),
            false => Err(Stop::Incomplete),
        }
    }

    fn find_patch(&mut self, draft: &mut Draft<'_>) -> Result<Found, Stop> {
        let is_first = draft.state().mode == mode::START;
        if is_first {
            draft.state().mode = match opens_mail(self.line().0) {
                true => mode::MAILBOX,
                false => mode::PATCHES,
            };
        }
        let is_mailbox = draft.state().mode == mode::MAILBOX;
        if is_first && self.starts(b"\xEF\xBB\xBF") {
            draft.relax(&BOM_TEXT, 0);
        }
        if !is_first && self.is_hunk() {
            return Ok(Found::Hunk);
        }
        let (mut may_be_text, mut in_mail) = (is_first, false);
        while self.at < self.input.len() {
            if self.is_patch() {
                if in_mail {
                    draft.relax(&MESSAGE_PATCH, self.at);
                    in_mail = false;
                }
                if let Some(found) = self.header(draft)? {
                    return Ok(found);
                }
                may_be_text = true;
                continue;
            }
            let margin = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'X');
            let indent = self.rest().iter().take_while(margin).count();
            let mut inner = *self;
            inner.at += indent;
            if indent > 0 && inner.is_patch() {
                draft.relax(&INDENTED_TEXT, self.at);
                may_be_text = true;
            } else {
                let (line, has_end) = self.line();
                let opens_mail = is_mailbox && opens_mail(line);
                may_be_text |= opens_mail || line == b"-- ";
                let is_between = has_end && compares_folders(line);
                if !may_be_text && !is_between {
                    draft.relax(&TEXT_ENDS_FILE, self.at);
                    may_be_text = true;
                }
                in_mail = opens_mail || in_mail && line != b"---";
            }
            self.step();
        }
        Err(Stop::Nothing)
    }

    /// The header at the cursor; none when it is text after all, which the cursor is then behind.
    fn header(&mut self, draft: &mut Draft<'_>) -> Result<Option<Found>, Stop> {
        let start = self.at;
        let mut headed = false;
        let mut renames = false;
        if self.starts(b"diff --git ") {
            self.take_line()?;
            let git_end = self.at;
            loop {
                if self.at == self.input.len() && self.at > git_end {
                    return Ok(Some(extended(start, git_end, self.at, draft)));
                }
                if self.is_known(self.starts(b"--- "))? || self.is_hunk() {
                    break;
                }
                let (line, _) = self.line();
                let Some(moves) = extended_header(line) else {
                    if line == BINARY {
                        extended(start, git_end, self.at, draft);
                        self.binary(draft)?;
                        return Ok(Some(Found::Data));
                    }
                    break;
                };
                renames |= moves;
                self.take_line()?;
            }
            headed = self.at > git_end;
            if self.is_hunk() {
                draft.relax(&HUNK_TEXT, self.at);
                let end = self.at;
                self.step();
                if !headed {
                    return Ok(None);
                }
                let found = extended(start, git_end, end, draft);
                draft.part(label::TEXT, end, self.at);
                return Ok(Some(found));
            }
            if !self.starts(b"--- ") {
                if headed {
                    return Ok(Some(extended(start, git_end, self.at, draft)));
                }
                draft.relax(&GIT_LINE_TEXT, start);
                self.at = git_end;
                return Ok(None);
            }
            if headed {
                return self.two_lines(start, Some(git_end), renames, draft);
            }
        }
        if self.starts(b"--- ") {
            let git_end = (self.at > start).then_some(self.at);
            return self.two_lines(start, git_end.filter(|_| headed), renames, draft);
        }
        if self.starts(b"+++ ") {
            draft.relax(&NEW_TEXT, self.at);
        } else {
            draft.relax(&HUNK_TEXT, self.at);
        }
        self.step();
        Ok(None)
    }

    /// The lines `---` and `+++`, of which the first is at the cursor. The header begins at `start`; `git`
    /// is where its extended header lines begin, if there are any.
    fn two_lines(
        &mut self,
        start: usize,
        git: Option<usize>,
        renames: bool,
        draft: &mut Draft<'_>,
    ) -> Result<Option<Found>, Stop> {
        let old_at = self.at;
        let old = self.take_line()?;
        let new_at = self.at;
        if !self.is_known(self.starts(b"+++ "))? {
            draft.relax(&OLD_TEXT, old_at);
            return Ok(git.map(|git| {
                self.at = old_at;
                extended(start, git, old_at, draft)
            }));
        }
        let new = self.take_line()?;
        if !self.is_known(self.is_hunk())? {
            draft.relax(&HEADER_TEXT, self.at);
            return Ok(None);
        }
        let (old_start, old_end) = names::name(old, old_at, draft);
        let (new_start, new_end) = names::name(new, new_at, draft);
        let slice = |start, end| self.input.get(start..end).unwrap_or(&[]);
        let (old, new) = (slice(old_start, old_end), slice(new_start, new_end));
        let is_old = new == b"/dev/null";
        if !is_old && !renames && old != b"/dev/null" && !names::is_one_file(old, new) {
            draft.relax(&NAME_NEW, new_start);
        }
        draft.part(label::TEXT, 0, start);
        draft.part(label::EXTENDED, start, old_at);
        let (from, to) = match is_old {
            true => (old_start, old_end),
            false => (new_start, new_end),
        };
        names::cite_outside(slice(from, to), from, draft);
        if !is_old {
            draft.part(label::FILE_HEADER, old_at, new_at);
        }
        draft.part(
            label::FILE_HEADER,
            if is_old { old_at } else { new_at },
            from,
        );
        draft.part(label::NAME, from, to);
        draft.part(
            label::FILE_HEADER,
            to,
            if is_old { new_at } else { self.at },
        );
        if is_old {
            draft.part(label::FILE_HEADER, new_at, self.at);
        }
        Ok(Some(Found::Hunk))
    }

    /// The hunk whose header is at the cursor: where it ends.
    fn hunk(&mut self, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let head_at = self.at;
        let line = self.take_line()?;
        let (mut old, mut new) = hunk_header::counts(line, head_at, draft)?;
        draft.part(label::HUNK_HEADER, head_at, self.at);
        draft.head(self.at, Framing::Counted);
        // What the line before was: the last of a file, a marker.
        let (mut is_last, mut is_marker) = (false, false);
        loop {
            let at = self.at;
            let (line, has_end) = self.line();
            let first = line.first().copied();
            if first == Some(b'\\') {
                let rejected = match line {
                    MARKER if is_marker => Some(&MARKER_REPEATED),
                    MARKER if !is_last => Some(&MARKER_PLACE),
                    MARKER => None,
                    _ => Some(&MARKER_TEXT),
                };
                if !has_end && (line != MARKER || rejected.is_some()) {
                    return Err(Stop::Incomplete);
                }
                if let Some(rule) = rejected {
                    return Err(draft.reject(rule, at));
                }
                self.step();
                if !has_end {
                    draft.relax(&LAST_LINE_UNENDED, at + line.len());
                }
                draft.part(label::END_MARKER, at, self.at);
                is_marker = true;
                continue;
            }
            if old == 0 && new == 0 {
                return Ok(at);
            }
            let (in_old, in_new) = match first {
                None if !has_end => return Err(Stop::Incomplete),
                Some(b' ') => (1, 1),
                Some(b'-') => (1, 0),
                Some(b'+') => (0, 1),
                None => {
                    draft.relax(&EMPTY_ACCEPTED, at);
                    (1, 1)
                }
                Some(_) => return Err(draft.reject(&BODY_LINE, at)),
            };
            if !has_end {
                draft.relax(&LAST_LINE_UNENDED, at + line.len());
            }
            if in_old > old || in_new > new {
                return Err(draft.reject(&HUNK_COUNT, at));
            }
            (old, new) = (old - in_old, new - in_new);
            is_last = in_old == 1 && old == 0 || in_new == 1 && new == 0;
            is_marker = false;
            self.step();
            draft.join(label::BODY, at, self.at);
        }
    }
}

/// A header that has extended header lines alone: its parts.
fn extended(start: usize, git: usize, end: usize, draft: &mut Draft<'_>) -> Found {
    draft.part(label::TEXT, 0, start);
    draft.part(label::FILE_HEADER, start, git);
    draft.part(label::EXTENDED, git, end);
    Found::Whole
}
