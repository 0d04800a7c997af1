//! Binary data, as git writes them: those of the new file, and maybe those of the old one.

use super::super::label;
use super::super::rules::*;
use super::Cursor;
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    New,
    Old,
}

impl Cursor<'_> {
    /// The data that the line at the cursor announces; the cursor moves behind them.
    pub(super) fn binary(&mut self, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let start = self.at;
        self.step();
        draft.part(label::HUNK_HEADER, start, self.at);
        draft.head(self.at, Framing::Counted);
        self.data(Of::New, draft)?;
        self.data(Of::Old, draft)
    }

    /// A size, lines of data, an empty line. Those of the old file may be missing.
    fn data(&mut self, of: Of, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let at = self.at;
        let (line, has_end) = self.line();
        let is_required = of == Of::New;
        if !has_end && (is_required || begins_size(line)) {
            return Err(Stop::Incomplete);
        }
        match (has_end && is_size(line), is_required) {
            (true, _) => {}
            (false, true) => return Err(draft.reject(&BINARY_PATCH, at)),
            (false, false) => return Ok(()),
        }
        self.step();
        draft.join(label::HUNK_HEADER, at, self.at);
        loop {
            let at = self.at;
            let line = self.take_line()?;
            if line.is_empty() {
                draft.part(label::SKIPPED, at, self.at);
                return Ok(());
            }
            if !is_data(line) {
                return Err(draft.reject(&BINARY_DATA, at));
            }
            draft.join(label::BODY, at, self.at);
        }
    }
}

/// What follows the word before a size.
fn behind_word(line: &[u8]) -> Option<&[u8]> {
    let literal = line.strip_prefix(b"literal ");
    literal.or_else(|| line.strip_prefix(b"delta "))
}

fn is_size(line: &[u8]) -> bool {
    behind_word(line).is_some_and(|size| !size.is_empty() && size.iter().all(u8::is_ascii_digit))
}

/// Whether a line that is not whole may become a size; at the end of the input there is none.
fn begins_size(line: &[u8]) -> bool {
    let may_become = b"literal ".starts_with(line) || b"delta ".starts_with(line);
    !line.is_empty() && (may_become || behind_word(line).is_some())
}

/// The first byte counts the bytes that the rest stands for, five digits for every four of them.
fn is_data(line: &[u8]) -> bool {
    let count = match line.first() {
        Some(first @ b'A'..=b'Z') => usize::from(first - b'A' + 1),
        Some(first @ b'a'..=b'z') => usize::from(first - b'a' + 27),
        _ => return false,
    };
    let digits = line.get(1..).unwrap_or(&[]);
    let is_digit =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&()*+-;<=>?@^_`{|}~".contains(byte);
    digits.len() == count.div_ceil(4) * 5 && digits.iter().all(is_digit)
}
