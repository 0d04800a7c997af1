//! Judging allocates nothing once warm.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use parsers::family::DialectParser;
use parsers::{Dialect, FAMILIES, LeniencySet, Verdict, judge};
use tests::draw::{self, Chance, Drawn};

/// How often memory was asked for while `judge` ran; `allocation_counter` counts for this thread.
fn allocations(mut judge: impl FnMut()) -> u64 {
    allocation_counter::measure(&mut judge).count_total
}

#[test]
fn judging_again_allocates_nothing() {
    let corpus = tests::repository().join("corpus");
    for family in FAMILIES {
        let cases = corpus::load_family(&corpus, family).unwrap();
        let mut inputs: Vec<_> = cases.into_iter().map(|case| case.input).collect();
        let (mut chance, mut drawn) = (Chance::new(1), Drawn::default());
        inputs.extend((0..300).map(|_| drawn.input(family, &mut chance)));
        let singles = family.leniencies.iter();
        let mut sets: Vec<_> = singles
            .map(|leniency| LeniencySet::of(&[leniency]))
            .collect();
        sets.extend((0..50).map(|_| draw::any_leniencies(family, &mut chance)));
        let dialects: Vec<_> = sets
            .iter()
            .map(|set| {
                let name = format!("+{}", family.ids(set).join("+"));
                DialectParser::new(family, Dialect::new(name, *set))
            })
            .collect();
        let dialects = dialects.iter().map(|dialect| dialect as _);
        let mut verdict = Verdict::new();
        for parser in family.parsers.iter().copied().chain(dialects) {
            for input in &inputs {
                judge(parser, input, &mut verdict);
            }
            for input in &inputs {
                let count = allocations(|| judge(parser, input, &mut verdict));
                let name = parser.name();
                assert_eq!(count, 0, "{name}: \"{}\"", input.escape_ascii());
            }
        }
    }
}

#[test]
fn what_is_counted_are_allocations() {
    let count = allocations(|| drop(std::hint::black_box(Box::new(1))));
    assert_eq!(count, 1);
}
