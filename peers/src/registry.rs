//! Everybody who can be asked.

use crate::{About, linked};

/// Every peer, by tier, then by name.
pub static PEERS: &[&About] = &[
    &linked::actix_http::ACTIX_HTTP,
    &linked::http_net::HTTP_NET,
    &linked::hyper::HYPER,
    &linked::kawa::KAWA,
    &linked::ureq_proto::UREQ_PROTO,
];

#[cfg(test)]
mod tests;
