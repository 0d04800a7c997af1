//! The strict reading: the ABNF of RFC 9112 in nom, each combinator under the line it implements.
//!
//! A combinator fails softly ([`nom::Err::Error`]) at the byte that it cannot accept. `demand` looks
//! at that byte and fails for good ([`nom::Err::Failure`]), with the rule that it breaks. Where a
//! byte is wanted and the input has ended, it is [`nom::Err::Incomplete`]. Elements are slices of the
//! input, and so know their offset.

pub(in crate::http1) mod body;
pub(in crate::http1) mod framing;
mod head;
pub(in crate::http1) mod octets;
#[cfg(test)]
mod tests;
mod uri;

use nom::error::{ErrorKind, ParseError};
use nom::{IResult, Needed, Offset, Parser as _};

use crate::core::parser::{Accepted, Draft, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::Framing;

/// Rejects everything that no MUST compels it to accept, with one exception.
///
/// `[`, `]` and `%` are accepted wherever they stand in a path or a query, as in `/?a[]=1` and `/%zz`. By RFC 3986 §2.1 and §3.3
/// these are no URIs, and a server should answer 400 (RFC 9112 §3.2). But ordinary clients send them, and they move no
/// boundary: a reading that rejected them would differ from most software on ordinary messages, and tell of nothing.
pub(crate) struct StrictRequest;

impl Parser for StrictRequest {
    fn name(&self) -> &str {
        "strict"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("strict", LeniencySet::EMPTY)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        http_message(input, draft).map_err(|error| match error {
            nom::Err::Failure(Rejection {
                rule: Some(rule),
                element,
            }) => draft.reject(rule, input.offset(element)),
            // A soft failure reaches this only from a grammar that forgot to demand.
            nom::Err::Incomplete(_) | nom::Err::Error(_) | nom::Err::Failure(_) => Stop::Incomplete,
        })
    }
}

/// What a grammar read from the front of its input, and the rest of the input.
pub(in crate::http1) type Read<'i, T> = IResult<&'i [u8], T, Rejection<'i>>;

/// Why reading stopped.
pub(in crate::http1) type Fault<'i> = nom::Err<Rejection<'i>>;

/// A rule and the element that breaks it. A soft failure names no rule yet, and its element begins at
/// the byte that could not be accepted.
#[derive(Debug)]
pub(in crate::http1) struct Rejection<'i> {
    pub rule: Option<&'static Rule>,
    pub element: &'i [u8],
}

impl<'i> ParseError<&'i [u8]> for Rejection<'i> {
    #[inline]
    fn from_error_kind(element: &'i [u8], _: ErrorKind) -> Self {
        Self {
            rule: None,
            element,
        }
    }

    #[inline]
    fn append(_: &'i [u8], _: ErrorKind, inner: Self) -> Self {
        inner
    }
}

/// Cites `rule` against the element at the front of `element`.
#[cold]
pub(in crate::http1) fn cite<'i>(rule: &'static Rule, element: &'i [u8]) -> Fault<'i> {
    nom::Err::Failure(Rejection {
        rule: Some(rule),
        element,
    })
}

/// All bytes are fine so far.
pub(in crate::http1) fn incomplete<'i>() -> Fault<'i> {
    nom::Err::Incomplete(Needed::Unknown)
}

/// Nothing but what `parser` accepts may stand here: `fault` says, for the bytes from the first one
/// that it does not accept, what they break. There is at least one.
pub(in crate::http1) fn demand<'i, P>(
    mut parser: P,
    fault: impl Fn(&'i [u8]) -> Fault<'i>,
) -> impl FnMut(&'i [u8]) -> Read<'i, P::Output>
where
    P: nom::Parser<&'i [u8], Error = Rejection<'i>>,
{
    move |input| match parser.parse(input) {
        Err(nom::Err::Error(Rejection { element: [], .. })) => Err(incomplete()),
        Err(nom::Err::Error(Rejection { element, .. })) => Err(fault(element)),
        outcome => outcome,
    }
}

// HTTP-message = start-line CRLF *( field-line CRLF ) CRLF [ message-body ]        RFC 9112 §2.1
fn http_message<'i>(input: &'i [u8], draft: &mut Draft<'_>) -> Result<Accepted, Fault<'i>> {
    let (rest, head) = framing::head(input, &mut draft.scratch().notes)?;
    draft.head(input.offset(rest), head.framing);
    let content = |data: &'i [u8]| {
        let start = input.offset(data);
        draft.part(0, start, start + data.len());
    };
    let (rest, ()) = match head.framing {
        Framing::Length(length) => body::octets(length).map(content).parse(rest)?,
        Framing::Chunked => body::chunked_body(rest, content)?,
        _ => (rest, ()),
    };
    let end = input.offset(rest);
    Ok(Accepted {
        end,
        next: head.next,
    })
}
