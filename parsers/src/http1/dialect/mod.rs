//! The dialect: one hand-written reader of requests and of responses whose leniencies are data.
//!
//! What conforms is read by short loops that ask for no leniency. The first byte that does not
//! conform sends its element (the request-line, a field line, a chunk line ...) to a slower reader of
//! the same element, which asks the leniencies in the order of their table and rejects when none of them
//! takes the byte. A leniency that gives conforming bytes another meaning is asked for where that
//! meaning is decided.

mod authority;
mod block;
mod bytes;
mod chunk;
mod chunk_line;
mod coding;
mod connection;
mod expect;
mod field;
mod head;
mod length;
mod line_end;
mod name;
mod plain_line;
mod request_line;
mod response;
mod response_coding;
mod restricted;
mod space;
mod status_line;
mod trailer;
mod value;
mod version;

use self::field::FieldsEnd;
use self::request_line::{Method, RequestLine, is_registered};
use super::leniencies::{
    ABSENT_SPACE, BAD_REQUEST_SKIPPED, BODY_4096, BODY_ENDS_AT_CLOSE, BODY_GOES_ON, FIELD_LF,
    FIRST_LF_SKIPPED, HEAD_BLOCK, HEAD_LINE_WHOLE, HEAD_WHOLE, LEADING_CRLF, LEADING_CRLFS,
    LEADING_LF, TARGET_ABSENT,
};
use super::restrictions::LEADING_CONTROL;
use super::rules::TARGET_FORM;
use crate::core::parser::{Accepted, Draft, Next, Stop};
use crate::core::rule::{Leniency, LeniencySet, Restriction};
use crate::core::verdict::Framing;

/// Reads one request from the front of `input` under the leniencies in `relaxes`.
///
/// # Errors
/// As [`Parser::read`](crate::Parser::read).
pub fn read(relaxes: &LeniencySet, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
    let keeps_facts = draft.keeps_facts();
    let reader = Reader {
        relaxes,
        input,
        keeps_facts,
        is_response: false,
    };
    reader.request(draft)
}

/// Reads one response from the front of `input` under the leniencies in `relaxes`.
///
/// # Errors
/// As [`Parser::read`](crate::Parser::read).
pub(crate) fn read_response(
    relaxes: &LeniencySet,
    input: &[u8],
    draft: &mut Draft<'_>,
) -> Result<Accepted, Stop> {
    let keeps_facts = draft.keeps_facts();
    let reader = Reader {
        relaxes,
        input,
        keeps_facts,
        is_response: true,
    };
    reader.response(draft)
}

/// A reader of one message: every position is an offset into `input`.
#[derive(Clone, Copy)]
struct Reader<'a> {
    relaxes: &'a LeniencySet,
    input: &'a [u8],
    /// Whether what the message says is wanted, not only where it ends.
    keeps_facts: bool,
    /// Whether the message is a response: whitespace before a colon breaks another rule there.
    is_response: bool,
}

/// How many bytes of a head are waited for at most.
const HEAD_KEPT: usize = 64 << 10;

/// What gives the body its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    None,
    Length(u64),
    /// So many bytes, which are not handed on.
    Dropped(u64),
    Chunked,
    UntilClose,
}

impl Reader<'_> {
    fn request(&self, draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        if self.relaxes.is_restricted() && self.input.first().is_some_and(|&byte| byte <= b' ') {
            self.restrict(&[(&LEADING_CONTROL, true)], 0, draft)?;
        }
        if self.has(&HEAD_BLOCK) {
            return self.request_of_block(draft);
        }
        if self.has(&HEAD_WHOLE) && !self.is_head_whole() {
            draft.relax(&HEAD_WHOLE, 0);
            return Err(Stop::Incomplete);
        }
        if self.has(&HEAD_LINE_WHOLE) {
            self.whole_head_line(self.after_empty_lines(), draft)?;
        }
        let line = match self.request_line(draft) {
            Err(Stop::Rejected) if self.has(&BAD_REQUEST_SKIPPED) => return self.skip_bad(draft),
            line => line?,
        };
        if line.words < 3 && self.is_space_only(line.end) && self.has(&ABSENT_SPACE) {
            draft.relax(&ABSENT_SPACE, line.end);
            if self.peek(line.end) != Some(b'\n') {
                return Ok(self.until_close(line.end, draft));
            }
            draft.head(line.end, Framing::UntilClose);
            return Ok(Accepted {
                end: line.end,
                next: Next::Close,
            });
        }
        if let Some(next) = line.whole {
            draft.head(line.end, Framing::Bodiless);
            return Ok(Accepted {
                end: line.end,
                next,
            });
        }
        let mut fields = line.end;
        if self.has(&FIRST_LF_SKIPPED) && self.peek(fields) == Some(b'\n') {
            self.need(fields + 1)?;
            draft.relax(&FIRST_LF_SKIPPED, fields);
            fields += 1;
        }
        let fields_end = self.fields(line.start, fields, draft)?;
        self.after_fields(&line, &fields_end, draft)
    }

    /// Reads what follows the fields of a request.
    #[inline]
    fn after_fields(
        &self,
        line: &RequestLine,
        fields_end: &FieldsEnd,
        draft: &mut Draft<'_>,
    ) -> Result<Accepted, Stop> {
        // There is nothing to tunnel to.
        if line.words == 1 && line.method == Method::Connect {
            return Err(draft.reject(&TARGET_FORM, line.start));
        }
        if self.relaxes.is_restricted() {
            self.restrict_head(line, fields_end, draft)?;
        }
        let outcome = self.head(line, fields_end.labels, draft)?;
        let taken = self.body(
            fields_end.end,
            fields_end.at_close,
            outcome.body,
            outcome.next,
            draft,
        )?;
        if taken.next == Next::Message && self.goes_on() {
            return Ok(self.body_goes_on(fields_end.end, taken.end, draft));
        }
        Ok(taken)
    }

    /// The byte after the empty lines at the front that the dialect skips before a request-line.
    fn after_empty_lines(&self) -> usize {
        let mut at = 0;
        loop {
            let one = at == 0 && self.has(&LEADING_CRLF);
            at += match self.rest(at) {
                [b'\r', b'\n', ..] if one || self.has(&LEADING_CRLFS) => 2,
                [b'\n', ..] if self.has(&LEADING_LF) => 1,
                _ => return at,
            };
        }
    }

    /// Waits for the LF of the line at `at`, in a dialect that judges no part of one.
    fn whole_head_line(&self, at: usize, draft: &mut Draft<'_>) -> Result<(), Stop> {
        if !self.has(&HEAD_LINE_WHOLE) || memchr::memchr(b'\n', self.rest(at)).is_some() {
            return Ok(());
        }
        draft.relax(&HEAD_LINE_WHOLE, at);
        Err(Stop::Incomplete)
    }

    /// Whether the empty line has come that ends a head, or too much of it for a reader to keep. An empty line before
    /// the request-line counts where the dialect does not skip it.
    fn is_head_whole(&self) -> bool {
        let has_lf = self.has(&FIELD_LF);
        let from = self.after_empty_lines();
        let rest = self.rest(from);
        if rest.starts_with(b"\r\n") || rest.starts_with(b"\n") {
            return true;
        }
        let head = self.slice(from, self.input.len().min(from + HEAD_KEPT));
        let mut ends = memchr::memchr_iter(b'\n', head);
        let is_last = |end: usize| {
            let after = head.get(end + 1..).unwrap_or(&[]);
            let is_crlf = end > 0 && head.get(end - 1) == Some(&b'\r');
            (is_crlf || has_lf) && after.starts_with(b"\r\n") || has_lf && after.starts_with(b"\n")
        };
        head.len() == HEAD_KEPT || ends.any(is_last)
    }

    /// Whether nothing but whitespace follows.
    fn is_space_only(&self, at: usize) -> bool {
        let rest = self.rest(at);
        rest.iter().all(|byte| matches!(byte, b'\t'..=b'\r' | b' '))
    }

    /// Whether lines that follow a request are part of its body: only a reader that treats any word as a
    /// request-line has a reason to tell them from one.
    fn goes_on(&self) -> bool {
        self.has(&BODY_GOES_ON) && self.has(&TARGET_ABSENT)
    }

    /// The message whose body, which would end at `end`, goes on up to a line that begins with a method.
    fn body_goes_on(&self, head: usize, end: usize, draft: &mut Draft<'_>) -> Accepted {
        let mut at = end;
        while at < self.input.len() {
            let line = memchr::memchr(b'\n', self.rest(at)).map(|offset| at + offset + 1);
            let line_end = line.unwrap_or(self.input.len());
            let line = self.slice(at, line_end);
            let mut words = line.split(|byte| matches!(byte, b'\t'..=b'\r' | b' '));
            let method = words.find(|word| !word.is_empty());
            if line == b"\n" || method.is_some_and(is_registered) {
                break;
            }
            draft.join(0, at, line_end);
            at = line_end;
        }
        if at > end || at == self.input.len() {
            draft.relax(&BODY_GOES_ON, end);
        }
        // More lines may come.
        if at == self.input.len() {
            draft.head(head, Framing::UntilClose);
        }
        Accepted {
            end: at,
            next: Next::Message,
        }
    }

    /// The message that an invalid request-line becomes when the error does not end the reading.
    fn skip_bad(&self, draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        draft.relax(&BAD_REQUEST_SKIPPED, 0);
        let end = memchr::memmem::find(self.input, b"\r\n\r\n").ok_or(Stop::Incomplete)? + 4;
        draft.head(end, Framing::Bodiless);
        if self.goes_on() {
            return Ok(self.body_goes_on(end, end, draft));
        }
        Ok(Accepted {
            end,
            next: Next::Message,
        })
    }

    fn body(
        &self,
        head: usize,
        at_close: bool,
        body: Body,
        next: Next,
        draft: &mut Draft<'_>,
    ) -> Result<Accepted, Stop> {
        let length = self.input.len();
        match body {
            Body::None | Body::Length(0) => {
                let framing = match body {
                    _ if at_close => Framing::UntilClose,
                    Body::Length(_) => Framing::Length(0),
                    _ => Framing::Bodiless,
                };
                draft.head(head, framing);
                Ok(Accepted { end: head, next })
            }
            Body::Length(4097..) if self.relax(&BODY_4096, head, draft) => {
                self.body(head, at_close, Body::Length(4096), next, draft)
            }
            Body::Length(size) => {
                draft.head(head, Framing::Length(size));
                let end = usize::try_from(size)
                    .ok()
                    .and_then(|size| head.checked_add(size));
                if let Some(end) = end.filter(|&end| end <= length) {
                    draft.part(0, head, end);
                    return Ok(Accepted { end, next });
                }
                if !self.has(&BODY_ENDS_AT_CLOSE) {
                    return Err(Stop::Incomplete);
                }
                draft.relax(&BODY_ENDS_AT_CLOSE, head);
                Ok(self.until_close(head, draft))
            }
            Body::Dropped(size) => {
                draft.head(head, Framing::Length(size));
                let end = head + size as usize;
                if end > length {
                    return Err(Stop::Incomplete);
                }
                Ok(Accepted { end, next })
            }
            Body::UntilClose => Ok(self.until_close(head, draft)),
            Body::Chunked => {
                draft.head(head, Framing::Chunked);
                self.chunks(head, next, draft)
            }
        }
    }

    fn until_close(&self, head: usize, draft: &mut Draft<'_>) -> Accepted {
        draft.head(head, Framing::UntilClose);
        draft.part(0, head, self.input.len());
        Accepted {
            end: self.input.len(),
            next: Next::Close,
        }
    }

    /// The byte at `at`, which is needed before anything can be said.
    #[inline(always)]
    fn need(&self, at: usize) -> Result<u8, Stop> {
        self.input.get(at).copied().ok_or(Stop::Incomplete)
    }

    #[inline(always)]
    fn peek(&self, at: usize) -> Option<u8> {
        self.input.get(at).copied()
    }

    /// The bytes from `start` up to `end`; none when the two are out of order or out of the input.
    #[inline(always)]
    fn slice(&self, start: usize, end: usize) -> &[u8] {
        self.input.get(start..end).unwrap_or(&[])
    }

    /// The bytes from `at` on.
    #[inline(always)]
    fn rest(&self, at: usize) -> &[u8] {
        self.input.get(at..).unwrap_or(&[])
    }

    #[inline(always)]
    fn has(&self, leniency: &Leniency) -> bool {
        self.relaxes.has(leniency)
    }

    #[inline(always)]
    fn restricts(&self, restriction: &Restriction) -> bool {
        self.relaxes.restricts(restriction)
    }

    #[inline]
    fn any(&self, leniencies: &[&Leniency]) -> bool {
        leniencies.iter().any(|leniency| self.has(leniency))
    }

    /// Uses the leniency, if the dialect has it.
    fn relax(&self, leniency: &'static Leniency, at: usize, draft: &mut Draft<'_>) -> bool {
        let has = self.has(leniency);
        if has {
            draft.relax(leniency, at);
        }
        has
    }

    /// The byte after the next CR LF at or after `at`.
    fn after_crlf(&self, at: usize) -> Result<usize, Stop> {
        let found = memchr::memmem::find(self.rest(at), b"\r\n");
        found.map(|offset| at + offset + 2).ok_or(Stop::Incomplete)
    }
}
