//! The lines of a file, and where hunks fit among them.

use super::super::Change;
use super::hunk::Hunk;

/// How many lines of context may be left out at either end.
const FUZZ: usize = 2;

/// What became of a hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Applied {
    Well,
    /// It stands before what was written.
    Misplaced,
    /// It gives up, at a line that is nothing at all, since who writes nothing is told as little as who cannot write, or where
    /// it takes a line away behind one that it has left without an end.
    Fatal,
}

/// A file while hunks are applied to it. Lines are counted from 1.
pub(super) struct Patching {
    lines: Vec<Vec<u8>>,
    out: Vec<u8>,
    /// How many lines have been written or left out.
    done: usize,
    /// How far the hunks so far stand from where they say.
    drift: i64,
}

impl Patching {
    pub(super) fn of(content: &[u8]) -> Self {
        let lines = content.split_inclusive(|byte| *byte == b'\n');
        Self {
            lines: lines.map(<[u8]>::to_vec).collect(),
            out: Vec::new(),
            done: 0,
            drift: 0,
        }
    }

    /// Where a hunk stands: with all of its context, or with less and less.
    pub(super) fn place(&mut self, hunk: &Hunk) -> Option<i64> {
        let [front, back] = hunk.context;
        let most = front.max(back);
        (0..=FUZZ.min(most)).find_map(|fuzz| self.place_with(hunk, fuzz))
    }

    fn place_with(&mut self, hunk: &Hunk, fuzz: usize) -> Option<i64> {
        let (old, contexts, named) = (&hunk.old, hunk.context, hunk.first);
        let guess = named.saturating_add(self.drift);
        if old.is_empty() {
            return Some(guess).filter(|at| *at != 0);
        }
        // Below nought: with less context at this end, it is the end of the file.
        let most = contexts.into_iter().max().unwrap_or(0);
        let [front, back] = contexts.map(|context| (fuzz + context) as i64 - most as i64);
        let [before, _] = contexts;
        let (count, length) = (self.lines.len() as i64, old.len() as i64);
        let first = self.done as i64 + 1;
        let last = count - (length - back) + 1;
        let fits = |at: i64, front: i64, back: i64| self.fits(old, at, front, back);
        let at = if front < 0 && named <= 1 {
            let is_front = self.done <= before && last >= 1 && fits(1, 0, back);
            Some(1).filter(|_| is_front)
        } else if back < 0 {
            let at = count - length + 1;
            Some(at).filter(|at| *at >= first.max(1) && fits(*at, front.max(0), 0))
        } else {
            let front = front.max(0);
            let (later, earlier) = (last - guess, guess - first);
            let most = later.max(earlier);
            let earlier = if guess <= earlier { guess - 1 } else { earlier };
            let least = match (later < 0, earlier < 0) {
                (true, _) => guess - last,
                (_, true) => guess - first,
                _ => 0,
            };
            let mut ats = (least..=most).flat_map(|far| {
                let after = (far <= later).then_some(guess + far);
                [after, (far <= earlier).then_some(guess - far)]
            });
            ats.find_map(|at| at.filter(|at| fits(*at, front, back)))
        }?;
        self.drift += at - guess;
        Some(at).filter(|at| *at != 0)
    }

    /// Whether these lines, but for so many in front and behind, stand at a line. Where the file has none, an empty line that
    /// lacks its end does.
    fn fits(&self, old: &[Vec<u8>], at: i64, front: i64, back: i64) -> bool {
        let [front, back] = [front, back].map(|lines| usize::try_from(lines).unwrap_or(0));
        let wanted = old
            .get(front..old.len().saturating_sub(back))
            .unwrap_or(&[]);
        let line = |nth: usize| {
            let nth = usize::try_from(at - 1 + (front + nth) as i64).ok();
            nth.and_then(|nth| self.lines.get(nth))
                .map_or(&[][..], Vec::as_slice)
        };
        wanted
            .iter()
            .enumerate()
            .all(|(nth, wanted)| line(nth) == wanted.as_slice())
    }

    /// Changes the lines from `at` on.
    pub(super) fn apply(&mut self, hunk: &Hunk, at: i64) -> Applied {
        if hunk.is_mangled {
            return Applied::Fatal;
        }
        let mut line = at - 1;
        let mut added = Vec::new();
        for (change, text) in &hunk.edits {
            match change {
                Change::Common => {
                    let applied = self.add(&mut added, line, false);
                    if applied != Applied::Well {
                        return applied;
                    }
                    line += 1;
                }
                Change::Removed => {
                    if !self.is_ended() {
                        return Applied::Fatal;
                    }
                    if self.copy(line).is_none() {
                        return Applied::Misplaced;
                    }
                    self.done += 1;
                    line += 1;
                }
                Change::Added => added.push(text.as_slice()),
            }
        }
        self.add(&mut added, line, true)
    }

    /// Writes lines that are added together, behind those of the file up to so many. Where the line before lacks its end, they
    /// go on with it, unless the hunk ends with them.
    fn add(&mut self, added: &mut Vec<&[u8]>, to: i64, is_last: bool) -> Applied {
        if !added.is_empty() && self.copy(to).is_none() {
            return Applied::Misplaced;
        }
        for text in added.drain(..) {
            if is_last {
                self.end();
            }
            if text.is_empty() {
                return Applied::Fatal;
            }
            self.out.extend_from_slice(text);
        }
        Applied::Well
    }

    /// Writes the lines of the file up to so many; none where they are behind what was written.
    fn copy(&mut self, to: i64) -> Option<()> {
        let to = usize::try_from(to).ok()?;
        if self.done > to {
            return None;
        }
        for nth in self.done..to.min(self.lines.len()) {
            if let Some(line) = self.lines.get(nth).cloned() {
                self.end();
                self.out.extend_from_slice(&line);
            }
        }
        self.done = to;
        Some(())
    }

    /// Whether the line that was written last has its end.
    fn is_ended(&self) -> bool {
        self.out.last().is_none_or(|last| *last == b'\n')
    }

    /// Ends the line that was written last.
    fn end(&mut self) {
        if !self.is_ended() {
            self.out.push(b'\n');
        }
    }

    /// What was made of the file.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let count = self.lines.len();
        if self.done < count {
            let _done = self.copy(count as i64);
        }
        self.out
    }
}
