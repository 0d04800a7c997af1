//! HTTP/1.1 responses (RFC 9112 with RFC 9110): where each one ends, and which request it answers.
//!
//! # What was asked
//!
//! Where a response ends depends on the request that it answers. An input has, besides its bytes, what was asked: a line for each
//! request, in order ([`Asked`]). A line is the method and, where the request has Upgrade, SP and `upgrade`. Where
//! nothing is known, each request is a GET, and there is no end of them. The end of an input is the close of the connection.
//!
//! # The order of citations
//!
//! As for [requests](super#the-order-of-citations), all parsers examine a response in this order, and cite the first byte of the
//! offending element.
//!
//! 1. **Whether one may come**, where it is known what was asked. When each request has had its final response, any number of CR LF is
//!    no response: the stream ends well there ([`Stop::Nothing`](crate::Stop)). Another byte, also a CR that no LF follows, is `SURPLUS` at it.
//! 2. **Status-line**, byte by byte.
//!    - The first byte: CR or LF, `EMPTY_LINE` at 0.
//!    - Version, eight bytes `HTTP/D.D`: at the first byte that cannot be, `VERSION` at 0. Then, at once: major not 1, `MAJOR`;
//!      minor above 1, `MINOR_VERSION`; both at 0.
//!    - The byte after it: SP goes on; HTAB, VT or FF, `STATUS_LINE_SPACE` at the byte; LF, or CR LF, `STATUS_LINE_PARTS` at the
//!      byte; CR and another byte, `BARE_CR` at the CR; any other, `VERSION` at 0.
//!    - Status code, three digits. At its first byte: SP, HTAB, VT or FF, `STATUS_LINE_SPACE`; LF, or CR LF, `STATUS_LINE_PARTS`; CR and
//!      another byte, `BARE_CR`; all at the byte. Any other byte that is no digit, `STATUS_CODE` at the code's first byte. After the third
//!      digit, at once: a number below 100 or above 599, `STATUS_RANGE` at the code's first byte.
//!    - The byte after it: SP goes on; HTAB, VT or FF, `STATUS_LINE_SPACE`; LF, or CR LF, `REASON_SPACE`; CR and another byte,
//!      `BARE_CR`; all at the byte. Any other, `STATUS_CODE` at the code's first byte.
//!    - Reason-phrase: HTAB, SP, visible ASCII, bytes from 0x80. CR LF ends the line; CR and another byte, `BARE_CR` at the CR; LF,
//!      `BARE_LF` at it; any other, `REASON` at the byte.
//! 3. **Field lines**, as those of requests, with `NAME_SPACE` of responses.
//! 4. **The head as a whole**, once its end is seen. Only Content-Length, Transfer-Encoding and Connection matter.
//!    - 101: a tunnel after the head, if the request has Upgrade; else `SWITCH_UNASKED` at the status code.
//!    - Another 1xx: the message ends with the head and answers nothing. Its fields do not matter, and another follows.
//!    - 2xx to CONNECT: a tunnel after the head. Its fields do not matter.
//!    - To HEAD, and 204 and 304: the message ends with the head. Content-Length and Transfer-Encoding do not matter.
//!    - Any other. Transfer-Encoding, where there is any such field: in HTTP/1.0, `CODING_IN_10` at the first one's name. Then each element
//!      as in requests: one that does not match the grammar, `CODING_SYNTAX`; `chunked` (any case) that came before, `CODING_REPEATED`; `chunked`
//!      with parameters, `CODING_PARAMETERS`; all at the element. Chunked if that is the last of all elements; else until the connection is closed.
//!    - With both, `BOTH` at the name of whichever field comes first.
//!    - Content-Length, as in requests. With neither, until the connection is closed.
//!    - Connection, for a message that does not last until the close: closed after the option close, and in HTTP/1.0 without keep-alive.
//! 5. **The body.** Content-Length gives [`Framing::Length`](crate::Framing); chunked gives [`Framing::Chunked`](crate::Framing), with chunks
//!    and trailer section as in requests; until the close, all that is left, [`Framing::UntilClose`](crate::Framing); else
//!    [`Framing::Bodiless`](crate::Framing).

pub(crate) mod chunked_first;
pub(crate) mod class;
pub mod demands;
pub mod laws;
pub(crate) mod length_first;
pub mod leniencies;
pub mod rules;
pub(crate) mod state;
pub(crate) mod strict;
pub(crate) mod until_close;

use super::dialect;
use crate::core::input::Asked;
use crate::core::parser::Parser;
use crate::family::Family;

/// HTTP/1.1 responses.
pub static RESPONSE: Family = Family {
    name: "http1-response",
    noun: "response",
    before: "as a proxy in front of",
    extensions: &[],
    looks: |input| input.starts_with(b"HTTP/1."),
    rules: rules::RULES,
    leniencies: leniencies::LENIENCIES,
    restrictions: &[],
    labels: &["body"],
    parsers: PARSERS,
    asked: ASKED,
    is_closed: true,
    is_general: |parser| {
        let relaxes = parser.dialect().relaxes;
        let ignores = [
            &super::leniencies::CODING_IGNORED,
            &super::leniencies::LENGTH_IGNORED,
        ];
        !ignores.iter().any(|one| relaxes.has(one))
    },
    unpack: |_, _, _| false,
    read: dialect::read_response,
    own_law: laws::in_turn,
    classify: class::classify,
};

static PARSERS: &[&dyn Parser] = &[
    &strict::StrictResponse,
    &length_first::LengthFirst,
    &until_close::UntilClose,
    &chunked_first::ChunkedFirst,
];

/// What is asked of inputs that are drawn.
static ASKED: &[Asked<'static>] = &[
    Asked::UNKNOWN,
    Asked::lines("HEAD\nGET"),
    Asked::lines("GET\nHEAD\nGET"),
    Asked::lines("GET"),
    Asked::lines("CONNECT"),
    Asked::lines("GET upgrade\nGET"),
    Asked::lines("GET\nGET"),
    Asked::lines("HEAD\nHEAD"),
];
