//! The process groups that run: each can be ended by its id, from here, on Ctrl-C and by another process.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getuid, kill_process, kill_process_group};
use tempfile::TempDir;

use crate::confine::Confined;
use crate::{Failure, warden};

/// The most memory that the processes of a group may hold together, in bytes.
const MEMORY: u64 = 2 << 30;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How long a group is given to end by itself.
const GRACE: Duration = Duration::from_millis(800);
/// How long the command that started servers is given to end them.
const COMMAND_GRACE: Duration = Duration::from_secs(10);
/// How the names of all scratch folders begin.
const SCRATCH: &str = "misframe-lab-";

/// A group that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessGroup {
    /// Its id, which is that of its first process.
    pub id: i32,
    /// When its first process started, in the kernel's ticks.
    pub started: u64,
    /// The name of the server.
    pub name: String,
    /// Where it listens.
    pub port: u16,
    /// Its scratch folder.
    pub scratch: PathBuf,
}

static RUNNING: Mutex<BTreeMap<i32, ProcessGroup>> = Mutex::new(BTreeMap::new());

/// Whether everything is being ended: nothing is started any more.
static IS_ENDING: AtomicBool = AtomicBool::new(false);

fn is_ending() -> io::Result<()> {
    match IS_ENDING.load(Ordering::Acquire) {
        true => Err(io::Error::other("everything is being ended")),
        false => Ok(()),
    }
}

/// Waits for the end of the process, if everything is being ended: what follows would be about servers that are gone.
pub fn wait_if_ending() {
    while is_ending().is_err() {
        thread::park();
    }
}

/// Starts a command in a group of its own, and keeps that in mind until it is [forgotten](forget). Whoever ends
/// everything meanwhile ends this too, or it is not started.
///
/// # Errors
/// [`Failure::Broken`] when it cannot be started.
pub(crate) fn spawn(
    confined: &Confined,
    command: &mut Command,
    name: &str,
    port: u16,
    scratch: &Path,
) -> Result<Child, Failure> {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    is_ending().map_err(|error| Failure::Broken(error.to_string()))?;
    warden::ready();
    let child = confined.spawn(command)?;
    warden::keep(child.id());
    let id = i32::try_from(child.id()).unwrap_or(0);
    let group = ProcessGroup {
        id,
        started: started(id).unwrap_or(0),
        name: name.to_owned(),
        port,
        scratch: scratch.to_owned(),
    };
    running.insert(id, group);
    write(&running);
    drop(running);
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        thread::spawn(watch);
    });
    Ok(child)
}

/// A scratch folder, which is removed when everything is ended.
///
/// # Errors
/// Those of the file system.
pub(crate) fn scratch() -> io::Result<TempDir> {
    let _running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    is_ending()?;
    tempfile::Builder::new().prefix(&own_scratch()).tempdir()
}

/// How the names of the scratch folders of this process begin.
pub(crate) fn own_scratch() -> String {
    format!("{SCRATCH}{}-", std::process::id())
}

/// The group has been ended.
pub fn forget(id: u32) {
    warden::release(id);
    let Ok(id) = i32::try_from(id) else { return };
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.remove(&id);
    write(&running);
}

/// Ends every group of this process and removes what it has written, for a command that is interrupted.
pub fn end_all() {
    IS_ENDING.store(true, Ordering::Release);
    let groups = std::mem::take(&mut *RUNNING.lock().unwrap_or_else(PoisonError::into_inner));
    end(groups.values());
    // Those that were made for something that was not started any more.
    let folders = fs::read_dir(std::env::temp_dir()).into_iter().flatten();
    for folder in folders.flatten() {
        if folder
            .file_name()
            .to_string_lossy()
            .starts_with(&own_scratch())
        {
            remove(&folder.path());
        }
    }
    if let Some(file) = own_record() {
        // It is there only if something was started.
        let _ = fs::remove_file(file);
    }
}

fn end<'g>(groups: impl Iterator<Item = &'g ProcessGroup> + Clone) {
    for group in groups.clone() {
        signal(group.id, Signal::TERM);
    }
    wait(groups.clone().map(|group| group.id));
    for group in groups.clone() {
        signal(group.id, Signal::KILL);
    }
    // A killed process is gone in a moment, and writes nothing more.
    wait(groups.clone().map(|group| group.id));
    for group in groups {
        remove(&group.scratch);
    }
}

/// Waits until none of these groups runs, for as long as a group is given to end by itself.
fn wait(groups: impl Iterator<Item = i32> + Clone) {
    let until = Instant::now() + GRACE;
    while groups.clone().any(is_running) && Instant::now() < until {
        thread::sleep(Duration::from_millis(10));
    }
}

/// Ends one group: asks it to, then does it.
pub(crate) fn end_one(id: u32) {
    let Ok(id) = i32::try_from(id) else { return };
    signal(id, Signal::TERM);
    wait(std::iter::once(id));
    signal(id, Signal::KILL);
}

fn signal(group: i32, signal: Signal) {
    if let Some(group) = Pid::from_raw(group) {
        // One that has ended already is as it should be.
        let _ended = kill_process_group(group, signal);
    }
}

/// Removes a folder, if it is one of ours.
fn remove(scratch: &Path) {
    let name = scratch.file_name().map(|name| name.to_string_lossy());
    if name.is_some_and(|name| name.starts_with(SCRATCH)) {
        // A process that is being ended may write to it for a moment.
        for _ in 0..3 {
            if fs::remove_dir_all(scratch).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// One line of `/proc/PID/stat`: the group, the state, the start and the resident pages of a process.
struct Process {
    group: i32,
    state: char,
    started: u64,
    pages: u64,
}

fn process(id: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name before it may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let words: Vec<_> = rest.split_whitespace().collect();
    Some(Process {
        state: words.first()?.chars().next()?,
        group: words.get(2)?.parse().ok()?,
        started: words.get(19)?.parse().ok()?,
        pages: words.get(21)?.parse().ok()?,
    })
}

fn processes() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| process(entry.file_name().to_str()?.parse().ok()?))
}

fn started(id: i32) -> Option<u64> {
    process(id).map(|process| process.started)
}

/// Whether a process of this group runs.
pub(crate) fn is_running(group: i32) -> bool {
    processes().any(|process| process.group == group && process.state != 'Z')
}

/// Ends each group that holds too much memory.
fn watch() {
    let page = rustix::param::page_size() as u64;
    loop {
        thread::sleep(LOOK);
        let mut held: BTreeMap<i32, u64> = BTreeMap::new();
        let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        for process in processes().filter(|process| running.contains_key(&process.group)) {
            *held.entry(process.group).or_default() += process.pages * page;
        }
        for (group, _) in held.into_iter().filter(|(_, bytes)| *bytes > MEMORY) {
            signal(group, Signal::KILL);
        }
    }
}

/// The folder in which each process of this user keeps what it has started.
fn folder() -> Option<PathBuf> {
    let user = getuid().as_raw();
    let folder = std::env::temp_dir().join(format!("misframe-lab.{user}"));
    // It may be there.
    let _ = fs::DirBuilder::new().mode(0o700).create(&folder);
    let about = fs::symlink_metadata(&folder).ok()?;
    (about.is_dir() && about.uid() == user).then_some(folder)
}

/// Where this process writes down what it has started.
pub(crate) fn own_record() -> Option<PathBuf> {
    folder().map(|folder| folder.join(std::process::id().to_string()))
}

/// Writes down what runs, so that another process can end it.
fn write(running: &BTreeMap<i32, ProcessGroup>) {
    let Some(file) = own_record() else { return };
    if running.is_empty() {
        // It is there only if something was started.
        let _ = fs::remove_file(file);
        return;
    }
    let own = i32::try_from(std::process::id()).unwrap_or(0);
    let mut text = format!("{}\n", started(own).unwrap_or(0));
    for group in running.values() {
        let ProcessGroup {
            id,
            started,
            name,
            port,
            scratch,
        } = group;
        let scratch = scratch.display();
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{id} {started} {port} {name} {scratch}");
    }
    // Without it, only `lab down` is missing something.
    let _ = fs::write(file, text);
}

/// What a process of this user has started.
#[derive(Debug)]
struct Record {
    file: PathBuf,
    owner: i32,
    owner_started: u64,
    groups: Vec<ProcessGroup>,
}

fn records() -> Vec<Record> {
    let entries = folder().and_then(|folder| fs::read_dir(folder).ok());
    let entries = entries.into_iter().flatten().flatten();
    let mut records: Vec<_> = entries.filter_map(|entry| record(&entry.path())).collect();
    records.sort_by_key(|record| record.owner);
    records
}

fn record(file: &Path) -> Option<Record> {
    let owner = file.file_name()?.to_str()?.parse().ok()?;
    let text = fs::read_to_string(file).ok()?;
    let mut lines = text.lines();
    let owner_started = lines.next()?.parse().ok()?;
    let groups = lines.filter_map(|line| {
        let mut words = line.splitn(5, ' ');
        Some(ProcessGroup {
            id: words.next()?.parse().ok()?,
            started: words.next()?.parse().ok()?,
            port: words.next()?.parse().ok()?,
            name: words.next()?.to_owned(),
            scratch: PathBuf::from(words.next()?),
        })
    });
    Some(Record {
        file: file.to_owned(),
        owner,
        owner_started,
        groups: groups.collect(),
    })
}

/// Whether it is the group that was started, and not another one to which its id was given.
fn is_same(group: &ProcessGroup) -> bool {
    let is_later = |process: &Process| process.started >= group.started;
    match started(group.id) {
        Some(started) => started == group.started,
        None => processes().any(|process| process.group == group.id && is_later(&process)),
    }
}

/// What any process of this user has started and still runs.
pub fn running() -> Vec<ProcessGroup> {
    let groups = records().into_iter().flat_map(|record| record.groups);
    let running = groups.filter(|group| is_same(group) && is_running(group.id));
    running.collect()
}

/// Ends whatever any process of this user has started, and tells what was running.
pub fn down() -> Vec<ProcessGroup> {
    let running = running();
    for record in records() {
        let runs = || started(record.owner) == Some(record.owner_started);
        if let Some(owner) = Pid::from_raw(record.owner).filter(|_| runs()) {
            // It ends what it has started.
            let _gone = kill_process(owner, Signal::TERM);
            let until = Instant::now() + COMMAND_GRACE;
            while runs() && record.file.exists() && Instant::now() < until {
                thread::sleep(Duration::from_millis(20));
            }
        }
        end(record.groups.iter().filter(|group| is_same(group)));
        record
            .groups
            .iter()
            .for_each(|group| remove(&group.scratch));
        // Its owner may have removed it.
        let _ = fs::remove_file(&record.file);
    }
    running
}
