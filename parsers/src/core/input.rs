//! What readers are given: the bytes of a stream, and what is known besides.

/// What the other direction of the connection asked, in order: a line for each request, with the words that matter, such as its
/// method. Where nothing is known of it, it is [`Asked::UNKNOWN`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asked<'a> {
    lines: &'a str,
}

impl<'a> Asked<'a> {
    /// Nothing is known.
    pub const UNKNOWN: Asked<'static> = Asked { lines: "" };

    /// The requests in these lines. No line is nothing known.
    pub const fn lines(lines: &'a str) -> Self {
        Self { lines }
    }

    /// The lines, as [`Asked::lines`] reads them.
    pub fn as_lines(&self) -> &'a str {
        self.lines
    }

    /// Whether anything is known.
    pub fn is_known(&self) -> bool {
        !self.lines.is_empty()
    }

    /// The request after the first `nth` ones.
    pub fn nth(&self, nth: usize) -> Option<&'a [u8]> {
        self.words().nth(nth).map(str::as_bytes)
    }

    /// Each request, in order.
    pub fn words(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.lines.lines()
    }
}

/// The input of a reader: the bytes of a stream, and what the other direction asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamInput<'i> {
    /// The bytes.
    pub bytes: &'i [u8],
    /// What was asked.
    pub asked: Asked<'i>,
}

impl<'i> StreamInput<'i> {
    /// These bytes, of a stream that answers what was `asked`.
    pub fn new(bytes: &'i [u8], asked: Asked<'i>) -> Self {
        Self { bytes, asked }
    }

    /// The same with other bytes.
    pub fn with(self, bytes: &'i [u8]) -> Self {
        Self { bytes, ..self }
    }
}

impl<'i> From<&'i [u8]> for StreamInput<'i> {
    fn from(bytes: &'i [u8]) -> Self {
        Self::new(bytes, Asked::UNKNOWN)
    }
}

impl<'i, const N: usize> From<&'i [u8; N]> for StreamInput<'i> {
    fn from(bytes: &'i [u8; N]) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl<'i> From<&'i Vec<u8>> for StreamInput<'i> {
    fn from(bytes: &'i Vec<u8>) -> Self {
        Self::from(bytes.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_lines() {
        let asked = Asked::lines("HEAD\nGET upgrade");
        assert_eq!(asked.nth(0), Some(&b"HEAD"[..]));
        assert_eq!(asked.nth(1), Some(&b"GET upgrade"[..]));
        assert_eq!(asked.nth(2), None);
        assert!(asked.is_known() && !Asked::UNKNOWN.is_known());
    }
}
