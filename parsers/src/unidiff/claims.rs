//! What a reading of a patch claims: of each message, the file and the lines.

use super::{BINARY, label};
use crate::core::verdict::{Message, Part, Reading};

/// What a line of a hunk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineChange {
    /// It is common to both files.
    Common,
    /// It is removed.
    Removed,
    /// It is added.
    Added,
}

impl LineChange {
    /// The character with which such a line begins.
    pub fn mark(&self) -> u8 {
        match self {
            Self::Common => b' ',
            Self::Removed => b'-',
            Self::Added => b'+',
        }
    }
}

/// A line of a hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClaimedLine<'a> {
    /// What it does.
    pub change: LineChange,
    /// It, without its first character and its end.
    pub text: &'a [u8],
    /// Whether it ends with a newline in the file.
    pub is_ended: bool,
}

/// What one message of a reading claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim<'a> {
    /// The name of what is patched, as it stands in the header of the file; of a hunk that follows another,
    /// the name in the header of that one. Empty where no header names it.
    pub name: &'a [u8],
    /// The lines of the header of the file, in order, extended header lines among them, without their ends.
    pub header: Vec<&'a [u8]>,
    /// The first line of the old file, counted from 1; 0 where there is no hunk.
    pub start: u64,
    /// The first line of the new file, likewise.
    pub new_start: u64,
    /// The lines of the hunk.
    pub lines: Vec<ClaimedLine<'a>>,
    /// Whether it has binary data, or binary data follow it.
    pub is_binary: bool,
    /// Whether it begins the patch of a file.
    pub begins_file: bool,
    /// Where its header begins, in bytes from the start of the input.
    pub at: usize,
    /// The byte after it.
    pub end: usize,
}

impl Claim<'_> {
    /// The path of what is patched: without the first directory, but where lines that rename or copy are all that name it.
    pub fn target(&self) -> Vec<u8> {
        let path = path(self.name);
        let begins = |starts: [&[u8]; 2]| {
            let mut lines = self.header.iter().map(|line| unindented(line));
            lines.any(|line| starts.iter().any(|start| line.starts_with(start)))
        };
        match begins([b"rename to ", b"copy to "]) && !begins([b"--- ", b"+++ "]) {
            true => path,
            false => without_first(&path).to_vec(),
        }
    }
}

/// The claims of `reading`, of `input`, one for each message.
pub fn of<'a>(reading: &Reading, input: &'a [u8]) -> Vec<Claim<'a>> {
    let mut claims: Vec<Claim<'a>> = Vec::with_capacity(reading.messages.len());
    for message in &reading.messages {
        let mut claim = one(reading, message, input);
        if let Some(before) = claims.last().filter(|_| !claim.begins_file) {
            claim.name = before.name;
            claim.header = before.header.clone();
        }
        claims.push(claim);
    }
    claims
}

fn one<'a>(reading: &Reading, message: &Message, input: &'a [u8]) -> Claim<'a> {
    let bytes = |start, end| input.get(start..end).unwrap_or(&[]);
    let mut claim = Claim {
        at: message.end,
        end: message.end,
        is_binary: bytes(message.end, input.len()).starts_with(BINARY),
        ..Claim::default()
    };
    let (mut header, mut is_data): (Option<(usize, usize)>, _) = (None, false);
    for part in reading.parts_of(message) {
        let text = bytes(part.start, part.end);
        match part.label {
            label::FILE_HEADER | label::NAME | label::EXTENDED => {
                claim.at = claim.at.min(part.start);
                claim.begins_file = true;
                if part.label == label::NAME {
                    claim.name = text;
                }
                header = match header {
                    Some((start, end)) if end == part.start => Some((start, part.end)),
                    other => {
                        push_lines(other, input, &mut claim.header);
                        Some((part.start, part.end))
                    }
                };
            }
            label::HUNK_HEADER => {
                claim.at = claim.at.min(part.start);
                claim.start = number_after(text, b'-');
                claim.new_start = number_after(text, b'+');
                is_data |= text.starts_with(BINARY);
                claim.is_binary |= is_data;
            }
            // Binary data are no lines.
            label::BODY if is_data => {}
            label::BODY => body(part, input, &mut claim.lines),
            label::END_MARKER => {
                if let Some(last) = claim.lines.last_mut() {
                    last.is_ended = false;
                }
            }
            _ => {}
        }
    }
    push_lines(header, input, &mut claim.header);
    if claim.begins_file && claim.name.is_empty() {
        claim.name = named_otherwise(&claim.header);
    }
    claim
}

fn push_lines<'a>(span: Option<(usize, usize)>, input: &'a [u8], lines: &mut Vec<&'a [u8]>) {
    let text = span.and_then(|(start, end)| input.get(start..end));
    let text = text.unwrap_or(&[]);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    lines.extend(
        text.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty()),
    );
}

/// The lines of a part of a body. A part that does not end with a newline ends with a line that lost it.
fn body<'a>(part: &Part, input: &'a [u8], lines: &mut Vec<ClaimedLine<'a>>) {
    let text = input.get(part.start..part.end).unwrap_or(&[]);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    lines.extend(text.split(|byte| *byte == b'\n').map(line));
}

/// What a line does, by its first character. What begins with none that tells is common to both files, as is an
/// empty one; a tab belongs to the line.
fn line(text: &[u8]) -> ClaimedLine<'_> {
    let (change, text) = match text {
        [b'-', rest @ ..] => (LineChange::Removed, rest),
        [b'+', rest @ ..] => (LineChange::Added, rest),
        [b' ' | b'=', rest @ ..] => (LineChange::Common, rest),
        _ => (LineChange::Common, text),
    };
    ClaimedLine {
        change,
        text,
        is_ended: true,
    }
}

/// The name in a header without the two lines: that of a line `Index:`, or the new one of a line `diff --git`.
fn named_otherwise<'a>(header: &[&'a [u8]]) -> &'a [u8] {
    let after = |start: &[u8]| {
        let mut lines = header.iter().map(|line| unindented(line));
        lines.find_map(|line| line.strip_prefix(start))
    };
    if let Some(name) = after(b"rename to ").or_else(|| after(b"copy to ")) {
        return name;
    }
    if let Some(names) = after(b"diff --git ") {
        let mut blanks = (0..names.len()).filter(|at| names.get(*at) == Some(&b' '));
        let pair = blanks.find_map(|at| {
            let (old, new) = (names.get(..at)?, names.get(at + 1..)?);
            (without_first(old) == without_first(new)).then_some(new)
        });
        let last = names.rsplit(|byte| *byte == b' ').next();
        return pair.or(last).unwrap_or(names);
    }
    after(b"Index: ").unwrap_or(&[])
}

/// A line without what may indent it.
pub fn unindented(line: &[u8]) -> &[u8] {
    let indent = line
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'X'));
    line.get(indent.count()..).unwrap_or(&[])
}

/// The path without its first directory, if it has one.
pub fn without_first(path: &[u8]) -> &[u8] {
    match memchr::memchr(b'/', path) {
        Some(slash) => path.get(slash + 1..).unwrap_or(&[]),
        None => path,
    }
}

/// The number after the first `sign` in the header of a hunk; 0 where there is none, or one too large.
fn number_after(header: &[u8], sign: u8) -> u64 {
    let rest = header.iter().skip_while(|byte| **byte != sign).skip(1);
    digits(rest.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'+' | b'-')))
}

/// The number that these digits begin with; the largest where it is larger.
fn digits<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    let digits = bytes.take_while(|byte| byte.is_ascii_digit());
    digits.fold(0u64, |number, digit| {
        let number = number.saturating_mul(10);
        number.saturating_add(u64::from(digit - b'0'))
    })
}

/// The path that a name means: unquoted if it is quoted as in C.
pub fn path(name: &[u8]) -> Vec<u8> {
    let Some(quoted) = name.strip_prefix(b"\"") else {
        return name.to_vec();
    };
    let mut path = Vec::with_capacity(quoted.len());
    let mut rest = quoted.iter().copied().peekable();
    while let Some(byte) = rest.next().filter(|byte| *byte != b'"') {
        if byte != b'\\' {
            path.push(byte);
            continue;
        }
        let Some(escaped) = rest.next() else { break };
        let mut value = match escaped {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'0'..=b'7' => escaped - b'0',
            other => other,
        };
        if escaped.is_ascii_digit() {
            while let Some(digit) = rest.next_if(|digit| (b'0'..=b'7').contains(digit)) {
                value = value.wrapping_mul(8).wrapping_add(digit - b'0');
            }
        }
        path.push(value);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::parser::judge;
    use crate::core::verdict::Verdict;
    use crate::unidiff::strict::StrictDiff;

    #[test]
    fn each_message_claims_its_file_and_its_lines() {
        let input = b"text\n--- a/x\n+++ b/x\n@@ -3 +3 @@\n-o\n+n\n\\ No newline at end of file\n@@ -9,0 +9 @@\n+m\n\
            diff --git a/y b/z\nrename from y\nrename to z\n";
        let mut verdict = Verdict::new();
        judge(&StrictDiff, input, &mut verdict);
        let claims = of(&verdict.reading, input);
        let told: Vec<_> = claims
            .iter()
            .map(|claim| (claim.name, claim.start, claim.lines.len(), claim.at))
            .collect();
        assert_eq!(
            told,
            [
                (b"b/x".as_slice(), 3, 2, 5),
                (b"b/x", 9, 1, 67),
                (b"z", 0, 0, 84)
            ]
        );
        let first: Vec<_> = claims
            .iter()
            .take(1)
            .flat_map(|claim| &claim.lines)
            .collect();
        assert_eq!(
            first,
            [
                &ClaimedLine {
                    change: LineChange::Removed,
                    text: b"o",
                    is_ended: true
                },
                &ClaimedLine {
                    change: LineChange::Added,
                    text: b"n",
                    is_ended: false
                },
            ]
        );
    }

    #[test]
    fn a_quoted_name_is_unquoted() {
        assert_eq!(path(b"\"a/\\141\\n\\\"b\"\tx"), b"a/a\n\"b");
        assert_eq!(path(b"\"\\a\\b\\f\\r\\v\""), [7, 8, 12, b'\r', 11]);
        assert_eq!(path(b"a b"), b"a b");
    }
}
