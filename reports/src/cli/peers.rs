//! `misframe peers`: who can be asked, with version, tier and state.

use std::process::ExitCode;

use peers::PEERS;
use serde_json::json;

use super::{CLEAN, Console, PeersArgs, TextOrJson};

pub fn run(args: &PeersArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let widest = PEERS.iter().map(|about| about.name.len()).max();
    let width = widest.unwrap_or(0);
    for about in PEERS {
        let (state, reason) = match (about.open)() {
            Ok(_) => ("ready", None),
            Err(failure) => ("absent", Some(failure.to_string())),
        };
        let (name, version) = (about.name, (about.version)());
        let (family, tier, licence) = (about.family, about.tier.word(), about.licence);
        if args.format == TextOrJson::Json {
            console.object(&json!({
                "name": name, "version": version, "family": family, "tier": tier, "state": state,
                "reason": reason, "licence": licence, "adds": about.adds,
                "calibrates": about.calibrates,
            }))?;
            continue;
        }
        write!(
            console.out,
            "{name:width$}  {version:8}  {family}  {tier}  {state}"
        )?;
        if let Some(reason) = reason {
            write!(console.out, ": {}", corpus::escape::display_text(&reason))?;
        }
        if !about.adds.is_empty() {
            write!(console.out, "  (added: {})", about.adds)?;
        }
        writeln!(console.out)?;
    }
    Ok(ExitCode::from(CLEAN))
}
