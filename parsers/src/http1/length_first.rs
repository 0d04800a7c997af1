//! The length-first reading: a reader that knows Content-Length and no transfer coding. It cuts the
//! head into lines before it looks into any of them.

use memchr::memchr;

use super::leniencies::*;
use super::rules::*;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::Framing;

/// Content-Length alone ends a body; of several it uses the first, and a number with things around it.
pub(crate) struct LengthFirst;

impl Parser for LengthFirst {
    fn name(&self) -> &str {
        "length-first"
    }

    fn dialect(&self) -> Dialect {
        let relaxes = LeniencySet::of(&[
            &HOST_NONE,
            &HOST_MANY,
            &HOST_ANY,
            &CODING_IGNORED,
            &LENGTH_SAME,
            &LENGTH_FIRST,
            &LENGTH_PLUS,
            &LENGTH_PREFIX,
            &EXPECT_UNKNOWN,
        ]);
        Dialect::new("length-first", relaxes)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let mut lines = Lines { input, at: 0 };
        let start = lines.next().ok_or(Stop::Incomplete)?;
        let mut head = Head::new(request_line(&start, draft)?);
        for (nth, line) in lines.enumerate() {
            match field(&line, nth == 0, draft)? {
                Some(field) => head.remember(field),
                None => return body(input, line.at + 2, &head, draft),
            }
        }
        Err(Stop::Incomplete)
    }
}

/// The lines of a head. The last one may lack its ending.
struct Lines<'i> {
    input: &'i [u8],
    at: usize,
}

/// One line of a head.
struct Line<'i> {
    /// Where it begins.
    at: usize,
    /// What it holds before its ending. Every CR in it is bare.
    text: &'i [u8],
    ending: Ending,
}

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Crlf,
    Lf,
    /// The input ends after a CR.
    HalfCrlf,
    /// The input ends.
    Missing,
}

impl<'i> Iterator for Lines<'i> {
    type Item = Line<'i>;

    fn next(&mut self) -> Option<Line<'i>> {
        let at = self.at;
        let rest = self.input.get(at..)?;
        let (line, whole, half) = match memchr(b'\n', rest) {
            Some(lf) => (rest.get(..lf)?, Ending::Lf, Ending::Crlf),
            None => (rest, Ending::Missing, Ending::HalfCrlf),
        };
        // After a line without an ending this lies beyond the input, and there is no next line.
        self.at += line.len() + 1;
        let (text, ending) = match line.strip_suffix(b"\r") {
            Some(text) => (text, half),
            None => (line, whole),
        };
        Some(Line { at, text, ending })
    }
}

impl<'i> Line<'i> {
    /// The byte at `nth`, the first byte of the ending included; waits for it at the end of the input.
    fn byte(&self, nth: usize) -> Result<u8, Stop> {
        match (self.text.get(nth), self.ending) {
            (Some(&byte), _) => Ok(byte),
            (None, Ending::Crlf | Ending::HalfCrlf) => Ok(b'\r'),
            (None, Ending::Lf) => Ok(b'\n'),
            (None, Ending::Missing) => Err(Stop::Incomplete),
        }
    }

    /// The rule that the CR or LF at `nth` breaks, where more of the request-line has to come.
    fn cut_short(&self, nth: usize) -> Result<&'static Rule, Stop> {
        match self.ending {
            _ if nth < self.text.len() => Ok(&BARE_CR),
            Ending::HalfCrlf => Err(Stop::Incomplete),
            _ => Ok(&REQUEST_LINE_PARTS),
        }
    }

    /// How far the bytes of a class reach from `nth`.
    fn reach(&self, nth: usize, class: u8) -> usize {
        let rest = self.text.get(nth..).unwrap_or(&[]);
        nth + rest
            .iter()
            .position(|&byte| !is(byte, class))
            .unwrap_or(rest.len())
    }

    fn slice(&self, from: usize, to: usize) -> &'i [u8] {
        self.text.get(from..to).unwrap_or(&[])
    }
}

const TOKEN: u8 = 1;
const TARGET: u8 = 2;
const VALUE: u8 = 4;
const REG_NAME: u8 = 8;

/// The classes of each byte.
static CLASSES: [u8; 256] = classes();

#[allow(clippy::indexing_slicing, reason = "the index is a byte")]
const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    loop {
        let mut class = 0;
        if byte.is_ascii_alphanumeric() {
            class |= TOKEN | TARGET | REG_NAME;
        }
        match byte {
            b'!' | b'$' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'_' | b'~' => {
                class |= TOKEN | TARGET | REG_NAME;
            }
            b'%' => class |= TOKEN | TARGET,
            b'#' | b'^' | b'`' | b'|' => class |= TOKEN,
            b'(' | b')' | b',' | b';' | b'=' => class |= TARGET | REG_NAME,
            b':' | b'[' | b']' | b'/' | b'?' | b'@' => class |= TARGET,
            _ => {}
        }
        if byte == b'\t' || byte == b' ' || byte.is_ascii_graphic() || byte >= 0x80 {
            class |= VALUE;
        }
        classes[byte as usize] = class;
        if byte == 255 {
            return classes;
        }
        byte += 1;
    }
}

fn is(byte: u8, class: u8) -> bool {
    CLASSES
        .get(usize::from(byte))
        .is_some_and(|classes| classes & class != 0)
}

/// What the request-line says.
struct Start<'i> {
    method: &'i [u8],
    /// HTTP/1.1, and not HTTP/1.0.
    is_11: bool,
}

fn request_line<'i>(line: &Line<'i>, draft: &mut Draft<'_>) -> Result<Start<'i>, Stop> {
    // method SP request-target SP HTTP-version
    let end = line.reach(0, TOKEN);
    match line.byte(end)? {
        b'\r' | b'\n' if end == 0 => return Err(draft.reject(&LEADING_EMPTY_LINE, 0)),
        _ if end == 0 => return Err(draft.reject(&METHOD_TOKEN, 0)),
        b' ' => {}
        b'\t' | 0x0B | 0x0C => return Err(draft.reject(&REQUEST_LINE_SPACE, end)),
        b'\r' | b'\n' => return Err(draft.reject(line.cut_short(end)?, end)),
        _ => return Err(draft.reject(&METHOD_TOKEN, end)),
    }
    let method = line.slice(0, end);

    let start = end + 1;
    let end = line.reach(start, TARGET);
    match line.byte(end)? {
        b' ' if end > start => {}
        b' ' | b'\t' | 0x0B | 0x0C => return Err(draft.reject(&REQUEST_LINE_SPACE, end)),
        b'\r' | b'\n' => return Err(draft.reject(line.cut_short(end)?, end)),
        _ => return Err(draft.reject(&TARGET_CHARACTER, end)),
    }
    if let Some(rule) = fault(method, line.slice(start, end)) {
        return Err(draft.reject(rule, start));
    }

    let start = end + 1;
    let is_11 = version(line, start, draft)?;
    let end = start + 8;
    match line.byte(end)? {
        b'\r' if end < line.text.len() => Err(draft.reject(&BARE_CR, end)),
        b'\r' if line.ending == Ending::HalfCrlf => Err(Stop::Incomplete),
        b'\r' => Ok(Start { method, is_11 }),
        b'\n' => Err(draft.reject(&BARE_LF, end)),
        b' ' | b'\t' | 0x0B | 0x0C => Err(draft.reject(&REQUEST_LINE_SPACE, end)),
        _ => Err(draft.reject(&HTTP_VERSION, start)),
    }
}

/// The rule that a target breaks: by its form, its host or the port of CONNECT.
fn fault(method: &[u8], target: &[u8]) -> Option<&'static Rule> {
    if method == b"CONNECT" {
        let mut parts = target.rsplitn(2, |&byte| byte == b':');
        let (port, host) = (parts.next().unwrap_or(&[]), parts.next().unwrap_or(&[]));
        let is_authority = !target.iter().any(|byte| b"/?@".contains(byte));
        return match is_authority && !host.is_empty() && is_host(host) {
            false => Some(&TARGET_FORM),
            true => (!is_port(port)).then_some(&CONNECT_PORT),
        };
    }
    match target {
        [b'/', ..] => None,
        [b'*'] if method == b"OPTIONS" => None,
        [first, ..] if first.is_ascii_alphabetic() => {
            let mut parts = target.splitn(2, |&byte| byte == b':');
            let scheme = parts.next().unwrap_or(&[]);
            let in_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
            match parts.next() {
                Some(rest) if scheme.iter().all(in_scheme) => uri_fault(scheme, rest),
                _ => Some(&TARGET_FORM),
            }
        }
        _ => Some(&TARGET_FORM),
    }
}

/// The rule that a URI breaks, of which `rest` follows the scheme and its colon.
fn uri_fault(scheme: &[u8], rest: &[u8]) -> Option<&'static Rule> {
    let is_http = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
    let Some(rest) = rest.strip_prefix(b"//") else {
        let is_authority = !rest.is_empty() && rest.iter().all(u8::is_ascii_digit);
        return (is_http || is_authority).then_some(&TARGET_FORM);
    };
    let mut parts = rest.splitn(2, |byte| b"/?".contains(byte));
    let mut parts = parts.next().unwrap_or(&[]).rsplitn(2, |&byte| byte == b'@');
    let (host, user) = (parts.next().unwrap_or(&[]), parts.next());
    if is_http && (host.is_empty() || host.starts_with(b":")) {
        return Some(&TARGET_HOST_EMPTY);
    }
    if is_http && user.is_some() {
        return Some(&TARGET_USERINFO);
    }
    (!is_host_and_port(host)).then_some(&TARGET_FORM)
}

/// One or more digits that come to a port number.
fn is_port(digits: &[u8]) -> bool {
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let significant = digits.get(zeros..).unwrap_or(&[]);
    !digits.is_empty()
        && digits.iter().all(u8::is_ascii_digit)
        && (significant.len() < 5 || significant.len() == 5 && significant <= b"65535")
}

/// A host, and after a colon a port, which may be empty.
fn is_host_and_port(value: &[u8]) -> bool {
    let is_after_literal = |at: usize| {
        !value.starts_with(b"[") || value.get(..at).is_some_and(|before| before.contains(&b']'))
    };
    let mut colons = value.iter().enumerate().filter(|(_, byte)| **byte == b':');
    let colon = colons
        .find(|(at, _)| is_after_literal(*at))
        .map(|(at, _)| at);
    let (host, port) = value.split_at(colon.unwrap_or(value.len()));
    is_host(host) && port.iter().skip(1).all(u8::is_ascii_digit)
}

/// An address between brackets, or a name, which may be empty.
fn is_host(host: &[u8]) -> bool {
    let is_name = |name: &[u8]| name.iter().all(|&byte| is(byte, REG_NAME));
    if let Some(literal) = host.strip_prefix(b"[") {
        return literal.strip_suffix(b"]").is_some_and(is_address);
    }
    let mut pieces = host.split(|&byte| byte == b'%');
    let first = pieces.next().unwrap_or(&[]);
    is_name(first)
        && pieces.all(|piece| match piece {
            [a, b, rest @ ..] => a.is_ascii_hexdigit() && b.is_ascii_hexdigit() && is_name(rest),
            _ => false,
        })
}

/// An IPv6 address, or one of a later version: "v" 1*HEXDIG "." and something.
fn is_address(text: &[u8]) -> bool {
    let Some(later) = text.strip_prefix(b"v").or(text.strip_prefix(b"V")) else {
        let text = std::str::from_utf8(text).ok();
        return text.is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok());
    };
    let mut parts = later.splitn(2, |&byte| byte == b'.');
    let version = parts.next().unwrap_or(&[]);
    let address = parts.next().unwrap_or(&[]);
    !version.is_empty()
        && version.iter().all(u8::is_ascii_hexdigit)
        && !address.is_empty()
        && address
            .iter()
            .all(|&byte| is(byte, REG_NAME) || byte == b':')
}

/// Whether each member of an Expect value is 100-continue.
fn wants_continue(value: &[u8]) -> bool {
    let mut members = value
        .split(|&byte| byte == b',')
        .map(|member| trim(member).1);
    members.all(|member| member.is_empty() || member.eq_ignore_ascii_case(b"100-continue"))
}

/// Whether the version at `start` is 1.1 and not 1.0.
fn version(line: &Line<'_>, start: usize, draft: &mut Draft<'_>) -> Result<bool, Stop> {
    for (nth, &want) in b"HTTP/0.0".iter().enumerate() {
        let byte = line.byte(start + nth)?;
        let fits = match want {
            b'0' => byte.is_ascii_digit(),
            _ => byte == want,
        };
        if !fits {
            let rule = match byte {
                b' ' | b'\t' | 0x0B | 0x0C if nth == 0 => &REQUEST_LINE_SPACE,
                b'\r' | b'\n' if nth == 0 => line.cut_short(start)?,
                _ => &HTTP_VERSION,
            };
            return Err(draft.reject(rule, start));
        }
    }
    match (line.byte(start + 5)?, line.byte(start + 7)?) {
        (b'1', minor @ b'0'..=b'1') => Ok(minor == b'1'),
        (b'1', _) => Err(draft.reject(&MINOR_VERSION, start)),
        _ => Err(draft.reject(&MAJOR_VERSION, start)),
    }
}

/// A field line. Offsets count from the start of the message.
#[derive(Clone, Copy)]
struct Field<'i> {
    at: usize,
    name: &'i [u8],
    value_at: usize,
    value: &'i [u8],
}

/// The field on a line; none on the empty line that ends the header section.
fn field<'i>(
    line: &Line<'i>,
    is_first: bool,
    draft: &mut Draft<'_>,
) -> Result<Option<Field<'i>>, Stop> {
    let colon = line.reach(0, TOKEN);
    let at = line.at + colon;
    match line.byte(colon)? {
        b':' if colon == 0 => return Err(draft.reject(&FIELD_NAME_EMPTY, at)),
        b':' => {}
        b'\r' if colon < line.text.len() => return Err(draft.reject(&BARE_CR, at)),
        b'\r' if line.ending == Ending::HalfCrlf => return Err(Stop::Incomplete),
        b'\r' if colon == 0 => return Ok(None),
        b'\n' if colon == 0 => return Err(draft.reject(&BARE_LF, at)),
        b'\r' | b'\n' => return Err(draft.reject(&FIELD_COLON, line.at)),
        b' ' | b'\t' if colon > 0 => {
            let rest = line.text.get(colon..).unwrap_or(&[]);
            let is_space = |byte: &&u8| matches!(**byte, b' ' | b'\t');
            let spaces = rest.iter().take_while(is_space).count();
            let rule = match line.byte(colon + spaces)? {
                b':' => &NAME_SPACE,
                _ => &FIELD_NAME,
            };
            return Err(draft.reject(rule, at));
        }
        b' ' | b'\t' if is_first => return Err(draft.reject(&FIRST_FIELD_SPACE, at)),
        b' ' | b'\t' => return Err(draft.reject(&OBS_FOLD, at)),
        _ => return Err(draft.reject(&FIELD_NAME, at)),
    }
    let end = line.reach(colon + 1, VALUE);
    match (line.text.get(end), line.ending) {
        (Some(b'\r'), _) => return Err(draft.reject(&BARE_CR, line.at + end)),
        (Some(0), _) => return Err(draft.reject(&FIELD_VALUE, line.at + end)),
        (Some(_), _) => return Err(draft.reject(&FIELD_VALUE_CONTROL, line.at + end)),
        (None, Ending::Lf) => return Err(draft.reject(&BARE_LF, line.at + end)),
        (None, Ending::HalfCrlf | Ending::Missing) => return Err(Stop::Incomplete),
        (None, Ending::Crlf) => {}
    }
    let (left, value) = trim(line.slice(colon + 1, end));
    Ok(Some(Field {
        at: line.at,
        name: line.slice(0, colon),
        value_at: at + 1 + left,
        value,
    }))
}

/// How much OWS stands before a value, and the value without that around it.
fn trim(text: &[u8]) -> (usize, &[u8]) {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let left = text.iter().position(is_text).unwrap_or(text.len());
    let right = text.iter().rposition(is_text).map_or(left, |last| last + 1);
    (left, text.get(left..right).unwrap_or(&[]))
}

/// What the head says that matters for the end of the message.
struct Head<'i> {
    start: Start<'i>,
    host: Option<Field<'i>>,
    second_host: Option<Field<'i>>,
    coding: Option<Field<'i>>,
    length: Option<Field<'i>>,
    second_length: Option<Field<'i>>,
    /// The first Content-Length field that says something else than the first.
    other_length: Option<Field<'i>>,
    unknown_expectation: Option<Field<'i>>,
    close: bool,
    keep_alive: bool,
}

impl<'i> Head<'i> {
    fn new(start: Start<'i>) -> Self {
        Self {
            start,
            host: None,
            second_host: None,
            coding: None,
            length: None,
            second_length: None,
            other_length: None,
            unknown_expectation: None,
            close: false,
            keep_alive: false,
        }
    }

    fn remember(&mut self, field: Field<'i>) {
        let is_named = |name: &[u8]| field.name.eq_ignore_ascii_case(name);
        match field.name.len() {
            4 if is_named(b"host") => match self.host {
                None => self.host = Some(field),
                Some(_) => self.second_host = self.second_host.or(Some(field)),
            },
            6 if is_named(b"expect") && !wants_continue(field.value) => {
                self.unknown_expectation = self.unknown_expectation.or(Some(field));
            }
            10 if is_named(b"connection") => {
                for option in field.value.split(|&byte| byte == b',') {
                    let (_, option) = trim(option);
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            14 if is_named(b"content-length") => match self.length {
                None => self.length = Some(field),
                Some(first) => {
                    self.second_length = self.second_length.or(Some(field));
                    if field.value != first.value {
                        self.other_length = self.other_length.or(Some(field));
                    }
                }
            },
            17 if is_named(b"transfer-encoding") => self.coding = self.coding.or(Some(field)),
            _ => {}
        }
    }

    /// Checks what concerns the head as a whole, and returns how many bytes the body has.
    fn body_length(&self, draft: &mut Draft<'_>) -> Result<Option<u64>, Stop> {
        match (self.host, self.second_host) {
            (None, _) if self.start.is_11 => draft.relax(&HOST_NONE, 0),
            (_, Some(second)) => draft.relax(&HOST_MANY, second.at),
            _ => {}
        }
        if let Some(host) = self.host
            && !is_host_and_port(host.value)
        {
            draft.relax(&HOST_ANY, host.value_at);
        }
        if let Some(coding) = self.coding {
            draft.relax(&CODING_IGNORED, coding.at);
        }
        let mut length = None;
        if let Some(field) = self.length {
            match (self.second_length, self.other_length) {
                (_, Some(other)) => draft.relax(&LENGTH_FIRST, other.at),
                (Some(second), None) => draft.relax(&LENGTH_SAME, second.at),
                (None, None) => {}
            }
            let bytes = number(&field, draft)?;
            if bytes > 0 && self.start.method == b"TRACE" {
                return Err(draft.reject(&TRACE_CONTENT, field.at));
            }
            if bytes > 0 && self.start.method == b"CONNECT" {
                return Err(draft.reject(&CONNECT_CONTENT, field.at));
            }
            length = Some(bytes);
        }
        if let Some(expect) = self.unknown_expectation
            && self.start.is_11
        {
            draft.relax(&EXPECT_UNKNOWN, expect.at);
        }
        Ok(length)
    }
}

/// The number that a Content-Length field gives: digits, digits after a plus sign, or the digits in
/// front of anything else, such as the rest of a list.
fn number(field: &Field<'_>, draft: &mut Draft<'_>) -> Result<u64, Stop> {
    let (value, at) = (field.value, field.value_at);
    if value.is_empty() {
        return Err(draft.reject(&LENGTH_EMPTY, field.at));
    }
    let digits = value.iter().position(|byte| !byte.is_ascii_digit());
    let Some(digits) = digits else {
        return decimal(value).ok_or_else(|| draft.reject(&LENGTH_OVERFLOW, at));
    };
    let (front, rest) = value.split_at(digits);
    let after_plus = match (front, rest) {
        ([], [b'+', rest @ ..]) => decimal(rest),
        _ => None,
    };
    if let Some(number) = after_plus {
        draft.relax(&LENGTH_PLUS, at);
        return Ok(number);
    }
    if let Some(number) = decimal(front) {
        draft.relax(&LENGTH_PREFIX, at);
        return Ok(number);
    }
    let rule = match value.contains(&b',') {
        true => &LENGTH_LIST,
        false => &LENGTH_SYNTAX,
    };
    Err(draft.reject(rule, at))
}

/// The number that one or more digits give, if 64 bits hold it.
fn decimal(digits: &[u8]) -> Option<u64> {
    let (first, rest) = digits.split_first()?;
    let value = |byte: &u8| char::from(*byte).to_digit(10).map(u64::from);
    rest.iter().try_fold(value(first)?, |number, digit| {
        number.checked_mul(10)?.checked_add(value(digit)?)
    })
}

/// The body after a head that ends before `start`, and what happens to the connection.
fn body(
    input: &[u8],
    start: usize,
    head: &Head<'_>,
    draft: &mut Draft<'_>,
) -> Result<Accepted, Stop> {
    let length = head.body_length(draft)?;
    draft.head(start, length.map_or(Framing::Bodiless, Framing::Length));
    let bytes = usize::try_from(length.unwrap_or(0)).map_err(|_| Stop::Incomplete)?;
    if bytes > input.len() - start {
        return Err(Stop::Incomplete);
    }
    let end = start + bytes;
    draft.part(0, start, end);
    let next = if head.start.method == b"CONNECT" {
        Next::Tunnel
    } else if head.close || !(head.start.is_11 || head.keep_alive) {
        Next::Close
    } else {
        Next::Message
    };
    Ok(Accepted { end, next })
}

#[cfg(test)]
mod tests;
