//! The built binary, end to end: what only a process has.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
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
