//! What fronts have forwarded, kept in files, and what readers in this process make of it: no back is started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use corpus::escape::{decode, encode};
use corpus::file::{CASE_LIMIT, read};
use parsers::family::DialectParser;
use parsers::http1::request::RequestFacts;
use parsers::{Dialect, End, Family, LeniencySet, Verdict, judge_with_facts};
use peers::live::back::{Left, LoggedRequest, Saw};
use peers::live::front::{Canary, FrontOutcome, UnderstoodRequest, first_line};
use peers::live::recorder::Bursts;
use peers::live::{self, HopSide};
use peers::{Pieces, Seen};
use serde::{Deserialize, Serialize};

use super::table::Front;
use super::{Recording, mark};
use crate::judge::ask::Peers;

/// What one front has forwarded.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    front: String,
    version: String,
    /// What the front puts into each head that it forwards.
    mark: String,
    recordings: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    canary: String,
    status: Option<u16>,
    canary_answered: bool,
    /// For each connection, what came before each answer, escaped as in cases.
    connections: Vec<Vec<String>>,
}

/// Writes what a front has forwarded to a file of its name in `folder`.
///
/// # Errors
/// When it cannot be written.
pub fn save(folder: &Path, front: &Front) -> Result<()> {
    let escaped = |bytes: &Vec<u8>| encode(bytes).replace('\n', "");
    let entry = |recording: &Recording| Entry {
        case: recording.case.clone(),
        canary: recording.canary.word().to_owned(),
        status: recording.forwarded.status,
        canary_answered: recording.forwarded.canary_answered,
        connections: {
            let connections = recording.forwarded.connections.iter();
            let connections = connections.map(|bursts| bursts.iter().map(escaped).collect());
            connections.collect()
        },
    };
    let file = File {
        front: front.server.name.to_owned(),
        version: front.version.clone(),
        mark: mark(front.server),
        recordings: front.recordings.iter().map(entry).collect(),
    };
    let text = corpus::escape::json_pretty(&file)?;
    let path = folder.join(format!("{}.json", file.front));
    corpus::file::write_atomically(&path, format!("{text}\n").as_bytes())?;
    Ok(())
}

/// The fronts whose files are in `folder`, by name.
///
/// # Errors
/// When there is none, or one cannot be read.
pub fn load(folder: &Path) -> Result<Vec<Front>> {
    let name = folder.display();
    let listed = fs::read_dir(folder).with_context(|| format!("cannot list {name}"))?;
    let mut paths = Vec::new();
    for entry in listed {
        let path = entry.with_context(|| format!("cannot list {name}"))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        bail!("{name}: nothing is recorded there; `misframe chain --record {name}` does");
    }
    let fronts = paths.iter().map(|path| {
        let what = || format!("{}: it holds nothing that was recorded", path.display());
        let text = read(path, CASE_LIMIT)?;
        let file: File = serde_json::from_slice(&text).with_context(what)?;
        front(file).with_context(what)
    });
    fronts.collect()
}

fn front(file: File) -> Result<Front> {
    let server = live::named(HopSide::Front, &file.front).map_err(|why| anyhow!(why))?;
    let mut recordings = Vec::new();
    for entry in file.recordings {
        let mut canaries = Canary::BOTH.into_iter();
        let canary = canaries.find(|canary| canary.word() == entry.canary);
        let canary = canary.with_context(|| format!("no such canary: {:?}", entry.canary))?;
        let mut connections: Vec<Bursts> = Vec::new();
        for bursts in &entry.connections {
            let bursts = bursts.iter().map(|text| decode(text));
            connections.push(bursts.collect::<Result<_, _>>()?);
        }
        let forwarded = FrontOutcome {
            connections,
            status: entry.status,
            canary_answered: entry.canary_answered,
        };
        recordings.push(Recording {
            case: entry.case,
            canary,
            meant: forwarded.meant(&file.mark),
            is_through: forwarded.is_through(&file.mark),
            forwarded,
        });
    }
    Ok(Front {
        server,
        version: file.version,
        recordings,
    })
}

/// A reader in this process of what was forwarded.
pub struct InProcessReader {
    /// Its name and version; of a dialect, of the peer that it was learned from.
    pub name: String,
    /// What it is, in a word.
    pub kind: &'static str,
    /// What it makes of each stream; none is there of one that it cannot read.
    pub saw: BTreeMap<Bursts, Saw>,
}

/// The peers, each with what it makes of each stream.
pub fn peers(peers: &mut Peers, streams: &BTreeSet<&Bursts>) -> Vec<InProcessReader> {
    let kinds: Vec<_> = peers
        .tiers()
        .map(|(name, tier)| (name.to_owned(), tier.word()))
        .collect();
    let mut readers: Vec<_> = kinds
        .into_iter()
        .map(|(name, kind)| InProcessReader {
            name,
            kind,
            saw: BTreeMap::new(),
        })
        .collect();
    for stream in streams {
        let bytes = stream.concat();
        let answers = peers.answers_unexplained(&bytes, Pieces::One);
        for (reader, (_, seen)) in readers.iter_mut().zip(answers) {
            let saw = seen.map(|seen| saw_of_seen(&bytes, &seen));
            reader.saw.extend(saw.map(|saw| ((*stream).clone(), saw)));
        }
    }
    readers
}

/// The dialect that was learned from a peer of this name, with what it makes of each stream.
pub fn dialect(
    family: &'static Family,
    name: String,
    relaxes: &LeniencySet,
    streams: &BTreeSet<&Bursts>,
) -> InProcessReader {
    let reader = DialectParser::new(family, Dialect::new("", *relaxes));
    let mut verdict = Verdict::new();
    let saw = streams.iter().map(|stream| {
        let bytes = stream.concat();
        judge_with_facts(&reader, &bytes, &mut verdict);
        let messages = 0..verdict.reading.messages.len();
        let lines = messages.filter_map(|nth| {
            let facts = RequestFacts::of(&verdict, nth, &bytes);
            UnderstoodRequest::of(&facts)
        });
        ((*stream).clone(), saw(lines, verdict.reading.end))
    });
    InProcessReader {
        name,
        kind: "dialect",
        saw: saw.collect(),
    }
}

fn saw_of_seen(bytes: &[u8], seen: &Seen) -> Saw {
    let ends = seen.messages.iter().map(|whole| whole.end);
    let starts = std::iter::once(0).chain(ends.clone());
    let lines = starts.zip(ends).map(|(start, end)| {
        let message = bytes.get(start..end).unwrap_or(&[]);
        first_line(message).unwrap_or_else(|| UnderstoodRequest {
            method: String::from_utf8_lossy(message).trim().to_owned(),
            target: String::new(),
        })
    });
    saw(lines, seen.end)
}

/// What the log of a back would tell that reads these requests, and that the stream ends so.
fn saw(lines: impl Iterator<Item = UnderstoodRequest>, end: End) -> Saw {
    let requests = lines.zip(1..).map(|(line, nth)| LoggedRequest {
        port: 0,
        nth,
        method: line.method,
        target: line.target,
        length: 0,
        body: String::new(),
        whole: true,
    });
    Saw {
        requests: requests.collect(),
        left: match end {
            End::Complete | End::Tunnel => Left::Answered,
            End::Incomplete => Left::Waits,
            End::Rejected => Left::Rejected(400),
        },
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use parsers::http1::REQUEST;
    use peers::live::chain::Direction;

    use super::*;
    use crate::judge::ask::PeerChoice;
    use crate::measure::chain::table::{self, Cell};

    /// What nginx would have forwarded of a request with both lengths, were it to forward it as it is.
    fn kept(folder: &Path) -> Vec<Front> {
        let server = live::named(HopSide::Front, "nginx").unwrap();
        let mark = mark(server);
        let stream = format!(
            "POST /a HTTP/1.1\r\nHost: a\r\n{mark}\r\nContent-Length: 33\r\n\
             Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n\
             GET /canary HTTP/1.1\r\nHost: a\r\n{mark}\r\n\r\n"
        );
        let forwarded = FrontOutcome {
            connections: vec![vec![stream.into_bytes()], vec![b"\xff' \\x ".to_vec()]],
            status: Some(200),
            canary_answered: true,
        };
        let recording = Recording {
            case: "cl-te".to_owned(),
            canary: Canary::SameWrite,
            meant: forwarded.meant(&mark),
            is_through: forwarded.is_through(&mark),
            forwarded,
        };
        let front = Front {
            server,
            version: "1".to_owned(),
            recordings: vec![recording],
        };
        save(folder, &front).unwrap();
        let loaded = load(folder).unwrap();
        let [again] = loaded.as_slice() else {
            panic!("there is one")
        };
        let before = &front.recordings.first().unwrap().forwarded;
        assert_eq!(&again.recordings.first().unwrap().forwarded, before);
        assert_eq!(again.version, "1");
        loaded
    }

    #[test]
    fn what_was_recorded_is_read_by_every_reader() {
        let folder = tempfile::tempdir().unwrap();
        let fronts = kept(folder.path());
        let streams = table::streams(&fronts);
        let front = fronts.first().unwrap();
        let told = |cell: &Cell| [Direction::Extra, Direction::Missing].map(|way| cell.count(way));
        // kawa goes by Transfer-Encoding and sees the request in the content; http-net rejects both.
        let asked = ["kawa", "http-net"].map(|name| PeerChoice::named(name).unwrap());
        let readers = peers(&mut Peers::open(&REQUEST, &asked), &streams);
        let cells: Vec<_> = readers
            .iter()
            .map(|reader| told(&table::cell(&reader.saw, front)))
            .collect();
        let kinds: Vec<_> = readers.iter().map(|reader| reader.kind).collect();
        assert_eq!(kinds, ["linked", "linked"]);
        assert_eq!(cells, [[0, 0], [1, 0]]);
        for (ids, expected) in [
            ("coding-beats-length", [1, 0]),
            ("coding-ignored,length-beats-coding", [0, 0]),
        ] {
            let relaxes = crate::judge::dialect_file::leniencies(&REQUEST, ids).unwrap();
            let reader = dialect(&REQUEST, ids.to_owned(), &relaxes, &streams);
            assert_eq!(told(&table::cell(&reader.saw, front)), expected, "{ids}");
        }
    }
}
