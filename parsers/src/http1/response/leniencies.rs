//! Every named way to relax a rule while reading a response: those that readers of requests have too, and its own. This table is
//! the dialect's documentation: each text says exactly what a reader with that leniency does.
//!
//! Where two leniencies of one dialect apply to the same bytes, the one higher up in [`LENIENCIES`] wins.

use super::super::demands::{CARRIAGE_RETURN_SPACE, CLOSES, GRAMMAR, LINE_FEED, MEANING};
use super::super::leniencies as shared;
use super::super::rules::{BARE_CR, BARE_LF, LENGTH_COUNTS, PERSISTENCE};
use super::demands::*;
use super::rules::*;
use crate::core::rule::table::leniencies;
use crate::core::rule::{FIRST_OWN, Leniency};

pub mod own {
    //! Those that requests do not have.
    use super::*;

    leniencies! {
        from FIRST_OWN;
        // What a response answers.
        SURPLUS_CLOSES: SURPLUS "surplus-closes" "Closes the connection when bytes come while no request waits, and reads none of them." by DISCARDED;
        SURPLUS_KEPT: SURPLUS "surplus-kept" "Reads bytes that come while no request waits, without the CRLFs before them, as the response to a GET.";
        INTERIM_FINAL_LENGTH: INTERIM "interim-final-length" "Reads a 1xx response other than 101 and 103 with a Content-Length as the final one, with a body of that length.";
        INTERIM_FINAL: INTERIM "interim-final" "Reads a 1xx response other than 101 as the final one, without a body.";
        INTERIM_ONE: INTERIM "interim-one" "Reads the second 1xx response other than 101 to one request as the final one, without a body.";
        INTERIM_PAIRED: PAIRING "interim-paired" "A 1xx response other than 101 uses up the request that waits: the next response is read as that to the request after it, or to a GET if there is none.";
        SWITCH_IGNORED: SWITCH_UNASKED "switch-ignored" "Reads 101 that the request has not asked for as an interim response." by UNEXPECTED;
        SWITCH_FINAL: SWITCH_UNASKED "switch-final" "Reads 101 that the request has not asked for as a final response without a body." by INTERIMS;
        SWITCH_FOLLOWED: SWITCH_UNASKED "switch-followed" "Reads what follows 101 as the new protocol, also if the request has not asked for one." by MEANING;
        SWITCH_READS_ON: SWITCH_ENDS "switch-reads-on" "Reads 101 that the request has asked for as an interim response, and reads on.";

        // Before the status-line. Skipped bytes belong to the message that follows.
        EMPTY_LINES: EMPTY_LINE "leading-crlfs" "Skips any number of CRLF before the status-line." by CRLF;
        EMPTY_LINE_BYTES: EMPTY_LINE "leading-line-ends" "Skips any number of CR and LF before the status-line." by GRAMMAR;
        LINE_BEFORE: VERSION "leading-line" "Skips lines, up to LF, that do not begin with HTTP/ before the status-line.";

        // The status-line.
        VERSION_CASE: VERSION "version-any-case" "Accepts HTTP in any case.";
        VERSION_ICY: VERSION "version-icy" "Reads ICY in place of the version as HTTP/1.0.";
        VERSION_09: VERSION "version-09" "Reads what does not begin with HTTP/ as the body of an HTTP/0.9 response, which lasts until the connection is closed.";
        VERSION_SHORT: VERSION "version-no-minor" "Reads a version without a minor number: HTTP/0 and HTTP/1 as HTTP/1.0, others as HTTP/1.1.";
        MAJOR_ANY: MAJOR "version-major-any" "Reads a version with another major number than 1 as HTTP/1.1.";
        SPACES: STATUS_LINE_SPACE "status-line-spaces" "Accepts several SP between the parts of the status-line." by WORDS;
        BLANKS: STATUS_LINE_SPACE "status-line-blanks" "Reads HTAB, VT and FF as SP between the parts of the status-line." by WORDS;
        STATUS_ABSENT: STATUS_LINE_PARTS "status-absent" "Reads a status-line that ends (CRLF, or LF) after the version as one with the status 200.";
        CODE_SIGN: STATUS_CODE "status-sign" "Accepts a plus sign before the status code.";
        CODE_SHORT: STATUS_CODE "status-short" "Accepts a status code of one or two digits, whatever its number.";
        CODE_LONG: STATUS_CODE "status-long" "Reads a status code of more than three digits as that number.";
        CODE_TIGHT: STATUS_CODE "status-tight" "Reads what follows three digits, also if it is no space, as the reason-phrase.";
        CODE_RANGE: STATUS_RANGE "status-range" "Processes a status code outside the range 100 to 599 as one of the class 5xx." by INVALID_CODE_5XX;
        REASON_ABSENT: REASON_SPACE "reason-absent" "Accepts a status-line that ends after the status code." by WORDS;
        REASON_ANY: REASON "reason-any" "Accepts any byte but CR and LF in the reason-phrase." by IGNORED_REASON_MAY;
        REASON_CR: BARE_CR "reason-cr" "A bare CR in the reason-phrase is replaced by SP." by CARRIAGE_RETURN_SPACE;
        STATUS_LINE_LF: BARE_LF "status-line-lf" "A bare LF ends the status-line." by LINE_FEED;

        // Fields.
        SPACE_BEFORE_COLON: NAME_SPACE "name-space-removed" "Removes SP and HTAB between the name and the colon." by SPACE_REMOVED_MAY;
        SPACE_OTHER_NAME: NAME_SPACE "name-space-other" "A name with SP or HTAB between it and the colon is that of some other field.";

        // Where a response ends.
        HEAD_BODY: BODILESS "head-body" "Reads a body after the response to HEAD, if it has Content-Length or Transfer-Encoding.";
        NO_CONTENT_BODY: BODILESS "no-content-body" "Reads a body after 204, if it has Content-Length or Transfer-Encoding.";
        NOT_MODIFIED_BODY: BODILESS "not-modified-body" "Reads a body after 304, if it has Content-Length or Transfer-Encoding.";
        INTERIM_BODY: BODILESS "interim-body" "Reads a body after a 1xx response other than 101, if it has Content-Length or Transfer-Encoding.";
        RESET_NO_BODY: RESET "reset-no-body" "Reads no body after 205, whatever its fields say.";
        CONNECT_BODY_READ: TUNNEL "connect-body" "Reads a body after a 2xx response to CONNECT that has Content-Length or Transfer-Encoding, and another response after it.";
        CONNECT_NO_TUNNEL: TUNNEL "connect-no-tunnel" "Reads another response after the header section of a 2xx response to CONNECT.";
        CODING_WINS: BOTH "coding-beats-length" "With both, uses Transfer-Encoding and reads on after the message." by CODING_OVERRIDES;
        LENGTH_WINS: BOTH "length-beats-coding" "With both, uses Content-Length.";
        CODING_WINS_CLOSES: BOTH "coding-beats-length-closes" "With both, uses Transfer-Encoding and closes the connection after the message." by CODING_OVERRIDES;
        BOTH_CLOSE: BOTH "both-until-close" "A response with both lasts until the connection is closed.";
        CODING_HOLDS_CHUNKED: CODING_SYNTAX "coding-substring" "Reads a coding that is malformed and holds chunked anywhere, in any case, as chunked.";
        MALFORMED_IGNORED: CODING_SYNTAX "coding-syntax-ignored" "Does not look at a Transfer-Encoding with a malformed coding.";
        MALFORMED_CLOSE: CODING_SYNTAX "coding-syntax-close" "A response with a malformed coding lasts until the connection is closed." by CODING_READ_ON;
        CODING_ANY: CODING_FINAL "coding-any-chunked" "Reads a Transfer-Encoding in which chunked is not the final coding, or no coding is, as chunked.";
        CODING_NOT_LAST: CODING_FINAL "coding-not-final-chunked" "Reads a Transfer-Encoding in which other codings follow chunked as chunked.";
        CODING_OTHER_IGNORED: CODING_FINAL "coding-other-ignored" "Does not look at a Transfer-Encoding in which chunked is not the final coding, or no coding is.";
        LENGTH_LINGERS: LENGTH_COUNTS "length-lingers" "The digits of the Content-Length of a response to HEAD stand before those of the next response's.";
        EMPTY_WITHOUT_LENGTH: UNTIL_CLOSE "no-length-empty" "A response with neither Content-Length nor Transfer-Encoding has no body.";
        EMPTY_BEFORE_STATUS_LINE: UNTIL_CLOSE "no-length-next" "A response with neither Content-Length nor Transfer-Encoding has no body if HTTP/ follows its head.";
        CLOSE_KEPT: CLOSE_ENDS "close-reads-on" "Reads another response after one with Connection: close.";
        KEEP_ALIVE_WINS: CLOSE_ENDS "keep-alive-beats-close" "Reads another response after one with both close and keep-alive.";
        KEPT_10: PERSISTENCE "persists-10" "Reads another response after one of HTTP/1.0 without keep-alive.";
        CLOSED_10: PERSISTENCE "closes-10" "Closes the connection after every response of HTTP/1.0." by CLOSES;
    }
}
pub(in crate::http1) use own::*;

/// Every leniency, in order of precedence.
pub static LENIENCIES: &[&Leniency] = &[
    &SURPLUS_CLOSES,
    &SURPLUS_KEPT,
    &EMPTY_LINES,
    &EMPTY_LINE_BYTES,
    &VERSION_CASE,
    &VERSION_ICY,
    &LINE_BEFORE,
    &VERSION_09,
    &VERSION_SHORT,
    &MAJOR_ANY,
    &shared::VERSION_MINOR_11,
    &shared::VERSION_MINOR_10,
    &SPACES,
    &BLANKS,
    &STATUS_ABSENT,
    &CODE_SIGN,
    &CODE_SHORT,
    &CODE_LONG,
    &CODE_RANGE,
    &CODE_TIGHT,
    &REASON_ABSENT,
    &REASON_ANY,
    &REASON_CR,
    &STATUS_LINE_LF,
    &shared::FIELD_LF,
    &shared::EMPTY_LINE_LF,
    &shared::FIELD_CRCRLF,
    &shared::VALUE_CR,
    &shared::FIRST_FIELD_SKIPPED,
    &shared::FIRST_FIELD_TRIMMED,
    &shared::FOLD_FIELD,
    &shared::FOLD_DROPPED,
    &shared::FOLD_TIGHT,
    &shared::FOLD_JOINED,
    &SPACE_BEFORE_COLON,
    &SPACE_OTHER_NAME,
    &shared::NAME_CONTROL_OTHER,
    &shared::NAME_DELIMITERS,
    &shared::NAME_EMPTY_SKIPPED,
    &shared::COLON_LINE_SKIPPED,
    &shared::VALUE_NUL_CUTS,
    &shared::VALUE_NUL_SPACE,
    &shared::VALUE_CONTROL,
    &INTERIM_FINAL_LENGTH,
    &INTERIM_FINAL,
    &INTERIM_ONE,
    &INTERIM_PAIRED,
    &INTERIM_BODY,
    &SWITCH_IGNORED,
    &SWITCH_FINAL,
    &SWITCH_FOLLOWED,
    &SWITCH_READS_ON,
    &CONNECT_BODY_READ,
    &CONNECT_NO_TUNNEL,
    &HEAD_BODY,
    &NO_CONTENT_BODY,
    &NOT_MODIFIED_BODY,
    &RESET_NO_BODY,
    &shared::CODING_IGNORED,
    &shared::CODING_10_IGNORED,
    &shared::CODING_10_ACCEPTED,
    &shared::CODING_10_CLOSES,
    &CODING_HOLDS_CHUNKED,
    &MALFORMED_IGNORED,
    &MALFORMED_CLOSE,
    &shared::CODING_PARAMETERS_DROPPED,
    &shared::CODING_TWICE,
    &CODING_ANY,
    &CODING_NOT_LAST,
    &CODING_OTHER_IGNORED,
    &CODING_WINS,
    &LENGTH_WINS,
    &CODING_WINS_CLOSES,
    &BOTH_CLOSE,
    &shared::LENGTH_IGNORED,
    &shared::LENGTH_EMPTY_IGNORED,
    &shared::LENGTH_SAME,
    &shared::LENGTH_SAME_NUMBER,
    &shared::LENGTH_FIRST,
    &shared::LENGTH_LAST,
    &shared::LENGTH_LIST_SAME,
    &shared::LENGTH_LIST_EQUAL,
    &shared::LENGTH_LIST_FIRST,
    &shared::LENGTH_LIST_LAST,
    &shared::LENGTH_OCTAL,
    &shared::LENGTH_WRAPS_32,
    &shared::LENGTH_LARGE,
    &shared::LENGTH_WRAPS_64,
    &shared::LENGTH_PLUS,
    &shared::LENGTH_MINUS_NONE,
    &shared::LENGTH_HEX,
    &shared::LENGTH_UNDERSCORE,
    &shared::LENGTH_SPACE_CUTS,
    &shared::LENGTH_PREFIX,
    &shared::LENGTH_INVALID_IGNORED,
    &shared::LENGTH_INVALID_CLOSE,
    &shared::LENGTH_EMPTY_ZERO,
    &shared::LENGTH_EMPTY_CLOSE,
    &LENGTH_LINGERS,
    &EMPTY_WITHOUT_LENGTH,
    &EMPTY_BEFORE_STATUS_LINE,
    &shared::BODY_ENDS_AT_CLOSE,
    &CLOSE_KEPT,
    &KEEP_ALIVE_WINS,
    &KEPT_10,
    &CLOSED_10,
    &shared::CHUNK_SPACE_BEFORE,
    &shared::CHUNK_PLUS,
    &shared::CHUNK_MINUS_NONE,
    &shared::CHUNK_HEX_PREFIX,
    &shared::CHUNK_INVALID_ZERO,
    &shared::CHUNK_INVALID_ENDS,
    &shared::CHUNK_PREFIX,
    &shared::CHUNK_WRAPS_32,
    &shared::CHUNK_LARGE,
    &shared::CHUNK_WRAPS_64,
    &shared::CHUNK_SPACE_AFTER,
    &shared::CHUNK_LINE_LF,
    &shared::EXTENSION_LF_ENDS,
    &shared::EXTENSION_LF_KEPT,
    &shared::EXTENSION_QUOTED_CRLF,
    &shared::EXTENSION_UNBALANCED,
    &shared::EXTENSION_ANY,
    &shared::DATA_ANY_TWO,
    &shared::DATA_LF,
    &shared::DATA_NONE,
    &shared::LAST_ENDS,
    &shared::CLOSE_ENDS_CHUNKS,
    &shared::TRAILER_LF,
    &shared::TRAILER_FOLD,
    &shared::TRAILER_SPACE_ANY,
    &shared::TRAILER_ANY_LINE,
    &shared::TRAILER_LENGTH,
];
