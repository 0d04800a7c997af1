//! A hunt that is interrupted, in a terminal of its own and without one: it ends as documented, nothing is left that says
//! nothing, and each finding is whole.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;
use trials::{TrialRun, needs, trials};

fn main() -> ExitCode {
    trials::run(trials![
        ctrl_c_in_a_terminal,
        ctrl_c_twice_ends_at_once,
        a_terminal_that_is_closed,
        other_signals_that_ask_a_process_to_end,
        the_next_hunt_cleans_up_after_one_that_was_killed,
        of_two_hunts_in_one_folder_the_second_says_that_there_is_another,
        imports_at_the_same_time_lose_no_case,
    ])
}

/// How long something is waited for that has to come.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(10);
/// When hunts are interrupted: at once, while the workers begin, and while they find much.
const DELAYS: [u64; 4] = [0, 60, 400, 1500];

fn hunt(folder: &Path, seconds: &str) -> Vec<String> {
    let out = folder.join("out").display().to_string();
    let words = [
        "hunt",
        "--from-nothing",
        "--hypothetical",
        "--seconds",
        seconds,
        "--out",
        &out,
    ];
    words.map(str::to_owned).to_vec()
}

/// A folder for findings, and one for temporary files.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("tmp")).unwrap();
    folder
}

/// A hunt in a terminal of its own, and the other end of that.
fn in_terminal(folder: &Path) -> (Child, File) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let side = || {
        let mut options = File::options();
        options.read(true).write(true);
        options.open(name.to_str().unwrap()).unwrap()
    };
    let child = Command::new("setsid")
        .args(["--ctty", env!("CARGO_BIN_EXE_misframe")])
        .args(hunt(folder, "600"))
        .env("TMPDIR", folder.join("tmp"))
        .stdin(side())
        .stdout(side())
        .stderr(side())
        .spawn()
        .unwrap();
    let terminal = File::from(terminal);
    let mut said = terminal.try_clone().unwrap();
    // A reader that does not read holds up the writer.
    thread::spawn(move || while matches!(said.read(&mut [0; 4096]), Ok(1..)) {});
    (child, terminal)
}

/// A hunt without a terminal.
fn without_terminal(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_misframe"))
        .args(hunt(folder, "600"))
        .env("TMPDIR", folder.join("tmp"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(LOOK);
    }
}

/// Waits until the hunt can be interrupted: its handler is set before it makes anything.
fn wait_until_it_runs(folder: &Path) {
    wait_for("no hunt has begun", || folder.join("out/.lock").exists());
}

/// Whether a process runs whose command line names the folder.
fn is_running(folder: &Path) -> bool {
    let folder = folder.display().to_string();
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let mut lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.any(|line| String::from_utf8_lossy(&line).contains(&folder))
}

fn kill(signal: &str, id: u32) {
    let signal = match signal {
        "-INT" => Signal::INT,
        "-HUP" => Signal::HUP,
        _ => Signal::TERM,
    };
    let pid = Pid::from_raw(id.cast_signed()).unwrap();
    kill_process(pid, signal).unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path().is_dir() {
            true => files.extend(self::files(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files
}

/// What is wrong with what a hunt has left.
fn faults(folder: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files(&folder.join("out")) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let is_alone = match name.strip_suffix(".snap.new") {
            Some(case) => !file.with_file_name(format!("{case}.toml")).exists(),
            None => {
                let snapshot = file.with_extension("snap.new");
                let is_case = name.ends_with(".toml");
                is_case && !snapshot.exists()
            }
        };
        let is_leftover = ["fatal-", ".", "worker-"];
        if is_alone || is_leftover.iter().any(|prefix| name.starts_with(prefix)) {
            faults.push(name);
        }
    }
    for entry in fs::read_dir(folder.join("tmp")).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // The folder in which processes write down what they have started.
        let is_records = name.starts_with("misframe-lab.");
        if !is_records || fs::read_dir(entry.path()).unwrap().next().is_some() {
            faults.push(name);
        }
    }
    faults
}

fn nothing_is_left(folder: &Path, what: &str) {
    wait_for("processes are left", || !is_running(folder));
    // The scratch folders of a process that was killed are removed a moment later.
    let mut left = Vec::new();
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        left = faults(folder);
        if left.is_empty() {
            return;
        }
        thread::sleep(LOOK);
    }
    assert_eq!(left, Vec::<String>::new(), "{what}");
}

fn ctrl_c_in_a_terminal() -> TrialRun {
    needs(&["setsid"])?;
    for delay in DELAYS {
        let folder = folder();
        let (mut child, mut terminal) = in_terminal(folder.path());
        wait_until_it_runs(folder.path());
        thread::sleep(Duration::from_millis(delay));
        terminal.write_all(b"\x03").unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "after {delay} ms");
        nothing_is_left(folder.path(), &format!("after {delay} ms"));
    }
    Ok(())
}

fn ctrl_c_twice_ends_at_once() -> TrialRun {
    needs(&["setsid"])?;
    for delay in DELAYS {
        let folder = folder();
        let (mut child, mut terminal) = in_terminal(folder.path());
        wait_until_it_runs(folder.path());
        thread::sleep(Duration::from_millis(delay));
        terminal.write_all(b"\x03").unwrap();
        thread::sleep(Duration::from_millis(50));
        terminal.write_all(b"\x03").unwrap();
        // It may have ended when the second one comes.
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 130)), "{code:?} after {delay} ms");
        nothing_is_left(folder.path(), &format!("after {delay} ms"));
    }
    Ok(())
}

fn a_terminal_that_is_closed() -> TrialRun {
    needs(&["setsid"])?;
    let folder = folder();
    let (mut child, terminal) = in_terminal(folder.path());
    wait_until_it_runs(folder.path());
    thread::sleep(Duration::from_millis(400));
    // Its reader holds a copy.
    kill("-HUP", child.id());
    drop(terminal);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    nothing_is_left(folder.path(), "the terminal is closed");
    Ok(())
}

fn other_signals_that_ask_a_process_to_end() {
    for (signal, delay) in ["-TERM", "-HUP", "-INT", "-TERM"].into_iter().zip(DELAYS) {
        let folder = folder();
        let mut child = without_terminal(folder.path());
        wait_until_it_runs(folder.path());
        thread::sleep(Duration::from_millis(delay));
        kill(signal, child.id());
        let what = format!("{signal} after {delay} ms");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{what}");
        nothing_is_left(folder.path(), &what);
    }
}

/// One hunt that ends by itself.
fn ended(folder: &Path, seconds: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_misframe"))
        .args(hunt(folder, seconds))
        .env("TMPDIR", folder.join("tmp"))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn the_next_hunt_cleans_up_after_one_that_was_killed() {
    for delay in DELAYS {
        let folder = folder();
        let mut child = without_terminal(folder.path());
        wait_until_it_runs(folder.path());
        thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        wait_for("workers are left", || !is_running(folder.path()));
        // What a worker leaves that was killed as well.
        let out = folder.path().join("out");
        let dead = i32::MAX - 1;
        fs::create_dir_all(out.join("http1-request")).unwrap();
        let names = [
            format!(".judged-{dead}"),
            format!("http1-request/.unfinished-{dead}-x"),
            "http1-request/hunt-alone.snap.new".to_owned(),
        ];
        for name in names {
            fs::write(out.join(name), "x").unwrap();
        }
        let output = ended(folder.path(), "0");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        nothing_is_left(folder.path(), &format!("after {delay} ms"));
    }
}

fn of_two_hunts_in_one_folder_the_second_says_that_there_is_another() {
    let folder = folder();
    let mut first = without_terminal(folder.path());
    wait_until_it_runs(folder.path());
    let id = format!("(process {})", first.id());
    let mut said = String::new();
    wait_for("the first one does not say which process it is", || {
        let output = ended(folder.path(), "0");
        assert_eq!(output.status.code(), Some(2));
        said = String::from_utf8(output.stderr).unwrap();
        said.contains(&id)
    });
    assert!(said.contains("another hunt writes to "), "{said}");
    kill("-TERM", first.id());
    assert_eq!(first.wait().unwrap().code(), Some(0));
    nothing_is_left(folder.path(), "two hunts");
}

fn imports_at_the_same_time_lose_no_case() {
    let folder = folder();
    let out = folder.path().join("out");
    let mut children = Vec::new();
    for nth in 0..6 {
        let input = folder.path().join(format!("{nth}.req"));
        // Each of a shape of its own.
        let method = ["GET", "HEAD", "PUT", "TRACE", "OPTIONS", "DELETE"];
        let method = method.get(nth).unwrap();
        fs::write(&input, format!("{method} /a HTTP/1.1\r\nHost: a\r\n\r\n")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_misframe"));
        command.arg("import").arg("--out").arg(&out).arg(input);
        children.push(command.stdout(Stdio::piped()).spawn().unwrap());
    }
    let mut written = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        written += text.lines().filter(|line| line.ends_with(".toml")).count();
    }
    let files = files(&out);
    assert_eq!(files.len(), written, "{files:?}");
    assert!(written > 1, "{files:?}");
}
