//! Unified diffs: where each hunk, and each header without hunks, begins and ends.

pub mod class;
pub mod counted;
pub mod dialect;
pub mod leniencies;
pub mod marked;
pub mod rules;
pub mod strict;

use crate::family::Family;
use crate::parser::Parser;
use crate::verdict::INERT;

/// The labels of parts.
pub mod label {
    use super::INERT;

    /// Lines of a hunk.
    pub const BODY: u8 = 0;
    /// The lines of the header of a file.
    pub const FILE_HEADER: u8 = 1;
    /// In these, the name of what is patched.
    pub const NAME: u8 = 2;
    /// The header of a hunk.
    pub const HUNK_HEADER: u8 = 3;
    /// A marker that a file does not end with a newline.
    pub const END_MARKER: u8 = 4;
    /// Text before a patch.
    pub const TEXT: u8 = INERT | 5;
    /// The extended header of git, where the two lines of a header follow it or its first line stands before it.
    pub const EXTENDED: u8 = INERT | 6;
    /// Bytes inside a hunk that are not content.
    pub const SKIPPED: u8 = INERT | 7;
}

/// Unified diffs, as GNU diffutils and git write them, alone or in mail.
pub static UNIFIED: Family = Family {
    name: "unified-diff",
    noun: "hunk",
    before: "reviewing for",
    rules: rules::RULES,
    leniencies: leniencies::LENIENCIES,
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
    is_general: |parser| {
        let waives = parser.dialect().waives;
        !waives.has(&leniencies::COUNT_IGNORED)
            && !waives.has(&leniencies::COUNT_IGNORED_TO_HEADER)
            && !waives.has(&leniencies::GIT_HEADER_TEXT)
    },
    read: dialect::read,
    classify: class::classify,
};

static PARSERS: &[&dyn Parser] = &[&strict::Strict, &counted::Counted, &marked::Marked];

/// The marker of a line without a newline, as diff writes it.
pub const MARKER: &[u8] = b"\\ No newline at end of file";
