//! What other people's implementations read, held against their own sources, and against themselves.

// A panic is how a test fails, and so is an index that is out of bounds.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::env;
use std::fs;
use std::process::{Command, ExitCode};

use corpus::case;
use parsers::End;
use parsers::http1::REQUEST;
use peers::live::reader::{self, LiveReader, Patience};
use peers::live::{HopSide, named};
use peers::{About, Failure, PEERS, Pieces, Seen, Tier, ask, worker};
use reports::judge::dialect_file::DialectFile;
use reports::measure::climb::Way;
use reports::measure::learn::{drawn, examine};
use trials::{Ignored, TrialRun, of_each, trials};

mod open;

use open::{absent, open};

fn main() -> ExitCode {
    let readers = || {
        let readers = PEERS.iter().filter(|about| *about.family == REQUEST);
        readers.map(|about| (about.name, *about))
    };
    let linked = readers().filter(|(_, about)| about.tier() == Tier::Linked);
    let known = KNOWN.iter().map(|known| (known.0.replace(' ', "-"), known));
    let examples = EXAMPLES.iter().map(|example| (example.0, example));
    let servers = ["gunicorn", "node", "waitress"].map(|name| (name, name));
    let groups = [
        trials![the_dialects_that_were_learned_promise_enough],
        of_each("reads_as_its_source_says", known, reads_as_its_source_says),
        of_each(
            "cuts_matter_if_it_says_so",
            readers(),
            cuts_matter_if_it_says_so,
        ),
        of_each("the_example_works", examples, the_example_works),
        of_each(
            "the_learned_dialect_reads_alike",
            linked,
            the_learned_dialect_reads_alike,
        ),
        of_each(
            "the_dialect_of_a_server_reads_alike",
            servers,
            the_dialect_of_a_server_reads_alike,
        ),
    ];
    trials::run(groups.into_iter().flatten().collect())
}

fn input(name: &str) -> Vec<u8> {
    let path = tests::repository().join(format!("corpus/http1-request/{name}.toml"));
    case::load(&path, &REQUEST).unwrap().input
}

/// A peer with the version that was read, a case, where the peer ends the messages, how it ends the stream, and where
/// its own source says so.
type Known = (
    &'static str,
    &'static str,
    &'static [usize],
    End,
    &'static str,
);

const KNOWN: &[Known] = &[
    (
        "actix-http 3.20.0",
        "te-gzip-chunked",
        &[],
        End::Rejected,
        "src/h1/decoder.rs, set_headers: a Transfer-Encoding other than chunked and identity is \
         ParseError::Header",
    ),
    (
        "edge-http 0.8.0",
        "cs-plus-minus",
        &[98],
        End::Complete,
        "src/io.rs, parse_size: u64::from_str_radix, which the standard library has take a plus sign",
    ),
    (
        "http-net 0.9.1",
        "version-1-2-or-2-0",
        &[27, 55],
        End::Complete,
        "src/head.rs, parse_version: (b'1', _) => Ok(Version::Http11)",
    ),
    (
        "http-parser 2.9.4",
        "ext-term-lf",
        &[78, 106],
        End::Rejected,
        "http_parser.c, s_chunk_parameters: each byte but CR is ignored, so that an LF does not end the line",
    ),
    (
        "httparse 1.10.1",
        "ext-term-lf",
        &[78, 106],
        End::Rejected,
        "src/lib.rs, parse_chunk_size: \"We allow any arbitrary octet once we are in the extension\"",
    ),
    (
        "httpcodec 0.2.3",
        "extra-crlf-between",
        &[66],
        End::Rejected,
        "src/chunked_body.rs, ChunkSizeDecoder::decode: CR LF ends a size, whether a digit came or not; \
         without one it is 0",
    ),
    (
        "hyper 1.12.0",
        "te-http10",
        &[],
        End::Rejected,
        "src/proto/h1/role.rs, Server::parse: \"HTTP/1.0 cannot have Transfer-Encoding header\"",
    ),
    (
        "kawa 0.7.2",
        "te-cl-close",
        &[80, 108],
        End::Complete,
        "src/protocol/h1/parser/mod.rs, process_headers: \"the Transfer-Encoding overrides the \
         Content-Length\"",
    ),
    (
        "libhtp-generic 8.0.8",
        "te-cl-close",
        &[80, 108],
        End::Complete,
        "src/transaction.rs, process_request_headers: \"If the T-E header is present we are going to use it\"",
    ),
    (
        "llhttp 9.3.0",
        "method-lowercase",
        &[],
        End::Rejected,
        "include/llhttp.h, HTTP_METHOD_MAP: the methods that it knows, all in upper case",
    ),
    (
        "llhttp-lenient 9.3.0",
        "te-cl-close",
        &[80, 108],
        End::Complete,
        "include/llhttp.h, llhttp_set_lenient_chunked_length: \"conflicting Transfer-Encoding and \
         Content-Length\" are no error",
    ),
    (
        "picohttpparser 1.0.0",
        "data-lf",
        &[66, 94],
        End::Complete,
        "picohttpparser.c, CHUNKED_IN_CHUNK_CRLF: any number of CRs, none too, before the LF",
    ),
    (
        "rust-h11 0.1.0",
        "fold-value",
        &[63, 91],
        End::Complete,
        "src/_readers.rs, _obsolete_line_fold: a line that begins with whitespace is joined to the one \
         before by a space",
    ),
    (
        "safehttp 0.2.0",
        "te-cl-close",
        &[],
        End::Rejected,
        "src/lib.rs, check_headers: both are Error::ContentLengthAndTransferEncoding",
    ),
    (
        "ureq-proto 0.7.1",
        "cs-plus-minus",
        &[98],
        End::Complete,
        "src/chunk.rs, read_size: usize::from_str_radix, which the standard library has take a plus sign",
    ),
    (
        "aiohttp 3.14.5",
        "te-gzip-chunked",
        &[67, 95],
        End::Complete,
        "its parser is llhttp, whose http.ts looks for chunked as the last token of Transfer-Encoding",
    ),
    (
        "aiohttp-python 3.14.5",
        "conn-close-then-pipelined",
        &[],
        End::Rejected,
        "http_parser.py, feed_data: raise BadHttpMessage(\"Data after `Connection: close`\"), and the \
         messages read before are not returned",
    ),
    (
        "go-net-http 1.27.3",
        "fold-value",
        &[63, 91],
        End::Complete,
        "net/textproto/reader.go, readContinuedLineSlice: a line that begins with a space continues the one \
         before",
    ),
    (
        "h11 0.16.0",
        "ext-cr-any",
        &[79, 107],
        End::Rejected,
        "_abnf.py: chunk_ext = r\";.*\", and the dot of a regular expression matches CR",
    ),
    (
        "http-parser-js 0.5.10",
        "cs-hex-prefix",
        &[99],
        End::Complete,
        "http-parser.js, BODY_CHUNKHEAD: parseInt(line, 16), which takes 0x",
    ),
    (
        "httptools 0.9.0",
        "upgrade-with-body",
        &[83],
        End::Complete,
        "parser.pyx, cb_on_headers_complete: returns 1, which is no body, if the parser has seen an upgrade",
    ),
    (
        "node 20.20.2",
        "te-gzip-chunked",
        &[67, 95],
        End::Complete,
        "its parser is llhttp, whose http.ts looks for chunked as the last token of Transfer-Encoding",
    ),
    (
        "waitress 3.0.2",
        "last-lf",
        &[88],
        End::Complete,
        "rfc7230.py: ONLY_HEXDIG_RE ends with $, which matches before a final LF, and receiver.py matches a \
         chunk size against it",
    ),
];

fn reads_as_its_source_says(known: &'static Known) -> TrialRun {
    let (peer, case, ends, end, source) = known;
    let (name, version) = peer.split_once(' ').unwrap();
    let about = PEERS.iter().find(|about| about.name == name).unwrap();
    let mut opened = open(about)?;
    // What is installed may be newer than what was read; what is linked is known.
    if about.tier() == Tier::Linked {
        assert_eq!(opened.version, version, "read the source of {name} anew");
    }
    let mut seen = Seen::default();
    ask(&mut *opened.peer, &input(case), Pieces::One, &mut seen).unwrap();
    let told: Vec<_> = seen.messages.iter().map(|whole| whole.end).collect();
    assert_eq!(
        (told.as_slice(), seen.end),
        (*ends, *end),
        "{peer} {case}: {source}"
    );
    Ok(())
}

/// Inputs of which a reading may depend on how they are cut, and that no case has.
const CUT: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\n: x\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n\r\nHELLO / HTTP/1.1\r\nHost: a\r\n\r\n",
];

fn cuts_matter_if_it_says_so(about: &'static About) -> TrialRun {
    let mut opened = open(about)?;
    let folder = tests::repository().join("corpus");
    let cases = case::load_family(&folder, &REQUEST).unwrap();
    let mut inputs: Vec<_> = CUT.iter().map(|input| input.to_vec()).collect();
    inputs.extend(cases.into_iter().map(|case| case.input));
    let mut told = |input: &[u8], pieces| -> Result<Seen, Failure> {
        let mut seen = Seen::default();
        let asked = ask(&mut *opened.peer, input, pieces, &mut seen);
        if asked.is_err() && !opened.peer.is_usable() {
            opened = about.open()?;
        }
        asked.map(|()| seen)
    };
    let mut inputs = inputs.iter();
    let depends = inputs.find(|input| told(input, Pieces::One) != told(input, Pieces::Bytes));
    let depends = depends.map(|input| input.escape_ascii().to_string());
    assert_eq!(depends.is_some(), !about.cuts.is_empty(), "{depends:?}");
    Ok(())
}

/// What runs this program: it may be on the path, or among what is installed from PyPI.
fn found(program: &str) -> Option<String> {
    let installed = env::var("MISFRAME_PEERS").unwrap_or_default();
    let ways = [
        program.to_owned(),
        format!("{installed}/python/bin/{program}"),
    ];
    let runs = |way: &String| Command::new(way).arg("version").output().is_ok();
    ways.into_iter().find(runs)
}

/// A language, the name of a file, and the program that runs it, or builds a program of it.
type Example = (&'static str, &'static str, &'static str);

const EXAMPLES: [Example; 3] = [
    ("python", "mine.py", "python3"),
    ("javascript", "mine.js", "node"),
    ("go", "mine.go", "go"),
];

/// The complete examples of the page that says how to write a worker.
fn the_example_works(example: &'static Example) -> TrialRun {
    let (language, file, program) = example;
    let program =
        found(program).ok_or_else(|| Ignored::not_installed(format!("needs {program}")))?;
    let page = fs::read_to_string(tests::repository().join("peers/PROTOCOL.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let from = format!("```{language}\n");
    let start = page.find(&from).unwrap() + from.len();
    let length = page[start..].find("```").unwrap();
    let path = folder.path().join(file);
    fs::write(&path, &page[start..start + length]).unwrap();
    let command = if *language == "go" {
        // A worker writes only to its scratch folder, and so it is built before.
        let built = folder.path().join("mine");
        let mut build = Command::new(&program);
        build.arg("build").arg("-o").arg(&built).arg(&path);
        build.env("GOCACHE", folder.path().join("cache"));
        assert!(build.status().unwrap().success());
        built.display().to_string()
    } else {
        format!("{program} {}", path.display())
    };
    let mut opened = worker::of_command(&command, &REQUEST)
        .unwrap()
        .open()
        .unwrap();
    assert_eq!(opened.name, "mine");
    let input = b"2\nab1\nc3\nd";
    for pieces in [Pieces::One, Pieces::Bytes] {
        let mut seen = Seen::default();
        ask(&mut *opened.peer, input, pieces, &mut seen).unwrap();
        let ends: Vec<_> = seen.messages.iter().map(|whole| whole.end).collect();
        assert_eq!((ends, seen.end), (vec![4, 7], End::Incomplete));
        assert_eq!(seen.content, b"abc");
    }
    Ok(())
}

/// What was measured of each dialect of a peer that reads requests: 99 % of those that are linked, 97 % of workers.
fn the_dialects_that_were_learned_promise_enough() {
    for about in PEERS.iter().filter(|about| *about.family == REQUEST) {
        let path = tests::repository().join(format!("peers/dialects/{}.toml", about.name));
        let file = DialectFile::load(&path).unwrap();
        let least = match about.tier() {
            Tier::Linked => 99,
            _ => 97,
        };
        let (alike, inputs) = (file.alike, file.inputs);
        assert!(inputs >= 4900, "{}: {inputs} inputs", about.name);
        assert!(
            alike * 100 >= inputs * least,
            "{}: {alike} of {inputs}",
            about.name
        );
    }
}

/// The dialect that was learned is that of the peer that is linked now.
fn the_learned_dialect_reads_alike(about: &'static About) -> TrialRun {
    const INPUTS: usize = 1000;
    let mut opened = open(about)?;
    let path = tests::repository().join(format!("peers/dialects/{}.toml", about.name));
    let file = DialectFile::load(&path).unwrap();
    assert_eq!(
        file.peer,
        format!("{} {}", opened.name, opened.version),
        "learn it anew: misframe learn {} --out peers/dialects",
        about.name
    );
    let way = Way {
        relaxes: file.relaxes(&REQUEST).unwrap(),
        demands: Vec::new(),
    };
    let pieces = match file.pieces {
        Some(_) => Pieces::Bytes,
        None => Pieces::One,
    };
    let mut answer = |input: &[u8]| {
        let mut seen = Seen::default();
        let asked = ask(&mut *opened.peer, input, pieces, &mut seen);
        if asked.is_err() {
            opened = about.open().ok()?;
        }
        asked.ok().map(|()| seen)
    };
    let inputs = drawn(&REQUEST, 5, INPUTS, &[]);
    let exam = examine(&REQUEST, &way, inputs, &mut answer, &mut |_, _, _| {});
    // What was measured on other inputs, less four standard deviations.
    let promised = file.alike as f64 / file.inputs as f64;
    let deviation = (promised * (1.0 - promised) / exam.inputs as f64).sqrt();
    let share = exam.alike as f64 / exam.inputs as f64;
    assert!(
        share >= promised - 4.0 * deviation - 0.002,
        "{}: {share} of {} inputs, not {promised}",
        about.name,
        exam.inputs
    );
    Ok(())
}

fn the_dialect_of_a_server_reads_alike(name: &'static str) -> TrialRun {
    const INPUTS: usize = 60;
    let server = named(HopSide::Back, name).unwrap();
    let (reader, version) =
        LiveReader::of_back(server).map_err(|failure| absent(name, false, failure))?;
    let path = tests::repository().join(format!("peers/dialects/live-{name}.toml"));
    let file = DialectFile::load(&path).unwrap();
    assert_eq!(
        file.peer,
        format!("live:{name} {version}"),
        "learn it anew: misframe learn live:{name} --out peers/dialects"
    );
    let way = Way {
        relaxes: file.relaxes(&REQUEST).unwrap(),
        demands: Vec::new(),
    };
    let mut last = Vec::new();
    let mut answer = |input: &[u8]| {
        // A peer that is asked again gets more time.
        let patience = match last == input {
            true => Patience::LONG,
            false => Patience::USUAL,
        };
        last = input.to_vec();
        reader.read(input, patience).ok()
    };
    let inputs = drawn(&REQUEST, 5, INPUTS, reader::canary());
    let exam = examine(&REQUEST, &way, inputs, &mut answer, &mut |_, _, _| {});
    // What was measured, 97 % or more, less four standard deviations of so few.
    assert!(exam.alike * 100 >= exam.inputs * 88, "{name}: {exam:?}");
    Ok(())
}
