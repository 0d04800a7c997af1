//! The supervisor: starts the workers, shows how far they are, ends them, and sums up.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::HuntOptions;
use super::death::{keep, last_words};
use super::quarry::{Quarry, quarries};
use super::replay::Replays;
use super::summary::{self, Tally, say};
use super::worker::judged_file;
use crate::ask::Who;
use crate::dialect_file;
use crate::picture::thousands;
use anyhow::{Context, Result, bail};
use parsers::FAMILIES;

/// How long a worker may take to end once it is told to.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long after its time a worker ends of itself at the latest: what it judges last may take long.
const LATE: Duration = Duration::from_secs(30);

/// What a worker says, or the supervisor says of it.
enum Event {
    Line(usize, String),
    Ended(usize),
}

/// A worker process.
struct Worker {
    family: &'static dyn Quarry,
    job: u32,
    child: Child,
    log: PathBuf,
    inputs: u64,
    has_ended: bool,
}

/// Hunts until the time is over or the user interrupts.
///
/// # Errors
/// A folder that cannot be written, a worker that cannot be started, or that ends otherwise than asked to.
pub fn run(options: &HuntOptions) -> Result<ExitCode> {
    let families = match options.families.as_slice() {
        [] => quarries(),
        some => some.to_vec(),
    };
    if let Some(family) = FAMILIES.first() {
        dialect_file::asked_of(family, &options.dialects)?;
    }
    can_be_asked(&options.peers, &families)?;
    fs::create_dir_all(&options.out).with_context(|| {
        format!(
            "cannot make the folder {}; choose another with --out",
            options.out.display()
        )
    })?;
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || asked.store(true, Ordering::SeqCst)).context("no signal handler")?;
    let (sender, events) = mpsc::channel();
    let mut workers = Vec::new();
    let mut tally = Tally {
        replays: Replays::start(&families, &options.out, options.tools),
        ..Tally::default()
    };
    let started = start(options, &families, &sender, &mut workers);
    let ended = started.and_then(|()| watch(options, &stop, &events, &mut workers, &mut tally));
    end(&options.out, &mut workers);
    let time = ended?;
    let inputs = workers.iter().map(|worker| worker.inputs).sum();
    summary::sum_up(options, &families, inputs, &mut tally, time);
    match (&tally.trouble, tally.broken.as_slice()) {
        (Some(trouble), _) => bail!("{trouble}"),
        (None, []) => Ok(ExitCode::SUCCESS),
        (None, broken) => bail!("{}", broken.join("\n")),
    }
}

/// That each peer that is named can be asked about something that is hunted.
fn can_be_asked(peers: &[String], families: &[&'static dyn Quarry]) -> Result<()> {
    for name in peers {
        let Ok(Who::Known(about)) = Who::named(name) else {
            continue;
        };
        if !families.iter().any(|family| family.name() == about.family) {
            bail!("{name}: it reads {}, which is not hunted", about.family);
        }
        if let Err(failure) = about.open() {
            bail!("{name}: {failure}");
        }
    }
    Ok(())
}

fn start(
    options: &HuntOptions,
    families: &[&'static dyn Quarry],
    sender: &Sender<Event>,
    workers: &mut Vec<Worker>,
) -> Result<()> {
    let processors = thread::available_parallelism().map_or(1, |count| count.get());
    let jobs = options.jobs.unwrap_or(processors).max(families.len());
    let program = std::env::current_exe().context("cannot tell where misframe itself is")?;
    for (job, family) in (0..).zip(families.iter().cycle()).take(jobs) {
        let log = options.out.join(format!("worker-{job}.log"));
        let chatter = File::create(&log).with_context(|| {
            format!(
                "cannot write {}; choose another folder with --out",
                log.display()
            )
        })?;
        let mut command = Command::new(&program);
        command
            .arg("hunt-worker")
            .args(["--family", family.name()])
            .args(["--job", &job.to_string()]);
        command.arg("--out").arg(&options.out);
        command.args(peers::confine::policy().arguments());
        if let Some(seconds) = options.seconds {
            command.args(["--seconds", &seconds.to_string()]);
        }
        if options.from_nothing {
            command.arg("--from-nothing");
        }
        for peer in &options.peers {
            command.args(["--peer", peer]);
        }
        for dialect in &options.dialects {
            command.args(["--dialect", dialect]);
        }
        for reading in &options.readings {
            command.args(["--reading", reading]);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(chatter);
        let mut child = command.spawn().context("cannot start a worker")?;
        if let Some(stdout) = child.stdout.take() {
            let (sender, nth) = (sender.clone(), workers.len());
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(io::Result::ok) {
                    if sender.send(Event::Line(nth, line)).is_err() {
                        return;
                    }
                }
                // The supervisor may have gone before the worker.
                let _gone = sender.send(Event::Ended(nth));
            });
        }
        workers.push(Worker {
            family: *family,
            job,
            child,
            log,
            inputs: 0,
            has_ended: false,
        });
    }
    Ok(())
}

/// Watches the workers until all have ended, the user interrupts, or there is trouble.
fn watch(
    options: &HuntOptions,
    stop: &AtomicBool,
    events: &Receiver<Event>,
    workers: &mut [Worker],
    tally: &mut Tally,
) -> Result<Duration> {
    let begun = Instant::now();
    let mut progress = Progress::new(options.seconds);
    while !stop.load(Ordering::SeqCst) && workers.iter().any(|worker| !worker.has_ended) {
        match events.recv_timeout(Duration::from_millis(200)) {
            Ok(Event::Line(nth, line)) => {
                if let Some(worker) = workers.get_mut(nth) {
                    tally.hear(&options.out, worker, &line, &mut progress);
                }
            }
            Ok(Event::Ended(nth)) => {
                if let Some(worker) = workers.get_mut(nth) {
                    worker.has_ended = true;
                    let status = worker.child.wait().context("cannot wait for a worker")?;
                    if !status.success() {
                        progress.clear();
                        let kept = keep(&options.out, worker.job);
                        tally.lose(worker, &status.to_string(), kept.as_deref());
                    }
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let latest = options.seconds.map(|s| Duration::from_secs(s) + LATE);
        if latest.is_some_and(|latest| begun.elapsed() > latest) {
            let why = "a worker has not ended in its time: is it stopped?";
            tally.trouble.get_or_insert(why.to_owned());
        }
        if tally.trouble.is_some() {
            break;
        }
        for line in tally.replays.iter_mut().flat_map(Replays::told) {
            progress.clear();
            say(&line);
        }
        let inputs = workers.iter().map(|worker| worker.inputs).sum();
        progress.show(begun.elapsed(), inputs, tally.found.len());
    }
    progress.clear();
    // What the workers said before they were asked to end is heard.
    while let Ok(event) = events.try_recv() {
        if let Event::Line(nth, line) = event
            && let Some(worker) = workers.get_mut(nth)
        {
            tally.hear(&options.out, worker, &line, &mut progress);
        }
    }
    Ok(begun.elapsed())
}

impl Tally {
    /// Takes it that a worker died. One that saw a law broken leaves the others to go on.
    fn lose(&mut self, worker: &Worker, status: &str, kept: Option<&Path>) {
        let log = fs::read(&worker.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let (last, is_law) = last_words(&log);
        let last = corpus::escape::display_text(last);
        let see = worker.log.display();
        let kept = kept.map_or(String::new(), |kept| {
            format!("; the input is kept in {}", kept.display())
        });
        let why = format!("a worker ended with {status}: {last}; see {see}{kept}");
        if is_law {
            say(&why);
            self.broken.push(why);
        } else {
            self.trouble.get_or_insert(why);
        }
    }

    /// Asks everybody who can be asked about a case.
    fn testify(&mut self, quarry: &dyn Quarry, out: &Path, name: &str) {
        if let Some(family) = quarry.family() {
            let told = self.witnesses.testify(family, &out.join(family.name), name);
            if let (Err(error), None) = (told, &self.trouble) {
                self.trouble = Some(format!("{error:#}"));
            }
        }
    }

    fn hear(&mut self, out: &Path, worker: &mut Worker, line: &str, progress: &mut Progress) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "inputs" => worker.inputs = rest.parse().unwrap_or(worker.inputs),
            "alone" => {
                self.alone
                    .entry(worker.family.name())
                    .or_default()
                    .insert(rest.to_owned());
            }
            "found" => {
                let (name, signature) = rest.split_once(' ').unwrap_or((rest, ""));
                if self
                    .found
                    .insert(signature.to_owned(), name.to_owned())
                    .is_none()
                {
                    progress.clear();
                    say(&format!("{name}  {signature}"));
                    if let Some(replays) = &mut self.replays {
                        replays.take(worker.family.name(), name);
                    }
                }
            }
            "reproduced" => {
                let (name, signature) = rest.split_once(' ').unwrap_or((rest, ""));
                let is_new = self
                    .reproduced
                    .insert(signature.to_owned(), name.to_owned());
                if is_new.is_none() {
                    progress.clear();
                    say(&format!("{name}  {signature}  (peers)"));
                }
                // Another worker may have written it anew.
                self.testify(worker.family, out, name);
            }
            "remark" => {
                let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
                let names = self.remarks.entry(text.to_owned()).or_default();
                names.insert(name.to_owned());
            }
            "peer" => self.heard.take(rest),
            "trouble" => self.trouble = Some(rest.to_owned()),
            _ => {}
        }
    }
}

/// Ends every worker: its standard input is closed, and if that does not do, it is killed.
fn end(out: &Path, workers: &mut [Worker]) {
    for worker in workers.iter_mut() {
        drop(worker.child.stdin.take());
    }
    let begun = Instant::now();
    for worker in workers {
        while matches!(worker.child.try_wait(), Ok(None)) {
            if begun.elapsed() > PATIENCE {
                // It may have ended just now.
                let _ended = worker.child.kill();
                let _ended = worker.child.wait();
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        // One that could clean up has.
        let _gone = fs::remove_file(judged_file(out, worker.job));
    }
}

/// The line that says how far the hunt is.
struct Progress {
    seconds: Option<u64>,
    is_terminal: bool,
    shown: Option<Duration>,
}

impl Progress {
    fn new(seconds: Option<u64>) -> Self {
        Self {
            seconds,
            is_terminal: io::stderr().is_terminal(),
            shown: None,
        }
    }

    fn show(&mut self, time: Duration, inputs: u64, found: usize) {
        let pause = Duration::from_secs(if self.is_terminal { 1 } else { 10 });
        if self.shown.is_some_and(|shown| time < shown + pause) {
            return;
        }
        self.shown = Some(time);
        let of = self
            .seconds
            .map_or(String::new(), |seconds| format!(" of {seconds}"));
        let (inputs, found) = (thousands(inputs), thousands(found as u64));
        let line = format!(
            "{}{of} s, {inputs} inputs, {found} new findings",
            time.as_secs()
        );
        let end = if self.is_terminal { "\x1b[K\r" } else { "\n" };
        let _unread = write!(io::stderr().lock(), "{line}{end}");
    }

    /// Makes room for another line.
    fn clear(&self) {
        if self.is_terminal {
            let _unread = write!(io::stderr().lock(), "\x1b[K");
        }
    }
}

/// Where the cases are, for workers: the repository's corpus, if there is one.
pub(super) fn corpus_folder() -> Option<PathBuf> {
    corpus::find_corpus(Path::new("."))
}
