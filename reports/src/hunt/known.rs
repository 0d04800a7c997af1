//! What is known before the hunt begins: the disagreements that the cases show.

use std::collections::HashSet;

use corpus::Case;
use parsers::core::compare::{Level, diverge};
use parsers::core::explain;
use parsers::{Family, LeniencySet, Signature, Verdict};

use super::minimise::Pair;

/// The signatures of how single leniencies, and the family's parsers, diverge on the cases.
pub(crate) fn signatures(family: &'static Family, cases: &[Case]) -> HashSet<Signature> {
    let mut known = HashSet::new();
    for case in cases {
        let mut strict = Verdict::new();
        explain::judge_under(family, &LeniencySet::EMPTY, case, &mut strict);
        let mut divergence: Vec<(LeniencySet, Verdict)> = Vec::new();
        let singles = family
            .leniencies
            .iter()
            .map(|leniency| LeniencySet::of(&[leniency]));
        let named = family
            .parsers
            .iter()
            .skip(1)
            .map(|parser| parser.dialect().relaxes);
        for relaxes in singles.chain(named) {
            let mut verdict = Verdict::new();
            explain::judge_under(family, &relaxes, case, &mut verdict);
            if verdict.reading != strict.reading {
                divergence.push((relaxes, verdict));
            }
        }
        for (nth, (a, x)) in divergence.iter().enumerate() {
            known.extend(signature(family, case, LeniencySet::EMPTY, *a));
            for (b, y) in divergence.iter().skip(nth + 1) {
                let grave = diverge(&x.reading, &y.reading)
                    .is_some_and(|found| found.level == Level::Error);
                if grave {
                    known.extend(signature(family, case, *a, *b));
                }
            }
        }
    }
    known
}

fn signature(
    family: &'static Family,
    case: &Case,
    a: LeniencySet,
    b: LeniencySet,
) -> Option<Signature> {
    Pair::of(family, case, a, b).map(|pair| pair.signature)
}
