//! A program that reads a command a line, and writes what happens, a JSON object a line.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::super::groups;
use crate::Failure;
use crate::confine::{Confined, Network, find, policy, search_path};

/// The longest line that is heard, in bytes.
const LONGEST: u64 = 1 << 16;
/// How many lines wait to be heard.
const LINES: usize = 1 << 10;
/// What ends a program that neither this nor Ctrl-C has ended, and keeps it from leaving a memory image.
const BOUNDS: &str = "ulimit -c 0; ulimit -t 600; exec \"$@\"";

/// Firefox cannot make a sandbox of its own inside this one, and its processes die of trying.
const FIREFOX: [(&str, &str); 4] = [
    ("MOZ_DISABLE_CONTENT_SANDBOX", "1"),
    ("MOZ_DISABLE_RDD_SANDBOX", "1"),
    ("MOZ_DISABLE_SOCKET_PROCESS_SANDBOX", "1"),
    ("MOZ_DISABLE_UTILITY_SANDBOX", "1"),
];

/// A program that runs, in a process group and a scratch folder of its own; dropped, it is ended.
pub(crate) struct Script {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    scratch: TempDir,
    /// Where the program lies, with the slash at the end.
    folder: String,
}

impl Script {
    /// Starts a program of this name with these words. `{dir}` in a word is its scratch folder, where each of the
    /// `files` lies under its name. It also writes below the paths `writes`.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(
        name: &str,
        program: &Path,
        words: &[&str],
        files: &[(&str, &str)],
        writes: impl IntoIterator<Item = &'static Path>,
    ) -> Result<Self, Failure> {
        let broken = |error: std::io::Error| Failure::Unknown(format!("{name}: {error}"));
        let scratch = groups::scratch().map_err(broken)?;
        let folder = scratch.path();
        for (file, text) in files {
            fs::write(folder.join(file), text).map_err(broken)?;
        }
        let dir = folder.display().to_string();
        let words = words.iter().map(|word| word.replace("{dir}", &dir));
        let said = fs::File::create(folder.join("said")).map_err(broken)?;
        let mut confined = Confined::new().network(Network::All);
        if policy().is_unconfined {
            confined = confined.with_caller();
        }
        let program = find(program.as_os_str(), confined.user(), [])?;
        let root = fs::canonicalize(folder).map_err(broken)?;
        confined.give(&root).map_err(broken)?;
        let confined = confined.running(&program).writing(root);
        let confined = writes.into_iter().fold(confined, Confined::writing);
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", BOUNDS, "sh"])
            .arg(&program)
            .args(words)
            .current_dir(folder)
            .env("PATH", search_path(confined.user(), []))
            .env("HOME", folder)
            .env("TMPDIR", folder)
            .envs(FIREFOX)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(said)
            .process_group(0);
        for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(proxy).env_remove(proxy.to_uppercase());
        }
        let mut child = groups::spawn(&confined, &mut command, name, 0, folder)?;
        let (sender, lines) = sync_channel(LINES);
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut stdout = BufReader::new(stdout);
                loop {
                    let mut line = String::new();
                    let read = stdout.by_ref().take(LONGEST).read_line(&mut line);
                    if !matches!(read, Ok(1..)) || sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self {
            stdin: child.stdin.take(),
            child,
            lines,
            scratch,
            folder: program
                .parent()
                .map(|folder| format!("{}/", folder.display()))
                .unwrap_or_default(),
        })
    }

    /// Tells it to do something.
    pub(crate) fn tell(&mut self, word: &str) {
        if let Some(stdin) = &mut self.stdin {
            // One that has ended says nothing more, which is seen there.
            let _ended = writeln!(stdin, "{word}").and_then(|()| stdin.flush());
        }
    }

    /// The next event within `limit`; none when nothing comes in that time.
    ///
    /// # Errors
    /// [`Failure::Crash`] with its last words when it has ended, [`Failure::Rubbish`] for what is no event.
    pub(crate) fn hear(&mut self, limit: Duration) -> Result<Option<Value>, Failure> {
        match self.lines.recv_timeout(limit) {
            Ok(line) => match serde_json::from_str(line.trim()) {
                Ok(event) => Ok(Some(event)),
                Err(_) => Err(Failure::Rubbish(line)),
            },
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Failure::Crash(self.last_words())),
        }
    }

    /// Everything up to the first event for which `is_it` holds, or up to `limit`, and whether that came.
    ///
    /// # Errors
    /// Those of [`Script::hear`].
    pub(crate) fn hear_until(
        &mut self,
        limit: Duration,
        heard: &mut Vec<Value>,
        is_it: impl Fn(&Value) -> bool,
    ) -> Result<bool, Failure> {
        let until = Instant::now() + limit;
        while let Some(event) = self.hear(until.saturating_duration_since(Instant::now()))? {
            let is_last = is_it(&event);
            heard.push(event);
            if is_last {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether it has ended by itself. What it has said until now is lost.
    pub(crate) fn has_ended(&mut self) -> bool {
        // One whose output is not read would wait for that.
        while self.lines.try_recv().is_ok() {}
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The last line on standard error that says what is wrong, without the folder in which the program lies.
    fn last_words(&self) -> String {
        let said = fs::read(self.scratch.path().join("said")).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let mut lines = said.lines().map(str::trim);
        let wrong = lines.find(|line| line.contains("ssertion"));
        let last = said.lines().rev().find(|line| !line.trim().is_empty());
        let words = wrong.or(last).unwrap_or("without a word");
        words.replace(&self.folder, "")
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.stdin.take());
        groups::end_one(self.child.id());
        // It has been ended.
        let _ = self.child.wait();
        groups::forget(self.child.id());
    }
}
