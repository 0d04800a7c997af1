//! What RFC 9110, RFC 9112 and RFC 9931 demand of a server, and what they permit it, in their own words.
//!
//! The rules and the leniencies name these sentences; nothing else says what a server must do. `cargo run -p tests --bin
//! quotations` compares each with the text of its section.

use crate::core::rule::table::demands;

demands! {
    // Lines and the request-line.

    EMPTY_LINE: Should "RFC 9112 §2.2" "a server that is expecting to receive and parse a request-line SHOULD ignore at least one empty line (CRLF) received prior to the request-line.";
    EMPTY_LINES: May "RFC 9112 §2.2" "ignore at least one empty line (CRLF) received prior to the request-line";
    GRAMMAR: Should "RFC 9112 §2.2" "When a server [...] receives a sequence of octets that does not match the HTTP-message grammar aside from the robustness exceptions listed above, the server SHOULD respond with a 400 (Bad Request) response and close the connection." or "recover a usable element from it (RFC 9110 §2.4)";
    REQUEST_LINE: Should "RFC 9112 §3.2" "Recipients of an invalid request-line SHOULD respond with either a 400 (Bad Request) error or a 301 (Moved Permanently) redirect with the request-target properly encoded. A recipient SHOULD NOT attempt to autocorrect and then process the request without a redirect" or "answer 301 with the target encoded";
    WHITESPACE: May "RFC 9112 §3" "recipients MAY instead parse on whitespace-delimited word boundaries and, aside from the CRLF terminator, treat any form of whitespace as the SP separator while ignoring preceding or trailing whitespace; such whitespace includes one or more of the following octets: SP, HTAB, VT (%x0B), FF (%x0C), or bare CR.";
    LINE_FEED: May "RFC 9112 §2.2" "a recipient MAY recognize a single LF as a line terminator and ignore any preceding CR.";
    CARRIAGE_RETURN: Must "RFC 9112 §2.2" "A recipient of such a bare CR MUST consider that element to be invalid or replace each bare CR with SP before processing the element or forwarding the message." or "replace each by SP";
    CARRIAGE_RETURN_SPACE: May "RFC 9112 §2.2" "replace each bare CR with SP before processing the element or forwarding the message.";
    READING: May "RFC 9112 §2.2" "read each header field line into a hash table by field name until the empty line, and then use the parsed data to determine if a message body is expected.";
    OCTETS: Must "RFC 9112 §2.2" "A recipient MUST parse an HTTP message as a sequence of octets in an encoding that is a superset of US-ASCII";
    UNKNOWN_METHOD: Should "RFC 9110 §9.1" "An origin server that receives a request method that is unrecognized or not implemented SHOULD respond with the 501 (Not Implemented) status code.";
    OPTIONAL_METHOD: May "RFC 9110 §9.1" "All other methods are OPTIONAL.";
    ABSOLUTE_FORM_TAKEN: Must "RFC 9112 §3.2.2" "A server MUST accept the absolute-form in requests";
    CONNECT_PORT_REJECTED: Must "RFC 9110 §9.3.6" "A server MUST reject a CONNECT request that targets an empty or invalid port number";
    HOST_EMPTY_REJECTED: Must "RFC 9110 §4.2.1" "A sender MUST NOT generate an \"http\" URI with an empty host identifier. A recipient that processes such a URI reference MUST reject it as invalid.";
    USERINFO: Should "RFC 9110 §4.2.4" "Before making use of an \"http\" or \"https\" URI reference received from an untrusted source, a recipient SHOULD parse for userinfo and treat its presence as an error" or "use a target that comes from a trusted source";
    MAJOR: May "RFC 9110 §6.2" "A server can send a 505 (HTTP Version Not Supported) response if it wishes, for any reason, to refuse service of the client's major protocol version.";
    MINOR: Should "RFC 9110 §6.2" "A recipient that receives a message with a major version number that it implements and a minor version number higher than what it implements SHOULD process the message as if it were in the highest minor version within that major version to which the recipient is conformant.";
    MINOR_TAKEN: May "RFC 9110 §6.2" "process the message as if it were in the highest minor version within that major version to which the recipient is conformant.";
    VERSION_09: Should "RFC 9112 §C.1" "Any server that implements name-based virtual hosts ought to disable support for HTTP/0.9." or "support HTTP/0.9 without virtual hosts";
    HTTP_2: May "RFC 9113 §3.4" "In HTTP/2, each endpoint is required to send a connection preface as a final confirmation of the protocol in use";

    // Field lines.

    FIRST_SPACE: Must "RFC 9112 §2.2" "A recipient that receives whitespace between the start-line and the first header field MUST either reject the message as invalid or consume each whitespace-preceded line without further processing of it" or "consume each such line without processing it";
    FIRST_SPACE_CONSUMED: May "RFC 9112 §2.2" "consume each whitespace-preceded line without further processing of it";
    FOLD: Must "RFC 9112 §5.2" "A server that receives an obs-fold in a request message that is not within a \"message/http\" container MUST either reject the message by sending a 400 (Bad Request) [...] or replace each received obs-fold with one or more SP octets prior to interpreting the field value" or "replace each by SP";
    FOLD_REPLACED: May "RFC 9112 §5.2" "replace each received obs-fold with one or more SP octets prior to interpreting the field value";
    NAME_COLON: Must "RFC 9112 §5.1" "A server MUST reject, with a response status code of 400 (Bad Request), any received request message that contains whitespace between a header field name and colon.";
    UNKNOWN_FIELD: Should "RFC 9110 §5.1" "Other recipients SHOULD ignore unrecognized header and trailer fields.";
    VALUE: Must "RFC 9110 §5.5" "a recipient of CR, LF, or NUL within a field value MUST either reject the message or replace each of those characters with SP before further processing or forwarding of that message." or "replace each by SP";
    VALUE_REPLACED: May "RFC 9110 §5.5" "replace each of those characters with SP before further processing or forwarding of that message.";
    CONTROL: May "RFC 9110 §5.5" "Field values containing other CTL characters are also invalid; however, recipients MAY retain such characters for the sake of robustness when they appear within a safe context";
    OPAQUE: Should "RFC 9110 §5.5" "A recipient SHOULD treat other allowed octets in field content (i.e., obs-text) as opaque data.";
    WHITESPACE_EXCLUDED: Must "RFC 9110 §5.5" "a field parsing implementation MUST exclude such whitespace prior to evaluating the field value.";
    LISTS: Must "RFC 9110 §5.6.1.2" "A recipient MUST parse and ignore a reasonable number of empty list elements";
    WHOLE_HEAD: Must "RFC 9110 §5.3" "A server MUST NOT apply a request to the target resource until it receives the entire request header section";
    LIMIT: Must "RFC 9110 §5.4" "A server that receives a request header field line, field value, or set of fields larger than it wishes to process MUST respond with an appropriate 4xx (Client Error) status code. Ignoring such header fields would increase the server's vulnerability to request smuggling attacks";
    LIMITED: May "RFC 9110 §5.4" "HTTP does not place a predefined limit on the length of each field line, field value, or on the length of a header or trailer section as a whole";
    HOST: Must "RFC 9112 §3.2" "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1 request message that lacks a Host header field and to any request message that contains more than one Host header field line or a Host header field with an invalid field value.";

    // Transfer-Encoding and Content-Length.

    CODING_10: Must "RFC 9112 §6.1" "A server or client that receives an HTTP/1.0 message containing a Transfer-Encoding header field MUST treat the message as if the framing is faulty, even if a Content-Length is present, and close the connection after processing the message." or "process the message, then close";
    CODING_10_PROCESSED: May "RFC 9112 §6.1" "treat the message as if the framing is faulty, even if a Content-Length is present, and close the connection after processing the message.";
    CODING: Must "RFC 9112 §6.3" "If a Transfer-Encoding header field is present in a request and the chunked transfer coding is not the final encoding, the message body length cannot be determined reliably; the server MUST respond with the 400 (Bad Request) status code and then close the connection.";
    CODING_501: Should "RFC 9112 §6.1" "A server that receives a request message with a transfer coding it does not understand SHOULD respond with 501 (Not Implemented)." or "understand the coding";
    CODING_UNDERSTOOD: May "RFC 9112 §6.1" "Any recipient along the request/response chain MAY decode the received transfer coding(s)";
    PARAMETERS: Should "RFC 9112 §7.1" "The chunked coding does not define any parameters. Their presence SHOULD be treated as an error." or "recover a usable element from it (RFC 9110 §2.4)";
    CHUNKED_TWICE: May "RFC 9112 §6.1" "A sender MUST NOT apply the chunked transfer coding more than once to a message body";
    DECODES: Must "RFC 9112 §7.1" "A recipient MUST be able to parse and decode the chunked transfer coding.";
    BOTH: Must "RFC 9112 §6.1" "A server MAY reject a request that contains both Content-Length and Transfer-Encoding or process such a request in accordance with the Transfer-Encoding alone. Regardless, the server MUST close the connection after responding to such a request to avoid the potential attacks." or "process it by Transfer-Encoding alone, then close";
    BOTH_PROCESSED: May "RFC 9112 §6.1" "process such a request in accordance with the Transfer-Encoding alone.";
    LENGTH: Must "RFC 9112 §6.3" "If a message is received without Transfer-Encoding and with an invalid Content-Length header field, then the message framing is invalid and the recipient MUST treat it as an unrecoverable error [...]. If the unrecoverable error is in a request message, the server MUST respond with a 400 (Bad Request) status code and then close the connection.";
    LENGTH_ONE: May "RFC 9110 §8.6" "a recipient of a Content-Length header field value consisting of the same decimal value repeated as a comma-separated list [...] MAY either reject the message as invalid or replace that invalid field value with a single instance of the decimal value";
    LENGTH_AS_LIST: May "RFC 9112 §6.3" "all values in the list are valid, and all values in the list are the same";
    LENGTH_LARGE_TAKEN: May "RFC 9110 §8.6" "Any Content-Length field value greater than or equal to zero is valid.";
    LENGTH_NUMBER: Must "RFC 9110 §8.6" "a recipient MUST anticipate potentially large decimal numerals and prevent parsing errors due to integer conversion overflows or precision loss due to integer conversion";
    LENGTHS: May "RFC 9110 §2.3" "HTTP does not have specific length limitations for many of its protocol elements because the lengths that might be appropriate will vary widely";
    LENGTH_SHORT: Must "RFC 9112 §6.3" "If the sender closes the connection or the recipient times out before the indicated number of octets are received, the recipient MUST consider the message to be incomplete and close the connection.";

    // Bodies and the connection.

    MEANING: Must "RFC 9110 §2.4" "A recipient MUST interpret a received protocol element according to the semantics defined for it by this specification", derived;
    GET_CONTENT: May "RFC 9110 §9.3.1" "might lead some implementations to reject the request and close the connection because of its potential as a request smuggling attack";
    FRAMED: May "RFC 9112 §6" "The presence of a message body in a request is signaled by a Content-Length or Transfer-Encoding header field. Request message framing is independent of method semantics.";
    CONNECT_NOTHING: May "RFC 9110 §9.3.6" "A CONNECT request message does not have content. The interpretation of data sent after the header section of the CONNECT request message is specific to the version of HTTP in use.";
    CONNECT_OPTIONAL: May "RFC 9110 §9.3.6" "An origin server MAY accept a CONNECT request, but most origin servers do not implement CONNECT.";
    CONNECT_UNFORMED: May "RFC 9110 §9.3.6" "Any response other than a successful response indicates that the tunnel has not yet been formed.";
    CONNECT_CLOSED: Must "RFC 9931 §8" "proxy servers MUST close the underlying connection when rejecting a CONNECT request, without processing any further requests on that connection. This requirement applies whether or not the request includes a \"close\" connection option." or "read on where the client is known to wait for a 2xx";
    UPGRADE: May "RFC 9110 §7.8" "A server MAY ignore a received Upgrade header field if it wishes to continue using the current protocol on that connection.";
    UPGRADED: May "RFC 9931 §4.1" "If the server accepts a protocol transition request, it interprets the subsequent bytes in accordance with the new protocol.";
    UPGRADE_10_IGNORED: Must "RFC 9110 §7.8" "A server that receives an Upgrade header field in an HTTP/1.0 request MUST ignore that Upgrade field.";
    CONTINUE_SENT: Must "RFC 9110 §7.8" "the server MUST send a 100 (Continue) response before sending a 101 (Switching Protocols) response.";
    EXPECTED: May "RFC 9110 §10.1.1" "A server that receives an Expect field value containing a member other than 100-continue MAY respond with a 417 (Expectation Failed) status code";
    EXPECTED_10: Must "RFC 9110 §10.1.1" "A server that receives a 100-continue expectation in an HTTP/1.0 request MUST ignore that expectation.";
    EXPECT_ANSWERED: May "RFC 9110 §10.1.1" "an immediate response with a final status code, if that status can be determined by examining just the method, target URI, and header fields";
    READ_OR_CLOSE: Must "RFC 9112 §9.3" "A server MUST read the entire request message body or close the connection after sending its response" or "close after the response";
    CLOSED: Must "RFC 9112 §9.6" "A server that receives a \"close\" connection option MUST initiate closure of the connection [...] after it sends the final response to the request that contained the \"close\" connection option. [...] The server MUST NOT process any further requests received on that connection.";
    CLOSES: May "RFC 9112 §9.5" "A client, server, or proxy MAY close the transport connection at any time.";
    PROXY_CLOSES_10: Must "RFC 9112 §9.3" "A proxy server MUST NOT maintain a persistent connection with an HTTP/1.0 client";
    HALF_CLOSED: Must "RFC 9112 §9.6" "a TCP connection that is half-closed by the client does not delimit a request message", derived;
    ORDER: Must "RFC 9112 §9.3.2" "A server MAY process a sequence of pipelined requests in parallel if they all have safe methods [...], but it MUST send the corresponding responses in the same order that the requests were received.";

    // The chunked transfer coding.

    CHUNK_NUMBER: Must "RFC 9112 §7.1" "recipients MUST anticipate potentially large hexadecimal numerals and prevent parsing errors due to integer conversion overflows or precision loss due to integer representation.";
    CHUNK_LARGE_TAKEN: May "RFC 9112 §7.1" "The chunk-size field is a string of hex digits indicating the size of the chunk-data in octets.";
    EXTENSIONS: Must "RFC 9112 §7.1.1" "A recipient MUST ignore unrecognized chunk extensions.";
    EXTENSIONS_LIMITED: May "RFC 9112 §7.1.1" "A server ought to limit the total length of chunk extensions received in a request to an amount reasonable for the services provided";
    TRAILERS: May "RFC 9112 §7.1.2" "A recipient that removes the chunked coding from a message MAY selectively retain or discard the received trailer fields.";
    TRAILERS_APART: Must "RFC 9110 §6.5.1" "A recipient MUST NOT merge a trailer field into a header section unless the recipient understands the corresponding header field definition and that definition explicitly permits and defines how trailer field values can be safely merged.";
    TRAILERS_SENT: May "RFC 9110 §6.5.1" "A sender MUST NOT generate a trailer field unless the sender knows the corresponding header field name's definition permits the field to be sent in trailers.";
}
