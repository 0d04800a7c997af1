//! Hosts and ports, a byte at a time.

use super::rules;
use crate::core::rule::Rule;

/// Where in a host, and the port after it, the next byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Name,
    /// So many hexadecimal digits of an escape are to come.
    Escape(u8),
    Literal,
    LiteralEnd,
    Port,
    Wrong,
}

/// Whether the text is a host and, after a colon, digits or nothing. `of_name` tells the bytes of a name.
fn is_host_and_port(text: &[u8], of_name: fn(u8) -> bool) -> bool {
    let mut at = At::Start;
    let mut literal = 0..0;
    for (nth, &byte) in text.iter().enumerate() {
        at = match (at, byte) {
            (At::Start, b'[') => {
                literal = nth + 1..nth + 1;
                At::Literal
            }
            (At::Literal, b']') => {
                literal.end = nth;
                At::LiteralEnd
            }
            (At::Literal, _) => At::Literal,
            (At::Start | At::Name | At::LiteralEnd, b':') => At::Port,
            (At::Start | At::Name, b'%') => At::Escape(2),
            (At::Escape(2), _) if byte.is_ascii_hexdigit() => At::Escape(1),
            (At::Escape(1), _) if byte.is_ascii_hexdigit() => At::Name,
            (At::Start | At::Name, b'[' | b']' | b'@') => At::Wrong,
            (At::Start | At::Name, _) if of_name(byte) => At::Name,
            (At::Port, b'0'..=b'9') => At::Port,
            _ => At::Wrong,
        };
    }
    let whole = matches!(at, At::Start | At::Name | At::LiteralEnd | At::Port);
    let is_literal = text.first() == Some(&b'[');
    whole && (!is_literal || text.get(literal).is_some_and(is_address))
}

/// Host = uri-host [ ":" port ]
pub(super) fn is_host_value(value: &[u8]) -> bool {
    is_host_and_port(value, is_unescaped)
}

/// unreserved / sub-delims
fn is_unescaped(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte)
}

/// The rule that the target of CONNECT breaks, which should be a host, a colon and a port. Bytes that no URI holds have
/// been let in, and count as bytes of a name.
pub(super) fn connect_fault(target: &[u8]) -> Option<&'static Rule> {
    let Some(colon) = target.iter().rposition(|&byte| byte == b':') else {
        return Some(&rules::TARGET_FORM);
    };
    let (host, port) = target.split_at(colon);
    let has_port = match host {
        [b'[', .., b']'] => false,
        _ => host.contains(&b':'),
    };
    if host.is_empty() || has_port || !is_host_and_port(host, |_| true) {
        return Some(&rules::TARGET_FORM);
    }
    let mut number: Option<u32> = None;
    for &byte in port.iter().skip(1) {
        let digit = match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            _ => return Some(&rules::CONNECT_PORT),
        };
        number = Some((number.unwrap_or(0) * 10 + digit).min(65_536));
    }
    match number {
        Some(0..=65_535) => None,
        _ => Some(&rules::CONNECT_PORT),
    }
}

/// The rule that an authority breaks, by what comes after its last at sign.
pub(super) fn authority_fault(authority: &[u8], is_http: bool) -> Option<&'static Rule> {
    let mut host = authority;
    let mut has_user = false;
    while let Some(at) = host.iter().position(|&byte| byte == b'@') {
        has_user = true;
        host = host.get(at + 1..).unwrap_or(&[]);
    }
    match host.first() {
        None | Some(b':') if is_http => Some(&rules::TARGET_HOST_EMPTY),
        _ if is_http && has_user => Some(&rules::TARGET_USERINFO),
        _ if is_host_and_port(host, |_| true) => None,
        _ => Some(&rules::TARGET_FORM),
    }
}

/// IPv6address / IPvFuture
fn is_address(text: &[u8]) -> bool {
    if let [b'v' | b'V', rest @ ..] = text {
        let mut parts = rest.splitn(2, |&byte| byte == b'.');
        let version = parts.next().unwrap_or(&[]);
        let address = parts.next().unwrap_or(&[]);
        let of_address = |&byte: &u8| is_unescaped(byte) || byte == b':';
        return !version.is_empty()
            && version.iter().all(u8::is_ascii_hexdigit)
            && !address.is_empty()
            && address.iter().all(of_address);
    }
    let begins_alone = text.first() == Some(&b':') && text.get(1) != Some(&b':');
    let ends_alone = text.ends_with(b":") && !text.ends_with(b"::");
    if text == b"::" {
        return true;
    }
    if begins_alone || ends_alone {
        return false;
    }
    // Of the two colons at an end, one is as good as none.
    let text = match text {
        [b':', rest @ ..] => rest,
        _ => text,
    };
    let text = match text.ends_with(b"::") {
        true => text.get(..text.len() - 1).unwrap_or(text),
        false => text,
    };
    let (mut groups, mut gaps) = (0, 0);
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match part {
            [] => gaps += 1,
            _ if part.len() <= 4 && part.iter().all(u8::is_ascii_hexdigit) => groups += 1,
            _ if is_last && is_dotted(part) => groups += 2,
            _ => return false,
        }
    }
    match gaps {
        0 => groups == 8,
        1 => groups < 8,
        _ => false,
    }
}

/// IPv4address
fn is_dotted(text: &[u8]) -> bool {
    let mut count = 0;
    for octet in text.split(|&byte| byte == b'.') {
        if !octet.iter().all(u8::is_ascii_digit) || !(1..=3).contains(&octet.len()) {
            return false;
        }
        let number = octet
            .iter()
            .fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        if number > 255 || octet.len() > 1 && octet.first() == Some(&b'0') {
            return false;
        }
        count += 1;
    }
    count == 4
}
