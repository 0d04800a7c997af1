//! Inputs written by hand, with the level and the class that `docs/judging.md` gives them. `check` and `read` say the same of
//! each.

// A panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs;
use std::path::Path;

use corpus::escape;
use serde_json::Value;
use tempfile::TempDir;

/// The head of a POST, to which fields are put.
const POST: &str = r"POST / HTTP/1.1\r\nHost: a\r\n";
/// A GET that follows another request, 28 bytes.
const GET: &str = r"GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
/// A hunk of one line of each file, behind the lines that name the file.
const HUNK: &str = r"@@ -1 +1 @@\n-a\n+b\n";

/// A level (`-` for no finding), a class (`-` for none), why, and an input. `post` stands for the head of a POST, `get` for a
/// GET, `hunk` for a hunk.
const REQUESTS: &[[&str; 4]] = &[
    // What the specification accepts is ordinary.
    ["-", "-", "a whole request", r"{get}"],
    [
        "-",
        "-",
        "two whole requests",
        r"{post}Content-Length: 3\r\n\r\nabc{get}",
    ],
    [
        "-",
        "-",
        "a chunked request, then another",
        r"{post}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n{get}",
    ],
    [
        "-",
        "-",
        "a length of zero",
        r"{post}Content-Length: 0\r\n\r\n{get}",
    ],
    [
        "-",
        "-",
        "a request in the content of another",
        r"{post}Content-Length: 28\r\n\r\n{get}",
    ],
    [
        "-",
        "-",
        "more of the content is to come",
        r"{post}Content-Length: 9\r\n\r\nabc",
    ],
    // Two known readers, one of them widely deployed, commit to different framings.
    [
        "error",
        "cl-te",
        "both fields, and a second chunk that is none",
        r"{post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\nX",
    ],
    [
        "error",
        "cl-te",
        "the same, behind a whole request",
        r"{get}{post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\nX",
    ],
    [
        "error",
        "cl-te",
        "both fields, and a length that goes on behind the last chunk",
        r"{post}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    ],
    [
        "error",
        "te-cl",
        "both fields, and a length that ends before a request in the first chunk",
        r"{post}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\n{get}\r\n0\r\n\r\n",
    ],
    // One widely deployed reader alone, and the line that it skips frames the message for another.
    [
        "error",
        "cl-te",
        "cheroot reads the name as that of another field",
        r"{post}Transfer-Encoding\x82: chunked\r\nContent-Length: 4\r\n\r\n1\r\nA\r\nX",
    ],
    [
        "note",
        "-",
        "the same byte in a name that frames nothing",
        r"{post}Accept-Encoding\x82: chunked\r\nContent-Length: 4\r\n\r\n1\r\nA\r\nX",
    ],
    // Two faults at once.
    [
        "error",
        "cl-te",
        "the coding folded behind a bare LF",
        r"{post}Content-Length: 33\r\nTransfer-Encoding:\n chunked\r\n\r\n0\r\n\r\n{get}",
    ],
    [
        "error",
        "cl-te",
        "the coding folded",
        r"{post}Content-Length: 33\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{get}",
    ],
    [
        "error",
        "cl-te",
        "two CR behind the coding",
        r"{post}Content-Length: 33\r\nTransfer-Encoding: chunked\r\r\n\r\n0\r\n\r\n{get}",
    ],
    [
        "error",
        "cl-te",
        "a NUL behind the length",
        r"{post}Content-Length: 33\x00\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{get}",
    ],
    [
        "error",
        "cl-te",
        "a bare CR before the coding",
        r"{post}Content-Length: 33\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{get}",
    ],
    // Rare readers among themselves.
    [
        "warning",
        "close-cl",
        "edge-http and llhttp-lenient alone accept the coding",
        r"{post}Transfer-Encoding: chunk\r\nContent-Length: 4\r\n\r\n1\r\nA\r\nX",
    ],
    // No boundary moves.
    [
        "note",
        "-",
        "a character that no URI holds, as browsers send it",
        r"GET /?a|b HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    [
        "note",
        "-",
        "one rejected byte behind a whole request",
        r"{post}Content-Length: 3\r\n\r\nabc\x01",
    ],
];

const PATCHES: &[[&str; 4]] = &[
    ["-", "-", "a patch", r"--- a/f\n+++ b/f\n{hunk}"],
    [
        "-",
        "-",
        "a signature",
        r"--- a/f\n+++ b/f\n{hunk}-- \n2.47\n",
    ],
    [
        "-",
        "-",
        "the line of diff -r between two files",
        r"diff -ru a/f b/f\n--- a/f\n+++ b/f\n{hunk}diff -ru a/g b/g\n--- a/g\n+++ b/g\n{hunk}",
    ],
    [
        "-",
        "-",
        "a list after the last hunk",
        r"--- a/f\n+++ b/f\n{hunk}- one thing\n- another\n",
    ],
    [
        "-",
        "-",
        "indented prose after the last hunk",
        r"--- a/f\n+++ b/f\n{hunk} prose\n",
    ],
    // A line that looks like one of the hunk before it is lost without a word.
    [
        "error",
        "mark-count",
        "an added line beyond the counts",
        r"--- a/f\n+++ b/f\n{hunk}+c\n",
    ],
    [
        "error",
        "mark-count",
        "a removed line beyond the counts",
        r"--- a/f\n+++ b/f\n{hunk}-c\n",
    ],
    [
        "error",
        "mark-count",
        "the same behind another rejection",
        r"--- a/f.orig\n+++ b/f\n{hunk}+c\n",
    ],
    [
        "error",
        "mark-count",
        "a change with its context beyond the counts",
        r"--- a/f\n+++ b/f\n{hunk} c\n-d\n+e\n f\n",
    ],
    [
        "-",
        "-",
        "context alone beyond the counts",
        r"--- a/f\n+++ b/f\n{hunk} c\n f\n",
    ],
    [
        "-",
        "-",
        "indented prose, and the next file",
        r"--- a/f\n+++ b/f\n{hunk} prose\n--- a/g\n+++ b/g\n{hunk}",
    ],
    [
        "-",
        "-",
        "indented prose, and a list",
        r"--- a/f\n+++ b/f\n{hunk} prose\n- one thing\n",
    ],
    // busybox knows nothing of the extensions of git.
    [
        "warning",
        "lost-file",
        "a rename, and another file",
        r"diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\ndiff --git a/h b/h\nindex 1..2\n--- a/h\n+++ b/h\n{hunk}",
    ],
    // A hunk that a tool does not see.
    [
        "error",
        "phantom-hunk",
        "an empty line between hunks",
        r"--- a/f\n+++ b/f\n{hunk}\n@@ -9 +9 @@\n-a\n+b\n",
    ],
    [
        "error",
        "phantom-hunk",
        "the same behind another rejection",
        r"--- a/f.orig\n+++ b/f\n{hunk}\n@@ -9 +9 @@\n-a\n+b\n",
    ],
    // Names.
    [
        "warning",
        "other-file",
        "two names",
        r"--- a/f\n+++ b/g\n{hunk}",
    ],
    [
        "note",
        "other-file",
        "a copy that was kept",
        r"--- a/f.orig\n+++ b/f\n{hunk}",
    ],
    [
        "note",
        "other-file",
        "a copy of an editor",
        r"--- a/f~\n+++ b/f\n{hunk}",
    ],
    [
        "note",
        "other-file",
        "a copy with any ending",
        r"--- a/d/f.c\n+++ b/d/f.c.mine\n{hunk}",
    ],
    [
        "note",
        "-",
        "a tree beside this one",
        r"--- ../d-1.0/e/f\n+++ ./e/f\n{hunk}",
    ],
    [
        "warning",
        "other-file",
        "two folders",
        r"--- a/d/f\n+++ b/e/f\n{hunk}",
    ],
    [
        "warning",
        "other-file",
        "a folder more",
        r"--- a/d/f\n+++ b/f\n{hunk}",
    ],
    [
        "warning",
        "other-file",
        "a name that begins as the other",
        r"--- a/f\n+++ b/file\n{hunk}",
    ],
    [
        "note",
        "other-file",
        "dates after blanks",
        r"--- a/f 2024-01-01 00:00:00 +0000\n+++ b/f 2024-01-02 00:00:00 +0000\n{hunk}",
    ],
    // git am drops a carriage return in a mail, and git apply keeps it.
    [
        "warning",
        "carriage-return",
        "a carriage return in an added line",
        r"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nSubject: x\n\nWhy.\n---\n f | 2 +-\n\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\n+b\r\n c\n",
    ],
    [
        "note",
        "carriage-return",
        "one in a line that the file must have",
        r"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nSubject: x\n\nWhy.\n---\n f | 2 +-\n\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a\r\n+b\r\n c\r\n",
    ],
    // A mail without a line of three dashes.
    [
        "note",
        "-",
        "a mail with its patch right behind the text",
        r"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nSubject: x\n\nWhy.\n\ndiff --git a/f b/f\nindex 7898192..6178079 100644\n--- a/f\n+++ b/f\n{hunk}",
    ],
];

/// What a command says of each file: the file, then level, divergence, class, signature and sentence.
fn told(verb: &str, family: &str, files: &[String]) -> Vec<[Value; 6]> {
    let start = ["misframe", verb, "--family", family, "--format", "json"];
    let arguments = start.map(str::to_owned).into_iter().chain(files.to_vec());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    cli::run(arguments.map(Into::into), &mut out, &mut err, false);
    let lines = String::from_utf8(out).unwrap();
    let objects = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let found = objects.filter(|object| object["level"].is_string());
    let fields = [
        "file",
        "level",
        "divergence",
        "class",
        "signature",
        "direction",
    ];
    found
        .map(|object| fields.map(|field| object[field].clone()))
        .collect()
}

fn written(folder: &Path, inputs: &[[&str; 4]]) -> Vec<String> {
    let inputs = inputs.iter().enumerate().map(|(nth, [.., input])| {
        let text = input
            .replace("{post}", POST)
            .replace("{get}", GET)
            .replace("{hunk}", HUNK);
        let path = folder.join(format!("{nth:02}"));
        fs::write(&path, escape::decode(&text).unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    });
    inputs.collect()
}

fn holds(family: &str, inputs: &[[&str; 4]]) {
    let folder = TempDir::new().unwrap();
    let files = written(folder.path(), inputs);
    let checked = told("check", family, &files);
    assert_eq!(checked, told("read", family, &files), "check and read");
    let mut wrong = String::new();
    for ([level, class, why, _], file) in inputs.iter().zip(&files) {
        let found = checked.iter().find(|told| told[0] == file.as_str());
        let word = |nth: usize| {
            found
                .and_then(|told| told[nth].as_str())
                .unwrap_or("-")
                .to_owned()
        };
        if [word(1), word(3)] != [*level, *class] {
            wrong += &format!(
                "{why}: {} {}, and not {level} {class}: {}\n",
                word(1),
                word(3),
                word(5)
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn requests_have_the_level_and_the_class_of_the_page() {
    holds("http1-request", REQUESTS);
}

#[test]
fn patches_have_the_level_and_the_class_of_the_page() {
    holds("unified-diff", PATCHES);
}
