//! `misframe report`: the findings recorded in a folder of cases, in one of several formats.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::ValueEnum;
use corpus::escape;

use super::args::ReportArgs;
use super::judges::Judges;
use super::{CLEAN, Console, source};
use reports::format::entry::{Entry, EntryTally};
use reports::format::html;
use reports::format::junit;
use reports::format::markdown;
use reports::format::omission::{Omission, troubles};
use reports::format::picture::Palette;
use reports::format::sarif;

/// Where the hunt records its findings.
pub const RECORDED: &str = "reports/out";

/// What a report may be written as.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Pictures.
    Text,
    /// A page that needs nothing else.
    Html,
    /// An object a line for each finding.
    Json,
    /// JUnit XML, an input being a test.
    Junit,
    /// A table, then pictures.
    Markdown,
    /// SARIF 2.1.0.
    Sarif,
}

pub fn run(args: ReportArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let recorded = Path::new(RECORDED);
    if args.paths == [recorded] && !recorded.exists() {
        bail!(
            "{RECORDED}: nothing is recorded there yet; run `misframe hunt`, or name a folder of cases"
        );
    }
    let mut entries = Vec::new();
    let mut judges = Judges::new(args.panel, args.peer);
    for path in &args.paths {
        source::each(path, args.family, console, &mut |input, console| {
            entries.extend(judges.entry(input, console));
            Ok(())
        })?;
    }
    if entries.is_empty() && console.troubles == 0 {
        console.complain(&"nothing was judged");
    }
    judges.sum_up(console);
    let omissions = console.omissions();
    match &args.out {
        None => {
            let palette = console.palette;
            let text = write(args.format, &entries, &omissions, &palette)?;
            console.out.write_all(text.as_bytes())?;
        }
        Some(path) => {
            let text = write(args.format, &entries, &omissions, &Palette::PLAIN)?;
            let text = escape::display_multiline(&text);
            corpus::file::write_atomically(path, text.as_bytes())?;
        }
    }
    Ok(ExitCode::from(CLEAN))
}

fn write(
    format: ReportFormat,
    entries: &[Entry],
    omissions: &[Omission],
    palette: &Palette,
) -> anyhow::Result<String> {
    Ok(match format {
        ReportFormat::Text => text(entries, palette),
        ReportFormat::Html => html::report(entries, omissions),
        ReportFormat::Json => lines(entries, omissions)?,
        ReportFormat::Junit => junit::report(entries, omissions),
        ReportFormat::Markdown => markdown::report(entries, omissions),
        ReportFormat::Sarif => format!(
            "{}\n",
            escape::json_pretty(&sarif::log(entries, omissions))?
        ),
    })
}

fn text(entries: &[Entry], palette: &Palette) -> String {
    let mut text = String::new();
    let found = entries.iter().filter(|e| e.level().is_some());
    for entry in found {
        let picture = entry.draw(palette);
        text.push_str(&format!("== {} ==\n\n{picture}", entry.file));
        let found = entry.found();
        let evidence = found.map_or(String::new(), |found| found.evidence_line());
        text.push_str(&format!("evidence: {evidence}\n\n"));
    }
    text.push_str(&format!("{}\n", EntryTally::of(entries)));
    text
}

fn lines(entries: &[Entry], omissions: &[Omission]) -> anyhow::Result<String> {
    let objects = entries.iter().filter_map(Entry::object);
    let troubles = troubles(omissions).map(Omission::object);
    let mut text = String::new();
    for object in objects.chain(troubles) {
        text.push_str(&escape::json(&object)?);
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
