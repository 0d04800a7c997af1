//! The anchored reading: a reader that accepts text between patches in its stride, and is strict inside of
//! them: every hunk belongs to a header whose two lines name one file. Mail is decoded first. It is a machine that is fed line by
//! line; each state says what the line may be and which state comes next.

mod binary;
mod folders;
mod numbers;

use super::leniencies::*;
use super::rules::*;
use super::{label, mail, mode};
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet, Rule};
use crate::core::unpack::Unpacked;
use crate::core::verdict::Framing;

/// Skips text; a hunk without a header is rejected.
pub(crate) struct Anchored;

static RELAXES: &[&Leniency] = &[
    &BOM_TEXT,
    &TRANSFER_DECODED,
    &MESSAGE_PATCH,
    &INDENTED_TEXT,
    &TEXT_ENDS_FILE,
    &OLD_TEXT,
    &NEW_TEXT,
    &HEADER_CR_KEPT,
    &NAME_TO_TAB,
    &SECTION_GLUED,
    &EMPTY_ACCEPTED,
    &MARKER_LONG,
    &MARKER_TWICE,
];

impl Parser for Anchored {
    fn name(&self) -> &str {
        "anchored"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("anchored", LeniencySet::of(RELAXES))
    }

    fn unpack(&self, input: &[u8], into: &mut Unpacked) -> bool {
        mail::unpack(input, into)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let is_front = draft.state().mode == mode::START;
        let mut machine = Machine::new(input, is_front);
        if is_front {
            let first = input.split(|byte| *byte == b'\n').next();
            draft.state().mode = match first.is_some_and(is_from_line) {
                true => mode::MAILBOX,
                false => mode::PATCHES,
            };
        }
        machine.is_mailbox = draft.state().mode == mode::MAILBOX;
        if machine.is_front && input.starts_with(b"\xEF\xBB\xBF") {
            draft.relax(&BOM_TEXT, 0);
        }
        let end = loop {
            let step = match machine.line() {
                Some(line) => machine.feed(line, draft)?,
                None => machine.end(draft)?,
            };
            match step {
                Step::Next => {}
                Step::Done(end) => break end,
            }
        };
        Ok(Accepted {
            end,
            next: Next::Message,
        })
    }
}

/// Where the machine stands.
#[derive(Clone, Copy)]
enum State {
    /// In text before a patch.
    Text,
    /// Behind `diff --git`, or behind extended header lines.
    Git,
    /// Behind a line `---`.
    Old,
    /// Behind a line `+++`.
    New,
    /// In a hunk.
    Hunk,
    /// In binary data.
    Binary(binary::Place),
}

enum Step {
    Next,
    Done(usize),
}

/// A line without its LF.
#[derive(Clone, Copy, Default)]
struct Line<'i> {
    at: usize,
    text: &'i [u8],
    next: usize,
}

impl<'i> Line<'i> {
    fn is_whole(&self) -> bool {
        self.next > self.at + self.text.len()
    }

    fn starts(&self, with: &str) -> bool {
        self.text.starts_with(with.as_bytes())
    }

    fn is_hunk(&self) -> bool {
        match self.text {
            [b'@', b'@', after @ ..] => after
                .iter()
                .find(|byte| **byte != b' ' && **byte != b'\t')
                .is_some_and(|byte| *byte == b'-'),
            _ => false,
        }
    }

    fn is_patch(&self) -> bool {
        let starts = ["--- ", "+++ ", "diff --git "];
        self.is_hunk() || starts.iter().any(|start| self.starts(start))
    }

    /// Whether more bytes may make it look like a line of a patch.
    fn is_open(&self) -> bool {
        !self.is_whole() && !self.is_patch()
    }
}

struct Machine<'i> {
    input: &'i [u8],
    at: usize,
    is_front: bool,
    /// The input begins with a line `From `.
    is_mailbox: bool,
    state: State,
    /// Text may stand here.
    may_be_text: bool,
    /// In the lines of a mail before its patch.
    is_in_mail: bool,
    /// The line `diff --git`, and where the extended header lines end.
    git: Option<(Line<'i>, usize)>,
    renames: bool,
    old: Line<'i>,
    new: Line<'i>,
    /// Lines that the hunk is to have, of the old and of the new file.
    left: [u64; 2],
    head: usize,
    /// The last line may be followed by a marker, and is one.
    may_mark: bool,
    is_marker: bool,
}

impl<'i> Machine<'i> {
    fn new(input: &'i [u8], is_front: bool) -> Self {
        Self {
            input,
            at: 0,
            is_front,
            is_mailbox: false,
            state: State::Text,
            may_be_text: is_front,
            is_in_mail: false,
            git: None,
            renames: false,
            old: Line::default(),
            new: Line::default(),
            left: [0; 2],
            head: 0,
            may_mark: false,
            is_marker: false,
        }
    }

    fn line(&self) -> Option<Line<'i>> {
        let rest = self.input.get(self.at..)?;
        let mut lines = rest.splitn(2, |byte| *byte == b'\n');
        let text = lines.next().filter(|_| !rest.is_empty())?;
        let end = self.at + text.len();
        Some(Line {
            at: self.at,
            text,
            next: end + usize::from(lines.next().is_some()),
        })
    }

    fn feed(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        match self.state {
            State::Text => self.in_text(line, draft),
            State::Git => self.after_git(line, draft),
            State::Old => self.after_old(line, draft),
            State::New => self.after_new(line, draft),
            State::Hunk => self.in_hunk(line, draft),
            State::Binary(place) => self.in_binary(place, line, draft),
        }
    }

    /// The input has ended.
    fn end(&mut self, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        match (self.state, self.git) {
            (State::Text, _) => Err(Stop::Nothing),
            (State::Git, Some((git, end))) if end > git.next => Ok(self.alone(git, end, draft)),
            (State::Binary(binary::Place::Second), _) => Ok(Step::Done(self.at)),
            (State::Hunk, _) if self.left == [0, 0] => Ok(Step::Done(self.at)),
            _ => Err(Stop::Incomplete),
        }
    }

    /// Goes on behind the line.
    fn go(&mut self, line: &Line<'_>, state: State) -> Result<Step, Stop> {
        if !line.is_whole() && !matches!(state, State::Text) {
            return Err(Stop::Incomplete);
        }
        (self.at, self.state) = (line.next, state);
        Ok(Step::Next)
    }

    fn in_text(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        if !line.is_patch() {
            return self.text_line(line, draft);
        }
        if self.is_in_mail {
            draft.relax(&MESSAGE_PATCH, line.at);
            self.is_in_mail = false;
        }
        let may_go_on = !self.is_front && line.at == 0;
        if line.is_hunk() {
            if may_go_on {
                return self.hunk_header(line, draft);
            }
            return Err(draft.reject(&HUNK_WITHOUT_FILE, line.at));
        }
        self.may_be_text = true;
        if line.starts("diff ") {
            self.git = Some((line, line.next));
            self.renames = false;
            return self.go(&line, State::Git);
        }
        self.git = None;
        if line.starts("--- ") {
            self.old = line;
            return self.go(&line, State::Old);
        }
        draft.relax(&NEW_TEXT, line.at);
        self.go(&line, State::Text)
    }

    fn text_line(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        let is_margin = |byte: &u8| b" \tX".contains(byte);
        let margin = line.text.iter().position(|byte| !is_margin(byte));
        let inner = Line {
            text: line.text.get(margin.unwrap_or(0)..).unwrap_or(&[]),
            ..line
        };
        if inner.is_patch() {
            draft.relax(&INDENTED_TEXT, line.at);
            self.may_be_text = true;
        } else if self.is_mailbox && is_from_line(line.text) {
            (self.may_be_text, self.is_in_mail) = (true, true);
        } else {
            self.may_be_text |= line.text == b"-- ";
            if !(self.may_be_text || line.is_whole() && folders::is_of_folders(line.text)) {
                draft.relax(&TEXT_ENDS_FILE, line.at);
                self.may_be_text = true;
            }
            self.is_in_mail &= line.text != b"---";
        }
        self.go(&line, State::Text)
    }

    fn after_git(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        if line.is_open() {
            return Err(Stop::Incomplete);
        }
        let Some((git, end)) = self.git else {
            return self.in_text(line, draft);
        };
        if line.starts("--- ") {
            self.old = line;
            return self.go(&line, State::Old);
        }
        if line.is_hunk() {
            return Err(draft.reject(&HUNK_WITHOUT_FILE, line.at));
        }
        if let Some(renames) = is_extended(&line) {
            self.renames |= renames;
            self.git = Some((git, line.next));
            return self.go(&line, State::Git);
        }
        if line.text == b"GIT binary patch" {
            self.alone(git, end, draft);
            draft.part(label::HUNK_HEADER, line.at, line.next);
            draft.head(line.next, Framing::Counted);
            return self.go(&line, State::Binary(binary::Place::First));
        }
        if end == git.next {
            return Err(draft.reject(&GIT_HEADER, git.at));
        }
        Ok(self.alone(git, end, draft))
    }

    /// A header without hunks, from the line `diff --git` up to `end`.
    fn alone(&self, git: Line<'_>, end: usize, draft: &mut Draft<'_>) -> Step {
        draft.part(label::TEXT, 0, git.at);
        draft.part(label::FILE_HEADER, git.at, git.next);
        draft.part(label::EXTENDED, git.next, end);
        draft.head(end, Framing::Delimited);
        Step::Done(end)
    }

    fn after_old(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        if line.is_open() {
            return Err(Stop::Incomplete);
        }
        if line.starts("+++ ") {
            self.new = line;
            return self.go(&line, State::New);
        }
        draft.relax(&OLD_TEXT, self.old.at);
        match self.git.take() {
            Some((git, end)) if end > git.next => Ok(self.alone(git, end, draft)),
            _ => {
                // What follows the line is looked at again, as text.
                self.state = State::Text;
                Ok(Step::Next)
            }
        }
    }

    fn after_new(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        if line.is_open() {
            return Err(Stop::Incomplete);
        }
        if !line.is_hunk() {
            return Err(draft.reject(&HEADER_WITHOUT_HUNK, line.at));
        }
        let (old, new) = (name(&self.old, draft), name(&self.new, draft));
        let null = b"/dev/null".as_slice();
        let is_one = self.renames || old == null || new == null || is_same(old, new);
        if !is_one {
            return Err(draft.reject(&NAMES_DIFFER, self.new.at + 4));
        }
        let outside = match new == null {
            true => (old, self.old.at + 4),
            false => (new, self.new.at + 4),
        };
        if let Some(rule) = outside_tree(outside.0) {
            return Err(draft.reject(rule, outside.1));
        }
        let start = self.git.map_or(self.old.at, |(git, _)| git.at);
        draft.part(label::TEXT, 0, start);
        draft.part(label::EXTENDED, start, self.old.at);
        let (target, length) = match new == null {
            true => (self.old.at, old.len()),
            false => (self.new.at, new.len()),
        };
        for line in [self.old, self.new] {
            let (from, to) = match line.at == target {
                true => (line.at + 4, line.at + 4 + length),
                false => (line.next, line.next),
            };
            draft.part(label::FILE_HEADER, line.at, from);
            draft.part(label::NAME, from, to);
            draft.part(label::FILE_HEADER, to, line.next);
        }
        self.hunk_header(line, draft)
    }

    fn hunk_header(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        if !line.is_whole() {
            return Err(Stop::Incomplete);
        }
        self.left = numbers::of(line.text, line.at, draft)?;
        self.head = line.next;
        draft.part(label::HUNK_HEADER, line.at, line.next);
        draft.head(line.next, Framing::Counted);
        self.go(&line, State::Hunk)
    }

    fn in_hunk(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        let first = line.text.first();
        if first == Some(&b'\\') {
            return self.marker(line, draft);
        }
        if self.left == [0, 0] && (first.is_some() || line.is_whole()) {
            return Ok(Step::Done(line.at));
        }
        let takes = match first {
            Some(b' ') => [1, 1],
            Some(b'-') => [1, 0],
            Some(b'+') => [0, 1],
            None if line.is_whole() => {
                draft.relax(&EMPTY_ACCEPTED, line.at);
                [1, 1]
            }
            None => return Err(Stop::Incomplete),
            Some(_) => return Err(draft.reject(&BODY_LINE, line.at)),
        };
        if !line.is_whole() {
            return Err(Stop::Incomplete);
        }
        self.may_mark = false;
        for (left, takes) in self.left.iter_mut().zip(takes) {
            match left.checked_sub(takes) {
                Some(fewer) => *left = fewer,
                None => return Err(draft.reject(&HUNK_COUNT, line.at)),
            }
            self.may_mark |= takes == 1 && *left == 0;
        }
        self.is_marker = false;
        draft.join(label::BODY, line.at, line.next);
        self.go(&line, State::Hunk)
    }

    fn marker(&mut self, line: Line<'i>, draft: &mut Draft<'_>) -> Result<Step, Stop> {
        if !line.is_whole() {
            return Err(Stop::Incomplete);
        }
        if line.text != super::MARKER {
            if line.text.len() < 12 || !line.starts("\\ ") {
                return Err(draft.reject(&MARKER_TEXT, line.at));
            }
            draft.relax(&MARKER_LONG, line.at);
        }
        if self.is_marker {
            draft.relax(&MARKER_TWICE, line.at);
        } else if !self.may_mark {
            return Err(draft.reject(&MARKER_PLACE, line.at));
        }
        self.is_marker = true;
        draft.part(label::END_MARKER, line.at, line.next);
        self.go(&line, State::Hunk)
    }
}

fn is_from_line(text: &[u8]) -> bool {
    let is_year = |year: &[u8; 4]| year.iter().all(|byte| byte.is_ascii_digit());
    let mut colons = text.iter().filter(|byte| **byte == b':');
    text.len() >= 9
        && text.starts_with(b"From ")
        && text.last_chunk().is_some_and(is_year)
        && colons.nth(1).is_some()
}

/// The rule that a name breaks by which a file outside the tree, or one of git's own, would be patched.
fn outside_tree(name: &[u8]) -> Option<&'static Rule> {
    let mut name = name;
    if name.first() == Some(&b'"') {
        name = name.get(1..).unwrap_or(&[]);
    }
    if name.last() == Some(&b'"') {
        name = name.get(..name.len() - 1).unwrap_or(&[]);
    }
    let mut is_git = false;
    for part in name.split(|byte| *byte == b'/') {
        if part == b".." {
            return Some(&NAME_IN_TREE);
        }
        is_git |= part.eq_ignore_ascii_case(b".git");
    }
    match name.first() {
        Some(b'/') => Some(&NAME_IN_TREE),
        _ => is_git.then_some(&NAME_NOT_GIT),
    }
}

/// Whether an extended header line renames or copies; none for another line.
fn is_extended(line: &Line<'_>) -> Option<bool> {
    let (first, rest) = line.text.split_at_checked(4)?;
    let follows = |start: &str| rest.starts_with(start.as_bytes());
    let found = match first {
        b"copy" => follows(" from ") || follows(" to "),
        b"rena" => follows("me from ") || follows("me to "),
        b"old " => follows("mode "),
        b"new " => follows("mode ") || follows("file mode "),
        b"dele" => follows("ted file mode "),
        b"simi" => follows("larity index "),
        b"diss" => follows("imilarity index "),
        b"inde" => follows("x "),
        b"Bina" => follows("ry files "),
        _ => false,
    };
    found.then_some(matches!(first, b"copy" | b"rena"))
}

fn name<'i>(line: &Line<'i>, draft: &mut Draft<'_>) -> &'i [u8] {
    let text = line.text.get(4..).unwrap_or(&[]);
    if text.last() == Some(&b'\r') {
        draft.relax(&HEADER_CR_KEPT, line.at + line.text.len() - 1);
    }
    match memchr::memchr(b'\t', text) {
        Some(tab) => text.get(..tab).unwrap_or(text),
        None => {
            let blank = memchr::memchr(b' ', text).filter(|_| text.first() != Some(&b'"'));
            if let Some(blank) = blank {
                draft.relax(&NAME_TO_TAB, line.at + 4 + blank);
            }
            text
        }
    }
}

/// Whether both names are one, or become one without their first directories.
fn is_same(old: &[u8], new: &[u8]) -> bool {
    let strip = |name: &[u8]| name.iter().position(|byte| *byte == b'/');
    match (strip(old), strip(new)) {
        (Some(x), Some(y)) => old == new || old.get(x..) == new.get(y..),
        _ => old == new,
    }
}
