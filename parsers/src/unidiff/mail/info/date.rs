//! Whether the value of a field Date is a time to git, which goes through words and numbers in whatever order they come.
//!
//! See date.c of git. A date in numbers alone is taken in the first order in which it is one, be it in the future or not.

/// What is known of a time so far.
#[derive(Default)]
struct Time {
    /// Years since 1900.
    year: Option<u64>,
    /// From nought.
    month: Option<u64>,
    day: Option<u64>,
    hour: Option<u64>,
    /// Whether minutes and seconds are known.
    is_precise: bool,
}

/// Whether the value of a field Date, if there is anything in it, is a time.
pub(super) fn is_time(date: &[u8]) -> bool {
    let date = date.split(|byte| matches!(byte, 0 | b'\n')).next();
    let date = date.unwrap_or(&[]);
    if date.is_empty() || date.strip_prefix(b"@").is_some_and(is_stamp) {
        return true;
    }
    let (mut time, mut rest) = (Time::default(), date);
    while let Some(byte) = rest.first() {
        let taken = match byte {
            byte if byte.is_ascii_alphabetic() => time.word(rest),
            byte if byte.is_ascii_digit() => time.number(rest),
            b'-' | b'+' => zone(rest),
            _ => 1,
        };
        rest = rest.get(taken..).unwrap_or(&[]);
    }
    let is_between = |value: Option<u64>, least, most| {
        value.is_some_and(|value| (least..=most).contains(&value))
    };
    // Between 1970 and 2099.
    is_between(time.year, 70, 199)
        && is_between(time.month, 0, 11)
        && time.hour.is_some()
        && time.is_precise
}

/// Whether it is a number of seconds and a zone.
fn is_stamp(text: &[u8]) -> bool {
    let (seconds, zone) = text.split_at(digits(text));
    let zone = zone
        .strip_prefix(b" +")
        .or_else(|| zone.strip_prefix(b" -"));
    !seconds.is_empty() && zone.is_some_and(|zone| zone.len() == 4 && digits(zone) == 4)
}

/// How long a sign is, with the zone of digits behind it if there is one.
fn zone(text: &[u8]) -> usize {
    let count = digits(text.get(1..).unwrap_or(&[]));
    let minutes = text
        .get(1 + count..)
        .and_then(|rest| rest.strip_prefix(b":"));
    match minutes.filter(|_| count == 2) {
        Some(minutes) => 2 + count + digits(minutes),
        None => 1 + count,
    }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The number that a text begins with, behind a sign if it has one; nought where there is none. And how long it is.
fn number(text: &[u8]) -> (u64, usize) {
    let count = digits(text);
    let number = text.iter().take(count).fold(0u64, |number, digit| {
        let number = number.saturating_mul(10);
        number.saturating_add(u64::from(digit - b'0'))
    });
    (number, count)
}

impl Time {
    /// Takes a word: how long it is.
    fn word(&mut self, text: &[u8]) -> usize {
        const MONTHS: &[&[u8]] = &[
            b"january",
            b"february",
            b"march",
            b"april",
            b"may",
            b"june",
            b"july",
            b"august",
            b"september",
            b"october",
            b"november",
            b"december",
        ];
        let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic());
        let (word, rest) = text.split_at(letters.count());
        let is_whole = !rest.first().is_some_and(u8::is_ascii_digit);
        let word = word.to_ascii_lowercase();
        let month = MONTHS.iter().position(|month| month.starts_with(&word));
        if let Some(month) = month.filter(|_| is_whole && word.len() >= 3) {
            self.month = u64::try_from(month).ok();
        } else if is_whole && (word == b"am" || word == b"pm") {
            self.hour = self.hour.or(Some(0));
        }
        word.len()
    }

    /// Takes a number, or several together: how long they are.
    fn number(&mut self, text: &[u8]) -> usize {
        let (value, count) = number(text);
        let is_unknown = self.year.is_none()
            && self.month.is_none()
            && self.day.is_none()
            && self.hour.is_none()
            && !self.is_precise;
        if value >= 100_000_000 && is_unknown {
            // Seconds since 1970.
            let year = 70 + value / 31_556_952;
            (self.year, self.month, self.day) = (Some(year), Some(0), Some(1));
            (self.hour, self.is_precise) = (Some(0), true);
            return count;
        }
        if let Some(taken) = self.several(value, text, count) {
            return taken;
        }
        let (left, pair, last) = (value / 10_000, value % 10_000 / 100, value % 100);
        match count {
            8 => drop(self.date(left, pair, last)),
            6 => drop(self.clock(left, pair, last)),
            4 if value > 1900 && value < 2100 => self.year = Some(value - 1900),
            1 | 2 => self.short(value, count == 2),
            _ => {}
        }
        count
    }

    /// A number of one or two digits.
    fn short(&mut self, value: u64, is_pair: bool) {
        if (1..32).contains(&value) && self.day.is_none() {
            self.day = Some(value);
        } else if is_pair && self.year.is_none() && value < 10 && self.day.is_some() {
            self.year = Some(value + 100);
        } else if is_pair && self.year.is_none() && value >= 70 {
            self.year = Some(value);
        } else if (1..13).contains(&value) && self.month.is_none() {
            self.month = Some(value - 1);
        }
    }

    /// Two numbers or three with the same mark between them: how long they are, if they are a time of day or a date.
    fn several(&mut self, first: u64, text: &[u8], count: usize) -> Option<usize> {
        let mark = *text.get(count).filter(|mark| b":./-".contains(mark))?;
        let next = |at: usize| {
            let rest = text.get(at..)?.strip_prefix(&[mark])?;
            let (value, count) = number(rest);
            (count > 0).then_some((value, at + 1 + count))
        };
        let (second, end) = next(count)?;
        let (third, end) = match next(end) {
            Some((third, end)) => (Some(third), end),
            None => (None, end),
        };
        if mark == b':' {
            self.clock(first, second, third.unwrap_or(0))?;
            let fraction = text.get(end..)?.strip_prefix(b".").map_or(0, digits);
            let is_dated = self.year.is_some() && self.month.is_some() && self.day.is_some();
            return Some(
                end + if fraction > 0 && is_dated {
                    1 + fraction
                } else {
                    0
                },
            );
        }
        let Some(third) = third else {
            // A day and a month, in either order, and no year.
            let orders = [(first, second), (second, first)];
            let (month, day) = orders
                .into_iter()
                .find(|(month, day)| (1..13).contains(month) && (1..32).contains(day))?;
            (self.month, self.day) = (Some(month - 1), Some(day));
            return Some(end);
        };
        let dated = (first > 70)
            .then(|| {
                self.date(first, second, third)
                    .or_else(|| self.date(first, third, second))
            })
            .flatten();
        let orders = match mark {
            b'.' => [(second, first), (first, second)],
            _ => [(first, second), (second, first)],
        };
        let dated = dated.or_else(|| {
            let mut orders = orders.into_iter();
            orders.find_map(|(month, day)| self.date(third, month, day))
        });
        dated.map(|()| end)
    }

    fn clock(&mut self, hour: u64, minute: u64, second: u64) -> Option<()> {
        let is_one = hour <= 24 && minute < 60 && second <= 60;
        if is_one {
            (self.hour, self.is_precise) = (Some(hour), true);
        }
        is_one.then_some(())
    }

    fn date(&mut self, year: u64, month: u64, day: u64) -> Option<()> {
        let year = match year {
            1970..2100 => year - 1900,
            71..100 => year,
            0..38 => year + 100,
            _ => return None,
        };
        if !(1..13).contains(&month) || !(1..32).contains(&day) {
            return None;
        }
        (self.year, self.month, self.day) = (Some(year), Some(month - 1), Some(day));
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_time;

    #[test]
    fn a_time_has_a_year_a_month_and_a_time_of_day() {
        for date in [
            "",
            "Thu, 1 Jan 2026 00:00:00 +0000",
            "2026-01-31 12:00:00",
            "31.1.2026 12:00",
            "1700000000",
            "@0 +0000",
            "20260131 120000",
            "Thu, 1 Jan 2026 00:00:0\\ and more",
            "Thu, 1 Jan 2026 25:00:00 +0000",
        ] {
            assert!(is_time(date.as_bytes()), "{date}");
        }
        for date in [
            "soon",
            "1-Jan-2026 00:00:00",
            "1 Jan 26 12:00 pm",
            "Thu, 1 Jan",
            "Thu, 1 Jan 2026 00:+0:00 +0000",
            "Thu, 1 Janx 2026 00:00:00 +0000",
            "1 Jan 1969 00:00:00",
            "1 Jan 18446744073709549590 00:00:00",
            "1 Jan\0 2026 00:00:00",
        ] {
            assert!(!is_time(date.as_bytes()), "{date}");
        }
    }
}
