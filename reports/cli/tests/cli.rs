//! The built binary on what is missing, damaged or in the way: exit codes, messages, and what stdout
//! may hold.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const GOOD: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const AMBIGUOUS: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";

/// The command in `folder`, so that paths in its messages are short.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command
}

/// Exit code, stdout, stderr.
fn misframe(folder: &Path, args: &[&str]) -> (i32, String, String) {
    told(command(folder, args).output().unwrap())
}

fn told(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn file(folder: &TempDir, name: &str, bytes: &[u8]) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/traffic/captures")
}

/// Each line is an object; their number.
fn objects(out: &str) -> Vec<Value> {
    let parse = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        assert!(value.is_object(), "{line}");
        value
    };
    out.lines().map(parse).collect()
}

#[test]
fn a_missing_file_is_trouble_for_each_verb() {
    let folder = TempDir::new().unwrap();
    for verb in ["check", "read", "import", "report"] {
        let (code, _, err) = misframe(folder.path(), &[verb, "nowhere"]);
        assert_eq!(code, 2, "{verb}");
        assert!(err.contains("nowhere: "), "{verb}: {err}");
    }
}

#[test]
fn an_unknown_family_is_trouble_for_each_verb() {
    let folder = TempDir::new().unwrap();
    for verb in ["check", "read", "import", "report", "rules", "hunt"] {
        let mut args = vec![verb, "--family", "gopher"];
        if ["read", "import"].contains(&verb) {
            args.push("x");
        }
        let (code, out, err) = misframe(folder.path(), &args);
        assert_eq!((code, out.as_str()), (2, ""), "{verb}");
        assert!(
            err.contains("gopher") && err.contains("http1-request"),
            "{verb}: {err}"
        );
    }
}

#[test]
fn a_bad_case_is_named_with_its_line_and_what_follows_is_judged() {
    let folder = TempDir::new().unwrap();
    let whole = "about = 'x'\nexpect = 'reject'\ninput = 'a'\n";
    let bad = [
        (
            "field",
            "about = 'x'\nexpect = 'reject'\ncolour = 'red'\ninput = 'a'\n",
            "line 3",
        ),
        (
            "expect",
            "about = 'x'\nexpect = 'perhaps'\ninput = 'a'\n",
            "accept, either, incomplete or reject",
        ),
        (
            "escape",
            "about = 'x'\nexpect = 'reject'\ninput = 'a\\q'\n",
            "line 3",
        ),
        (
            "rule",
            "about = 'x'\nexpect = 'reject'\nrules = ['http1/none']\ninput = 'a'\n",
            "http1/none",
        ),
        (
            "leniency",
            "about = 'x'\nexpect = 'reject'\nleniencies = ['none']\ninput = 'a'\n",
            "\"none\"",
        ),
        ("input", "about = 'x'\nexpect = 'reject'\n", "input.bin"),
        ("toml", "about = \n", "line 1"),
    ];
    for (name, text, _) in bad {
        file(
            &folder,
            &format!("http1-request/{name}.toml"),
            text.as_bytes(),
        );
    }
    file(&folder, "http1-request/whole.toml", whole.as_bytes());
    let (code, out, err) = misframe(
        folder.path(),
        &["check", ".", "--format", "json", "--panel", "all"],
    );
    assert_eq!(code, 2);
    for (name, _, what) in bad {
        let line = err
            .lines()
            .find(|line| line.contains(&format!("{name}.toml: ")));
        assert!(
            line.is_some_and(|line| line.contains(what)),
            "{name}: {err}"
        );
    }
    assert_eq!(err.lines().count(), bad.len(), "{err}");
    let (troubles, found): (Vec<_>, Vec<_>) = objects(&out)
        .into_iter()
        .partition(|object| object["trouble"].is_string());
    assert_eq!(troubles.len(), bad.len());
    let files: Vec<_> = found.iter().map(|object| &object["file"]).collect();
    assert!(
        files
            .iter()
            .all(|file| file.as_str().unwrap().ends_with("whole.toml")),
        "{files:?}"
    );
}

#[test]
fn a_damaged_capture_is_trouble_where_the_damage_is() {
    let folder = TempDir::new().unwrap();
    let pcap = fs::read(captures().join("curl.pcap")).unwrap();
    let pcapng = fs::read(captures().join("git.pcapng")).unwrap();
    let impossible = [pcap.get(..32).unwrap(), &[0xff; 8], &[0; 100]].concat();
    let block = [
        pcapng.get(..4).unwrap(),
        &0x7fff_fff0_u32.to_le_bytes(),
        pcapng.get(8..).unwrap(),
    ]
    .concat();
    for (name, bytes, at) in [
        ("cut.pcap", pcap.get(..5000).unwrap(), None),
        ("cut.pcapng", pcapng.get(..5000).unwrap(), None),
        ("header.pcap", pcap.get(..10).unwrap(), Some(0)),
        ("length.pcap", &impossible, Some(24)),
        ("length.pcapng", &block, Some(0)),
    ] {
        file(&folder, name, bytes);
        for verb in ["check", "read", "import"] {
            let (code, out, err) = misframe(folder.path(), &[verb, name]);
            assert_eq!(code, 2, "{verb} {name}: {out}");
            let place = at.map_or("at byte ".to_owned(), |at| format!("at byte {at}: "));
            // What comes before the damage is as good as in a whole capture.
            let is_imported = verb == "import" && out.contains(".toml");
            assert!(!is_imported || at.is_none(), "{name}: {out}");
            // An import names no file beside what it has read of it: the name may be private.
            let shown = match (verb, at) {
                ("import", None) => "file 1",
                _ => name,
            };
            assert!(
                err.contains(&format!("{shown}: {place}")),
                "{verb} {name}: {err}"
            );
        }
    }
}

#[test]
fn an_unreadable_corpus_is_trouble() {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("corpus/http1-request")).unwrap();
    #[cfg(unix)]
    {
        let link = folder.path().join("corpus/http1-request/link.toml");
        std::os::unix::fs::symlink("nowhere", link).unwrap();
        let (code, _, err) = misframe(folder.path(), &["check"]);
        assert_eq!(code, 2);
        assert!(err.contains("link.toml: cannot read it"), "{err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_fails_to_read_is_trouble() {
    let folder = TempDir::new().unwrap();
    // Nothing is mapped at its first byte.
    let (code, _, err) = misframe(folder.path(), &["check", "/proc/self/mem"]);
    assert_eq!(code, 2);
    assert!(err.contains("/proc/self/mem: cannot read it"), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_trouble() {
    let folder = TempDir::new().unwrap();
    file(&folder, "ambiguous", AMBIGUOUS);
    for args in [
        &["read", "ambiguous"][..],
        &["read", "ambiguous", "--format", "json"],
        &["check", "ambiguous"],
        &["check", "ambiguous", "--format", "json"],
        &["report", "ambiguous", "--format", "sarif"],
        &["report", "ambiguous", "--format", "html"],
        &["rules"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command(folder.path(), args).stdout(full).output().unwrap();
        let (code, _, err) = told(output);
        assert_eq!(code, 2, "{args:?}");
        assert!(
            err.contains("standard output: cannot write to it: No space left"),
            "{args:?}: {err}"
        );
    }
    let args = ["report", "ambiguous", "--out", "/dev/full"];
    let (code, out, err) = misframe(folder.path(), &args);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err.matches("No space left").count(), 1, "{err}");
    assert!(err.contains("/dev/full: cannot write it"), "{err}");
}

#[cfg(unix)]
#[test]
fn an_output_file_that_is_a_link_stays_one() {
    let folder = TempDir::new().unwrap();
    file(&folder, "ambiguous", AMBIGUOUS);
    file(&folder, "report", b"old");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink("report", &link).unwrap();
    let (code, ..) = misframe(folder.path(), &["report", "ambiguous", "--out", "link"]);
    assert_eq!(code, 0);
    assert!(link.is_symlink());
    assert_ne!(fs::read(folder.path().join("report")).unwrap(), b"old");
}

#[test]
fn a_capture_without_its_first_bytes_is_trouble() {
    let folder = TempDir::new().unwrap();
    let whole = fs::read(captures().join("curl.pcap")).unwrap();
    file(&folder, "cut.pcap", whole.get(4..).unwrap());
    for command in ["check", "read", "import"] {
        let (code, _, err) = misframe(folder.path(), &[command, "cut.pcap"]);
        assert_eq!(code, 2, "{command}");
        assert!(err.contains("does not begin as one"), "{command}: {err}");
    }
}

#[test]
fn an_output_folder_that_cannot_be_made_is_trouble() {
    let folder = TempDir::new().unwrap();
    file(&folder, "ambiguous", AMBIGUOUS);
    // The only shape that is known.
    let known = b"about = 'x'\nexpect = 'reject'\ninput = 'a'\n";
    file(&folder, "corpus/http1-request/known.toml", known);
    // A file stands where the folder would be.
    for args in [
        ["import", "ambiguous", "--out", "ambiguous"],
        ["report", "ambiguous", "--out", "ambiguous/report.txt"],
    ] {
        let (code, _, err) = misframe(folder.path(), &args);
        assert_eq!(code, 2, "{args:?}");
        assert!(err.contains("ambiguous/"), "{args:?}: {err}");
    }
    assert_eq!(
        fs::read(folder.path().join("ambiguous")).unwrap(),
        AMBIGUOUS
    );
}

#[test]
fn json_is_all_that_stdout_holds() {
    let folder = TempDir::new().unwrap();
    file(&folder, "ambiguous", AMBIGUOUS);
    file(&folder, "good", GOOD);
    file(&folder, "empty", b"");
    file(&folder, "esc\x1b[31m\nape", AMBIGUOUS);
    file(&folder, "http1-request/bad.toml", b"about = 1\n");
    let cut = fs::read(captures().join("curl.pcap")).unwrap();
    file(&folder, "cut.pcap", cut.get(..5000).unwrap());
    let (code, out, err) = misframe(
        folder.path(),
        &[
            "check",
            ".",
            "ambiguous",
            "good",
            "cut.pcap",
            "gone",
            "--format",
            "json",
        ],
    );
    // What lies beside a folder named for a family is read too. What went wrong follows the findings.
    let (troubles, found): (Vec<_>, Vec<_>) = objects(&out)
        .into_iter()
        .partition(|object| object["trouble"].is_string());
    assert_eq!(code, 2);
    let files: Vec<_> = found.iter().map(|object| &object["file"]).collect();
    assert_eq!(
        files,
        ["./ambiguous", "./esc\\u{1b}[31m\\u{a}ape", "ambiguous"]
    );
    assert!(found.iter().all(|object| object["level"] == "error"));
    assert_eq!(troubles.len(), 4, "{out}");
    let (left, troubles): (Vec<_>, Vec<_>) =
        err.lines().partition(|line| line.contains("not read"));
    assert_eq!(left, ["misframe: not read: 1 empty file"]);
    assert_eq!(troubles.len(), 4, "{err}");

    let inputs = ["ambiguous", "good", "empty", "esc\x1b[31m\nape", "cut.pcap"];
    let args = [&["read", "--format", "json"], &inputs[..]].concat();
    let (code, out, _) = misframe(folder.path(), &args);
    assert_eq!(code, 2);
    assert!(!out.contains('\x1b'));
    let read = objects(&out);
    assert!(read.len() > inputs.len(), "a capture holds several streams");
    assert!(read.iter().all(|object| object["file"].is_string()));

    for args in [
        &["rules", "--format", "json"][..],
        &["report", "ambiguous", "--format", "json"],
    ] {
        let (code, out, err) = misframe(folder.path(), args);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(!objects(&out).is_empty());
    }
}

#[test]
fn only_several_files_are_named() {
    let folder = TempDir::new().unwrap();
    file(&folder, "one", GOOD);
    file(&folder, "two", AMBIGUOUS);
    let (_, out, _) = misframe(folder.path(), &["read", "one", "--format", "json"]);
    assert!(objects(&out)[0]["file"].is_null());
    let (_, out, _) = misframe(folder.path(), &["read", "one", "two", "--format", "json"]);
    let files: Vec<_> = objects(&out)
        .into_iter()
        .map(|object| object["file"].clone())
        .collect();
    assert_eq!(files, ["one", "two"]);
}

#[test]
fn findings_are_told_from_trouble_and_from_none() {
    let folder = TempDir::new().unwrap();
    file(&folder, "good", GOOD);
    file(&folder, "ambiguous", AMBIGUOUS);
    let code = |args: &[&str]| misframe(folder.path(), args).0;
    assert_eq!(code(&["check", "good"]), 0);
    assert_eq!(code(&["check", "ambiguous"]), 1);
    assert_eq!(code(&["check", "ambiguous", "gone"]), 2);
    assert_eq!(code(&["read", "ambiguous"]), 0);
    assert_eq!(code(&["report", "ambiguous"]), 0);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let folder = TempDir::new().unwrap();
    file(&folder, "many", &GOOD.repeat(500));
    for args in [&["read", "many"][..], &["read", "many", "--format", "json"]] {
        let mut child = command(folder.path(), args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(told(output), (0, String::new(), String::new()), "{args:?}");
    }
}

#[test]
fn a_patch_is_known_by_its_name_and_by_its_bytes() {
    const PHANTOM: &[u8] = b"    --- a/x\n    +++ b/x\n    @@ -1 +1 @@\n    -x\n    +y\n--- a/z\n+++ b/z\n@@ -1 +1 @@\n-z\n+Z\n";
    let folder = TempDir::new().unwrap();
    file(&folder, "some.patch", PHANTOM);
    file(&folder, "some.bytes", PHANTOM);
    for name in ["some.patch", "some.bytes"] {
        let (code, out, err) = misframe(folder.path(), &["check", name, "--format", "json"]);
        assert_eq!((code, err.as_str()), (1, ""), "{name}");
        let found: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(found["family"], "unified-diff", "{name}");
        assert_eq!(found["class"], "phantom-file", "{name}");
    }
}

#[test]
fn a_command_names_the_families_that_it_serves() {
    let folder = TempDir::new().unwrap();
    file(&folder, "a.pcap", b"\xd4\xc3\xb2\xa1");
    let of_requests = "does not serve unified-diff; it serves http1-request";
    let of_patches = "does not serve http1-request; it serves unified-diff";
    let asked: [(&str, &[&str], &str); 9] = [
        (
            "a probe",
            &["probe", "127.0.0.1:1", "--family", "unified-diff"],
            of_requests,
        ),
        (
            "an import of traffic",
            &["import", "a.pcap", "--family", "unified-diff"],
            of_requests,
        ),
        (
            "reading of captures",
            &["check", "a.pcap", "--family", "unified-diff"],
            of_requests,
        ),
        (
            "a chain",
            &["chain", "nginx", "node", "--family", "unified-diff"],
            of_requests,
        ),
        (
            "a chain",
            &["chain", "--table", "--family", "unified-diff"],
            of_requests,
        ),
        (
            "a live server",
            &["learn", "live:node", "--family", "unified-diff"],
            of_requests,
        ),
        (
            "a comparison of trees",
            &["effects", "--family", "http1-request"],
            of_patches,
        ),
        (
            "a comparison of trees",
            &["effects", "--peer", "h11"],
            of_patches,
        ),
        (
            "a comparison of trees",
            &["check", "--git", "HEAD", "--peer", "h11"],
            of_patches,
        ),
    ];
    for (what, args, sentence) in asked {
        let (code, out, err) = misframe(folder.path(), args);
        let nothing = out.is_empty() || out.starts_with("0 inputs: ");
        assert!(code == 2 && nothing, "{args:?}: {out}");
        let lines: Vec<_> = err.lines().collect();
        assert_eq!(lines.len(), 1, "{args:?}: {err}");
        assert!(
            err.contains(&format!("{what} {sentence}")),
            "{args:?}: {err}"
        );
    }
    // Nothing was begun.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
