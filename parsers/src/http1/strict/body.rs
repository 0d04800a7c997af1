//! The message body: a counted one, and the chunked transfer coding with its trailer section.

use nom::Parser as _;
use nom::branch::alt;
use nom::bytes::streaming::{tag, take, take_while, take_while_m_n, take_while1};
use nom::character::streaming::char;
use nom::combinator::{opt, peek};
use nom::multi::many0_count;
use nom::sequence::{delimited, pair, preceded, terminated};

use super::head::field_section;
use super::octets::{is_ows, is_qdtext, is_tchar, is_value};
use super::{Fault, Read, cite, demand, incomplete};
use crate::http1::rules::*;

/// This many bytes, whatever they are.
pub(crate) fn octets<'i>(count: u64) -> impl FnMut(&'i [u8]) -> Read<'i, &'i [u8]> {
    move |input| match usize::try_from(count) {
        Ok(count) => take(count)(input),
        // More than there is room for in memory.
        Err(_) => Err(incomplete()),
    }
}

// chunked-body = *chunk last-chunk trailer-section CRLF                             RFC 9112 §7.1
// last-chunk = 1*("0") [ chunk-ext ] CRLF
pub(crate) fn chunked_body<'i>(
    mut input: &'i [u8],
    mut data: impl FnMut(&'i [u8]),
) -> Read<'i, ()> {
    loop {
        let (rest, size) = chunk_line(input)?;
        if size == 0 {
            // trailer-section = *( field-line CRLF )                              RFC 9112 §7.1.2
            return field_section(&TRAILER_SPACE, |_| ())(rest);
        }
        let (rest, chunk_data) = chunk_data(size, rest)?;
        data(chunk_data);
        input = rest;
    }
}

// chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF                             RFC 9112 §7.1
// Here, from chunk-size to the first CRLF.
fn chunk_line(line: &[u8]) -> Read<'_, u64> {
    let (rest, size) = chunk_size(line)?;
    let (after, bws) = nom::bytes::complete::take_while(is_ows)(rest)?;
    if bws.is_empty() {
        let follows = alt((tag(";"), tag("\r\n")));
        demand(peek(follows), |found| match found {
            [b'\r' | b'\n', ..] => cite(&CHUNK_LINE_END, found),
            _ => cite(&CHUNK_SIZE, line),
        })(rest)?;
    } else {
        demand(peek(char(';')), |_| cite(&CHUNK_SIZE_SPACE, rest))(after)?;
    }
    let (rest, _) = terminated(chunk_ext, line_end).parse(rest)?;
    Ok((rest, size))
}

// chunk-data = 1*OCTET ; a sequence of chunk-size octets                            RFC 9112 §7.1
// Here, with the CRLF that follows it.
fn chunk_data(size: u64, input: &[u8]) -> Read<'_, &[u8]> {
    let crlf = demand(tag("\r\n"), |found| cite(&CHUNK_DATA_END, found));
    terminated(octets(size), crlf).parse(input)
}

// chunk-size = 1*HEXDIG                                                             RFC 9112 §7.1
fn chunk_size(line: &[u8]) -> Read<'_, u64> {
    // The number may be too large before its last digit is there: what there is of it is looked at.
    let is_hexdig = |byte: u8| byte.is_ascii_hexdigit();
    let hexdigs = nom::bytes::complete::take_while1(is_hexdig);
    let (rest, digits) = demand(hexdigs, |_| cite(&CHUNK_SIZE, line))(line)?;
    let mut size: u64 = 0;
    for &digit in digits {
        let digit = (digit as char).to_digit(16).unwrap_or_default();
        size = size
            .checked_mul(16)
            .ok_or_else(|| cite(&CHUNK_SIZE_OVERFLOW, line))?
            | u64::from(digit);
    }
    Ok((rest, size))
}

// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )       RFC 9112 §7.1.1
fn chunk_ext(input: &[u8]) -> Read<'_, usize> {
    let semicolon = pair(bws, char(';'));
    let name = demand(preceded(bws, chunk_ext_name), misplaced);
    let equals = pair(bws, char('='));
    let val = demand(preceded(bws, chunk_ext_val), misplaced);
    many0_count((semicolon, name, opt(preceded(equals, val)))).parse(input)
}

// BWS = OWS                                                                      RFC 9110 §5.6.3
fn bws(input: &[u8]) -> Read<'_, &[u8]> {
    take_while(is_ows)(input)
}

// chunk-ext-name = token                                                          RFC 9112 §7.1.1
fn chunk_ext_name(input: &[u8]) -> Read<'_, &[u8]> {
    take_while1(is_tchar)(input)
}

// chunk-ext-val = token / quoted-string                                           RFC 9112 §7.1.1
fn chunk_ext_val(input: &[u8]) -> Read<'_, ()> {
    let token = take_while1(is_tchar).map(|_| ());
    alt((token, quoted_string)).parse(input)
}

// quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE                          RFC 9110 §5.6.4
fn quoted_string(input: &[u8]) -> Read<'_, ()> {
    let qdtext = take_while1(is_qdtext);
    let content = many0_count(alt((qdtext, quoted_pair)));
    let dquote = demand(char('"'), misplaced_in_quotes);
    delimited(char('"'), content.map(|_| ()), dquote).parse(input)
}

// quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )                               RFC 9110 §5.6.4
fn quoted_pair(input: &[u8]) -> Read<'_, &[u8]> {
    let quoted = take_while_m_n(1, 1, is_value);
    preceded(char('\\'), demand(quoted, misplaced_in_quotes)).parse(input)
}

/// CRLF after the extensions. Whitespace leads only to another one.
fn line_end(input: &[u8]) -> Read<'_, &[u8]> {
    match bws(input)? {
        (rest, []) => demand(tag("\r\n"), misplaced)(rest),
        (rest, _) => Err(misplaced(rest)),
    }
}

/// Why the bytes `found`, in an extension and outside quotes, cannot stand where they do.
fn misplaced(found: &[u8]) -> Fault<'_> {
    misplaced_before(found, &CHUNK_EXTENSION)
}

/// Why the bytes `found`, in a quoted-string, cannot stand where they do.
fn misplaced_in_quotes(found: &[u8]) -> Fault<'_> {
    misplaced_before(found, &CHUNK_EXTENSION_QUOTE)
}

/// Where a line may not end yet, CRLF breaks `unfinished`.
fn misplaced_before<'i>(found: &'i [u8], unfinished: &'static crate::Rule) -> Fault<'i> {
    match found {
        [b'\r'] => incomplete(),
        [b'\r', b'\n', ..] => cite(unfinished, found),
        [b'\r' | b'\n', ..] => cite(&CHUNK_LINE_END, found),
        _ => cite(&CHUNK_EXTENSION, found),
    }
}
