//! Traffic into cases: split by connection, scrubbed, minimised, each shape once.

mod minimise;
mod shape;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use parsers::{End, Family, Stance, Verdict, judge};

use crate::case::{Case, Expect};
use crate::error::CorpusError;
use crate::escape::display;
use crate::scrub::{self, http1};
use crate::traffic::{self, Stream};
use shape::Shape;

/// What became of the traffic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many streams of requests there were.
    pub streams: usize,
    /// How many of them have the shape of a known case, or of one made before.
    pub duplicates: usize,
    /// The cases that were written.
    pub written: Vec<PathBuf>,
    /// Streams and connections of which no case was made, with the reason.
    pub skipped: Vec<String>,
    /// Other things worth knowing, such as bytes that are missing.
    pub notes: Vec<String>,
}

/// Makes cases of `family` out of captures and raw files, and writes them to `out_dir`. A stream whose
/// shape is that of one of the `known` cases, or of an earlier stream, gives none.
///
/// # Errors
/// A file that cannot be read or is damaged, a family whose traffic is not known. Nothing is written
/// then. A case that cannot be written; those before it are.
pub fn import(
    files: &[PathBuf],
    family: &'static Family,
    out_dir: &Path,
    known: &[Case],
) -> Result<Summary, CorpusError> {
    let mut importer = Importer::new(family, known, out_dir)?;
    let mut errors = Vec::new();
    for file in files {
        let read = traffic::read_streams(file, &mut |stream| importer.add(&stream));
        match read {
            Ok(read) => {
                importer.summary.skipped.extend(read.skipped);
                importer.summary.notes.extend(read.partial);
                importer.summary.notes.extend(read.notes);
            }
            Err(error) => errors.push(error),
        }
    }
    CorpusError::all(errors)?;
    for case in &importer.cases {
        importer.summary.written.push(case.save(out_dir)?);
    }
    Ok(importer.summary)
}

struct Importer {
    family: &'static Family,
    shapes: HashSet<Shape>,
    names: BTreeSet<String>,
    cases: Vec<Case>,
    summary: Summary,
}

impl Importer {
    fn new(family: &'static Family, known: &[Case], out_dir: &Path) -> Result<Self, CorpusError> {
        if family.name != parsers::http1::REQUEST.name {
            return Err(CorpusError::Traffic {
                source_name: family.name.to_owned(),
                what: "only traffic of http1-request can be imported".to_owned(),
                fix: "give --family http1-request".to_owned(),
            });
        }
        let mut names: BTreeSet<String> = known.iter().map(|case| case.name.clone()).collect();
        let present = std::fs::read_dir(out_dir).into_iter().flatten().flatten();
        names.extend(present.filter_map(|entry| {
            let stem = entry.path().file_stem()?.to_str()?.to_owned();
            Some(stem)
        }));
        Ok(Self {
            family,
            shapes: known
                .iter()
                .map(|case| Shape::of(family, &case.input))
                .collect(),
            names,
            cases: Vec::new(),
            summary: Summary::default(),
        })
    }

    fn add(&mut self, stream: &Stream) {
        self.summary.streams += 1;
        let Some(bytes) = self.usable(stream) else {
            let reason = "no request of it was captured whole";
            self.summary
                .skipped
                .push(format!("{}: {reason}", stream.source));
            return;
        };
        let shape = Shape::of(self.family, bytes);
        if self.shapes.contains(&shape) {
            self.summary.duplicates += 1;
            return;
        }
        match scrub::scrub(self.family, bytes) {
            Ok(scrubbed) => {
                let input = minimise::minimise(self.family, scrubbed);
                self.shapes.insert(shape);
                // Filler may hide what made it new.
                if !self.shapes.insert(Shape::of(self.family, &input)) && !self.is_new(&input) {
                    self.summary.duplicates += 1;
                    return;
                }
                let case = self.case(stream, bytes, input);
                self.cases.push(case);
            }
            Err(reason) => {
                let skip = format!("{}: {reason}; make the case by hand", stream.source);
                self.summary.skipped.push(skip);
            }
        }
    }

    fn is_new(&self, input: &[u8]) -> bool {
        self.cases.iter().all(|case| case.input != input)
    }

    /// The bytes up to where the capture stops in the middle of a request, if it does.
    fn usable<'a>(&self, stream: &'a Stream) -> Option<&'a [u8]> {
        if stream.ended {
            return Some(&stream.bytes);
        }
        // Lenient readers take the end of the capture for the end of the request.
        let reading = self.strict(&stream.bytes).reading;
        if reading.end != End::Incomplete {
            return Some(&stream.bytes);
        }
        let whole = stream.bytes.get(..reading.taken());
        whole.filter(|whole| !whole.is_empty())
    }

    fn strict(&self, input: &[u8]) -> Verdict {
        let mut strict = Verdict::new();
        if let Some(parser) = self.family.parsers.first() {
            judge(*parser, input, &mut strict);
        }
        strict
    }

    fn case(&mut self, stream: &Stream, original: &[u8], input: Vec<u8>) -> Case {
        let client = client(original);
        let strict = self.strict(&input);
        let is_whole = strict.reading.end == End::Complete && strict.reading.taken() == input.len();
        let expect = if is_whole && strict.citations.is_empty() {
            Expect::Accept
        } else {
            Expect::Either
        };
        let refused = strict.citations.iter();
        let refused = refused.filter(|citation| citation.stance == Stance::Refuse);
        Case {
            name: self.new_name(&client),
            family: self.family.name.to_owned(),
            about: about(self.family, &client, &input),
            expect,
            rules: refused
                .map(|citation| citation.rule.id.to_owned())
                .collect(),
            class: None,
            leniencies: Vec::new(),
            agree: None,
            // The addresses of the connection are private.
            source: format!("traffic, {}", stream.file),
            input,
            path: PathBuf::new(),
        }
    }

    fn new_name(&mut self, client: &str) -> String {
        let names = (1u64..).map(|nth| format!("traffic-{client}-{nth}"));
        let fresh = names.into_iter().find(|name| !self.names.contains(name));
        let name = fresh.unwrap_or_default();
        self.names.insert(name.clone());
        name
    }
}

/// What the client calls itself: the first product of its User-Agent, if that is a plain word.
fn client(stream: &[u8]) -> String {
    const LONGEST: usize = 20;
    let (head, _) = http1::head_end(stream);
    let agent = http1::field(stream.get(..head).unwrap_or(&[]), b"useragent");
    let product = agent.unwrap_or(b"").trim_ascii_start();
    let mut words = product.split(|byte| b"/ \t(;".contains(byte));
    let word = words.next().unwrap_or(b"").to_ascii_lowercase();
    let is_plain = word
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    match String::from_utf8(word) {
        Ok(word) if is_plain && (1..=LONGEST).contains(&word.len()) => word,
        _ => "unknown".to_owned(),
    }
}

fn about(family: &'static Family, client: &str, input: &[u8]) -> String {
    let reading = shape::leading(family, input).reading;
    let count = reading.messages.len();
    let mut framings: Vec<&str> = reading
        .messages
        .iter()
        .map(|message| message.framing.word())
        .collect();
    framings.sort_unstable();
    framings.dedup();
    let first = reading.messages.first();
    let first = first.and_then(|message| input.get(message.start..message.head));
    let method = first.map_or(&b""[..], |head| {
        let line = head.split(|byte| b"\r\n".contains(byte)).next();
        http1::method_of(line.unwrap_or(b""))
    });
    let plural = if count == 1 { "" } else { "s" };
    let mut about = format!("What {client} sends: {count} request{plural}");
    if count > 0 {
        about.push_str(&format!(
            ", the first a {}, {}",
            display(method),
            framings.join(" and ")
        ));
    }
    match reading.end {
        End::Complete => {}
        end => about.push_str(&format!("; then {}", end.word())),
    }
    about.push('.');
    about
}

#[cfg(test)]
mod tests;
