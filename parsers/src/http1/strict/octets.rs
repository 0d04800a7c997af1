//! The classes of bytes that the grammars are made of, as one table.

const TCHAR: u8 = 1;
const URI: u8 = 1 << 1;
const VALUE: u8 = 1 << 2;
const QDTEXT: u8 = 1 << 3;
const REG_NAME: u8 = 1 << 4;
const OWS: u8 = 1 << 5;

/// The classes of each byte, one bit each.
static CLASSES: [u8; 256] = classes();

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which stops at an index out of bounds"
)]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = classes_of(byte as u8);
        byte += 1;
    }
    table
}

const fn classes_of(byte: u8) -> u8 {
    let mut classes = 0;
    // tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
    //       / DIGIT / ALPHA                                                       RFC 9110 §5.6.2
    if byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+')
        || matches!(byte, b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
    {
        classes |= TCHAR;
    }
    // reg-name = *( unreserved / pct-encoded / sub-delims )
    // unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"
    // sub-delims = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "="      RFC 3986
    if byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~')
        || matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')')
        || matches!(byte, b'*' | b'+' | b',' | b';' | b'=')
    {
        classes |= REG_NAME | URI;
    }
    // pct-encoded = "%" HEXDIG HEXDIG
    // gen-delims = ":" / "/" / "?" / "#" / "[" / "]" / "@"                              RFC 3986
    // A fragment is not sent, so "#" is none.
    if matches!(byte, b'%' | b':' | b'/' | b'?' | b'[' | b']' | b'@') {
        classes |= URI;
    }
    // field-vchar = VCHAR / obs-text, obs-text = %x80-FF                           RFC 9110 §5.5
    // qdtext = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text                   RFC 9110 §5.6.4
    if matches!(byte, b'\t' | b' '..=b'~' | 0x80..) {
        classes |= VALUE;
        if !matches!(byte, b'"' | b'\\') {
            classes |= QDTEXT;
        }
    }
    // OWS = *( SP / HTAB )                                                       RFC 9110 §5.6.3
    if matches!(byte, b' ' | b'\t') {
        classes |= OWS;
    }
    classes
}

#[inline(always)]
fn is(class: u8, byte: u8) -> bool {
    CLASSES
        .get(usize::from(byte))
        .is_some_and(|classes| classes & class != 0)
}

/// A byte of a token.
#[inline(always)]
pub(crate) fn is_tchar(byte: u8) -> bool {
    is(TCHAR, byte)
}

/// A byte that a URI may hold, other than `#`.
#[inline(always)]
pub(crate) fn is_uri(byte: u8) -> bool {
    is(URI, byte)
}

/// A byte of a field value, or the second of a quoted-pair.
#[inline(always)]
pub(crate) fn is_value(byte: u8) -> bool {
    is(VALUE, byte)
}

/// A byte of a quoted-string that is neither its end nor a backslash.
#[inline(always)]
pub(crate) fn is_qdtext(byte: u8) -> bool {
    is(QDTEXT, byte)
}

/// A byte of a reg-name by itself.
#[inline(always)]
pub(crate) fn is_reg_name(byte: u8) -> bool {
    is(REG_NAME, byte)
}

/// SP or HTAB.
#[inline(always)]
pub(crate) fn is_ows(byte: u8) -> bool {
    is(OWS, byte)
}

/// The slice without the OWS at both its ends.
pub(crate) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
