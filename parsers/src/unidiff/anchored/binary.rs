//! Binary data: a line that says how many bytes they are, lines of data, an empty line; once or twice.

use super::super::label;
use super::super::rules::*;
use super::{Line, Machine, State, Step};
use crate::core::parser::{Draft, Stop};

/// Where in binary data the machine stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Before those of the new file.
    First,
    /// In those of the new file.
    InFirst,
    /// Before those of the old file, which may be missing.
    Second,
    /// In those of the old file.
    InSecond,
}

impl<'i> Machine<'i> {
    pub(super) fn in_binary(
        &mut self,
        place: Place,
        line: Line<'i>,
        draft: &mut Draft<'_>,
    ) -> Result<Step, Stop> {
        let goes_on = match place {
            Place::First => return self.size(line, Place::InFirst, draft),
            Place::Second if is_no_size(&line) => return Ok(Step::Done(line.at)),
            Place::Second => return self.size(line, Place::InSecond, draft),
            Place::InFirst => State::Binary(Place::Second),
            // There is no third time.
            Place::InSecond => State::Binary(Place::InSecond),
        };
        if !line.is_whole() {
            return Err(Stop::Incomplete);
        }
        if line.text.is_empty() {
            draft.part(label::SKIPPED, line.at, line.next);
            return match place {
                Place::InSecond => Ok(Step::Done(line.next)),
                _ => self.go(&line, goes_on),
            };
        }
        if !is_data(line.text) {
            return Err(draft.reject(&BINARY_DATA, line.at));
        }
        draft.join(label::BODY, line.at, line.next);
        self.go(&line, State::Binary(place))
    }

    /// The line before the data, which are to follow.
    fn size(&mut self, line: Line<'i>, then: Place, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        if !line.is_whole() {
            return Err(Stop::Incomplete);
        }
        if is_no_size(&line) {
            return Err(draft.reject(&BINARY_PATCH, line.at));
        }
        draft.join(label::HUNK_HEADER, line.at, line.next);
        self.go(&line, State::Binary(then))
    }
}

/// Whether the line is not, and will not become, `literal` or `delta` and a number.
fn is_no_size(line: &Line<'_>) -> bool {
    [b"literal ".as_slice(), b"delta "].iter().all(|word| {
        let common = word.len().min(line.text.len());
        let is_begun = word.get(..common) == line.text.get(..common);
        let digits = line.text.get(common..).unwrap_or(&[]);
        let is_done = common == word.len() && !digits.is_empty();
        let is_number = digits.iter().all(u8::is_ascii_digit);
        !is_begun || line.is_whole() && !(is_done && is_number)
    })
}

fn is_data(line: &[u8]) -> bool {
    const MARKS: &[u8] = b"!#$%&()*+-;<=>?@^_`{|}~";
    let [length, data @ ..] = line else {
        return false;
    };
    let length = match length {
        b'A'..=b'Z' => length - b'A' + 1,
        b'a'..=b'z' => length - b'a' + 27,
        _ => return false,
    };
    // Four bytes are five digits; the last of them are filled up.
    let fours = usize::from(length).div_ceil(4);
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || MARKS.contains(byte);
    data.len() == 5 * fours && data.iter().all(is_digit)
}
