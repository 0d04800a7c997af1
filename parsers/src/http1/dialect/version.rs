//! The version in the request-line, and what an older one says of a coding.

use super::super::leniencies::*;
use super::super::restrictions::HTTP_10_REJECTED;
use super::super::rules::*;
use super::Reader;
use crate::core::parser::{Draft, Stop};

/// What the version says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    /// The byte after it.
    pub end: usize,
    /// Whether the message is one of HTTP/1.0.
    pub is_10: bool,
    /// Whether it is a later one than HTTP/1.1, or none.
    pub is_later: bool,
}

/// A version as it was written: its numbers and what it took to read them.
struct Numbers {
    major: u64,
    minor: u64,
    length: usize,
}

const LENIENT: &[&crate::Leniency] = &[
    &TARGET_SPACE,
    &VERSION_ANY_CASE,
    &VERSION_PROTOCOL,
    &VERSION_ZEROS,
    &VERSION_SIGN,
    &VERSION_WRAPS,
    &VERSION_MINOR_DIGITS,
    &VERSION_NO_MINOR,
    &VERSION_SUFFIX,
    &VERSION_ANY,
];

impl Reader<'_> {
    /// What Transfer-Encoding is in a message of HTTP/1.0: none where the dialect does not look at it, else whether the
    /// connection closes after the message.
    pub(super) fn coding_in_10(
        &self,
        at: usize,
        draft: &mut Draft<'_>,
    ) -> Result<Option<bool>, Stop> {
        if self.relax(&CODING_10_IGNORED, at, draft) {
            return Ok(None);
        }
        if self.relax(&CODING_10_ACCEPTED, at, draft) {
            return Ok(Some(false));
        }
        if self.relax(&CODING_10_CLOSES, at, draft) {
            return Ok(Some(true));
        }
        Err(draft.reject(&CODING_IN_10, at))
    }

    /// Reads the version that begins at `at`.
    pub(super) fn version(&self, at: usize, draft: &mut Draft<'_>) -> Result<Version, Stop> {
        match self.need(at)? {
            b' ' | b'\t' | 0x0b | 0x0c => return Err(draft.reject(&REQUEST_LINE_SPACE, at)),
            b'\r' | b'\n' => return Err(draft.reject(self.early_end(at)?, at)),
            _ => {}
        }
        if self.any(LENIENT) {
            return self.odd_version(at, draft);
        }
        for (nth, &byte) in self.rest(at).iter().take(8).enumerate() {
            let fits = match b"HTTP/0.0".get(nth) {
                Some(b'0') => byte.is_ascii_digit(),
                Some(&expected) => {
                    byte == expected
                        || ((1..5).contains(&nth) && self.relax(&VERSION_H_ANY, at, draft))
                }
                None => false,
            };
            if !fits {
                return Err(draft.reject(&HTTP_VERSION, at));
            }
        }
        let (Some(major), Some(minor)) = (self.peek(at + 5), self.peek(at + 7)) else {
            return Err(Stop::Incomplete);
        };
        let (major, minor) = (u64::from(major - b'0'), u64::from(minor - b'0'));
        let is_10 = self.numbers(at, major, minor, draft)?;
        let is_later = (major, minor) > (1, 1);
        let end = at + 8;
        match self.need(end)? {
            b'\r' | b'\n' | b' ' | b'\t' | 0x0b | 0x0c => Ok(Version {
                end,
                is_10,
                is_later,
            }),
            _ => Err(draft.reject(&HTTP_VERSION, at)),
        }
    }

    /// A version in a dialect that accepts more than the grammar: judged once its word is whole.
    fn odd_version(&self, at: usize, draft: &mut Draft<'_>) -> Result<Version, Stop> {
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n' | b' ' | b'\t' | 0x0b | 0x0c);
        let mut start = at;
        if self.has(&TARGET_SPACE) {
            let line = memchr::memchr2(b'\r', b'\n', self.rest(at)).ok_or(Stop::Incomplete)?;
            let last = memchr::memrchr(b' ', self.slice(at, at + line));
            if let Some(space) = last.filter(|&space| space + 1 < line) {
                draft.relax(&TARGET_SPACE, at);
                start = at + space + 1;
            }
        }
        let length = self
            .rest(start)
            .iter()
            .position(is_end)
            .ok_or(Stop::Incomplete)?;
        let word = self.slice(start, start + length);
        let Some(numbers) = self.version_numbers(word, start, draft) else {
            if self.relax(&VERSION_ANY, start, draft) {
                return Ok(Version {
                    end: start + length,
                    is_10: false,
                    is_later: true,
                });
            }
            return Err(draft.reject(&HTTP_VERSION, start));
        };
        if numbers.length < word.len() {
            draft.relax(&VERSION_SUFFIX, start);
        }
        let is_10 = self.numbers(start, numbers.major, numbers.minor, draft)?;
        Ok(Version {
            end: start + length,
            is_10,
            is_later: (numbers.major, numbers.minor) > (1, 1),
        })
    }

    /// The numbers of a version, with the leniencies that it takes to read them; none when no such
    /// leniency is there.
    fn version_numbers(&self, word: &[u8], at: usize, draft: &mut Draft<'_>) -> Option<Numbers> {
        let slash = memchr::memchr(b'/', word)?;
        let (name, rest) = word.split_at_checked(slash)?;
        let mut used: [Option<&'static crate::Leniency>; 8] = [None; 8];
        let mut count = 0;
        let mut note = |leniency: &'static crate::Leniency| {
            if let Some(slot) = used.get_mut(count) {
                *slot = Some(leniency);
                count += 1;
            }
            self.has(leniency)
        };
        if name != b"HTTP" {
            let any_case = name.eq_ignore_ascii_case(b"http");
            let is_word = !name.is_empty() && name.iter().all(u8::is_ascii_alphabetic);
            let taken = (any_case && self.has(&VERSION_ANY_CASE) && note(&VERSION_ANY_CASE))
                || (is_word && note(&VERSION_PROTOCOL));
            if !taken {
                return None;
            }
        }
        let rest = rest.get(1..)?;
        let (major, taken) = self.version_number(rest, &mut note)?;
        let after = rest.get(taken..)?;
        let mut length = slash + 1 + taken;
        let minor = match after {
            [b'.', digits @ ..] if !digits.is_empty() => {
                let many = digits.len() > 1 && digits.iter().all(u8::is_ascii_digit);
                let any = many && self.has(&VERSION_MINOR_DIGITS) && note(&VERSION_MINOR_DIGITS);
                let (minor, taken) = if any {
                    (few_digits(digits), digits.len())
                } else {
                    self.version_number(digits, &mut note)?
                };
                length += 1 + taken;
                minor
            }
            [] | [b'.'] if note(&VERSION_NO_MINOR) => {
                length += after.len();
                0
            }
            _ => return None,
        };
        if length < word.len() && !self.has(&VERSION_SUFFIX) {
            return None;
        }
        for leniency in used.into_iter().flatten() {
            draft.relax(leniency, at);
        }
        Some(Numbers {
            major,
            minor,
            length,
        })
    }

    /// One number of a version, and how many bytes it accepts.
    fn version_number(
        &self,
        bytes: &[u8],
        note: &mut dyn FnMut(&'static crate::Leniency) -> bool,
    ) -> Option<(u64, usize)> {
        let sign = usize::from(bytes.first() == Some(&b'+'));
        if sign == 1 && !note(&VERSION_SIGN) {
            return None;
        }
        let digits = bytes.get(sign..)?;
        let count = digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let digits = digits.get(..count).filter(|digits| !digits.is_empty())?;
        let zeros = digits
            .iter()
            .take(count - 1)
            .take_while(|&&byte| byte == b'0')
            .count();
        let value = digits.iter().fold(0u64, |value, byte| {
            value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'))
        });
        let value = match count {
            1 => value,
            _ if zeros == count - 1 && self.has(&VERSION_ZEROS) && note(&VERSION_ZEROS) => value,
            _ if self.has(&VERSION_WRAPS) && note(&VERSION_WRAPS) => value % (1 << 16),
            // The first digit alone is a valid prefix.
            _ if self.has(&VERSION_SUFFIX) => {
                return Some((u64::from(digits.first()? - b'0'), sign + 1));
            }
            _ => return None,
        };
        Some((value, sign + count))
    }

    /// Whether the message is one of HTTP/1.0, by the version's numbers.
    fn numbers(
        &self,
        at: usize,
        major: u64,
        minor: u64,
        draft: &mut Draft<'_>,
    ) -> Result<bool, Stop> {
        match (major, minor) {
            (1, 0) if self.restricts(&HTTP_10_REJECTED) => {
                Err(draft.restrict(&HTTP_10_REJECTED, at))
            }
            (1, 0) => Ok(true),
            (1, 1) => Ok(false),
            (1, _) if self.relax(&VERSION_MINOR_11, at, draft) => Ok(false),
            (1, _) if self.relax(&VERSION_MINOR_10, at, draft) => Ok(true),
            (1, _) => Err(draft.reject(&MINOR_VERSION, at)),
            (0, _) if self.relax(&VERSION_MAJOR_0, at, draft) => Ok(true),
            (2.., _) if self.relax(&VERSION_MAJOR_2, at, draft) => Ok(false),
            (2.., _) if self.relax(&VERSION_MAJOR_ANY, at, draft) => Ok(minor == 0),
            _ => Err(draft.reject(&MAJOR_VERSION, at)),
        }
    }
}

/// The number that the digits make, or 9 for a larger one: no reader tells versions apart beyond that.
fn few_digits(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, byte| {
        u64::min(value * 10 + u64::from(byte - b'0'), 9)
    })
}
