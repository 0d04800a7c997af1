//! What the cargo-fuzz targets share: a hunter per target, and counters that libFuzzer reads.
//!
//! A broken law panics, and libFuzzer keeps the input in `fuzz/artifacts`. Disagreements are recorded
//! in `reports/out`, as those of `misframe hunt` are.
#![allow(
    unsafe_code,
    reason = "an attribute names the section in which libFuzzer looks for counters"
)]

use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use reports::hunt::{COUNTERS, Hunter, Novelty, Records, Subject};
use reports::judge::ask::PeerChoice;

/// libFuzzer finds them by the name of their section, and clears them before every input.
// SAFETY: the section holds nothing but bytes, all of which may be written at any time.
#[used]
#[unsafe(link_section = "__libfuzzer_extra_counters")]
static COUNTS: [AtomicU8; COUNTERS] = [const { AtomicU8::new(0) }; COUNTERS];

struct Counts;

impl Novelty for Counts {
    fn raise(&mut self, index: usize, value: u8) {
        if let Some(count) = COUNTS.get(index) {
            count.store(value, Ordering::Relaxed);
        }
    }
}

thread_local! {
    static HUNTER: RefCell<Option<Box<dyn Hunter>>> = const { RefCell::new(None) };
}

/// Judges one input of libFuzzer, as a worker of `misframe hunt` does.
///
/// # Panics
/// When the input breaks a law, and when the cases of the corpus cannot be read.
pub fn step(subject: &'static dyn Subject, data: &[u8]) {
    HUNTER.with_borrow_mut(|hunter| {
        // libFuzzer would read a peer that panics as a broken law.
        let start = || subject.hunter(records(subject), 0, &[PeerChoice::Nobody]);
        let hunter = hunter.get_or_insert_with(start);
        hunter.step(data, &mut Counts);
    });
}

/// Changes the first `size` bytes of `data` into another input of at most `max_size` bytes and returns its size, as a
/// worker of `misframe hunt` does. `seed` decides everything.
pub fn mutate(
    subject: &dyn Subject,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
) -> usize {
    let input = data.get(..size).unwrap_or_default();
    let new = reports::hunt::mutate(subject, input, u64::from(seed));
    let slots = data.iter_mut().take(max_size).zip(&new);
    slots.map(|(slot, byte)| *slot = *byte).count()
}

fn records(subject: &'static dyn Subject) -> Records {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let known = subject.known(&root.join("corpus"));
    let known = known.unwrap_or_else(|error| panic!("{error}"));
    let tell = |line: &str| {
        if line.starts_with("found ") || line.starts_with("trouble ") {
            eprintln!("{line}");
        }
    };
    Records::new(root.join("reports/out"), known.signatures, Box::new(tell))
}
