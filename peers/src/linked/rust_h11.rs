//! rust-h11: the server's side of its state machine.

#[cfg(feature = "rust-h11")]
mod reader;

use crate::{About, Role};

/// rust-h11 as it is by default.
pub(crate) static RUST_H11: About = About {
    name: "rust-h11",
    family: &parsers::http1::REQUEST,
    licence: "Apache-2.0",
    adds: "an empty response, 200, to each request once it is whole; it makes a tunnel of a CONNECT and \
           declines an upgrade",
    cuts: "",
    role: Role::Library,
    calibrates: true,
    is_fast: false,
    reach: on_demand!("rust-h11", || version!("rust-h11"), || Ok(Box::new(
        reader::RustH11
    ))),
};
