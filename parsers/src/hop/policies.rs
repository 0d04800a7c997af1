//! The policies with a name: the careful intermediary, faulty ones, and their cures.

use super::idea::connection::{KEEP_HOP_BY_HOP, KEEP_NAMED, KEEP_TE, STRIP_NAMED_FRAMING};
use super::idea::framing::{OWN_CHUNKS, OWN_LENGTH, RAW_FRAMING};
use super::idea::names::{DROP_UNDERSCORES, HYPHENS, RAW_LINES};
use super::idea::trailers::{DROP_TRAILERS, MERGE_TRAILERS};
use super::idea::upgrade::{FORWARD_UPGRADE, HALF_UPGRADE, TUNNEL_ON_ANSWER};
use super::idea::version::{HTTP10_UPSTREAM, RAW_VERSION};
use super::policy::Habit;

/// A policy with a name.
#[derive(Debug)]
pub struct Named {
    /// Kebab-case, unique.
    pub name: &'static str,
    /// What departs from the careful intermediary.
    pub habits: &'static [&'static Habit],
    /// What it is, in a sentence.
    pub text: &'static str,
}

const fn named(name: &'static str, habits: &'static [&'static Habit], text: &'static str) -> Named {
    Named { name, habits, text }
}

/// Every named policy, the careful one first. A name that is a habit's is that habit alone.
pub static POLICIES: &[Named] = &[
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
];
