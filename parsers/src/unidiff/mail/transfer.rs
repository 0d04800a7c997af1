//! Transfer encodings (RFC 2045 §6), each byte with the place that it comes from.

use crate::core::unpack::Unpacked;

/// How a body is encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    /// Not at all.
    Plain,
    Quoted,
    Base64,
}

impl Transfer {
    /// The encoding of this name; none for an unknown one.
    pub(super) fn named(name: &[u8]) -> Self {
        if name.eq_ignore_ascii_case(b"base64") {
            Self::Base64
        } else if name.eq_ignore_ascii_case(b"quoted-printable") {
            Self::Quoted
        } else {
            Self::Plain
        }
    }
}

/// Decodes a line of quoted-printable that begins at `at`; whether it ends there, and does not go on with the
/// next one.
pub(super) fn quoted(line: &[u8], at: usize, out: &mut Unpacked) -> bool {
    let mut nth = 0;
    while let Some(&byte) = line.get(nth) {
        let rest = line.get(nth + 1..).unwrap_or(&[]);
        if byte != b'=' {
            out.push(byte, at + nth);
            nth += 1;
            continue;
        }
        if rest.trim_ascii_end().is_empty() {
            return false;
        }
        let digits = rest.first().zip(rest.get(1));
        let value = digits.and_then(|(high, low)| Some(digit(*high)? * 16 + digit(*low)?));
        match value {
            Some(value) => {
                out.push(value, at + nth);
                nth += 3;
            }
            None => {
                out.push(byte, at + nth);
                nth += 1;
            }
        }
    }
    true
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Digits of base 64 that are not yet a byte.
#[derive(Clone, Copy, Default)]
pub(super) struct Base64 {
    bits: u32,
    count: usize,
    /// Where the group of four digits begins.
    start: usize,
}

impl Base64 {
    /// Takes the digit at `at`. What is none is skipped; `=` ends a group.
    pub(super) fn take(&mut self, byte: u8, at: usize, out: &mut Unpacked) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                *self = Self::default();
                return;
            }
            _ => return,
        };
        if self.count == 0 {
            self.start = at;
        }
        self.bits = self.bits << 6 | u32::from(value);
        self.count += 1;
        // A byte is whole with its second digit; the first of a group begins with the first of its digits.
        let (shift, place) = match self.count {
            2 => (4, self.start),
            3 => (2, at - 1),
            4 => (0, at),
            _ => return,
        };
        out.push((self.bits >> shift) as u8, place.max(self.start));
        if self.count == 4 {
            *self = Self::default();
        }
    }
}
