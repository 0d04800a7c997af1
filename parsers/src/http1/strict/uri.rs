//! Hosts, ports, and the forms of a target: RFC 3986 as far as RFC 9110 and RFC 9112 take it over.

use nom::Parser as _;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while, take_while_m_n, take_while1};
use nom::combinator::{all_consuming, opt, rest, verify};
use nom::multi::many0_count;
use nom::sequence::{delimited, preceded};

use super::Read;
use super::octets::is_reg_name;
use crate::core::rule::Rule;
use crate::http1::rules::*;

// request-target = origin-form / absolute-form / authority-form / asterisk-form     RFC 9112 §3.2
// The bytes are known to be those of a URI.
/// The rule that a target breaks.
pub(crate) fn fault(target: &[u8], method: &[u8]) -> Option<&'static Rule> {
    match (method, target) {
        (b"CONNECT", _) => authority_form(target).err(),
        (b"OPTIONS", b"*") | (_, [b'/', ..]) => None,
        _ => absolute_form(target).err(),
    }
}

// authority-form = uri-host ":" port                                              RFC 9112 §3.2.3
// "A server MUST reject a CONNECT request that targets an empty or invalid port number" §9.3.6
fn authority_form(target: &[u8]) -> Result<(), &'static Rule> {
    let is_other = target.iter().any(|byte| matches!(byte, b'/' | b'?' | b'@'));
    let colon = target.iter().rposition(|&byte| byte == b':');
    let colon = colon.filter(|_| !is_other).ok_or(&TARGET_FORM)?;
    let (host, port) = target.split_at(colon);
    if host.is_empty() || all_consuming(uri_host).parse(host).is_err() {
        return Err(&TARGET_FORM);
    }
    let digits = port.get(1..).unwrap_or_default();
    let number: Option<u16> = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok());
    number.map(|_| ()).ok_or(&CONNECT_PORT)
}

// absolute-form = absolute-URI                                                    RFC 9112 §3.2.2
// absolute-URI = scheme ":" hier-part [ "?" query ]                                 RFC 3986 §4.3
// hier-part = "//" authority path-abempty / path-absolute / path-rootless / path-empty
fn absolute_form(target: &[u8]) -> Result<(), &'static Rule> {
    let parsed: Read<'_, _> = (scheme, tag(":"), opt(tag("//"))).parse(target);
    let Ok((rest, (scheme, _, slashes))) = parsed else {
        return Err(&TARGET_FORM);
    };
    let is_http = [&b"http"[..], b"https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    if slashes.is_none() {
        // "host:80" is meant for an authority, which only CONNECT has.
        let is_port = !rest.is_empty() && rest.iter().all(u8::is_ascii_digit);
        return match is_http || is_port {
            true => Err(&TARGET_FORM),
            false => Ok(()),
        };
    }
    // authority = [ userinfo "@" ] host [ ":" port ]                                RFC 3986 §3.2
    let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?'));
    let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    let at = authority.iter().rposition(|&byte| byte == b'@');
    let host = authority
        .get(at.map_or(0, |at| at + 1)..)
        .unwrap_or_default();
    // "http" "://" authority: the host is not empty, and there is no userinfo. RFC 9110 §4.2.1, §4.2.4
    if is_http && matches!(host, [] | [b':', ..]) {
        return Err(&TARGET_HOST_EMPTY);
    }
    if is_http && at.is_some() {
        return Err(&TARGET_USERINFO);
    }
    match is_host_and_port(host) {
        true => Ok(()),
        false => Err(&TARGET_FORM),
    }
}

// scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )                               RFC 3986 §3.1
fn scheme(input: &[u8]) -> Read<'_, &[u8]> {
    let is_of_scheme =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let begins = |scheme: &[u8]| scheme.first().is_some_and(u8::is_ascii_alphabetic);
    verify(take_while1(is_of_scheme), begins).parse(input)
}

// Host = uri-host [ ":" port ]                                                      RFC 9110 §7.2
// port = *DIGIT                                                                   RFC 3986 §3.2.3
pub(crate) fn is_host_and_port(value: &[u8]) -> bool {
    let port = preceded(tag(":"), take_while(|byte: u8| byte.is_ascii_digit()));
    let whole: Read<'_, _> = all_consuming((uri_host, opt(port))).parse(value);
    whole.is_ok()
}

// host = IP-literal / IPv4address / reg-name                                      RFC 3986 §3.2.2
// IP-literal = "[" ( IPv6address / IPvFuture ) "]"
fn uri_host(input: &[u8]) -> Read<'_, ()> {
    let within = take_while1(|byte: u8| byte != b']');
    let address = within.and_then(all_consuming(alt((ip_future, ipv6_address))));
    let literal = delimited(tag("["), address, tag("]"));
    alt((literal, reg_name)).parse(input)
}

// reg-name = *( unreserved / pct-encoded / sub-delims ), which holds every IPv4address
fn reg_name(input: &[u8]) -> Read<'_, ()> {
    let is_hexdig = |byte: u8| byte.is_ascii_hexdigit();
    let encoded = preceded(tag("%"), take_while_m_n(2, 2, is_hexdig));
    let piece = alt((take_while1(is_reg_name), encoded));
    many0_count(piece).map(|_| ()).parse(input)
}

// IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
fn ip_future(input: &[u8]) -> Read<'_, ()> {
    let version = take_while1(|byte: u8| byte.is_ascii_hexdigit());
    let address = take_while1(|byte: u8| is_reg_name(byte) || byte == b':');
    (tag_no_case("v"), version, tag("."), address)
        .map(|_| ())
        .parse(input)
}

// IPv6address: eight h16 with colons between them, or fewer around one "::"; the last two may be
// written as an IPv4address.
fn ipv6_address(input: &[u8]) -> Read<'_, ()> {
    verify(rest, is_ipv6).map(|_| ()).parse(input)
}

fn is_ipv6(text: &[u8]) -> bool {
    let gap = text.windows(2).position(|two| two == b"::");
    let Some(gap) = gap else {
        return groups(text, true) == Some(8);
    };
    let (before, after) = text.split_at(gap);
    let after = after.get(2..).unwrap_or_default();
    let count = |part: &[u8], is_last| match part.is_empty() {
        true => Some(0),
        false => groups(part, is_last),
    };
    match (count(before, false), count(after, true)) {
        (Some(before), Some(after)) => before + after < 8,
        _ => false,
    }
}

/// How many h16 the text stands for; none where it is not made of them.
fn groups(text: &[u8], is_last: bool) -> Option<usize> {
    let mut count = 0;
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        let is_h16 = (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_hexdigit);
        count += match (is_h16, is_last && parts.peek().is_none()) {
            (true, _) => 1,
            (false, true) if is_ipv4(part) => 2,
            _ => return None,
        };
    }
    Some(count)
}

// IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
fn is_ipv4(text: &[u8]) -> bool {
    let is_octet = |octet: &[u8]| {
        matches!(
            octet,
            [b'0'..=b'9']
                | [b'1'..=b'9', b'0'..=b'9']
                | [b'1', b'0'..=b'9', b'0'..=b'9']
                | [b'2', b'0'..=b'4', b'0'..=b'9']
                | [b'2', b'5', b'0'..=b'5']
        )
    };
    text.split(|&byte| byte == b'.').count() == 4 && text.split(|&byte| byte == b'.').all(is_octet)
}
