//! Hunks of the two older forms that GNU patch reads: a context diff has the old lines and the new ones one after the other,
//! either of which may be left out where they are context alone; a normal diff has no context.
//!
//! Where the line `***` of a hunk is missing GNU patch goes by the numbers of the hunk before; here it gives up.
//!
//! See Detailed Context and Detailed Normal in the manual of GNU diffutils.

use super::super::Change;
use super::hunk::{Hunk, Next, number};
use super::text::{Text, Trim};

/// A line of a context diff with what it begins with: a space, `-`, `+` or `!`.
type Marked = (u8, Vec<u8>);

/// The old lines of a hunk, or the new ones.
#[derive(Default)]
struct Side {
    first: u64,
    count: usize,
    lines: Vec<Marked>,
    /// How many lines of context stand before the first that is none, if there is one, and behind the last.
    front: Option<usize>,
    back: usize,
}

impl Side {
    fn take(&mut self, mark: u8, text: Vec<u8>) {
        if mark == b' ' {
            self.back += 1;
        } else {
            self.front.get_or_insert(self.back);
            self.back = 0;
        }
        self.lines.push((mark, text));
    }

    fn context(&self) -> Vec<Marked> {
        let context = self.lines.iter().filter(|(mark, _)| *mark == b' ');
        context.cloned().collect()
    }
}

/// Reads a hunk of a context diff, if one comes next.
pub(super) fn context(text: &mut Text<'_>, trim: Trim) -> Next {
    let at = text.at;
    let line = text.line(trim);
    if !line.is_some_and(|line| line.starts_with(b"********")) {
        text.at = at;
        return Next::Other;
    }
    let sides = old_side(text, trim).and_then(|mut old| {
        let new = new_side(text, trim, &mut old)?;
        joined(old, new)
    });
    sides.map_or(Next::Malformed, Next::Hunk)
}

/// Whether a hunk of a context diff that comes next leaves nothing of a file; none where it gives up at that.
pub(super) fn empties(text: &mut Text<'_>, trim: Trim) -> Option<bool> {
    let at = text.at;
    text.line(trim)?;
    let mut old = old_side(text, trim)?;
    let new = new_side(text, trim, &mut old)?;
    text.at = at;
    Some(new.count == 0 && new.first == 1)
}

/// The old lines, up to the line `---`, which is not taken.
fn old_side(text: &mut Text<'_>, trim: Trim) -> Option<Side> {
    let line = text.line(trim)?;
    let mut side = Side::default();
    (side.first, side.count) = range(&line).filter(|_| line.starts_with(b"*"))?;
    let mut is_blank = false;
    loop {
        let at = text.at;
        let line = text.line(trim)?;
        if line.starts_with(b"--") {
            text.at = at;
            // Lines that are left out are filled in from the new ones.
            let is_whole = side.lines.len() == side.count;
            return (is_whole || side.lines.is_empty() && !is_blank).then_some(side);
        }
        if is_blank || line == b"\n" && side.lines.len() == side.count {
            // One blank line is passed over.
            if is_blank {
                return None;
            }
            is_blank = true;
            continue;
        }
        let (mark, line) = marked(&line)?;
        let is_last = side.lines.len() + 1 == side.count;
        side.take(mark, ended(line, is_last, text));
    }
}

/// The new lines, from the line `---` on. Where they are left out they are the context of the old ones.
fn new_side(text: &mut Text<'_>, trim: Trim, old: &mut Side) -> Option<Side> {
    let line = text.line(trim)?;
    let mut side = Side::default();
    (side.first, side.count) = range(&line)?;
    let start = text.at;
    let context = old.context();
    let changes_old = old
        .lines
        .iter()
        .any(|(mark, _)| matches!(mark, b'+' | b'!'));
    let mut may_lack =
        !changes_old && (side.count == context.len() || old.back == 0 && side.count == 1);
    while side.lines.len() < side.count {
        let line = match text.line(trim) {
            Some(line) => line,
            None if !may_lack && side.count - side.lines.len() < MISSING => b"  \n".to_vec(),
            None => Vec::new(),
        };
        may_lack &= !matches!(line.first(), Some(b'+' | b'!'));
        let is_plain = matches!(line.as_slice(), [b' ' | b'-', b' ' | b'\t', ..]);
        // Such a line makes it forget how much context stands behind the old lines.
        let is_next = line.starts_with(b"--");
        let is_none = is_next || matches!(line.as_slice(), [] | [b'*', ..]);
        let found = marked(&line).filter(|_| !is_none && (is_plain || !may_lack));
        let Some((mark, line)) = found else {
            if !may_lack || context.len() != side.count {
                return None;
            }
            if is_next {
                old.back = side.back;
            }
            text.at = start;
            side.lines = context;
            (side.front, side.back) = (None, old.back);
            return Some(side);
        };
        let is_last = side.lines.len() + 1 == side.count;
        side.take(mark, ended(line, is_last, text));
    }
    Some(side)
}

/// Fewer than so many lines may be missing at the end of the input.
const MISSING: usize = 4;

/// Both sides as one hunk.
fn joined(mut old: Side, new: Side) -> Option<Hunk> {
    let common = new.context();
    let is_missing = old.lines.is_empty() && old.count > 0;
    if is_missing && old.count == 1 && common.is_empty() {
        // It has no old line, and stands behind the one that it names.
        (old.count, old.first) = (0, old.first + 1);
    } else if is_missing {
        if common.len() != old.count {
            return None;
        }
        (old.lines, old.front, old.back) = (common, None, new.back);
    } else if old.context().len() != common.len() {
        return None;
    }
    let front = [old.front, new.front].into_iter().flatten().min()?;
    let context = [front, old.back.min(new.back)];
    let edits = edits(&old.lines, &new.lines);
    Some(Hunk {
        first: i64::try_from(old.first).ok()?,
        old: old.lines.into_iter().map(|(_, line)| line).collect(),
        is_mangled: edits.is_none(),
        edits: edits.unwrap_or_default(),
        context,
    })
}

/// What happens, line by line; none where the two sides do not go together. Once there are no new lines, what is left of the
/// old ones stays, and the other way round what is left of the new ones is left out, unless it is added.
fn edits(old: &[Marked], new: &[Marked]) -> Option<Vec<(Change, Vec<u8>)>> {
    let mut edits = Vec::new();
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    while let Some((mark, text)) = old.peek() {
        if *mark == b'-' {
            edits.push((Change::Removed, text.clone()));
            old.next();
            continue;
        }
        let Some((other, added)) = new.peek() else {
            return Some(edits);
        };
        match (mark, other) {
            (_, b'+') => {
                edits.push((Change::Added, added.clone()));
                new.next();
            }
            (b'!', b'!') => {
                while let Some((_, text)) = old.next_if(|(mark, _)| *mark == b'!') {
                    edits.push((Change::Removed, text.clone()));
                }
                while let Some((_, text)) = new.next_if(|(mark, _)| *mark == b'!') {
                    edits.push((Change::Added, text.clone()));
                }
            }
            (b' ', b' ') => {
                edits.push((Change::Common, text.clone()));
                old.next();
                new.next();
            }
            _ => return None,
        }
    }
    while let Some((_, text)) = new.next_if(|(mark, _)| *mark == b'+') {
        edits.push((Change::Added, text.clone()));
    }
    Some(edits)
}

/// What a line of a context diff begins with, and the rest of it, without the blank between the two.
fn marked(line: &[u8]) -> Option<(u8, &[u8])> {
    match line {
        [b'\n'] => Some((b' ', line)),
        // It loses the end of the line, and not the tab.
        [b'\t', rest @ ..] => Some((b' ', line.get(..rest.len())?)),
        [mark @ (b' ' | b'-' | b'+' | b'!'), rest @ ..] => {
            let text = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"\t"));
            Some((*mark, text.unwrap_or(rest)))
        }
        _ => None,
    }
}

/// A line, without its end if it is the last and a marker follows it.
fn ended(line: &[u8], is_last: bool, text: &mut Text<'_>) -> Vec<u8> {
    let is_marked = is_last && line.len() > 1 && text.marker();
    let end = line.len() - usize::from(is_marked);
    line.get(..end).unwrap_or(line).to_vec()
}

/// The first line and how many, on a line `***` or `---`.
fn range(line: &[u8]) -> Option<(u64, usize)> {
    let digits = |text: &'_ [u8]| text.iter().position(u8::is_ascii_digit);
    let rest = line.get(digits(line)?..)?;
    let rest = match rest.starts_with(b"0,0") {
        true => rest.get(2..)?,
        false => rest,
    };
    let (first, rest) = number(rest)?;
    match rest.strip_prefix(b",") {
        Some(rest) => {
            let (last, _) = number(rest.get(digits(rest)?..)?)?;
            let count = (last + 1).checked_sub(first)?;
            Some((first, usize::try_from(count).ok()?))
        }
        None if first == 0 => Some((1, 0)),
        None => Some((first, 1)),
    }
}

/// Reads a hunk of a normal diff, if one comes next.
pub(super) fn normal(text: &mut Text<'_>, trim: Trim) -> Next {
    let at = text.at;
    match text
        .line(trim)
        .filter(|line| line.first().is_some_and(u8::is_ascii_digit))
    {
        Some(line) => normal_hunk(&line, text, trim).map_or(Next::Malformed, Next::Hunk),
        None => {
            text.at = at;
            Next::Other
        }
    }
}

fn normal_hunk(line: &[u8], text: &mut Text<'_>, trim: Trim) -> Option<Hunk> {
    let (first, rest) = number(line)?;
    let (count, rest) = match rest.strip_prefix(b",") {
        Some(rest) => {
            let (last, rest) = number(rest)?;
            ((last + 1).checked_sub(first)?, rest)
        }
        None => (u64::from(rest.first() != Some(&b'a')), rest),
    };
    let (letter, rest) = rest.split_first()?;
    let (least, rest) = number(rest)?;
    let most = match rest.strip_prefix(b",") {
        Some(rest) => number(rest)?.0,
        None => least,
    };
    let new_count = match letter {
        b'd' => most.checked_sub(least)?,
        _ => (most + 1).checked_sub(least)?,
    };
    let mut hunk = Hunk {
        first: i64::try_from(first + u64::from(*letter == b'a')).ok()?,
        old: Vec::new(),
        edits: Vec::new(),
        context: [0, 0],
        is_mangled: false,
    };
    let mut lines = |count: u64, mark: u8, change: Change, hunk: &mut Hunk| {
        for nth in 0..count {
            let line = text.line(trim)?;
            let line = match line.split_first_chunk::<2>()? {
                ([found, b' ' | b'\t'], line) if *found == mark => line,
                _ => return None,
            };
            let is_marked = nth + 1 == count && text.marker();
            let line = line.get(..line.len() - usize::from(is_marked))?.to_vec();
            if change == Change::Removed {
                hunk.old.push(line.clone());
            }
            hunk.edits.push((change, line));
        }
        if change == Change::Removed && *letter == b'c' {
            return text.line(trim)?.starts_with(b"-").then_some(());
        }
        Some(())
    };
    lines(count, b'<', Change::Removed, &mut hunk)?;
    lines(new_count, b'>', Change::Added, &mut hunk)?;
    Some(hunk)
}
