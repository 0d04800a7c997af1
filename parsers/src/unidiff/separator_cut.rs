//! The reading that cuts at the separator: a reader of mailboxes, to which a mail is a message up to the
//! line of three dashes, and a patch after it. It first finds the area in which a patch may stand, then
//! the patch in it. Mail has CR LF at the end of a line, or has had it, so that in mail it accepts no CR before a
//! newline for content.

mod binary;
mod patch;

use super::leniencies::*;
use super::mode;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet};

/// Reads mail: a message, a separator, a patch.
pub(crate) struct SeparatorCut;

static RELAXES: &[&Leniency] = &[
    &BOM_SKIPPED,
    &SEPARATOR_CUT,
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
    &SECTION_GLUED,
    &COUNT_SHORT_AT_HEADER,
    &EMPTY_ACCEPTED,
    &BODY_CRLF_MAIL,
    &MARKER_LONG,
    &MARKER_REST,
];

impl Parser for SeparatorCut {
    fn name(&self) -> &str {
        "separator-cut"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("separator-cut", LeniencySet::of(RELAXES))
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let is_first = draft.state().mode == mode::START;
        if is_first {
            draft.state().mode = match line_at(input, 0) {
                Some((line, _)) if is_mail_start(line) => mode::MAILBOX,
                _ => mode::PATCHES,
            };
        }
        let is_mailbox = draft.state().mode == mode::MAILBOX;
        let mut at = 0;
        if is_first && input.starts_with(b"\xEF\xBB\xBF") {
            draft.relax(&BOM_SKIPPED, 0);
            at = 3;
        }
        let (mut is_loose, mut is_open) = (is_first, false);
        loop {
            at = area(input, at, is_mailbox, (&mut is_loose, &mut is_open), draft)?;
            let patch = patch::Patch {
                input,
                is_mailbox,
                is_open,
            };
            match patch.read(at, is_first, draft)? {
                patch::Found::Patch(end) => {
                    return Ok(Accepted {
                        end,
                        next: Next::Message,
                    });
                }
                patch::Found::Text(next) => at = next,
            }
            is_loose = true;
        }
    }
}

/// The first line at or after `at` that looks like one of a patch and stands in no message of a mail. Text
/// may stand here where it `is_loose`. Where a mail has ended without a separator, that is its first line
/// that looks so; where the input has, more bytes may bring one, and the patch `is_open`.
fn area(
    input: &[u8],
    mut at: usize,
    is_mailbox: bool,
    (is_loose, is_open): (&mut bool, &mut bool),
    draft: &mut Draft<'_>,
) -> Result<usize, Stop> {
    let (mut in_message, mut passed) = (false, None);
    loop {
        let Some((line, next)) = line_at(input, at) else {
            at = passed.take().ok_or(Stop::Nothing)?;
            (in_message, *is_open) = (false, true);
            draft.relax_again(&SEPARATOR_CUT, input.len());
            continue;
        };
        let is_start = is_mailbox && is_mail_start(line);
        if passed.is_some() && is_start && next > at + line.len() {
            at = passed.take().unwrap_or(at);
            in_message = false;
            continue;
        }
        let is_patch = looks_like_patch(line);
        if is_patch && !in_message {
            return Ok(at);
        }
        if is_patch {
            draft.relax(&SEPARATOR_CUT, at);
            passed.get_or_insert(at);
            *is_loose = true;
        } else if looks_like_patch(without_margin(line)) {
            draft.relax(&INDENTED_TEXT, at);
            *is_loose = true;
        } else {
            let is_whole = next > at + line.len();
            *is_loose |= is_start || line == b"-- ";
            if !(*is_loose || is_whole && compares_folders(line)) {
                draft.relax(&TEXT_ENDS_FILE, at);
                *is_loose = true;
            }
            in_message = is_start || in_message && line != b"---";
            if !in_message {
                passed = None;
            }
        }
        at = next;
    }
}

/// The line at `at` without its LF, and where the next one begins; none at the end of the input.
fn line_at(input: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let rest = input.get(at..).filter(|rest| !rest.is_empty())?;
    let end = memchr::memchr(b'\n', rest);
    let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest);
    Some((line, at + end.map_or(rest.len(), |end| end + 1)))
}

fn is_hunk_header(line: &[u8]) -> bool {
    let behind = line.strip_prefix(b"@@").unwrap_or(&[]);
    let mut behind = behind.iter().copied();
    let first = behind.find(|byte| *byte != b' ' && *byte != b'\t');
    first == Some(b'-')
}

fn looks_like_patch(line: &[u8]) -> bool {
    match line.first() {
        Some(b'd') => line.starts_with(b"diff --git "),
        Some(b'-') => line.starts_with(b"--- "),
        Some(b'+') => line.starts_with(b"+++ "),
        Some(b'@') => is_hunk_header(line),
        _ => false,
    }
}

/// Whether the line is none of a file, but of the folders that hold the files.
fn compares_folders(line: &[u8]) -> bool {
    let has = |rest: &[u8], word| memchr::memmem::rfind(rest, word).is_some();
    match line {
        [b'd', b'i', b'f', b'f', b' ', b'-', options @ ..] => !matches!(
            options,
            [b'-', b'g', b'i', b't', ..]
                | [b'-', b'c', b'c', ..]
                | [b'-', b'c', b'o', b'm', b'b', b'i', b'n', b'e', b'd', ..]
        ),
        [b'O', b'n', b'l', b'y', b' ', b'i', b'n', b' ', rest @ ..] => has(rest, b": "),
        [b'F', b'i', b'l', b'e', b' ', rest @ ..] => has(rest, b" while file "),
        _ => {
            let common = line.strip_prefix(b"Common subdirectories: ");
            let binary = line.strip_prefix(b"Binary files ");
            common.is_some_and(|rest| has(rest, b" and "))
                || binary.is_some_and(|rest| rest.ends_with(b" differ"))
        }
    }
}

fn without_margin(mut line: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'X', rest @ ..] = line {
        line = rest;
    }
    line
}

/// Whether the line begins a mail in a mailbox: it ends with a time and a year.
fn is_mail_start(line: &[u8]) -> bool {
    let Some(date) = line.strip_prefix(b"From ") else {
        return false;
    };
    let mut colons = memchr::memchr_iter(b':', date);
    let (first, second) = (colons.next(), colons.next());
    let year = date.len().checked_sub(4).and_then(|from| date.get(from..));
    first.and(second).is_some() && year.is_some_and(|year| year.iter().all(u8::is_ascii_digit))
}
