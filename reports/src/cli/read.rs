//! `misframe read`: every reading of one input, drawn.

use std::path::Path;
use std::process::ExitCode;

use anyhow::anyhow;

use super::args::{ReadArgs, TextOrJson};
use super::{CLEAN, Console, open_peers, source};
use crate::ask::Peers;
use crate::dialect_file::DialectFile;
use crate::panel::{self, Panel, Scope};
use crate::{json, picture};

pub fn run(args: ReadArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let several = args.files.len() > 1;
    let mut first = true;
    let mut peers: Option<Peers> = None;
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        let mut panel = Panel::full(sample.family);
        for ids in &args.dialect {
            let family = sample.family;
            let waives = match ids.ends_with(".toml") {
                true => DialectFile::load(Path::new(ids))?.waives(family)?,
                false => panel::leniencies(family, ids).map_err(|id| {
                    anyhow!(
                        "{} has no leniency {id:?}; `misframe rules` lists them",
                        family.name
                    )
                })?,
            };
            panel = panel.with(waives);
        }
        let peers = match &mut peers {
            Some(peers) if peers.family().name == sample.family.name => peers,
            other => other.insert(open_peers(sample.family, &args.peer, console)),
        };
        let judgement = panel.judge_with(peers, &sample.input, Scope::All);
        // One file may hold several inputs: those of a capture.
        let named = several || sample.place.is_some();
        if args.format == TextOrJson::Json {
            let file = named.then_some(sample.file.as_str());
            let object = json::read(&judgement, file, sample.input.len());
            console.object(&object)?;
            return Ok(());
        }
        if named {
            let gap = if first { "" } else { "\n" };
            writeln!(console.out, "{gap}== {} ==\n", sample.file)?;
        }
        first = false;
        let picture = picture::draw(&judgement, &sample.input, &console.palette);
        write!(console.out, "{picture}")?;
        Ok(())
    };
    for file in &args.files {
        source::one(file, args.family, console, &mut take)?;
    }
    Ok(ExitCode::from(CLEAN))
}
