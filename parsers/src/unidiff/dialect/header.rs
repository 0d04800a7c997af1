//! The header of a file: its two lines, and the extended header of git.

use super::super::leniencies::*;
use super::super::rules::*;
use super::super::{BINARY, label};
use super::name::Name;
use super::seek::Seek;
use super::{Line, Reader, Shape};
use crate::core::parser::{Draft, Stop};

/// What happened to lines that look like a header.
pub(super) enum Attempt {
    /// They are one, and the header of a hunk comes next.
    Hunk(Line),
    /// They are one that has no hunk and ends before this offset.
    Whole(usize),
    /// They are one with binary data; the two end before these offsets.
    Binary { head: usize, end: usize },
    /// All up to this offset is text.
    Text(usize),
}

/// A line `diff --git`, and what is known of the lines that follow it.
#[derive(Clone, Copy)]
pub(super) struct Git {
    line: Line,
    /// The byte after the last extended header line.
    end: usize,
    /// How many extended header lines there are.
    count: usize,
    /// They rename or copy, so that the two names differ.
    renames: bool,
}

impl Reader<'_> {
    /// The header that begins with the line `diff --git`.
    pub(super) fn git_header(
        &self,
        line: &Line,
        seek: &mut Seek,
        draft: &mut Draft<'_>,
    ) -> Result<Attempt, Stop> {
        if self.relax(&GIT_HEADER_TEXT, line.start, draft) {
            return Ok(Attempt::Text(line.next));
        }
        if !line.is_ended {
            return Err(Stop::Incomplete);
        }
        let mut git = Git {
            line: *line,
            end: line.next,
            count: 0,
            renames: false,
        };
        loop {
            if git.end == self.input.len() && git.count > 0 {
                self.extended_parts(&git, draft);
                return Ok(Attempt::Whole(git.end));
            }
            let (next, shape) = self.next_line(git.end, line, draft)?;
            match shape {
                Some(Shape::Old) => return self.old_line(&next, Some(git), seek, draft),
                Some(Shape::Hunk) => return self.git_hunk(&git, next, draft),
                _ => {}
            }
            let text = self.slice(next.start, next.end);
            let Some(renames) = extended_kind(text) else {
                if text == BINARY && !self.relax(&BINARY_TEXT, next.start, draft) {
                    self.accept(&next, draft);
                    self.extended_parts(&git, draft);
                    return self.binary(&next, draft);
                }
                break;
            };
            self.accept(&next, draft);
            git.renames |= renames;
            git.count += 1;
            git.end = next.next;
        }
        if git.count > 0 {
            self.extended_parts(&git, draft);
            return Ok(Attempt::Whole(git.end));
        }
        if self.relax(&GIT_LINE_TEXT, line.start, draft) {
            return Ok(Attempt::Text(line.next));
        }
        Err(draft.reject(&GIT_HEADER, line.start))
    }

    /// A hunk right after an extended header.
    fn git_hunk(&self, git: &Git, hunk: Line, draft: &mut Draft<'_>) -> Result<Attempt, Stop> {
        self.accept(&hunk, draft);
        if self.relax(&GIT_FILE, hunk.start, draft) {
            self.extended_parts(git, draft);
            return Ok(Attempt::Hunk(hunk));
        }
        if self.relax(&HUNK_ORPHAN, hunk.start, draft) {
            self.text_part(0, hunk.start, draft);
            return Ok(Attempt::Hunk(hunk));
        }
        if !self.relax(&HUNK_TEXT, hunk.start, draft) {
            return Err(draft.reject(&HUNK_WITHOUT_FILE, hunk.start));
        }
        if git.count == 0 {
            return Ok(Attempt::Text(hunk.next));
        }
        self.extended_parts(git, draft);
        self.text_part(hunk.start, hunk.next, draft);
        Ok(Attempt::Whole(hunk.next))
    }

    /// The parts of a message that has no other header than an extended one.
    fn extended_parts(&self, git: &Git, draft: &mut Draft<'_>) {
        self.text_part(0, git.line.start, draft);
        draft.part(label::FILE_HEADER, git.line.start, git.line.next);
        draft.part(label::EXTENDED, git.line.next, git.end);
    }

    /// The header whose first line is the line `---` of the old file.
    pub(super) fn old_line(
        &self,
        old: &Line,
        git: Option<Git>,
        seek: &mut Seek,
        draft: &mut Draft<'_>,
    ) -> Result<Attempt, Stop> {
        if !old.is_ended {
            return Err(Stop::Incomplete);
        }
        self.accept(old, draft);
        let (next, shape) = self.next_line(old.next, old, draft)?;
        if shape == Some(Shape::New) {
            return self.both_lines([*old, next], git, draft);
        }
        if let Some(git) = git.filter(|_| self.has(&GIT_OLD_ALONE)) {
            draft.relax(&GIT_OLD_ALONE, old.start);
            let (end, hunk) = self.more_lines(old, old, draft)?;
            self.extended_parts(&Git { end, ..git }, draft);
            return Ok(hunk.map_or(Attempt::Whole(end), Attempt::Hunk));
        }
        let text = match git.filter(|git| git.count > 0) {
            Some(git) => Attempt::Whole(git.end),
            None => Attempt::Text(old.next),
        };
        if self.relax(&HEADER_GAP, old.start, draft) {
            seek.old = Some(*old);
        } else if shape == Some(Shape::Hunk) && self.relax(&OLD_ALONE, old.start, draft) {
            self.one_line(old, git, draft)?;
            return Ok(Attempt::Hunk(next));
        } else if !self.relax(&OLD_TEXT, old.start, draft) {
            return Err(draft.reject(&OLD_WITHOUT_NEW, old.start));
        }
        if let (Attempt::Whole(_), Some(git)) = (&text, &git) {
            self.extended_parts(git, draft);
        }
        Ok(text)
    }

    /// A line `+++` that follows no line `---`.
    pub(super) fn new_line(
        &self,
        new: &Line,
        seek: &mut Seek,
        draft: &mut Draft<'_>,
    ) -> Result<Attempt, Stop> {
        if let Some(old) = seek.old.take() {
            return self.both_lines([old, *new], None, draft);
        }
        if !self.any(&[&HEADER_SWAPPED, &NEW_ALONE]) {
            if self.relax(&NEW_TEXT, new.start, draft) {
                return Ok(Attempt::Text(new.next));
            }
            return Err(draft.reject(&NEW_WITHOUT_OLD, new.start));
        }
        // What the next line has to say is not waited for where the line may be text.
        let next = match new.is_ended {
            true => self.next_line(new.next, new, draft),
            false => Err(Stop::Incomplete),
        };
        let (next, shape) = match next {
            Err(Stop::Incomplete) if self.relax(&NEW_TEXT, new.start, draft) => {
                return Ok(Attempt::Text(new.next));
            }
            next => next?,
        };
        if shape == Some(Shape::Old) && self.has(&HEADER_SWAPPED) {
            if !next.is_ended {
                return Err(Stop::Incomplete);
            }
            draft.relax(&HEADER_SWAPPED, new.start);
            return self.both_lines([*new, next], None, draft);
        }
        if shape == Some(Shape::Hunk) && self.relax(&NEW_ALONE, new.start, draft) {
            self.one_line(new, None, draft)?;
            return Ok(Attempt::Hunk(next));
        }
        if self.relax(&NEW_TEXT, new.start, draft) {
            return Ok(Attempt::Text(new.next));
        }
        Err(draft.reject(&NEW_WITHOUT_OLD, new.start))
    }

    /// Both lines of a header, in the order in which they stand, and what has to follow them.
    fn both_lines(
        &self,
        lines: [Line; 2],
        git: Option<Git>,
        draft: &mut Draft<'_>,
    ) -> Result<Attempt, Stop> {
        let [first, last] = lines;
        self.accept(&first, draft);
        self.accept(&last, draft);
        if !last.is_ended {
            return Err(Stop::Incomplete);
        }
        if let Some(git) = git.filter(|_| self.has(&GIT_GOES_ON)) {
            return self.onward(lines, &git, draft);
        }
        let (mut next, mut shape) = self.next_line(last.next, &first, draft)?;
        if shape != Some(Shape::Hunk) {
            if self.relax(&HUNK_GAP, next.start, draft) {
                while shape.is_none() {
                    self.accept(&next, draft);
                    if next.next == self.input.len() {
                        return Ok(Attempt::Text(next.next));
                    }
                    (next, shape) = self.next_line(next.next, &first, draft)?;
                }
                if shape != Some(Shape::Hunk) {
                    return Ok(Attempt::Text(next.start));
                }
            } else if self.relax(&HEADER_TEXT, next.start, draft) {
                return Ok(Attempt::Text(next.start));
            } else {
                return Err(draft.reject(&HEADER_WITHOUT_HUNK, next.start));
            }
        }
        self.two_parts(lines, git, draft)?;
        self.text_part(last.next, next.start, draft);
        Ok(Attempt::Hunk(next))
    }

    /// What follows both lines of a header of git: more lines of one, and a hunk or not.
    fn onward(&self, lines: [Line; 2], git: &Git, draft: &mut Draft<'_>) -> Result<Attempt, Stop> {
        let [first, last] = lines;
        if last.next == self.input.len() {
            draft.relax(&GIT_GOES_ON, last.next);
        } else {
            let (next, shape) = self.next_line(last.next, &first, draft)?;
            if shape != Some(Shape::Hunk) {
                draft.relax(&GIT_GOES_ON, next.start);
            }
        }
        let (end, hunk) = self.more_lines(&last, &first, draft)?;
        self.two_parts(lines, Some(*git), draft)?;
        draft.part(label::EXTENDED, last.next, end);
        Ok(hunk.map_or(Attempt::Whole(end), Attempt::Hunk))
    }

    /// The end of the lines of a header of git that follow `last`, and the header of a hunk right behind them.
    fn more_lines(
        &self,
        last: &Line,
        first: &Line,
        draft: &mut Draft<'_>,
    ) -> Result<(usize, Option<Line>), Stop> {
        let mut end = last.next;
        while end < self.input.len() {
            let (next, shape) = self.next_line(end, first, draft)?;
            if shape == Some(Shape::Hunk) {
                return Ok((end, Some(next)));
            }
            let text = self.slice(next.start, next.end);
            if !matches!(shape, Some(Shape::Old | Shape::New)) && extended_kind(text).is_none() {
                break;
            }
            if !next.is_ended {
                return Err(Stop::Incomplete);
            }
            self.accept(&next, draft);
            end = next.next;
        }
        Ok((end, None))
    }

    /// The parts up to the end of the two lines of a header.
    fn two_parts(
        &self,
        lines: [Line; 2],
        git: Option<Git>,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let [first, last] = lines;
        let names = [self.name(&first, draft)?, self.name(&last, draft)?];
        let renames = git.is_some_and(|git| git.renames);
        let target = self.target(&names, renames, draft)?;
        self.in_tree(&target, draft)?;
        self.before_header(first.start, git, draft);
        for (line, name) in [(first, 0), (last, 1)] {
            let name = names.get(name).filter(|name| **name == target);
            self.header_part(&line, name, draft);
            if line.start == first.start {
                self.text_part(first.next, last.start, draft);
            }
        }
        Ok(())
    }

    /// A header of one line, right before a hunk.
    fn one_line(&self, line: &Line, git: Option<Git>, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let name = self.name(line, draft)?;
        self.in_tree(&name, draft)?;
        self.before_header(line.start, git, draft);
        self.header_part(line, Some(&name), draft);
        Ok(())
    }

    /// The parts before the first line of a header.
    fn before_header(&self, start: usize, git: Option<Git>, draft: &mut Draft<'_>) {
        let text_end = git.map_or(start, |git| git.line.start);
        self.text_part(0, text_end, draft);
        draft.part(label::EXTENDED, text_end, start);
    }

    /// The parts of a line of a header, with the name of what is patched if that stands on it.
    pub(super) fn header_part(&self, line: &Line, name: Option<&Name>, draft: &mut Draft<'_>) {
        match name {
            None => draft.part(label::FILE_HEADER, line.start, line.next),
            Some(name) => {
                draft.part(label::FILE_HEADER, line.start, name.start);
                draft.part(label::NAME, name.start, name.end);
                draft.part(label::FILE_HEADER, name.end, line.next);
            }
        }
    }

    pub(super) fn text_part(&self, start: usize, end: usize, draft: &mut Draft<'_>) {
        draft.part(label::TEXT, start, end);
    }
}

/// Whether a line, given without its end, is an extended header line of git, and if so whether it
/// renames or copies a file.
fn extended_kind(line: &[u8]) -> Option<bool> {
    const PLAIN: &[&[u8]] = &[
        b"old mode ",
        b"new mode ",
        b"deleted file mode ",
        b"new file mode ",
        b"similarity index ",
        b"dissimilarity index ",
        b"index ",
        b"Binary files ",
    ];
    const MOVES: &[&[u8]] = &[b"copy from ", b"copy to ", b"rename from ", b"rename to "];
    let is_one_of = |list: &[&[u8]]| list.iter().any(|start| line.starts_with(start));
    match (is_one_of(PLAIN), is_one_of(MOVES)) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        _ => None,
    }
}
