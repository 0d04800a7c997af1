//! The names and modes in the lines of a header.

use super::super::super::claims;

/// The name in `diff --git a/NAME b/NAME`, where it is there twice, in quotes or without.
pub(super) fn named_twice(both: &[u8]) -> Option<Vec<u8>> {
    if both.starts_with(b"\"") {
        let (first, rest) = unquoted(both)?;
        let second = rest.trim_ascii_start();
        if !second.starts_with(b"\"") {
            return None;
        }
        let (second, _) = unquoted(second)?;
        let name = below_folder(&first)?;
        return (below_folder(&second)? == name).then(|| name.to_vec());
    }
    let first = below_folder(both)?;
    if let Some(quote) = memchr::memchr(b'"', first) {
        let (second, _) = unquoted(first.get(quote..)?)?;
        let name = below_folder(&second)?;
        let is_blank = first.get(name.len()).is_some_and(u8::is_ascii_whitespace);
        let is_same = name.len() < quote && first.starts_with(name) && is_blank;
        return is_same.then(|| name.to_vec());
    }
    let mut blanks = (0..first.len()).filter(|at| matches!(first.get(*at), Some(b' ' | b'\t')));
    let found = blanks.find_map(|at| {
        let (name, rest) = (first.get(..at)?, first.get(at + 1..)?);
        (below_folder(rest)? == name).then(|| name.to_vec())
    });
    found.map(single_slashes)
}

/// A name in quotes, and what follows them.
fn unquoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut is_escaped = true;
    let end = text.iter().position(|byte| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    // The first byte is the quote before it.
    let end = end?;
    Some((claims::path(text), text.get(end + 1..)?))
}

/// The name on a line that renames or copies: all of it, up to whatever blank but a space or a tab, without quotes.
pub(super) fn moved(rest: &[u8]) -> Vec<u8> {
    if rest.starts_with(b"\"") {
        return single_slashes(claims::path(rest));
    }
    let ends = |byte: &u8| matches!(byte, b'\t' | b'\r' | 0x0B | 0x0C);
    let end = rest.iter().position(ends).unwrap_or(rest.len());
    single_slashes(rest.get(..end).unwrap_or(rest).to_vec())
}

/// A path without its first directory; none where it has none.
pub(super) fn below_folder(path: &[u8]) -> Option<&[u8]> {
    match memchr::memchr(b'/', path) {
        None | Some(0) => None,
        Some(slash) => path.get(slash + 1..),
    }
}

pub(super) fn is_null(rest: &[u8]) -> bool {
    let after = rest.strip_prefix(b"/dev/null");
    after.is_some_and(|after| after.first().is_none_or(u8::is_ascii_whitespace))
}

/// A name up to a tab, or whatever blank but a space, without its first directory. Of two of which one begins with the
/// other, the shorter one.
pub(super) fn name_to_tab(rest: &[u8], other: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let end = rest
        .iter()
        .position(|byte| matches!(byte, 0 | b'\t' | b'\r' | 0x0B | 0x0C));
    named(rest.get(..end.unwrap_or(rest.len()))?, other)
}

/// As [`name_to_tab`], but a date ends it as well.
pub(super) fn name_to_date(rest: &[u8], other: Option<Vec<u8>>) -> Option<Vec<u8>> {
    match before_date(rest).filter(|_| !rest.starts_with(b"\"")) {
        Some(name) => named(name, other),
        None => name_to_tab(rest, other),
    }
}

pub(super) fn named(name: &[u8], other: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let is_quoted = name.len() > 1 && name.starts_with(b"\"") && name.ends_with(b"\"");
    if is_quoted {
        let path = claims::path(name);
        let slash = memchr::memchr(b'/', &path)?;
        return Some(single_slashes(path.get(slash + 1..)?.to_vec()));
    }
    let below = memchr::memchr(b'/', name).and_then(|slash| name.get(slash + 1..));
    let Some(below) = below.filter(|below| !below.is_empty()) else {
        return other;
    };
    match other {
        Some(other) if below.starts_with(&other) => Some(other),
        _ => Some(single_slashes(below.to_vec())),
    }
}

/// Whether a time behind a tab is the beginning of time, in whatever zone.
pub(super) fn is_at_epoch(rest: &[u8]) -> bool {
    let Some(tab) = memchr::memrchr(b'\t', rest) else {
        return false;
    };
    let text = rest.get(tab + 1..).unwrap_or(&[]);
    let day = match () {
        () if text.starts_with(b"1970-01-01 ") => 0,
        () if text.starts_with(b"1969-12-31 ") => 24 * 60,
        () => return false,
    };
    let text = text.get(11..).unwrap_or(&[]);
    let Some((time, zone)) = text.split_last_chunk::<5>() else {
        return false;
    };
    let number = |digits: Option<&[u8]>| {
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        digits.and_then(|digits| digits.parse::<i64>().ok())
    };
    let (hours, minutes) = (number(time.get(..2)), number(time.get(3..5)));
    let (zone_hours, zone_minutes) = (number(zone.get(1..3)), number(zone.get(3..5)));
    let (Some(hours), Some(minutes)) = (hours, minutes) else {
        return false;
    };
    let (Some(zone_hours), Some(zone_minutes)) = (zone_hours, zone_minutes) else {
        return false;
    };
    let ahead = zone_hours * 60 + zone_minutes;
    let ahead = match zone.first() {
        Some(b'+') => ahead,
        Some(b'-') => -ahead,
        _ => return false,
    };
    let seconds = time.get(5..).unwrap_or(&[]);
    let seconds = seconds.strip_prefix(b":00").unwrap_or(b"?");
    let fraction = seconds.strip_suffix(b" ").unwrap_or(b"?");
    let is_nought = |rest: &[u8]| rest.iter().all(|digit| *digit == b'0');
    let is_whole = match fraction.strip_prefix(b".") {
        Some(digits) => !digits.is_empty() && is_nought(digits),
        None => fraction.is_empty(),
    };
    is_whole && hours * 60 + minutes - day - ahead == 0
}

/// What stands before a date at the end, as in `NAME 2024-01-01 00:00:00.000 +0000`.
pub(super) fn before_date(line: &[u8]) -> Option<&[u8]> {
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
    if !shape(end, b" 99:99:99") {
        let digits = end
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        end = end.get(..cut(end, digits))?.strip_suffix(b".")?;
    }
    end = end.get(..cut(end, b" 99:99:99".len()))?;
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

pub(super) fn single_slashes(mut name: Vec<u8>) -> Vec<u8> {
    name.dedup_by(|a, b| *a == b'/' && *b == b'/');
    name
}

pub(super) fn mode(text: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(text).ok()?;
    u32::from_str_radix(text.trim_end(), 8).ok()
}

/// Whether a path stays in the tree and out of the folder of git.
pub(super) fn is_path(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/')
        .all(|part| !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git"))
}
