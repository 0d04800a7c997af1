//! `misframe read`: every reading of one input, drawn, or the events of a case that is played.

use std::process::ExitCode;

use super::args::{ReadArgs, TextOrJson};
use super::judges::Judges;
use super::{CLEAN, Console, source};
use reports::engine;
use reports::format::entry::{Entry, EntrySubject};
use reports::format::json;
use reports::format::picture;

pub fn run(args: ReadArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let several = args.files.len() > 1;
    let mut first = true;
    let mut judges = Judges::new(args.panel, args.peer)
        .with(args.dialect)?
        .with_facts(args.facts);
    let mut take = |input: source::Input, console: &mut Console<'_>| {
        let sample = match input {
            source::Input::Messages(sample) => sample,
            source::Input::Played(..) => {
                let entry = judges.entry(input, console);
                return entry.map_or(Ok(()), |entry| {
                    let gap = (!std::mem::take(&mut first)).then_some("\n");
                    played(&entry, gap, several, args.format, console)
                });
            }
        };
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
        let width = args.width.map(usize::from);
        let asked: Vec<&str> = sample.given().asked.words().collect();
        if !asked.is_empty() {
            writeln!(console.out, "asked: {}\n", asked.join(", "))?;
        }
        let picture = picture::draw_within(&judgement, &sample.input, &console.palette, width);
        write!(console.out, "{picture}")?;
        for line in judges.beside(&sample, &judgement) {
            let line = format!("({line})");
            let line = width.map_or(line.clone(), |width| picture::fold(&line, width, " "));
            writeln!(console.out, "{line}")?;
        }
        Ok(())
    };
    for file in &args.files {
        source::one(file, args.family, console, &mut take)?;
    }
    judges.sum_up(console);
    Ok(ExitCode::from(CLEAN))
}

/// Draws a case that was played, or writes it as an object; after a `gap`, where one came before.
fn played(
    entry: &Entry,
    gap: Option<&str>,
    is_named: bool,
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let EntrySubject::Played(played) = &entry.subject else {
        return Ok(());
    };
    if format == TextOrJson::Json {
        console.object(&engine::reading(&**played, &entry.file))?;
        return Ok(());
    }
    if is_named {
        writeln!(
            console.out,
            "{}== {} ==\n",
            gap.unwrap_or_default(),
            entry.file
        )?;
    }
    write!(console.out, "{}", entry.draw(&console.palette))?;
    Ok(())
}
