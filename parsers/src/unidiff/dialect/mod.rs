//! The dialect: one hand-written reader of patches whose leniencies are data.

mod binary;
mod body;
mod header;
mod hunk_line;
mod name;
mod seek;

use super::leniencies::*;
use super::mode;
use crate::core::parser::{Accepted, Draft, Next, Stop};
use crate::core::rule::{Leniency, LeniencySet};
use crate::core::verdict::Framing;

/// Reads one hunk, or one header without hunks, with the text before it, from the front of `input`
/// under the leniencies in `relaxes`.
///
/// # Errors
/// As [`Parser::read`](crate::Parser::read).
pub fn read(relaxes: &LeniencySet, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
    let is_first = draft.state().mode == mode::START;
    if is_first {
        draft.state().mode = match seek::is_mailbox(input) {
            true => mode::MAILBOX,
            false => mode::PATCHES,
        };
    }
    let reader = Reader {
        relaxes,
        input,
        is_first,
        is_mailbox: draft.state().mode == mode::MAILBOX,
    };
    let (place, is_open) = reader.seek(draft)?;
    // What is found for want of a line that did not come may become text when more bytes come.
    let framing = |closed| match is_open {
        true => Framing::UntilClose,
        false => closed,
    };
    match place {
        Place::Hunk(line) => reader.hunk(&line, framing(Framing::Counted), draft),
        Place::Whole(end) => {
            draft.head(end, framing(Framing::Delimited));
            Ok(taken(end))
        }
        Place::Binary { head, end } => {
            draft.head(head, framing(Framing::Counted));
            Ok(taken(end))
        }
    }
}

fn taken(end: usize) -> Accepted {
    Accepted {
        end,
        next: Next::Message,
    }
}

/// A reader of one message: every position is an offset into `input`.
#[derive(Clone, Copy)]
struct Reader<'a> {
    relaxes: &'a LeniencySet,
    input: &'a [u8],
    /// No message of the stream comes before this one.
    is_first: bool,
    /// The stream begins with the first line of a mail, so that mails are what it has.
    is_mailbox: bool,
}

/// Where the text before a patch has led.
enum Place {
    /// To the header of a hunk.
    Hunk(Line),
    /// To a header without hunks, which ends before this offset.
    Whole(usize),
    /// To a header and binary data, which end before these offsets.
    Binary { head: usize, end: usize },
}

/// One line.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// First byte.
    start: usize,
    /// First byte after the indentation that is to be ignored.
    text: usize,
    /// The byte after the last, the end of the line left out.
    end: usize,
    /// Where the next line begins.
    next: usize,
    /// Whether the line has an end.
    is_ended: bool,
    /// The leniency by which it ends, if that is one.
    cut: Option<&'static Leniency>,
}

/// What a line of a patch looks like by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `diff --git `
    Git,
    /// `--- `
    Old,
    /// `+++ `
    New,
    /// `@@`, blanks or none, `-`
    Hunk,
}

impl Shape {
    fn of(text: &[u8]) -> Option<Self> {
        match text {
            [b'-', b'-', b'-', b' ', ..] => Some(Self::Old),
            [b'+', b'+', b'+', b' ', ..] => Some(Self::New),
            [b'@', b'@', rest @ ..] => {
                let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
                (rest.get(blanks) == Some(&b'-')).then_some(Self::Hunk)
            }
            _ => text.starts_with(b"diff --git ").then_some(Self::Git),
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

impl Reader<'_> {
    /// The line that begins at `at`, which is accepted; none at the end of the input.
    fn line(&self, at: usize, draft: &mut Draft<'_>) -> Option<Line> {
        let line = self.look(at)?;
        self.accept(&line, draft);
        Some(line)
    }

    /// Takes a line that was looked at.
    fn accept(&self, line: &Line, draft: &mut Draft<'_>) {
        if let Some(leniency) = line.cut {
            draft.relax(leniency, line.start);
        }
    }

    /// The line that begins at `at`; none at the end of the input.
    fn look(&self, at: usize) -> Option<Line> {
        let rest = self.input.get(at..).filter(|rest| !rest.is_empty())?;
        let (length, width, cut) = match self.any(&[&LINE_CR, &LINE_FF_VT, &LINE_UNICODE]) {
            true => self.first_end(rest),
            false => match memchr::memchr(b'\n', rest) {
                Some(lf) => (lf, 1, None),
                None => (rest.len(), 0, None),
            },
        };
        Some(Line {
            start: at,
            text: at,
            end: at + length,
            next: at + length + width,
            is_ended: width > 0,
            cut,
        })
    }

    /// How long the line at the front of `rest` is, and how long what ends it, where this dialect ends lines by
    /// more than LF. It looks no further than that end: what follows is looked at when its own line is.
    #[cold]
    fn first_end(&self, rest: &[u8]) -> (usize, usize, Option<&'static Leniency>) {
        for (nth, &byte) in rest.iter().enumerate() {
            let (leniency, width): (&'static Leniency, _) = match byte {
                b'\n' => return (nth, 1, None),
                b'\r' if !matches!(rest.get(nth + 1), None | Some(b'\n')) => (&LINE_CR, 1),
                0x0B | 0x0C => (&LINE_FF_VT, 1),
                0xC2 if rest.get(nth + 1) == Some(&0x85) => (&LINE_UNICODE, 2),
                0xE2 if matches!(rest.get(nth + 1..), Some([0x80, 0xA8 | 0xA9, ..])) => {
                    (&LINE_UNICODE, 3)
                }
                _ => continue,
            };
            if self.has(leniency) {
                return (nth, width, Some(leniency));
            }
        }
        (rest.len(), 0, None)
    }

    /// The line that begins at `at` and what it looks like, without its indentation if `first`, with which
    /// the header begins, is indented.
    fn next_line(
        &self,
        at: usize,
        first: &Line,
        draft: &mut Draft<'_>,
    ) -> Result<(Line, Option<Shape>), Stop> {
        let mut line = self.look(at).ok_or(Stop::Incomplete)?;
        let text = self.slice(line.start, line.end);
        let mut shape = Shape::of(text);
        if shape.is_none() && first.text > first.start {
            let indent = indentation(text);
            let inner = Shape::of(text.get(indent..).unwrap_or(&[]));
            if inner.is_some() && self.takes_indent(&line, indent, first.start, draft) {
                line.text += indent;
                shape = inner;
            }
        }
        match shape {
            None if !line.is_ended => Err(Stop::Incomplete),
            shape => Ok((line, shape)),
        }
    }

    /// Whether this dialect reads the first `indent` bytes of the line, not none, as indentation.
    /// Cites it at `at`: the first line of the header.
    fn takes_indent(&self, line: &Line, indent: usize, at: usize, draft: &mut Draft<'_>) -> bool {
        let text = self.slice(line.start, line.start + indent);
        let kinds: [(u8, &'static Leniency); 3] = [
            (b' ', &INDENTED_SPACES),
            (b'\t', &INDENTED_TABS),
            (b'X', &INDENTED_X),
        ];
        let needed = || kinds.iter().filter(|(byte, _)| text.contains(byte));
        let takes = indent > 0 && needed().all(|(_, leniency)| self.has(leniency));
        if takes {
            needed().for_each(|(_, leniency)| draft.relax(leniency, at));
        }
        takes
    }

    /// The bytes from `start` up to `end`; none when the two are out of order or out of the input.
    fn slice(&self, start: usize, end: usize) -> &[u8] {
        self.input.get(start..end).unwrap_or(&[])
    }

    fn peek(&self, at: usize) -> Option<u8> {
        self.input.get(at).copied()
    }

    fn has(&self, leniency: &Leniency) -> bool {
        self.relaxes.has(leniency)
    }

    fn any(&self, leniencies: &[&Leniency]) -> bool {
        leniencies.iter().any(|leniency| self.has(leniency))
    }

    /// Uses the leniency, if the dialect has it.
    fn relax(&self, leniency: &'static Leniency, at: usize, draft: &mut Draft<'_>) -> bool {
        let has = self.has(leniency);
        if has {
            draft.relax(leniency, at);
        }
        has
    }
}

/// How many bytes at the front of `text` could be indentation.
fn indentation(text: &[u8]) -> usize {
    let is_indent = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'X');
    text.iter().take_while(is_indent).count()
}
