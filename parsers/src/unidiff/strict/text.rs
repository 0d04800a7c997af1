//! The text before a patch.

use nom::Parser as _;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{not, recognize, rest, value, verify};
use nom::sequence::preceded;

use super::{Fault, Read, Rejection, cite, incomplete, line};
use crate::unidiff::rules::*;

/// What a line begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// The header of a file: `diff --git`.
    GitHeader,
    /// The header of a file: `---`.
    OldLine,
    /// `+++`
    NewLine,
    /// The header of a hunk.
    Hunk,
}

// text = *text-line, up to a line that begins a patch. Nothing, when there is none.
/// Also says what the next line begins. Text may stand at the front of the input, and after a line
/// `-- ` or the first line of a mail, which there is in a mailbox only.
pub fn text(input: &[u8], is_front: bool, is_mailbox: bool) -> Result<(&[u8], Begins), Fault<'_>> {
    // What byte order mark a file begins with is no part of its first line.
    if is_front && input.starts_with(b"\xEF\xBB\xBF") {
        return Err(cite(&BYTE_ORDER_MARK, input));
    }
    let (mut at, mut is_text, mut is_mail) = (input, is_front, false);
    while !at.is_empty() {
        match begins(at) {
            Ok((_, _)) if is_mail => return Err(cite(&MESSAGE_IS_TEXT, at)),
            Ok((_, Begins::NewLine)) => return Err(cite(&NEW_WITHOUT_OLD, at)),
            Ok((_, Begins::Hunk)) if is_front || at.len() < input.len() => {
                return Err(cite(&HUNK_WITHOUT_FILE, at));
            }
            Ok((_, begins)) => return Ok((at, begins)),
            Err(_) => {}
        }
        if indented(at).is_ok() {
            return Err(cite(&INDENTATION, at));
        }
        let (next, (line, is_ended)) = text_line(at)?;
        let begins_mail = is_mailbox && is_mail_start(line);
        match line {
            _ if begins_mail => (is_text, is_mail) = (true, true),
            b"-- " => is_text = true,
            _ if is_text => is_mail &= line != b"---",
            _ if is_ended && of_folders(line).is_ok() => {}
            _ if is_ended => return Err(cite(&TEXT_AFTER_HUNK, at)),
            // It may become a line that begins a patch.
            _ => return Err(incomplete()),
        }
        at = next;
    }
    Err(nom::Err::Failure(Rejection {
        rule: None,
        element: at,
    }))
}

// of-folders = "diff -" options SP old SP new / "Only in " folder ": " name / "Common subdirectories: " old " and " new
//     / "File " old " is a " kind " while file " new " is a " kind / "Binary files " old " and " new " differ"
/// A line that diff writes between two files where it compares folders.
fn of_folders(line: &[u8]) -> Read<'_, &[u8]> {
    let of_git = alt((tag("diff --git"), tag("diff --cc"), tag("diff --combined")));
    let command = preceded(not(of_git), recognize((tag("diff -"), rest)));
    alt((
        command,
        recognize((tag("Only in "), take_until(": "), rest)),
        recognize((tag("Common subdirectories: "), take_until(" and "), rest)),
        recognize((tag("File "), take_until(" while file "), rest)),
        verify(preceded(tag("Binary files "), rest), |names: &[u8]| {
            names.ends_with(b" differ")
        }),
    ))
    .parse(line)
}

// mailbox = mail-start *line
/// Whether the first line is that of a mail.
pub(crate) fn is_mailbox(input: &[u8]) -> bool {
    text_line(input).is_ok_and(|(_, (first, _))| is_mail_start(first))
}

/// A line and whether it has an end.
pub(crate) fn text_line(input: &[u8]) -> Read<'_, (&[u8], bool)> {
    match line(input) {
        Ok((rest, line)) => Ok((rest, (line, true))),
        Err(_) => Ok((&[], (input, false))),
    }
}

/// A line of a patch, by its first bytes.
pub fn begins(line: &[u8]) -> Read<'_, Begins> {
    let blanks = take_while(|byte| matches!(byte, b' ' | b'\t'));
    let hunk = recognize((tag("@@"), blanks, char('-')));
    alt((
        value(Begins::GitHeader, tag("diff --git ")),
        value(Begins::OldLine, tag("--- ")),
        value(Begins::NewLine, tag("+++ ")),
        value(Begins::Hunk, hunk),
    ))
    .parse(line)
}

/// The same behind what patch programs read as indentation.
fn indented(line: &[u8]) -> Read<'_, Begins> {
    let indentation = take_while1(|byte| matches!(byte, b' ' | b'\t' | b'X'));
    preceded(indentation, begins).parse(line)
}

// The first line of a mail in a mailbox: "From " sender SP date, which ends with hh:mm:ss and a year.
fn is_mail_start(line: &[u8]) -> bool {
    let from: Read<'_, _> = preceded(tag("From "), rest).parse(line);
    let Ok((_, date)) = from else {
        return false;
    };
    let colons = date.iter().filter(|byte| **byte == b':').count();
    let year = date.last_chunk::<4>();
    colons >= 2 && year.is_some_and(|year| year.iter().all(u8::is_ascii_digit))
}
