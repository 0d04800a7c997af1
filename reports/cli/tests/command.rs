//! The built binary, end to end: what only a process has.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use peers::live::faulty::NODES;
use serde_json::Value;
use tempfile::TempDir;
use trials::{Ignored, TrialRun, trials};

fn main() -> ExitCode {
    trials::run(trials![
        stdin_is_read_and_no_colour_goes_into_a_pipe,
        a_reader_that_goes_away_is_no_trouble,
        wrong_usage_is_trouble,
        an_interrupt_leaves_no_failing_server_behind,
        a_replay_that_is_interrupted_leaves_nothing_running,
        the_lab_lists_fronts_and_backs,
        a_server_that_another_process_has_started_is_listed_as_running,
    ])
}

fn misframe(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn stdin_is_read_and_no_colour_goes_into_a_pipe() {
    let mut child = misframe(&["check", "-", "--format", "text"])
        .spawn()
        .unwrap();
    let request = b"GET / HTTP/1.1\nHost: a\r\n\r\n";
    child.stdin.take().unwrap().write_all(request).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("-: at 0: note, acceptance: "), "{text}");
    assert!(!text.contains('\x1b'));
    // That a bare LF may end a line is a note.
    assert_eq!(output.status.code(), Some(0));
}

fn a_reader_that_goes_away_is_no_trouble() {
    let mut child = misframe(&["rules"]).spawn().unwrap();
    // Whatever is written from now on has no reader.
    drop(child.stdout.take());
    let mut said = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

fn wrong_usage_is_trouble() {
    let output = misframe(&["read"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let output = misframe(&["--help"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

/// The groups that a process of `misframe` has started with this folder for what is temporary: their ids and scratch
/// folders.
fn groups(temporary: &Path, owner: u32) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(temporary).unwrap().flatten();
    let folders = entries.filter(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("misframe-lab.")
    });
    let files = folders.map(|folder| folder.path().join(owner.to_string()));
    let text = files.filter_map(|file| fs::read_to_string(file).ok());
    let text = text.collect::<String>();
    let lines = text.lines().skip(1).filter_map(|line| {
        let mut words = line.splitn(5, ' ');
        Some((words.next()?.to_owned(), PathBuf::from(words.nth(3)?)))
    });
    lines.collect()
}

/// As Ctrl-C does. Not every machine has a program that is called `kill`; each shell has the command.
fn interrupt(process: u32) {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("kill -INT {process}")]);
    assert!(command.status().unwrap().success());
}

/// Whether a process of this group runs.
fn is_group_running(group: &str) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut stats =
        processes.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.any(|stat| {
        let (_, rest) = stat.rsplit_once(')').unwrap_or_default();
        let mut words = rest.split_whitespace();
        words.next() != Some("Z") && words.nth(1) == Some(group)
    })
}

fn an_interrupt_leaves_no_failing_server_behind() -> TrialRun {
    if let Some(Err(failure)) = NODES.iter().map(|node| node.program()).find(Result::is_err) {
        return Err(Ignored::not_installed(failure));
    }
    let temporary = TempDir::new().unwrap();
    let mut child = misframe(&["session", "faults"]);
    let mut child = child.env("TMPDIR", temporary.path()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut lines = Vec::new();
    // After the heading and the first row, others are to follow.
    while lines.len() < 3 {
        let mut line = String::new();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "{lines:?}");
        lines.push(line);
    }
    let started = loop {
        let started = groups(temporary.path(), child.id());
        if !started.is_empty() {
            break started;
        }
        assert_eq!(child.try_wait().unwrap(), None, "it has ended: {lines:?}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    for (group, scratch) in started {
        assert!(!is_group_running(&group), "{group}");
        assert!(!scratch.exists(), "{scratch:?}");
    }
    assert_eq!(groups(temporary.path(), child.id()), []);
    Ok(())
}

/// Whether a process is there, and has not just ended.
fn is_running(id: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let state = status.rsplit(')').next().unwrap_or_default().trim_start();
    !state.is_empty() && !state.starts_with('Z')
}

fn a_replay_that_is_interrupted_leaves_nothing_running() {
    let dir = tempfile::tempdir().unwrap();
    let (pids, schedule) = (dir.path().join("pids"), dir.path().join("schedule"));
    std::fs::write(&schedule, "c0 send a k0 ; srv k0 reply a ; c0 recv a<-a").unwrap();
    let file = pids.display();
    let driver = format!("cmd:sh -c 'echo hello x 1; sleep 600 & echo $$ $! >{file}; wait'");
    let schedule = schedule.display().to_string();
    // It writes outside its scratch folder.
    let mut child = misframe(&[
        "--trust-peer",
        "session",
        "replay",
        &schedule,
        "--client",
        &driver,
    ])
    .spawn()
    .unwrap();
    let started = loop {
        let started = std::fs::read_to_string(&pids).unwrap_or_default();
        if started.ends_with('\n') {
            break started;
        }
        assert!(
            child.try_wait().unwrap().is_none(),
            "it has ended by itself"
        );
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    assert!(started.split_whitespace().all(is_running));
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut looks = 0..1000;
    while started.split_whitespace().any(is_running) {
        assert!(looks.next().is_some(), "{started} is still there");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

/// What `lab list` says of servers, with this folder for what is temporary: another lab on this machine has its own.
fn lab(temporary: &Path) -> Vec<Value> {
    let mut command = misframe(&["lab", "list", "--format", "json"]);
    let output = command.env("TMPDIR", temporary).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
    rows.collect()
}

fn the_lab_lists_fronts_and_backs() {
    let temporary = TempDir::new().unwrap();
    let rows = lab(temporary.path());
    let count = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
    assert!(count("front") >= 12 && count("back") >= 16);
    for row in &rows {
        assert_ne!(row["state"], "running", "{row}");
        let is_there = row["state"] == "ready";
        assert_eq!(row["version"].is_string(), is_there, "{row}");
        assert_eq!(row["reason"].is_null(), is_there, "{row}");
    }
}

/// It is running whether it is installed for this process or not.
fn a_server_that_another_process_has_started_is_listed_as_running() {
    let temporary = TempDir::new().unwrap();
    let mut server = Command::new("sleep");
    let mut server = server.arg("600").process_group(0).spawn().unwrap();
    let (id, user) = (server.id(), fs::metadata("/proc/self").unwrap().uid());
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let started = stat.rsplit(')').next().unwrap().split_whitespace().nth(19);
    let started = started.unwrap();
    let folder = temporary.path().join(format!("misframe-lab.{user}"));
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    let record = format!("{started}\n{id} {started} 4711 nginx /nonexistent\n");
    fs::write(folder.join(id.to_string()), record).unwrap();
    let rows = lab(temporary.path());
    server.kill().unwrap();
    server.wait().unwrap();
    let running: Vec<_> = rows
        .iter()
        .filter(|row| row["state"] == "running")
        .collect();
    assert!(!running.is_empty());
    for row in running {
        assert_eq!(row["name"], "nginx", "{row}");
        assert_eq!(row["ports"], serde_json::json!([4711]), "{row}");
    }
}
