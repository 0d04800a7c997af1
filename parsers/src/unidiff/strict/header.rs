//! The header of a file, and that of a hunk.

use nom::Parser as _;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while1};
use nom::character::complete::char;
use nom::combinator::{all_consuming, opt, peek, value};
use nom::multi::fold_many0;
use nom::sequence::{preceded, terminated};

use super::text::{Begins, begins, text_line};
use super::{Fault, Read, binary, cite, demand, incomplete, line};
use crate::core::parser::Draft;
use crate::unidiff::label;
use crate::unidiff::rules::*;

/// The header of a file, in slices of the input.
pub struct Header<'i> {
    /// The line `diff --git`.
    git: &'i [u8],
    /// Extended header lines.
    extended: &'i [u8],
    /// The lines `---` and `+++`.
    lines: &'i [u8],
    /// What is patched, in these lines.
    name: &'i [u8],
}

impl<'i> Header<'i> {
    /// Whether no hunk belongs to it.
    pub fn is_whole(&self) -> bool {
        self.lines.is_empty()
    }

    /// Gives its parts to the draft; `at` says where a slice begins.
    pub(crate) fn parts(&self, at: impl Fn(&'i [u8]) -> usize, draft: &mut Draft<'_>) {
        let mut part = |label, slice: &'i [u8]| {
            draft.join(label, at(slice), at(slice) + slice.len());
        };
        if self.is_whole() {
            part(label::FILE_HEADER, self.git);
            part(label::EXTENDED, self.extended);
            return;
        }
        if !self.git.is_empty() {
            part(label::EXTENDED, self.git);
            part(label::EXTENDED, self.extended);
        }
        // The two lines, around the name that is patched.
        let (start, end) = (at(self.lines), at(self.lines) + self.lines.len());
        let (name_start, name_end) = (at(self.name), at(self.name) + self.name.len());
        let old_end = start + self.old_line_length();
        let mut cuts = [start, name_start, name_end, old_end, end];
        cuts.sort_unstable();
        for pair in cuts.windows(2) {
            if let [from, to] = *pair {
                let is_name = (name_start, name_end) == (from, to);
                let label = if is_name {
                    label::NAME
                } else {
                    label::FILE_HEADER
                };
                draft.part(label, from, to);
            }
        }
    }

    fn old_line_length(&self) -> usize {
        text_line(self.lines).map_or(0, |(rest, _)| self.lines.len() - rest.len())
    }
}

// header = [ git-header *extended-header ] [ old-line new-line ]
/// The header of a file at the front of `input`, up to that of its first hunk.
pub(crate) fn header(input: &[u8]) -> Read<'_, Header<'_>> {
    let git = preceded(peek(tag("diff --git ")), line_with_end);
    let (after_git, git) = opt(git).parse(input)?;
    let (rest, extended) = match git {
        Some(_) => extended_headers(after_git)?,
        None => (after_git, Extended::default()),
    };
    let mut header = Header {
        git: git.unwrap_or(&[]),
        extended: until(after_git, rest),
        lines: &[],
        name: &[],
    };
    if git.is_some() {
        match next_begins(rest) {
            Ok(Some(Begins::OldLine)) => {}
            Ok(Some(Begins::Hunk)) => return Err(cite(&HUNK_WITHOUT_FILE, rest)),
            Ok(_) if binary::begins(rest) => return Ok((rest, header)),
            Ok(_) if extended.count == 0 => return Err(cite(&GIT_HEADER, input)),
            Ok(_) => return Ok((rest, header)),
            Err(_) if rest.is_empty() && extended.count > 0 => return Ok((rest, header)),
            Err(fault) => return Err(fault),
        }
    }
    // old-line = "--- " name LF, new-line = "+++ " name LF
    let (new_line, old_text) = line(rest)?;
    if next_begins(new_line)? != Some(Begins::NewLine) {
        return Err(cite(&OLD_WITHOUT_NEW, rest));
    }
    let (hunk, new_text) = line(new_line)?;
    if next_begins(hunk)? != Some(Begins::Hunk) {
        return Err(cite(&HEADER_WITHOUT_HUNK, hunk));
    }
    header.lines = until(rest, hunk);
    let (_, old) = name(old_text)?;
    let (_, new) = name(new_text)?;
    header.name = if new == b"/dev/null" { old } else { new };
    let is_one = extended.renames || is_same_file(old, new);
    if !is_one && ![old, new].contains(&b"/dev/null".as_slice()) {
        return Err(cite(&NAMES_DIFFER, new_line.get(4..).unwrap_or(&[])));
    }
    in_tree(header.name)?;
    Ok((hunk, header))
}

/// What is patched lies in the tree, and not in a folder of git.
fn in_tree(name: &[u8]) -> Result<(), Fault<'_>> {
    let plain = name.strip_prefix(b"\"").unwrap_or(name);
    let plain = plain.strip_suffix(b"\"").unwrap_or(plain);
    let has = |is: fn(&[u8]) -> bool| plain.split(|byte| *byte == b'/').any(is);
    if plain.first() == Some(&b'/') || has(|part| part == b"..") {
        return Err(cite(&NAME_IN_TREE, name));
    }
    if has(|part| part.eq_ignore_ascii_case(b".git")) {
        return Err(cite(&NAME_NOT_GIT, name));
    }
    Ok(())
}

/// What the next line begins; none for a line that is no line of a patch.
fn next_begins(input: &[u8]) -> Result<Option<Begins>, Fault<'_>> {
    if let Ok((_, begins)) = begins(input) {
        return Ok(Some(begins));
    }
    line(input).map(|_| None)
}

/// A line with its LF.
fn line_with_end(input: &[u8]) -> Read<'_, &[u8]> {
    let (rest, _) = line(input)?;
    Ok((rest, until(input, rest)))
}

/// The front of `input`, up to `rest`, which is its end.
fn until<'i>(input: &'i [u8], rest: &[u8]) -> &'i [u8] {
    input.get(..input.len() - rest.len()).unwrap_or(&[])
}

/// What extended header lines say.
#[derive(Clone, Copy, Default)]
struct Extended {
    count: usize,
    renames: bool,
}

fn extended_headers(input: &[u8]) -> Read<'_, Extended> {
    let add = |extended: Extended, renames| Extended {
        count: extended.count + 1,
        renames: extended.renames | renames,
    };
    fold_many0(extended_header, Extended::default, add).parse(input)
}

// extended-header = "old mode " mode / "new mode " mode / "deleted file mode " mode
//     / "new file mode " mode / "copy from " path / "copy to " path / "rename from " path
//     / "rename to " path / "similarity index " n / "dissimilarity index " n / "index " hash..hash
//     / "Binary files " ... , each a line
/// Whether the line renames or copies.
fn extended_header(input: &[u8]) -> Read<'_, bool> {
    let moves = alt((
        tag("copy from "),
        tag("copy to "),
        tag("rename from "),
        tag("rename to "),
    ));
    let stays = alt((
        tag("old mode "),
        tag("new mode "),
        tag("deleted file mode "),
        tag("new file mode "),
        tag("similarity index "),
        tag("dissimilarity index "),
        tag("index "),
        tag("Binary files "),
    ));
    let kind = alt((value(true, moves), value(false, stays)));
    // A line without an end may be one: it is not accepted, and waited for.
    let mut whole = terminated(kind, line);
    whole.parse(input)
}

// name = *( any byte but HTAB and blanks ) [ HTAB timestamp ] / quoted
/// The name on a line of a header, given from its first character without its LF.
fn name(line: &[u8]) -> Read<'_, &[u8]> {
    let text = line.get(4..).unwrap_or(&[]);
    if line.ends_with(b"\r") {
        return Err(cite(
            &HEADER_LINE_END,
            line.last_chunk::<1>().map_or(line, |cr| cr),
        ));
    }
    let mut to_tab = take_till(|byte| byte == b'\t');
    let (rest, name) = to_tab(text)?;
    if rest.is_empty()
        && !name.starts_with(b"\"")
        && let Some(blank) = name.iter().position(|byte| *byte == b' ')
    {
        return Err(cite(&NAME_END, name.get(blank..).unwrap_or(name)));
    }
    Ok((rest, name))
}

/// Whether two names differ at most in their first directory.
fn is_same_file<'i>(old: &'i [u8], new: &'i [u8]) -> bool {
    let after_slash = |name: &'i [u8]| -> Read<'i, &'i [u8]> {
        let (rest, _) = (take_till(|byte| byte == b'/'), char('/')).parse(name)?;
        Ok((&[], rest))
    };
    match (after_slash(old), after_slash(new)) {
        (Ok((_, old)), Ok((_, new))) if old == new => true,
        _ => old == new,
    }
}

/// How many lines of the old and of the new file a hunk has.
pub type Counts = (u64, u64);

// hunk-header = "@@ -" range " +" range " @@" [ SP heading ] LF
/// The header of a hunk, which is known to begin with `@@`, blanks and `-`.
pub(crate) fn hunk_header(input: &[u8]) -> Read<'_, Counts> {
    let (rest, text) = line(input)?;
    let after = text.get(2..).unwrap_or(&[]);
    let space = |fault| move |_| cite(&HUNK_SPACE, fault);
    let (ranges, _) = demand(tag(" -"), space(after))(after)?;
    let (between, old) = range(ranges)?;
    let (ranges, _) = demand(tag(" +"), space(between))(between)?;
    let (close, new) = range(ranges)?;
    let (heading, _) = demand(tag(" @@"), |_| {
        let blanks = close.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        let behind = close.get(blanks.count()..).unwrap_or(&[]);
        match behind.starts_with(b"@@") {
            true => cite(&HUNK_SPACE, close),
            false => cite(&HUNK_CLOSE, close),
        }
    })(close)?;
    match heading {
        [] | [b' ', ..] | b"\r" => {}
        _ => return Err(cite(&HUNK_SECTION, heading)),
    }
    if let Some(cr @ b"\r") = heading.last_chunk::<1>() {
        return Err(cite(&HEADER_LINE_END, cr));
    }
    if (old, new) == (0, 0) {
        return Err(cite(&HUNK_EMPTY, input));
    }
    Ok((rest, (old, new)))
}

// range = start [ "," count ]
fn range(input: &[u8]) -> Read<'_, u64> {
    let (rest, _) = number(input)?;
    let (rest, count) = opt(preceded(char(','), number)).parse(rest)?;
    Ok((rest, count.unwrap_or(1)))
}

// number = 1*DIGIT
fn number(input: &[u8]) -> Read<'_, u64> {
    let digits = take_while1(|byte: u8| byte.is_ascii_digit());
    let (rest, digits) = demand(digits, |found| cite(&HUNK_NUMBER, found))(input)?;
    let whole: Read<'_, u64> = all_consuming(nom::character::complete::u64).parse(digits);
    match whole {
        Ok((_, number)) => Ok((rest, number)),
        Err(_) => Err(cite(&HUNK_OVERFLOW, input)),
    }
}

/// Says that more bytes are needed where the input ends.
pub(crate) fn need(input: &[u8]) -> Result<(), Fault<'_>> {
    match input {
        [] => Err(incomplete()),
        _ => Ok(()),
    }
}
