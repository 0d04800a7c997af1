//! The form of a target: its authority, and the host and the port in it, or in Host.

use super::super::leniencies::*;
use super::super::restrictions::{TARGET_ANGLES, TARGET_SLASHES};
use super::super::rules::*;
use super::Reader;
use super::bytes::is_reg_name;
use super::request_line::Method;
use crate::core::parser::{Draft, Stop};

/// A part of a target that does not conform.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flaw {
    /// It is in none of the forms that its method takes.
    Form,
    HostEmpty,
    Userinfo,
    /// What should be a host, or a host and a port, is none.
    Authority,
    /// The port of CONNECT is empty, or no number.
    Port,
    /// The port of CONNECT is a number above 65535.
    PortLarge,
}

impl Reader<'_> {
    pub(super) fn target_form(
        &self,
        start: usize,
        end: usize,
        method: Method,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let target = self.slice(start, end);
        let has_angle = |target: &[u8]| target.iter().any(|byte| b"<>`".contains(byte));
        if self.restricts(&TARGET_ANGLES) && has_angle(target) {
            return Err(draft.restrict(&TARGET_ANGLES, start));
        }
        let flaws = match (method, target) {
            (Method::Connect, _) => of_connect(target),
            (_, [b'/', ..]) | (Method::Options, b"*") => return Ok(()),
            _ => of_absolute(target),
        };
        let is_plain = method != Method::Connect && flaws == [None; 3];
        if is_plain && self.restricts(&TARGET_SLASHES) && !has_slashes(target) {
            return Err(draft.restrict(&TARGET_SLASHES, start));
        }
        for flaw in flaws.into_iter().flatten() {
            let (by, rule): (&[&'static crate::Leniency], _) = match flaw {
                Flaw::HostEmpty => (&[&TARGET_HOST_NONE], &TARGET_HOST_EMPTY),
                Flaw::Userinfo => (&[&TARGET_USER], &TARGET_USERINFO),
                Flaw::Port => (&[&CONNECT_PORT_ANY], &CONNECT_PORT),
                Flaw::PortLarge => (&[&CONNECT_PORT_ANY, &CONNECT_PORT_LARGE], &CONNECT_PORT),
                Flaw::Authority if self.is_loose_authority(target, method) => (
                    &[&TARGET_CONNECT, &TARGET_ANY_FORM, &TARGET_AUTHORITY],
                    &TARGET_FORM,
                ),
                Flaw::Form | Flaw::Authority => (
                    &[&TARGET_CONNECT, &TARGET_ASTERISK, &TARGET_ANY_FORM],
                    &TARGET_FORM,
                ),
            };
            let fits = |leniency: &crate::Leniency| match leniency {
                _ if leniency == &TARGET_CONNECT => method == Method::Connect,
                _ if leniency == &TARGET_ASTERISK => target.first() == Some(&b'*'),
                _ => true,
            };
            let by = by
                .iter()
                .find(|leniency| fits(leniency) && self.has(leniency));
            match by {
                Some(leniency) => draft.relax(leniency, start),
                None => return Err(draft.reject(rule, start)),
            }
        }
        Ok(())
    }

    /// Whether a target has what readers that look for its ends only read as an authority.
    fn is_loose_authority(&self, target: &[u8], method: Method) -> bool {
        if method != Method::Connect {
            return has_slashes(target);
        }
        let colon = memchr::memrchr(b':', target).unwrap_or(0);
        let host = target.get(..colon).unwrap_or(&[]);
        !host.is_empty() && !host.iter().any(|byte| b"/?@".contains(byte))
    }
}

/// Whether :// and another byte follow a scheme.
fn has_slashes(target: &[u8]) -> bool {
    let colon = memchr::memchr(b':', target).unwrap_or(target.len());
    let rest = target.get(colon..).unwrap_or(&[]);
    rest.len() > 3 && rest.starts_with(b"://")
}

/// The flaws of a target of CONNECT, in the order in which they are cited.
fn of_connect(target: &[u8]) -> [Option<Flaw>; 3] {
    let is_other = target.iter().any(|byte| b"/?#@".contains(byte));
    let colon = memchr::memrchr(b':', target).filter(|_| !is_other);
    let Some(colon) = colon else {
        return [Some(Flaw::Form), None, None];
    };
    let (host, port) = target.split_at(colon);
    let digits = port.get(1..).unwrap_or(&[]);
    let authority = (host.is_empty() || !is_host(host, |_| true)).then_some(Flaw::Authority);
    let port = if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        Some(Flaw::Port)
    } else {
        let number = digits.iter().fold(0u32, |number, digit| {
            (number * 10 + u32::from(digit - b'0')).min(65536)
        });
        (number > 65535).then_some(Flaw::PortLarge)
    };
    [authority, port, None]
}

/// The flaws of a target that should be in absolute-form, in the order in which they are cited.
fn of_absolute(target: &[u8]) -> [Option<Flaw>; 3] {
    let none = [None; 3];
    let form = [Some(Flaw::Form), None, None];
    let is_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let length = target.iter().take_while(|byte| is_of_scheme(byte)).count();
    let (scheme, rest) = target.split_at(length);
    let [b':', rest @ ..] = rest else {
        return form;
    };
    if !scheme.first().is_some_and(u8::is_ascii_alphabetic) {
        return form;
    }
    let is_http = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
    let [b'/', b'/', rest @ ..] = rest else {
        let is_port = !rest.is_empty() && rest.iter().all(u8::is_ascii_digit);
        return if is_http || is_port { form } else { none };
    };
    let end = rest.iter().position(|byte| b"/?#".contains(byte));
    let authority = rest.get(..end.unwrap_or(rest.len())).unwrap_or(&[]);
    let at = memchr::memrchr(b'@', authority);
    let host = authority.get(at.map_or(0, |at| at + 1)..).unwrap_or(&[]);
    let is_empty = matches!(host, [] | [b':', ..]);
    [
        (is_http && is_empty).then_some(Flaw::HostEmpty),
        (is_http && at.is_some()).then_some(Flaw::Userinfo),
        (!is_host_and_port(host, |_| true)).then_some(Flaw::Authority),
    ]
}

/// Whether these are a host and, after a colon, a port of any number of digits.
fn is_host_and_port(value: &[u8], is_of_name: impl Fn(u8) -> bool) -> bool {
    let colon = match value.first() {
        Some(b'[') => memchr::memchr(b']', value).map_or(value.len(), |end| end + 1),
        _ => memchr::memchr(b':', value).unwrap_or(value.len()),
    };
    let (host, port) = value.split_at(colon);
    let is_port = match port {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    is_port && is_host(host, is_of_name)
}

/// Whether a value of Host is one that RFC 9110 knows.
pub(super) fn is_host_value(value: &[u8]) -> bool {
    is_host_and_port(value, |byte| is_reg_name(byte) || byte == b'%')
}

/// Whether this is an IP-literal or a reg-name, whose bytes `is_of_name` tells apart from others; an empty one is a reg-name.
fn is_host(host: &[u8], is_of_name: impl Fn(u8) -> bool) -> bool {
    if let [b'[', address @ .., b']'] = host {
        return is_literal(address);
    }
    let mut rest = host;
    while let [byte, more @ ..] = rest {
        rest = match (byte, more) {
            (b'%', [high, low, more @ ..]) => {
                if !(high.is_ascii_hexdigit() && low.is_ascii_hexdigit()) {
                    return false;
                }
                more
            }
            (b'[' | b']' | b':' | b'@' | b'%', _) => return false,
            (&byte, _) if !is_of_name(byte) => return false,
            _ => more,
        };
    }
    true
}

fn is_literal(address: &[u8]) -> bool {
    if let [b'v' | b'V', future @ ..] = address {
        let digits = future.iter().take_while(|byte| byte.is_ascii_hexdigit());
        let (digits, rest) = future.split_at(digits.count());
        let is_of_address = |&byte: &u8| is_reg_name(byte) || byte == b':';
        return !digits.is_empty()
            && matches!(rest, [b'.', rest @ ..] if !rest.is_empty() && rest.iter().all(is_of_address));
    }
    let text = std::str::from_utf8(address).ok();
    text.is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
}
