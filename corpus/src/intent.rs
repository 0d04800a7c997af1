//! Patches of which the truth is known: a mail made of a change to a tree and of a message, which may hold anything.

pub mod setting;

use parsers::unidiff::tree::{File, Tree};

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// A change to a tree, with its log message.
#[derive(Clone, Debug)]
pub struct Commit {
    /// What it is an example of, kebab-case.
    pub name: String,
    /// The files before.
    pub before: Tree,
    /// The files after.
    pub after: Tree,
    /// The log message without its first line.
    pub message: String,
}

impl Commit {
    /// It as a mail, in the manner of `git format-patch`.
    pub fn mail(&self) -> Vec<u8> {
        let mut mail = format!(
            "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\n\
             From: A <a@example.org>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\nSubject: [PATCH] {}\n\n{}---\n\n",
            self.name, self.message
        )
        .into_bytes();
        mail.extend(diff(&self.before, &self.after));
        mail.extend_from_slice(b"-- \n2.47.3\n\n");
        mail
    }
}

/// What `git diff` would write: one hunk for each file that differs.
pub fn diff(before: &Tree, after: &Tree) -> Vec<u8> {
    let mut paths: Vec<&Vec<u8>> = before.keys().chain(after.keys()).collect();
    paths.sort();
    paths.dedup();
    let mut out = Vec::new();
    for path in paths {
        let (old, new) = (before.get(path), after.get(path));
        if old == new {
            continue;
        }
        let name = String::from_utf8_lossy(path);
        let mut line = |text: String| out.extend_from_slice(text.as_bytes());
        line(format!("diff --git a/{name} b/{name}\n"));
        match (old, new) {
            (None, Some(new)) => line(format!("new file mode {:o}\n", new.mode)),
            (Some(old), None) => line(format!("deleted file mode {:o}\n", old.mode)),
            (Some(old), Some(new)) if old.mode != new.mode => {
                line(format!(
                    "old mode {:o}\nnew mode {:o}\n",
                    old.mode, new.mode
                ));
            }
            _ => {}
        }
        let content = |file: Option<&File>| file.map_or(Vec::new(), |file| file.content.clone());
        let (from, to) = (content(old), content(new));
        if from == to {
            continue;
        }
        let side = |file: Option<&File>, prefix: &str| match file {
            Some(_) => format!("{prefix}/{name}"),
            None => "/dev/null".to_owned(),
        };
        line(format!("--- {}\n+++ {}\n", side(old, "a"), side(new, "b")));
        out.extend(hunk(&from, &to));
    }
    out
}

fn hunk(from: &[u8], to: &[u8]) -> Vec<u8> {
    let lines = |text: &'_ [u8]| -> Vec<Vec<u8>> {
        text.split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (old, new) = (lines(from), lines(to));
    let same = |pairs: &mut dyn Iterator<Item = (&Vec<u8>, &Vec<u8>)>| {
        pairs.take_while(|(a, b)| a == b).count()
    };
    let front = same(&mut old.iter().zip(&new));
    let most = old.len().min(new.len()) - front;
    let back = same(&mut old.iter().rev().zip(new.iter().rev())).min(most);
    let start = front.saturating_sub(CONTEXT);
    let after = back.min(CONTEXT);
    let (old_end, new_end) = (old.len() - back, new.len() - back);
    let range = |end: usize| {
        let count = end + after - start;
        format!("{},{count}", start + usize::from(count > 0))
    };
    let mut hunk = format!("@@ -{} +{} @@\n", range(old_end), range(new_end)).into_bytes();
    let mut put = |mark: u8, lines: &[Vec<u8>], first: usize, end: usize| {
        for line in lines.iter().take(end).skip(first) {
            hunk.push(mark);
            hunk.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                hunk.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    };
    put(b' ', &old, start, front);
    put(b'-', &old, front, old_end);
    put(b'+', &new, front, new_end);
    put(b' ', &old, old_end, old_end + after);
    hunk
}

/// A diff that stands in a message, and changes a file that the commit does not change.
const IN_MESSAGE: &str = "--- a/x.txt\n+++ b/x.txt\n@@ -1,3 +1,3 @@\n x1\n-x2\n+PHANTOM\n x3\n";

/// Commits that change `a.txt` alone, whose messages hold what may be taken for a patch of something else.
pub fn examples() -> Vec<Commit> {
    let git = format!("diff --git a/x.txt b/x.txt\n{IN_MESSAGE}");
    let each = |before: &str, text: &str| -> String {
        text.lines()
            .map(|line| format!("{before}{line}\n"))
            .collect()
    };
    let messages = [
        ("plain", String::new()),
        ("unindented-git", git.clone()),
        ("unindented", IN_MESSAGE.to_owned()),
        ("indented-spaces", each("    ", IN_MESSAGE)),
        ("indented-tab", each("\t", IN_MESSAGE)),
        ("indented-x", each("X", IN_MESSAGE)),
        ("quoted", each("> ", &git)),
        ("fenced", format!("```\n{IN_MESSAGE}```\n")),
        ("mode-only", "diff --git a/x.txt b/x.txt\nold mode 100644\nnew mode 100755\n".to_owned()),
        ("new-file", "diff --git a/e b/e\nnew file mode 100644\n--- /dev/null\n+++ b/e\n@@ -0,0 +1 @@\n+PHANTOM\n".to_owned()),
        ("bare-hunk", "@@ -1,3 +1,3 @@\n x1\n-x2\n+PHANTOM\n x3\n".to_owned()),
        ("dash-prose", "--- old behaviour was wrong\n".to_owned()),
        ("outside", "--- a/../evil\n+++ b/../evil\n@@ -0,0 +1 @@\n+EVIL\n".to_owned()),
    ];
    let commit = |(name, text): (&str, String)| {
        let numbered = |letter: char| {
            (1..=10)
                .map(|nth| format!("{letter}{nth}\n"))
                .collect::<String>()
        };
        let file = |letter| File::ordinary(numbered(letter));
        let before: Tree = [
            (b"a.txt".to_vec(), file('a')),
            (b"x.txt".to_vec(), file('x')),
        ]
        .into();
        let mut after = before.clone();
        after.insert(
            b"a.txt".to_vec(),
            File::ordinary(numbered('a').replace("a2\n", "A2\n")),
        );
        let message = if text.is_empty() {
            text
        } else {
            format!("It was:\n\n{text}\nThat is all.\n")
        };
        Commit {
            name: name.to_owned(),
            before,
            after,
            message,
        }
    };
    messages.into_iter().map(commit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use parsers::unidiff::{UNIFIED, claims, tree};
    use parsers::{Verdict, judge};

    fn strict(input: &[u8]) -> Verdict {
        let mut verdict = Verdict::new();
        for parser in UNIFIED.parsers.iter().take(1) {
            judge(*parser, input, &mut verdict);
        }
        verdict
    }

    #[test]
    fn the_diff_of_two_trees_makes_the_one_of_the_other() {
        for (from, to) in [
            ("", "a\n"),
            ("a\n", ""),
            ("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf"),
            ("a", "a\n"),
            ("a\na\n", "a\n"),
        ] {
            let tree = |text: &str| Tree::from([(b"f".to_vec(), File::ordinary(text))]);
            let (before, after) = (tree(from), tree(to));
            let patch = diff(&before, &after);
            let verdict = strict(&patch);
            let (built, failed) = tree::build(&before, &claims::of(&verdict.reading, &patch));
            assert_eq!((built, failed), (after, 0), "{}", patch.escape_ascii());
        }
    }

    #[test]
    fn a_plain_mail_is_read_as_it_was_meant() {
        let all = examples();
        let plain = all.iter().find(|commit| commit.name == "plain");
        let plain = plain.unwrap_or_else(|| unreachable!("it is one of them"));
        let mail = plain.mail();
        let verdict = strict(&mail);
        let (built, failed) = tree::build(&plain.before, &claims::of(&verdict.reading, &mail));
        assert_eq!((built, failed), (plain.after.clone(), 0));
    }
}
