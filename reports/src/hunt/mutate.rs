//! How one of the fuzzer's inputs becomes another.

use arbitrary::Unstructured;

use super::random::Random;
use super::subject::Subject;

/// Another input, made of this one by what the subject knows of them. `seed` decides everything.
pub fn mutate(subject: &dyn Subject, data: &[u8], seed: u64) -> Vec<u8> {
    let noise = noise(seed);
    subject.mutate(data, &mut Unstructured::new(&noise))
}

/// Bytes to make choices from.
pub(super) fn noise(seed: u64) -> [u8; 256] {
    let mut random = Random::new(seed);
    let mut bytes = [0; 256];
    for chunk in bytes.chunks_exact_mut(8) {
        chunk.copy_from_slice(&random.next().to_le_bytes());
    }
    bytes
}

/// Changes bytes whatever they mean: one of them, or a few in a row, which may come from an `other` input.
pub(super) fn change_bytes(input: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.below(input.len() + 1);
    let rest = input.len() - at;
    match random.below(6) {
        0 => {
            let length = random.below(rest.min(FEW) + 1);
            input.drain(at..at + length);
        }
        1 => input.insert(at, random.next() as u8),
        2 => {
            let again = vec![random.next() as u8; 1 + random.below(FEW)];
            input.splice(at..at, again);
        }
        3 => {
            let byte = random.next() as u8;
            if let Some(place) = input.get_mut(at) {
                *place = byte;
            }
        }
        4 => {
            let bit = random.below(8);
            if let Some(place) = input.get_mut(at) {
                *place ^= 1 << bit;
            }
        }
        _ => {
            let from = random.below(other.len() + 1);
            let length = random.below(other.len() - from + 1);
            let replaced = random.below(rest.min(length) + 1);
            let part = other.get(from..from + length).unwrap_or_default();
            input.splice(at..at + replaced, part.iter().copied());
        }
    }
}

/// How many bytes are a few.
const FEW: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_can_be_changed() {
        let mut random = Random::new(7);
        let mut seen = std::collections::HashSet::new();
        let mut input = Vec::new();
        for _ in 0..10_000 {
            change_bytes(&mut input, b"another", &mut random);
            input.truncate(40);
            seen.insert(input.clone());
        }
        assert!(seen.len() > 5_000, "{} inputs", seen.len());
    }
}
