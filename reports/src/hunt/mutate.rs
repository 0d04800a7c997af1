//! The custom mutator of libFuzzer.

use arbitrary::Unstructured;

use super::mix::mix;
use super::quarry::Quarry;

/// Changes the first `size` bytes of `data` into another input of at most `max_size` bytes and returns
/// its size. `seed` decides everything.
pub fn mutate(
    quarry: &dyn Quarry,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
) -> usize {
    let noise = noise(u64::from(seed));
    let mut choices = Unstructured::new(&noise);
    let new = quarry.mutate(data.get(..size).unwrap_or(&[]), &mut choices);
    let mut length = 0;
    for (slot, byte) in data.iter_mut().take(max_size).zip(new) {
        *slot = byte;
        length += 1;
    }
    length
}

/// Bytes to make choices from, by a small generator of pseudo-random numbers (SplitMix64).
pub(super) fn noise(seed: u64) -> [u8; 256] {
    let mut state = mix(seed);
    let mut bytes = [0; 256];
    for chunk in bytes.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        chunk.copy_from_slice(&mix(state).to_le_bytes());
    }
    bytes
}
