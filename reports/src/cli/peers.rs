//! `misframe peers`: who can be asked, with version, tier and state.

use std::process::ExitCode;

use peers::{Failure, PEERS};
use serde_json::json;

use super::args::{PeersArgs, TextOrJson};
use super::{CLEAN, Console};

pub fn run(args: &PeersArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let widest = PEERS.iter().map(|about| about.name.len()).max();
    let width = widest.unwrap_or(0);
    for about in PEERS {
        let (version, state, reason) = match about.open() {
            Ok(opened) => (Some(opened.version), "ready", None),
            Err(Failure::Absent(why)) => (None, "absent", Some(why)),
            Err(failure) => (None, "broken", Some(failure.to_string())),
        };
        let (name, family, licence) = (about.name, about.family, about.licence);
        let tier = about.tier().word();
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
            "{name:width$}  {:8}  {family}  {tier:6}  {state}",
            version.as_deref().unwrap_or("-")
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
