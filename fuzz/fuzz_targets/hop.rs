//! `cargo fuzz run -s none hop`
#![cfg_attr(fuzzing, no_main)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::step(&reports::hunt::HOPS, data);
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    fuzz::mutate(&reports::hunt::HOPS, data, size, max_size, seed)
});

#[cfg(not(fuzzing))]
fn main() {}
