//! What a restricted dialect rejects of a head that is otherwise taken.

use super::super::leniencies::PROXY_CONNECTION;
use super::super::restrictions::*;
use super::bytes::{is_token, trim};
use super::field::{FieldsEnd, label};
use super::head::Notes;
use super::request_line::{Method, RequestLine};
use super::{Body, Reader};
use crate::core::parser::{Draft, Stop};
use crate::core::rule::Restriction;

impl Reader<'_> {
    /// Rejects a header section by its size.
    #[cold]
    pub(super) fn restrict_head(
        &self,
        line: &RequestLine,
        fields: &FieldsEnd,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let limits = [
            (&FIELDS_64, fields.count > 64),
            (&HEAD_2048, fields.end > 2048),
            (&HEAD_8192, fields.end > 8192),
        ];
        self.restrict(&limits, line.start, draft)
    }

    /// Rejects a head by what its fields say of the framing.
    #[cold]
    pub(super) fn restrict_framing(
        &self,
        line: &RequestLine,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let target = self.slice(line.target.0, line.target.1);
        let authority = authority(target).map(host_and_port);
        let named = notes.of(label::HOST).next();
        let named = named.map(|note| self.noted(note, notes.text));
        let host = named.unwrap_or(&[]);
        let (has_coding, has_length) = (notes.has(label::CODING), notes.has(label::LENGTH));
        let mut trimmed = notes.of(label::HOST).chain(notes.of(label::LENGTH));
        let limits = [
            (
                &HOST_MATCHES,
                !host.is_empty() && authority.is_some_and(|target| target != host_and_port(host)),
            ),
            (
                &HOST_REPEATS,
                named.is_some_and(|host| !repeats(host, line.method, target)),
            ),
            (
                &POST_10_LENGTH,
                line.is_10 && line.method == Method::Post && !has_coding && !has_length,
            ),
            (
                &VALUE_TRAILING,
                trimmed.any(|note| self.has_space_after(note)),
            ),
            (&CONNECTION_SYNTAX, self.is_odd_connection(notes)),
            (&FRAMING_BOTH, has_coding && has_length),
            (&LENGTH_ONCE, notes.of(label::LENGTH).nth(1).is_some()),
            (
                &LENGTH_TAB,
                notes.of(label::LENGTH).any(|note| self.has_tab_after(note)),
            ),
        ];
        self.restrict(&limits, line.start, draft)
    }

    /// Whether a Connection field is no list of tokens.
    fn is_odd_connection(&self, notes: &Notes<'_>) -> bool {
        let proxy = notes.of(label::PROXY_CONNECTION);
        let proxy = proxy.filter(|_| self.has(&PROXY_CONNECTION));
        let mut fields = notes.of(label::CONNECTION).chain(proxy);
        fields.any(|note| {
            let mut options = self.noted(note, notes.text).split(|&byte| byte == b',');
            options.any(|option| !trim(option).1.iter().all(|&byte| is_token(byte)))
        })
    }

    /// Rejects a Content-Length by its number; the field is at `at`.
    #[cold]
    pub(super) fn restrict_length(
        &self,
        method: Method,
        body: Body,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let length = match body {
            Body::Length(length) => length,
            _ => return Ok(()),
        };
        let limits = [
            (&LENGTH_32, length >> 32 != 0),
            (&LENGTH_63, length >> 63 != 0),
            (
                &GET_HEAD_LENGTH,
                length > 0 && matches!(method, Method::Get | Method::Head),
            ),
        ];
        self.restrict(&limits, at, draft)
    }

    /// Rejects by the first of these restrictions that the dialect has and whose limit is exceeded.
    pub(super) fn restrict(
        &self,
        limits: &[(&'static Restriction, bool)],
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<(), Stop> {
        let mut limits = limits.iter();
        match limits.find(|(restriction, is_beyond)| *is_beyond && self.restricts(restriction)) {
            Some((restriction, _)) => Err(draft.restrict(restriction, at)),
            None => Ok(()),
        }
    }
}

/// The two parts of an authority: the host, and the number of the port if that is one.
fn host_and_port(authority: &[u8]) -> (&[u8], &[u8]) {
    let colon = memchr::memrchr(b':', authority).filter(|_| !authority.ends_with(b"]"));
    let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
    let digits = port.get(1..).unwrap_or(&[]);
    match digits.iter().all(u8::is_ascii_digit) {
        true => (host, digits),
        false => (host, &[]),
    }
}

/// Whether Host is what a target in absolute-form, or one of CONNECT, has for its authority; of the latter, its host will do.
fn repeats(host: &[u8], method: Method, target: &[u8]) -> bool {
    let is_connect = method == Method::Connect;
    let is_absolute = memchr::memmem::find(target, b"://").is_some();
    let authority = authority(target).filter(|_| is_connect || is_absolute);
    authority.is_none_or(|authority| {
        host == authority || is_connect && host == host_and_port(authority).0
    })
}

/// The authority that a target in absolute-form or authority-form has.
fn authority(target: &[u8]) -> Option<&[u8]> {
    if matches!(target.first(), None | Some(b'/' | b'*')) {
        return None;
    }
    let scheme = memchr::memmem::find(target, b"://").map_or(0, |at| at + 3);
    let rest = target.get(scheme..).unwrap_or(&[]);
    let end = rest.iter().position(|byte| b"/?#".contains(byte));
    rest.get(..end.unwrap_or(rest.len()))
}
