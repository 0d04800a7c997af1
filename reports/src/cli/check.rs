//! `misframe check`: judges inputs, and tells by its exit code whether any is ambiguous.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::args::{CheckArgs, TextOrJson};
use super::judges::Judges;
use super::{CLEAN, Console, FOUND, commits, source};
use crate::entry::Entry;
use crate::json;

pub fn run(args: CheckArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    if let Some(range) = &args.git {
        return commits::run(&args, range, console);
    }
    let paths = if args.paths.is_empty() {
        vec![corpus_folder()?]
    } else {
        args.paths
    };
    let mut tally = [0; 4];
    let mut judges = Judges::new(args.panel, args.peer);
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        let judgement = judges.judge(&sample, console);
        let entry = Entry {
            judgement,
            file: sample.file,
            place: sample.place,
            case: sample.case,
            input: sample.input,
        };
        let one = crate::entry::tally(std::slice::from_ref(&entry));
        for (all, one) in tally.iter_mut().zip(one) {
            *all += one;
        }
        match args.format {
            TextOrJson::Json => {
                let found = json::found(&entry.judgement, &entry.file, entry.input.len());
                if let Some(found) = found {
                    console.object(&found)?;
                }
            }
            TextOrJson::Text => line(&entry, console)?,
        }
        Ok(())
    };
    for path in &paths {
        source::each(path, args.family, console, &mut take)?;
    }
    let [errors, warnings, notes, agreed] = tally;
    if args.format == TextOrJson::Text {
        let all = errors + warnings + notes + agreed;
        writeln!(
            console.out,
            "{all} inputs: {errors} errors, {warnings} warnings, {notes} notes, {agreed} without a finding"
        )?;
    }
    let code = if errors + warnings > 0 { FOUND } else { CLEAN };
    Ok(ExitCode::from(code))
}

/// A finding in a line, and the camps that it is about in one each.
fn line(entry: &Entry, console: &mut Console<'_>) -> anyhow::Result<()> {
    let judgement = &entry.judgement;
    let (Some(finding), Some((short, long))) = (&judgement.finding, judgement.pair()) else {
        return Ok(());
    };
    let style = console.palette.level(finding.level);
    writeln!(
        console.out,
        "{}: at {}: {style}{}{style:#}, {}: {}",
        entry.file,
        finding.divergence.at,
        finding.level.word(),
        entry.title(),
        finding.direction
    )?;
    for camp in [short, long] {
        let (letter, names) = (&camp.letter, crate::picture::members(camp));
        writeln!(console.out, "    {letter}  {names}")?;
    }
    Ok(())
}

/// The corpus near the current folder, named from there.
pub fn corpus_folder() -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("cannot tell the current folder; name a path")?;
    let here = here.canonicalize().unwrap_or(here);
    let corpus = corpus::find_corpus(&here).context(
        "there is no corpus near this folder; name cases, raw files, captures or folders",
    )?;
    let near = corpus.strip_prefix(&here).map(PathBuf::from);
    Ok(near.unwrap_or(corpus))
}
