//! `misframe session replay` and `clients`: schedules against real clients.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Args;
use corpus::escape::display_text;
use parsers::session::Schedule;
use peers::Failure;
use peers::replay::{CLIENTS, ReplayClient, of_command, play, version};
use serde_json::json;

use super::super::args::TextOrJson;
use super::super::each::each;
use super::super::{CLEAN, Console, FOUND, check, source};
use super::{SessionListArgs, policy, schedule, table};
use reports::judge::ask::end_workers_when_interrupted;
use reports::session::replay::SessionReplay;

/// How many clients are played against at a time, in a table.
pub const AT_A_TIME: usize = 2;

/// The cases of `corpus/session` in a table: each story once, as the client sees it that has the fault.
pub const STORIES: &[&str] = &[
    "late-reply-timeout-goes-on",
    "outside-cancel",
    "outside-cancel-pool",
    "batch-cancelled",
    "partial-reply-closed",
    "partial-reply-at-eof",
    "surplus-idle",
    "surplus-same-segment",
    "surplus-inherent",
    "post-answered",
    "post-twice-always",
    "post-twice-reused",
    "post-twice-timeout",
    "get-sent-again-timeout",
    "ipc-broadcast",
    "ipc-queue",
    "ipc-queue-forgotten",
    "ipc-ids",
];

#[derive(Args)]
pub struct SessionReplayArgs {
    /// Session cases (.toml), or schedules as text; - for stdin [default with --table: a case of each story]
    #[arg(value_name = "FILE", required_unless_present = "table")]
    files: Vec<PathBuf>,
    /// A client by name, or cmd:COMMAND for a driver of your own; repeatable [default with --table: all]
    #[arg(long, value_name = "CLIENT", required_unless_present = "table")]
    pub client: Vec<String>,
    /// What a cmd: client speaks: http1, json-lines, memcached, mogilefs or resp
    #[arg(long, value_name = "PROTOCOL", default_value = "http1")]
    protocol: String,
    /// A policy, or quirks joined by + [default: what is known of the client, else that of the case, else careful]
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// Play each so many times, and count the results
    #[arg(long, value_name = "N", default_value_t = 1)]
    repeat: usize,
    /// Play every file against every client that is there, and print a table
    #[arg(long)]
    pub table: bool,
    /// Play the table so many times, and say which cells were not the same each time
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        requires = "table",
        conflicts_with = "repeat"
    )]
    pub times: usize,
    /// What to print: lanes or a table, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

/// What is played: a file's name, its schedule, and the policy that it names.
pub struct Story {
    /// The name of its file.
    pub name: String,
    /// What happens.
    pub schedule: Schedule,
    /// The policy that the file names.
    policy: String,
}

pub fn run(args: &SessionReplayArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    end_workers_when_interrupted();
    if let Some(name) = &args.policy {
        policy(name)?;
    }
    let stories = stories(args)?;
    let clients = chosen(args)?;
    if args.table {
        return table::run_all(args, &stories, clients, console);
    }
    let mut has_defect = false;
    let mut is_first = true;
    for story in &stories {
        for client in &clients {
            let policy_name = policy_of(args, client, story);
            if args.repeat > 1 {
                has_defect |= repeat(args, story, client, &policy_name, console)?;
                continue;
            }
            let played = match play(client, &story.schedule) {
                Ok(played) => played,
                Err(failure) => {
                    let name = client.name;
                    console.complain(&format_args!("{}: {name}: {failure}", story.name));
                    continue;
                }
            };
            let policy = policy(&policy_name)?;
            let replayed = SessionReplay::new(&played, &story.schedule, &policy_name, &policy);
            has_defect |= replayed.verdict().is_defect();
            if args.format == TextOrJson::Json {
                console.object(&replayed.object(&story.name, client.name))?;
                continue;
            }
            let gap = if is_first { "" } else { "\n" };
            is_first = false;
            let picture = replayed.draw(&console.palette);
            write!(console.out, "{gap}{}\n\n{picture}", story.schedule)?;
        }
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

fn stories(args: &SessionReplayArgs) -> anyhow::Result<Vec<Story>> {
    let mut files = args.files.clone();
    if files.is_empty() {
        let folder = check::corpus_folder()?.join("session");
        let paths = STORIES
            .iter()
            .map(|name| folder.join(format!("{name}.toml")));
        files.extend(paths);
    }
    let stories = files.iter().map(|path| {
        let (schedule, policy) = schedule(path, None)?;
        let name = match args.table {
            true => stem(path),
            false => source::name(path),
        };
        Ok(Story {
            name,
            schedule,
            policy,
        })
    });
    stories.collect()
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    display_text(&stem).to_string()
}

fn chosen(args: &SessionReplayArgs) -> anyhow::Result<Vec<&'static ReplayClient>> {
    if args.client.is_empty() {
        return Ok(CLIENTS.iter().collect());
    }
    let clients = args.client.iter().map(|name| {
        if let Some(command) = name.strip_prefix("cmd:") {
            return of_command(command, &args.protocol).map_err(|why| anyhow!(why));
        }
        match CLIENTS.iter().find(|client| client.name == name) {
            Some(client) => Ok(client),
            None => bail!("{name:?}: no such client; `misframe session clients` lists them"),
        }
    });
    clients.collect()
}

/// What a client is held to do.
pub fn policy_of(args: &SessionReplayArgs, client: &ReplayClient, story: &Story) -> String {
    match (&args.policy, client.policy) {
        (Some(asked), _) => asked.clone(),
        (None, "") => story.policy.clone(),
        (None, known) => known.to_owned(),
    }
}

/// Plays the same again and again; returns whether a defect was seen.
fn repeat(
    args: &SessionReplayArgs,
    story: &Story,
    client: &ReplayClient,
    name: &str,
    console: &mut Console<'_>,
) -> anyhow::Result<bool> {
    let policy = policy(name)?;
    let mut results: BTreeMap<String, usize> = BTreeMap::new();
    let mut has_defect = false;
    for _ in 0..args.repeat {
        let result = match play(client, &story.schedule) {
            Ok(played) => {
                let replayed = SessionReplay::new(&played, &story.schedule, name, &policy);
                has_defect |= replayed.verdict().is_defect();
                replayed.result()
            }
            Err(failure) => {
                console.troubles += 1;
                display_text(&failure.to_string()).to_string()
            }
        };
        *results.entry(result).or_default() += 1;
    }
    let (story, client) = (&story.name, client.name);
    if args.format == TextOrJson::Json {
        console.object(&json!({
            "file": story, "client": client, "times": args.repeat, "results": results,
        }))?;
    } else {
        let counted = results
            .iter()
            .map(|(result, times)| format!("{times} x {result}"));
        let counted: Vec<_> = counted.collect();
        writeln!(console.out, "{story}: {client}: {}", counted.join("; "))?;
    }
    if results.len() > 1 {
        console.complain(&format_args!("{story}: {client}: the results differ"));
    }
    Ok(has_defect)
}

/// `misframe session clients`.
pub fn clients(args: &SessionListArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    end_workers_when_interrupted();
    let versions = each(AT_A_TIME, CLIENTS.iter().collect(), |client| {
        (client, version(client))
    });
    for (client, version) in versions {
        let (name, protocol, policy) = (client.name, client.protocol.name, client.policy);
        let (state, said) = match &version {
            Ok(version) => ("ready", format!("{} {}", version.name, version.version)),
            Err(failure @ Failure::Absent(_)) => ("absent", failure.to_string()),
            Err(failure) => ("broken", failure.to_string()),
        };
        if args.format == TextOrJson::Json {
            let (version, reason) = match &version {
                Ok(version) => (Some(&version.version), None),
                Err(failure) => (None, Some(failure.to_string())),
            };
            console.object(&json!({
                "name": name, "version": version, "protocol": protocol, "policy": policy,
                "state": state, "reason": reason,
            }))?;
            continue;
        }
        let said = display_text(&said);
        writeln!(
            console.out,
            "{name:<25}{protocol:<11}{state:<8}{policy:<51}{said}"
        )?;
    }
    Ok(ExitCode::from(CLEAN))
}
