//! Binary data in text: any line that is none of them ends them.

use super::super::label;
use super::super::leniencies::BINARY_ENDS;
use super::super::rules::BINARY_PATCH;
use super::{Row, Scan};
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;

impl Scan<'_> {
    /// The data behind `row`, which announces them: where they end.
    pub(super) fn binary(&self, row: &Row, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        draft.part(label::HUNK_HEADER, row.start, row.next);
        draft.head(row.next, Framing::Counted);
        let Some(size) = self.size(row.next)? else {
            return match self.row(row.next) {
                Some(other) if other.is_whole() => Err(draft.reject(&BINARY_PATCH, other.start)),
                _ => Err(Stop::Incomplete),
            };
        };
        let end = self.data(&size, draft)?;
        match self.size(end)? {
            Some(size) => self.data(&size, draft),
            None => Ok(end),
        }
    }

    /// The line at `at`, if it is a word and a number of bytes.
    fn size(&self, at: usize) -> Result<Option<Row>, Stop> {
        let Some(row) = self.row(at) else {
            return Ok(None);
        };
        let text = self.bytes(row.start, row.end);
        let blank = text.iter().position(|byte| *byte == b' ');
        let (word, number) = text.split_at(blank.map_or(text.len(), |blank| blank + 1));
        let words = [b"literal ".as_slice(), b"delta "];
        if !row.is_whole() {
            let may_be = words.iter().any(|known| known.starts_with(word));
            return if may_be {
                Err(Stop::Incomplete)
            } else {
                Ok(None)
            };
        }
        let is_number = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
        Ok((words.contains(&word) && is_number).then_some(row))
    }

    /// The lines of data behind their size, and the empty line behind them.
    fn data(&self, size: &Row, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        draft.join(label::HUNK_HEADER, size.start, size.next);
        let mut at = size.next;
        while let Some(row) = self.row(at).filter(Row::is_whole) {
            match self.bytes(row.start, row.end) {
                [] => {
                    draft.part(label::SKIPPED, row.start, row.next);
                    return Ok(row.next);
                }
                text if !is_data(text) => {
                    draft.relax(&BINARY_ENDS, row.start);
                    return Ok(row.start);
                }
                _ => draft.join(label::BODY, row.start, row.next),
            }
            at = row.next;
        }
        Err(Stop::Incomplete)
    }
}

fn is_data(text: &[u8]) -> bool {
    const LENGTHS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const DIGITS: &[u8] =
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
    let Some((first, rest)) = text.split_first() else {
        return false;
    };
    let place = LENGTHS.iter().position(|letter| letter == first);
    place.is_some_and(|place| rest.len() == (place / 4 + 1) * 5)
        && rest.iter().all(|byte| DIGITS.contains(byte))
}
