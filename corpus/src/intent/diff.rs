//! What `git diff` writes of two trees: files that are renamed, and lines of context around what changes.

use std::collections::BTreeMap;

use parsers::unidiff::tree::{File, Tree};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// A line of both files, of the old or of the new one, with its end.
type Edit<'a> = (u8, &'a [u8]);

/// What `git diff` would write: hunks with three lines of context, for each file that differs.
pub fn diff(before: &Tree, after: &Tree) -> Vec<u8> {
    let renamed = renamed(before, after);
    let sources: Vec<&Vec<u8>> = renamed.values().copied().collect();
    let mut paths: Vec<&Vec<u8>> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let mut out = Vec::new();
    for path in paths {
        if sources.contains(&path) {
            continue;
        }
        let source = renamed.get(path).copied().unwrap_or(path);
        let (old, new) = (before.get(source), after.get(path));
        if old != new || source != path {
            file(&mut out, (source, old), (path, new));
        }
    }
    out
}

/// Of each file that is new, the one that is gone and has the most of its lines, if that are most of them.
fn renamed<'a>(before: &'a Tree, after: &'a Tree) -> BTreeMap<&'a Vec<u8>, &'a Vec<u8>> {
    let mut renamed = BTreeMap::new();
    let gone = || before.iter().filter(|(path, _)| !after.contains_key(*path));
    for (path, new) in after.iter().filter(|(path, _)| !before.contains_key(*path)) {
        let free = gone().filter(|(source, _)| !renamed.values().any(|taken| taken == source));
        let alike = free.map(|(source, old)| (similarity(&old.content, &new.content), source));
        if let Some((_, source)) = alike.max().filter(|(alike, _)| *alike > 50) {
            renamed.insert(path, source);
        }
    }
    renamed
}

/// How many of a hundred lines are common.
fn similarity(old: &[u8], new: &[u8]) -> usize {
    let edits = edits(old, new);
    let common = edits.iter().filter(|(mark, _)| *mark == b' ').count();
    common * 100 / edits.len().max(1)
}

fn file(out: &mut Vec<u8>, old: (&[u8], Option<&File>), new: (&[u8], Option<&File>)) {
    let name = |side: &str, path: &[u8]| quoted(&[side.as_bytes(), path].concat());
    let ((from, old), (to, new)) = (old, new);
    let (old_name, new_name) = (name("a/", from), name("b/", to));
    let mut line = |text: String| out.extend_from_slice(text.as_bytes());
    line(format!("diff --git {old_name} {new_name}\n"));
    let mode = |file: Option<&File>| file.map_or(0, |file| file.mode);
    let is_changed = match (old, new) {
        (None, Some(new)) => {
            line(format!("new file mode {:o}\n", new.mode));
            true
        }
        (Some(old), None) => {
            line(format!("deleted file mode {:o}\n", old.mode));
            true
        }
        _ if mode(old) != mode(new) => {
            line(format!(
                "old mode {:o}\nnew mode {:o}\n",
                mode(old),
                mode(new)
            ));
            true
        }
        _ => false,
    };
    let content = |file: Option<&'_ File>| file.map_or(Vec::new(), |file| file.content.clone());
    let (before, after) = (content(old), content(new));
    if from != to {
        let alike = if before == after {
            100
        } else {
            similarity(&before, &after)
        };
        let [from, to] = [from, to].map(quoted);
        line(format!(
            "similarity index {alike}%\nrename from {from}\nrename to {to}\n"
        ));
    }
    if before == after && old.is_some() && new.is_some() {
        return;
    }
    let mode = if is_changed {
        String::new()
    } else {
        format!(" {:o}", mode(new))
    };
    line(format!("index {}..{}{mode}\n", hash(old), hash(new)));
    if before == after {
        return;
    }
    let side = |file: Option<&File>, name: &str| match file {
        Some(_) if name.contains(' ') && !name.starts_with('"') => format!("{name}\t"),
        Some(_) => name.to_owned(),
        None => "/dev/null".to_owned(),
    };
    line(format!(
        "--- {}\n+++ {}\n",
        side(old, &old_name),
        side(new, &new_name)
    ));
    hunks(out, &before, &after);
}

/// A name as git writes it: in quotes where it has bytes that are not printed.
fn quoted(path: &[u8]) -> String {
    if path
        .iter()
        .all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(byte))
    {
        return String::from_utf8_lossy(path).into_owned();
    }
    let mut name = String::from("\"");
    for byte in path {
        match byte {
            b'"' | b'\\' => name.extend(['\\', char::from(*byte)]),
            b' '..=b'~' => name.push(char::from(*byte)),
            _ => name.push_str(&format!("\\{byte:03o}")),
        }
    }
    name + "\""
}

/// Seven hexadecimal digits that stand for a content: zeros for no file, those of git for an empty one.
fn hash(file: Option<&File>) -> String {
    match file {
        None => "0000000".to_owned(),
        Some(file) if file.content.is_empty() => "e69de29".to_owned(),
        Some(file) => {
            let mix = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
            let sum = file.content.iter().fold(0x811c_9dc5, mix);
            format!("{:07x}", sum >> 4 | 1)
        }
    }
}

/// The lines of both texts, in an order that has most of them in common.
fn edits<'a>(from: &'a [u8], to: &'a [u8]) -> Vec<Edit<'a>> {
    let lines = |text: &'a [u8]| {
        text.split_inclusive(|byte| *byte == b'\n')
            .collect::<Vec<_>>()
    };
    let (old, new) = (lines(from), lines(to));
    // How many lines the rests of both have in common, a row for each line of the old one.
    let mut rows = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    let known = |rows: &[Vec<usize>], nth: usize, other: usize| {
        rows.get(nth)
            .and_then(|row| row.get(other))
            .copied()
            .unwrap_or(0)
    };
    for (nth, line) in old.iter().enumerate().rev() {
        for (other, with) in new.iter().enumerate().rev() {
            let most = match line == with {
                true => known(&rows, nth + 1, other + 1) + 1,
                false => known(&rows, nth + 1, other).max(known(&rows, nth, other + 1)),
            };
            if let Some(place) = rows.get_mut(nth).and_then(|row| row.get_mut(other)) {
                *place = most;
            }
        }
    }
    let (mut nth, mut other, mut edits) = (0, 0, Vec::new());
    loop {
        match (old.get(nth), new.get(other)) {
            (None, None) => return edits,
            (Some(line), Some(with)) if line == with => {
                edits.push((b' ', *line));
                (nth, other) = (nth + 1, other + 1);
            }
            (Some(line), with)
                if with.is_none()
                    || known(&rows, nth + 1, other) >= known(&rows, nth, other + 1) =>
            {
                edits.push((b'-', *line));
                nth += 1;
            }
            (_, with) => {
                edits.extend(with.map(|with| (b'+', *with)));
                other += 1;
            }
        }
    }
}

/// Writes the hunks between two texts.
fn hunks(out: &mut Vec<u8>, from: &[u8], to: &[u8]) {
    let edits = edits(from, to);
    let changed: Vec<usize> = (0..edits.len())
        .filter(|at| edits.get(*at).is_some_and(|(mark, _)| *mark != b' '))
        .collect();
    let apart =
        |pair: &[usize]| matches!(pair, [first, second] if second - first > 2 * CONTEXT + 1);
    let mut begun = 0;
    for end in 1..=changed.len() {
        let ends = end == changed.len() || changed.get(end - 1..=end).is_some_and(apart);
        if !ends {
            continue;
        }
        let (first, last) = (changed.get(begun), changed.get(end - 1));
        begun = end;
        if let (Some(first), Some(last)) = (first, last) {
            let start = first.saturating_sub(CONTEXT);
            let (before, rest) = edits.split_at(start);
            let length = (last + CONTEXT + 1).min(edits.len()) - start;
            hunk(out, before, rest.get(..length).unwrap_or(rest));
        }
    }
}

fn hunk(out: &mut Vec<u8>, before: &[Edit<'_>], lines: &[Edit<'_>]) {
    let count =
        |edits: &[Edit<'_>], other: u8| edits.iter().filter(|(mark, _)| *mark != other).count();
    let range = |other: u8| {
        let (passed, count) = (count(before, other), count(lines, other));
        let start = passed + usize::from(count > 0);
        match count {
            1 => start.to_string(),
            _ => format!("{start},{count}"),
        }
    };
    out.extend_from_slice(format!("@@ -{} +{} @@\n", range(b'+'), range(b'-')).as_bytes());
    for (mark, line) in lines {
        out.push(*mark);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}
