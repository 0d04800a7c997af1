//! What GNU patch makes of trees.

use super::*;

fn built(tree: &[(&str, &str)], patch: &str) -> (Vec<String>, bool) {
    let file =
        |(path, content): &(&str, &str)| (path.as_bytes().to_vec(), File::ordinary(*content));
    let (tree, is_well) = build(&tree.iter().map(file).collect(), patch.as_bytes());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let files = tree
        .iter()
        .map(|(path, file)| format!("{}: {}", text(path), text(&file.content)));
    (files.collect(), is_well)
}

const GONE: &str =
    "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
const CHANGED: &str = "diff --git a/y b/y\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-y\n+Y\n";
const TREE: &[(&str, &str)] = &[("x", "x\n"), ("y", "y\n")];

#[test]
fn what_is_deleted_stays_where_it_gives_up() {
    let patch = format!("{GONE}{CHANGED}");
    assert_eq!(built(TREE, &patch), (vec!["y: Y\n".to_owned()], true));
    let patch = format!("{patch}diff --git a/z b/z\n--- a/z\n+++ b/z\n@@ -1 +1\n-z\n");
    let left = vec!["x: x\n".to_owned(), "y: Y\n".to_owned()];
    assert_eq!(built(TREE, &patch), (left, false));
}

#[test]
fn lines_of_a_header_are_gathered_whatever_stands_between_them() {
    let patch = "--- a/y\nprose\n    text\n+++ b/y\nmore\n@@ -1 +1 @@\n-y\n+Y\n";
    let made = vec!["x: x\n".to_owned(), "y: Y\n".to_owned()];
    assert_eq!(built(TREE, patch), (made, true));
    let patch = patch.replace("@@ -1", "@@ +1");
    let left = vec!["x: x\n".to_owned(), "y: y\n".to_owned()];
    assert_eq!(built(TREE, &patch), (left, false));
}

#[test]
fn comments_are_no_lines_of_a_hunk_and_blank_ones_may_be_missing() {
    let patch = "--- a/y\n+++ b/y\n@@ -1,2 +1,2 @@\n-y\n# prose\n+Y\n";
    let tree = [("y", "y\n\n")];
    assert_eq!(built(&tree, patch), (vec!["y: Y\n\n".to_owned()], true));
}
fn left(files: &[&str]) -> Vec<String> {
    files.iter().map(|file| (*file).to_owned()).collect()
}

#[test]
fn it_gives_up_at_a_line_that_is_nothing_even_where_it_only_rejects_it() {
    let nothing = "@@ -1 +1,2 @@\n y\n+\n\\ No newline at end of file\n";
    let patch = format!("{GONE}--- a/y\n+++ b/y\n{nothing}");
    assert_eq!(built(TREE, &patch), (left(&["x: x\n", "y: y\n"]), false));
    let rejected = patch.replace("a/y", "a/z").replace("b/y", "b/z");
    assert_eq!(built(TREE, &rejected), (left(&["x: x\n", "y: y\n"]), false));
    // Of one that is only passed over, it takes what follows.
    let passed = rejected.replace("+\n", "+z\n");
    assert_eq!(built(TREE, &passed), (left(&["y: y\n"]), false));
}

#[test]
fn a_line_goes_on_with_what_the_next_hunk_adds_before_others() {
    let patch = "--- a/y\n+++ b/y\n@@ -1 +1,2 @@\n y\n+a\n\\ No newline at end of file\n@@ -2 +3,2 @@\n+b\n z\n";
    let tree = [("y", "y\nz\n")];
    assert_eq!(built(&tree, patch), (left(&["y: y\nab\nz\n"]), true));
    let last = patch.replace("@@ -2 +3,2 @@\n+b\n z\n", "@@ -1,0 +3 @@\n+b\n");
    assert_eq!(built(&tree, &last), (left(&["y: y\na\nb\nz\n"]), true));
}

#[test]
fn behind_the_end_of_a_file_stands_what_is_nothing() {
    let patch = "--- a/y\n+++ b/y\n@@ -1 +1 @@\n-x\n+X\n@@ -1,2 +1 @@\n+a\n-y\n-\n\\ No newline at end of file\n";
    let tree = [("y", "x\ny\n")];
    assert_eq!(built(&tree, patch), (left(&["y: X\na\n"]), true));
}

#[test]
fn a_folder_is_a_name_too_and_the_shortest_name_is_the_best() {
    let tree = [("long/a", "1\n"), ("s/name", "1\n")];
    let hunk = "@@ -1 +1 @@\n-1\n+2\n";
    let patch = format!("--- p/long/a\n+++ p/s/name\n{hunk}");
    let made = left(&["long/a: 2\n", "s/name: 1\n"]);
    assert_eq!(built(&tree, &patch), (made, true));
    let patch = format!("--- p/long/a\n+++ p/s/ name\n{hunk}");
    let made = left(&["long/a: 1\n", "s/name: 1\n"]);
    assert_eq!(built(&tree, &patch), (made, false));
}

#[test]
fn it_chooses_a_name_before_it_writes_what_waits() {
    let patch = "diff --git a/x b/x\nrename from x\nrename to x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+X\n\
        --- a/x\n+++ b/x\n@@ -1 +1 @@\n-X\n+Y\n";
    assert_eq!(built(&[("x", "x\n")], patch), (left(&["x: X\n"]), false));
}
const CONTEXT: &str =
    "*** a/y\n--- b/y\n***************\n*** 1,3 ****\n  y\n! 1\n  z\n--- 1,3 ----\n  y\n! 2\n  z\n";
const FILE: &[(&str, &str)] = &[("y", "y\n1\nz\n")];

#[test]
fn hunks_of_context_diffs_have_their_lines_one_after_the_other() {
    assert_eq!(built(FILE, CONTEXT), (left(&["y: y\n2\nz\n"]), true));
    // Either side may be left out where it has no change.
    let without_old = CONTEXT.replace("  y\n! 1\n  z\n--- 1,3 ----\n", "--- 1,4 ----\n");
    let without_old = without_old.replace("! 2\n", "+ 2\n  1\n");
    assert_eq!(
        built(FILE, &without_old),
        (left(&["y: y\n2\n1\nz\n"]), true)
    );
    let without_new = CONTEXT.replace("--- 1,3 ----\n  y\n! 2\n  z\n", "--- 1,2 ----\n");
    let without_new = without_new.replace("! 1", "- 1");
    assert_eq!(built(FILE, &without_new), (left(&["y: y\nz\n"]), true));
    let made = left(&["y: y\n1\nz\n"]);
    let shorter = CONTEXT.replace("*** 1,3", "*** 1,4");
    assert_eq!(built(FILE, &shorter), (made.clone(), false));
    let mangled = CONTEXT.replace("! 2\n", "+ 2\n").replace("! 1", "- 1");
    assert_eq!(built(FILE, &mangled), (left(&["y: y\n2\nz\n"]), true));
    let mangled = CONTEXT.replace("! 2\n", "+ 2\n");
    assert_eq!(built(FILE, &mangled), (made, false));
}

#[test]
fn hunks_of_normal_diffs_have_no_context() {
    let patch = "Index: a/y\n2c2,3\n< 1\n---\n> 2\n> 3\n3d3\n< z\n";
    assert_eq!(built(FILE, patch), (left(&["y: y\n2\n3\n"]), true));
    let patch = patch.replace("---", "===");
    assert_eq!(built(FILE, &patch), (left(&["y: y\n1\nz\n"]), false));
}

#[test]
fn nothing_is_no_patch_and_no_error_but_text_alone_is_one() {
    assert_eq!(built(TREE, ""), (left(&["x: x\n", "y: y\n"]), true));
    assert_eq!(built(TREE, "text\n"), (left(&["x: x\n", "y: y\n"]), false));
}
