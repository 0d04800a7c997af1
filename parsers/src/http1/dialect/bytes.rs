//! The classes of bytes that the grammar is made of, as one table, and the fast ways to scan them.

/// May stand in a token (RFC 9110 §5.6.2).
const TOKEN: u8 = 1;
/// May stand in a request-target.
const TARGET: u8 = 2;
/// May stand in a field value: HTAB, SP, visible ASCII, obs-text.
const VALUE: u8 = 4;
/// May stand in a Host value.
const HOST: u8 = 8;

static CLASSES: [u8; 256] = classes();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, the index is below 256"
)]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let byte = index as u8;
        let mut class = 0;
        let alphanumeric = byte.is_ascii_alphanumeric();
        if alphanumeric || among(byte, b"!#$%&'*+-.^_`|~") {
            class |= TOKEN;
        }
        if alphanumeric || among(byte, b"-._~:/?[]@!$&'()*+,;=%") {
            class |= TARGET;
        }
        if alphanumeric || among(byte, b"-._~!$&'()*+,;=%:[]") {
            class |= HOST;
        }
        if byte == b'\t' || (byte >= b' ' && byte != 0x7f) {
            class |= VALUE;
        }
        table[index] = class;
        index += 1;
    }
    table
}

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, the index is checked"
)]
const fn among(byte: u8, set: &[u8]) -> bool {
    let mut index = 0;
    while index < set.len() {
        if set[index] == byte {
            return true;
        }
        index += 1;
    }
    false
}

#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "a byte is below 256, and no check is compiled"
)]
fn is(byte: u8, class: u8) -> bool {
    CLASSES[byte as usize] & class != 0
}

#[inline(always)]
pub(super) fn is_token(byte: u8) -> bool {
    is(byte, TOKEN)
}

#[inline(always)]
pub(super) fn is_target(byte: u8) -> bool {
    is(byte, TARGET)
}

#[inline(always)]
pub(super) fn is_host(byte: u8) -> bool {
    is(byte, HOST)
}

#[inline(always)]
pub(super) fn is_value(byte: u8) -> bool {
    is(byte, VALUE)
}

/// SP or HTAB.
#[inline(always)]
pub(super) fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// How many bytes at the front of `bytes` may stand in a token.
#[inline(always)]
pub(super) fn token_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|&byte| !is_token(byte))
        .unwrap_or(bytes.len())
}

/// How many bytes at the front of `bytes` may stand in a request-target.
#[inline(always)]
pub(super) fn target_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|&byte| !is_target(byte))
        .unwrap_or(bytes.len())
}

/// How many bytes at the front of `bytes` may stand in a field value.
#[inline(always)]
pub(super) fn value_length(bytes: &[u8]) -> usize {
    let mut taken = 0;
    let mut rest = bytes;
    // A block of bytes at once: the compiler turns the loop over an array into vector instructions.
    while let Some((block, more)) = rest.split_first_chunk::<16>() {
        let mut odd = false;
        for &byte in block {
            odd |= (byte < b' ') | (byte == 0x7f);
        }
        if odd && let Some(offset) = block.iter().position(|&byte| !is_value(byte)) {
            return taken + offset;
        }
        taken += block.len();
        rest = more;
    }
    taken
        + rest
            .iter()
            .position(|&byte| !is_value(byte))
            .unwrap_or(rest.len())
}

/// `bytes` without SP and HTAB at either end, and how many were dropped at the front.
#[inline(always)]
pub(super) fn trim(bytes: &[u8]) -> (usize, &[u8]) {
    trim_matches(bytes, is_space)
}

/// `bytes` without the bytes that `drop` tells at either end, and how many were dropped at the front.
#[inline(always)]
pub(super) fn trim_matches(mut bytes: &[u8], drop: impl Fn(u8) -> bool) -> (usize, &[u8]) {
    let mut front = 0;
    while let [first, rest @ ..] = bytes {
        if !drop(*first) {
            break;
        }
        front += 1;
        bytes = rest;
    }
    while let [rest @ .., last] = bytes {
        if !drop(*last) {
            break;
        }
        bytes = rest;
    }
    (front, bytes)
}

/// Where `needle`, in lower case, begins in `hay`, in any case.
pub(super) fn find_any_case(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle))
}
