//! Every named way to refuse a request that the specification takes. This table is the dialect's documentation:
//! each text says exactly what a reader with that restriction refuses.
//!
//! No rule stands against them: a server may support few methods, and limit what it reads. Without them, what
//! such a reader refuses could be told from no leniency.

use super::rules::*;
use crate::rule::{FIRST_RESTRICTION, Restriction};

macro_rules! restrictions {
    ($($name:ident: $rule:ident $id:literal $text:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name),* }
        $(#[doc = $text] pub static $name: Restriction = Restriction {
            id: $id, index: FIRST_RESTRICTION + Index::$name as u16, rule: &$rule, text: $text,
        };)*
        /// Every restriction, in the order of what it refuses in a request.
        pub static RESTRICTIONS: &[&Restriction] = &[$(&$name),*];
    };
}

restrictions! {
    // The head.
    METHOD_KNOWN: METHOD_TOKEN "method-known" "Refuses a method that is not among those registered, at the first letter that shows it.";
    METHOD_UPPER: METHOD_TOKEN "method-upper" "Refuses a method with a lower-case letter.";
    HOST_MATCHES: HOST_VALUE "host-matches" "Refuses a target that has an authority other than the value of Host, unless that is empty.";
    FRAMING_FOLD: OBS_FOLD "framing-fold" "Refuses a line that begins with SP or HTAB after Content-Length or Transfer-Encoding.";
    FIELDS_64: HEAD_LIMIT "fields-64" "Refuses more than 64 field lines.";
    HEAD_8192: HEAD_LIMIT "head-8192" "Refuses a head of more than 8192 bytes.";
    CODING_GAPS: CODING_NAME "coding-gaps" "Refuses a Transfer-Encoding list with an empty element.";
    LENGTH_CHECKED: LENGTH_SYNTAX "length-checked" "Refuses a Content-Length that is not all digits also where Transfer-Encoding beats it.";
    LENGTH_TAB: LENGTH_SYNTAX "length-tab" "Refuses HTAB after the value of Content-Length.";
    LENGTH_DIGITS_20: LENGTH_OVERFLOW "length-digits-20" "Refuses a Content-Length of more than 20 digits.";
    LENGTH_32: LENGTH_OVERFLOW "length-32" "Refuses a Content-Length from 2^32 up.";
    LENGTH_63: LENGTH_OVERFLOW "length-63" "Refuses a Content-Length from 2^63 up.";
    POST_10_LENGTH: NO_LENGTH_NO_BODY "post-10-length" "Refuses a POST of HTTP/1.0 without a length.";
    CONNECT_REFUSED: CONNECT_TUNNEL "connect-refused" "Refuses CONNECT.";

    // The chunked transfer coding.
    CHUNK_DIGITS_16: CHUNK_SIZE_NUMBER "chunk-digits-16" "Refuses a chunk size of more than 16 digits.";
    CHUNK_DIGITS_20: CHUNK_SIZE_NUMBER "chunk-digits-20" "Refuses a chunk size of more than 20 digits.";
    CHUNK_31: CHUNK_SIZE_NUMBER "chunk-31" "Refuses a chunk size from 2^31 up.";
    CHUNK_32: CHUNK_SIZE_NUMBER "chunk-32" "Refuses a chunk size from 2^32 up.";
    CHUNK_63: CHUNK_SIZE_NUMBER "chunk-63" "Refuses a chunk size from 2^63 up.";
    EXTENSION_REFUSED: CHUNK_EXTENSION "extension-refused" "Refuses chunk extensions.";
    EXTENSION_SPACE: CHUNK_EXTENSION "extension-space" "Refuses SP and HTAB in a chunk extension outside quotes, and before it.";
    EXTENSION_QUOTE: CHUNK_EXTENSION "extension-quote" "Refuses a quoted value in a chunk extension.";
    TRAILER_REFUSED: LAST_CHUNK "trailer-refused" "Refuses trailer fields.";
}
