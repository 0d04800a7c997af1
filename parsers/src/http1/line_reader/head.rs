//! The head as a whole: the field lines noted, looked up one name after another.

use super::super::leniencies::{HOST_ANY, HOST_NONE, LENGTH_PLUS, LENGTH_UNDERSCORE};
use super::super::rules::{
    CODING_EMPTY, CODING_IN_10, CODING_NOT_FINAL, CODING_PARAMETERS, CODING_REPEATED,
    CODING_SYNTAX, CODING_UNKNOWN, CONNECT_CONTENT, EXPECTATION, HOST_REPEATED, LENGTH_CONFLICT,
    LENGTH_EMPTY, LENGTH_LIST, LENGTH_OVERFLOW, LENGTH_REPEATED, LENGTH_SYNTAX, LENGTH_WITH_CODING,
    TRACE_CONTENT,
};
use super::{
    CODING, CONNECTION, EXPECT, Field, HOST, LENGTH, Method, is_control, is_tchar, trim,
    trim_start, uri,
};
use crate::core::parser::{Draft, Next, Stop};
use crate::core::rule::Rule;
use crate::core::verdict::Framing;

/// What ends the message, and what happens to the connection.
pub(super) fn weigh(
    input: &[u8],
    method: Method,
    minor: u8,
    draft: &mut Draft<'_>,
) -> Result<(Framing, Next), Stop> {
    let fields = std::mem::take(&mut draft.scratch().notes);
    let head = Head {
        input,
        fields: &fields,
    };
    let outcome = head.weigh(method, minor, draft);
    draft.scratch().notes = fields;
    outcome
}

struct Head<'a> {
    input: &'a [u8],
    fields: &'a [Field],
}

impl<'a> Head<'a> {
    fn all(&self, label: u8) -> impl Iterator<Item = &'a Field> + Clone + use<'a> {
        let fields = self.fields.iter();
        fields.filter(move |field| field.label == label)
    }

    fn value(&self, field: &Field) -> &'a [u8] {
        self.input.get(field.start..field.end).unwrap_or(&[])
    }

    fn weigh(
        &self,
        method: Method,
        minor: u8,
        draft: &mut Draft<'_>,
    ) -> Result<(Framing, Next), Stop> {
        self.host(minor, draft)?;
        let coding = self.all(CODING).next().map(|field| field.at);
        let length = self.all(LENGTH).next().map(|field| field.at);
        if let Some(first) = coding {
            if let Err((rule, at)) = self.codings(minor, first) {
                return Err(draft.reject(rule, at));
            }
            if let Some(length) = length {
                return Err(draft.reject(&LENGTH_WITH_CODING, first.min(length)));
            }
        }
        let framing = match (coding, length) {
            (Some(_), _) => Framing::Chunked,
            (None, Some(_)) => Framing::Length(self.length(draft)?),
            (None, None) => Framing::Bodiless,
        };
        if let (Framing::Chunked | Framing::Length(1..), Some(at)) = (framing, coding.or(length)) {
            match method {
                Method::Trace => return Err(draft.reject(&TRACE_CONTENT, at)),
                Method::Connect => return Err(draft.reject(&CONNECT_CONTENT, at)),
                Method::Options | Method::Other => {}
            }
        }
        if minor == 1 {
            let is_known = |member: &[u8]| {
                let member = trim(member);
                member.is_empty() || member.eq_ignore_ascii_case(b"100-continue")
            };
            let known = |field: &&Field| self.value(field).split(|&b| b == b',').all(is_known);
            if let Some(unknown) = self.all(EXPECT).find(|field| !known(field)) {
                return Err(draft.reject(&EXPECTATION, unknown.at));
            }
        }
        Ok((framing, self.next(method, minor)))
    }

    fn host(&self, minor: u8, draft: &mut Draft<'_>) -> Result<(), Stop> {
        let mut hosts = self.all(HOST);
        match (hosts.next(), hosts.next()) {
            (_, Some(second)) => return Err(draft.reject(&HOST_REPEATED, second.at)),
            (Some(host), None) => {
                if !uri::is_netloc(self.value(host)) {
                    draft.relax(&HOST_ANY, host.start);
                }
            }
            (None, None) if minor == 1 => draft.relax(&HOST_NONE, 0),
            (None, None) => {}
        }
        Ok(())
    }

    /// Transfer-Encoding = #transfer-coding, of which only chunked is known. `first` is where the
    /// first such field is.
    fn codings(&self, minor: u8, first: usize) -> Result<(), (&'static Rule, usize)> {
        if minor == 0 {
            return Err((&CODING_IN_10, first));
        }
        let mut chunked = false;
        for field in self.all(CODING) {
            let mut at = field.start;
            for element in split_list(self.value(field)) {
                let coding = trim(element);
                let begin = at + (element.len() - trim_start(element).len());
                at += element.len() + 1;
                if coding.is_empty() {
                    continue;
                }
                let rule = if coding.eq_ignore_ascii_case(b"chunked") {
                    if !chunked {
                        chunked = true;
                        continue;
                    }
                    &CODING_REPEATED
                } else {
                    match parse_header(coding) {
                        None => &CODING_SYNTAX,
                        Some(name) if name.eq_ignore_ascii_case(b"chunked") => &CODING_PARAMETERS,
                        Some(_) if chunked => &CODING_NOT_FINAL,
                        Some(_) => &CODING_UNKNOWN,
                    }
                };
                return Err((rule, begin));
            }
        }
        if chunked {
            Ok(())
        } else {
            Err((&CODING_EMPTY, first))
        }
    }

    /// Whether the Content-Length lines make one list, of one decimal number again and again.
    fn has_one_length(&self) -> bool {
        let mut only: Option<&[u8]> = None;
        for field in self.all(LENGTH) {
            for digits in self.value(field).split(|&byte| byte == b',') {
                let mut digits = digits.trim_ascii();
                if digits.is_empty() {
                    continue;
                }
                while let [b'0', rest @ ..] = digits {
                    digits = rest;
                }
                if !digits.iter().all(u8::is_ascii_digit) || only.is_some_and(|only| only != digits)
                {
                    return false;
                }
                only = Some(digits);
            }
        }
        only.is_some()
    }

    /// Content-Length = 1*DIGIT, or what `int()` takes besides.
    fn length(&self, draft: &mut Draft<'_>) -> Result<u64, Stop> {
        let mut lengths = self.all(LENGTH);
        let Some(first) = lengths.next() else {
            return Ok(0);
        };
        let value = self.value(first);
        if let Some(second) = lengths.clone().next() {
            let other = lengths.find(|field| self.value(field) != value);
            return Err(match other {
                Some(other) if !self.has_one_length() => draft.reject(&LENGTH_CONFLICT, other.at),
                _ => draft.reject(&LENGTH_REPEATED, second.at),
            });
        }
        if value.is_empty() {
            return Err(draft.reject(&LENGTH_EMPTY, first.at));
        }
        if value.contains(&b',') {
            return Err(draft.reject(&LENGTH_LIST, first.start));
        }
        let (digits, leniency) = match value {
            [b'+', digits @ ..] => (digits, Some(&LENGTH_PLUS)),
            digits if digits.contains(&b'_') => (digits, Some(&LENGTH_UNDERSCORE)),
            digits => (digits, None),
        };
        let is_separator = |&byte: &u8| byte == b'_' && leniency == Some(&LENGTH_UNDERSCORE);
        let is_number = |group: &[u8]| !group.is_empty() && group.iter().all(u8::is_ascii_digit);
        if !digits.split(is_separator).all(is_number) {
            return Err(draft.reject(&LENGTH_SYNTAX, first.start));
        }
        let mut digits = digits.iter().filter(|byte| !is_separator(byte));
        let number = digits.try_fold(0u64, |number, digit| {
            number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
        });
        match (number, leniency) {
            (Some(number), None) => Ok(number),
            (Some(number), Some(leniency)) => {
                draft.relax(leniency, first.start);
                Ok(number)
            }
            (None, None) => Err(draft.reject(&LENGTH_OVERFLOW, first.start)),
            (None, Some(_)) => Err(draft.reject(&LENGTH_SYNTAX, first.start)),
        }
    }

    fn next(&self, method: Method, minor: u8) -> Next {
        if method == Method::Connect {
            return Next::Tunnel;
        }
        let (mut close, mut keep_alive) = (false, false);
        for field in self.all(CONNECTION) {
            for option in self.value(field).split(|&byte| byte == b',') {
                let option = trim(option);
                close |= option.eq_ignore_ascii_case(b"close");
                keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            }
        }
        match close || minor == 0 && !keep_alive {
            true => Next::Close,
            false => Next::Message,
        }
    }
}

/// The elements between the commas that are in no quoted-string.
fn split_list(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut from, mut at, mut quoted) = (0, 0, false);
    std::iter::from_fn(move || {
        while at < text.len() {
            match text.get(at) {
                Some(b'"') => quoted = !quoted,
                Some(b'\\') if quoted => at += 1,
                Some(b',') if !quoted => {
                    let element = text.get(from..at);
                    at += 1;
                    from = at;
                    return element;
                }
                _ => {}
            }
            at += 1;
        }
        // Beyond the last element nothing is left to be cut.
        let last = text.get(from..);
        from = text.len() + 1;
        last
    })
}

/// The name of a coding with or without parameters; none where it is malformed.
fn parse_header(coding: &[u8]) -> Option<&[u8]> {
    let token = |text: &[u8]| text.iter().take_while(|byte| is_tchar(**byte)).count();
    let (name, mut rest) = coding.split_at(token(coding));
    if name.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        rest = trim_start(trim_start(rest).strip_prefix(b";")?);
        let key = token(rest);
        rest = trim_start(rest.get(key..)?);
        rest = trim_start(rest.strip_prefix(b"=")?);
        let value = match rest.first() {
            Some(b'"') => quoted(rest)?,
            _ => token(rest),
        };
        if key == 0 || value == 0 {
            return None;
        }
        rest = rest.get(value..)?;
    }
    Some(name)
}

/// The length of the quoted-string at the front of the text.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, &byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return Some(at + 1),
            _ if is_control(byte) => return None,
            _ => escaped = byte == b'\\' && !escaped,
        }
    }
    None
}
