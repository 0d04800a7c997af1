//! The body, as the chunked-first reading descends it: the chunked coding, and content of a length.

use super::super::leniencies::*;
use super::super::rules::*;
use super::{Cursor, SPACE, Section, TCHAR, holds, is_text};
use crate::core::parser::Stop;

impl Cursor<'_, '_, '_> {
    /// Takes as many bytes of content.
    pub(super) fn data(&mut self, length: u64) -> Result<(), Stop> {
        let start = self.at;
        let length = usize::try_from(length).map_err(|_| Stop::Incomplete)?;
        if length > self.input.len() - start {
            return Err(Stop::Incomplete);
        }
        self.at += length;
        self.draft.part(0, start, self.at);
        Ok(())
    }

    /// chunked-body = *chunk last-chunk trailer-section CRLF
    pub(super) fn chunked_body(&mut self) -> Result<(), Stop> {
        loop {
            match self.chunk_line()? {
                0 => return self.fields(Section::Trailer, &mut Vec::new()),
                size => self.data(size)?,
            }
            let at = self.at;
            match self.next()? {
                b'\r' => self.line_feed(&CHUNK_DATA_END)?,
                _ => return self.reject(&CHUNK_DATA_END, at),
            }
        }
    }

    /// chunk-size [ chunk-ext ] CRLF
    fn chunk_line(&mut self) -> Result<u64, Stop> {
        let start = self.at;
        let size = self.chunk_size()?;
        let space = self.at;
        while let b' ' | b'\t' = self.peek()? {
            self.at += 1;
        }
        let (at, has_space) = (self.at, self.at > space);
        match self.next()? {
            b';' => self.extensions()?,
            b'\r' if has_space => {
                // The whitespace is let pass only where the line ends after it.
                if self.next()? != b'\n' {
                    return self.reject(&CHUNK_SIZE_SPACE, space);
                }
                self.draft.relax(&CHUNK_SPACE_AFTER, space);
            }
            _ if has_space => return self.reject(&CHUNK_SIZE_SPACE, space),
            b'\r' => self.line_feed(&CHUNK_LINE_END)?,
            b'\n' => return self.reject(&CHUNK_LINE_END, at),
            _ => return self.reject(&CHUNK_SIZE, start),
        }
        Ok(size)
    }

    /// chunk-size = 1*HEXDIG
    fn chunk_size(&mut self) -> Result<u64, Stop> {
        let start = self.at;
        let mut size = 0u64;
        while let Some(digit) = char::from(self.peek()?).to_digit(16) {
            if size >> 60 != 0 {
                return self.reject(&CHUNK_SIZE_OVERFLOW, start);
            }
            size = size << 4 | u64::from(digit);
            self.at += 1;
        }
        match self.at {
            at if at == start => self.reject(&CHUNK_SIZE, start),
            _ => Ok(size),
        }
    }

    /// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ), after its first
    /// semicolon, with the CRLF that ends it.
    fn extensions(&mut self) -> Result<(), Stop> {
        loop {
            self.skip(|byte| holds(SPACE, byte));
            if !self.chunk_token()? {
                return self.loose_extensions();
            }
            let mut end = self.at;
            self.skip(|byte| holds(SPACE, byte));
            if self.peek()? == b'=' {
                self.at += 1;
                self.skip(|byte| holds(SPACE, byte));
                let has_value = match self.peek()? {
                    b'"' => self.quoted_string()?,
                    _ => self.chunk_token()?,
                };
                if !has_value {
                    return self.loose_extensions();
                }
                end = self.at;
                self.skip(|byte| holds(SPACE, byte));
            }
            match self.peek()? {
                b';' => self.at += 1,
                b'\r' if self.at == end => {
                    self.at += 1;
                    return self.line_feed(&CHUNK_LINE_END);
                }
                _ => return self.loose_extensions(),
            }
        }
    }

    /// Takes a token; false when there is none.
    fn chunk_token(&mut self) -> Result<bool, Stop> {
        let start = self.at;
        self.skip(|byte| holds(TCHAR, byte));
        self.peek()?;
        Ok(self.at > start)
    }

    /// quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE; false, before the byte, at one that cannot be.
    fn quoted_string(&mut self) -> Result<bool, Stop> {
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Ok(true);
                }
                b'\\' => {
                    self.at += 1;
                    if !is_text(self.peek()?) {
                        return Ok(false);
                    }
                }
                byte if !is_text(byte) => return Ok(false),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// The rest of the extensions, of which the next byte breaks the grammar.
    fn loose_extensions(&mut self) -> Result<(), Stop> {
        if is_text(self.peek()?) {
            self.draft.relax(&EXTENSION_ANY, self.at);
        }
        self.skip(is_text);
        let at = self.at;
        match self.next()? {
            b'\r' => {
                self.line_feed(&CHUNK_LINE_END)?;
                self.draft.relax(&EXTENSION_ANY, at);
                Ok(())
            }
            b'\n' => self.reject(&CHUNK_LINE_END, at),
            _ => self.reject(&CHUNK_EXTENSION, at),
        }
    }
}
