//! A worker process: drives a hunter, reports progress to the supervisor, and ends on request or when it has to.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use parsers::Signature;

use super::WorkerOptions;
use super::baseline::Baseline;
use super::driver::drive;
use super::random::Random;
use super::record::Records;
use super::subject::Hunter;
use super::supervise::corpus_folder;

/// How many variants of each of the fuzzer's inputs are judged along with it: one that shows nothing new costs no more
/// than to judge it.
const VARIANTS: u64 = 255;
/// How long one of the fuzzer's inputs may take, with its variants and with what is found in them.
const PATIENCE: u64 = 25;
/// How much memory a worker may have, in KiB.
const MEMORY: u64 = 2 << 20;
/// The exit code of a worker whose input takes too much time or memory.
pub(super) const TOO_MUCH: i32 = 3;
/// How long what is judged may take once the worker is to end: then it ends between two files.
const GRACE: Duration = Duration::from_secs(2);

/// Runs one worker until its time is over.
///
/// # Errors
/// Cases that cannot be read, and a folder that cannot be written.
///
/// # Panics
/// When an input breaks a law: the supervisor keeps the input.
pub fn work(options: &WorkerOptions) -> Result<ExitCode> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    // A signal to all processes is for the supervisor; one for this worker alone ends it as the supervisor would.
    ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst)).context("no signal handler")?;
    let mut known = super::KnownCases::default();
    if let Some(folder) = corpus_folder().filter(|_| !options.from_nothing) {
        known = options.family.known(&folder)?;
    }
    let seeds = known.seeds.into_iter().map(|(_, seed)| seed).collect();
    let mut hunter = hunter(options, known.signatures)?;
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // A peer that panics is a result.
        if !peers::is_asking() {
            report(panic);
        }
    }));
    let mut judged = Judged::create(judged_file(&options.out, std::process::id()))?;
    end_with_the_supervisor(judged.path.clone(), Arc::clone(&stop))?;
    let turn = Arc::new(AtomicU64::new(0));
    watch(Arc::clone(&turn))?;
    let end = options.time.map(|time| Instant::now() + time);
    let mut pulse = Pulse::default();
    let driven = drive(
        options.family,
        hunter.as_mut(),
        seeds,
        Random::new(seed(options.job)),
        |input, inputs| {
            pulse.beat(inputs);
            turn.fetch_add(1, Ordering::Relaxed);
            judged.write(input)?;
            let has_time = end.is_none_or(|end| Instant::now() < end);
            Ok(has_time && !stop.load(Ordering::SeqCst))
        },
    );
    remove(&judged.path);
    driven.map(|()| ExitCode::SUCCESS)
}

fn hunter(options: &WorkerOptions, signatures: HashSet<Signature>) -> Result<Box<dyn Hunter>> {
    let mut records = Records::new(options.out.clone(), signatures, Box::new(tell));
    if !options.keeps_hypothetical && options.dialects.is_empty() {
        records = records.of_deployed();
    }
    if let Some(folder) = &options.baseline {
        records = records.beyond(Baseline::load(folder, options.family.name())?);
    }
    let mut hunter = options.family.hunter(records, VARIANTS, &options.peers);
    hunter.add(&options.dialects)?;
    if options.compares_facts {
        hunter.compare_facts();
    }
    if !options.readings.is_empty() {
        hunter.narrow(&options.readings);
    }
    Ok(hunter)
}

/// A number that no other worker, now or later, is likely to begin with.
fn seed(job: u32) -> u64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    let time = time.map_or(0, |time| time.as_nanos() as u64);
    time ^ u64::from(job) << 48
}

/// Says a line to the supervisor.
fn tell(line: &str) {
    // Without a supervisor there is nothing to report to.
    let mut stdout = io::stdout().lock();
    let _unheard = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// The input that is being judged, in a file: a worker that dies leaves it to the supervisor.
struct Judged {
    path: PathBuf,
    file: File,
}

impl Judged {
    fn create(path: PathBuf) -> Result<Self> {
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()));
        file.map(|file| Self { path, file })
    }

    fn write(&mut self, input: &[u8]) -> Result<()> {
        let mut write = || {
            self.file.rewind()?;
            self.file.write_all(input)?;
            self.file.set_len(input.len() as u64)
        };
        write().with_context(|| format!("cannot write {}", self.path.display()))
    }
}

/// How the names of the files begin in which workers keep what they judge.
pub(super) const JUDGED: &str = ".judged-";

/// Where the input is that the worker with this process id judges.
pub(super) fn judged_file(out: &Path, id: u32) -> PathBuf {
    out.join(format!("{JUDGED}{id}"))
}

fn remove(path: &Path) {
    // What is gone already need not be removed.
    let _gone = fs::remove_file(path);
}

/// Ends this process when its standard input is closed: the supervisor asks so, or is gone. What is judged may become
/// whole, and what is being written does.
fn end_with_the_supervisor(judged: PathBuf, stop: Arc<AtomicBool>) -> Result<()> {
    in_thread(move || {
        let mut ignored = [0; 64];
        while matches!(io::stdin().read(&mut ignored), Ok(1..)) {}
        stop.store(true, Ordering::SeqCst);
        thread::sleep(GRACE);
        corpus::gate::close();
        remove(&judged);
        std::process::exit(0);
    })
}

/// Does something in another thread, for as long as this process runs.
fn in_thread(does: impl FnOnce() + Send + 'static) -> Result<()> {
    let thread = thread::Builder::new().spawn(does);
    thread.map(|_| ()).context("cannot start a thread")
}

/// Ends this process when an input takes too long, or it has too much memory. `turn` is another for each input.
fn watch(turn: Arc<AtomicU64>) -> Result<()> {
    let end = |why: &str| {
        eprintln!("misframe: {why}");
        corpus::gate::close();
        std::process::exit(TOO_MUCH);
    };
    in_thread(move || {
        let (mut last, mut seconds) = (0, 0);
        loop {
            thread::sleep(Duration::from_secs(1));
            let now = turn.load(Ordering::Relaxed);
            seconds = if now == last { seconds + 1 } else { 0 };
            last = now;
            if seconds >= PATIENCE {
                end(&format!("an input needs more than {PATIENCE} s"));
            }
            if memory().is_some_and(|memory| memory > MEMORY) {
                end(&format!("an input needs more than {} MiB", MEMORY >> 10));
            }
        }
    })
}

/// How much memory this process has, in KiB, where the system tells it in a file.
fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Tells the supervisor now and then how many inputs were judged.
struct Pulse {
    next: Instant,
    /// At how many inputs the clock is looked at again.
    asked: u64,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            next: Instant::now(),
            asked: 0,
        }
    }
}

impl Pulse {
    /// To be called after each input.
    fn beat(&mut self, inputs: u64) {
        if inputs < self.asked {
            return;
        }
        self.asked = inputs + 4096;
        if Instant::now() >= self.next {
            self.next = Instant::now() + std::time::Duration::from_millis(500);
            tell(&format!("inputs {inputs}"));
        }
    }
}
