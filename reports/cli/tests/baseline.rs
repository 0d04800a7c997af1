//! `misframe keep`, `misframe baseline`, and a hunt that is compared with the baseline.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The exit code, standard output and standard error of `misframe` in a folder.
fn misframe(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    let done = command.current_dir(folder).args(args).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        done.status.code().unwrap(),
        text(done.stdout),
        text(done.stderr),
    )
}

const SIGNATURE: &str = "http1-request/boundary/-/longer:trailer-lf-kept/shorter:trailer-lf";

/// What a hunt has recorded: hyper and llhttp-lenient end the message at different bytes.
fn recorded(folder: &Path, signature: &str) {
    let out = folder.join("out/http1-request");
    fs::create_dir_all(&out).unwrap();
    let case = format!(
        "about  = \"Peers end message 1 at 65: http-parser 2.9.4; at 93: hyper 1.12.0.\"\n\
         expect = \"either\"\nsource = \"misframe hunt, {signature}\"\n\
         input  = '''\nPOST / HTTP/1.1\\r\\n\nHost: a\\r\\n\nTransfer-Encoding: chunked\\r\\n\n\\r\\n\n\
         0\\r\\n\nX: y\\n\n\\n\nGET /x HTTP/1.1\\r\\n\nHost: a\\r\\n\n\\r\\n\n'''\n"
    );
    fs::write(out.join("hunt-found-1.toml"), case).unwrap();
    fs::write(out.join("hunt-found-1.snap.new"), "x").unwrap();
}

#[test]
fn a_finding_becomes_a_row_and_is_shown_to_peers() {
    let folder = TempDir::new().unwrap();
    recorded(folder.path(), SIGNATURE);
    let keep = [
        "keep",
        "hunt-found-1",
        "--from",
        "out",
        "--baseline",
        "base",
    ];
    let reported = [&keep[..], &["--status", "reported https://example.org/1"]].concat();
    let (code, out, err) = misframe(folder.path(), &reported);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out, "1 finding kept in base\n");
    assert_eq!(
        fs::read_dir(folder.path().join("out/http1-request"))
            .unwrap()
            .count(),
        0
    );
    let (code, out, _) = misframe(folder.path(), &["baseline", "--baseline", "base"]);
    assert_eq!(code, 0);
    assert!(
        out.contains(&format!(
            "  reported https://example.org/1  {SIGNATURE}\n1 known finding\n"
        )),
        "{out}"
    );
    let check = ["baseline", "--baseline", "base", "--check"];
    let (code, out, err) = misframe(folder.path(), &check);
    assert_eq!(code, 0, "{out}{err}");
    assert!(
        out.ends_with("1 known finding, 0 no longer seen\n"),
        "{out}"
    );
    // One about which no two peers disagree.
    let other = "http1-request/boundary/-/longer:host-none/shorter:host-many";
    recorded(folder.path(), other);
    let path = folder.path().join("out/http1-request/hunt-found-1.toml");
    let case = fs::read_to_string(&path).unwrap();
    fs::write(&path, case.replace("X: y\\n\n\\n", "X: y\\r\\n\n\\r\\n")).unwrap();
    assert_eq!(misframe(folder.path(), &keep).0, 0);
    let (code, out, _) = misframe(folder.path(), &check);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains(&format!("{other}  no longer seen\n")), "{out}");
    // What is wrong is said, and nothing is removed.
    recorded(folder.path(), "nonsense");
    for (args, what) in [
        (&keep[..], "nonsense"),
        (
            &["keep", "hunt-none", "--from", "out"],
            "no finding hunt-none",
        ),
        (
            &["keep", "hunt-found-1", "--status", "maybe"],
            "reported LINK",
        ),
        (&["keep", "hunt-found-1", "--expect", "either"], "--reads"),
        (&["keep"], "NAME"),
    ] {
        let (code, _, err) = misframe(folder.path(), args);
        assert_eq!(code, 2, "{args:?}");
        assert!(err.contains(what), "{args:?}: {err}");
    }
    assert!(
        folder
            .path()
            .join("out/http1-request/hunt-found-1.toml")
            .exists()
    );
}

#[test]
fn a_finding_becomes_a_case_with_what_a_person_says() {
    let folder = TempDir::new().unwrap();
    recorded(folder.path(), SIGNATURE);
    fs::create_dir_all(folder.path().join("corpus/http1-request")).unwrap();
    fs::create_dir_all(folder.path().join("tests/snapshots")).unwrap();
    let words = [
        "keep",
        "hunt-found-1",
        "--from",
        "out",
        "--corpus",
        "corpus",
        "--as",
        "trailer",
    ];
    let keep = |more: &[&str]| misframe(folder.path(), &[&words[..], more].concat());
    // A reading that is not in the bytes.
    let (code, _, err) = keep(&["--expect", "reject", "--reads", "900 rejected"]);
    assert_eq!(code, 2, "{err}");
    let (code, _, err) = keep(&["--expect", "reject", "--reads", "rejected"]);
    assert_eq!(code, 0, "{err}");
    let case = fs::read_to_string(folder.path().join("corpus/http1-request/trailer.toml")).unwrap();
    assert!(
        case.contains("reject") && case.contains("rejected"),
        "{case}"
    );
    assert!(!case.contains(SIGNATURE), "{case}");
    let snapshot = folder
        .path()
        .join("tests/snapshots/http1-request/trailer.snap.new");
    let snapshot = fs::read_to_string(snapshot).unwrap();
    assert!(
        snapshot.contains("source: tests/tests/cases.rs"),
        "{snapshot}"
    );
    assert!(snapshot.contains("trailer"), "{snapshot}");
    assert!(
        folder
            .path()
            .join("reports/baseline/http1-request.toml")
            .exists()
    );
}

/// A hunt of a second from one input, on which two peers disagree.
fn hunt(folder: &Path, more: &[&str]) -> (i32, String, String) {
    let words = [
        "hunt",
        "--family",
        "http1-request",
        "--seconds",
        "2",
        "--jobs",
        "1",
        "--tools",
        "0",
    ];
    let peers = [
        "--reading",
        "strict",
        "--peer",
        "hyper",
        "--peer",
        "http-parser",
        "--out",
        "hunted",
    ];
    misframe(folder, &[&words[..], &peers[..], more].concat())
}

#[test]
fn a_hunt_keeps_what_is_new_and_counts_what_is_known() {
    let folder = TempDir::new().unwrap();
    recorded(folder.path(), SIGNATURE);
    let corpus = folder.path().join("corpus/http1-request");
    fs::create_dir_all(&corpus).unwrap();
    fs::copy(
        folder.path().join("out/http1-request/hunt-found-1.toml"),
        corpus.join("a.toml"),
    )
    .unwrap();
    let (code, out, err) = hunt(folder.path(), &["--fail-on", "new"]);
    assert_eq!(code, 1, "{out}{err}");
    let found: Vec<_> = fs::read_dir(folder.path().join("hunted/http1-request"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    assert!(!found.is_empty(), "{out}");
    let (code, kept, err) = misframe(folder.path(), &["keep", "--all", "--from", "hunted"]);
    assert_eq!(code, 0, "{err}");
    assert!(kept.contains(" kept in reports/baseline"), "{kept}");
    // What is known is not recorded again. A hunt draws by chance, so more may be found.
    let (code, out, err) = hunt(folder.path(), &[]);
    assert_eq!(code, 0, "{out}{err}");
    let counts = out
        .lines()
        .find(|line| line.contains(" known no longer seen"))
        .unwrap();
    assert!(!counts.contains(" 0 known,"), "{counts}");
    assert!(counts.contains(" 0 known no longer seen"), "{out}");
    for path in &found {
        assert!(!path.exists(), "{}: {out}", path.display());
    }
    // Without a baseline, nothing is known.
    let (_, out, _) = hunt(folder.path(), &["--from-nothing"]);
    assert!(!out.contains("no longer seen"), "{out}");
}

#[test]
fn what_only_hypothetical_readers_show_is_counted() {
    let folder = TempDir::new().unwrap();
    let words = [
        "hunt",
        "--family",
        "http1-request",
        "--seconds",
        "2",
        "--jobs",
        "1",
        "--peer",
        "none",
    ];
    let (code, out, err) = misframe(folder.path(), &[&words[..], &["--out", "a"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("of hypothetical readers; --hypothetical keeps them"),
        "{out}"
    );
    assert!(out.contains("single leniencies were seen"), "{out}");
    let recorded = |out: &str| {
        let entries = fs::read_dir(folder.path().join(out).join("http1-request"));
        entries.map_or(0, Iterator::count)
    };
    assert_eq!(recorded("a"), 0, "{out}");
    let (code, out, err) = misframe(
        folder.path(),
        &[&words[..], &["--out", "b", "--hypothetical"]].concat(),
    );
    assert_eq!(code, 0, "{err}");
    assert!(recorded("b") > 0, "{out}");
}
