//! Building as busybox patch does: whatever a hunk says of where it stands, it is looked for from where the one before
//! ended, once, and never further back.
//!
//! A hunk that does not stand there leaves its file as it was, and the rest of the file's hunks are passed over. One
//! with more or fewer lines than it counts has failed, or, at the end of the input, is forgotten.

use super::super::claims::{Change, Claim, without_first};
use super::{File, ORDINARY, Tree};

/// The tree after the claims, and whether all went well.
pub(super) fn build(tree: &Tree, claims: &[Claim<'_>]) -> (Tree, bool) {
    let mut building = Building {
        tree: tree.clone(),
        old: Vec::new(),
        new: Vec::new(),
        open: None,
        is_well: true,
        skips: false,
    };
    for (nth, claim) in claims.iter().enumerate() {
        if claim.begins_file {
            building.close();
            building.name(claim);
        }
        if !claim.is_hunk || claim.is_binary || building.skips {
            continue;
        }
        let is_last = nth + 1 == claims.len();
        if building.hunk(claim, is_last).is_none() {
            // It gives up at once.
            building.is_well = false;
            return (building.tree, false);
        }
    }
    building.close();
    (building.tree, building.is_well)
}

/// A tree while it is built.
struct Building {
    tree: Tree,
    /// The names on the two lines of the header, as they stand there.
    old: Vec<u8>,
    new: Vec<u8>,
    open: Option<Open>,
    is_well: bool,
    /// Whether the rest of the file's hunks are passed over.
    skips: bool,
}

/// A file that is patched.
struct Open {
    path: Vec<u8>,
    mode: u32,
    /// What is still to be read.
    rest: Vec<u8>,
    /// What is written.
    out: Vec<u8>,
}

impl Building {
    /// Takes the names from the header of a file; one that is missing stays as it was.
    fn name(&mut self, claim: &Claim<'_>) {
        self.skips = false;
        for line in &claim.header {
            if let Some(rest) = line.strip_prefix(b"--- ") {
                self.old = name(rest);
            } else if let Some(rest) = line.strip_prefix(b"+++ ") {
                self.new = name(rest);
            }
        }
    }

    /// Applies a hunk; none where it gives up.
    fn hunk(&mut self, claim: &Claim<'_>, is_last: bool) -> Option<()> {
        if claim.counts == [0, 0] {
            return None;
        }
        if self.open.is_none() && !self.start(claim)? {
            self.skips = true;
            return Some(());
        }
        let count = |other: Change| {
            let lines = claim.lines.iter().filter(|line| line.change != other);
            lines.count() as u64
        };
        if claim.lines.is_empty() {
            // There is nothing to say that it has failed.
            self.skips = true;
            return Some(());
        }
        // A marker is no line of a hunk to it: behind the last line it is text, and before that the end of the hunk.
        let front = claim.lines.split_last().map_or(&[][..], |(_, front)| front);
        let is_cut = front.iter().any(|line| !line.is_ended);
        let is_whole = !is_cut && claim.counts == [count(Change::Added), count(Change::Removed)];
        if !is_whole && !is_cut && is_last && claim.is_at_end {
            return Some(());
        }
        let open = self.open.as_mut().filter(|_| is_whole);
        let stands = open.is_some_and(|open| open.apply(claim).is_some());
        if !stands {
            (self.open, self.is_well, self.skips) = (None, false, true);
        }
        Some(())
    }

    /// Opens the file of a first hunk: whether there is more to do. None where it cannot be opened.
    fn start(&mut self, claim: &Claim<'_>) -> Option<bool> {
        let null = &b"/dev/null"[..];
        let [old_count, new_count] = claim.counts;
        // Sums are of 32 bits.
        let is_nothing = |start: u64, count: u64| {
            let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            signed(start).wrapping_add(signed(count)) as i32 == 0
        };
        let path = |name: &[u8]| {
            let mut path = without_first(name);
            while path.len() < name.len() && path.first() == Some(&b'/') {
                path = path.get(1..).unwrap_or(&[]);
            }
            path.to_vec()
        };
        if self.new == null || is_nothing(claim.new_start, new_count) {
            self.tree.get_mut(&path(&self.old))?.content.clear();
            return Some(false);
        }
        let path = path(&self.new);
        if self.old == null || is_nothing(claim.start, old_count) {
            if self.tree.contains_key(&path) || path.is_empty() {
                return None;
            }
            self.tree.insert(path.clone(), File::ordinary(Vec::new()));
        }
        let file = self.tree.get(&path)?;
        self.open = Some(Open {
            path,
            mode: file.mode,
            rest: file.content.clone(),
            out: Vec::new(),
        });
        Some(true)
    }

    /// Writes what was made of the file.
    fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            open.out.append(&mut open.rest);
            let mode = if open.mode == 0 { ORDINARY } else { open.mode };
            let content = open.out;
            self.tree.insert(open.path, File { mode, content });
        }
    }
}

impl Open {
    /// The next line without its end, which is no longer to be read.
    fn line(&mut self) -> Option<Vec<u8>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', &self.rest);
        let mut line: Vec<u8> = self
            .rest
            .drain(..end.map_or(self.rest.len(), |lf| lf + 1))
            .collect();
        if end.is_some() {
            line.pop();
        }
        Some(line)
    }

    fn put(&mut self, line: &[u8]) {
        self.out.extend_from_slice(line);
        self.out.push(b'\n');
    }

    /// Looks for the lines of the hunk from here on, and changes them; none where they do not come.
    fn apply(&mut self, claim: &Claim<'_>) -> Option<()> {
        let is_common = |line: &&super::Line<'_>| line.change == Change::Common;
        let front = claim.lines.iter().take_while(is_common).count();
        let back = claim.lines.iter().rev().take_while(is_common).count();
        // With less context behind it than before it, a hunk ends where the file does.
        let is_at_end = back == 0 || back < front;
        let old: Vec<&[u8]> = claim
            .lines
            .iter()
            .filter(|line| line.change != Change::Added)
            .map(|line| line.text)
            .collect();
        // With nothing to end up with, nothing is looked for.
        let [_, new_count] = claim.counts;
        if new_count > 0 {
            self.seek(&old, is_at_end)?;
        }
        for line in claim
            .lines
            .iter()
            .filter(|line| line.change != Change::Removed)
        {
            self.put(line.text);
        }
        Some(())
    }

    /// Puts out what stands before the lines `old`, and takes these; none where they do not come.
    fn seek(&mut self, old: &[&[u8]], is_at_end: bool) -> Option<()> {
        let fits =
            |held: &[Vec<u8>]| held.len() <= old.len() && held.iter().zip(old).all(|(a, b)| a == b);
        let mut held: Vec<Vec<u8>> = Vec::new();
        loop {
            let is_found = held.len() == old.len();
            if is_found && !is_at_end && !old.is_empty() {
                return Some(());
            }
            let Some(line) = self.line() else {
                return (is_found && is_at_end).then_some(());
            };
            held.push(line);
            while !held.is_empty() && !fits(&held) {
                let first = held.remove(0);
                self.put(&first);
            }
        }
    }
}

/// The name up to a tab, or `/dev/null` where the year behind it is one in which no file is.
fn name(rest: &[u8]) -> Vec<u8> {
    let tab = memchr::memchr(b'\t', rest);
    let (name, date) = rest.split_at(tab.unwrap_or(rest.len()));
    let digits = date.iter().skip(1).take_while(|byte| byte.is_ascii_digit());
    let year = digits.fold(0u32, |year, digit| {
        year.saturating_mul(10)
            .saturating_add(u32::from(digit - b'0'))
    });
    match year {
        1901..=1970 => b"/dev/null".to_vec(),
        _ => name.to_vec(),
    }
}
