//! What `--format json` prints is as the schemas in `docs/schema` say.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn schema(name: &str) -> Validator {
    let text = fs::read_to_string(root().join("docs/schema").join(name)).unwrap();
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// What the command prints, a line each.
fn lines(args: &[&str]) -> Vec<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    let done = command.current_dir(root()).args(args).output().unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Fails with every line that is not as the schema says.
fn hold(schema: &Validator, lines: &[Value]) {
    for line in lines {
        let wrong: Vec<_> = schema
            .iter_errors(line)
            .map(|error| error.to_string())
            .collect();
        let text = line.to_string();
        assert!(
            wrong.is_empty(),
            "{wrong:?}: {}",
            text.get(..400).unwrap_or(&text)
        );
    }
}

#[test]
fn findings_are_as_the_schema_says() {
    let check = schema("check.json");
    let mut all = Vec::new();
    for path in [
        "http1-request",
        "http1-response",
        "unified-diff",
        "session",
        "hop",
    ] {
        let found = lines(&["check", "--format", "json", &format!("corpus/{path}")]);
        assert!(!found.is_empty(), "{path}");
        all.extend(found);
    }
    all.extend(lines(&[
        "check",
        "--format",
        "json",
        "corpus/http1-request/cl-te.toml",
        "none.pcap",
    ]));
    all.extend(lines(&[
        "check",
        "--format",
        "json",
        "--peer",
        "hyper",
        "corpus/http1-request/trailer-lf.toml",
    ]));
    hold(&check, &all);
    let words = |field: &str| -> BTreeSet<String> {
        let words = all
            .iter()
            .filter_map(|line| Some(line[field].as_str()?.to_owned()));
        words.collect()
    };
    assert_eq!(words("family").len(), 5, "every kind of finding is there");
    assert!(words("level").len() == 3 && !words("trouble").is_empty());
    let reported = lines(&["report", "--format", "json", "corpus/hop"]);
    assert!(!reported.is_empty());
    hold(&check, &reported);
}

#[test]
fn readings_are_as_the_schema_says() {
    let read = schema("read.json");
    for path in [
        "http1-request/trailer-lf.toml",
        "http1-request/good-connect.toml",
        "http1-request/cl-te.toml",
        "unified-diff/binary.toml",
        "session/partial-reply.toml",
        "hop/version-raw.toml",
    ] {
        let path = format!("corpus/{path}");
        let object = lines(&["read", "--format", "json", &path]);
        assert_eq!(object.len(), 1, "{path}");
        hold(&read, &object);
        let all = lines(&["read", "--format", "json", "--panel", "all", &path]);
        hold(&read, &all);
    }
}

/// The schemas name every field that is there, and reject what is not as it should be.
#[test]
fn what_is_wrong_is_rejected() {
    let check = schema("check.json");
    let found = lines(&[
        "check",
        "--format",
        "json",
        "corpus/http1-request/trailer-lf.toml",
    ]);
    let found = found.first().unwrap();
    assert!(check.is_valid(found));
    for field in ["level", "signature", "groups", "family", "evidence"] {
        let mut without = found.clone();
        without.as_object_mut().unwrap().remove(field);
        assert!(!check.is_valid(&without), "{field}");
        let mut other = found.clone();
        other[field] = json!(7);
        assert!(!check.is_valid(&other), "{field}");
    }
    let text = fs::read_to_string(root().join("docs/schema/check.json")).unwrap();
    let text: Value = serde_json::from_str(&text).unwrap();
    let named: BTreeSet<_> = text["oneOf"][0]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    let there: BTreeSet<_> = found.as_object().unwrap().keys().collect();
    assert_eq!(named, there);
    assert!(!check.is_valid(&json!({"trouble": 1})) && check.is_valid(&json!({"trouble": "x"})));
}
