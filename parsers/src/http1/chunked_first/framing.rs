//! What the head as a whole says, as the chunked-first reading accepts it: what ends the message, and what
//! happens to the connection.

use super::super::leniencies::*;
use super::super::rules::*;
use super::{
    CODING, CONNECTION, Cursor, DIGIT, EXPECT, HOST, LENGTH, RequestLine, SPACE, TCHAR, holds,
    is_text, trim_end, uri,
};
use crate::core::parser::{Next, Stop};
use crate::core::verdict::{Framing, Note};

impl Cursor<'_, '_, '_> {
    pub(super) fn host(&mut self, line: &RequestLine<'_>, notes: &[Note]) -> Result<(), Stop> {
        let mut hosts = labelled(notes, HOST);
        match (hosts.next(), hosts.next()) {
            (None, _) if line.is_11 => self.reject(&HOST_MISSING, line.at),
            (_, Some(second)) => self.reject(&HOST_REPEATED, second.at),
            (Some(host), None) => {
                let value = self.slice(host.start, host.end);
                match uri::is_host(value) {
                    true => Ok(()),
                    false => self.reject(&HOST_VALUE, host.start),
                }
            }
            (None, _) => Ok(()),
        }
    }

    /// What ends the message: "Transfer-Encoding overrides the Content-Length" (RFC 9112, section 6.3).
    pub(super) fn framing(
        &mut self,
        line: &RequestLine<'_>,
        notes: &[Note],
    ) -> Result<Framing, Stop> {
        let is_framing = |note: &&Note| note.label == LENGTH || note.label == CODING;
        let Some(first) = notes.iter().find(is_framing) else {
            return Ok(Framing::Bodiless);
        };
        let (framing, has_content) = match labelled(notes, CODING).next() {
            Some(coding) => {
                if !line.is_11 {
                    self.draft.relax(&CODING_10_ACCEPTED, coding.at);
                }
                self.codings(coding, notes)?;
                if labelled(notes, LENGTH).next().is_some() {
                    self.draft.relax(&CODING_BEATS_LENGTH, first.at);
                }
                (Framing::Chunked, true)
            }
            None => {
                let length = self.content_length(first, notes)?;
                (Framing::Length(length), length > 0)
            }
        };
        match line.method {
            b"TRACE" if has_content => self.reject(&TRACE_CONTENT, first.at),
            b"CONNECT" if has_content => self.reject(&CONNECT_CONTENT, first.at),
            _ => Ok(framing),
        }
    }

    /// Transfer-Encoding = #transfer-coding, over all field lines, of which chunked must be the last.
    fn codings(&mut self, first: &Note, notes: &[Note]) -> Result<(), Stop> {
        let mut is_chunked = false;
        let mut unknown = None;
        for note in labelled(notes, CODING) {
            let mut at = note.start;
            let mut list = self.slice(note.start, note.end);
            while let Some((element, rest)) = next_element(list) {
                list = rest;
                let coding = trim_start(element);
                let start = at + element.len() - coding.len();
                let coding = trim_end(coding);
                at += element.len() + 1;
                if coding.eq_ignore_ascii_case(b"chunked") {
                    if is_chunked {
                        self.draft.relax(&CODING_TWICE, start);
                    }
                    is_chunked = true;
                } else if !coding.is_empty() {
                    match name_of(coding) {
                        Some(name) if name.eq_ignore_ascii_case(b"chunked") => {
                            return self.reject(&CODING_PARAMETERS, start);
                        }
                        Some(_) => {}
                        None => return self.reject(&CODING_SYNTAX, start),
                    }
                    if is_chunked {
                        return self.reject(&CODING_NOT_FINAL, start);
                    }
                    unknown = unknown.or(Some(start));
                }
            }
        }
        match (is_chunked, unknown) {
            (true, Some(at)) => self.draft.relax(&CODING_OTHERS, at),
            (true, None) => {}
            (false, Some(at)) => return self.reject(&CODING_UNKNOWN, at),
            (false, None) => return self.reject(&CODING_EMPTY, first.at),
        }
        Ok(())
    }

    /// Whether the values of all Content-Length fields, as one list, repeat one decimal value.
    fn is_repeated(&self, notes: &[Note]) -> bool {
        let (mut number, mut is_same) = (None, true);
        for note in labelled(notes, LENGTH) {
            for element in self.slice(note.start, note.end).split(|&byte| byte == b',') {
                let digits = element.trim_ascii();
                let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
                let significant = digits.get(zeros..).unwrap_or(&[]);
                if digits.is_empty() {
                    continue;
                }
                is_same &= digits.iter().all(|&byte| holds(DIGIT, byte));
                is_same &= *number.get_or_insert(significant) == significant;
            }
        }
        is_same && number.is_some()
    }

    /// Content-Length = 1*DIGIT
    fn content_length(&mut self, first: &Note, notes: &[Note]) -> Result<u64, Stop> {
        let value = self.slice(first.start, first.end);
        let mut others = labelled(notes, LENGTH).skip(1);
        let second = others.next();
        let differs = |note: &&Note| self.slice(note.start, note.end) != value;
        if let Some(other) = second.into_iter().chain(others).find(differs) {
            return match second.filter(|_| self.is_repeated(notes)) {
                Some(second) => self.reject(&LENGTH_REPEATED, second.at),
                None => self.reject(&LENGTH_CONFLICT, other.at),
            };
        }
        if let Some(second) = second {
            self.draft.relax(&LENGTH_SAME, second.at);
        }
        if value.is_empty() {
            return self.reject(&LENGTH_EMPTY, first.at);
        }
        if value.contains(&b',') {
            return self.reject(&LENGTH_LIST, first.start);
        }
        if !value.iter().all(|&byte| holds(DIGIT, byte)) {
            return self.reject(&LENGTH_SYNTAX, first.start);
        }
        let mut length = 0u64;
        for digit in value {
            let more = length.checked_mul(10);
            match more.and_then(|more| more.checked_add(u64::from(digit - b'0'))) {
                Some(more) => length = more,
                None => return self.reject(&LENGTH_OVERFLOW, first.start),
            }
        }
        Ok(length)
    }

    pub(super) fn expectations(
        &mut self,
        line: &RequestLine<'_>,
        notes: &[Note],
    ) -> Result<(), Stop> {
        let unknown = labelled(notes, EXPECT).find(|note| {
            let mut members = self.slice(note.start, note.end).split(|&byte| byte == b',');
            members.any(|member| {
                let member = trim_end(trim_start(member));
                !member.is_empty() && !member.eq_ignore_ascii_case(b"100-continue")
            })
        });
        match unknown {
            Some(note) if line.is_11 => self.reject(&EXPECTATION, note.at),
            _ => Ok(()),
        }
    }

    pub(super) fn next_on_connection(&self, line: &RequestLine<'_>, notes: &[Note]) -> Next {
        let has = |option: &[u8]| {
            labelled(notes, CONNECTION)
                .flat_map(|note| self.slice(note.start, note.end).split(|&byte| byte == b','))
                .any(|element| trim_end(trim_start(element)).eq_ignore_ascii_case(option))
        };
        if line.method == b"CONNECT" {
            Next::Tunnel
        } else if has(b"close") || !(line.is_11 || has(b"keep-alive")) {
            Next::Close
        } else {
            Next::Message
        }
    }
}

/// The fields with a label, in order.
fn labelled(notes: &[Note], label: u8) -> impl Iterator<Item = &Note> {
    notes.iter().filter(move |note| note.label == label)
}

/// The first element of a list, and the rest of the list, after the comma that ends it; none once there is no more of it.
/// A comma in a quoted-string ends nothing.
fn next_element(list: &[u8]) -> Option<(&[u8], &[u8])> {
    if list.is_empty() {
        return None;
    }
    let mut bytes = list.iter().enumerate();
    let mut quoted = false;
    while let Some((at, &byte)) = bytes.next() {
        match byte {
            b'"' => quoted = !quoted,
            b'\\' if quoted => {
                bytes.next();
            }
            b',' if !quoted => {
                let (element, rest) = list.split_at(at);
                return Some((element, rest.get(1..).unwrap_or(&[])));
            }
            _ => {}
        }
    }
    Some((list, &[]))
}

/// The name of a coding, with parameters that conform or without any.
fn name_of(coding: &[u8]) -> Option<&[u8]> {
    let (name, mut rest) = token(coding)?;
    while !rest.is_empty() {
        let parameter = trim_start(rest).strip_prefix(b";")?;
        let (_, value) = token(trim_start(parameter))?;
        let value = trim_start(trim_start(value).strip_prefix(b"=")?);
        rest = match value.strip_prefix(b"\"") {
            Some(quoted) => after_quoted(quoted)?,
            None => token(value)?.1,
        };
    }
    Some(name)
}

/// The token at the front, of one byte at least, and what follows it.
fn token(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|&byte| !holds(TCHAR, byte));
    let (token, rest) = text.split_at(end.unwrap_or(text.len()));
    (!token.is_empty()).then_some((token, rest))
}

/// What follows a quoted-string whose first quote has been taken.
fn after_quoted(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        text = match text {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', byte, rest @ ..] if is_text(*byte) => rest,
            [byte, rest @ ..] if *byte != b'\\' && is_text(*byte) => rest,
            _ => return None,
        };
    }
}

fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !holds(SPACE, byte));
    text.get(start.unwrap_or(text.len())..).unwrap_or(&[])
}
