//! Filler in place of everything that is not on the allow-list.
//!
//! Letters become `x`, digits `0`, and bodies `x`. Of bytes from 0x80 on, only their role in UTF-8 stays.
//! Whitespace, control characters and the punctuation of the grammar stay.

mod chunks;
mod request_line;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::filler::{filler, is_version, unsigned_filler};
use super::number::{self, Digits};
use super::{Region, known};
use parsers::http1::unread;

pub(super) use chunks::plain_chunk;

/// What is looked at when. What comes first decides which filler a byte gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    Sizes,
    RequestLines,
    FieldLines,
    /// First lines of heads that begin within a line, or that name no version.
    OddRequestLines,
    Extensions,
}

/// An input with filler.
pub(super) struct Page<'a> {
    input: &'a [u8],
    pass: Pass,
    /// What has been filled so far.
    pub(super) filled: Vec<u8>,
    /// Which bytes some region has spoken for.
    structure: Vec<bool>,
    /// Which bytes are those of a word on the allow-list.
    allowed: Vec<bool>,
    /// Words of which filler took the place, and that a reader may look at.
    pub(super) words: Vec<Range<usize>>,
    /// Numbers that frame nothing.
    pub(super) numbers: Vec<Range<usize>>,
    sizes: &'a HashSet<u64>,
    /// The words that stay because the user says so.
    keep: &'a [String],
    /// The authorities that were met, in lower case. Equal ones stay equal, different ones different.
    authorities: HashMap<Vec<u8>, usize>,
}

/// `input` with everything outside of the regions, and everything private inside, replaced by filler.
/// Where regions overlap, a byte that one of them keeps is kept. Numbers that frame nothing are left for
/// [`number::replace`].
pub(super) fn fill<'a>(
    input: &'a [u8],
    regions: &[Region],
    sizes: &'a HashSet<u64>,
    keep: &'a [String],
) -> Page<'a> {
    let filled = input.iter().map(|&byte| match byte {
        b'\r' | b'\n' => byte,
        _ => b'x',
    });
    let mut page = Page {
        input,
        pass: Pass::Sizes,
        filled: filled.collect(),
        structure: vec![false; input.len()],
        allowed: vec![false; input.len()],
        words: Vec::new(),
        numbers: Vec::new(),
        sizes,
        keep,
        authorities: HashMap::new(),
    };
    for pass in [
        Pass::Sizes,
        Pass::RequestLines,
        Pass::FieldLines,
        Pass::OddRequestLines,
        Pass::Extensions,
    ] {
        page.pass = pass;
        for region in regions {
            match region {
                Region::Framing(range) => page.framing(range.start, range.end),
                Region::Chunks(range) => page.chunks(range.start, range.end),
                Region::Head(range) => page.head(range.start, range.end),
            }
        }
    }
    page.words.sort_by_key(|word| (word.start, word.end));
    page.words.dedup();
    let (filled, words) = (&page.filled, &mut page.words);
    words.retain(|word| input.get(word.clone()) != filled.get(word.clone()));
    page.numbers
        .sort_by_key(|number| (number.start, number.end));
    page.numbers.dedup();
    // A known word that looks like a number to some reader stays one.
    let (allowed, numbers) = (&page.allowed, &mut page.numbers);
    numbers.retain(|number| {
        let allowed = allowed.get(number.clone()).unwrap_or(&[]);
        !allowed.contains(&true)
    });
    page
}

impl<'a> Page<'a> {
    /// Replaces the numbers that frame nothing.
    pub(super) fn with_numbers(&self, kind: Digits) -> Vec<u8> {
        let mut filled = self.filled.clone();
        number::replace(self.input, &self.numbers, kind, &mut filled);
        filled
    }

    /// Writes the filler that `rule` gives for each byte of a range.
    fn put(&mut self, start: usize, end: usize, rule: impl Fn(usize, u8) -> u8) {
        for at in start..end {
            let (Some(&byte), Some(filled), Some(structure)) = (
                self.input.get(at),
                self.filled.get_mut(at),
                self.structure.get_mut(at),
            ) else {
                return;
            };
            let new = rule(at - start, byte);
            if !*structure || new == byte {
                *filled = new;
                *structure = true;
            }
        }
    }

    fn keep(&mut self, start: usize, end: usize) {
        self.put(start, end, |_, byte| byte);
    }

    /// Keeps a word that is on the allow-list.
    fn allow(&mut self, start: usize, end: usize) {
        self.keep(start, end);
        if let Some(allowed) = self.allowed.get_mut(start..end) {
            allowed.fill(true);
        }
    }

    fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        self.input.get(start..end).unwrap_or(&[])
    }

    /// Whether the user keeps a word.
    fn is_wanted(&self, word: &[u8]) -> bool {
        self.keep.iter().any(|keep| keep.as_bytes() == word)
    }

    /// The lines of a range, without their ends, which are kept.
    fn lines(&mut self, start: usize, end: usize) -> Vec<(usize, usize)> {
        let lines = unread::lines(self.slice(start, end));
        let lines: Vec<_> = lines
            .map(|line| (start + line.start, start + line.end))
            .collect();
        let mut at = start;
        for (from, to) in &lines {
            self.keep(at, *from);
            at = *to;
        }
        self.keep(at, end);
        lines
    }

    /// The runs of a range that consist of bytes for which `is_inside` holds, or of others.
    fn runs(
        &self,
        start: usize,
        end: usize,
        is_inside: impl Fn(u8) -> bool,
    ) -> Vec<(Range<usize>, bool)> {
        let mut runs = Vec::new();
        let mut at = start;
        let alike = |one: &u8, next: &u8| is_inside(*one) == is_inside(*next);
        for run in self.slice(start, end).chunk_by(alike) {
            let inside = run.first().is_some_and(|&byte| is_inside(byte));
            runs.push((at..at + run.len(), inside));
            at += run.len();
        }
        runs
    }

    fn head(&mut self, start: usize, end: usize) {
        let lines = self.lines(start, end);
        let mut lines = lines.into_iter();
        if let Some((start, end)) = lines.next() {
            self.request_line(start, end);
        }
        let mut frames = false;
        for (start, end) in lines {
            frames = self.field_line(start, end, frames);
        }
    }

    /// Fills a field line; `continues` says whether the field before it frames, which a folded line goes
    /// on with. Returns whether this one does.
    fn field_line(&mut self, start: usize, end: usize, continues: bool) -> bool {
        if self.pass != Pass::FieldLines {
            return false;
        }
        let line = self.slice(start, end);
        let mut words = line.split(u8::is_ascii_whitespace);
        let names_version = words.any(is_version);
        let name_end = unread::name_end(line, !names_version);
        let name = start + name_end.unwrap_or(line.len());
        let whole = self.slice(start, name);
        let frames = known::is_framing_field(whole)
            || known::framing_name(whole.trim_ascii()).is_some()
            || known::is_framing_piece(whole.trim_ascii())
            || whole
                .split(|byte| b" \t".contains(byte))
                .any(known::is_framing_field);
        let is_folded = unread::is_folded(line);
        let is_host = known::key(whole) == b"host";
        if is_folded && continues {
            self.framing_value(start, end);
        }
        self.name(start, name);
        if frames {
            self.framing_value(name, end);
        } else if is_host {
            self.host(name, end);
        } else {
            self.plain(name, end);
        }
        frames || (is_folded && continues)
    }

    /// Keeps a field name that is known.
    fn name(&mut self, start: usize, end: usize) {
        if known::is_field(self.slice(start, end)) {
            return self.allow(start, end);
        }
        let is_blank = |byte: u8| byte.is_ascii_whitespace() || byte < b' ';
        for (run, is_blank) in self.runs(start, end, is_blank) {
            let word = self.slice(run.start, run.end);
            if is_blank {
                self.keep(run.start, run.end);
            } else if known::is_field(word) || is_version(word) || self.is_wanted(word) {
                self.allow(run.start, run.end);
            } else {
                if let Some(part) = known::framing_name(word) {
                    self.allow(run.start + part.start, run.start + part.end);
                }
                self.put(run.start, run.end, |_, byte| filler(byte));
                self.words.push(run);
            }
        }
    }

    /// Fills a value that frames nothing. Only the version of a request-line may stay, in a line that some
    /// reader reads as one.
    fn plain(&mut self, start: usize, end: usize) {
        for (run, _) in self.runs(start, end, |byte| byte.is_ascii_whitespace()) {
            if is_version(self.slice(run.start, run.end)) {
                self.allow(run.start, run.end);
            } else {
                self.put(run.start, run.end, |_, byte| filler(byte));
            }
        }
    }

    fn host(&mut self, start: usize, end: usize) {
        let value = self.slice(start, end);
        let is_blank = |byte: &&u8| b": \t".contains(byte);
        let blanks = value.iter().take_while(is_blank).count();
        let text = value.get(blanks..).unwrap_or(&[]).trim_ascii_end();
        let text_start = start + blanks;
        self.keep(start, text_start);
        self.authority(text_start, text_start + text.len());
        self.keep(text_start + text.len(), end);
    }

    /// Keeps the words of a value that may frame.
    fn framing_value(&mut self, start: usize, end: usize) {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        for (run, is_word) in self.runs(start, end, is_word) {
            let word = self.slice(run.start, run.end);
            if !is_word {
                self.put(run.start, run.end, |_, byte| filler(byte));
                continue;
            }
            if known::is_token(word) || self.is_wanted(word) {
                self.allow(run.start, run.end);
                continue;
            }
            if word.iter().any(u8::is_ascii_digit) {
                self.number(run.start, run.end);
            } else {
                if let Some(part) = known::framing_token(word) {
                    self.allow(run.start + part.start, run.start + part.end);
                }
                self.put(run.start, run.end, |_, byte| filler(byte));
            }
            self.words.push(run);
        }
    }

    /// The pieces of a word that has digits in it.
    fn number(&mut self, start: usize, end: usize) {
        for (run, is_piece) in self.runs(start, end, |byte| byte.is_ascii_alphanumeric()) {
            let piece = self.slice(run.start, run.end);
            let prefix = match piece {
                [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..] => 2,
                _ => 0,
            };
            let is_hex = matches!(piece, [b'0', b'x' | b'X', ..]);
            let digits = piece
                .iter()
                .skip(prefix)
                .take_while(|byte| byte.is_ascii_digit() || (is_hex && byte.is_ascii_hexdigit()));
            let digits_end = run.start + prefix + digits.count();
            if is_piece {
                self.keep(run.start, run.start + prefix);
                self.digits(run.start + prefix, digits_end);
                self.put(digits_end, run.end, |_, byte| unsigned_filler(byte));
            } else {
                self.keep(run.start, run.end);
            }
        }
    }

    /// One run of digits: leading zeros stay, the rest does as far as it frames.
    fn digits(&mut self, start: usize, end: usize) {
        let digits = self.slice(start, end);
        let zeros = digits.iter().take_while(|&&byte| byte == b'0').count();
        let significant = start + zeros..end;
        let stays = significant.is_empty()
            || number::frames(digits.get(zeros..).unwrap_or(&[]), self.sizes);
        self.keep(start, end);
        if !stays {
            self.numbers.push(significant);
        }
    }
}
