//! Everybody who can be asked.

use crate::{About, linked};

/// Every peer, by tier, then by name.
pub static PEERS: &[&About] = &[
    &linked::actix_http::ACTIX_HTTP,
    &linked::http_parser::HTTP_PARSER,
    &linked::llhttp::LLHTTP,
    &linked::llhttp::LLHTTP_LENIENT,
    &linked::picohttpparser::PICOHTTPPARSER,
];

#[cfg(test)]
mod tests;
