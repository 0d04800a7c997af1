//! The lines of a head, as far as scrubbing and importing have to know them.

use super::known::{self, is_framing_field, is_method, key};

/// Where the head at the front of `bytes` ends, after its first empty line, and whether it looks like one.
pub(crate) fn head_end(bytes: &[u8]) -> (usize, bool) {
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

/// What a line of a head is to its readers.
pub(crate) enum Line<'a> {
    /// The first one.
    Request(&'a [u8]),
    /// A field line whose value is kept.
    Framing(&'a [u8]),
    /// Any other, and where its value begins.
    Other(&'a [u8], usize),
}

/// The lines of a head, each with the offset at which it begins.
pub(crate) fn head_lines(head: &[u8]) -> Vec<(usize, Line<'_>)> {
    let mut lines = Vec::new();
    let mut at = 0;
    let mut frames = false;
    for line in head.split(|byte| b"\r\n".contains(byte)) {
        let start = at;
        at += line.len() + 1;
        if line.is_empty() {
            continue;
        }
        if lines.is_empty() {
            lines.push((start, Line::Request(line)));
            continue;
        }
        let colon = line.iter().position(|&byte| byte == b':');
        let name = colon.and_then(|colon| line.get(..colon)).unwrap_or(line);
        let is_framing = is_framing_field(name);
        let is_folded = matches!(line.first(), Some(b' ' | b'\t'));
        frames = is_framing || (is_folded && frames);
        lines.push(if frames {
            (start, Line::Framing(line))
        } else {
            (start, Line::Other(line, colon.map_or(0, |colon| colon + 1)))
        });
    }
    lines
}

/// Whether a field line begins with the name Host.
pub(crate) fn is_host(line: &[u8]) -> bool {
    key(line.split(|&byte| byte == b':').next().unwrap_or(line)) == b"host"
}

/// The method of a request-line, if it is a known one; `?` for any other.
pub(crate) fn method_of(line: &[u8]) -> &[u8] {
    let word = line.split(|byte| b" \t\x0b\x0c".contains(byte)).next();
    let word = word.unwrap_or(b"");
    if is_method(word, line) { word } else { b"?" }
}

/// The method of a request-line in capitals, if it is a known one.
pub(crate) fn known_method(line: &[u8]) -> Option<&'static str> {
    known::method(method_of(line))
}
