//! Trees for patches of which only the bytes are known: files in which their hunks stand, or nearly.

use std::collections::{BTreeMap, BTreeSet};

use parsers::unidiff::UNIFIED;
use parsers::unidiff::claims::{self, Claim, LineChange};
use parsers::unidiff::tree::{EXECUTABLE, File, Tree};
use parsers::{Verdict, judge};

use crate::draw::Chance;

/// The most lines that are filled in before a hunk.
const FILLED: usize = 40;
/// The longest path, in bytes.
const LONGEST: usize = 200;
/// One time in so many a file is there that the patch creates, or may be run, or the tree is changed in one place.
const SELDOM: usize = 8;

/// Files for all that any of our parsers reads as patched, as the one that comes first by chance has them. Now and
/// then one more line is there, or one less, or another.
pub fn of(patch: &[u8], chance: &mut Chance) -> Tree {
    let mut tree = Tree::new();
    let mut settled = BTreeSet::new();
    let mut verdict = Verdict::new();
    let first = chance.below(UNIFIED.parsers.len());
    let parsers = UNIFIED.parsers.iter().cycle().skip(first);
    for parser in parsers.take(UNIFIED.parsers.len()) {
        judge(*parser, patch, &mut verdict);
        let claims = claims::of(&verdict.reading, patch);
        place(&claims, &mut tree, &mut settled, chance);
    }
    if chance.below(SELDOM / 2) == 0 {
        disturb(&mut tree, chance);
    }
    tree
}

/// Places the files of one reading, but for those that are settled.
fn place(
    claims: &[Claim<'_>],
    tree: &mut Tree,
    settled: &mut BTreeSet<Vec<u8>>,
    chance: &mut Chance,
) {
    let mut files: BTreeMap<Vec<u8>, Vec<&Claim<'_>>> = BTreeMap::new();
    for claim in claims {
        files.entry(claim.target()).or_default().push(claim);
    }
    for (path, claims) in files {
        let header = claims.first().map_or(&[][..], |claim| &claim.header);
        let after = |start: &[u8]| header.iter().find_map(|line| line.strip_prefix(start));
        let creates = after(b"--- /dev/null").is_some() || after(b"new file mode ").is_some();
        let source = after(b"rename from ").or_else(|| after(b"copy from "));
        let file = File {
            mode: match chance.below(SELDOM) {
                0 => EXECUTABLE,
                _ => parsers::unidiff::tree::ORDINARY,
            },
            content: content(&claims, chance),
        };
        let others = header.iter().filter_map(|line| {
            let name = line.strip_prefix(b"--- ");
            let name = name.or_else(|| line.strip_prefix(b"+++ "))?;
            let name = name.split(|byte| *byte == b'\t').next().unwrap_or(name);
            Some(stripped(name.strip_suffix(b"\r").unwrap_or(name)))
        });
        let mut paths: Vec<(Vec<u8>, bool)> = vec![(path.clone(), !creates && source.is_none())];
        paths.extend(source.map(|source| (claims::path(source), true)));
        for other in others {
            paths.push((other, !creates && chance.below(2) == 0));
        }
        for (path, is_there) in paths {
            let is_there = is_there != (chance.below(SELDOM) == 0);
            if settled.insert(path.clone()) && is_there && fits(&path, tree) {
                tree.insert(path, file.clone());
            }
        }
    }
}

/// The path that a name means, without its first directory.
fn stripped(name: &[u8]) -> Vec<u8> {
    claims::without_first(&claims::path(name)).to_vec()
}

/// Whether a path stays in the tree, and neither is a folder of another path nor has one as a folder.
fn fits(path: &[u8], tree: &Tree) -> bool {
    let is_plain = |part: &[u8]| !matches!(part, b"" | b"." | b"..") && part != b".git";
    let is_below = |path: &[u8], folder: &[u8]| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with(b"/"))
    };
    path.len() <= LONGEST
        && !path.contains(&0)
        && path != b"dev/null"
        && path.split(|byte| *byte == b'/').all(is_plain)
        && !tree
            .keys()
            .any(|known| is_below(known, path) || is_below(path, known))
}

/// A file in which these hunks stand, where they say or as near as may be.
fn content(claims: &[&Claim<'_>], chance: &mut Chance) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for claim in claims {
        let old = claim
            .lines
            .iter()
            .filter(|line| line.change != LineChange::Added);
        let from = usize::try_from(claim.start).unwrap_or(0);
        let from = if old.clone().count() > 0 {
            from.saturating_sub(1)
        } else {
            from
        };
        while lines.len() < from.min(FILLED) {
            lines.push(format!("line {}\n", lines.len()).into_bytes());
        }
        for line in old {
            if let Some(last) = lines.last_mut().filter(|last| !last.ends_with(b"\n")) {
                last.push(b'\n');
            }
            let end: &[u8] = if line.is_ended { b"\n" } else { b"" };
            lines.push([line.text, end].concat());
        }
    }
    if chance.below(SELDOM / 2) == 0 && lines.last().is_none_or(|last| last.ends_with(b"\n")) {
        lines.push(b"the end\n".to_vec());
    }
    lines.concat()
}

/// Changes one file in one place.
fn disturb(tree: &mut Tree, chance: &mut Chance) {
    let nth = chance.below(tree.len());
    let Some(file) = tree.values_mut().nth(nth) else {
        return;
    };
    let split = file.content.split_inclusive(|byte| *byte == b'\n');
    let mut lines: Vec<Vec<u8>> = split.map(<[u8]>::to_vec).collect();
    let at = chance.below(lines.len());
    match chance.below(3) {
        0 => lines.insert(at, b"one more\n".to_vec()),
        1 if !lines.is_empty() => drop(lines.remove(at)),
        _ => {
            if let Some(line) = lines.get_mut(at) {
                line.splice(0..0, *b"other ");
            }
        }
    }
    file.content = lines.concat();
}
