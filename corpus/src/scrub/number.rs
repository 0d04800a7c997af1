//! The digits of sizes. Those that frame a message stay. Others become other digits, as many, so that a
//! reader that waits for more than there is, or that finds two numbers unequal, still does.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// Which digits take the place of those that frame nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Digits {
    /// The highest of their kind.
    High,
    /// The lowest of their kind.
    Low,
    /// The highest; a number of up to three digits stays.
    Short,
}

impl Digits {
    /// All, in the order in which they are tried.
    pub(super) const ALL: [Self; 3] = [Self::High, Self::Low, Self::Short];
}

/// A number of more digits than this is replaced even with [`Digits::Short`].
const SHORT: usize = 3;
/// How far from the end of a machine's integers a number may be and still stay.
const MARGIN: u128 = 16;

/// Whether a number may stay: in some base it is one of `sizes`, or comes to one of them where integers
/// wrap, or is where integers end.
pub(super) fn frames(digits: &[u8], sizes: &HashSet<u64>) -> bool {
    let Ok(text) = std::str::from_utf8(digits) else {
        return false;
    };
    [2, 8, 10, 16].into_iter().any(|radix| {
        u128::from_str_radix(text, radix).is_ok_and(|number| {
            let is_size =
                |number: u128| u64::try_from(number).is_ok_and(|number| sizes.contains(&number));
            let wraps = |bits: u32| number >> bits != 0 && is_size(number % (1 << bits));
            let is_end = |bits: u32| number.abs_diff(1 << bits) <= MARGIN;
            is_size(number)
                || [32, 64].into_iter().any(wraps)
                || [31, 32, 63, 64].into_iter().any(is_end)
        })
    })
}

/// Writes other digits over the numbers at `places` of `filled`. Of numbers of one length, equal ones
/// stay equal, and a greater one stays greater.
pub(super) fn replace(input: &[u8], places: &[Range<usize>], kind: Digits, filled: &mut [u8]) {
    let text = |place: &Range<usize>| input.get(place.clone()).unwrap_or(&[]).to_ascii_lowercase();
    let mut numbers: BTreeMap<usize, BTreeSet<Vec<u8>>> = BTreeMap::new();
    for place in places {
        numbers.entry(place.len()).or_default().insert(text(place));
    }
    let mut ranks = HashMap::new();
    for alike in numbers.into_values() {
        let count = alike.len();
        for (nth, number) in alike.into_iter().enumerate() {
            let rank = if kind == Digits::Low {
                nth
            } else {
                count - 1 - nth
            };
            ranks.insert(number, rank);
        }
    }
    for place in places {
        if kind == Digits::Short && place.len() <= SHORT {
            continue;
        }
        let rank = ranks.get(&text(place)).copied().unwrap_or(0);
        let last = place.end.saturating_sub(1);
        for at in place.clone() {
            let Some(digit) = filled.get_mut(at) else {
                return;
            };
            let step = if at == last { rank } else { 0 };
            *digit = other_digit(*digit, kind, step, at == place.start);
        }
    }
}

fn other_digit(digit: u8, kind: Digits, step: usize, is_first: bool) -> u8 {
    let (low, high) = match digit {
        b'0'..=b'9' if is_first => (b'1', b'9'),
        b'0'..=b'9' => (b'0', b'9'),
        b'a'..=b'f' => (b'a', b'f'),
        b'A'..=b'F' => (b'A', b'F'),
        _ => return digit,
    };
    let step = u8::try_from(step).unwrap_or(u8::MAX).min(high - low);
    if kind == Digits::Low {
        low + step
    } else {
        high - step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(input: &str, places: &[Range<usize>], kind: Digits) -> String {
        let mut filled = input.as_bytes().to_vec();
        replace(input.as_bytes(), places, kind, &mut filled);
        String::from_utf8_lossy(&filled).into_owned()
    }

    #[test]
    fn order_and_length_stay() {
        let input = "4711 4712 4711 12 1aB7";
        let places = [0..4, 5..9, 10..14, 15..17, 18..22];
        assert_eq!(
            replaced(input, &places, Digits::High),
            "9998 9999 9998 99 9fF7"
        );
        assert_eq!(
            replaced(input, &places, Digits::Low),
            "1001 1002 1001 10 1aA0"
        );
        assert_eq!(
            replaced(input, &places, Digits::Short),
            "9998 9999 9998 12 9fF7"
        );
    }

    #[test]
    fn what_frames_stays() {
        let sizes = HashSet::from([0x1f, 12]);
        for number in [
            "1F",
            "12",
            "c",
            "1100",
            "4294967308",
            "18446744073709551616",
            "fffffffffffffffe",
        ] {
            assert!(frames(number.as_bytes(), &sizes), "{number}");
        }
        for number in ["13", "18446744073709551700", "", "4294967200", "4711"] {
            assert!(!frames(number.as_bytes(), &sizes), "{number}");
        }
    }
}
