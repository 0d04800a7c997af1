use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parsers::session::{ClientPolicy, Schedule};

use super::{CLIENTS, ReplayClient, of_command, play};
use crate::Failure;

fn schedule() -> Schedule {
    Schedule::parse("c0 send a k0 ; srv k0 reply a ; c0 recv a<-a").unwrap()
}

fn driver(script: &str) -> &'static ReplayClient {
    of_command(&format!("sh -c '{script}'"), "memcached").unwrap()
}

fn failure(script: &str) -> Failure {
    play(driver(script), &schedule()).unwrap_err()
}

#[test]
fn each_client_has_a_name_of_its_own_and_a_policy_that_there_is() {
    for (nth, client) in CLIENTS.iter().enumerate() {
        assert!(
            ClientPolicy::named(client.policy).is_ok(),
            "{}",
            client.name
        );
        let mut others = CLIENTS[..nth].iter();
        assert!(others.all(|other| other.name != client.name));
    }
}

#[test]
fn a_driver_that_fails_is_a_result_with_a_name() {
    let absent = of_command("misframe-has-no-such-driver", "resp").unwrap();
    let absent = play(absent, &schedule()).unwrap_err();
    assert!(matches!(absent, Failure::Absent(_)), "{absent}");
    let silent = failure("exit 3");
    assert!(matches!(silent, Failure::Absent(_)), "{silent}");
    let dies = failure("echo hello x 1; echo why >&2; exit 3");
    assert!(
        matches!(&dies, Failure::Crash(why) if why.contains("why")),
        "{dies}"
    );
    let rubbish = failure("echo hello x 1; echo ok; cat >/dev/null");
    assert!(matches!(rubbish, Failure::Rubbish(_)), "{rubbish}");
    let unknown = failure("echo hello x 1; echo got b text; cat >/dev/null");
    assert!(matches!(unknown, Failure::Rubbish(_)), "{unknown}");
    let unable = failure("echo hello x 1; echo cannot do it; cat >/dev/null");
    assert!(matches!(unable, Failure::Unable(_)), "{unable}");
    let endless = failure("echo hello x 1; cat /dev/zero");
    assert!(matches!(endless, Failure::Rubbish(_)), "{endless}");
}

#[test]
fn a_driver_that_hangs_ends_with_all_that_it_has_started() {
    // No other process has these words.
    let sleep = format!("sleep 600.{}", std::process::id());
    let script = format!("echo hello x 1; {sleep} & wait");
    let seen = std::thread::spawn({
        let sleep = sleep.clone();
        move || wait_for(|| !with_words(&sleep).is_empty())
    });
    let hangs = failure(&script);
    assert!(matches!(hangs, Failure::Hang), "{hangs}");
    seen.join().unwrap();
    wait_for(|| with_words(&sleep).is_empty());
}

fn wait_for(happens: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !happens() {
        assert!(Instant::now() < until, "it does not happen");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The processes that run and were started with these words.
fn with_words(words: &str) -> Vec<PathBuf> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let processes = processes.map(|process| process.path());
    let has_words = |process: &PathBuf| {
        let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        line.contains(words) && is_running(process)
    };
    processes.filter(has_words).collect()
}

/// A process that has ended may wait for a moment to be taken note of.
fn is_running(process: &Path) -> bool {
    let status = std::fs::read_to_string(process.join("stat")).unwrap_or_default();
    let state = status.rsplit(')').next().unwrap_or_default().trim_start();
    !state.is_empty() && !state.starts_with('Z')
}

#[test]
fn a_client_that_never_asks_parts_from_the_schedule() {
    // It answers each line but the request.
    let script = "echo hello x 1; while read verb what; do case $verb in settle) echo settled;; \
                  send) echo gone $what will not;; esac; done";
    let played = play(driver(script), &schedule()).unwrap();
    let diverged = played.diverged.unwrap();
    assert_eq!((diverged.at, played.is_answered), (0, false));
    assert_eq!(diverged.why, "a does not reach the server");
}

#[test]
fn a_command_that_is_none_and_an_unknown_protocol_are_rejected() {
    assert!(of_command("'", "resp").is_err());
    assert!(of_command("", "resp").is_err());
    let Err(why) = of_command("driver", "gopher") else {
        panic!("there is no such protocol");
    };
    assert!(why.contains("memcached"), "{why}");
}
