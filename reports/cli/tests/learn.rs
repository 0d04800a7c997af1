//! `misframe learn` and `misframe fidelity` of servers of a few lines: some that read as a dialect does, and some that are
//! no servers at all.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

mod serve;

use serve::{dialect, listen};

/// Exit code, stdout, stderr.
fn misframe(args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    command.args(args).current_dir(folder);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn object(text: &str) -> Value {
    serde_json::from_str(text.lines().next().unwrap()).unwrap()
}

#[test]
fn the_dialect_of_a_server_is_learned_from_its_responses() {
    let relaxes = ["field-lf", "host-none", "length-plus", "chunk-space-after"];
    let address = dialect(&relaxes);
    let folder = TempDir::new().unwrap();
    let out = folder.path().to_str().unwrap();
    let amounts = ["--practice", "300", "--exam", "200", "--format", "json"];
    let args = [&["learn", address.as_str(), "--out", out], &amounts[..]].concat();
    let (code, text, err) = misframe(&args);
    assert_eq!(code, 0, "{err}");
    let learned = object(&text);
    for id in relaxes {
        let leniencies = learned["leniencies"].as_array().unwrap();
        assert!(leniencies.contains(&Value::from(id)), "{id}: {text}");
    }
    let count = |key: &str| learned[key].as_u64().unwrap();
    assert_eq!(count("inputs"), 200, "{err}");
    assert!(count("alike") >= 190, "{text}");

    // What is saved is a dialect to other verbs, and compared with another peer it is not that one's.
    let file = folder
        .path()
        .join(format!("{}.toml", address.replace(':', "-")));
    let file = file.to_str().unwrap();
    let case = "corpus/http1-request/cl-plus.toml";
    let (_, text, err) = misframe(&["read", case, "--dialect", file, "--format", "json"]);
    assert!(text.contains(&format!("like {address}")), "{text}{err}");
    let (code, text, err) = misframe(&["fidelity", file, "--inputs", "100", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(text.lines().count(), 2);
    let strict = dialect(&[]);
    let args = [
        "fidelity", file, "--of", &strict, "--inputs", "0", "--format", "json",
    ];
    let (_, text, _) = misframe(&args);
    let held = object(&text);
    let otherwise = held["otherwise"].as_array().unwrap();
    assert!(otherwise.contains(&Value::from("cl-plus")), "{text}");
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

fn silent(_: TcpStream) {
    thread::sleep(Duration::from_secs(30));
}

fn rubbish(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 512]);
    let _ = stream.write_all(b"\x1b[31mSSH-2.0-\xff\r\n\r\n");
}

fn resets(stream: TcpStream) {
    let _ = stream.peek(&mut [0]);
}

fn slow(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 512]);
    for byte in OK {
        if stream.write_all(&[*byte]).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(400));
    }
}

/// Answers the requests that show that it is there, and says rubbish to all others.
fn turns(mut stream: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
        // What shows that it is there names the host so.
        let answer = match text.contains("canary") || text.contains("Host: 127.0.0.1") {
            true => OK.repeat(text.matches(" /canary").count().max(1)),
            false => b"?".to_vec(),
        };
        if stream.write_all(&answer).is_err() || text.contains("close") {
            return;
        }
    }
}

#[test]
fn a_server_that_is_none_is_named_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let dead = listener.local_addr().unwrap().to_string();
    drop(listener);
    let expected = [
        (dead, "nothing listens"),
        (listen(silent), "it says nothing in time"),
        (listen(rubbish), "what it says is no response"),
        (listen(resets), "it resets the connection"),
        (listen(slow), "it has not answered in full in time"),
        (
            listen(turns),
            "no longer asked: what it says is no response",
        ),
    ];
    for (address, why) in expected {
        let begun = Instant::now();
        let (code, out, err) = misframe(&["learn", &address, "--practice", "200", "--exam", "50"]);
        assert_eq!(code, 2, "{out}{err}");
        assert!(err.contains(why), "not {why:?}: {err}");
        assert!(begun.elapsed() < Duration::from_secs(40));
    }
}

#[test]
fn only_this_machine_is_asked() {
    let (code, out, err) = misframe(&["learn", "192.0.2.1:80"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("only servers on 127.0.0.1"), "{err}");
    let (code, _, err) = misframe(&["learn", "nobody-of-that-name"]);
    assert_eq!(code, 2);
    assert!(err.contains("HOST:PORT"), "{err}");
    let (code, _, err) = misframe(&["learn", "live:node", "--family", "unified-diff"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("a live server does not serve unified-diff; it serves http1-request"),
        "{err}"
    );
}

#[test]
fn what_is_known_is_not_forgotten_for_want_of_practice() {
    let from = ["--from", "peers/dialects", "--practice", "0"];
    let (code, _, err) = misframe(&[&["learn", "hyper"], &from[..]].concat());
    assert_eq!(code, 2);
    assert!(err.contains("--practice is 1 or more"), "{err}");
}

#[test]
fn patches_that_become_other_trees_are_kept_with_the_trees() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().to_str().unwrap();
    let file = "peers/dialects/flickzeug.toml";
    let args = [
        "fidelity", file, "--inputs", "0", "--out", out, "--format", "json",
    ];
    let (code, text, err) = misframe(&args);
    assert_eq!(code, 0, "{err}");
    let trees = text
        .lines()
        .map(object)
        .find(|told| told["shown"] == "tree");
    let otherwise = trees.unwrap()["otherwise"].as_array().unwrap().clone();
    assert!(!otherwise.is_empty(), "{text}");
    for name in otherwise {
        let kept = folder.path().join("flickzeug").join(name.as_str().unwrap());
        assert!(kept.is_file(), "{name}");
        let trees = std::fs::read_to_string(kept.with_added_extension("trees")).unwrap();
        let titles: Vec<_> = trees
            .lines()
            .filter(|line| !line.starts_with(' '))
            .collect();
        assert_eq!(titles.len(), 3, "{trees}");
        // What is predicted is another tree, or another end.
        let told = |title: &str| {
            let rest = trees.split_once(title).unwrap().1;
            let (end, files) = rest.split_once('\n').unwrap();
            let files = files.lines().take_while(|line| line.starts_with(' '));
            (end.to_owned(), files.collect::<Vec<_>>().join("\n"))
        };
        assert_ne!(told("predicted, "), told("built, "), "{name}");
    }
}
