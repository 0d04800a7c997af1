//! The chunked transfer coding, by its delimiters.

use super::{Scan, Section, TCHAR, first_not, is, is_field_value, l, r};
use crate::core::parser::Stop;
use memchr::memchr2;

impl<'i> Scan<'i, '_, '_> {
    /// Reads chunks and the trailer section.
    pub(super) fn chunked(&mut self) -> Result<(), Stop> {
        loop {
            let size = self.chunk_line()?;
            if size == 0 {
                break;
            }
            let start = self.at;
            self.skip(size)?;
            self.draft.part(0, start, self.at);
            match self.rest().first() {
                None => return Err(Stop::Incomplete),
                Some(b'\r') => self.crlf(&r::CHUNK_DATA_END)?,
                Some(b'\n') => self.lf(&l::DATA_LF),
                Some(_) => return self.reject(&r::CHUNK_DATA_END, self.at),
            }
        }
        let mut section = Section::TrailerFirst;
        while self.field_line(section)?.is_some() {
            section = Section::Trailer;
        }
        Ok(())
    }

    /// chunk-size [ chunk-ext ] CRLF
    fn chunk_line(&mut self) -> Result<u64, Stop> {
        let line = self.at;
        let is_digit = |byte: &u8| byte.is_ascii_hexdigit();
        let (digits, mut delimiter) =
            self.up_to(|rest| rest.iter().position(|byte| !is_digit(byte)));
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        if digits.len() - zeros > 16 {
            return self.reject(&r::CHUNK_SIZE_OVERFLOW, line);
        }
        if digits.is_empty() && delimiter.is_some() {
            return self.reject(&r::CHUNK_SIZE, line);
        }
        let size = digits.iter().fold(0, |size, digit| {
            let digit = match digit {
                b'0'..=b'9' => digit - b'0',
                _ => (digit | 0x20) - b'a' + 10,
            };
            size << 4 | u64::from(digit)
        });
        if let Some(b' ' | b'\t') = delimiter {
            let space = self.at;
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
            (_, delimiter) = self.up_to(|rest| rest.iter().position(|byte| !is_space(byte)));
            if delimiter.is_some_and(|byte| byte != b';') {
                return self.reject(&r::CHUNK_SIZE_SPACE, space);
            }
        }
        match delimiter {
            None => Err(Stop::Incomplete),
            Some(b';') => self.extensions().map(|()| size),
            Some(b'\r') => self.crlf(&r::CHUNK_LINE_END).map(|()| size),
            Some(b'\n') => self.reject(&r::CHUNK_LINE_END, self.at),
            Some(_) => self.reject(&r::CHUNK_SIZE, line),
        }
    }

    /// All from the semicolon at the cursor up to CRLF, whatever its grammar.
    fn extensions(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let (piece, delimiter) = self.up_to(|rest| memchr2(b'\r', b'\n', rest));
        let skipped = first_not(piece, is_field_value).unwrap_or(piece.len());
        let fault = first_fault(piece.get(..skipped).unwrap_or(piece));
        // The end of the line may be a fault too, when CRLF is what ends it.
        let ends = skipped == piece.len() && self.rest().starts_with(b"\r\n");
        let relaxes = |fault: &usize| *fault < skipped || ends;
        if let Some(fault) = fault.filter(relaxes) {
            self.draft.relax(&l::EXTENSION_ANY, start + fault);
        }
        if skipped < piece.len() {
            return self.reject(&r::CHUNK_EXTENSION, start + skipped);
        }
        match delimiter {
            None => Err(Stop::Incomplete),
            Some(b'\r') => self.crlf(&r::CHUNK_LINE_END),
            Some(_) => self.reject(&r::CHUNK_LINE_END, self.at),
        }
    }
}

/// Where the extensions leave their grammar, `*( BWS ";" BWS name [ BWS "=" BWS value ] )`, if they
/// do; the byte after them when they only end too early.
fn first_fault(extensions: &[u8]) -> Option<usize> {
    let length = extensions.len();
    let mut rest = extensions;
    loop {
        rest = bws(rest.get(1..)?);
        let name = token(rest);
        if name == 0 {
            return Some(length - rest.len());
        }
        rest = rest.get(name..)?;
        let mut after = bws(rest);
        if let [b'=', value @ ..] = after {
            rest = bws(value);
            let value = value_length(rest);
            if value == 0 {
                return Some(length - rest.len());
            }
            let Some(more) = rest.get(value..) else {
                return Some(length);
            };
            rest = more;
            after = bws(rest);
        }
        if rest.is_empty() {
            return None;
        }
        if after.first() != Some(&b';') {
            return Some(length - after.len());
        }
        rest = after;
    }
}

fn bws(rest: &[u8]) -> &[u8] {
    let space = rest
        .iter()
        .take_while(|&&byte| byte == b' ' || byte == b'\t');
    rest.get(space.count()..).unwrap_or(&[])
}

fn token(rest: &[u8]) -> usize {
    first_not(rest, is(TCHAR)).unwrap_or(rest.len())
}

/// The length of the token or quoted-string at the front; more than there is for a quoted-string
/// without an end.
fn value_length(rest: &[u8]) -> usize {
    let [b'"', quoted @ ..] = rest else {
        return token(rest);
    };
    let mut from = 0;
    while let Some(found) = quoted
        .get(from..)
        .and_then(|rest| memchr2(b'"', b'\\', rest))
    {
        if quoted.get(from + found) == Some(&b'"') {
            return from + found + 2;
        }
        from += found + 2;
    }
    rest.len() + 1
}
