//! What can go wrong outside: files that are not what they should be.

use std::io;
use std::path::{Path, PathBuf};

use crate::escape::display_text;

/// Why cases or traffic could not be read or written. Each message says which file, what is wrong
/// with it, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// The operating system rejected.
    #[error("{}: cannot {doing} it: {cause}", display_text(&path.to_string_lossy()))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// A verb, such as `read`.
        doing: &'static str,
        /// What the system said. It is part of the message, and so not what [`std::error::Error`] calls
        /// its source.
        cause: io::Error,
    },
    /// A case file, or a folder of them, is wrong.
    #[error("{}: {}; {}", display_text(&path.to_string_lossy()), display_text(what), display_text(fix))]
    Case {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        what: String,
        /// What to do.
        fix: String,
    },
    /// A capture is damaged.
    #[error("{}: at byte {offset}: {}; {fix}", display_text(&path.to_string_lossy()), display_text(what))]
    Capture {
        /// The file.
        path: PathBuf,
        /// How many bytes of the file come before the trouble.
        offset: u64,
        /// What is wrong.
        what: String,
        /// What to do.
        fix: String,
    },
    /// Traffic cannot be made into cases.
    #[error("{}: {what}; {fix}", display_text(source_name))]
    Traffic {
        /// Where the traffic comes from.
        source_name: String,
        /// What is wrong.
        what: String,
        /// What to do.
        fix: String,
    },
    /// That cannot be done for this family.
    #[error("{0}")]
    Unserved(parsers::Unserved),
    /// Several things went wrong.
    #[error("{}", each_on_its_line(.0))]
    Several(Vec<CorpusError>),
}

impl CorpusError {
    pub(crate) fn io(path: &Path, doing: &'static str, cause: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            doing,
            cause,
        }
    }

    pub(crate) fn case(path: &Path, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::Case {
            path: path.to_owned(),
            what: what.into(),
            fix: fix.into(),
        }
    }

    /// `Ok` without errors; else all of them as one.
    pub(crate) fn all(mut errors: Vec<Self>) -> Result<(), Self> {
        match errors.len() {
            0 => Ok(()),
            1 => errors.pop().map_or(Ok(()), Err),
            _ => Err(Self::Several(errors)),
        }
    }
}

fn each_on_its_line(errors: &[CorpusError]) -> String {
    let lines: Vec<String> = errors.iter().map(CorpusError::to_string).collect();
    lines.join("\n")
}
