//! The names in the header of a file, and which of them names what is patched.

use super::super::leniencies::*;
use super::super::rules::*;
use super::{Line, Reader, is_blank};
use crate::core::parser::{Draft, Stop};

/// A name, in bytes from the start of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Reader<'_> {
    /// The name on a line `---` or `+++`.
    pub(super) fn name(&self, line: &Line, draft: &mut Draft<'_>) -> Result<Name, Stop> {
        let start = line.text + 4;
        let mut end = line.end;
        if self.slice(start, end).ends_with(b"\r") {
            end = self.before_cr(end, draft)?;
        }
        let text = self.slice(start, end);
        if let Some(tab) = memchr::memchr(b'\t', text) {
            end = start + tab;
        } else if !text.starts_with(b"\"")
            && let Some(blank) = text.iter().position(|byte| is_blank(*byte))
        {
            let at = start + blank;
            if self.relax(&NAME_TO_TAB, at, draft) {
            } else if self.relax(&NAME_TO_BLANK, at, draft) {
                end = at;
            } else {
                return Err(draft.reject(&NAME_END, at));
            }
        }
        Ok(Name { start, end })
    }

    /// The end of a line of a header that is a carriage return, before `end`.
    pub(super) fn before_cr(&self, end: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let at = end - 1;
        if self.relax(&HEADER_CRLF, at, draft) {
            Ok(at)
        } else if self.relax(&HEADER_CR_KEPT, at, draft) {
            Ok(end)
        } else {
            Err(draft.reject(&HEADER_LINE_END, at))
        }
    }

    /// What is patched stays in the tree, or the dialect accepts a name that leads out of it.
    pub(super) fn in_tree(&self, name: &Name, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let text = self.slice(name.start, name.end);
        let text = text.strip_prefix(b"\"").unwrap_or(text);
        let text = text.strip_suffix(b"\"").unwrap_or(text);
        let parts = || text.split(|byte| *byte == b'/');
        if (text.starts_with(b"/") || parts().any(|part| part == b".."))
            && !self.relax(&NAME_ANYWHERE, name.start, draft)
        {
            return Err(draft.reject(&NAME_IN_TREE, name.start));
        }
        if parts().any(|part| part.eq_ignore_ascii_case(b".git"))
            && !self.relax(&NAME_DOT_GIT, name.start, draft)
        {
            return Err(draft.reject(&NAME_NOT_GIT, name.start));
        }
        Ok(())
    }

    /// Which of the two names, in the order in which they stand, names what is patched.
    pub(super) fn target(
        &self,
        names: &[Name; 2],
        renames: bool,
        draft: &mut Draft<'_>,
    ) -> Result<Name, Stop> {
        let [first, last] = *names;
        // The line of the old file begins with `-`.
        let is_old_first = self.peek(first.start - 4) == Some(b'-');
        let (old, new) = if is_old_first {
            (first, last)
        } else {
            (last, first)
        };
        let (old_text, new_text) = (
            self.slice(old.start, old.end),
            self.slice(new.start, new.end),
        );
        if new_text == b"/dev/null" {
            return Ok(old);
        }
        if renames || old_text == b"/dev/null" || same_file(old_text, new_text) {
            return Ok(new);
        }
        if self.relax(&NAME_OLD, new.start, draft) {
            return Ok(old);
        }
        if self.relax(&NAME_NEW, new.start, draft) {
            return Ok(new);
        }
        Err(draft.reject(&NAMES_DIFFER, new.start))
    }
}

/// Whether two names are the same, or differ in their first directory only, as `a/x` and `b/x` do.
fn same_file(old: &[u8], new: &[u8]) -> bool {
    let tail = |name| {
        let slash = memchr::memchr(b'/', name)?;
        name.get(slash + 1..)
    };
    old == new || tail(old).is_some_and(|old| Some(old) == tail(new))
}
