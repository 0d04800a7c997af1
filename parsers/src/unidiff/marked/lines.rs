//! Lines, and what they are by their first bytes.

use super::super::leniencies::{NAME_ANYWHERE, NAME_DOT_GIT};
use crate::core::parser::{Draft, Stop};

/// What a line is by its first bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Git,
    Extended {
        moves: bool,
    },
    Old,
    New,
    Hunk,
    Separator,
    Signature,
    Mail,
    /// Patch-like behind blanks.
    Indented,
    Text,
}

/// One line, its LF left out.
#[derive(Clone, Copy)]
pub(super) struct Line<'i> {
    pub at: usize,
    pub text: &'i [u8],
    pub is_whole: bool,
    pub next: usize,
}

/// The lines from one place on.
#[derive(Clone, Copy)]
pub(super) struct Lines<'i> {
    pub input: &'i [u8],
    pub at: usize,
}

impl<'i> Iterator for Lines<'i> {
    type Item = Line<'i>;

    fn next(&mut self) -> Option<Line<'i>> {
        let rest = self.input.get(self.at..)?;
        if rest.is_empty() {
            return None;
        }
        let lf = memchr::memchr(b'\n', rest);
        let (at, length) = (self.at, lf.unwrap_or(rest.len()));
        self.at += length + usize::from(lf.is_some());
        Some(Line {
            at,
            text: rest.get(..length).unwrap_or(rest),
            is_whole: lf.is_some(),
            next: self.at,
        })
    }
}

impl Line<'_> {
    pub(super) fn kind(&self) -> Kind {
        if let Some(kind) = patch_kind(self.text) {
            return kind;
        }
        let indented = self.text.iter();
        let blanks = indented.take_while(|byte| b" \tX".contains(byte)).count();
        if patch_kind(self.text.get(blanks..).unwrap_or(&[])).is_some() {
            return Kind::Indented;
        }
        match self.text {
            b"---" => Kind::Separator,
            b"-- " => Kind::Signature,
            text if is_mail(text) => Kind::Mail,
            text => extended(text),
        }
    }

    /// Its kind, which more bytes will not change.
    pub(super) fn sure_kind(&self) -> Result<Kind, Stop> {
        let sure = self.is_whole || patch_kind(self.text).is_some();
        sure.then(|| self.kind()).ok_or(Stop::Incomplete)
    }
}

pub(super) fn patch_kind(text: &[u8]) -> Option<Kind> {
    let kinds = [
        (b"diff --git ".as_slice(), Kind::Git),
        (b"--- ", Kind::Old),
        (b"+++ ", Kind::New),
    ];
    let mut kinds = kinds.into_iter();
    if let Some((_, kind)) = kinds.find(|(start, _)| text.starts_with(start)) {
        return Some(kind);
    }
    let mut after = text.strip_prefix(b"@@")?;
    while let [b' ' | b'\t', rest @ ..] = after {
        after = rest;
    }
    after.starts_with(b"-").then_some(Kind::Hunk)
}

fn is_mail(text: &[u8]) -> bool {
    let Some(rest) = text.strip_prefix(b"From ") else {
        return false;
    };
    let mut times = memchr::memchr_iter(b':', rest);
    let year = rest.last_chunk::<4>().is_some_and(|year| year.is_ascii());
    let digits = rest.iter().rev().take(4).all(u8::is_ascii_digit);
    times.nth(1).is_some() && year && digits
}

fn extended(text: &[u8]) -> Kind {
    let moves = ["copy from ", "copy to ", "rename from ", "rename to "];
    let stays = [
        "index ",
        "old mode ",
        "new mode ",
        "new file mode ",
        "deleted file mode ",
        "similarity index ",
        "dissimilarity index ",
        "Binary files ",
    ];
    let is = |list: &[&str]| list.iter().any(|start| text.starts_with(start.as_bytes()));
    match (is(&moves), is(&stays)) {
        (true, _) => Kind::Extended { moves: true },
        (_, true) => Kind::Extended { moves: false },
        _ => Kind::Text,
    }
}

/// Whether diff writes the line between files where it goes through folders.
pub(super) fn tells_of_folders(text: &[u8]) -> bool {
    let after = |start: &str| text.strip_prefix(start.as_bytes());
    let cut = |rest: &[u8], word: &[u8]| rest.windows(word.len()).rposition(|part| part == word);
    if let Some(options) = after("diff -") {
        return ![&b"-git"[..], b"-cc", b"-combined"]
            .iter()
            .any(|option| options.starts_with(option));
    }
    if let Some(rest) = after("Binary files ") {
        return rest.ends_with(b" differ");
    }
    [
        (after("Only in "), &b": "[..]),
        (after("Common subdirectories: "), b" and "),
        (after("File "), b" while file "),
    ]
    .into_iter()
    .any(|(rest, word)| rest.is_some_and(|rest| cut(rest, word).is_some()))
}

/// A name that does not stay in the tree, or is one of git's own files.
pub(super) fn tell_outside(name: &[u8], at: usize, draft: &mut Draft<'_>) {
    let start = usize::from(name.starts_with(b"\""));
    let end = name.len() - usize::from(name.len() > start && name.ends_with(b"\""));
    let mut parts = name
        .get(start..end)
        .unwrap_or(&[])
        .split(|byte| *byte == b'/');
    let up = parts.clone().any(|part| part == b"..");
    // What begins with a slash has an empty first part, and a second.
    let is_absolute = parts.clone().count() > 1 && parts.clone().next() == Some(&[]);
    if up || is_absolute {
        draft.relax(&NAME_ANYWHERE, at);
    }
    if parts.any(|part| part.eq_ignore_ascii_case(b".GIT")) {
        draft.relax(&NAME_DOT_GIT, at);
    }
}
