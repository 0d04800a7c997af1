//! `docs/recall.md` says of each public report in `corpus/recall.toml` whether it is found, how gravely, and by which
//! readers.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

#[path = "recall/outcome.rs"]
mod outcome;
#[path = "recall/page.rs"]
mod page;
#[path = "recall/report.rs"]
mod report;

use outcome::{RecallJudges, Recalled};
use report::PublicReport;

/// A report, and what is found of it.
struct Judged {
    report: PublicReport,
    outcome: Option<Recalled>,
    /// What is found with every single departure, where nothing is found without.
    with_all: Option<Recalled>,
}

/// The reports, each with what the judges find.
fn judged() -> Vec<Judged> {
    let judges = RecallJudges::new();
    let judge = |report: PublicReport| {
        let outcome = judges.find(&report).unwrap_or_else(|what| panic!("{what}"));
        let with_all = match outcome {
            Some(_) => None,
            None => judges.find_with_all(&report).unwrap(),
        };
        Judged {
            report,
            outcome,
            with_all,
        }
    };
    report::load().into_iter().map(judge).collect()
}

/// What is wrong with what a report says of its being found.
fn wrong(report: &PublicReport, outcome: Option<&Recalled>) -> Option<String> {
    let id = &report.id;
    match (outcome, &report.not_found) {
        (Some(_), Some(_)) => Some(format!("{id} is found now: remove its line not_found")),
        (None, None) if report.beyond.is_none() => {
            Some(format!("{id} is not found: say why in not_found"))
        }
        _ => None,
    }
}

/// Fails with all that is wrong, if anything is.
fn fail(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn docs_recall_is_current() {
    let judged = judged();
    let one = |judged: &Judged| wrong(&judged.report, judged.outcome.as_ref());
    fail(judged.iter().filter_map(one).collect());
    let path = tests::repository().join("docs/recall.md");
    let current = std::fs::read_to_string(&path).unwrap_or_default();
    let written = page::page(&judged);
    // As with snapshots: what redraws them redraws this.
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &written).unwrap();
        return;
    }
    let first = current.lines().zip(written.lines()).find(|(a, b)| a != b);
    let command = "INSTA_UPDATE=always cargo test -p tests --test recall";
    assert!(
        current == written,
        "docs/recall.md is old: {command}; the first line that differs: {first:?}"
    );
}

#[test]
fn each_report_says_what_it_is() {
    let reports = report::load();
    let mut wrong: Vec<String> = reports.iter().flat_map(PublicReport::wrong).collect();
    let mut known = BTreeSet::new();
    for report in &reports {
        if !known.insert((&report.id, &report.family)) {
            wrong.push(format!("{} is there twice", report.id));
        }
    }
    fail(wrong);
}

/// A report about a request with these bytes.
fn planted(input: &str) -> PublicReport {
    PublicReport {
        id: "CVE-1999-0001".to_owned(),
        software: "none".to_owned(),
        year: 1999,
        family: "http1-request".to_owned(),
        about: "Nothing.".to_owned(),
        cases: Vec::new(),
        input: Some(input.to_owned()),
        asked: Vec::new(),
        ends: None,
        beyond: None,
        not_found: None,
    }
}

#[test]
fn an_ordinary_input_is_not_found() {
    let judges = RecallJudges::new();
    let ordinary = planted(r"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let outcome = judges.find(&ordinary).unwrap();
    assert!(wrong(&ordinary, outcome.as_ref()).is_some_and(|what| what.contains("say why")));
}

#[test]
fn what_is_found_after_all_is_seen() {
    let judges = RecallJudges::new();
    let both = r"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 33\r\nTransfer-Encoding: chunked\r\n\r\n\
        0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    let both = both.replace("\\\n        ", "");
    let report = PublicReport {
        not_found: Some("no reason".to_owned()),
        ..planted(&both)
    };
    let outcome = judges.find(&report).unwrap();
    assert!(wrong(&report, outcome.as_ref()).is_some_and(|what| what.contains("remove")));
    // Readers that end it elsewhere than the report says are no reason to call it found.
    let elsewhere = PublicReport {
        ends: Some(vec![90]),
        ..report
    };
    let outcome = judges.find(&elsewhere).unwrap();
    assert_eq!(wrong(&elsewhere, outcome.as_ref()), None);
}
