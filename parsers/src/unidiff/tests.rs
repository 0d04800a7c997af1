use super::UNIFIED;
use super::leniencies::*;
use super::strict::StrictDiff;
use crate::core::explain::judge_under;
use crate::core::parser::judge;
use crate::core::rule::{Leniency, LeniencySet};
use crate::core::verdict::{End, Verdict};

/// What a reader made of an input: where its messages end, how it ended, and what was rejected where.
type Told = (Vec<usize>, End, Option<(&'static str, usize)>);

fn told(verdict: &Verdict) -> Told {
    let ends = verdict.reading.messages.iter().map(|message| message.end);
    let rejection = verdict.rejection();
    (
        ends.collect(),
        verdict.reading.end,
        rejection.map(|citation| (citation.rule.id, citation.at)),
    )
}

fn strict(input: &str) -> Told {
    let mut verdict = Verdict::new();
    judge(&StrictDiff, input.as_bytes(), &mut verdict);
    told(&verdict)
}

fn under(leniencies: &[&'static Leniency], input: &str) -> Told {
    let mut verdict = Verdict::new();
    judge_under(
        &UNIFIED,
        &LeniencySet::of(leniencies),
        input.as_bytes(),
        &mut verdict,
    );
    told(&verdict)
}

fn rejected(rule: &'static str, at: usize) -> Told {
    (Vec::new(), End::Rejected, Some((rule, at)))
}

/// What strict and the dialect without leniencies both make of it.
fn both(input: &str) -> Told {
    let told = strict(input);
    assert_eq!(under(&[], input), told);
    told
}

const GIT: &str = "diff --git a/x b/x\nindex 1..2\n";

#[test]
fn counts_end_a_hunk() {
    let patch = "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\n b\n+c\n@@ -9 +9 @@\n-d\n+e\n";
    assert_eq!(both(patch), (vec![41, 59], End::Complete, None));
    let short = patch.get(..37).unwrap_or("");
    assert_eq!(both(short), (vec![], End::Incomplete, None));
}

#[test]
fn numbers_are_64_bits() {
    let hunk = |count: &str| format!("--- a\n+++ a\n@@ -1,{count} +1 @@\n-x\n+y\n");
    assert_eq!(both(&hunk("18446744073709551615")).1, End::Incomplete);
    assert_eq!(
        both(&hunk("18446744073709551616")),
        rejected("unidiff/hunk-overflow", 18)
    );
    assert_eq!(
        under(&[&NUMBER_WRAPS], &hunk("18446744073709551617")).0,
        [51]
    );
    assert_eq!(both(&hunk("")), rejected("unidiff/hunk-number", 18));
}

#[test]
fn names_stay_in_the_tree() {
    let patch = |name: &str| format!("--- /dev/null\n+++ {name}\n@@ -0,0 +1 @@\n+x\n");
    for name in ["/x", "..", "b/../x", "b/..", "\"../x\""] {
        assert_eq!(
            both(&patch(name)),
            rejected("unidiff/name-in-tree", 18),
            "{name}"
        );
        assert_eq!(
            under(&[&NAME_ANYWHERE], &patch(name)).1,
            End::Complete,
            "{name}"
        );
    }
    for name in [".git/config", "b/.GIT", "\"b/.git/x\""] {
        assert_eq!(
            both(&patch(name)),
            rejected("unidiff/name-not-git", 18),
            "{name}"
        );
        assert_eq!(
            under(&[&NAME_DOT_GIT], &patch(name)).1,
            End::Complete,
            "{name}"
        );
    }
    for name in ["b/..x", "b/x..", "b/.gitignore", "b/x.git", "\"", ""] {
        assert_eq!(both(&patch(name)).1, End::Complete, "{name}");
    }
    // The old name is that of what is patched where the new file is not there.
    let deletes = "--- ../x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
    assert_eq!(both(deletes), rejected("unidiff/name-in-tree", 4));
}

#[test]
fn binary_data_are_one_message() {
    let data = "GIT binary patch\nliteral 3\nCabcde\n\n";
    let one = format!("{GIT}{data}");
    assert_eq!(both(&one), (vec![one.len()], End::Complete, None));
    let two = format!("{one}delta 5\nE0123456789\n\n");
    assert_eq!(both(&two), (vec![two.len()], End::Complete, None));
    // Whether data of the old file follow is known once the line is whole.
    assert_eq!(both(&format!("{one}lit")).1, End::Incomplete);
    assert_eq!(
        both(&format!("{one}lit\n")).2,
        Some(("unidiff/text-after-hunk", one.len()))
    );
    let at = GIT.len() + 17;
    let bad = |lines: &str| both(&format!("{GIT}GIT binary patch\n{lines}"));
    assert_eq!(bad("prose\n"), rejected("unidiff/binary-patch", at));
    assert_eq!(bad("literal\n"), rejected("unidiff/binary-patch", at));
    for line in [
        "Cabcd", "Cabcdef", "C", "Habcde", "Cab de", "9abcde", "Dabcd\"",
    ] {
        let lines = format!("literal 3\n{line}\n\n");
        assert_eq!(
            bad(&lines),
            rejected("unidiff/binary-data", at + 10),
            "{line}"
        );
        let taken = under(&[&BINARY_ANY], &format!("{GIT}GIT binary patch\n{lines}"));
        assert_eq!(taken.1, End::Complete, "{line}");
    }
    let text = under(&[&BINARY_TEXT, &TEXT_ENDS_FILE], &one);
    assert_eq!(text, (vec![GIT.len()], End::Complete, None));
    let ends = under(&[&BINARY_ENDS], &format!("{GIT}{}", data.trim_end()));
    assert_eq!(ends.1, End::Incomplete);
}

#[test]
fn a_mail_without_a_separator_is_read_from_its_patch_on() {
    let hunk = "--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n";
    let mail = format!("From a 1:2:3 2001\n\n{hunk}");
    assert_eq!(both(&mail), rejected("unidiff/message-is-text", 19));
    assert_eq!(under(&[&SEPARATOR_CUT], &mail).0, [mail.len()]);
    // The next mail ends it.
    let two = format!("{mail}From b 1:2:3 2001\n\n---\n{hunk}");
    assert_eq!(under(&[&SEPARATOR_CUT], &two).0, [mail.len(), two.len()]);
    // A separator makes it text.
    let cut = format!("{mail}---\n{hunk}");
    assert_eq!(under(&[&SEPARATOR_CUT], &cut).0, [cut.len()]);
}

#[test]
fn lines_end_by_what_the_dialect_says() {
    let patch = "--- a\r+++ a\x0c@@ -1 +1 @@\u{2028}-x\n+y\r\n";
    let all = [&LINE_CR, &LINE_FF_VT, &LINE_UNICODE];
    assert_eq!(under(&all, patch).0, [patch.len()]);
    assert_eq!(both(patch).0, []);
}

/// What all parsers make of two files with `between` in the middle: each reads as its dialect. What the strict one does.
fn between(between: &str) -> Told {
    let file = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n";
    let input = [file, between, file].concat();
    for parser in UNIFIED.parsers {
        let mut own = Verdict::new();
        judge(*parser, input.as_bytes(), &mut own);
        let mut declared = Verdict::new();
        let relaxed = parser.dialect().relaxes;
        judge_under(&UNIFIED, &relaxed, input.as_bytes(), &mut declared);
        assert_eq!(
            own.reading,
            declared.reading,
            "{} reads {between:?}",
            parser.name()
        );
        assert_eq!(
            own.citations,
            declared.citations,
            "{} reads {between:?}",
            parser.name()
        );
    }
    both(&input)
}

#[test]
fn a_comparison_of_folders_has_lines_between_files() {
    for line in [
        "diff -ru a/x b/x\n",
        "diff -Nur '--exclude=x' a b\n",
        "diff --recursive -u a b\n",
        "diff -u -r1.1 -r1.2\n",
        "Only in a/b: c\n",
        "Common subdirectories: a/x and b/x\n",
        "File a is a directory while file b is a regular file\n",
        "Binary files a and b differ\n",
        "Only in a: x\ndiff -ru a/x b/x\n",
        "-- \nprose\n",
    ] {
        let (ends, end, rejection) = between(line);
        assert_eq!(
            (ends.len(), end, rejection),
            (2, End::Complete, None),
            "{line}"
        );
    }
}

#[test]
fn other_lines_between_files_are_text() {
    for line in [
        "diff a/x b/x\n",
        "diff --cc x\n",
        "diff --combined x\n",
        "diff --gitx\n",
        "Diff -ru a/x b/x\n",
        " diff -ru a/x b/x\n",
        "Only in a\n",
        "Only inside: b\n",
        "Common subdirectories: and b\n",
        "Common subdirectories: a, b\n",
        "File a\n",
        "File while file b\n",
        "Files a and b are identical\n",
        "Binary files differ\n",
        "Binary files a and b differ.\n",
        "Only in a: x\nprose\n",
        "diff -ru a/x b/x\n\n",
    ] {
        let (ends, end, rejection) = between(line);
        let rule = rejection.map(|(rule, _)| rule);
        assert_eq!(
            (ends, end, rule),
            (vec![34], End::Rejected, Some("unidiff/text-after-hunk")),
            "{line}"
        );
    }
    // A hunk after such a line belongs to no file.
    let bare = between("diff -ru a/x b/x\n@@ -9 +9 @@\n-d\n+e\n");
    assert_eq!(
        bare,
        (
            vec![34],
            End::Rejected,
            Some(("unidiff/hunk-without-file", 51))
        )
    );
}
