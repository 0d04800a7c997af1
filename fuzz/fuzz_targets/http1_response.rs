//! `cargo fuzz run -s none http1_response`
#![cfg_attr(fuzzing, no_main)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::step(&parsers::http1::response::RESPONSE, data));

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    fuzz::mutate(
        &parsers::http1::response::RESPONSE,
        data,
        size,
        max_size,
        seed,
    )
});

#[cfg(not(fuzzing))]
fn main() {}
