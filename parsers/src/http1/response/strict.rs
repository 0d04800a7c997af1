//! The strict reading of responses: the ABNF of RFC 9112 in nom. Field lines, lengths, chunks and trailers have the grammar that they
//! have in requests, and are read by the strict reader of those.

use nom::bytes::streaming::{tag, take_while};
use nom::character::streaming::{char, satisfy};
use nom::{Offset, Parser as _};

use super::rules::*;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::Framing;
use crate::http1::rules as shared;
use crate::http1::strict::framing::{
    CONNECTION, CONTENT_LENGTH, Coding, Fields, TRANSFER_ENCODING, content_length, elements,
    notes_of, quoted_elements, transfer_coding,
};
use crate::http1::strict::octets::is_value;
use crate::http1::strict::{Fault, Read, Rejection, body, cite, demand, incomplete};

/// Rejects everything that no MUST compels it to accept.
pub(crate) struct StrictResponse;

impl Parser for StrictResponse {
    fn name(&self) -> &str {
        "strict"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("strict", LeniencySet::EMPTY)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        if draft.is_answered() {
            return Err(surplus(input, draft));
        }
        http_message(input, draft).map_err(|error| match error {
            nom::Err::Failure(Rejection {
                rule: Some(rule),
                element,
            }) => draft.reject(of_response(rule), input.offset(element)),
            // A soft failure reaches this only from a grammar that forgot to demand.
            nom::Err::Incomplete(_) | nom::Err::Error(_) | nom::Err::Failure(_) => Stop::Incomplete,
        })
    }
}

/// The rule of responses about an element that those of requests forbid by another.
fn of_response(rule: &'static Rule) -> &'static Rule {
    match rule == &shared::NAME_SPACE {
        true => &NAME_SPACE,
        false => rule,
    }
}

// "[...] unless the data consists only of one or more CRLF"                         RFC 9112 §9.2
fn surplus(input: &[u8], draft: &mut Draft<'_>) -> Stop {
    let mut rest = input;
    while let [b'\r', b'\n', more @ ..] = rest {
        rest = more;
    }
    match rest {
        [] => Stop::Nothing,
        [b'\r'] => Stop::Incomplete,
        _ => draft.reject(&SURPLUS, input.offset(rest)),
    }
}

// HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]        RFC 9112 §2.1
fn http_message<'i>(input: &'i [u8], draft: &mut Draft<'_>) -> Result<Accepted, Fault<'i>> {
    let (rest, line) = status_line(input)?;
    let mut words = draft.waits().unwrap_or(b"GET").split(|&byte| byte == b' ');
    let asked = Request {
        method: words.next().unwrap_or_default(),
        has_upgrade: words.next() == Some(b"upgrade"),
    };
    let (rest, mut notes) = (rest, std::mem::take(&mut draft.scratch().notes));
    let fields = notes_of(input, rest, &mut notes);
    let head = fields.and_then(|(rest, ())| {
        let fields = Fields {
            input,
            notes: &notes,
        };
        head(&line, &asked, &fields).map(|head| (rest, head))
    });
    draft.scratch().notes = notes;
    let (rest, head) = head?;
    if head.is_final {
        draft.answer();
    }
    draft.head(input.offset(rest), head.framing);
    let content = |data: &'i [u8]| {
        let start = input.offset(data);
        draft.part(0, start, start + data.len());
    };
    let (rest, ()) = match head.framing {
        Framing::Length(length) => body::octets(length).map(content).parse(rest)?,
        Framing::Chunked => body::chunked_body(rest, content)?,
        Framing::UntilClose => until_close(rest, content),
        _ => (rest, ()),
    };
    Ok(Accepted {
        end: input.offset(rest),
        next: head.next,
    })
}

/// "the number of octets received prior to the server closing the connection"       RFC 9112 §6.3
fn until_close<'i>(rest: &'i [u8], mut content: impl FnMut(&'i [u8])) -> (&'i [u8], ()) {
    let (data, end) = rest.split_at(rest.len());
    content(data);
    (end, ())
}

/// What the status-line says that decides where the message ends.
struct StatusLine<'i> {
    /// From the status code on.
    code: &'i [u8],
    status: u16,
    /// The minor version, 0 or 1; the major one is 1.
    minor: u8,
}

// status-line = HTTP-version SP status-code SP [ reason-phrase ]                      RFC 9112 §4
// Here, with the CRLF that follows it.
fn status_line(line: &[u8]) -> Read<'_, StatusLine<'_>> {
    let (rest, minor) = http_version(line)?;
    let (code, _) = demand(char(' '), |found| match found {
        [b'\t' | b'\x0b' | b'\x0c', ..] => cite(&STATUS_LINE_SPACE, found),
        [b'\r' | b'\n', ..] => line_ends_early(&STATUS_LINE_PARTS, found),
        _ => cite(&VERSION, line),
    })(rest)?;
    let (rest, status) = status_code(code)?;
    let (rest, _) = demand(char(' '), |found| match found {
        [b'\t' | b'\x0b' | b'\x0c', ..] => cite(&STATUS_LINE_SPACE, found),
        [b'\r' | b'\n', ..] => line_ends_early(&REASON_SPACE, found),
        _ => cite(&STATUS_CODE, code),
    })(rest)?;
    // reason-phrase = 1*( HTAB / SP / VCHAR / obs-text ), the bytes that a field value has.
    let (rest, _) = take_while(is_value).parse(rest)?;
    let (rest, _) = demand(tag("\r\n"), |found| match found {
        [b'\r', ..] => cite(&shared::BARE_CR, found),
        [b'\n', ..] => cite(&shared::BARE_LF, found),
        _ => cite(&REASON, found),
    })(rest)?;
    Ok((
        rest,
        StatusLine {
            code,
            status,
            minor,
        },
    ))
}

/// What CR or LF breaks where the line is not at its end: by `rule` if it would end it.
fn line_ends_early<'i>(rule: &'static Rule, found: &'i [u8]) -> Fault<'i> {
    match found {
        [b'\r'] => incomplete(),
        [b'\n', ..] | [b'\r', b'\n', ..] => cite(rule, found),
        _ => cite(&shared::BARE_CR, found),
    }
}

// HTTP-version = HTTP-name "/" DIGIT "." DIGIT                                      RFC 9112 §2.3
fn http_version(line: &[u8]) -> Read<'_, u8> {
    let digit = || satisfy(|octet| octet.is_ascii_digit());
    let whole = (tag("HTTP/"), digit(), char('.'), digit());
    let (rest, (_, major, _, minor)) = demand(whole, |found| match found {
        [b'\r' | b'\n', ..] if found.len() == line.len() => cite(&EMPTY_LINE, line),
        _ => cite(&VERSION, line),
    })(line)?;
    match (major, minor) {
        ('1', '0') => Ok((rest, 0)),
        ('1', '1') => Ok((rest, 1)),
        ('1', _) => Err(cite(&shared::MINOR_VERSION, line)),
        _ => Err(cite(&MAJOR, line)),
    }
}

// status-code = 3DIGIT                                                                RFC 9112 §4
fn status_code(code: &[u8]) -> Read<'_, u16> {
    let digit = || satisfy(|octet| octet.is_ascii_digit());
    let three = (digit(), digit(), digit());
    let (rest, _) = demand(three, |found| match found {
        _ if found.len() < code.len() => cite(&STATUS_CODE, code),
        [b' ' | b'\t' | b'\x0b' | b'\x0c', ..] => cite(&STATUS_LINE_SPACE, found),
        [b'\r' | b'\n', ..] => line_ends_early(&STATUS_LINE_PARTS, found),
        _ => cite(&STATUS_CODE, code),
    })(code)?;
    let digits = code.get(..3).unwrap_or_default();
    let status = digits
        .iter()
        .fold(0, |status, digit| status * 10 + u16::from(digit - b'0'));
    // "Values outside the range 100..599 are invalid."                              RFC 9110 §15
    match status {
        100..=599 => Ok((rest, status)),
        _ => Err(cite(&STATUS_RANGE, code)),
    }
}

/// The request that waits.
struct Request<'a> {
    method: &'a [u8],
    has_upgrade: bool,
}

/// What the head says of that which follows it.
struct Head {
    framing: Framing,
    next: Next,
    /// Whether it answers the request.
    is_final: bool,
}

// "The message body length is determined by one of the following (in order of precedence)"
//                                                                                   RFC 9112 §6.3
fn head<'i>(
    line: &StatusLine<'i>,
    asked: &Request<'_>,
    fields: &Fields<'i, '_>,
) -> Result<Head, Fault<'i>> {
    let bodiless = |next, is_final| Head {
        framing: Framing::Bodiless,
        next,
        is_final,
    };
    let framing = match line.status {
        101 if asked.has_upgrade => return Ok(bodiless(Next::Tunnel, true)),
        101 => return Err(cite(&SWITCH_UNASKED, line.code)),
        100..=199 => return Ok(bodiless(Next::Message, false)),
        200..=299 if asked.method == b"CONNECT" => return Ok(bodiless(Next::Tunnel, true)),
        204 | 304 => Framing::Bodiless,
        _ if asked.method == b"HEAD" => Framing::Bodiless,
        _ => framing(line, fields)?,
    };
    let has = |option: &[u8]| {
        let mut options = fields
            .named(CONNECTION)
            .flat_map(|field| elements(field.value));
        options.any(|element| element.eq_ignore_ascii_case(option))
    };
    // "If the "close" connection option is present, the connection will not persist after the
    // current response"; HTTP/1.0 persists with "keep-alive" only.                  RFC 9112 §9.3
    let closes = has(b"close") || line.minor == 0 && !has(b"keep-alive");
    let next = match closes || framing == Framing::UntilClose {
        true => Next::Close,
        false => Next::Message,
    };
    Ok(Head {
        framing,
        next,
        is_final: true,
    })
}

fn framing<'i>(line: &StatusLine<'i>, fields: &Fields<'i, '_>) -> Result<Framing, Fault<'i>> {
    let Some(first) = fields.first_of_framing() else {
        return Ok(Framing::UntilClose);
    };
    let Some(is_chunked) = transfer_encoding(line, fields)? else {
        return content_length(fields).map(Framing::Length);
    };
    if fields.named(CONTENT_LENGTH).next().is_some() {
        return Err(cite(&BOTH, first.name));
    }
    Ok(match is_chunked {
        true => Framing::Chunked,
        false => Framing::UntilClose,
    })
}

// Transfer-Encoding = #transfer-coding                                              RFC 9112 §6.1
/// Whether the final coding is chunked; none without the field.
fn transfer_encoding<'i>(
    line: &StatusLine<'i>,
    fields: &Fields<'i, '_>,
) -> Result<Option<bool>, Fault<'i>> {
    let Some(first) = fields.named(TRANSFER_ENCODING).next() else {
        return Ok(None);
    };
    if line.minor == 0 {
        return Err(cite(&shared::CODING_IN_10, first.name));
    }
    let (mut chunked, mut last) = (false, false);
    let values = fields.named(TRANSFER_ENCODING);
    for coding in values.flat_map(|field| quoted_elements(field.value)) {
        last = match transfer_coding(coding) {
            Ok((_, Coding::Chunked)) if !chunked => true,
            Ok((_, Coding::Chunked)) => return Err(cite(&shared::CODING_REPEATED, coding)),
            Ok((_, Coding::ChunkedWithParameters)) => {
                return Err(cite(&shared::CODING_PARAMETERS, coding));
            }
            Ok((_, Coding::Other)) => false,
            Err(_) => return Err(cite(&CODING_SYNTAX, coding)),
        };
        chunked |= last;
    }
    Ok(Some(last))
}
