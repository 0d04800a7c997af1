//! `misframe hop`: what intermediaries lose, keep and let through.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use corpus::HopCase;
use corpus::escape::display_text;
use corpus::hop::{self, NamedHop};
use parsers::hop::quirk::QUIRKS;
use parsers::hop::{HopOracles, POLICIES, run};
use parsers::session;
use peers::Failure;
use peers::live::{self, HopSide, Server};

use super::args::TextOrJson;
use super::each::each;
use super::lab::{AT_A_TIME, end_all_on_interrupt};
use super::policies;
use super::{CLEAN, Console, FOUND, source};
use reports::hop::replay::{HEADS, replay};
use reports::hop::route::along;
use reports::hop::{draw_case, is_defect, json};

/// The most that is read of a raw file, in bytes.
const MOST: u64 = 1 << 24;

#[derive(Subcommand)]
pub enum HopCommand {
    /// Send inputs along routes of hops: exit 0 without a defect of a hop, 1 with one, 2 after trouble.
    Check(HopCheckArgs),
    /// List the policies of hops and their quirks.
    Policies(HopListArgs),
    /// Compare real proxies, as configured in peers/lab/hop, with their policies: exit 1 if a hop
    /// has a defect or differs from its prediction.
    Replay(HopReplayArgs),
}

#[derive(Args)]
pub struct HopCheckArgs {
    /// Cases about hops (.toml), or raw streams of requests; - for stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Of a raw stream: a hop, as POLICY or READER:POLICY; a policy can be quirks joined by +;
    /// repeatable, for several hops [default: careful]
    #[arg(long, value_name = "[READER:]POLICY", value_parser = named)]
    hop: Vec<NamedHop>,
    /// Of a raw stream: the reader of the origin, a parser or leniencies joined by ,
    #[arg(long, value_name = "READER", default_value = "strict")]
    last: String,
    /// Of a raw stream: the origin answers an upgrade with 101
    #[arg(long)]
    switches: bool,
    /// Of a raw stream: no hop forwards a request for a target that begins so
    #[arg(long, value_name = "TARGET", default_value = "")]
    forbids: String,
    /// What to print: pictures, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Args)]
pub struct HopListArgs {
    /// What to print: text, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Args)]
pub struct HopReplayArgs {
    /// The hops, as `misframe lab list` shows them [default: all that are installed]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Put them one behind the other, in this order, and find which of them loses an upgrade
    #[arg(long, requires = "names")]
    chain: bool,
    /// What to print: a table, or a JSON object a line for each hop
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

fn named(words: &str) -> Result<NamedHop, String> {
    let (reader, policy) = words.split_once(':').unwrap_or(("strict", words));
    Ok(NamedHop {
        reader: reader.to_owned(),
        policy: policy.to_owned(),
    })
}

pub fn run_verb(verb: HopCommand, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    match verb {
        HopCommand::Check(args) => check(&args, console),
        HopCommand::Policies(args) => {
            let title = "quirks, besides those of `misframe session policies`";
            policies::list(POLICIES, title, QUIRKS, args.format, console)
        }
        HopCommand::Replay(args) => replay_all(&args, console),
    }
}

fn check(args: &HopCheckArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let mut has_defect = false;
    for (nth, path) in args.files.iter().enumerate() {
        let case = match case(path, args) {
            Ok(case) => case,
            Err(error) => {
                console.complain(&format_args!("{error:#}"));
                continue;
            }
        };
        let file = source::name(path);
        if args.format == TextOrJson::Json {
            has_defect |= objects(&case, &file, console)?;
            continue;
        }
        if args.files.len() > 1 {
            let gap = if nth == 0 { "" } else { "\n" };
            writeln!(console.out, "{gap}== {file} ==\n")?;
        }
        let (picture, defect) = draw_case(&case, &console.palette).map_err(|what| anyhow!(what))?;
        has_defect |= defect;
        write!(console.out, "{picture}")?;
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

/// Writes an object for the input of a case, and one for its schedule; tells whether there is a defect.
fn objects(case: &HopCase, file: &str, console: &mut Console<'_>) -> anyhow::Result<bool> {
    let route = case.route().map_err(|what| anyhow!(what))?;
    let mut has_defect = false;
    if let Some((input, _)) = &case.input {
        let passage = run(&route, input, &HopOracles::ALL);
        has_defect |= is_defect(&passage);
        console.object(&json::passage(case, &passage, file))?;
    }
    if let (Some((schedule, _)), Some(hop), Some(named)) =
        (&case.schedule, route.hops.first(), case.hops.first())
    {
        let policy = &hop.policy.upstream;
        let run = session::run(&schedule.events, policy, &session::SessionOracles::ALL);
        has_defect |= run.verdict.is_defect();
        console.object(&reports::session::json::run(
            &run,
            schedule,
            &named.policy,
            file,
        ))?;
    }
    Ok(has_defect)
}

/// The case in a file, or the one that a raw stream and the arguments make.
fn case(path: &Path, args: &HopCheckArgs) -> anyhow::Result<HopCase> {
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        return Ok(hop::load(path)?);
    }
    let name = source::name(path);
    let input = source::bytes(path, MOST)?;
    let hops = match args.hop.as_slice() {
        [] => named("careful").into_iter().collect(),
        some => some.to_vec(),
    };
    let case = HopCase {
        name: name.clone(),
        about: String::new(),
        hops,
        last: args.last.clone(),
        grants_upgrade: args.switches,
        forbids: args.forbids.clone(),
        input: Some((input, Vec::new())),
        schedule: None,
        cures: Vec::new(),
        source: String::new(),
    };
    match case.route() {
        Ok(_) => Ok(case),
        Err(what) => bail!("{what}; see `misframe hop policies` and `misframe rules`"),
    }
}

fn replay_all(args: &HopReplayArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let mut servers = Vec::new();
    for name in &args.names {
        servers.push(live::named(HopSide::Hop, name).map_err(|why| anyhow!(why))?);
    }
    if servers.is_empty() {
        let of_kind = |server: &&Server| server.kind == HopSide::Hop;
        servers.extend(live::servers().iter().filter(of_kind));
    }
    end_all_on_interrupt()?;
    if args.chain {
        return replay_route(&servers, args.format, console);
    }
    let mut has_defect = false;
    let [mut quirks, mut defects] = [const { BTreeMap::<String, Vec<&str>>::new() }; 2];
    let mut rows: Vec<[String; HEADS.len()]> = vec![HEADS.map(str::to_owned)];
    for (server, replayed) in each(AT_A_TIME, servers, |server| (server, replay(server))) {
        let replayed = match replayed {
            Ok(replayed) => replayed,
            Err(failure @ Failure::Absent(_)) if args.names.is_empty() => {
                console.note(&format!("{}: skipped: {failure}", server.name));
                continue;
            }
            Err(failure) => {
                console.complain(&format_args!("{}: {failure}", server.name));
                continue;
            }
        };
        let of_hop = replayed.defects();
        has_defect |= !of_hop.is_empty() || !replayed.differences().is_empty();
        for what in replayed.losses().into_iter().chain(replayed.quirks()) {
            quirks.entry(what).or_default().push(replayed.name);
        }
        for what in of_hop {
            defects.entry(what).or_default().push(replayed.name);
        }
        match args.format {
            TextOrJson::Json => console.object(&replayed.json())?,
            TextOrJson::Text => rows.push(replayed.cells()),
        }
    }
    if args.format == TextOrJson::Text {
        print(&rows, console)?;
        for (title, lines) in [("quirks", quirks), ("defects", defects)] {
            writeln!(console.out, "\n{title}:")?;
            for (what, names) in lines {
                writeln!(console.out, "{}: {}", display_text(&what), names.join(", "))?;
            }
        }
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

fn replay_route(
    route: &[&'static Server],
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let passed = along(route);
    live::wait_if_ending();
    let passed = passed?;
    for (nth, hop) in passed.iter().enumerate() {
        match format {
            TextOrJson::Json => console.object(&hop.json(nth))?,
            TextOrJson::Text => writeln!(console.out, "{}", display_text(&hop.line(nth)))?,
        }
    }
    let differs = passed.iter().any(|hop| !hop.is_as_predicted());
    Ok(ExitCode::from(if differs { FOUND } else { CLEAN }))
}

/// Prints a table. Versions and answers are those of others.
fn print(rows: &[[String; HEADS.len()]], console: &mut Console<'_>) -> std::io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..HEADS.len()).map(width).collect();
    for row in rows {
        let cells = row.iter().zip(&widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{:<width$}", display_text(cell)))
            .collect();
        writeln!(console.out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}
