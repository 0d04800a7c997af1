//! The fuzzer's loop: inputs are made of those that showed something new, and of each of them the smallest is kept.
//!
//! What guides it is [`Novelty`] alone: how the readers disagree, not which of their lines ran. That is why it needs neither
//! instrumentation nor another toolchain.

use anyhow::Result;

use super::mutate::{change_bytes, mutate};
use super::novelty::{COUNTERS, Novelty};
use super::random::Random;
use super::subject::{Hunter, Subject};

/// The longest input, in bytes.
const LONGEST: usize = 1 << 14;
/// How many changes in a row are made to an input that was kept, unless one before shows something new.
const CHANGES: usize = 5;
/// One change in so many is of bytes, and knows nothing of what they mean.
const BYTES_EVERY: usize = 4;
/// How many patterns can be told apart: every counter has eight bits.
const PATTERNS: usize = COUNTERS * 8;

/// Lets `hunter` judge the `seeds` and then inputs made of them, until `goes_on`, which is asked before each input is
/// judged, says otherwise. `random` decides everything.
///
/// # Errors
/// Those of `goes_on`.
///
/// # Panics
/// When an input breaks a law.
pub(crate) fn drive(
    subject: &dyn Subject,
    hunter: &mut dyn Hunter,
    seeds: Vec<Vec<u8>>,
    mut random: Random,
    mut goes_on: impl FnMut(&[u8], u64) -> Result<bool>,
) -> Result<()> {
    let mut pool = Pool::new();
    let mut shown = Shown::new();
    for seed in seeds {
        if !goes_on(&seed, hunter.inputs())? {
            return Ok(());
        }
        hunter.step(&seed, &mut shown);
        pool.offer(&seed, shown.take());
    }
    loop {
        let mut input = pool.choose(&mut random).to_vec();
        for _ in 0..CHANGES {
            if random.below(BYTES_EVERY) == 0 {
                let other = pool.choose(&mut random);
                change_bytes(&mut input, other, &mut random);
            } else {
                input = mutate(subject, &input, random.next());
            }
            input.truncate(LONGEST);
            if !goes_on(&input, hunter.inputs())? {
                return Ok(());
            }
            hunter.step(&input, &mut shown);
            if pool.offer(&input, shown.take()) {
                break;
            }
        }
    }
}

/// The patterns that one input shows.
struct Shown {
    counters: Vec<u8>,
    patterns: Vec<usize>,
}

impl Shown {
    fn new() -> Self {
        Self {
            counters: vec![0; COUNTERS],
            patterns: Vec::new(),
        }
    }

    /// What was shown since this was asked before.
    fn take(&mut self) -> Vec<usize> {
        for pattern in &self.patterns {
            if let Some(counter) = self.counters.get_mut(pattern / 8) {
                *counter = 0;
            }
        }
        std::mem::take(&mut self.patterns)
    }
}

impl Novelty for Shown {
    fn raise(&mut self, index: usize, value: u8) {
        let Some(counter) = self.counters.get_mut(index) else {
            return;
        };
        let new = value & !*counter;
        *counter |= value;
        let bits = (0..8).filter(|bit| new >> bit & 1 == 1);
        self.patterns.extend(bits.map(|bit| index * 8 + bit));
    }
}

/// The inputs that are kept: for each pattern that was ever shown, the smallest that shows it.
struct Pool {
    inputs: Vec<Kept>,
    /// By pattern, the index of its input.
    holders: Vec<Option<usize>>,
}

struct Kept {
    input: Vec<u8>,
    /// How many patterns it is kept for.
    patterns: usize,
}

impl Pool {
    fn new() -> Self {
        Self {
            inputs: Vec::new(),
            holders: vec![None; PATTERNS],
        }
    }

    /// Keeps the input for those of its patterns that no kept input shows, or only a longer one. Whether there are any.
    fn offer(&mut self, input: &[u8], patterns: Vec<usize>) -> bool {
        let nth = self.inputs.len();
        let mut taken = 0;
        for pattern in patterns {
            let Some(holder) = self.holders.get_mut(pattern) else {
                continue;
            };
            let held = holder.and_then(|holder| self.inputs.get_mut(holder));
            if let Some(kept) = held {
                if kept.input.len() <= input.len() {
                    continue;
                }
                kept.patterns -= 1;
                if kept.patterns == 0 {
                    kept.input = Vec::new();
                }
            }
            *holder = Some(nth);
            taken += 1;
        }
        if taken > 0 {
            self.inputs.push(Kept {
                input: input.to_vec(),
                patterns: taken,
            });
        }
        taken > 0
    }

    /// One of the kept inputs, a newer one rather than an older; before there are any, the empty one.
    fn choose(&self, random: &mut Random) -> &[u8] {
        let mut chosen: &[u8] = &[];
        while !self.inputs.is_empty() {
            let nth = random.below(self.inputs.len());
            let nth = nth.max(random.below(self.inputs.len()));
            // The newest is always kept for something.
            if let Some(kept) = self.inputs.get(nth).filter(|kept| kept.patterns > 0) {
                chosen = &kept.input;
                break;
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use arbitrary::Unstructured;
    use corpus::CorpusError;

    use super::super::record::Records;
    use super::super::subject::{KnownCases, Wanted};
    use super::*;
    use crate::judge::ask::PeerChoice;

    const WORD: &[u8] = b"boundary";

    /// Inputs of which nothing is known.
    struct Letters;

    impl Subject for Letters {
        fn name(&self) -> &'static str {
            "letters"
        }

        fn known(&self, _: &Path) -> Result<KnownCases, CorpusError> {
            Ok(KnownCases::default())
        }

        fn hunter(&'static self, _: Records, _: u64, _: &[PeerChoice]) -> Box<dyn Hunter> {
            Box::new(Speller::default())
        }

        fn mutate(&self, data: &[u8], _: &mut Unstructured<'_>) -> Vec<u8> {
            data.to_vec()
        }

        fn wanted(&self) -> Wanted {
            Wanted {
                ids: Vec::new(),
                what: "",
            }
        }
    }

    /// Looks how much of a word an input begins with, and tells it or not.
    #[derive(Default)]
    struct Speller {
        is_silent: bool,
        longest: usize,
        inputs: u64,
    }

    impl Hunter for Speller {
        fn step(&mut self, data: &[u8], novelty: &mut dyn Novelty) {
            self.inputs += 1;
            let alike = data.iter().zip(WORD).take_while(|(a, b)| a == b).count();
            self.longest = self.longest.max(alike);
            if !self.is_silent {
                novelty.raise(alike, 1);
            }
        }

        fn inputs(&self) -> u64 {
            self.inputs
        }
    }

    fn spelled(is_silent: bool) -> usize {
        let mut speller = Speller {
            is_silent,
            ..Speller::default()
        };
        let goes_on = |_: &[u8], inputs| Ok(inputs < 200_000);
        drive(&Letters, &mut speller, Vec::new(), Random::new(1), goes_on).unwrap();
        speller.longest
    }

    #[test]
    fn what_shows_something_new_is_where_the_next_inputs_come_from() {
        assert_eq!(spelled(false), WORD.len());
        assert!(spelled(true) < 3);
    }

    #[test]
    fn seeds_are_judged_first_and_nothing_after_the_end() {
        let mut speller = Speller::default();
        let seeds = [WORD.to_vec(), b"b".to_vec()];
        let mut given = Vec::new();
        let goes_on = |input: &[u8], inputs| {
            given.push(input.to_vec());
            Ok(inputs < 2)
        };
        drive(
            &Letters,
            &mut speller,
            seeds.to_vec(),
            Random::new(1),
            goes_on,
        )
        .unwrap();
        assert_eq!(given.get(..2), Some(seeds.as_slice()));
        assert_eq!((given.len(), speller.inputs), (3, 2));
    }

    #[test]
    fn of_inputs_that_show_the_same_the_smallest_is_kept() {
        let mut pool = Pool::new();
        assert!(pool.offer(b"long", vec![1, 2]));
        assert!(!pool.offer(b"same", vec![1, 2]));
        assert!(pool.offer(b"sml", vec![2]));
        assert!(pool.offer(b"new", vec![2, 3]));
        let kept = |nth: usize| pool.inputs.get(nth).map(|kept| kept.patterns);
        assert_eq!([kept(0), kept(1), kept(2)], [Some(1), Some(1), Some(1)]);
        assert!(pool.offer(b"s", vec![1, 2, 3]));
        let inputs = pool
            .inputs
            .iter()
            .map(|kept| (kept.patterns, kept.input.len()));
        assert_eq!(inputs.collect::<Vec<_>>(), [(0, 0), (0, 0), (0, 0), (3, 1)]);
        assert_eq!(pool.choose(&mut Random::new(1)), b"s");
    }

    #[test]
    fn a_pattern_counts_once_for_each_input() {
        let mut shown = Shown::new();
        shown.raise(3, 4);
        shown.raise(3, 4);
        shown.raise(3, 1);
        shown.raise(COUNTERS, 1);
        assert_eq!(shown.take(), [26, 24]);
        shown.raise(3, 4);
        assert_eq!(shown.take(), [26]);
    }
}
