//! Streams of HTTP/1.1 responses to requests that are drawn with them.

use arbitrary::{Result, Unstructured};
use parsers::End;
use parsers::http1::response::RESPONSE;

use super::super::element::{Variants, variants};
use super::super::{BuiltMessage, BuiltStream};
use super::variants::{BLANK, CONNECTION, ENCODING_NAME, ENCODING_VALUE, END_OF_LINE, PLAIN_FIELD};
use super::{ROOM, Writer};

/// What bodies are made of, so that a reader that ends one sooner sees a response.
const FILLER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

variants! {
    LEADING: [b""] [b"\r\n", b"\n", b"\r", b" ", b"junk\r\n", b"<html>", b"\0"];
    VERSION: [b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0"]
        [b"http/1.1", b"ICY", b"HTTP/1", b"HTTP/2", b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.2", b"HTTP/1.12", b"HTTP/1.", b"HTTP", b"HTTP/1.1x", b""];
    SPACE: [b" "] [b"  ", b"\t", b"\x0b", b"\r", b"", b"\n", b"\r\n"];
    INTERIM: [b"100", b"102", b"103"] [b"199", b"101", b"1", b"0100"];
    FINAL: [b"200", b"200", b"200", b"404", b"206", b"205", b"599"]
        [b"20", b"2", b"0200", b"2000", b"+200", b"-200", b"099", b"600", b"999", b"20x", b"2 00", b"", b"101", b"100", b"199"];
    BODILESS: [b"204", b"304"] [b"0204", b"00304", b"+204"];
    REASON: [b" OK", b" ", b" Not \"Found\" \xe9"] [b"", b"\t", b"  OK", b" O\0K", b" a\rb", b" \x7f", b"OK", b"\nX: y"];
}

/// A stream of the responses to one to three requests with at most `odd` elements that are not, or need not be, as the
/// specification has them.
///
/// # Errors
/// As that of requests.
pub fn stream(choices: &mut Unstructured<'_>, odd: usize) -> Result<BuiltStream> {
    let asked = *choices.choose(RESPONSE.asked)?;
    let mut writer = Writer::new(choices, ROOM, odd, FILLER);
    let mut messages = Vec::new();
    let mut end = None;
    let count = match asked.is_known() {
        true => asked.words().count(),
        false => writer.choices.int_in_range(1..=3)?,
    };
    let mut requests = asked.words();
    for _ in 0..count {
        let request = requests.next().unwrap_or("GET");
        // Without more choices, this is the lowest: a stream has an end.
        for _ in 3..writer.choices.int_in_range(0..=5)? {
            let interim = writer.interim()?;
            messages.extend(end.is_none().then_some(interim));
        }
        let (built, after) = writer.answer(request)?;
        messages.extend(end.is_none().then_some(built));
        end = end.or(after);
        // A stream that is at its end goes on in odd ones only.
        if end.is_some() && !writer.is_odd(3)? {
            break;
        }
    }
    let is_answered = asked.is_known() && end.is_none();
    if is_answered && writer.choices.ratio(1, 6)? {
        writer.put(b"\r\n");
    }
    if is_answered && writer.is_odd(6)? {
        writer.answer("GET")?;
    }
    Ok(BuiltStream {
        bytes: writer.bytes,
        asked,
        messages,
        end: end.or(Some(End::Complete)),
        odd: writer.odd,
    })
}

/// Changes `bytes` in one place, as is done to requests.
///
/// # Errors
/// As [`stream`].
pub fn mutate(bytes: &mut Vec<u8>, choices: &mut Unstructured<'_>) -> Result<()> {
    super::mutate_with(bytes, choices, stream)
}

/// How the body of a response ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    None,
    Length(usize),
    Chunked,
    UntilClose,
}

impl Writer<'_, '_> {
    fn status_line(&mut self, is_10: bool, codes: &Variants) -> Result<()> {
        self.one_of(&LEADING, 24)?;
        if is_10 {
            self.put(b"HTTP/1.0");
        } else if self.is_odd(10)? {
            let version = *self.choices.choose(VERSION.odd)?;
            self.put(version);
        } else {
            self.put(b"HTTP/1.1");
        }
        self.one_of(&SPACE, 20)?;
        self.one_of(codes, 10)?;
        self.one_of(&REASON, 12)?;
        self.one_of(&END_OF_LINE, 24)
    }

    /// An interim response, which may have fields that would end another's body.
    fn interim(&mut self) -> Result<BuiltMessage> {
        let start = self.bytes.len();
        self.status_line(false, &INTERIM)?;
        self.field(b"Link", b"</a>")?;
        if self.choices.ratio(1, 4)? {
            self.length_field(5)?;
        }
        self.one_of(&BLANK, 16)?;
        Ok(self.built(start, Vec::new()))
    }

    fn built(&self, start: usize, body: Vec<(usize, usize)>) -> BuiltMessage {
        BuiltMessage {
            start,
            head: self.bytes.len(),
            body,
            end: self.bytes.len(),
        }
    }

    /// The final response to `request`, and how the stream ends after it; none where it goes on.
    fn answer(&mut self, request: &str) -> Result<(BuiltMessage, Option<End>)> {
        let start = self.bytes.len();
        let is_10 = *self.choices.choose(VERSION.plain)? == b"HTTP/1.0";
        let mut words = request.split(' ');
        let method = words.next().unwrap_or("GET");
        let switches = words.next().is_some() && self.choices.ratio(1, 2)?;
        let is_bodiless = self.choices.ratio(1, 6)?;
        let codes = match () {
            () if switches => &Variants {
                plain: &[b"101"],
                odd: INTERIM.odd,
            },
            () if is_bodiless => &BODILESS,
            () => &FINAL,
        };
        let line = self.bytes.len();
        self.status_line(is_10, codes)?;
        // Of a status-line without odd elements, the code stands after the version and a space.
        let is_2xx = self.bytes.get(line + 9) == Some(&b'2');
        let has_tunnel = switches || method == "CONNECT" && is_2xx;
        let body = match self.choices.int_in_range(0..=5)? {
            0 => Body::UntilClose,
            1..=3 => Body::Length(*self.choices.choose(&[0, 1, 2, 5, 10, 38])?),
            _ if is_10 => Body::UntilClose,
            _ => Body::Chunked,
        };
        let mut closes = is_10;
        for _ in 0..self.choices.int_in_range(0..=2)? {
            closes = self.answer_field(closes)?;
        }
        self.framing_fields(body)?;
        self.one_of(&BLANK, 12)?;
        let mut built = self.built(start, Vec::new());
        if has_tunnel {
            return Ok((built, Some(End::Tunnel)));
        }
        let body = match method == "HEAD" || is_bodiless {
            true => Body::None,
            false => body,
        };
        match body {
            Body::None => {}
            Body::Length(length) => self.data(length, &mut built.body)?,
            Body::Chunked => self.chunks(&mut built.body)?,
            Body::UntilClose => {
                let length = *self.choices.choose(&[0, 3, 38])?;
                self.data(length, &mut built.body)?;
            }
        }
        built.end = self.bytes.len();
        let ends = closes || body == Body::UntilClose;
        Ok((built, ends.then_some(End::Complete)))
    }

    /// A field that says nothing of the length; whether the connection closes after it, if it did before.
    fn answer_field(&mut self, closes: bool) -> Result<bool> {
        match self.choices.int_in_range(0..=4)? {
            0 if !closes => {
                self.field(b"Connection", b"close")?;
                Ok(true)
            }
            1 if self.is_odd(2)? => {
                self.put(b"Connection: ");
                self.one_of(&CONNECTION, 4)?;
                self.one_of(&END_OF_LINE, 16)?;
                Ok(closes)
            }
            2 if self.is_odd(2)? => self.odd_line().map(|()| closes),
            _ => {
                self.one_of(&PLAIN_FIELD, 8)?;
                self.one_of(&END_OF_LINE, 16)?;
                Ok(closes)
            }
        }
    }

    /// The fields that say where the body ends.
    fn framing_fields(&mut self, body: Body) -> Result<()> {
        let both = self.is_odd(8)?;
        match body {
            Body::Length(length) => self.length_field(length)?,
            _ if both => self.length_field(5)?,
            Body::None | Body::Chunked | Body::UntilClose => {}
        }
        if body == Body::Chunked || both {
            self.one_of(&ENCODING_NAME, 10)?;
            self.put(b": ");
            self.one_of(&ENCODING_VALUE, 4)?;
            self.one_of(&END_OF_LINE, 16)?;
        }
        Ok(())
    }
}
