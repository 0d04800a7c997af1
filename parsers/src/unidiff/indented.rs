//! The indented reading: a reader that looks for a patch in any text, as patch programs do that are fed
//! with mail: behind indentation, with what it has seen of a header in mind whatever text comes between.
//! It goes through the text once, and is driven by what each line is without its indentation.

mod binary;
mod hunk;

use super::leniencies::*;
use super::rules::NAME_IN_TREE;
use super::{label, mode};
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet};
use crate::core::verdict::Framing;

/// Finds patches behind indentation and between lines of text.
pub(crate) struct Indented;

static RELAXES: &[&Leniency] = &[
    &BOM_TEXT,
    &MESSAGE_PATCH,
    &INDENTED_SPACES,
    &INDENTED_TABS,
    &INDENTED_X,
    &TEXT_ENDS_FILE,
    &HUNK_TEXT,
    &GIT_LINE_TEXT,
    &BINARY_ENDS,
    &HEADER_GAP,
    &NEW_TEXT,
    &HUNK_GAP,
    &HEADER_CRLF,
    &NAME_TO_TAB,
    &NAME_OLD,
    &NAME_DOT_GIT,
    &HUNK_UNCLOSED,
    &SECTION_GLUED,
    &COUNT_SHORT_AT_END,
    &TAB_CONTEXT,
    &EQUALS_CONTEXT,
    &EMPTY_ACCEPTED,
    &MARKER_AS_TEXT,
];

impl Parser for Indented {
    fn name(&self) -> &str {
        "indented"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("indented", LeniencySet::of(RELAXES))
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let scan = Scan { input };
        let end = match scan.text(draft)? {
            Header::Ends(end) => {
                draft.head(end, Framing::Delimited);
                end
            }
            Header::Data(end) => end,
            Header::Hunk(row) => scan.hunk(row, draft)?,
            Header::Text(_) => return Err(Stop::Nothing),
        };
        Ok(Accepted {
            end,
            next: Next::Message,
        })
    }
}

/// What lines that look like a header lead to.
enum Header {
    Hunk(Row),
    /// A header without hunks ends before this offset.
    Ends(usize),
    /// Binary data end before this offset.
    Data(usize),
    /// Text, up to this offset.
    Text(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    Git,
    Old,
    New,
    Hunk,
    Other,
}

/// A line: where it starts, its first byte behind the indentation, its last, and the next line.
#[derive(Clone, Copy)]
struct Row {
    start: usize,
    text: usize,
    end: usize,
    next: usize,
    looks: Looks,
}

impl Row {
    fn is_whole(&self) -> bool {
        self.next > self.end
    }

    fn is_indented(&self) -> bool {
        self.text > self.start
    }
}

fn looks(text: &[u8]) -> Looks {
    if text.starts_with(b"--- ") {
        Looks::Old
    } else if text.starts_with(b"+++ ") {
        Looks::New
    } else if text.starts_with(b"diff --git ") {
        Looks::Git
    } else if text.starts_with(b"@@") {
        let byte = text.iter().skip(2).find(|byte| !b" \t".contains(byte));
        if byte == Some(&b'-') {
            Looks::Hunk
        } else {
            Looks::Other
        }
    } else {
        Looks::Other
    }
}

#[derive(Clone, Copy)]
struct Scan<'i> {
    input: &'i [u8],
}

impl<'i> Scan<'i> {
    fn bytes(&self, start: usize, end: usize) -> &'i [u8] {
        self.input.get(start..end).unwrap_or(&[])
    }

    /// The line at `at`; none at the end of the input. Its indentation is separated from it only where
    /// something of a patch stands behind it.
    fn row(&self, at: usize) -> Option<Row> {
        let rest = self.input.get(at..).filter(|rest| !rest.is_empty())?;
        let lf = memchr::memchr(b'\n', rest);
        let end = at + lf.unwrap_or(rest.len());
        let mut row = Row {
            start: at,
            text: at,
            end,
            next: end + usize::from(lf.is_some()),
            looks: looks(self.bytes(at, end)),
        };
        if row.looks == Looks::Other {
            let is_other = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'X');
            let text = self.bytes(at, end);
            let indent = text.iter().position(is_other).unwrap_or(text.len());
            row.looks = looks(text.get(indent..).unwrap_or(&[]));
            if row.looks != Looks::Other {
                row.text += indent;
            }
        }
        Some(row)
    }

    /// The line at `at` of the header that begins with `first`: indented only if that is.
    fn header_row(&self, at: usize, first: &Row, draft: &mut Draft<'_>) -> Result<Row, Stop> {
        let mut row = self.row(at).ok_or(Stop::Incomplete)?;
        if row.is_indented() && !first.is_indented() {
            (row.text, row.looks) = (row.start, Looks::Other);
        }
        if row.looks == Looks::Other && !row.is_whole() {
            return Err(Stop::Incomplete);
        }
        self.cite_indentation(&row, first.start, draft);
        Ok(row)
    }

    /// Cites the indentation of the line at `at`.
    fn cite_indentation(&self, row: &Row, at: usize, draft: &mut Draft<'_>) {
        let indentation = self.bytes(row.start, row.text);
        for (byte, leniency) in [
            (b' ', &INDENTED_SPACES),
            (b'\t', &INDENTED_TABS),
            (b'X', &INDENTED_X),
        ] {
            if indentation.contains(&byte) {
                draft.relax(leniency, at);
            }
        }
    }

    /// Goes through text up to the header of a hunk.
    fn text(&self, draft: &mut Draft<'_>) -> Result<Header, Stop> {
        let front = draft.state().mode == mode::START;
        if front {
            let first = self.row(0).map(|row| self.bytes(row.start, row.end));
            draft.state().mode = match first {
                Some(first) if begins_mail(first) => mode::MAILBOX,
                _ => mode::PATCHES,
            };
        }
        let is_mailbox = draft.state().mode == mode::MAILBOX;
        if front && self.input.starts_with(b"\xEF\xBB\xBF") {
            draft.relax(&BOM_TEXT, 0);
        }
        let (mut text, mut mail, mut old) = (front, false, None);
        let mut at = 0;
        while let Some(row) = self.row(at) {
            at = row.next;
            if row.looks == Looks::Other {
                let line = self.bytes(row.start, row.end);
                let begins_mail = is_mailbox && begins_mail(line);
                text = text || begins_mail || line == b"-- ";
                if !(text || row.is_whole() && is_of_folders(line)) {
                    draft.relax(&TEXT_ENDS_FILE, row.start);
                    text = true;
                }
                mail = begins_mail || mail && line != b"---";
                continue;
            }
            self.cite_indentation(&row, row.start, draft);
            if mail {
                draft.relax(&MESSAGE_PATCH, row.start);
                mail = false;
            }
            let header = match row.looks {
                Looks::Git => self.git(&row, &mut old, draft)?,
                Looks::Old => self.old(&row, None, &mut old, draft)?,
                Looks::New => match old.take() {
                    Some(old) => self.both(old, row, None, draft)?,
                    None => {
                        draft.relax(&NEW_TEXT, row.start);
                        Header::Text(row.next)
                    }
                },
                _ if row.start == 0 && !front => Header::Hunk(row),
                _ => {
                    draft.relax(&HUNK_TEXT, row.start);
                    Header::Text(row.next)
                }
            };
            match header {
                Header::Text(next) => at = next,
                found => return Ok(found),
            }
            text = true;
        }
        Err(Stop::Nothing)
    }

    fn git(
        &self,
        row: &Row,
        waiting: &mut Option<Row>,
        draft: &mut Draft<'_>,
    ) -> Result<Header, Stop> {
        if !row.is_whole() {
            return Err(Stop::Incomplete);
        }
        let mut git = Git {
            row: *row,
            end: row.next,
            renames: false,
        };
        loop {
            if git.has_lines() && git.end == self.input.len() {
                return Ok(git.alone(draft));
            }
            let next = self.header_row(git.end, row, draft)?;
            match next.looks {
                Looks::Old => return self.old(&next, Some(git), waiting, draft),
                Looks::Hunk => {
                    draft.relax(&HUNK_TEXT, next.start);
                    if !git.has_lines() {
                        return Ok(Header::Text(next.next));
                    }
                    git.alone(draft);
                    draft.part(label::TEXT, next.start, next.next);
                    return Ok(Header::Ends(next.next));
                }
                _ => {}
            }
            let text = self.bytes(next.start, next.end);
            if text == b"GIT binary patch" {
                git.alone(draft);
                return self.binary(&next, draft).map(Header::Data);
            }
            match extended(text) {
                Some(renames) => git.renames |= renames,
                None if git.has_lines() => return Ok(git.alone(draft)),
                None => {
                    draft.relax(&GIT_LINE_TEXT, row.start);
                    return Ok(Header::Text(row.next));
                }
            }
            git.end = next.next;
        }
    }

    fn old(
        &self,
        old: &Row,
        git: Option<Git>,
        waiting: &mut Option<Row>,
        draft: &mut Draft<'_>,
    ) -> Result<Header, Stop> {
        if !old.is_whole() {
            return Err(Stop::Incomplete);
        }
        let next = self.header_row(old.next, old, draft)?;
        if next.looks == Looks::New {
            return self.both(*old, next, git, draft);
        }
        draft.relax(&HEADER_GAP, old.start);
        *waiting = Some(*old);
        Ok(match git.filter(Git::has_lines) {
            Some(git) => git.alone(draft),
            None => Header::Text(old.next),
        })
    }

    fn both(
        &self,
        old: Row,
        new: Row,
        git: Option<Git>,
        draft: &mut Draft<'_>,
    ) -> Result<Header, Stop> {
        if !new.is_whole() {
            return Err(Stop::Incomplete);
        }
        let mut row = self.header_row(new.next, &old, draft)?;
        if row.looks != Looks::Hunk {
            draft.relax(&HUNK_GAP, row.start);
        }
        while row.looks == Looks::Other {
            if row.next == self.input.len() {
                return Ok(Header::Text(row.next));
            }
            row = self.header_row(row.next, &old, draft)?;
        }
        if row.looks != Looks::Hunk {
            return Ok(Header::Text(row.start));
        }
        let (old_name, new_name) = (self.name(&old, draft), self.name(&new, draft));
        let text = |name: (usize, usize)| self.bytes(name.0, name.1);
        let renames = git.is_some_and(|git| git.renames);
        let is_one = renames || text(old_name) == b"/dev/null" || {
            let (old, new) = (text(old_name), text(new_name));
            old == new || below(old).is_some() && below(old) == below(new)
        };
        let takes_old = text(new_name) == b"/dev/null" || !is_one;
        if !is_one && text(new_name) != b"/dev/null" {
            draft.relax(&NAME_OLD, new_name.0);
        }
        self.guard(if takes_old { old_name } else { new_name }, draft)?;
        let start = git.map_or(old.start, |git| git.row.start);
        draft.part(label::TEXT, 0, start);
        draft.part(label::EXTENDED, start, old.start);
        for (row, name, is_target) in [(old, old_name, takes_old), (new, new_name, !takes_old)] {
            let (from, to) = if is_target {
                name
            } else {
                (row.next, row.next)
            };
            draft.part(label::FILE_HEADER, row.start, from);
            draft.part(label::NAME, from, to);
            draft.part(label::FILE_HEADER, to, row.next);
            if row.start == old.start {
                draft.part(label::TEXT, old.next, new.start);
            }
        }
        draft.part(label::TEXT, new.next, row.start);
        Ok(Header::Hunk(row))
    }

    /// No name leads out of the tree; what git keeps for itself is a file like others.
    fn guard(&self, (start, end): (usize, usize), draft: &mut Draft<'_>) -> Result<(), Stop> {
        let quoted = self.bytes(start, end);
        let name = quoted.strip_prefix(b"\"").unwrap_or(quoted);
        let name = name.strip_suffix(b"\"").unwrap_or(name);
        let mut is_git = false;
        for (nth, part) in name.split(|byte| *byte == b'/').enumerate() {
            let is_root = nth == 0 && part.is_empty() && !name.is_empty();
            if is_root || part == b".." {
                return Err(draft.reject(&NAME_IN_TREE, start));
            }
            is_git |= part.eq_ignore_ascii_case(b".git");
        }
        if is_git {
            draft.relax(&NAME_DOT_GIT, start);
        }
        Ok(())
    }

    /// Where the name on a line of a header begins and ends.
    fn name(&self, row: &Row, draft: &mut Draft<'_>) -> (usize, usize) {
        let (start, mut end) = (row.text + 4, row.end);
        if self.bytes(start, end).last() == Some(&b'\r') {
            end -= 1;
            draft.relax(&HEADER_CRLF, end);
        }
        let text = self.bytes(start, end);
        if let Some(tab) = text.iter().position(|byte| *byte == b'\t') {
            return (start, start + tab);
        }
        let blank = text.iter().position(|byte| *byte == b' ');
        if let Some(blank) = blank.filter(|_| !text.starts_with(b"\"")) {
            draft.relax(&NAME_TO_TAB, start + blank);
        }
        (start, end)
    }
}

#[derive(Clone, Copy)]
struct Git {
    row: Row,
    /// Where its extended header lines end.
    end: usize,
    renames: bool,
}

impl Git {
    fn has_lines(&self) -> bool {
        self.end > self.row.next
    }

    /// A message of its own.
    fn alone(&self, draft: &mut Draft<'_>) -> Header {
        draft.part(label::TEXT, 0, self.row.start);
        draft.part(label::FILE_HEADER, self.row.start, self.row.next);
        draft.part(label::EXTENDED, self.row.next, self.end);
        Header::Ends(self.end)
    }
}

/// Whether the line says which files or folders are compared next, or that there is nothing to compare one with.
fn is_of_folders(line: &[u8]) -> bool {
    // What begins the line, what comes later in it, and whether that ends it.
    const LINES: [(&[u8], &[u8], bool); 4] = [
        (b"Only in ", b": ", false),
        (b"File ", b" while file ", false),
        (b"Common subdirectories: ", b" and ", false),
        (b"Binary files ", b" differ", true),
    ];
    if let Some(options) = line.strip_prefix(b"diff -") {
        let of_git = ["-git", "-cc", "-combined"].map(str::as_bytes);
        return of_git
            .into_iter()
            .all(|option| !options.starts_with(option));
    }
    LINES.iter().any(|(start, word, is_last)| {
        let rest = line.strip_prefix(*start).unwrap_or(&[]);
        let mut places = memchr::memmem::find_iter(rest, word);
        places.any(|at| !is_last || at + word.len() == rest.len())
    })
}

fn begins_mail(line: &[u8]) -> bool {
    let colons = line.iter().skip(5).filter(|byte| **byte == b':').count();
    let digits = line
        .iter()
        .skip(5)
        .rev()
        .take_while(|byte| byte.is_ascii_digit());
    line.starts_with(b"From ") && colons > 1 && digits.count() >= 4
}

/// Whether an extended header line renames or copies; none for another line.
fn extended(line: &[u8]) -> Option<bool> {
    const LINES: [(&str, bool); 12] = [
        ("index ", false),
        ("new file mode ", false),
        ("deleted file mode ", false),
        ("rename from ", true),
        ("rename to ", true),
        ("copy from ", true),
        ("copy to ", true),
        ("old mode ", false),
        ("new mode ", false),
        ("similarity index ", false),
        ("dissimilarity index ", false),
        ("Binary files ", false),
    ];
    let mut lines = LINES.iter();
    let found = lines.find(|(start, _)| line.starts_with(start.as_bytes()));
    found.map(|(_, renames)| *renames)
}

/// A name without its first directory.
fn below(name: &[u8]) -> Option<&[u8]> {
    let mut parts = name.splitn(2, |byte| *byte == b'/');
    parts.nth(1)
}
