//! The rules of RFC 9112 (with RFC 9110) that decide where a response ends. Those about elements that requests have too are the
//! rules of requests; these are the others.

use super::super::demands::{GRAMMAR, MEANING};
use super::super::rules as shared;
use super::demands::*;
use crate::core::rule::Rule;
use crate::core::rule::table::rules;

pub mod own {
    //! Those that requests do not have.
    use super::*;

    rules! {
        "http1-response":
        // What a response answers.
        SURPLUS: [Server Must, Client Must] "surplus" "RFC 9112 §6.3, §9.2" "Data on a connection without an outstanding request is no response: a client discards it or closes the connection, unless it is CRLF only."
            broken DISCARD kept CRLF;
        PAIRING: [Recipient Must] "pairing" "RFC 9112 §9.2" "Each response answers the first request that has not yet received a final response."
            broken IN_ORDER kept IN_ORDER;
        INTERIM: [Client Must] "interim" "RFC 9110 §15.2" "Any number of 1xx responses may come before the final response to a request, which they do not answer."
            broken INTERIMS kept UNEXPECTED;
        SWITCH_UNASKED: [Server Must] "switch-unasked" "RFC 9110 §7.8" "A server does not switch to a protocol that the request has not asked for: 101 answers a request with Upgrade."
            broken SWITCH kept SWITCHED;
        SWITCH_ENDS: [Recipient Must] "switch-ends" "RFC 9110 §7.8, §15.2.2" "What follows 101 is the new protocol."
            broken SWITCHED kept SWITCHED;

        // The status-line.
        EMPTY_LINE: [Server Must] "leading-empty-line" "RFC 9112 §2.1, §9.2" "A response begins with its status-line; CRLF before it can be discarded."
            broken CRLF kept CRLF;
        VERSION: [Server Must] "version" "RFC 9112 §2.3, §4" "A status-line begins with HTTP-version = \"HTTP/\" DIGIT \".\" DIGIT, case-sensitive."
            broken GRAMMAR kept MEANING;
        MAJOR: [Server Must] "major-version" "RFC 9110 §2.5" "The major version indicates the messaging syntax; another than 1 has another syntax."
            broken GRAMMAR kept MEANING;
        STATUS_LINE_SPACE: [Server Must, Recipient May] "status-line-space" "RFC 9112 §4" "status-line = HTTP-version SP status-code SP [ reason-phrase ], with single spaces; recipients may instead parse on whitespace-delimited word boundaries."
            broken GRAMMAR kept WORDS;
        STATUS_LINE_PARTS: [Server Must] "status-line-parts" "RFC 9112 §4" "A status-line has a version and a status code."
            broken GRAMMAR kept MEANING;
        STATUS_CODE: [Server Must] "status-code" "RFC 9112 §4" "status-code = 3DIGIT."
            broken CODE kept CODE;
        STATUS_RANGE: [Server Must, Client Should] "status-range" "RFC 9110 §15" "Status codes outside the range 100 to 599 are invalid; a client should process such a response as one with 5xx."
            broken INVALID_CODE kept CODE;
        REASON_SPACE: [Server Must] "reason-space" "RFC 9112 §4" "SP follows the status code, also where there is no reason-phrase."
            broken GRAMMAR kept WORDS;
        REASON: [Server Must, Client Should] "reason" "RFC 9112 §4" "reason-phrase = 1*( HTAB / SP / VCHAR / obs-text ); a client should ignore its content."
            broken GRAMMAR kept IGNORED_REASON;

        // Fields.
        NAME_SPACE: [Sender Must, Proxy Must] "name-space" "RFC 9112 §5.1" "No whitespace is allowed between the field name and the colon; a proxy removes it from a response."
            broken SPACE_REMOVED kept MEANING;

        // Where a response ends.
        BODILESS: [Recipient Must] "bodiless" "RFC 9112 §6.3" "A response to HEAD, and one with status 1xx, 204 or 304, ends with its header section, whatever its fields say."
            broken HEAD_ONLY kept HEAD_ONLY;
        TUNNEL: [Recipient Must] "connect-tunnel" "RFC 9112 §6.3; RFC 9110 §9.3.6" "A 2xx response to CONNECT ends with its header section, whatever its fields say, and a tunnel follows."
            broken FIELDS_OF_TUNNEL kept FIELDS_OF_TUNNEL;
        RESET: [Server Must] "reset-content" "RFC 9110 §15.3.6" "A 205 response has no content. Its fields say where it ends, as those of any response do."
            broken MEANING kept NO_CONTENT_OF_205;
        BOTH: [Sender Must, Recipient Should] "length-with-coding" "RFC 9112 §6.1, §6.3" "With both Transfer-Encoding and Content-Length, Transfer-Encoding overrides; it ought to be handled as an error."
            broken BOTH_FIELDS kept BOTH_FIELDS;
        CODING_SYNTAX: [Sender Must] "coding-syntax" "RFC 9110 §10.1.4" "transfer-coding = token *( OWS \";\" OWS transfer-parameter ); what does not match is not chunked."
            broken CODING_OF_RESPONSE kept CODING_OF_RESPONSE;
        CODING_FINAL: [Recipient Must] "coding-final" "RFC 9112 §6.3" "A response with Transfer-Encoding in which chunked is not the final coding lasts until the connection is closed."
            broken CODING_OF_RESPONSE kept CODING_OF_RESPONSE;
        UNTIL_CLOSE: [Recipient Must] "until-close" "RFC 9112 §6.3, §8" "A response with neither Transfer-Encoding nor Content-Length lasts until the connection is closed."
            broken CLOSE_DELIMITS kept CLOSE_DELIMITS;
        CLOSE_ENDS: [Client Must] "close-ends" "RFC 9112 §9.6" "After a response with the close option the client closes the connection."
            broken CLOSED_BY_CLIENT kept CLOSED_BY_CLIENT;
    }
}
pub use own::{
    BODILESS, BOTH, CLOSE_ENDS, CODING_FINAL, CODING_SYNTAX, EMPTY_LINE, INTERIM, MAJOR,
    NAME_SPACE, PAIRING, REASON, REASON_SPACE, RESET, STATUS_CODE, STATUS_LINE_PARTS,
    STATUS_LINE_SPACE, STATUS_RANGE, SURPLUS, SWITCH_ENDS, SWITCH_UNASKED, TUNNEL, UNTIL_CLOSE,
    VERSION,
};

/// Every rule: of what a response answers, of its status-line, its fields, its length, and its chunks.
pub static RULES: &[&Rule] = &[
    &SURPLUS,
    &PAIRING,
    &INTERIM,
    &SWITCH_UNASKED,
    &SWITCH_ENDS,
    &EMPTY_LINE,
    &VERSION,
    &MAJOR,
    &shared::MINOR_VERSION,
    &STATUS_LINE_SPACE,
    &STATUS_LINE_PARTS,
    &STATUS_CODE,
    &STATUS_RANGE,
    &REASON_SPACE,
    &REASON,
    &shared::BARE_LF,
    &shared::BARE_CR,
    &shared::FIRST_FIELD_SPACE,
    &shared::OBS_FOLD,
    &shared::FIELD_NAME,
    &shared::FIELD_NAME_EMPTY,
    &shared::FIELD_COLON,
    &NAME_SPACE,
    &shared::FIELD_VALUE,
    &shared::FIELD_VALUE_CONTROL,
    &BODILESS,
    &TUNNEL,
    &RESET,
    &BOTH,
    &shared::CODING_IN_10,
    &shared::CODING_COUNTS,
    &CODING_SYNTAX,
    &CODING_FINAL,
    &shared::CODING_PARAMETERS,
    &shared::CODING_REPEATED,
    &shared::LENGTH_REPEATED,
    &shared::LENGTH_CONFLICT,
    &shared::LENGTH_LIST,
    &shared::LENGTH_EMPTY,
    &shared::LENGTH_SYNTAX,
    &shared::LENGTH_DECIMAL,
    &shared::LENGTH_OVERFLOW,
    &shared::LENGTH_COUNTS,
    &UNTIL_CLOSE,
    &shared::MESSAGE_COMPLETE,
    &CLOSE_ENDS,
    &shared::PERSISTENCE,
    &shared::CHUNK_SIZE,
    &shared::CHUNK_SIZE_SPACE,
    &shared::CHUNK_SIZE_NUMBER,
    &shared::CHUNK_SIZE_OVERFLOW,
    &shared::CHUNK_LINE_END,
    &shared::CHUNK_EXTENSION,
    &shared::CHUNK_EXTENSION_QUOTE,
    &shared::CHUNK_DATA_END,
    &shared::LAST_CHUNK,
    &shared::TRAILER_SPACE,
    &shared::TRAILER_FRAMING,
];
