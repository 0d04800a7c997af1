//! Calls of the peers that are written in C, each behind a safe interface.
#![allow(
    unsafe_code,
    reason = "a parser in C can be asked in no other way; nothing outside this folder is unsafe"
)]
#![deny(unsafe_op_in_unsafe_fn)]

mod picohttpparser;
mod stepper;

pub use picohttpparser::{ChunkedDecoder, HeadParser, Parsed, PicoHead};
#[cfg(feature = "beast")]
pub use stepper::{beast, beast_version};
pub use stepper::{
    http_parser, http_parser_client, http_parser_version, llhttp, llhttp_client, llhttp_version,
};
