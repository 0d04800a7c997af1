//! Every named way to reject a request that the specification accepts. This table is the dialect's documentation:
//! each text says exactly what a reader with that restriction refuses.
//!
//! No rule stands against them: a server may support few methods, and limit what it reads. Without them, what
//! such a reader refuses could be told from no leniency.

use super::rules::*;
use crate::rule::table::restrictions;

restrictions! {
    // The head.
    LEADING_CONTROL: METHOD_TOKEN "leading-control" "Refuses a request that begins with SP or a control character at once, also where it judges whole heads only.";
    METHOD_KNOWN: METHOD_TOKEN "method-known" "Refuses a method that is not among those registered, at the first letter that shows it.";
    METHOD_UPPER: METHOD_TOKEN "method-upper" "Refuses a method with a lower-case letter.";
    TOKEN_32: HEAD_LIMIT "token-32" "Refuses a method or a field name of more than 32 bytes.";
    TARGET_ANGLES: TARGET_CHARACTER "target-angles" "Refuses the angle brackets and the backtick in a target.";
    TARGET_SLASHES: ABSOLUTE_FORM "target-slashes" "Refuses a target in absolute-form in which no :// and another byte follow the scheme.";
    VALUE_ASCII: FIELD_VALUE "value-ascii" "Refuses bytes from 0x80 in a field value.";
    VALUE_UTF8: FIELD_VALUE "value-utf8" "Refuses a field value that is not UTF-8.";
    VALUE_VT_FF: FIELD_VALUE_CONTROL "value-vt-ff" "Refuses VT and FF in a field value, whatever other control characters it takes.";
    VALUE_TRAILING: FIELD_VALUE "value-trailing" "Refuses SP and HTAB after the value of Host, Content-Length or a Transfer-Encoding that it looks at.";
    HTTP_10_REFUSED: HTTP_VERSION "http-10-refused" "Refuses HTTP/1.0.";
    HOST_MATCHES: HOST_VALUE "host-matches" "Refuses a target whose host, or number of a port, is another than that of Host, unless that is empty.";
    HOST_REPEATS: HOST_VALUE "host-repeats" "Refuses a Host that is not, byte for byte, the authority of a target in absolute-form, or with CONNECT the target or its host.";
    FRAMING_FOLD: OBS_FOLD "framing-fold" "Refuses a line that begins with SP or HTAB after Content-Length or Transfer-Encoding.";
    LENGTH_FOLD: OBS_FOLD "length-fold" "Refuses a line that begins with SP or HTAB after Content-Length with a value.";
    FIELDS_64: HEAD_LIMIT "fields-64" "Refuses more than 64 field lines.";
    HEAD_2048: HEAD_LIMIT "head-2048" "Refuses a head of more than 2048 bytes.";
    HEAD_8192: HEAD_LIMIT "head-8192" "Refuses a head of more than 8192 bytes.";
    CONNECTION_SYNTAX: CONNECTION_LIST "connection-syntax" "Refuses a Connection field, and Proxy-Connection where it is taken for one, that is no list of tokens.";
    CODING_GAPS: LIST_EMPTY "coding-gaps" "Refuses a Transfer-Encoding list with an empty element.";
    CODING_LOWER_CASE: CODING_NAME "coding-lower-case" "Refuses chunked in other than lower case.";
    FRAMING_BOTH: LENGTH_WITH_CODING "framing-both" "Refuses Content-Length together with Transfer-Encoding, also where it looks at one of them only.";
    LENGTH_ONCE: LENGTH_REPEATED "length-once" "Refuses several Content-Length fields also where Transfer-Encoding beats them.";
    LENGTH_CHECKED: LENGTH_SYNTAX "length-checked" "Refuses a Content-Length that is not all digits, and several that differ, also where Transfer-Encoding beats them.";
    LENGTH_TAB: LENGTH_SYNTAX "length-tab" "Refuses HTAB after the value of Content-Length.";
    LENGTH_DIGITS_20: LENGTH_OVERFLOW "length-digits-20" "Refuses a Content-Length of more than 20 digits.";
    LENGTH_32: LENGTH_OVERFLOW "length-32" "Refuses a Content-Length from 2^32 up.";
    LENGTH_63: LENGTH_OVERFLOW "length-63" "Refuses a Content-Length from 2^63 up.";
    GET_HEAD_LENGTH: FRAMING_BY_METHOD "get-head-length" "Refuses GET and HEAD with a Content-Length above 0.";
    POST_10_LENGTH: NO_LENGTH_NO_BODY "post-10-length" "Refuses a POST of HTTP/1.0 without a length.";
    EXPECT_WHOLE: EXPECTATION "expect-whole" "Refuses an Expect that is a list, or empty, unless it ignores what it does not know.";
    CONNECT_REFUSED: CONNECT_TUNNEL "connect-refused" "Refuses CONNECT.";

    // The chunked transfer coding.
    CHUNK_DIGITS_16: CHUNK_SIZE_NUMBER "chunk-digits-16" "Refuses a chunk size of more than 16 digits.";
    CHUNK_DIGITS_20: CHUNK_SIZE_NUMBER "chunk-digits-20" "Refuses a chunk size of more than 20 digits.";
    CHUNK_31: CHUNK_SIZE_NUMBER "chunk-31" "Refuses a chunk size from 2^31 up.";
    CHUNK_32: CHUNK_SIZE_NUMBER "chunk-32" "Refuses a chunk size from 2^32 up.";
    CHUNK_63: CHUNK_SIZE_NUMBER "chunk-63" "Refuses a chunk size from 2^63 up.";
    EXTENSION_REFUSED: CHUNK_EXTENSION "extension-refused" "Refuses chunk extensions.";
    EXTENSION_SPACE: CHUNK_EXTENSION "extension-space" "Refuses SP and HTAB in a chunk extension outside quotes, and before it.";
    EXTENSION_SPACE_BEFORE: CHUNK_EXTENSION "extension-space-before" "Refuses SP and HTAB between a chunk size and a semicolon, or takes no digits before them for the size.";
    EXTENSION_QUOTE: CHUNK_EXTENSION "extension-quote" "Refuses a quoted value in a chunk extension.";
    TRAILER_REFUSED: LAST_CHUNK "trailer-refused" "Refuses trailer fields.";
}
