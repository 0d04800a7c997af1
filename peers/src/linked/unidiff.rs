//! unidiff: its parser of a set of patches, which shows lines and not where they stand.

#[cfg(feature = "unidiff")]
mod reader;

use crate::{About, Reach};

/// unidiff, the crate.
pub static UNIDIFF: About = About {
    name: "unidiff",
    family: "unified-diff",
    licence: "MIT",
    adds: "",
    cuts: "",
    calibrates: false,
    is_fast: false,
    #[cfg(feature = "unidiff")]
    reach: Reach::Linked {
        version: || version!("unidiff"),
        open: || Ok(Box::new(reader::Unidiff)),
    },
    #[cfg(not(feature = "unidiff"))]
    reach: Reach::LeftOut("unidiff"),
};
