//! The head as a whole: what its fields say together about the body and about the connection.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while_m_n, take_while1};
use nom::combinator::all_consuming;
use nom::multi::many0_count;
use nom::sequence::{delimited, preceded};
use nom::{Offset, Parser as _};

use super::head::{FieldLine, RequestLine, field_section, request_line};
use super::octets::{is_ows, is_qdtext, is_tchar, is_value, trim};
use super::uri::is_host_and_port;
use super::{Fault, Read, cite};
use crate::core::parser::Next;
use crate::core::verdict::{Framing, Note};
use crate::http1::rules::*;

/// What the head says of that which follows it.
pub(crate) struct FramingHead {
    /// What ends the message.
    pub framing: Framing,
    /// What happens to the connection after it.
    pub next: Next,
}

// start-line CRLF *( field-line CRLF ) CRLF                                         RFC 9112 §2.1
pub fn head<'i>(input: &'i [u8], notes: &mut Vec<Note>) -> Read<'i, FramingHead> {
    let (rest, line) = request_line(input)?;
    let (rest, ()) = notes_of(input, rest, notes)?;
    let fields = Fields { input, notes };
    host(&fields, &line)?;
    let framing = framing(&fields, &line)?;
    expect(&fields, &line)?;
    let next = connection(&fields, &line);
    Ok((rest, FramingHead { framing, next }))
}

// *( field-line CRLF ) CRLF                                                         RFC 9112 §2.1
/// Reads the header section at the front of `section`, and leaves a note of each field that matters, by its place in `input`.
pub(in crate::http1) fn notes_of<'i>(
    input: &'i [u8],
    section: &'i [u8],
    notes: &mut Vec<Note>,
) -> Read<'i, ()> {
    notes.clear();
    let take_note = |line: FieldLine<'i>| {
        if let Some(label) = label(line.name) {
            let (at, value) = (input.offset(line.name), trim(line.value));
            let start = input.offset(value);
            let end = start + value.len();
            notes.push(Note {
                label,
                at,
                value: start,
                start,
                end,
            });
        }
    };
    field_section(&FIRST_FIELD_SPACE, take_note)(section)
}

const HOST: u8 = 0;
pub(in crate::http1) const TRANSFER_ENCODING: u8 = 1;
pub(in crate::http1) const CONTENT_LENGTH: u8 = 2;
const EXPECT: u8 = 3;
pub(in crate::http1) const CONNECTION: u8 = 4;

/// Which of the fields that matter has this name. "Field names are case-insensitive", RFC 9110 §5.1.
fn label(name: &[u8]) -> Option<u8> {
    let (label, known): (u8, &[u8]) = match name.len() {
        4 => (HOST, b"host"),
        6 => (EXPECT, b"expect"),
        10 => (CONNECTION, b"connection"),
        14 => (CONTENT_LENGTH, b"content-length"),
        17 => (TRANSFER_ENCODING, b"transfer-encoding"),
        _ => return None,
    };
    name.eq_ignore_ascii_case(known).then_some(label)
}

/// The fields of the head that matter, in order.
pub(in crate::http1) struct Fields<'i, 'n> {
    pub input: &'i [u8],
    pub notes: &'n [Note],
}

/// A field: its value without the OWS around it.
#[derive(Clone, Copy)]
pub(in crate::http1) struct Field<'i> {
    label: u8,
    pub name: &'i [u8],
    pub value: &'i [u8],
}

impl<'i> Fields<'i, '_> {
    fn all(&self) -> impl Iterator<Item = Field<'i>> {
        self.notes.iter().map(|note| Field {
            label: note.label,
            name: self.input.get(note.at..).unwrap_or_default(),
            value: self.input.get(note.start..note.end).unwrap_or_default(),
        })
    }

    pub(in crate::http1) fn named(&self, label: u8) -> impl Iterator<Item = Field<'i>> {
        self.all().filter(move |field| field.label == label)
    }

    /// The first field that says anything about a body.
    pub(in crate::http1) fn first_of_framing(&self) -> Option<Field<'i>> {
        self.all()
            .find(|field| matches!(field.label, TRANSFER_ENCODING | CONTENT_LENGTH))
    }
}

// #element => [ element ] *( OWS "," OWS [ element ] )                          RFC 9110 §5.6.1.2
pub(in crate::http1) fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value
        .split(|&byte| byte == b',')
        .map(trim)
        .filter(|element| !element.is_empty())
}

// Host = uri-host [ ":" port ]                                                      RFC 9110 §7.2
fn host<'i>(fields: &Fields<'i, '_>, line: &RequestLine<'i>) -> Result<(), Fault<'i>> {
    let mut hosts = fields.named(HOST);
    let Some(first) = hosts.next() else {
        return match line.minor {
            0 => Ok(()),
            _ => Err(cite(&HOST_MISSING, fields.input)),
        };
    };
    if let Some(second) = hosts.next() {
        return Err(cite(&HOST_REPEATED, second.name));
    }
    match is_host_and_port(first.value) {
        true => Ok(()),
        false => Err(cite(&HOST_VALUE, first.value)),
    }
}

// message-body = *OCTET ; the rules of its length                                   RFC 9112 §6.3
fn framing<'i>(fields: &Fields<'i, '_>, line: &RequestLine<'i>) -> Result<Framing, Fault<'i>> {
    let Some(first) = fields.first_of_framing() else {
        return Ok(Framing::Bodiless);
    };
    let framing = if transfer_encoding(fields, line)? {
        if fields.named(CONTENT_LENGTH).next().is_some() {
            return Err(cite(&LENGTH_WITH_CODING, first.name));
        }
        Framing::Chunked
    } else {
        Framing::Length(content_length(fields)?)
    };
    match line.method {
        _ if framing == Framing::Length(0) => Ok(framing),
        b"TRACE" => Err(cite(&TRACE_CONTENT, first.name)),
        b"CONNECT" => Err(cite(&CONNECT_CONTENT, first.name)),
        _ => Ok(framing),
    }
}

// Transfer-Encoding = #transfer-coding                                              RFC 9112 §6.1
/// Whether there is the field; it then says chunked and nothing else.
fn transfer_encoding<'i>(
    fields: &Fields<'i, '_>,
    line: &RequestLine<'i>,
) -> Result<bool, Fault<'i>> {
    let Some(first) = fields.named(TRANSFER_ENCODING).next() else {
        return Ok(false);
    };
    if line.minor == 0 {
        return Err(cite(&CODING_IN_10, first.name));
    }
    let mut chunked = false;
    for field in fields.named(TRANSFER_ENCODING) {
        for coding in quoted_elements(field.value) {
            let rule = match transfer_coding(coding) {
                Ok((_, Coding::Chunked)) if !chunked => {
                    chunked = true;
                    continue;
                }
                Ok((_, Coding::Chunked)) => &CODING_REPEATED,
                Ok((_, Coding::ChunkedWithParameters)) => &CODING_PARAMETERS,
                Ok((_, Coding::Other)) if chunked => &CODING_NOT_FINAL,
                Ok((_, Coding::Other)) => &CODING_UNKNOWN,
                Err(_) => &CODING_SYNTAX,
            };
            return Err(cite(rule, coding));
        }
    }
    match chunked {
        true => Ok(true),
        false => Err(cite(&CODING_EMPTY, first.name)),
    }
}

#[derive(Clone, Copy)]
pub(in crate::http1) enum Coding {
    Chunked,
    ChunkedWithParameters,
    Other,
}

// transfer-coding = token *( OWS ";" OWS transfer-parameter )                    RFC 9110 §10.1.4
// Only chunked is accepted, and "the chunked coding does not define any parameters".   RFC 9112 §7.1
pub(in crate::http1) fn transfer_coding(coding: &[u8]) -> Read<'_, Coding> {
    let ows = || take_while(is_ows);
    let separator = (ows(), tag(";"), ows());
    let parameters = many0_count(preceded(separator, transfer_parameter));
    all_consuming((take_while1(is_tchar), parameters))
        .map(
            |(name, parameters): (&[u8], usize)| match name.eq_ignore_ascii_case(b"chunked") {
                true if parameters == 0 => Coding::Chunked,
                true => Coding::ChunkedWithParameters,
                false => Coding::Other,
            },
        )
        .parse(coding)
}

// transfer-parameter = token BWS "=" BWS ( token / quoted-string )               RFC 9110 §10.1.4
fn transfer_parameter(input: &[u8]) -> Read<'_, ()> {
    let bws = || take_while(is_ows);
    let equals = (bws(), tag("="), bws());
    let token = take_while1(is_tchar).map(|_| ());
    (take_while1(is_tchar), equals, alt((token, quoted_string)))
        .map(|_| ())
        .parse(input)
}

// quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE                          RFC 9110 §5.6.4
fn quoted_string(input: &[u8]) -> Read<'_, ()> {
    let pair = preceded(tag("\\"), take_while_m_n(1, 1, is_value));
    let content = many0_count(alt((take_while1(is_qdtext), pair)));
    delimited(tag("\""), content.map(|_| ()), tag("\"")).parse(input)
}

/// The elements of a list, the empty ones left out. A comma in a quoted-string separates nothing.
pub(in crate::http1) fn quoted_elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    let pieces = value.split(move |&byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' => return !quoted,
            _ => {}
        }
        false
    });
    pieces.map(trim).filter(|element| !element.is_empty())
}

// Content-Length = 1*DIGIT                                                          RFC 9110 §8.6
/// The value in bytes; zero without the field.
pub(in crate::http1) fn content_length<'i>(fields: &Fields<'i, '_>) -> Result<u64, Fault<'i>> {
    let mut lengths = fields.named(CONTENT_LENGTH);
    let Some(first) = lengths.next() else {
        return Ok(0);
    };
    if let Some(second) = lengths.next() {
        let mut others = fields.named(CONTENT_LENGTH);
        return Err(match others.find(|other| other.value != first.value) {
            Some(other) if !is_one_number(fields) => cite(&LENGTH_CONFLICT, other.name),
            _ => cite(&LENGTH_REPEATED, second.name),
        });
    }
    if first.value.is_empty() {
        return Err(cite(&LENGTH_EMPTY, first.name));
    }
    if first.value.contains(&b',') {
        return Err(cite(&LENGTH_LIST, first.value));
    }
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let digits: Read<'i, &[u8]> = all_consuming(take_while1(is_digit)).parse(first.value);
    let (_, digits) = digits.map_err(|_| cite(&LENGTH_SYNTAX, first.value))?;
    let number = digits.iter().try_fold(0u64, |number, digit| {
        number
            .checked_mul(10)?
            .checked_add(u64::from(digit.wrapping_sub(b'0')))
    });
    number.ok_or_else(|| cite(&LENGTH_OVERFLOW, first.value))
}

/// Whether the fields, joined to one list, hold the same decimal value throughout.   RFC 9112 §6.3
fn is_one_number(fields: &Fields<'_, '_>) -> bool {
    let values = fields.named(CONTENT_LENGTH);
    let mut numbers = values
        .flat_map(|field| elements(field.value))
        .map(|digits| {
            let is_number = digits.iter().all(u8::is_ascii_digit);
            let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
            is_number.then(|| digits.get(zeros..).unwrap_or_default())
        });
    let first = numbers.next().flatten();
    first.is_some() && numbers.all(|number| number == first)
}

// Expect = #expectation                                                          RFC 9110 §10.1.1
// "A server that receives a 100-continue expectation in an HTTP/1.0 request MUST ignore that
// expectation."
fn expect<'i>(fields: &Fields<'i, '_>, line: &RequestLine<'i>) -> Result<(), Fault<'i>> {
    let is_other = |field: &Field<'i>| {
        let mut members = elements(field.value);
        members.any(|member| !member.eq_ignore_ascii_case(b"100-continue"))
    };
    match fields.named(EXPECT).find(is_other) {
        Some(field) if line.minor > 0 => Err(cite(&EXPECTATION, field.name)),
        _ => Ok(()),
    }
}

// Connection = #connection-option                                                 RFC 9110 §7.6.1
// connection-option = token ; "case-insensitive"
fn connection<'i>(fields: &Fields<'i, '_>, line: &RequestLine<'i>) -> Next {
    let has = |option: &[u8]| {
        fields
            .named(CONNECTION)
            .flat_map(|field| elements(field.value))
            .any(|element| element.eq_ignore_ascii_case(option))
    };
    // CONNECT asks for a tunnel, and has no content: it begins after the head.     RFC 9110 §9.3.6
    if line.method == b"CONNECT" {
        return Next::Tunnel;
    }
    // "If the "close" connection option is present, the connection will not persist after the
    // current response"; HTTP/1.0 persists with "keep-alive" only.                  RFC 9112 §9.3
    if has(b"close") || line.minor == 0 && !has(b"keep-alive") {
        return Next::Close;
    }
    Next::Message
}
