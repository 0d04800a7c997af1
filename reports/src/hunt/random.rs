//! Numbers that look random, decided by a seed.

use super::mix::mix;

/// A small generator (SplitMix64).
pub(super) struct Random(u64);

impl Random {
    /// Numbers that this seed decides.
    pub fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `limit`, or 0 where that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        // The high half of the product is as even as the numbers are.
        let product = u128::from(self.next()) * limit as u128;
        (product >> 64) as usize
    }
}
