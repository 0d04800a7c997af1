//! The command in a folder without a corpus.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// `misframe check` in a folder that has nothing, with no cache folder but that of HOME.
fn check(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    command.arg("check").current_dir(folder.path());
    command.stdin(Stdio::null()).env_remove("XDG_CACHE_HOME");
    command
}

#[test]
fn the_cases_are_unpacked_once_and_judged() {
    let folder = TempDir::new().unwrap();
    let cases = [
        "session/late-reply-timeout.toml",
        "http1-request/cl-te.toml",
    ];
    for _ in 0..2 {
        let mut command = check(&folder);
        command
            .args(["--format", "json"])
            .env("HOME", folder.path());
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(cases.iter().all(|case| text.contains(case)), "{text}");
        let unpacked = fs::read_dir(folder.path().join(".cache/misframe")).unwrap();
        assert_eq!(unpacked.count(), 1);
    }
}

#[test]
fn without_a_place_to_unpack_them_it_says_what_to_do() {
    let folder = TempDir::new().unwrap();
    let output = check(&folder).env_remove("HOME").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("there is no corpus near this folder"),
        "{text}"
    );
}
