//! `misframe peers`: the peers, with version, tier and state.

use std::io;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use parsers::Family;
use peers::live::{self, HopSide};
use peers::{About, PEERS, Tier, worker};
use serde_json::json;

use super::args::{PeerWorkerArgs, PeersArgs, TextOrJson};
use super::{CLEAN, Console, lab};

/// What is printed about a peer.
struct Row {
    name: &'static str,
    version: Option<String>,
    family: &'static Family,
    tier: Tier,
    state: &'static str,
    reason: Option<String>,
    licence: &'static str,
    adds: &'static str,
    calibrates: bool,
    /// On which side of a hop it stands, if it is a server.
    kind: Option<HopSide>,
}

/// Asks one linked peer what standard input asks, until that ends.
pub fn serve(args: &PeerWorkerArgs) -> anyhow::Result<ExitCode> {
    reports::judge::ask::silence_panics();
    let name = &args.peer;
    let linked = |about: &&&About| about.name == name && about.tier() == Tier::Linked;
    let Some(about) = PEERS.iter().find(linked) else {
        bail!("{name}: no such peer is part of this binary");
    };
    let (mut asked, mut out) = (io::stdin().lock(), io::stdout().lock());
    let served = worker::serve(about, &mut asked, &mut out);
    served.map_err(|why| anyhow!("{name}: {why}"))?;
    Ok(ExitCode::from(CLEAN))
}

pub fn run(args: &PeersArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let widest = PEERS.iter().map(|about| about.name.len()).max();
    let servers = live::servers().iter();
    let width = widest.max(servers.map(|server| server.name.len()).max());
    let width = width.unwrap_or(0);
    for about in PEERS.iter() {
        let version = about.open().map(|opened| opened.version);
        let (state, reason) = lab::state(&version);
        let row = Row {
            name: about.name,
            version: version.ok(),
            family: about.family,
            tier: about.tier(),
            state,
            reason,
            licence: about.licence,
            adds: about.adds,
            calibrates: about.calibrates,
            kind: None,
        };
        write(&row, width, args.format, console)?;
    }
    for (server, version) in lab::versions() {
        let (state, reason) = lab::state(&version);
        let row = Row {
            name: server.name,
            version: version.ok(),
            family: server.family(),
            tier: Tier::Live,
            state,
            reason,
            licence: &server.declared.licence,
            adds: "",
            calibrates: false,
            kind: Some(server.kind),
        };
        write(&row, width, args.format, console)?;
    }
    Ok(ExitCode::from(CLEAN))
}

fn write(
    row: &Row,
    width: usize,
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let kind = row.kind.map(|kind| kind.word());
    if format == TextOrJson::Json {
        console.object(&json!({
            "name": row.name, "version": row.version, "family": row.family.name, "tier": row.tier.word(),
            "state": row.state, "reason": row.reason, "licence": row.licence, "adds": row.adds,
            "calibrates": row.calibrates, "kind": kind,
        }))?;
        return Ok(());
    }
    let version = row.version.as_deref().unwrap_or("-");
    write!(
        console.out,
        "{:width$}  {:8}  {}  {:6}  {}",
        row.name,
        corpus::escape::display_text(version),
        row.family.name,
        row.tier.word(),
        row.state
    )?;
    if let Some(reason) = &row.reason {
        write!(console.out, ": {}", corpus::escape::display_text(reason))?;
    }
    if let Some(kind) = kind {
        write!(console.out, "  ({kind})")?;
    }
    if !row.adds.is_empty() {
        write!(console.out, "  (added: {})", row.adds)?;
    }
    writeln!(console.out)?;
    Ok(())
}
