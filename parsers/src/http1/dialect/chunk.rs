//! The chunked transfer coding: chunks, one after the other.

use super::super::leniencies::*;
use super::super::rules::*;
use super::Reader;
use super::bytes::hex_digit;
use super::chunk_line::ChunkLine;
use crate::core::parser::{Accepted, Draft, Next, Stop};
use crate::core::verdict::Framing;

impl Reader<'_> {
    /// Reads the chunked body that begins at `head`.
    pub(super) fn chunks(
        &self,
        head: usize,
        next: Next,
        draft: &mut Draft<'_>,
    ) -> Result<Accepted, Stop> {
        let mut at = head;
        loop {
            let plain = self.plain_chunk_line(at);
            if plain.is_none() {
                self.whole_line(at, draft)?;
            }
            let line = match plain {
                Some((size, data)) => ChunkLine::Size { size, data },
                None if at == self.input.len() && self.relax(&CLOSE_ENDS_CHUNKS, at, draft) => {
                    draft.head(head, Framing::UntilClose);
                    return Ok(Accepted {
                        end: at,
                        next: Next::Close,
                    });
                }
                None => self.odd_chunk_line(at, draft)?,
            };
            let (size, data) = match line {
                ChunkLine::Size { size, data } => (size, data),
                ChunkLine::Ends(end) => return Ok(Accepted { end, next }),
            };
            if let Some(end) = self.searched_end(at, data, size, draft) {
                return Ok(Accepted { end, next });
            }
            if size == 0 && !self.is_empty_chunk(at, data, draft) {
                return self.after_last_chunk(head, data, next, draft);
            }
            let end = usize::try_from(size)
                .ok()
                .and_then(|size| data.checked_add(size));
            let end = end
                .filter(|&end| end <= self.input.len())
                .ok_or(Stop::Incomplete)?;
            draft.part(0, data, end);
            at = match self.rest(end).first_chunk::<2>() {
                Some(b"\r\n") => end + 2,
                _ => self.odd_data_end(end, draft)?,
            };
        }
    }

    /// The end of the message where a search for the last chunk finds it in a chunk of `size` bytes at `data`, whose line
    /// begins at `line`.
    fn searched_end(
        &self,
        line: usize,
        data: usize,
        size: u64,
        draft: &mut Draft<'_>,
    ) -> Option<usize> {
        if !self.has(&LAST_SEARCHED) {
            return None;
        }
        // The search goes no further than the chunk: all chunks together are searched once.
        let end = usize::try_from(size)
            .ok()
            .and_then(|size| data.checked_add(size));
        let up_to = end.map_or(self.input.len(), |end| self.input.len().min(end + 4));
        let searched = self.slice(line, up_to);
        let mut zeros = memchr::memchr_iter(b'0', searched);
        let ends = |at: &usize| searched.get(*at..).unwrap_or(&[]).starts_with(b"0\r\n\r\n");
        let last = line + zeros.find(ends)?;
        if last == line {
            return None;
        }
        draft.relax(&LAST_SEARCHED, line);
        draft.part(0, data, last);
        Some(last + 5)
    }

    /// Waits for the end of the line at `at`, in a dialect that judges no part of one.
    fn whole_line(&self, at: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
        if !self.has(&CHUNK_LINE_WHOLE) {
            return Ok(());
        }
        let end = self.after_crlf(at).ok();
        let cr = memchr::memchr(b'\r', self.rest(at)).map(|offset| at + offset + 2);
        let bare_cr_waits = end != cr && self.has(&CHUNK_LINE_CR_WAITS);
        if end.is_some() && !bare_cr_waits {
            return Ok(());
        }
        draft.relax(&CHUNK_LINE_WHOLE, at);
        Err(Stop::Incomplete)
    }

    /// The size on the line at `at`, and the byte after the line, when the line is up to seven digits and CRLF and
    /// no leniency could read it otherwise.
    #[inline(always)]
    fn plain_chunk_line(&self, at: usize) -> Option<(u64, usize)> {
        let (mut size, mut digits) = (0u64, 0);
        let line = self.rest(at).first_chunk::<9>();
        let line = line.map_or(self.rest(at), |line| line.as_slice());
        while let Some(digit) = line.get(digits).and_then(|&byte| hex_digit(byte)) {
            size = size << 4 | u64::from(digit);
            digits += 1;
        }
        match line.get(digits..).and_then(|end| end.first_chunk::<2>()) {
            Some(b"\r\n") if digits > 0 => Some((size, at + digits + 2)),
            _ => None,
        }
    }

    /// Whether a line of size zero, which ends before `data`, is an empty chunk to this dialect.
    fn is_empty_chunk(&self, at: usize, data: usize, draft: &mut Draft<'_>) -> bool {
        self.has(&LAST_CHUNK_EXACT)
            && self.slice(at, data) != b"0\r\n"
            && self.relax(&LAST_CHUNK_EXACT, at, draft)
    }

    /// The byte after whatever ends the chunk data that ends at `at`, which CRLF does not.
    #[cold]
    fn odd_data_end(&self, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let first = self.need(at)?;
        self.whole_line(at, draft)?;
        if self.has(&DATA_ANY_TWO) {
            self.need(at + 1)?;
            draft.relax(&DATA_ANY_TWO, at);
            return Ok(at + 2);
        }
        if first == b'\r' {
            self.need(at + 1)?;
        }
        if self.relax(&DATA_ANY_ONE, at, draft)
            || (first == b'\n' && self.relax(&DATA_LF, at, draft))
            || (first == b'\r' && self.relax(&DATA_CR, at, draft))
        {
            return Ok(at + 1);
        }
        if first == b'\r'
            && self.has(&DATA_CRCRLF)
            && self.need(at + 1)? == b'\r'
            && self.need(at + 2)? == b'\n'
        {
            draft.relax(&DATA_CRCRLF, at);
            return Ok(at + 3);
        }
        if self.has(&DATA_SPILL_LF) {
            let end = memchr::memchr(b'\n', self.rest(at)).ok_or(Stop::Incomplete)?;
            draft.relax(&DATA_SPILL_LF, at);
            return Ok(at + end + 1);
        }
        if self.has(&DATA_SPILL) {
            let end = self.after_crlf(at)?;
            draft.relax(&DATA_SPILL, at);
            return Ok(end);
        }
        if self.relax(&DATA_NONE, at, draft) {
            return Ok(at);
        }
        Err(draft.reject(&CHUNK_DATA_END, at))
    }

    /// The end of the message whose last chunk's line ends before `at`.
    fn after_last_chunk(
        &self,
        head: usize,
        at: usize,
        next: Next,
        draft: &mut Draft<'_>,
    ) -> Result<Accepted, Stop> {
        if self.rest(at).first_chunk::<2>() == Some(b"\r\n") {
            return Ok(Accepted { end: at + 2, next });
        }
        if self.peek(at).is_some() {
            if self.has(&LAST_ANY_TWO) {
                self.need(at + 1)?;
                draft.relax(&LAST_ANY_TWO, at);
                return Ok(Accepted { end: at + 2, next });
            }
            if self.has(&LAST_ENDS) {
                if self.peek(at) == Some(b'\r') {
                    self.need(at + 1)?;
                }
                draft.relax(&LAST_ENDS, at);
                return Ok(Accepted { end: at, next });
            }
        }
        self.trailers(head, at, next, draft)
    }
}
