//! The ideas of which intermediaries are made, a file for each: what a careful one does, the quirks that depart from
//! it, and what follows from each.

pub mod connection;
pub mod framing;
pub mod marks;
pub mod names;
pub mod trailers;
pub mod tunnel;
pub mod upgrade;
pub mod version;

use super::policy::HopQuirk;

/// Every quirk, by idea. How an intermediary treats its connections to the next is a
/// [quirk of clients](crate::session::quirk::QUIRKS).
pub static QUIRKS: &[&HopQuirk] = &[
    &framing::RAW_FRAMING,
    &framing::OWN_LENGTH,
    &framing::OWN_CHUNKS,
    &framing::END_BROKEN,
    &names::RAW_LINES,
    &names::HYPHENS,
    &names::DROP_UNDERSCORES,
    &names::LOWER_NAMES,
    &names::JOIN_LINES,
    &names::DROP_EMPTY,
    &connection::KEEP_HOP_BY_HOP,
    &connection::KEEP_NAMED,
    &connection::KEEP_TE,
    &connection::FORWARD_TE,
    &connection::KEEP_KEEP_ALIVE,
    &connection::KEEP_PROXY_CONNECTION,
    &connection::STRIP_NAMED_FRAMING,
    &upgrade::FORWARD_UPGRADE,
    &upgrade::HALF_UPGRADE,
    &upgrade::TUNNEL_ON_ANSWER,
    &upgrade::COMPLETE_UPGRADE,
    &upgrade::BARE_UPGRADE,
    &tunnel::CONNECT_OPTIMISTIC,
    &tunnel::CONNECT_CLOSE,
    &version::HTTP10_UPSTREAM,
    &version::RAW_VERSION,
    &trailers::DROP_TRAILERS,
    &trailers::MERGE_TRAILERS,
    &marks::OWN_HOST,
    &marks::ADD_VIA,
    &marks::ADD_FORWARDED_FOR,
];
