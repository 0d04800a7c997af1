//! Binary data in the area where a patch may stand.

use super::super::label;
use super::super::rules::*;
use super::line_at;
use super::patch::Patch;
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;

impl Patch<'_> {
    /// The data that the line at `at` announces, which goes on up to `head`: where they end.
    pub(super) fn binary(
        &self,
        at: usize,
        head: usize,
        draft: &mut Draft<'_>,
    ) -> Result<usize, Stop> {
        draft.part(label::HUNK_HEADER, at, head);
        draft.head(head, Framing::Counted);
        let mut end = head;
        // Those of the old file follow where the change can be taken back.
        for may_be_missing in [false, true] {
            let (line, next) = match line_at(self.input, end) {
                Some(found) => found,
                None if may_be_missing => break,
                None => return Err(Stop::Incomplete),
            };
            let is_whole = next > end + line.len();
            match (announces(line, is_whole), is_whole) {
                (Some(true), true) => {}
                (Some(_), false) => return Err(Stop::Incomplete),
                (None, false) if !may_be_missing => return Err(Stop::Incomplete),
                _ if may_be_missing => break,
                _ => return Err(draft.reject(&BINARY_PATCH, end)),
            }
            draft.join(label::HUNK_HEADER, end, next);
            end = self.data(next, draft)?;
        }
        draft.head(head, self.framing(Framing::Counted));
        Ok(end)
    }

    fn data(&self, mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        loop {
            let (line, next) = self.whole(at)?;
            let [first, digits @ ..] = line else {
                draft.part(label::SKIPPED, at, next);
                return Ok(next);
            };
            let bytes = match first {
                b'A'..=b'Z' => first - 64,
                b'a'..=b'z' => first - 70,
                _ => 0,
            };
            let groups = usize::from(bytes.div_ceil(4));
            if bytes == 0 || digits.len() != 5 * groups || !digits.iter().all(is_digit) {
                return Err(draft.reject(&BINARY_DATA, at));
            }
            draft.join(label::BODY, at, next);
            at = next;
        }
    }
}

/// Whether the line announces data: none if it does not and will not, and false if a number is yet to come.
fn announces(line: &[u8], is_whole: bool) -> Option<bool> {
    for word in ["literal ", "delta "] {
        let word = word.as_bytes();
        if let Some(number) = line.strip_prefix(word) {
            let is_number = number.iter().all(u8::is_ascii_digit);
            return (is_number || !is_whole).then_some(!number.is_empty());
        }
        if !is_whole && word.starts_with(line) {
            return Some(false);
        }
    }
    None
}

fn is_digit(byte: &u8) -> bool {
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => true,
        other => b"!#$%&()*+-;<=>?@^_`{|}~".contains(other),
    }
}
