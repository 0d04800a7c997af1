//! Explaining a reading: the smallest set of leniencies under which the dialect reads alike.

use crate::family::{DialectParser, Family};
use crate::parser::judge;
use crate::rule::{Dialect, LeniencySet};
use crate::verdict::{Reading, Verdict};

/// Judges `input` under the leniencies in `waives`.
pub fn judge_under(
    family: &'static Family,
    waives: &LeniencySet,
    input: &[u8],
    verdict: &mut Verdict,
) {
    judge(
        &DialectParser::new(family, Dialect::new("", *waives)),
        input,
        verdict,
    );
}

/// The smallest subset of `waives`, tried by leaving out one leniency after another, under which
/// `input` still reads as `reading`. `None` when it does not read so even under all of `waives`.
pub fn minimal(
    family: &'static Family,
    input: &[u8],
    reading: &Reading,
    waives: &LeniencySet,
) -> Option<LeniencySet> {
    let mut verdict = Verdict::new();
    let mut reads_alike = |waives: &LeniencySet| {
        judge_under(family, waives, input, &mut verdict);
        verdict.reading == *reading
    };
    if !reads_alike(waives) {
        return None;
    }
    if reads_alike(&LeniencySet::EMPTY) {
        return Some(LeniencySet::EMPTY);
    }
    let mut smallest = *waives;
    for index in waives.indices() {
        let mut without = smallest;
        without.remove(index);
        if reads_alike(&without) {
            smallest = without;
        }
    }
    Some(smallest)
}
