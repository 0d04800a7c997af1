//! What two readings of a hunk make of the same tree.

use parsers::core::compare::Divergence;
use parsers::unidiff::rules::{BINARY_PATCH, EXTENDED_HEADER};
use parsers::{Part, unidiff};

use super::departures;
use crate::judge::group::Group;

/// Whether two readings of a hunk patch files whose names differ by what tools append: the ending of a copy that was kept
/// before a change, or a date.
pub(super) fn is_same_file(input: &[u8], divergence: &Divergence, groups: [&Group; 2]) -> bool {
    let names = groups.map(|group| {
        let message = group.verdict.reading.messages.get(divergence.message)?;
        let parts = group.verdict.reading.parts_of(message).iter();
        let names = parts.filter(|part| part.label == unidiff::label::NAME);
        let names: Option<Vec<_>> = names.map(|part| input.get(part.start..part.end)).collect();
        names
    });
    let [Some(a), Some(b)] = names else {
        return false;
    };
    let mut pairs = a.iter().zip(&b);
    a != b && a.len() == b.len() && pairs.all(|(a, b)| names_one_file(a, b))
}

/// Whether two names are of one file, as far as their folders and what is appended to one of them tell.
fn names_one_file(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = (without_date(a), without_date(b));
    let parts = |name: &[u8]| -> Vec<Vec<u8>> {
        let parts = name.split(|byte| *byte == b'/');
        parts
            .filter(|part| *part != b".")
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (of_a, of_b) = (parts(a), parts(b));
    let (Some((file_a, a)), Some((file_b, b))) = (of_a.split_last(), of_b.split_last()) else {
        return false;
    };
    let (short, long) = match file_a.len() < file_b.len() {
        true => (file_a, file_b),
        false => (file_b, file_a),
    };
    let appended = long.strip_prefix(short.as_slice());
    let is_appended = |rest: &[u8]| !rest.first().is_some_and(u8::is_ascii_alphanumeric);
    if short.is_empty() || !appended.is_some_and(is_appended) {
        return false;
    }
    a.get(1..).unwrap_or(&[]) == b.get(1..).unwrap_or(&[])
}

/// A name without the date that blanks set off.
fn without_date(name: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let is_date = |at: &usize| {
        let rest = name.get(*at..).unwrap_or(&[]).trim_ascii_start();
        let is_day = rest
            .get(..4)
            .is_some_and(|year| year.iter().all(u8::is_ascii_digit));
        let is_weekday = rest
            .get(..3)
            .is_some_and(|day| day.iter().all(u8::is_ascii_alphabetic));
        is_day && rest.get(4) == Some(&b'-') || is_weekday && rest.get(3) == Some(&b' ')
    };
    let mut blanks = (0..name.len()).filter(|at| name.get(*at).is_some_and(is_blank));
    let end = blanks.find(is_date).unwrap_or(name.len());
    name.get(..end).unwrap_or(name).trim_ascii_end()
}

/// Whether one of them knows nothing of git's extensions of the format, and so loses what these alone say: a rename, a mode,
/// binary data. To a tool that keeps to the format of POSIX they are text.
pub(super) fn lacks_git(divergence: &Divergence, groups: [&Group; 2]) -> bool {
    let rules = [EXTENDED_HEADER.id, BINARY_PATCH.id];
    groups.into_iter().any(|group| {
        let first = departures(group, divergence).next();
        first.is_some_and(|citation| rules.contains(&citation.rule.id))
    })
}

/// Whether two readings of a hunk need different lines in the file that it patches: one of them keeps a carriage return
/// there. Then no file takes both, and what one tool applies, the other rejects.
pub(super) fn needs_other_lines(
    input: &[u8],
    divergence: &Divergence,
    groups: [&Group; 2],
) -> bool {
    let [Some(a), Some(b)] = groups.map(|group| {
        let reading = &group.verdict.reading;
        let message = reading.messages.get(divergence.message)?;
        Some((message, reading.parts_of(message)))
    }) else {
        return false;
    };
    let keeps = |parts: &[Part], at: usize| {
        let next = parts.partition_point(|part| part.start <= at);
        let part = next.checked_sub(1).and_then(|part| parts.get(part));
        part.is_some_and(|part| part.label == unidiff::label::BODY && at < part.end)
    };
    let (start, end) = (a.0.head.max(b.0.head), a.0.end.min(b.0.end));
    let lines = input.get(start..end).unwrap_or(&[]);
    let mut at = start;
    lines.split(|byte| *byte == b'\n').any(|line| {
        let last = (at + line.len()).saturating_sub(1);
        at += line.len() + 1;
        matches!(line, [b' ' | b'-', .., b'\r']) && keeps(a.1, last) != keeps(b.1, last)
    })
}
