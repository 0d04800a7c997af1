//! `misframe read`: every reading of one input, drawn.

use std::collections::BTreeMap;
use std::process::ExitCode;

use super::args::{ReadArgs, TextOrJson};
use super::{CLEAN, Console, open_peers, say_failures, source};
use crate::ask::Peers;
use crate::panel::{Panel, Scope};
use crate::{dialect_file, json, picture};

pub fn run(args: ReadArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let several = args.files.len() > 1;
    let mut first = true;
    let mut peers: BTreeMap<&str, Peers> = BTreeMap::new();
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        let mut panel = Panel::full(sample.family);
        for named in &args.dialect {
            panel = panel.with(dialect_file::asked(sample.family, named)?);
        }
        let peers = peers
            .entry(sample.family.name)
            .or_insert_with(|| open_peers(sample.family, &args.peer, console));
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
    say_failures(peers.values(), console);
    Ok(ExitCode::from(CLEAN))
}
