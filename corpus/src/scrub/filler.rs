//! The bytes that take the place of private ones.

/// Whether a word is a version of single digits.
pub(super) fn is_version(word: &[u8]) -> bool {
    match word {
        [name @ .., b'/', major, b'.', minor] => {
            name.eq_ignore_ascii_case(b"HTTP") && major.is_ascii_digit() && minor.is_ascii_digit()
        }
        _ => false,
    }
}

pub(super) fn filler(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' => b'x',
        b'0'..=b'9' => b'0',
        _ => byte,
    }
}

/// [`filler`] after digits, where an x may be the sign of hexadecimal ones.
pub(super) fn unsigned_filler(byte: u8) -> u8 {
    match filler(byte) {
        b'x' => b'z',
        byte => byte,
    }
}

/// `input` with other bytes from 0x80 on: sequences of UTF-8 become others of the same length. Those that
/// some reader reads as an ASCII letter stay, and those that some reader drops from names.
pub(super) fn without_high_bytes(input: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(input.len());
    for chunk in input.utf8_chunks() {
        for char in chunk.valid().chars() {
            let other = match char {
                '\u{131}' | '\u{212a}' => char,
                _ if char.is_ascii() => char,
                _ => match char.len_utf8() {
                    2 => '\u{c0}',
                    3 => '\u{1000}',
                    _ => '\u{40000}',
                },
            };
            plain.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes());
        }
        plain.extend(chunk.invalid().iter().map(|byte| match byte {
            0x85 | 0xa0 | 0xad | 0xff => *byte,
            _ => 0x80,
        }));
    }
    plain
}

/// [`filler`] where case may matter: in a method.
pub(super) fn cased_filler(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => b'X',
        _ => filler(byte),
    }
}

/// The port at the end of an authority.
pub(super) struct Port {
    /// Where its colon is; beyond the end when there is none.
    pub(super) start: usize,
    /// Where its leading zeros end.
    significant: usize,
    filler: u8,
}

impl Port {
    pub(super) fn of(text: &[u8]) -> Self {
        let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit());
        let digits = digits.count();
        let colon = text.len().checked_sub(digits + 1);
        let colon = colon.filter(|&colon| digits > 0 && text.get(colon) == Some(&b':'));
        let number = colon.and_then(|colon| text.get(colon + 1..)).unwrap_or(&[]);
        let zeros = number.iter().take_while(|&&byte| byte == b'0').count();
        let value = std::str::from_utf8(number).map(str::parse::<u16>);
        let start = colon.unwrap_or(usize::MAX);
        Self {
            start,
            significant: start.saturating_add(1).saturating_add(zeros),
            // A port beyond the highest stays one.
            filler: if matches!(value, Ok(Ok(_))) {
                b'1'
            } else {
                b'9'
            },
        }
    }

    /// The byte at `nth` of the authority.
    pub(super) fn digit(&self, nth: usize, byte: u8) -> u8 {
        if nth < self.significant {
            byte
        } else if byte.is_ascii_digit() {
            self.filler
        } else {
            filler(byte)
        }
    }
}
