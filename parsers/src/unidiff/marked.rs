//! The marked reading: a reader that goes by what lines begin with, and to which the numbers in the header
//! of a hunk say nothing. It sorts every line into a kind first, and then asks what may follow what.

mod binary;
mod lines;
mod numbers;

use self::lines::{Kind, Line, Lines, patch_kind, tell_outside};
use self::numbers::numbers;
use super::leniencies::*;
use super::{label, mode};
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, Leniency, LeniencySet};
use crate::core::verdict::Framing;

/// Ignores counts: the first characters of lines decide.
pub(crate) struct Marked;

static RELAXES: &[&Leniency] = &[
    &BOM_TEXT,
    &MESSAGE_PATCH,
    &INDENTED_TEXT,
    &TEXT_IN_FILE,
    &HUNK_ORPHAN,
    &GIT_LINE_TEXT,
    &BINARY_ANY,
    &OLD_TEXT,
    &NEW_TEXT,
    &HEADER_TEXT,
    &HEADER_CR_KEPT,
    &NAME_TO_TAB,
    &NAME_NEW,
    &NAME_ANYWHERE,
    &NAME_DOT_GIT,
    &SECTION_GLUED,
    &HUNK_ZERO_UNCOUNTED,
    &COUNT_IGNORED_TO_HEADER,
    &EMPTY_ENDS,
    &MARKER_ANYWHERE,
    &MARKER_SHORT,
    &MARKER_TWICE,
];

impl Parser for Marked {
    fn name(&self) -> &str {
        "marked"
    }

    fn dialect(&self) -> Dialect {
        Dialect::new("marked", LeniencySet::of(RELAXES))
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        let lines = Lines { input, at: 0 };
        let end = match before(lines, draft)? {
            Found::Hunk(header) => hunk_lines(header, draft)?,
            Found::Binary(lines) => binary::binary(lines, draft)?,
            Found::Alone(end) => {
                draft.head(end, Framing::Delimited);
                end
            }
        };
        Ok(Accepted {
            end,
            next: Next::Message,
        })
    }
}

/// What the lines before lead to.
enum Found<'i> {
    /// A hunk: its lines, from its header on.
    Hunk(Lines<'i>),
    /// Binary data, from the line that announces them on.
    Binary(Lines<'i>),
    /// A header without either, which ends here.
    Alone(usize),
}

/// Goes through the lines before a hunk.
fn before<'i>(mut lines: Lines<'i>, draft: &mut Draft<'_>) -> Result<Found<'i>, Stop> {
    let is_front = draft.state().mode == mode::START;
    if is_front {
        let first = lines.clone().next();
        let is_mailbox = first.is_some_and(|line| line.kind() == Kind::Mail);
        draft.state().mode = if is_mailbox {
            mode::MAILBOX
        } else {
            mode::PATCHES
        };
    }
    let is_mailbox = draft.state().mode == mode::MAILBOX;
    if is_front && lines.input.starts_with(b"\xEF\xBB\xBF") {
        draft.relax(&BOM_TEXT, 0);
    }
    let (mut text, mut file_goes_on, mut mail) = (is_front, false, false);
    loop {
        let here = lines;
        let line = lines.next().ok_or(Stop::Nothing)?;
        let kind = line.kind();
        let is_patch = matches!(kind, Kind::Git | Kind::Old | Kind::New | Kind::Hunk);
        if is_patch && mail {
            draft.relax(&MESSAGE_PATCH, line.at);
            mail = false;
        }
        match kind {
            Kind::Hunk => {
                if line.at > 0 || is_front {
                    if !file_goes_on {
                        draft.relax(&HUNK_ORPHAN, line.at);
                    }
                    draft.part(label::TEXT, 0, line.at);
                }
                return Ok(Found::Hunk(here));
            }
            Kind::New => draft.relax(&NEW_TEXT, line.at),
            Kind::Indented => draft.relax(&INDENTED_TEXT, line.at),
            Kind::Git | Kind::Old => match header(here, kind, draft)? {
                Header::Found(found) => return Ok(found),
                Header::Text(at) => lines.at = at,
            },
            Kind::Mail if is_mailbox => mail = true,
            _ => {
                mail &= kind != Kind::Separator;
                if !text && line.is_whole && lines::tells_of_folders(line.text) {
                    continue;
                }
                if !text && kind != Kind::Signature {
                    draft.relax(&TEXT_IN_FILE, line.at);
                    file_goes_on = true;
                }
            }
        }
        text = true;
    }
}

enum Header<'i> {
    /// It is one, and leads to this.
    Found(Found<'i>),
    /// It is text up to here.
    Text(usize),
}

/// The header that begins with the first of these lines.
fn header<'i>(mut lines: Lines<'i>, kind: Kind, draft: &mut Draft<'_>) -> Result<Header<'i>, Stop> {
    let start = lines.at;
    let mut moves = false;
    let mut git = None;
    if kind == Kind::Git {
        let line = lines.next().filter(|line| line.is_whole);
        let line = line.ok_or(Stop::Incomplete)?;
        let mut last;
        loop {
            last = lines;
            let has_some = last.at > line.next;
            let Some(next) = lines.next() else {
                if !has_some {
                    return Err(Stop::Incomplete);
                }
                return Ok(alone(start, line.next, last.at, draft));
            };
            let kind = next.sure_kind()?;
            if next.text == b"GIT binary patch" {
                alone(start, line.next, last.at, draft);
                return Ok(Header::Found(Found::Binary(last)));
            }
            match kind {
                Kind::Extended { moves: more } => moves |= more,
                Kind::Old => break,
                Kind::Hunk => {
                    draft.relax(&HUNK_ORPHAN, next.at);
                    draft.part(label::TEXT, 0, next.at);
                    return Ok(Header::Found(Found::Hunk(last)));
                }
                _ if has_some => return Ok(alone(start, line.next, last.at, draft)),
                _ => {
                    draft.relax(&GIT_LINE_TEXT, start);
                    return Ok(Header::Text(line.next));
                }
            }
        }
        git = (last.at > line.next).then_some(line.next);
        lines = last;
    }
    let old = lines.next().filter(|line| line.is_whole);
    let old = old.ok_or(Stop::Incomplete)?;
    let new = lines.next().ok_or(Stop::Incomplete)?;
    if new.sure_kind()? != Kind::New {
        draft.relax(&OLD_TEXT, old.at);
        return Ok(match git {
            Some(git) => alone(start, git, old.at, draft),
            None => Header::Text(old.next),
        });
    }
    if !new.is_whole {
        return Err(Stop::Incomplete);
    }
    let hunk = lines;
    let next = lines.next().ok_or(Stop::Incomplete)?;
    if next.sure_kind()? != Kind::Hunk {
        draft.relax(&HEADER_TEXT, next.at);
        return Ok(Header::Text(next.at));
    }
    let names = [name(&old, draft), name(&new, draft)];
    let [from, to] = names;
    let deletes = to == b"/dev/null";
    if !deletes && !moves && from != b"/dev/null" && from != to && behind(from) != behind(to) {
        draft.relax(&NAME_NEW, new.at + 4);
    }
    draft.part(label::TEXT, 0, start);
    draft.part(label::EXTENDED, start, old.at);
    for (line, name, is_target) in [(old, from, deletes), (new, to, !deletes)] {
        let name_at = line.at + 4;
        if is_target {
            tell_outside(name, name_at, draft);
            draft.part(label::FILE_HEADER, line.at, name_at);
            draft.part(label::NAME, name_at, name_at + name.len());
            draft.part(label::FILE_HEADER, name_at + name.len(), line.next);
        } else {
            draft.part(label::FILE_HEADER, line.at, line.next);
        }
    }
    Ok(Header::Found(Found::Hunk(hunk)))
}

/// What follows the first slash of a name, with the name itself where there is none.
fn behind(name: &[u8]) -> (bool, &[u8]) {
    let slash = name.iter().position(|byte| *byte == b'/');
    let tail = slash.and_then(|slash| name.get(slash + 1..));
    (tail.is_some(), tail.unwrap_or(name))
}

fn name<'i>(line: &Line<'i>, draft: &mut Draft<'_>) -> &'i [u8] {
    let text = line.text.get(4..).unwrap_or(&[]);
    if text.ends_with(b"\r") {
        draft.relax(&HEADER_CR_KEPT, line.at + line.text.len() - 1);
    }
    match memchr::memchr2(b'\t', b' ', text) {
        _ if text.starts_with(b"\"") => text.split(|byte| *byte == b'\t').next().unwrap_or(text),
        Some(at) if text.get(at) == Some(&b'\t') => text.get(..at).unwrap_or(text),
        Some(at) => match memchr::memchr(b'\t', text) {
            Some(tab) => text.get(..tab).unwrap_or(text),
            None => {
                draft.relax(&NAME_TO_TAB, line.at + 4 + at);
                text
            }
        },
        None => text,
    }
}

fn alone<'i>(start: usize, extended: usize, end: usize, draft: &mut Draft<'_>) -> Header<'i> {
    draft.part(label::TEXT, 0, start);
    draft.part(label::FILE_HEADER, start, extended);
    draft.part(label::EXTENDED, extended, end);
    Header::Found(Found::Alone(end))
}

/// The hunk that begins with the first of these lines, its header: where it ends.
fn hunk_lines(mut lines: Lines<'_>, draft: &mut Draft<'_>) -> Result<usize, Stop> {
    let header = lines.next().filter(|line| line.is_whole);
    let header = header.ok_or(Stop::Incomplete)?;
    let (old, new) = numbers(&header, draft)?;
    let is_uncounted = (old, new) == (0, 0);
    if is_uncounted {
        draft.relax(&HUNK_ZERO_UNCOUNTED, header.at);
    }
    draft.part(label::HUNK_HEADER, header.at, header.next);
    draft.head(header.next, Framing::Counted);
    // The numbers are kept to tell where the reading leaves them.
    let (mut old, mut new) = (old, new);
    let mut marker = Marker::NotYet;
    loop {
        let here = lines;
        let is_done = (old, new) == (0, 0);
        let Some(line) = lines.next() else {
            if !is_done {
                draft.relax(&COUNT_IGNORED_TO_HEADER, here.at);
                draft.head(header.next, Framing::UntilClose);
            }
            return Ok(here.at);
        };
        let (of_old, of_new) = match line.text.first() {
            Some(b'\\') => {
                if !line.is_whole {
                    return Err(Stop::Incomplete);
                }
                marker = marker.met(&line, draft);
                draft.part(label::END_MARKER, line.at, line.next);
                continue;
            }
            Some(b' ') => (true, true),
            Some(b'-') => (true, false),
            Some(b'+') => (false, true),
            None if !line.is_whole => return Err(Stop::Incomplete),
            None if !is_done => {
                draft.relax(&EMPTY_ENDS, line.at);
                return Ok(line.at);
            }
            Some(_) if !is_done => {
                draft.relax(&COUNT_IGNORED_TO_HEADER, line.at);
                return Ok(line.at);
            }
            _ => return Ok(line.at),
        };
        if !(is_uncounted && is_done)
            && patch_kind(line.text) == Some(Kind::Old)
            && is_header(&line, lines)
        {
            if !is_done {
                draft.relax(&COUNT_IGNORED_TO_HEADER, line.at);
            }
            return Ok(line.at);
        }
        let is_beyond = of_old && old == 0 || of_new && new == 0;
        // A line that is not whole is waited for: what the numbers leave open is settled then.
        if is_beyond && !is_uncounted && (is_done || line.is_whole) {
            draft.relax(&COUNT_IGNORED_TO_HEADER, line.at);
        }
        if !line.is_whole {
            return Err(Stop::Incomplete);
        }
        let ends_file = of_old && old <= 1 || of_new && new <= 1;
        marker = if ends_file {
            Marker::MayFollow
        } else {
            Marker::NotYet
        };
        old = old.saturating_sub(u64::from(of_old));
        new = new.saturating_sub(u64::from(of_new));
        draft.join(label::BODY, line.at, line.next);
    }
}

/// Whether the line `---` begins a header: a line `+++` comes first of those behind it.
fn is_header(old: &Line<'_>, mut behind: Lines<'_>) -> bool {
    let next = behind.next().filter(|_| old.is_whole);
    next.is_some_and(|next| patch_kind(next.text) == Some(Kind::New))
}

/// Whether a marker may stand behind the line before.
#[derive(Clone, Copy)]
enum Marker {
    NotYet,
    MayFollow,
    Stands,
}

impl Marker {
    /// A line that begins with a backslash is met.
    fn met(self, line: &Line<'_>, draft: &mut Draft<'_>) -> Self {
        if line.text != b"\\ No newline at end of file" {
            draft.relax(&MARKER_SHORT, line.at);
        }
        match self {
            Self::NotYet => draft.relax(&MARKER_ANYWHERE, line.at),
            Self::Stands => draft.relax(&MARKER_TWICE, line.at),
            Self::MayFollow => {}
        }
        Self::Stands
    }
}
