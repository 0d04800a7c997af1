//! Everybody who can be asked.

use crate::{About, linked, tool, worker};

/// Every peer, by tier, then by name.
pub static PEERS: &[&About] = &[
    &linked::actix_http::ACTIX_HTTP,
    &linked::beast::BEAST,
    &linked::diffy::DIFFY,
    &linked::diffy::DIFFY_GIT,
    &linked::edge_http::EDGE_HTTP,
    &linked::flickzeug::FLICKZEUG,
    &linked::http_net::HTTP_NET,
    &linked::http_parser::HTTP_PARSER,
    &linked::httparse::HTTPARSE,
    &linked::httpcodec::HTTPCODEC,
    &linked::hyper::HYPER,
    &linked::kawa::KAWA,
    &linked::libhtp::LIBHTP_APACHE_2,
    &linked::libhtp::LIBHTP_GENERIC,
    &linked::libhtp::LIBHTP_IIS_5_1,
    &linked::llhttp::LLHTTP,
    &linked::llhttp::LLHTTP_LENIENT,
    &linked::milo::MILO,
    &linked::picohttpparser::PICOHTTPPARSER,
    &linked::rust_h11::RUST_H11,
    &linked::safehttp::SAFEHTTP,
    &linked::unidiff::UNIDIFF,
    &linked::ureq_proto::UREQ_PROTO,
    &worker::AIOHTTP,
    &worker::AIOHTTP_PYTHON,
    &worker::GO_NET_HTTP,
    &worker::H11,
    &worker::HTTP_PARSER_JS,
    &worker::HTTPTOOLS,
    &worker::NODE_JS,
    &worker::WAITRESS,
    &tool::BUSYBOX_PATCH,
    &tool::GIT_AM,
    &tool::GIT_APPLY,
    &tool::GNU_PATCH,
];

#[cfg(test)]
mod tests;
