//! Commits drawn by chance: a tree of a few files, what happens to them, and a message; and what is sent of them, changed
//! in a few places.

use arbitrary::Unstructured;
use parsers::Capability;
use parsers::unidiff::UNIFIED;
use parsers::unidiff::tree::{EXECUTABLE, File, LINK, ORDINARY, Tree};

use super::{Commit, diff, examples};
use crate::draw::Chance;
use crate::generate;

/// The most lines of a file.
const LINES: usize = 30;
/// What lines are.
const LINE: &[&str] = &[
    "",
    "{",
    "}",
    "    return 0;",
    "-- ",
    "a",
    "b",
    "c",
    "#include <stdio.h>",
    "\tif (x)",
    "++ y",
    "@@ -1 +1 @@",
    "-",
];
/// What files are called.
const NAMES: &[&str] = &[
    "a.txt",
    "src/main.c",
    "src/lib/b.c",
    "README",
    "x",
    "sp ace.txt",
    "src/b.h",
    "\u{e4}.txt",
    "doc/a.txt",
];

/// The families of which messages are drawn as what is sent of commits, with the tree that each is for.
pub static COMMITS: Capability<()> = Capability::new("a tree before each input", &[(&UNIFIED, ())]);

/// A patch, and the tree that it is for.
pub struct DrawnPatch {
    /// The files before.
    pub before: Tree,
    /// The patch.
    pub patch: Vec<u8>,
}

/// What is sent of a commit: a mail, or now and then the change alone, changed in up to three places.
pub fn sent(chance: &mut Chance, is_mail: bool) -> DrawnPatch {
    let commit = commit(chance);
    let mut patch = match is_mail || chance.below(2) == 0 {
        true => commit.mail(),
        false => diff(&commit.before, &commit.after),
    };
    for _ in 0..chance.below(4) {
        let choices: Vec<u8> = (0..16)
            .flat_map(|_| chance.number().to_le_bytes())
            .collect();
        // It gives as many choices as are asked for.
        let _changed = generate::mutate(&UNIFIED, &mut patch, &mut Unstructured::new(&choices));
    }
    DrawnPatch {
        before: commit.before,
        patch,
    }
}

/// A commit that changes something.
pub(crate) fn commit(chance: &mut Chance) -> Commit {
    let before: Tree = (0..1 + chance.below(4))
        .map(|_| (name(chance), file(chance)))
        .collect();
    let mut after = before.clone();
    let paths: Vec<&Vec<u8>> = before.keys().collect();
    while after == before {
        for path in &paths {
            become_other(&mut after, path, chance);
        }
        if chance.below(4) == 0 {
            after.entry(name(chance)).or_insert_with(|| file(chance));
        }
    }
    let mut messages = examples();
    let message = messages.swap_remove(match chance.below(3) {
        0 => chance.below(messages.len()),
        _ => 0,
    });
    Commit {
        before,
        after,
        ..message
    }
}

fn name(chance: &mut Chance) -> Vec<u8> {
    let name = NAMES.get(chance.below(NAMES.len()));
    name.map_or(Vec::new(), |name| name.as_bytes().to_vec())
}

fn file(chance: &mut Chance) -> File {
    let mode = match chance.below(24) {
        0 => LINK,
        1..=3 => EXECUTABLE,
        _ => ORDINARY,
    };
    if mode == LINK {
        return File {
            mode,
            content: name(chance),
        };
    }
    let count = chance.below(LINES);
    let mut content = Vec::new();
    for nth in 0..count {
        content.extend(line(chance));
        if nth + 1 == count && chance.below(8) == 0 {
            content.pop();
        }
    }
    File { mode, content }
}

fn line(chance: &mut Chance) -> Vec<u8> {
    match chance.below(3) {
        0 => {
            let line = LINE.get(chance.below(LINE.len())).unwrap_or(&"");
            format!("{line}\n").into_bytes()
        }
        _ => format!("line {}\n", chance.below(100)).into_bytes(),
    }
}

/// What happens to a file: most are changed in a few places.
fn become_other(tree: &mut Tree, path: &[u8], chance: &mut Chance) {
    let Some(mut file) = tree.get(path).cloned() else {
        return;
    };
    let what = chance.below(12);
    if matches!(what, 2..=9) && file.mode != LINK {
        file.content = edited(&file.content, chance);
    }
    if matches!(what, 9 | 10) && file.mode != LINK {
        file.mode = if file.mode == ORDINARY {
            EXECUTABLE
        } else {
            ORDINARY
        };
    }
    let target = match what {
        0 => {
            tree.remove(path);
            return;
        }
        1 | 2 => name(chance),
        _ => path.to_vec(),
    };
    if target == path || !tree.contains_key(&target) {
        tree.remove(path);
        tree.insert(target, file);
    }
}

/// A text with up to three lines more, less, or other.
fn edited(content: &[u8], chance: &mut Chance) -> Vec<u8> {
    let split = content.split_inclusive(|byte| *byte == b'\n');
    let mut lines: Vec<Vec<u8>> = split.map(<[u8]>::to_vec).collect();
    for _ in 0..1 + chance.below(3) {
        let at = chance.below(lines.len());
        match chance.below(3) {
            0 if !lines.is_empty() => drop(lines.remove(at)),
            1 if !lines.is_empty() => {
                let line = line(chance);
                lines.splice(at..=at, [line]);
            }
            _ => lines.insert(at, line(chance)),
        }
    }
    lines.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use parsers::unidiff::{claims, strict::StrictDiff, tree};
    use parsers::{Verdict, judge};

    #[test]
    fn what_is_drawn_does_what_it_says() {
        let mut chance = Chance::new(5);
        let mut verdict = Verdict::new();
        for _ in 0..300 {
            let commit = commit(&mut chance);
            let patch = diff(&commit.before, &commit.after);
            judge(&StrictDiff, &patch, &mut verdict);
            let claims = claims::of(&verdict.reading, &patch);
            let (built, failed) = tree::build(&commit.before, &claims);
            assert_eq!(
                (built, failed),
                (commit.after, 0),
                "{}",
                patch.escape_ascii()
            );
        }
    }
}
