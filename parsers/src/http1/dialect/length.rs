//! Content-Length.

use super::super::leniencies::*;
use super::super::restrictions::LENGTH_DIGITS_20;
use super::super::rules::*;
use super::bytes::{trim, trim_matches};
use super::field::label;
use super::head::Notes;
use super::{Body, Reader};
use crate::core::parser::{Draft, Stop};
use crate::core::rule::{Leniency, Rule};
use crate::core::verdict::Note;

/// A number and whether it was too large for 64 bits, in which case it is modulo 2^64.
type Number = (u64, bool);

impl Reader<'_> {
    /// The first Content-Length field that is looked at, if there is one.
    #[inline]
    pub(super) fn lengths<'n>(
        &self,
        named_by_connection: bool,
        notes: &Notes<'n>,
        draft: &mut Draft<'_>,
    ) -> Option<&'n Note> {
        let first = notes.of(label::LENGTH).next()?;
        if (named_by_connection && self.relax(&CONNECTION_STRIPS, first.at, draft))
            || self.relax(&LENGTH_IGNORED, first.at, draft)
        {
            return None;
        }
        let Some(empty) = notes.of(label::LENGTH).find(|note| note.start == note.end) else {
            return Some(first);
        };
        if !self.relax(&LENGTH_EMPTY_IGNORED, empty.at, draft) {
            return Some(first);
        }
        notes.of(label::LENGTH).find(|note| note.start < note.end)
    }

    /// The body that Content-Length gives; `first` is the first field that is looked at.
    #[inline]
    pub(super) fn length(
        &self,
        first: &Note,
        notes: &Notes<'_>,
        draft: &mut Draft<'_>,
    ) -> Result<Body, Stop> {
        if let Some(length) = usual_length(self.noted(first, notes.text))
            && notes.labels.most(label::LENGTH) == 1
        {
            return Ok(Body::Length(length));
        }
        let skip_empty = self.has(&LENGTH_EMPTY_IGNORED);
        let all = || {
            notes
                .of(label::LENGTH)
                .filter(move |note| !skip_empty || note.start < note.end)
        };
        let mut chosen = *first;
        if let Some(second) = all().nth(1) {
            let value = self.noted(first, notes.text);
            let differs = all().find(|note| self.noted(note, notes.text) != value);
            let number = one_number(all().map(|note| self.noted(note, notes.text)));
            match differs {
                None if self.relax(&LENGTH_SAME, second.at, draft) => {}
                None => return Err(draft.reject(&LENGTH_REPEATED, second.at)),
                Some(_)
                    if number.is_some() && self.relax(&LENGTH_SAME_NUMBER, second.at, draft) =>
                {
                    let digits = number.unwrap_or(&[]);
                    return self.length_number(digits, &LENGTH_SYNTAX, first, draft);
                }
                Some(other) if self.relax(&LENGTH_FIRST, other.at, draft) => {}
                Some(other) if self.relax(&LENGTH_LAST, other.at, draft) => {
                    chosen = all().last().copied().unwrap_or(chosen);
                }
                Some(_) if number.is_some() => {
                    return Err(draft.reject(&LENGTH_REPEATED, second.at));
                }
                Some(other) => return Err(draft.reject(&LENGTH_CONFLICT, other.at)),
            }
        }
        let value = self.noted(&chosen, notes.text);
        self.length_value(value, &chosen, draft)
    }

    fn length_value(&self, value: &[u8], note: &Note, draft: &mut Draft<'_>) -> Result<Body, Stop> {
        if value.is_empty() {
            if self.relax(&LENGTH_EMPTY_ZERO, note.at, draft) {
                return Ok(Body::Length(0));
            }
            if self.relax(&LENGTH_EMPTY_CLOSE, note.at, draft) {
                return Ok(Body::UntilClose);
            }
            return Err(draft.reject(&LENGTH_EMPTY, note.at));
        }
        if !value.contains(&b',') {
            return self.length_number(value, &LENGTH_SYNTAX, note, draft);
        }
        match self.list_element(value, note, draft) {
            Some([]) => Err(draft.reject(&LENGTH_EMPTY, note.at)),
            Some(element) => self.length_number(element, &LENGTH_SYNTAX, note, draft),
            None => self.length_number(value, &LENGTH_LIST, note, draft),
        }
    }

    /// The element of a list that the dialect reads as the value.
    fn list_element<'v>(
        &self,
        value: &'v [u8],
        note: &Note,
        draft: &mut Draft<'_>,
    ) -> Option<&'v [u8]> {
        let elements = || {
            value
                .split(|&byte| byte == b',')
                .map(|element| trim(element).1)
        };
        let is_number =
            |element: &[u8]| !element.is_empty() && element.iter().all(u8::is_ascii_digit);
        let numbers = elements().all(is_number);
        let first = elements().next()?;
        let significant = |element: &'v [u8]| trim_start_zeros(element);
        if numbers
            && elements().all(|element| element == first)
            && self.relax(&LENGTH_LIST_SAME, note.value, draft)
        {
            return Some(first);
        }
        if numbers
            && elements().all(|element| significant(element) == significant(first))
            && self.relax(&LENGTH_LIST_EQUAL, note.value, draft)
        {
            return Some(first);
        }
        let mut filled = elements().filter(|element| !element.is_empty());
        if let (Some(only), None) = (filled.next(), filled.next())
            && self.relax(&LENGTH_LIST_GAPS, note.value, draft)
        {
            return Some(only);
        }
        if self.relax(&LENGTH_LIST_FIRST, note.value, draft) {
            return Some(first);
        }
        if self.relax(&LENGTH_LIST_LAST, note.value, draft) {
            return elements().next_back();
        }
        None
    }

    /// The body that a value without a comma gives; `rule` is cited when nothing accepts it.
    #[inline]
    fn length_number(
        &self,
        value: &[u8],
        rule: &'static Rule,
        note: &Note,
        draft: &mut Draft<'_>,
    ) -> Result<Body, Stop> {
        match decimal(value) {
            Some(number) => self.decimal_length(value, number, note, draft),
            None => self.odd_length(value, rule, note, draft),
        }
    }

    fn decimal_length(
        &self,
        digits: &[u8],
        (value, overflows): Number,
        note: &Note,
        draft: &mut Draft<'_>,
    ) -> Result<Body, Stop> {
        let at = note.value;
        if let [b'0', octal @ ..] = digits {
            let is_octal =
                !octal.is_empty() && octal.iter().all(|byte| matches!(byte, b'0'..=b'7'));
            if let Some(value) = radix(octal, 8).filter(|_| is_octal)
                && self.relax(&LENGTH_OCTAL, at, draft)
            {
                return Ok(Body::Length(value));
            }
        }
        let limits = [(&LENGTH_DIGITS_20, digits.len() > 20)];
        self.restrict(&limits, at, draft)?;
        if digits.len() > 19 && self.relax(&LENGTH_DIGITS, at, draft) {
            let value = digits
                .get(..19)
                .and_then(decimal)
                .map_or(0, |number| number.0);
            return Ok(Body::Length(value));
        }
        if (overflows || value >> 32 != 0) && self.relax(&LENGTH_WRAPS_32, at, draft) {
            return Ok(Body::Length(value & 0xffff_ffff));
        }
        if (overflows || value >> 63 != 0) && self.relax(&LENGTH_SIGNED_63, at, draft) {
            return Ok(Body::Length(0));
        }
        if overflows && self.relax(&LENGTH_LARGE, at, draft) {
            return Ok(Body::Length(u64::MAX));
        }
        if overflows && !self.relax(&LENGTH_WRAPS_64, at, draft) {
            return Err(draft.reject(&LENGTH_OVERFLOW, at));
        }
        Ok(Body::Length(value))
    }

    /// A value that is not all digits.
    #[cold]
    fn odd_length(
        &self,
        value: &[u8],
        rule: &'static Rule,
        note: &Note,
        draft: &mut Draft<'_>,
    ) -> Result<Body, Stop> {
        let at = note.value;
        let trims: [Trim; 2] = [
            (&LENGTH_VT_FF, |byte| {
                matches!(byte, 0x0b | 0x0c | b'\r' | 0x08 | b' ' | b'\t')
            }),
            (&LENGTH_HIGH, |byte| {
                matches!(byte, 0x85 | 0xa0 | 0xff | b' ' | b'\t')
            }),
        ];
        let mut value = value;
        // What one of the two trims may lay bare what the other does, as many times as there are bytes.
        while let Some((leniency, trimmed)) = trims.iter().find_map(|(leniency, drop)| {
            let (_, trimmed) = trim_matches(value, drop);
            let mended = !trimmed.is_empty() && trimmed.len() < value.len();
            (mended && self.has(leniency)).then_some((*leniency, trimmed))
        }) {
            draft.relax(leniency, at);
            value = trimmed;
        }
        if let Some(number) = decimal(value) {
            return self.decimal_length(value, number, note, draft);
        }
        for (leniency, read) in FORMS {
            if self.has(leniency)
                && let Some(length) = read(value)
            {
                draft.relax(leniency, at);
                return Ok(Body::Length(length));
            }
        }
        if self.relax(&LENGTH_NAN, at, draft) {
            return Ok(Body::Dropped(1));
        }
        if self.relax(&LENGTH_INVALID_IGNORED, at, draft) {
            return Ok(Body::None);
        }
        if self.relax(&LENGTH_INVALID_CLOSE, at, draft) {
            return Ok(Body::UntilClose);
        }
        Err(draft.reject(rule, at))
    }
}

/// Bytes that a leniency trims from a value.
type Trim = (&'static Leniency, fn(u8) -> bool);

/// A reading of a whole value that is not all digits.
type Form = fn(&[u8]) -> Option<u64>;

static FORMS: &[(&Leniency, Form)] = &[
    (&LENGTH_PLUS, |value| exact(value.strip_prefix(b"+")?)),
    (&LENGTH_MINUS_ZERO, |value| {
        exact(value.strip_prefix(b"-")?).filter(|&value| value == 0)
    }),
    (&LENGTH_MINUS_NONE, |value| {
        exact(value.strip_prefix(b"-")?).map(|_| 0)
    }),
    (&LENGTH_MINUS_WRAPS, |value| {
        exact(value.strip_prefix(b"-")?).map(u64::wrapping_neg)
    }),
    (&LENGTH_HEX, |value| prefixed(value, b'x', 16)),
    (&LENGTH_OCTAL_PREFIX, |value| prefixed(value, b'o', 8)),
    (&LENGTH_BINARY_PREFIX, |value| prefixed(value, b'b', 2)),
    (&LENGTH_UNDERSCORE, |value| joined(value, b'_', false)),
    (&LENGTH_FLOAT, |value| {
        let point = memchr::memchr(b'.', value)?;
        let (number, fraction) = value.split_at(point);
        let digits = fraction.get(1..)?;
        exact(number).filter(|_| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
    }),
    (&LENGTH_EXPONENT, |value| match value {
        [number @ .., b'e' | b'E', exponent @ b'0'..=b'9'] => {
            exact(number)?.checked_mul(10u64.pow(u32::from(exponent - b'0')))
        }
        _ => None,
    }),
    (&LENGTH_PARAMETER, |value| exact(front(value, b';')?)),
    (&LENGTH_QUOTED, |value| {
        exact(value.strip_prefix(b"\"")?.strip_suffix(b"\"")?)
    }),
    (&LENGTH_UNICODE, unicode),
    (&LENGTH_SPACE_JOINS, |value| joined(value, b' ', true)),
    (&LENGTH_SPACE_CUTS, |value| exact(front(value, b' ')?)),
    (&LENGTH_PREFIX, |value| {
        let length = value
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        exact(value.get(..length)?)
    }),
    (&LENGTH_INSIDE, |value| {
        let from = value.iter().position(u8::is_ascii_digit)?;
        let digits = value.get(from..)?;
        let length = digits.iter().position(|byte| !byte.is_ascii_digit());
        exact(digits.get(..length.unwrap_or(digits.len()))?)
    }),
];

/// The value of a few digits without a zero in front, which no leniency reads otherwise.
#[inline(always)]
fn usual_length(value: &[u8]) -> Option<u64> {
    if value.first() == Some(&b'0') || value.len() > 9 || value.is_empty() {
        return None;
    }
    let mut length = 0;
    for &byte in value {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        length = length * 10 + u64::from(digit);
    }
    Some(length)
}

/// The value of one or more digits.
#[inline]
fn decimal(digits: &[u8]) -> Option<Number> {
    let (mut value, mut overflows) = (0u64, false);
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        let (product, high) = value.overflowing_mul(10);
        let (sum, carry) = product.overflowing_add(u64::from(digit));
        value = sum;
        overflows |= high | carry;
    }
    (!digits.is_empty()).then_some((value, overflows))
}

/// The value of one or more digits that fits into 64 bits.
fn exact(digits: &[u8]) -> Option<u64> {
    decimal(digits)
        .filter(|number| !number.1)
        .map(|number| number.0)
}

fn radix(digits: &[u8], base: u32) -> Option<u64> {
    let value = digits.iter().try_fold(0u64, |value, &byte| {
        let digit = char::from(byte).to_digit(base)?;
        value
            .checked_mul(u64::from(base))?
            .checked_add(u64::from(digit))
    });
    value.filter(|_| !digits.is_empty())
}

fn prefixed(value: &[u8], letter: u8, base: u32) -> Option<u64> {
    match value {
        [b'0', byte, digits @ ..] if byte.eq_ignore_ascii_case(&letter) => radix(digits, base),
        _ => None,
    }
}

/// What comes before the first `byte` of the value.
fn front(value: &[u8], byte: u8) -> Option<&[u8]> {
    value.get(..memchr::memchr(byte, value)?)
}

/// Digits with a separator between them: one, or with `many` any number.
fn joined(value: &[u8], separator: u8, many: bool) -> Option<u64> {
    let mut total = 0u64;
    let (mut after_digit, mut any_digit) = (false, false);
    for &byte in value {
        if byte == separator && (after_digit || (many && any_digit)) {
            after_digit = false;
            continue;
        }
        let digit = u64::from(byte.wrapping_sub(b'0'));
        if digit > 9 {
            return None;
        }
        total = total.checked_mul(10)?.checked_add(digit)?;
        (after_digit, any_digit) = (true, true);
    }
    after_digit.then_some(total)
}

/// Fullwidth, Arabic-Indic and ASCII digits.
fn unicode(mut value: &[u8]) -> Option<u64> {
    let mut total = 0u64;
    while !value.is_empty() {
        let (digit, rest) = match value {
            [0xef, 0xbc, byte @ 0x90..=0x99, rest @ ..] => (byte - 0x90, rest),
            [0xd9, byte @ 0xa0..=0xa9, rest @ ..] => (byte - 0xa0, rest),
            [byte @ b'0'..=b'9', rest @ ..] => (byte - b'0', rest),
            _ => return None,
        };
        total = total.checked_mul(10)?.checked_add(u64::from(digit))?;
        value = rest;
    }
    Some(total)
}

/// The number, without zeros in front, that each element of the lists is that is not empty.
fn one_number<'v>(lists: impl Iterator<Item = &'v [u8]>) -> Option<&'v [u8]> {
    let mut number = None;
    for element in lists.flat_map(|list| list.split(|&byte| byte == b',')) {
        let (_, digits) = trim(element);
        if digits.is_empty() {
            continue;
        }
        let is_number = digits.iter().all(u8::is_ascii_digit);
        // Of nothing but zeros, one is left.
        let digits = match trim_start_zeros(digits) {
            [] => digits.get(..1).unwrap_or(&[]),
            significant => significant,
        };
        if !is_number || *number.get_or_insert(digits) != digits {
            return None;
        }
    }
    number
}

fn trim_start_zeros(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|&&byte| byte == b'0').count();
    digits.get(zeros..).unwrap_or(&[])
}
