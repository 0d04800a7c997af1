//! What is given as traffic and is none: archives, exports, cases, responses. Each is known by its own bytes, by a rule
//! that no stream of requests and no patch meets by chance.

use std::fmt;

use parsers::Family;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What some bytes are, and what to do with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// What they are, as in "it is ...".
    pub what: &'static str,
    /// What to do.
    pub fix: &'static str,
}

impl fmt::Display for Foreign {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, fix } = self;
        write!(formatter, "it is {what}, which is not read; {fix}")
    }
}

const fn foreign(what: &'static str, fix: &'static str) -> Foreign {
    Foreign { what, fix }
}

/// How files of other formats begin.
const MAGIC: &[(&[u8], Foreign)] = &[
    (
        b"\x1f\x8b\x08",
        foreign("compressed by gzip", "unpack it first: gunzip FILE"),
    ),
    (
        b"\x28\xb5\x2f\xfd",
        foreign("compressed by zstd", "unpack it first: unzstd FILE"),
    ),
    (
        b"\xfd7zXZ\0",
        foreign("compressed by xz", "unpack it first: unxz FILE"),
    ),
    (
        b"\x04\x22\x4d\x18",
        foreign("compressed by lz4", "unpack it first: unlz4 FILE"),
    ),
    (
        b"PK\x03\x04",
        foreign("a zip archive", "unpack it first: unzip FILE"),
    ),
    (
        b"PK\x05\x06",
        foreign("an empty zip archive", "give the files themselves"),
    ),
    (
        b"7z\xbc\xaf\x27\x1c",
        foreign("a 7z archive", "unpack it first: 7z x FILE"),
    ),
];

const BZIP2: Foreign = foreign("compressed by bzip2", "unpack it first: bunzip2 FILE");
const TAR: Foreign = foreign("a tar archive", "unpack it first: tar -xf FILE");
const HAR: Foreign = foreign(
    "a HAR export",
    "it holds no bytes of requests, only their fields; record a capture (pcap) instead",
);
const JSON: Foreign = foreign(
    "JSON",
    "give the bytes themselves, or a capture (pcap, pcapng)",
);
const RESPONSE: Foreign = foreign(
    "a response of HTTP/1",
    "judge it without --family: it is then judged as a response",
);
const CASE: Foreign = foreign(
    "the text of a case",
    "name it NAME.toml, in a folder named for its family",
);
const UTF16: Foreign = foreign(
    "text in UTF-16",
    "convert it first: iconv -f UTF-16 -t UTF-8 FILE",
);
const COLOURED: Foreign = foreign(
    "a patch with the colours of a terminal",
    "make it again without them: git diff --no-color",
);
const AGENT: Foreign = foreign(
    "a patch in the format that begins with *** Begin Patch",
    "give a unified diff, such as `git diff` prints",
);

const CONTEXT: Foreign = foreign(
    "a context diff",
    "make it again as a unified diff: diff -u; GNU patch reads both",
);
const NORMAL: Foreign = foreign(
    "a normal diff",
    "make it again as a unified diff: diff -u; GNU patch reads both",
);

/// What `input` is, when it is of a format that can be told and is not read as traffic of `family`.
pub fn recognise(family: &Family, input: &[u8]) -> Option<Foreign> {
    let by_magic = MAGIC.iter().find(|(magic, _)| input.starts_with(magic));
    if let Some((_, foreign)) = by_magic {
        return Some(*foreign);
    }
    let is_requests = *family == parsers::http1::REQUEST;
    let rules: [(Foreign, bool); 11] = [
        (BZIP2, is_bzip2(input)),
        (TAR, is_tar(input)),
        (HAR, is_har(input)),
        (JSON, is_json(input)),
        (RESPONSE, is_requests && is_response(input)),
        (CASE, is_case(input)),
        (UTF16, is_utf16(input)),
        (COLOURED, is_coloured(input)),
        (AGENT, is_of_agent(input)),
        (CONTEXT, is_diff(input, is_requests, begins_context_hunk)),
        (NORMAL, is_diff(input, is_requests, begins_normal_hunk)),
    ];
    let found = rules.iter().find(|(_, is_it)| *is_it);
    found.map(|(foreign, _)| *foreign)
}

fn is_bzip2(input: &[u8]) -> bool {
    // The size of its blocks, then the first block or the end.
    let block = input.get(4..10);
    input.starts_with(b"BZh")
        && input
            .get(3)
            .is_some_and(|digit| (b'1'..=b'9').contains(digit))
        && [
            &b"\x31\x41\x59\x26\x53\x59"[..],
            b"\x17\x72\x45\x38\x50\x90",
        ]
        .iter()
        .any(|magic| block == Some(magic))
}

fn is_tar(input: &[u8]) -> bool {
    // A name comes first, filled up with NULs, which no request begins with and no patch holds in its first line.
    input.get(257..262) == Some(b"ustar") && input.get(..100).is_some_and(|name| name.contains(&0))
}

fn is_har(input: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Har {
        #[serde(rename = "log")]
        _log: Log,
    }
    #[derive(Deserialize)]
    struct Log {
        #[serde(rename = "entries")]
        _entries: Vec<IgnoredAny>,
    }
    let text = without_bom(input);
    if !text.trim_ascii_start().starts_with(b"{") {
        return false;
    }
    let har: Result<Har, _> = serde_json::from_slice(text);
    har.is_ok()
}

/// Whether all of it is one JSON object or array after another, the first of them not empty.
fn is_json(input: &[u8]) -> bool {
    let text = without_bom(input).trim_ascii_start();
    let [b'{' | b'[', rest @ ..] = text else {
        return false;
    };
    if matches!(rest.trim_ascii_start().first(), None | Some(b'}' | b']')) {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    values.all(|value| value.is_ok())
}

fn without_bom(input: &[u8]) -> &[u8] {
    input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input)
}

/// Whether it begins with a status-line (RFC 9112 §4).
fn is_response(input: &[u8]) -> bool {
    let Some(rest) = input.strip_prefix(b"HTTP/1.") else {
        return false;
    };
    match rest {
        [minor, b' ', code @ ..] if minor.is_ascii_digit() => {
            let digits = code.get(..3);
            let is_code = digits.is_some_and(|code| code.iter().all(u8::is_ascii_digit));
            is_code && matches!(code.get(3), None | Some(b' ' | b'\r' | b'\n'))
        }
        _ => false,
    }
}

/// Whether it is TOML with the fields that every case has: a text, and what it is about.
fn is_case(input: &[u8]) -> bool {
    /// What is longer is no case that a person wrote.
    const LONGEST: usize = 1 << 20;
    if input.len() > LONGEST || !input.windows(5).any(|word| word == b"about") {
        return false;
    }
    let Ok(text) = std::str::from_utf8(without_bom(input)) else {
        return false;
    };
    let Ok(table) = text.parse::<toml::Table>() else {
        return false;
    };
    let has = |key: &str| table.contains_key(key);
    let kinds = ["expect", "input", "finds", "schedule", "explore", "hops"];
    has("about") && kinds.into_iter().any(has)
}

/// Whether it begins with the mark of UTF-16, and holds in it what a patch or a request does.
fn is_utf16(input: &[u8]) -> bool {
    const FRONT: usize = 1 << 16;
    let decode: fn([u8; 2]) -> u16 = match input {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return false,
    };
    let front = input.get(2..input.len().min(FRONT)).unwrap_or(&[]);
    let units = front
        .chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok());
    let text: String = char::decode_utf16(units.map(decode))
        .map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    let marks = ["--- ", "+++ ", "@@ -", "diff ", "HTTP/1."];
    text.lines()
        .any(|line| marks.iter().any(|mark| line.starts_with(mark)) || line.ends_with("HTTP/1.1"))
}

/// Whether it looks like a patch only once the colours before its lines are taken away.
fn is_coloured(input: &[u8]) -> bool {
    const FRONT: usize = 1 << 16;
    let front = input.get(..FRONT).unwrap_or(input);
    let looks = parsers::unidiff::UNIFIED.looks;
    if !front.contains(&0x1b) || looks(input) {
        return false;
    }
    let mut plain = Vec::with_capacity(front.len());
    let mut rest = front;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match colour(rest) {
            Some(length) => rest.get(length..).unwrap_or(&[]),
            None => {
                plain.push(byte);
                after
            }
        };
    }
    looks(&plain)
}

/// How long the sequence is that sets a colour, where `bytes` begins with one: ESC, `[`, digits and `;`, then `m` or `K`.
fn colour(bytes: &[u8]) -> Option<usize> {
    let parameters = bytes.strip_prefix(b"\x1b[")?;
    let end = parameters
        .iter()
        .position(|byte| !byte.is_ascii_digit() && *byte != b';')?;
    matches!(parameters.get(end), Some(b'm' | b'K')).then_some(end + 3)
}

/// Whether its first line, and a line that names a file, are those of the patches that agents write.
fn is_of_agent(input: &[u8]) -> bool {
    let mut lines = input
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end)
        .skip_while(|line| line.is_empty());
    let verbs: [&[u8]; 3] = [
        b"*** Add File: ",
        b"*** Update File: ",
        b"*** Delete File: ",
    ];
    lines.next() == Some(b"*** Begin Patch")
        && lines.any(|line| verbs.iter().any(|verb| line.starts_with(verb)))
}

/// Whether two lines one after the other begin a hunk of another kind, and none is the header of a unified hunk. With
/// `at_once`, nothing precedes them but lines that name files.
fn is_diff(input: &[u8], at_once: bool, begins: fn(&[u8], &[u8]) -> bool) -> bool {
    let lines = || {
        input
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii_end)
    };
    let names: [&[u8]; 5] = [b"diff ", b"Index: ", b"Only in ", b"*** ", b"--- "];
    let is_name = |line: &[u8]| line.is_empty() || names.iter().any(|name| line.starts_with(name));
    let mut pairs = lines().zip(lines().skip(1));
    let found = match at_once {
        true => pairs.find(|(line, next)| begins(line, next) || !is_name(line)),
        false => pairs.find(|(line, next)| begins(line, next)),
    };
    found.is_some_and(|(line, next)| begins(line, next))
        && !lines().any(|line| line.starts_with(b"@@ -"))
}

/// The line of asterisks of a context diff, then `*** LINES ****`.
fn begins_context_hunk(line: &[u8], next: &[u8]) -> bool {
    let lines = next
        .strip_prefix(b"*** ")
        .and_then(|next| next.strip_suffix(b" ****"));
    line.starts_with(b"***************") && lines.is_some_and(is_range)
}

/// A command of a normal diff, such as `2,3c2`, then a line of one of the files.
fn begins_normal_hunk(line: &[u8], next: &[u8]) -> bool {
    let mut ranges = line.splitn(2, |byte| matches!(byte, b'a' | b'c' | b'd'));
    let [Some(old), Some(new)] = [ranges.next(), ranges.next()] else {
        return false;
    };
    is_range(old) && is_range(new) && (next.starts_with(b"< ") || next.starts_with(b"> "))
}

/// One or two line numbers.
fn is_range(text: &[u8]) -> bool {
    let numbers: Vec<_> = text.split(|byte| *byte == b',').collect();
    let is_number = |number: &&[u8]| !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    numbers.len() <= 2 && numbers.iter().all(is_number)
}

#[cfg(test)]
mod tests;
