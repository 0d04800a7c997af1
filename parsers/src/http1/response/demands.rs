//! What RFC 9110 and RFC 9112 demand of a client or a proxy that receives a response, and what they permit it, in their own words.
//!
//! Sentences about elements that requests have too are those of [requests](super::super::demands). A sentence that speaks of a
//! server, such as the one about what does not match the grammar, is applied here to the reader of a response: RFC 9112 has none
//! for it, and RFC 9110 §2.4 lets both recover.

use crate::core::rule::table::demands;

demands! {
    // What a response answers.

    DISCARD: Must "RFC 9112 §6.3" "A client MUST NOT process, cache, or forward such extra data as a separate response, since such behavior would be vulnerable to cache poisoning." or "discard it, or close the connection";
    DISCARDED: May "RFC 9112 §6.3" "a user agent MAY discard the remaining data or attempt to determine if that data belongs as part of the prior message body";
    IN_ORDER: Must "RFC 9112 §9.2" "MUST associate each received response message on that connection to the first outstanding request that has not yet received a final (non-1xx) response.";
    INTERIMS: Must "RFC 9110 §15.2" "A client MUST be able to parse one or more 1xx responses received prior to a final response, even if the client does not expect one.";
    UNEXPECTED: May "RFC 9110 §15.2" "A user agent MAY ignore unexpected 1xx responses.";
    SWITCH: May "RFC 9110 §7.8" "A server MUST NOT switch to a protocol that was not indicated by the client in the corresponding request's Upgrade header field.";
    SWITCHED: Must "RFC 9110 §7.8" "first responds with a 101 (Switching Protocols) message in HTTP/1.1 and then immediately follows that with the new protocol's equivalent of a response", derived;

    // The status-line.

    CRLF: May "RFC 9112 §9.2" "consists only of one or more CRLF (which can be discarded per Section 2.2).";
    WORDS: May "RFC 9112 §4" "recipients MAY instead parse on whitespace-delimited word boundaries and, aside from the line terminator, treat any form of whitespace as the SP separator while ignoring preceding or trailing whitespace; such whitespace includes one or more of the following octets: SP, HTAB, VT (%x0B), FF (%x0C), or bare CR.";
    CODE: Must "RFC 9112 §4" "A recipient parses and interprets the remainder of the response message in light of the semantics defined for that status code", derived;
    INVALID_CODE: Should "RFC 9110 §15" "A client that receives a response with an invalid status code SHOULD process the response as if it had a 5xx (Server Error) status code.";
    INVALID_CODE_5XX: May "RFC 9110 §15" "process the response as if it had a 5xx (Server Error) status code.";
    IGNORED_REASON: Should "RFC 9112 §4" "A client SHOULD ignore the reason-phrase content";
    IGNORED_REASON_MAY: May "RFC 9112 §4" "it is not a reliable channel for information";

    // Fields.

    SPACE_REMOVED: Must "RFC 9112 §5.1" "A proxy MUST remove any such whitespace from a response message before forwarding the message downstream." or "as a client, reject the response";
    SPACE_REMOVED_MAY: May "RFC 9112 §5.1" "remove any such whitespace from a response message before forwarding the message downstream.";

    // Where a response ends.

    HEAD_ONLY: Must "RFC 9112 §6.3" "Any response to a HEAD request and any response with a 1xx (Informational), 204 (No Content), or 304 (Not Modified) status code is always terminated by the first empty line after the header fields, regardless of the header fields present in the message, and thus cannot contain a message body or trailer section.", derived;
    FIELDS_OF_TUNNEL: Must "RFC 9112 §6.3" "A client MUST ignore any Content-Length or Transfer-Encoding header fields received in such a message.";
    NO_CONTENT_OF_205: May "RFC 9110 §15.3.6" "Since the 205 status code implies that no additional content will be provided, a server MUST NOT generate content in a 205 response.";
    BOTH_FIELDS: Should "RFC 9112 §6.3" "Such a message might indicate an attempt to perform request smuggling (Section 11.2) or response splitting (Section 11.1) and ought to be handled as an error." or "take the coding alone";
    CODING_OVERRIDES: May "RFC 9112 §6.3" "the Transfer-Encoding overrides the Content-Length.";
    CODING_OF_RESPONSE: Must "RFC 9112 §6.3" "If a Transfer-Encoding header field is present in a response and the chunked transfer coding is not the final encoding, the message body length is determined by reading the connection until it is closed by the server.", derived;
    CODING_READ_ON: May "RFC 9112 §6.3" "the message body length is determined by reading the connection until it is closed by the server.";
    CLOSE_DELIMITS: Must "RFC 9112 §6.3" "Otherwise, this is a response message without a declared message body length, so the message body length is determined by the number of octets received prior to the server closing the connection.", derived;
    CLOSED_BY_CLIENT: Must "RFC 9112 §9.6" "A client that receives a \"close\" connection option MUST cease sending requests on that connection and close the connection after reading the response message containing the \"close\" connection option";
}
