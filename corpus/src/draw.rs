//! Inputs drawn by chance: generated and mutated streams, where to cut them, and the leniencies under
//! which to read them. The same numbers draw the same input.

use crate::generate::{self, BuiltStream};
use arbitrary::{Result, Unstructured};
use parsers::core::explain::judge_under;
use parsers::{Family, LeniencySet, Verdict};

/// How many bytes of choices one stream is made of. What a longer stream chooses beyond them is the
/// first of each list.
const CHOICES: usize = 768;

/// The most leniencies in one drawn set.
const MOST_LENIENCIES: usize = 4;

/// A row of numbers that the first of them settles: SplitMix64.
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The row that `seed` settles. Seeds that follow one another give rows that are not alike.
    pub fn new(seed: u64) -> Self {
        let mut chance = Self { state: seed };
        chance.state = chance.number();
        chance
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.state;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// A number from 0 up to and without `limit`; 0 when that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        match limit {
            0 => 0,
            _ => (self.number() % limit as u64) as usize,
        }
    }
}

/// Draws inputs: streams with up to three odd elements, changed in up to three more places.
#[derive(Debug, Default)]
pub struct Drawn {
    choices: Vec<u8>,
}

impl Drawn {
    /// Draws one.
    pub fn input(&mut self, family: &Family, chance: &mut Chance) -> Vec<u8> {
        self.choices.clear();
        while self.choices.len() < CHOICES {
            self.choices.extend(chance.number().to_le_bytes());
        }
        let (odd, times) = (chance.below(4), chance.below(4));
        mutated(family, &self.choices, odd, times)
    }

    /// The stream without odd elements that the choices of the last input make.
    pub fn plain(&self, family: &Family) -> Option<BuiltStream> {
        plain(family, &self.choices)
    }
}

/// The stream with at most `odd` odd elements that `choices` make, changed in `times` places.
pub fn mutated(family: &Family, choices: &[u8], odd: usize, times: usize) -> Vec<u8> {
    let mut choices = Unstructured::new(choices);
    let made = (|| -> Result<Vec<u8>> {
        let mut bytes = generate::stream(family, &mut choices, odd)?.bytes;
        for _ in 0..times {
            generate::mutate(family, &mut bytes, &mut choices)?;
        }
        Ok(bytes)
    })();
    made.unwrap_or_default()
}

/// The stream without odd elements that `choices` make.
pub fn plain(family: &Family, choices: &[u8]) -> Option<BuiltStream> {
    generate::stream(family, &mut Unstructured::new(choices), 0).ok()
}

/// Up to four leniencies of the family, whatever they are.
pub fn any_leniencies(family: &Family, chance: &mut Chance) -> LeniencySet {
    let mut set = LeniencySet::EMPTY;
    for _ in 0..chance.below(MOST_LENIENCIES + 1) {
        let nth = chance.below(family.leniencies.len());
        if let Some(leniency) = family.leniencies.get(nth) {
            set.insert(leniency.index);
        }
    }
    set
}

/// Up to four leniencies of which each relaxes what the ones before it still reject in `input`: a
/// reader that gets further into it than one of any leniencies would.
pub fn fitting_leniencies(
    family: &'static Family,
    input: &[u8],
    chance: &mut Chance,
    scratch: &mut Verdict,
) -> LeniencySet {
    let mut set = LeniencySet::EMPTY;
    for _ in 0..chance.below(MOST_LENIENCIES + 1) {
        judge_under(family, &set, input, scratch);
        let Some(rejection) = scratch.rejection() else {
            break;
        };
        let rule = rejection.rule;
        let fits = || {
            let all = family.leniencies.iter();
            all.filter(|leniency| std::ptr::eq(leniency.rule, rule))
        };
        let nth = chance.below(fits().count());
        match fits().nth(nth) {
            Some(leniency) => set.insert(leniency.index),
            None => break,
        }
    }
    set
}
