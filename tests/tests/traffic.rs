//! Recorded traffic of real clients: every request is found, and nothing ambiguous.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

use corpus::traffic::{self, ClientStream};
use parsers::core::compare::Level;
use parsers::http1::REQUEST;
use parsers::{End, Reading, Verdict, judge};
use reports::judge::deployed::Deployed;
use reports::judge::finding::Judgement;
use reports::judge::panel::{Panel, Scope};
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Manifest {
    capture: Vec<Capture>,
}

#[derive(Deserialize)]
struct Capture {
    file: String,
    ports: Vec<u16>,
    requests: usize,
    #[serde(default)]
    gaps: usize,
    client_bytes: usize,
    sha256: String,
}

fn folder() -> PathBuf {
    tests::repository().join("corpus/traffic/captures")
}

fn captures() -> Vec<Capture> {
    let manifest = fs::read_to_string(folder().join("MANIFEST.toml")).unwrap();
    toml::from_str::<Manifest>(&manifest).unwrap().capture
}

/// The streams to the ports of a capture, and how many of all have a gap.
fn streams(capture: &Capture) -> (Vec<ClientStream>, usize) {
    let mut streams = Vec::new();
    let mut take = |stream: ClientStream| {
        let port = stream.source.rsplit(':').next();
        let port = port.and_then(|port| port.parse().ok());
        if port.is_some_and(|port| capture.ports.contains(&port)) {
            streams.push(stream);
        }
    };
    let summary = traffic::read_streams(&folder().join(&capture.file), &mut take).unwrap();
    let is_gap = |note: &&String| note.contains("bytes to the server are missing");
    let told = summary.partial.iter().chain(&summary.notes);
    (streams, told.filter(is_gap).count())
}

/// What is made of a stream: the strict reading, or, where strict rejects it, that of the readers that
/// read it to its end and know every way of ending a message.
fn reading(panel: &Panel, input: &[u8]) -> Option<Reading> {
    let mut strict = Verdict::new();
    judge(panel.members().first()?.parser(), input, &mut strict);
    if strict.reading.end != End::Rejected {
        return Some(strict.reading);
    }
    let groups = panel.judge(input, Scope::General).groups.into_iter();
    let mut whole = groups.filter(|group| {
        let end = group.verdict.reading.end;
        group.is_general && matches!(end, End::Complete | End::Tunnel)
    });
    whole.next().map(|group| group.verdict.reading)
}

#[test]
fn the_captures_are_those_of_the_manifest() {
    let mut named: Vec<_> = captures().into_iter().map(|capture| capture.file).collect();
    for capture in captures() {
        let bytes = fs::read(folder().join(&capture.file)).unwrap();
        let digest = Sha256::digest(&bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, capture.sha256, "{}", capture.file);
    }
    named.push("MANIFEST.toml".to_owned());
    named.sort();
    let entries = fs::read_dir(folder()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, named);
}

/// Whether a request asks for a tunnel or for a WebSocket.
fn leaves_http(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    head.starts_with("connect ") || head.contains("\r\nupgrade: websocket\r\n")
}

#[test]
fn every_request_is_found() {
    let panel = Panel::full(&REQUEST);
    let mut wrong = Vec::new();
    for capture in captures() {
        let file = &capture.file;
        let (streams, gaps) = streams(&capture);
        let (mut requests, mut bytes, mut leaves) = (0, 0, false);
        for stream in &streams {
            let source = &stream.source;
            bytes += stream.bytes.len();
            let Some(reading) = reading(&panel, &stream.bytes) else {
                wrong.push(format!("{source}: nobody reads it to its end"));
                continue;
            };
            requests += reading.messages.len();
            leaves |= reading
                .messages
                .last()
                .and_then(|last| stream.bytes.get(last.start..last.head))
                .is_some_and(leaves_http);
            if reading.end == End::Incomplete && capture.gaps == 0 {
                wrong.push(format!("{source}: waits for more, and nothing is missing"));
            }
        }
        let mut equal = |what: &str, read: usize, told: usize| {
            if read != told {
                wrong.push(format!("{file}: {read} {what}, {told} in the manifest"));
            }
        };
        equal("gaps", gaps, capture.gaps);
        equal("requests", requests, capture.requests);
        // What follows in a tunnel or a WebSocket is no part of a stream of requests.
        if !leaves || bytes > capture.client_bytes {
            equal("bytes", bytes, capture.client_bytes);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// As `misframe check --facts` judges.
#[test]
fn real_clients_send_nothing_ambiguous() {
    let deployed = Deployed::learned(&REQUEST).with_facts();
    let mut grave = Vec::new();
    for capture in captures() {
        for stream in streams(&capture).0 {
            let Judgement { finding, .. } = deployed.judge(&stream.bytes);
            if let Some(finding) = finding.filter(|finding| finding.level > Level::Note) {
                grave.push(format!("{}: {}", stream.source, finding.signature));
            }
        }
    }
    assert!(grave.is_empty(), "{grave:#?}");
}
