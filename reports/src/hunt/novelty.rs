//! Novelty of disagreement: counters that tell the fuzzer that an input parts readers in a new way.

use super::mix::mix;

/// How many counters there are, each of one byte. Under cargo-fuzz, libFuzzer looks at all of them after every input.
pub const COUNTERS: usize = 1 << 13;

/// Where patterns of disagreement are noted for the fuzzer.
pub trait Novelty {
    /// Raises the counter at `index`, below [`COUNTERS`], to `value`.
    fn raise(&mut self, index: usize, value: u8);
}

/// Notes a pattern. The number that stands for it chooses the counter and, as fuzzers tell the values of one apart by
/// powers of two, one of eight values.
pub(super) fn note(novelty: &mut dyn Novelty, pattern: u64) {
    let hash = mix(pattern);
    let index = usize::try_from(hash % COUNTERS as u64).unwrap_or(0);
    novelty.raise(index, 1 << (hash >> 61));
}
