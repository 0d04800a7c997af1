//! The built binary on what it cannot read, ask or judge: what is said, and the exit code.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use trials::{TrialRun, needs, trials};

fn main() -> ExitCode {
    trials::run(trials![
        a_peer_that_never_answers_is_named_once_and_is_trouble,
        a_peer_that_hangs_is_given_up,
        a_peer_that_sometimes_answers_is_counted,
        every_report_carries_what_failed,
        a_peer_of_another_family_judges_nothing,
        a_hunt_counts_the_failures_of_peers,
        nothing_to_judge_is_trouble,
        what_lies_in_a_folder_and_is_not_read_is_counted,
        companions_of_cases_are_no_inputs,
        beside_folders_of_cases_raw_files_are_read_and_folders_named,
        a_folder_called_session_may_hold_anything,
        cases_about_hops_are_judged_in_every_format,
        other_formats_are_rejected_with_what_to_do,
        a_typo_is_an_error,
        a_reader_that_goes_away_does_not_change_the_verdict,
        a_capture_that_is_judged_in_part_is_trouble,
        a_capture_may_come_through_a_pipe,
        a_pipe_that_nobody_writes_to_is_named,
    ])
}

const GOOD: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const AMBIGUOUS: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";
const CASE: &[u8] = b"about = 'x'\nexpect = 'reject'\ninput = 'a'\n";

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command
}

/// Exit code, stdout, stderr.
fn misframe(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    let output = command(folder.path(), args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

fn with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        file(&folder, name, bytes);
    }
    folder
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

/// A worker with a hostile name that says hello, then does this with each line `l` of which the `n`th comes.
fn worker(folder: &TempDir, does: &str) -> String {
    let text = format!(
        "import sys, json, base64, os\n\
         name = '\\x1b[31m<evil>&\\u202e'\n\
         print(json.dumps({{'misframe': 1, 'name': name, 'version': '1\\n2'}}), flush=True)\n\
         whole = lambda b: print(json.dumps({{'messages': [{{'end': len(b), 'content': ''}}], 'end': 'complete'}}), flush=True)\n\
         for n, l in enumerate(sys.stdin):\n    b = base64.b64decode(json.loads(l)['input'])\n    {does}\n"
    );
    let path = file(folder, "worker.py", text.as_bytes());
    format!("cmd:python3 {}", path.display())
}

const SHOWN: &str = "\\u{1b}[31m<evil>&\\u{202e} 1\\u{a}2";

fn a_peer_that_never_answers_is_named_once_and_is_trouble() -> TrialRun {
    needs(&["python3"])?;
    for (does, why) in [
        ("sys.exit(3)", "its process ended"),
        (
            "print(json.dumps({'panic': name}), flush=True)",
            "it panics: \\u{1b}[31m<evil>",
        ),
        ("print('junk', flush=True)", "it gives no answer"),
        (
            "print(json.dumps({'messages': [{'end': 10**30, 'content': ''}], 'end': 'complete'}), flush=True)",
            "it gives no answer",
        ),
        (
            "print(json.dumps({'messages': [{'end': -1, 'content': ''}], 'end': 'complete'}), flush=True)",
            "it gives no answer",
        ),
        (
            "print(json.dumps({'messages': [{'end': len(b) + 5, 'content': ''}], 'end': 'complete'}), flush=True)",
            "it gives no answer",
        ),
    ] {
        let folder = with(&[("in/a", GOOD), ("in/b", AMBIGUOUS)]);
        let peer = worker(&folder, does);
        for verb in ["check", "report", "read", "matrix"] {
            let inputs: &[&str] = match verb {
                "read" => &["in/a", "in/b"],
                _ => &["in"],
            };
            let args = [&[verb, "--peer", &peer], inputs].concat();
            let (code, out, err) = misframe(&folder, &args);
            assert_eq!(code, 2, "{verb} {does}: {out}{err}");
            let named = format!("misframe: {SHOWN}: no answer about 2 of 2 inputs: ");
            assert_eq!(err.matches(&named).count(), 1, "{verb} {does}: {err}");
            assert_eq!(err.matches(why).count(), 1, "{verb} {does}: {err}");
            assert!(!err.contains('\u{1b}'), "{verb} {does}");
            if ["check", "report"].contains(&verb) {
                // What the specification rejects still has a note.
                assert!(
                    out.contains("1 note, 0 without a finding, 1 not judged"),
                    "{out}"
                );
            }
        }
    }
    Ok(())
}

fn a_peer_that_hangs_is_given_up() -> TrialRun {
    needs(&["python3"])?;
    let folder = TempDir::new().unwrap();
    for nth in 0..7 {
        file(&folder, &format!("in/{nth}"), GOOD);
    }
    let peer = worker(&folder, "import time; time.sleep(1000)");
    let (code, out, err) = misframe(&folder, &["check", "in", "--peer", &peer]);
    assert_eq!(code, 2);
    assert!(out.contains("7 not judged"), "{out}");
    let why = "no answer about 7 of 7 inputs: it makes no progress (4); \
               it has failed too often in a row and is no longer asked (3)";
    assert!(err.contains(why), "{err}");
    Ok(())
}

fn a_peer_that_sometimes_answers_is_counted() -> TrialRun {
    needs(&["python3"])?;
    let folder = with(&[("in/a", GOOD), ("in/b", GOOD), ("in/c", GOOD)]);
    let peer = worker(
        &folder,
        "whole(b) if n != 1 else print(json.dumps({'panic': 'x'}), flush=True)",
    );
    let (code, out, err) = misframe(&folder, &["check", "in", "--peer", &peer]);
    assert!(out.contains("2 without a finding, 1 not judged"), "{out}");
    assert!(
        err.contains("no answer about 1 of 3 inputs: it panics: x (1)"),
        "{err}"
    );
    assert!(err.contains("http1-request: not judged: 1 input"), "{err}");
    assert_eq!(code, 2, "one input is judged by nobody");
    let others = ["check", "in", "--peer", &peer, "--peer", "httparse"];
    let (code, out, err) = misframe(&folder, &others);
    assert!(out.contains("3 without a finding\n"), "{out}");
    assert!(err.contains("no answer about 1 of 3"), "{err}");
    assert_eq!(code, 0, "another peer reads each input: {err}");
    Ok(())
}

fn every_report_carries_what_failed() -> TrialRun {
    needs(&["python3"])?;
    let folder = with(&[("in/a", GOOD), ("in/notes.md", b"x")]);
    let peer = worker(&folder, "sys.exit(3)");
    for format in ["html", "json", "junit", "markdown", "sarif"] {
        let args = ["report", "in", "--peer", &peer, "--format", format];
        let (code, out, _) = misframe(&folder, &args);
        assert_eq!(code, 2, "{format}");
        assert!(out.contains("its process ended"), "{format}: {out}");
        assert!(!out.contains('\u{1b}'), "{format}");
        if format == "junit" {
            assert!(out.contains("<error type=\"trouble\""), "{out}");
            assert!(out.contains("<error type=\"not judged\""), "{out}");
            assert!(out.contains("&lt;evil&gt;&amp;"), "{out}");
        }
        if format == "sarif" {
            let log: Value = serde_json::from_str(&out).unwrap();
            let told = &log["runs"][0]["invocations"][0];
            assert_eq!(told["executionSuccessful"], false);
            let notes = told["toolExecutionNotifications"].as_array().unwrap();
            let of = |level: &str| notes.iter().filter(|note| note["level"] == level).count();
            assert_eq!((of("error"), of("note")), (3, 1), "{out}");
        }
    }
    let args = ["check", "in", "--peer", &peer, "--format", "json"];
    let (code, out, _) = misframe(&folder, &args);
    let objects: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((code, objects.len()), (2, 2), "{out}");
    assert!(objects.iter().all(|object| object["trouble"].is_string()));
    Ok(())
}

fn a_peer_of_another_family_judges_nothing() {
    let folder = with(&[("some.patch", b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n")]);
    let (code, out, err) = misframe(&folder, &["check", "some.patch", "--peer", "httparse"]);
    assert_eq!(code, 2);
    assert!(out.contains("1 not judged"), "{out}");
    assert!(err.contains("no peer that is asked for reads it"), "{err}");
}

fn a_hunt_counts_the_failures_of_peers() {
    // Where a Content-Length is no number, edge-http panics; that is caught.
    let seed = b"about = 'x'\nexpect = 'reject'\n\
        input = 'POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: x\\r\\n\\r\\n'\n";
    let folder = with(&[("corpus/http1-request/seed.toml", seed)]);
    let args = [
        "hunt",
        "--family",
        "http1-request",
        "--seconds",
        "5",
        "--jobs",
        "1",
        "--tools",
        "0",
        "--reading",
        "strict",
        "--peer",
        "edge-http",
        "--out",
        "out",
    ];
    let (code, out, err) = misframe(&folder, &args);
    assert_eq!(code, 0, "{out}{err}");
    let lines = || out.lines().filter(|line| line.starts_with("edge-http "));
    assert_eq!(lines().count(), 1, "{out}");
    assert!(
        lines().all(|line| line.contains(": no answer about ")),
        "{out}"
    );
    assert!(lines().all(|line| line.contains(": it panics: ")), "{out}");
    let args = [
        "hunt",
        "--family",
        "unified-diff",
        "--seconds",
        "1",
        "--peer",
        "edge-http",
    ];
    let (code, _, err) = misframe(&folder, &args);
    assert_eq!(code, 2);
    assert!(err.contains("edge-http: it reads http1-request"), "{err}");
}

fn nothing_to_judge_is_trouble() {
    let header = fs::read(corpus().join("traffic/captures/curl.pcap")).unwrap();
    let folder = with(&[
        ("hidden/.a", GOOD),
        ("notes/a.md", b"x"),
        ("raw", b""),
        ("void.pcap", b""),
        ("none.pcap", header.get(..24).unwrap()),
    ]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (path, why) in [
        ("empty", "empty: there is no input in this folder"),
        ("hidden", "not read: 1 hidden file"),
        ("notes", "not read: 1 .md file"),
        ("raw", "raw: it is empty"),
        ("void.pcap", "void.pcap: it is empty"),
        ("none.pcap", "none.pcap: it holds no stream of requests"),
        ("-", "-: it is empty"),
    ] {
        for verb in ["check", "report"] {
            let (code, _, err) = misframe(&folder, &[verb, path]);
            assert_eq!(code, 2, "{verb} {path}: {err}");
            assert!(err.contains(why), "{verb} {path}: {err}");
        }
    }
}

fn what_lies_in_a_folder_and_is_not_read_is_counted() {
    let folder = with(&[
        ("in/a", GOOD),
        ("in/README.md", b"x"),
        ("in/.one", b"x"),
        ("in/.two", b"x"),
        ("in/.git/config", b"x"),
        ("in/none", b""),
        ("in/Cargo.toml", b"[package]\nname = 'x'\n"),
    ]);
    let (code, out, err) = misframe(&folder, &["check", "in"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("1 input: "), "{out}");
    assert_eq!(
        err,
        "misframe: not read: 1 .md file, 1 .toml file that is no case, 1 empty file, 2 hidden files, \
         1 hidden folder\n"
    );
}

fn companions_of_cases_are_no_inputs() {
    let folder = with(&[
        ("out/http1-request/one.toml", CASE),
        ("out/http1-request/one.snap", b"x"),
        ("out/http1-request/one.snap.new", b"x"),
        ("out/worker-0.log", b"x"),
    ]);
    for verb in ["check", "report"] {
        let (code, out, err) = misframe(&folder, &[verb, "out"]);
        assert_eq!((code < 2, err.as_str()), (true, ""), "{verb}");
        assert!(out.contains("1 input: "), "{verb}: {out}");
    }
    // One whose case is gone is no input either, and is counted.
    fs::rename(
        folder.path().join("out/http1-request/one.toml"),
        folder.path().join("out/http1-request/two.toml"),
    )
    .unwrap();
    let (_, out, err) = misframe(&folder, &["check", "out"]);
    assert!(out.contains("1 input: "), "{out}");
    assert!(err.contains("not read: 1 .new file, 1 .snap file"), "{err}");
}

fn beside_folders_of_cases_raw_files_are_read_and_folders_named() {
    let folder = with(&[
        ("in/http1-request/one.toml", CASE),
        ("in/ambiguous", AMBIGUOUS),
        ("in/other/good", GOOD),
    ]);
    let (code, out, err) = misframe(&folder, &["check", "in"]);
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("in/ambiguous: at 0: error"), "{out}");
    assert!(out.contains("2 inputs: "), "{out}");
    assert_eq!(err, "misframe: not read: the folder in/other\n");
}

fn a_folder_called_session_may_hold_anything() {
    let session = fs::read(corpus().join("session/batch-cancelled.toml")).unwrap();
    let folder = with(&[
        ("in/session/raw", AMBIGUOUS),
        ("deep/down/session/one.toml", &session),
        ("deep/down/good", GOOD),
    ]);
    let (code, out, err) = misframe(&folder, &["check", "in"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("in/session/raw: at 0: error"), "{out}");
    let (code, out, err) = misframe(&folder, &["check", "deep"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.contains("down/session/one.toml: at "), "{out}");
    assert!(out.contains("2 inputs: "), "{out}");
    // Whoever asks peers plays nothing, and says so.
    let args = ["matrix", "deep", "--peer", "httparse"];
    let (code, _, err) = misframe(&folder, &args);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("not read: 1 session case"), "{err}");
    let args = ["matrix", "deep/down/session", "--peer", "httparse"];
    let (code, _, err) = misframe(&folder, &args);
    assert_eq!(code, 2);
    assert!(err.contains("is played, not read"), "{err}");
}

fn cases_about_hops_are_judged_in_every_format() {
    let folder = TempDir::new().unwrap();
    let hops = corpus().join("hop");
    let hops = hops.to_str().unwrap();
    let (code, out, err) = misframe(&folder, &["check", hops]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(
        out.contains("te-cl-verbatim.toml: at 0: error, durable: GET /x at h0"),
        "{out}"
    );
    let (code, out, _) = misframe(&folder, &["check", hops, "--format", "json"]);
    assert_eq!(code, 1);
    let objects = out
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert!(objects.into_iter().all(|object| object["family"] == "hop"));
    for format in ["text", "html", "json", "junit", "markdown", "sarif"] {
        let (code, out, err) = misframe(&folder, &["report", hops, "--format", format]);
        assert_eq!((code, err.as_str()), (0, ""), "{format}");
        assert!(out.contains("te-cl-verbatim"), "{format}");
        assert!(out.contains("durable GET /x at h0"), "{format}");
    }
}

fn other_formats_are_rejected_with_what_to_do() {
    for (name, bytes, what) in [
        ("a.pcap.gz", &b"\x1f\x8b\x08\0\0\0"[..], "gunzip"),
        ("a.har", br#"{"log": {"entries": [{}]}}"#, "HAR"),
        ("case.txt", CASE, "NAME.toml"),
        ("case.toml", CASE, "--family"),
        (
            "p.patch",
            b"*** Begin Patch\n*** Add File: a\n+a\n*** End Patch\n",
            "unified diff",
        ),
        (
            "c.patch",
            b"\x1b[1mdiff --git a/f b/f\x1b[m\n\x1b[1m--- a/f\x1b[m\n\x1b[1m+++ b/f\x1b[m\n",
            "--no-color",
        ),
        ("u.patch", b"\xff\xfe-\0-\0-\0 \0a\0\n\0", "iconv"),
    ] {
        let folder = with(&[(name, bytes)]);
        for verb in ["check", "report", "read"] {
            let (code, out, err) = misframe(&folder, &[verb, name]);
            assert_eq!(code, 2, "{verb} {name}: {out}");
            assert!(err.contains(what), "{verb} {name}: {err}");
            assert!(!out.contains("1 input:"), "{verb} {name}: {out}");
        }
    }
    let folder = with(&[("answer", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]);
    let (code, out, err) = misframe(&folder, &["check", "answer"]);
    assert!(code == 0 && out.starts_with("1 input: "), "{out}{err}");
    let (code, _, err) = misframe(&folder, &["check", "answer", "--family", "http1-request"]);
    assert!(code == 2 && err.contains("response"), "{err}");
    let folder = with(&[("a.gz", b"\x1f\x8b\x08\0\0\0")]);
    let (code, _, err) = misframe(&folder, &["import", "a.gz"]);
    assert!(code == 2 && err.contains("gunzip"), "{err}");
}

fn a_typo_is_an_error() {
    let folder = with(&[("good", GOOD)]);
    for (args, what) in [
        (
            &["chain", "--table", "--only", "ngnix"][..],
            "ngnix: no such",
        ),
        (
            &["matrix", "good", "--dialects", "nosuchdir"],
            "nosuchdir: there is no such",
        ),
        (&["check", "good", "--dialect", ""], "names no leniency"),
        (&["read", "good", "--dialect", ","], "names no leniency"),
    ] {
        let (code, _, err) = misframe(&folder, args);
        assert_eq!(code, 2, "{args:?}: {err}");
        assert!(err.contains(what), "{args:?}: {err}");
    }
}

fn a_reader_that_goes_away_does_not_change_the_verdict() {
    let folder = TempDir::new().unwrap();
    for nth in 0..300 {
        file(&folder, &format!("in/{nth:03}"), AMBIGUOUS);
    }
    for (last, expected) in [("gone", 2), ("in/000", 1)] {
        let mut child = command(folder.path(), &["check", "in", last])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        drop(out);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{last}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(!err.contains("panicked"), "{err}");
        assert_eq!(err.is_empty(), expected == 1, "{err}");
    }
}

/// A capture of one connection, of which the bytes from here to there of the request are in no packet.
fn capture(request: &[u8], missing: std::ops::Range<usize>) -> Vec<u8> {
    // A pcap of raw IP packets.
    let mut pcap = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 0xffff, 101]
        .map(u32::to_le_bytes)
        .concat();
    let mut packet = |sequence: u32, flags: u8, payload: &[u8]| {
        let length = u16::try_from(40 + payload.len()).unwrap().to_be_bytes();
        let mut bytes = vec![0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, 6, 0, 0];
        bytes.extend([127, 0, 0, 1, 127, 0, 0, 1]);
        bytes.extend(4000_u16.to_be_bytes());
        bytes.extend(80_u16.to_be_bytes());
        bytes.extend(sequence.to_be_bytes());
        bytes.extend([0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        bytes.extend(payload);
        let size = u32::try_from(bytes.len()).unwrap();
        pcap.extend([0, 0, size, size].map(u32::to_le_bytes).concat());
        pcap.extend(bytes);
    };
    const SYN: u8 = 2;
    const ACK: u8 = 16;
    packet(99, SYN, b"");
    let mut at = 0;
    for piece in request.chunks(1 << 15) {
        let range = at..at + piece.len();
        at = range.end;
        let kept = piece.len().min(missing.start.saturating_sub(range.start));
        packet(100 + range.start as u32, ACK, piece.get(..kept).unwrap());
        let after = missing
            .end
            .saturating_sub(range.start)
            .clamp(kept, piece.len());
        packet(
            100 + (range.start + after) as u32,
            ACK,
            piece.get(after..).unwrap(),
        );
    }
    pcap
}

fn a_capture_that_is_judged_in_part_is_trouble() {
    let two = GOOD.repeat(2);
    let long = [
        &b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n"[..],
        &vec![b'x'; 20_000_000],
    ]
    .concat();
    let folder = with(&[
        ("whole.pcap", &capture(&two, 0..0)),
        ("gap.pcap", &capture(&two, 30..40)),
        ("long.pcap", &capture(&long, 0..0)),
    ]);
    let (code, out, err) = misframe(&folder, &["check", "whole.pcap"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for (name, why) in [
        (
            "gap.pcap",
            "bytes to the server are missing after the first 30",
        ),
        (
            "long.pcap",
            "to the server, only the first 16777216 bytes are kept",
        ),
    ] {
        for verb in ["check", "report"] {
            let (code, out, err) = misframe(&folder, &[verb, name]);
            assert_eq!(code, 2, "{verb} {name}: {out}");
            assert!(err.contains(why), "{verb} {name}: {err}");
            assert!(out.contains("1 input: "), "what is there is judged: {out}");
        }
    }
}

fn a_capture_may_come_through_a_pipe() {
    let folder = TempDir::new().unwrap();
    let mut child = command(folder.path(), &["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&capture(AMBIGUOUS, 0..0)).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(
        out.starts_with("-#127.0.0.1:4000 → 127.0.0.1:80: at 0: error"),
        "{out}"
    );
}

fn a_pipe_that_nobody_writes_to_is_named() {
    let folder = TempDir::new().unwrap();
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let mut child = command(folder.path(), &["check", "pipe"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It says so while it waits: nothing is written before.
    let mut line = String::new();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    err.read_line(&mut line).unwrap();
    assert_eq!(line, "misframe: pipe: a pipe without bytes yet; waiting\n");
    fs::OpenOptions::new()
        .write(true)
        .open(&pipe)
        .unwrap()
        .write_all(AMBIGUOUS)
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
