//! The names in the header of a file, as GNU patch takes them with the first directory off.

use super::super::Tree;
use super::super::quoted::quoted;

/// A name on a line of a header.
pub(super) enum Named {
    /// None that could be taken.
    Nothing,
    /// `/dev/null`.
    Null,
    /// A name below its first directory; whether a date at the beginning of time follows it, or any other; none where the
    /// line ends.
    Name(Vec<u8>, Option<bool>),
}

/// What follows `--- `, `+++ ` or `*** `: a name up to a blank; blanks before a tab belong to it.
pub(super) fn on_line(text: &[u8]) -> Named {
    let text = trim_start(text);
    let (name, rest) = match text.starts_with(b"\"") {
        true => match quoted(text) {
            Some(both) => both,
            None => return Named::Nothing,
        },
        false => {
            let (name, rest) = text.split_at(name_end(text, b'\t'));
            (name.to_vec(), rest)
        }
    };
    if name == b"/dev/null" {
        return Named::Null;
    }
    let Some(name) = below_folder(&name) else {
        return Named::Nothing;
    };
    let begins = |date: &[u8]| trim_start(rest).starts_with(date);
    let is_epoch = begins(b"1970-01-01") || begins(b"1969-12-31");
    Named::Name(name, (rest != b"\n").then_some(is_epoch))
}

/// What follows `Index:`: a name that goes on to the end of the line.
pub(super) fn on_index(text: &[u8]) -> Option<Vec<u8>> {
    let text = trim_start(text);
    let (name, rest) = match text.starts_with(b"\"") {
        true => quoted(text)?,
        false => {
            let (name, rest) = text.split_at(name_end(text, b'\n'));
            (name.to_vec(), rest)
        }
    };
    below_folder(&name).filter(|_| rest == b"\n" && name != b"/dev/null")
}

/// Where a name ends: at a blank that no `mark` follows.
fn name_end(text: &[u8], mark: u8) -> usize {
    let is_blank = |at: usize| text.get(at).is_some_and(|byte| is_space(*byte));
    let last_mark = memchr::memrchr(mark, text);
    let mut at = 0;
    while at < text.len() {
        if !is_blank(at) {
            at += 1;
            continue;
        }
        let mut last = at;
        while text.get(last) != Some(&b'\t') && is_blank(last + 1) {
            last += 1;
        }
        let goes_on = last_mark.is_some_and(|mark| mark > last);
        if text.get(last) == Some(&b'\t') || !goes_on {
            return at;
        }
        at = last + 1;
    }
    at
}

/// The two names of `diff --git`, which end at blanks.
pub(super) fn two(text: &[u8]) -> Option<[Vec<u8>; 2]> {
    let (old, rest) = word(text)?;
    if !rest.first().is_some_and(|byte| is_space(*byte)) {
        return None;
    }
    let (new, rest) = word(rest)?;
    trim_start(rest).is_empty().then_some([old, new])
}

/// A name up to a blank, and what follows it.
fn word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let text = trim_start(text);
    let (name, rest) = match text.starts_with(b"\"") {
        true => quoted(text)?,
        false => {
            let end = text.iter().position(|byte| is_space(*byte));
            let (name, rest) = text.split_at(end.unwrap_or(text.len()));
            (name.to_vec(), rest)
        }
    };
    Some((below_folder(&name)?, rest))
}

/// A path below its first directory, if there is anything.
fn below_folder(name: &[u8]) -> Option<Vec<u8>> {
    let slash = memchr::memchr(b'/', name)?;
    let below = name.get(slash..)?;
    let slashes = below.iter().take_while(|byte| **byte == b'/').count();
    let below = below.get(slashes..)?;
    (!below.is_empty()).then(|| below.to_vec())
}

/// Of several names, the one in the fewest folders, the shortest, slashes at its end counting last, and the first: where it
/// stands. None where that leads outside.
pub(super) fn best(names: &[Option<Vec<u8>>], counts: impl Fn(usize) -> bool) -> Option<usize> {
    let rank = |name: &Vec<u8>| {
        let slashes = name.iter().rev().take_while(|byte| **byte == b'/').count();
        (folders(name), name.len() - slashes, name.len())
    };
    let ranked = names.iter().enumerate().filter(|(nth, _)| counts(*nth));
    let ranked = ranked.filter_map(|(nth, name)| Some((rank(name.as_ref()?), nth)));
    let least = ranked.clone().map(|(rank, _)| rank).min()?;
    let mut best = ranked.filter(|(rank, _)| *rank == least);
    let is_safe = |nth: usize| {
        names
            .get(nth)
            .and_then(Option::as_ref)
            .is_some_and(|name| is_safe(name))
    };
    best.find(|(_, nth)| is_safe(*nth)).map(|(_, nth)| nth)
}

/// How many folders a path is in.
fn folders(name: &[u8]) -> usize {
    let pairs = name.windows(2);
    pairs
        .filter(|pair| matches!(pair, [before, b'/'] if *before != b'/'))
        .count()
}

/// How many folders of a path are not there.
pub(super) fn new_folders(name: &[u8], tree: &Tree) -> usize {
    let mut there = 0;
    for at in 1..name.len() {
        let is_end = name.get(at) == Some(&b'/') && name.get(at - 1) != Some(&b'/');
        if is_end {
            if !is_folder(name.get(..at).unwrap_or(name), tree) {
                break;
            }
            there += 1;
        }
    }
    folders(name) - there
}

/// Whether a path is one of a folder.
pub(super) fn is_folder(path: &[u8], tree: &Tree) -> bool {
    let slashes = path.iter().rev().take_while(|byte| **byte == b'/').count();
    let folder = path.get(..path.len() - slashes).unwrap_or(path);
    let is_below = |known: &Vec<u8>| {
        let rest = known.strip_prefix(folder);
        rest.is_some_and(|rest| rest.starts_with(b"/"))
    };
    tree.keys().any(is_below)
}

/// Whether a name leads nowhere outside.
pub(super) fn is_safe(name: &[u8]) -> bool {
    !name.starts_with(b"/") && name.split(|byte| *byte == b'/').all(|part| part != b"..")
}

/// Whether it is a space in C.
pub(super) fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0B
}

pub(super) fn trim_start(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| is_space(**byte)).count();
    text.get(spaces..).unwrap_or(&[])
}
