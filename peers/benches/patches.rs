//! How many megabytes of a patch a second are read: by our parsers, and by other people's libraries and programs.
//!
//! `cargo bench -p misframe-peers --features patchkit --bench patches`, with the patch to read after `--`, or that of the history of this repository.
//! All take turns, in several rounds; the best of each counts. A program reads the patch from a file, and its start
//! is in its time. Without `--bench`, one round on a short patch to see that it runs.

// A panic is how a bench ends.
#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use diffy::patch_set::{ParseOptions, PatchSet};
use parsers::family::DialectParser;
use parsers::unidiff::{UNIFIED, label};
use parsers::{Dialect, End, LeniencySet, Parser, Verdict, judge};

/// How long the patch is made by repeating it, in bytes.
const SIZE: usize = 64 << 20;

/// Reads the input, and says how many hunks it saw; none when it rejected it or is not there.
type Read<'r> = Box<dyn FnMut(&[u8]) -> Option<usize> + 'r>;

struct Contestant<'r> {
    name: String,
    read: Read<'r>,
    hunks: Option<usize>,
    /// The best time, in seconds.
    best: f64,
}

fn contestant<'r>(name: &str, read: impl FnMut(&[u8]) -> Option<usize> + 'r) -> Contestant<'r> {
    Contestant {
        name: name.to_owned(),
        read: Box::new(read),
        hunks: None,
        best: f64::INFINITY,
    }
}

/// One of our own.
fn ours<'r>(name: &str, parser: &'r dyn Parser) -> Contestant<'r> {
    let mut verdict = Verdict::new();
    contestant(name, move |input| {
        judge(parser, input, &mut verdict);
        let reading = &verdict.reading;
        let headers = reading.parts.iter();
        let hunks = headers.filter(|part| part.label == label::HUNK_HEADER);
        (reading.end == End::Complete).then(|| hunks.count())
    })
}

/// A program that reads the patch from a file; it does not tell of hunks.
fn program<'r>(name: &str, arguments: &'r [&'r str], file: &'r File) -> Contestant<'r> {
    let shown = format!("{name} {}", arguments.join(" "));
    let name = name.to_owned();
    contestant(&shown, move |_| {
        let mut file = file.try_clone().ok()?;
        std::io::Seek::rewind(&mut file).ok()?;
        let mut command = Command::new(&name);
        command.args(arguments).stdin(file);
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.ok()?.success().then_some(0)
    })
}

fn diffy(input: &[u8], options: ParseOptions) -> Option<usize> {
    let mut hunks = 0;
    for patch in PatchSet::parse_bytes(input, options) {
        let patch = patch.ok()?;
        hunks += patch
            .patch()
            .as_text()
            .map_or(0, |patch| patch.hunks().len());
        black_box(&patch);
    }
    Some(hunks)
}

fn flickzeug(input: &[u8]) -> Option<usize> {
    let patch = flickzeug::patch_from_bytes(input).ok()?;
    let diffs = patch.into_iter();
    Some(diffs.map(|diff| black_box(diff).hunks().len()).sum())
}

fn patchkit(input: &[u8]) -> Option<usize> {
    use patchkit::unified::{PlainOrBinaryPatch, parse_patches, splitlines};
    let mut hunks = 0;
    for patch in parse_patches(splitlines(input).map(<[u8]>::to_vec)) {
        if let PlainOrBinaryPatch::Plain(patch) = black_box(patch.ok()?) {
            hunks += patch.hunks.len();
        }
    }
    Some(hunks)
}

/// The patches of all commits of this repository, one after the other.
fn history() -> Vec<u8> {
    let mut command = Command::new("git");
    let arguments = [
        "log",
        "-p",
        "--format=",
        "--no-color",
        "--no-ext-diff",
        "--no-renames",
        "--no-merges",
    ];
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    command.current_dir(repository).args(arguments);
    command.output().unwrap().stdout
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (rounds, size) = if is_bench { (5, SIZE) } else { (1, 0) };
    let asked = arguments.find(|argument| !argument.starts_with("--"));
    let piece = asked.map_or_else(history, |path| std::fs::read(path).unwrap());
    let times = (size / piece.len().max(1)).max(1);
    let input = piece.repeat(times);
    let mut scratch = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut scratch, &input).unwrap();

    let dialect = DialectParser::new(&UNIFIED, Dialect::new("dialect", LeniencySet::EMPTY));
    let mut all: Vec<_> = UNIFIED
        .parsers
        .iter()
        .map(|parser| ours(parser.name(), *parser))
        .collect();
    all.insert(1, ours("dialect, no leniency", &dialect));
    all.push(contestant("diffy, unidiff", |input| {
        diffy(input, ParseOptions::unidiff())
    }));
    all.push(contestant("diffy, gitdiff", |input| {
        diffy(input, ParseOptions::gitdiff())
    }));
    all.push(contestant("flickzeug", flickzeug));
    all.push(contestant("patchkit", patchkit));
    all.push(program("git", &["apply", "--numstat"], &scratch));
    all.push(program("lsdiff", &[], &scratch));
    for _ in 0..rounds {
        for contestant in &mut all {
            let start = Instant::now();
            contestant.hunks = (contestant.read)(black_box(&input));
            contestant.best = contestant.best.min(start.elapsed().as_secs_f64());
        }
    }
    let megabytes = input.len() as f64 / 1e6;
    println!(
        "{megabytes:.1} MB, {times} times {} bytes; the best of {rounds}",
        piece.len()
    );
    for Contestant {
        name, hunks, best, ..
    } in &all
    {
        match hunks {
            Some(hunks) => println!("  {name:24} {:8.0} MB/s  {hunks:8} hunks", megabytes / best),
            None => println!("  {name:24} rejects it, or is not installed"),
        }
    }
}
