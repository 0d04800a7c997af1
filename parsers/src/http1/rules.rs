//! The rules of RFC 9112 (with RFC 9110 and RFC 9931) that decide where a request ends, each with its section, which role it
//! binds, and what is demanded of a server about it.
//!
//! A grammar binds senders (RFC 9110 §2.2). A server that receives what does not match it should answer 400 (RFC 9112 §2.2),
//! and may recover (RFC 9110 §2.4), unless a sentence about that very element demands more.

use super::demands::*;
use crate::core::rule::table::rules;

rules! {
    "http1":
    // Lines and the request-line.
    LEADING_EMPTY_LINE: [Client Must, Server Should] "leading-empty-line" "RFC 9112 §2.2" "A server that expects a request-line ought to ignore at least one empty line (CRLF) received before it."
        broken EMPTY_LINE kept EMPTY_LINE closing GRAMMAR;
    BARE_LF: [Sender Must, Recipient May] "bare-lf" "RFC 9112 §2.2" "The start-line and each field line end with CRLF; a recipient may recognize a single LF as their terminator and ignore any preceding CR."
        broken GRAMMAR kept MEANING closing GRAMMAR;
    BARE_CR: [Sender Must, Recipient Must] "bare-cr" "RFC 9112 §2.2" "A recipient of a bare CR outside the content must consider the element invalid or replace the CR with SP."
        broken CARRIAGE_RETURN kept MEANING closing GRAMMAR;
    OCTETS_PARSED: [Recipient Must] "octets" "RFC 9112 §2.2" "A recipient parses a message as octets in a superset of US-ASCII, not as characters of Unicode."
        broken OCTETS kept OPAQUE closing GRAMMAR;
    METHOD_TOKEN: [Sender Must, Server Should] "method-token" "RFC 9112 §3.1" "method = token."
        broken REQUEST_LINE kept UNKNOWN_METHOD closing GRAMMAR;
    METHOD_CASE: [Recipient Must] "method-case" "RFC 9112 §3.1" "The request method is case-sensitive."
        broken MEANING kept UNKNOWN_METHOD closing GRAMMAR;
    REQUEST_LINE_SPACE: [Sender Must, Recipient May] "request-line-space" "RFC 9112 §3" "request-line = method SP request-target SP HTTP-version, with single spaces; recipients may instead parse on whitespace-delimited word boundaries."
        broken REQUEST_LINE kept MEANING closing GRAMMAR;
    REQUEST_LINE_PARTS: [Sender Must, Server Should] "request-line-parts" "RFC 9112 §3" "A request-line has a method, a target and a version."
        broken REQUEST_LINE kept MEANING closing GRAMMAR;
    TARGET_CHARACTER: [Sender Must, Server Should] "target-character" "RFC 9112 §3.2" "The request-target holds only the characters of a URI; recipients of an invalid request-line should answer 400, or 301 with the target encoded, and not autocorrect it."
        broken REQUEST_LINE kept MEANING closing GRAMMAR;
    TARGET_FORM: [Sender Must, Server Should] "target-form" "RFC 9112 §3.2" "The request-target is in origin-form, in absolute-form, in authority-form for CONNECT only, or in asterisk-form for OPTIONS only."
        broken REQUEST_LINE kept OPTIONAL_METHOD closing GRAMMAR;
    ABSOLUTE_FORM: [Server Must] "absolute-form" "RFC 9112 §3.2.2" "A server must accept a target in absolute-form, of any scheme and also without an authority."
        broken ABSOLUTE_FORM_TAKEN kept ABSOLUTE_FORM_TAKEN closing GRAMMAR;
    TARGET_HOST_EMPTY: [Sender Must, Recipient Must] "target-host-empty" "RFC 9110 §4.2.1, §4.2.2" "An http or https URI has a host that is not empty; a recipient must reject one whose host is empty."
        broken HOST_EMPTY_REJECTED kept ABSOLUTE_FORM_TAKEN closing GRAMMAR;
    TARGET_USERINFO: [Sender Must, Recipient Should] "target-userinfo" "RFC 9110 §4.2.4" "The authority of an http or https URI has no userinfo; a recipient should treat it as an error in a URI from an untrusted source."
        broken USERINFO kept ABSOLUTE_FORM_TAKEN closing GRAMMAR;
    // Port 0 is no invalid number: no specification of HTTP says so, and RFC 6335 §6 has the System Ports run "from 0-1023".
    CONNECT_PORT: [Client Must, Server Must] "connect-port" "RFC 9110 §9.3.6" "The target of CONNECT has a port number; a server must reject one that is empty or invalid."
        broken CONNECT_PORT_REJECTED kept CONNECT_OPTIONAL closing GRAMMAR;
    HTTP_VERSION: [Sender Must, Server Should] "http-version" "RFC 9112 §2.3" "HTTP-version = \"HTTP/\" DIGIT \".\" DIGIT, case-sensitive."
        broken REQUEST_LINE kept MEANING closing GRAMMAR;
    MAJOR_VERSION: [Server May] "major-version" "RFC 9110 §6.2" "A server may answer 505 to reject a major version, for any reason. The major version indicates the messaging syntax (§2.5)."
        broken MAJOR kept MAJOR;
    MINOR_VERSION: [Recipient Should] "minor-version" "RFC 9110 §6.2" "A message with a higher minor version should be processed as if it had the highest minor version implemented."
        broken MINOR kept MINOR;
    ERROR_CLOSES: [Server Should] "error-closes" "RFC 9112 §2.2" "After what does not match the grammar of a message, a server should answer 400 and close the connection: what follows cannot be told apart."
        broken GRAMMAR kept MEANING closing GRAMMAR;
    HEAD_LIMIT: [Server Must] "head-limit" "RFC 9110 §5.4; RFC 9112 §3" "A server that receives field lines, or a request-line, larger than it wishes to process answers with a 4xx; ignoring the excess would expose it to request smuggling."
        broken LIMIT kept LIMITED;

    // Field lines.
    FIRST_FIELD_SPACE: [Sender Must, Recipient Must] "first-field-space" "RFC 9112 §2.2" "Whitespace between the start-line and the first field: reject the message, or consume each such line without processing it."
        broken FIRST_SPACE kept MEANING closing GRAMMAR;
    OBS_FOLD: [Sender Must, Server Must] "obs-fold" "RFC 9112 §5.2" "A server that receives an obs-fold either rejects the message or replaces each obs-fold with SP before interpreting the value."
        broken FOLD kept MEANING closing GRAMMAR;
    FIELD_NAME: [Sender Must, Server Should] "field-name" "RFC 9112 §5" "field-line = field-name \":\" OWS field-value OWS, with field-name = token."
        broken GRAMMAR kept UNKNOWN_FIELD closing GRAMMAR;
    FIELD_NAME_EMPTY: [Sender Must, Server Should] "field-name-empty" "RFC 9110 §5.6.2" "A token has at least one character."
        broken GRAMMAR kept MEANING closing GRAMMAR;
    FIELD_COLON: [Sender Must, Server Should] "field-colon" "RFC 9112 §5" "Each field line has a name followed by a colon."
        broken GRAMMAR kept WHITESPACE_EXCLUDED closing GRAMMAR;
    NAME_SPACE: [Sender Must, Server Must] "name-space" "RFC 9112 §5.1" "No whitespace is allowed between the field name and the colon; a server rejects such a request with 400."
        broken NAME_COLON kept MEANING closing GRAMMAR;
    NAME_WHOLE: [Recipient Must] "name-whole" "RFC 9110 §5.1" "A field is known by its whole name, compared without regard to case and otherwise byte by byte."
        broken MEANING kept UNKNOWN_FIELD closing GRAMMAR;
    FIELD_VALUE: [Sender Must, Recipient Must] "field-value" "RFC 9110 §5.5" "A field value holds no CR, LF or NUL; a recipient rejects the message or replaces them with SP."
        broken VALUE kept OPAQUE closing GRAMMAR;
    FIELD_VALUE_CONTROL: [Sender Must, Recipient May] "field-value-control" "RFC 9110 §5.5" "A field value holds no other control character but HTAB; a recipient may retain one within a safe context."
        broken CONTROL kept OPAQUE closing GRAMMAR;
    LIST_EMPTY: [Sender Must, Recipient Must] "list-empty-elements" "RFC 9110 §5.6.1.2" "A recipient parses and ignores a reasonable number of empty elements in a list."
        broken LISTS kept LISTS closing GRAMMAR;
    CONNECTION_OPTION: [Sender Must, Recipient Must] "connection-option" "RFC 9110 §7.6.1" "A sender never names a field meant for all recipients as a connection option; a recipient reads the framing fields whatever it says."
        broken MEANING kept MEANING closing GRAMMAR;
    CONNECTION_LIST: [Recipient Must] "connection-list" "RFC 9110 §7.6.1" "Connection = #connection-option: options over all Connection fields, compared without regard to case."
        broken MEANING kept MEANING closing GRAMMAR;
    HEAD_END: [Sender Must, Server Should] "head-end" "RFC 9112 §2.1" "An empty line, CRLF, ends the header section."
        broken GRAMMAR kept MEANING closing GRAMMAR;
    HEAD_BEFORE_ACT: [Server Must] "head-before-act" "RFC 9110 §5.3" "A server does not apply a request to its target before it has received the whole header section."
        broken WHOLE_HEAD kept WHOLE_HEAD closing GRAMMAR;
    MESSAGE_COMPLETE: [Recipient Must] "message-complete" "RFC 9112 §6.3, §8, §9.6" "A message whose header section, chunks or length are cut short by the end of the stream is incomplete; a half-closed connection does not delimit a request."
        broken HALF_CLOSED kept HALF_CLOSED closing GRAMMAR;
    HOST_MISSING: [Client Must, Server Must] "host-missing" "RFC 9112 §3.2" "A server answers 400 to an HTTP/1.1 request without a Host field."
        broken HOST kept MEANING;
    HOST_REPEATED: [Client Must, Server Must] "host-repeated" "RFC 9112 §3.2" "A server answers 400 to a request with more than one Host field line."
        broken HOST kept MEANING;
    HOST_VALUE: [Client Must, Server Must] "host-value" "RFC 9112 §3.2; RFC 9110 §7.2" "Host = uri-host [ \":\" port ]; a server answers 400 to a Host field with an invalid value."
        broken HOST kept MEANING;

    // Transfer-Encoding.
    CODING_IN_10: [Client Must, Recipient Must] "coding-in-10" "RFC 9112 §6.1" "An HTTP/1.0 message with Transfer-Encoding has faulty framing, even if it has Content-Length; a recipient closes the connection after it."
        broken CODING_10 kept MEANING closing CODING_10;
    CODING_NAME: [Recipient Must] "coding-name" "RFC 9112 §7" "Transfer-Encoding = #transfer-coding: names compared without regard to case, list elements over all field lines."
        broken MEANING kept DECODES closing GRAMMAR;
    CODING_SYNTAX: [Sender Must, Server Must] "coding-syntax" "RFC 9110 §10.1.4; RFC 9112 §6.3" "transfer-coding = token *( OWS \";\" OWS transfer-parameter ); what does not match is not chunked."
        broken CODING kept DECODES closing CODING;
    CODING_EMPTY: [Sender Must, Server Must] "coding-empty" "RFC 9112 §6.3" "A Transfer-Encoding without chunked as its final coding leaves the length of a request unknown: respond with 400 and close."
        broken CODING kept DECODES closing CODING;
    CODING_PARAMETERS: [Sender Must, Recipient Should] "coding-parameters" "RFC 9112 §7.1" "The chunked coding has no parameters; their presence should be treated as an error."
        broken PARAMETERS kept DECODES closing READ_OR_CLOSE;
    CODING_UNKNOWN: [Server Should] "coding-unknown" "RFC 9112 §6.1" "A server that receives a transfer coding that it does not understand should respond with 501."
        broken CODING kept CODING_501 closing READ_OR_CLOSE;
    CODING_NOT_FINAL: [Sender Must, Server Must] "coding-not-final" "RFC 9112 §6.3" "If chunked is not the final coding of a request, the length cannot be determined reliably: respond with 400 and close."
        broken CODING kept DECODES closing CODING;
    CODING_REPEATED: [Sender Must] "coding-repeated" "RFC 9112 §6.1" "A sender does not apply chunked more than once."
        broken CHUNKED_TWICE kept DECODES closing READ_OR_CLOSE;
    CODING_COUNTS: [Recipient Must] "coding-counts" "RFC 9112 §6.3" "If chunked is the final coding, the body ends with the last chunk and its trailer section."
        broken MEANING kept DECODES closing GRAMMAR;
    LENGTH_WITH_CODING: [Sender Must, Server Must] "length-with-coding" "RFC 9112 §6.1, §6.3" "With both Transfer-Encoding and Content-Length, Transfer-Encoding overrides; it ought to be handled as an error, and a server that does not reject it closes the connection after its response."
        broken BOTH kept BOTH closing BOTH;

    // Content-Length.
    LENGTH_REPEATED: [Sender Must, Recipient May] "length-repeated" "RFC 9110 §8.6" "Several Content-Length fields with the same decimal value: reject the message, or read them as one."
        broken LENGTH_ONE kept LENGTH_ONE closing LENGTH;
    LENGTH_CONFLICT: [Sender Must, Recipient Must] "length-conflict" "RFC 9112 §6.3" "Several Content-Length fields with different values are an unrecoverable error."
        broken LENGTH kept MEANING closing LENGTH;
    LENGTH_LIST: [Sender Must, Recipient May] "length-list" "RFC 9110 §8.6" "A Content-Length with a list of one decimal value repeated: reject it, or read it as that one value; any other list is an unrecoverable error."
        broken LENGTH kept LENGTH_ONE closing LENGTH;
    LENGTH_EMPTY: [Sender Must, Recipient Must] "length-empty" "RFC 9112 §6.3" "Content-Length has at least one digit; without one it is an unrecoverable error."
        broken LENGTH kept MEANING closing LENGTH;
    LENGTH_SYNTAX: [Sender Must, Recipient Must] "length-syntax" "RFC 9112 §6.3" "Content-Length = 1*DIGIT; an invalid value is an unrecoverable error."
        broken LENGTH kept MEANING closing LENGTH;
    LENGTH_DECIMAL: [Recipient Must] "length-decimal" "RFC 9110 §8.6" "Content-Length is a decimal number of any size, leading zeros included."
        broken LENGTH_NUMBER kept LENGTHS closing LENGTH;
    LENGTH_OVERFLOW: [Recipient Must] "length-overflow" "RFC 9110 §8.6" "A recipient anticipates large decimal numerals and prevents errors from integer overflow."
        broken LENGTH_NUMBER kept LENGTHS closing READ_OR_CLOSE;
    LENGTH_COUNTS: [Recipient Must] "length-counts" "RFC 9112 §6.3" "A valid Content-Length without Transfer-Encoding is the length of the body in octets."
        broken MEANING kept MEANING closing GRAMMAR;
    NO_LENGTH_NO_BODY: [Recipient Must] "no-length-no-body" "RFC 9112 §6.3" "A request with neither Transfer-Encoding nor Content-Length has a body of length zero."
        broken MEANING kept MEANING closing GRAMMAR;

    // Bodies and the connection.
    FRAMING_BY_METHOD: [Recipient Must] "framing-by-method" "RFC 9112 §6" "Request message framing is independent of method semantics."
        broken MEANING kept GET_CONTENT closing READ_OR_CLOSE;
    TRACE_CONTENT: [Client Must] "trace-content" "RFC 9110 §9.3.8" "A client does not send content in a TRACE request."
        broken MEANING kept OPTIONAL_METHOD;
    CONNECT_CONTENT: [Client Must] "connect-content" "RFC 9110 §9.3.6" "A CONNECT request does not have content."
        broken CONNECT_NOTHING kept CONNECT_OPTIONAL;
    CONNECT_TUNNEL: [Recipient Must] "connect-tunnel" "RFC 9110 §9.3.6" "After the header section of a CONNECT request that is granted, the connection is a tunnel."
        broken MEANING kept CONNECT_OPTIONAL;
    CONNECT_REJECTED_CLOSES: [Proxy Must] "connect-rejected-closes" "RFC 9931 §8" "A proxy closes the connection when it rejects a CONNECT request, and processes no further requests on it."
        broken CONNECT_CLOSED kept CONNECT_OPTIONAL closing CONNECT_CLOSED;
    UPGRADE_WAITS: [Sender Must, Server Must] "upgrade-waits" "RFC 9110 §7.8" "A protocol is changed only once 101 has been sent, and after the whole request; a server may ignore Upgrade."
        broken MEANING kept UPGRADE;
    UPGRADE_IN_10: [Server Must] "upgrade-in-10" "RFC 9110 §7.8" "A server ignores Upgrade in a request of HTTP/1.0."
        broken UPGRADE_10_IGNORED kept UPGRADE_10_IGNORED;
    CONTINUE_BEFORE_101: [Server Must] "continue-before-101" "RFC 9110 §7.8" "A server that gets both Upgrade and the expectation 100-continue sends 100 before it sends 101."
        broken CONTINUE_SENT kept CONTINUE_SENT;
    EXPECTATION: [Server May] "expectation" "RFC 9110 §10.1.1" "A server may answer 417 to an expectation other than 100-continue."
        broken EXPECTED kept EXPECT_ANSWERED;
    EXPECT_10: [Server Must] "expect-in-10" "RFC 9110 §10.1.1" "In HTTP/1.0 a server ignores the expectation 100-continue."
        broken EXPECTED_10 kept EXPECTED_10;
    READ_BODY: [Server Must] "read-body-or-close" "RFC 9112 §9.3" "A server reads the whole body of a request, or closes the connection after its response."
        broken READ_OR_CLOSE kept EXPECT_ANSWERED;
    CLOSE_ENDS: [Server Must] "close-ends" "RFC 9112 §9.6" "After a request with the close option a server processes no further requests on that connection."
        broken CLOSED kept MEANING;
    PERSISTENCE: [Recipient Must] "persistence" "RFC 9112 §9.3" "Close beats keep-alive; HTTP/1.1 persists; HTTP/1.0 persists with the keep-alive option of Connection, if the recipient is no proxy and wishes so."
        broken MEANING kept MEANING;
    PERSISTENCE_10_PROXY: [Proxy Must] "persistence-10-proxy" "RFC 9112 §9.3" "A proxy does not maintain a persistent connection with a client of HTTP/1.0, keep-alive or not."
        broken PROXY_CLOSES_10 kept PROXY_CLOSES_10;

    // The chunked transfer coding.
    CHUNK_SIZE: [Sender Must, Server Should] "chunk-size" "RFC 9112 §7.1" "chunk-size = 1*HEXDIG, followed by CRLF or by an extension."
        broken GRAMMAR kept DECODES closing READ_OR_CLOSE;
    CHUNK_SIZE_SPACE: [Sender Must, Server Should] "chunk-size-space" "RFC 9112 §7.1.1" "Whitespace after the chunk size stands only before the semicolon of an extension."
        broken GRAMMAR kept EXTENSIONS closing READ_OR_CLOSE;
    CHUNK_SIZE_NUMBER: [Recipient Must] "chunk-size-number" "RFC 9112 §7.1" "The chunk size is a hexadecimal number with any number of digits."
        broken CHUNK_NUMBER kept LENGTHS closing READ_OR_CLOSE;
    CHUNK_SIZE_OVERFLOW: [Recipient Must] "chunk-size-overflow" "RFC 9112 §7.1" "A recipient anticipates large hexadecimal numerals and prevents errors from integer overflow."
        broken CHUNK_NUMBER kept LENGTHS closing READ_OR_CLOSE;
    CHUNK_LINE_END: [Sender Must, Server Should] "chunk-line-end" "RFC 9112 §7.1" "chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF: the line of the size ends with CRLF."
        broken GRAMMAR kept DECODES closing READ_OR_CLOSE;
    CHUNK_EXTENSION: [Sender Must, Server Should] "chunk-extension" "RFC 9112 §7.1.1" "chunk-ext = *( BWS \";\" BWS chunk-ext-name [ BWS \"=\" BWS chunk-ext-val ] )."
        broken GRAMMAR kept EXTENSIONS closing READ_OR_CLOSE;
    CHUNK_EXTENSION_QUOTE: [Sender Must, Server Should] "chunk-extension-quote" "RFC 9110 §5.6.4" "A quoted-string ends with a DQUOTE and holds neither CR nor LF."
        broken GRAMMAR kept EXTENSIONS closing READ_OR_CLOSE;
    CHUNK_EXTENSION_LENGTH: [Recipient Must, Server Should] "chunk-extension-length" "RFC 9112 §7.1.1" "A recipient ignores unrecognized chunk extensions; a server ought to limit their total length and answer with a 4xx."
        broken EXTENSIONS kept EXTENSIONS_LIMITED closing READ_OR_CLOSE;
    CHUNK_DATA_END: [Sender Must, Server Should] "chunk-data-end" "RFC 9112 §7.1" "CRLF follows the chunk data."
        broken GRAMMAR kept DECODES closing READ_OR_CLOSE;
    LAST_CHUNK: [Sender Must, Server Should] "last-chunk" "RFC 9112 §7.1" "last-chunk = 1*\"0\" [ chunk-ext ] CRLF, and the trailer section and an empty line follow it."
        broken GRAMMAR kept DECODES closing READ_OR_CLOSE;
    TRAILER_SPACE: [Sender Must, Server Should] "trailer-space" "RFC 9112 §7.1.2" "The trailer section is field lines: its first line does not begin with whitespace, which would fold nothing."
        broken GRAMMAR kept DECODES closing READ_OR_CLOSE;
    TRAILER_FRAMING: [Sender Must, Recipient Must] "trailer-framing" "RFC 9110 §6.5.1" "A trailer field that frames the message is not merged into the header section."
        broken TRAILERS_APART kept TRAILERS_SENT closing READ_OR_CLOSE;
}
