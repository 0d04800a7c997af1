//! patchkit: its parser of several patches, which copies what it reads.

#[cfg(feature = "patchkit")]
mod reader;

use crate::{About, Role};

/// patchkit, its module of unified diffs.
pub(crate) static PATCHKIT: About = About {
    name: "patchkit",
    family: &parsers::unidiff::UNIFIED,
    licence: "Apache-2.0",
    adds: "which file is read and written, with the first directory of a name removed",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: false,
    reach: on_demand!("patchkit", || version!("patchkit"), || Ok(Box::new(
        reader::Patchkit
    ))),
};
