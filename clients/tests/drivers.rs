//! The examples of `peers/DRIVERS.md`, and the clients that were installed.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use corpus::session;
use parsers::session::{ClientPolicy, SessionVerdict};
use peers::Failure;
use peers::replay::{CLIENTS, ReplayClient, of_command, play, version};
use reports::session::replay::SessionReplay;
use tempfile::TempDir;
use trials::{Ignored, TrialRun, needs, of_each, trials};

fn main() -> ExitCode {
    let clients = CLIENTS.iter().map(|client| (client.name, client));
    let seen = SEEN
        .iter()
        .map(|seen| (format!("{}::{}", seen.1, seen.0), seen));
    let groups = [
        trials![
            the_example_in_rust_keeps_a_connection_after_a_timeout_and_is_wrong,
            the_example_in_python_closes_a_connection_after_a_timeout_and_is_right,
        ],
        of_each(
            "says_which_library_answers",
            clients,
            says_which_library_answers,
        ),
        of_each("does_what_was_seen_of_it", seen, does_what_was_seen_of_it),
    ];
    trials::run(groups.into_iter().flatten().collect())
}

const PAGE: &str = include_str!("../../peers/DRIVERS.md");

/// The example of this language.
fn example(language: &str) -> &'static str {
    let rest = PAGE.split_once(&format!("```{language}\n")).unwrap().1;
    rest.split_once("```").unwrap().0
}

/// What is drawn of a case that comes to this verdict, as the policy predicts, in one of a few tries: where much else goes
/// on, a client may not get its turn before a limit passes.
fn comes_to(expected: SessionVerdict, client: &ReplayClient, case: &str, policy: &str) -> String {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/session");
    let case = session::load(&corpus.join(format!("{case}.toml"))).unwrap();
    let (schedule, _) = case.schedule.unwrap();
    let mut tried = String::new();
    for _ in 0..3 {
        let played = play(client, &schedule).unwrap_or_else(|failure| panic!("{failure}"));
        let replayed = SessionReplay::new(
            &played,
            &schedule,
            policy,
            &ClientPolicy::named(policy).unwrap(),
        );
        let picture = replayed.draw(&reports::format::picture::Palette::PLAIN);
        if replayed.verdict() == expected && replayed.is_as_predicted() {
            return picture;
        }
        tried += &picture;
    }
    panic!("{}: not {expected:?} as predicted:\n{tried}", client.name);
}

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
    comes_to(
        SessionVerdict::WrongOnce,
        client,
        "late-reply-timeout",
        policy,
    );
}

fn the_example_in_python_closes_a_connection_after_a_timeout_and_is_right() -> TrialRun {
    needs(&["python3"])?;
    let dir = TempDir::new().unwrap();
    let source = dir.path().join("driver.py");
    fs::write(&source, example("python")).unwrap();
    let client = of_command(&format!("python3 {}", source.display()), "memcached").unwrap();
    let case = "late-reply-timeout";
    let picture = comes_to(SessionVerdict::NoAnswer, client, case, "no-idle-check");
    assert!(
        picture.contains("schedule diverged, right answer"),
        "{picture}"
    );
    Ok(())
}

fn says_which_library_answers(client: &'static ReplayClient) -> TrialRun {
    let version = version(client).map_err(|failure| match failure {
        // Some need a language of which nothing else is asked.
        failure @ Failure::Absent(_) => Ignored::by_choice(failure),
        failure => panic!("{failure}"),
    })?;
    println!("{}: {} {}", client.name, version.name, version.version);
    assert!(!version.version.is_empty());
    Ok(())
}

/// A case, a client that needs no more than Python, Node.js or aiohttp, and what was seen of its version in
/// `peers/install`, or of every version of it for years.
const SEEN: &[(&str, &str, SessionVerdict)] = &[
    ("surplus-idle", "aiohttp", SessionVerdict::WrongPersistently),
    ("surplus-idle", "node-http", SessionVerdict::Right),
    ("post-twice-always", "xmlrpc", SessionVerdict::Duplicated),
    (
        "surplus-idle",
        "http.client",
        SessionVerdict::WrongPersistently,
    ),
    ("ipc-broadcast", "node-ipc-leaky", SessionVerdict::WrongOnce),
    (
        "ipc-queue",
        "node-ipc-fifo",
        SessionVerdict::WrongPersistently,
    ),
    (
        "ipc-queue-forgotten",
        "node-ipc-fifo-drop",
        SessionVerdict::WrongOnce,
    ),
    (
        "ipc-queue-tombstone",
        "node-ipc-fifo-tombstone",
        SessionVerdict::NoAnswer,
    ),
    ("ipc-ids", "node-ipc-ids", SessionVerdict::NoAnswer),
];

fn does_what_was_seen_of_it(
    (case, name, expected): &'static (&str, &str, SessionVerdict),
) -> TrialRun {
    let client = CLIENTS.iter().find(|client| client.name == *name).unwrap();
    version(client).map_err(|failure| match failure {
        failure @ Failure::Absent(_) => Ignored::not_installed(failure),
        failure => panic!("{failure}"),
    })?;
    comes_to(*expected, client, case, client.policy);
    Ok(())
}
