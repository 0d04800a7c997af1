//! The until-close reading: a reader from before persistent connections, to which the end of the
//! stream alone ends a body. Each part of a head is a function from a position to the next one.

mod misplaced;

use self::misplaced::{cut_short, spaced_name};
use super::leniencies::*;
use super::rules::*;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::Framing;

/// No field frames a body: a POST lasts until the connection closes, and nothing else has a body.
pub struct UntilClose;

impl Parser for UntilClose {
    fn name(&self) -> &str {
        "until-close"
    }

    fn dialect(&self) -> Dialect {
        let relaxes = LeniencySet::of(&[
            &HOST_NONE,
            &HOST_ANY,
            &CODING_IGNORED,
            &LENGTH_IGNORED,
            &POST_UNTIL_CLOSE,
            &POST_10_UNTIL_CLOSE,
            &CLOSES_10,
        ]);
        Dialect::new("until-close", relaxes)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let mut fields = Fields::default();
        let line = match request_line(input) {
            Ok(line) => line,
            Err(halt) => return Err(stop(halt, draft)),
        };
        let head = match header_section(input, line.end, &mut fields) {
            Ok(head) => head,
            Err(halt) => return Err(stop(halt, draft)),
        };
        if let Err(halt) = whole_head(input, &line, &fields, draft) {
            return Err(stop(halt, draft));
        }
        Ok(message(input, &line, &fields, head, draft))
    }
}

/// Why reading halts: a rule, and the place where it is broken; none while bytes are missing.
type Halt = Option<(&'static Rule, usize)>;

/// No byte at a position of interest.
const MISSING: Halt = None;

fn stop(halt: Halt, draft: &mut Draft<'_>) -> Stop {
    match halt {
        Some((rule, at)) => draft.reject(rule, at),
        None => Stop::Incomplete,
    }
}

/// Where the parts of a request-line lie. The method begins at 0.
struct RequestLine {
    method_end: usize,
    is_11: bool,
    /// The byte after the line.
    end: usize,
}

fn request_line(input: &[u8]) -> Result<RequestLine, Halt> {
    let method_end = method(input)?;
    let target_end = target(input, method_end)?;
    let is_11 = version(input, target_end + 1)?;
    let end = line_end(input, target_end + 1)?;
    Ok(RequestLine {
        method_end,
        is_11,
        end,
    })
}

/// The position of the SP after the method.
fn method(input: &[u8]) -> Result<usize, Halt> {
    let end = token(input, 0);
    match (end, input.get(end)) {
        (_, None) => Err(MISSING),
        (0, Some(b'\r' | b'\n')) => Err(Some((&LEADING_EMPTY_LINE, 0))),
        (0, Some(_)) => Err(Some((&METHOD_TOKEN, 0))),
        (_, Some(b' ')) => Ok(end),
        (_, Some(b'\t' | b'\x0B' | b'\x0C')) => Err(Some((&REQUEST_LINE_SPACE, end))),
        (_, Some(b'\r' | b'\n')) => Err(cut_short(input, end)),
        (_, Some(_)) => Err(Some((&METHOD_TOKEN, end))),
    }
}

/// The position of the first byte from `at` on that no token holds.
fn token(input: &[u8], mut at: usize) -> usize {
    while let Some(
        b'a'..=b'z'
        | b'A'..=b'Z'
        | b'0'..=b'9'
        | b'!'
        | b'#'..=b'\''
        | b'*'
        | b'+'
        | b'-'
        | b'.'
        | b'^'..=b'`'
        | b'|'
        | b'~',
    ) = input.get(at)
    {
        at += 1;
    }
    at
}

/// The position of the SP after the target, which begins after the SP at `space`.
fn target(input: &[u8], space: usize) -> Result<usize, Halt> {
    let start = space + 1;
    let mut end = start;
    // Printable ASCII but SP and " # < > \ ^ ` { | }
    while let Some(b'!' | b'$'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~') =
        input.get(end)
    {
        end += 1;
    }
    match input.get(end) {
        None => Err(MISSING),
        Some(b' ') if end == start => Err(Some((&REQUEST_LINE_SPACE, end))),
        Some(b' ') => match target_fault(input, space, end) {
            Some(rule) => Err(Some((rule, start))),
            None => Ok(end),
        },
        Some(b'\t' | b'\x0B' | b'\x0C') => Err(Some((&REQUEST_LINE_SPACE, end))),
        Some(b'\r' | b'\n') => Err(cut_short(input, end)),
        Some(_) => Err(Some((&TARGET_CHARACTER, end))),
    }
}

/// The rule that the target between the SPs at `space` and `end` breaks.
fn target_fault(input: &[u8], space: usize, end: usize) -> Option<&'static Rule> {
    let start = space + 1;
    let method = input.get(..space);
    match input.get(start) {
        _ if method == Some(b"CONNECT") => authority_fault(input, start, end),
        Some(b'/') => None,
        Some(b'*') if method == Some(b"OPTIONS") && end == start + 1 => None,
        Some(b'a'..=b'z' | b'A'..=b'Z') => {
            let mut colon = start + 1;
            while let Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'-' | b'.') =
                input.get(colon)
            {
                colon += 1;
            }
            match input.get(colon) {
                Some(b':') => uri_fault(input, start, colon, end),
                _ => Some(&TARGET_FORM),
            }
        }
        _ => Some(&TARGET_FORM),
    }
}

/// The rule that a URI breaks whose scheme ends at `colon`.
fn uri_fault(input: &[u8], start: usize, colon: usize, end: usize) -> Option<&'static Rule> {
    let is_http = says(input, start, colon, b"http") || says(input, start, colon, b"https");
    if input.get(colon + 1..colon + 3) != Some(b"//") || colon + 3 > end {
        let is_port = colon + 1 < end && digits(input, colon + 1, end) == end;
        return (is_http || is_port).then_some(&TARGET_FORM);
    }
    let (mut host, mut to) = (colon + 3, colon + 3);
    while to < end && !matches!(input.get(to), Some(b'/' | b'?')) {
        if input.get(to) == Some(&b'@') {
            host = to + 1;
        }
        to += 1;
    }
    if is_http && (host == to || input.get(host) == Some(&b':')) {
        return Some(&TARGET_HOST_EMPTY);
    }
    if is_http && host > colon + 3 {
        return Some(&TARGET_USERINFO);
    }
    (host_and_port(input, host, to) != Some(to)).then_some(&TARGET_FORM)
}

/// The rule that the target of CONNECT breaks, which should be a host, a colon and a port.
fn authority_fault(input: &[u8], start: usize, end: usize) -> Option<&'static Rule> {
    let (mut at, mut colon) = (start, None);
    while at < end {
        match input.get(at) {
            Some(b':') => colon = Some(at),
            Some(b'/' | b'?' | b'@') => return Some(&TARGET_FORM),
            _ => {}
        }
        at += 1;
    }
    let Some(colon) = colon.filter(|&colon| colon > start) else {
        return Some(&TARGET_FORM);
    };
    if host(input, start, colon) != Some(colon) {
        return Some(&TARGET_FORM);
    }
    let mut port = 0u32;
    let mut at = colon + 1;
    while let Some(digit @ b'0'..=b'9') = input.get(at) {
        port = (port * 10 + u32::from(digit - b'0')).min(1 << 16);
        at += 1;
    }
    let is_port = at == end && at > colon + 1 && port < 1 << 16;
    (!is_port).then_some(&CONNECT_PORT)
}

/// The position after the digits from `at` on.
fn digits(input: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && matches!(input.get(at), Some(b'0'..=b'9')) {
        at += 1;
    }
    at
}

/// The position after a host, and after a colon a port, that begin at `start`.
fn host_and_port(input: &[u8], start: usize, end: usize) -> Option<usize> {
    let at = host(input, start, end)?;
    match at < end && input.get(at) == Some(&b':') {
        true => Some(digits(input, at + 1, end)),
        false => Some(at),
    }
}

/// The position after the host that begins at `start`; none where what begins there is none.
fn host(input: &[u8], start: usize, end: usize) -> Option<usize> {
    let mut at = start;
    if at < end && input.get(at) == Some(&b'[') {
        while at < end && input.get(at) != Some(&b']') {
            at += 1;
        }
        let is_literal = at < end && is_address(input.get(start + 1..at)?);
        return is_literal.then_some(at + 1);
    }
    while at < end {
        at += match input.get(at..at + 3) {
            Some([b'%', a, b]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => 3,
            _ if in_name(input, at) => 1,
            _ => break,
        };
    }
    (at <= end).then_some(at)
}

/// Whether the byte at `at` is unreserved or a sub-delim.
fn in_name(input: &[u8], at: usize) -> bool {
    matches!(
        input.get(at),
        Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'$' | b'&'..=b'.')
            | Some(b';' | b'=' | b'_' | b'~')
    )
}

/// What stands between brackets: an IPv6 address, or one of a later version.
fn is_address(text: &[u8]) -> bool {
    if let Some(b'v' | b'V') = text.first() {
        let mut at = 1;
        while text.get(at).is_some_and(u8::is_ascii_hexdigit) {
            at += 1;
        }
        let mut last = at + 1;
        while in_name(text, last) || text.get(last) == Some(&b':') {
            last += 1;
        }
        return at > 1 && text.get(at) == Some(&b'.') && last == text.len() && last > at + 1;
    }
    let (mut at, mut groups, mut gap) = (0, 0, false);
    loop {
        if text.get(at..at + 2) == Some(b"::") {
            if std::mem::replace(&mut gap, true) {
                return false;
            }
            at += 2;
            if at == text.len() {
                break;
            }
        } else if groups > 0 {
            if text.get(at) != Some(&b':') {
                return false;
            }
            at += 1;
        }
        let from = at;
        while at < from + 4 && text.get(at).is_some_and(u8::is_ascii_hexdigit) {
            at += 1;
        }
        if text.get(at) == Some(&b'.') {
            groups += 2;
            if !is_dotted(text.get(from..).unwrap_or(&[])) {
                return false;
            }
            break;
        }
        groups += 1;
        if at == from {
            return false;
        }
        if at == text.len() {
            break;
        }
    }
    match gap {
        true => groups < 8,
        false => groups == 8,
    }
}

/// Four numbers up to 255, without zeros before them, with dots between them.
fn is_dotted(text: &[u8]) -> bool {
    let (mut count, mut at) = (0, 0);
    loop {
        let from = at;
        let mut number = 0u32;
        while let Some(digit @ b'0'..=b'9') = text.get(at) {
            number = (number * 10 + u32::from(digit - b'0')).min(256);
            at += 1;
        }
        let has_zero = at > from + 1 && text.get(from) == Some(&b'0');
        if at == from || has_zero || number > 255 {
            return false;
        }
        count += 1;
        match text.get(at) {
            Some(b'.') => at += 1,
            None => return count == 4,
            Some(_) => return false,
        }
    }
}

/// Whether the version at `start` is HTTP/1.1; else it is HTTP/1.0.
fn version(input: &[u8], start: usize) -> Result<bool, Halt> {
    match input.get(start..start + 8) {
        Some(b"HTTP/1.1") => return Ok(true),
        Some(b"HTTP/1.0") => return Ok(false),
        _ => {}
    }
    let mut at = start;
    while at < start + 8 {
        match (at - start, input.get(at)) {
            (_, None) => return Err(MISSING),
            (0, Some(b'H')) | (1 | 2, Some(b'T')) | (3, Some(b'P')) | (4, Some(b'/')) => {}
            (6, Some(b'.')) | (5 | 7, Some(b'0'..=b'9')) => {}
            (0, Some(b' ' | b'\t' | b'\x0B' | b'\x0C')) => {
                return Err(Some((&REQUEST_LINE_SPACE, start)));
            }
            (0, Some(b'\r' | b'\n')) => return Err(cut_short(input, start)),
            (_, Some(_)) => return Err(Some((&HTTP_VERSION, start))),
        }
        at += 1;
    }
    match input.get(start + 5) {
        Some(b'1') => Err(Some((&MINOR_VERSION, start))),
        _ => Err(Some((&MAJOR_VERSION, start))),
    }
}

/// The position after the CRLF that follows the version at `start`.
fn line_end(input: &[u8], start: usize) -> Result<usize, Halt> {
    let at = start + 8;
    match (input.get(at), input.get(at + 1)) {
        (None, _) | (Some(b'\r'), None) => Err(MISSING),
        (Some(b'\r'), Some(b'\n')) => Ok(at + 2),
        (Some(b'\r'), Some(_)) => Err(Some((&BARE_CR, at))),
        (Some(b'\n'), _) => Err(Some((&BARE_LF, at))),
        (Some(b' ' | b'\t' | b'\x0B' | b'\x0C'), _) => Err(Some((&REQUEST_LINE_SPACE, at))),
        (Some(_), _) => Err(Some((&HTTP_VERSION, start))),
    }
}

/// Where the fields that matter lie.
#[derive(Default)]
struct Fields {
    /// Where the value of the first Host field begins and ends.
    host: Option<(usize, usize)>,
    second_host: Option<usize>,
    coding: Option<usize>,
    length: Option<usize>,
    /// The first Expect field that wants something else than 100-continue.
    expectation: Option<usize>,
    close: bool,
    keep_alive: bool,
}

/// The position after the empty line that ends the header section, which begins at `start`.
fn header_section(input: &[u8], start: usize, fields: &mut Fields) -> Result<usize, Halt> {
    let mut at = start;
    loop {
        match (input.get(at), input.get(at + 1)) {
            (None, _) | (Some(b'\r'), None) => return Err(MISSING),
            (Some(b'\r'), Some(b'\n')) => return Ok(at + 2),
            (Some(b'\r'), Some(_)) => return Err(Some((&BARE_CR, at))),
            (Some(b'\n'), _) => return Err(Some((&BARE_LF, at))),
            (Some(b' ' | b'\t'), _) if at == start => return Err(Some((&FIRST_FIELD_SPACE, at))),
            (Some(b' ' | b'\t'), _) => return Err(Some((&OBS_FOLD, at))),
            (Some(b':'), _) => return Err(Some((&FIELD_NAME_EMPTY, at))),
            (Some(_), _) => {}
        }
        let colon = field_name(input, at)?;
        let end = field_value(input, colon + 1)?;
        note(input, (at, colon, end), fields);
        at = end + 2;
    }
}

/// The position of the colon after the name that begins at `start`.
fn field_name(input: &[u8], start: usize) -> Result<usize, Halt> {
    let at = token(input, start);
    match (input.get(at), input.get(at + 1)) {
        (None, _) | (Some(b'\r'), None) => Err(MISSING),
        (Some(b':'), _) => Ok(at),
        (Some(b' ' | b'\t'), _) => Err(spaced_name(input, at)),
        (Some(b'\n'), _) | (Some(b'\r'), Some(b'\n')) => Err(Some((&FIELD_COLON, start))),
        (Some(b'\r'), Some(_)) => Err(Some((&BARE_CR, at))),
        (Some(_), _) => Err(Some((&FIELD_NAME, at))),
    }
}

/// The position of the CRLF after the value that begins at `at`.
fn field_value(input: &[u8], mut at: usize) -> Result<usize, Halt> {
    while input.get(at..at + 8).is_some_and(is_text) {
        at += 8;
    }
    while input.get(at..at + 1).is_some_and(is_text) {
        at += 1;
    }
    match (input.get(at), input.get(at + 1)) {
        (None, _) | (Some(b'\r'), None) => Err(MISSING),
        (Some(b'\r'), Some(b'\n')) => Ok(at),
        (Some(b'\r'), Some(_)) => Err(Some((&BARE_CR, at))),
        (Some(b'\n'), _) => Err(Some((&BARE_LF, at))),
        (Some(0), _) => Err(Some((&FIELD_VALUE, at))),
        (Some(_), _) => Err(Some((&FIELD_VALUE_CONTROL, at))),
    }
}

/// Whether a value may hold all of these bytes. None ends the loop early, so that it takes few steps.
fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |all, byte| {
        all & matches!(byte, b'\t' | b' '..=b'~' | b'\x80'..)
    })
}

/// Notes the field whose name, colon and line end are at these positions, if it matters.
fn note(input: &[u8], (at, colon, end): (usize, usize, usize), fields: &mut Fields) {
    let Some(name) = input.get(at..colon) else {
        return;
    };
    match colon - at {
        4 if name.eq_ignore_ascii_case(b"Host") => match fields.host {
            None => fields.host = Some(strip(input, colon + 1, end)),
            Some(_) => fields.second_host = fields.second_host.or(Some(at)),
        },
        6 if name.eq_ignore_ascii_case(b"Expect") && !continues(input, colon + 1, end) => {
            fields.expectation = fields.expectation.or(Some(at));
        }
        10 if name.eq_ignore_ascii_case(b"Connection") => {
            options(input, colon + 1, end, fields);
        }
        14 if name.eq_ignore_ascii_case(b"Content-Length") => {
            fields.length = fields.length.or(Some(at));
        }
        17 if name.eq_ignore_ascii_case(b"Transfer-Encoding") => {
            fields.coding = fields.coding.or(Some(at));
        }
        _ => {}
    }
}

/// Moves both ends of `from..to` inwards over SP and HTAB.
fn strip(input: &[u8], mut from: usize, mut to: usize) -> (usize, usize) {
    while from < to && matches!(input.get(from), Some(b' ' | b'\t')) {
        from += 1;
    }
    while from < to && matches!(input.get(to - 1), Some(b' ' | b'\t')) {
        to -= 1;
    }
    (from, to)
}

fn says(input: &[u8], from: usize, to: usize, word: &[u8]) -> bool {
    input
        .get(from..to)
        .is_some_and(|text| text.eq_ignore_ascii_case(word))
}

/// Whether what an Expect value has between its commas is 100-continue, or nothing.
fn continues(input: &[u8], start: usize, end: usize) -> bool {
    let (mut start, mut at) = (start, start);
    while at <= end {
        if at == end || input.get(at) == Some(&b',') {
            let (from, to) = strip(input, start, at);
            if from < to && !says(input, from, to, b"100-continue") {
                return false;
            }
            start = at + 1;
        }
        at += 1;
    }
    true
}

/// The connection options between `start` and `end`.
fn options(input: &[u8], start: usize, end: usize, fields: &mut Fields) {
    let (mut start, mut at) = (start, start);
    while at <= end {
        if at == end || input.get(at) == Some(&b',') {
            let (from, to) = strip(input, start, at);
            fields.close |= says(input, from, to, b"close");
            fields.keep_alive |= says(input, from, to, b"keep-alive");
            start = at + 1;
        }
        at += 1;
    }
}

/// What concerns the head as a whole.
fn whole_head(
    input: &[u8],
    line: &RequestLine,
    fields: &Fields,
    draft: &mut Draft<'_>,
) -> Result<(), Halt> {
    match (fields.host, fields.second_host) {
        (None, _) if line.is_11 => draft.relax(&HOST_NONE, 0),
        (None, _) => {}
        (Some(_), Some(second)) => return Err(Some((&HOST_REPEATED, second))),
        (Some((from, to)), None) => {
            if host_and_port(input, from, to) != Some(to) {
                draft.relax(&HOST_ANY, from);
            }
        }
    }
    if let Some(at) = fields.coding {
        draft.relax(&CODING_IGNORED, at);
    }
    if let Some(at) = fields.length {
        draft.relax(&LENGTH_IGNORED, at);
    }
    if input.get(..line.method_end) == Some(b"POST") {
        let leniency = match line.is_11 {
            true => &POST_UNTIL_CLOSE,
            false => &POST_10_UNTIL_CLOSE,
        };
        draft.relax(leniency, 0);
    }
    match fields.expectation {
        Some(at) if line.is_11 => Err(Some((&EXPECTATION, at))),
        _ => Ok(()),
    }
}

/// The message whose head ends before `head`, and what happens to the connection.
fn message(
    input: &[u8],
    line: &RequestLine,
    fields: &Fields,
    head: usize,
    draft: &mut Draft<'_>,
) -> Accepted {
    let method = input.get(..line.method_end);
    let (framing, end) = match method {
        Some(b"POST") => (Framing::UntilClose, input.len()),
        _ => (Framing::Bodiless, head),
    };
    let next = match (method, line.is_11) {
        (Some(b"CONNECT"), _) => Next::Tunnel,
        (_, true) if framing == Framing::Bodiless && !fields.close => Next::Message,
        (_, true) => Next::Close,
        (_, false) => {
            if fields.keep_alive && !fields.close {
                draft.relax(&CLOSES_10, 0);
            }
            Next::Close
        }
    };
    draft.head(head, framing);
    draft.part(0, head, end);
    Accepted { end, next }
}

#[cfg(test)]
mod tests;
