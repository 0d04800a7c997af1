//! Arrival: whether the fields, the trailers and the content that a hop saw reach the next reader, and what was meant
//! for the hop does not.

use super::super::quirk::framing::is_framing;
use super::super::quirk::marks::RECORDS;
use super::super::request::{Field, HopRequest};
use super::super::rules::*;
use super::{HopDefect, Link, OracleFinding};
use crate::core::rule::Rule;

/// What happens to one request between the two.
pub fn judge(link: &Link<'_>, sent: usize, seen: usize, findings: &mut Vec<OracleFinding>) {
    let requests = (link.stage.requests.get(sent), link.next.requests.get(seen));
    let (Some(came), Some(arrived)) = requests else {
        return;
    };
    let mut found = Vec::new();
    lost(came, arrived, &mut found);
    kept(came, arrived, &mut found);
    trailers(came, arrived, &mut found);
    if came.content() != arrived.content() {
        found.push((HopDefect::Content, &CONTENT_MEANT));
    }
    findings.extend(found.into_iter().map(|(what, rule)| OracleFinding {
        what,
        at: link.at,
        request: sent,
        rule,
    }));
}

type Found = Vec<(HopDefect, &'static Rule)>;

fn lost(came: &HopRequest, arrived: &HopRequest, found: &mut Found) {
    for field in &came.fields {
        let arrives = arrives(field, came, arrived);
        let fate = match field.name.to_ascii_lowercase().as_slice() {
            // How the content is framed is each hop's own affair.
            _ if is_framing(field) => None,
            b"connection" => (!options_arrive(field, arrived)).then_some((&NAMED_REMOVED, true)),
            // It says how long the connection to this hop is kept, and is used up there.
            b"keep-alive" | b"proxy-connection" => None,
            b"upgrade" if arrives && arrived.is_10() => Some((&UPGRADE_10, false)),
            _ if arrives => None,
            // A gateway may ask the next by another name.
            b"host" if arrived.named(b"host").next().is_some() => None,
            b"host" => Some((&HOST_SENT, false)),
            // It is a hint of what was in a trailer section that is discarded on the way: RFC 9110 §6.6.2.
            b"trailer" => Some((&TRAILERS_MAY_GO, true)),
            b"te" | b"upgrade" => Some((&KNOWN_REMOVED, true)),
            name if came.has_option(name) => Some((&NAMED_REMOVED, true)),
            _ => Some((&FORWARDED, false)),
        };
        if let Some((rule, by_rule)) = fate {
            let name = field.name.clone();
            found.push((
                HopDefect::Lost {
                    name,
                    is_by_rule: by_rule,
                },
                rule,
            ));
        }
    }
}

/// Whether a field arrives: in a line of its own, or in one with the others of its name. RFC 9110 §5.3: "A recipient
/// MAY combine multiple field lines within a field section that have the same field name into one field line [...] by
/// appending each subsequent field line value to the initial field line value in order, separated by a comma".
fn arrives(field: &Field, came: &HopRequest, arrived: &HopRequest) -> bool {
    let mut there = arrived.named(&field.name);
    if there.any(|other| other.value == field.value) {
        return true;
    }
    let members = |request: &HopRequest| -> Vec<Vec<u8>> {
        let lines = request.named(&field.name);
        lines.flat_map(Field::members).map(<[u8]>::to_vec).collect()
    };
    let (came, arrived) = (members(came), members(arrived));
    let is_record = RECORDS.iter().any(|name| field.is(name));
    !came.is_empty() && (came == arrived || is_record && arrived.starts_with(&came))
}

/// Whether all that a Connection field says to more than the hop itself is said to the next too.
fn options_arrive(field: &Field, arrived: &HopRequest) -> bool {
    field
        .members()
        .map(<[u8]>::to_ascii_lowercase)
        .all(|option| {
            let is_ours = option == b"close" || option == b"keep-alive";
            is_ours || arrived.has_option(&option)
        })
}

fn kept(came: &HopRequest, arrived: &HopRequest, found: &mut Found) {
    let mut keep = |field: &Field, rule| {
        let name = field.name.clone();
        found.push((HopDefect::Kept { name }, rule));
    };
    for field in &arrived.fields {
        // What the hop puts there is its own.
        let came_with = came.named(&field.name).any(|one| one.value == field.value);
        let name = field.name.to_ascii_lowercase();
        let is_end_to_end = is_framing(field) || field.is(b"host");
        match name.as_slice() {
            b"connection" if goes_on(field, came, arrived) => keep(field, &NAMED_REMOVED),
            b"keep-alive" | b"proxy-connection" if came_with => keep(field, &KNOWN_REMOVED),
            b"te" if !arrived.has_option(b"te") => keep(field, &TE_OPTION),
            b"upgrade" if !arrived.has_option(b"upgrade") => keep(field, &UPGRADE_OPTION),
            b"te" | b"upgrade" | b"connection" => {}
            b"transfer-encoding" if arrived.is_10() => keep(field, &CODING_10),
            b"content-length" if arrived.named(b"transfer-encoding").next().is_some() => {
                keep(field, &LENGTH_REMOVED);
            }
            name if came_with && !is_end_to_end && came.has_option(name) => {
                keep(field, &NAMED_REMOVED);
            }
            _ => {}
        }
    }
}

/// Whether a Connection field repeats options that were meant for the hop. Those that belong to an Upgrade or a TE that
/// goes on with it are the hop's own.
fn goes_on(field: &Field, came: &HopRequest, arrived: &HopRequest) -> bool {
    field
        .members()
        .map(<[u8]>::to_ascii_lowercase)
        .any(|option| {
            let is_own = match option.as_slice() {
                b"close" | b"keep-alive" => true,
                b"upgrade" | b"te" => arrived.named(&option).next().is_some(),
                _ => false,
            };
            !is_own && came.has_option(&option)
        })
}

fn trailers(came: &HopRequest, arrived: &HopRequest, found: &mut Found) {
    for field in &came.trailers {
        let is_same = |other: &Field| other.is(&field.name) && other.value == field.value;
        let name = field.name.clone();
        if arrived.trailers.iter().any(is_same) {
            continue;
        }
        let is_merged = arrived.fields.iter().any(is_same) && !came.fields.iter().any(is_same);
        found.push(match is_merged {
            true => (HopDefect::Merged { name }, &TRAILERS_APART),
            false => (
                HopDefect::Lost {
                    name,
                    is_by_rule: true,
                },
                &TRAILERS_MAY_GO,
            ),
        });
    }
}
