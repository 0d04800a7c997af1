//! A worker's process: lines to it, lines from it, and its end when it takes too much time or memory.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use tempfile::TempDir;

use super::answer::{Hello, beginning};
use crate::confine::Prepared;
use crate::{Failure, warden};

/// What a worker may accept.
#[derive(Clone, Copy)]
pub(crate) struct WorkerLimits {
    /// How long to start.
    pub start: Duration,
    /// How long to answer; for each MiB of a question, there is one second more.
    pub answer: Duration,
    /// How much memory, in bytes.
    pub memory: u64,
}

impl WorkerLimits {
    /// Far more than a parser needs.
    pub const USUAL: Self = Self {
        start: Duration::from_secs(30),
        answer: Duration::from_secs(5),
        memory: 1 << 30,
    };
}

/// How often a worker is looked at while it is waited for.
const LOOK: Duration = Duration::from_millis(50);
/// How much of what it says on standard error is kept, in bytes.
const KEPT: usize = 1 << 10;
/// The longest first line, in bytes.
const LONGEST_HELLO: usize = 1 << 16;

/// The process groups of all workers that run.
static RUNNING: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Ends every worker of this process, for a command that is interrupted.
pub fn end_all() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    for group in running.iter().copied().filter_map(Pid::from_raw) {
        // One that has ended already is as it should be.
        let _ended = kill_process_group(group, Signal::KILL);
    }
}

/// A running worker.
pub(crate) struct Process {
    child: Child,
    questions: Option<Sender<String>>,
    lines: Receiver<Line>,
    /// The longest line that is accepted, in bytes.
    longest: Arc<AtomicUsize>,
    said: Arc<Mutex<Vec<u8>>>,
    has_said_all: Receiver<()>,
    limits: WorkerLimits,
    is_alive: bool,
    /// The only folder in which it may write; removed when it has ended.
    _scratch: TempDir,
}

enum Line {
    Whole(String),
    TooLong,
}

impl Process {
    /// Starts a program and waits for its first line.
    ///
    /// # Errors
    /// [`Failure::Absent`] when it ends before that line, [`Failure::Broken`] when it cannot be started, or tells no
    /// version.
    pub fn start(mut prepared: Prepared, limits: WorkerLimits) -> Result<(Self, Hello), Failure> {
        let program = Path::new(prepared.command.get_program()).file_name();
        let program = program.unwrap_or_default().display().to_string();
        prepared
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // So that whatever it starts ends with it.
            .process_group(0);
        warden::ready();
        let (mut child, scratch) = prepared.spawn()?;
        remember(&child, true);
        let longest = Arc::new(AtomicUsize::new(LONGEST_HELLO));
        let said = Arc::new(Mutex::new(Vec::new()));
        let (sender, lines) = sync_channel(1);
        if let Some(stdout) = child.stdout.take() {
            let longest = Arc::clone(&longest);
            thread::spawn(move || read_lines(stdout, &longest, &sender));
        }
        let (all_said, has_said_all) = channel();
        if let Some(stderr) = child.stderr.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || {
                keep(stderr, &said);
                drop(all_said);
            });
        }
        // In a thread of its own: a worker that does not read would block the writer.
        let (questions, asked) = channel();
        if let Some(stdin) = child.stdin.take() {
            thread::spawn(move || write_lines(stdin, &asked));
        }
        let mut process = Self {
            questions: Some(questions),
            child,
            lines,
            longest,
            said,
            has_said_all,
            limits,
            is_alive: true,
            _scratch: scratch,
        };
        let line = process
            .line(limits.start)
            .map_err(|failure| match failure {
                Failure::Crash(why) => Failure::Absent(format!("{program} ended at once: {why}")),
                other => other,
            })?;
        match serde_json::from_str::<Hello>(&line) {
            Ok(hello) if hello.misframe == 1 && hello.version.trim().is_empty() => {
                Err(Failure::Broken("it tells no version".to_owned()))
            }
            Ok(hello) if hello.misframe == 1 => Ok((process, hello)),
            _ => Err(Failure::Rubbish(format!(
                "it does not begin as PROTOCOL.md says: {}",
                beginning(&line)
            ))),
        }
    }

    /// Sends a line and waits for the answer, of at most `longest` bytes.
    ///
    /// # Errors
    /// When there is none; the process is then ended.
    pub fn ask(&mut self, question: String, longest: usize) -> Result<String, Failure> {
        self.longest.store(longest, Ordering::Release);
        let megabytes = u64::try_from(question.len() >> 20).unwrap_or(u64::MAX);
        let time = self.limits.answer + Duration::from_secs(megabytes);
        if let Some(questions) = &self.questions {
            // A worker that no longer reads has ended, which its output tells.
            let _gone = questions.send(question);
        }
        self.line(time)
    }

    /// Its process id, which is that of its process group.
    #[cfg(test)]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it can be asked.
    pub fn is_alive(&self) -> bool {
        self.is_alive
    }

    fn line(&mut self, time: Duration) -> Result<String, Failure> {
        let until = Instant::now() + time;
        let failure = loop {
            match self.lines.recv_timeout(LOOK) {
                Ok(Line::Whole(line)) => return Ok(line),
                Ok(Line::TooLong) => {
                    break Failure::Rubbish("a line is longer than any answer".to_owned());
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended()),
                Err(RecvTimeoutError::Timeout) if memory(&self.child) > self.limits.memory => {
                    break Failure::Memory(self.limits.memory);
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= until => break Failure::Hang,
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        self.end();
        Err(failure)
    }

    /// Why it has closed its output.
    fn ended(&mut self) -> Failure {
        let status = self.end();
        // A process that left its group may still hold standard error open.
        let _all = self.has_said_all.recv_timeout(LOOK);
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let said = String::from_utf8_lossy(&said);
        // Node.js says what went wrong, and then which Node.js it is.
        let mut lines = said.lines().rev().filter(|line| !line.trim().is_empty());
        let last = lines
            .clone()
            .find(|line| line.contains("Error"))
            .or(lines.next());
        let status = status.map_or("it cannot be waited for".to_owned(), |s| s.to_string());
        Failure::Crash(match last {
            Some(last) => format!("{}, {status}", beginning(last.trim())),
            None => status,
        })
    }

    /// Ends it, and what it has started.
    pub fn end(&mut self) -> Option<ExitStatus> {
        self.is_alive = false;
        self.questions = None;
        // One that has just closed its output by itself may be about to say why by its status.
        let mut status = None;
        for _ in 0..4 {
            status = self.child.try_wait().ok().flatten();
            if status.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        // It may have ended.
        let _ended = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let waited = self.child.wait().ok();
        remember(&self.child, false);
        status.or(waited)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_alive {
            self.end();
        }
    }
}

/// Notes that the process group of `child` runs, or that it runs no more.
pub(crate) fn remember(child: &Child, runs: bool) {
    let Ok(group) = i32::try_from(child.id()) else {
        return;
    };
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if runs {
        warden::keep(child.id());
        running.insert(group);
    } else {
        warden::release(child.id());
        running.remove(&group);
    }
}

fn write_lines(mut stdin: ChildStdin, questions: &Receiver<String>) {
    for question in questions {
        if stdin.write_all(question.as_bytes()).is_err() {
            return;
        }
    }
}

fn read_lines(stdout: ChildStdout, longest: &AtomicUsize, lines: &SyncSender<Line>) {
    let mut stdout = BufReader::new(stdout);
    let mut line = Vec::new();
    loop {
        let (used, is_whole) = match stdout.fill_buf() {
            Ok([]) | Err(_) => return,
            Ok(bytes) => match bytes.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (bytes.len(), false),
            },
        };
        line.extend_from_slice(stdout.buffer().get(..used).unwrap_or(&[]));
        stdout.consume(used);
        // What may come next is known by the time at which it comes.
        let is_too_long = line.len() > longest.load(Ordering::Acquire);
        if is_too_long || is_whole {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            let sent = lines.send(if is_too_long {
                Line::TooLong
            } else {
                Line::Whole(text)
            });
            if sent.is_err() || is_too_long {
                return;
            }
            line.clear();
        }
    }
}

/// Keeps the last of what is said.
pub fn keep(mut stderr: impl Read, said: &Mutex<Vec<u8>>) {
    let mut piece = [0; KEPT];
    while let Ok(length @ 1..) = stderr.read(&mut piece) {
        let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
        said.extend_from_slice(piece.get(..length).unwrap_or(&[]));
        let surplus = said.len().saturating_sub(KEPT);
        said.drain(..surplus);
    }
}

/// How much memory a process uses, in bytes; 0 where nothing tells.
pub(crate) fn memory(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map_or(0, |kilobytes| kilobytes << 10)
}
