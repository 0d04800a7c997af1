//! A hunk, as GNU patch reads it.

use super::super::Change;
use super::text::{Text, Trim};

/// The most lines of a file that it can count.
const MOST: u64 = i64::MAX as u64;

/// A hunk.
pub(super) struct Hunk {
    /// The line at which it says that it stands: without old lines, the one behind it.
    pub first: i64,
    /// The lines that have to be there, whole.
    pub old: Vec<Vec<u8>>,
    /// What happens, line by line.
    pub edits: Vec<(Change, Vec<u8>)>,
    /// How many lines of context stand before the first change, and behind the last.
    pub context: [usize; 2],
    /// Whether the old lines and the new ones do not go together, at which it gives up where the hunk is applied.
    pub is_mangled: bool,
}

impl Hunk {
    /// Whether all of its lines can be written: one that is nothing at all cannot.
    pub(super) fn can_be_written(&self) -> bool {
        let mut added = self
            .edits
            .iter()
            .filter(|(change, _)| *change == Change::Added);
        self.old.iter().all(|line| !line.is_empty()) && added.all(|(_, line)| !line.is_empty())
    }
}

/// What comes next.
pub(super) enum Next {
    Hunk(Hunk),
    /// Something else than a hunk.
    Other,
    /// One at which it gives up.
    Malformed,
}

/// Reads a hunk, if one comes next.
pub(super) fn next(text: &mut Text<'_>, trim: Trim) -> Next {
    let at = text.at;
    let line = text.line(trim);
    let Some(ranges) = line.as_ref().and_then(|line| line.strip_prefix(b"@@ -")) else {
        text.at = at;
        return Next::Other;
    };
    match numbers(ranges).and_then(|numbers| read(text, trim, numbers)) {
        Some(hunk) => Next::Hunk(hunk),
        None => Next::Malformed,
    }
}

/// The first line and how many lines, of the old file and of the new one.
fn numbers(ranges: &[u8]) -> Option<[u64; 4]> {
    let (old, rest) = range(ranges)?;
    let rest = rest.strip_prefix(b" ").unwrap_or(rest).strip_prefix(b"+")?;
    let (new, rest) = range(rest)?;
    rest.strip_prefix(b" ").unwrap_or(rest).strip_prefix(b"@")?;
    Some([old.0, old.1, new.0, new.1])
}

fn range(text: &[u8]) -> Option<((u64, u64), &[u8])> {
    let (first, rest) = number(text)?;
    let (count, rest) = match rest.strip_prefix(b",") {
        Some(rest) => number(rest)?,
        None => (1, rest),
    };
    (first < MOST.saturating_sub(count)).then_some(((first, count), rest))
}

/// A number, and what follows it; none where there is none that it can count.
pub(super) fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(digits);
    if digits.is_empty() {
        return None;
    }
    let number = digits.iter().try_fold(0u64, |number, digit| {
        let number = number.checked_mul(10)?;
        let number = number.checked_add(u64::from(digit - b'0'))?;
        (number <= MOST).then_some(number)
    });
    Some((number?, rest))
}

/// Lines that may be missing at the end of the input: blank ones, it takes them to be.
const MISSING: u64 = 3;

fn read(text: &mut Text<'_>, trim: Trim, numbers: [u64; 4]) -> Option<Hunk> {
    let [first, mut old_left, _, mut new_left] = numbers;
    let mut hunk = Hunk {
        first: i64::try_from(first + u64::from(old_left == 0)).ok()?,
        old: Vec::new(),
        edits: Vec::new(),
        context: [0, 0],
        is_mangled: false,
    };
    let (mut front, mut back) = (None, 0);
    while old_left > 0 || new_left > 0 {
        let line = match text.line(trim) {
            Some(line) => line,
            None if new_left <= MISSING => b" \n".to_vec(),
            None => return None,
        };
        let (change, mut line) = match line.split_first()? {
            (b' ' | b'=', rest) => (Change::Common, rest.to_vec()),
            (b'\t' | b'\n', _) => (Change::Common, line),
            (b'-', rest) => (Change::Removed, rest.to_vec()),
            (b'+', rest) => (Change::Added, rest.to_vec()),
            _ => return None,
        };
        if change != Change::Added {
            old_left = old_left.checked_sub(1)?;
            if old_left == 0 && text.marker() {
                line.pop();
            }
            hunk.old.push(line.clone());
        }
        if change != Change::Removed {
            new_left = new_left.checked_sub(1)?;
            if new_left == 0 && text.marker() {
                line.pop();
            }
        }
        hunk.edits.push((change, line));
        if change == Change::Common {
            back += 1;
        } else {
            front.get_or_insert(back);
            back = 0;
        }
    }
    hunk.context = [front?, back];
    Some(hunk)
}
