//! unidiff: its parser of a set of patches, which shows lines and not where they stand.

#[cfg(feature = "unidiff")]
mod reader;

use crate::{About, Role};

/// unidiff, the crate.
pub(crate) static UNIDIFF: About = About {
    name: "unidiff",
    family: &parsers::unidiff::UNIFIED,
    licence: "MIT",
    adds: "",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: false,
    reach: on_demand!("unidiff", || version!("unidiff"), || Ok(Box::new(
        reader::Unidiff
    ))),
};
