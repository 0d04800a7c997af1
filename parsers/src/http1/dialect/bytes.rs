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
    bytes.len() - after_token(bytes).0.len()
}

/// What follows the bytes at the front of `bytes` that may stand in a token, and whether these are
/// letters and hyphens only. The answer to the second may be no where it is yes.
#[inline(always)]
pub(super) fn after_token(bytes: &[u8]) -> (&[u8], bool) {
    let (mut rest, mut plain) = (bytes, true);
    loop {
        if let Some((block, more)) = rest.split_first_chunk::<BLOCK>() {
            let length = first_in_block(block, |word| no_letter_or(word, b'-', b'-'));
            if length == BLOCK {
                rest = more;
                continue;
            }
            rest = rest.get(length..).unwrap_or(&[]);
        }
        match rest.split_first() {
            Some((&byte, more)) if byte != b':' && is_token(byte) => rest = more,
            _ => return (rest, plain),
        }
        plain = false;
    }
}

/// How many bytes at the front of `bytes` may stand in a request-target.
#[inline(always)]
pub(super) fn target_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    loop {
        if let Some((block, more)) = rest.split_first_chunk::<BLOCK>() {
            let length = first_in_block(block, |word| no_letter_or(word, b'$', b';'));
            if length == BLOCK {
                rest = more;
                continue;
            }
            rest = rest.get(length..).unwrap_or(&[]);
        }
        match rest.split_first() {
            Some((&byte, more)) if is_target(byte) => rest = more,
            _ => return bytes.len() - rest.len(),
        }
    }
}

/// How many bytes at the front of `bytes` may stand in a field value.
#[inline(always)]
pub(super) fn value_length(bytes: &[u8]) -> usize {
    bytes.len() - after_value::<false>(bytes).len()
}

/// What follows the bytes at the front of `bytes` that may stand in a field value; with `QUOTES`, a
/// double quote may not.
#[inline(always)]
pub(super) fn after_value<const QUOTES: bool>(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let Some((block, more)) = rest.split_first_chunk::<BLOCK>() {
        // Without an early end the loop becomes a few vector instructions.
        let mut odd = false;
        for &byte in block {
            odd |= (byte < b' ') | (byte == 0x7f) | (QUOTES & (byte == b'"'));
        }
        if !odd {
            rest = more;
            continue;
        }
        let length = first_in_block(block, |word| {
            let quotes = if QUOTES { equal(word, b'"') } else { 0 };
            (below_space(word) | equal(word, 0x7f) | quotes) & splat(0x80)
        });
        rest = rest.get(length..).unwrap_or(&[]);
        match rest.split_first() {
            Some((b'\t', more)) => rest = more,
            _ => return rest,
        }
    }
    let is_odd = |byte: &u8| !is_value(*byte) || (QUOTES && *byte == b'"');
    let tail = rest.iter().position(is_odd).unwrap_or(rest.len());
    rest.get(tail..).unwrap_or(&[])
}

/// How many bytes are looked at in one turn.
const BLOCK: usize = 2 * WORD;

/// How many bytes are looked at together as one number. A byte is marked by its highest bit.
const WORD: usize = 8;

/// Where in the block the first byte is that `marks` marks in its word; the block's length when there
/// is none.
#[inline(always)]
fn first_in_block(block: &[u8; BLOCK], marks: impl Fn(u64) -> u64) -> usize {
    let both = u128::from_le_bytes(*block);
    let first = marks(both as u64);
    if first != 0 {
        return first_marked(first);
    }
    // Without a mark there are 64 zeros: eight bytes.
    WORD + first_marked(marks((both >> 64) as u64))
}

#[inline(always)]
const fn splat(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; WORD])
}

/// How many bytes come before the first one that is marked; all of them when none is.
#[inline(always)]
fn first_marked(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

/// Marks the bytes below SP. Bytes after the first of them may be marked too, by the borrow; the bits
/// that are no marks are of no meaning.
#[inline(always)]
fn below_space(word: u64) -> u64 {
    word.wrapping_sub(splat(b' ')) & !word
}

/// Marks the bytes that equal `byte`, and after the first of them perhaps others, as above.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ splat(byte);
    difference.wrapping_sub(splat(1)) & !difference
}

/// Marks the bytes that are neither ASCII letters nor between `first` and `last`, and no others; the
/// other bits are nought.
#[inline(always)]
fn no_letter_or(word: u64, first: u8, last: u8) -> u64 {
    // With seven bits in each byte nothing is carried from one byte to the next.
    let seven = word & splat(0x7f);
    let from = |bytes: u64, byte: u8| bytes + splat(0x80 - byte);
    let lower = seven | splat(0x20);
    let is_letter = from(lower, b'a') & !from(lower, b'z' + 1);
    let is_between = from(seven, first) & !from(seven, last + 1);
    (!(is_letter | is_between) | word) & splat(0x80)
}

/// How many SP and HTAB there are at the front of `bytes`, and what follows them.
#[inline(always)]
pub(super) fn without_spaces(mut bytes: &[u8]) -> (usize, &[u8]) {
    // Nearly always there is one.
    if let [b' ', rest @ ..] = bytes
        && rest.first().is_some_and(|&byte| byte > b' ')
    {
        return (1, rest);
    }
    let mut count = 0;
    while let [b' ' | b'\t', rest @ ..] = bytes {
        count += 1;
        bytes = rest;
    }
    (count, bytes)
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

/// Whether `name` is `known`, which is in lower case, in any case.
#[inline(always)]
pub(super) fn is_any_case<const N: usize>(name: &[u8], known: &[u8; N]) -> bool {
    let Ok(name) = <&[u8; N]>::try_from(name) else {
        return false;
    };
    // All bytes are looked at: without an early end the loop becomes a few vector instructions.
    let mut difference = 0;
    for (byte, known) in name.iter().zip(known) {
        difference |= byte.to_ascii_lowercase() ^ known;
    }
    difference == 0
}

/// Where `needle`, in lower case, begins in `hay`, in any case.
pub(super) fn find_any_case(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle))
}
