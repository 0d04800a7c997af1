//! Every named way to relax a rule while reading a patch. This table is the dialect's documentation: each
//! text says exactly what a reader with that leniency does.
//!
//! `by` names the sentence that permits a reader to read so, where its rule does not.
//!
//! Where two leniencies of one dialect apply to the same bytes, the one higher up in the table wins.

use super::permissions::*;
use super::rules::*;
use crate::core::rule::table::leniencies;

leniencies! {
    // Lines. A line that is ended by something else than LF is a line to everything that follows.
    LINE_CR: LINES "line-cr" "A carriage return that no newline follows ends a line." as "split";
    LINE_FF_VT: LINES "line-ff-vt" "A form feed or a vertical tab ends a line." as "split";
    LINE_UNICODE: LINES "line-unicode" "U+0085, U+2028 and U+2029, in UTF-8, end a line." as "split";
    LAST_LINE_UNENDED: LAST_LINE "last-line-unended" "Accepts the last line of a hunk, or the marker after it, where the input ends without a newline.";
    BOM_SKIPPED: BYTE_ORDER_MARK "bom-skipped" "Skips a byte order mark at the beginning of the input.";
    BOM_TEXT: BYTE_ORDER_MARK "bom-text" "Reads a byte order mark at the beginning of the input as a part of the first line.";

    // The mail around a patch.
    TRANSFER_DECODED: TRANSFER_ENCODING "transfer-decoded" "Decodes base64, quoted-printable and flowed text, and reads no patch before the first part of a mail or behind the last.";

    // Text around patches.
    SEPARATOR_CUT: MESSAGE_IS_TEXT "separator-cut" "Reads no line as a patch before the line of three dashes of a mail; a mail without one is read from the first line that looks like a patch on.";
    MESSAGE_CUT: MESSAGE_IS_TEXT "message-cut" "A line diff --git or --- in the message of a mail begins its patch, also a line that begins with Index: or with diff and a dash; before such a line, lines +++ and @@ are text." by CUT_AT_PATCH;
    MESSAGE_PATCH: MESSAGE_IS_TEXT "message-patch" "Accepts a patch wherever it stands, also in the message of a mail.";
    INDENTED_SPACES: INDENTATION "indented-spaces" "Reads a header, and a hunk, indented by spaces; the hunk's lines lose as many columns as its @@ is indented by." by INDENTED;
    INDENTED_TABS: INDENTATION "indented-tabs" "As indented-spaces, with tabs, which reach to the next multiple of eight columns." by INDENTED;
    INDENTED_X: INDENTATION "indented-x" "As indented-spaces, with the letter X, one column wide.";
    INDENTED_TEXT: INDENTATION "indented-text" "Skips indented lines that look like those of a header as text.";
    TEXT_IN_FILE: TEXT_AFTER_HUNK "text-in-file" "Skips text after a hunk; a hunk that follows it belongs to the same file.";
    TEXT_ENDS_FILE: TEXT_AFTER_HUNK "text-ends-file" "Skips text after a hunk, which ends the file's hunks.";
    BLANK_IN_FILE: TEXT_AFTER_HUNK "blank-in-file" "Skips empty lines after a hunk; a hunk that follows them belongs to the same file.";
    INDEX_FILE: HUNK_WITHOUT_FILE "index-file" "A line Index: in the text before a hunk is the header of its file." by INDEX;
    GIT_FILE: HUNK_WITHOUT_FILE "git-file" "A line diff --git, with extended header lines or without, is the header of the file of a hunk that follows.";
    HUNK_ORPHAN: HUNK_WITHOUT_FILE "hunk-orphan" "Accepts a hunk that follows no header.";
    HUNK_TEXT: HUNK_WITHOUT_FILE "hunk-text" "Skips the header of a hunk that follows no header of a file as text." by TEXT_SKIPPED;

    // The header of a file.
    GIT_HEADER_TEXT: EXTENDED_HEADER "git-header-text" "Knows no extended header: diff --git and the extended header lines are text.";
    GIT_LINE_TEXT: GIT_HEADER "git-line-text" "Skips a line diff --git that no line of a header follows as text." by TEXT_SKIPPED;
    BINARY_TEXT: BINARY_PATCH "binary-text" "Knows no binary patches: GIT binary patch and what follows it is text.";
    BINARY_ANY: BINARY_DATA "binary-any" "Reads any line that is not empty as one of binary data.";
    BINARY_ENDS: BINARY_DATA "binary-ends" "A line that is none of binary data ends them, as an empty line does.";
    GIT_OLD_ALONE: OLD_WITHOUT_NEW "git-old-alone" "After diff --git, a line --- needs no line +++ right behind it; more lines of the header may follow, and no hunk has to.";
    HEADER_GAP: OLD_WITHOUT_NEW "header-gap" "Remembers the last line ---, whatever text follows it, until a line +++ comes.";
    OLD_ALONE: OLD_WITHOUT_NEW "old-alone" "Reads a line --- that a hunk follows as the whole header of a file.";
    OLD_TEXT: OLD_WITHOUT_NEW "old-text" "Skips a line --- that no line +++ follows as text." by TEXT_SKIPPED;
    HEADER_SWAPPED: NEW_WITHOUT_OLD "header-swapped" "Accepts the two lines of a header in the other order.";
    // No leniency takes off the encapsulation of RFC 934, as GNU patch does: only the header of a file tells of it, and a hunk is
    // read without what its file's header said.
    NEW_ALONE: NEW_WITHOUT_OLD "new-alone" "Reads a line +++ that a hunk follows as the whole header of a file.";
    NEW_TEXT: NEW_WITHOUT_OLD "new-text" "Skips a line +++ that follows no line --- as text." by TEXT_SKIPPED;
    GIT_GOES_ON: HEADER_WITHOUT_HUNK "git-goes-on" "After diff --git, more lines of a header may follow the two, and no hunk has to.";
    HUNK_GAP: HEADER_WITHOUT_HUNK "hunk-gap" "Remembers the header of a file, whatever text follows it, until a hunk or another header comes.";
    HEADER_TEXT: HEADER_WITHOUT_HUNK "header-text" "Skips a header of a file that no hunk follows as text.";
    HEADER_CRLF: HEADER_LINE_END "header-crlf" "A carriage return before the newline does not belong to a line of a header.";
    HEADER_CR_KEPT: HEADER_LINE_END "header-cr-kept" "A carriage return before the newline belongs to the name, or to the section heading.";
    NAME_TO_TAB: NAME_END "name-to-tab" "A file name goes on up to a tab or the end of the line, blanks and all." by NAME_TO_TAB_TAKEN;
    NAME_TO_BLANK: NAME_END "name-to-blank" "A blank ends a file name.";
    NAME_OLD: NAMES_DIFFER "name-old" "Patches the old file where the names differ.";
    NAME_NEW: NAMES_DIFFER "name-new" "Patches the new file where the names differ.";
    NAME_ANYWHERE: NAME_IN_TREE "name-anywhere" "Accepts a name that is absolute, or leads out of the tree by two dots.";
    NAME_DOT_GIT: NAME_NOT_GIT "name-dot-git" "Accepts a name in a folder .git.";

    // The header of a hunk.
    HUNK_BLANKS: HUNK_SPACE "hunk-blanks" "Accepts any spaces and tabs, or none, between the parts of the header of a hunk.";
    NUMBER_PLUS: HUNK_NUMBER "number-plus" "Accepts a plus sign before a number.";
    NUMBER_MINUS: HUNK_NUMBER "number-minus" "Accepts a minus sign before a number, modulo 2^64.";
    NUMBER_SATURATES: HUNK_OVERFLOW "number-saturates" "Reads a number above 2^64 - 1 as 2^64 - 1.";
    NUMBER_WRAPS: HUNK_OVERFLOW "number-wraps" "Reads numbers modulo 2^64.";
    NUMBER_WRAPS_32: HUNK_OVERFLOW "number-wraps-32" "Reads numbers modulo 2^32.";
    HUNK_UNCLOSED: HUNK_CLOSE "hunk-unclosed" "Skips whatever follows the numbers in place of @@.";
    SECTION_GLUED: HUNK_SECTION "section-glued" "Accepts a section heading that follows the last @@ without a space.";
    HUNK_ZERO: HUNK_EMPTY "hunk-zero" "Accepts a hunk that counts no line.";
    HUNK_ZERO_UNCOUNTED: HUNK_EMPTY "hunk-zero-uncounted" "Accepts a hunk that counts no line, with the lines that follow and begin with a space, + or -.";

    // The body of a hunk.
    COUNT_IGNORED: HUNK_COUNT "count-ignored" "Ignores the counts: a hunk has the lines that begin with a space, + or -." as "mark" past TEXT_AFTER_HUNK;
    COUNT_IGNORED_TO_HEADER: HUNK_COUNT "count-ignored-to-header" "As count-ignored, but a line --- that a line +++ follows ends the hunk." as "mark" past TEXT_AFTER_HUNK;
    COUNT_SHORT_AT_END: HUNK_COUNT "count-short-at-end" "The end of the input ends a hunk with fewer lines than its header counts." as "end";
    COUNT_SHORT_AT_HEADER: HUNK_COUNT "count-short-at-header" "A line that begins with @@ or with diff --git ends a hunk with fewer lines than its header counts." as "header";
    COUNT_OVERRUN: HUNK_COUNT "count-overrun" "Accepts a removed or added line beyond the count of its file while that of the other file is not reached." as "either";
    TAB_CONTEXT: BODY_LINE "tab-context" "A line that begins with a tab is common to both files.";
    EQUALS_CONTEXT: BODY_LINE "equals-context" "A line that begins with = is common to both files.";
    BODY_SKIPPED: BODY_LINE "body-skipped" "Skips a line in a hunk that begins with anything else.";
    BODY_ENDS: BODY_LINE "body-ends" "A line that begins with anything else ends the hunk." as "line";
    EMPTY_ACCEPTED: EMPTY_CONTEXT "empty-accepted" "An empty line in a hunk is common to both files.";
    EMPTY_ENDS: EMPTY_CONTEXT "empty-ends" "An empty line ends a hunk." as "blank" by COUNTED;
    BODY_CRLF: CONTENT "body-crlf" "A carriage return before the newline does not belong to a line of a hunk." by CR_IGNORED;
    BODY_CRLF_MAIL: CONTENT "body-crlf-mail" "As body-crlf, where the input begins with the first line of a mail." by CR_STRIPPED;
    BODY_NUL: CONTENT "body-nul" "A NUL ends the content of a line of a hunk.";
    MARKER_ANYWHERE: MARKER_PLACE "marker-anywhere" "Accepts a marker after any line.";
    MARKER_SKIPPED: MARKER_PLACE "marker-skipped" "Skips a marker that follows no last line.";
    MARKER_LONG: MARKER_TEXT "marker-long" "Reads any line that begins with a backslash and a space and has at least 12 characters as the marker." as "marker" by ANY_MARKER;
    MARKER_SHORT: MARKER_TEXT "marker-short" "Reads any line that begins with a backslash as the marker." as "marker" by ANY_MARKER;
    MARKER_AS_TEXT: MARKER_TEXT "marker-as-text" "A line that begins with a backslash and says anything else is no marker, but text after the hunk.";
    MARKER_TWICE: MARKER_REPEATED "marker-twice" "Accepts a second marker after the first.";
    MARKER_REST: MARKER_REPEATED "marker-rest" "A second marker is text after the hunk.";
}
