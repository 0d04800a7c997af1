//! `misframe session explore --within`: how far exploration comes in a given time.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use parsers::session::{Bound, SessionOracles, explore_while};
use serde_json::json;

use super::super::args::TextOrJson;
use super::super::{CLEAN, Console, FOUND};
use super::{ExploreArgs, policy};
use corpus::number::{counted, thousands};

/// Explores ever wider bounds for so many seconds. The faults and the surplus replies stay as they are asked for.
pub fn run(
    args: &ExploreArgs,
    bound: &Bound,
    seconds: u64,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let careful = vec!["careful".to_owned()];
    let names = if args.policy.is_empty() {
        &careful
    } else {
        &args.policy
    };
    let mut has_defect = false;
    for name in names {
        has_defect |= widen(name, bound, seconds, args.format, console)?;
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

fn widen(
    name: &str,
    bound: &Bound,
    seconds: u64,
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<bool> {
    let policy = policy(name)?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut too_wide: Vec<Bound> = Vec::new();
    if format == TextOrJson::Text {
        writeln!(
            console.out,
            "{name}: clients, connections, requests each; {}, {} surplus",
            counted(bound.faults, "fault"),
            bound.surplus
        )?;
    }
    for wider in ever_wider(bound, policy.width() as u8) {
        if Instant::now() >= until || too_wide.iter().any(|other| other.is_within(&wider)) {
            continue;
        }
        let begun = Instant::now();
        let found = explore_while(&policy, &wider, &SessionOracles::ALL, || {
            Instant::now() < until
        });
        let took = begun.elapsed().as_secs_f64();
        if !found.is_complete {
            too_wide.push(wider);
        }
        let outcome = match (&found.defect, found.is_complete) {
            (Some(defect), _) => defect.verdict.word(),
            (None, true) => "clean",
            (None, false) => "not to the end",
        };
        let Bound {
            clients,
            connections,
            requests,
            ..
        } = wider;
        match format {
            TextOrJson::Json => console.object(&json!({
                "policy": name,
                "clients": clients,
                "connections": connections,
                "requests": requests,
                "states": found.states,
                "seconds": took,
                "outcome": outcome,
            }))?,
            TextOrJson::Text => writeln!(
                console.out,
                "{clients} {connections} {requests}{:>14} states {took:>8.1} s  {outcome}",
                thousands(found.states as u64)
            )?,
        }
        if found.defect.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Bounds that are as `bound` but for clients, connections and requests, the narrow ones first. More connections
/// than clients can wait on, at `width` each, are never open at once.
fn ever_wider(bound: &Bound, width: u8) -> Vec<Bound> {
    let widest = Bound::WIDEST;
    let mut all = Vec::new();
    for clients in 1..=widest.clients {
        for connections in 1..=widest.connections.min(clients * width) {
            for requests in 1..=widest.requests {
                all.push(Bound {
                    clients,
                    connections,
                    requests,
                    ..*bound
                });
            }
        }
    }
    // States grow by requests to the power of clients.
    let size = |bound: &Bound| {
        let (clients, requests) = (u32::from(bound.clients), u64::from(bound.requests));
        (2 + requests).pow(clients) * u64::from(3 + bound.connections).pow(2)
    };
    all.sort_by_key(size);
    all
}
