//! What a peer was seen to read, and whether that is what one of our readings says.

use std::collections::BTreeSet;

use parsers::http1::understood::{Understood, UnderstoodField};
use parsers::unidiff::claims::{self, Claim};
use parsers::unidiff::label;
use parsers::{End, Reading};

use crate::shown::Shown;

/// How much of its reading a peer shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Where each message ends, and its content.
    #[default]
    Ends,
    /// Of each hunk, where it ends, its file and its lines. Headers without hunks do not show.
    Hunks,
    /// As [`Hunks`](Self::Hunks), but not where they stand: [`Whole::end`] is where such lines are.
    Lines,
    /// Of each file with hunks, how many lines are added and how many are removed.
    Counts,
    /// Of each hunk, its file, and the line on which its header stands.
    Headers,
    /// Of each file with hunks, its name, once.
    Files,
}

/// The messages of one stream as a peer shows them, and how the stream ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    /// The messages, in order.
    pub messages: Vec<Whole>,
    /// The content of all whole messages, one after the other.
    pub content: Vec<u8>,
    /// How the stream ended. A peer that shows hunks or files waits for nothing: what is not whole is rejected.
    pub end: End,
    /// How much is shown.
    pub detail: Detail,
    /// What a live server shows instead, which tells no places; [`Self::messages`] are as many as it has taken.
    pub shown: Option<Shown>,
    /// What the peer understood of the messages; none where it is not asked for that.
    pub facts: Option<SeenFacts>,
}

/// What a peer understood of the messages of one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SeenFacts {
    /// One for each whole message; none for a message of which the peer shows nothing.
    pub messages: Vec<Option<Understood>>,
    /// The message that the peer reads.
    open: Option<Understood>,
}

/// A whole message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Whole {
    /// The byte after it, counted from the start of the input.
    pub end: usize,
    /// Where its content ends in [`Seen::content`].
    pub content_end: usize,
}

impl Seen {
    /// Nothing yet, of a peer that is asked what it understands too.
    pub fn with_facts() -> Self {
        Self {
            facts: Some(SeenFacts::default()),
            ..Self::default()
        }
    }

    /// Forgets everything, and keeps the memory and what is asked for.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
        self.content.clear();
        self.end = End::Complete;
        self.detail = Detail::Ends;
        self.shown = None;
        if let Some(facts) = &mut self.facts {
            *facts = SeenFacts::default();
        }
    }

    /// Whether another shows the same, whatever the two understand of it.
    pub fn is_alike(&self, other: &Self) -> bool {
        self.messages == other.messages
            && self.content == other.content
            && self.end == other.end
            && self.detail == other.detail
            && self.shown == other.shown
    }

    /// Whether the peer is asked what it understands of messages.
    pub fn wants_facts(&self) -> bool {
        self.facts.is_some()
    }

    /// The peer understands the request that it reads to have this method and target.
    pub fn take_request(&mut self, method: impl Into<Vec<u8>>, target: impl Into<Vec<u8>>) {
        if let Some(facts) = &mut self.facts {
            facts.open = Some(Understood {
                method: method.into(),
                target: target.into(),
                ..Understood::default()
            });
        }
    }

    /// The peer counts this field as one of the header section of the request that it reads.
    pub fn take_field(&mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        if let Some(open) = self.facts.as_mut().and_then(|facts| facts.open.as_mut()) {
            let (name, value) = (name.into(), value.into());
            open.fields.push(UnderstoodField { name, value });
        }
    }

    /// The peer counts this field as a trailer field of the request that it reads.
    pub fn take_trailer(&mut self, name: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        if let Some(open) = self.facts.as_mut().and_then(|facts| facts.open.as_mut()) {
            let (name, value) = (name.into(), value.into());
            open.trailers.push(UnderstoodField { name, value });
        }
    }

    /// The peer has handed over a piece of content of the message that it reads.
    pub fn take_content(&mut self, piece: &[u8]) {
        self.content.extend_from_slice(piece);
    }

    /// The message that the peer reads is whole; the next one would start at `end`.
    pub fn end_message(&mut self, end: usize) {
        let content_end = self.content.len();
        self.messages.push(Whole { end, content_end });
        self.end_facts();
    }

    /// The peer shows no more of what it understands of the message that it reads.
    pub(crate) fn end_facts(&mut self) {
        if let Some(facts) = &mut self.facts {
            let open = facts.open.take();
            facts.messages.push(open);
        }
    }

    /// The stream has ended so; what there is of a message that is not whole does not count.
    pub fn end_stream(&mut self, end: End) {
        let kept = self.messages.last().map_or(0, |last| last.content_end);
        self.content.truncate(kept);
        self.end = end;
        if let Some(facts) = &mut self.facts {
            facts.open = None;
        }
    }

    /// The first byte that belongs to no whole message.
    pub fn taken(&self) -> usize {
        self.messages.last().map_or(0, |last| last.end)
    }

    /// Whether `reading`, of `input`, shows the same.
    pub fn is(&self, reading: &Reading, input: &[u8]) -> bool {
        if let Some(shown) = &self.shown {
            return shown.is(reading, input);
        }
        if self.detail != Detail::Ends {
            let shown = Self::of_patch(reading, input, self.detail);
            // A peer that rejects a patch may show less of it than it has read.
            return self.end == shown.end
                && (self.end == End::Rejected || self.messages.len() == shown.messages.len())
                && self.begins_as(&shown);
        }
        self.end == reading.end
            && self.messages.len() == reading.messages.len()
            && self.begins(reading, input)
    }

    /// Whether `reading`, of `input`, begins with these messages.
    pub fn begins(&self, reading: &Reading, input: &[u8]) -> bool {
        if let Some(shown) = &self.shown {
            return shown.begins(reading, input);
        }
        if self.detail != Detail::Ends {
            return self.begins_as(&Self::of_patch(reading, input, self.detail));
        }
        if self.messages.len() > reading.messages.len() {
            return false;
        }
        let mut rest = self.content.as_slice();
        let mut at = 0;
        for (seen, message) in self.messages.iter().zip(&reading.messages) {
            if seen.end != message.end {
                return false;
            }
            let mut left = seen.content_end - at;
            at = seen.content_end;
            let payload = reading.parts_of(message).iter();
            for part in payload.filter(|part| part.label == 0) {
                let piece = input.get(part.start..part.end).unwrap_or(&[]);
                match rest.strip_prefix(piece) {
                    Some(more) if piece.len() <= left => rest = more,
                    _ => return false,
                }
                left -= piece.len();
            }
            if left > 0 {
                return false;
            }
        }
        true
    }

    /// Whether what `shown` shows begins with these messages.
    fn begins_as(&self, shown: &Self) -> bool {
        let has_ends = self.detail == Detail::Hunks;
        let mut pairs = self.messages.iter().zip(&shown.messages);
        self.messages.len() <= shown.messages.len()
            && pairs.all(|(a, b)| a.content_end == b.content_end && (a.end == b.end || !has_ends))
            && shown.content.starts_with(&self.content)
    }

    /// What a peer would show, with so much detail, that reads a patch so.
    pub(crate) fn of_patch(reading: &Reading, input: &[u8], detail: Detail) -> Self {
        let mut seen = Self {
            detail,
            ..Self::default()
        };
        let claims = claims::of(reading, input);
        match detail {
            Detail::Counts => seen.take_counts(&claims),
            Detail::Headers => seen.take_headers(reading, &claims, input),
            Detail::Files => seen.take_names(&claims, input.len()),
            Detail::Ends | Detail::Hunks | Detail::Lines => claims
                .iter()
                .filter(|claim| !claim.lines.is_empty())
                .for_each(|claim| {
                    let lines = claim.lines.iter();
                    let lines = lines.map(|line| (line.change.mark(), line.text));
                    seen.take_hunk(claim.name, lines, claim.end);
                }),
        }
        seen.end = match reading.end {
            End::Incomplete => End::Rejected,
            end => end,
        };
        seen
    }

    /// As [`Seen::take_hunk`], of a peer that does not show where the hunk ends: it is looked for in the input, after the
    /// hunks before it.
    pub(crate) fn take_located_hunk(&mut self, name: &[u8], lines: &[(u8, &[u8])], input: &[u8]) {
        let hunks = self.messages.len().max(1);
        let far = FAR.min(HUNKS_AHEAD * (input.len() / hunks + 1));
        let end = located(input, self.taken(), far, lines);
        self.take_hunk(name, lines.iter().copied(), end);
    }

    /// The peer has taken a hunk of the file called so, with these lines: the first character of each and the
    /// rest of it. `end` is the byte after it.
    pub(crate) fn take_hunk<'a>(
        &mut self,
        name: &[u8],
        lines: impl Iterator<Item = (u8, &'a [u8])>,
        end: usize,
    ) {
        self.take_content(&file(name));
        let mut added: Vec<&[u8]> = Vec::new();
        let put = |content: &mut Vec<u8>, mark, text: &[u8]| {
            content.extend_from_slice(&[b'\n', mark]);
            content.extend_from_slice(text);
        };
        for (mark, text) in lines {
            // A peer that shows only lines may show what is removed before what is added.
            if mark == b'+' && self.detail == Detail::Lines {
                added.push(text);
                continue;
            }
            if mark == b' ' {
                added
                    .drain(..)
                    .for_each(|text| put(&mut self.content, b'+', text));
            }
            put(&mut self.content, mark, text);
        }
        added
            .drain(..)
            .for_each(|text| put(&mut self.content, b'+', text));
        self.end_message(end);
    }

    /// The peer has taken the patch of the file called so, which adds and removes so many lines.
    pub(crate) fn take_file(&mut self, name: &[u8], added: usize, removed: usize, end: usize) {
        self.take_content(&file(name));
        self.take_content(format!("\n{added} {removed}").as_bytes());
        self.end_message(end);
    }

    /// The peer has taken a hunk of the file called so; the line on which its header stands begins at byte `at`.
    pub(crate) fn take_header(&mut self, name: &[u8], at: usize) {
        self.take_content(&file(name));
        self.take_content(format!("\n@ {at}").as_bytes());
        self.end_message(at + 1);
    }

    /// The peer has taken a patch of the file called so, of an input of so many bytes.
    pub(crate) fn take_name(&mut self, name: &[u8], length: usize) {
        self.take_content(&file(name));
        self.take_content(b"\n");
        self.end_message(length);
    }

    fn take_headers(&mut self, reading: &Reading, claims: &[Claim<'_>], input: &[u8]) {
        for (message, claim) in reading.messages.iter().zip(claims) {
            let mut parts = reading.parts_of(message).iter();
            if let Some(header) = parts.find(|part| part.label == label::HUNK_HEADER) {
                let before = input.get(..header.start).unwrap_or(input);
                let lf = memchr::memrchr(b'\n', before);
                self.take_header(claim.name, lf.map_or(0, |lf| lf + 1));
            }
        }
    }

    fn take_names(&mut self, claims: &[Claim<'_>], length: usize) {
        let mut known = BTreeSet::new();
        for claim in claims.iter().filter(|claim| !claim.lines.is_empty()) {
            if known.insert(file(claim.name)) {
                self.take_name(claim.name, length);
            }
        }
    }

    fn take_counts(&mut self, claims: &[Claim<'_>]) {
        let mut claims = claims.iter().peekable();
        while let Some(first) = claims.next() {
            let (mut added, mut removed) = counts(first);
            let mut end = first.end;
            while let Some(more) = claims.next_if(|next| !next.begins_file) {
                let more_counts = counts(more);
                added += more_counts.0;
                removed += more_counts.1;
                end = more.end;
            }
            // A header without hunks, and one of a binary file, count alike.
            if added + removed > 0 {
                self.take_file(first.name, added, removed, end);
            }
        }
    }
}

/// How many lines a claim adds and removes.
fn counts(claim: &Claim<'_>) -> (usize, usize) {
    let count = |change| {
        claim
            .lines
            .iter()
            .filter(|line| line.change == change)
            .count()
    };
    (
        count(claims::LineChange::Added),
        count(claims::LineChange::Removed),
    )
}

/// What a name is compared by: the path without its first directory, which `-p1` takes off.
fn file(name: &[u8]) -> Vec<u8> {
    claims::without_first(&claims::path(name)).to_vec()
}

/// How many bytes ahead a hunk is looked for at most.
const FAR: usize = 1 << 16;
/// How far ahead of the hunks before it a hunk is looked for, in average lengths of those: hunks that cannot be found take
/// no quadratic time.
const HUNKS_AHEAD: usize = 64;

/// Where a hunk with these lines ends, the first characters given apart, of which a peer shows no more, in the
/// part of `input` from `from` on: after the lines that follow the first line that begins with `@`, indented or
/// not, and end as these do. Without such lines in the next `far` bytes, after the next line.
fn located(input: &[u8], from: usize, far: usize, lines: &[(u8, &[u8])]) -> usize {
    let mut at = from;
    while at < input.len() && at - from < far {
        let header = line_at(input, at);
        at += header.len();
        if claims::unindented(header).starts_with(b"@")
            && let Some(end) = end_of_lines(input, at, lines)
        {
            return end;
        }
    }
    from + line_at(input, from).len()
}

/// The byte after the lines at `at`, where they end as these do.
fn end_of_lines(input: &[u8], mut at: usize, lines: &[(u8, &[u8])]) -> Option<usize> {
    for (_, text) in lines {
        let whole = line_at(input, at);
        let line = whole.strip_suffix(b"\n").unwrap_or(whole);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if whole.is_empty() || !line.ends_with(text.strip_suffix(b"\r").unwrap_or(text)) {
            return None;
        }
        at += whole.len();
    }
    Some(at)
}

/// The line that begins at this byte, with its end.
fn line_at(input: &[u8], at: usize) -> &[u8] {
    let rest = input.get(at..).unwrap_or(&[]);
    let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |lf| lf + 1);
    rest.get(..end).unwrap_or(rest)
}

#[cfg(test)]
mod tests;
