//! A field line that conforms: nearly all there are.

use super::bytes::{after_value, name_end, spaces};

/// A field line that conforms, in offsets from its first byte.
pub(super) struct PlainLine<'i> {
    /// Where its name ends.
    pub name_end: usize,
    /// Whether the name is known to be all letters and hyphens.
    pub is_plain: bool,
    /// Where its value begins, after the whitespace.
    pub value: usize,
    /// What follows the line.
    pub next: &'i [u8],
}

impl<'i> PlainLine<'i> {
    /// The line at the front of `line`; none if it does not conform, or with `QUOTES` if there is a double
    /// quote in its value.
    #[inline(always)]
    pub(super) fn of<const QUOTES: bool>(line: &'i [u8]) -> Option<Self> {
        // The bytes of a name and its colon may stand in a value too. Where the line ends is thus known
        // without its name, and the next line can be looked at while this one still is.
        let [b'\r', b'\n', next @ ..] = after_value::<QUOTES>(line) else {
            return None;
        };
        let (name_end, is_plain) = name_end(line);
        let after_name = line.get(name_end..)?;
        let spaces = match after_name.first_chunk::<3>()? {
            // Nearly always there is one.
            [b':', b' ', first] if *first > b' ' => 1,
            [b':', ..] => spaces(after_name.get(1..)?),
            _ => return None,
        };
        (name_end > 0).then_some(Self {
            name_end,
            is_plain,
            value: name_end + 1 + spaces,
            next,
        })
    }
}
