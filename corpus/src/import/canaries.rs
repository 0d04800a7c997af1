//! Words that must not survive an import, in every element of a stream.
//!
//! `MISFRAME_CANARIES=10000 cargo test -p misframe-corpus --lib canaries` draws ten thousand streams; without the
//! variable, it is fewer.

// A panic is how a test fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::tests::SETTINGS;
use super::*;
use crate::draw::Chance;
use crate::scrub::{judge_widely, known, scrub};
use parsers::family::DialectParser;
use parsers::http1::request::RequestFacts;
use parsers::{Dialect, LeniencySet, judge_with_facts};
use std::fs;

const FAMILY: &Family = &parsers::http1::REQUEST;
/// How many streams are drawn when nothing else is said.
const STREAMS: u64 = 400;

/// Draws a stream with canaries in it.
struct Maker {
    chance: Chance,
    bytes: Vec<u8>,
    canaries: Vec<String>,
}

impl Maker {
    fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed),
            bytes: Vec::new(),
            canaries: Vec::new(),
        }
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.chance.below(count) == 0
    }

    fn pick<'s>(&mut self, texts: &[&'s str]) -> &'s str {
        texts[self.chance.below(texts.len())]
    }

    /// A random word of 4 to 16 characters that is neither filler nor like a known word.
    fn canary(&mut self) -> String {
        let alphabets = [
            "abcdefghijklmnopqrstuvwxyz",
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "0123456789",
            "0123456789abcdef",
            "0123456789ABCDEF",
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        ];
        loop {
            let alphabet = self.pick(&alphabets).as_bytes();
            let length = 4 + self.chance.below(13);
            let letters = (0..length).map(|_| alphabet[self.chance.below(alphabet.len())]);
            let word: Vec<u8> = letters.collect();
            let mut distinct = word.clone();
            distinct.sort_unstable();
            distinct.dedup();
            // Leading zeros tell nothing, and stay.
            let is_filler = distinct.len() < 3 || word[0] == b'0';
            if !is_filler && !known::is_near(&word) && !known::holds(&word) {
                let word = String::from_utf8(word).unwrap();
                self.canaries.push(word.clone());
                return word;
            }
        }
    }

    /// A text in which each `@` is a new canary.
    fn fill(&mut self, text: &str) -> String {
        let mut filled = String::new();
        for char in text.chars() {
            match char {
                '@' => filled.push_str(&self.canary()),
                other => filled.push(other),
            }
        }
        filled
    }

    fn put(&mut self, texts: &[&str]) {
        let text = self.pick(texts);
        let text = self.fill(text);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn request_line(&mut self) {
        self.put(&[
            "GET", "POST", "POST", "PUT", "HEAD", "CONNECT", "post", "@", "GET@",
        ]);
        self.put(&[" ", " ", " ", " ", "  ", "\t", " @ "]);
        let targets = [
            "/",
            "/@",
            "/@?@=@#@",
            "http://@.@:8080/@",
            "@:@",
            "*",
            "/%41@",
            "@",
            "http://@:@@[@]:80",
        ];
        self.put(&targets);
        let versions = [
            " HTTP/1.1",
            " HTTP/1.1",
            " HTTP/1.1",
            " HTTP/1.1",
            " HTTP/1.0",
            " HTTP/1.@",
            " @/1.1",
            " HTTP/1.1 @",
            " HTTP@",
            "",
            " http/1.1",
        ];
        self.put(&versions);
        self.line_end();
    }

    fn line_end(&mut self) {
        if self.one_in(30) {
            self.put(&[
                "\n",
                "\r",
                "\r\r\n",
                "\0\r\n",
                "\r\n @\r\n",
                "\r\n\t@: @\r\n",
            ]);
        } else {
            self.bytes.extend_from_slice(b"\r\n");
        }
    }

    fn fields(&mut self, framing: &str) {
        let mut lines = vec![
            self.pick(&["Host: a", "Host: @", "Host: @.@:@", "Host: [@]:80"])
                .to_owned(),
        ];
        for _ in 0..self.chance.below(4) {
            let line = [
                "User-Agent: @/@ (@)",
                "Cookie: @=@; @=\"@\"",
                "Connection: @",
                "Connection: close, @",
                "Connection: keep-alive",
                "Expect: @",
                "Expect: 100-continue",
                "Upgrade: @",
                "TE: @;q=0.@",
                "Trailer: @",
                "X-@: @",
                "@: @",
                "@-@: @",
                "@ @: @",
                "@",
                " @: @",
                "@\u{1}@: @",
                "Accept@: @",
                "Content-Length@: @",
                "@Transfer-Encoding: @",
                "Transfer-Encoding @: @",
                ": @",
                "@\u{e9}@: \u{e9}@",
                "Content-Encoding: @",
                "Authorization: Basic @==",
                "Content-Type: multipart/form-data; boundary=@",
                "Host: @",
                "Proxy-Connection: @",
                "Keep-Alive: timeout=@",
                "Forwarded: for=@",
                "@=@;@",
            ];
            lines.push(self.pick(&line).to_owned());
        }
        let at = self.chance.below(lines.len() + 1);
        lines.insert(at, framing.to_owned());
        for line in lines.into_iter().filter(|line| !line.is_empty()) {
            self.put(&[line.as_str()]);
            self.line_end();
        }
        self.line_end();
    }

    /// A body, with the field that frames it, or another.
    fn message(&mut self) {
        let bodies = [
            "",
            "@",
            "@@@",
            "@ @: @\r\n@: @\r\n\r\n",
            "GET /@ HTTP/1.1\r\nHost: @\r\nX-@: @\r\n\r\n",
            "POST /@ HTTP/1.1\r\nTransfer-Encoding: @\r\n\r\n@",
            "@\r\n@\r\n",
            "--@\r\n@: @\r\n\r\n@\r\n--@--",
        ];
        let body = self.pick(&bodies);
        let body = self.fill(body);
        self.request_line();
        match self.chance.below(8) {
            0 | 1 => {
                self.fields(&format!("Content-Length: {}", body.len()));
                self.bytes.extend_from_slice(body.as_bytes());
            }
            2 | 3 => {
                self.fields("Transfer-Encoding: chunked");
                self.chunks(&body);
            }
            4 => {
                let lengths = [
                    "@", "+@", "0x@", "5@", "5, @", "@, @", "-@", "@ 5", "5;@", "\"@\"", "",
                ];
                let length = self.pick(&lengths);
                self.fields(&format!("Content-Length: {length}"));
                self.bytes.extend_from_slice(body.as_bytes());
            }
            5 => {
                let codings = [
                    "@",
                    "chunked@",
                    "chunked, @",
                    "@, chunked",
                    "@ chunked",
                    "chunked;@=@",
                    "\"chunked\"@",
                    "chunked\r\n @",
                    "identity@",
                ];
                let coding = self.pick(&codings);
                self.fields(&format!("Transfer-Encoding: {coding}"));
                self.chunks(&body);
            }
            6 => {
                self.fields(&format!(
                    "Content-Length: {}\r\nTransfer-Encoding: chunked",
                    body.len()
                ));
                if self.one_in(2) {
                    self.chunks(&body);
                } else {
                    self.bytes.extend_from_slice(body.as_bytes());
                }
            }
            _ => {
                self.fields("");
                self.bytes.extend_from_slice(body.as_bytes());
            }
        }
    }

    fn chunks(&mut self, body: &str) {
        let half = body.len() / 2;
        let half = (half..=body.len())
            .find(|&at| body.is_char_boundary(at))
            .unwrap();
        for data in [&body[..half], &body[half..]] {
            if !data.is_empty() {
                if self.one_in(10) {
                    self.put(&["@", "@@@", "0x@", "+@", "@ @", ""]);
                } else {
                    self.bytes
                        .extend_from_slice(format!("{:x}", data.len()).as_bytes());
                }
                self.put(&["", "", "", ";@", ";@=@", ";@=\"@\"; @", " @", " ;@"]);
                self.line_end();
                self.bytes.extend_from_slice(data.as_bytes());
                self.line_end();
            }
        }
        self.put(&["0", "0", "0", "00;@", "@"]);
        self.line_end();
        self.put(&[
            "",
            "",
            "@: @\r\n",
            "Content-Length: @\r\n",
            "X-@: @\r\n @\r\n",
            "@\r\n",
        ]);
        self.line_end();
    }

    /// A stream of up to three messages, well-formed or broken.
    fn stream(&mut self) -> Vec<u8> {
        if self.one_in(12) {
            self.put(&[
                "\r\n",
                "@\r\n",
                " ",
                "@ @ @\r\n",
                "HTTP/1.1 200 @\r\n@: @\r\n\r\n",
                "\0@",
            ]);
        }
        for _ in 0..=self.chance.below(3) {
            self.message();
        }
        self.put(&["", "", "", "@", "@ /@ HTTP/1.1\r\n@"]);
        let mut bytes = std::mem::take(&mut self.bytes);
        if self.one_in(3) {
            for _ in 0..=self.chance.below(3) {
                let at = self.chance.below(bytes.len());
                match self.chance.below(4) {
                    0 => bytes.insert(at, b"\r\n \t:;\0,"[self.chance.below(8)]),
                    1 => drop(bytes.remove(at)),
                    2 => bytes.truncate(at.max(1)),
                    _ => bytes[at] = b"\r\n \t:;\0,"[self.chance.below(8)],
                }
            }
        }
        bytes
    }
}

impl Maker {
    /// The first canary that `text` holds, as it is or in hexadecimal.
    fn survivor(&self, text: &str) -> Option<&String> {
        let text = text.to_ascii_lowercase();
        self.canaries.iter().find(|canary| {
            let canary = canary.to_ascii_lowercase();
            let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
            text.contains(&canary) || text.contains(&hex)
        })
    }
}

/// What is known of one stream after its import: its case, the names of the files, the summary.
fn imported(maker: &mut Maker, stream: &[u8], keep: &[String]) -> (String, ImportSummary) {
    let dir = tempfile::tempdir().unwrap();
    let name = maker.fill("@.req");
    let file = dir.path().join(name);
    fs::write(&file, stream).unwrap();
    let out = dir.path().join("cases");
    // What is no stream of requests at all is not read: a message names its file, and nothing is written.
    let settings = Settings { keep, ..SETTINGS };
    let Ok(summary) = import(&[file], &out, &settings) else {
        assert!(!out.exists());
        return (String::new(), ImportSummary::default());
    };
    let mut told = format!(
        "{:?}",
        (&summary.left_out, &summary.skipped, &summary.notes)
    );
    for path in &summary.written {
        told.push_str(&path.file_name().unwrap().to_string_lossy());
        told.push_str(&fs::read_to_string(path).unwrap());
        let case = crate::case::load(path, FAMILY).unwrap();
        told.push_str(&String::from_utf8_lossy(&case.input));
    }
    (told, summary)
}

#[test]
fn no_canary_survives() {
    let streams = std::env::var("MISFRAME_CANARIES").ok();
    let streams = streams.map_or(STREAMS, |count| count.parse().unwrap());
    let (mut canaries, mut left_out, mut written) = (0, 0, 0);
    for seed in 0..streams {
        let mut maker = Maker::new(seed);
        let stream = maker.stream();
        if let Ok(scrubbed) = scrub(FAMILY, &stream, &[], Instant::now() + SETTINGS.limit) {
            assert_eq!(scrubbed.len(), stream.len());
            let survivor = maker.survivor(&String::from_utf8_lossy(&scrubbed));
            let shown = [
                crate::escape::display(&stream),
                crate::escape::display(&scrubbed),
            ];
            assert_eq!(survivor, None, "stream {seed}: {shown:#?}");
        }
        let (told, summary) = imported(&mut maker, &stream, &[]);
        assert_eq!(maker.survivor(&told), None, "stream {seed}: {told}");
        canaries += maker.canaries.len();
        left_out += summary.left_out.len();
        written += summary.written.len();
    }
    eprintln!("streams: {streams}; canaries: {canaries}; cases: {written}; left out: {left_out}");
    // A scrubber that leaves out everything would pass.
    assert!(written as u64 * 10 >= streams * 8, "{written} of {streams}");
}

/// How many requests the strict reader and the one with every leniency each understand, and the names of the framing fields and
/// trailer fields of each.
fn facts_of(input: &[u8]) -> Vec<Vec<Vec<String>>> {
    let sets = [LeniencySet::EMPTY, FAMILY.every_leniency()];
    let requests = sets.map(|set| {
        let reader = DialectParser::new(FAMILY, Dialect::new("", set));
        let mut verdict = Verdict::new();
        judge_with_facts(&reader, input, &mut verdict);
        let all = 0..=verdict.reading.messages.len();
        let names = all.map(|nth| {
            let facts = RequestFacts::of(&verdict, nth, input);
            let fields = facts.fields().chain(facts.trailers());
            let framing = fields.filter(|field| known::is_framing_field(field.name));
            let names = framing.map(|field| String::from_utf8_lossy(field.name).into_owned());
            names.collect()
        });
        names.collect()
    });
    requests.to_vec()
}

#[test]
fn scrubbing_keeps_the_shape_of_facts() {
    let (mut scrubbed, mut named) = (0, 0);
    for seed in 0..STREAMS {
        let stream = Maker::new(seed).stream();
        let Ok(clean) = scrub(FAMILY, &stream, &[], Instant::now() + SETTINGS.limit) else {
            continue;
        };
        let facts = facts_of(&stream);
        assert_eq!(
            facts,
            facts_of(&clean),
            "{}",
            crate::escape::display(&stream)
        );
        scrubbed += 1;
        named += facts.iter().flatten().flatten().count();
    }
    assert!(scrubbed > 300 && named > 300, "{scrubbed} {named}");
}

/// A minimised stream ends for each reader as it did, and by the same rule.
#[test]
fn minimising_keeps_how_each_reader_ends() {
    let ends = |input: &[u8]| {
        let judgements = judge_widely(FAMILY, input, Instant::now() + SETTINGS.limit).unwrap();
        let ends = judgements.each().map(|verdict| {
            let rule = verdict.rejection().map(|rejection| rejection.rule.id);
            (verdict.reading.end, rule)
        });
        ends.collect::<Vec<_>>()
    };
    let (mut kept, mut shorter) = (0, 0);
    for seed in 0..STREAMS / 4 {
        let stream = Maker::new(seed).stream();
        let until = Instant::now() + SETTINGS.limit;
        let small = minimise::minimise(FAMILY, stream.clone(), until)
            .unwrap()
            .input;
        // Where strict reads the stream to its end, the others are not asked.
        if ends(&stream)[0].0 == End::Rejected {
            assert_eq!(
                ends(&stream),
                ends(&small),
                "{}",
                crate::escape::display(&stream)
            );
            kept += 1;
            shorter += usize::from(small.len() < stream.len());
        }
    }
    assert!(kept > 30 && shorter > 30, "{kept} {shorter}");
}

/// [`no_canary_survives`] with a scrubber that lets words through.
#[test]
fn a_leak_is_seen() {
    let leaks = (0..40).filter(|&seed| {
        let mut maker = Maker::new(seed);
        let stream = maker.stream();
        let keep = maker.canaries.clone();
        let (told, _) = imported(&mut maker, &stream, &keep);
        maker.survivor(&told).is_some()
    });
    assert!(leaks.count() > 20);
}
