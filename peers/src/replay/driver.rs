//! The process with the client in it: lines to it, lines from it, and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use super::server::ServerNotice;
use crate::confine::Prepared;
use crate::worker::{beginning, keep, memory, remember};
use crate::{Failure, warden};

/// The longest line that a driver may print, in bytes.
const LONGEST: u64 = 1 << 16;
/// The most memory that a driver may use, in bytes.
const MEMORY: u64 = 2 << 30;

/// A line that a driver has printed, or its end.
pub(crate) enum DriverLine {
    /// `hello NAME VERSION`.
    Hello(ClientVersion),
    /// `got REQUEST TEXT`: it was delivered this.
    Got(String, String),
    /// `gone REQUEST WHY`: it has ended without a reply.
    Gone(String, String),
    /// `cannot WHY`: the client has no way to do what was asked.
    Cannot(String),
    /// `settled`: what it had to do is done, and what has come is seen.
    Settled,
    /// No line of a driver.
    Rubbish(String),
    /// It prints nothing more.
    Ended,
}

/// Which client has answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientVersion {
    /// Its name.
    pub name: String,
    /// The version, as the library itself tells it where it does.
    pub version: String,
}

/// A driver that runs; it ends with this.
pub(crate) struct Driver {
    child: Child,
    stdin: Option<ChildStdin>,
    errors: Arc<Mutex<Vec<u8>>>,
    has_ended: bool,
    /// The only folder in which it may write; removed when it has ended.
    _scratch: TempDir,
}

impl Driver {
    /// Starts it, with the address of the server and the client's own limit as its last arguments.
    ///
    /// # Errors
    /// [`Failure::Broken`] when it cannot be started.
    pub fn start(
        mut prepared: Prepared,
        server: SocketAddr,
        limit: Duration,
        facts: Sender<ServerNotice>,
    ) -> Result<Self, Failure> {
        prepared
            .command
            .arg(server.to_string())
            .arg(limit.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // So that whatever it starts ends with it.
            .process_group(0);
        warden::ready();
        let (mut child, scratch) = prepared.spawn()?;
        remember(&child, true);
        let errors = Arc::new(Mutex::new(Vec::new()));
        if let Some(stderr) = child.stderr.take() {
            let errors = Arc::clone(&errors);
            thread::spawn(move || keep(stderr, &errors));
        }
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || listen(stdout, &facts));
        }
        let stdin = child.stdin.take();
        Ok(Self {
            child,
            stdin,
            errors,
            has_ended: false,
            _scratch: scratch,
        })
    }

    /// Sends it a line.
    pub(crate) fn say(&mut self, line: &str) {
        if let Some(stdin) = &mut self.stdin {
            // One that does not read has ended, which its output tells. A session is shorter than what a pipe holds.
            let _gone = writeln!(stdin, "{line}").and_then(|()| stdin.flush());
        }
    }

    /// Whether it uses more memory than it may.
    ///
    /// # Errors
    /// [`Failure::Memory`].
    pub(crate) fn check_memory(&self) -> Result<(), Failure> {
        match memory(&self.child) > MEMORY {
            true => Err(Failure::Memory(MEMORY)),
            false => Ok(()),
        }
    }

    /// Why it has ended.
    pub(crate) fn ended(&mut self) -> Failure {
        let status = self.end();
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let errors = String::from_utf8_lossy(&errors);
        let mut lines = errors.lines().rev().filter(|line| !line.trim().is_empty());
        Failure::Crash(match lines.next() {
            Some(last) => format!("{}, {status}", beginning(last.trim())),
            None => status,
        })
    }

    fn end(&mut self) -> String {
        self.stdin = None;
        // One that has closed its output by itself is about to say why by its status.
        let mut status = None;
        for _ in 0..20 {
            status = self.child.try_wait().ok().flatten();
            if status.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.kill();
        let status = status.or_else(|| self.child.try_wait().ok().flatten());
        status.map_or("it cannot be waited for".to_owned(), |s| s.to_string())
    }

    fn kill(&mut self) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        // It may have ended by itself.
        let _ended = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _waited = self.child.wait();
        remember(&self.child, false);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.kill();
    }
}

fn listen(stdout: impl Read, facts: &Sender<ServerNotice>) {
    let mut stdout = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        let said = match stdout.by_ref().take(LONGEST).read_until(b'\n', &mut line) {
            Ok(1..) if line.ends_with(b"\n") => said(String::from_utf8_lossy(&line).trim_end()),
            Ok(1..) => DriverLine::Rubbish("a line without an end".to_owned()),
            _ => DriverLine::Ended,
        };
        let is_last = matches!(said, DriverLine::Ended | DriverLine::Rubbish(_));
        if facts.send(ServerNotice::Said(said)).is_err() || is_last {
            return;
        }
    }
}

/// What a line says.
fn said(line: &str) -> DriverLine {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
    let pair = (first.to_owned(), second.to_owned());
    match word {
        "hello" if !first.is_empty() => DriverLine::Hello(ClientVersion {
            name: pair.0,
            version: pair.1,
        }),
        "got" if !first.is_empty() => DriverLine::Got(pair.0, pair.1),
        "gone" if !first.is_empty() => DriverLine::Gone(pair.0, pair.1),
        "cannot" => DriverLine::Cannot(rest.to_owned()),
        "settled" => DriverLine::Settled,
        _ => DriverLine::Rubbish(beginning(line)),
    }
}
