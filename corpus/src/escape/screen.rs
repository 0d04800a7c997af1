//! The last guard before a terminal or a log: whatever text was forgotten by others is escaped here.

use std::io::{self, Write};

use super::push_text;

/// Passes on text, and escapes every character that moves the cursor, turns text round, or shows as nothing.
/// Line feeds and HTABs stay, and, when asked for, the sequences that set a colour.
pub struct Screen<W: Write> {
    out: W,
    has_colours: bool,
    /// Bytes that are the beginning of a character or of a sequence.
    unfinished: Vec<u8>,
}

impl<W: Write> Screen<W> {
    /// Passes on to `out`; `has_colours` says whether sequences that set a colour may pass.
    pub fn new(out: W, has_colours: bool) -> Self {
        Self {
            out,
            has_colours,
            unfinished: Vec::new(),
        }
    }

    fn pass(&mut self, is_last: bool) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.unfinished);
        let mut rest = bytes.as_slice();
        let mut text = String::with_capacity(bytes.len());
        while let Some(&byte) = rest.first() {
            let whole = match colour(rest) {
                Some(length) if self.has_colours && length > 0 => Some(length),
                Some(_) if self.has_colours && !is_last => None,
                _ => match next_char(rest) {
                    Next::Char(char) => {
                        match char {
                            '\n' | '\t' => text.push(char),
                            char => push_text(char, &mut text),
                        }
                        rest = rest.get(char.len_utf8()..).unwrap_or(&[]);
                        continue;
                    }
                    Next::Begun if !is_last => None,
                    Next::Begun | Next::Invalid => {
                        text.push_str(&format!("\\x{byte:02x}"));
                        rest = rest.get(1..).unwrap_or(&[]);
                        continue;
                    }
                },
            };
            let Some(length) = whole else {
                self.unfinished = rest.to_vec();
                break;
            };
            let (sequence, after) = rest.split_at(length.min(rest.len()));
            text.push_str(&String::from_utf8_lossy(sequence));
            rest = after;
        }
        self.out.write_all(text.as_bytes())
    }
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
        if self.unfinished.is_empty() && bytes.iter().all(is_plain) {
            self.out.write_all(bytes)?;
        } else {
            self.unfinished.extend_from_slice(bytes);
            self.pass(false)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass(true)?;
        self.out.flush()
    }
}

/// The length of a sequence that sets a colour at the front of `bytes`; 0 if it is only begun.
fn colour(bytes: &[u8]) -> Option<usize> {
    /// More bytes are none of a colour.
    const LONGEST: usize = 32;
    let rest = bytes.strip_prefix(b"\x1b")?;
    let Some(rest) = rest.strip_prefix(b"[") else {
        return rest.is_empty().then_some(0);
    };
    let numbers = rest
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || **byte == b';');
    let numbers = numbers.count();
    match rest.get(numbers) {
        Some(b'm') => Some(numbers + 3),
        None if numbers < LONGEST => Some(0),
        _ => None,
    }
}

enum Next {
    Char(char),
    /// The bytes end within a character.
    Begun,
    Invalid,
}

fn next_char(bytes: &[u8]) -> Next {
    let front = bytes.get(..bytes.len().min(4)).unwrap_or(&[]);
    let valid = match std::str::from_utf8(front) {
        Ok(text) => text,
        Err(error) => {
            let valid = front.get(..error.valid_up_to()).unwrap_or(&[]);
            if valid.is_empty() {
                let is_begun = error.error_len().is_none() && bytes.len() < 4;
                return if is_begun { Next::Begun } else { Next::Invalid };
            }
            std::str::from_utf8(valid).unwrap_or("")
        }
    };
    valid.chars().next().map_or(Next::Invalid, Next::Char)
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(bytes: &[u8], has_colours: bool, piece: usize) -> String {
        let mut out = Vec::new();
        let mut screen = Screen::new(&mut out, has_colours);
        for piece in bytes.chunks(piece) {
            screen.write_all(piece).unwrap();
        }
        screen.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_text_and_colours_pass_in_whatever_pieces_they_come() {
        let hostile =
            "a\té\u{202e}😀\n\x1b[1;31mred\x1b[0m\x1b[2J\x1b]0;x\x07\u{e0041}\u{85}\x1b".as_bytes();
        let hostile = [hostile, b"[3\xff\xc3"].concat();
        let plain = "a\té\\u{202e}😀\n\\u{1b}[1;31mred\\u{1b}[0m\\u{1b}[2J\\u{1b}]0;x\\u{7}\
            \\u{e0041}\\u{85}\\u{1b}[3\\xff\\xc3";
        let coloured = plain
            .replace("\\u{1b}[1;31m", "\x1b[1;31m")
            .replace("\\u{1b}[0m", "\x1b[0m");
        for piece in 1..=hostile.len() {
            assert_eq!(shown(&hostile, false, piece), plain, "{piece}");
            assert_eq!(shown(&hostile, true, piece), coloured, "{piece}");
        }
    }
}
