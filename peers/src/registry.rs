//! Everybody who can be asked.

use crate::{About, linked};

/// Every peer, by tier, then by name.
pub static PEERS: &[&About] = &[
    &linked::actix_http::ACTIX_HTTP,
    &linked::edge_http::EDGE_HTTP,
    &linked::httparse::HTTPARSE,
    &linked::httpcodec::HTTPCODEC,
    &linked::libhtp::LIBHTP_APACHE_2,
    &linked::libhtp::LIBHTP_GENERIC,
    &linked::libhtp::LIBHTP_IIS_5_1,
    &linked::rust_h11::RUST_H11,
    &linked::safehttp::SAFEHTTP,
];

/// The peers whose reading depends on how the bytes are cut into pieces, by name, and what of it does.
/// That is theirs, not the adapter's: each has a test that cites why.
pub static CUT_MATTERS: &[(&str, &str)] = &[
    (
        "edge-http",
        "it drops what it has read after the last chunk",
    ),
    ("libhtp-apache-2", READ_AHEAD),
    ("libhtp-generic", READ_AHEAD),
    ("libhtp-iis-5-1", READ_AHEAD),
];

const READ_AHEAD: &str = "a line that comes together with the end of a request is content unless a known method starts it";

#[cfg(test)]
mod tests;
