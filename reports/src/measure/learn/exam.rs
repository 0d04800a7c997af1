//! How a dialect does on inputs that it was not learned from.

use corpus::draw::{Chance, Drawn};
use parsers::{End, Family, Verdict};

use super::{AskFn, Missed};
use crate::measure::climb::Way;

/// How a learned dialect does on inputs that it was not learned from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exam {
    /// How many inputs the peer has a reading of.
    pub inputs: usize,
    /// Of how many the dialect reads alike.
    pub alike: usize,
    /// Of the others, how many the peer rejects that the dialect reads on, alike until then.
    pub stricter: usize,
}

/// So many inputs drawn by chance, each with `after` after it.
pub fn drawn(
    family: &'static Family,
    seed: u64,
    count: usize,
    after: &'static [u8],
) -> impl Iterator<Item = Vec<u8>> {
    let (mut chance, mut draw) = (Chance::new(seed), Drawn::default());
    (0..count).map(move |_| {
        let mut input = draw.input(family, &mut chance);
        input.extend_from_slice(after);
        input
    })
}

/// Holds a dialect against a peer on some inputs; `missed` gets each input that it does not read alike, and may ask
/// as well.
pub fn examine(
    family: &'static Family,
    way: &Way,
    inputs: impl Iterator<Item = Vec<u8>>,
    ask: &mut AskFn<'_>,
    missed: &mut Missed<'_>,
) -> Exam {
    let (mut exam, mut verdict) = (Exam::default(), Verdict::new());
    for input in inputs {
        let Some(mut seen) = ask(&input) else {
            continue;
        };
        let mut is_alike = way.is_alike(family, &input, &seen, &mut verdict);
        // A slow peer may have seemed to wait.
        if !is_alike && let Some(again) = ask(&input) {
            seen = again;
            is_alike = way.is_alike(family, &input, &seen, &mut verdict);
        }
        exam.inputs += 1;
        if is_alike {
            exam.alike += 1;
            continue;
        }
        if seen.end == End::Rejected && seen.begins(&verdict.reading, &input) {
            exam.stricter += 1;
        }
        missed(&input, &seen, ask);
    }
    exam
}
