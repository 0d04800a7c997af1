// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::ffi::OsString;
use std::time::Duration;

use parsers::End;

use super::process::{Process, WorkerLimits};
use super::{Running, answer, of_command};
use crate::confine::Prepared;
use crate::{Failure, Opened, Peer, Pieces, Reach, Seen};

const HELLO: &str = r#"echo '{"misframe": 1, "name": "mine", "version": "2"}'"#;

/// A worker in the language of the shell, which may take little.
fn start(script: &str) -> Result<Process, Failure> {
    let limits = WorkerLimits {
        start: Duration::from_secs(5),
        answer: Duration::from_secs(5),
        memory: 200 << 20,
    };
    let words = ["sh", "-c", script].map(OsString::from);
    let prepared = Prepared::of_command(&words)?;
    Process::start(prepared, limits).map(|(process, _)| process)
}

/// The answer of a worker that has said hello and goes on with `script`; nothing may be left of it.
fn ask(script: &str) -> Result<Seen, Failure> {
    let process = start(&format!("{HELLO}\n{script}")).unwrap();
    let group = process.id();
    let mut worker = Running {
        process,
        is_ours: false,
    };
    let mut seen = Seen::default();
    let read = worker.read(b"GET", Pieces::One, &mut seen);
    assert_eq!(worker.is_usable(), runs(group), "{script}");
    drop(worker);
    assert!(!runs(group), "{script}: it is left running");
    read.map(|()| seen)
}

/// Whether a process of this group runs; one that was killed may take a moment to end.
fn runs(group: u32) -> bool {
    let is_of_group = |stat: &String| {
        let (_, rest) = stat.rsplit_once(')').unwrap_or_default();
        let mut words = rest.split_whitespace();
        words.next() != Some("Z") && words.nth(1) == Some(&group.to_string())
    };
    (0..400).all(|_| {
        let processes = std::fs::read_dir("/proc").unwrap().flatten();
        let mut stats =
            processes.filter_map(|one| std::fs::read_to_string(one.path().join("stat")).ok());
        let runs = stats.any(|stat| is_of_group(&stat));
        std::thread::sleep(Duration::from_millis(if runs { 10 } else { 0 }));
        runs
    })
}

#[test]
fn an_answer_is_taken() {
    let script = r#"read line
        echo '{"messages": [{"end": 2, "content": "YQ=="}], "end": "tunnel"}'; read line"#;
    let seen = ask(script).unwrap();
    assert_eq!((seen.taken(), seen.end), (2, End::Tunnel));
    assert_eq!(seen.content, b"a");
}

#[test]
fn the_question_is_what_the_protocol_says() {
    let question = answer::question(b"GET\n", Pieces::Bytes, false);
    assert_eq!(question, "{\"input\":\"R0VUCg==\",\"pieces\":\"bytes\"}\n");
}

#[test]
fn a_panic_is_told_and_the_worker_goes_on() {
    let script = r#"while read line; do echo '{"panic": "at line 3"}'; done"#;
    assert_eq!(ask(script), Err(Failure::Panic("at line 3".to_owned())));
}

#[test]
fn a_worker_that_never_answers_hangs() {
    assert_eq!(ask("read line; sleep 1000; echo"), Err(Failure::Hang));
    // Nor does one that never reads.
    assert_eq!(ask("sleep 1000"), Err(Failure::Hang));
}

#[test]
fn a_worker_that_loops_hangs() {
    assert_eq!(ask("while :; do :; done"), Err(Failure::Hang));
}

#[test]
fn a_worker_that_ends_has_crashed_and_its_last_words_are_reported() {
    let failure = ask("read line; echo; echo 'no such thing' >&2; exit 3").unwrap_err();
    assert!(matches!(failure, Failure::Rubbish(_)), "{failure}");
    let failure = ask("read line; echo 'no such thing' >&2; exit 3").unwrap_err();
    assert_eq!(
        failure,
        Failure::Crash("no such thing, exit status: 3".to_owned())
    );
}

#[test]
fn what_is_no_answer_is_rubbish() {
    for said in [
        "hello",
        "{}",
        r#"{"messages": [], "end": "soon"}"#,
        r#"{"messages": [], "end": "complete", "more": 1}"#,
        r#"{"messages": [{"end": 4, "content": ""}], "end": "complete"}"#,
        r#"{"messages": [{"end": 0, "content": ""}], "end": "complete"}"#,
        r#"{"messages": [{"end": 2, "content": ""}, {"end": 2, "content": ""}], "end": "complete"}"#,
        r#"{"messages": [{"end": 2, "content": "*"}], "end": "complete"}"#,
        r#"{"messages": [{"end": 2, "content": "YWFhYWFh"}], "end": "complete"}"#,
    ] {
        let failure = ask(&format!("read line; echo '{said}'; read line")).unwrap_err();
        assert!(matches!(failure, Failure::Rubbish(_)), "{said}: {failure}");
    }
}

#[test]
fn a_line_without_an_end_is_not_kept() {
    let failure = ask("read line; yes | tr -d '\\n'").unwrap_err();
    assert!(matches!(failure, Failure::Rubbish(_)), "{failure}");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_has_a_limit() {
    let script = "read line; exec sort /dev/zero";
    assert_eq!(ask(script), Err(Failure::Memory(200 << 20)));
}

#[test]
fn a_worker_that_cannot_start_is_absent_or_broken_with_the_reason() {
    for (script, failure) in [
        (
            "echo 'no module h11' >&2; exit 1",
            Failure::Absent("sh ended at once: no module h11, exit status: 1".to_owned()),
        ),
        (
            "echo hello",
            Failure::Rubbish("it does not begin as PROTOCOL.md says: hello".to_owned()),
        ),
        (
            r#"echo '{"misframe": 2, "name": "a", "version": "1"}'"#,
            Failure::Rubbish(
                r#"it does not begin as PROTOCOL.md says: {"misframe": 2, "name": "a", "version": "1"}"#
                    .to_owned(),
            ),
        ),
        ("sleep 1000", Failure::Hang),
    ] {
        assert_eq!(start(script).err(), Some(failure));
    }
}

#[test]
fn a_command_of_the_user_is_asked() {
    let script = r#"read line; echo "{\"messages\": [], \"end\": \"rejected\"}"; read line"#;
    let command = format!("sh -c '{}\n{script}'", HELLO.replace('\'', "'\\''"));
    let about = of_command(&command, &parsers::http1::REQUEST).unwrap();
    let Opened {
        name,
        version,
        mut peer,
    } = about.open().unwrap();
    assert_eq!((name.as_str(), version.as_str()), ("mine", "2"));
    let mut seen = Seen::default();
    peer.read(b"GET", Pieces::One, &mut seen).unwrap();
    assert_eq!(seen.end, End::Rejected);
    assert!(of_command("sh 'a", &parsers::http1::REQUEST).is_err());
    assert!(of_command(" ", &parsers::http1::REQUEST).is_err());
    let absent = of_command("misframe-has-no-such-command", &parsers::http1::REQUEST).unwrap();
    assert!(matches!(absent.open(), Err(Failure::Absent(_))));
    assert!(matches!(about.reach, Reach::Worker(_)));
}
