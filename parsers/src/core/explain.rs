//! Explaining a reading: the smallest set of leniencies and restrictions under which the dialect reads alike.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::core::input::StreamInput;
use crate::core::parser::judge;
use crate::core::rule::{Dialect, LeniencySet};
use crate::core::verdict::{Reading, Stance, Verdict};
use crate::family::{DialectParser, Family};

/// Judges `input` under the leniencies in `relaxes`.
pub fn judge_under<'i>(
    family: &'static Family,
    relaxes: &LeniencySet,
    input: impl Into<StreamInput<'i>>,
    verdict: &mut Verdict,
) {
    judge(
        &DialectParser::new(family, Dialect::new("", *relaxes)),
        input,
        verdict,
    );
}

/// The smallest subset of `relaxes`, tried by leaving out one leniency after another, under which
/// `input` still reads as `reading`. `None` when it does not read so even under all of `relaxes`.
pub fn minimal<'i>(
    family: &'static Family,
    input: impl Into<StreamInput<'i>>,
    reading: &Reading,
    relaxes: &LeniencySet,
) -> Option<LeniencySet> {
    let (input, mut verdict) = (input.into(), Verdict::new());
    minimal_by(relaxes, &mut |relaxes| {
        judge_under(family, relaxes, input, &mut verdict);
        (verdict.reading == *reading).then(|| used(&verdict))
    })
}

/// The departures that a verdict cites.
pub fn used(verdict: &Verdict) -> LeniencySet {
    let mut used = LeniencySet::EMPTY;
    for citation in &verdict.citations {
        match citation.stance {
            Stance::Reject => {}
            Stance::Restrict(restriction) => used.insert(restriction.index),
            Stance::Relax(leniency) => used.insert(leniency.index),
        }
    }
    used
}

/// As [`minimal`], where the caller says which sets lead there, and which departures the reader then [uses](used). What is not used
/// is left out without asking.
pub fn minimal_by(
    relaxes: &LeniencySet,
    reads_alike: &mut dyn FnMut(&LeniencySet) -> Option<LeniencySet>,
) -> Option<LeniencySet> {
    let used = reads_alike(relaxes)?;
    if reads_alike(&LeniencySet::EMPTY).is_some() {
        return Some(LeniencySet::EMPTY);
    }
    let smallest = smallest(relaxes, Some(used), reads_alike);
    // A departure may have an effect where nothing is cited: then each has to be asked about.
    match reads_alike(&smallest) {
        Some(_) => Some(smallest),
        None => Some(self::smallest(relaxes, None, reads_alike)),
    }
}

/// What is left of a set after one member after another is left out that is not needed. With what is `used`, only those are asked
/// about.
fn smallest(
    relaxes: &LeniencySet,
    mut used: Option<LeniencySet>,
    reads_alike: &mut dyn FnMut(&LeniencySet) -> Option<LeniencySet>,
) -> LeniencySet {
    let mut smallest = *relaxes;
    for index in relaxes.indices() {
        let mut without = smallest;
        without.remove(index);
        if used.is_some_and(|used| !used.contains(index)) {
            smallest = without;
        } else if let Some(less) = reads_alike(&without) {
            smallest = without;
            used = used.map(|_| less);
        }
    }
    smallest
}

/// A smallest set of at most `most` leniencies under which `input` reads so that `is` is satisfied; of
/// several, one that comes early in the table. `None` when no such set is found: leniencies that only
/// together change anything are not tried together.
pub fn search<'i>(
    family: &'static Family,
    input: impl Into<StreamInput<'i>>,
    most: usize,
    is: &mut dyn FnMut(&Reading) -> bool,
) -> Option<LeniencySet> {
    search_from(family, &LeniencySet::EMPTY, input, most, is)
}

/// As [`search`], for the smallest set that has to be added to `base`. What is found holds `base`.
pub fn search_from<'i>(
    family: &'static Family,
    base: &LeniencySet,
    input: impl Into<StreamInput<'i>>,
    most: usize,
    is: &mut dyn FnMut(&Reading) -> bool,
) -> Option<LeniencySet> {
    let (input, mut verdict) = (input.into(), Verdict::new());
    judge_under(family, base, input, &mut verdict);
    if is(&verdict.reading) {
        return Some(*base);
    }
    // Sets that lead to the same verdict lead to the same verdicts with one more: one of them will do.
    let mut known = HashSet::new();
    known.insert(fingerprint(&verdict));
    let mut sets = vec![*base];
    for _ in 0..most {
        let mut larger = Vec::new();
        for set in &sets {
            for departure in family.departures() {
                if set.contains(departure.index) {
                    continue;
                }
                let mut with = *set;
                with.insert(departure.index);
                judge_under(family, &with, input, &mut verdict);
                if is(&verdict.reading) {
                    return Some(with);
                }
                if larger.len() < BREADTH && known.insert(fingerprint(&verdict)) {
                    larger.push(with);
                }
            }
        }
        sets = larger;
    }
    None
}

/// How many sets of one size are made larger: a bound on time, which few inputs reach.
const BREADTH: usize = 1000;

fn fingerprint(verdict: &Verdict) -> u64 {
    let mut hasher = DefaultHasher::new();
    verdict.reading.hash(&mut hasher);
    for citation in &verdict.citations {
        citation.at.hash(&mut hasher);
        citation.rule.id.hash(&mut hasher);
        match citation.stance {
            Stance::Reject => u16::MAX.hash(&mut hasher),
            Stance::Restrict(restriction) => restriction.index.hash(&mut hasher),
            Stance::Relax(leniency) => leniency.index.hash(&mut hasher),
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http1::REQUEST;
    use crate::http1::leniencies::{COLON_SPACE, FIELD_LF, LENGTH_PLUS, REQUEST_LINE_LF};

    /// The smallest set of up to three under which `input` reads as under `relaxes`.
    fn found(input: &[u8], relaxes: &LeniencySet) -> Option<LeniencySet> {
        let mut verdict = Verdict::new();
        judge_under(&REQUEST, relaxes, input, &mut verdict);
        search(&REQUEST, input, 3, &mut |reading| {
            *reading == verdict.reading
        })
    }

    #[test]
    fn a_search_finds_what_leads_there() {
        let input = b"POST / HTTP/1.1\nHost: a\r\nContent-Length: +1\r\nA: b\n\r\nx";
        let relaxes = LeniencySet::of(&[&REQUEST_LINE_LF, &FIELD_LF, &LENGTH_PLUS]);
        assert_eq!(found(input, &relaxes), Some(relaxes));
        let more = relaxes.union(&LeniencySet::of(&[&COLON_SPACE]));
        assert_eq!(found(input, &more), Some(relaxes));
    }

    #[test]
    fn a_search_that_asks_for_what_cannot_be_ends() {
        let input = b"POST / HTTP/1.1\nHost: a\r\nContent-Length: +1\r\nA: b\n\r\nx";
        assert_eq!(search(&REQUEST, input, 2, &mut |_| false), None);
    }
}
