//! The custom mutator of libFuzzer.

use arbitrary::Unstructured;
use parsers::Family;

use super::hunter::{CHOICE, mix};

/// Changes the first `size` bytes of `data` into another input of at most `max_size` bytes and returns
/// its size. `seed` decides everything. One change in three makes a new stream, the others change the
/// stream that is there, or the choice of dialects.
pub fn mutate(family: &Family, data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let noise = noise(u64::from(seed));
    let mut choices = Unstructured::new(&noise);
    let old = data.get(..size).unwrap_or(&[]);
    let (choice, input) = old.split_at_checked(CHOICE).unwrap_or((&[], &[]));
    let mut next = [0; CHOICE];
    next.iter_mut()
        .zip(choice)
        .for_each(|(byte, old)| *byte = *old);
    let mut stream = input.to_vec();
    let how = choices.int_in_range(0..=5).unwrap_or(0);
    if how != 1 {
        next = choices.arbitrary().unwrap_or(next);
    }
    if how < 2 || stream.is_empty() {
        let odd = choices.int_in_range(1..=3).unwrap_or(1);
        stream =
            corpus::generate::stream(family, &mut choices, odd).map_or(stream, |made| made.bytes);
    } else if how > 2 {
        for _ in 0..choices.int_in_range(1..=2).unwrap_or(1) {
            // What cannot be changed stays as it is.
            let _unchanged = corpus::generate::mutate(family, &mut stream, &mut choices);
        }
    }
    let new = next.into_iter().chain(stream);
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
