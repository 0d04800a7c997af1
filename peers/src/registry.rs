//! Everybody who can be asked.

use crate::{About, linked};

/// Every peer, by tier, then by name.
pub static PEERS: &[&About] = &[&linked::actix_http::ACTIX_HTTP, &linked::httparse::HTTPARSE];

#[cfg(test)]
mod tests;
