//! Binary data, as git writes them.

use super::super::label;
use super::super::leniencies::*;
use super::super::rules::*;
use super::header::Attempt;
use super::{Line, Reader};
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;

impl Reader<'_> {
    /// The data behind this line, `GIT binary patch`: those of the new file, and maybe those of the old one.
    pub(super) fn binary(&self, line: &Line, draft: &mut Draft<'_>) -> Result<Attempt, Stop> {
        let head = line.next;
        draft.part(label::HUNK_HEADER, line.start, head);
        draft.head(head, Framing::Counted);
        let mut end = head;
        for is_new in [true, false] {
            let Some(size) = self.look(end) else {
                if is_new {
                    return Err(Stop::Incomplete);
                }
                break;
            };
            let text = self.slice(size.start, size.end);
            if !size.is_ended && (is_new || may_be_size(text)) {
                return Err(Stop::Incomplete);
            }
            if !is_size(text) {
                if is_new {
                    self.accept(&size, draft);
                    return Err(draft.reject(&BINARY_PATCH, size.start));
                }
                break;
            }
            self.accept(&size, draft);
            draft.join(label::HUNK_HEADER, size.start, size.next);
            end = self.data(size.next, draft)?;
        }
        Ok(Attempt::Binary { head, end })
    }

    /// Lines of data from `at` on, and the empty line behind them: where they end.
    fn data(&self, mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        loop {
            let line = self.look(at).ok_or(Stop::Incomplete)?;
            if !line.is_ended {
                return Err(Stop::Incomplete);
            }
            let text = self.slice(line.start, line.end);
            if !text.is_empty() && !is_data(text) && !self.relax(&BINARY_ANY, at, draft) {
                if self.relax(&BINARY_ENDS, at, draft) {
                    return Ok(at);
                }
                self.accept(&line, draft);
                return Err(draft.reject(&BINARY_DATA, at));
            }
            self.accept(&line, draft);
            if text.is_empty() {
                draft.part(label::SKIPPED, at, line.next);
                return Ok(line.next);
            }
            draft.join(label::BODY, at, line.next);
            at = line.next;
        }
    }
}

/// `literal` or `delta`, and how many bytes the data are when they are unpacked.
fn is_size(line: &[u8]) -> bool {
    let number = line
        .strip_prefix(b"literal ")
        .or_else(|| line.strip_prefix(b"delta "));
    number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// Whether a line that is not whole may become one.
fn may_be_size(text: &[u8]) -> bool {
    let words: [&[u8]; 2] = [b"literal ", b"delta "];
    words
        .iter()
        .any(|word| word.starts_with(text) || text.starts_with(word))
}

/// A line of data: how many bytes it stands for, and those in base 85.
fn is_data(line: &[u8]) -> bool {
    let Some((&first, digits)) = line.split_first() else {
        return false;
    };
    let length = match first {
        b'A'..=b'Z' => usize::from(first - b'A') + 1,
        b'a'..=b'z' => usize::from(first - b'a') + 27,
        _ => return false,
    };
    digits.len() == length.div_ceil(4) * 5 && digits.iter().copied().all(is_digit)
}

/// The 85 digits of git: those of base 64 but `/`, and some marks.
fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&()*+-;<=>?@^_`{|}~".contains(&byte)
}
