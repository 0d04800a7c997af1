//! What a worker needs before libFuzzer takes over: the hunter, seeds, and the arguments.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use super::WorkerOptions;
use super::quarry::Hunter;
use super::record::Records;
use super::supervise::corpus_folder;

/// How many variants of each of libFuzzer's inputs are judged along with it: what libFuzzer does between
/// two inputs takes as long as judging several.
const VARIANTS: u64 = 255;

/// The hunter of this worker, and the arguments that libFuzzer is to be given.
///
/// # Errors
/// Cases that cannot be read, or seeds that cannot be written.
pub fn prepare(options: &WorkerOptions) -> Result<(Box<dyn Hunter>, Vec<String>)> {
    let mut signatures = HashSet::new();
    let mut seeds = None;
    if let Some(folder) = corpus_folder().filter(|_| !options.from_nothing) {
        let known = options.family.known(&folder)?;
        signatures = known.signatures;
        let dir = options.out.join(format!(".seeds-{}", options.job));
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        for (name, seed) in known.seeds {
            let file = dir.join(name);
            fs::write(&file, seed).with_context(|| format!("cannot write {}", file.display()))?;
        }
        seeds = Some(dir);
    }
    let records = Records::new(options.out.clone(), signatures, Box::new(tell));
    let mut arguments = arguments(options);
    arguments.extend(seeds.map(|dir| dir.display().to_string()));
    end_with_the_supervisor();
    let mut hunter = options.family.hunter(records, VARIANTS, &options.peers);
    hunter.add(&options.dialects)?;
    if !options.readings.is_empty() {
        hunter.narrow(&options.readings);
    }
    Ok((hunter, arguments))
}

/// Says a line to the supervisor.
fn tell(line: &str) {
    // Without a supervisor there is nobody to tell.
    let mut stdout = io::stdout().lock();
    let _unheard = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

fn arguments(options: &WorkerOptions) -> Vec<String> {
    let time = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seed = time.subsec_nanos() ^ options.job.wrapping_mul(0x9e37_79b9) | 1;
    let out = options.out.display();
    let mut arguments = vec![
        "misframe".to_owned(),
        format!("-seed={seed}"),
        "-max_len=16384".to_owned(),
        "-len_control=0".to_owned(),
        "-timeout=25".to_owned(),
        "-rss_limit_mb=2048".to_owned(),
        "-detect_leaks=0".to_owned(),
        // Its bookkeeping of rare features would cost more than all parsers together.
        "-entropic=0".to_owned(),
        "-verbosity=0".to_owned(),
        "-reload=0".to_owned(),
        "-handle_int=0".to_owned(),
        "-handle_term=0".to_owned(),
        format!("-artifact_prefix={out}/broken-law-"),
    ];
    if let Some(time) = options.time {
        arguments.push(format!("-max_total_time={}", time.as_secs().max(1)));
    }
    arguments
}

/// Ends this process when its standard input is closed: the supervisor asks so, or is gone.
fn end_with_the_supervisor() {
    std::thread::spawn(|| {
        let mut ignored = [0; 64];
        while matches!(io::stdin().read(&mut ignored), Ok(1..)) {}
        std::process::exit(0);
    });
}

/// Tells the supervisor now and then how many inputs were judged.
pub struct Pulse {
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
    pub fn beat(&mut self, inputs: u64) {
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

/// Removes the seeds of a worker that has ended.
pub(super) fn remove_seeds(out: &Path, job: usize) {
    // There are none in a hunt from nothing.
    let _absent = fs::remove_dir_all(out.join(format!(".seeds-{job}")));
}
