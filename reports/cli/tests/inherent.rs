//! The built binary on every case that is inherent: no report calls it a defect of anyone, whatever its format.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use corpus::{hop, session};
use parsers::session::SessionVerdict;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}

/// The paths of the cases of sessions, and of those about hops, whose verdict is inherent.
fn inherent() -> (Vec<String>, Vec<String>) {
    let sessions = session::load_all(&folder()).unwrap().into_iter();
    let sessions = sessions.map(|case| (case.name, case.schedule.map(|one| one.1)));
    let hops = hop::load_all(&folder()).unwrap().into_iter();
    let hops = hops.map(|case| (case.name, case.schedule.map(|one| one.1)));
    let path = |of: &str, name: String| format!("{of}/{name}.toml");
    let is_inherent = |verdict: &Option<SessionVerdict>| *verdict == Some(SessionVerdict::Inherent);
    let sessions = sessions.filter(|(_, verdict)| is_inherent(verdict));
    let hops = hops.filter(|(_, verdict)| is_inherent(verdict));
    (
        sessions.map(|(name, _)| path("session", name)).collect(),
        hops.map(|(name, _)| path("hop", name)).collect(),
    )
}

/// What a command prints, which has found nothing that is a defect, and has had no trouble.
fn clean(words: &[&str], paths: &[String]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    command.args(words).args(paths);
    let output = command
        .current_dir(folder())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    assert_eq!(output.status.code(), Some(0), "{words:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn objects(out: &str) -> Vec<Value> {
    let lines = out.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

#[test]
fn there_are_some() {
    let (sessions, hops) = inherent();
    assert!(
        sessions.len() >= 2 && hops.len() >= 2,
        "{sessions:?}, {hops:?}"
    );
}

#[test]
fn a_client_that_checks_them_has_no_defect() {
    let (sessions, hops) = inherent();
    for (verb, paths) in [("session", &sessions), ("hop", &hops)] {
        let found = objects(&clean(&[verb, "check", "--format", "json"], paths));
        assert_eq!(found.len(), paths.len());
        for one in &found {
            assert_eq!(one["verdict"], "inherent", "{one}");
            assert_eq!(one["level"], "note", "{one}");
        }
        let text = clean(&[verb, "check"], paths);
        assert_eq!(
            text.matches("inherent, note: ").count(),
            paths.len(),
            "{text}"
        );
        assert!(
            !text.contains("error") && !text.contains("warning"),
            "{text}"
        );
    }
}

#[test]
fn no_report_calls_them_a_defect() {
    let (paths, _) = inherent();
    let report = |format: &str| clean(&["report", "--format", format], &paths);
    let all = paths.len();

    let found = objects(&report("json"));
    assert_eq!(found.len(), all);
    for one in &found {
        assert_eq!(one["level"], "note", "{one}");
        assert_eq!(one["divergence"], "inherent", "{one}");
    }
    let sarif: Value = serde_json::from_str(&report("sarif")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), all);
    assert!(results.iter().all(|one| one["level"] == "note"), "{sarif}");
    let junit = report("junit");
    let heading = format!("tests=\"{all}\" failures=\"0\"");
    assert!(
        junit.contains(&heading) && !junit.contains("<failure"),
        "{junit}"
    );
    let counts = format!("{all} inputs: 0 errors, 0 warnings, {all} notes");
    for format in ["text", "markdown"] {
        let out = report(format);
        assert!(out.contains(&counts), "{out}");
    }
    let html = report("html");
    let notes = html.matches("inherent surplus-reply").count();
    assert!(notes >= all, "{html}");
    assert!(!html.contains("<td class=\"error\">") && !html.contains("<td class=\"warning\">"));
}
