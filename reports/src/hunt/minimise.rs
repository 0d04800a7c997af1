//! Two dialects that disagree on an input, and the smallest input on which they differ alike.

use parsers::core::compare::diverge;
use parsers::core::explain;
use parsers::{Asked, Dialect, Family, LeniencySet, Signature, StreamInput, Verdict};

use crate::judge::finding::Judgement;
use crate::judge::seat::{Membership, Seat};

/// Two dialects that disagree on an input.
pub struct Pair {
    family: &'static Family,
    /// The input.
    pub input: Vec<u8>,
    /// What the other direction asked, a line for each request.
    pub asked: String,
    /// What the first relaxes: no leniency that does not matter.
    pub first: LeniencySet,
    /// What the second relaxes.
    pub second: LeniencySet,
    /// What is the same about all inputs on which these two diverge alike.
    pub signature: Signature,
    /// The field's name for it.
    pub class: Option<String>,
}

impl Pair {
    /// The two dialects without the leniencies that do not matter, if they differ.
    pub fn of<'i>(
        family: &'static Family,
        input: impl Into<StreamInput<'i>>,
        a: LeniencySet,
        b: LeniencySet,
    ) -> Option<Self> {
        let input = input.into();
        let (mut x, mut y) = (Verdict::new(), Verdict::new());
        explain::judge_under(family, &a, input, &mut x);
        explain::judge_under(family, &b, input, &mut y);
        diverge(&x.reading, &y.reading)?;
        let first = explain::minimal(family, input, &x.reading, &a)?;
        let second = explain::minimal(family, input, &y.reading, &b)?;
        explain::judge_under(family, &first, input, &mut x);
        explain::judge_under(family, &second, input, &mut y);
        let seat = |relaxes: LeniencySet, verdict| Seat {
            name: Dialect::new(family.ids(&relaxes).join("+"), relaxes)
                .name
                .into_owned(),
            standing: Membership::Asked,
            relaxes: Some(relaxes),
            verdict,
        };
        let judgement = Judgement::of(family, input, [seat(first, x), seat(second, y)]);
        let finding = judgement.finding?;
        Some(Self {
            family,
            input: input.bytes.to_vec(),
            asked: input.asked.as_lines().to_owned(),
            first,
            second,
            signature: finding.signature,
            class: finding.class,
        })
    }

    /// The same two dialects, or some with fewer leniencies, on a smaller input on which they differ in
    /// the same way.
    pub fn minimise(mut self) -> Self {
        while let Some(smaller) = self.smaller() {
            self = smaller;
        }
        self
    }

    fn smaller(&self) -> Option<Self> {
        candidates(&self.input).find_map(|input| {
            let input = StreamInput::new(&input, Asked::lines(&self.asked));
            let pair = Self::of(self.family, input, self.first, self.second)?;
            let fewer = |small: &LeniencySet, set: &LeniencySet| small.is_subset(set);
            let same = pair.signature == self.signature
                || (fewer(&pair.first, &self.first)
                    && fewer(&pair.second, &self.second)
                    && pair.signature.is_like(&self.signature));
            same.then_some(pair)
        })
    }
}

/// Smaller inputs: without the front or the back, without a line, with half of a run of one byte, and
/// without a word or a byte that is neither letter nor digit.
pub(crate) fn candidates(input: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let without = move |start: usize, end: usize| {
        let front = input.get(..start).unwrap_or(&[]);
        [front, input.get(end..).unwrap_or(&[])].concat()
    };
    let line_ends: Vec<usize> = (1..=input.len())
        .filter(|&at| input.get(at - 1) == Some(&b'\n'))
        .collect();
    let tails = line_ends
        .clone()
        .into_iter()
        .filter(move |&at| at < input.len());
    let tails = tails.map(move |at| without(at, input.len()));
    let starts: Vec<usize> = std::iter::once(0)
        .chain(line_ends.iter().copied())
        .collect();
    let lines = starts
        .into_iter()
        .zip(line_ends)
        .map(move |(start, end)| without(start, end));
    let runs = runs(input)
        .into_iter()
        .map(move |(start, end)| without(start, start + (end - start) / 2));
    let words = words(input)
        .into_iter()
        .map(move |(start, end)| without(start, end));
    let bytes = (0..input.len())
        .filter(move |&at| {
            input
                .get(at)
                .is_some_and(|byte| !byte.is_ascii_alphanumeric())
        })
        .map(move |at| without(at, at + 1));
    tails.chain(lines).chain(runs).chain(words).chain(bytes)
}

/// Runs of at least eight equal bytes.
fn runs(input: &[u8]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = 0;
    for run in input.chunk_by(|a, b| a == b) {
        if run.len() >= 8 {
            runs.push((start, start + run.len()));
        }
        start += run.len();
    }
    runs
}

/// Words with the space, comma or semicolon before them.
fn words(input: &[u8]) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = 0;
    for word in input.chunk_by(|_, next| !matches!(next, b' ' | b',' | b';' | b'\r' | b'\n')) {
        if matches!(word.first(), Some(b' ' | b',' | b';')) {
            words.push((start, start + word.len()));
        }
        start += word.len();
    }
    words
}
