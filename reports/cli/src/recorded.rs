//! `misframe chain --record` and `--read`: what fronts forward, recorded, and read by every reader in this process.

use corpus::number::counted;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use corpus::Case;
use corpus::escape::display_text;
use parsers::Family;
use peers::live::HopSide;
use peers::live::chain::Direction;
use peers::{Tier, worker};
use serde_json::json;

use super::args::{ChainArgs, TextOrJson};
use super::chain::{durable_objects, of_kind};
use super::each::each;
use super::{CLEAN, Console, FOUND, check, open_peers};
use reports::judge::ask::PeerChoice;
use reports::judge::dialect_file::DialectFile;
use reports::measure::chain::recorded::{self, InProcessReader};
use reports::measure::chain::table::{self, Cell, Front};

/// How many fronts are recorded at a time: most of it is waiting.
const FRONTS_AT_A_TIME: usize = 8;

/// Records every front that is asked for in the folder `out`.
pub fn record(
    family: &'static Family,
    args: &ChainArgs,
    out: &Path,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let cases = super::chain::cases(family, &args.cases)?;
    let fronts = record_all(args, &cases, console);
    if fronts.is_empty() {
        bail!("no front could be recorded; `misframe lab list` tells which are installed");
    }
    for front in &fronts {
        recorded::save(out, front)?;
        let streams = table::streams(std::slice::from_ref(front)).len();
        writeln!(
            console.out,
            "{} {}: {}, {}",
            front.server.name,
            display_text(&front.version),
            counted(cases.len(), "case"),
            counted(streams, "distinct stream")
        )?;
    }
    Ok(ExitCode::from(CLEAN))
}

/// What the fronts that are asked for forward of these cases.
pub fn record_all(args: &ChainArgs, cases: &[Case], console: &mut Console<'_>) -> Vec<Front> {
    let mut fronts = Vec::new();
    let asked = of_kind(args, HopSide::Front);
    for (server, front) in each(FRONTS_AT_A_TIME, asked, |server| {
        (server, table::record(server, cases))
    }) {
        match front {
            Ok(front) => fronts.push(front),
            Err(failure) => console.note(&format!("{}: left out: {failure}", server.name)),
        }
    }
    fronts
}

/// Reads what is recorded in `folder`.
pub fn read(
    family: &'static Family,
    args: &ChainArgs,
    folder: &Path,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let fronts = recorded::load(folder)?;
    let streams = table::streams(&fronts);
    let tiers = [Tier::Linked, Tier::Worker].map(PeerChoice::Tier);
    let asked = match args.peer.is_empty() {
        true => tiers.to_vec(),
        false => args.peer.clone(),
    };
    let mut peers = open_peers(family, &asked, console);
    let mut readers = recorded::peers(&mut peers, &streams);
    drop(peers);
    worker::end_all();
    for path in dialects(&args.dialect)? {
        let file = DialectFile::load(&path)?;
        if file.family != family {
            continue;
        }
        let relaxes = file.relaxes(family)?;
        readers.push(recorded::dialect(family, file.peer, &relaxes, &streams));
    }
    for reader in &readers {
        let silent = streams.len() - reader.saw.len();
        if silent > 0 {
            let of = streams.len();
            console.note(&format!(
                "{}: no reading of {silent} of {}",
                reader.name,
                counted(of, "stream")
            ));
        }
    }
    let rows: Vec<(&InProcessReader, Vec<Cell>)> = readers
        .iter()
        .map(|reader| {
            let cells = fronts.iter().map(|front| table::cell(&reader.saw, front));
            (reader, cells.collect())
        })
        .collect();
    match args.format {
        TextOrJson::Json => write_objects(&fronts, &rows, console)?,
        TextOrJson::Text => {
            writeln!(
                console.out,
                "{}, {}, {}",
                counted(fronts.len(), "front"),
                counted(readers.len(), "reader"),
                counted(streams.len(), "distinct stream")
            )?;
            write_table(&fronts, &rows, console)?;
        }
    }
    let mut cells = rows.iter().flat_map(|(_, cells)| cells);
    let found = cells.any(|cell| !cell.durable.is_empty());
    Ok(ExitCode::from(if found { FOUND } else { CLEAN }))
}

/// The files of dialects that are named; when none is, those that lie beside the cases.
fn dialects(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    let folder = check::corpus_folder()?.join("../peers/dialects");
    let mut files = Vec::new();
    // A user with only the cases has none.
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn write_objects(
    fronts: &[Front],
    rows: &[(&InProcessReader, Vec<Cell>)],
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    for (reader, cells) in rows {
        for (front, cell) in fronts.iter().zip(cells) {
            console.object(&json!({
                "front": front.server.name,
                "front_version": front.version,
                "reader": reader.name,
                "kind": reader.kind,
                "extra": cell.count(Direction::Extra),
                "missing": cell.count(Direction::Missing),
                "durable": durable_objects(cell),
            }))?;
        }
    }
    Ok(())
}

/// A row for each reader, a column for each front.
fn write_table(
    fronts: &[Front],
    rows: &[(&InProcessReader, Vec<Cell>)],
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    writeln!(
        console.out,
        "cases in which the reader sees an extra request in what the front forwarded (+), or waits for more of one \
         that was forwarded whole (-)"
    )?;
    let name =
        |reader: &InProcessReader| format!("{:8}{}", reader.kind, display_text(&reader.name));
    let width = rows.iter().map(|(reader, _)| name(reader).len()).max();
    let width = width.unwrap_or(0) + 2;
    for (nth, front) in fronts.iter().enumerate() {
        let indent = "|        ".repeat(nth);
        let version = display_text(&front.version);
        let front = front.server.name;
        writeln!(console.out, "{:width$}{indent}{front} {version}", "")?;
    }
    for (reader, cells) in rows {
        let mut line = format!("{:width$}", name(reader));
        for cell in cells {
            line.push_str(&format!("{:9}", cell.counts()));
        }
        writeln!(console.out, "{}", line.trim_end())?;
    }
    Ok(())
}
