//! The built binary, end to end: what only a process has.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn misframe(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[test]
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

#[test]
fn a_reader_who_goes_away_is_no_trouble() {
    let mut child = misframe(&["rules"]).spawn().unwrap();
    // Whatever is written from now on has no reader.
    drop(child.stdout.take());
    let mut said = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn wrong_usage_is_trouble() {
    let output = misframe(&["read"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let output = misframe(&["--help"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

/// The groups that a process of `misframe` has started: their ids and scratch folders.
fn groups(owner: u32) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(std::env::temp_dir()).unwrap().flatten();
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

#[test]
fn an_interrupt_leaves_no_failing_server_behind() {
    let mut child = misframe(&["session", "faults"]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut lines = Vec::new();
    // After the heading and the first row, others are to follow.
    while lines.len() < 3 {
        let mut line = String::new();
        if stdout.read_line(&mut line).unwrap() == 0 {
            let may_skip = std::env::var_os("MISFRAME_PEERS").is_none();
            assert!(may_skip, "no Node.js of `peers/install node-20` is there");
            eprintln!("skipped: no Node.js of `peers/install node-20` is there");
            assert_eq!(child.wait().unwrap().code(), Some(0));
            return;
        }
        lines.push(line);
    }
    let started = loop {
        let started = groups(child.id());
        if !started.is_empty() {
            break started;
        }
        assert_eq!(child.try_wait().unwrap(), None, "it has ended: {lines:?}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    let mut interrupt = Command::new("kill");
    interrupt.args(["-INT", &child.id().to_string()]);
    assert!(interrupt.status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    for (group, scratch) in started {
        assert!(!is_group_running(&group), "{group}");
        assert!(!scratch.exists(), "{scratch:?}");
    }
    assert_eq!(groups(child.id()), []);
}

/// Whether a process is there, and has not just ended.
#[cfg(target_os = "linux")]
fn is_running(id: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let state = status.rsplit(')').next().unwrap_or_default().trim_start();
    !state.is_empty() && !state.starts_with('Z')
}

#[cfg(target_os = "linux")]
#[test]
fn a_replay_that_is_interrupted_leaves_nothing_running() {
    let dir = tempfile::tempdir().unwrap();
    let (pids, schedule) = (dir.path().join("pids"), dir.path().join("schedule"));
    std::fs::write(&schedule, "c0 send a k0 ; srv k0 reply a ; c0 recv a<-a").unwrap();
    let file = pids.display();
    let driver = format!("cmd:sh -c 'echo hello x 1; sleep 600 & echo $$ $! >{file}; wait'");
    let schedule = schedule.display().to_string();
    let mut child = misframe(&["session", "replay", &schedule, "--client", &driver])
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
    let id = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &id]).status().unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut looks = 0..1000;
    while started.split_whitespace().any(is_running) {
        assert!(looks.next().is_some(), "{started} is still there");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
