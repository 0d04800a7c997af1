//! Real traffic without what is private in it: values and bodies become filler of equal length, framing
//! bytes stay.
//!
//! Whatever any reading takes for structure (a head, a chunk-size line, a trailer section) is kept as
//! structure; all else becomes filler. So the readings stay what they were, which is checked.

pub(crate) mod http1;

use std::collections::HashSet;
use std::ops::Range;

use parsers::family::DialectParser;
use parsers::{Citation, Dialect, End, Family, Framing, LeniencySet, Reading, Verdict, judge};

/// Why a stream cannot be scrubbed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unscrubbable {
    /// Nobody has said what is private in this family.
    Family,
    /// With filler in it, this parser or dialect would read the stream otherwise.
    ReadOtherwise(String),
}

impl std::fmt::Display for Unscrubbable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Family => formatter.write_str("what is private in this family is not known"),
            Self::ReadOtherwise(by) => write!(
                formatter,
                "{by} would read it otherwise once its values are filler"
            ),
        }
    }
}

/// A range of the input that some reading takes for structure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Region {
    /// A head, or the front of one.
    Head(Range<usize>),
    /// What lies between the parts of a body, or after the last one.
    Framing(Range<usize>),
    /// A chunked body, from its first chunk-size line, whose reading stopped within the range.
    Chunks(Range<usize>),
}

/// `input` with filler for everything private. It has the same length, and every parser of the family,
/// its dialect under each leniency alone and under all of them reads it as before.
///
/// # Errors
/// When that cannot be had.
pub fn scrub(family: &'static Family, input: &[u8]) -> Result<Vec<u8>, Unscrubbable> {
    if family.name != parsers::http1::REQUEST.name {
        return Err(Unscrubbable::Family);
    }
    let before = judge_widely(family, input);
    let mut seen = HashSet::new();
    let mut regions = Vec::new();
    for (_, verdict) in &before {
        if seen.insert((
            &verdict.reading,
            verdict.refusal().map(|refusal| refusal.at),
        )) {
            add_regions(input, verdict, &mut regions);
        }
    }
    let mut once = HashSet::new();
    regions.retain(|region| once.insert(region.clone()));
    let scrubbed = http1::fill(input, &regions);
    for ((name, old), (_, new)) in before.iter().zip(judge_widely(family, &scrubbed)) {
        if old.reading != new.reading || !cite_alike(&old.citations, &new.citations) {
            return Err(Unscrubbable::ReadOtherwise(name.clone()));
        }
    }
    Ok(scrubbed)
}

/// The verdicts of all parsers, and of dialects that are lenient in one way or in every way.
pub(crate) fn judge_widely(family: &'static Family, input: &[u8]) -> Vec<(String, Verdict)> {
    let mut verdicts = Vec::new();
    let mut add = |name: String, parser: &dyn parsers::Parser| {
        let mut verdict = Verdict::new();
        judge(parser, input, &mut verdict);
        verdicts.push((name, verdict));
    };
    for parser in family.parsers {
        add(parser.name().to_owned(), *parser);
    }
    let singles = family.leniencies.iter().map(|leniency| {
        let name = format!("a reader with the leniency {}", leniency.id);
        (name, LeniencySet::of(&[leniency]))
    });
    let every = (
        "a reader with every leniency".to_owned(),
        family.every_leniency(),
    );
    for (name, waives) in singles.chain([every]) {
        let parser = DialectParser::new(family, Dialect::new(name.clone(), waives));
        add(name, &parser);
    }
    verdicts
}

fn cite_alike(old: &[Citation], new: &[Citation]) -> bool {
    let pairs = old.iter().zip(new);
    old.len() == new.len() && pairs.into_iter().all(|(old, new)| old == new)
}

fn add_regions(input: &[u8], verdict: &Verdict, regions: &mut Vec<Region>) {
    let reading = &verdict.reading;
    for message in &reading.messages {
        regions.push(Region::Head(message.start..message.head));
        let mut at = message.head;
        for part in reading.parts_of(message) {
            regions.push(Region::Framing(at..part.start));
            // Only the first label is payload.
            if part.label != 0 {
                regions.push(Region::Framing(part.start..part.end));
            }
            at = part.end;
        }
        regions.push(Region::Framing(at..message.end));
    }
    let taken = reading.taken();
    match (reading.end, reading.pending) {
        (End::Incomplete, Some(pending)) => {
            regions.push(Region::Head(taken..pending.head));
            if pending.framing == Framing::Chunked {
                regions.push(Region::Chunks(pending.head..input.len()));
            }
        }
        (End::Incomplete, None) => regions.push(Region::Head(taken..input.len())),
        (End::Refused, _) => add_refused(input, reading, verdict.refusal(), regions),
        (End::Complete | End::Tunnel, _) => {}
    }
}

/// What was read of the message that was refused in the end.
fn add_refused(
    input: &[u8],
    reading: &Reading,
    refusal: Option<&Citation>,
    regions: &mut Vec<Region>,
) {
    let taken = reading.taken();
    let line_end = |from: usize| {
        let rest = input.get(from..).unwrap_or(&[]);
        let feed = rest.iter().position(|&byte| byte == b'\n');
        feed.map_or(input.len(), |feed| from + feed + 1)
    };
    let at = refusal.map_or(taken, |refusal| refusal.at);
    let rest = input.get(taken..).unwrap_or(&[]);
    let (head, is_head) = http1::head_end(rest);
    let head = taken + head;
    if !is_head {
        regions.push(Region::Head(taken..line_end(taken)));
    } else if at < head {
        // A head that is refused as a whole is refused only once all of it was read.
        regions.push(Region::Head(taken..head));
    } else {
        regions.push(Region::Head(taken..head));
        regions.push(Region::Chunks(head..line_end(at)));
    }
}

#[cfg(test)]
mod tests;
