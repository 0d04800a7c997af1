//! rust-h11: the server's side of its state machine.

#[cfg(feature = "rust-h11")]
mod reader;

use crate::{About, Reach};

/// rust-h11 as it is by default.
pub static RUST_H11: About = About {
    name: "rust-h11",
    family: "http1-request",
    licence: "Apache-2.0",
    adds: "an empty response, 200, to each request once it is whole; it makes a tunnel of a CONNECT and \
           declines an upgrade",
    cuts: "",
    calibrates: true,
    is_fast: false,
    #[cfg(feature = "rust-h11")]
    reach: Reach::Linked {
        version: || version!("rust-h11"),
        open: || Ok(Box::new(reader::RustH11)),
    },
    #[cfg(not(feature = "rust-h11"))]
    reach: Reach::LeftOut("rust-h11"),
};
