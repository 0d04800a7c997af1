//! The lines of what no reader has read. They are split as the most lenient reader might split them, so they are no facts.
//! Code that hides private text has to expect structure in all of them.

use std::ops::Range;

/// Where the head at the front of `bytes` ends, after its first empty line, and whether it looks like one.
pub fn head_end(bytes: &[u8]) -> (usize, bool) {
    let mut at = 0;
    let mut is_head = None;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        at += line.len();
        let content = line.trim_ascii();
        if is_head.is_none() && !content.is_empty() {
            let mut windows = content.windows(5);
            is_head = Some(windows.any(|window| window.eq_ignore_ascii_case(b"HTTP/")));
        } else if is_head.is_some() && line.iter().all(|byte| b"\r\n".contains(byte)) {
            break;
        }
    }
    (at, is_head == Some(true))
}

/// Where the lines of `bytes` lie that are not empty, without their ends. Any CR or LF ends a line: to some reader it does.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let lines = bytes.split(|byte| b"\r\n".contains(byte)).map(move |line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.len()
    });
    lines.filter(|line| !line.is_empty())
}

/// Whether a line goes on with the field of the line before it.
pub fn is_folded(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t' | 0x0b | 0x0c))
}

/// Where the name of the field in a line ends: at the first colon. In a line without one it is the first word, where
/// `may_lack_colon`, since some reader treats that as the name; there is none where all of the line is a word.
pub fn name_end(line: &[u8], may_lack_colon: bool) -> Option<usize> {
    let colon = line.iter().position(|byte| *byte == b':');
    if colon.is_some() || !may_lack_colon {
        return colon;
    }
    let blanks = line.len() - line.trim_ascii_start().len();
    let rest = line.get(blanks..).unwrap_or(&[]);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let name = rest.iter().position(|byte| !is_name(byte));
    name.map(|name| blanks + name)
}

/// Where the words of a start line lie, and the whitespace between them, each with whether it is whitespace.
pub fn words(line: &[u8]) -> impl Iterator<Item = (Range<usize>, bool)> {
    let is_space = |byte: &u8| b" \t\x0b\x0c".contains(byte);
    let mut at = 0;
    let runs = line.chunk_by(move |one, next| is_space(one) == is_space(next));
    runs.map(move |run| {
        let start = at;
        at += run.len();
        (start..at, run.first().is_some_and(is_space))
    })
}
