//! A client of HTTP/1.0: what has a body has it until the connection is closed. It looks at no field that gives a length.
//!
//! It walks over the head with one cursor. A step that cannot go on says why, and nothing is read twice.

use super::rules as r;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::Framing;
use crate::http1::leniencies::{CODING_IGNORED, LENGTH_IGNORED};
use crate::http1::rules as h;

pub(crate) struct UntilClose;

impl Parser for UntilClose {
    fn name(&self) -> &str {
        "until-close"
    }

    fn dialect(&self) -> Dialect {
        let relaxes = LeniencySet::of(&[&CODING_IGNORED, &LENGTH_IGNORED]);
        Dialect::new("until-close", relaxes)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let mut walk = Walk { input, at: 0 };
        let outcome = match draft.is_answered() {
            true => walk.after_the_last(),
            false => walk.head(),
        };
        let head = match outcome {
            Ok(head) => head,
            Err(Halt::Wait) => return Err(Stop::Incomplete),
            Err(Halt::Nothing) => return Err(Stop::Nothing),
            Err(Halt::Fault(rule, at)) => return Err(draft.reject(rule, at)),
        };
        answer(&head, walk.at, input.len(), draft)
    }
}

/// Why the walk stops.
enum Halt {
    Wait,
    Nothing,
    Fault(&'static Rule, usize),
}

/// What the head says that matters to this reader.
#[derive(Default)]
struct Head {
    status: usize,
    status_at: usize,
    is_old: bool,
    /// Where the first field of each of the two kinds stands.
    coding: Option<usize>,
    length: Option<usize>,
    closes: bool,
    keeps: bool,
}

/// What follows from the head and the request.
fn answer(head: &Head, end: usize, length: usize, draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
    let request = draft.waits().unwrap_or(b"GET");
    let is_upgrade = request.ends_with(b" upgrade");
    let is = |method: &[u8]| {
        let rest = request.strip_prefix(method);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b" "))
    };
    let bodiless = |next, draft: &mut Draft<'_>| {
        draft.head(end, Framing::Bodiless);
        Ok(Accepted { end, next })
    };
    match head.status {
        101 if !is_upgrade => return Err(draft.reject(&r::SWITCH_UNASKED, head.status_at)),
        100 | 102..=199 => return bodiless(Next::Message, draft),
        _ => {}
    }
    draft.answer();
    if head.status == 101 || is(b"CONNECT") && head.status / 100 == 2 {
        return bodiless(Next::Tunnel, draft);
    }
    if matches!(head.status, 204 | 304) || is(b"HEAD") {
        let lasts = !head.closes && (head.keeps || !head.is_old);
        return bodiless(if lasts { Next::Message } else { Next::Close }, draft);
    }
    for (leniency, at) in [
        (&CODING_IGNORED, head.coding),
        (&LENGTH_IGNORED, head.length),
    ] {
        if let Some(at) = at {
            draft.relax(leniency, at);
        }
    }
    draft.head(end, Framing::UntilClose);
    draft.part(0, end, length);
    Ok(Accepted {
        end: length,
        next: Next::Close,
    })
}

struct Walk<'i> {
    input: &'i [u8],
    at: usize,
}

impl Walk<'_> {
    /// The byte under the cursor.
    fn byte(&self) -> Result<u8, Halt> {
        self.input.get(self.at).copied().ok_or(Halt::Wait)
    }

    fn step(&mut self) -> Result<u8, Halt> {
        let byte = self.byte()?;
        self.at += 1;
        Ok(byte)
    }

    /// Whether a line ends under the cursor: by CRLF, or by LF. A CR alone is a fault wherever it stands.
    fn line_ends(&self) -> Result<bool, Halt> {
        match self.byte()? {
            b'\n' => Ok(true),
            b'\r' => match self.input.get(self.at + 1) {
                None => Err(Halt::Wait),
                Some(b'\n') => Ok(true),
                Some(_) => Err(Halt::Fault(&h::BARE_CR, self.at)),
            },
            _ => Ok(false),
        }
    }

    /// Steps over CRLF; LF alone is a fault. For a cursor at a line end.
    fn crlf(&mut self) -> Result<(), Halt> {
        if self.byte()? == b'\n' {
            return Err(Halt::Fault(&h::BARE_LF, self.at));
        }
        self.at += 2;
        Ok(())
    }

    /// All requests are answered: CRLFs may follow, and nothing else.
    fn after_the_last(&mut self) -> Result<Head, Halt> {
        let mut pairs = self.input.chunks(2);
        match pairs.find(|pair| *pair != b"\r\n") {
            None => Err(Halt::Nothing),
            Some(b"\r") => Err(Halt::Wait),
            Some(pair) => {
                let before = self.input.len() - pairs.flatten().count() - pair.len();
                Err(Halt::Fault(&r::SURPLUS, before))
            }
        }
    }

    fn head(&mut self) -> Result<Head, Halt> {
        let mut head = Head::default();
        self.status_line(&mut head)?;
        let first = self.at;
        loop {
            if self.line_ends()? {
                self.crlf()?;
                return Ok(head);
            }
            self.field(first, &mut head)?;
        }
    }

    fn status_line(&mut self, head: &mut Head) -> Result<(), Halt> {
        if matches!(self.byte()?, b'\r' | b'\n') {
            return Err(Halt::Fault(&r::EMPTY_LINE, 0));
        }
        let mut version = [0; 8];
        for (place, kept) in b"HTTP/#.#".iter().zip(&mut version) {
            *kept = self.step()?;
            let fits = match place {
                b'#' => kept.is_ascii_digit(),
                _ => kept == place,
            };
            if !fits {
                return Err(Halt::Fault(&r::VERSION, 0));
            }
        }
        head.is_old = match version {
            [.., b'1', b'.', b'0'] => true,
            [.., b'1', b'.', b'1'] => false,
            [.., b'1', b'.', _] => return Err(Halt::Fault(&h::MINOR_VERSION, 0)),
            _ => return Err(Halt::Fault(&r::MAJOR, 0)),
        };
        self.space(&r::STATUS_LINE_PARTS, (&r::VERSION, 0))?;
        head.status_at = self.at;
        if self.line_ends()? {
            return Err(Halt::Fault(&r::STATUS_LINE_PARTS, self.at));
        }
        if is_blank(self.byte()?) {
            return Err(Halt::Fault(&r::STATUS_LINE_SPACE, self.at));
        }
        for _ in 0..3 {
            let digit = self.step()?;
            if !digit.is_ascii_digit() {
                return Err(Halt::Fault(&r::STATUS_CODE, head.status_at));
            }
            head.status = head.status * 10 + usize::from(digit - b'0');
        }
        if head.status < 100 || head.status >= 600 {
            return Err(Halt::Fault(&r::STATUS_RANGE, head.status_at));
        }
        self.space(&r::REASON_SPACE, (&r::STATUS_CODE, head.status_at))?;
        while !self.line_ends()? {
            if is_control(self.byte()?) {
                return Err(Halt::Fault(&r::REASON, self.at));
            }
            self.at += 1;
        }
        self.crlf()
    }

    /// Steps over a single space. A line that ends breaks `early`, and any other byte `other`.
    fn space(&mut self, early: &'static Rule, other: (&'static Rule, usize)) -> Result<(), Halt> {
        if self.line_ends()? {
            return Err(Halt::Fault(early, self.at));
        }
        match self.step()? {
            b' ' => Ok(()),
            byte if is_blank(byte) => Err(Halt::Fault(&r::STATUS_LINE_SPACE, self.at - 1)),
            _ => Err(Halt::Fault(other.0, other.1)),
        }
    }

    fn field(&mut self, first: usize, head: &mut Head) -> Result<(), Halt> {
        let start = self.at;
        match self.byte()? {
            b' ' | b'\t' if start == first => {
                return Err(Halt::Fault(&h::FIRST_FIELD_SPACE, start));
            }
            b' ' | b'\t' => return Err(Halt::Fault(&h::OBS_FOLD, start)),
            b':' => return Err(Halt::Fault(&h::FIELD_NAME_EMPTY, start)),
            _ => {}
        }
        loop {
            if self.line_ends()? {
                return Err(Halt::Fault(&h::FIELD_COLON, start));
            }
            match self.byte()? {
                b':' => break,
                b' ' | b'\t' => return Err(self.spaced()),
                byte if !is_in_token(byte) => return Err(Halt::Fault(&h::FIELD_NAME, self.at)),
                _ => self.at += 1,
            }
        }
        let name = self.input.get(start..self.at).unwrap_or(&[]);
        self.at += 1;
        let value_at = self.at;
        while !self.line_ends()? {
            match self.byte()? {
                0 => return Err(Halt::Fault(&h::FIELD_VALUE, self.at)),
                byte if is_control(byte) => {
                    return Err(Halt::Fault(&h::FIELD_VALUE_CONTROL, self.at));
                }
                _ => self.at += 1,
            }
        }
        let value = self.input.get(value_at..self.at).unwrap_or(&[]);
        self.crlf()?;
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        if is(b"transfer-encoding") {
            head.coding = head.coding.or(Some(start));
        } else if is(b"content-length") {
            head.length = head.length.or(Some(start));
        } else if is(b"connection") {
            for option in value.split(|byte| *byte == b',') {
                let option = option.trim_ascii();
                head.closes |= option.eq_ignore_ascii_case(b"close");
                head.keeps |= option.eq_ignore_ascii_case(b"keep-alive");
            }
        }
        Ok(())
    }

    /// What whitespace after a name breaks.
    fn spaced(&self) -> Halt {
        let rest = self.input.get(self.at..).unwrap_or(&[]);
        match rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) {
            None => Halt::Wait,
            Some(b':') => Halt::Fault(&r::NAME_SPACE, self.at),
            Some(_) => Halt::Fault(&h::FIELD_NAME, self.at),
        }
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && byte != b'\t' || byte == 0x7f
}

fn is_in_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
