// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::path::Path;

use parsers::http1::REQUEST;
use peers::live::chain::{ChainDivergence, Direction};
use peers::live::front::{Canary, UnderstoodRequest};
use serde_json::Value;
use tempfile::TempDir;

use crate::tests::{file, is, misframe};
use crate::{CLEAN, TROUBLE};
use reports::judge::confirm::{self, Confirmation};

/// A folder with the case of this name, which a chain has confirmed.
fn kept(case: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    let corpus = corpus::find_corpus(Path::new(".")).unwrap();
    let file = corpus.join(format!("http1-request/{case}.toml"));
    let case = corpus::case::load(&file, &REQUEST).unwrap();
    let divergence = ChainDivergence {
        direction: Direction::Extra,
        line: UnderstoodRequest {
            method: "GET".to_owned(),
            target: "/<\u{1b}[1m".to_owned(),
        },
    };
    let by = Confirmation::of(
        ["a-front", "1.2"],
        ["a-back", "3.4"],
        Canary::SameWrite,
        &[divergence],
    );
    confirm::keep(dir.path(), &case, &by).unwrap();
    dir
}

const FORMATS: [&str; 6] = ["text", "html", "json", "junit", "markdown", "sarif"];

#[test]
fn every_report_names_the_chain_that_confirms() {
    let dir = kept("cl-te");
    let folder = dir.path().to_str().unwrap();
    for format in FORMATS {
        let (code, out, err) = misframe(&["report", folder, "--format", format]);
        assert!(is(code, CLEAN), "{format}: {err}");
        assert!(out.contains("confirmed"), "{format}: {out}");
        for word in ["a-front", "1.2", "a-back", "3.4", "same-write", "extra"] {
            // Markdown escapes what is markup.
            let text = out.replace('\\', "");
            assert!(text.contains(word), "{format} has no {word}: {out}");
        }
        assert!(!out.contains('\u{1b}'), "{format}");
        assert!(!out.contains("candidate"), "{format}: {out}");
    }
    let (_, out, _) = misframe(&["report", folder, "--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["evidence"], "confirmed");
    assert_eq!(found["confirmed_by"][0]["back_version"], "3.4");
    let (_, out, _) = misframe(&["report", folder, "--format", "sarif"]);
    let log: Value = serde_json::from_str(&out).unwrap();
    let properties = &log["runs"][0]["results"][0]["properties"];
    assert_eq!(properties["confirmedBy"][0]["front"], "a-front");
}

/// Of an ordinary request, no hypothetical reader is asked unless something confirms what it reads.
#[test]
fn what_is_confirmed_is_a_finding() {
    let dir = kept("get-with-cl");
    let folder = dir.path().to_str().unwrap();
    let told = |dir: &str| misframe(&["report", dir]).1;
    assert!(told(folder).contains("evidence: confirmed by a-front 1.2 before a-back 3.4"));
    std::fs::remove_file(dir.path().join("http1-request/get-with-cl.chains.json")).unwrap();
    assert!(told(folder).contains("1 without a finding"));
}

#[test]
fn what_nothing_confirms_is_a_candidate_in_every_report() {
    let dir = kept("cl-te");
    std::fs::remove_file(dir.path().join("http1-request/cl-te.chains.json")).unwrap();
    let folder = dir.path().to_str().unwrap();
    for format in FORMATS {
        let (_, out, _) = misframe(&["report", folder, "--format", format]);
        assert!(out.contains("candidate"), "{format}: {out}");
        assert!(!out.contains("a-front"), "{format}: {out}");
    }
}

#[test]
fn peers_in_both_groups_reproduce_it_in_every_report() {
    let dir = TempDir::new().unwrap();
    let corpus = corpus::find_corpus(Path::new(".")).unwrap();
    let case = corpus::case::load(&corpus.join("http1-request/trailer-lf.toml"), &REQUEST).unwrap();
    case.save(&dir.path().join("http1-request")).unwrap();
    let folder = dir.path().to_str().unwrap();
    for format in FORMATS {
        let peers = ["--peer", "hyper", "--peer", "http-parser"];
        let args = [&["report", folder, "--format", format], &peers[..]].concat();
        let (_, out, err) = misframe(&args);
        assert!(out.contains("reproduced"), "{format}: {out}{err}");
    }
}

#[test]
fn chains_that_cannot_be_read_are_said() {
    let dir = kept("cl-te");
    file(&dir, "http1-request/cl-te.chains.json", b"{");
    let (code, out, err) = misframe(&["report", dir.path().to_str().unwrap()]);
    assert!(is(code, TROUBLE));
    assert!(err.contains("holds no chains"), "{err}");
    assert!(out.contains("evidence: candidate"), "{out}");
}
