//! One hostile text through every way in, looked for in every format that comes out.

use super::*;
use corpus::escape::display_multiline;
use std::io::{Read as _, Write as _};

/// Sequences of a terminal, markup of every format, and characters that turn text round or cannot be seen.
const HOSTILE: &str =
    "n\u{1b}[31m<b>\u{202e}\"'`|](x)\u{7}\u{200b}\u{2028}\u{e0041}\u{feff}\u{85}\u{fe0f}\u{ad}z";
const FORMATS: [&str; 6] = ["text", "html", "json", "junit", "markdown", "sarif"];

/// Fails if a text holds a character that no terminal, page or log may be given.
fn assert_harmless(args: &[&str], text: &str) {
    assert_eq!(display_multiline(text), text, "{args:?}");
}

fn run_harmless(args: &[&str]) -> (ExitCode, String, String) {
    let (code, out, err) = misframe(args);
    assert_harmless(args, &out);
    assert_harmless(args, &err);
    assert!(!out.is_empty() || !err.is_empty(), "{args:?}");
    (code, out, err)
}

/// A string of TOML, and of JSON.
fn quoted(text: &str) -> String {
    corpus::escape::json(text).unwrap()
}

/// A string of TOML that stands for the hostile text.
fn toml_quoted() -> String {
    let escaped = HOSTILE.chars().map(|char| match char {
        ' '..='~' if !['"', '\\'].contains(&char) => char.to_string(),
        char => format!("\\U{:08x}", u32::from(char)),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// A worker that calls itself by the hostile text, and gives one answer to whatever it is asked.
fn hostile_worker(dir: &TempDir, answer: &str) -> String {
    let name = quoted(HOSTILE);
    let hello = format!("{{\"misframe\": 1, \"name\": {name}, \"version\": {name}}}\n");
    let hello = file(dir, "hello", hello.as_bytes());
    let answer = file(dir, "answer", format!("{answer}\n").as_bytes());
    let script = format!("cat {hello}\nwhile read line; do cat {answer}; done\n");
    format!("cmd:sh {}", file(dir, "hostile.sh", script.as_bytes()))
}

#[test]
fn of_workers() {
    let dir = TempDir::new().unwrap();
    let both = file(&dir, "both", BOTH);
    let name = quoted(HOSTILE);
    for answer in [
        r#"{"messages": [], "end": "complete"}"#.to_owned(),
        format!("{{\"panic\": {name}}}"),
        format!("{{\"unknown\": {name}}}"),
        HOSTILE.to_owned(),
    ] {
        let worker = hostile_worker(&dir, &answer);
        for verb in ["check", "read"] {
            for format in ["text", "json"] {
                run_harmless(&[verb, &both, "--peer", &worker, "--format", format]);
            }
        }
    }
}

#[test]
fn of_file_names_and_arguments() {
    let dir = TempDir::new().unwrap();
    let both = file(&dir, HOSTILE, BOTH);
    let absent = format!("{both}-absent");
    for verb in ["check", "read"] {
        for format in ["text", "json"] {
            run_harmless(&[verb, &both, "--format", format]);
            run_harmless(&[verb, &absent, "--format", format]);
        }
        run_harmless(&[verb, &both, "--family", HOSTILE]);
        run_harmless(&[verb, &both, "--dialect", HOSTILE]);
    }
    let out = dir.path().join("cases");
    run_harmless(&["import", &both, "--out", out.to_str().unwrap()]);
    run_harmless(&["import", &absent]);
}

#[test]
fn of_cases_and_dialects() {
    let dir = TempDir::new().unwrap();
    let text = toml_quoted();
    let input = corpus::escape::encode(BOTH);
    let head = format!("about = {text}\nsource = {text}\n");
    let case = format!("{head}expect = \"either\"\ninput = '''\n{input}'''\n");
    let name = format!("http1-request/{HOSTILE}.toml");
    let case = file(&dir, &name, case.as_bytes());
    for format in FORMATS {
        let (_, out, _) = run_harmless(&["report", &case, "--format", format]);
        let written = dir.path().join("report");
        misframe(&[
            "report",
            &case,
            "--format",
            format,
            "--out",
            written.to_str().unwrap(),
        ]);
        assert_eq!(fs::read_to_string(written).unwrap(), out, "{format}");
        if ["html", "junit"].contains(&format) {
            assert!(!out.contains("<b>"), "{out}");
        }
        if ["json", "sarif"].contains(&format) {
            let lines = if format == "sarif" {
                vec![out.as_str()]
            } else {
                out.lines().collect()
            };
            assert!(!lines.is_empty());
            for line in lines {
                serde_json::from_str::<Value>(line).unwrap();
            }
        }
        if format == "markdown" {
            let text = out.split("```").step_by(2);
            assert!(text.clone().all(|text| !text.contains("<b>")), "{out}");
        }
    }
    for verb in ["check", "read"] {
        run_harmless(&[verb, &case]);
    }
    // What cannot be read is quoted in messages.
    let raw = format!("{head}{HOSTILE} = 1\n");
    let rule = format!("{head}expect = \"reject\"\nrules = [{text}]\ninput = 'a'\n");
    let key = format!("{head}{text} = 1\nexpect = \"reject\"\ninput = 'a'\n");
    for (nth, broken) in [raw, rule, key].into_iter().enumerate() {
        for folder in ["http1-request", "session", "hop"] {
            let name = format!("{folder}/{nth}.toml");
            let broken = file(&dir, &name, broken.as_bytes());
            let (code, ..) = run_harmless(&["check", &broken]);
            assert!(is(code, TROUBLE), "{folder} {nth}");
        }
    }
    let dialect = format!(
        "peer = {text}\nfamily = \"http1-request\"\nlearned = \"2026-01-01\"\nleniencies = [\"length-beats-coding\"]\n\
         questions = 1\npractice = 0\ninputs = 1\nalike = 1\nstricter = 0\nunexplained = []\n[evidence]\n"
    );
    let dialect = file(&dir, "dialect.toml", dialect.as_bytes());
    let both = file(&dir, "both", BOTH);
    for verb in ["check", "read"] {
        for format in ["text", "json"] {
            run_harmless(&[verb, &both, "--dialect", &dialect, "--format", format]);
        }
    }
}

#[test]
fn of_cases_of_sessions_and_hops() {
    let dir = TempDir::new().unwrap();
    let text = toml_quoted();
    let head = format!("about = {text}\nsource = {text}\n");
    let session = format!(
        "{head}policy = \"batch-leaves-others\"\nverdict = \"wrong-once\"\nschedule = '''\n\
         c0 send a k0\nc0 send b k1\nc0 cancel b\nc0 send c k0\nsrv k0 reply a\nc0 recv c<-a\n'''\n"
    );
    let session = file(&dir, "session/hostile.toml", session.as_bytes());
    let hop = format!(
        "{head}hops = [{{ reader = \"value-lf\", policy = \"careful\" }}]\nlast = \"field-lf\"\nforbids = {text}\n\
         finds = [\"durable at h0\"]\ninput = '''\nPOST / HTTP/1.1\\r\\n\nHost: a\\r\\n\nX: y\\n\n\
         Content-Length: 28\\r\\n\n\\r\\n\nGET /x HTTP/1.1\\r\\n\nHost: a\\r\\n\n\\r\\n\n'''\n"
    );
    let hop = file(&dir, "hop/hostile.toml", hop.as_bytes());
    for (verb, case) in [("session", &session), ("hop", &hop)] {
        for format in ["text", "json"] {
            let (code, out, err) = run_harmless(&[verb, "check", case, "--format", format]);
            assert!(is(code, FOUND), "{verb} {format}: {out}{err}");
        }
        for format in FORMATS {
            let (code, out, err) = run_harmless(&["report", case, "--format", format]);
            assert!(!is(code, TROUBLE), "{verb} {format}: {out}{err}");
            if ["html", "junit"].contains(&format) {
                assert!(!out.contains("<b>"), "{out}");
            }
        }
        for verb in ["check", "read"] {
            run_harmless(&[verb, case]);
        }
    }
}

#[test]
fn of_the_answers_of_a_server() {
    let dir = TempDir::new().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap().to_string();
    let answer = format!(
        "HTTP/1.1 200 {HOSTILE}\r\nServer: {HOSTILE}\r\n{HOSTILE}: {HOSTILE}\r\nContent-Length: {}\r\n\r\n{HOSTILE}",
        HOSTILE.len()
    );
    // It ends with the tests: nothing connects any more.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(1..) = stream.read(&mut buffer) {
                    if stream.write_all(answer.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    let only = file(
        &dir,
        "http1-request/plain.toml",
        b"about = \"A request.\"\nexpect = \"accept\"\nsource = \"test\"\ninput = '''\nGET / HTTP/1.1\\r\\n\nHost: a\\r\\n\n\\r\\n\n'''\n",
    );
    for format in ["text", "json", "junit"] {
        run_harmless(&["probe", &server, "--only", &only, "--format", format]);
    }
}
