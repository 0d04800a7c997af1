//! `misframe probe` against servers of a few lines: one that keeps the specification, some that do not,
//! and some that are no servers at all.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use parsers::http1::REQUEST;
use parsers::{End, Standing};
use serde_json::Value;
use tempfile::TempDir;

mod serve;

use serve::{answer, dialect, listen, read, set};

/// Exit code, stdout, stderr.
fn probe(args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    command.arg("probe").args(args).current_dir(folder);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Exit code, and an object for each case.
fn objects(args: &[&str]) -> (i32, Vec<Value>) {
    let (code, out, err) = probe(&[args, &["--format", "json"]].concat());
    assert_eq!(err, "");
    let parse = |line: &str| serde_json::from_str(line).unwrap();
    let objects: Vec<Value> = out.lines().map(parse).collect();
    let schema = include_str!("../../../docs/schema/probe.json");
    let schema = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
    for object in &objects {
        let wrong: Vec<_> = schema
            .iter_errors(object)
            .map(|error| error.to_string())
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}: {object}");
    }
    (code, objects)
}

fn named<'a>(objects: &'a [Value], verdict: &str) -> BTreeSet<&'a str> {
    let with = objects.iter().filter(|object| object["verdict"] == verdict);
    with.map(|object| object["case"].as_str().unwrap())
        .collect()
}

#[test]
fn a_server_that_is_strict_is_accused_of_nothing() {
    let (code, objects) = objects(&[&dialect(&[]), "--jobs", "64"]);
    assert!(objects.len() > 200, "{}", objects.len());
    for verdict in ["fail", "lenient", "inconclusive"] {
        assert_eq!(named(&objects, verdict), BTreeSet::new(), "{verdict}");
    }
    assert_eq!(code, 0);
}

#[test]
fn a_server_that_takes_all_that_it_may_is_accused_of_nothing() {
    // Of leniencies that exclude one another, one. What waits for more than ever comes answers nothing.
    let excluded = [
        "closes-10",
        "upgrade-ends",
        "upgrade-tunnels",
        "upgrade-h2c",
        "connect-ends",
    ];
    let allowed = REQUEST
        .leniencies
        .iter()
        .filter(|one| one.standing() == Standing::Permitted);
    let ids: Vec<_> = allowed.map(|one| one.id).collect();
    let ids: Vec<_> = ids
        .into_iter()
        .filter(|id| !excluded.contains(id))
        .collect();
    let (code, objects) = objects(&[&dialect(&ids), "--jobs", "64"]);
    assert_eq!(named(&objects, "fail"), BTreeSet::new());
    assert!(named(&objects, "lenient").len() > 20);
    assert_eq!(code, 0);
}

#[test]
fn each_leniency_that_breaks_a_rule_is_found_and_no_other() {
    let ids = [
        "length-plus",
        "host-none",
        "chunk-line-lf",
        "coding-beats-length",
        "name-space-trimmed",
        "close-reads-on",
    ];
    let (code, objects) = objects(&[&dialect(&ids), "--jobs", "64"]);
    assert_eq!(code, 1);
    let about = |object: &Value, id: &str| {
        let leniencies = object["leniencies"].as_array().unwrap();
        leniencies.iter().any(|one| one == id)
    };
    let fails: Vec<_> = objects
        .iter()
        .filter(|one| one["verdict"] == "fail")
        .collect();
    for id in ids {
        assert!(fails.iter().any(|one| about(one, id)), "{id}");
    }
    // Fit to be accused is what the server ends elsewhere, or accepts although it is to be rejected.
    let canary = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let differs = |object: &&Value| {
        let mut sent = corpus::escape::decode(object["sent"].as_str().unwrap()).unwrap();
        sent.extend(canary);
        let [ours, strict] = [set(&ids), set(&[])].map(|set| read(set, &sent).reading);
        (ours.messages.len(), ours.end) != (strict.messages.len(), strict.end)
    };
    let implied: BTreeSet<_> = objects
        .iter()
        .filter(differs)
        .map(|object| object["case"].as_str().unwrap())
        .collect();
    assert_eq!(named(&objects, "fail"), implied);
    let forces: BTreeSet<_> = fails
        .iter()
        .map(|one| {
            (
                one["case"].as_str().unwrap(),
                one["force"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("cl-plus", "MUST"),
        ("cl-te", "MUST"),
        ("conn-close-then-pipelined", "MUST"),
        ("host-missing", "MUST"),
        ("last-lf", "SHOULD"),
        ("size-line-lf", "SHOULD"),
        ("sp-before-colon", "MUST"),
        ("te-cl", "MUST"),
    ];
    for one in expected {
        assert!(forces.contains(&one), "{one:?} in {forces:?}");
    }
}

#[test]
fn a_rejection_after_which_the_server_reads_on() {
    // It answers 400 to what it rejects, skips all that has come, and goes on.
    let address = listen(|mut stream| {
        let mut buffer = [0; 65536];
        let mut received = Vec::new();
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            received.extend_from_slice(&buffer[..count]);
            let reading = read(set(&[]), &received).reading;
            let mut answers =
                b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".repeat(reading.messages.len());
            let taken = match reading.end {
                End::Rejected => {
                    answers.extend(b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
                    received.len()
                }
                _ => reading.taken(),
            };
            received.drain(..taken);
            let _ = stream.write_all(&answers);
        }
    });
    let cases = ["cl-plus", "chunk", "host-missing", "good-counted-post"];
    let (code, objects) = objects(&[
        &address,
        "--only",
        cases[0],
        "leading-nul",
        cases[2],
        cases[3],
    ]);
    assert_eq!(code, 1);
    assert_eq!(
        named(&objects, "fail"),
        BTreeSet::from(["cl-plus", "leading-nul"])
    );
    assert_eq!(objects[0]["force"], "MUST");
    assert_eq!(objects[1]["force"], "SHOULD");
    assert_eq!(objects[0]["statuses"], serde_json::json!([400, 200]));
}

#[test]
fn what_is_no_server_is_trouble() {
    let dead = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let silent = listen(|stream| {
        thread::sleep(Duration::from_secs(30));
        drop(stream);
    });
    let tls = listen(|mut stream| {
        let _ = stream.write_all(b"\x15\x03\x01\x00\x02\x02\x46");
        thread::sleep(Duration::from_secs(5));
    });
    let rubbish = listen(|mut stream| {
        let _ = stream.write_all(b"\x1b[2Jhello\r\n");
        thread::sleep(Duration::from_secs(5));
    });
    let closing = listen(drop);
    let rejecting = listen(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
    });
    for (address, why) in [
        (dead, "cannot connect"),
        (silent, "it was silent"),
        (tls, "it speaks TLS"),
        (rubbish, "does not begin with HTTP/"),
        (closing, "no answer to a plain GET"),
        (rejecting, "--host"),
    ] {
        let begun = Instant::now();
        let (code, out, err) = probe(&[&address, "--timeout", "2000"]);
        assert_eq!((code, out.as_str()), (2, ""), "{why}: {err}");
        assert!(err.contains(why), "{why}: {err}");
        assert!(!err.contains('\x1b'));
        assert!(begun.elapsed() < Duration::from_secs(20), "{why}");
    }
}

/// Answers well, but for some targets.
fn odd(mut stream: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    // One byte at a time: a connection that is dropped with bytes unread is reset.
    while !head.ends_with(b" HTTP") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let pause = || thread::sleep(Duration::from_millis(50));
    let target = String::from_utf8_lossy(&head).into_owned();
    match target.split(' ').nth(1).unwrap_or("") {
        "/reset" => {}
        "/silent" => thread::sleep(Duration::from_secs(30)),
        "/slow" => {
            for byte in b"HTTP/1.1 200 OK\r\nX: ".iter().chain([b'a'; 2000].iter()) {
                pause();
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
            }
        }
        "/binary" => {
            let _ = stream.write_all(b"\x00\x01\x1b[31m\xff");
            pause();
        }
        "/head" => endless(&mut stream, b"HTTP/1.1 200 OK\r\nX: "),
        "/body" => endless(&mut stream, b"HTTP/1.1 200 OK\r\n\r\n"),
        _ => {
            let mut rest = vec![0; 4096];
            let count = stream.read(&mut rest).unwrap_or(0);
            rest.truncate(count);
            rest.splice(0..0, head);
            replay(stream, &rest);
        }
    }
}

fn endless(stream: &mut TcpStream, start: &[u8]) {
    let mut result = stream.write_all(start);
    while result.is_ok() {
        result = stream.write_all(&[b'a'; 4096]);
    }
}

/// Answers each message, the first bytes being read already.
fn replay(mut stream: TcpStream, first: &[u8]) {
    let mut received = first.to_vec();
    let mut answered = 0;
    let mut buffer = [0; 4096];
    loop {
        let count = read(set(&[]), &received).reading.messages.len();
        for _ in answered..count {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
        answered = count;
        match stream.read(&mut buffer) {
            Ok(count @ 1..) => received.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    }
}

fn case(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(format!("{name}.toml"));
    let text = format!(
        "about = 'x'\nexpect = 'accept'\nrules = ['http1/no-length-no-body']\ninput = '''\nGET /{name} HTTP/1.1\\r\\n\nHost: a\\r\\n\n\\r\\n\n'''\n"
    );
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_server_that_misbehaves_is_named_and_the_run_goes_on() {
    let address = listen(odd);
    let folder = TempDir::new().unwrap();
    let expected = [
        ("binary", "does not begin with HTTP/"),
        ("body", "it sends more than"),
        ("head", "does not end"),
        ("reset", "closed the connection without an answer"),
        ("silent", "no answer within the time limit"),
        ("slow", "it answers too slowly"),
        ("well", "answers as the specification has it"),
    ];
    for (name, _) in expected {
        case(&folder, name);
    }
    let begun = Instant::now();
    let folder = folder.path().to_str().unwrap();
    let (code, objects) = objects(&[&address, "--timeout", "2000", "--only", folder]);
    assert!(begun.elapsed() < Duration::from_secs(60));
    assert_eq!(code, 0);
    assert_eq!(objects.len(), expected.len());
    for (object, (name, why)) in objects.iter().zip(expected) {
        assert_eq!(object["case"], name);
        let verdict = if name == "well" {
            "pass"
        } else {
            "inconclusive"
        };
        assert_eq!(object["verdict"], verdict, "{object}");
        assert!(object["why"].as_str().unwrap().contains(why), "{object}");
        assert!(object["received"].as_str().unwrap().len() < 5 << 20);
    }
}

#[test]
fn nothing_but_inconclusive_answers_are_trouble() {
    let address = listen(odd);
    let folder = TempDir::new().unwrap();
    case(&folder, "reset");
    let only = folder.path().to_str().unwrap().to_owned();
    let (code, out, err) = probe(&[&address, "--only", &only]);
    assert_eq!(code, 2, "{out}");
    assert!(err.contains("1 answer inconclusive, and no other"), "{err}");
    // One that tells something is enough.
    case(&folder, "well");
    let (code, _, err) = probe(&[&address, "--only", &only]);
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn other_machines_are_named_twice() {
    let (code, out, err) = probe(&["192.0.2.1:80"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("misframe probe 192.0.2.1:80 192.0.2.1:80"),
        "{err}"
    );
    let (code, _, err) = probe(&["192.0.2.1:80", "192.0.2.2:80"]);
    assert_eq!(code, 2);
    assert!(err.contains("the two targets differ"), "{err}");
    let (code, _, err) = probe(&["nonsense"]);
    assert_eq!(code, 2);
    assert!(err.contains("HOST:PORT"), "{err}");
}

#[test]
fn the_reports_hold_the_same() {
    let address = dialect(&["host-none", "method-control"]);
    let cases = [
        "--only",
        "good-simple-get",
        "host-missing",
        "method-prefix-or-ctl",
    ];
    let args = [&[address.as_str()], &cases[..]].concat();
    let (code, text, _) = probe(&args);
    assert_eq!(code, 1);
    for part in [
        "fail MUST  host-missing: http1/host-missing\n",
        "  RFC 9112 §3.2: \"A server MUST respond with a 400",
        "      GET / HTTP/1.1␍␊\n      ␍␊\n  then, to see where it stands\n      GET / HTTP/1.1␍␊\n",
        "  received 200, 200, then it stayed open\n      HTTP/1.1 200 OK␍␊\n",
        "fail SHOULD  method-prefix-or-ctl: http1/method-token\n",
        "                MUST  SHOULD     MAY\npass               1       0       0\n",
    ] {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
    // The same server, the same words.
    assert_eq!(probe(&args).1, text);

    let folder = TempDir::new().unwrap();
    let file = folder.path().join("report.xml");
    let (code, out, _) = probe(
        &[
            &args[..],
            &["--format", "junit", "--out", file.to_str().unwrap()],
        ]
        .concat(),
    );
    assert_eq!((code, out.as_str()), (1, ""));
    let xml = fs::read_to_string(file).unwrap();
    assert!(
        xml.contains("tests=\"3\" failures=\"2\" skipped=\"0\">"),
        "{xml}"
    );
    assert!(xml.contains("<testcase name=\"good-simple-get\" classname=\"http1-request\"/>"));
    assert!(xml.contains("<failure type=\"MUST\" message=\"http1/host-missing: it reads with"));

    // A failure of a SHOULD alone shows in the exit code only where that is asked for.
    let should = [address.as_str(), "--only", "method-prefix-or-ctl"];
    assert_eq!(probe(&should).0, 0);
    assert_eq!(
        probe(&[&should[..], &["--fail-on", "should"]].concat()).0,
        1
    );
}

#[test]
fn another_target_and_another_host() {
    let address = listen(|stream| answer(stream, set(&[])));
    let (code, objects) = objects(&[
        &address,
        "--path",
        "/echo",
        "--host",
        "example.org",
        "--only",
        "good-lower-case-names",
        "cl-ows",
    ]);
    assert_eq!(code, 0);
    let sent = objects[1]["sent"].as_str().unwrap();
    assert!(
        sent.starts_with("POST /echo HTTP/1.1\\r\\n\nHost: example.org\\r\\n\n"),
        "{sent}"
    );
    let canary = objects[1]["canary"].as_str().unwrap();
    assert_eq!(
        canary,
        "GET /echo HTTP/1.1\\r\\n\nHost: example.org\\r\\n\n\\r\\n\n"
    );
}
