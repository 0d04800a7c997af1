//! Bytes, sessions and hops give the same finding in every command, and are in every format of a report.

// A panic is how a test fails.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::Value;

/// A case of each engine in which there is an error.
const CASES: [&str; 3] = [
    "http1-request/cl-te.toml",
    "session/late-reply-timeout.toml",
    "hop/te-cl-verbatim.toml",
];

fn cases() -> [String; 3] {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    CASES.map(|case| corpus.join(case).to_str().unwrap().to_owned())
}

/// What the command prints, and its exit code.
fn misframe(arguments: &[&str]) -> (ExitCode, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["misframe"].iter().chain(arguments).map(OsString::from);
    let code = cli::run(arguments, &mut out, &mut err, false);
    assert_eq!(String::from_utf8_lossy(&err), "");
    (code, String::from_utf8(out).unwrap())
}

fn is(code: ExitCode, number: u8) -> bool {
    format!("{code:?}") == format!("{:?}", ExitCode::from(number))
}

/// What identifies a finding, by the first object that a command prints.
fn identity(arguments: &[&str]) -> [Value; 4] {
    let (_, printed) = misframe(arguments);
    let line = printed.lines().next().unwrap();
    let object: Value = serde_json::from_str(line).unwrap();
    ["family", "level", "class", "signature"].map(|key| object[key].clone())
}

#[test]
fn level_class_and_signature_are_the_same_in_every_command() {
    for case in cases() {
        let checked = identity(&["check", "--panel", "all", "--format", "json", &case]);
        let reported = identity(&["report", "--panel", "all", "--format", "json", &case]);
        let read = identity(&["read", "--panel", "all", "--format", "json", &case]);
        assert_eq!(checked, reported, "{case}");
        assert_eq!(checked, read, "{case}");
        assert_eq!(checked.get(1), Some(&Value::from("error")), "{case}");
    }
}

#[test]
fn every_format_has_a_finding_of_each_engine() {
    let cases = cases();
    let files = cases.each_ref().map(String::as_str);
    for format in ["text", "html", "json", "junit", "markdown", "sarif"] {
        let (code, text) = misframe(
            &[
                &["report", "--panel", "all", "--format", format],
                &files[..],
            ]
            .concat(),
        );
        assert!(is(code, 0), "{format}");
        for case in CASES {
            assert!(text.contains(case), "{format} lacks {case}");
        }
    }
}

#[test]
fn one_check_tells_of_all_engines() {
    let cases = cases();
    let files = cases.each_ref().map(String::as_str);
    let (code, text) = misframe(&[&["check", "--panel", "all"], &files[..]].concat());
    assert!(is(code, 1), "{text}");
    assert!(text.contains("3 inputs: 3 errors"), "{text}");
}

#[test]
fn a_case_that_is_played_is_drawn_by_read() {
    let [_, session, hop] = cases();
    let (code, text) = misframe(&["read", &session, &hop]);
    assert!(is(code, 0), "{text}");
    assert!(text.contains("h0: reads") && text.contains("c0"), "{text}");
}
