//! HTTP/1.1 requests (RFC 9112 with RFC 9110): where each one ends.
//!
//! # The order of citations
//!
//! Two parsers can be held together only if they cite the same rule first. So all of them examine a
//! request in this order, and cite the first byte of the offending element. A byte is rejected as soon
//! as it is seen; a parser waits ([`Stop::Incomplete`](crate::Stop)) only while every byte so far is fine.
//!
//! 1. **Request-line**, byte by byte.
//!    - The first byte: CR or LF, `LEADING_EMPTY_LINE` at 0.
//!    - Method, one or more `tchar`. The byte that ends it: SP goes on; HTAB, VT or FF,
//!      `REQUEST_LINE_SPACE` at the byte; LF, or CR LF, `REQUEST_LINE_PARTS` at the byte; CR and another byte, `BARE_CR` at the
//!      CR; any other, and any at offset 0 that is no `tchar` and neither CR nor LF, `METHOD_TOKEN` at the byte.
//!    - Target, one or more of the characters that a URI may hold (RFC 3986: unreserved, gen-delims
//!      without `#`, sub-delims, `%`; `[`, `]` and `%` are accepted wherever they stand). The byte that ends it: SP goes on, or,
//!      when the target is empty, `REQUEST_LINE_SPACE` at the byte; HTAB, VT, FF: `REQUEST_LINE_SPACE`;
//!      LF, or CR LF: `REQUEST_LINE_PARTS`; CR and another byte: `BARE_CR`; any other: `TARGET_CHARACTER`; all at the byte.
//!    - When SP has ended the target, its form, at its first byte. What begins with `/` (and the method is not CONNECT), and `*`
//!      with OPTIONS, conform.
//!      - CONNECT: without a colon, with `/`, `?` or `@`, or with anything but a host that is not empty before its last colon,
//!        `TARGET_FORM`; with anything but a number up to 65535 after it, `CONNECT_PORT`.
//!      - Else, without `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) ":"` at its front, `TARGET_FORM`. Where no `//` follows:
//!        `TARGET_FORM` if the scheme is http or https (any case), or if one or more digits and nothing else follow. Where
//!        `//` follows, the authority ends before `/` or `?`, and its host begins after its last `@`. With http and https,
//!        an empty host is `TARGET_HOST_EMPTY`, then an `@` is `TARGET_USERINFO`. What is no host with an optional port is
//!        `TARGET_FORM`.
//!      - A host is `[`, an IPv6 address or `v`, one or more hexadecimal digits, `.` and one or more unreserved, sub-delims
//!        and `:`, and `]`; or any number of unreserved, sub-delims and `%` with two hexadecimal digits (RFC 3986). An
//!        optional port is nothing, or `:` and any number of digits.
//!    - Version, eight bytes `HTTP/D.D`. At the first byte that cannot be: if it is the version's first
//!      byte and SP, HTAB, VT or FF, `REQUEST_LINE_SPACE` at it; if the version's first byte and LF, or CR LF,
//!      `REQUEST_LINE_PARTS` at it, and CR and another byte, `BARE_CR` at it; else `HTTP_VERSION` at the version's first byte. Then, at once: major not 1,
//!      `MAJOR_VERSION`; minor above 1, `MINOR_VERSION`; both at the version's first byte. (`HTTP/2x` is `HTTP_VERSION`.)
//!    - The end: CR LF. LF, `BARE_LF` at it; CR and a byte other than LF, `BARE_CR` at the CR; SP, HTAB,
//!      VT or FF, `REQUEST_LINE_SPACE` at it; any other, `HTTP_VERSION` at the version's first byte.
//! 2. **Field lines**, each byte by byte. At the start of a line:
//!    - CR LF ends the header section; CR and another byte, `BARE_CR` at the CR; LF, `BARE_LF`.
//!    - SP or HTAB: on the first line `FIRST_FIELD_SPACE`, on a later one `OBS_FOLD`, at the byte.
//!    - `:`, `FIELD_NAME_EMPTY` at it.
//!    - Name, one or more `tchar`. The byte that ends it: `:` goes on; SP or HTAB, once the byte after any more of them is
//!      seen, `NAME_SPACE` where that is `:`, else `FIELD_NAME`, at the first of them;
//!      LF, or CR LF, `FIELD_COLON` at the start of the line; CR and another byte, `BARE_CR` at the CR;
//!      any other, `FIELD_NAME` at the byte (at the start of a line too).
//!    - Value: HTAB, SP, visible ASCII, bytes from 0x80. CR LF ends the line; CR and another byte, `BARE_CR`
//!      at the CR; LF, `BARE_LF`; NUL, `FIELD_VALUE`; any other, `FIELD_VALUE_CONTROL`; all at the byte. OWS (SP, HTAB) around the value is dropped.
//! 3. **The head as a whole**, once its end is seen. Only Host, Content-Length, Transfer-Encoding,
//!    Connection, Expect and Upgrade matter here.
//!    - Host: none in HTTP/1.1, `HOST_MISSING` at the request-line's first byte; a second one, `HOST_REPEATED` at its name; a
//!      first one whose value is no host with an optional port, `HOST_VALUE` at the value's first byte.
//!    - Transfer-Encoding, when there is any such field: in HTTP/1.0, `CODING_IN_10` at the first one's name.
//!      Then each element of each line, split at commas, OWS dropped, empty ones skipped, from left to right. A comma between
//!      double quotes splits nothing; a backslash there hides the byte after it; quotes that are not closed last to the end of
//!      the value. An element that is not `token *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )` is
//!      `CODING_SYNTAX`; `chunked` (any case) is `CODING_REPEATED` if it came before, and with parameters
//!      `CODING_PARAMETERS`; another coding is `CODING_NOT_FINAL` after chunked and `CODING_UNKNOWN` before it; all at the
//!      element. No element at all, `CODING_EMPTY` at the first field's name.
//!    - With both, `LENGTH_WITH_CODING` at the name of whichever field comes first.
//!    - Content-Length: several fields, `LENGTH_REPEATED` at the second one's name if all values are the same bytes, or if in
//!      all of them, split at commas, OWS dropped, every element that is not empty is the same decimal number and there is one; else
//!      `LENGTH_CONFLICT` at the name of the first that differs from the first. Then the value: empty, `LENGTH_EMPTY` at the field's name;
//!      with a comma, `LENGTH_LIST`; not all digits, `LENGTH_SYNTAX`; above 2^64 - 1, `LENGTH_OVERFLOW`; all at the value. OWS around
//!      a value is no part of it.
//!    - TRACE with Transfer-Encoding or a Content-Length above 0, `TRACE_CONTENT` at the name of the first framing field; CONNECT
//!      likewise, `CONNECT_CONTENT`.
//!    - Expect, in HTTP/1.1 only, each field: an element, split at commas, OWS dropped, empty ones skipped, other than `100-continue` (any
//!      case), `EXPECTATION` at the name.
//!    - Connection: the options close and keep-alive, comma-separated, any case, over all Connection fields. The connection
//!      closes after close, and in HTTP/1.0 without keep-alive. After CONNECT, always a tunnel.
//! 4. **The body.** Content-Length gives [`Framing::Length`](crate::Framing), also when it is 0; chunked gives
//!    [`Framing::Chunked`](crate::Framing), each chunk's data a part; else [`Framing::Bodiless`](crate::Framing).
//!    - Chunk size, one or more hexadecimal digits: another byte first, `CHUNK_SIZE` at the start of the line; a value above 2^64 - 1,
//!      `CHUNK_SIZE_OVERFLOW` there, as soon as it is exceeded. The byte after the digits: CR LF ends the line; CR and another byte,
//!      `CHUNK_LINE_END` at the CR; LF, `CHUNK_LINE_END` at it; `;` an extension; SP or HTAB, which
//!      must lead, after any more of them, to `;`, else `CHUNK_SIZE_SPACE` at the first of them, once the byte after them is seen;
//!      any other, `CHUNK_SIZE` at the start of the line.
//!    - Extensions, `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`, byte by byte: LF anywhere in them,
//!      `CHUNK_LINE_END` at it; CR and a byte other than LF, `CHUNK_LINE_END` at the CR; CR LF inside a quoted-string,
//!      `CHUNK_EXTENSION_QUOTE` at the CR; CR LF where the grammar does not let the extension end (after BWS too),
//!      `CHUNK_EXTENSION` at the CR; any other byte that cannot be, control characters in a quoted-string included,
//!      `CHUNK_EXTENSION` at it. A quoted-string takes HTAB, SP, visible ASCII, bytes from 0x80, and `\` before one of these.
//!    - Chunk data, then CR LF: anything else, `CHUNK_DATA_END` at the first byte after the data.
//!    - After size 0, the trailer section: field lines as in 2, except that a first line
//!      with SP or HTAB is `TRAILER_SPACE`. Its fields are not looked at.

pub(crate) mod chunked_first;
pub mod class;
pub mod demands;
pub mod dialect;
pub(crate) mod length_first;
pub mod leniencies;
pub(crate) mod line_reader;
#[cfg(test)]
mod mutants;
pub mod request;
pub mod response;
pub mod restrictions;
pub mod rules;
pub(crate) mod scanner;
pub(crate) mod state_machine;
pub mod strict;
pub mod understood;
pub mod unread;
pub(crate) mod until_close;

use crate::core::input::Asked;
use crate::core::parser::Parser;
use crate::family::Family;

/// HTTP/1.1 requests.
pub static REQUEST: Family = Family {
    name: "http1-request",
    noun: "request",
    before: "in front of",
    extensions: &[],
    looks: |input| {
        let line = input.split(|byte| *byte == b'\n').next().unwrap_or(input);
        // A status-line may name a version in its reason-phrase.
        !line.starts_with(b"HTTP/") && memchr::memmem::find(line, b" HTTP/1.").is_some()
    },
    rules: rules::RULES,
    leniencies: leniencies::LENIENCIES,
    restrictions: restrictions::RESTRICTIONS,
    labels: &["body"],
    parsers: PARSERS,
    asked: &[Asked::UNKNOWN],
    is_closed: false,
    is_general: |parser| {
        let relaxes = parser.dialect().relaxes;
        !relaxes.has(&leniencies::CODING_IGNORED) && !relaxes.has(&leniencies::LENGTH_IGNORED)
    },
    unpack: |_, _, _| false,
    read: dialect::read,
    own_law: crate::hop::laws::in_turn,
    classify: class::classify,
};

static PARSERS: &[&dyn Parser] = &[
    &strict::StrictRequest,
    &length_first::LengthFirst,
    &until_close::UntilClose,
    &chunked_first::ChunkedFirst,
    &line_reader::LineReader,
    &scanner::Scanner,
    &state_machine::StateMachine,
];
