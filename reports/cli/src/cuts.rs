//! `misframe matrix --cuts`: which peers read an input otherwise byte by byte than at once.

use corpus::number::counted;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use corpus::escape::display_text;
use parsers::Family;
use peers::{PEERS, Pieces, Seen};
use serde_json::{Value, json};

use super::args::{MatrixArgs, TextOrJson};
use super::{CLEAN, Console, FOUND, open_peers, say_failures, source};
use reports::judge::ask::{PeerChoice, Peers};

/// Asks each peer about each input twice; each difference is a finding.
pub fn run(
    args: &MatrixArgs,
    paths: &[PathBuf],
    asked: &[PeerChoice],
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let mut families: BTreeMap<&'static Family, Peers> = BTreeMap::new();
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        let peers = families
            .entry(sample.family)
            .or_insert_with(|| open_peers(sample.family, asked, console));
        let one = peers.answers_unexplained(&sample.input, Pieces::One);
        let bytes = peers.answers_unexplained(&sample.input, Pieces::Bytes);
        for ((peer, at_once), (_, by_bytes)) in one.into_iter().zip(bytes) {
            let (Some(at_once), Some(by_bytes)) = (at_once, by_bytes) else {
                continue;
            };
            if at_once == by_bytes {
                continue;
            }
            let file = &sample.file;
            match args.format {
                TextOrJson::Json => console.object(&json!({
                    "file": file,
                    "family": sample.family.name,
                    "peer": peer,
                    "at_once": shown(&at_once),
                    "by_bytes": shown(&by_bytes),
                    "known": known(&peer),
                }))?,
                TextOrJson::Text => writeln!(
                    console.out,
                    "{}: {} at once, {} byte by byte: {}",
                    display_text(&peer),
                    said(&at_once),
                    said(&by_bytes),
                    display_text(file)
                )?,
            }
            *found.entry(peer).or_default() += 1;
        }
        Ok(())
    };
    for path in paths {
        source::each_sample(path, args.family, console, &mut take)?;
    }
    say_failures(families.values(), console);
    if args.format == TextOrJson::Text {
        for (peer, inputs) in &found {
            let why = known(peer).unwrap_or("nothing is known of why");
            writeln!(
                console.out,
                "{}: {}; {why}",
                display_text(peer),
                counted(*inputs, "input")
            )?;
        }
    }
    Ok(ExitCode::from(if found.is_empty() { CLEAN } else { FOUND }))
}

/// What is known of how the reading of the peer with this name and version depends on cuts.
fn known(peer: &str) -> Option<&'static str> {
    let name = peer.split(' ').next();
    let about = PEERS.iter().find(|about| Some(about.name) == name);
    about
        .map(|about| about.cuts)
        .filter(|cuts| !cuts.is_empty())
}

fn ends(seen: &Seen) -> Vec<usize> {
    seen.messages.iter().map(|whole| whole.end).collect()
}

fn said(seen: &Seen) -> String {
    let ends: Vec<_> = ends(seen).iter().map(usize::to_string).collect();
    match ends.as_slice() {
        [] => seen.end.word().to_owned(),
        ends => format!("{} then {}", ends.join(" "), seen.end.word()),
    }
}

fn shown(seen: &Seen) -> Value {
    let content = seen.messages.iter().map(|whole| whole.content_end);
    json!({
        "ends": ends(seen),
        "content": content.collect::<Vec<_>>(),
        "end": seen.end.word(),
    })
}
