//! The strict reading: the unified format of GNU diffutils and git in nom, each combinator under the
//! form that it implements.
//!
//! A combinator fails softly ([`nom::Err::Error`]) at what it cannot accept. `demand` then fails for good
//! ([`nom::Err::Failure`]), with the rule that is broken. Elements are slices of the input, and so know
//! their offset.

mod binary;
mod body;
mod header;
mod text;

use nom::error::{ErrorKind, ParseError};
use nom::{IResult, Needed, Offset};

use super::{label, mode};
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::Framing;

/// Rejects everything that it may.
pub struct StrictDiff;

impl Parser for StrictDiff {
    fn name(&self) -> &str {
        "strict"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("strict", LeniencySet::EMPTY)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        patch(input, draft).map_err(|error| match error {
            nom::Err::Failure(Rejection {
                rule: Some(rule),
                element,
            }) => draft.reject(rule, input.offset(element)),
            nom::Err::Failure(Rejection { rule: None, .. }) => Stop::Nothing,
            // A soft failure reaches this only from a grammar that forgot to demand.
            nom::Err::Incomplete(_) | nom::Err::Error(_) => Stop::Incomplete,
        })
    }
}

/// What a grammar read from the front of its input, and the rest of the input.
type Read<'i, T> = IResult<&'i [u8], T, Rejection<'i>>;

/// Why reading stopped.
type Fault<'i> = nom::Err<Rejection<'i>>;

/// A rule and the element that breaks it; as a failure without a rule, that nothing is left to read.
#[derive(Debug)]
struct Rejection<'i> {
    rule: Option<&'static Rule>,
    element: &'i [u8],
}

impl<'i> ParseError<&'i [u8]> for Rejection<'i> {
    fn from_error_kind(element: &'i [u8], _: ErrorKind) -> Self {
        Self {
            rule: None,
            element,
        }
    }

    fn append(_: &'i [u8], _: ErrorKind, inner: Self) -> Self {
        inner
    }
}

/// Cites `rule` against the element at the front of `element`.
#[cold]
fn cite<'i>(rule: &'static Rule, element: &'i [u8]) -> Fault<'i> {
    nom::Err::Failure(Rejection {
        rule: Some(rule),
        element,
    })
}

/// All bytes are fine so far.
fn incomplete<'i>() -> Fault<'i> {
    nom::Err::Incomplete(Needed::Unknown)
}

/// A line, which is given without its LF.
// line = *( any byte but LF ) LF
fn line(input: &[u8]) -> Read<'_, &[u8]> {
    let lf = memchr::memchr(b'\n', input).ok_or_else(incomplete)?;
    let (line, rest) = input.split_at_checked(lf).ok_or_else(incomplete)?;
    Ok((rest.get(1..).unwrap_or(&[]), line))
}

/// What `parser` accepts must stand here: else `fault` says, for the bytes from the first one that it does
/// not accept, what they break.
fn demand<'i, P>(
    mut parser: P,
    fault: impl Fn(&'i [u8]) -> Fault<'i>,
) -> impl FnMut(&'i [u8]) -> Read<'i, P::Output>
where
    P: nom::Parser<&'i [u8], Error = Rejection<'i>>,
{
    move |input| match parser.parse(input) {
        Err(nom::Err::Error(rejection)) => Err(fault(rejection.element)),
        outcome => outcome,
    }
}

// patch = *text-line ( header hunk / extended-header [ binary ] / hunk )
fn patch<'i>(input: &'i [u8], draft: &mut Draft<'_>) -> Result<Accepted, Fault<'i>> {
    let is_front = draft.state().mode == mode::START;
    if is_front {
        let (mailbox, other) = (mode::MAILBOX, mode::PATCHES);
        draft.state().mode = if text::is_mailbox(input) {
            mailbox
        } else {
            other
        };
    }
    let is_mailbox = draft.state().mode == mode::MAILBOX;
    let (patch, begins) = text::text(input, is_front, is_mailbox)?;
    let start = input.offset(patch);
    draft.part(label::TEXT, 0, start);
    let mut rest = patch;
    if begins != text::Begins::Hunk {
        let (after, header) = header::header(patch)?;
        let at = |slice: &[u8]| input.offset(slice);
        header.parts(at, draft);
        rest = after;
        if header.is_whole() && binary::begins(rest) {
            let mut is_first = true;
            let end = binary::binary(rest, |label, part| {
                let start = input.offset(part);
                draft.join(label, start, start + part.len());
                if std::mem::take(&mut is_first) {
                    draft.head(start + part.len(), Framing::Counted);
                }
            })?;
            return Ok(taken(input.offset(end)));
        }
        if header.is_whole() {
            let end = input.offset(rest);
            draft.head(end, Framing::Delimited);
            return Ok(taken(end));
        }
    }
    let (lines, counts) = header::hunk_header(rest)?;
    let head = input.offset(lines);
    draft.part(label::HUNK_HEADER, input.offset(rest), head);
    draft.head(head, Framing::Counted);
    let end = body::body(lines, counts, |label, part| {
        let start = input.offset(part);
        draft.join(label, start, start + part.len());
    })?;
    Ok(taken(input.offset(end)))
}

fn taken(end: usize) -> Accepted {
    Accepted {
        end,
        next: Next::Message,
    }
}
