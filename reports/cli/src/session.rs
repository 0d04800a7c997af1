//! `misframe session`: which reply belongs to which request.

mod all;
mod faults;
mod replay;
mod table;
mod within;

use corpus::number::counted;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use corpus::file::TEXT_LIMIT;
use corpus::session;
use parsers::session::mixup::{ServerStep, Symptom, accounts};
use parsers::session::quirk::QUIRKS;
use parsers::session::step::EventRejection;
use parsers::session::{Bound, ClientPolicy, POLICIES, Schedule, SessionOracles, explore, run};
use serde_json::json;

use super::args::TextOrJson;
use super::policies;
use super::{CLEAN, Console, FOUND, source};
use reports::session::{draw, draw_exploration, extent, json};

#[derive(Subcommand)]
pub enum SessionCommand {
    /// Play schedules: exit 0 without a defect, 1 with one, 2 after trouble.
    Check(SessionCheckArgs),
    /// Explore every schedule within bounds, and draw a shortest one with a defect.
    Explore(ExploreArgs),
    /// Play a schedule against a real client: exit 0 without a defect, 1 with one, 2 after trouble.
    Replay(replay::SessionReplayArgs),
    /// List the clients that schedules can be played against, with version and state.
    Clients(SessionListArgs),
    /// List the policies and their quirks.
    Policies(SessionListArgs),
    /// List the faults of a server by which a response may reach the wrong request, and the symptoms
    /// that exclude each.
    Mechanisms(SessionListArgs),
    /// Put such faults into Node.js, and show which symptoms two clients and the server's log see.
    Faults(SessionListArgs),
    /// Send one POST to a cluster whose workers die of it, and count how often it is carried out.
    Clicks(SessionListArgs),
}

#[derive(Args)]
pub struct SessionCheckArgs {
    /// Session cases (.toml), or schedules as text; - for stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// A policy, or quirks joined by + [default: that of the case, else careful]
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// What to print: lanes, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Args)]
pub struct ExploreArgs {
    /// A policy, or quirks joined by +; repeatable [default: every policy, in a table]
    #[arg(long, value_name = "POLICY")]
    policy: Vec<String>,
    /// The number of clients
    #[arg(long, value_name = "N", default_value_t = Bound::default().clients)]
    clients: u8,
    /// The most connections that are open at once
    #[arg(long, value_name = "N", default_value_t = Bound::default().connections)]
    connections: u8,
    /// The number of requests of each client
    #[arg(long, value_name = "N", default_value_t = Bound::default().requests)]
    requests: u8,
    /// The most timeouts, cancellations and deaths
    #[arg(long, value_name = "N", default_value_t = Bound::default().faults)]
    faults: u8,
    /// The most responses that no request caused
    #[arg(long, value_name = "N", default_value_t = Bound::default().surplus)]
    surplus: u8,
    /// The memory limit of the states, in megabytes
    #[arg(long, value_name = "N", default_value_t = Bound::default().memory >> 20)]
    memory: usize,
    /// Widen the bounds for N seconds, and print a table of those that were explored to the end
    #[arg(
        long,
        value_name = "SECONDS",
        conflicts_with_all = ["clients", "connections", "requests"]
    )]
    within: Option<u64>,
    /// Print a table of every policy: whether it is faulty, the events of its shortest defect,
    /// states and milliseconds
    #[arg(
        long,
        conflicts_with_all = ["policy", "within", "clients", "connections", "requests"]
    )]
    all: bool,
    /// What to print: text, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Args)]
pub struct SessionListArgs {
    /// What to print: text, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

pub fn run_verb(verb: SessionCommand, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    match verb {
        SessionCommand::Check(args) => check(&args, console),
        SessionCommand::Explore(args) => explore_all(&args, console),
        SessionCommand::Replay(args) => replay::run(&args, console),
        SessionCommand::Clients(args) => replay::clients(&args, console),
        SessionCommand::Policies(args) => {
            policies::list(POLICIES, "quirks", QUIRKS, args.format, console)
        }
        SessionCommand::Mechanisms(args) => mechanisms(&args, console),
        SessionCommand::Faults(args) => faults::mixups(&args, console),
        SessionCommand::Clicks(args) => faults::clicks(&args, console),
    }
}

fn policy(name: &str) -> anyhow::Result<ClientPolicy> {
    ClientPolicy::named(name).map_err(|word| {
        anyhow!("there is no policy and no quirk {word:?}; `misframe session policies` lists them")
    })
}

fn check(args: &SessionCheckArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    if let Some(name) = &args.policy {
        policy(name)?;
    }
    let mut has_defect = false;
    for (nth, path) in args.files.iter().enumerate() {
        let (schedule, name) = match schedule(path, args.policy.as_deref()) {
            Ok(read) => read,
            Err(error) => {
                console.complain(&format_args!("{error:#}"));
                continue;
            }
        };
        let run = run(&schedule.events, &policy(&name)?, &SessionOracles::ALL);
        has_defect |= run.verdict.is_defect();
        let file = source::name(path);
        if let Some((event, EventRejection::Schedule(why))) = &run.stopped {
            let step = run.steps.len() + 1;
            let event = schedule.step(event);
            console.complain(&format_args!("{file}: step {step}, {event}: {why}"));
        }
        if args.format == TextOrJson::Json {
            console.object(&json::run(&run, &schedule, &name, &file))?;
            continue;
        }
        if args.files.len() > 1 {
            let gap = if nth == 0 { "" } else { "\n" };
            writeln!(console.out, "{gap}== {file} ==\n")?;
        }
        let picture = draw(&run, &schedule, &name, &console.palette);
        write!(console.out, "{picture}")?;
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

/// The schedule in a file, and the policy to play it with.
fn schedule(path: &Path, asked: Option<&str>) -> anyhow::Result<(Schedule, String)> {
    let name = source::name(path);
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        let case = session::load(path)?;
        let policy = asked.unwrap_or(&case.policy_name).to_owned();
        return match case.schedule {
            Some((schedule, _)) => Ok((schedule, policy)),
            None => bail!(
                "{name}: it has no schedule; `misframe session explore --policy {}` explores it",
                case.policy_name
            ),
        };
    }
    let read = source::bytes(path, TEXT_LIMIT)?;
    let text = String::from_utf8(read).map_err(|_| anyhow!("{name}: it is no UTF-8 text"))?;
    match Schedule::parse(&text) {
        Ok(schedule) => Ok((schedule, asked.unwrap_or("careful").to_owned())),
        Err(error) => bail!("{name}: {error}"),
    }
}

fn explore_all(args: &ExploreArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let bound = Bound {
        clients: args.clients,
        connections: args.connections,
        requests: args.requests,
        faults: args.faults,
        surplus: args.surplus,
        memory: args.memory.saturating_mul(1 << 20).min(u32::MAX as usize),
    };
    bound.check().map_err(|what| anyhow!("--{what}"))?;
    if args.all {
        return all::run(args, &bound, console);
    }
    if let Some(seconds) = args.within {
        return within::run(args, &bound, seconds, console);
    }
    let every = POLICIES.iter().map(|named| named.name.to_owned());
    let is_table = args.policy.is_empty();
    let names = match is_table {
        true => every.collect(),
        false => args.policy.clone(),
    };
    let mut has_defect = false;
    for (nth, name) in names.iter().enumerate() {
        let policy = policy(name)?;
        let found = explore(&policy, &bound, &SessionOracles::ALL);
        has_defect |= found.defect.is_some();
        if !found.is_complete && found.defect.is_none() {
            console.complain(&format_args!(
                "{name}: cut off after {}; give it more --memory, or explore less",
                counted(found.states, "state")
            ));
        }
        if args.format == TextOrJson::Json {
            console.object(&json::exploration(&found, name, &bound))?;
            continue;
        }
        if is_table {
            writeln!(console.out, "{}", reports::session::row(&found, name))?;
            continue;
        }
        let gap = if nth == 0 { "" } else { "\n" };
        let picture = draw_exploration(&found, &policy, name, &console.palette);
        write!(console.out, "{gap}{picture}{}", extent(&found))?;
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

fn mechanisms(args: &SessionListArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let words = |symptoms: &[Symptom]| symptoms.iter().map(Symptom::word).collect::<Vec<_>>();
    for account in accounts() {
        let name = account.mechanism.word();
        let order: Vec<_> = account.order.iter().map(ServerStep::words).collect();
        let (shows, missing) = (words(&account.shows), words(&account.excluded_by));
        if args.format == TextOrJson::Json {
            console.object(&json!({
                "mechanism": name,
                "orders": account.orders,
                "order": order,
                "shows": shows,
                "excluded_by": missing,
            }))?;
            continue;
        }
        let outcome = match missing.is_empty() {
            true => "shows every symptom".to_owned(),
            false => format!("excluded by {}", missing.join(", ")),
        };
        let (orders, order) = (account.orders, order.join(" ; "));
        writeln!(console.out, "{name}: {outcome}")?;
        writeln!(
            console.out,
            "    the best of {}: {order}",
            counted(orders, "order")
        )?;
    }
    Ok(ExitCode::from(CLEAN))
}

#[cfg(test)]
mod tests;
