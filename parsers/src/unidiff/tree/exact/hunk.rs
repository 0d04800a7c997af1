//! A hunk, and binary data, as git apply reads them.

use super::read::length;

/// A hunk.
pub(super) struct Hunk {
    /// The line of the old file, and of the new one, at which it says that it stands.
    pub first: u64,
    pub new_first: u64,
    /// How many lines of either it says that it has.
    pub counts: [u64; 2],
    /// Whether it ends with context.
    pub has_back: bool,
    /// The lines that have to be there.
    pub old: Vec<Vec<u8>>,
    /// The lines that are there then.
    pub new: Vec<Vec<u8>>,
}

/// Whether a hunk comes next, broken or not.
pub(super) fn begins(text: &[u8]) -> bool {
    text.len() > 4 && text.starts_with(b"@@ -")
}

/// The hunk at the front of a text, and how long it is; none where it is broken.
pub(super) fn read(text: &[u8]) -> Option<(Hunk, usize)> {
    let [first, old_count, new_first, new_count] = ranges(text)?;
    let mut hunk = Hunk {
        first,
        new_first,
        counts: [old_count, new_count],
        has_back: false,
        old: Vec::new(),
        new: Vec::new(),
    };
    let (mut old_left, mut new_left) = (old_count, new_count);
    let (mut end, mut is_changed) = (length(text), false);
    while old_left > 0 || new_left > 0 {
        let rest = text.get(end..)?;
        let line = rest.get(..length(rest))?;
        if !line.ends_with(b"\n") {
            return None;
        }
        end += line.len();
        let mark = line.first()?;
        if *mark == b'\\' {
            if !is_marker(line) {
                return None;
            }
            continue;
        }
        let counts = |marks: &[u8]| u64::from(marks.contains(mark));
        old_left = old_left.checked_sub(counts(b" \n-"))?;
        new_left = new_left.checked_sub(counts(b" \n+"))?;
        if !matches!(mark, b' ' | b'\n' | b'-' | b'+') {
            return None;
        }
        hunk.has_back = !matches!(mark, b'-' | b'+');
        is_changed |= !hunk.has_back;
        let is_last = old_left == 0 && new_left == 0;
        let next = text.get(end..).unwrap_or(&[]);
        // One that does not belong to the hunk is not looked at.
        let is_marked = match is_last {
            true => ends_last(next),
            false => next.starts_with(b"\\"),
        };
        hunk.take(line, is_marked);
        if is_last && is_marked {
            end += length(next);
        }
    }
    is_changed.then_some((hunk, end))
}

impl Hunk {
    /// Takes a line, which a marker behind it may rob of its end.
    fn take(&mut self, line: &[u8], is_marked: bool) {
        let end = line.len() - usize::from(is_marked);
        let (mark, text) = match line.get(..end).unwrap_or(line).split_first() {
            // Nothing is left of an empty line.
            None => return,
            Some((b'\n', _)) => (b' ', &b"\n"[..]),
            Some((mark, text)) => (*mark, text),
        };
        if mark != b'+' {
            self.old.push(text.to_vec());
        }
        if mark != b'-' {
            self.new.push(text.to_vec());
        }
    }
}

/// Whether a line is a marker: it is taken for one in any language.
fn is_marker(line: &[u8]) -> bool {
    line.len() >= 12 && line.starts_with(b"\\ ")
}

/// Whether a marker for the last line begins what follows it, by how much that is.
fn ends_last(text: &[u8]) -> bool {
    text.len() > 12 && text.starts_with(b"\\ ")
}

/// The first line and how many lines, of the old file and of the new one, in the header of a hunk; none where it is broken.
pub(super) fn ranges(text: &[u8]) -> Option<[u64; 4]> {
    let line = text.get(..length(text))?.strip_suffix(b"\n")?;
    let (old, rest) = range(line.strip_prefix(b"@@ -")?)?;
    let (new, rest) = range(rest.strip_prefix(b" +")?)?;
    rest.starts_with(b" @@")
        .then_some([old.0, old.1, new.0, new.1])
}

fn range(text: &[u8]) -> Option<((u64, u64), &[u8])> {
    let (first, rest) = number(text)?;
    match rest.strip_prefix(b",") {
        Some(rest) => number(rest).map(|(count, rest)| ((first, count), rest)),
        None => Some(((first, 1), rest)),
    }
}

/// A number, of which too large a one is the largest.
fn number(text: &[u8]) -> Option<(u64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(count);
    let number = digits.iter().fold(0u64, |number, digit| {
        let number = number.saturating_mul(10);
        number.saturating_add(u64::from(digit - b'0'))
    });
    (count > 0).then_some((number, rest))
}

/// Whether binary data come next, unbroken as far as their lines go, and behind them none that are broken.
pub(super) fn has_data(text: &[u8]) -> bool {
    let Some(end) = data(text) else {
        return false;
    };
    let rest = text.get(end..).unwrap_or(&[]);
    !is_data(rest) || data(rest).is_some()
}

fn is_data(text: &[u8]) -> bool {
    text.starts_with(b"delta ") || text.starts_with(b"literal ")
}

/// What stands for the numbers from nought to 84.
const DIGITS: &[u8] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// Where binary data end, behind an empty line. Of what they are packed in, only the first two bytes are looked at.
fn data(text: &[u8]) -> Option<usize> {
    let mut end = is_data(text).then_some(length(text))?;
    let mut first = None;
    loop {
        let rest = text.get(end..)?;
        let line = rest.get(..length(rest))?;
        end += line.len();
        if line.len() == 1 {
            let [method, flags, ..] = u32::to_be_bytes(first?);
            let is_packed = method & 0x8F == 8 && u16::from_be_bytes([method, flags]) % 31 == 0;
            return is_packed.then_some(end);
        }
        // A letter for how many bytes, and five digits for every four of them.
        let groups = line.len().checked_sub(2).filter(|length| length % 5 == 0)? / 5;
        let (letter, digits) = line.split_first()?;
        let bytes = match letter {
            b'A'..=b'Z' => letter - b'A' + 1,
            b'a'..=b'z' => letter - b'a' + 27,
            _ => return None,
        };
        let digits = digits.get(..groups * 5)?;
        if groups != usize::from(bytes).div_ceil(4) {
            return None;
        }
        for group in digits.chunks(5) {
            let number = group.iter().try_fold(0u64, |number, digit| {
                Some(number * 85 + memchr::memchr(*digit, DIGITS)? as u64)
            });
            first.get_or_insert(u32::try_from(number?).ok()?);
        }
    }
}
