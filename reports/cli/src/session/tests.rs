// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use serde_json::Value;
use tempfile::TempDir;

use super::super::TROUBLE;
use super::super::tests::{file, is, misframe};
use super::*;

const LATE: &[u8] = b"c0 send a k0 ; c0 timeout a ; c0 send b k0\nsrv k0 reply a ; c0 recv b<-\n";

#[test]
fn a_schedule_is_checked_with_the_policy_that_is_asked_for() {
    let dir = TempDir::new().unwrap();
    let late = file(&dir, "late.txt", LATE);
    let (code, out, err) = misframe(&["session", "check", &late]);
    assert!(is(code, CLEAN) && err.is_empty(), "{err}");
    assert!(out.ends_with("rejected: careful\n"), "{out}");
    let policy = "--policy=keep-on-timeout+no-idle-check";
    let (code, out, err) = misframe(&["session", "check", &late, policy]);
    assert!(is(code, FOUND) && err.is_empty(), "{err}");
    assert!(
        out.contains("<== c0 asked b and got the reply to a\n"),
        "{out}"
    );
    let (code, out, _) = misframe(&["session", "check", &late, policy, "--format=json"]);
    assert!(is(code, FOUND));
    let object: Value = serde_json::from_str(&out).unwrap();
    for (field, expected) in [
        ("file", late.as_str()),
        ("policy", "keep-on-timeout+no-idle-check"),
        ("verdict", "wrong-once"),
        ("level", "error"),
    ] {
        assert_eq!(object[field], expected, "{field}");
    }
    assert_eq!(object["steps"][4]["event"], "c0 recv b<-a");
    assert_eq!(object["steps"][4]["faults"][0]["asked"], "b");
    assert_eq!(object["stopped"], Value::Null);
}

#[test]
fn a_case_brings_its_policy() {
    let dir = TempDir::new().unwrap();
    let text = "about = 'x'\npolicy = 'keep-on-timeout'\nverdict = 'wrong-once'\nschedule = '''\nc0 send a k0\nc0 timeout a\nc0 send b k0\nsrv k0 reply a\nc0 recv b<-\n'''\n";
    let case = file(&dir, "late.toml", text.as_bytes());
    let (code, _, err) = misframe(&["session", "check", &case]);
    assert!(is(code, FOUND) && err.is_empty(), "{err}");
    let wrong = text.replace("reply a", "replay a");
    let case = file(&dir, "wrong.toml", wrong.as_bytes());
    let (code, out, err) = misframe(&["session", "check", &case]);
    assert!(is(code, TROUBLE) && out.is_empty());
    assert!(
        err.contains("line 8, word 3, \"replay\": a server does"),
        "{err}"
    );
    let unknown = text.replace("keep-on-timeout", "kindness");
    let case = file(&dir, "unknown.toml", unknown.as_bytes());
    let (code, _, err) = misframe(&["session", "check", &case]);
    assert!(
        is(code, TROUBLE) && err.contains("misframe session policies"),
        "{err}"
    );
}

#[test]
fn trouble_is_said_and_hostile_bytes_are_escaped() {
    let dir = TempDir::new().unwrap();
    let hostile = file(&dir, "hostile", b"c0 send \x1b[2Ja k0");
    let binary = file(&dir, "binary", b"\xff");
    let impossible = file(&dir, "impossible", b"c0 send a k0 ; srv k1 unsolicited");
    for path in [hostile.as_str(), &binary, &impossible, "no/such/file"] {
        let (code, out, err) = misframe(&["session", "check", path]);
        assert!(is(code, TROUBLE), "{path}");
        assert!(!out.contains('\x1b') && !err.contains('\x1b'), "{err:?}");
        assert!(err.contains(path), "{err}");
    }
    for args in [
        &["session", "explore", "--policy", "kindness"][..],
        &["session", "explore", "--clients", "5"],
        &["session", "explore", "--policy", "careful", "--memory", "0"],
    ] {
        let (code, _, err) = misframe(args);
        assert!(is(code, TROUBLE) && !err.is_empty(), "{args:?}");
    }
}

#[test]
fn an_exploration_ends_with_its_shortest_schedule() {
    let args = [
        "session",
        "explore",
        "--policy",
        "keep-on-cancel",
        "--clients=1",
    ];
    let (code, out, err) = misframe(&args);
    assert!(is(code, FOUND) && err.is_empty(), "{err}");
    let shortest = "c0 send a k0 ; c0 cancel a ; c0 send b k0 ; srv k0 reply a ; c0 recv b<-a\n";
    assert!(out.starts_with(shortest), "{out}");
    let (code, out, _) = misframe(&["session", "explore", "--policy=careful", "--format=json"]);
    assert!(is(code, CLEAN));
    let object: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(object["complete"], true);
    assert_eq!(object["defect"], Value::Null);
    assert_eq!(object["inherent"]["verdict"], "inherent");
}

#[test]
fn every_policy_is_in_the_table_and_in_the_list() {
    let (code, table, _) = misframe(&["session", "explore", "--requests=1"]);
    assert!(is(code, FOUND));
    let (code, list, _) = misframe(&["session", "policies"]);
    assert!(is(code, CLEAN));
    assert_eq!(table.lines().count(), POLICIES.len());
    for named in POLICIES {
        assert!(
            table
                .lines()
                .any(|row| row.starts_with(&format!("{} ", named.name)))
        );
        assert!(
            list.contains(&format!("{}  ", named.name)),
            "{}",
            named.name
        );
    }
    for quirk in QUIRKS {
        assert!(list.contains(&format!("\n{}\n    {}\n", quirk.id, quirk.text)));
    }
}

#[test]
fn mechanisms_are_listed_with_what_excludes_them() {
    let (code, out, _) = misframe(&["session", "mechanisms"]);
    assert!(is(code, CLEAN));
    assert!(
        out.contains("\nparser-freed-twice: shows every symptom\n"),
        "{out}"
    );
    assert!(
        out.contains("\ndescriptor-closed-twice: excluded by timed-out\n"),
        "{out}"
    );
    let (_, out, _) = misframe(&["session", "mechanisms", "--format=json"]);
    let consistent = out
        .lines()
        .filter(|line| line.contains("\"excluded_by\":[]"));
    assert_eq!(consistent.count(), 2);
}
