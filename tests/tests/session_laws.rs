//! What must hold of sessions beyond the bounds of exploration, drawn by chance.

// A panic is how a property fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use proptest::prelude::*;
use tests::draw::Chance;
use tests::sessions::{draw, hold};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4000,
        // A failing session becomes a case, not a line in a file of seeds.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn drawn_sessions_keep_the_laws(choices in proptest::collection::vec(any::<u8>(), 0..160)) {
        if let Err(what) = hold(&draw(&choices)) {
            return Err(TestCaseError::fail(what));
        }
    }
}

/// The draw is wide enough to mean something: each verdict comes up, and long sessions do.
#[test]
fn every_verdict_is_drawn() {
    // Numbers settled by the seed: the same on every run.
    let mut chance = Chance::new(1);
    let (mut verdicts, mut longest) = (BTreeSet::new(), 0);
    for _ in 0..20_000 {
        let bytes = (0..160).map(|_| chance.below(256) as u8);
        let drawn = draw(&bytes.collect::<Vec<_>>());
        let oracles = &parsers::session::SessionOracles::ALL;
        let run = parsers::session::run(&drawn.events, &drawn.quirks.policy(), oracles);
        verdicts.insert(run.verdict.word());
        hold(&drawn).unwrap();
        longest = longest.max(drawn.events.len());
    }
    // Nothing drawn is rejected by the schedule; an echo that does not fit is.
    let all = parsers::session::SessionVerdict::ALL;
    let missing: Vec<_> = all
        .iter()
        .filter(|verdict| !verdicts.contains(verdict.word()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(longest > 40, "{longest}");
}
