//! The built binary, interrupted and killed while others run that it has started: nothing is left of them.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use peers::Failure;
use peers::live::faulty::NODES;
use peers::live::faulty::clicks::{CLICKERS, node};
use peers::live::{HopSide, servers};
use tempfile::TempDir;
use trials::{Ignored, TrialRun, trials};

fn main() -> ExitCode {
    trials::run(trials![
        hop_replay,
        session_faults,
        session_clicks,
        session_replay,
        lab_up,
    ])
}

/// How long something is waited for that has to come.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(5);

/// How a command is ended.
const WAYS: [&str; 2] = ["-INT", "-KILL"];
/// Its status when it is interrupted in what it does.
const INTERRUPTED: i32 = 130;

/// A folder for all that is written, which the users of some proxies can enter.
fn scratch() -> TempDir {
    let scratch = TempDir::new().unwrap();
    fs::set_permissions(scratch.path(), Permissions::from_mode(0o755)).unwrap();
    scratch
}

fn misframe(scratch: &Path, args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_misframe"))
        .args(args)
        .env("TMPDIR", scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The process groups that a command has written down: servers that have a port, and others.
fn recorded(scratch: &Path, id: u32, has_port: bool) -> Vec<String> {
    let folders = fs::read_dir(scratch).unwrap().flatten();
    let texts = folders.filter_map(|folder| {
        let file = folder.path().join(id.to_string());
        fs::read_to_string(file).ok()
    });
    let mut groups = Vec::new();
    for text in texts {
        for line in text.lines().skip(1) {
            let words: Vec<_> = line.split(' ').collect();
            let [group, _, port, ..] = words.as_slice() else {
                continue;
            };
            if (*port != "0") == has_port {
                groups.push((*group).to_owned());
            }
        }
    }
    groups
}

/// Those of servers.
fn of_servers(scratch: &Path, id: u32) -> Vec<String> {
    recorded(scratch, id, true)
}

/// Those of others.
fn of_others(scratch: &Path, id: u32) -> Vec<String> {
    recorded(scratch, id, false)
}

/// Whether a process of one of these groups runs.
fn is_running(groups: &[String]) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let mut stats =
        processes.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
    stats.any(|stat| {
        let (_, rest) = stat.rsplit_once(')').unwrap_or_default();
        let mut words = rest.split_whitespace();
        let is_gone = words.next() == Some("Z");
        let group = words.nth(1).unwrap_or_default();
        !is_gone && groups.iter().any(|one| one == group)
    })
}

/// The command lines of the processes that mention a folder.
fn mentions(scratch: &Path) -> bool {
    let scratch = scratch.display().to_string();
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let mut lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.any(|line| String::from_utf8_lossy(&line).contains(&scratch))
}

/// What lies in a folder, and in the one in which each process writes down what it has started.
fn is_empty(scratch: &Path) -> bool {
    let mut entries = fs::read_dir(scratch).unwrap().flatten();
    entries.all(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_records = name.starts_with("misframe-lab.");
        is_records && fs::read_dir(entry.path()).unwrap().next().is_none()
    })
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(LOOK);
    }
}

/// Goes on if one of these is there.
fn needs_one_of(asked: impl IntoIterator<Item = Result<(), Failure>>) -> TrialRun {
    let mut absent = None;
    for one in asked {
        match one {
            Ok(()) => return Ok(()),
            Err(failure @ Failure::Absent(_)) => absent = Some(failure),
            Err(failure) => panic!("{failure}"),
        }
    }
    Err(Ignored::not_installed(absent.unwrap()))
}

/// Ends a command, in both ways, as soon as `started` tells which groups it has started.
fn nothing_is_left_of(
    args: &[&str],
    interrupted: i32,
    started: impl Fn(&Path, u32) -> Vec<String>,
) {
    for signal in WAYS {
        let scratch = scratch();
        let mut child = misframe(scratch.path(), args);
        let mut groups = Vec::new();
        let mut has_ended = false;
        wait_for("nothing was started", || {
            groups = started(scratch.path(), child.id());
            has_ended = child.try_wait().unwrap().is_some();
            has_ended || !groups.is_empty()
        });
        assert!(!has_ended, "{args:?} has ended by itself");
        // Not every machine has a program that is called `kill`; each shell has the command.
        let kill = format!("kill {signal} {}", child.id());
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.unwrap().success());
        let code = (signal == "-INT").then_some(interrupted);
        assert_eq!(child.wait().unwrap().code(), code, "{args:?} {signal}");
        // A killed process is gone a moment later, and so is its warden.
        wait_for(&format!("{args:?} {signal}: {groups:?} are left"), || {
            !is_running(&groups) && !mentions(scratch.path())
        });
        wait_for(&format!("{args:?} {signal}: files are left"), || {
            is_empty(scratch.path())
        });
    }
}

fn hop_replay() -> TrialRun {
    let hops = servers()
        .iter()
        .filter(|server| server.kind == HopSide::Hop);
    needs_one_of(hops.map(|hop| hop.version().map(drop)))?;
    nothing_is_left_of(&["hop", "replay"], INTERRUPTED, of_servers);
    Ok(())
}

fn session_faults() -> TrialRun {
    needs_one_of(NODES.iter().map(|node| node.program().map(drop)))?;
    nothing_is_left_of(&["session", "faults"], INTERRUPTED, of_others);
    Ok(())
}

fn session_clicks() -> TrialRun {
    needs_one_of([node().map(drop)])?;
    needs_one_of(CLICKERS.iter().map(|clicker| clicker.version().map(drop)))?;
    nothing_is_left_of(&["session", "clicks"], INTERRUPTED, of_others);
    Ok(())
}

fn session_replay() {
    let dir = tempfile::tempdir().unwrap();
    let (pids, schedule) = (dir.path().join("pids"), dir.path().join("schedule"));
    fs::write(&schedule, "c0 send a k0 ; srv k0 reply a ; c0 recv a<-a").unwrap();
    let file = pids.display();
    // It reads nothing, and what it starts reads nothing.
    let driver = format!("cmd:sh -c 'echo hello x 1; sleep 600 & echo $$ >{file}; wait'");
    let schedule = schedule.display().to_string();
    // It writes outside its scratch folder.
    let args = [
        "--trust-peer",
        "session",
        "replay",
        &schedule,
        "--client",
        &driver,
    ];
    nothing_is_left_of(&args, INTERRUPTED, |_, _| {
        let said = fs::read_to_string(&pids).unwrap_or_default();
        let is_whole = said.ends_with('\n');
        if is_whole {
            // The next one is to write it anew.
            fs::remove_file(&pids).unwrap();
        }
        let groups = is_whole.then(|| said.trim().to_owned());
        groups.into_iter().collect()
    });
}

fn lab_up() -> TrialRun {
    let names = ["nginx-default", "haproxy-default"];
    for server in servers()
        .iter()
        .filter(|server| names.contains(&server.name))
    {
        needs_one_of([server.version().map(drop)])?;
    }
    let args = [&["lab", "up"], &names[..]].concat();
    // It runs until Ctrl-C, which is no interruption.
    nothing_is_left_of(&args, 0, of_servers);
    Ok(())
}
