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

use parsers::Family;
use reports::ask::Who;
use reports::hunt::{COUNTERS, Hunter, Novelty, Records, Rivals, signatures};

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
    static HUNTER: RefCell<Option<Hunter>> = const { RefCell::new(None) };
}

/// Judges one input of libFuzzer, as a worker of `misframe hunt` does.
///
/// # Panics
/// When the input breaks a law, and when the cases of the corpus cannot be read.
pub fn step(family: &'static Family, data: &[u8]) {
    HUNTER.with_borrow_mut(|hunter| {
        let hunter = hunter.get_or_insert_with(|| {
            // libFuzzer would take a peer that panics for a broken law.
            Hunter::new(
                family,
                records(family),
                0,
                Rivals::open(family, &[Who::Nobody]),
            )
        });
        hunter.step(data, &mut Counts);
    });
}

fn records(family: &'static Family) -> Records {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cases = corpus::load_family(&root.join("corpus"), family);
    let cases = cases.unwrap_or_else(|error| panic!("{error}"));
    let tell = |line: &str| {
        if line.starts_with("found ") || line.starts_with("trouble ") {
            eprintln!("{line}");
        }
    };
    Records::new(
        root.join("reports/out"),
        signatures(family, &cases),
        Box::new(tell),
    )
}
