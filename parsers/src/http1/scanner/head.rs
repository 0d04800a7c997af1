//! The head, weighed while its field lines go by: what will be cited is kept until all are seen.

use super::{TCHAR, first_not, is, is_field_value, l, r, uri, without_ows};
use crate::core::parser::{Draft, Stop};
use crate::core::rule::Rule;
use crate::core::verdict::Framing;
use memchr::memchr;
use std::ops::Range;

/// What the field lines seen so far say. Offsets are in bytes from the start of the message.
#[derive(Default)]
pub(super) struct Head {
    minor: u8,
    /// The value of the first Host, and the name of the second.
    host: Option<Range<usize>>,
    second_host: Option<usize>,
    /// The name of the first Transfer-Encoding; what is wrong with the list, at its first fault;
    /// the first coding that only holds chunked.
    coding: Option<usize>,
    coding_fault: Option<(&'static Rule, usize)>,
    chunked: bool,
    substring: Option<usize>,
    length: Option<Lengths>,
    /// The name of the first Expect that is not understood.
    expectation: Option<usize>,
    close: bool,
    keep_alive: bool,
}

/// One or more Content-Length fields.
struct Lengths {
    first: usize,
    first_value: Range<usize>,
    /// The names of the second, and of the first that differs from the first.
    second: Option<usize>,
    different: Option<usize>,
    last: usize,
    last_value: Range<usize>,
}

impl Head {
    pub(super) fn new(minor: u8) -> Self {
        Self {
            minor,
            ..Self::default()
        }
    }

    /// Weighs one field line.
    pub(super) fn add(&mut self, input: &[u8], name: Range<usize>, value: Range<usize>) {
        let at = name.start;
        let name = input.get(name).unwrap_or(&[]);
        let bytes = input.get(value.clone()).unwrap_or(&[]);
        match (name.len(), name.first().map(u8::to_ascii_lowercase)) {
            (4, Some(b'h')) if name.eq_ignore_ascii_case(b"host") => {
                if self.host.is_none() {
                    self.host = Some(value);
                } else {
                    self.second_host.get_or_insert(at);
                }
            }
            (17, Some(b't')) if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                self.coding.get_or_insert(at);
                each_coding(bytes, value.start, |element, at| {
                    self.add_coding(element, at)
                });
            }
            (14, Some(b'c')) if name.eq_ignore_ascii_case(b"content-length") => {
                self.add_length(input, at, bytes, value);
            }
            (10, Some(b'c')) if name.eq_ignore_ascii_case(b"connection") => {
                each_element(bytes, value.start, |option, _| {
                    self.close |= option.eq_ignore_ascii_case(b"close");
                    self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                });
            }
            (6, Some(b'e')) if name.eq_ignore_ascii_case(b"expect") => {
                self.expectation = self.expectation.or(self.unexpected(bytes).then_some(at));
            }
            _ => {}
        }
    }

    fn unexpected(&self, expectation: &[u8]) -> bool {
        let mut other = false;
        each_element(expectation, 0, |member, _| {
            other |= !member.is_empty() && !member.eq_ignore_ascii_case(b"100-continue");
        });
        self.minor == 1 && other
    }

    fn add_coding(&mut self, coding: &[u8], at: usize) {
        if coding.is_empty() || self.coding_fault.is_some() {
            return;
        }
        let is_chunked = coding.eq_ignore_ascii_case(b"chunked");
        let rule = if is_chunked || holds_chunked(coding) {
            if !is_chunked {
                self.substring.get_or_insert(at);
            }
            if !self.chunked {
                self.chunked = true;
                return;
            }
            &r::CODING_REPEATED
        } else if !is_coding(coding) {
            &r::CODING_SYNTAX
        } else if self.chunked {
            &r::CODING_NOT_FINAL
        } else {
            &r::CODING_UNKNOWN
        };
        self.coding_fault = Some((rule, at));
    }

    fn add_length(&mut self, input: &[u8], at: usize, bytes: &[u8], value: Range<usize>) {
        let Some(lengths) = &mut self.length else {
            self.length = Some(Lengths {
                first: at,
                first_value: value.clone(),
                second: None,
                different: None,
                last: at,
                last_value: value,
            });
            return;
        };
        lengths.second.get_or_insert(at);
        if input.get(lengths.first_value.clone()) != Some(bytes) {
            lengths.different.get_or_insert(at);
        }
        lengths.last = at;
        lengths.last_value = value;
    }

    /// Cites what is wrong with the whole head, or gives what ends the message.
    pub(super) fn framing(
        &self,
        method: &[u8],
        input: &[u8],
        draft: &mut Draft<'_>,
    ) -> Result<Framing, Stop> {
        self.check_host(input, draft)?;
        let first_length = self.length.as_ref().map(|lengths| lengths.first);
        let framing = match (self.coding, &self.length) {
            (None, None) => Framing::Bodiless,
            (Some(coding), _) => {
                self.check_coding(coding, draft)?;
                if let Some(length) = first_length {
                    draft.relax(&l::CODING_BEATS_LENGTH, coding.min(length));
                }
                Framing::Chunked
            }
            (None, Some(lengths)) => Framing::Length(lengths.number(input, draft)?),
        };
        let first = self.coding.into_iter().chain(first_length).min();
        if let (Framing::Chunked | Framing::Length(1..), Some(first)) = (framing, first) {
            match method {
                b"TRACE" => return Err(draft.reject(&r::TRACE_CONTENT, first)),
                b"CONNECT" => return Err(draft.reject(&r::CONNECT_CONTENT, first)),
                _ => {}
            }
        }
        match self.expectation {
            Some(at) => Err(draft.reject(&r::EXPECTATION, at)),
            None => Ok(framing),
        }
    }

    /// Whether the connection closes after the message.
    pub(super) fn closes(&self) -> bool {
        self.close || self.minor == 0 && !self.keep_alive
    }

    fn check_host(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<(), Stop> {
        if let Some(second) = self.second_host {
            return Err(draft.reject(&r::HOST_REPEATED, second));
        }
        let Some(value) = self.host.clone() else {
            return match self.minor {
                0 => Ok(()),
                _ => Err(draft.reject(&r::HOST_MISSING, 0)),
            };
        };
        let at = value.start;
        let bytes = input.get(value).unwrap_or(&[]);
        match uri::is_host_and_port(bytes) {
            true => Ok(()),
            false => Err(draft.reject(&r::HOST_VALUE, at)),
        }
    }

    fn check_coding(&self, first: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
        if self.minor == 0 {
            return Err(draft.reject(&r::CODING_IN_10, first));
        }
        if let Some(at) = self.substring {
            draft.relax(&l::CODING_SUBSTRING, at);
        }
        match self.coding_fault {
            Some((rule, at)) => Err(draft.reject(rule, at)),
            None if self.chunked => Ok(()),
            None => Err(draft.reject(&r::CODING_EMPTY, first)),
        }
    }
}

impl Lengths {
    /// The last value, when they differ.
    fn number(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<u64, Stop> {
        match (self.different, self.second) {
            (Some(different), _) => draft.relax(&l::LENGTH_LAST, different),
            (None, Some(second)) => return Err(draft.reject(&r::LENGTH_REPEATED, second)),
            (None, None) => {}
        }
        let value = input.get(self.last_value.clone()).unwrap_or(&[]);
        let at = self.last_value.start;
        if value.is_empty() {
            return Err(draft.reject(&r::LENGTH_EMPTY, self.last));
        }
        if memchr(b',', value).is_some() {
            return Err(draft.reject(&r::LENGTH_LIST, at));
        }
        if !value.iter().all(u8::is_ascii_digit) {
            return Err(draft.reject(&r::LENGTH_SYNTAX, at));
        }
        let number = std::str::from_utf8(value)
            .ok()
            .and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| draft.reject(&r::LENGTH_OVERFLOW, at))
    }
}

fn holds_chunked(coding: &[u8]) -> bool {
    let mut windows = coding.windows("chunked".len());
    windows.any(|window| window.eq_ignore_ascii_case(b"chunked"))
}

/// As [`each_element`], where a comma in a quoted-string separates nothing.
fn each_coding(list: &[u8], start: usize, mut take: impl FnMut(&[u8], usize)) {
    let mut from = 0;
    let mut at = 0;
    let mut give = |from, to| {
        let place = without_ows(list.get(from..to).unwrap_or(&[]), from);
        take(list.get(place.clone()).unwrap_or(&[]), start + place.start);
    };
    let find = |at: usize| {
        let found = memchr::memchr2(b',', b'"', list.get(at..)?)?;
        Some(at + found)
    };
    while let Some(found) = find(at) {
        at = found + 1;
        if list.get(found) == Some(&b'"') {
            at = after_quotes(list, at).unwrap_or(list.len());
        } else {
            give(from, found);
            from = at;
        }
    }
    give(from, list.len());
}

/// The place after the quote that ends the quoted-string whose content begins at `at`.
fn after_quotes(list: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', list.get(at..)?)?;
        match list.get(found) {
            Some(b'"') => return Some(found + 1),
            _ => at = found + 2,
        }
    }
}

/// Whether a coding is a token with parameters that conform, if it has any.
fn is_coding(coding: &[u8]) -> bool {
    let token = |text: &[u8]| first_not(text, is(TCHAR)).unwrap_or(text.len());
    let space = |text: &[u8]| first_not(text, |b| b == b' ' || b == b'\t').unwrap_or(text.len());
    let mut at = token(coding);
    if at == 0 {
        return false;
    }
    let rest = |at: usize| coding.get(at..).unwrap_or(&[]);
    while at < coding.len() {
        at += space(rest(at));
        if coding.get(at) != Some(&b';') {
            return false;
        }
        at += 1;
        at += space(rest(at));
        let name = token(rest(at));
        at += name;
        at += space(rest(at));
        if name == 0 || coding.get(at) != Some(&b'=') {
            return false;
        }
        at += 1;
        at += space(rest(at));
        let end = match coding.get(at) {
            Some(b'"') => after_quotes(coding, at + 1),
            _ => Some(at + token(rest(at))).filter(|end| *end > at),
        };
        let Some(end) = end else {
            return false;
        };
        let value = coding.get(at..end).unwrap_or(&[]);
        if first_not(value, is_field_value).is_some() {
            return false;
        }
        at = end;
    }
    true
}

/// Gives each element of a comma-separated list, without whitespace around it, and where it begins.
fn each_element(list: &[u8], start: usize, mut take: impl FnMut(&[u8], usize)) {
    let mut from = 0;
    let ends = memchr::memchr_iter(b',', list).chain([list.len()]);
    for end in ends {
        let element = list.get(from..end).unwrap_or(&[]);
        let place = without_ows(element, from);
        let element = list.get(place.clone()).unwrap_or(&[]);
        take(element, start + place.start);
        from = end + 1;
    }
}
