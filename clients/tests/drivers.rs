//! The examples of `peers/DRIVERS.md`, and the clients that were installed.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use corpus::session;
use parsers::session::{Policy, Verdict};
use peers::replay::{CLIENTS, Client, of_command, play, version};
use reports::session::replay::Replayed;
use tempfile::TempDir;

const PAGE: &str = include_str!("../../peers/DRIVERS.md");

/// The example of this language.
fn example(language: &str) -> &'static str {
    let rest = PAGE.split_once(&format!("```{language}\n")).unwrap().1;
    rest.split_once("```").unwrap().0
}

/// What is drawn of a case that comes to this verdict, as the policy predicts, in one of a few tries: where much else goes
/// on, a client may not get its turn before a limit passes.
fn comes_to(expected: Verdict, client: &Client, case: &str, policy: &str) -> String {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/session");
    let case = session::load(&corpus.join(format!("{case}.toml"))).unwrap();
    let (schedule, _) = case.schedule.unwrap();
    let mut tried = String::new();
    for _ in 0..3 {
        let played = play(client, &schedule).unwrap_or_else(|failure| panic!("{failure}"));
        let replayed = Replayed::new(&played, &schedule, policy, &Policy::named(policy).unwrap());
        let picture = replayed.draw(&reports::picture::Palette::PLAIN);
        if replayed.verdict() == expected && replayed.is_as_predicted() {
            return picture;
        }
        tried += &picture;
    }
    panic!("{}: not {expected:?} as predicted:\n{tried}", client.name);
}

/// Whether a test may go without what is installed.
fn may_be_absent() -> bool {
    env::var_os("MISFRAME_PEERS").is_none()
}

#[test]
fn the_example_in_rust_keeps_a_connection_after_a_timeout_and_is_wrong() {
    let dir = TempDir::new().unwrap();
    let (source, program) = (dir.path().join("driver.rs"), dir.path().join("driver"));
    fs::write(&source, example("rust")).unwrap();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut compile = Command::new(rustc);
    compile
        .arg("--edition=2024")
        .arg("-o")
        .arg(&program)
        .arg(&source);
    assert!(compile.status().unwrap().success());
    let client = of_command(&program.display().to_string(), "memcached").unwrap();
    let policy = "keep-on-timeout+no-idle-check";
    comes_to(Verdict::WrongOnce, client, "late-reply-timeout", policy);
}

#[test]
fn the_example_in_python_closes_a_connection_after_a_timeout_and_is_right() {
    let dir = TempDir::new().unwrap();
    let source = dir.path().join("driver.py");
    fs::write(&source, example("python")).unwrap();
    if Command::new("python3").arg("--version").output().is_err() && may_be_absent() {
        println!("skipped: no python3; install it");
        return;
    }
    let client = of_command(&format!("python3 {}", source.display()), "memcached").unwrap();
    let case = "late-reply-timeout";
    let picture = comes_to(Verdict::NoAnswer, client, case, "no-idle-check");
    assert!(
        picture.contains("schedule diverged, right answer"),
        "{picture}"
    );
}

#[test]
fn each_installed_client_says_which_library_answers() {
    for client in CLIENTS {
        match version(client) {
            Ok(version) => {
                println!("{}: {} {}", client.name, version.name, version.version);
                assert!(!version.version.is_empty(), "{}", client.name);
            }
            Err(failure @ peers::Failure::Absent(_)) => {
                println!("skipped: {}: {failure}", client.name);
            }
            Err(failure) => panic!("{}: {failure}", client.name),
        }
    }
}

/// A case, a client that needs no more than Python, Node.js or aiohttp, and what was seen of its version in
/// `peers/install`, or of every version of it for years.
const SEEN: &[(&str, &str, Verdict)] = &[
    ("surplus-idle", "aiohttp", Verdict::WrongPersistently),
    ("surplus-idle", "node-http", Verdict::Right),
    ("post-twice-always", "xmlrpc", Verdict::Duplicated),
    ("surplus-idle", "http.client", Verdict::WrongPersistently),
    ("ipc-broadcast", "node-ipc-leaky", Verdict::WrongOnce),
    ("ipc-queue", "node-ipc-fifo", Verdict::WrongPersistently),
    (
        "ipc-queue-forgotten",
        "node-ipc-fifo-drop",
        Verdict::WrongOnce,
    ),
    (
        "ipc-queue-tombstone",
        "node-ipc-fifo-tombstone",
        Verdict::NoAnswer,
    ),
    ("ipc-ids", "node-ipc-ids", Verdict::NoAnswer),
];

#[test]
fn what_is_installed_does_what_was_seen_of_it() {
    for (case, name, expected) in SEEN {
        let client = CLIENTS.iter().find(|client| client.name == *name).unwrap();
        match version(client) {
            Ok(_) => {
                comes_to(*expected, client, case, client.policy);
            }
            Err(failure) => {
                assert!(may_be_absent(), "{name}: {failure}");
                println!("skipped: {name}: {failure}");
            }
        }
    }
}
