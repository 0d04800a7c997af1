//! The rules of RFC 9112 (with RFC 9110) that decide where a request ends, each with its section.

use crate::rule::table::rules;

rules! {
    "http1":
    // Lines and the request-line.
    LEADING_EMPTY_LINE: Should "leading-empty-line" "RFC 9112 §2.2" "A server that expects a request-line ought to ignore at least one empty line (CRLF) received before it; it need not ignore anything else.";
    BARE_LF: May "bare-lf" "RFC 9112 §2.2" "A line ends with CRLF; a recipient may recognize a single LF as a line terminator and ignore any preceding CR.";
    BARE_CR: Must "bare-cr" "RFC 9112 §2.2" "A recipient of a bare CR outside the content must consider the element invalid or replace the CR with SP.";
    METHOD_TOKEN: Must "method-token" "RFC 9112 §3.1" "method = token.";
    METHOD_CASE: Must "method-case" "RFC 9112 §3.1" "The request method is case-sensitive.";
    REQUEST_LINE_SPACE: May "request-line-space" "RFC 9112 §3" "request-line = method SP request-target SP HTTP-version, with single spaces; recipients may instead parse on whitespace-delimited word boundaries.";
    REQUEST_LINE_PARTS: Must "request-line-parts" "RFC 9112 §3" "A request-line has a method, a target and a version.";
    TARGET_CHARACTER: Must "target-character" "RFC 9112 §3.2" "The request-target holds only the characters of a URI; recipients of an invalid request-line should answer 400 and not autocorrect it.";
    TARGET_FORM: Must "target-form" "RFC 9112 §3.2" "The request-target is in origin-form, in absolute-form, in authority-form for CONNECT only, or in asterisk-form for OPTIONS only.";
    HTTP_VERSION: Must "http-version" "RFC 9112 §2.3" "HTTP-version = \"HTTP/\" DIGIT \".\" DIGIT, case-sensitive.";
    MAJOR_VERSION: Should "major-version" "RFC 9110 §15.6.6" "A server answers 505 to a major version that it does not support.";
    MINOR_VERSION: Should "minor-version" "RFC 9110 §2.5" "A message with a higher minor version should be processed as if it had the highest minor version implemented.";
    ERROR_CLOSES: Must "error-closes" "RFC 9112 §6.3" "An invalid request-line ends the reading: with its framing unknown, nothing that follows can be told apart.";
    HEAD_LIMIT: Must "head-limit" "RFC 9110 §5.4" "A server that receives a line, a set of fields or a name larger than it wishes to process answers with a 4xx; ignoring the excess would expose it to request smuggling.";

    // Field lines.
    FIRST_FIELD_SPACE: Must "first-field-space" "RFC 9112 §2.2" "Whitespace between the start-line and the first field: reject the message, or consume each such line without processing it.";
    OBS_FOLD: Must "obs-fold" "RFC 9112 §5.2" "A server that receives an obs-fold either rejects the message or replaces each obs-fold with SP before interpreting the value.";
    FIELD_NAME: Must "field-name" "RFC 9112 §5" "field-line = field-name \":\" OWS field-value OWS, with field-name = token.";
    FIELD_NAME_EMPTY: Must "field-name-empty" "RFC 9110 §5.6.2" "A token has at least one character.";
    FIELD_COLON: Must "field-colon" "RFC 9112 §5" "Each field line has a name followed by a colon.";
    NAME_SPACE: Must "name-space" "RFC 9112 §5.1" "No whitespace is allowed between the field name and the colon; a server rejects such a request with 400.";
    NAME_WHOLE: Must "name-whole" "RFC 9110 §5.1" "A field is known by its whole name, compared without regard to case and otherwise byte by byte.";
    FIELD_VALUE: Must "field-value" "RFC 9110 §5.5" "A field value holds no CR, LF or NUL, and no other control character but HTAB; a recipient rejects the message or replaces them with SP.";
    CONNECTION_OPTION: Must "connection-option" "RFC 9110 §7.6.1" "A connection option never names a field meant for all recipients; the framing fields are read whatever it says.";
    CONNECTION_LIST: Must "connection-list" "RFC 9110 §7.6.1" "Connection = #connection-option: options over all Connection fields, compared without regard to case.";
    HEAD_END: Must "head-end" "RFC 9112 §2.1" "An empty line, CRLF, ends the header section.";
    MESSAGE_COMPLETE: Must "message-complete" "RFC 9112 §8" "A message whose header section, chunks or length are cut short by the end of the stream is incomplete.";
    HOST_MISSING: Must "host-missing" "RFC 9112 §3.2" "A server answers 400 to an HTTP/1.1 request without a Host field.";
    HOST_REPEATED: Must "host-repeated" "RFC 9112 §3.2" "A server answers 400 to a request with more than one Host field line.";
    HOST_VALUE: Must "host-value" "RFC 9112 §3.2" "A server answers 400 to a Host field with an invalid value.";

    // Transfer-Encoding.
    CODING_IN_10: Must "coding-in-10" "RFC 9112 §6.1" "An HTTP/1.0 message with Transfer-Encoding has faulty framing, even if it has Content-Length.";
    CODING_NAME: Must "coding-name" "RFC 9112 §7" "Transfer-Encoding = #transfer-coding: names compared without regard to case, list elements over all field lines, empty elements ignored.";
    CODING_SYNTAX: Must "coding-syntax" "RFC 9110 §10.1.4" "transfer-coding = token *( OWS \";\" OWS transfer-parameter ).";
    CODING_EMPTY: Must "coding-empty" "RFC 9112 §6.3" "A Transfer-Encoding without chunked as its final coding leaves the length of a request unknown: respond with 400 and close.";
    CODING_PARAMETERS: Should "coding-parameters" "RFC 9112 §7.1" "The chunked coding has no parameters; their presence should be treated as an error.";
    CODING_UNKNOWN: Should "coding-unknown" "RFC 9112 §6.1" "A server that receives a transfer coding that it does not understand should respond with 501.";
    CODING_NOT_FINAL: Must "coding-not-final" "RFC 9112 §6.3" "If chunked is not the final coding of a request, the length cannot be determined reliably: respond with 400 and close.";
    CODING_REPEATED: Must "coding-repeated" "RFC 9112 §6.1" "Chunked is not applied more than once.";
    CODING_COUNTS: Must "coding-counts" "RFC 9112 §6.3" "If chunked is the final coding, the body ends with the last chunk and its trailer section.";
    LENGTH_WITH_CODING: Should "length-with-coding" "RFC 9112 §6.3" "With both Transfer-Encoding and Content-Length, Transfer-Encoding overrides; it ought to be handled as an error, and a server that does not refuse it closes the connection after its response (§6.1).";

    // Content-Length.
    LENGTH_REPEATED: May "length-repeated" "RFC 9110 §8.6" "Several Content-Length fields with the same value: reject the message, or read them as one.";
    LENGTH_CONFLICT: Must "length-conflict" "RFC 9112 §6.3" "Several Content-Length fields with different values are an unrecoverable error.";
    LENGTH_LIST: May "length-list" "RFC 9110 §8.6" "A Content-Length with a list of one decimal value repeated: reject it, or read it as that one value; any other list is an unrecoverable error.";
    LENGTH_EMPTY: Must "length-empty" "RFC 9112 §6.3" "Content-Length has at least one digit; without one it is an unrecoverable error.";
    LENGTH_SYNTAX: Must "length-syntax" "RFC 9112 §6.3" "Content-Length = 1*DIGIT; an invalid value is an unrecoverable error.";
    LENGTH_DECIMAL: Must "length-decimal" "RFC 9110 §8.6" "Content-Length is a decimal number of any size, leading zeros included.";
    LENGTH_OVERFLOW: Must "length-overflow" "RFC 9110 §8.6" "A recipient anticipates large decimal numerals and prevents errors from integer overflow.";
    LENGTH_COUNTS: Must "length-counts" "RFC 9112 §6.3" "A valid Content-Length without Transfer-Encoding is the length of the body in octets.";
    NO_LENGTH_NO_BODY: Must "no-length-no-body" "RFC 9112 §6.3" "A request with neither Transfer-Encoding nor Content-Length has a body of length zero.";

    // Bodies and the connection.
    FRAMING_BY_METHOD: Must "framing-by-method" "RFC 9112 §6" "Request message framing is independent of method semantics.";
    TRACE_CONTENT: Must "trace-content" "RFC 9110 §9.3.8" "A client does not send content in a TRACE request.";
    CONNECT_CONTENT: Must "connect-content" "RFC 9110 §9.3.6" "A CONNECT request does not have content.";
    CONNECT_TUNNEL: Must "connect-tunnel" "RFC 9110 §9.3.6" "After the header section of a CONNECT request that is granted, the connection is a tunnel.";
    UPGRADE_WAITS: Must "upgrade-waits" "RFC 9110 §7.8" "A protocol is changed only once 101 has been sent, and after the whole request; a server may ignore Upgrade.";
    EXPECTATION: May "expectation" "RFC 9110 §10.1.1" "A server may answer 417 to an expectation other than 100-continue.";
    EXPECT_BODY: Must "expect-body" "RFC 9110 §10.1.1" "A server that answers an expectation with a final status reads or discards the body, or closes; in HTTP/1.0 it ignores 100-continue.";
    CLOSE_ENDS: Must "close-ends" "RFC 9112 §9.6" "After a request with the close option a server processes no further requests on that connection.";
    PERSISTENCE: Must "persistence" "RFC 9112 §9.3" "Close beats keep-alive; HTTP/1.1 persists; HTTP/1.0 persists with the keep-alive option of Connection, if the recipient wishes.";

    // The chunked transfer coding.
    CHUNK_SIZE: Must "chunk-size" "RFC 9112 §7.1" "chunk-size = 1*HEXDIG, followed by CRLF or by an extension.";
    CHUNK_SIZE_SPACE: Must "chunk-size-space" "RFC 9112 §7.1.1" "Whitespace after the chunk size stands only before the semicolon of an extension.";
    CHUNK_SIZE_NUMBER: Must "chunk-size-number" "RFC 9112 §7.1" "The chunk size is a hexadecimal number with any number of digits.";
    CHUNK_SIZE_OVERFLOW: Must "chunk-size-overflow" "RFC 9112 §7.1" "A recipient anticipates large hexadecimal numerals and prevents errors from integer overflow.";
    CHUNK_LINE_END: Must "chunk-line-end" "RFC 9112 §7.1" "chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF: the line of the size ends with CRLF.";
    CHUNK_EXTENSION: Must "chunk-extension" "RFC 9112 §7.1.1" "chunk-ext = *( BWS \";\" BWS chunk-ext-name [ BWS \"=\" BWS chunk-ext-val ] ).";
    CHUNK_EXTENSION_QUOTE: Must "chunk-extension-quote" "RFC 9110 §5.6.4" "A quoted-string ends with a DQUOTE and holds neither CR nor LF.";
    CHUNK_EXTENSION_LENGTH: Must "chunk-extension-length" "RFC 9112 §7.1.1" "A recipient ignores unrecognized chunk extensions; it may limit their length and answer with a 4xx.";
    CHUNK_DATA_END: Must "chunk-data-end" "RFC 9112 §7.1" "CRLF follows the chunk data.";
    LAST_CHUNK: Must "last-chunk" "RFC 9112 §7.1" "last-chunk = 1*\"0\" [ chunk-ext ] CRLF, and the trailer section and an empty line follow it.";
    TRAILER_FRAMING: Must "trailer-framing" "RFC 9110 §6.5.1" "A trailer field that frames the message is not merged into the header section.";
}
