//! The one escaper of hostile bytes and texts: for case files, where it can be undone, for terminals, and
//! for JSON. Other formats escape their markup, and every character through [`push_text`].

mod json;
mod screen;

use std::fmt;

pub use json::{json, json_pretty, write_json};
pub use screen::Screen;

/// Why an escaped text stands for no bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscapeError {
    /// The line in the text, from 1.
    pub line: usize,
    /// The character in that line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for EscapeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, what } = self;
        write!(formatter, "line {line}, column {column}: {what}")
    }
}

impl std::error::Error for EscapeError {}

/// The text of a case file that stands for `bytes`: printable ASCII for itself, the rest as
/// `\r \n \t \\ \xNN`. A line of text ends after each `\n`, and at the end. The text holds no `'''`
/// and no whitespace at the end of a line, so that neither TOML nor an editor can change the bytes.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8 + 1);
    for (nth, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n\n"),
            b'\t' => text.push_str("\\t"),
            b'\\' => text.push_str("\\\\"),
            b'\'' if text.ends_with("''") => text.push_str("\\x27"),
            b' ' if nth + 1 == bytes.len() => text.push_str("\\x20"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    if !bytes.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The bytes that `text` stands for. Line breaks stand for nothing; characters other than those of an
/// escape stand for themselves, in UTF-8.
///
/// # Errors
/// An unknown or unfinished escape, with its place in `text`.
pub fn decode(text: &str) -> Result<Vec<u8>, EscapeError> {
    let mut bytes = Vec::with_capacity(text.len());
    for (line, content) in text.split('\n').enumerate() {
        let content = content.strip_suffix('\r').unwrap_or(content);
        decode_line(content, &mut bytes).map_err(|(column, what)| EscapeError {
            line: line + 1,
            column,
            what,
        })?;
    }
    Ok(bytes)
}

fn decode_line(content: &str, bytes: &mut Vec<u8>) -> Result<(), (usize, String)> {
    let mut chars = content.chars().zip(1usize..);
    while let Some((char, column)) = chars.next() {
        if char != '\\' {
            bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let known = "the escapes are \\r \\n \\t \\\\ \\xNN";
        bytes.push(match chars.next().map(|(char, _)| char) {
            Some('r') => b'\r',
            Some('n') => b'\n',
            Some('t') => b'\t',
            Some('\\') => b'\\',
            Some('x') => {
                let mut digit = || chars.next().and_then(|(char, _)| char.to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => {
                        let what = "\\x takes two hexadecimal digits".to_owned();
                        return Err((column, what));
                    }
                }
            }
            Some(other) => {
                let what = format!("no such escape: \\{}; {known}", other.escape_default());
                return Err((column, what));
            }
            None => return Err((column, format!("a lone \\ at the end of a line; {known}"))),
        });
    }
    Ok(())
}

/// `bytes` as a terminal, a page or a log may be given them: printable ASCII for itself, CR, LF and
/// HTAB as the symbols `␍ ␊ ␉`, everything else as `\xNN`.
pub fn display(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        push_visible(byte, &mut text);
    }
    text
}

/// Like [`display`], one text for each line of `bytes`, each ending after a LF.
pub fn display_lines(bytes: &[u8]) -> Vec<String> {
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(display)
        .collect()
}

/// Text of others (a name, a message, a path) as a terminal may be given it: control characters and
/// those that change the direction or width of text become `\u{...}`; other characters stay.
pub fn display_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        push_text(char, &mut shown);
    }
    shown
}

/// Like [`display_text`], for a text of several lines: line feeds stay.
pub fn display_multiline(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' => shown.push('\n'),
            char => push_text(char, &mut shown),
        }
    }
    shown
}

/// Appends a character of a text of others, or its escape.
pub fn push_text(char: char, to: &mut String) {
    if is_deceptive(char) {
        to.extend(char.escape_unicode());
    } else {
        to.push(char);
    }
}

/// Whether a character moves the cursor, turns text round, or shows as nothing: the control characters,
/// the line and paragraph separators, the interlinear annotations, and what the Unicode Character Database
/// (DerivedCoreProperties.txt of Unicode 16.0) lists as `Default_Ignorable_Code_Point`. The characters with
/// the property `Bidi_Control` are among these.
pub(crate) fn is_deceptive(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

fn push_visible(byte: u8, text: &mut String) {
    match byte {
        b'\r' => text.push('␍'),
        b'\n' => text.push('␊'),
        b'\t' => text.push('␉'),
        b' '..=b'~' => text.push(char::from(byte)),
        _ => text.push_str(&format!("\\x{byte:02x}")),
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_form() {
        assert_eq!(
            encode(b"GET /\\ \r\nA:\tb\x00\xff\r\n\n"),
            "GET /\\\\ \\r\\n\nA:\\tb\\x00\\xff\\r\\n\n\\n\n"
        );
        assert_eq!(encode(b""), "");
        assert_eq!(encode(b"a "), "a\\x20\n");
        assert_eq!(encode(b"''''''"), "''\\x27''\\x27\n");
        assert_eq!(decode("a\r\nb\nc").unwrap(), b"abc");
        assert_eq!(decode("\\x4A\\x4a").unwrap(), b"JJ");
        assert_eq!(decode("§").unwrap(), "§".as_bytes());
    }

    #[test]
    fn bad_escapes_name_their_place() {
        for (text, line, column) in [
            ("ab\\q", 1, 3),
            ("a\n\\", 2, 1),
            ("\\x4", 1, 1),
            ("\\xg0", 1, 1),
            ("\\x4\n1", 1, 1),
            ("\\r\\x", 1, 3),
        ] {
            let error = decode(text).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{text:?}");
        }
    }

    #[test]
    fn terminals_are_given_no_payload_byte() {
        assert_eq!(
            display(b"a\r\n\t\x1b[31m\x7f\xe2\x80\xae"),
            "a␍␊␉\\x1b[31m\\x7f\\xe2\\x80\\xae"
        );
        assert_eq!(display_lines(b"a\r\nb"), ["a␍␊", "b"]);
        assert_eq!(display_text("é\u{202e}\x1b"), "é\\u{202e}\\u{1b}");
    }

    #[test]
    fn what_cannot_be_seen_is_escaped_in_texts() {
        let ranges = [
            ['\u{0}', '\u{1f}'],
            ['\u{7f}', '\u{9f}'],
            ['\u{ad}', '\u{ad}'],
            ['\u{61c}', '\u{61c}'],
            ['\u{200b}', '\u{200f}'],
            ['\u{2028}', '\u{202e}'],
            ['\u{2060}', '\u{2064}'],
            ['\u{2066}', '\u{2069}'],
            ['\u{fe00}', '\u{fe0f}'],
            ['\u{feff}', '\u{feff}'],
            ['\u{e0000}', '\u{e007f}'],
            ['\u{e0100}', '\u{e01ef}'],
        ];
        for char in ranges.into_iter().flat_map(|[first, last]| first..=last) {
            let text = char.to_string();
            let shown = display_text(&text);
            assert!(shown.starts_with("\\u{") && shown.is_ascii(), "{shown}");
            let quoted = json(&text).unwrap();
            assert!(quoted.is_ascii() && !quoted.contains(char), "{quoted}");
            assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), text);
        }
        for plain in ["a", "é", "日本", "😀", " ", "§ → ␍"] {
            assert_eq!(display_text(plain), plain);
            assert_eq!(json(plain).unwrap(), format!("\"{plain}\""));
        }
        assert_eq!(display_multiline("a\n\rb"), "a\n\\u{d}b");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(bytes: Vec<u8>) {
            let text = encode(&bytes);
            prop_assert_eq!(decode(&text).unwrap(), bytes);
            prop_assert!(!text.contains("'''"));
            prop_assert!(text.chars().all(|char| char == '\n' || (' '..='~').contains(&char)));
            prop_assert!(text.lines().all(|line| !line.ends_with(' ')));
        }

        #[test]
        fn decoding_takes_any_text(text: String) {
            let _ = decode(&text);
        }

        #[test]
        fn display_shows_all(bytes: Vec<u8>) {
            let shown = display(&bytes);
            prop_assert!(shown.chars().all(|char| (' '..='~').contains(&char) || "␍␊␉".contains(char)));
            prop_assert!(shown.chars().count() >= bytes.len());
        }
    }
}
