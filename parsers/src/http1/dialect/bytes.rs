//! The classes of bytes that the grammar is made of, as one table, and the fast ways to scan them.

use wide::u8x16;

/// May stand in a token (RFC 9110 §5.6.2).
const TOKEN: u8 = 1;
/// May stand in a request-target.
const TARGET: u8 = 2;
/// May stand in a field value: HTAB, SP, visible ASCII, obs-text.
const VALUE: u8 = 4;
/// May stand in a Host value, in any order.
const HOST: u8 = 8;
/// May stand in a reg-name by itself.
const REG_NAME: u8 = 16;

static CLASSES: [u8; 256] = classes();

/// What a byte is as a hexadecimal digit; 16 when it is none.
static HEX: [u8; 256] = hex();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, the index is below 256"
)]
const fn hex() -> [u8; 256] {
    let mut table = [16; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u8;
        table[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
}

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
        if alphanumeric || among(byte, b"-._~!$&'()*+,;=") {
            class |= REG_NAME;
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

/// Whether a Host value is a reg-name without escapes, as most are.
#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "a byte is below 256, and no check is compiled"
)]
pub(super) fn is_plain_host(value: &[u8]) -> bool {
    let all = value
        .iter()
        .fold(REG_NAME, |all, &byte| all & CLASSES[byte as usize]);
    all == REG_NAME
}

/// Whether the byte may stand in a reg-name by itself.
#[inline(always)]
pub(super) fn is_reg_name(byte: u8) -> bool {
    is(byte, REG_NAME)
}

/// Whether all of these bytes may stand in a Host value.
#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "a byte is below 256, and no check is compiled"
)]
pub(super) fn has_host_bytes(value: &[u8]) -> bool {
    // A value is short: to look at all of it costs less than to be ready to stop at any byte.
    let all = value
        .iter()
        .fold(HOST, |all, &byte| all & CLASSES[byte as usize]);
    all == HOST
}

#[inline(always)]
pub(super) fn is_value(byte: u8) -> bool {
    is(byte, VALUE)
}

/// The value of a hexadecimal digit.
#[inline(always)]
#[allow(
    clippy::indexing_slicing,
    reason = "a byte is below 256, and no check is compiled"
)]
pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    let digit = HEX[byte as usize];
    (digit < 16).then_some(digit)
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

/// How many bytes at the front of a line may stand in its name, and whether these are letters and
/// hyphens only. The answer to the second may be no where it is yes.
#[inline(always)]
pub(super) fn name_end(line: &[u8]) -> (usize, bool) {
    // Nearly always the colon is in the first block.
    if let Some(block) = line.first_chunk::<BLOCK>() {
        let end = common(block, is_name) as usize;
        if line.get(end) == Some(&b':') {
            return (end, true);
        }
    }
    let (rest, is_plain) = after_token(line);
    (line.len() - rest.len(), is_plain)
}

/// What follows the bytes at the front of `bytes` that may stand in a token, and whether these are
/// letters and hyphens only, as above.
#[inline]
fn after_token(bytes: &[u8]) -> (&[u8], bool) {
    let (mut rest, mut plain) = (bytes, true);
    loop {
        rest = after_common(rest, is_name);
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
        rest = after_common(rest, |block| letters(block) | between(block, b'$', b';'));
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
    let is_common = |block: u8x16| {
        let odd = between(block, 0, b' ' - 1) | block.simd_eq(splat(0x7f));
        !if QUOTES {
            odd | block.simd_eq(splat(b'"'))
        } else {
            odd
        }
    };
    let mut rest = bytes;
    loop {
        while let Some((blocks, more)) = rest.split_first_chunk::<{ 2 * BLOCK }>() {
            let (first, second) = halves(blocks);
            if (is_common(first) & is_common(second)).to_bitmask() != ALL {
                break;
            }
            rest = more;
        }
        rest = after_common(rest, is_common);
        match rest {
            [b'\r', ..] => return rest,
            [byte, more @ ..] if is_value(*byte) && !(QUOTES && *byte == b'"') => rest = more,
            _ => return rest,
        }
    }
}

/// How many bytes are looked at in one turn.
const BLOCK: usize = 16;

/// A mark for each byte of a block.
const ALL: u32 = (1 << BLOCK) - 1;

/// What follows the bytes at the front of `bytes` that are common: those for which `is_common` is all
/// ones. Fewer bytes than a block are left over, whatever they are.
#[inline(always)]
fn after_common(bytes: &[u8], is_common: impl Fn(u8x16) -> u8x16) -> &[u8] {
    let mut rest = bytes;
    while let Some((block, more)) = rest.split_first_chunk::<BLOCK>() {
        let common = common(block, &is_common);
        if common < BLOCK as u32 {
            return rest.get(common as usize..).unwrap_or(&[]);
        }
        rest = more;
    }
    rest
}

/// How many bytes at the front of the block are common.
#[inline(always)]
fn common(block: &[u8; BLOCK], is_common: impl Fn(u8x16) -> u8x16) -> u32 {
    is_common(u8x16::new(*block)).to_bitmask().trailing_ones()
}

#[inline(always)]
fn halves(blocks: &[u8; 2 * BLOCK]) -> (u8x16, u8x16) {
    let (mut first, mut second) = ([0; BLOCK], [0; BLOCK]);
    let (front, back) = blocks.split_at(BLOCK);
    first.copy_from_slice(front);
    second.copy_from_slice(back);
    (u8x16::new(first), u8x16::new(second))
}

/// All ones for letters and the hyphen, else zero.
#[inline(always)]
fn is_name(block: u8x16) -> u8x16 {
    letters(block) | block.simd_eq(splat(b'-'))
}

#[inline(always)]
fn splat(byte: u8) -> u8x16 {
    u8x16::splat(byte)
}

/// All ones for the bytes from `first` to `last`, else zero.
#[inline(always)]
fn between(block: u8x16, first: u8, last: u8) -> u8x16 {
    let from_first = block - splat(first);
    from_first.min(splat(last - first)).simd_eq(from_first)
}

/// All ones for the ASCII letters, else zero.
#[inline(always)]
fn letters(block: u8x16) -> u8x16 {
    between(block | splat(b' '), b'a', b'z')
}

/// How many SP and HTAB there are at the front of `bytes`.
#[inline(always)]
pub(super) fn spaces(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| is_space(byte)).count()
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
    // Most names of the same length differ in their first letter.
    if name.first().map(|byte| byte | 0x20) != known.first().copied() {
        return false;
    }
    // All bytes are looked at: without an early end the loop becomes a few vector instructions. A letter
    // has the bit by which only its case differs from that of 64 down; other known bytes have not.
    let mut difference = 0;
    for (byte, known) in name.iter().zip(known) {
        difference |= (byte | (known & 64) >> 1) ^ known;
    }
    difference == 0
}

/// Where `needle`, in lower case, begins in `hay`, in any case.
pub(super) fn find_any_case(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle))
}
