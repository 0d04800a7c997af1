//! `misframe lab`: servers and proxies on this machine, listed, started and ended.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use anyhow::{Context as _, bail};
use peers::Failure;
use peers::live::{self, HopSide, Recorder, Running, Server};

use super::args::{LabCommand, LabUpArgs, TextOrJson};
use super::each::each;
use super::{CLEAN, Console, TROUBLE};

/// How many servers are asked for their version, or started, at a time.
pub const AT_A_TIME: usize = 4;
/// How often the servers that were started are looked at.
const LOOK: Duration = Duration::from_millis(500);

pub fn run(command: LabCommand, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    match command {
        LabCommand::List(args) => list(args.format, console),
        LabCommand::Up(args) => up(&args, console),
        LabCommand::Down => down(console),
    }
}

/// A server with its version, or why it has none.
pub type Versioned = (&'static Server, Result<String, Failure>);

/// Asks all servers for their versions.
pub fn versions() -> Vec<Versioned> {
    each(AT_A_TIME, live::servers().iter().collect(), |server| {
        (server, server.version())
    })
}

/// The word and the reason for the state of a server.
pub fn state(version: &Result<String, Failure>) -> (&'static str, Option<String>) {
    match version {
        Ok(_) => ("ready", None),
        Err(Failure::Absent(why)) => ("absent", Some(why.clone())),
        Err(failure) => ("broken", Some(failure.to_string())),
    }
}

fn list(format: TextOrJson, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let running = live::running();
    for (server, version) in versions() {
        let (mut state, reason) = state(&version);
        let ports: Vec<_> = running
            .iter()
            .filter(|group| group.name == server.name && group.port > 0)
            .map(|group| group.port)
            .collect();
        if !ports.is_empty() {
            state = "running";
        }
        let (name, kind) = (server.name, server.kind.word());
        let version = version.ok();
        if format == TextOrJson::Json {
            console.object(&serde_json::json!({
                "name": name, "kind": kind, "version": version, "state": state, "reason": reason,
                "ports": ports, "licence": server.declared.licence,
            }))?;
            continue;
        }
        let version = version.as_deref().unwrap_or("-");
        let version = corpus::escape::display_text(version);
        write!(console.out, "{name:16}  {kind:5}  {version:24}  {state}")?;
        if let Some(reason) = reason {
            write!(console.out, ": {}", corpus::escape::display_text(&reason))?;
        }
        for port in ports {
            write!(console.out, " 127.0.0.1:{port}")?;
        }
        writeln!(console.out)?;
    }
    Ok(ExitCode::from(CLEAN))
}

fn down(console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let ended = live::down();
    for group in &ended {
        let name = corpus::escape::display_text(&group.name);
        writeln!(console.out, "{name} on port {} ended", group.port)?;
    }
    if ended.is_empty() {
        writeln!(console.out, "nothing was running")?;
    }
    Ok(ExitCode::from(CLEAN))
}

/// The servers of these names.
fn chosen(args: &LabUpArgs) -> anyhow::Result<Vec<&'static Server>> {
    if args.all {
        return Ok(live::servers().iter().collect());
    }
    let mut chosen = Vec::new();
    for name in &args.names {
        let named = live::servers().iter().filter(|server| server.name == name);
        let before = chosen.len();
        chosen.extend(named);
        if chosen.len() == before {
            bail!("{name}: no such server; `misframe lab list` lists them");
        }
    }
    Ok(chosen)
}

/// From now on, Ctrl-C ends all that was started, and this process. It may be said again.
pub fn end_all_on_interrupt() -> anyhow::Result<()> {
    static IS_SET: AtomicBool = AtomicBool::new(false);
    if IS_SET.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    ctrlc::set_handler(|| {
        live::end_all();
        peers::worker::end_all();
        std::process::exit(130);
    })
    .context("no signal handler")
}

fn up(args: &LabUpArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let servers = chosen(args)?;
    let (ask, asked) = channel();
    ctrlc::set_handler(move || {
        // No thread waits for it once everything is being ended.
        let _ = ask.send(());
    })
    .context("no signal handler")?;
    let recorder = Recorder::start().context("no upstream")?;
    let port = recorder.port();
    let started = each(AT_A_TIME, servers, |server| (server, server.start(port)));
    let mut running: Vec<Running> = Vec::new();
    for (server, started) in started {
        match started {
            Ok(server) => running.push(server),
            Err(failure @ Failure::Absent(_)) if args.all => {
                console.note(&format!("{}: {failure}", server.name));
            }
            Err(failure) => console.complain(&format_args!("{}: {failure}", server.name)),
        }
    }
    for one in &running {
        let (name, kind) = (one.server.name, one.server.kind);
        let version = corpus::escape::display_text(&one.version);
        write!(
            console.out,
            "{:5}  127.0.0.1:{:<5}  {name} {version}",
            kind.word(),
            one.port
        )?;
        if kind == HopSide::Front {
            write!(console.out, ", to 127.0.0.1:{port}, which answers")?;
        }
        writeln!(console.out)?;
    }
    if running.is_empty() {
        return Ok(ExitCode::from(TROUBLE));
    }
    writeln!(console.out, "until Ctrl-C or `misframe lab down`")?;
    console.out.flush()?;
    while asked.recv_timeout(LOOK).is_err() {
        recorder.forget();
        running.retain_mut(|one| {
            let is_alive = one.is_alive();
            if !is_alive {
                console.complain(&format_args!("{} has ended by itself", one.server.name));
            }
            is_alive
        });
        if running.is_empty() {
            break;
        }
    }
    live::end_all();
    Ok(ExitCode::from(CLEAN))
}
