//! What POSIX, the manual of GNU diffutils and the manual pages of git permit a reader of patches, and what a leniency of a
//! rule that permits is against all the same, in their own words.

use crate::core::rule::table::demands;

demands! {
    DECODES: May "git-mailinfo, DESCRIPTION" "reads a single e-mail message from the standard input";
    CUT_AT_PATCH: May "git-am, DISCUSSION" "is taken as the beginning of a patch, and the commit log message is terminated before the first occurrence";
    INDENTED: May "POSIX, patch, Patch File Format" "If all lines (including headers) within a patch begin with the same leading sequence of <blank>s, the patch utility shall remove this sequence before proceeding.";
    TEXT_SKIPPED: May "diffutils, Imperfect" "patch tries to skip any leading text in the patch file, apply the diff, and then skip any trailing text.";
    INDEX: May "POSIX, patch, Patch File Format" "shall recognize [...] Index: pathname. The file to be patched is named pathname.";
    CR_IGNORED: May "diffutils, Imperfect" "If a context diff contains trailing carriage return on each line, patch automatically ignores the carriage return.";
    CR_STRIPPED: May "git-am, --keep-cr" "to prevent it from stripping CR at the end of lines";
    NAME_TO_TAB_TAKEN: May "diffutils, Detailed Unified" "--- from-file from-file-modification-time";
    COUNTED: Must "diffutils, Detailed Unified" "Otherwise its line numbers look like 'start,count'.", derived;
    BLANK_SUPPRESSED: May "diffutils, Trailing Blanks" "causes diff to omit trailing blanks";
    ANY_MARKER: May "diffutils, Incomplete Lines" "distinguished [...] by a following line that starts with '\\'";
}
