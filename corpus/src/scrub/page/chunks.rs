//! Filler in chunked bodies.

use super::{Page, Pass};
use crate::scrub::filler::unsigned_filler;

impl Page<'_> {
    /// Chunk-size lines, the ends of chunks, and a trailer section.
    pub(super) fn framing(&mut self, start: usize, end: usize) {
        let mut frames = false;
        for (start, end) in self.lines(start, end) {
            let line = self.slice(start, end);
            let before_extension = line.split(|&byte| byte == b';').next().unwrap_or(line);
            if before_extension.contains(&b':') {
                frames = self.field_line(start, end, frames);
            } else {
                self.chunk_line(start, end);
            }
        }
    }

    /// A chunk-size line. Some readers treat the first digits in it as the size, wherever they are.
    fn chunk_line(&mut self, start: usize, end: usize) {
        if ![Pass::Sizes, Pass::Extensions].contains(&self.pass) {
            return;
        }
        let line = self.slice(start, end);
        let is_size = |byte: u8| byte.is_ascii_hexdigit() || b" \t+-_xX\0".contains(&byte);
        let size = line.iter().take_while(|byte| is_size(**byte)).count();
        let is_hex = |byte: u8| byte.is_ascii_hexdigit();
        if self.pass == Pass::Sizes {
            for (run, is_digits) in self.runs(start, start + size, is_hex) {
                if is_digits {
                    self.digits(run.start, run.end);
                } else {
                    self.keep(run.start, run.end);
                }
            }
            return;
        }
        for (run, is_digits) in self.runs(start + size, end, is_hex) {
            if is_digits {
                self.digits(run.start, run.end);
            } else {
                self.put(run.start, run.end, |_, byte| unsigned_filler(byte));
            }
        }
    }

    /// Chunks as far as they are plain.
    pub(super) fn chunks(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some((line_end, size)) = plain_chunk(self.input, at, end) {
            self.framing(at, line_end);
            match size {
                Some(size @ 1..) if size < end - line_end => at = line_end + size,
                Some(0) => return self.trailer(line_end, end),
                _ => return,
            }
            // The line end after the data, as far as it is one.
            while at < end && matches!(self.input.get(at), Some(b'\r' | b'\n')) {
                self.keep(at, at + 1);
                at += 1;
            }
        }
        self.framing(at, end);
    }

    fn trailer(&mut self, start: usize, end: usize) {
        let mut at = start;
        for line in self
            .slice(start, end)
            .split_inclusive(|&byte| byte == b'\n')
        {
            at += line.len();
            if line.trim_ascii().is_empty() {
                break;
            }
        }
        self.framing(start, at);
    }
}

/// The end of the chunk line at `at`, and the size that its first digits give.
pub(in crate::scrub) fn plain_chunk(
    input: &[u8],
    at: usize,
    end: usize,
) -> Option<(usize, Option<usize>)> {
    let rest = input.get(at..end)?;
    let feed = rest.iter().position(|&byte| byte == b'\n')?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit());
    let digits = std::str::from_utf8(rest.get(..digits.count())?).unwrap_or("");
    Some((at + feed + 1, usize::from_str_radix(digits, 16).ok()))
}
