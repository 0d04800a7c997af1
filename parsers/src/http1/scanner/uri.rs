//! Targets and hosts by their delimiters: each is found with memchr, and what lies between two is checked in bulk.

use memchr::{memchr, memchr2, memchr3, memrchr};

use super::{NAME, SCHEME, first_not, is, r};
use crate::core::rule::Rule;

/// The rule that a target breaks; it has at least one byte.
pub(super) fn fault(method: &[u8], target: &[u8]) -> Option<&'static Rule> {
    match (method, target) {
        (b"CONNECT", _) => connect_fault(target),
        (_, [b'/', ..]) | (b"OPTIONS", b"*") => None,
        _ => absolute_fault(target),
    }
}

/// uri-host ":" port
fn connect_fault(target: &[u8]) -> Option<&'static Rule> {
    let foreign = memchr3(b'/', b'?', b'@', target);
    let colon = memrchr(b':', target).filter(|_| foreign.is_none());
    let Some((host, port)) = colon.and_then(|colon| target.split_at_checked(colon)) else {
        return Some(&r::TARGET_FORM);
    };
    if host.is_empty() || !is_host(host) {
        return Some(&r::TARGET_FORM);
    }
    let digits = port.get(1..).unwrap_or(&[]);
    let zeros = first_not(digits, |digit| digit == b'0').unwrap_or(digits.len());
    let number = digits.get(zeros..).unwrap_or(&[]);
    let is_number = first_not(digits, |digit| digit.is_ascii_digit()).is_none();
    let fits = match number.len() {
        0..5 => true,
        5 => number <= &b"65535"[..],
        _ => false,
    };
    let is_port = is_number && fits && !digits.is_empty();
    (!is_port).then_some(&r::CONNECT_PORT)
}

/// scheme ":" and the rest; of http and https, "//" and an authority without userinfo.
fn absolute_fault(target: &[u8]) -> Option<&'static Rule> {
    let form = Some(&r::TARGET_FORM);
    let colon = memchr(b':', target);
    let Some((scheme, rest)) = colon.and_then(|colon| target.split_at_checked(colon)) else {
        return form;
    };
    let begins = scheme.first().is_some_and(u8::is_ascii_alphabetic);
    if !begins || first_not(scheme, is(SCHEME)).is_some() {
        return form;
    }
    let is_http = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
    let Some(rest) = rest.strip_prefix(b"://") else {
        let after = rest.get(1..).unwrap_or(&[]);
        let is_port = first_not(after, |byte| byte.is_ascii_digit()).is_none();
        return form.filter(|_| is_http || is_port && !after.is_empty());
    };
    let end = memchr2(b'/', b'?', rest).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or(rest);
    let at = memrchr(b'@', authority);
    let host = authority.get(at.map_or(0, |at| at + 1)..).unwrap_or(&[]);
    if is_http && (host.is_empty() || host.starts_with(b":")) {
        return Some(&r::TARGET_HOST_EMPTY);
    }
    if is_http && at.is_some() {
        return Some(&r::TARGET_USERINFO);
    }
    form.filter(|_| !is_host_and_port(host))
}

/// uri-host [ ":" port ]
pub(super) fn is_host_and_port(value: &[u8]) -> bool {
    let literal = value.first().filter(|byte| **byte == b'[');
    let from = literal.map_or(Some(0), |_| memchr(b']', value));
    let Some(from) = from else {
        return false;
    };
    let rest = value.get(from..).unwrap_or(&[]);
    let colon = memchr(b':', rest).map_or(value.len(), |at| from + at);
    let (host, port) = value.split_at(colon);
    let digits = port.get(1..).unwrap_or(&[]);
    is_host(host) && first_not(digits, |byte| byte.is_ascii_digit()).is_none()
}

/// IP-literal / reg-name
fn is_host(host: &[u8]) -> bool {
    if let Some(literal) = host.strip_prefix(b"[") {
        let address = literal.strip_suffix(b"]");
        return address.is_some_and(|address| is_later(address) || is_ipv6(address));
    }
    let mut rest = host;
    while let Some(percent) = memchr(b'%', rest) {
        let (name, escape) = rest.split_at(percent);
        let hex = escape.get(1..3).unwrap_or(&[]);
        if hex.len() < 2
            || first_not(hex, |byte| byte.is_ascii_hexdigit()).is_some()
            || first_not(name, is(NAME)).is_some()
        {
            return false;
        }
        rest = escape.get(3..).unwrap_or(&[]);
    }
    first_not(rest, is(NAME)).is_none()
}

/// "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
fn is_later(address: &[u8]) -> bool {
    let is_dot = memchr(b'.', address).filter(|dot| *dot > 1);
    let Some((version, rest)) = is_dot.and_then(|dot| address.split_at_checked(dot)) else {
        return false;
    };
    let (letter, hex) = version.split_at(1);
    let rest = rest.get(1..).unwrap_or(&[]);
    letter.eq_ignore_ascii_case(b"v")
        && first_not(hex, |byte| byte.is_ascii_hexdigit()).is_none()
        && !rest.is_empty()
        && first_not(rest, |byte| byte == b':' || is(NAME)(byte)).is_none()
}

fn is_ipv6(address: &[u8]) -> bool {
    let text = std::str::from_utf8(address);
    text.is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
}
