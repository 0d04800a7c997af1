//! mpatch: its parser, which finds out by itself in which format patches are.

#[cfg(feature = "mpatch")]
mod reader;

use crate::{About, Role};

/// mpatch, with the settings of its command. Its names lack the first directory already.
pub(crate) static MPATCH: About = About {
    name: "mpatch",
    family: &parsers::unidiff::UNIFIED,
    licence: "MIT",
    adds: "which file is read and written",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: false,
    reach: on_demand!("mpatch", || version!("mpatch"), || Ok(Box::new(
        reader::Mpatch
    ))),
};
