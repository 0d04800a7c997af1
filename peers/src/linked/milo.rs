//! milo: a parser compiled to WebAssembly, run by an interpreter. The module is that of its npm package.

#[cfg(feature = "milo")]
mod module;

use crate::{About, Role};

/// milo as it is by default, told to read requests.
pub(crate) static MILO: About = About {
    name: "milo",
    family: &parsers::http1::REQUEST,
    licence: "ISC",
    adds: "",
    cuts: "",
    role: Role::Library,
    calibrates: true,
    is_fast: false,
    reach: on_demand!("milo", module::version, || Ok(Box::new(
        module::Milo::open()?
    ))),
};
