//! Traffic into cases: split by connection, scrubbed, minimised, each shape once.

mod minimise;
mod shape;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use parsers::http1::REQUEST;
use parsers::{Capability, End, Family, Stance, Verdict, judge};

use crate::case::{Case, Expect};
use crate::error::CorpusError;
use crate::scrub::{self, Unscrubbable, known};
use crate::traffic::{self, ClientStream};
use shape::{Judged, Shape};

/// The families whose messages are cut out of traffic.
pub static IMPORT: Capability<()> = Capability::new("an import of traffic", &[(&REQUEST, ())]);

/// What happened to the traffic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// How many streams of requests there were.
    pub streams: usize,
    /// How many of them have the shape of a known case, or of one made before.
    pub duplicates: usize,
    /// The cases that were written.
    pub written: Vec<PathBuf>,
    /// Connections without requests, with the reason.
    pub skipped: Vec<String>,
    /// What no case holds, with the reason: streams that cannot be scrubbed, and what is missing or damaged in a capture.
    pub left_out: Vec<String>,
    /// Other things worth knowing.
    pub notes: Vec<String>,
}

/// What settles how streams become cases.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The family of the streams.
    pub family: &'static Family,
    /// Streams of the shape of one of these give no case.
    pub known: &'a [Case],
    /// Words that are not scrubbed.
    pub keep: &'a [String],
    /// The longest time for one stream. A stream that takes longer is left out.
    pub limit: Duration,
}

/// Makes cases out of captures and raw files, and writes them to `out_dir`. Of streams of one shape, the
/// first gives a case. What the summary says of a stream names its file by its place in `files`, and
/// holds no text of the stream.
///
/// # Errors
/// A file that cannot be read or is damaged, a family whose traffic is not known. Nothing is written
/// then. A case that cannot be written; those before it are.
pub fn import(
    files: &[PathBuf],
    out_dir: &Path,
    settings: &Settings<'_>,
) -> Result<ImportSummary, CorpusError> {
    let mut importer = Importer::new(*settings, out_dir)?;
    let mut errors = Vec::new();
    for (nth, file) in (1usize..).zip(files) {
        let name = file.file_name().unwrap_or(file.as_os_str());
        let name = name.to_string_lossy();
        let unnamed = |text: String| match text.strip_prefix(&*name) {
            Some(rest) => format!("file {nth}{rest}"),
            None => format!("file {nth}: {text}"),
        };
        let read = traffic::read_streams(file, &mut |stream| {
            let source = unnamed(stream.source.clone());
            importer.add(&stream, &source);
        });
        match read {
            Ok(read) => {
                let skipped = read.skipped.into_iter().map(unnamed);
                importer.summary.skipped.extend(skipped);
                let partial = read.partial.into_iter().map(unnamed);
                importer.summary.left_out.extend(partial);
                let notes = read.notes.into_iter().map(unnamed);
                importer.summary.notes.extend(notes);
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

struct Importer<'a> {
    settings: Settings<'a>,
    shapes: HashSet<Shape>,
    names: BTreeSet<String>,
    cases: Vec<Case>,
    summary: ImportSummary,
}

impl<'a> Importer<'a> {
    fn new(settings: Settings<'a>, out_dir: &Path) -> Result<Self, CorpusError> {
        let Settings {
            family,
            known,
            limit,
            ..
        } = settings;
        IMPORT.of(family).map_err(CorpusError::Unserved)?;
        let mut names: BTreeSet<String> = known.iter().map(|case| case.name.clone()).collect();
        let present = std::fs::read_dir(out_dir).into_iter().flatten().flatten();
        names.extend(present.filter_map(|entry| {
            let stem = entry.path().file_stem()?.to_str()?.to_owned();
            Some(stem)
        }));
        Ok(Self {
            settings,
            shapes: known
                .iter()
                .filter_map(|case| Shape::of(family, &case.input, Instant::now() + limit).ok())
                .collect(),
            names,
            cases: Vec::new(),
            summary: ImportSummary::default(),
        })
    }

    /// Makes a case of a stream, which messages call `source`.
    fn add(&mut self, stream: &ClientStream, source: &str) {
        self.summary.streams += 1;
        let Some(bytes) = self.usable(stream) else {
            let skip = format!("{source}: no request of it was captured whole");
            self.summary.skipped.push(skip);
            return;
        };
        match self.reduced(bytes) {
            Ok(Some(judged)) => {
                let case = self.case(judged);
                self.cases.push(case);
            }
            Ok(None) => self.summary.duplicates += 1,
            Err(reason) => {
                let left_out = format!("{source}: left out: {reason}");
                self.summary.left_out.push(left_out);
            }
        }
    }

    /// The stream without what is private or superfluous; none if it has a known shape.
    fn reduced(&mut self, bytes: &[u8]) -> Result<Option<Judged>, Unscrubbable> {
        let Settings {
            family,
            keep,
            limit,
            ..
        } = self.settings;
        let until = Instant::now() + limit;
        let shape = Shape::of(family, bytes, until)?;
        if self.shapes.contains(&shape) {
            return Ok(None);
        }
        let scrubbed = scrub::scrub(family, bytes, keep, until)?;
        let judged = minimise::minimise(family, scrubbed, until)?;
        self.shapes.insert(shape.clone());
        // Filler may hide what made it new: it is as known cases are.
        let is_new = judged.shape == shape || self.shapes.insert(judged.shape.clone());
        Ok(is_new.then_some(judged))
    }

    /// The bytes up to where the capture stops in the middle of a request, if it does.
    fn usable<'s>(&self, stream: &'s ClientStream) -> Option<&'s [u8]> {
        if stream.is_whole {
            return Some(&stream.bytes);
        }
        // Lenient readers treat the end of the capture as the end of the request.
        let reading = self.strict(&stream.bytes).reading;
        if reading.end != End::Incomplete {
            return Some(&stream.bytes);
        }
        let whole = stream.bytes.get(..reading.taken());
        whole.filter(|whole| !whole.is_empty())
    }

    fn strict(&self, input: &[u8]) -> Verdict {
        let mut strict = Verdict::new();
        if let Some(parser) = self.settings.family.parsers.first() {
            judge(*parser, input, &mut strict);
        }
        strict
    }

    fn case(&mut self, judged: Judged) -> Case {
        let about = about(&judged);
        let input = judged.input;
        let strict = self.strict(&input);
        let is_whole = strict.reading.end == End::Complete && strict.reading.taken() == input.len();
        let expect = match strict.reading.end {
            _ if !strict.citations.is_empty() => Expect::Either,
            End::Incomplete => Expect::Incomplete,
            _ if is_whole => Expect::Accept,
            _ => Expect::Either,
        };
        let rejected = strict.citations.iter();
        let rejected = rejected.filter(|citation| citation.stance == Stance::Reject);
        Case {
            name: self.new_name(),
            family: self.settings.family,
            about,
            expect,
            reads: None,
            rules: rejected
                .map(|citation| citation.rule.id.to_owned())
                .collect(),
            class: None,
            leniencies: Vec::new(),
            agree: None,
            // The names of files and the addresses of connections are private.
            source: "traffic".to_owned(),
            asked: String::new(),
            input,
            path: PathBuf::new(),
        }
    }

    /// A name that tells nothing: a number.
    fn new_name(&mut self) -> String {
        let names = (1u64..).map(|nth| format!("captured-{nth:04}"));
        let fresh = names.into_iter().find(|name| !self.names.contains(name));
        let name = fresh.unwrap_or_default();
        self.names.insert(name.clone());
        name
    }
}

/// What is printed about a case: how many requests, the method of the first, how they are framed.
fn about(judged: &Judged) -> String {
    let reading = &judged.leading.reading;
    let count = reading.messages.len();
    let mut framings: Vec<&str> = reading
        .messages
        .iter()
        .map(|message| message.framing.word())
        .collect();
    framings.sort_unstable();
    framings.dedup();
    let first = judged.messages().next();
    let method = first.and_then(|(_, facts)| known::method(facts.method()?));
    let plural = if count == 1 { "" } else { "s" };
    let mut about = format!("Captured traffic: {count} request{plural}");
    if count > 0 {
        about.push_str(&format!(
            ", the first with {}, {}",
            method.unwrap_or("an unknown method"),
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
mod canaries;
#[cfg(test)]
mod tests;
