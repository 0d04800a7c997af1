//! Whether a field From names somebody, and a field Date a time.

/// The most characters that a name may have; a longer one is replaced by the address.
const LONGEST: usize = 60;

/// Whether there is a name in the value of a field From, or an address to stand for one, of which anything is left in a commit.
pub(super) fn is_named(from: &[u8]) -> bool {
    let text = unquoted(from);
    if text.contains(&b'@') {
        // The address itself stands for a name that is missing.
        return true;
    }
    let Some(open) = memchr::memchr(b'<', from) else {
        return false;
    };
    let (name, rest) = from.split_at(open);
    let rest = rest.get(1..).unwrap_or(&[]);
    let Some(close) = memchr::memchr(b'>', rest) else {
        return false;
    };
    let (name, address) = (name.trim_ascii(), rest.get(..close).unwrap_or(&[]));
    let is_odd =
        name.is_empty() || name.len() > LONGEST || name.iter().any(|byte| b"@<>".contains(byte));
    let name = if is_odd { address } else { name };
    name.iter().any(|byte| !is_crud(*byte))
}

/// Whether the value of a field Date, if there is anything in it, has a year, a month and a time of day, however they are
/// written.
pub(super) fn is_time(date: &[u8]) -> bool {
    const MONTHS: &[&[u8]] = &[
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let lower = date.to_ascii_lowercase();
    let mut words = lower.split(|byte| !byte.is_ascii_alphanumeric());
    let is_year = |word: &[u8]| {
        let text = std::str::from_utf8(word).ok();
        let year = text.filter(|text| text.len() == 4 && !text.starts_with('+'));
        let year = year.and_then(|year| year.parse::<u32>().ok());
        year.is_some_and(|year| (1970..2100).contains(&year))
    };
    let is_month = |word: &[u8]| word.get(..3).is_some_and(|three| MONTHS.contains(&three));
    let has_year = words.clone().any(is_year);
    let has_month = words.any(is_month) || lower.iter().filter(|byte| **byte == b'-').count() > 1;
    date.trim_ascii().is_empty() || has_year && has_month && lower.contains(&b':')
}

/// What does not stay at the ends of a name in a commit.
fn is_crud(byte: u8) -> bool {
    byte <= b' ' || b".,:;<>\"\\'".contains(&byte)
}

/// The text without the quotes and backslashes of quoted strings.
fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut is_escaped = false;
    let plain = text.iter().copied().filter(|byte| {
        let drops = !is_escaped && matches!(byte, b'"' | b'\\');
        is_escaped = drops && *byte == b'\\';
        !drops
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use super::{is_named, is_time};

    #[test]
    fn an_address_stands_for_a_name() {
        for from in ["A <a@b>", "a@b", "a@b (A)", "A <a>", "<a>"] {
            assert!(is_named(from.as_bytes()), "{from}");
        }
        for from in ["", "A", "<>", "A >a<", ". <.>"] {
            assert!(!is_named(from.as_bytes()), "{from}");
        }
    }

    #[test]
    fn a_time_has_a_year_a_month_and_a_time_of_day() {
        for date in ["", "Thu, 1 Jan 2026 00:00:00 +0000", "2026-01-31 12:00:00"] {
            assert!(is_time(date.as_bytes()), "{date}");
        }
        for date in ["soon", "Thu, 1 Jan", "1 Jan 18446744073709549590 00:00:00"] {
            assert!(!is_time(date.as_bytes()), "{date}");
        }
    }
}
