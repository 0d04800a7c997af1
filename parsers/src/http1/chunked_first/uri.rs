//! The targets that are no paths, and hosts, by a cursor over their bytes.

use super::super::rules::*;
use super::{ALPHA, Class, DIGIT, HEXDIG, REG_NAME, class, holds};
use crate::core::rule::Rule;

/// What is left of an element.
struct Rest<'i>(&'i [u8]);

impl<'i> Rest<'i> {
    fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Takes this byte, if it is the next one.
    fn takes(&mut self, byte: u8) -> bool {
        let takes = self.peek() == Some(byte);
        if takes {
            self.0 = self.0.get(1..).unwrap_or(&[]);
        }
        takes
    }

    /// Takes all bytes of a class, up to `most` of them.
    fn run(&mut self, class: Class, most: usize) -> &'i [u8] {
        let run = self
            .0
            .iter()
            .take(most)
            .take_while(|&&byte| holds(class, byte));
        let (run, rest) = self.0.split_at(run.count());
        self.0 = rest;
        run
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// uri-host = IP-literal / IPv4address / reg-name
    fn uri_host(&mut self) -> bool {
        if self.takes(b'[') {
            let end = self.0.iter().position(|&byte| byte == b']');
            let Some((address, rest)) = end.and_then(|end| self.0.split_at_checked(end)) else {
                return false;
            };
            self.0 = rest;
            return self.takes(b']') && is_address(address);
        }
        loop {
            self.run(REG_NAME, usize::MAX);
            if !self.takes(b'%') {
                return true;
            }
            if self.run(HEXDIG, 2).len() < 2 {
                return false;
            }
        }
    }
}

/// authority-form = uri-host ":" port
pub(super) fn authority_form(target: &[u8]) -> Result<(), &'static Rule> {
    let mut rest = Rest(target);
    let is_host = rest.uri_host() && rest.0.len() < target.len() && rest.takes(b':');
    let is_other = target.iter().any(|&byte| holds(class(b"/?@"), byte));
    let has_more = rest.0.contains(&b':');
    if !is_host || is_other || has_more {
        return Err(&TARGET_FORM);
    }
    let digits = rest.run(DIGIT, usize::MAX);
    let number = digits.iter().fold(0u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    match rest.is_empty() && !digits.is_empty() && number <= u64::from(u16::MAX) {
        true => Ok(()),
        false => Err(&CONNECT_PORT),
    }
}

/// absolute-URI = scheme ":" hier-part [ "?" query ]
pub(super) fn absolute_form(target: &[u8]) -> Result<(), &'static Rule> {
    let mut rest = Rest(target);
    let scheme = rest.run(ALPHA | DIGIT | class(b"+-."), usize::MAX);
    if !scheme.first().is_some_and(|&byte| holds(ALPHA, byte)) || !rest.takes(b':') {
        return Err(&TARGET_FORM);
    }
    let is_http = [&b"http"[..], b"https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    if !rest.0.starts_with(b"//") {
        // What looks like a host and a port is the authority-form.
        let is_port = !rest.is_empty() && rest.0.iter().all(|&byte| holds(DIGIT, byte));
        return match is_http || is_port {
            true => Err(&TARGET_FORM),
            false => Ok(()),
        };
    }
    let authority = rest.0.get(2..).unwrap_or(&[]);
    let authority = authority.split(|&byte| holds(class(b"/?"), byte)).next();
    let authority = authority.unwrap_or(&[]);
    let at = authority.iter().rposition(|&byte| byte == b'@');
    let host = authority.split_at(at.map_or(0, |at| at + 1)).1;
    if is_http && matches!(host.first(), None | Some(b':')) {
        return Err(&TARGET_HOST_EMPTY);
    }
    if is_http && at.is_some() {
        return Err(&TARGET_USERINFO);
    }
    match is_host(host) {
        true => Ok(()),
        false => Err(&TARGET_FORM),
    }
}

/// Host = uri-host [ ":" port ]
pub(super) fn is_host(value: &[u8]) -> bool {
    let mut rest = Rest(value);
    if !rest.uri_host() {
        return false;
    }
    if rest.takes(b':') {
        rest.run(DIGIT, usize::MAX);
    }
    rest.is_empty()
}

/// IPv6address / IPvFuture
fn is_address(address: &[u8]) -> bool {
    let mut rest = Rest(address);
    if rest.takes(b'v') || rest.takes(b'V') {
        let version = rest.run(HEXDIG, usize::MAX);
        let is_dotted = rest.takes(b'.');
        let address = rest.run(REG_NAME | class(b":"), usize::MAX);
        return is_dotted && !version.is_empty() && !address.is_empty() && rest.is_empty();
    }
    let text = std::str::from_utf8(address).ok();
    text.is_some_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
}
