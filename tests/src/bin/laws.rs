//! A long run: holds every law on as many generated and mutated inputs as asked for.

use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use clap::Parser;
use parsers::core::laws::Broken;
use parsers::{FAMILIES, Family, LeniencySet, judge};
use tests::draw::{self, Chance, Drawn};
use tests::intent;
use tests::oracle::Oracle;

/// How many inputs a worker takes at a time.
const BATCH: u64 = 1024;

/// Holds the laws of the parsers on inputs drawn by chance; exit 1 when one is broken.
#[derive(Parser)]
struct Options {
    /// How many inputs
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    inputs: u64,
    /// The number of the first of them
    #[arg(long, value_name = "N", default_value_t = 0)]
    first: u64,
    /// What settles the inputs: the same seed, the same inputs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// One family only
    #[arg(long, value_name = "F", value_parser = family)]
    family: Option<&'static Family>,
    /// How many workers [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

/// A broken law, and what broke it.
struct Found {
    nth: u64,
    family: &'static str,
    broken: Broken,
    input: Vec<u8>,
    cut: usize,
    sets: Vec<Vec<&'static str>>,
}

/// The run as all workers see it.
struct Run {
    family: Option<&'static Family>,
    seed: u64,
    /// The number after that of the last input.
    last: u64,
    next: AtomicU64,
    done: AtomicU64,
    stop: AtomicBool,
    found: Mutex<Option<Found>>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let jobs = options.jobs.unwrap_or_else(|| {
        let available = thread::available_parallelism();
        available.map_or(1, |jobs| jobs.get())
    });
    let run = Run {
        family: options.family,
        seed: options.seed,
        last: options.first.saturating_add(options.inputs),
        next: AtomicU64::new(options.first),
        done: AtomicU64::new(0),
        stop: AtomicBool::new(false),
        found: Mutex::new(None),
    };
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| run.work());
        }
    });
    let seconds = start.elapsed().as_secs_f64();
    let done = run.done.into_inner();
    let rate = done as f64 / seconds.max(1e-9);
    println!(
        "{done} inputs of seed {} in {seconds:.1} s, {rate:.0} a second",
        options.seed
    );
    let found = run.found.into_inner();
    match found.unwrap_or_else(|poisoned| poisoned.into_inner()) {
        None => {
            println!("every law holds");
            ExitCode::SUCCESS
        }
        Some(found) => {
            report(&found);
            ExitCode::FAILURE
        }
    }
}

fn family(name: &str) -> Result<&'static Family, String> {
    Family::named(name).ok_or_else(|| format!("no family is called {name:?}"))
}

fn report(found: &Found) {
    println!("input {}, {}: {}", found.nth, found.family, found.broken);
    println!("  cut at {}: \"{}\"", found.cut, found.input.escape_ascii());
    for (nth, ids) in found.sets.iter().enumerate() {
        println!("  dialect {}: {}", nth + 1, ids.join("+"));
    }
}

impl Run {
    fn work(&self) {
        let families = FAMILIES.iter().copied();
        let asked =
            families.filter(|family| self.family.is_none_or(|only| only.name == family.name));
        let mut oracles: Vec<_> = asked.map(Oracle::new).collect();
        let mut drawn = Drawn::default();
        while let Some(batch) = self.batch() {
            for nth in batch {
                if self.stop.load(Ordering::Relaxed) {
                    return;
                }
                for oracle in &mut oracles {
                    if let Err(found) = self.one(nth, oracle, &mut drawn) {
                        self.keep(*found);
                        return;
                    }
                }
                self.done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn batch(&self) -> Option<Range<u64>> {
        let start = self.next.fetch_add(BATCH, Ordering::Relaxed);
        (start < self.last).then(|| start..self.last.min(start.saturating_add(BATCH)))
    }

    /// Holds the laws on the input of this number, and that of intent on a stream of its own.
    fn one(&self, nth: u64, oracle: &mut Oracle, drawn: &mut Drawn) -> Result<(), Box<Found>> {
        let family = oracle.family();
        let mut chance = Chance::new(self.seed ^ nth.rotate_left(24));
        let input = drawn.input(family, &mut chance);
        let cut = chance.below(input.len() + 1);
        let sets = [
            draw::any_leniencies(family, &mut chance),
            draw::fitting_leniencies(family, &input, &mut chance, oracle.scratch()),
        ];
        let found = |broken, input, sets: &[LeniencySet]| {
            Box::new(Found {
                nth,
                family: family.name,
                broken,
                input,
                cut,
                sets: sets.iter().map(|set| family.ids(set)).collect(),
            })
        };
        if let Err(broken) = oracle.hold(&input, cut, &sets) {
            return Err(found(broken, input, &sets));
        }
        let Some(stream) = drawn.plain(family) else {
            return Ok(());
        };
        for parser in family.parsers {
            if (family.is_general)(*parser) {
                judge(*parser, stream.input(), oracle.scratch());
                let reading = &oracle.scratch().reading;
                if let Err(broken) = intent::holds(parser.name(), &stream, reading) {
                    return Err(found(broken, stream.bytes, &[]));
                }
            }
        }
        Ok(())
    }

    /// Keeps what was found, the input with the lowest number.
    fn keep(&self, found: Found) {
        self.stop.store(true, Ordering::Relaxed);
        let mut kept = match self.found.lock() {
            Ok(kept) => kept,
            Err(poisoned) => poisoned.into_inner(),
        };
        if kept.as_ref().is_none_or(|kept| found.nth < kept.nth) {
            *kept = Some(found);
        }
    }
}
