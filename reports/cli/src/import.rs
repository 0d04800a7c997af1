//! `misframe import`: traffic into cases. The exit code is 2 when a stream cannot be scrubbed.

use corpus::number::counted;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use corpus::file::remove_unfinished;
use corpus::import::{IMPORT, Settings};
use corpus::lock::FolderLock;
use corpus::{Case, CorpusError};
use parsers::Family;

use super::args::ImportArgs;
use super::{CLEAN, Console, source};

pub fn run(args: ImportArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let family = IMPORT.chosen(args.family)?;
    // Another import waits until this one has chosen its names and written its cases.
    let _lock = FolderLock::take(&args.out.join(family.name))?;
    remove_unfinished(&args.out.join(family.name));
    let mut known = match corpus::find_corpus(Path::new(".")) {
        Some(corpus) => cases(&corpus, family)?,
        None => Vec::new(),
    };
    known.extend(cases(&args.out, family)?);
    let dir = args.out.join(family.name);
    let settings = Settings {
        family,
        known: &known,
        keep: &args.keep,
        limit: Duration::from_secs(args.limit),
    };
    let summary = corpus::import::import(&args.files, &dir, &settings)?;
    for path in &summary.written {
        writeln!(console.out, "{}", source::name(path))?;
    }
    for note in summary.notes.iter().chain(&summary.skipped) {
        console.note(note);
    }
    for left_out in &summary.left_out {
        console.complain(left_out);
    }
    let streams = counted(summary.streams, "stream");
    let written = counted(summary.written.len(), "new case");
    let (known, skipped) = (summary.duplicates, summary.skipped.len());
    let left_out = summary.left_out.len();
    writeln!(
        console.out,
        "{streams}: {written}, {known} of a known shape, {skipped} skipped, \
         {left_out} left out"
    )?;
    Ok(ExitCode::from(CLEAN))
}

/// The cases in a folder that holds one folder per family, if it holds any of this one.
fn cases(dir: &Path, family: &'static Family) -> Result<Vec<Case>, CorpusError> {
    // The folder may have been made just now.
    let files = fs::read_dir(dir.join(family.name)).into_iter().flatten();
    let mut paths = files.flatten().map(|entry| entry.path());
    match paths.any(|path| path.extension().is_some_and(|it| it == "toml")) {
        true => corpus::load_family(dir, family),
        false => Ok(Vec::new()),
    }
}
