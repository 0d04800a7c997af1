//! The policies with a name: the careful intermediary, faulty ones, and their cures.

use super::policy::HopPolicy;
use super::quirk::connection::{
    FORWARD_TE, KEEP_HOP_BY_HOP, KEEP_KEEP_ALIVE, KEEP_NAMED, KEEP_PROXY_CONNECTION, KEEP_TE,
    STRIP_NAMED_FRAMING,
};
use super::quirk::framing::{END_BROKEN, OWN_CHUNKS, OWN_LENGTH, RAW_FRAMING};
use super::quirk::marks::{ADD_FORWARDED_FOR, ADD_VIA, OWN_HOST};
use super::quirk::names::{
    DROP_EMPTY, DROP_UNDERSCORES, HYPHENS, JOIN_LINES, LOWER_NAMES, RAW_LINES,
};
use super::quirk::trailers::{DROP_TRAILERS, MERGE_TRAILERS};
use super::quirk::tunnel::{CONNECT_CLOSE, CONNECT_OPTIMISTIC};
use super::quirk::upgrade::{
    BARE_UPGRADE, COMPLETE_UPGRADE, FORWARD_UPGRADE, HALF_UPGRADE, TUNNEL_ON_ANSWER,
};
use super::quirk::version::{HTTP10_UPSTREAM, RAW_VERSION};
use crate::core::policy::{NamedPolicy, named};

/// Every named policy, the careful one first. A name that is a quirk's is that quirk alone.
pub static POLICIES: &[NamedPolicy<HopPolicy>] = &[
    named(
        "careful",
        &[],
        "Writes each request anew with its framing as it was read, removes what was meant for itself, knows no Upgrade.",
    ),
    named(
        "verbatim",
        &[&RAW_FRAMING, &RAW_LINES, &RAW_VERSION, &KEEP_HOP_BY_HOP],
        "Forwards the bytes of a request as they came.",
    ),
    named(
        "raw",
        &[&RAW_FRAMING, &RAW_LINES],
        "Forwards lines and framing as they came, without the fields meant for itself.",
    ),
    named(
        "raw-framing",
        &[&RAW_FRAMING],
        "Forwards framing as it came, and writes lines anew.",
    ),
    named(
        "raw-lines",
        &[&RAW_LINES],
        "Forwards lines as they came, with a framing of its own.",
    ),
    named(
        "raw-version",
        &[&RAW_VERSION],
        "Forwards the version as it came.",
    ),
    named(
        "own-length",
        &[&OWN_LENGTH],
        "Counts the content, and says its length.",
    ),
    named(
        "own-chunks",
        &[&OWN_CHUNKS],
        "Forwards all content in chunks of its own.",
    ),
    named(
        "end-broken",
        &[&END_BROKEN],
        "Forwards chunks as they come, and ends them where they break off.",
    ),
    named(
        "keep-hop-by-hop",
        &[&KEEP_HOP_BY_HOP],
        "Forwards Connection and all that it names.",
    ),
    named(
        "keep-named",
        &[&KEEP_NAMED],
        "Removes the fields that it knows, and not those that Connection names.",
    ),
    named(
        "keep-te",
        &[&KEEP_TE],
        "Forwards TE without the option that goes with it.",
    ),
    named(
        "forward-te",
        &[&FORWARD_TE],
        "Forwards TE with an option of its own.",
    ),
    named(
        "keep-keep-alive",
        &[&KEEP_KEEP_ALIVE],
        "Forwards Keep-Alive.",
    ),
    named(
        "keep-proxy-connection",
        &[&KEEP_PROXY_CONNECTION],
        "Forwards Proxy-Connection.",
    ),
    named(
        "strip-named-framing",
        &[&STRIP_NAMED_FRAMING, &RAW_FRAMING],
        "Removes whatever Connection names, and forwards the body as it came.",
    ),
    named(
        "strip-named-own-framing",
        &[&STRIP_NAMED_FRAMING],
        "Removes whatever Connection names, and frames what it forwards by itself.",
    ),
    named(
        "forward-upgrade",
        &[&FORWARD_UPGRADE],
        "Forwards an upgrade; the connection is a tunnel after 101.",
    ),
    named(
        "half-upgrade",
        &[&HALF_UPGRADE],
        "Forwards Upgrade and removes Connection.",
    ),
    named(
        "forward-upgrade-http10",
        &[&FORWARD_UPGRADE, &HTTP10_UPSTREAM],
        "Forwards an upgrade in requests of HTTP/1.0.",
    ),
    named(
        "tunnel-on-answer",
        &[&FORWARD_UPGRADE, &TUNNEL_ON_ANSWER],
        "Forwards an upgrade; the connection is a tunnel after any answer.",
    ),
    named(
        "complete-upgrade",
        &[&FORWARD_UPGRADE, &COMPLETE_UPGRADE],
        "Forwards an upgrade, and puts to it the option that it lacks.",
    ),
    named(
        "bare-upgrade",
        &[&FORWARD_UPGRADE, &BARE_UPGRADE],
        "Forwards an upgrade as it came, with its option or without.",
    ),
    named(
        "connect-optimistic",
        &[&CONNECT_OPTIMISTIC],
        "Sends on what is behind CONNECT before it is granted.",
    ),
    named(
        "connect-optimistic-close",
        &[&CONNECT_OPTIMISTIC, &CONNECT_CLOSE],
        "Sends on what is behind CONNECT before it is granted, and asks to close the connection otherwise.",
    ),
    named(
        "http10-upstream",
        &[&HTTP10_UPSTREAM],
        "Forwards in HTTP/1.0, with the framing that was read.",
    ),
    named(
        "http10-own-length",
        &[&HTTP10_UPSTREAM, &OWN_LENGTH],
        "Forwards in HTTP/1.0, and counts the content.",
    ),
    named(
        "hyphens",
        &[&HYPHENS],
        "Writes a hyphen for each underscore in a field name.",
    ),
    named(
        "drop-underscores",
        &[&DROP_UNDERSCORES],
        "Removes the fields with an underscore in their names.",
    ),
    named(
        "drop-trailers",
        &[&DROP_TRAILERS],
        "Forwards no trailer section.",
    ),
    named(
        "merge-trailers",
        &[&MERGE_TRAILERS],
        "Puts trailer fields into the header section.",
    ),
    named(
        "lower-names",
        &[&LOWER_NAMES],
        "Writes field names in lower case.",
    ),
    named(
        "join-lines",
        &[&JOIN_LINES],
        "Makes one line of the lines of one name.",
    ),
    named(
        "drop-empty",
        &[&DROP_EMPTY],
        "Removes the fields without a value.",
    ),
    named("own-host", &[&OWN_HOST], "Asks the next by its own name."),
    named("add-via", &[&ADD_VIA], "Names itself in Via."),
    named(
        "add-forwarded-for",
        &[&ADD_FORWARDED_FOR],
        "Names the client in X-Forwarded-For.",
    ),
];
