//! The built binary with real proxies: they do as their policies predict, and nothing is left of them.

// A panic is how a test fails; indexing a `Value` gives null for what is not there.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use peers::Failure;
use peers::live::{HopSide, Server, servers};
use serde_json::Value;
use tempfile::TempDir;
use trials::{Ignored, TrialRun, of_each, trials};

fn main() -> ExitCode {
    let hops = servers()
        .iter()
        .filter(|server| server.kind == HopSide::Hop);
    let hops = hops.map(|server| (server.name, server));
    let groups = [
        of_each(
            "does_as_its_policy_predicts",
            hops,
            does_as_its_policy_predicts,
        ),
        trials![the_hop_that_loses_an_upgrade_is_named],
    ];
    trials::run(groups.into_iter().flatten().collect())
}

/// How long something is waited for that has to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Goes on if this hop can be started.
fn needs(server: &Server) -> TrialRun {
    match server.version() {
        Ok(_) => Ok(()),
        Err(failure @ Failure::Absent(_)) => Err(Ignored::not_installed(failure)),
        Err(failure) => panic!("{}: {failure}", server.name),
    }
}

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
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What lies in a folder, but for the folder in which each process writes down what it has started.
fn left(scratch: &Path) -> Vec<String> {
    let entries = fs::read_dir(scratch).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let left = paths.filter(|path| !is_records(path));
    left.map(|path| path.display().to_string()).collect()
}

fn is_records(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    name.starts_with("misframe-lab.")
}

/// The command lines of the processes that mention a folder.
fn processes(scratch: &Path) -> Vec<String> {
    let scratch = scratch.display().to_string();
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        fs::read(format!("/proc/{id}/cmdline")).ok()
    });
    let lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    lines.filter(|line| line.contains(&scratch)).collect()
}

fn objects(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

fn does_as_its_policy_predicts(server: &'static Server) -> TrialRun {
    needs(server)?;
    let scratch = scratch();
    let args = ["hop", "replay", "--format", "json", server.name];
    let output = misframe(scratch.path(), &args).wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let rows = objects(&output);
    let [row] = rows.as_slice() else {
        panic!("{rows:?}");
    };
    assert_eq!(row["hop"], server.name);
    let differences = row["differences"].as_array().unwrap();
    assert!(differences.is_empty(), "{differences:?}");
    // What nothing forbids shows nothing by crossing.
    assert_eq!(row["measured"][0]["rejected_upgrade"]["open"], false);
    assert_eq!(left(scratch.path()), [""; 0]);
    // The warden ends a moment after it.
    let until = Instant::now() + PATIENCE;
    while !processes(scratch.path()).is_empty() {
        assert!(Instant::now() < until, "{:?}", processes(scratch.path()));
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn the_hop_that_loses_an_upgrade_is_named() -> TrialRun {
    let route = ["haproxy-default", "nginx-default", "nginx-upgrade"];
    for server in servers()
        .iter()
        .filter(|server| route.contains(&server.name))
    {
        needs(server)?;
    }
    let scratch = scratch();
    let args = [
        &["hop", "replay", "--format", "json", "--chain"],
        route.as_slice(),
    ]
    .concat();
    let output = misframe(scratch.path(), &args).wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let lost: Vec<_> = objects(&output)
        .iter()
        .map(|row| row["lost"].clone())
        .collect();
    let none = serde_json::json!([]);
    assert_eq!(
        lost,
        [
            none.clone(),
            serde_json::json!(["Upgrade", "Connection"]),
            none
        ]
    );
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(left(scratch.path()), [""; 0]);
    Ok(())
}
