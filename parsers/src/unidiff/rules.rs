//! The rules that decide where a patch, a file's part of it and a hunk begin and end, each with its source.
//!
//! `diffutils` is the manual of GNU diffutils, `POSIX` is the description of `patch` in IEEE Std 1003.1-2017,
//! `git` its manual page named.

use crate::core::rule::table::rules;

rules! {
    "unidiff" binds Recipient:
    // Lines.
    LINES: Must "lines" "POSIX, Definitions, Line" "A line ends with a newline, and with nothing else.";
    LAST_LINE: Must "last-line" "diffutils, Incomplete Lines" "Each line of a patch ends with a newline; a line of a file that does not is followed by a marker that says so.";
    BYTE_ORDER_MARK: Should "byte-order-mark" "diffutils, Imperfect" "Text before a patch is skipped; a line of its header begins with --- at once.";

    // The mail around a patch.
    TRANSFER_ENCODING: May "transfer-encoding" "RFC 2045 §6; RFC 2046 §5.1; RFC 3676; git-mailinfo" "A patch is read byte for byte as it stands; that a mail has it in parts, encoded or as flowed text, is for readers of mail.";

    // Text around patches.
    MESSAGE_IS_TEXT: Should "message-is-text" "git-am, DISCUSSION" "In a mail the log message ends at a line of three dashes, or at a line that begins with diff and a dash, or with Index:, which begins the patch.";
    INDENTATION: Should "indentation" "POSIX, patch, Patch File Format; diffutils, Imperfect" "The lines of a header, and those of a hunk, begin at the beginning of a line; where all are indented alike, a reader removes that.";
    TEXT_AFTER_HUNK: May "text-after-hunk" "diffutils, Imperfect" "Text around patches is skipped; between two hunks of a file there is none. Between two files stand the lines that a comparison of folders has (POSIX, diff): diff with its options, Only in, Common subdirectories, File, and Binary files.";
    HUNK_WITHOUT_FILE: Should "hunk-without-file" "diffutils, Detailed Unified; POSIX, patch, Patch File Format" "A hunk follows the header of a file, or another of its hunks. POSIX lets a patch name no file: the name is then an operand.";

    // The header of a file.
    GIT_HEADER: Must "git-header" "git-diff, GENERATING PATCH TEXT WITH -P" "After diff --git come one or more extended header lines, then the two lines of the header where content changes.";
    EXTENDED_HEADER: Must "extended-header" "git-diff, GENERATING PATCH TEXT WITH -P" "Extended header lines alone rename, copy, create or delete a file, or change its mode.";
    OLD_WITHOUT_NEW: Should "old-without-new" "diffutils, Detailed Unified" "The line of the old file, ---, is followed by that of the new one, +++.";
    NEW_WITHOUT_OLD: Should "new-without-old" "diffutils, Detailed Unified" "The line of the new file, +++, follows that of the old one, ---.";
    HEADER_WITHOUT_HUNK: Must "header-without-hunk" "diffutils, Detailed Unified" "Next come one or more hunks.";
    HEADER_LINE_END: May "header-line-end" "POSIX, Definitions, Line" "A carriage return does not belong to the end of a line.";
    NAME_END: Should "name-end" "git, diff.c; diffutils, Detailed Unified" "A tab ends a file name; one that holds a blank is followed by a tab.";
    BINARY_PATCH: Must "binary-patch" "git-diff, --binary" "After GIT binary patch come the data of the new file, and those of the old one if it can be reversed: a line literal or delta with a size, lines of data, an empty line.";
    BINARY_DATA: Must "binary-data" "git, base85.c and diff.c" "A line of data is its length, A to Z or a to z, and five characters of base 85 for every four bytes.";
    NAMES_DIFFER: May "names-differ" "POSIX, patch, Filename Determination" "Both lines of a header name the file; where they do not name the same one, which of them is patched depends on what is there.";
    NAME_IN_TREE: Should "name-in-tree" "git-apply, --unsafe-paths" "A patch changes files in the tree where it is applied: the name of what is patched is relative, and no part of it is two dots.";
    NAME_NOT_GIT: Should "name-not-git" "git-fsck, hasDotgit" "No part of the name of a file in a tree is .git.";

    // The header of a hunk.
    HUNK_SPACE: Must "hunk-space" "diffutils, Detailed Unified" "@@ from-file-line-numbers to-file-line-numbers @@, with single spaces.";
    HUNK_NUMBER: Must "hunk-number" "diffutils, Detailed Unified" "Line numbers are START,COUNT, or START where COUNT is one: decimal digits.";
    HUNK_OVERFLOW: Must "hunk-overflow" "diffutils, Detailed Unified" "COUNT is the number of lines, whatever its size.";
    HUNK_ORDER: Must "hunk-order" "POSIX, patch, Patch File Format" "The line numbers of successive hunks within a patch occur in ascending order. A reader that applies hunks where they fit moves no boundary by accepting others.";
    HUNK_CLOSE: Must "hunk-close" "diffutils, Detailed Unified" "The line numbers end with @@.";
    HUNK_SECTION: Should "hunk-section" "diffutils, Sections" "A section heading follows the last @@; diff writes a space between them.";
    HUNK_EMPTY: Must "hunk-empty" "diffutils, Hunks" "A hunk holds lines that differ.";

    // The body of a hunk.
    HUNK_COUNT: Must "hunk-count" "diffutils, Detailed Unified" "A hunk has as many lines of each file as its header counts.";
    BODY_LINE: Must "body-line" "diffutils, Detailed Unified" "Lines common to both files begin with a space, added ones with +, removed ones with -.";
    EMPTY_CONTEXT: May "empty-context" "diffutils, Trailing Blanks" "An empty line common to both files is a space; with --suppress-blank-empty the space is left out.";
    CONTENT: Must "content" "diffutils, Detailed Unified" "After its first character a line is as it is in the file, byte for byte.";
    MARKER_PLACE: Must "marker-place" "diffutils, Incomplete Lines" "The marker follows the line that has no newline, which is the last one of its file.";
    MARKER_TEXT: Should "marker-text" "diffutils, Incomplete Lines" "The marker is a line that begins with a backslash; diff writes: No newline at end of file, in the language of the user.";
    MARKER_REPEATED: Must "marker-repeated" "diffutils, Incomplete Lines" "A line is followed by one marker.";
}
