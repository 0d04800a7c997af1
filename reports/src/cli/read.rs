//! `misframe read`: every reading of one input, drawn.

use std::process::ExitCode;

use super::args::{ReadArgs, TextOrJson};
use super::judges::Judges;
use super::{CLEAN, Console, source};
use crate::{json, picture};

pub fn run(args: ReadArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let several = args.files.len() > 1;
    let mut first = true;
    let mut judges = Judges::new(args.panel, args.peer).with(args.dialect)?;
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        let judgement = judges.judge(&sample, console);
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
        for line in judges.beside(&sample, &judgement) {
            writeln!(console.out, "({line})")?;
        }
        Ok(())
    };
    for file in &args.files {
        source::one(file, args.family, console, &mut take)?;
    }
    judges.sum_up(console);
    Ok(ExitCode::from(CLEAN))
}
