//! Every named way to reject a request that the specification accepts. This table is the dialect's documentation:
//! each text says exactly what a reader with that restriction rejects.
//!
//! No rule stands against them: a server may support few methods, and limit what it reads. Without them, what
//! such a reader rejects could be told from no leniency.

use super::rules::*;
use crate::core::rule::table::restrictions;

restrictions! {
    // The head.
    LEADING_CONTROL: METHOD_TOKEN "leading-control" "Rejects a request that begins with SP or a control character at once, also where it judges whole heads only.";
    METHOD_KNOWN: METHOD_TOKEN "method-known" "Rejects a method that is not among those registered, at the first letter that shows it.";
    METHOD_UPPER: METHOD_TOKEN "method-upper" "Rejects a method with a lower-case letter.";
    TOKEN_32: HEAD_LIMIT "token-32" "Rejects a method or a field name of more than 32 bytes.";
    TARGET_ANGLES: TARGET_CHARACTER "target-angles" "Rejects the angle brackets and the backtick in a target.";
    TARGET_SLASHES: ABSOLUTE_FORM "target-slashes" "Rejects a target in absolute-form in which no :// and another byte follow the scheme.";
    VALUE_ASCII: FIELD_VALUE "value-ascii" "Rejects bytes from 0x80 in a field value.";
    VALUE_UTF8: FIELD_VALUE "value-utf8" "Rejects a field value that is not UTF-8.";
    VALUE_VT_FF: FIELD_VALUE_CONTROL "value-vt-ff" "Rejects VT and FF in a field value, whatever other control characters it accepts.";
    VALUE_TRAILING: FIELD_VALUE "value-trailing" "Rejects SP and HTAB after the value of Host, Content-Length or a Transfer-Encoding that it looks at.";
    HTTP_10_REJECTED: HTTP_VERSION "http-10-rejected" "Rejects HTTP/1.0.";
    HOST_MATCHES: HOST_VALUE "host-matches" "Rejects a target whose host, or number of a port, is another than that of Host, unless that is empty.";
    HOST_REPEATS: HOST_VALUE "host-repeats" "Rejects a Host that is not, byte for byte, the authority of a target in absolute-form, or with CONNECT the target or its host.";
    FRAMING_FOLD: OBS_FOLD "framing-fold" "Rejects a line that begins with SP or HTAB after Content-Length or Transfer-Encoding.";
    LENGTH_FOLD: OBS_FOLD "length-fold" "Rejects a line that begins with SP or HTAB after Content-Length with a value.";
    FIELDS_64: HEAD_LIMIT "fields-64" "Rejects more than 64 field lines.";
    HEAD_2048: HEAD_LIMIT "head-2048" "Rejects a head of more than 2048 bytes.";
    HEAD_8192: HEAD_LIMIT "head-8192" "Rejects a head of more than 8192 bytes.";
    CONNECTION_SYNTAX: CONNECTION_LIST "connection-syntax" "Rejects a Connection field, and Proxy-Connection where it is read as one, that is no list of tokens.";
    CODING_GAPS: LIST_EMPTY "coding-gaps" "Rejects a Transfer-Encoding list with an empty element.";
    CODING_LOWER_CASE: CODING_NAME "coding-lower-case" "Rejects chunked in other than lower case.";
    FRAMING_BOTH: LENGTH_WITH_CODING "framing-both" "Rejects Content-Length together with Transfer-Encoding, also where it looks at one of them only.";
    LENGTH_ONCE: LENGTH_REPEATED "length-once" "Rejects several Content-Length fields also where Transfer-Encoding beats them.";
    LENGTH_CHECKED: LENGTH_SYNTAX "length-checked" "Rejects a Content-Length that is not all digits, and several that differ, also where Transfer-Encoding beats them.";
    LENGTH_TAB: LENGTH_SYNTAX "length-tab" "Rejects HTAB after the value of Content-Length.";
    LENGTH_DIGITS_20: LENGTH_OVERFLOW "length-digits-20" "Rejects a Content-Length of more than 20 digits.";
    LENGTH_32: LENGTH_OVERFLOW "length-32" "Rejects a Content-Length from 2^32 up.";
    LENGTH_63: LENGTH_OVERFLOW "length-63" "Rejects a Content-Length from 2^63 up.";
    GET_HEAD_LENGTH: FRAMING_BY_METHOD "get-head-length" "Rejects GET and HEAD with a Content-Length above 0.";
    POST_10_LENGTH: NO_LENGTH_NO_BODY "post-10-length" "Rejects a POST of HTTP/1.0 without a length.";
    EXPECT_WHOLE: EXPECTATION "expect-whole" "Rejects an Expect that is a list, or empty, unless it ignores what it does not know.";
    CONNECT_REJECTED: CONNECT_TUNNEL "connect-rejected" "Rejects CONNECT.";

    // The chunked transfer coding.
    CHUNK_DIGITS_16: CHUNK_SIZE_NUMBER "chunk-digits-16" "Rejects a chunk size of more than 16 digits.";
    CHUNK_DIGITS_20: CHUNK_SIZE_NUMBER "chunk-digits-20" "Rejects a chunk size of more than 20 digits.";
    CHUNK_31: CHUNK_SIZE_NUMBER "chunk-31" "Rejects a chunk size from 2^31 up.";
    CHUNK_32: CHUNK_SIZE_NUMBER "chunk-32" "Rejects a chunk size from 2^32 up.";
    CHUNK_63: CHUNK_SIZE_NUMBER "chunk-63" "Rejects a chunk size from 2^63 up.";
    EXTENSION_REJECTED: CHUNK_EXTENSION "extension-rejected" "Rejects chunk extensions.";
    EXTENSION_SPACE: CHUNK_EXTENSION "extension-space" "Rejects SP and HTAB in a chunk extension outside quotes, and before it.";
    EXTENSION_SPACE_BEFORE: CHUNK_EXTENSION "extension-space-before" "Rejects SP and HTAB between a chunk size and a semicolon, or reads no digits before them as the size.";
    EXTENSION_QUOTE: CHUNK_EXTENSION "extension-quote" "Rejects a quoted value in a chunk extension.";
    TRAILER_REJECTED: LAST_CHUNK "trailer-rejected" "Rejects trailer fields.";
}
