//! Text taken out of its container, with the place in the input that each of its bytes comes from.

use crate::core::rule::Leniency;
use crate::core::verdict::{Citation, Framing, Stance, Verdict};

/// What a reader that looks into a container reads in place of the input.
#[derive(Clone, Debug, Default)]
pub struct Unpacked {
    text: Vec<u8>,
    /// For each byte of the text, the first byte of the input that it comes from; ascending.
    places: Vec<u32>,
    /// The byte of the input after the last that the text comes from.
    end: usize,
    /// More input may add to the last line.
    is_open: bool,
    /// What was relaxed to look into the container, and where; ascending.
    relaxed: Vec<(usize, &'static Leniency)>,
}

impl Unpacked {
    /// The longest input that can be unpacked, in bytes.
    pub(crate) const LONGEST: usize = u32::MAX as usize;

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.places.clear();
        self.relaxed.clear();
        (self.end, self.is_open) = (0, false);
    }

    /// The text so far.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether anything was relaxed: else the text is the input.
    pub(crate) fn is_changed(&self) -> bool {
        !self.relaxed.is_empty()
    }

    /// Adds a byte that comes from the input at `at`, which is behind what the byte before comes from.
    pub fn push(&mut self, byte: u8, at: usize) {
        if let Ok(place) = u32::try_from(at) {
            self.text.push(byte);
            self.places.push(place);
        }
    }

    /// Adds a piece of the input as it stands there, from `at` on.
    pub(crate) fn copy(&mut self, piece: &[u8], at: usize) {
        let places = u32::try_from(at)
            .ok()
            .zip(u32::try_from(at + piece.len()).ok());
        if let Some((from, to)) = places {
            self.text.extend_from_slice(piece);
            self.places.extend(from..to);
        }
    }

    /// Takes away the last byte.
    pub(crate) fn pop(&mut self) {
        self.text.pop();
        self.places.pop();
    }

    /// Takes away the byte at this offset of the text.
    pub fn remove(&mut self, offset: usize) {
        if offset < self.text.len() {
            self.text.remove(offset);
            self.places.remove(offset);
        }
    }

    /// The container was looked into by `leniency`, which shows at `at` of the input.
    pub fn relax(&mut self, leniency: &'static Leniency, at: usize) {
        self.relaxed.push((at, leniency));
    }

    /// The input before `end` has been looked at.
    pub(crate) fn reach(&mut self, end: usize) {
        self.end = end;
    }

    /// More input may add to the last line.
    pub(crate) fn leave_open(&mut self) {
        self.is_open = true;
    }

    /// Where what begins at this offset of the text begins in the input.
    fn start(&self, offset: usize) -> usize {
        self.places
            .get(offset)
            .map_or(self.end, |place| *place as usize)
    }

    /// Where what ends before this offset of the text ends in the input.
    fn stop(&self, offset: usize) -> usize {
        match offset.checked_sub(1) {
            None => 0,
            Some(_) if offset == self.text.len() => self.end,
            Some(last) => self.start(last) + 1,
        }
    }

    /// Turns the verdict on the text into one on the input of `length` bytes.
    pub(crate) fn bring_back(&self, verdict: &mut Verdict, length: usize) {
        let last = verdict.reading.messages.last_mut();
        if let Some(last) = last.filter(|last| self.is_open && last.end == self.text.len()) {
            last.framing = Framing::UntilClose;
        }
        for message in &mut verdict.reading.messages {
            message.start = self.stop(message.start);
            message.head = self.stop(message.head);
            message.end = self.stop(message.end);
        }
        for part in &mut verdict.reading.parts {
            (part.start, part.end) = (self.start(part.start), self.stop(part.end));
        }
        let pending = [&mut verdict.reading.pending, &mut verdict.committed];
        for pending in pending.into_iter().flatten() {
            pending.head = self.stop(pending.head);
        }
        for citation in &mut verdict.citations {
            citation.at = match citation.at < self.text.len() {
                true => self.start(citation.at),
                false => length,
            };
        }
        for (at, leniency) in &self.relaxed {
            self.cite(*at, leniency, verdict);
        }
        if let Some((_, leniency)) = self.relaxed.last().filter(|_| self.is_open) {
            self.cite(length, leniency, verdict);
        }
    }

    /// Cites what was relaxed among what was cited, unless it comes after what was rejected.
    fn cite(&self, at: usize, leniency: &'static Leniency, verdict: &mut Verdict) {
        let citations = &verdict.citations;
        let before = citations.iter().position(|citation| citation.at >= at);
        if before.is_none() && verdict.rejection().is_some() {
            return;
        }
        let citation = Citation {
            rule: leniency.rule,
            at,
            stance: Stance::Relax(leniency),
        };
        let index = before.unwrap_or(citations.len());
        verdict.citations.insert(index, citation);
    }
}
