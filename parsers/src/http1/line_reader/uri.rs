//! Targets and hosts, taken apart as a `urlsplit` does: partition by partition.

use std::net::Ipv6Addr;

use super::super::rules::{CONNECT_PORT, TARGET_FORM, TARGET_HOST_EMPTY, TARGET_USERINFO};
use crate::core::rule::Rule;

/// What lies before the first `separator` and, if there is one, after it.
fn partition(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    match memchr::memchr(separator, text) {
        Some(at) => (
            text.get(..at).unwrap_or(text),
            Some(text.get(at + 1..).unwrap_or(&[])),
        ),
        None => (text, None),
    }
}

/// As [`partition`], at the last one: what lies before it, if there is one, and after it.
fn rpartition(text: &[u8], separator: u8) -> (Option<&[u8]>, &[u8]) {
    match memchr::memrchr(separator, text) {
        Some(at) => (
            Some(text.get(..at).unwrap_or(text)),
            text.get(at + 1..).unwrap_or(&[]),
        ),
        None => (None, text),
    }
}

/// The rule that a target breaks.
pub(super) fn target(is_connect: bool, is_options: bool, target: &[u8]) -> Option<&'static Rule> {
    if is_connect {
        return connect(target);
    }
    match target {
        [b'/', ..] => return None,
        b"*" if is_options => return None,
        [b'a'..=b'z' | b'A'..=b'Z', ..] => {}
        _ => return Some(&TARGET_FORM),
    }
    let (scheme, rest) = partition(target, b':');
    let of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let Some(rest) = rest.filter(|_| scheme.iter().all(of_scheme)) else {
        return Some(&TARGET_FORM);
    };
    let is_http = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
    let [b'/', b'/', rest @ ..] = rest else {
        let looks_like_a_port = matches!(rest, [_, ..]) && rest.iter().all(u8::is_ascii_digit);
        return (is_http || looks_like_a_port).then_some(&TARGET_FORM);
    };
    let (netloc, _) = partition(partition(rest, b'/').0, b'?');
    let (user, host) = rpartition(netloc, b'@');
    match host {
        [] | [b':', ..] if is_http => Some(&TARGET_HOST_EMPTY),
        _ if is_http && user.is_some() => Some(&TARGET_USERINFO),
        _ if is_netloc(host) => None,
        _ => Some(&TARGET_FORM),
    }
}

/// The rule that a target of CONNECT breaks.
fn connect(target: &[u8]) -> Option<&'static Rule> {
    let (Some(host), port) = rpartition(target, b':') else {
        return Some(&TARGET_FORM);
    };
    if memchr::memchr3(b'/', b'?', b'@', target).is_some() || host.is_empty() || !is_host(host) {
        return Some(&TARGET_FORM);
    }
    let digits = port.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(port).ok().filter(|_| digits);
    let port = text.and_then(|text| text.parse::<u16>().ok());
    port.is_none().then_some(&CONNECT_PORT)
}

/// Whether these are a host, and after a colon digits or nothing.
pub(super) fn is_netloc(netloc: &[u8]) -> bool {
    let (host, port) = match netloc {
        [b'[', ..] => {
            let (before, after) = rpartition(netloc, b']');
            let Some(before) = before else {
                return false;
            };
            let host = netloc.get(..before.len() + 1).unwrap_or(netloc);
            match after {
                [] => (host, None),
                [b':', port @ ..] => (host, Some(port)),
                _ => return false,
            }
        }
        _ => partition(netloc, b':'),
    };
    is_host(host) && port.is_none_or(|port| port.iter().all(u8::is_ascii_digit))
}

fn is_host(host: &[u8]) -> bool {
    if let [b'[', inner @ .., b']'] = host {
        return is_ip(inner);
    }
    let (name, mut escapes) = partition(host, b'%');
    let mut names = name.iter().all(of_name);
    while let Some(escape) = escapes {
        let (piece, more) = partition(escape, b'%');
        let (hex, name) = piece.split_at(piece.len().min(2));
        names &= hex.len() == 2 && hex.iter().all(u8::is_ascii_hexdigit);
        names &= name.iter().all(of_name);
        escapes = more;
    }
    names
}

/// unreserved / sub-delims
fn of_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(byte)
}

/// An IPv6address, or `v`, hexadecimal digits, a dot and something.
fn is_ip(text: &[u8]) -> bool {
    if let [b'v' | b'V', future @ ..] = text {
        let (version, address) = partition(future, b'.');
        let of_address = |byte: &u8| *byte == b':' || of_name(byte);
        let is_version = !version.is_empty() && version.iter().all(u8::is_ascii_hexdigit);
        let is_address = |address: &[u8]| !address.is_empty() && address.iter().all(of_address);
        return is_version && address.is_some_and(is_address);
    }
    let text = std::str::from_utf8(text);
    text.is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok())
}
