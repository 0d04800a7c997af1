//! Patches made to exhaust or to escape, in the hands of every peer that reads patches: what is outside the scratch tree
//! stays as it is, memory of ours is bounded, no process is left running, and each peer answers again afterwards.
//!
//! Time is not asserted: a tool is ended by its limits, or this does not end.

// A panic is how a test fails, and so is an index that is out of bounds.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use corpus::intent;
use parsers::unidiff::UNIFIED;
use parsers::unidiff::tree::{File, Tree};
use peers::{About, PEERS, Pieces, Tier};
use reports::judge::ask::{PeerChoice, Peers};
use trials::{TrialRun, of_each, trials};

mod open;

use open::open;

fn main() -> ExitCode {
    let peers = PEERS.iter().filter(|about| *about.family == UNIFIED);
    let peers = peers.map(|about| (about.name, *about));
    let groups = [
        trials![a_line_of_a_gigabyte_is_read_in_bounded_memory],
        of_each("outlives_what_is_hostile", peers, outlives_what_is_hostile),
        // The last to begin.
        trials![nobody_is_left_running],
    ];
    trials::run_at_a_time(AT_A_TIME, groups.into_iter().flatten().collect())
}

/// Bytes of memory of ours for each byte of an input: what a worker gets and answers is held as text.
const MEMORY: u64 = 200;
/// How many peers are asked at a time: most of the time goes by in waiting for one that has to be ended.
const AT_A_TIME: usize = 4;
/// Bytes of memory of ours for any input.
const SPARE: u64 = 64 << 20;

/// What is asked of each peer: patches of many or of large pieces, and, with the paths put in, those that lead outside.
fn hostile(canary: &Path) -> Vec<(&'static str, Vec<u8>)> {
    let header = "--- a/a.txt\n+++ b/a.txt\n";
    let canary = canary.display();
    let many = |front: &str, piece: &str, times: usize| [front, &piece.repeat(times)].concat();
    let texts = vec![
        (
            "counts of 2^64",
            format!("{header}@@ -1,18446744073709551616 +1,18446744073709551619 @@\n a\n"),
        ),
        (
            "counts of 2^64 less one",
            format!("{header}@@ -1,18446744073709551615 +1,18446744073709551615 @@\n a\n+b\n"),
        ),
        (
            "counts of 2^32",
            format!("{header}@@ -1,4294967296 +1,4294967297 @@\n a\n+b\n"),
        ),
        (
            "a line number of 2^64",
            format!("{header}@@ -18446744073709551616 +18446744073709551616 @@\n-a\n+b\n"),
        ),
        (
            "a million empty hunks",
            many(header, "@@ -1,0 +1,0 @@\n", 1_000_000),
        ),
        (
            "many headers",
            many("", "--- a/a.txt\n+++ b/a.txt\n", 20_000),
        ),
        (
            "a long line",
            format!("{header}@@ -1 +1 @@\n-a\n+{}\n", "x".repeat(8 << 20)),
        ),
        (
            "a long name",
            format!(
                "--- a/{0}\n+++ b/{0}\n@@ -0,0 +1 @@\n+x\n",
                "x".repeat(1 << 20)
            ),
        ),
        (
            "a name that climbs",
            "--- /dev/null\n+++ b/../../../canary\n@@ -0,0 +1 @@\n+EVIL\n".to_owned(),
        ),
        (
            "a name that climbs after a folder",
            "--- a/x/../../../../canary\n+++ b/x/../../../../canary\n@@ -1 +1 @@\n-quiet\n+EVIL\n"
                .to_owned(),
        ),
        (
            "an absolute name",
            format!("--- {canary}\n+++ {canary}\n@@ -1 +1 @@\n-quiet\n+EVIL\n"),
        ),
        (
            "an absolute name of a new file",
            format!("--- /dev/null\n+++ {canary}.new\n@@ -0,0 +1 @@\n+EVIL\n"),
        ),
        (
            "an absolute name of a header that renames",
            format!(
                "diff --git a/a.txt b/{canary}\nsimilarity index 100%\nrename from a.txt\nrename to {canary}\n"
            ),
        ),
        (
            "a link, and a file through it",
            format!(
                "diff --git a/ln b/ln\nnew file mode 120000\n--- /dev/null\n+++ b/ln\n@@ -0,0 +1 @@\n+{}\n\
                 \\ No newline at end of file\ndiff --git a/ln/canary b/ln/canary\n--- a/ln/canary\n\
                 +++ b/ln/canary\n@@ -1 +1 @@\n-quiet\n+EVIL\n",
                Path::new(&canary.to_string()).parent().unwrap().display()
            ),
        ),
        (
            "a script for ed that runs a command",
            format!("Index: b/a.txt\n1c\n!echo EVIL >{canary}\n.\n"),
        ),
        (
            "a script for ed that writes a file",
            format!("--- a/a.txt\n+++ b/a.txt\n1c\nEVIL\n.\nw {canary}\n"),
        ),
    ];
    let bytes = texts.into_iter();
    bytes
        .map(|(name, text)| (name, text.into_bytes()))
        .collect()
}

/// Processes that this one has started and not waited for, but for the warden, which ends when this one does.
fn children() -> Vec<String> {
    let ours = std::process::id().to_string();
    let is_warden = |task: &fs::DirEntry| {
        let line = fs::read(task.path().join("cmdline")).unwrap_or_default();
        line.ends_with(b"\0warden\0")
    };
    let tasks = fs::read_dir("/proc").unwrap().flatten();
    let tasks = tasks.filter(|task| !is_warden(task));
    let stats = tasks.filter_map(|task| fs::read_to_string(task.path().join("stat")).ok());
    stats
        .filter(|stat| {
            let after = stat.rsplit(')').next().unwrap_or("");
            after.split_whitespace().nth(1) == Some(&ours)
        })
        .collect()
}

/// How many peers are being asked.
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// Holds [`ASKED`] up by one.
struct Asking;

impl Asking {
    fn begin() -> Self {
        ASKED.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        ASKED.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A peer that is asked all of it answers afterwards, and nothing outside its scratch folder is touched.
fn outlives_what_is_hostile(about: &'static About) -> TrialRun {
    let _asking = Asking::begin();
    drop(open(about)?);
    let folder = tempfile::tempdir().unwrap();
    let canary = folder.path().join("canary");
    fs::write(&canary, "quiet\n").unwrap();
    let tree: Tree = [(b"a.txt".to_vec(), File::ordinary("a\n"))].into();
    let mut peers = Peers::open(&UNIFIED, &[PeerChoice::Known(about)]);
    let name = peers.names().next().map(str::to_owned).unwrap();
    let mut bad = Vec::new();
    for (what, patch) in &hostile(&canary) {
        let mut read = false;
        let asked = allocation_counter::measure(|| {
            // That there is no reading is a result.
            let _seen = peers.ask_one(&name, patch, Pieces::One);
            if let Some(Ok(built)) = peers.build_one(&name, &tree, patch) {
                read = built.tree.values().any(|file| file.content == b"quiet\n");
            }
        });
        if read {
            bad.push(format!("{name}, {what}: the canary was read"));
        }
        let most = MEMORY * patch.len() as u64 + SPARE;
        // What is linked takes as much as it likes.
        if about.tier() != Tier::Linked && asked.bytes_max > most {
            bad.push(format!("{name}, {what}: {} bytes", asked.bytes_max));
        }
        if fs::read(&canary).unwrap() != b"quiet\n" {
            bad.push(format!("{name}, {what}: the canary is touched"));
            fs::write(&canary, "quiet\n").unwrap();
        }
    }
    let all = intent::examples();
    let plain = all.iter().find(|commit| commit.name == "plain").unwrap();
    let built = peers.build_one(&name, &plain.before, &plain.mail());
    let seen = peers.ask_one(&name, &plain.mail(), Pieces::One);
    if built.is_none_or(|built| built.is_err()) && seen.is_none() {
        bad.push(format!("{name} answers no more"));
    }
    if fs::read_dir(folder.path()).unwrap().count() != 1 {
        bad.push(format!("{name}: there are files beside the canary"));
    }
    assert!(bad.is_empty(), "\n{}\n", bad.join("\n"));
    Ok(())
}

/// Waits for the peers that are asked at the same time.
fn nobody_is_left_running() {
    while ASKED.load(Ordering::SeqCst) > 0 {
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(children(), [""; 0]);
}

/// A gigabyte is read in no more than it takes, and a file that is longer not at all.
fn a_line_of_a_gigabyte_is_read_in_bounded_memory() {
    const LINE: u64 = 1_000_000_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.patch");
    let mut file = fs::File::create(&path).unwrap();
    let front = &b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+"[..];
    let line = front.chain(io::repeat(b'x').take(LINE)).chain(&b"\n"[..]);
    io::copy(&mut { line }, &mut file).unwrap();
    let check = || {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let path = path.to_str().unwrap();
        let arguments = ["misframe", "check", path].map(Into::into);
        let code = cli::run(arguments, &mut out, &mut err, false);
        let text = [out, err].concat();
        (format!("{code:?}"), String::from_utf8(text).unwrap())
    };
    let mut told = (String::new(), String::new());
    let asked = allocation_counter::measure(|| told = check());
    assert_eq!(
        told.0,
        format!("{:?}", std::process::ExitCode::SUCCESS),
        "{}",
        told.1
    );
    assert!(
        asked.bytes_max < LINE + LINE / 4,
        "{} bytes",
        asked.bytes_max
    );
    file.set_len(LINE * 2).unwrap();
    let asked = allocation_counter::measure(|| told = check());
    assert_eq!(
        told.0,
        format!("{:?}", std::process::ExitCode::from(2)),
        "{}",
        told.1
    );
    assert!(asked.bytes_max < LINE / 100, "{} bytes", asked.bytes_max);
}
