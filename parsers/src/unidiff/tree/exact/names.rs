//! The names and modes in the lines of a header. Each text goes on to the end of the input, since a name in quotes may.

use super::super::quoted::quoted;
use super::super::{EXECUTABLE, LINK, ORDINARY};
use super::KIND;

/// The mode of a folder.
const FOLDER: u32 = 0o040_000;
/// The mode of a module, which git makes of whatever else is said.
pub(super) const MODULE: u32 = 0o160_000;

/// The name in `diff --git a/NAME b/NAME`, where it is there twice, in quotes or without.
pub(super) fn named_twice(text: &[u8], strip: Strip) -> Option<Vec<u8>> {
    let both = line(text);
    if text.starts_with(b"\"") {
        let (first, rest) = unquoted(text)?;
        let name = strip.inside(&first)?;
        let inside = both.len().checked_sub(text.len() - rest.len())?;
        let blanks = rest.iter().take_while(|byte| is_space(**byte)).count();
        let second = rest.get(blanks..).filter(|_| blanks < inside)?;
        let second = match second.starts_with(b"\"") {
            true => unquoted(second)?.0,
            false => line(second).to_vec(),
        };
        return (strip.inside(&second)? == name).then(|| name.to_vec());
    }
    let first = strip.inside(both)?;
    if let Some(quote) = memchr::memchr(b'"', first) {
        let (second, _) = unquoted(text.get(both.len() - first.len() + quote..)?)?;
        let name = strip.inside(&second)?;
        let is_blank = first.get(name.len()).is_some_and(|byte| is_space(*byte));
        let is_same = name.len() < quote && first.starts_with(name) && is_blank;
        return is_same.then(|| name.to_vec());
    }
    let blanks = (0..first.len()).filter(|at| matches!(first.get(*at), Some(b' ' | b'\t')));
    for at in blanks {
        let (name, rest) = (first.get(..at)?, first.get(at + 1..)?);
        if strip.inside(rest)? == name {
            return Some(name.to_vec());
        }
    }
    None
}

/// What a text has up to the end of its line.
pub(super) fn line(text: &[u8]) -> &[u8] {
    let end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

/// Whether it is a space to git.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// A name in quotes, and what follows them; none where it is written otherwise than git writes it.
fn unquoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (name, rest) = quoted(text)?;
    let written = text.get(..text.len() - rest.len())?;
    // A NUL is the end of what git looks at.
    (!written.contains(&0)).then_some((name, rest))
}

/// The name on a line that renames or copies: all of it, up to a CR, or in quotes.
pub(super) fn moved(text: &[u8]) -> Option<Vec<u8>> {
    if let Some((name, _)) = unquoted(text) {
        return Some(single_slashes(name));
    }
    let end = line(text).iter().position(|byte| *byte == b'\r');
    let name = text.get(..end.unwrap_or(line(text).len()))?;
    (!name.is_empty()).then(|| single_slashes(name.to_vec()))
}

pub(super) fn is_null(text: &[u8]) -> bool {
    let after = text.strip_prefix(b"/dev/null");
    after.is_some_and(|after| after.first().is_none_or(|byte| is_space(*byte)))
}

/// What is taken off the names. Where that is not said, as to git am, it is nothing from the first line `+++` on, outside of
/// a header of git, whose name is in no folder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Strip {
    Nothing,
    Folder,
    /// The first directory, until it is known better.
    Guessed,
}

impl Strip {
    /// What is taken off from here on, given the name on the second line, which decides.
    pub(super) fn guess(&mut self, second: &[u8]) {
        let name = name_to_date(second, None, Self::Nothing).filter(|_| !is_null(second));
        if *self == Self::Guessed && name.is_some_and(|name| !name.contains(&b'/')) {
            *self = Self::Nothing;
        }
    }

    /// A path without what is taken off; none where it does not have that.
    fn below(self, path: &[u8]) -> Option<&[u8]> {
        match self {
            Self::Nothing => Some(path),
            _ => memchr::memchr(b'/', path).and_then(|slash| path.get(slash + 1..)),
        }
    }

    /// As [`Strip::below`], but none where it is absolute.
    fn inside(self, path: &[u8]) -> Option<&[u8]> {
        self.below(path).filter(|_| !path.starts_with(b"/"))
    }
}

/// A name up to a tab or a CR, without what is taken off. Of two of which one begins with the other, the shorter one.
pub(super) fn name_to_tab(text: &[u8], other: Option<Vec<u8>>, strip: Strip) -> Option<Vec<u8>> {
    if let Some(name) = quoted_name(text, strip) {
        return Some(name);
    }
    let ends = |byte: &u8| matches!(byte, 0 | b'\n' | b'\t' | b'\r');
    let end = text.iter().position(ends).unwrap_or(text.len());
    named(text.get(..end)?, other, strip)
}

/// As [`name_to_tab`], but a date ends it as well.
pub(super) fn name_to_date(text: &[u8], other: Option<Vec<u8>>, strip: Strip) -> Option<Vec<u8>> {
    if let Some(name) = quoted_name(text, strip) {
        return Some(name);
    }
    match before_date(line(text)) {
        Some(name) => named(name, other, strip),
        None => name_to_tab(text, other, strip),
    }
}

/// A name in quotes, whatever follows them.
fn quoted_name(text: &[u8], strip: Strip) -> Option<Vec<u8>> {
    let (name, _) = unquoted(text)?;
    let below = strip.below(&name)?;
    Some(single_slashes(below.to_vec()))
}

fn named(name: &[u8], other: Option<Vec<u8>>, strip: Strip) -> Option<Vec<u8>> {
    let Some(below) = strip.below(name).filter(|below| !below.is_empty()) else {
        return other;
    };
    match other {
        Some(other) if below.starts_with(&other) => Some(other),
        _ => Some(single_slashes(below.to_vec())),
    }
}

/// Whether a time behind the last tab of a line is the beginning of time, in whatever zone.
pub(super) fn is_at_epoch(text: &[u8]) -> bool {
    let line = line(text);
    let stamp = memchr::memrchr(b'\t', line).and_then(|tab| line.get(tab + 1..));
    stamp.and_then(minutes_after_epoch) == Some(0)
}

/// How many minutes after the beginning of time a stamp is: on the day before it or after, at a whole minute.
fn minutes_after_epoch(stamp: &[u8]) -> Option<i64> {
    let (time, day) = match stamp.strip_prefix(b"1970-01-01 ") {
        Some(time) => (time, 0),
        None => (stamp.strip_prefix(b"1969-12-31 ")?, 24 * 60),
    };
    let pair = |text: &[u8], most: u8| match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] if *tens <= most => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    };
    let minutes = |hours, minutes| Some(pair(hours, b'2')? * 60 + pair(minutes, b'5')?);
    let (clock, rest) = time.split_at_checked(8)?;
    let after = minutes(clock.get(..2)?, clock.strip_suffix(b":00")?.get(3..)?)?;
    let space = memchr::memchr(b' ', rest)?;
    let (fraction, zone) = rest.split_at(space);
    let zeros = fraction.strip_prefix(b".").unwrap_or(b"0");
    let is_whole = fraction.is_empty() || !zeros.is_empty() && fraction.starts_with(b".");
    if clock.get(2) != Some(&b':') || !is_whole || zeros.iter().any(|digit| *digit != b'0') {
        return None;
    }
    let (sign, zone) = zone.get(1..)?.split_first()?;
    let (hours, rest) = zone.split_at_checked(2)?;
    let ahead = minutes(hours, rest.strip_prefix(b":").unwrap_or(rest))?;
    match sign {
        b'+' => Some(after - ahead - day),
        b'-' => Some(after + ahead - day),
        _ => None,
    }
}

/// What stands before a date at the end, as in `NAME 2024-01-01 00:00:00.000 +0000`.
fn before_date(line: &[u8]) -> Option<&[u8]> {
    let shape = |text: &[u8], shape: &[u8]| {
        let fits = |(byte, kind): (&u8, &u8)| match kind {
            b'9' => byte.is_ascii_digit(),
            other => byte == other,
        };
        text.len() >= shape.len()
            && text
                .iter()
                .rev()
                .zip(shape.iter().rev())
                .all(|(a, b)| fits((a, b)))
    };
    let cut = |text: &'_ [u8], less: usize| text.len().saturating_sub(less);
    let mut end = line;
    for zone in [&b" +9999"[..], b" -9999", b" +99:99", b" -99:99"] {
        if shape(end, zone) {
            end = end.get(..cut(end, zone.len()))?;
            break;
        }
    }
    let digits = end.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let whole = end.get(..cut(end, digits.count()))?.strip_suffix(b".");
    for time in [Some(end), whole].into_iter().flatten() {
        if shape(time, b" 99:99:99") {
            end = time.get(..cut(time, b" 99:99:99".len()))?;
            break;
        }
    }
    let date = if shape(end, b"9999-99-99") {
        &b"9999-99-99"[..]
    } else {
        b"99-99-99"
    };
    if !shape(end, date) {
        return None;
    }
    end = end.get(..cut(end, date.len()))?;
    match end.split_last()? {
        (b'\t', name) => Some(name),
        (b' ', _) => {
            let blanks = end.iter().rev().take_while(|byte| **byte == b' ').count();
            end.get(..cut(end, blanks))
        }
        _ => None,
    }
}

fn single_slashes(mut name: Vec<u8>) -> Vec<u8> {
    name.dedup_by(|a, b| *a == b'/' && *b == b'/');
    name
}

/// A mode in octal digits, as C takes numbers, of which one of the modes that git knows is made; none where no blank ends it.
pub(super) fn mode(text: &[u8]) -> Option<u32> {
    let is_blank = |byte: &&u8| is_space(**byte) || matches!(byte, 0x0B | 0x0C);
    let text = text.get(text.iter().take_while(is_blank).count()..)?;
    let (is_negative, text) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    let digits = text.iter().take_while(|byte| matches!(byte, b'0'..=b'7'));
    let (digits, rest) = text.split_at(digits.count());
    let is_ended = rest.first().is_none_or(|byte| is_space(*byte));
    if digits.is_empty() || !is_ended {
        return None;
    }
    let number = digits.iter().fold(0u64, |number, digit| {
        let number = number.saturating_mul(8);
        number.saturating_add(u64::from(digit - b'0'))
    });
    let number = match is_negative {
        true => number.wrapping_neg(),
        false => number,
    };
    // Larger ones are cut off.
    Some(known(number as u32))
}

/// The mode that git makes of one.
fn known(mode: u32) -> u32 {
    match mode & KIND {
        0o100_000 if mode & 0o100 != 0 => EXECUTABLE,
        0o100_000 => ORDINARY,
        kind if kind == LINK & KIND => LINK,
        kind @ FOLDER => kind,
        _ => MODULE,
    }
}

/// Whether a path stays in the tree and out of the folder of git.
pub(super) fn is_path(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/')
        .all(|part| !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git"))
}
