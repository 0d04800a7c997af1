//! Pairs of clients: one with a fault, which shows on the schedule that is about it, and one without.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::ExitCode;

use corpus::session;
use parsers::session::{ClientPolicy, SessionVerdict};
use peers::Failure;
use peers::replay::{CLIENTS, ReplayClient, play, version};
use reports::session::replay::SessionReplay;
use trials::{Ignored, TrialRun, of_each, trial, trials};

fn main() -> ExitCode {
    let apart = APART.iter().map(|pair| (pair.1, pair));
    let slow = trial(
        "fifty_runs_in_a_row_are_alike",
        fifty_runs_in_a_row_are_alike,
    );
    let groups = [
        trials![
            each_driver_says_which_library_answers,
            the_faulty_of_each_pair_is_as_predicted_wrong_and_the_other_is_not,
            what_nobody_can_know_befalls_every_client,
            a_server_that_answers_is_asked_once,
        ],
        of_each(
            "built_apart_it_is_as_predicted",
            apart,
            built_apart_it_is_as_predicted,
        ),
        // It takes a minute: cargo test --release -p clients --test pairs -- --ignored
        vec![slow.with_ignored_flag(true)],
    ];
    trials::run(groups.into_iter().flatten().collect())
}

/// A case, the client with the fault, the verdict, and the client without it.
const PAIRS: &[(&str, &str, SessionVerdict, &str)] = &[
    (
        "outside-cancel",
        "redis-0.23",
        SessionVerdict::WrongOnce,
        "redis-1.8",
    ),
    (
        "outside-cancel",
        "async-memcached-0.3",
        SessionVerdict::WrongOnce,
        "async-memcached-0.9",
    ),
    (
        "surplus-same-segment",
        "ureq-2.12",
        SessionVerdict::WrongPersistently,
        "ureq-3.5",
    ),
    (
        "post-twice-reused",
        "curl",
        SessionVerdict::Duplicated,
        "reqwest",
    ),
];

/// The same, of clients that are built apart, by `peers/install`.
const APART: &[(&str, &str, SessionVerdict, &str)] = &[
    (
        "outside-cancel",
        "async-memcached-0.8",
        SessionVerdict::WrongOnce,
        "async-memcached-0.9",
    ),
    (
        "surplus-same-segment",
        "ureq-3.0",
        SessionVerdict::WrongPersistently,
        "ureq-3.5",
    ),
    (
        "post-twice-reused",
        "isahc",
        SessionVerdict::Duplicated,
        "reqwest",
    ),
];

/// What those say of themselves; the versions are pinned in `apart/Cargo.toml`.
const VERSIONS_APART: &[(&str, &str)] = &[
    ("async-memcached-0.8", "async-memcached 0.8.0"),
    ("isahc", "isahc 1.8.3"),
    ("ureq-3.0", "ureq 3.0.12"),
];

/// What each says of itself; the versions are pinned in `Cargo.toml`.
const VERSIONS: &[(&str, &str)] = &[
    ("async-memcached-0.3", "async-memcached 0.3.1"),
    ("async-memcached-0.9", "async-memcached 0.9.0"),
    ("curl", "libcurl 8."),
    ("redis-0.23", "redis 0.23.3"),
    ("redis-1.8", "redis 1.8.1"),
    ("reqwest", "reqwest 0.13."),
    ("ureq-2.12", "ureq 2.12.1"),
    ("ureq-3.5", "ureq 3.5.1"),
];

fn client(name: &str) -> &'static ReplayClient {
    CLIENTS.iter().find(|client| client.name == name).unwrap()
}

/// What resulted from a case: whether it is as the client's policy predicts, the verdict, and the result in words.
fn replay(case: &str, name: &str) -> (bool, SessionVerdict, String) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/session");
    let case = session::load(&corpus.join(format!("{case}.toml"))).unwrap();
    let (schedule, _) = case.schedule.unwrap();
    let client = client(name);
    let played = play(client, &schedule).unwrap_or_else(|failure| panic!("{name}: {failure}"));
    let policy = ClientPolicy::named(client.policy).unwrap();
    let replayed = SessionReplay::new(&played, &schedule, client.policy, &policy);
    let picture = replayed.draw(&reports::format::picture::Palette::PLAIN);
    (replayed.is_as_predicted(), replayed.verdict(), picture)
}

fn each_driver_says_which_library_answers() {
    for (name, expected) in VERSIONS {
        let version = version(client(name)).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        let said = format!("{} {}", version.name, version.version);
        println!("{name}: {said}");
        assert!(said.starts_with(expected), "{name}: {said}");
    }
}

fn each_pair_parts(pairs: &[(&str, &str, SessionVerdict, &str)]) {
    for (case, faulty, expected, fixed) in pairs {
        let (is_predicted, verdict, picture) = replay(case, faulty);
        assert!(is_predicted && verdict == *expected, "{case}: {picture}");
        assert!(picture.contains("as predicted, "), "{case}: {picture}");
        let (is_predicted, verdict, picture) = replay(case, fixed);
        assert!(is_predicted && !verdict.is_defect(), "{case}: {picture}");
        assert!(picture.contains("schedule diverged, "), "{case}: {picture}");
    }
}

fn the_faulty_of_each_pair_is_as_predicted_wrong_and_the_other_is_not() {
    each_pair_parts(PAIRS);
}

/// The faulty one of a pair is wrong as predicted, and its successor is not.
fn built_apart_it_is_as_predicted(
    pair: &'static (&'static str, &'static str, SessionVerdict, &'static str),
) -> TrialRun {
    let name = pair.1;
    let version = version(client(name)).map_err(|failure| match failure {
        failure @ Failure::Absent(_) => Ignored::not_installed(failure),
        failure => panic!("{name}: {failure}"),
    })?;
    let (_, expected) = VERSIONS_APART
        .iter()
        .find(|(apart, _)| *apart == name)
        .unwrap();
    assert_eq!(format!("{} {}", version.name, version.version), *expected);
    each_pair_parts(&[*pair]);
    Ok(())
}

fn fifty_runs_in_a_row_are_alike() {
    for _ in 0..50 {
        each_pair_parts(PAIRS);
    }
}

fn what_nobody_can_know_befalls_every_client() {
    for (name, _) in VERSIONS {
        let (_, verdict, picture) = replay("surplus-inherent", name);
        assert_eq!(verdict, SessionVerdict::Inherent, "{name}: {picture}");
    }
}

fn a_server_that_answers_is_asked_once() {
    for (name, _) in VERSIONS {
        let (is_predicted, verdict, picture) = replay("post-answered", name);
        assert!(
            is_predicted && verdict == SessionVerdict::Right,
            "{name}: {picture}"
        );
    }
}
