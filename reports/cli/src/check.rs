//! `misframe check`: judges inputs, and tells by its exit code whether any is ambiguous.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use super::args::{CheckArgs, TextOrJson};
use super::judges::Judges;
use super::{CLEAN, Console, FOUND, commits, source};
use reports::format::entry::{Entry, EntrySubject, EntryTally};
use reports::format::omission::troubles;

pub fn run(args: CheckArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    if let Some(range) = &args.git {
        return commits::run(&args, range, console);
    }
    let paths = if args.paths.is_empty() {
        vec![corpus_folder()?]
    } else {
        args.paths
    };
    let mut tally = EntryTally::default();
    let mut judges = Judges::new(args.panel, args.peer)
        .with(args.dialect)?
        .with_facts(args.facts);
    for path in &paths {
        source::each(
            path,
            args.family,
            console,
            &mut |input, console| match judges.entry(input, console) {
                Some(entry) => tell(&entry, &mut tally, args.format, console),
                None => Ok(()),
            },
        )?;
    }
    judges.sum_up(console);
    let omissions = console.omissions();
    match args.format {
        TextOrJson::Text => writeln!(console.out, "{tally}")?,
        TextOrJson::Json => {
            for trouble in troubles(&omissions) {
                console.object(&trouble.object())?;
            }
        }
    }
    let code = if tally.errors + tally.warnings > 0 {
        FOUND
    } else {
        CLEAN
    };
    Ok(ExitCode::from(code))
}

/// Counts an entry, and says what was found in it.
fn tell(
    entry: &Entry,
    tally: &mut EntryTally,
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    tally.add(entry);
    match format {
        TextOrJson::Json => {
            if let Some(found) = entry.object() {
                console.object(&found)?;
            }
        }
        TextOrJson::Text => line(entry, console)?,
    }
    Ok(())
}

/// A finding in a line, and the groups that it is about in one each.
fn line(entry: &Entry, console: &mut Console<'_>) -> anyhow::Result<()> {
    let Some(finding) = entry.found() else {
        return Ok(());
    };
    let style = console.palette.level(finding.level);
    writeln!(
        console.out,
        "{}: at {}: {style}{}{style:#}, {}: {}",
        entry.file,
        finding.at,
        finding.level.word(),
        finding.title(),
        finding.direction
    )?;
    let judgement = match &entry.subject {
        EntrySubject::Messages { judgement, .. } => Some(judgement),
        EntrySubject::Played(_) => None,
    };
    let pair = judgement.and_then(|judgement| judgement.pair());
    for group in pair.into_iter().flat_map(|(short, long)| [short, long]) {
        let (letter, names) = (&group.letter, reports::format::picture::members(group));
        writeln!(console.out, "    {letter}  {names}")?;
    }
    for fact in judgement
        .into_iter()
        .flat_map(|judgement| judgement.other_facts())
    {
        let (level, class) = (fact.level.word(), fact.class.word());
        writeln!(console.out, "    {level}, {class}: {}", fact.direction)?;
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
