//! A client that goes by Content-Length, and else reads until the close: it does not know of chunks. It splits what it is given, and
//! hands on what is left.

use super::leniencies::{REASON_ABSENT, STATUS_LINE_LF};
use super::rules as own;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet, Rule};
use crate::core::verdict::{Framing, Note};
use crate::http1::leniencies::{CODING_IGNORED, FIELD_LF, LENGTH_SAME};
use crate::http1::rules;

pub(crate) struct LengthFirst;

impl Parser for LengthFirst {
    fn name(&self) -> &str {
        "length-first"
    }

    fn dialect(&self) -> Dialect {
        let relaxes = LeniencySet::of(&[
            &CODING_IGNORED,
            &FIELD_LF,
            &LENGTH_SAME,
            &REASON_ABSENT,
            &STATUS_LINE_LF,
        ]);
        Dialect::new("length-first", relaxes)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let mut client = Client {
            all: input,
            codings: None,
            lengths: std::mem::take(&mut draft.scratch().notes),
            options: 0,
            draft,
        };
        client.lengths.clear();
        let outcome = client.response();
        let lengths = std::mem::take(&mut client.lengths);
        client.draft.scratch().notes = lengths;
        outcome
    }
}

const CLOSE: u8 = 1;
const KEEP_ALIVE: u8 = 2;

struct Client<'i, 'd, 'v> {
    all: &'i [u8],
    draft: &'d mut Draft<'v>,
    /// The place of the first Transfer-Encoding.
    codings: Option<usize>,
    /// Each Content-Length.
    lengths: Vec<Note>,
    /// The connection options, a bit each.
    options: u8,
}

/// The status-line: the version's last digit, the status, and where that stands.
type StatusLine = (u8, u32, usize);

impl<'i> Client<'i, '_, '_> {
    /// Where the rest of the input begins.
    fn place(&self, rest: &[u8]) -> usize {
        self.all.len() - rest.len()
    }

    fn rejects<T>(&mut self, rule: &'static Rule, rest: &[u8]) -> Result<T, Stop> {
        let place = self.place(rest);
        Err(self.draft.reject(rule, place))
    }

    fn relaxes(&mut self, leniency: &'static Leniency, rest: &[u8]) {
        let place = self.place(rest);
        self.draft.relax(leniency, place);
    }

    fn response(&mut self) -> Result<Accepted, Stop> {
        if self.draft.is_answered() {
            return Err(self.nothing_asked());
        }
        let (line, mut rest) = self.status_line()?;
        let mut is_first = true;
        let body = loop {
            match self.field_line(rest, is_first)? {
                (true, body) => break body,
                (false, next) => rest = next,
            }
            is_first = false;
        };
        self.rest_of(line, body)
    }

    fn nothing_asked(&mut self) -> Stop {
        let mut rest = self.all;
        while let Some(next) = rest.strip_prefix(b"\r\n") {
            rest = next;
        }
        match rest {
            b"" => Stop::Nothing,
            b"\r" => Stop::Incomplete,
            _ => {
                let place = self.place(rest);
                self.draft.reject(&own::SURPLUS, place)
            }
        }
    }

    fn status_line(&mut self) -> Result<(StatusLine, &'i [u8]), Stop> {
        let all = self.all;
        if let [b'\r' | b'\n', ..] = all {
            return self.rejects(&own::EMPTY_LINE, all);
        }
        let known = all.iter().zip(b"HTTP/").take_while(|(a, b)| a == b).count();
        let (name, numbers) = all.split_at(known);
        let (major, minor, rest) = match numbers {
            [] => return Err(Stop::Incomplete),
            _ if name.len() < 5 => return self.rejects(&own::VERSION, all),
            [major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9', rest @ ..] => (*major, *minor, rest),
            [b'0'..=b'9'] | [b'0'..=b'9', b'.'] => return Err(Stop::Incomplete),
            _ => return self.rejects(&own::VERSION, all),
        };
        if major != b'1' {
            return self.rejects(&own::MAJOR, all);
        }
        if minor > b'1' {
            return self.rejects(&rules::MINOR_VERSION, all);
        }
        let code = match rest {
            [] | [b'\r'] => return Err(Stop::Incomplete),
            [b' ', code @ ..] => code,
            [b'\t' | 0x0b | 0x0c, ..] => return self.rejects(&own::STATUS_LINE_SPACE, rest),
            [b'\n', ..] | [b'\r', b'\n', ..] => {
                return self.rejects(&own::STATUS_LINE_PARTS, rest);
            }
            [b'\r', ..] => return self.rejects(&rules::BARE_CR, rest),
            _ => return self.rejects(&own::VERSION, all),
        };
        let status = self.status(code)?;
        let rest = self.reason(code, code.get(3..).unwrap_or(&[]))?;
        Ok(((minor - b'0', status, self.place(code)), rest))
    }

    fn status(&mut self, code: &[u8]) -> Result<u32, Stop> {
        match code {
            [] | [b'\r'] => return Err(Stop::Incomplete),
            [b' ' | b'\t' | 0x0b | 0x0c, ..] => {
                return self.rejects(&own::STATUS_LINE_SPACE, code);
            }
            [b'\n', ..] | [b'\r', b'\n', ..] => {
                return self.rejects(&own::STATUS_LINE_PARTS, code);
            }
            [b'\r', ..] => return self.rejects(&rules::BARE_CR, code),
            _ => {}
        }
        let three = code.get(..3).unwrap_or(code);
        if !three.iter().all(u8::is_ascii_digit) {
            return self.rejects(&own::STATUS_CODE, code);
        }
        if three.len() < 3 {
            return Err(Stop::Incomplete);
        }
        let text = String::from_utf8_lossy(three);
        match text.parse() {
            Ok(status @ 100..=599) => Ok(status),
            _ => self.rejects(&own::STATUS_RANGE, code),
        }
    }

    /// What follows the status-line, of which `rest` follows the status code.
    fn reason(&mut self, code: &'i [u8], rest: &'i [u8]) -> Result<&'i [u8], Stop> {
        let reason = match rest {
            [] | [b'\r'] => return Err(Stop::Incomplete),
            [b' ', reason @ ..] => reason,
            [b'\t' | 0x0b | 0x0c, ..] => return self.rejects(&own::STATUS_LINE_SPACE, rest),
            [b'\n', ..] | [b'\r', b'\n', ..] => {
                self.relaxes(&REASON_ABSENT, rest);
                rest
            }
            [b'\r', ..] => return self.rejects(&rules::BARE_CR, rest),
            _ => return self.rejects(&own::STATUS_CODE, code),
        };
        let end = reason.iter().position(|&byte| !is_text(byte));
        match reason.get(end.unwrap_or(reason.len())..).unwrap_or(&[]) {
            [] | [b'\r'] => Err(Stop::Incomplete),
            [b'\r', b'\n', next @ ..] => Ok(next),
            found @ [b'\n', next @ ..] => {
                self.relaxes(&STATUS_LINE_LF, found);
                Ok(next)
            }
            found @ [b'\r', ..] => self.rejects(&rules::BARE_CR, found),
            found => self.rejects(&own::REASON, found),
        }
    }

    /// One line of the header section: whether it is the empty one, and what follows it.
    fn field_line(&mut self, line: &'i [u8], is_first: bool) -> Result<(bool, &'i [u8]), Stop> {
        let is_in_name = |byte: &u8| is_tchar(*byte);
        let length = line.iter().take_while(|byte| is_in_name(byte)).count();
        let (name, after) = line.split_at(length);
        let value = match after {
            [] | [b'\r'] => return Err(Stop::Incomplete),
            [b'\r', b'\n', next @ ..] if name.is_empty() => return Ok((true, next)),
            [b'\n', next @ ..] if name.is_empty() => {
                self.relaxes(&FIELD_LF, after);
                return Ok((true, next));
            }
            [b' ' | b'\t', ..] if name.is_empty() && is_first => {
                return self.rejects(&rules::FIRST_FIELD_SPACE, line);
            }
            [b' ' | b'\t', ..] if name.is_empty() => return self.rejects(&rules::OBS_FOLD, line),
            [b':', ..] if name.is_empty() => return self.rejects(&rules::FIELD_NAME_EMPTY, line),
            [b':', value @ ..] => value,
            [b'\n', ..] | [b'\r', b'\n', ..] => return self.rejects(&rules::FIELD_COLON, line),
            [b'\r', ..] => return self.rejects(&rules::BARE_CR, after),
            [b' ' | b'\t', ..] => {
                let rule = match trim_front(after) {
                    [] => return Err(Stop::Incomplete),
                    [b':', ..] => &own::NAME_SPACE,
                    _ => &rules::FIELD_NAME,
                };
                return self.rejects(rule, after);
            }
            _ => return self.rejects(&rules::FIELD_NAME, after),
        };
        let end = value.iter().position(|&byte| !is_text(byte));
        let (value, found) = value.split_at(end.unwrap_or(value.len()));
        let next = match found {
            [] | [b'\r'] => return Err(Stop::Incomplete),
            [b'\r', b'\n', next @ ..] => next,
            [b'\n', next @ ..] => {
                self.relaxes(&FIELD_LF, found);
                next
            }
            [b'\r', ..] => return self.rejects(&rules::BARE_CR, found),
            [0, ..] => return self.rejects(&rules::FIELD_VALUE, found),
            _ => return self.rejects(&rules::FIELD_VALUE_CONTROL, found),
        };
        self.keep(name, line, value, found);
        Ok((false, next))
    }

    /// Keeps what a field says, of which the `value` ends where `found` begins.
    fn keep(&mut self, name: &[u8], line: &[u8], value: &'i [u8], found: &[u8]) {
        let place = self.place(line);
        let value_at = self.place(found) - trim_front(value).len();
        let value = trim(value);
        if name.eq_ignore_ascii_case(b"Content-Length") {
            self.lengths.push(Note {
                label: 0,
                at: place,
                value: value_at,
                start: value_at,
                end: value_at + value.len(),
            });
        } else if name.eq_ignore_ascii_case(b"Transfer-Encoding") {
            self.codings.get_or_insert(place);
        } else if name.eq_ignore_ascii_case(b"Connection") {
            for option in value.split(|byte| *byte == b',').map(trim) {
                self.options |= match option.len() {
                    5 if option.eq_ignore_ascii_case(b"close") => CLOSE,
                    10 if option.eq_ignore_ascii_case(b"keep-alive") => KEEP_ALIVE,
                    _ => 0,
                };
            }
        }
    }

    /// The body, and what happens to the connection.
    fn rest_of(&mut self, line: StatusLine, body: &'i [u8]) -> Result<Accepted, Stop> {
        let (minor, status, status_at) = line;
        let head = self.place(body);
        let asked = String::from_utf8_lossy(self.draft.waits().unwrap_or(b"GET"));
        let (method, upgrade) = asked.split_once(' ').unwrap_or((&asked, ""));
        let (is_head, is_connect) = (method == "HEAD", method == "CONNECT");
        let lasts = self.options & CLOSE == 0 && (minor == 1 || self.options & KEEP_ALIVE != 0);
        let next = if lasts { Next::Message } else { Next::Close };
        let (is_final, next) = match status {
            101 if upgrade == "upgrade" => (true, Next::Tunnel),
            101 => return Err(self.draft.reject(&own::SWITCH_UNASKED, status_at)),
            ..200 => (false, Next::Message),
            200..300 if is_connect => (true, Next::Tunnel),
            204 | 304 => (true, next),
            _ if is_head => (true, next),
            _ => return self.with_body(head, body, next),
        };
        if is_final {
            self.draft.answer();
        }
        self.draft.head(head, Framing::Bodiless);
        Ok(Accepted { end: head, next })
    }

    fn with_body(&mut self, head: usize, body: &[u8], next: Next) -> Result<Accepted, Stop> {
        self.draft.answer();
        if let Some(place) = self.codings {
            self.draft.relax(&CODING_IGNORED, place);
        }
        let (size, framing, next) = match self.length()? {
            None => (body.len(), Framing::UntilClose, Next::Close),
            Some(length) => {
                self.draft.head(head, Framing::Length(length));
                let size = usize::try_from(length).map_err(|_| Stop::Incomplete)?;
                if size > body.len() {
                    return Err(Stop::Incomplete);
                }
                (size, Framing::Length(length), next)
            }
        };
        self.draft.head(head, framing);
        self.draft.part(0, head, head + size);
        Ok(Accepted {
            end: head + size,
            next,
        })
    }

    /// What a Content-Length says.
    fn said(&self, length: &Note) -> &'i [u8] {
        self.all.get(length.start..length.end).unwrap_or(&[])
    }

    /// The length that the fields give; none without one.
    fn length(&mut self) -> Result<Option<u64>, Stop> {
        let Some(&first) = self.lengths.first() else {
            return Ok(None);
        };
        let (value, at) = (self.said(&first), first.value);
        if let Some(&second) = self.lengths.get(1) {
            let other = self.lengths.iter().find(|one| self.said(one) != value);
            match other.map(|other| other.at) {
                None => self.draft.relax(&LENGTH_SAME, second.at),
                Some(_) if self.is_one_number() => {
                    return Err(self.draft.reject(&rules::LENGTH_REPEATED, second.at));
                }
                Some(other) => return Err(self.draft.reject(&rules::LENGTH_CONFLICT, other)),
            }
        }
        let mut number = Some(0u64);
        for byte in value {
            let digit = match byte {
                b'0'..=b'9' => u64::from(byte - b'0'),
                _ if value.contains(&b',') => {
                    return Err(self.draft.reject(&rules::LENGTH_LIST, at));
                }
                _ => return Err(self.draft.reject(&rules::LENGTH_SYNTAX, at)),
            };
            let more = number.and_then(|number| number.checked_mul(10));
            number = more.and_then(|more| more.checked_add(digit));
        }
        match number {
            _ if value.is_empty() => Err(self.draft.reject(&rules::LENGTH_EMPTY, first.at)),
            None => Err(self.draft.reject(&rules::LENGTH_OVERFLOW, at)),
            some => Ok(some),
        }
    }

    /// Whether all elements of all fields that are not empty are the same number.
    fn is_one_number(&self) -> bool {
        let values = self.lengths.iter().map(|length| self.said(length));
        let elements = values.flat_map(|value| value.split(|byte| *byte == b',').map(trim));
        let mut known = None;
        for digits in elements.filter(|element| !element.is_empty()) {
            let mut number = digits;
            while let [b'0', rest @ ..] = number {
                number = rest;
            }
            let is_number = digits.iter().all(u8::is_ascii_digit);
            if !is_number || *known.get_or_insert(number) != number {
                return false;
            }
        }
        known.is_some()
    }
}

/// The text without the whitespace around it.
fn trim(text: &[u8]) -> &[u8] {
    let mut text = trim_front(text);
    while let [front @ .., b' ' | b'\t'] = text {
        text = front;
    }
    text
}

fn trim_front(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

/// Whether a reason-phrase or a value may hold the byte.
fn is_text(byte: u8) -> bool {
    !matches!(byte, 0..=8 | 10..=31 | 127)
}

fn is_tchar(byte: u8) -> bool {
    !matches!(byte, 0..=b' ' | 0x7f..) && !b"\"(),/:;<=>?@[\\]{}".contains(&byte)
}
