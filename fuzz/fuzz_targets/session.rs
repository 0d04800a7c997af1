//! `cargo fuzz run -s none session`
#![cfg_attr(fuzzing, no_main)]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Err(what) = tests::sessions::hold(&tests::sessions::draw(data)) {
        panic!("{what}");
    }
});

#[cfg(not(fuzzing))]
fn main() {}
