//! What a hunter of messages records of a dialect that was asked for.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::cell::RefCell;
use std::rc::Rc;

use parsers::http1::REQUEST;

use super::*;
use crate::judge::ask::PeerChoice;

struct Nothing;

impl Novelty for Nothing {
    fn raise(&mut self, _: usize, _: u8) {}
}

/// The signatures that are recorded about one input, with one more reader or without.
fn signatures(input: &[u8], dialects: &[&str]) -> Vec<String> {
    recorded(input, |hunter| {
        let dialects: Vec<_> = dialects.iter().map(|&dialect| dialect.to_owned()).collect();
        hunter.add(&dialects).unwrap();
    })
}

/// The signatures that a hunter records about one input, once it is prepared.
fn recorded(input: &[u8], prepare: impl FnOnce(&mut MessageHunter)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let told = Rc::new(RefCell::new(Vec::new()));
    let hear = Rc::clone(&told);
    let tell = move |line: &str| hear.borrow_mut().push(line.to_owned());
    let records = Records::new(folder.path().to_owned(), HashSet::new(), Box::new(tell));
    let rivals = Rivals::open(&REQUEST, &[PeerChoice::Nobody]);
    let mut hunter = MessageHunter::new(&REQUEST, records, 0, rivals);
    prepare(&mut hunter);
    hunter.step(&[&[0; CHOICE], input].concat(), &mut Nothing);
    let told = told.borrow();
    let found = told.iter().filter_map(|line| line.strip_prefix("found "));
    found.map(str::to_owned).collect()
}

#[test]
fn a_dialect_that_was_asked_for_takes_part_in_signatures() {
    let input = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +28\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    let is_about = |signature: &String| signature.contains("length-plus");
    let with = signatures(input, &["length-plus"]);
    assert!(with.iter().any(is_about), "{with:?}");
    // What does not matter is not part of the signature.
    assert_eq!(with, signatures(input, &["length-plus,coding-tab"]));
    // The choice of the input does not fall on it.
    let without = signatures(input, &[]);
    assert!(!without.iter().any(is_about), "{without:?}");
}

#[test]
fn only_the_readings_that_are_named_judge() {
    let input =
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 28\r\nTransfer-Encoding: chunked\r\n\r\n\
        0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    let found = |readings: &[&str]| {
        let readings: Vec<_> = readings.iter().map(|&name| name.to_owned()).collect();
        recorded(input, |hunter| hunter.narrow(&readings))
    };
    let both = found(&["strict", "length-first", "chunked-first"]);
    assert_eq!(both.len(), 1, "{both:?}");
    assert!(both.iter().all(|one| one.contains("/cl-te/")), "{both:?}");
    // One alone disagrees with strict, which rejects: no reader sees a boundary elsewhere.
    assert_eq!(found(&["length-first"]), [""; 0]);
    assert!(recorded(input, |_| {}).len() > 1);
}
