//! GNU patch: its hunks show when it rejects them, for the files that they are for are empty.

use std::collections::BTreeSet;

use parsers::End;
use parsers::unidiff::claims::unindented;
use parsers::unidiff::tree::{File, Tree};

use super::scratch::{CommandOutput, MEMORY, ScratchFolder};
use crate::{Detail, Failure, Seen};

/// The marks and texts of the lines of a hunk.
type Hunk = Vec<(u8, Vec<u8>)>;

/// The patch of a file, as GNU patch reports it while it applies it.
struct Section {
    name: Vec<u8>,
    /// Whether each hunk was rejected.
    rejected: Vec<bool>,
}

/// Reads a patch: once forward and, where hunks apply even to an empty file, once backward.
pub fn read(input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    seen.detail = Detail::Lines;
    let (forward, rejects) = run(input, &[])?;
    let (sections, is_whole) = sections(&forward);
    let mut rejects = hunks(&rejects, input).into_iter();
    let mut reversed = Vec::new();
    if sections
        .iter()
        .any(|section| section.rejected.contains(&false))
    {
        let (backward, rejects) = run(input, &["-R"])?;
        let mut rejects = hunks(&rejects, input).into_iter();
        let (sections, _) = self::sections(&backward);
        for section in sections {
            let shown = section.rejected.iter().map(|rejected| match rejected {
                true => rejects.next(),
                false => None,
            });
            reversed.push(shown.collect::<Vec<_>>());
        }
    }
    for (nth, section) in sections.iter().enumerate() {
        for (which, rejected) in section.rejected.iter().enumerate() {
            let hunk = match rejected {
                true => rejects.next(),
                false => {
                    let hunk = reversed.get(nth).and_then(|section| section.get(which));
                    hunk.cloned().flatten().map(turned)
                }
            };
            let Some(hunk) = hunk else {
                if !is_whole {
                    // What it had read of the file when it gave up is not kept.
                    break;
                }
                return Err(Failure::Unknown(
                    "a hunk is neither rejected nor applied alone".to_owned(),
                ));
            };
            let lines: Vec<_> = hunk
                .iter()
                .map(|(mark, text)| (*mark, text.as_slice()))
                .collect();
            seen.take_located_hunk(&section.name, &lines, input);
        }
    }
    seen.end_stream(if is_whole {
        End::Complete
    } else {
        End::Rejected
    });
    Ok(())
}

/// Applies the input to the tree.
pub fn build(scratch: &ScratchFolder) -> Result<bool, Failure> {
    let ran = scratch.run(
        "patch",
        &[
            "-p1",
            "-f",
            "-s",
            "--no-backup-if-mismatch",
            "-r",
            "-",
            "-i",
            &scratch.named("input"),
        ],
    )?;
    Ok(ran.code == Some(0))
}

/// Where rejects go: it writes none outside the folder in which it runs.
const REJECTS: &str = ".rejects";

/// Runs it on empty files: what it did, and what it rejects.
fn run(input: &[u8], more: &[&str]) -> Result<(CommandOutput, Vec<u8>), Failure> {
    let scratch = ScratchFolder::new(input)?;
    let empty = |name: Vec<u8>| (name, File::ordinary(Vec::new()));
    let tree: Tree = names(input).into_iter().map(empty).collect();
    scratch.write(&tree)?;
    let patch = scratch.named("input");
    let mut arguments = vec!["-p0", "-f", "-F0", "--verbose", "-r", REJECTS, "-i", &patch];
    arguments.extend(more);
    let ran = scratch.run("patch", &arguments)?;
    if find(&ran.err, b"out of memory").is_some() {
        return Err(Failure::Memory(MEMORY));
    }
    if [&ran.out, &ran.err]
        .iter()
        .any(|said| find(said, b": Permission denied").is_some())
    {
        return Err(Failure::Unknown(
            "its confinement keeps it from files outside its tree".to_owned(),
        ));
    }
    if find(&ran.err, b"write error").is_some() {
        return Err(Failure::Unknown(
            "it cannot write what it rejects".to_owned(),
        ));
    }
    let rejects = std::fs::read(scratch.tree().join(REJECTS)).unwrap_or_default();
    Ok((ran, rejects))
}

/// Every name that a line of a header could give to a file.
fn names(input: &[u8]) -> BTreeSet<Vec<u8>> {
    const BEFORE: &[&[u8]] = &[
        b"--- ",
        b"+++ ",
        b"*** ",
        b"Index: ",
        b"rename from ",
        b"rename to ",
        b"copy from ",
        b"copy to ",
    ];
    let mut names = BTreeSet::new();
    for line in input.split(|byte| *byte == b'\n') {
        let line = unindented(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(both) = line.strip_prefix(b"diff --git ") {
            names.extend(both.split(|byte| *byte == b' ').map(<[u8]>::to_vec));
        }
        let Some(rest) = BEFORE.iter().find_map(|before| line.strip_prefix(*before)) else {
            continue;
        };
        for name in [&b"\t"[..], b" "].map(|end| rest.split(|byte| end.contains(byte)).next()) {
            let name = parsers::unidiff::claims::path(name.unwrap_or(rest));
            for prefix in ["", "a/", "b/"] {
                names.insert([prefix.as_bytes(), &name].concat());
            }
        }
    }
    names
}

/// What it tells of each file, and whether it has read all of the patch.
fn sections(ran: &CommandOutput) -> (Vec<Section>, bool) {
    let mut sections: Vec<Section> = Vec::new();
    for line in ran.out.split(|byte| *byte == b'\n') {
        if let Some(name) = line.strip_prefix(b"patching file ") {
            let end =
                find(name, b" (renamed from ").or_else(|| find(name, b" (already renamed from "));
            let end = end.or_else(|| find(name, b" (copied from "));
            let name = name.get(..end.unwrap_or(name.len())).unwrap_or(name);
            let quoted = name
                .strip_prefix(b"'")
                .and_then(|name| name.strip_suffix(b"'"));
            sections.push(Section {
                name: quoted.unwrap_or(name).to_vec(),
                rejected: Vec::new(),
            });
        } else if line.starts_with(b"can't find file to patch") {
            sections.push(Section {
                name: Vec::new(),
                rejected: Vec::new(),
            });
        } else if line.starts_with(b"Hunk #") {
            let rejected = find(line, b" FAILED at ").or_else(|| find(line, b" ignored at "));
            let succeeded = find(line, b" succeeded at ");
            if let Some(section) = sections
                .last_mut()
                .filter(|_| rejected.or(succeeded).is_some())
            {
                section.rejected.push(rejected.is_some());
            }
        }
    }
    let is_whole = ran.code < Some(2);
    if !is_whole && sections.last().is_some_and(|last| last.rejected.is_empty()) {
        // It gave up before it had read a hunk.
        sections.pop();
    }
    let is_garbage = find(&ran.err, b"Only garbage was found").is_some();
    (sections, is_whole || is_garbage)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// The hunks in a file of rejects. A line that lacks its end in `input` lacks it here, and what comes next follows at
/// once.
fn hunks(rejects: &[u8], input: &[u8]) -> Vec<Hunk> {
    let mut hunks = Vec::new();
    let mut rest = rejects;
    while let Some((line, after)) = line_of(rest) {
        rest = after;
        let Some((mut old, mut new)) = counts(line) else {
            continue;
        };
        let mut hunk = Vec::new();
        while (old, new) != (0, 0) {
            let Some((mut line, after)) = line_of(rest) else {
                break;
            };
            rest = after;
            if let Some(at) = joint(line, input) {
                rest = rest_from(rejects, line, at);
                line = line.get(..at).unwrap_or(line);
            }
            let mark = line.first().copied().unwrap_or(b' ');
            old -= usize::from(mark != b'+' && old > 0);
            new -= usize::from(mark != b'-' && new > 0);
            let mut text = line.get(1..).unwrap_or(&[]);
            if (old, new) == (0, 0)
                && !is_line(line, input)
                && let Some(at) = header_within(text, after)
            {
                rest = rest_from(rejects, text, at);
                text = text.get(..at).unwrap_or(text);
            }
            hunk.push((mark, text.to_vec()));
        }
        hunks.push(hunk);
    }
    hunks
}

/// Whether this is a line of `input`, or the end of one that is indented.
fn is_line(part: &[u8], input: &[u8]) -> bool {
    let mut lines = input.split(|byte| *byte == b'\n');
    lines.any(|line| {
        line.strip_suffix(b"\r").unwrap_or(line).ends_with(part) || line.ends_with(part)
    })
}

/// Where in a line of a hunk the next one begins: where it is two lines of `input`, and not one.
fn joint(line: &[u8], input: &[u8]) -> Option<usize> {
    if !input.contains(&b'\\') || is_line(line, input) {
        return None;
    }
    let mut joints = (1..line.len()).filter(|at| matches!(line.get(*at), Some(b' ' | b'+' | b'-')));
    joints.find(|at| {
        let (first, second) = line.split_at(*at);
        is_line(first, input) && is_line(second, input)
    })
}

/// Where in the last line of a hunk the next header begins, if one does.
fn header_within(text: &[u8], after: &[u8]) -> Option<usize> {
    if let Some(at) =
        find(text, b"@@ -").filter(|at| counts(text.get(*at..).unwrap_or(&[])).is_some())
    {
        return Some(at);
    }
    after
        .starts_with(b"+++ ")
        .then(|| find(text, b"--- "))
        .flatten()
}

/// All of `whole` from the byte `at` of `slice`, which is a part of it.
fn rest_from<'a>(whole: &'a [u8], slice: &[u8], at: usize) -> &'a [u8] {
    let offset = (slice.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    whole.get(offset + at..).unwrap_or(&[])
}

fn line_of(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if text.is_empty() {
        return None;
    }
    let lf = text.iter().position(|byte| *byte == b'\n');
    let end = lf.unwrap_or(text.len());
    Some((text.get(..end)?, text.get(lf.map_or(end, |lf| lf + 1)..)?))
}

/// How many lines of each file a header of a hunk counts.
fn counts(line: &[u8]) -> Option<(usize, usize)> {
    let line = std::str::from_utf8(line.get(..line.len().min(80))?).ok();
    let line = line.map_or_else(
        || String::from_utf8_lossy(line.unwrap_or("").as_bytes()).into_owned(),
        str::to_owned,
    );
    let ranges = line.strip_prefix("@@ -")?;
    let (old, rest) = ranges.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let count = |range: &str| match range.split_once(',') {
        Some((_, count)) => count.parse().ok(),
        None => Some(1),
    };
    Some((count(old)?, count(new)?))
}

/// A hunk as it was before it was turned round.
fn turned(hunk: Hunk) -> Hunk {
    let mark = |mark| match mark {
        b'-' => b'+',
        b'+' => b'-',
        other => other,
    };
    hunk.into_iter()
        .map(|(old, text)| (mark(old), text))
        .collect()
}
