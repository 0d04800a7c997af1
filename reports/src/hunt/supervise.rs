//! The supervisor: starts the workers, shows how far they are, ends them, and sums up.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::HuntOptions;
use super::compared::Compared;
use super::death::{Cause, cause, keep, last_words};
use super::interrupt::{self, Interrupt};
use super::record::remove_leftovers;
use super::replay::Replays;
use super::subject::Subject;
use super::summary::{self, HuntTally, say};
use super::worker::judged_file;
use crate::judge::ask::PeerChoice;
use crate::judge::dialect_file;
use anyhow::{Context, Result, bail};
use corpus::lock::FolderLock;
use corpus::number::counted;
use parsers::{FAMILIES, Signature};

/// How long a worker may take to end after the request.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long after its time a worker ends of itself at the latest: what it judges last may take long.
const LATE: Duration = Duration::from_secs(30);

/// How often it is looked whether the hunt is over.
const LOOK: Duration = Duration::from_millis(100);

/// What a worker says, or the supervisor says of it.
enum Event {
    Line(usize, String),
    Ended(usize),
}

/// A worker process.
struct Worker {
    family: &'static dyn Subject,
    child: Child,
    log: PathBuf,
    inputs: u64,
    has_ended: bool,
}

/// Hunts until the time is over or the user interrupts.
///
/// # Errors
/// A folder that cannot be written, or to which another hunt writes; a worker that cannot be started, or that ends
/// otherwise than asked to.
pub fn run(options: &HuntOptions) -> Result<ExitCode> {
    let interrupt = Interrupt::set()?;
    if let Some(family) = FAMILIES.first() {
        dialect_file::asked_of(family, &options.dialects)?;
    }
    can_be_asked(&options.peers, &options.families)?;
    fs::create_dir_all(&options.out).with_context(|| {
        format!(
            "cannot make the folder {}; choose another with --out",
            options.out.display()
        )
    })?;
    interrupt::hold(lock(&options.out)?, &options.out);
    remove_leftovers(&options.out);
    let done = hunt(options, &options.families, &interrupt);
    interrupt::release();
    done
}

/// The lock on the folder of findings.
fn lock(out: &Path) -> Result<FolderLock> {
    let name = out.display();
    FolderLock::try_take(out)?.or_else(|owner| {
        let owner = owner.map_or(String::new(), |id| format!(" (process {id})"));
        bail!("another hunt writes to {name}{owner}; choose another folder with --out")
    })
}

fn hunt(
    options: &HuntOptions,
    families: &[&'static dyn Subject],
    interrupt: &Interrupt,
) -> Result<ExitCode> {
    let (sender, events) = mpsc::channel();
    let mut workers = Vec::new();
    let replays = Replays::start(families, &options.out, options.tools);
    let mut tally = HuntTally {
        replays: replays.context("cannot start a thread")?,
        ..HuntTally::default()
    };
    let started = start(options, families, &sender, &mut workers);
    let mut watch = Watch {
        options,
        interrupt,
        workers: &mut workers,
        tally: &mut tally,
        progress: Progress::new(options.seconds),
    };
    let ended = started.and_then(|()| watch.until_the_end(&events));
    let all_ended = watch.end(&events);
    let time = ended?;
    all_ended?;
    let inputs = workers.iter().map(|worker| worker.inputs).sum();
    tally.fold(&options.out);
    let compared = options.baseline.as_deref();
    let compared = compared.map(|folder| Compared::of(folder, families, &options.peers, &tally));
    let compared = compared.transpose()?;
    summary::sum_up(options, families, inputs, &mut tally, time);
    match (&tally.trouble, tally.broken.as_slice()) {
        (Some(trouble), _) => bail!("{trouble}"),
        (None, []) => {
            if let Some(compared) = compared {
                say(&compared.text());
            }
            let is_new = options.fails_on_new && !tally.kept.is_empty();
            Ok(ExitCode::from(u8::from(is_new)))
        }
        (None, broken) => bail!("{}", broken.join("\n")),
    }
}

/// That each peer that is named can be asked about something that is hunted.
fn can_be_asked(peers: &[String], families: &[&'static dyn Subject]) -> Result<()> {
    for name in peers {
        let Ok(PeerChoice::Known(about)) = PeerChoice::named(name) else {
            continue;
        };
        if !families
            .iter()
            .any(|family| family.family() == Some(about.family))
        {
            bail!(
                "{name}: it reads {}, which is not hunted",
                about.family.name
            );
        }
        if let Err(failure) = about.open() {
            bail!("{name}: {failure}");
        }
    }
    Ok(())
}

fn start(
    options: &HuntOptions,
    families: &[&'static dyn Subject],
    sender: &Sender<Event>,
    workers: &mut Vec<Worker>,
) -> Result<()> {
    let processors = thread::available_parallelism().map_or(1, |count| count.get());
    let jobs = options.jobs.unwrap_or(processors).max(families.len());
    let program = std::env::current_exe().context("cannot tell where misframe itself is")?;
    for (job, family) in (0..).zip(families.iter().cycle()).take(jobs) {
        let log = options.out.join(format!("worker-{job}.log"));
        // A worker of a hunt that was killed may still write to the old one.
        let _gone = fs::remove_file(&log);
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
        if options.compares_facts {
            command.arg("--facts");
        }
        if options.keeps_hypothetical {
            command.arg("--hypothetical");
        }
        if let Some(baseline) = &options.baseline {
            command.arg("--baseline").arg(baseline);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(chatter)
            // Ctrl-C is for the supervisor, which asks its workers to end.
            .process_group(0);
        let mut child = command.spawn().context("cannot start a worker")?;
        interrupt::started(child.id());
        let stdout = child.stdout.take();
        workers.push(Worker {
            family: *family,
            child,
            log,
            inputs: 0,
            has_ended: false,
        });
        if let Some(stdout) = stdout {
            let (sender, nth) = (sender.clone(), workers.len() - 1);
            let heard = thread::Builder::new().spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(io::Result::ok) {
                    if sender.send(Event::Line(nth, line)).is_err() {
                        return;
                    }
                }
                // The supervisor may have gone before the worker.
                let _gone = sender.send(Event::Ended(nth));
            });
            heard.context("cannot start a thread")?;
        }
    }
    Ok(())
}

/// The workers of a hunt, and what is made of what they say.
struct Watch<'a> {
    options: &'a HuntOptions,
    interrupt: &'a Interrupt,
    workers: &'a mut [Worker],
    tally: &'a mut HuntTally,
    progress: Progress,
}

impl Watch<'_> {
    /// Watches the workers until all have ended, the user interrupts, or there is trouble.
    fn until_the_end(&mut self, events: &Receiver<Event>) -> Result<Duration> {
        let begun = Instant::now();
        while !self.interrupt.is_asked() && self.are_running() {
            match events.recv_timeout(LOOK) {
                Ok(event) => self.take(event)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let latest = self.options.seconds;
            let latest =
                latest.map(|seconds| Duration::from_secs(seconds) + LATE + interrupt::stopped());
            if latest.is_some_and(|latest| begun.elapsed() > latest) {
                let why = "a worker has not ended in its time: is it stopped?";
                self.tally.trouble.get_or_insert(why.to_owned());
            }
            if self.tally.trouble.is_some() {
                break;
            }
            for line in self.tally.replays.iter_mut().flat_map(Replays::told) {
                self.progress.clear();
                say(&line);
            }
            let inputs = self.workers.iter().map(|worker| worker.inputs).sum();
            let found = self.tally.kept.len();
            self.progress.show(begun.elapsed(), inputs, found);
        }
        self.progress.clear();
        Ok(begun.elapsed())
    }

    fn are_running(&self) -> bool {
        self.workers.iter().any(|worker| !worker.has_ended)
    }

    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Line(nth, line) => {
                if let Some(worker) = self.workers.get_mut(nth) {
                    let out = &self.options.out;
                    self.tally.hear(out, worker, &line, &mut self.progress);
                }
            }
            Event::Ended(nth) => {
                if let Some(worker) = self.workers.get_mut(nth) {
                    worker.has_ended = true;
                    let status = worker.child.wait().context("cannot wait for a worker")?;
                    interrupt::ended(worker.child.id());
                    if !status.success() {
                        self.lose(nth, status);
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes it that a worker has ended otherwise than asked to.
    fn lose(&mut self, nth: usize, status: ExitStatus) {
        let Some(worker) = self.workers.get(nth) else {
            return;
        };
        let log = fs::read(&worker.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let kept = match cause(status, &log) {
            Cause::Input => keep(&self.options.out, worker.child.id()),
            Cause::Surroundings => None,
            // Whoever ends all processes of a hunt ends its workers too.
            Cause::Request if self.interrupt.is_asked_soon() => return,
            Cause::Request => None,
        };
        self.progress.clear();
        self.tally.lose(worker, status, &log, kept.as_deref());
    }

    /// Ends every worker: its standard input is closed, and if that does not do, it is killed. What it says until then is
    /// heard.
    fn end(&mut self, events: &Receiver<Event>) -> Result<()> {
        for worker in self.workers.iter_mut() {
            drop(worker.child.stdin.take());
        }
        let until = Instant::now() + PATIENCE;
        let mut taken = Ok(());
        while self.are_running() && Instant::now() < until {
            match events.recv_timeout(LOOK) {
                Ok(event) => taken = taken.and(self.take(event)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        for worker in self.workers.iter_mut() {
            if !worker.has_ended {
                // It may have ended just now.
                let _ended = worker.child.kill();
                let _ended = worker.child.wait();
                interrupt::ended(worker.child.id());
            }
            // One that could clean up has.
            let _gone = fs::remove_file(judged_file(&self.options.out, worker.child.id()));
        }
        for event in events.try_iter() {
            if let Event::Line(..) = event {
                taken = taken.and(self.take(event));
            }
        }
        self.progress.clear();
        // Of one that was killed, something may be left.
        remove_leftovers(&self.options.out);
        taken
    }
}

impl HuntTally {
    /// Takes it that a worker died. One that saw a law broken leaves the others to go on.
    fn lose(&mut self, worker: &Worker, status: ExitStatus, log: &str, kept: Option<&Path>) {
        let (last, is_law) = last_words(log);
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

    /// Asks every available peer about a case.
    fn testify(&mut self, subject: &dyn Subject, out: &Path, name: &str) {
        if let Some(family) = subject.family() {
            let told = self.witnesses.testify(family, &out.join(family.name), name);
            if let (Err(error), None) = (told, &self.trouble) {
                self.trouble = Some(format!("{error:#}"));
            }
        }
    }

    /// The name of a case and its signature, as a worker tells them. Another form is trouble.
    fn named<'r>(&mut self, rest: &'r str) -> Option<(&'r str, Signature)> {
        let (name, signature) = rest.split_once(' ').unwrap_or((rest, ""));
        match signature.parse() {
            Ok(signature) => Some((name, signature)),
            Err(error) => {
                self.trouble.get_or_insert(format!("{name}: {error}"));
                None
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
                let Some((name, signature)) = self.named(rest) else {
                    return;
                };
                let text = format!("{name}  {signature}");
                self.kept.insert(signature.clone(), name.to_owned());
                if self.found.insert(signature, name.to_owned()).is_none() {
                    progress.clear();
                    say(&text);
                    if let Some(replays) = &mut self.replays {
                        replays.take(worker.family.family(), name);
                    }
                }
            }
            "reproduced" => {
                let Some((name, signature)) = self.named(rest) else {
                    return;
                };
                let text = format!("{name}  {signature}  (peers)");
                self.kept.insert(signature.clone(), name.to_owned());
                if self.reproduced.insert(signature, name.to_owned()).is_none() {
                    progress.clear();
                    say(&text);
                }
                // Another worker may have written it anew.
                self.testify(worker.family, out, name);
            }
            "broken" | "seen" => {
                if let Some((name, signature)) = self.named(rest) {
                    progress.clear();
                    say(&format!("{name}  {signature}  (peers)"));
                    self.kept.insert(signature, name.to_owned());
                }
            }
            "known" | "hypothetical" => match rest.parse() {
                Ok(signature) if verb == "known" => {
                    self.known.insert(signature);
                }
                Ok(signature) => {
                    self.hypothetical.insert(signature);
                }
                Err(error) => {
                    self.trouble.get_or_insert(format!("{rest}: {error}"));
                }
            },
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
        let (inputs, found) = (counted(inputs, "input"), counted(found, "new finding"));
        let line = format!("{}{of} s, {inputs}, {found}", time.as_secs());
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
