//! Reading a patch as git apply does: text up to a header, the header, and the hunks right behind it.

use super::super::Claim;
use super::hunk::{self, Hunk};
use super::names::{Strip, is_at_epoch, is_null, line, mode, moved};
use super::names::{name_to_date, name_to_tab, named_twice};

/// It refuses all of the patch.
pub(super) struct Refused;

/// Whether a file is moved.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moves {
    Not,
    Rename,
    Copy,
}

/// The patch of one file.
pub(super) struct Patch {
    pub old: Option<Vec<u8>>,
    pub new: Option<Vec<u8>>,
    /// Whether it creates the file; none where that is open.
    pub creates: Option<bool>,
    /// Whether it deletes it, likewise.
    pub deletes: Option<bool>,
    pub old_mode: Option<u32>,
    pub new_mode: Option<u32>,
    pub moves: Moves,
    pub is_binary: bool,
    pub hunks: Vec<Hunk>,
}

/// Reads all of a patch, with so much taken off the names.
pub(super) fn files(input: &[u8], mut strip: Strip) -> Result<Vec<Patch>, Refused> {
    let (mut files, mut at) = (Vec::new(), 0);
    while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((patch, end)) = file(rest, &mut strip)? else {
            break;
        };
        files.push(patch);
        at += end;
    }
    Ok(files)
}

/// The patch of the next file, and where it ends; none where none follows, or one whose binary data are broken, at which it
/// stops reading and applies what it has.
fn file(input: &[u8], strip: &mut Strip) -> Result<Option<(Patch, usize)>, Refused> {
    let Some((mut patch, head)) = header(input, strip)? else {
        return Ok(None);
    };
    let mut end = head;
    while let Some(rest) = input.get(end..).filter(|rest| hunk::begins(rest)) {
        let (hunk, length) = hunk::read(rest).ok_or(Refused)?;
        patch.hunks.push(hunk);
        end += length;
    }
    if end == head {
        let rest = input.get(head..).unwrap_or(&[]);
        let next = line(rest);
        if rest.starts_with(b"GIT binary patch\n") {
            let data = rest.get(next.len() + 1..).unwrap_or(&[]);
            if !hunk::has_data(data) {
                return Ok(None);
            }
            patch.is_binary = true;
        }
        let says = [&b"Binary files "[..], b"Files "];
        if next.ends_with(b" differ") && says.iter().any(|says| next.starts_with(says)) {
            patch.is_binary = true;
            end += next.len() + 1;
        }
    }
    patch.settle().ok_or(Refused)?;
    Ok(Some((patch, end)))
}

/// The shortest line that may be one of a header, in bytes, and the shortest header of a hunk.
const SHORTEST: [usize; 2] = [6, 14];

/// The next header, and where it ends; none where there is none. A hunk before it is refused.
fn header(input: &[u8], strip: &mut Strip) -> Result<Option<(Patch, usize)>, Refused> {
    let mut patch = Patch::new();
    let mut at = 0;
    while let Some(rest) = input.get(at..).filter(|rest| !rest.is_empty()) {
        let length = length(rest);
        let start = at;
        at += length;
        if length < SHORTEST[0] {
            continue;
        }
        if rest.starts_with(b"@@ -") {
            if hunk::ranges(rest).is_some() {
                return Err(Refused);
            }
            continue;
        }
        if rest.len() < length + SHORTEST[0] {
            break;
        }
        if let Some(both) = rest.strip_prefix(b"diff --git ") {
            let more = patch.read_git(both, rest, *strip).ok_or(Refused)?;
            if more > length {
                return Ok(Some((patch, start + more)));
            }
            // Without another line it is text, but the names stay known.
            continue;
        }
        let next = rest.get(length..).unwrap_or(&[]);
        let (Some(first), Some(second)) = (rest.strip_prefix(b"--- "), next.strip_prefix(b"+++ "))
        else {
            continue;
        };
        let both = length + self::length(next);
        let is_followed = rest
            .get(both..)
            .is_some_and(|rest| rest.starts_with(b"@@ -"));
        if rest.len() < self::length(next) + SHORTEST[1] || !is_followed {
            continue;
        }
        strip.guess(second);
        patch.read_names(first, second, *strip).ok_or(Refused)?;
        return Ok(Some((patch, start + both)));
    }
    Ok(None)
}

/// How long the first line of a text is, with its end.
pub(super) fn length(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).map_or(text.len(), |lf| lf + 1)
}

impl Patch {
    fn new() -> Self {
        Self {
            old: None,
            new: None,
            creates: None,
            deletes: None,
            old_mode: None,
            new_mode: None,
            moves: Moves::Not,
            is_binary: false,
            hunks: Vec::new(),
        }
    }

    /// That of a claim, of which `named` is the name that lines `diff --git` before it have left.
    pub(super) fn of(claim: &Claim<'_>, named: Option<Vec<u8>>) -> Option<Self> {
        let settled = named.as_ref().map(|_| false);
        let mut patch = Self {
            old: named.clone(),
            new: named,
            creates: settled,
            deletes: settled,
            ..Self::new()
        };
        let mut header = claim.header.join(&b'\n');
        header.push(b'\n');
        if let Some(both) = header.strip_prefix(b"diff --git ") {
            patch.read_git(both, &header, Strip::Folder)?;
            // Without another line it is text to it.
            return (claim.header.len() > 1).then_some(patch);
        }
        let after = |start: &[u8]| {
            claim
                .header
                .iter()
                .find_map(|line| line.strip_prefix(start))
        };
        patch.read_names(after(b"--- ")?, after(b"+++ ")?, Strip::Folder)?;
        Some(patch)
    }

    /// The header of git at the front of `input`, whose first line has the names `both`: where it ends. Its lines are held
    /// against one another.
    pub(super) fn read_git(&mut self, both: &[u8], input: &[u8], strip: Strip) -> Option<usize> {
        (self.creates, self.deletes) = (Some(false), Some(false));
        let mut twice = named_twice(both, strip);
        let mut end = length(input);
        while let Some(rest) = input.get(end..).filter(|rest| rest.contains(&b'\n')) {
            let is_one = self.git_line(rest, &twice, strip)?;
            let kinds = [self.deletes, self.creates, Some(self.moves != Moves::Not)];
            if kinds.iter().filter(|kind| **kind == Some(true)).count() > 1 {
                return None;
            }
            if !is_one {
                break;
            }
            end += length(rest);
        }
        if self.old.is_none() && self.new.is_none() {
            self.old = Some(twice.clone()?);
            self.new = twice.take();
        }
        let lacks = |name: &Option<Vec<u8>>, without| name.is_none() && without != Some(true);
        (!lacks(&self.new, self.deletes) && !lacks(&self.old, self.creates)).then_some(end)
    }

    /// A line of a header of git, whether it is one; none where it is refused.
    fn git_line(&mut self, text: &[u8], twice: &Option<Vec<u8>>, strip: Strip) -> Option<bool> {
        let after = |start: &[u8]| text.strip_prefix(start);
        if let Some(rest) = after(b"--- ") {
            Self::hold(&mut self.old, rest, self.creates == Some(true), strip)?;
        } else if let Some(rest) = after(b"+++ ") {
            Self::hold(&mut self.new, rest, self.deletes == Some(true), strip)?;
        } else if let Some(rest) = after(b"old mode ") {
            self.old_mode = Some(mode(rest)?);
        } else if let Some(rest) = after(b"new mode ") {
            self.new_mode = Some(mode(rest)?);
        } else if let Some(rest) = after(b"deleted file mode ") {
            (self.deletes, self.old) = (Some(true), twice.clone());
            self.old_mode = Some(mode(rest)?);
        } else if let Some(rest) = after(b"new file mode ") {
            (self.creates, self.new) = (Some(true), twice.clone());
            self.new_mode = Some(mode(rest)?);
        } else if let Some(rest) = after(b"rename from ").or_else(|| after(b"rename old ")) {
            self.move_by(Moves::Rename)?.old = moved(rest);
        } else if let Some(rest) = after(b"rename to ").or_else(|| after(b"rename new ")) {
            self.move_by(Moves::Rename)?.new = moved(rest);
        } else if let Some(rest) = after(b"copy from ") {
            self.move_by(Moves::Copy)?.old = moved(rest);
        } else if let Some(rest) = after(b"copy to ") {
            self.move_by(Moves::Copy)?.new = moved(rest);
        } else if let Some(rest) = after(b"index ") {
            if let Some(text) = mode_on_index(line(rest)) {
                self.old_mode = Some(mode(text)?);
            }
        } else {
            return Some(
                after(b"similarity index ")
                    .or_else(|| after(b"dissimilarity index "))
                    .is_some(),
            );
        }
        Some(true)
    }

    /// Notes that the file is moved; none where it was said to be moved otherwise.
    fn move_by(&mut self, moves: Moves) -> Option<&mut Self> {
        let is_new = self.moves == Moves::Not;
        if is_new {
            self.moves = moves;
        }
        (self.moves == moves).then_some(self)
    }

    /// A name on one of the two lines: the one known by then, or, of a file that is not there, `/dev/null`.
    fn hold(known: &mut Option<Vec<u8>>, text: &[u8], is_absent: bool, strip: Strip) -> Option<()> {
        match known {
            None if !is_absent => *known = name_to_tab(text, None, strip),
            None => return is_null(text).then_some(()),
            Some(_) if is_absent => return None,
            Some(known) => return (name_to_tab(text, None, strip)? == *known).then_some(()),
        }
        Some(())
    }

    /// The two lines alone.
    fn read_names(&mut self, first: &[u8], second: &[u8], strip: Strip) -> Option<()> {
        // It ends itself where a file that is new has the old name of a line before.
        if self.old.is_some() && (is_null(first) || is_at_epoch(first)) {
            return None;
        }
        if is_null(first) {
            (self.creates, self.deletes) = (Some(true), Some(false));
            self.new = Some(name_to_date(second, None, strip)?);
        } else if is_null(second) {
            (self.creates, self.deletes) = (Some(false), Some(true));
            self.old = Some(name_to_date(first, None, strip)?);
        } else {
            let name = name_to_date(second, name_to_date(first, None, strip), strip)?;
            if is_at_epoch(first) {
                (self.creates, self.deletes) = (Some(true), Some(false));
                self.new = Some(name);
            } else if is_at_epoch(second) {
                (self.creates, self.deletes) = (Some(false), Some(true));
                self.old = Some(name);
            } else {
                (self.old, self.new) = (Some(name.clone()), Some(name));
            }
        }
        Some(())
    }

    /// What the hunks say of whether the file is created or deleted; none where the header says otherwise, or where the two
    /// say nothing.
    fn settle(&mut self) -> Option<()> {
        let has = |which: usize| {
            let mut counts = self.hunks.iter().map(|hunk| hunk.counts.get(which));
            counts.any(|count| count.is_some_and(|count| *count > 0))
        };
        let (has_old, has_new) = (has(0), has(1));
        if has_old || self.hunks.len() > 1 {
            self.creates = self.creates.or(Some(false));
        }
        if has_new || self.hunks.len() > 1 {
            self.deletes = self.deletes.or(Some(false));
        }
        let says = |word: Option<bool>| word == Some(true);
        if says(self.creates) && has_old || says(self.deletes) && has_new {
            return None;
        }
        let changes_mode =
            self.old_mode.is_some() && self.new_mode.is_some() && self.old_mode != self.new_mode;
        let changes_more = self.moves != Moves::Not || says(self.creates) || says(self.deletes);
        let is_something = !self.hunks.is_empty() || self.is_binary || changes_mode || changes_more;
        is_something.then_some(())
    }
}

/// What stands behind the blank on a line `index OLD..NEW MODE`.
fn mode_on_index(line: &[u8]) -> Option<&[u8]> {
    /// The longest name of content, in digits.
    const LONGEST: usize = 40;
    let dot = memchr::memchr(b'.', line).filter(|dot| *dot <= LONGEST)?;
    let rest = line.get(dot..)?.strip_prefix(b"..")?;
    let blank = memchr::memchr(b' ', rest).filter(|blank| *blank <= LONGEST)?;
    rest.get(blank + 1..)
}
