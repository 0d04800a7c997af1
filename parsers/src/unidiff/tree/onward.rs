//! Building as busybox patch does: it goes through the lines of the input itself, counts those of a hunk, and knows no
//! markers; wherever a hunk says that it stands, it is looked for from where the one before ended, once, and never further
//! back.
//!
//! A hunk that does not stand there, or that a line ends too early, leaves its file as it was, and what follows is text up to
//! the next line `+++`. See editors/patch.c of busybox.

use super::{File, LINK, Tree};

/// The tree after the patch, and whether all went well.
pub(super) fn build(tree: &Tree, input: &[u8]) -> (Tree, bool) {
    let mut building = Building {
        tree: tree.clone(),
        old: None,
        new: None,
        open: None,
        hunk: Hunk::default(),
        state: State::Text,
        is_well: true,
    };
    let input = input.strip_suffix(b"\n").unwrap_or(input);
    for line in input.split(|byte| matches!(byte, b'\n' | 0)) {
        let line: &[u8] = if line.is_empty() { b" " } else { line };
        if building.line(line).is_none() {
            // It gives up at once, and leaves behind the file that it was writing.
            if let Some(open) = building.open.take() {
                let path = [open.path.as_slice(), UNNAMED].concat();
                let file = File {
                    mode: open.mode,
                    content: open.out,
                };
                building.tree.insert(path, file);
            }
            return (inside(building.tree), false);
        }
    }
    building.close();
    (inside(building.tree), building.is_well)
}

/// What of a tree is not outside.
fn inside(mut tree: Tree) -> Tree {
    tree.retain(|path, _| !path.starts_with(b"../") && !path.starts_with(b"/"));
    tree
}

/// What stands for the letters by which a file that is being written is called.
const UNNAMED: &[u8] = b"XXXXXX";

/// How many symbolic links are followed, one after the other.
const LINKS: usize = 40;

/// Where in the patch it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a line `+++`.
    Text,
    /// Behind one.
    File,
    Hunk,
}

/// A hunk while it is read.
#[derive(Default)]
struct Hunk {
    lines: Vec<Vec<u8>>,
    /// How many lines of the old file, and of the new one, are still to come; below nought for too many.
    left: [i64; 2],
    /// How many lines of the new file it counts.
    new: i64,
    /// How many lines of context stand before the first change.
    front: usize,
    is_changed: bool,
}

/// A tree while it is built.
struct Building {
    tree: Tree,
    /// The names on the two lines of the header, as they stand there.
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    open: Option<Open>,
    hunk: Hunk,
    state: State,
    is_well: bool,
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
    /// Takes a line; none where it gives up.
    fn line(&mut self, line: &[u8]) -> Option<()> {
        if self.state == State::Hunk {
            self.hunk_line(line);
            return Some(());
        }
        if let Some(rest) = line.strip_prefix(b"--- ") {
            self.close();
            self.old = Some(name(rest));
        } else if let Some(rest) = line.strip_prefix(b"+++ ") {
            self.state = State::File;
            self.close();
            self.new = Some(name(rest));
        } else if let Some(ranges) = line
            .strip_prefix(b"@@ -")
            .filter(|_| self.state == State::File)
        {
            return self.header(ranges);
        }
        Some(())
    }

    fn hunk_line(&mut self, line: &[u8]) {
        let mark = line.first().copied().unwrap_or(b' ');
        if !matches!(mark, b' ' | b'+' | b'-') {
            // Without a line there is nothing to say that it has failed.
            if !self.hunk.lines.is_empty() {
                self.fail();
            }
            self.state = State::Text;
            return;
        }
        let [old, new] = &mut self.hunk.left;
        *old -= i64::from(mark != b'+');
        *new -= i64::from(mark != b'-');
        let is_whole = *old == 0 && *new == 0;
        if mark == b' ' && !self.hunk.is_changed {
            self.hunk.front += 1;
        } else {
            self.hunk.is_changed = true;
        }
        self.hunk.lines.push(line.to_vec());
        if !is_whole {
            return;
        }
        let hunk = std::mem::take(&mut self.hunk);
        self.state = State::File;
        let open = self.open.as_mut();
        if open.is_none_or(|open| open.apply(&hunk).is_none()) {
            self.fail();
        }
    }

    /// A hunk has failed: its file stays as it was.
    fn fail(&mut self) {
        (self.open, self.is_well, self.state) = (None, false, State::Text);
        self.hunk = Hunk::default();
    }

    /// The header of a hunk; none where it gives up.
    fn header(&mut self, ranges: &[u8]) -> Option<()> {
        let ((old_start, old_count), rest) = range(ranges);
        let ((new_start, new_count), _) = range(rest.get(2..).unwrap_or(&[]));
        if old_count < 1 && new_count < 1 {
            return None;
        }
        self.hunk = Hunk {
            left: [old_count, new_count],
            new: new_count,
            ..Hunk::default()
        };
        self.state = State::Hunk;
        let missing = || b"MISSING_FILENAME".to_vec();
        self.old.get_or_insert_with(missing);
        self.new.get_or_insert_with(missing);
        if self.open.is_none() {
            // Sums are of 32 bits.
            let is_nothing = |start: i64, count: i64| start.wrapping_add(count) as i32 == 0;
            return self.start(
                is_nothing(old_start, old_count),
                is_nothing(new_start, new_count),
            );
        }
        Some(())
    }

    /// Opens the file of a first hunk; none where it cannot be opened.
    fn start(&mut self, is_new: bool, is_gone: bool) -> Option<()> {
        let null = b"/dev/null";
        let (old, new) = (self.old.clone()?, self.new.clone()?);
        if new == null || is_gone {
            // It is emptied, and its hunks are text.
            self.state = State::Text;
            let path = self.led(below_folder(&old))?;
            self.tree.get_mut(&path)?.content.clear();
            return Some(());
        }
        let path = below_folder(&new);
        if old == null || is_new {
            if self.tree.contains_key(&path) || path.is_empty() {
                return None;
            }
            self.tree.insert(path.clone(), File::ordinary(Vec::new()));
        }
        let file = self.tree.get(&self.led(path.clone())?)?;
        self.open = Some(Open {
            mode: file.mode,
            rest: file.content.clone(),
            out: Vec::new(),
            path,
        });
        Some(())
    }

    /// Where a path leads, over symbolic links if it is one; none where there are too many of them.
    fn led(&self, mut path: Vec<u8>) -> Option<Vec<u8>> {
        for _ in 0..LINKS {
            let Some(link) = self.tree.get(&path).filter(|file| file.mode == LINK) else {
                return Some(path);
            };
            let above = memchr::memrchr(b'/', &path).map_or(0, |slash| slash + 1);
            path = [path.get(..above).unwrap_or(&[]), &link.content].concat();
        }
        None
    }

    /// Writes what was made of the file.
    fn close(&mut self) {
        if let Some(mut open) = self.open.take() {
            open.out.append(&mut open.rest);
            let (mode, content) = (open.mode, open.out);
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
        let end = end.map_or(self.rest.len(), |lf| lf + 1);
        let mut line: Vec<u8> = self.rest.drain(..end).collect();
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        line.truncate(memchr::memchr(0, &line).unwrap_or(line.len()));
        Some(line)
    }

    fn put(&mut self, line: &[u8]) {
        self.out.extend_from_slice(line);
        self.out.push(b'\n');
    }

    /// Looks for the lines of the hunk from here on, and changes them; none where they do not come.
    fn apply(&mut self, hunk: &Hunk) -> Option<()> {
        let is_common = |line: &&Vec<u8>| line.first() == Some(&b' ');
        let back = hunk.lines.iter().rev().take_while(is_common).count();
        // With less context behind it than before it, a hunk ends where the file does.
        let is_at_end = back == 0 || back < hunk.front;
        let without = |mark: u8| {
            let lines = hunk
                .lines
                .iter()
                .filter(move |line| line.first() != Some(&mark));
            lines.map(|line| line.get(1..).unwrap_or(&[]))
        };
        // With nothing to end up with, nothing is looked for.
        if hunk.new != 0 {
            self.seek(&without(b'+').collect::<Vec<_>>(), is_at_end)?;
        }
        for line in without(b'-') {
            self.put(line);
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
    let mut end = 0;
    while let Some(byte) = rest.get(end).filter(|byte| **byte != b'\t') {
        let is_escape = *byte == b'\\' && rest.get(end + 1).is_some();
        end += if is_escape { 2 } else { 1 };
    }
    let (name, date) = rest.split_at(end.min(rest.len()));
    match signed(date).0 {
        1901..=1970 => b"/dev/null".to_vec(),
        _ => name.to_vec(),
    }
}

/// A name without its first directory.
fn below_folder(name: &[u8]) -> Vec<u8> {
    let Some(slash) = memchr::memchr(b'/', name) else {
        return name.to_vec();
    };
    let rest = name.get(slash..).unwrap_or(&[]);
    let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
    rest.get(slashes..).unwrap_or(&[]).to_vec()
}

/// `START,COUNT` or `START`, and what follows.
fn range(text: &[u8]) -> ((i64, i64), &[u8]) {
    let (start, rest) = signed(text);
    match rest.strip_prefix(b",") {
        Some(more) => {
            let (count, rest) = signed(more);
            ((start, count), rest)
        }
        None => ((start, 1), rest),
    }
}

/// The number that a text begins with, behind blanks and a sign, as C takes it; nought, and all of the text, where there
/// is none.
fn signed(text: &[u8]) -> (i64, &[u8]) {
    let is_blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == 0x0B;
    let blanks = text.iter().take_while(is_blank).count();
    let rest = text.get(blanks..).unwrap_or(&[]);
    let (is_negative, rest) = match rest.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, rest),
    };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 {
        return (0, text);
    }
    let (digits, rest) = rest.split_at(count);
    let number = digits.iter().fold(0i64, |number, digit| {
        let digit = i64::from(digit - b'0');
        let number = number.saturating_mul(10);
        match is_negative {
            true => number.saturating_sub(digit),
            false => number.saturating_add(digit),
        }
    });
    (number, rest)
}
