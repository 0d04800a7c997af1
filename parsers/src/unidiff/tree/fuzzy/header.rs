//! The header of a file, which GNU patch gathers from whatever lines look like one of it, up to a hunk or to the next
//! header of git.

use super::command::Commands;
use super::names::{self, Named, is_space, trim_start};
use super::older;
use super::text::{Text, Trim};

/// How sure a header is that a file is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Absent {
    #[default]
    No,
    /// The file is empty, or not there.
    Empty,
    Yes,
}

/// What follows a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Hunks, or nothing behind lines of git.
    Unified,
    /// Binary data of git, which it cannot apply.
    Binary,
    /// Commands for ed.
    Script,
    /// Hunks of a context diff.
    Context,
    /// Hunks of a normal diff.
    Normal,
    /// A hunk at which it gives up before it chooses a file.
    Malformed,
}

/// The names in a header: of the old file, of the new one, and on a line `Index:`.
pub(super) const OLD: usize = 0;
pub(super) const NEW: usize = 1;
pub(super) const INDEX: usize = 2;

/// A date behind a name.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Date {
    #[default]
    None,
    /// At the beginning of time, which says that there is no file.
    Epoch,
    Other,
}

/// What the header of a file says: each pair is of the old file and of the new one.
#[derive(Default)]
pub(super) struct Header {
    pub names: [Option<Vec<u8>>; 3],
    pub absent: [Absent; 2],
    pub modes: [u32; 2],
    pub is_git: bool,
    /// What its lines, and those of its hunks, lose.
    pub trim: Trim,
    renames: [bool; 2],
    copies: [bool; 2],
    dates: [Date; 2],
    /// Whether a line of git said more than the names.
    is_extended: bool,
    /// Whether any line names a file.
    is_headed: bool,
}

impl Header {
    /// The next header, and what follows it from where the text stands then; none where there is none.
    pub(super) fn next(text: &mut Text<'_>) -> Option<(Self, Kind)> {
        let mut header = Self::default();
        let mut commands = Commands::default();
        let mut after_stars = None;
        let mut last = text.at;
        loop {
            let at = text.at;
            let Some(line) = text.line(Trim::default()) else {
                let kind = match commands.letter {
                    Some(_) => {
                        text.at = commands.first.unwrap_or(at);
                        Kind::Script
                    }
                    None => {
                        text.at = at;
                        Kind::Unified
                    }
                };
                let is_any = header.is_extended || kind == Kind::Script;
                return is_any.then_some((header, kind));
            };
            // To who goes by strings, a NUL ends a line.
            let line = line.split(|byte| *byte == 0).next().unwrap_or(&[]);
            let (indent, inner) = indented(line);
            let was_command = commands.is_command;
            if commands.take(at, inner, header.is_headed) {
                (header.trim.indent, header.trim.drops_cr) = (indent, line.ends_with(b"\r\n"));
            }
            if let Some(kind) = header.take(inner, line, after_stars.is_some()) {
                text.at = at;
                return Some((header, kind));
            }
            let stars = inner.starts_with(b"********").then_some(indent);
            if header.is_headed {
                if commands.first.is_some() && inner == b".\n" {
                    text.at = commands.first.unwrap_or(at);
                    return Some((header, Kind::Script));
                }
                if let Some(ranges) = inner.strip_prefix(b"@@ -") {
                    header.take_hunk(ranges);
                    header.trim.indent = indent;
                    text.at = at;
                    return Some((header, Kind::Unified));
                }
                if let Some(ranges) = inner.strip_prefix(b"*** ")
                    && after_stars == Some(indent)
                {
                    header.trim.indent = indent;
                    header.trim.drops_cr = line.ends_with(b"\r\n");
                    text.at = last;
                    let kind = header.take_context(ranges, text);
                    return Some((header, kind));
                }
                if was_command && (inner.starts_with(b"< ") || inner.starts_with(b"> ")) {
                    header.trim.indent = indent;
                    text.at = last;
                    return Some((header, Kind::Normal));
                }
            }
            last = at;
            after_stars = stars;
        }
    }

    /// Takes a line, given also with its indentation; what follows the header, if that ends there.
    fn take(&mut self, inner: &[u8], line: &[u8], after_stars: bool) -> Option<Kind> {
        let after = |start: &[u8]| inner.strip_prefix(start);
        let drops_cr = line.ends_with(b"\r\n");
        if let Some(rest) = after(b"*** ").filter(|_| !after_stars) {
            self.name(OLD, rest);
        } else if let Some(rest) = after(b"+++ ") {
            // The two change places at the hunk.
            self.name(OLD, rest);
            self.trim.drops_cr = drops_cr;
        } else if let Some(rest) = after(b"Index:") {
            if let Some(name) = names::on_index(rest) {
                self.put(INDEX, Some(name));
            }
            self.is_headed = true;
            self.trim.drops_cr = drops_cr;
        } else if let Some(rest) = after(b"diff --git ") {
            if self.is_extended {
                return Some(Kind::Unified);
            }
            let [old, new] = names::two(rest).map_or([None, None], |both| both.map(Some));
            self.put(OLD, old);
            self.put(NEW, new);
            (self.is_git, self.is_headed) = (true, true);
        } else if self.is_git && after(b"GIT binary patch").is_some() {
            return Some(Kind::Binary);
        } else if !self.is_git || !self.take_extended(inner) {
            self.take_old(inner, drops_cr);
        }
        None
    }

    /// A line `---`, which may be in a message in a message.
    fn take_old(&mut self, inner: &[u8], drops_cr: bool) {
        let (mut rest, mut nesting) = (inner, 0);
        while let Some(more) = rest.strip_prefix(b"- ") {
            (rest, nesting) = (more, nesting + 1);
        }
        let Some(rest) = rest.strip_prefix(b"--- ") else {
            return;
        };
        let before = self.date(NEW);
        self.name(NEW, rest);
        match self.date(NEW) {
            Date::None => self.set_date(NEW, before),
            _ => self.trim.nesting = nesting,
        }
        self.trim.drops_cr = drops_cr;
    }

    fn put(&mut self, which: usize, name: Option<Vec<u8>>) {
        if let Some(place) = self.names.get_mut(which) {
            *place = name;
        }
    }

    fn date(&self, which: usize) -> Date {
        self.dates.get(which).copied().unwrap_or_default()
    }

    fn set_date(&mut self, which: usize, date: Date) {
        if let Some(place) = self.dates.get_mut(which) {
            *place = date;
        }
    }

    fn name(&mut self, which: usize, rest: &[u8]) {
        self.is_headed = true;
        match names::on_line(rest) {
            Named::Nothing if which == NEW => self.set_date(which, Date::None),
            Named::Nothing => {}
            Named::Null => self.set_date(which, Date::Epoch),
            Named::Name(name, date) => {
                self.put(which, Some(name));
                self.set_date(
                    which,
                    match date {
                        None => Date::None,
                        Some(true) => Date::Epoch,
                        Some(false) => Date::Other,
                    },
                );
            }
        }
    }

    /// Takes an extended header line of git: whether it is one.
    fn take_extended(&mut self, line: &[u8]) -> bool {
        let after = |start: &[u8]| line.strip_prefix(start);
        let [old_mode, new_mode] = &mut self.modes;
        let [old_absent, new_absent] = &mut self.absent;
        if let Some(rest) = after(b"index ") {
            self.is_extended |= self.take_index(rest);
            return true;
        } else if let Some(rest) = after(b"old mode ") {
            *old_mode = mode(rest);
        } else if let Some(rest) = after(b"new mode ") {
            *new_mode = mode(rest);
        } else if let Some(rest) = after(b"deleted file mode ") {
            (*old_mode, *new_absent) = (mode(rest), Absent::Yes);
        } else if let Some(rest) = after(b"new file mode ") {
            (*new_mode, *old_absent) = (mode(rest), Absent::Yes);
        } else if after(b"rename from ").is_some() {
            self.renames[OLD] = true;
        } else if after(b"rename to ").is_some() {
            self.renames[NEW] = true;
        } else if after(b"copy from ").is_some() {
            self.copies[OLD] = true;
        } else if after(b"copy to ").is_some() {
            self.copies[NEW] = true;
        } else {
            return false;
        }
        self.is_extended = true;
        true
    }

    /// `OLD..NEW MODE`, the names of both contents: whether it is that.
    fn take_index(&mut self, rest: &[u8]) -> bool {
        const EMPTY: &[u8] = b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        let digits = |text: &[u8]| {
            let is_digit = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
            text.iter().take_while(is_digit).count()
        };
        let (old, rest) = rest.split_at(digits(rest));
        let Some(rest) = rest.strip_prefix(b"..") else {
            return false;
        };
        let (new, rest) = rest.split_at(digits(rest));
        let ends = rest.first().is_none_or(|byte| is_space(*byte));
        if old.is_empty() || new.is_empty() || !ends {
            return false;
        }
        self.absent = [old, new].map(|name| match name {
            name if name.iter().all(|digit| *digit == b'0') => Absent::Yes,
            name if EMPTY.starts_with(name) => Absent::Empty,
            _ => Absent::No,
        });
        let rest = trim_start(rest);
        if !rest.is_empty() {
            self.modes = [mode(rest); 2];
        }
        true
    }

    /// The ranges of the first hunk, at which the names change places.
    fn take_hunk(&mut self, ranges: &[u8]) {
        self.names.swap(OLD, NEW);
        self.dates.swap(OLD, NEW);
        let mut words = ranges.splitn(2, |byte| matches!(byte, b' ' | b'\n'));
        let old = words.next().unwrap_or(&[]);
        let new = words.next().unwrap_or(&[]);
        let spaces = new.iter().take_while(|byte| **byte == b' ').count();
        let new = new.get(spaces..).and_then(|new| new.strip_prefix(b"+"));
        if is_zero(old) {
            self.absent[OLD] = self.absent_by_date(OLD);
        }
        if new.is_some_and(is_zero) {
            self.absent[NEW] = self.absent_by_date(NEW);
        }
    }

    /// The first hunk of a context diff, and the range of its old lines: what it says that follows.
    fn take_context(&mut self, range: &[u8], text: &mut Text<'_>) -> Kind {
        if is_zero(range) {
            self.absent[OLD] = self.absent_by_date(OLD);
        }
        match older::empties(text, self.trim) {
            None => return Kind::Malformed,
            Some(true) => self.absent[NEW] = self.absent_by_date(NEW),
            Some(false) => {}
        }
        Kind::Context
    }

    /// What a count of nought says of a file.
    fn absent_by_date(&self, which: usize) -> Absent {
        match self.date(which) {
            Date::Epoch => Absent::Yes,
            _ => Absent::Empty,
        }
    }

    pub(super) fn renames(&self) -> bool {
        self.renames == [true; 2]
    }

    pub(super) fn copies(&self) -> bool {
        self.copies == [true; 2]
    }
}

/// Whether a range is one of no lines.
fn is_zero(range: &[u8]) -> bool {
    let rest = range.strip_prefix(b"0");
    rest.is_some_and(|rest| !rest.first().is_some_and(u8::is_ascii_digit))
}

/// A mode of six octal digits that end the line; 0 for any other.
fn mode(text: &[u8]) -> u32 {
    let text = trim_start(text);
    let (Some(digits), Some(rest)) = (text.get(..6), text.get(6..)) else {
        return 0;
    };
    let ends = matches!(rest, b"\n") || rest.starts_with(b"\r\n");
    if !ends || !digits.iter().all(|digit| matches!(digit, b'0'..=b'7')) {
        return 0;
    }
    digits
        .iter()
        .fold(0, |mode, digit| mode * 8 + u32::from(digit - b'0'))
}

/// How many columns a line is indented by, and the rest of it.
fn indented(line: &[u8]) -> (usize, &[u8]) {
    let is_indent = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'X');
    let indent = line.iter().take_while(is_indent).count();
    let (front, rest) = line.split_at(indent);
    let columns = front.iter().fold(0, |columns, byte| match byte {
        b'\t' => columns / 8 * 8 + 8,
        _ => columns + 1,
    });
    (columns, rest)
}
