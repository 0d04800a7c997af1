//! What a case says by hand: where the messages end, and how the stream ends.

use std::fmt;

use parsers::{End, Reading};
use serde::Deserialize;

use super::{Expect, quote};

/// How the key is written, for messages.
pub(super) const EXAMPLE: &str = "reads = [{ ends = [81, 109], end = \"complete\" }], a row for each reading that the specification permits";

/// One reading that the specification permits, as far as it decides where messages end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedReading {
    /// The byte after each message, in order, counted from the start of the input.
    pub ends: Vec<usize>,
    /// How the stream ends.
    pub end: End,
    /// Why none of misframe's readers reads so; none where one does.
    pub why: Option<String>,
}

/// A row of the case file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    ends: Vec<usize>,
    end: String,
    why: Option<String>,
}

/// The ways in which a stream ends.
const ENDS: [End; 4] = [End::Complete, End::Incomplete, End::Rejected, End::Tunnel];

impl StatedReading {
    /// What a reader made of the input, in these terms.
    pub fn of(reading: &Reading) -> Self {
        Self {
            ends: reading.messages.iter().map(|message| message.end).collect(),
            end: reading.end,
            why: None,
        }
    }

    /// It in a few words, such as `[81, 109] complete`; without messages, the end of the stream alone.
    pub fn short(&self) -> String {
        let word = self.end.word();
        if self.ends.is_empty() {
            return word.to_owned();
        }
        format!("{:?} {word}", self.ends)
    }

    /// Whether both have the same ends.
    pub fn is_like(&self, other: &Self) -> bool {
        self.ends == other.ends && self.end == other.end
    }
}

impl fmt::Display for StatedReading {
    /// As in case files, without the reason.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ends, end) = (&self.ends, self.end.word());
        write!(f, "ends = {ends:?}, end = {end:?}")
    }
}

/// The readings in the rows of a case about an input of `length` bytes.
///
/// # Errors
/// What cannot be, and what to do: no row, an unknown word, ends that do not ascend or lie outside of the input, the same row
/// twice, rows that `expect` excludes.
pub(super) fn checked(
    rows: Vec<Row>,
    expect: Expect,
    length: usize,
) -> Result<Vec<StatedReading>, (String, &'static str)> {
    if rows.is_empty() {
        return Err(("reads has no row".to_owned(), EXAMPLE));
    }
    let mut stated: Vec<StatedReading> = Vec::new();
    for row in rows {
        let Some(end) = ENDS.into_iter().find(|end| end.word() == row.end) else {
            let what = format!("end = {:?} is no end of a stream", row.end);
            return Err((what, "write complete, incomplete, rejected or tunnel"));
        };
        let reading = StatedReading {
            ends: row.ends,
            end,
            why: row.why,
        };
        let ascend = reading.ends.is_sorted_by(|one, next| one < next);
        let lie_inside = reading.ends.iter().all(|end| (1..=length).contains(end));
        if !ascend || !lie_inside {
            let what = format!("{reading} is not possible in {length} bytes");
            return Err((what, "write the byte after each message, in order"));
        }
        if stated.iter().any(|known| known.is_like(&reading)) {
            return Err((format!("{reading} stands there twice"), "remove one"));
        }
        if !may_be(&reading, expect) {
            let what = format!("{reading} is not what expect = {:?} says", expect.word());
            return Err((what, "correct one of the two"));
        }
        stated.push(reading);
    }
    Ok(stated)
}

/// Whether a reading can be one of a case that `expect`s this.
fn may_be(reading: &StatedReading, expect: Expect) -> bool {
    match expect {
        // What follows a whole message may be rejected, such as what follows CONNECT.
        Expect::Accept => match reading.end {
            End::Complete | End::Tunnel => true,
            End::Rejected => !reading.ends.is_empty(),
            End::Incomplete => false,
        },
        Expect::Either => true,
        Expect::Incomplete => reading.end == End::Incomplete,
        Expect::Reject => reading.end == End::Rejected,
    }
}

/// The value of the key: one row in a line, several in lines of their own.
pub(super) fn to_toml(reads: &[StatedReading]) -> String {
    let rows: Vec<String> = reads
        .iter()
        .map(|reading| match &reading.why {
            Some(why) => format!("{{ {reading}, why = {} }}", quote(why)),
            None => format!("{{ {reading} }}"),
        })
        .collect();
    match rows.as_slice() {
        [row] => format!("[{row}]"),
        _ => format!("[\n    {},\n]", rows.join(",\n    ")),
    }
}
