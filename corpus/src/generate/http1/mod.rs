//! Streams of HTTP/1.1 requests and responses.

pub(super) mod response;
mod variants;

use arbitrary::{Result, Unstructured};
use parsers::{Asked, End};

use super::element::{self, number_from};
use super::{BuiltMessage, BuiltStream};

use variants::{
    AFTER_DATA, AFTER_LAST, BLANK, CHUNK_EXTENSION, CHUNK_LINE_END, CONNECTION, ENCODING_NAME,
    ENCODING_VALUE, END_OF_LINE, EXPECT, LAST_CHUNK, LEADING, LENGTH_NAME, METHOD, PLAIN_FIELD,
    SEPARATOR, TARGET, TARGET_ODD, TRAILER, VERSION,
};

/// A stream of one to three requests with at most `odd` elements that are not, or need not be, as the
/// specification has them.
///
/// # Errors
/// Only when `choices` cannot give more bytes, which [`Unstructured`] does not let happen here.
pub fn stream(choices: &mut Unstructured<'_>, odd: usize) -> Result<BuiltStream> {
    let mut writer = Writer::new(choices, ROOM, odd, FILLER);
    let mut messages = Vec::new();
    for _ in 0..writer.choices.int_in_range(1..=3)? {
        messages.push(writer.request()?);
    }
    let end = truncate(&writer.bytes, &mut messages);
    Ok(BuiltStream {
        bytes: writer.bytes,
        asked: Asked::UNKNOWN,
        messages,
        end,
        odd: writer.odd,
    })
}

/// Drops the requests after the one that closes the connection or begins a tunnel, and says how the
/// stream ends; none when that is not settled: HTTP/1.0 knows no Transfer-Encoding, and RFC 9112 §6.1 has
/// the framing of such a request treated as faulty.
fn truncate(bytes: &[u8], messages: &mut Vec<BuiltMessage>) -> Option<End> {
    for (nth, built) in messages.iter().enumerate() {
        let (keep, end) = match after(bytes, built) {
            After::Goes => continue,
            After::Faulty => (nth, None),
            After::Closes => (nth + 1, Some(End::Complete)),
            After::Tunnels => (nth + 1, Some(End::Tunnel)),
        };
        messages.truncate(keep);
        return end;
    }
    Some(End::Complete)
}

/// Changes `bytes` in one place in a way that keeps most of the structure: swaps a line ending, a number
/// or a separator for a variant, inserts a field line or a control byte, or appends a request.
///
/// # Errors
/// As [`stream`].
pub fn mutate(bytes: &mut Vec<u8>, choices: &mut Unstructured<'_>) -> Result<()> {
    mutate_with(bytes, choices, stream)
}

/// Changes `bytes` in one place, where `more` writes the message that is appended.
fn mutate_with(
    bytes: &mut Vec<u8>,
    choices: &mut Unstructured<'_>,
    more: fn(&mut Unstructured<'_>, usize) -> Result<BuiltStream>,
) -> Result<()> {
    let at = match bytes.len() {
        0 => 0,
        length => choices.int_in_range(0..=length - 1)?,
    };
    let find = |needle: &[u8]| {
        let tail = bytes.get(at..).unwrap_or(&[]);
        tail.windows(needle.len())
            .position(|window| window == needle)
            .map(|offset| at + offset)
    };
    match choices.int_in_range(0..=7)? {
        0 | 1 => {
            if let Some(end) = find(b"\r\n") {
                let with = choices.choose(END_OF_LINE.odd)?;
                bytes.splice(end..end + 2, with.iter().copied());
            }
        }
        2 | 3 => {
            if let Some(line) = find(b"\r\n") {
                let mut writer = Writer::new(choices, ROOM, 1, FILLER);
                writer.some_field()?;
                let field = writer.bytes;
                bytes.splice(line + 2..line + 2, field);
            }
        }
        4 => {
            let with = *choices.choose(variants::BYTES)?;
            bytes.insert(at, with);
        }
        5 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = *choices.choose(variants::BYTES)?;
            }
        }
        6 => {
            if let Some((place, number)) = number_from(bytes, at) {
                let form = choices.int_in_range(0..=variants::NUMBER_FORMS - 1)?;
                bytes.splice(place, variants::number(number, form));
            }
        }
        _ => {
            let more = more(choices, 1)?;
            bytes.extend_from_slice(&more.bytes);
        }
    }
    Ok(())
}

/// Most streams have fewer bytes.
const ROOM: usize = 512;

/// What bodies are made of, so that a reader that ends one sooner sees a request.
const FILLER: &[u8] = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

/// It keeps what bodies are made of.
type Writer<'a, 'b> = element::Writer<'a, 'b, &'static [u8]>;

/// What ends the body of a request.
enum Body {
    None,
    Length(usize),
    Chunked,
}

impl Writer<'_, '_> {
    fn request(&mut self) -> Result<BuiltMessage> {
        let start = self.bytes.len();
        self.one_of(&LEADING, 24)?;
        let method = self.choose(&METHOD, 16)?;
        self.request_line(method)?;
        let body = self.fields(method)?;
        self.one_of(&BLANK, 12)?;
        let head = self.bytes.len();
        let mut pieces = Vec::new();
        match body {
            Body::None => {}
            Body::Length(length) => self.data(length, &mut pieces)?,
            Body::Chunked => self.chunks(&mut pieces)?,
        }
        Ok(BuiltMessage {
            start,
            head,
            body: pieces,
            end: self.bytes.len(),
        })
    }

    fn request_line(&mut self, method: &[u8]) -> Result<()> {
        self.put(method);
        self.one_of(&SEPARATOR, 24)?;
        if self.is_odd(16)? {
            let target = *self.choices.choose(TARGET_ODD)?;
            self.put(target);
        } else if method == b"CONNECT" {
            self.put(b"a:80");
        } else {
            let target = *self.choices.choose(TARGET)?;
            self.put(if target == b"*" && method != b"OPTIONS" {
                b"/"
            } else {
                target
            });
        }
        self.one_of(&SEPARATOR, 24)?;
        self.one_of(&VERSION, 10)?;
        self.one_of(&END_OF_LINE, 24)
    }

    /// The field lines; what they say of the body.
    fn fields(&mut self, method: &[u8]) -> Result<Body> {
        if self.is_odd(24)? {
            self.odd_line()?;
        }
        if !self.is_odd(40)? {
            self.field(b"Host", b"a")?;
        }
        for _ in 0..self.choices.int_in_range(0..=2)? {
            self.some_field()?;
        }
        if matches!(method, b"TRACE" | b"CONNECT") && !self.is_odd(3)? {
            return Ok(Body::None);
        }
        let body = match self.choices.int_in_range(0..=4)? {
            0 => Body::None,
            1 | 2 => Body::Length(*self.choices.choose(&[0, 1, 5, 8, 10, 28, 64])?),
            _ => Body::Chunked,
        };
        let both = self.is_odd(8)?;
        match body {
            Body::Length(length) => self.length_field(length)?,
            _ if both => self.length_field(5)?,
            _ => {}
        }
        if matches!(body, Body::Chunked) || both {
            self.one_of(&ENCODING_NAME, 10)?;
            self.put(b": ");
            self.one_of(&ENCODING_VALUE, 4)?;
            self.one_of(&END_OF_LINE, 16)?;
        }
        if self.is_odd(10)? {
            self.odd_line()?;
        }
        Ok(body)
    }

    fn length_field(&mut self, length: usize) -> Result<()> {
        let times = if self.is_odd(8)? { 2 } else { 1 };
        for nth in 0..times {
            self.one_of(&LENGTH_NAME, 10)?;
            self.put(b": ");
            let form = match self.is_odd(4)? {
                true => self.choices.int_in_range(1..=variants::NUMBER_FORMS - 1)?,
                false => 0,
            };
            let length = if nth == 1 && self.choices.ratio(1, 2)? {
                0
            } else {
                length as u64
            };
            self.put(&variants::number(length, form));
            self.one_of(&END_OF_LINE, 12)?;
        }
        Ok(())
    }

    fn field(&mut self, name: &[u8], value: &[u8]) -> Result<()> {
        self.put(name);
        self.put(b": ");
        self.put(value);
        self.one_of(&END_OF_LINE, 24)
    }

    /// A field that says nothing of the length of the body.
    fn some_field(&mut self) -> Result<()> {
        match self.choices.int_in_range(0..=5)? {
            0 => {
                self.put(b"Connection: ");
                self.one_of(&CONNECTION, 4)?;
            }
            1 => {
                self.put(b"Expect: ");
                self.one_of(&EXPECT, 3)?;
            }
            2 if self.is_odd(2)? => return self.odd_line(),
            _ => self.one_of(&PLAIN_FIELD, 8)?,
        }
        self.one_of(&END_OF_LINE, 16)
    }

    /// A line that is no field line, or many lines, or a very long one.
    fn odd_line(&mut self) -> Result<()> {
        match self
            .choices
            .int_in_range(0..=variants::ODD_LINES.len() + 1)?
        {
            0 => (0..70).for_each(|_| self.put(b"X: y\r\n")),
            1 => {
                self.put(b"X: ");
                self.bytes.resize(self.bytes.len() + 8192, b'y');
                self.put(b"\r\n");
            }
            nth => {
                let line = variants::ODD_LINES
                    .get(nth - 2)
                    .copied()
                    .unwrap_or_default();
                self.put(line);
            }
        }
        Ok(())
    }

    /// Body data: any, or what bodies are made of.
    fn data(&mut self, length: usize, pieces: &mut Vec<(usize, usize)>) -> Result<()> {
        let start = self.bytes.len();
        match self.choices.ratio(1, 2)? {
            true => self.bytes.extend(self.state.iter().cycle().take(length)),
            false => self.bytes.resize(start + length, b'x'),
        }
        if length > 0 {
            pieces.push((start, start + length));
        }
        Ok(())
    }

    fn chunks(&mut self, pieces: &mut Vec<(usize, usize)>) -> Result<()> {
        for _ in 0..self.choices.int_in_range(0..=2)? {
            let length = *self.choices.choose(&[1, 2, 5, 10, 28, 50])?;
            match self.is_odd(4)? {
                true => {
                    let form = self.choices.int_in_range(1..=variants::CHUNK_FORMS - 1)?;
                    self.put(&variants::chunk_size(length as u64, form));
                }
                false => self.put(&variants::chunk_size(length as u64, 0)),
            }
            self.one_of(&CHUNK_EXTENSION, 4)?;
            self.one_of(&CHUNK_LINE_END, 8)?;
            self.data(length, pieces)?;
            self.one_of(&AFTER_DATA, 6)?;
        }
        self.one_of(&LAST_CHUNK, 8)?;
        self.one_of(&CHUNK_LINE_END, 16)?;
        self.one_of(&TRAILER, 6)?;
        self.one_of(&AFTER_LAST, 8)
    }
}

/// What happens to the connection after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// Another request follows.
    Goes,
    /// The connection is closed.
    Closes,
    /// A tunnel begins.
    Tunnels,
    /// HTTP/1.0 knows no Transfer-Encoding: RFC 9112 §6.1 has its framing treated as faulty.
    Faulty,
}

/// What the head of a request without odd elements says of the connection.
fn after(bytes: &[u8], built: &BuiltMessage) -> After {
    let head = bytes.get(built.start..built.head).unwrap_or(&[]);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut lines = head.split("\r\n");
    let request_line = lines.next().unwrap_or_default();
    let fields: Vec<_> = lines.filter_map(|line| line.split_once(':')).collect();
    let says = |option: &str| {
        fields.iter().any(|(name, value)| {
            *name == "connection" && value.split(',').any(|word| word.trim() == option)
        })
    };
    let old = request_line.ends_with("http/1.0");
    if old && fields.iter().any(|(name, _)| *name == "transfer-encoding") {
        After::Faulty
    } else if request_line.starts_with("connect ") {
        After::Tunnels
    } else if says("close") || old && !says("keep-alive") {
        After::Closes
    } else {
        After::Goes
    }
}
