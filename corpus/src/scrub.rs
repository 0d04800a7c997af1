//! Real traffic without what is private in it.
//!
//! An allow-list says what may stay: names of known fields, known tokens of fields that frame, the digits
//! of sizes as far as they frame, and punctuation. Everything else becomes filler of its length. Where
//! any reading reads bytes as structure (a head, a chunk-size line, a trailer section), the list is
//! applied word by word; what is a body in all readings becomes filler as a whole. Then all parsers
//! read the result, and it is given only if they read it as before.

mod filler;
pub(crate) mod known;
mod number;
mod page;
mod readers;

use std::collections::HashSet;
use std::ops::Range;
use std::time::Instant;

use parsers::http1::{REQUEST, unread};
use parsers::{Capability, End, Family, Framing, Reading, Unserved, Verdict};

use number::Digits;
pub(crate) use readers::{Judgements, Late, judge_widely};

/// The families of which it is known what is private.
pub(crate) static SCRUB: Capability<()> = Capability::new("scrubbing", &[(&REQUEST, ())]);

/// Why a stream cannot be scrubbed. No text in it is one of the stream's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unscrubbable {
    /// What is private in this family is not known.
    Unserved(Unserved),
    /// With filler in it, this parser or dialect would read the stream otherwise.
    ReadOtherwise(String),
    /// This parser or dialect looks at a word that is not on the allow-list.
    Word {
        /// The parser or dialect.
        by: String,
        /// Where the word begins, in bytes from the start of the stream.
        at: usize,
        /// Its length in bytes.
        length: usize,
    },
    /// The readers had not finished with it when its time was over.
    Late,
}

impl From<Late> for Unscrubbable {
    fn from(_: Late) -> Self {
        Self::Late
    }
}

impl std::fmt::Display for Unscrubbable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unserved(unserved) => unserved.fmt(formatter),
            Self::ReadOtherwise(by) => write!(
                formatter,
                "{by} would read it otherwise once its values are filler; make the case by hand"
            ),
            Self::Word { by, at, length } => write!(
                formatter,
                "the word of {length} bytes at byte {at} may be private, and {by} looks at it; \
                 give --keep WORD to keep it"
            ),
            Self::Late => formatter.write_str(
                "reading it takes too long; split it, or give --limit SECONDS for more time",
            ),
        }
    }
}

/// A range of the input that some reading reads as structure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Region {
    /// A head, or the front of one.
    Head(Range<usize>),
    /// What lies between the parts of a body, or after the last one.
    Framing(Range<usize>),
    /// A chunked body, from its first chunk-size line, whose reading stopped within the range.
    Chunks(Range<usize>),
}

/// `input` with filler for everything private, except for the words of `keep`. It has the same length,
/// and every parser of the family, its dialect under each leniency alone and under all of them reads it
/// as before; only the size of a body that never ends may differ.
///
/// # Errors
/// When that cannot be had, or not before `until`.
pub(crate) fn scrub(
    family: &'static Family,
    input: &[u8],
    keep: &[String],
    until: Instant,
) -> Result<Vec<u8>, Unscrubbable> {
    SCRUB.of(family).map_err(Unscrubbable::Unserved)?;
    let before = judge_widely(family, input, until)?;
    let mut seen = HashSet::new();
    let mut regions = Vec::new();
    for verdict in before.distinct() {
        if seen.insert((
            &verdict.reading,
            verdict.rejection().map(|rejection| rejection.at),
        )) {
            add_regions(input, verdict, &mut regions);
        }
    }
    let mut once = HashSet::new();
    regions.retain(|region| once.insert(region.clone()));
    let sizes = sizes(input, &before, &regions);
    let plain = filler::without_high_bytes(input);
    let page = page::fill(&plain, &regions, &sizes, keep);
    let attempt = Attempt {
        family,
        input,
        before: &before,
        until,
    };
    let near = |word: &&Range<usize>| known::is_near(input.get((*word).clone()).unwrap_or(&[]));
    let near: Vec<_> = page.words.iter().filter(near).cloned().collect();
    let kinds = match page.numbers.is_empty() {
        true => Digits::ALL.get(..1),
        false => Digits::ALL.get(..),
    };
    let mut rejected = None;
    for &kind in kinds.unwrap_or(&[]) {
        let filled = page.with_numbers(kind);
        let Some(by) = attempt.reads_otherwise(&filled)? else {
            return Ok(filled);
        };
        if let Some(restored) = attempt.with_fewest(&filled, &near)? {
            return Ok(restored);
        }
        rejected.get_or_insert((by, filled));
    }
    let (by, filled) = rejected.unwrap_or_default();
    Err(attempt.blame(by, &filled, &page.words)?)
}

/// In a longer stream, words are not tried one by one.
const LARGE: usize = 64 << 10;

/// What a scrubbed stream has to be read like.
struct Attempt<'a> {
    family: &'static Family,
    input: &'a [u8],
    before: &'a Judgements,
    until: Instant,
}

impl Attempt<'_> {
    /// The first reader that reads `filled` in another way than the input.
    fn reads_otherwise(&self, filled: &[u8]) -> Result<Option<String>, Late> {
        let mut before = self.before.each();
        let mut otherwise = None;
        readers::judge_each(self.family, filled, self.until, &mut |reader, new| {
            let is_alike = before.next().is_some_and(|old| {
                reads_alike(&old.reading, &new.reading) && old.citations == new.citations
            });
            if !is_alike {
                otherwise = Some(reader.name.clone());
            }
            is_alike
        })?;
        Ok(otherwise)
    }

    fn restored<'r>(
        &self,
        filled: &[u8],
        words: impl IntoIterator<Item = &'r Range<usize>>,
    ) -> Vec<u8> {
        let mut restored = filled.to_vec();
        for word in words {
            let own = self.input.get(word.clone());
            if let (Some(place), Some(own)) = (restored.get_mut(word.clone()), own) {
                place.copy_from_slice(own);
            }
        }
        restored
    }

    /// `filled` with as few of `words` put back as the readings need, if that is enough.
    fn with_fewest(&self, filled: &[u8], words: &[Range<usize>]) -> Result<Option<Vec<u8>>, Late> {
        /// Each costs a judgement of the whole stream.
        const MOST_SINGLES: usize = 16;
        let singles = if self.input.len() > LARGE {
            0
        } else {
            MOST_SINGLES
        };
        if words.is_empty() {
            return Ok(None);
        }
        let all = self.restored(filled, words);
        if self.reads_otherwise(&all)?.is_some() {
            return Ok(None);
        }
        let mut wanted: Vec<_> = words.to_vec();
        for word in words.iter().take(singles) {
            let fewer: Vec<_> = wanted
                .iter()
                .filter(|other| *other != word)
                .cloned()
                .collect();
            let restored = self.restored(filled, &fewer);
            if self.reads_otherwise(&restored)?.is_none() {
                wanted = fewer;
            }
        }
        Ok(Some(self.restored(filled, &wanted)))
    }

    /// Names the word without which readers read otherwise, if it is a single one.
    fn blame(
        &self,
        by: String,
        filled: &[u8],
        words: &[Range<usize>],
    ) -> Result<Unscrubbable, Late> {
        const MOST: usize = 24;
        let tried = if self.input.len() > LARGE { 0 } else { MOST };
        for word in words.iter().take(tried) {
            let restored = self.restored(filled, [word]);
            if self.reads_otherwise(&restored)?.is_none() {
                return Ok(Unscrubbable::Word {
                    by,
                    at: word.start,
                    length: word.len(),
                });
            }
        }
        Ok(Unscrubbable::ReadOtherwise(by))
    }
}

/// Whether two readings are equal, but for the size of a body that is waited for.
fn reads_alike(old: &Reading, new: &Reading) -> bool {
    let pending = match (old.pending, new.pending) {
        (Some(old), Some(new)) => {
            let lengths = matches!(
                (old.framing, new.framing),
                (Framing::Length(_), Framing::Length(_))
            );
            old.head == new.head && (lengths || old.framing == new.framing)
        }
        (old, new) => old == new,
    };
    pending && old.end == new.end && old.messages == new.messages && old.parts == new.parts
}

/// The sizes that frame something in some reading, in bytes.
fn sizes(input: &[u8], judgements: &Judgements, regions: &[Region]) -> HashSet<u64> {
    let mut sizes = HashSet::new();
    for verdict in judgements.distinct() {
        let reading = &verdict.reading;
        for message in &reading.messages {
            match message.framing {
                Framing::Length(length) => {
                    sizes.insert(length);
                }
                Framing::Chunked => {
                    let parts = reading.parts_of(message).iter();
                    sizes.extend(parts.map(|part| (part.end - part.start) as u64));
                }
                _ => {}
            }
        }
    }
    for region in regions {
        let Region::Chunks(range) = region else {
            continue;
        };
        let mut at = range.start;
        while let Some((line_end, Some(size @ 1..))) = page::plain_chunk(input, at, range.end) {
            if size >= range.end - line_end {
                break;
            }
            sizes.insert(size as u64);
            at = line_end + size;
            let rest = input.get(at..range.end).unwrap_or(&[]).iter();
            at += rest.take_while(|byte| b"\r\n".contains(byte)).count();
        }
    }
    sizes
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
        (End::Rejected, _) => add_rejected(input, verdict, regions),
        (End::Complete | End::Tunnel, _) => {}
    }
}

/// What was read of the message that was rejected in the end.
fn add_rejected(input: &[u8], verdict: &Verdict, regions: &mut Vec<Region>) {
    let taken = verdict.reading.taken();
    let line_end = |from: usize| {
        let rest = input.get(from..).unwrap_or(&[]);
        let feed = rest.iter().position(|&byte| byte == b'\n');
        feed.map_or(input.len(), |feed| from + feed + 1)
    };
    let at = verdict.rejection().map_or(taken, |rejection| rejection.at);
    if let Some(committed) = verdict.committed {
        regions.push(Region::Head(taken..committed.head));
        regions.push(Region::Chunks(committed.head..line_end(at)));
        return;
    }
    let (head, is_head) = unread::head_end(input.get(taken..).unwrap_or(&[]));
    let head = taken + head;
    if !is_head {
        regions.push(Region::Head(taken..line_end(taken)));
        return;
    }
    // A head that is rejected as a whole is rejected only once all of it was read.
    regions.push(Region::Head(taken..head));
    if at >= head {
        regions.push(Region::Chunks(head..line_end(at)));
    }
}

#[cfg(test)]
mod tests;
