//! Unified diffs, alone and in mail: where each hunk, and each header without hunks, begins and ends.
//!
//! A message is a hunk with everything since the one before it: text, the header of its file if it is the
//! first, its own header. Or it is a header of git without hunks. Bytes after the last message are
//! ignored ([`Stop::Nothing`](crate::Stop)): a patch has no end of its own.
//!
//! # The order of citations
//!
//! Two parsers can be held together only if they cite the same rule first. So all of them examine a
//! patch line by line, in this order, and cite the first byte of the offending element. A line that
//! its first bytes identify is cited before it is whole; everything else waits for its LF
//! ([`Stop::Incomplete`](crate::Stop)).
//!
//! A parser that looks into mail ([`mail`]) reads the resulting text in the same way; `TRANSFER_DECODED` is cited at
//! each field that says that there is something to decode.
//!
//! A line **looks like a patch** when it begins `diff --git ` (G), `--- ` (O), `+++ ` (N), or `@@`, any spaces and tabs, `-` (H).
//!
//! 1. **Text**, from the end of the message before. Text may stand at the front of the input; after a hunk it may stand from a line that is
//!    `-- ` (the signature of a mail) or the first line of a mail on. At offset 0 of the input, a byte order mark: `BYTE_ORDER_MARK` at it.
//!    Then each line:
//!    - H, the very first line after another message: a hunk of the same file, go to 3.
//!    - Behind one or more of SP, HTAB and the letter X it looks like a patch, and without these it does not: `INDENTATION` at the line.
//!    - It looks like a patch inside a mail (from a line `From `, ..., two colons, ..., four digits at its end, up to
//!      a line `---`; there is none unless the first line of the input is such a line): `MESSAGE_IS_TEXT` at the line.
//!    - N: `NEW_WITHOUT_OLD` at the line. H: `HUNK_WITHOUT_FILE` at the line. G, O: go to 2.
//!    - Any other, where text may not stand: `TEXT_AFTER_HUNK` at the line, once it is whole.
//! 2. **The header of a file.**
//!    - After G, extended header lines (`old mode `, `new mode `, `deleted file mode `, `new file mode `, `copy from `, `copy to `, `rename from `,
//!      `rename to `, `similarity index `, `dissimilarity index `, `index `, `Binary files `). What follows them: O goes on; H, `HUNK_WITHOUT_FILE` at it; a line `GIT binary patch` goes on with 5;
//!      any other, or the end of the input, ends a message ([`Framing::Delimited`](crate::Framing)) if there is an extended header line, else any other is
//!      `GIT_HEADER` at G.
//!    - After O, any line but N: `OLD_WITHOUT_NEW` at O. After N, any line but H: `HEADER_WITHOUT_HUNK` at that line.
//!    - Then the names, the one that comes first first. CR before LF: `HEADER_LINE_END` at the CR. A name begins at the fifth byte and
//!      ends at a tab, or at the end of the line; without a tab, a blank in one that does not begin with `"`: `NAME_END` at the blank.
//!    - The name that is patched is the new one, or the old one where the new one is `/dev/null`. Neither is `/dev/null`, they differ in more than what comes before the
//!      first slash, and no line renames or copies: `NAMES_DIFFER` at the new name.
//!    - The name that is patched, without the double quotes around it: it begins with a slash, or a part of it is `..`: `NAME_IN_TREE` at it; a part of it is `.git`
//!      in whatever letters: `NAME_NOT_GIT` at it.
//! 3. **The header of a hunk**, byte by byte from its third: ` -`, range, ` +`, range, ` @@`. A space or sign that is not there: `HUNK_SPACE` where the space
//!    should be. A range is a number, or two with a comma between them; no digit: `HUNK_NUMBER` where it should be; above 2^64 - 1: `HUNK_OVERFLOW` at its
//!    first digit. After them: any spaces and tabs but one space, and `@@`: `HUNK_SPACE` where they begin; no `@@`: `HUNK_CLOSE` there. After `@@`: a byte other than
//!    SP, and not a CR that ends the line: `HUNK_SECTION` at it; then a CR that ends the line: `HEADER_LINE_END` at it. Both counts zero: `HUNK_EMPTY` at the line.
//! 4. **The body**, [`Framing::Counted`](crate::Framing): lines until both counts are reached, each of them in this order.
//!    - A backslash, also after the last line: once whole, not the marker `\ No newline at end of file`, `MARKER_TEXT`; after a marker, `MARKER_REPEATED`;
//!      not after a line that reaches the count of a file, `MARKER_PLACE`; all at the line.
//!    - An empty line: `EMPTY_CONTEXT` at it. Another first byte than SP, `-` or `+`: `BODY_LINE` at the line.
//!    - Once whole, a line of a file whose count is reached: `HUNK_COUNT` at the line.
//! 5. **Binary data**, [`Framing::Counted`](crate::Framing): at most twice a line `literal N` or `delta N`, and lines up to an empty one. No such line the first time: `BINARY_PATCH` at the
//!    line, once whole. A line that is no data: `BINARY_DATA` at it, once whole.
//!
//! Of the two leniencies that only the end of the input calls for, `LAST_LINE` and `HUNK_COUNT` are cited there; a reader that
//! has neither waits. A leniency of `LINES` is cited at the line that it ends, one of `CONTENT` at the byte that it drops.
//! Indentation is cited at the first line of a header, and at the header of a hunk that goes on after another.

pub(crate) mod anchored;
pub mod claims;
pub mod class;
pub mod counted;
pub mod demands;
pub mod dialect;
pub mod indented;
pub mod leniencies;
pub mod mail;
pub mod marked;
pub mod permissions;
pub mod rules;
pub(crate) mod separator_cut;
pub mod strict;
pub mod tree;

use crate::core::input::Asked;
use crate::core::parser::Parser;
use crate::core::verdict::INERT;
use crate::family::Family;

/// The modes of a reader of patches ([`State::mode`](crate::State)).
pub mod mode {
    /// At the start of the stream: text may stand here.
    pub(crate) const START: u32 = 0;
    /// Behind a message of a stream that is no mailbox.
    pub(crate) const PATCHES: u32 = 1;
    /// Behind a message of a mailbox: the first line of the stream is that of a mail.
    pub(crate) const MAILBOX: u32 = 2;
}

/// The labels of parts.
pub mod label {
    use super::INERT;

    /// Lines of a hunk.
    pub const BODY: u8 = 0;
    /// The lines of the header of a file.
    pub(crate) const FILE_HEADER: u8 = 1;
    /// In these, the name of what is patched.
    pub const NAME: u8 = 2;
    /// The header of a hunk.
    pub const HUNK_HEADER: u8 = 3;
    /// A marker that a file does not end with a newline.
    pub(crate) const END_MARKER: u8 = 4;
    /// Text before a patch.
    pub(crate) const TEXT: u8 = INERT | 5;
    /// The extended header of git, where the two lines of a header follow it or its first line stands before it.
    pub(crate) const EXTENDED: u8 = INERT | 6;
    /// Bytes inside a hunk that are not content.
    pub(crate) const SKIPPED: u8 = INERT | 7;
}

/// Unified diffs, as GNU diffutils and git write them, alone or in mail.
pub static UNIFIED: Family = Family {
    name: "unified-diff",
    noun: "hunk",
    before: "reviewing for",
    extensions: &["diff", "mbox", "patch"],
    looks,
    rules: rules::RULES,
    leniencies: leniencies::LENIENCIES,
    restrictions: &[],
    labels: &[
        "body",
        "file-header",
        "name",
        "hunk-header",
        "end-marker",
        "text",
        "extended-header",
        "skipped",
    ],
    parsers: PARSERS,
    asked: &[Asked::UNKNOWN],
    is_closed: false,
    is_general: |parser| {
        let relaxes = parser.dialect().relaxes;
        !relaxes.has(&leniencies::COUNT_IGNORED)
            && !relaxes.has(&leniencies::COUNT_IGNORED_TO_HEADER)
            && !relaxes.has(&leniencies::GIT_HEADER_TEXT)
            // A reader that counts the lines of a hunk need not end it at an empty one.
            && !relaxes.has(&leniencies::EMPTY_ENDS)
    },
    unpack: |relaxes, input, into| {
        relaxes.has(&leniencies::TRANSFER_DECODED) && mail::unpack(input, into)
    },
    read: dialect::read,
    own_law: |_, _| Ok(()),
    classify: class::classify,
};

static PARSERS: &[&dyn Parser] = &[
    &strict::StrictDiff,
    &counted::Counted,
    &marked::Marked,
    &anchored::Anchored,
    &indented::Indented,
    &separator_cut::SeparatorCut,
];

/// Whether a line `diff --git`, or a line `---` before a line `+++`, stands in the first bytes.
fn looks(input: &[u8]) -> bool {
    const FRONT: usize = 1 << 16;
    let front = input.get(..FRONT).unwrap_or(input);
    let mut is_old = false;
    front.split(|byte| *byte == b'\n').any(|line| {
        let was_old = std::mem::replace(&mut is_old, line.starts_with(b"--- "));
        line.starts_with(b"diff --git ") || was_old && line.starts_with(b"+++ ")
    })
}

#[cfg(test)]
mod tests;

/// The line before binary data, as git writes it.
pub(crate) const BINARY: &[u8] = b"GIT binary patch";

/// The marker of a line without a newline, as diff writes it.
pub(crate) const MARKER: &[u8] = b"\\ No newline at end of file";
