//! The head, byte by byte: the request-line, and field lines, which the trailer section has too.

use nom::Parser as _;
use nom::bytes::streaming::{tag, take_while, take_while1};
use nom::character::streaming::{char, satisfy};
use nom::multi::fold_many0;
use nom::sequence::terminated;

use super::octets::{is_ows, is_tchar, is_uri, is_value};
use super::{Fault, Read, cite, demand, incomplete, uri};
use crate::http1::rules::*;

/// What the request-line says that decides where the message ends.
pub(crate) struct RequestLine<'i> {
    /// The method, case kept.
    pub method: &'i [u8],
    /// The minor version, 0 or 1; the major one is 1.
    pub minor: u8,
}

// request-line = method SP request-target SP HTTP-version                             RFC 9112 §3
// Here, with the CRLF that follows it.
pub(crate) fn request_line(input: &[u8]) -> Read<'_, RequestLine<'_>> {
    let (rest, method) = method(input)?;
    let (rest, _) = demand(char(' '), not_in_method)(rest)?;
    let (rest, target) = demand(take_while1(is_uri), not_in_target)(rest)?;
    let (version, _) = demand(char(' '), not_in_target)(rest)?;
    if let Some(rule) = uri::fault(target, method) {
        return Err(cite(rule, target));
    }
    let (rest, minor) = http_version(version)?;
    let (rest, _) = demand(tag("\r\n"), |found| match found {
        [b'\r', ..] => cite(&BARE_CR, found),
        [b'\n', ..] => cite(&BARE_LF, found),
        [b' ' | b'\t' | b'\x0b' | b'\x0c', ..] => cite(&REQUEST_LINE_SPACE, found),
        _ => cite(&HTTP_VERSION, version),
    })(rest)?;
    Ok((rest, RequestLine { method, minor }))
}

// method = token                                                                    RFC 9112 §3.1
fn method(input: &[u8]) -> Read<'_, &[u8]> {
    demand(take_while1(is_tchar), |found| match found {
        [b'\r' | b'\n', ..] => cite(&LEADING_EMPTY_LINE, found),
        _ => cite(&METHOD_TOKEN, found),
    })(input)
}

/// Why `found` ends the method and is no SP.
fn not_in_method(found: &[u8]) -> Fault<'_> {
    match found {
        [b'\t' | b'\x0b' | b'\x0c', ..] => cite(&REQUEST_LINE_SPACE, found),
        [b'\r' | b'\n', ..] => line_ends_early(found),
        _ => cite(&METHOD_TOKEN, found),
    }
}

/// Why `found` neither belongs to the target nor ends it.
fn not_in_target(found: &[u8]) -> Fault<'_> {
    match found {
        [b' ' | b'\t' | b'\x0b' | b'\x0c', ..] => cite(&REQUEST_LINE_SPACE, found),
        [b'\r' | b'\n', ..] => line_ends_early(found),
        _ => cite(&TARGET_CHARACTER, found),
    }
}

/// What CR or LF breaks where the request-line has not had its three parts: a bare CR ends no line.
fn line_ends_early(found: &[u8]) -> Fault<'_> {
    match found {
        [b'\r'] => incomplete(),
        [b'\n', ..] | [b'\r', b'\n', ..] => cite(&REQUEST_LINE_PARTS, found),
        _ => cite(&BARE_CR, found),
    }
}

// HTTP-version = HTTP-name "/" DIGIT "." DIGIT                                      RFC 9112 §2.3
// HTTP-name = %s"HTTP"
fn http_version(version: &[u8]) -> Read<'_, u8> {
    let digit = || satisfy(|octet| octet.is_ascii_digit());
    let whole = (tag("HTTP/"), digit(), char('.'), digit());
    let (rest, (_, major, _, minor)) = demand(whole, |found| match found {
        // Whatever cannot stand behind its first byte, the version is at fault.
        _ if found.len() < version.len() => cite(&HTTP_VERSION, version),
        [b' ' | b'\t' | b'\x0b' | b'\x0c', ..] => cite(&REQUEST_LINE_SPACE, found),
        [b'\r' | b'\n', ..] => line_ends_early(found),
        _ => cite(&HTTP_VERSION, version),
    })(version)?;
    match (major, minor) {
        ('1', '0') => Ok((rest, 0)),
        ('1', '1') => Ok((rest, 1)),
        ('1', _) => Err(cite(&MINOR_VERSION, version)),
        _ => Err(cite(&MAJOR_VERSION, version)),
    }
}

/// A field line's name and its value, the value with the OWS around it.
pub(crate) struct FieldLine<'i> {
    /// As sent.
    pub name: &'i [u8],
    /// From after the colon up to CRLF.
    pub value: &'i [u8],
}

// *( field-line CRLF ) CRLF                                                         RFC 9112 §2.1
/// Gives each field line to `each`. A first line with leading whitespace breaks `leading_space`.
pub(crate) fn field_section<'i>(
    leading_space: &'static crate::Rule,
    mut each: impl FnMut(FieldLine<'i>),
) -> impl FnMut(&'i [u8]) -> Read<'i, ()> {
    move |section| {
        let mut field_lines = fold_many0(field_line, || (), |(), line| each(line));
        let (rest, ()) = field_lines.parse(section)?;
        let empty_line = demand(tag("\r\n"), |found: &'i [u8]| match found {
            [b'\r', ..] => cite(&BARE_CR, found),
            [b'\n', ..] => cite(&BARE_LF, found),
            [b' ' | b'\t', ..] if found.len() == section.len() => cite(leading_space, found),
            [b' ' | b'\t', ..] => cite(&OBS_FOLD, found),
            [b':', ..] => cite(&FIELD_NAME_EMPTY, found),
            _ => cite(&FIELD_NAME, found),
        });
        empty_line.map(|_| ()).parse(rest)
    }
}

// field-line = field-name ":" OWS field-value OWS                                     RFC 9112 §5
// Here, with the CRLF that follows it. Fails softly where no field-name begins.
fn field_line(line: &[u8]) -> Read<'_, FieldLine<'_>> {
    let (rest, name) = field_name(line)?;
    let (rest, _) = demand(char(':'), |found| match found {
        [b' ' | b'\t', ..] => space_after_name(found),
        [b'\n', ..] | [b'\r', b'\n', ..] => cite(&FIELD_COLON, line),
        [b'\r'] => incomplete(),
        [b'\r', ..] => cite(&BARE_CR, found),
        _ => cite(&FIELD_NAME, found),
    })(rest)?;
    let crlf = demand(tag("\r\n"), |found| match found {
        [b'\r', ..] => cite(&BARE_CR, found),
        [b'\n', ..] => cite(&BARE_LF, found),
        [b'\0', ..] => cite(&FIELD_VALUE, found),
        _ => cite(&FIELD_VALUE_CONTROL, found),
    });
    terminated(field_value, crlf)
        .map(|value| FieldLine { name, value })
        .parse(rest)
}

// "No whitespace is allowed between the field name and colon."                      RFC 9112 §5.1
/// What whitespace after a name breaks: that sentence if a colon follows, else the grammar of a name.
fn space_after_name(found: &[u8]) -> Fault<'_> {
    match found.iter().find(|&&byte| !is_ows(byte)) {
        None => incomplete(),
        Some(b':') => cite(&NAME_SPACE, found),
        Some(_) => cite(&FIELD_NAME, found),
    }
}

// field-name = token                                                                RFC 9110 §5.1
fn field_name(line: &[u8]) -> Read<'_, &[u8]> {
    take_while1(is_tchar)(line)
}

// field-value = *field-content                                                      RFC 9110 §5.5
// field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]
// Here, with the OWS around it, which is made of bytes that a value may hold.
fn field_value(input: &[u8]) -> Read<'_, &[u8]> {
    take_while(is_value).parse(input)
}
