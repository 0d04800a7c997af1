//! `misframe chain`: cases through a front to a back, and the table of all fronts and backs.

use corpus::number::counted;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use corpus::Case;
use corpus::escape::display_text;
use parsers::Family;
use peers::live::back::Log;
use peers::live::chain::{ChainDivergence, Direction};
use peers::live::front::Canary;
use peers::live::{self, HopSide, Server};
use serde_json::{Value, json};

use super::args::{ChainArgs, TextOrJson};
use super::each::each;
use super::lab::{AT_A_TIME, end_all_on_interrupt};
use super::{CLEAN, Console, FOUND, check, recorded};
use reports::judge::confirm::{self, Confirmation};
use reports::measure::chain::table::{self, Back, Cell, Front};
use reports::measure::chain::{CHAIN, Chained, Recorded, through};

pub fn run(args: &ChainArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let family = CHAIN.chosen(args.family)?;
    let (Some(front), Some(back)) = (&args.front, &args.back) else {
        // No server is started. The caller that opens workers ends them.
        if let Some(folder) = &args.read {
            return recorded::read(family, args, folder, console);
        }
        only_known(&args.only)?;
        end_all_on_interrupt()?;
        return match &args.record {
            Some(out) => recorded::record(family, args, out, console),
            None => table(family, args, console),
        };
    };
    let front = live::named(HopSide::Front, front).map_err(|why| anyhow!(why))?;
    let back = live::named(HopSide::Back, back).map_err(|why| anyhow!(why))?;
    let cases = cases(family, &args.cases)?;
    end_all_on_interrupt()?;
    chain(front, back, &cases, args, console)
}

/// The cases of these names, and in these files; all when none is named.
pub fn cases(family: &'static Family, names: &[String]) -> anyhow::Result<Vec<Case>> {
    let is_file = |name: &&String| name.ends_with(".toml");
    let (files, names): (Vec<_>, Vec<_>) = names.iter().partition(is_file);
    let mut cases = Vec::new();
    for file in &files {
        cases.push(corpus::case::load(Path::new(file), family)?);
    }
    if !files.is_empty() && names.is_empty() {
        return Ok(cases);
    }
    let folder = check::corpus_folder()?;
    let mut known = corpus::load_family(&folder, family)?;
    for name in &names {
        if !known.iter().any(|case| case.name == **name) {
            bail!(
                "{name}: no such case in {}; a file of one ends in .toml",
                family.name
            );
        }
    }
    known.retain(|case| names.is_empty() || names.contains(&&case.name));
    cases.extend(known);
    Ok(cases)
}

/// One chain: each case that parts them, with the back's own log.
fn chain(
    front: &'static Server,
    back: &'static Server,
    cases: &[Case],
    args: &ChainArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let format = args.format;
    let of = |server: &Server| server.name.to_owned();
    let recorded = Recorded::start(front).with_context(|| of(front))?;
    let back = back.start(0).with_context(|| of(back))?;
    let log = Log::new(back.log());
    let mut before = front.start(back.port).with_context(|| of(front))?;
    let (mut found, mut forwarded) = (0, 0);
    if format == TextOrJson::Text {
        let (front, version) = (front.name, display_text(&before.version));
        let (back, other) = (back.server.name, display_text(&back.version));
        writeln!(console.out, "{front} {version} before {back} {other}")?;
    }
    for case in cases {
        for canary in Canary::BOTH {
            let recording = recorded.record(case, canary)?;
            if recording.forwarded.connections.is_empty() {
                continue;
            }
            forwarded += 1;
            let chained = through(&before, &log, case, recording)?;
            let parts = !chained.divergences.is_empty();
            found += usize::from(parts);
            match format {
                TextOrJson::Json => console.object(&object(&chained))?,
                TextOrJson::Text if parts || cases.len() == 1 => draw(&chained, console)?,
                TextOrJson::Text => {}
            }
            if let (true, Some(out)) = (parts, &args.keep) {
                let confirmed = Confirmation::of(
                    [before.server.name, &before.version],
                    [back.server.name, &back.version],
                    canary,
                    &chained.divergences,
                );
                confirm::keep(out, case, &confirmed)?;
            }
            if parts {
                // What is left on its connections would be read as the next case.
                before = front.start(back.port).with_context(|| of(front))?;
                log.take_all();
            }
        }
    }
    if format == TextOrJson::Text {
        let sent = cases.len() * Canary::BOTH.len();
        writeln!(
            console.out,
            "{sent} sent, {forwarded} forwarded, {found} confirmed"
        )?;
    }
    Ok(ExitCode::from(if found > 0 { FOUND } else { CLEAN }))
}

/// The most characters of a request line, or of a line of what was forwarded, that are shown.
const SHOWN: usize = 100;

/// As much of a text as is shown, safe for a terminal.
fn shown(text: &str) -> String {
    let safe = display_text(text);
    match safe.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{} ...", safe.get(..at).unwrap_or("")),
        None => safe,
    }
}

fn words(divergences: &[ChainDivergence]) -> String {
    let words = divergences.iter().map(|divergence| {
        format!(
            "{} {}",
            divergence.direction.word(),
            shown(&divergence.line.to_string())
        )
    });
    words.collect::<Vec<_>>().join(", ")
}

fn draw(chained: &Chained, console: &mut Console<'_>) -> anyhow::Result<()> {
    let recording = &chained.recording;
    let (case, canary) = (&recording.case, recording.canary.word());
    let outcome = match chained.divergences.as_slice() {
        [] => "as meant".to_owned(),
        divergences => format!("confirmed: {}", words(divergences)),
    };
    writeln!(console.out, "\n{case} ({canary}): {outcome}")?;
    let join = |lines: Vec<String>| match lines.as_slice() {
        [] => "nothing".to_owned(),
        lines => lines
            .iter()
            .map(|line| shown(line))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let meant = recording.meant.iter().flatten().map(ToString::to_string);
    writeln!(
        console.out,
        "  the front forwards {}:",
        join(meant.collect())
    )?;
    for burst in recording.forwarded.connections.iter().flatten() {
        for line in corpus::escape::display_lines(burst) {
            writeln!(console.out, "    | {}", shown(&line))?;
        }
    }
    let seen = chained.seen.iter().map(|seen| {
        let (line, length) = (seen.line(), seen.length);
        format!("{line} with {}", counted(length, "byte"))
    });
    writeln!(console.out, "  the back's log: {}", join(seen.collect()))?;
    Ok(())
}

fn object(chained: &Chained) -> Value {
    let recording = &chained.recording;
    let lines = |lines: &mut dyn Iterator<Item = String>| lines.collect::<Vec<_>>();
    json!({
        "case": recording.case,
        "canary": recording.canary.word(),
        "status": chained.status,
        "meant": lines(&mut recording.meant.iter().flatten().map(ToString::to_string)),
        "seen": lines(&mut chained.seen.iter().map(|seen| seen.line().to_string())),
        "divergences": divergences(&chained.divergences),
        "confirmed": !chained.divergences.is_empty(),
    })
}

fn divergences(divergences: &[ChainDivergence]) -> Vec<Value> {
    let divergences = divergences.iter().map(|divergence| {
        json!({"direction": divergence.direction.word(), "request": divergence.line.to_string()})
    });
    divergences.collect()
}

/// That each name is that of a front or a back.
fn only_known(names: &[String]) -> anyhow::Result<()> {
    let is_known = |name: &str| {
        let kinds = [HopSide::Front, HopSide::Back];
        kinds
            .into_iter()
            .any(|kind| live::named(kind, name).is_ok())
    };
    match names.iter().find(|name| !is_known(name)) {
        Some(name) => bail!("--only {name}: no such front or back; `misframe lab list` lists them"),
        None => Ok(()),
    }
}

/// The servers of a kind that are asked for.
pub fn of_kind(args: &ChainArgs, kind: HopSide) -> Vec<&'static Server> {
    let servers = live::servers().iter();
    let asked = servers.filter(|server| {
        let is_asked = args.only.is_empty() || args.only.iter().any(|name| name == server.name);
        server.kind == kind && is_asked
    });
    asked.collect()
}

/// Keeps the cases of a cell that the real chain has confirmed.
fn keep(
    out: &Path,
    cases: &[Case],
    front: &Front,
    back: &(String, String),
    cell: &Cell,
) -> anyhow::Result<()> {
    let confirmed = cell.durable.iter().filter(|one| !one.shown.is_empty());
    for durable in confirmed {
        if let Some(case) = cases.iter().find(|case| case.name == durable.case) {
            let (front, back) = ([front.server.name, &front.version], [&*back.0, &*back.1]);
            let by = Confirmation::of(front, back, durable.canary, &durable.shown);
            confirm::keep(out, case, &by)?;
        }
    }
    Ok(())
}

fn table(
    family: &'static Family,
    args: &ChainArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let cases = cases(family, &[])?;
    let fronts = recorded::record_all(args, &cases, console);
    let streams = table::streams(&fronts);
    let mut rows: Vec<Vec<Cell>> = vec![Vec::new(); fronts.len()];
    let mut backs: Vec<(String, String)> = Vec::new();
    for (server, asked) in each(AT_A_TIME, of_kind(args, HopSide::Back), |server| {
        let back = Back::ask(server, &streams);
        let cells = back.map(|back| {
            let cells = fronts.iter().map(|front| {
                let mut cell = back.cell(front);
                back.confirm(front, &mut cell, &cases, args.confirm);
                cell
            });
            let cells: Vec<_> = cells.collect();
            (
                back.running.version.clone(),
                back.unanswered(&streams),
                cells,
            )
        });
        (server, cells)
    }) {
        match asked {
            Ok((version, unanswered, cells)) => {
                if unanswered > 0 {
                    let of = streams.len();
                    console.note(&format!(
                        "{}: no steady answer to {unanswered} of {}",
                        server.name,
                        counted(of, "stream")
                    ));
                }
                backs.push((server.name.to_owned(), version));
                for (row, cell) in rows.iter_mut().zip(cells) {
                    row.push(cell);
                }
            }
            Err(failure) => console.note(&format!("{}: left out: {failure}", server.name)),
        }
    }
    if let Some(out) = &args.keep {
        for (front, row) in fronts.iter().zip(&rows) {
            for (back, cell) in backs.iter().zip(row) {
                keep(out, &cases, front, back, cell)?;
            }
        }
    }
    match args.format {
        TextOrJson::Json => {
            for (front, row) in fronts.iter().zip(&rows) {
                for (back, cell) in backs.iter().zip(row) {
                    console.object(&cell_object(front, back, cell))?;
                }
            }
        }
        TextOrJson::Text => {
            writeln!(
                console.out,
                "{}, {}",
                counted(cases.len(), "case"),
                counted(streams.len(), "distinct stream")
            )?;
            write_table(&fronts, &backs, &rows, console)?;
        }
    }
    let found = rows.iter().flatten().any(|cell| !cell.durable.is_empty());
    Ok(ExitCode::from(if found { FOUND } else { CLEAN }))
}

/// What is durable in a cell, as objects.
pub fn durable_objects(cell: &Cell) -> Vec<Value> {
    let durable = cell.durable.iter().map(|durable| {
        json!({
            "case": durable.case,
            "canary": durable.canary.word(),
            "divergences": divergences(&durable.divergences),
            "confirmed": durable.confirmed,
        })
    });
    durable.collect()
}

fn cell_object(front: &Front, back: &(String, String), cell: &Cell) -> Value {
    json!({
        "front": front.server.name,
        "front_version": front.version,
        "back": back.0,
        "back_version": back.1,
        "extra": cell.count(Direction::Extra),
        "missing": cell.count(Direction::Missing),
        "confirmed": cell.is_confirmed(),
        "durable": durable_objects(cell),
    })
}

/// A row for each front, a column for each back.
fn write_table(
    fronts: &[Front],
    backs: &[(String, String)],
    rows: &[Vec<Cell>],
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    writeln!(
        console.out,
        "cases in which the back sees an extra request (+), or waits for more of one that was forwarded whole (-); \
         * where the real chain shows it"
    )?;
    for (nth, (name, version)) in backs.iter().enumerate() {
        let indent = "|      ".repeat(nth);
        writeln!(
            console.out,
            "{:28}{indent}{name} {}",
            "",
            display_text(version)
        )?;
    }
    for (front, row) in fronts.iter().zip(rows) {
        let name = format!("{} {}", front.server.name, display_text(&front.version));
        write!(console.out, "{name:28}")?;
        for cell in row {
            let mut text = cell.counts();
            if cell.is_confirmed() {
                text.push('*');
            }
            write!(console.out, "{text:7}")?;
        }
        writeln!(console.out)?;
    }
    for (front, row) in fronts.iter().zip(rows) {
        for ((back, _), cell) in backs.iter().zip(row) {
            for durable in cell
                .durable
                .iter()
                .filter(|one| one.confirmed == Some(true))
            {
                writeln!(
                    console.out,
                    "confirmed: misframe chain {} {back} {}: {}",
                    front.server.name,
                    durable.case,
                    words(&durable.divergences)
                )?;
            }
        }
    }
    Ok(())
}
