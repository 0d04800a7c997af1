//! Streams of unified diffs, alone and in mail. A message is a hunk, or a header without hunks.

mod variants;

use arbitrary::{Result, Unstructured};
use parsers::{Asked, End};

use super::element::{self, number_from};
use super::{BuiltMessage, BuiltStream};
use variants::{
    AFTER_HUNK, BODY_ODD, CONTENT, FIELDS, GIT, HUNK_END, HUNK_MIDDLE, HUNK_OPEN, HUNKLESS,
    LINE_END, MAIL_START, MARKER, MESSAGE, NAME, PIECES, PREAMBLE, SEPARATOR, SIGNATURE, STAMP,
};

/// A stream of patches of one to three files, alone or in a mailbox, with at most `odd` elements that are
/// not, or need not be, as the specification has them.
///
/// # Errors
/// Only when `choices` cannot give more bytes, which [`Unstructured`] does not let happen here.
pub fn stream(choices: &mut Unstructured<'_>, odd: usize) -> Result<BuiltStream> {
    let patches = Patches {
        messages: Vec::new(),
        start: 0,
    };
    let mut writer = Writer::new(choices, ROOM, odd, patches);
    if writer.choices.ratio(1, 3)? {
        for _ in 0..writer.choices.int_in_range(1..=2)? {
            writer.mail()?;
        }
    } else {
        writer.one_of(&PREAMBLE, 8)?;
        writer.files()?;
    }
    Ok(BuiltStream {
        asked: Asked::UNKNOWN,
        bytes: writer.bytes,
        messages: writer.state.messages,
        end: Some(End::Complete),
        odd: writer.odd,
    })
}

/// Changes `bytes` in one place in a way that keeps most of the structure: swaps a line end or a number for
/// a variant, inserts a piece of a patch, removes, doubles or indents a line, or appends a patch.
///
/// # Errors
/// As [`stream`].
pub fn mutate(bytes: &mut Vec<u8>, choices: &mut Unstructured<'_>) -> Result<()> {
    let at = match bytes.len() {
        0 => 0,
        length => choices.int_in_range(0..=length - 1)?,
    };
    let is_lf = |byte: &u8| *byte == b'\n';
    let front = bytes.get(..at).unwrap_or(&[]);
    let start = front.iter().rposition(is_lf).map_or(0, |lf| lf + 1);
    let rest = bytes.get(at..).unwrap_or(&[]);
    let lf = rest.iter().position(is_lf).map(|lf| at + lf);
    let end = lf.map_or(bytes.len(), |lf| lf + 1);
    match choices.int_in_range(0..=9)? {
        0 => {
            if let Some(lf) = lf {
                let with = choices.choose(LINE_END.odd)?;
                bytes.splice(lf..lf + 1, with.iter().copied());
            }
        }
        1 | 2 => {
            let piece = choices.choose(PIECES)?;
            bytes.splice(start..start, piece.iter().copied());
        }
        3 => {
            let piece = choices.choose(PIECES)?;
            bytes.splice(at..at, piece.iter().copied());
        }
        4 => drop(bytes.drain(start..end)),
        5 => {
            let line = bytes.get(start..end).unwrap_or(&[]).to_vec();
            bytes.splice(start..start, line);
        }
        6 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = *choices.choose(b"\n -+@\\,019ab/\t\rX=")?;
            }
        }
        7 => {
            if let Some((place, number)) = number_from(bytes, at) {
                let form = choices.int_in_range(0..=variants::NUMBER_FORMS - 1)?;
                bytes.splice(place, variants::number(number.min(1 << 40), form));
            }
        }
        8 => indent(bytes, start, choices)?,
        _ => {
            let more = stream(choices, 1)?;
            bytes.extend_from_slice(&more.bytes);
        }
    }
    Ok(())
}

/// Indents a few lines from `start` on.
fn indent(bytes: &mut Vec<u8>, mut start: usize, choices: &mut Unstructured<'_>) -> Result<()> {
    let with: &[u8] = choices.choose(&[b" ".as_slice(), b"    ", b"\t", b"X", b" \t"])?;
    for _ in 0..choices.int_in_range(1..=8)? {
        bytes.splice(start..start, with.iter().copied());
        let rest = bytes.get(start..).unwrap_or(&[]);
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(lf) if start + lf + 1 < bytes.len() => start += lf + 1,
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// Most streams have fewer bytes.
const ROOM: usize = 1024;

/// What is kept of the patches that are written.
struct Patches {
    messages: Vec<BuiltMessage>,
    /// Where the next message begins.
    start: usize,
}

type Writer<'a, 'b> = element::Writer<'a, 'b, Patches>;

impl Writer<'_, '_> {
    /// The message that ends here.
    fn built(&mut self, head: usize, body: Vec<(usize, usize)>) {
        let (start, end) = (self.state.start, self.bytes.len());
        self.state.messages.push(BuiltMessage {
            start,
            head,
            body,
            end,
        });
        self.state.start = end;
    }

    fn mail(&mut self) -> Result<()> {
        self.one_of(&MAIL_START, 16)?;
        self.one_of(&FIELDS, 16)?;
        self.one_of(&MESSAGE, 3)?;
        self.one_of(&SEPARATOR, 8)?;
        if self.is_odd(12)? {
            let text = *self.choices.choose(MESSAGE.odd)?;
            self.put(text);
        }
        self.files()?;
        self.one_of(&SIGNATURE, 8)
    }

    fn files(&mut self) -> Result<()> {
        let mut has_hunks = true;
        for _ in 0..self.choices.int_in_range(1..=3)? {
            // After a header without hunks, the two lines of a header would belong to it.
            has_hunks = self.file(!has_hunks)?;
        }
        Ok(())
    }

    /// The patch of a file; whether it has hunks.
    fn file(&mut self, must_be_git: bool) -> Result<bool> {
        let git = must_be_git || self.choices.ratio(1, 2)?;
        if git {
            self.put(b"diff --git a/x b/x");
            self.one_of(&LINE_END, 40)?;
            if self.choices.ratio(1, 4)? {
                self.one_of(&HUNKLESS, 6)?;
                self.built(self.bytes.len(), Vec::new());
                return Ok(false);
            }
            self.one_of(&GIT, 8)?;
        }
        self.two_lines()?;
        for _ in 0..self.choices.int_in_range(1..=2)? {
            self.hunk()?;
        }
        Ok(true)
    }

    /// The two lines of the header.
    fn two_lines(&mut self) -> Result<()> {
        let name = self.choose(&NAME, 10)?;
        let (old, new) = match self.choices.int_in_range(0..=7)? {
            0 => (b"/dev/null".to_vec(), name.to_vec()),
            1 => (name.to_vec(), b"/dev/null".to_vec()),
            2 => (name.to_vec(), name.to_vec()),
            _ => ([b"a/", name].concat(), [b"b/", name].concat()),
        };
        let old = [b"--- ", old.as_slice()].concat();
        let new = if self.is_odd(16)? {
            b"+++ other".to_vec()
        } else {
            [b"+++ ", new.as_slice()].concat()
        };
        let mut lines = vec![old, new];
        if self.is_odd(12)? {
            match self.choices.int_in_range(0..=3)? {
                0 => lines.swap(0, 1),
                1 => drop(lines.remove(0)),
                2 => drop(lines.remove(1)),
                _ => lines.insert(1, b"prose".to_vec()),
            }
        }
        for line in lines {
            self.put(&line);
            self.one_of(&STAMP, 16)?;
            self.one_of(&LINE_END, 30)?;
        }
        if self.is_odd(20)? {
            self.put(b"prose\n");
        }
        Ok(())
    }

    fn hunk(&mut self) -> Result<()> {
        let mut lines = Vec::new();
        for _ in 0..self.choices.int_in_range(1..=4)? {
            lines.push(*self.choices.choose(b" -+ -+ ")?);
        }
        let old = lines.iter().filter(|kind| **kind != b'+').count() as u64;
        let new = lines.iter().filter(|kind| **kind != b'-').count() as u64;
        self.one_of(&HUNK_OPEN, 20)?;
        self.range(old)?;
        self.one_of(&HUNK_MIDDLE, 20)?;
        self.range(new)?;
        self.one_of(&HUNK_END, 12)?;
        self.one_of(&LINE_END, 30)?;
        let head = self.bytes.len();
        let mut pieces = Vec::new();
        let mut from = head;
        for (nth, kind) in lines.iter().enumerate() {
            if self.is_odd(12)? {
                let line = *self.choices.choose(BODY_ODD.odd)?;
                self.put(line);
            }
            self.put(&[*kind]);
            self.one_of(&CONTENT, 16)?;
            self.one_of(&LINE_END, 24)?;
            if nth + 1 == lines.len() {
                pieces.push((from, self.bytes.len()));
                if self.choices.ratio(1, 6)? {
                    self.one_of(&MARKER, 3)?;
                }
                from = self.bytes.len();
            }
        }
        self.built(head, pieces);
        self.one_of(&AFTER_HUNK, 5)
    }

    /// `1,COUNT`, or `1` where COUNT is one.
    fn range(&mut self, count: u64) -> Result<()> {
        let mut form = || -> Result<usize> {
            match self.is_odd(8)? {
                true => self.choices.int_in_range(1..=variants::NUMBER_FORMS - 1),
                false => Ok(0),
            }
        };
        let (first, second) = (form()?, form()?);
        self.put(&variants::number(1, first));
        if count != 1 || self.choices.ratio(1, 2)? {
            self.put(b",");
            self.put(&variants::number(count, second));
        }
        Ok(())
    }
}
