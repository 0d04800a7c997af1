//! The built binary under limits: of what it reads, and those that the user has set for processes.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::{Command, Output};

const MISFRAME: &str = env!("CARGO_BIN_EXE_misframe");

/// What a shell does that sets a limit first.
fn under(limit: &str, command: &str) -> Output {
    let script = format!("ulimit {limit} && {command}");
    Command::new("sh")
        .args(["-c", &script])
        .env("MISFRAME", MISFRAME)
        .output()
        .unwrap()
}

#[test]
fn what_has_no_end_is_not_read_to_its_end() {
    for words in [
        ["session", "check", "/dev/zero"],
        ["hop", "check", "/dev/zero"],
    ] {
        let output = Command::new(MISFRAME).args(words).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("it is longer than the "), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_no_case() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("endless.toml");
    std::os::unix::fs::symlink("/dev/zero", &case).unwrap();
    let mut command = Command::new(MISFRAME);
    let output = command
        .args(["session", "check"])
        .arg(case)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("it is no ordinary file"), "{said}");
}

#[test]
fn a_file_that_may_not_grow_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("rules");
    let output = under("-f 1", &format!("\"$MISFRAME\" rules >{}", out.display()));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("standard output: cannot write to it"),
        "{said}"
    );
}

#[test]
fn little_memory_is_enough_or_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("long.req");
    fs::write(&input, "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20_000)).unwrap();
    for megabytes in [300, 150, 80, 40] {
        for verb in ["check", "read"] {
            let limit = format!("-v {}", megabytes << 10);
            let command = format!("\"$MISFRAME\" {verb} {}", input.display());
            let output = under(&limit, &command);
            let code = output.status.code();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                matches!(code, Some(0 | 2)),
                "{megabytes} {verb}: {code:?} {said}"
            );
            assert!(!said.contains("panicked"), "{megabytes} {verb}: {said}");
        }
    }
}

#[test]
fn a_peer_in_a_process_of_its_own_reads_as_in_this_one() {
    let folder = tempfile::tempdir().unwrap();
    // The shorter one is read in the process of the command, the longer one is not.
    for count in [100, 2000] {
        let input = folder.path().join("input.req");
        let request =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
        fs::write(&input, request.repeat(count)).unwrap();
        let mut command = Command::new(MISFRAME);
        command.arg("read").arg(&input).args(["--format", "json"]);
        let output = command
            .args(["--peer", "llhttp", "--peer", "httparse"])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), said.as_str()),
            (Some(0), ""),
            "{count}"
        );
        let text = String::from_utf8(output.stdout).unwrap();
        for peer in ["llhttp ", "httparse "] {
            assert!(text.contains(peer), "{count} {peer}");
        }
    }
}
