//! The body of a mail: its parts, decoded and flowed, and where in them the patch begins.

use super::super::field::parameter_of;
use super::super::format::is_space;
use super::{Fields, field, header_line, next_line};

/// The most parts in one another.
const DEPTH: usize = 5;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Transfer {
    #[default]
    Plain,
    Quoted,
    Base64,
}

/// A body while it is read.
#[derive(Default)]
pub(super) struct Body {
    /// The lines of the patch.
    pub patch: Vec<u8>,
    /// Fields at the beginning of its text.
    pub own: Fields,
    /// The field of these that is being read.
    open: Vec<u8>,
    /// Whether other text than such fields has come.
    has_text: bool,
    /// Whether there is a NUL in that.
    pub has_nul: bool,
    is_patch: bool,
    /// What stands between the parts, those of the outermost first.
    boundaries: Vec<Vec<u8>>,
    transfer: Transfer,
    is_flowed: bool,
    drops_space: bool,
    /// A line that goes on.
    held: Vec<u8>,
}

impl Body {
    /// Takes a field of a header that says how what follows it is written.
    pub(super) fn content_field(&mut self, line: &[u8]) {
        if let Some(kind) = field(line, b"Content-Type") {
            let is = |name: &[u8], value: &[u8]| {
                parameter_of(kind, name).is_some_and(|found| found.eq_ignore_ascii_case(value))
            };
            self.is_flowed = is(b"format=", b"flowed");
            self.drops_space = is(b"delsp=", b"yes");
            if let Some(boundary) =
                parameter_of(kind, b"boundary=").filter(|_| self.boundaries.len() < DEPTH)
            {
                self.boundaries.push([b"--", boundary].concat());
            }
        } else if let Some(encoding) = field(line, b"Content-Transfer-Encoding") {
            let encoding = encoding.to_ascii_lowercase();
            let names = |name: &[u8]| memchr::memmem::find(&encoding, name).is_some();
            self.transfer = match () {
                () if names(b"base64") => Transfer::Base64,
                () if names(b"quoted-printable") => Transfer::Quoted,
                () => Transfer::Plain,
            };
        }
    }

    /// Reads the body: the line behind the header, and the rest. Fields of parts are kept where there is none of their name.
    pub(super) fn read(&mut self, first: Vec<u8>, mut rest: &[u8], fields: &mut Fields) {
        let mut line = first;
        if !self.boundaries.is_empty() {
            match self.find_boundary(&mut rest) {
                Some(found) => line = found,
                None => return,
            }
        }
        loop {
            if self.is_boundary(&line) {
                let held = std::mem::take(&mut self.held);
                if !held.is_empty() {
                    self.filter(&held);
                }
                match self.part(line, &mut rest, fields) {
                    Some(found) => line = found,
                    None => return,
                }
            }
            self.decode(&line);
            match next_line(&mut rest) {
                Some(next) => line = next.to_vec(),
                None => break,
            }
        }
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.filter(&held);
        }
        self.end_field();
    }

    fn is_boundary(&self, line: &[u8]) -> bool {
        let last = self.boundaries.last();
        last.is_some_and(|boundary| line.starts_with(boundary))
    }

    fn find_boundary(&self, rest: &mut &[u8]) -> Option<Vec<u8>> {
        while let Some(line) = next_line(rest) {
            if self.is_boundary(line) {
                return Some(line.strip_suffix(b"\n").unwrap_or(line).to_vec());
            }
        }
        None
    }

    /// Behind the boundary `line`: the first line of the body of the next part; none where there is no more.
    fn part(
        &mut self,
        mut line: Vec<u8>,
        rest: &mut &[u8],
        fields: &mut Fields,
    ) -> Option<Vec<u8>> {
        loop {
            let length = self.boundaries.last().map_or(0, Vec::len);
            if !line.get(length..).is_some_and(|end| end.starts_with(b"--")) {
                break;
            }
            self.boundaries.pop();
            self.filter(b"\n");
            line = self.find_boundary(rest)?;
        }
        self.transfer = Transfer::Plain;
        while let Ok(line) = header_line(rest) {
            if !fields.take(&line, false) {
                self.content_field(&line);
            }
        }
        let line = next_line(rest)?;
        Some([line.strip_suffix(b"\n").unwrap_or(line), b"\n"].concat())
    }

    /// Takes a line as it is written.
    fn decode(&mut self, line: &[u8]) {
        let decoded = match self.transfer {
            Transfer::Plain => return self.flow(line.to_vec()),
            Transfer::Quoted => quoted(line),
            Transfer::Base64 => base64(line),
        };
        let mut decoded = [std::mem::take(&mut self.held), decoded].concat();
        while let Some(lf) = memchr::memchr(b'\n', &decoded) {
            let rest = decoded.split_off(lf + 1);
            self.flow(std::mem::replace(&mut decoded, rest));
        }
        self.held.extend(decoded);
    }

    /// Takes a decoded line.
    fn flow(&mut self, mut line: Vec<u8>) {
        if !self.is_flowed || line.is_empty() {
            return self.filter(&line);
        }
        let content = line.strip_suffix(b"\n").map_or(line.as_slice(), |line| {
            line.strip_suffix(b"\r").unwrap_or(line)
        });
        let mut length = content.len();
        if content == b"-- " {
            let held = std::mem::take(&mut self.held);
            if !held.is_empty() {
                self.filter(&held);
            }
            return self.filter(&line);
        }
        if length > 0 && line.first() == Some(&b' ') {
            line.remove(0);
            length -= 1;
        }
        if length > 0 && line.get(length - 1) == Some(&b' ') {
            line.truncate(length - usize::from(self.drops_space));
            self.held.extend(line);
            return;
        }
        let line = [std::mem::take(&mut self.held), line].concat();
        self.filter(&line);
    }

    /// Takes a line of the text, or of the patch once that has begun.
    fn filter(&mut self, line: &[u8]) {
        if !self.is_patch && !self.is_text(line) {
            self.is_patch = true;
        }
        if self.is_patch {
            self.patch.extend_from_slice(line);
        }
    }

    /// Whether a line is one of the text, and does not begin the patch.
    fn is_text(&mut self, line: &[u8]) -> bool {
        if !self.has_text {
            if line.is_empty() || line == b"\n" {
                self.has_text = !self.open.is_empty();
                self.end_field();
                return true;
            }
            if self.is_own_field(line) {
                return true;
            }
            self.has_text = true;
        }
        let is_text = !begins_patch(line);
        self.has_nul |= is_text && line.contains(&0);
        is_text
    }

    fn is_own_field(&mut self, line: &[u8]) -> bool {
        if !self.open.is_empty() && matches!(line.first(), Some(b' ' | b'\t')) {
            return true;
        }
        self.end_field();
        let is_spaced = |at: usize| line.get(at).is_some_and(|byte| is_space(*byte));
        if line.starts_with(b">From") && is_spaced(5) {
            return is_separator(line.get(1..).unwrap_or(&[]));
        }
        if line.starts_with(b"[PATCH]") && is_spaced(7) {
            self.own.has_subject = true;
            return true;
        }
        let is_field = self.own.lacks(line);
        if is_field {
            self.open = line.to_vec();
        }
        is_field
    }

    fn end_field(&mut self) {
        let line = std::mem::take(&mut self.open);
        if !line.is_empty() {
            self.own.take(&line, false);
        }
    }
}

/// Whether a line is the first of a mail as git format-patch writes it.
fn is_separator(line: &[u8]) -> bool {
    let rest = line.strip_prefix(b"From ").unwrap_or(&[]);
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let digits = rest.iter().take_while(|byte| is_digit(byte)).count();
    digits == 40 && rest.get(40..) == Some(b" Mon Sep 17 00:00:00 2001\n")
}

/// Whether a line of the text begins the patch.
fn begins_patch(line: &[u8]) -> bool {
    if line.starts_with(b"diff -") || line.starts_with(b"Index: ") {
        return true;
    }
    let Some(rest) = line.strip_prefix(b"---").filter(|rest| !rest.is_empty()) else {
        return false;
    };
    let is_name = rest.first() == Some(&b' ') && !rest.get(1).is_some_and(|byte| is_space(*byte));
    let blanks = rest
        .iter()
        .take_while(|byte| is_space(**byte) && **byte != b'\n');
    is_name || rest.get(blanks.count()) == Some(&b'\n')
}

/// A line of quoted-printable without its encoding.
fn quoted(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'=' {
            if matches!(after.first(), None | Some(b'\n')) {
                break;
            }
            let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
            let is_hex = |digits: &&str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let value = digits
                .filter(is_hex)
                .and_then(|digits| u8::from_str_radix(digits, 16).ok());
            if let Some(value) = value {
                out.push(value);
                rest = after.get(2..).unwrap_or(&[]);
                continue;
            }
        }
        out.push(*byte);
    }
    out
}

/// A line of base64 without its encoding; what is no digit is passed over.
fn base64(line: &[u8]) -> Vec<u8> {
    let value = |byte: &u8| {
        Some(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        })
    };
    let (mut out, mut bits) = (Vec::new(), 0u32);
    for (nth, digit) in line.iter().filter_map(value).enumerate() {
        bits = bits << 6 | u32::from(digit);
        if nth % 4 > 0 {
            let shift = 6 - 2 * (nth % 4);
            out.push((bits >> shift) as u8);
        }
    }
    out
}
