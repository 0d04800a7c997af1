//! The request-line, with what may come before it.

use super::super::leniencies::*;
use super::super::restrictions::{
    CONNECT_REJECTED, HTTP_10_REJECTED, METHOD_KNOWN, METHOD_UPPER, TOKEN_32,
};
use super::super::rules::*;
use super::Reader;
use super::bytes::{is_target, is_token, target_length, token_length};
use crate::Leniency;
use crate::core::facts::FactKind;
use crate::core::parser::{Draft, Next, Stop};

/// The methods on which framing can depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Connect,
    Delete,
    Get,
    Head,
    Options,
    Other,
    Post,
    Trace,
}

impl Method {
    fn of(name: &[u8]) -> Self {
        match name {
            b"CONNECT" => Self::Connect,
            b"DELETE" => Self::Delete,
            b"GET" => Self::Get,
            b"HEAD" => Self::Head,
            b"OPTIONS" => Self::Options,
            b"POST" => Self::Post,
            b"TRACE" => Self::Trace,
            _ => Self::Other,
        }
    }
}

/// The methods registered with IANA, but PRI, which no request has, and those of UPnP and of caches that parsers know besides.
static METHODS: &[&[u8]] = &[
    b"ACL",
    b"BASELINE-CONTROL",
    b"BIND",
    b"CHECKIN",
    b"CHECKOUT",
    b"CONNECT",
    b"COPY",
    b"DELETE",
    b"GET",
    b"HEAD",
    b"LABEL",
    b"LINK",
    b"LOCK",
    b"M-SEARCH",
    b"MERGE",
    b"MKACTIVITY",
    b"MKCALENDAR",
    b"MKCOL",
    b"MKREDIRECTREF",
    b"MKWORKSPACE",
    b"MOVE",
    b"NOTIFY",
    b"OPTIONS",
    b"ORDERPATCH",
    b"PATCH",
    b"POST",
    b"PROPFIND",
    b"PROPPATCH",
    b"PURGE",
    b"PUT",
    b"QUERY",
    b"REBIND",
    b"REPORT",
    b"SEARCH",
    b"SOURCE",
    b"SUBSCRIBE",
    b"TRACE",
    b"UNBIND",
    b"UNCHECKOUT",
    b"UNLINK",
    b"UNLOCK",
    b"UNSUBSCRIBE",
    b"UPDATE",
    b"UPDATEREDIRECTREF",
    b"VERSION-CONTROL",
];

/// Whether the word is a method that is registered.
pub(super) fn is_registered(word: &[u8]) -> bool {
    METHODS.contains(&word)
}

/// What the request-line says.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequestLine {
    /// Its first byte, after all that was skipped.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    pub method: Method,
    /// Where the target begins and ends, if it is not in origin-form.
    pub target: (usize, usize),
    /// Whether the version is a later one than HTTP/1.1.
    pub is_later: bool,
    /// Whether the message is one of HTTP/1.0.
    pub is_10: bool,
    /// For a message without a header section (a request of HTTP/0.9, the preface of another protocol):
    /// what happens to the connection after it.
    pub whole: Option<Next>,
    /// Whether Host is not asked for, the line being a status-line.
    pub needs_no_host: bool,
    /// Whether the connection lasts though the message is one of HTTP/1.0.
    pub persists: bool,
    /// How many of its three parts it has, from the method on.
    pub words: u8,
}

impl Reader<'_> {
    #[inline]
    pub(super) fn request_line(&self, draft: &mut Draft<'_>) -> Result<RequestLine, Stop> {
        match self.plain_request_line() {
            Some(line) => {
                if self.keeps_facts {
                    let method_end = token_length(self.input);
                    let version = line.end - b"HTTP/1.1\r\n".len();
                    let target = (method_end + 1, version - 1);
                    self.state_line((0, method_end), target, (version, line.end - 2), draft);
                }
                Ok(line)
            }
            None => self.odd_request_line(draft),
        }
    }

    /// States the words of the request-line, each from its first byte to the byte after it.
    #[cold]
    fn state_line(
        &self,
        method: (usize, usize),
        target: (usize, usize),
        version: (usize, usize),
        draft: &mut Draft<'_>,
    ) {
        let words = [
            (FactKind::Method, method),
            (FactKind::Target, target),
            (FactKind::Version, version),
        ];
        for (kind, (start, end)) in words {
            draft.fact(kind, start, b"", self.slice(start, end));
        }
    }

    /// The request-line when it conforms and no leniency could read it otherwise.
    #[inline]
    fn plain_request_line(&self) -> Option<RequestLine> {
        let (method, method_end) = match self.input {
            [b'G', b'E', b'T', b' ', ..] => (Method::Get, 3),
            [b'P', b'O', b'S', b'T', b' ', ..] => (Method::Post, 4),
            _ => {
                let end = token_length(self.input);
                (Method::of(self.slice(0, end)), end)
            }
        };
        let target = method_end + 1;
        if method == Method::Connect || self.peek(method_end) != Some(b' ') || method_end == 0 {
            return None;
        }
        if method == Method::Other
            && (self.has(&METHOD_ANY_CASE)
                || self.restricts(&METHOD_KNOWN)
                || self.restricts(&TOKEN_32)
                || self.restricts(&METHOD_UPPER))
        {
            return None;
        }
        if self.peek(target) != Some(b'/') {
            return None;
        }
        let version = target + target_length(self.rest(target));
        // Compared whole: a match would look at one byte after the other.
        let rest = self.rest(version).first_chunk::<11>()?;
        let is_10 = rest == b" HTTP/1.0\r\n";
        if !is_10 && rest != b" HTTP/1.1\r\n" || is_10 && self.restricts(&HTTP_10_REJECTED) {
            return None;
        }
        let end = version + 11;
        Some(RequestLine {
            start: 0,
            end,
            method,
            target: (0, 0),
            is_later: false,
            is_10,
            whole: None,
            needs_no_host: false,
            persists: false,
            words: 3,
        })
    }

    #[cold]
    fn odd_request_line(&self, draft: &mut Draft<'_>) -> Result<RequestLine, Stop> {
        let start = self.leading(draft)?;
        if let Some(line) = self.other_protocol(start, draft)? {
            return Ok(line);
        }
        let absent = match self.blank_line(start)? {
            Some(end) => {
                draft.relax(&METHOD_ABSENT, start);
                Some((start, end))
            }
            None => self.target_absent(start, draft)?,
        };
        if let Some((word, end)) = absent {
            if self.keeps_facts {
                self.state_line((start, word), (word, word), (word, word), draft);
            }
            return Ok(RequestLine {
                start,
                end,
                method: Method::of(self.slice(start, word)),
                target: (0, 0),
                is_later: false,
                is_10: true,
                whole: None,
                needs_no_host: false,
                persists: false,
                words: 1,
            });
        }
        let method_end = self.method(start, draft)?;
        let method = self.known_method(start, method_end, draft);
        if method == Method::Connect && self.restricts(&CONNECT_REJECTED) {
            return Err(draft.restrict(&CONNECT_REJECTED, start));
        }
        let is_empty = !self.has(&REQUEST_LINE_SPACES)
            && self.need(method_end + 1)? == b' '
            && self.relax(&TARGET_EMPTY, method_end + 1, draft);
        let (target, target_end) = if is_empty {
            (method_end + 1, method_end + 1)
        } else {
            let target = self.separator(method_end + 1, draft)?;
            (target, self.target(target, draft)?)
        };
        let mut line = RequestLine {
            start,
            end: 0,
            method,
            target: (target, target_end),
            is_later: false,
            is_10: true,
            whole: None,
            needs_no_host: false,
            persists: false,
            words: 3,
        };
        if let Some(end) = self.version_absent(target, target_end, draft, &mut line)? {
            let words = 2;
            if self.keeps_facts {
                let absent = (target_end, target_end);
                self.state_line((start, method_end), line.target, absent, draft);
            }
            return Ok(RequestLine { end, words, ..line });
        }
        if !is_empty {
            self.target_form(target, target_end, method, draft)?;
        }
        let version = self.separator(target_end + 1, draft)?;
        let found = self.version(version, draft)?;
        line.is_10 = found.is_10;
        line.is_later = found.is_later;
        line.end = self.request_line_end(found.end, draft)?;
        if self.keeps_facts {
            let version = (version, found.end);
            self.state_line((start, method_end), line.target, version, draft);
        }
        Ok(line)
    }

    /// Skips what may be skipped before a request-line.
    fn leading(&self, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let mut at = 0;
        let mut crlf_taken = false;
        loop {
            let begins_line = at == 0 || self.peek(at - 1) == Some(b'\n');
            if begins_line && self.blank_line(at)?.is_some() {
                return Ok(at);
            }
            match self.need(at)? {
                b'\r' => {
                    let many = self.has(&LEADING_CRLFS);
                    let one = self.has(&LEADING_CRLF) && !crlf_taken;
                    let bare = self.has(&LEADING_CR);
                    if !(many || one || bare) {
                        return Err(draft.reject(&LEADING_EMPTY_LINE, at));
                    }
                    let is_crlf = self.need(at + 1)? == b'\n';
                    match (is_crlf, one, many, bare) {
                        (true, true, ..) => draft.relax(&LEADING_CRLF, at),
                        (true, _, true, _) => draft.relax(&LEADING_CRLFS, at),
                        (false, .., true) => draft.relax(&LEADING_CR, at),
                        _ => return Err(draft.reject(&LEADING_EMPTY_LINE, at)),
                    }
                    crlf_taken |= is_crlf;
                    at += 1 + usize::from(is_crlf);
                }
                b'\n' if self.relax(&LEADING_LF, at, draft) => at += 1,
                b'\n' => return Err(draft.reject(&LEADING_EMPTY_LINE, at)),
                b' ' | b'\t' if self.relax(&LEADING_SPACE, at, draft) => at += 1,
                0 if self.relax(&LEADING_NUL, at, draft) => at += 1,
                0..=8 | 0x0b..=0x1f | 0x7f if self.relax(&LEADING_CONTROLS, at, draft) => at += 1,
                _ => return Ok(at),
            }
        }
    }

    /// The byte after the line at `at`, where that has whitespace only, is neither CRLF nor LF, and the dialect accepts
    /// it for a request-line.
    fn blank_line(&self, at: usize) -> Result<Option<usize>, Stop> {
        if !self.has(&METHOD_ABSENT) {
            return Ok(None);
        }
        let rest = self.rest(at);
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c);
        let blanks = rest.iter().take_while(|byte| is_blank(byte)).count();
        let is_ended = self.need(at + blanks)? == b'\n';
        let is_empty = blanks == 0 || rest.starts_with(b"\r\n");
        Ok((is_ended && !is_empty).then_some(at + blanks + 1))
    }

    /// The byte after the CRs from `at` on, where they are whitespace to this dialect: no line ends with them.
    pub(super) fn cr_space(&self, at: usize) -> Result<Option<usize>, Stop> {
        if !self.has(&REQUEST_LINE_CR_SPACE) || self.peek(at) != Some(b'\r') {
            return Ok(None);
        }
        let crs = self.rest(at).iter().take_while(|&&byte| byte == b'\r');
        let end = at + crs.count();
        Ok((self.need(end)? != b'\n').then_some(end))
    }

    /// A status-line, or the preface of HTTP/2, where the dialect accepts it.
    fn other_protocol(
        &self,
        start: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<RequestLine>, Stop> {
        let rest = self.rest(start);
        let line = RequestLine {
            start,
            end: 0,
            method: Method::Post,
            target: (0, 0),
            is_later: false,
            is_10: false,
            whole: None,
            needs_no_host: true,
            persists: false,
            words: 3,
        };
        const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        if self.has(&H2_PREFACE) && begins_alike(rest, PREFACE) {
            if rest.len() < PREFACE.len() {
                return Err(Stop::Incomplete);
            }
            draft.relax(&H2_PREFACE, start + 4);
            let end = start + PREFACE.len();
            return Ok(Some(RequestLine {
                end,
                whole: Some(Next::Tunnel),
                ..line
            }));
        }
        if !self.has(&STATUS_LINE) || !begins_alike(rest, b"HTTP/1.") {
            return Ok(None);
        }
        let is_status = |nth: usize, byte: u8| match nth {
            0..7 => true,
            7 => byte == b'0' || byte == b'1',
            8 => byte == b' ',
            _ => byte.is_ascii_digit(),
        };
        let head = rest.get(..rest.len().min(12)).unwrap_or(&[]);
        if !head
            .iter()
            .enumerate()
            .all(|(nth, &byte)| is_status(nth, byte))
        {
            return Ok(None);
        }
        let end = self.after_crlf(start + head.len())?;
        draft.relax(&STATUS_LINE, start + 4);
        Ok(Some(RequestLine {
            end,
            is_10: rest.get(7) == Some(&b'0'),
            ..line
        }))
    }

    /// The byte after the method, which separates it from the target.
    fn method(&self, start: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        if self.restricts(&METHOD_KNOWN) {
            let end = start + token_length(self.rest(start));
            let word = self.slice(start, end);
            let is_open = end == self.input.len();
            let mut known = METHODS.iter();
            let any_case = self.has(&METHOD_ANY_CASE);
            let is = |known: &[u8]| known == word || any_case && known.eq_ignore_ascii_case(word);
            let begins =
                |known: &&[u8]| is(known) || is_open && known.get(..word.len()).is_some_and(is);
            if end > start && !known.any(begins) {
                return Err(draft.restrict(&METHOD_KNOWN, start));
            }
        }
        let mut at = start;
        loop {
            if at - start > 32 && self.restricts(&TOKEN_32) {
                return Err(draft.restrict(&TOKEN_32, start));
            }
            let byte = self.need(at)?;
            match byte {
                b'a'..=b'z' if self.restricts(&METHOD_UPPER) => {
                    return Err(draft.restrict(&METHOD_UPPER, start));
                }
                _ if is_token(byte) => {}
                b' ' if at > start => return Ok(at),
                b'\t' if at > start && self.relax(&REQUEST_LINE_TAB, at, draft) => return Ok(at),
                0x0b | 0x0c if at > start && self.relax(&REQUEST_LINE_VT_FF, at, draft) => {
                    return Ok(at);
                }
                b'\t' | 0x0b | 0x0c if at > start => {
                    return Err(draft.reject(&REQUEST_LINE_SPACE, at));
                }
                b'\r' if at > start && self.cr_space(at)?.is_some() => {
                    draft.relax(&REQUEST_LINE_CR_SPACE, at);
                    return Ok(at);
                }
                b'\r' | b'\n' => return Err(draft.reject(self.early_end(at)?, at)),
                b' ' | b'\t' | 0x0b | 0x0c => return Err(draft.reject(&METHOD_TOKEN, at)),
                _ => match self.odd_in_method(byte) {
                    Some(leniency) => draft.relax(leniency, at),
                    None => return Err(draft.reject(&METHOD_TOKEN, at)),
                },
            }
            at += 1;
        }
    }

    fn known_method(&self, start: usize, end: usize, draft: &mut Draft<'_>) -> Method {
        let name = self.slice(start, end);
        let method = Method::of(name);
        let mut upper = [0; 8];
        if method != Method::Other || !self.has(&METHOD_ANY_CASE) {
            return method;
        }
        let Some(upper) = upper.get_mut(..name.len()) else {
            return method;
        };
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        let method = Method::of(upper);
        if method != Method::Other {
            draft.relax(&METHOD_ANY_CASE, start);
        }
        method
    }

    /// The leniency by which the dialect reads a byte that is in no token as one of a method.
    fn odd_in_method(&self, byte: u8) -> Option<&'static Leniency> {
        let by: &[&'static Leniency] = match byte {
            b'"' | b'/' => &[&METHOD_ANY_VISIBLE, &METHOD_SLASH],
            b'!'..=b'~' => &[&METHOD_ANY_VISIBLE],
            0x80.. => &[&METHOD_HIGH, &METHOD_CONTROL],
            _ => &[&METHOD_CONTROL],
        };
        by.iter().copied().find(|leniency| self.has(leniency))
    }

    /// The ends of the one word of a request-line, and of the line, where the dialect accepts one.
    fn target_absent(
        &self,
        start: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<(usize, usize)>, Stop> {
        if !self.has(&TARGET_ABSENT) {
            return Ok(None);
        }
        let is_end = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
        let end = self.rest(start).iter().position(is_end);
        let word = start + end.ok_or(Stop::Incomplete)?;
        let spaces = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c);
        let at = word + self.rest(word).iter().take_while(spaces).count();
        if word == start || self.need(at)? != b'\n' {
            return Ok(None);
        }
        let method = self.slice(start, word);
        let is_accepted = |byte: &u8| is_token(*byte) || self.odd_in_method(*byte).is_some();
        // What rejects the method cites it.
        if !method.iter().all(is_accepted) {
            return Ok(None);
        }
        for (at, byte) in (start..).zip(method) {
            if !is_token(*byte)
                && let Some(leniency) = self.odd_in_method(*byte)
            {
                draft.relax(leniency, at);
            }
        }
        draft.relax(&TARGET_ABSENT, word);
        Ok(Some((word, at + 1)))
    }

    /// Skips the further whitespace that the dialect accepts after a separator that ended before `at`.
    fn separator(&self, mut at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        loop {
            let cr_end = self.cr_space(at)?;
            let odd = match self.peek(at) {
                Some(b' ') => None,
                Some(byte @ (b'\t' | 0x0b | 0x0c)) if self.is_of_target(byte) => return Ok(at),
                Some(b'\t') => Some(&REQUEST_LINE_TAB),
                Some(0x0b | 0x0c) => Some(&REQUEST_LINE_VT_FF),
                Some(b'\r') if cr_end.is_some() => Some(&REQUEST_LINE_CR_SPACE),
                _ => return Ok(at),
            };
            if !self.has(&REQUEST_LINE_SPACES) || odd.is_some_and(|odd| !self.has(odd)) {
                return Err(draft.reject(&REQUEST_LINE_SPACE, at));
            }
            draft.relax(&REQUEST_LINE_SPACES, at);
            if let Some(odd) = odd {
                draft.relax(odd, at);
            }
            at = cr_end.unwrap_or(at + 1);
        }
    }

    /// Whether a byte of whitespace is one of a target, and separates nothing.
    fn is_of_target(&self, byte: u8) -> bool {
        let separates = if byte == b'\t' {
            &REQUEST_LINE_TAB
        } else {
            &REQUEST_LINE_VT_FF
        };
        self.has(&TARGET_BLANKS) && !self.has(separates)
    }

    /// The byte after the target: what separates it from the version, or ends the line.
    fn target(&self, start: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let mut at = start;
        loop {
            let byte = self.need(at)?;
            match byte {
                _ if is_target(byte) => {}
                b' ' | b'\r' | b'\n' => return Ok(at),
                b'\t' if self.relax(&REQUEST_LINE_TAB, at, draft) => return Ok(at),
                0x0b | 0x0c if self.relax(&REQUEST_LINE_VT_FF, at, draft) => return Ok(at),
                b'\t' | 0x0c
                    if matches!(self.peek(start), Some(b'/' | b'*'))
                        && self.relax(&TARGET_TAB_FF, at, draft) => {}
                b'\t' | 0x0b | 0x0c if self.relax(&TARGET_BLANKS, at, draft) => {}
                b'\t' | 0x0b | 0x0c => return Err(draft.reject(&REQUEST_LINE_SPACE, at)),
                0x80.. if self.relax(&TARGET_HIGH, at, draft) => {}
                b'!'..=b'~' if self.relax(&TARGET_DELIMITERS, at, draft) => {}
                0..=0x1f | 0x7f if self.relax(&TARGET_CONTROL, at, draft) => {}
                _ => return Err(draft.reject(&TARGET_CHARACTER, at)),
            }
            at += 1;
        }
    }
}

/// Whether one of the two begins with the other.
fn begins_alike(rest: &[u8], pattern: &[u8]) -> bool {
    rest.iter()
        .zip(pattern)
        .all(|(byte, expected)| byte == expected)
}
