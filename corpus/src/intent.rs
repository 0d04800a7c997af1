//! Patches of which the truth is known: a mail made of a change to a tree and of a message, which may hold anything.

mod diff;
pub mod drawn;
pub mod setting;

pub use diff::diff;

use parsers::unidiff::tree::{File, Tree};

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

/// A diff that stands in a message, and changes a file that the commit does not change.
const IN_MESSAGE: &str = "--- a/x.txt\n+++ b/x.txt\n@@ -1,3 +1,3 @@\n x1\n-x2\n+PHANTOM\n x3\n";

/// Commits that change `a.txt` alone, whose messages hold what may be read as a patch of something else.
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
