//! A patch in the area where one may stand.

use super::super::leniencies::*;
use super::super::rules::*;
use super::super::{MARKER, label};
use super::{is_hunk_header, line_at, looks_like_patch};
use crate::core::parser::{Draft, Stop};
use crate::core::verdict::Framing;

pub(super) enum Found {
    /// A message that ends before this offset.
    Patch(usize),
    /// Text, up to this offset.
    Text(usize),
}

/// Two names in the lines `---` and `+++`: where each line and each name begins and ends.
#[derive(Clone, Copy)]
struct Named {
    line: [usize; 2],
    name: [usize; 2],
}

pub(super) struct Patch<'i> {
    pub input: &'i [u8],
    /// It stands in a mail.
    pub is_mailbox: bool,
    /// More bytes may show that it is text.
    pub is_open: bool,
}

impl<'i> Patch<'i> {
    /// The patch that begins with the line at `at`.
    pub(super) fn read(
        &self,
        at: usize,
        is_first: bool,
        draft: &mut Draft<'_>,
    ) -> Result<Found, Stop> {
        let (line, next) = line_at(self.input, at).ok_or(Stop::Nothing)?;
        match line.first() {
            Some(b'@') if at == 0 && !is_first => self.hunk(at, draft).map(Found::Patch),
            Some(b'@') => {
                draft.relax(&HUNK_TEXT, at);
                Ok(Found::Text(next))
            }
            Some(b'+') => {
                draft.relax(&NEW_TEXT, at);
                Ok(Found::Text(next))
            }
            Some(b'd') => self.git(at, draft),
            _ => self.old(at, [at, at, at], false, draft),
        }
    }

    pub(super) fn framing(&self, closed: Framing) -> Framing {
        if self.is_open {
            Framing::UntilClose
        } else {
            closed
        }
    }

    /// The line at `at`, with its LF.
    pub(super) fn whole(&self, at: usize) -> Result<(&'i [u8], usize), Stop> {
        let (line, next) = line_at(self.input, at).ok_or(Stop::Incomplete)?;
        match next > at + line.len() {
            true => Ok((line, next)),
            false => Err(Stop::Incomplete),
        }
    }

    /// The line at `at`, or as much of it as tells that it looks like one of a patch.
    fn telling(&self, at: usize) -> Result<(&'i [u8], usize), Stop> {
        match line_at(self.input, at) {
            Some((line, next)) if looks_like_patch(line) => Ok((line, next)),
            _ => self.whole(at),
        }
    }

    /// A header that begins with `diff --git`.
    fn git(&self, start: usize, draft: &mut Draft<'_>) -> Result<Found, Stop> {
        let (_, first) = self.whole(start)?;
        let (mut end, mut moves) = (first, false);
        loop {
            if end == self.input.len() && end > first {
                return Ok(self.headers_only([start, first, end], draft));
            }
            let (line, next) = self.telling(end)?;
            if line.starts_with(b"--- ") {
                return self.old(end, [start, first, end], moves, draft);
            }
            if is_hunk_header(line) {
                draft.relax(&HUNK_TEXT, end);
                if end == first {
                    return Ok(Found::Text(next));
                }
                self.headers_only([start, first, end], draft);
                draft.part(label::TEXT, end, next);
                draft.head(next, self.framing(Framing::Delimited));
                return Ok(Found::Patch(next));
            }
            if line == b"GIT binary patch" {
                self.headers_only([start, first, end], draft);
                return self.binary(end, next, draft).map(Found::Patch);
            }
            match moves_file(line) {
                Some(does) => moves |= does,
                None if end > first => return Ok(self.headers_only([start, first, end], draft)),
                None => {
                    draft.relax(&GIT_LINE_TEXT, start);
                    return Ok(Found::Text(first));
                }
            }
            end = next;
        }
    }

    fn headers_only(&self, [start, first, end]: [usize; 3], draft: &mut Draft<'_>) -> Found {
        draft.part(label::TEXT, 0, start);
        draft.part(label::FILE_HEADER, start, first);
        draft.part(label::EXTENDED, first, end);
        draft.head(end, self.framing(Framing::Delimited));
        Found::Patch(end)
    }

    /// The two lines of a header, behind the extended one that lies at `git`.
    fn old(
        &self,
        at: usize,
        git: [usize; 3],
        moves: bool,
        draft: &mut Draft<'_>,
    ) -> Result<Found, Stop> {
        let (old, new_at) = self.whole(at)?;
        let (new, _) = self.telling(new_at)?;
        if !new.starts_with(b"+++ ") {
            draft.relax(&OLD_TEXT, at);
            let [_, first, end] = git;
            return Ok(match end > first {
                true => self.headers_only(git, draft),
                false => Found::Text(new_at),
            });
        }
        let (_, hunk_at) = self.whole(new_at)?;
        let (hunk, _) = self.telling(hunk_at)?;
        if !is_hunk_header(hunk) {
            draft.relax(&HEADER_TEXT, hunk_at);
            return Ok(Found::Text(hunk_at));
        }
        let named = [
            named(old, [at, new_at], draft),
            named(new, [new_at, hunk_at], draft),
        ];
        let [start, ..] = git;
        draft.part(label::TEXT, 0, start);
        draft.part(label::EXTENDED, start, at);
        let target = self.target(&named, moves, draft);
        if let Some(named) = named.get(target) {
            self.pass(named, draft);
        }
        for (nth, Named { line, name }) in named.into_iter().enumerate() {
            let [from, to] = line;
            let [name_from, name_to] = if nth == target { name } else { [to, to] };
            draft.part(label::FILE_HEADER, from, name_from);
            draft.part(label::NAME, name_from, name_to);
            draft.part(label::FILE_HEADER, name_to, to);
        }
        self.hunk(hunk_at, draft).map(Found::Patch)
    }

    /// Lets a name pass that leads anywhere.
    fn pass(&self, named: &Named, draft: &mut Draft<'_>) {
        let [start, end] = named.name;
        let name = self.input.get(start..end).unwrap_or(&[]);
        let name = name.strip_prefix(b"\"").unwrap_or(name);
        let name = name.strip_suffix(b"\"").unwrap_or(name);
        let has = |what: &[u8]| {
            name.split(|byte| *byte == b'/')
                .any(|part| part.eq_ignore_ascii_case(what))
        };
        if name.starts_with(b"/") || has(b"..") {
            draft.relax(&NAME_ANYWHERE, start);
        }
        if has(b".git") {
            draft.relax(&NAME_DOT_GIT, start);
        }
    }

    /// Which of the two names is patched.
    fn target(&self, named: &[Named; 2], moves: bool, draft: &mut Draft<'_>) -> usize {
        let text = |named: &Named| {
            let [start, end] = named.name;
            self.input.get(start..end).unwrap_or(&[])
        };
        let [old, new] = named;
        let (x, y) = (text(old), text(new));
        if y == b"/dev/null" {
            return 0;
        }
        let mut tails = [x, y].into_iter().map(|name| {
            let slash = memchr::memchr(b'/', name);
            slash.and_then(|slash| name.get(slash..))
        });
        let (p, q) = (tails.next().flatten(), tails.next().flatten());
        let is_one = x == y || p.is_some() && p == q;
        if !moves && !is_one && x != b"/dev/null" {
            let [start, _] = new.name;
            draft.relax(&NAME_NEW, start);
        }
        1
    }

    /// The hunk whose header lies at `at`: where it ends.
    fn hunk(&self, at: usize, draft: &mut Draft<'_>) -> Result<usize, Stop> {
        let (line, head) = self.whole(at)?;
        let (mut old, mut new) = header(line, at, draft)?;
        draft.part(label::HUNK_HEADER, at, head);
        draft.head(head, self.framing(Framing::Counted));
        let (mut at, mut ends_file, mut marked) = (head, false, false);
        while let Some((line, next)) = line_at(self.input, at) {
            let is_whole = next > at + line.len();
            let is_done = old == 0 && new == 0;
            let (takes_old, takes_new) = match line.first() {
                None if !is_whole => return Err(Stop::Incomplete),
                Some(b'\\') if !is_whole => return Err(Stop::Incomplete),
                Some(b'\\') => {
                    marker(line, at, ends_file, draft)?;
                    if marked {
                        if is_done {
                            draft.relax(&MARKER_REST, at);
                            return Ok(at);
                        }
                        return Err(draft.reject(&MARKER_REPEATED, at));
                    }
                    draft.part(label::END_MARKER, at, next);
                    (at, marked) = (next, true);
                    continue;
                }
                _ if is_done => return Ok(at),
                Some(b' ') => (1, 1),
                Some(b'-') => (1, 0),
                Some(b'+') => (0, 1),
                None => {
                    draft.relax(&EMPTY_ACCEPTED, at);
                    (1, 1)
                }
                Some(_) if !is_whole && line.len() < 11 => return Err(Stop::Incomplete),
                Some(_) if is_hunk_header(line) || line.starts_with(b"diff --git ") => {
                    draft.relax(&COUNT_SHORT_AT_HEADER, at);
                    return Ok(at);
                }
                Some(_) => return Err(draft.reject(&BODY_LINE, at)),
            };
            if !is_whole {
                return Err(Stop::Incomplete);
            }
            if takes_old > old || takes_new > new {
                return Err(draft.reject(&HUNK_COUNT, at));
            }
            (old, new) = (old - takes_old, new - takes_new);
            ends_file = takes_old > 0 && old == 0 || takes_new > 0 && new == 0;
            marked = false;
            let end = at + line.len();
            if self.is_mailbox && line.ends_with(b"\r") {
                draft.relax(&BODY_CRLF_MAIL, end - 1);
                draft.join(label::BODY, at, end - 1);
                draft.part(label::SKIPPED, end - 1, next);
            } else {
                draft.join(label::BODY, at, next);
            }
            at = next;
        }
        match (old, new) {
            (0, 0) => Ok(at),
            _ => Err(Stop::Incomplete),
        }
    }
}

/// Takes the marker at `at`, or says what is wrong with it; not that it is the second.
fn marker(line: &[u8], at: usize, ends_file: bool, draft: &mut Draft<'_>) -> Result<(), Stop> {
    if line != MARKER {
        if !line.starts_with(b"\\ ") || line.len() < 12 {
            return Err(draft.reject(&MARKER_TEXT, at));
        }
        draft.relax(&MARKER_LONG, at);
    }
    // Behind a marker, the line before it has been the last of its file.
    match ends_file {
        true => Ok(()),
        false => Err(draft.reject(&MARKER_PLACE, at)),
    }
}

fn moves_file(line: &[u8]) -> Option<bool> {
    let any = |starts: &[&[u8]]| starts.iter().any(|start| line.starts_with(start));
    if any(&[b"rename from ", b"rename to ", b"copy from ", b"copy to "]) {
        return Some(true);
    }
    let modes: [&[u8]; 4] = [
        b"old mode ",
        b"new mode ",
        b"new file mode ",
        b"deleted file mode ",
    ];
    let others: [&[u8]; 4] = [
        b"index ",
        b"similarity index ",
        b"dissimilarity index ",
        b"Binary files ",
    ];
    (any(&modes) || any(&others)).then_some(false)
}

/// The name on a line of a header that lies at `line`.
fn named(text: &[u8], line: [usize; 2], draft: &mut Draft<'_>) -> Named {
    let [at, _] = line;
    let start = at + 4;
    let mut name = text.get(4..).unwrap_or(&[]);
    if let Some(front) = name.strip_suffix(b"\r") {
        name = front;
        draft.relax(&HEADER_CRLF, start + name.len());
    }
    let tab = name.iter().position(|byte| *byte == b'\t');
    let end = tab.unwrap_or(name.len());
    let blank = name.iter().position(|byte| *byte == b' ');
    if let (None, Some(blank), false) = (tab, blank, name.starts_with(b"\"")) {
        draft.relax(&NAME_TO_TAB, start + blank);
    }
    Named {
        line,
        name: [start, start + end],
    }
}

/// The counts in the header of a hunk, which lies at `at`.
fn header(line: &[u8], at: usize, draft: &mut Draft<'_>) -> Result<(u64, u64), Stop> {
    let at_of = |rest: &[u8]| at + line.len() - rest.len();
    let mut rest = line.get(2..).unwrap_or(&[]);
    let mut counts = [1u64; 2];
    for (sign, count) in [b'-', b'+'].into_iter().zip(&mut counts) {
        let [b' ', byte, ranges @ ..] = rest else {
            return Err(draft.reject(&HUNK_SPACE, at_of(rest)));
        };
        if *byte != sign {
            return Err(draft.reject(&HUNK_SPACE, at_of(rest)));
        }
        rest = ranges;
        for is_count in [false, true] {
            if is_count {
                let Some(after) = rest.strip_prefix(b",") else {
                    break;
                };
                rest = after;
            }
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, after) = rest.split_at(length);
            let number = digits.iter().try_fold(0u64, |number, digit| {
                let ten = number.checked_mul(10)?;
                ten.checked_add(u64::from(digit - b'0'))
            });
            match number {
                _ if length == 0 => return Err(draft.reject(&HUNK_NUMBER, at_of(rest))),
                None => return Err(draft.reject(&HUNK_OVERFLOW, at_of(rest))),
                Some(number) if is_count => *count = number,
                Some(_) => {}
            }
            rest = after;
        }
    }
    let Some(heading) = rest.strip_prefix(b" @@") else {
        let mut behind = rest;
        while let [b' ' | b'\t', after @ ..] = behind {
            behind = after;
        }
        return Err(match behind {
            [b'@', b'@', ..] => draft.reject(&HUNK_SPACE, at_of(rest)),
            _ => draft.reject(&HUNK_CLOSE, at_of(rest)),
        });
    };
    match heading {
        [] | [b' ', ..] | [b'\r'] => {}
        _ => draft.relax(&SECTION_GLUED, at_of(heading)),
    }
    if heading.ends_with(b"\r") {
        draft.relax(&HEADER_CRLF, at + line.len() - 1);
    }
    match counts {
        [0, 0] => Err(draft.reject(&HUNK_EMPTY, at)),
        [old, new] => Ok((old, new)),
    }
}
