// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

mod hostile;

use super::*;
use parsers::FAMILIES;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// What resulted from running the command in process: exit code, stdout, stderr.
pub fn misframe(args: &[&str]) -> (ExitCode, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = std::iter::once("misframe").chain(args.iter().copied());
    let code = run(args.map(OsString::from), &mut out, &mut err, false);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (code, text(out), text(err))
}

pub fn file(dir: &TempDir, name: &str, bytes: &[u8]) -> String {
    let path = dir.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Exit codes of one byte have no other public comparison.
pub fn is(code: ExitCode, expected: u8) -> bool {
    format!("{code:?}") == format!("{:?}", ExitCode::from(expected))
}

const WHOLE: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn the_arguments_are_well_formed() {
    use clap::CommandFactory as _;
    Cli::command().debug_assert();
}

#[test]
fn a_file_that_is_not_there() {
    for verb in ["read", "check"] {
        let (code, out, err) = misframe(&[verb, "no/such/file", "--format", "json"]);
        assert!(is(code, TROUBLE), "{verb}");
        let why =
            "no/such/file: there is no such file; name a case, a raw file, a capture or a folder";
        assert_eq!(err, format!("misframe: {why}\n"));
        let told = match verb {
            "check" => format!("{{\"trouble\":\"{why}\"}}\n"),
            _ => String::new(),
        };
        assert_eq!(out, told, "{verb}");
    }
}

#[test]
fn a_file_of_another_kind_that_is_not_there() {
    let (code, out, err) = misframe(&["fidelity", "no/such/dialect.toml"]);
    assert!(is(code, TROUBLE));
    assert_eq!(out, "");
    assert!(
        err.starts_with("misframe: no/such/dialect.toml: cannot read it: "),
        "{err}"
    );
}

#[test]
fn a_folder_cannot_be_read() {
    let dir = TempDir::new().unwrap();
    let (code, out, err) = misframe(&["read", dir.path().to_str().unwrap()]);
    assert!(is(code, TROUBLE));
    assert_eq!(out, "");
    assert!(err.contains("it is a folder"), "{err}");
}

#[test]
fn a_family_that_is_not_known() {
    let (code, out, err) = misframe(&["read", "-", "--family", "gopher"]);
    assert!(is(code, TROUBLE));
    assert_eq!(out, "");
    assert!(err.contains("http1-request"), "{err}");
}

#[test]
fn a_leniency_that_is_not_known() {
    let dir = TempDir::new().unwrap();
    let input = file(&dir, "whole", WHOLE);
    let (code, out, err) = misframe(&["read", &input, "--dialect", "field-lf,kindness"]);
    assert!(is(code, TROUBLE));
    assert_eq!(out, "");
    assert!(err.contains("\"kindness\""), "{err}");
}

#[test]
fn a_case_that_is_bad() {
    let dir = TempDir::new().unwrap();
    let bad = file(&dir, "http1-request/bad.toml", b"about = 1\n");
    let (code, out, err) = misframe(&["check", &bad, "--format", "json"]);
    assert!(is(code, TROUBLE));
    let told: Value = serde_json::from_str(&out).unwrap();
    let why = told["trouble"].as_str().unwrap();
    assert!(why.contains("bad.toml"), "{out}");
    assert_eq!(err, format!("misframe: {why}\n"));
}

#[test]
fn an_input_too_long_is_not_read() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("long");
    // A hole: the file takes no room.
    fs::File::create(&path)
        .unwrap()
        .set_len((1 << 30) + 1)
        .unwrap();
    let (code, _, err) = misframe(&["read", path.to_str().unwrap()]);
    assert!(is(code, TROUBLE));
    assert!(err.contains("1,073,741,824 bytes"), "{err}");
    assert!(err.contains("head -c"), "{err}");
}

#[test]
fn one_file_has_no_name_and_several_have() {
    let dir = TempDir::new().unwrap();
    let one = file(&dir, "one", WHOLE);
    let two = file(&dir, "two", b"");
    let (code, out, err) = misframe(&["read", &one, "--format", "json"]);
    assert!(is(code, CLEAN) && err.is_empty(), "{err}");
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["file"], Value::Null);
    assert_eq!(object["bytes"], WHOLE.len());
    assert_eq!(object["family"], "http1-request");

    let (_, out, _) = misframe(&["read", &one, &two, "--format", "json"]);
    let objects: Vec<Value> = out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["file"], one.as_str());
    assert_eq!(objects[1]["bytes"], 0);

    let (_, out, _) = misframe(&["read", &one, &two]);
    let heading = format!("\n== {two} ==\n");
    assert!(
        out.starts_with(&format!("== {one} ==\n\n     GET / HTTP/1.1")) || out.contains(&heading)
    );
    assert!(out.contains(&heading), "{out}");
}

#[test]
fn a_folder_is_walked_in_order() {
    let dir = TempDir::new().unwrap();
    for name in ["b", "a", "c/d", ".hidden", "notes.md"] {
        file(&dir, name, WHOLE);
    }
    let (code, out, err) = misframe(&["check", dir.path().to_str().unwrap()]);
    assert!(is(code, CLEAN), "{out}{err}");
    assert_eq!(
        out,
        "3 inputs: 0 errors, 0 warnings, 0 notes, 3 without a finding\n"
    );
}

#[test]
fn nothing_recorded() {
    let (code, out, err) = misframe(&["report", "--format", "sarif"]);
    assert!(is(code, TROUBLE) && out.is_empty());
    assert!(err.contains("misframe hunt"), "{err}");
}

#[test]
fn a_report_is_one_file() {
    let dir = TempDir::new().unwrap();
    let input = file(&dir, "whole", WHOLE);
    let page = dir.path().join("out/page.html");
    let page = page.to_str().unwrap();
    let (code, out, err) = misframe(&["report", &input, "--format", "html", "--out", page]);
    assert!(is(code, CLEAN) && out.is_empty(), "{err}");
    let html = fs::read_to_string(page).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
}

#[test]
fn every_rule_and_leniency_is_listed() {
    let (code, out, _) = misframe(&["rules"]);
    assert!(is(code, CLEAN));
    for family in FAMILIES {
        for rule in family.rules {
            assert!(out.contains(&format!("\n{}  {}", rule.id, rule.spec)));
        }
        for leniency in family.leniencies {
            let (begins, ends) = (
                format!("  {} (", leniency.id),
                format!("): {}", leniency.text),
            );
            let is_its = |line: &str| line.starts_with(&begins) && line.ends_with(&ends);
            assert!(out.lines().any(is_its), "{}", leniency.id);
        }
    }
    let (_, out, _) = misframe(&["rules", "--format", "json"]);
    let rules: usize = FAMILIES.iter().map(|family| family.rules.len()).sum();
    assert_eq!(out.lines().count(), rules);
}

/// A pipe whose reader has gone.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let dir = TempDir::new().unwrap();
    let input = file(&dir, "whole", WHOLE);
    for args in [
        ["misframe", "read", input.as_str(), "--format=json"],
        ["misframe", "read", input.as_str(), "--format=text"],
        ["misframe", "check", input.as_str(), "--format=text"],
        ["misframe", "report", input.as_str(), "--format=html"],
    ] {
        let mut err = Vec::new();
        let code = run(args.map(OsString::from), &mut Closed, &mut err, false);
        assert!(is(code, CLEAN) && err.is_empty(), "{args:?}");
    }
}

/// Both framings; the second request is inside the body for a reader of the length, outside for a reader of chunks.
const BOTH: &[u8] =
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\nTransfer-Encoding: chunked\r\n\r\n\
    0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn an_ambiguous_request_is_found() {
    let dir = TempDir::new().unwrap();
    let input = file(&dir, "both", BOTH);
    let (code, out, err) = misframe(&["check", &input, "--format", "json"]);
    assert!(is(code, FOUND) && err.is_empty(), "{err}");
    let found: Value = serde_json::from_str(&out).unwrap();
    for (field, expected) in [
        ("file", input.as_str()),
        ("divergence", "boundary"),
        ("level", "error"),
        ("class", "cl-te"),
        (
            "direction",
            "with B in front of A, A sees one more request: GET /x HTTP/1.1",
        ),
    ] {
        assert_eq!(found[field], expected, "{field}");
    }
    assert_eq!(found["at"], 0);
    // The head ends at 76, the last chunk at 81, and 28 bytes follow.
    assert_eq!(found["groups"][0]["messages"][0]["end"], 81);
    assert_eq!(found["groups"][1]["messages"][0]["end"], 109);
    assert_eq!(
        found["groups"][1]["messages"][0]["body"],
        serde_json::json!([[76, 109]])
    );
}

#[test]
fn a_stream_cut_short_is_no_finding() {
    let dir = TempDir::new().unwrap();
    let cut = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc";
    let input = file(&dir, "cut", cut);
    let (code, out, err) = misframe(&["check", &input, "--format", "json"]);
    assert!(
        is(code, CLEAN) && out.is_empty() && err.is_empty(),
        "{out}{err}"
    );
    // With --panel all, every reader judges.
    let (code, out, _) = misframe(&["check", &input, "--format", "json", "--panel", "all"]);
    assert!(is(code, FOUND) && !out.is_empty());
}

#[test]
fn a_dialect_that_was_asked_for_is_shown() {
    let dir = TempDir::new().unwrap();
    let input = file(&dir, "whole", WHOLE);
    let ids = "length-plus,field-lf";
    let (_, out, _) = misframe(&["read", &input, "--format=json", "--dialect", ids]);
    let object: Value = serde_json::from_str(&out).unwrap();
    let members = object["groups"][0]["members"].as_array().unwrap();
    // In the order of the table, and although it reads as strict does.
    assert!(
        members.contains(&Value::from("+field-lf+length-plus")),
        "{out}"
    );
}

#[test]
fn a_dialect_that_was_asked_for_judges() {
    let dir = TempDir::new().unwrap();
    let bytes = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 28\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    let input = file(&dir, "input", bytes);
    // Readers that ignore lengths are no judges of an input in which nothing is odd, unless one is asked for.
    let (code, out, _) = misframe(&["check", &input, "--format", "json"]);
    assert!(is(code, CLEAN), "{out}");
    let args = [
        "check",
        &input,
        "--format",
        "json",
        "--dialect",
        "length-ignored",
    ];
    let (code, out, err) = misframe(&args);
    assert!(is(code, FOUND), "{out}{err}");
    assert!(out.contains("\"+length-ignored\""), "{out}");
    let (code, _, err) = misframe(&["check", &input, "--dialect", "kindness"]);
    assert!(is(code, TROUBLE));
    assert!(err.contains("\"kindness\""), "{err}");
}

#[test]
fn imported_traffic_becomes_cases() {
    let dir = TempDir::new().unwrap();
    let input = file(&dir, "raw", BOTH);
    let to = dir.path().join("out");
    let args = ["import", input.as_str(), "--out", to.to_str().unwrap()];
    let (code, out, err) = misframe(&args);
    assert!(is(code, CLEAN), "{err}");
    assert!(out.contains("1 stream: "), "{out}");
    let cases = fs::read_dir(to.join("http1-request")).map_or(0, Iterator::count);
    let (again, out, _) = misframe(&args);
    assert!(is(again, CLEAN));
    assert!(
        out.contains("1 stream: 0 new cases, 1 of a known shape"),
        "{out}"
    );
    let after = fs::read_dir(to.join("http1-request")).map_or(0, Iterator::count);
    assert_eq!(cases, after);
}

#[test]
fn a_stream_that_cannot_be_scrubbed_is_trouble() {
    let dir = TempDir::new().unwrap();
    let stream = b"GET / HTTP/4294967297.1\r\nHost: a\r\n\r\n";
    let input = file(&dir, "secret-name", stream);
    let to = dir.path().join("out");
    let args = ["import", input.as_str(), "--out", to.to_str().unwrap()];
    let (code, out, err) = misframe(&args);
    assert!(is(code, TROUBLE), "{out}{err}");
    assert!(
        err.contains("file 1: left out: the word of 17 bytes at byte 6"),
        "{err}"
    );
    assert!(
        !err.contains("secret-name") && !out.contains("secret-name"),
        "{out}{err}"
    );
    assert!(out.ends_with("1 left out\n"), "{out}");
    let keep = [&args[..], &["--keep", "HTTP/4294967297.1"]].concat();
    let (code, out, err) = misframe(&keep);
    assert!(is(code, CLEAN), "{out}{err}");
    assert!(out.contains("captured-0001.toml"), "{out}");
}

/// A worker in the language of the shell, which gives one answer to whatever it is asked.
fn worker(dir: &TempDir, answer: &str) -> String {
    let hello = r#"{"misframe": 1, "name": "mine", "version": "2"}"#;
    let script = format!("echo '{hello}'\nwhile read line; do printf '%s\\n' '{answer}'; done\n");
    format!("cmd:sh {}", file(dir, "worker.sh", script.as_bytes()))
}

#[test]
fn peers_are_listed_with_version_and_state() {
    let (code, out, _) = misframe(&["peers", "--format", "json"]);
    assert!(is(code, CLEAN));
    let listed: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let servers = ::peers::live::servers();
    assert_eq!(listed.len(), ::peers::PEERS.len() + servers.len());
    for peer in &listed {
        for field in ["name", "version", "family", "tier", "state", "reason"] {
            assert!(peer.as_object().unwrap().contains_key(field), "{field}");
        }
        let is_ready = peer["state"] == "ready";
        assert_eq!(is_ready, peer["version"].is_string(), "{peer}");
        assert_eq!(is_ready, peer["reason"].is_null(), "{peer}");
        let why = peer["reason"].as_str().unwrap_or_default();
        let was_left_out = why.contains("build with --features");
        assert!(
            is_ready || was_left_out || peer["tier"] != "linked",
            "{peer}"
        );
    }
}

/// hyper looks for CRLF alone in the trailer section, and reads on to the end of the next request.
const TRAILER_LF: &[u8] =
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\n\
    GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn a_matrix_says_what_explains_a_peer() {
    let dir = TempDir::new().unwrap();
    let file = file(&dir, "input", TRAILER_LF);
    let (code, out, _) = misframe(&["matrix", &file, "--peer", "hyper", "--format", "json"]);
    assert!(is(code, CLEAN));
    let object: Value = serde_json::from_str(out.trim()).unwrap();
    let answer = &object["answers"][0];
    assert!(answer["peer"].as_str().unwrap().starts_with("hyper 1."));
    assert_eq!(answer["ends"], serde_json::json!([93]));
    assert_eq!(answer["end"], "complete");
    assert_eq!(answer["explained"], serde_json::json!(["trailer-lf-kept"]));
    assert_eq!(answer["stricter"], false);
    let (_, out, _) = misframe(&["matrix", &file, "--peer", "hyper", "--peer", "http-net"]);
    assert!(out.contains("\n= A  "), "{out}");
    assert!(out.contains("2 readings: 100.00 % explained"), "{out}");
}

#[test]
fn a_summary_says_which_share_is_explained() {
    let dir = TempDir::new().unwrap();
    let file = file(&dir, "input", TRAILER_LF);
    let arguments = ["matrix", &file, "--peer", "hyper", "--summary"];
    let (code, out, _) = misframe(&[&arguments[..], &["--format", "json"]].concat());
    assert!(is(code, CLEAN));
    let object: Value = serde_json::from_str(out.trim()).unwrap();
    assert_eq!(object["readings"], 1);
    assert_eq!(object["peers"][0]["few"], 1);
    assert_eq!(object["explained"], 1.0);
    let (_, out, _) = misframe(&arguments);
    assert!(!out.contains("\n= "), "{out}");
    assert!(out.contains("1 reading: 100.00 % explained"), "{out}");
}

#[test]
fn a_reading_that_depends_on_cuts_is_a_finding() {
    let dir = TempDir::new().unwrap();
    let input = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nHELLO / HTTP/1.1\r\nHost: a\r\n\r\n";
    let file = file(&dir, "input", input);
    let arguments = ["matrix", &file, "--cuts", "--peer", "http-net"];
    let (code, out, _) = misframe(&arguments);
    assert!(is(code, CLEAN), "{out}");
    let (code, out, _) = misframe(&[&arguments[..], &["--peer", "libhtp-generic"]].concat());
    assert!(is(code, FOUND), "{out}");
    assert!(out.starts_with("libhtp-generic 8."), "{out}");
    assert!(out.contains("1 input; a line that comes together"), "{out}");
}

#[test]
fn a_peer_is_held_against_strict() {
    let dir = TempDir::new().unwrap();
    let lf = file(&dir, "lf", TRAILER_LF);
    let (code, out, _) = misframe(&["check", &lf, "--peer", "hyper"]);
    // That a reader treats such an LF as a space is permitted.
    assert!(is(code, CLEAN), "{out}");
    assert!(
        out.contains("note, acceptance: A rejects at 63 what B accepts"),
        "{out}"
    );
    assert!(out.contains("A  strict"), "{out}");
    assert!(out.contains("B  hyper 1."), "{out}");
    let (code, out, _) = misframe(&["check", &lf, "--peer", "http-net"]);
    assert!(is(code, CLEAN), "{out}");
    let (code, out, _) = misframe(&["read", &lf, "--peer", "hyper"]);
    assert!(is(code, CLEAN));
    assert!(out.contains("hyper 1."), "{out}");
}

#[test]
fn a_command_of_the_user_is_a_peer() {
    let dir = TempDir::new().unwrap();
    let whole = file(&dir, "whole", WHOLE);
    let rejects = worker(&dir, r#"{"messages": [], "end": "rejected"}"#);
    let (code, out, err) = misframe(&["check", &whole, "--peer", &rejects]);
    assert!(out.contains("mine 2"), "{out}{err}");
    assert!(
        is(code, CLEAN),
        "a reader that rejects more than strict breaks nothing: {out}"
    );
    let rubbish = worker(&dir, "{}\u{1b}[31m");
    let (_, out, _) = misframe(&["read", &whole, "--peer", &rubbish]);
    assert!(
        out.contains("(mine 2 has no reading: it gives no answer"),
        "{out}"
    );
    assert!(!out.contains('\x1b'), "{out}");
    let (code, _, err) = misframe(&[
        "check",
        &whole,
        "--peer",
        "cmd:misframe-has-no-such-command",
    ]);
    assert!(is(code, TROUBLE));
    assert!(
        err.contains("misframe-has-no-such-command is not here"),
        "{err}"
    );
    let (code, _, err) = misframe(&["check", &whole, "--peer", "nobody"]);
    assert!(is(code, TROUBLE));
    assert!(err.contains("misframe peers"), "{err}");
}

#[test]
fn a_server_that_is_not_in_the_lab_cannot_be_started() {
    for args in [
        ["lab", "up", "no-such-server"].as_slice(),
        &["chain", "no-such-front", "node"],
        &["chain", "nginx", "no-such-back"],
    ] {
        let (code, out, err) = misframe(args);
        assert!(is(code, TROUBLE), "{args:?}");
        assert_eq!(out, "");
        assert!(err.contains("no such"), "{err}");
    }
}

#[test]
fn nothing_recorded_is_said() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().to_str().unwrap();
    let (code, out, err) = misframe(&["chain", "--read", folder]);
    assert!(is(code, TROUBLE));
    assert_eq!(out, "");
    assert!(err.contains("nothing is recorded there"), "{err}");
    file(&dir, "nginx.json", b"{}");
    let (code, _, err) = misframe(&["chain", "--read", folder]);
    assert!(is(code, TROUBLE));
    assert!(err.contains("holds nothing that was recorded"), "{err}");
}

/// `read` and `check` say the same of every case.
#[test]
fn read_and_check_agree() {
    let corpus = corpus::find_corpus(std::path::Path::new(".")).unwrap();
    for family in ["http1-request", "unified-diff"] {
        let folder = corpus.join(family);
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        files.sort_by_key(|file| file.as_ref().unwrap().path());
        let files = files.into_iter().map(|file| file.unwrap().path());
        let files: Vec<_> = files
            .filter(|file| {
                file.extension()
                    .is_some_and(|extension| extension == "toml")
            })
            .map(|file| file.to_str().unwrap().to_owned())
            .collect();
        let names = files.iter().map(String::as_str);
        let arguments = |verb| [verb, "--format", "json"].into_iter().chain(names.clone());
        let told = |verb| {
            let (_, out, _) = misframe(&arguments(verb).collect::<Vec<_>>());
            let objects = out
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap());
            let found = objects.filter(|object| object["level"].is_string());
            let told = found.map(|object| {
                [
                    "file",
                    "level",
                    "divergence",
                    "class",
                    "signature",
                    "direction",
                ]
                .map(|field| object[field].clone())
            });
            told.collect::<Vec<_>>()
        };
        let checked = told("check");
        assert!(!checked.is_empty());
        assert_eq!(checked, told("read"));
    }
}
