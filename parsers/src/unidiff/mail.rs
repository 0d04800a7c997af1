//! The mail that a patch is in: which lines are its header, its parts and their bodies, and what these are
//! without their transfer encoding. The resulting text has the lines of all headers, those between
//! parts, and the decoded bodies; what stands before the first part and behind the last is left out.
//!
//! Charsets are left as they are: bytes decide where a patch begins and ends.

mod field;
#[cfg(test)]
mod tests;
mod transfer;

use self::field::Field;
use self::transfer::{Base64, Transfer};
use super::leniencies::TRANSFER_DECODED;
use crate::core::unpack::Unpacked;

/// Unpacks `input`, if it is mail that has something to decode, and says whether it is.
pub(crate) fn unpack(input: &[u8], into: &mut Unpacked) -> bool {
    // What would be decoded has one of these fields, written as mail programs write them.
    let fields: [&[u8]; 2] = [b"ontent-", b"CONTENT-"];
    let has = |field: &&[u8]| memchr::memmem::find(input, field).is_some();
    if input.len() > Unpacked::LONGEST || !fields.iter().any(has) {
        return false;
    }
    into.clear();
    let mut mail = Mail::new(input, into);
    let mut at = 0;
    while at < input.len() {
        let rest = input.get(at..).unwrap_or(&[]);
        let lf = memchr::memchr(b'\n', rest);
        let next = at + lf.map_or(rest.len(), |lf| lf + 1);
        mail.line(Line {
            at,
            text: rest.get(..lf.unwrap_or(rest.len())).unwrap_or(rest),
            next,
        });
        at = next;
    }
    into.is_changed()
}

/// A line of the input, its LF left out.
#[derive(Clone, Copy)]
struct Line<'i> {
    at: usize,
    text: &'i [u8],
    next: usize,
}

impl Line<'_> {
    fn is_whole(&self) -> bool {
        self.next > self.at + self.text.len()
    }
}

/// Where in a mail a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// In the header of a mail, or of a part.
    Header,
    /// In a body.
    Body,
    /// Before the first part, or behind the last.
    Outside,
}

/// How deep parts may lie in parts.
const DEPTH: usize = 8;

struct Mail<'i, 'u> {
    input: &'i [u8],
    out: &'u mut Unpacked,
    state: State,
    /// The field of the header that the last line belongs to, and the two that matter.
    field: Field,
    content_type: Option<(usize, usize)>,
    encoding: Option<(usize, usize)>,
    /// What stands between the parts, the outermost first.
    boundaries: [&'i [u8]; DEPTH],
    depth: usize,
    transfer: Transfer,
    base64: Base64,
    is_flowed: bool,
    /// The blank before a soft line break is no part of the text.
    drops_space: bool,
    /// Where in the text the line begins, and the piece of it that the last line of the input gave.
    begun: usize,
    piece: usize,
}

impl<'i, 'u> Mail<'i, 'u> {
    fn new(input: &'i [u8], out: &'u mut Unpacked) -> Self {
        Self {
            input,
            out,
            state: State::Header,
            field: Field::Other,
            content_type: None,
            encoding: None,
            boundaries: [&[]; DEPTH],
            depth: 0,
            transfer: Transfer::Plain,
            base64: Base64::default(),
            is_flowed: false,
            drops_space: false,
            begun: 0,
            piece: 0,
        }
    }

    fn line(&mut self, line: Line<'i>) {
        let is_new_mail = is_mail_start(line.text);
        if is_new_mail && line.is_whole() {
            self.end_line(&line);
            self.depth = 0;
            self.begin_header();
        } else if let Some((level, is_last)) = self.boundary(&line) {
            self.end_line(&line);
            self.depth = level;
            if is_last {
                self.copy(&line);
                self.state = State::Outside;
                return;
            }
            self.depth += 1;
            self.begin_header();
        } else {
            match self.state {
                State::Header => return self.header(line),
                State::Body => return self.body(&line),
                State::Outside if line.is_whole() => {}
                State::Outside => self.out.leave_open(),
            }
            return;
        }
        self.copy(&line);
    }

    /// Which of the open boundaries the line is, and whether no part follows it.
    fn boundary(&self, line: &Line<'_>) -> Option<(usize, bool)> {
        let text = line.text.strip_prefix(b"--").filter(|_| line.is_whole())?;
        let text = text.trim_ascii_end();
        let open = self.boundaries.iter().take(self.depth).enumerate().rev();
        open.filter_map(|(level, boundary)| {
            let rest = text.strip_prefix(*boundary)?;
            (rest.is_empty() || rest == b"--").then_some((level, !rest.is_empty()))
        })
        .next()
    }

    fn begin_header(&mut self) {
        self.state = State::Header;
        self.field = Field::Other;
        (self.content_type, self.encoding) = (None, None);
        (self.transfer, self.is_flowed) = (Transfer::Plain, false);
        self.base64 = Base64::default();
    }

    /// Ends the line that a body left without an end, with the end of the line of the input before this one.
    fn end_line(&mut self, line: &Line<'_>) {
        if self.out.text().last().is_some_and(|last| *last != b'\n') && line.at > 0 {
            self.out.push(b'\n', line.at - 1);
        }
    }

    /// Takes the line as it is.
    fn copy(&mut self, line: &Line<'_>) {
        let piece = self.input.get(line.at..line.next).unwrap_or(&[]);
        self.out.copy(piece, line.at);
        self.out.reach(line.next);
        (self.begun, self.piece) = (self.out.text().len(), self.out.text().len());
    }

    /// A line of a header, or the first line of a body that has none.
    fn header(&mut self, line: Line<'i>) {
        self.copy(&line);
        let is_fold = matches!(line.text.first(), Some(b' ' | b'\t'));
        if line.text.is_empty() || line.text == b"\r" {
            return self.begin_body();
        }
        let end = line.at + line.text.len();
        if !is_fold {
            match Field::of(line.text) {
                Some(field) => self.field = field,
                None => {
                    self.state = State::Body;
                    return;
                }
            }
        }
        let span = match self.field {
            Field::ContentType => &mut self.content_type,
            Field::Encoding => &mut self.encoding,
            Field::Other => return,
        };
        let start = span.filter(|_| is_fold).map_or(line.at, |span| span.0);
        *span = Some((start, end));
    }

    /// The empty line behind a header.
    fn begin_body(&mut self) {
        let slice = |span: Option<(usize, usize)>| {
            span.and_then(|(start, end)| self.input.get(start..end))
                .unwrap_or(&[])
        };
        let kind = slice(self.content_type);
        self.transfer = Transfer::named(field::value(slice(self.encoding)));
        self.is_flowed = field::is_set(kind, b"format", b"flowed");
        self.drops_space = field::is_set(kind, b"delsp", b"yes");
        self.state = State::Body;
        let boundary = field::parameter(kind, b"boundary");
        let boundary =
            boundary.filter(|boundary| field::is_multipart(kind) && !boundary.is_empty());
        if let Some((boundary, place)) = boundary.zip(self.boundaries.get_mut(self.depth)) {
            *place = boundary;
            self.depth += 1;
            self.state = State::Outside;
            (self.transfer, self.is_flowed) = (Transfer::Plain, false);
            self.relax(self.content_type);
        } else if self.transfer != Transfer::Plain {
            self.relax(self.encoding);
        } else if self.is_flowed {
            self.relax(self.content_type);
        }
    }

    fn relax(&mut self, field: Option<(usize, usize)>) {
        let at = field.map_or(0, |(start, _)| start);
        self.out.relax(&TRANSFER_DECODED, at);
    }

    fn body(&mut self, line: &Line<'_>) {
        if self.transfer == Transfer::Plain && !self.is_flowed {
            return self.copy(line);
        }
        // What an encoded line says is known when it is whole: it may be no line of the body at all.
        if !line.is_whole() {
            return self.out.leave_open();
        }
        match self.transfer {
            Transfer::Plain => {
                let piece = self.input.get(line.at..line.next).unwrap_or(&[]);
                self.out.copy(piece, line.at);
                self.flow();
            }
            Transfer::Quoted => {
                if transfer::quoted(line.text, line.at, self.out) {
                    self.out.push(b'\n', line.next - 1);
                    self.flow();
                }
            }
            Transfer::Base64 => {
                for (nth, byte) in line.text.iter().enumerate() {
                    let before = self.out.text().len();
                    self.base64.take(*byte, line.at + nth, self.out);
                    self.flow_from(before);
                }
            }
        }
        self.out.reach(line.next);
    }

    /// Flows the lines that have ended since the text had this length: one byte at a time.
    fn flow_from(&mut self, before: usize) {
        if self.is_flowed
            && self
                .out
                .text()
                .get(before..)
                .is_some_and(|new| new.contains(&b'\n'))
        {
            self.flow();
        }
    }

    /// A line of the text has ended: as flowed text, it loses a blank at its beginning, and goes on in the
    /// next one if it ends with a blank.
    fn flow(&mut self) {
        if !self.is_flowed || self.out.text().last() != Some(&b'\n') {
            return;
        }
        let piece = self.out.text().get(self.piece..).unwrap_or(&[]);
        let content = piece.trim_ascii_end();
        let ends_with_blank = piece
            .strip_suffix(b"\n")
            .is_some_and(|line| line.ends_with(b" "));
        let is_signature = content == b"--" && piece == b"-- \n" && self.piece == self.begun;
        if !is_signature {
            if piece.starts_with(b" ") {
                self.out.remove(self.piece);
            }
            let is_left = self.out.text().len() > self.piece + 1;
            if ends_with_blank && is_left {
                self.out.pop();
                if self.drops_space {
                    self.out.pop();
                }
                self.piece = self.out.text().len();
                return;
            }
        }
        self.begun = self.out.text().len();
        self.piece = self.begun;
    }
}

/// Whether the line is the first of a mail in a mailbox.
fn is_mail_start(line: &[u8]) -> bool {
    let [b'F', b'r', b'o', b'm', b' ', date @ ..] = line else {
        return false;
    };
    let is_time = date.iter().filter(|byte| **byte == b':').count() > 1;
    let year = date.rsplitn(2, |byte| !byte.is_ascii_digit()).next();
    is_time && year.is_some_and(|year| year.len() >= 4)
}
