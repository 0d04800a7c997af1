//! What is private in a request of HTTP/1.1, and the filler that takes its place.
//!
//! Letters become `x`, digits `0`, bytes from 0x80 on become 0x80, and bodies `x`. Whitespace, control
//! characters and the punctuation of the grammar stay.

use super::Region;

/// The fields whose values frame messages or steer the connection, in the form that [`key`] gives. These
/// values stay.
const FRAMING_FIELDS: [&[u8]; 9] = [
    b"contentlength",
    b"transferencoding",
    b"connection",
    b"proxyconnection",
    b"upgrade",
    b"expect",
    b"contentencoding",
    b"te",
    b"trailer",
];

/// A longer word in such a value is none that frames anything.
const LONGEST_TOKEN: usize = 40;
/// A longer name is none of a field.
const LONGEST_NAME: usize = 64;

/// Methods that may be told: the registered ones that are in use, and the preface of HTTP/2.
const METHODS: [&[u8]; 24] = [
    b"GET",
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"CONNECT",
    b"OPTIONS",
    b"TRACE",
    b"PATCH",
    b"PROPFIND",
    b"PROPPATCH",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"LOCK",
    b"UNLOCK",
    b"REPORT",
    b"SEARCH",
    b"QUERY",
    b"PURGE",
    b"BREW",
    b"TRACK",
    b"SOURCE",
    b"PRI",
];

/// `input` with everything outside of the regions, and everything private inside, replaced by filler.
/// Where regions overlap, a byte that one of them keeps is kept.
pub(super) fn fill(input: &[u8], regions: &[Region]) -> Vec<u8> {
    let mut page = Page {
        input,
        filled: input
            .iter()
            .map(|&byte| match byte {
                b'\r' | b'\n' => byte,
                _ => b'x',
            })
            .collect(),
        structure: vec![false; input.len()],
    };
    for region in regions {
        match region {
            Region::Head(range) => page.head(range.start, range.end),
            Region::Framing(range) => page.framing(range.start, range.end),
            Region::Chunks(range) => page.chunks(range.start, range.end),
        }
    }
    page.filled
}

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

/// What a line of a head is to those who read it.
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
        let is_framing = FRAMING_FIELDS.contains(&key(name).as_slice());
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

/// The value of the first field whose name has this key.
pub(crate) fn field<'a>(head: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    head_lines(head)
        .into_iter()
        .find_map(|(_, line)| match line {
            Line::Framing(line) | Line::Other(line, _) => {
                let colon = line.iter().position(|&byte| byte == b':')?;
                (key(line.get(..colon)?) == wanted).then(|| line.get(colon + 1..))?
            }
            Line::Request(_) => None,
        })
}

/// Whether a field line begins with the name Host.
pub(crate) fn is_host(line: &[u8]) -> bool {
    key(line.split(|&byte| byte == b':').next().unwrap_or(line)) == b"host"
}

/// A registered method stays, any other is one of many.
pub(crate) fn method_of(line: &[u8]) -> &[u8] {
    let word = line.split(|byte| b" \t\x0b\x0c".contains(byte)).next();
    let word = word.unwrap_or(b"");
    let is_known = is_method(word, line);
    if is_known { word } else { b"?" }
}

/// Whether a word is a registered method. Other than in capitals it is one only in a line that names HTTP.
fn is_method(word: &[u8], line: &[u8]) -> bool {
    let names_http = |line: &[u8]| line.windows(5).any(|window| window == b"HTTP/");
    METHODS.contains(&word)
        || METHODS
            .iter()
            .any(|method| word.eq_ignore_ascii_case(method))
            && names_http(line)
}

struct Page<'a> {
    input: &'a [u8],
    filled: Vec<u8>,
    /// Which bytes some region has spoken for.
    structure: Vec<bool>,
}

impl<'a> Page<'a> {
    /// Writes the filler that `rule` gives for each byte of a range.
    fn put(&mut self, start: usize, end: usize, rule: impl Fn(usize, u8) -> u8) {
        for at in start..end {
            let (Some(&byte), Some(filled), Some(structure)) = (
                self.input.get(at),
                self.filled.get_mut(at),
                self.structure.get_mut(at),
            ) else {
                return;
            };
            let new = rule(at - start, byte);
            if !*structure || new == byte {
                *filled = new;
                *structure = true;
            }
        }
    }

    fn keep(&mut self, start: usize, end: usize) {
        self.put(start, end, |_, byte| byte);
    }

    fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.input.get(start..end).unwrap_or(&[])
    }

    /// The lines of a range, without their ends, and where they lie. Any CR or LF ends a line: to some
    /// reader it does.
    fn lines(&mut self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let mut lines = Vec::new();
        let mut from = start;
        for at in start..=end {
            let ends = at == end || matches!(self.input.get(at), Some(b'\r' | b'\n'));
            if ends {
                if from < at {
                    lines.push((from, at));
                }
                self.keep(at, (at + 1).min(end));
                from = at + 1;
            }
        }
        lines
    }

    fn head(&mut self, start: usize, end: usize) {
        let lines = self.lines(start, end);
        let mut lines = lines.into_iter();
        if let Some((start, end)) = lines.next() {
            self.request_line(start, end);
        }
        let mut frames = false;
        for (start, end) in lines {
            frames = self.field_line(start, end, frames);
        }
    }

    fn request_line(&mut self, start: usize, end: usize) {
        let line = self.slice(start, end);
        let mut at = start;
        let mut is_first = true;
        for word in line.split_inclusive(|byte| b" \t\x0b\x0c".contains(byte)) {
            let bare = word.trim_ascii_end();
            let (from, to) = (at, at + word.len());
            at = to;
            if bare.is_empty() {
                self.keep(from, to);
                continue;
            }
            let is_version = bare.len() <= 16
                && bare
                    .get(..4)
                    .is_some_and(|front| front.eq_ignore_ascii_case(b"HTTP"));
            let is_method = is_first && is_method(bare, line);
            is_first = false;
            if is_version || is_method {
                self.keep(from, to);
            } else {
                self.target(from, to);
            }
        }
    }

    fn target(&mut self, start: usize, end: usize) {
        let target = self.slice(start, end);
        let schemes: [&[u8]; 4] = [b"http://", b"https://", b"ws://", b"wss://"];
        let scheme = schemes.iter().find(|scheme| target.starts_with(scheme));
        let scheme = scheme.map_or(0, |scheme| scheme.len());
        let port = port_start(target.trim_ascii_end());
        self.put(start, end, |nth, byte| {
            let hex = |back: usize| nth >= back && target.get(nth - back) == Some(&b'%');
            match byte {
                _ if nth < scheme || nth >= port => byte,
                // A byte that is encoded becomes %61, `a`, which all can decode.
                _ if byte.is_ascii_hexdigit() && hex(1) => b'6',
                _ if byte.is_ascii_hexdigit() && hex(2) => b'1',
                _ => filler(byte),
            }
        });
    }

    /// Fills a field line; `continues` says whether the field before it frames, which a folded line goes
    /// on with. Returns whether this one does.
    fn field_line(&mut self, start: usize, end: usize, continues: bool) -> bool {
        let line = self.slice(start, end);
        let colon = line.iter().position(|&byte| byte == b':');
        let name = colon.and_then(|colon| line.get(..colon)).unwrap_or(line);
        let is_folded = matches!(line.first(), Some(b' ' | b'\t'));
        let frames = FRAMING_FIELDS.contains(&key(name).as_slice());
        if is_folded && !frames {
            if continues {
                self.framing_value(start, end);
            } else {
                self.put(start, end, |_, byte| filler(byte));
            }
            return continues;
        }
        let value = match colon {
            Some(colon) if frames || colon <= LONGEST_NAME => start + colon + 1,
            _ if frames => end,
            _ => start,
        };
        self.keep(start, value);
        if frames {
            self.framing_value(value, end);
        } else if key(name) == b"host" {
            let port = port_start(self.slice(value, end).trim_ascii_end());
            self.put(value, end, |nth, byte| match byte {
                _ if nth >= port => byte,
                _ if byte.is_ascii_alphabetic() => b'a',
                _ => filler(byte),
            });
        } else {
            self.put(value, end, |_, byte| filler(byte));
        }
        frames
    }

    /// Keeps the words of a value, unless they are longer than any that frames.
    fn framing_value(&mut self, start: usize, end: usize) {
        let mut at = start;
        let value = self.slice(start, end);
        for word in value.split_inclusive(|byte| b" \t,;=\"".contains(byte)) {
            let to = at + word.len();
            if word.len() <= LONGEST_TOKEN {
                self.keep(at, to);
            } else {
                self.put(at, to, |_, byte| filler(byte));
            }
            at = to;
        }
    }

    /// Chunk-size lines, the ends of chunks, and a trailer section.
    fn framing(&mut self, start: usize, end: usize) {
        let mut frames = false;
        for (start, end) in self.lines(start, end) {
            let line = self.slice(start, end);
            let before_extension = line.split(|&byte| byte == b';').next().unwrap_or(line);
            if before_extension.contains(&b':') {
                frames = self.field_line(start, end, frames);
            } else {
                self.chunk_line(start, end);
            }
        }
    }

    fn chunk_line(&mut self, start: usize, end: usize) {
        let line = self.slice(start, end);
        let is_size = |byte: &u8| byte.is_ascii_hexdigit() || b" \t+-_xX\0".contains(byte);
        // However many noughts lead.
        let noughts = line.iter().take_while(|&&byte| byte == b'0').count();
        let rest = line.iter().skip(noughts).take(LONGEST_TOKEN);
        let size = noughts + rest.take_while(|byte| is_size(byte)).count();
        self.keep(start, start + size);
        self.put(start + size, end, |_, byte| filler(byte));
    }

    /// Chunks as far as they are plain.
    fn chunks(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(feed) = self.slice(at, end).iter().position(|&byte| byte == b'\n') {
            let line_end = at + feed + 1;
            let digits = self.slice(at, line_end);
            let digits = digits
                .iter()
                .take_while(|byte| byte.is_ascii_hexdigit())
                .count();
            let digits = std::str::from_utf8(self.slice(at, at + digits)).unwrap_or("");
            let size = usize::from_str_radix(digits, 16);
            self.framing(at, line_end);
            match size {
                Ok(size @ 1..) if size < end - line_end => at = line_end + size,
                Ok(0) => return self.trailer(line_end, end),
                _ => return,
            }
            // The line end after the data, as far as it is one.
            while at < end && matches!(self.input.get(at), Some(b'\r' | b'\n')) {
                self.keep(at, at + 1);
                at += 1;
            }
        }
        if end - at <= LONGEST_TOKEN {
            self.framing(at, end);
        }
    }

    fn trailer(&mut self, start: usize, end: usize) {
        let mut at = start;
        let section = self.slice(start, end);
        for line in section.split_inclusive(|&byte| byte == b'\n') {
            at += line.len();
            if line.trim_ascii().is_empty() {
                break;
            }
        }
        self.framing(start, at);
    }
}

fn filler(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' => b'x',
        b'0'..=b'9' => b'0',
        0x80.. => 0x80,
        _ => byte,
    }
}

/// What a name says to a reader who does not mind its case, or characters that do not belong in it.
fn key(name: &[u8]) -> Vec<u8> {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    letters.map(u8::to_ascii_lowercase).collect()
}

/// Where a port begins at the end of `text`, colon included; its length when there is none.
fn port_start(text: &[u8]) -> usize {
    let digits = text
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let colon = text.len().checked_sub(digits + 1);
    match colon {
        Some(colon) if (1..=5).contains(&digits) && text.get(colon) == Some(&b':') => colon,
        _ => usize::MAX,
    }
}
