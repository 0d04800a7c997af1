//! The lines of a patch as GNU patch takes them: without comments, and, once it knows how the patch is indented, without that.

/// Where in the patch it reads.
pub(super) struct Text<'i> {
    input: &'i [u8],
    /// The next byte.
    pub at: usize,
}

/// What is left out of the lines of one patch.
#[derive(Clone, Copy, Default)]
pub(super) struct Trim {
    /// Columns of indentation.
    pub indent: usize,
    /// How often a line may begin with `- `, as in a message in a message (RFC 934).
    pub nesting: usize,
    /// Whether a CR before the newline goes.
    pub drops_cr: bool,
}

impl<'i> Text<'i> {
    pub(super) fn new(input: &'i [u8]) -> Self {
        Self { input, at: 0 }
    }

    pub(super) fn length(&self) -> usize {
        self.input.len()
    }

    /// The next line, with its newline; none at the end, or where a line has none.
    pub(super) fn line(&mut self, trim: Trim) -> Option<Vec<u8>> {
        loop {
            let rest = self.input.get(self.at..).unwrap_or(&[]);
            let Some(lf) = memchr::memchr(b'\n', rest) else {
                self.at = self.input.len();
                return None;
            };
            self.at += lf + 1;
            let line = rest.get(..=lf).unwrap_or(rest);
            let line = unnested(unindented(line, trim.indent), trim.nesting);
            if line.starts_with(b"#") {
                continue;
            }
            let mut line = line.to_vec();
            if trim.drops_cr && line.ends_with(b"\r\n") {
                line.truncate(line.len() - 2);
                line.push(b'\n');
            }
            return Some(line);
        }
    }

    /// Passes over a line that begins with a backslash, if it comes next: whether it did.
    pub(super) fn marker(&mut self) -> bool {
        let rest = self.input.get(self.at..).unwrap_or(&[]);
        let is_marker = rest.first() == Some(&b'\\');
        if is_marker {
            self.at += memchr::memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
        }
        is_marker
    }
}

/// A line without so many columns of spaces, tabs and the letter X.
fn unindented(line: &[u8], indent: usize) -> &[u8] {
    let (mut columns, mut rest) = (0, line);
    while columns < indent {
        columns = match rest.first() {
            Some(b' ' | b'X') => columns + 1,
            Some(b'\t') => columns / 8 * 8 + 8,
            _ => break,
        };
        rest = rest.get(1..).unwrap_or(&[]);
    }
    rest
}

/// A line without `- ` at its beginning, so often.
fn unnested(mut line: &[u8], nesting: usize) -> &[u8] {
    for _ in 0..nesting {
        match line.strip_prefix(b"- ") {
            Some(rest) => line = rest,
            None => break,
        }
    }
    line
}
