//! A scratch folder in which a command is run: confined to it, as nobody where that is possible, with limits, and in a
//! process group of its own, of which nothing is left when it ends.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::ops::RangeInclusive;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parsers::unidiff::tree::{self, Tree};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use crate::confine::{self, Confined, User, find};
use crate::live::own_scratch;
use crate::worker::remember;
use crate::{Failure, warden};

/// How long a command may take. Its time on a processor is limited more closely: others may use the machine.
const TIME: Duration = Duration::from_secs(30);
/// Seconds of a processor, KiB of memory, and blocks of 512 bytes of a file that a command may use.
const LIMITS: &str = "ulimit -t 5; ulimit -v 1048576; ulimit -f 65536; exec \"$@\"";
/// The bytes of memory in these limits.
pub(crate) const MEMORY: u64 = 1 << 30;
/// The most files that are read back.
const MOST_FILES: usize = 10_000;
/// What the folder holds besides what a command was told to change.
const OURS: &[&str] = &["0", "err", "free", "input", "out"];
/// Folders in which nothing writes, one in another, around the one in which the tree is.
const WALLS: &str = "0/0/0/0/0/0/0/0";
/// How many of them a name may climb.
const MOST_CLIMBED: usize = 6;

/// How many commands were run.
static RUNS: AtomicU64 = AtomicU64::new(0);

/// How many commands this process has run as tools.
pub fn runs() -> u64 {
    RUNS.load(Ordering::Relaxed)
}

/// A scratch folder: a tree, where the command runs, `free`, where it may write as well, and `input`. What leaves the
/// tree by `..` is caught in a jail around it, so that it can be told; further up there are walls, which also hold where
/// nothing is confined.
pub(crate) struct ScratchFolder(TempDir, Confined);

/// What a command did.
pub(crate) struct CommandOutput {
    /// Its exit code; none when it was ended by a signal.
    pub code: Option<i32>,
    /// What it printed.
    pub out: Vec<u8>,
    /// What it printed as errors.
    pub err: Vec<u8>,
}

impl ScratchFolder {
    /// One with an empty tree.
    pub fn new(input: &[u8]) -> Result<Self, Failure> {
        // Of a process that is killed, the warden removes it.
        warden::ready();
        let folder = tempfile::Builder::new()
            .prefix(&own_scratch())
            .tempdir()
            .map_err(trouble)?;
        // A link may lead to the folder of temporary files.
        let root = fs::canonicalize(folder.path()).map_err(trouble)?;
        let confined = Confined::new().reading(&root).writing(root.join("free"));
        let confined = confined.writing(root.join(WALLS).join("jail"));
        let scratch = Self(folder, confined);
        let climbs = |line: &[u8]| line.windows(3).filter(|three| three == b"../").count();
        let lines = || input.split(|byte| *byte == b'\n');
        // The kernel keeps a command that is confined from climbing, however far.
        if confine::policy().is_unconfined && lines().any(|line| climbs(line) > MOST_CLIMBED) {
            return Err(Failure::Unknown(
                "a name leads too far out of the tree to try it".to_owned(),
            ));
        }
        fs::create_dir_all(scratch.path(WALLS)).map_err(trouble)?;
        for folder in [scratch.path("free"), scratch.jail(), scratch.tree()] {
            fs::create_dir(&folder).map_err(trouble)?;
            scratch.give(&folder)?;
        }
        scratch.close(true).map_err(trouble)?;
        fs::write(scratch.path("input"), input).map_err(trouble)?;
        Ok(scratch)
    }

    /// Where the command runs.
    pub(crate) fn tree(&self) -> PathBuf {
        self.jail().join("tree")
    }

    /// The folder around the tree.
    fn jail(&self) -> PathBuf {
        self.path(WALLS).join("jail")
    }

    /// The path of a file in it, for a command.
    pub fn named(&self, name: &str) -> String {
        self.path(name).to_string_lossy().into_owned()
    }

    /// Closes the walls to all that would write there, their owner too, or opens them.
    fn close(&self, closes: bool) -> std::io::Result<()> {
        let mode = if closes { 0o555 } else { 0o755 };
        let walls = Path::new(WALLS)
            .ancestors()
            .filter(|wall| !wall.as_os_str().is_empty());
        let mut walls: Vec<PathBuf> = walls.map(|wall| self.0.path().join(wall)).collect();
        if !closes {
            walls.reverse();
        }
        walls
            .iter()
            .try_for_each(|wall| fs::set_permissions(wall, Permissions::from_mode(mode)))
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes these files into the tree. A path that leads out of it, or through a file, is left out.
    pub(crate) fn write(&self, files: &Tree) -> Result<(), Failure> {
        let root = self.tree();
        for (path, file) in files {
            let path = Path::new(OsStr::from_bytes(path));
            if !is_inside(path) {
                continue;
            }
            let mut folder = root.clone();
            let above = path.parent().unwrap_or(Path::new(""));
            for component in above.components() {
                folder.push(component);
                if fs::create_dir(&folder).is_ok() {
                    self.give(&folder)?;
                }
            }
            let path = root.join(path);
            if !folder.is_dir() || folder.is_symlink() {
                continue;
            }
            let written = match file.mode {
                tree::LINK => symlink(OsStr::from_bytes(&file.content), &path),
                _ => fs::write(&path, &file.content),
            };
            // A name may be too long, or that of a folder.
            if written.is_ok() && file.mode != tree::LINK {
                let mode = Permissions::from_mode(file.mode & 0o777);
                fs::set_permissions(&path, mode).map_err(trouble)?;
                self.give(&path)?;
            }
        }
        Ok(())
    }

    /// The files of the tree, without those in the folder that a tool keeps for itself.
    pub(crate) fn files(&self, keeps: &str) -> Result<Tree, Failure> {
        let root = self.tree();
        let mut files = Tree::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(trouble)? {
                let path = entry.map_err(trouble)?.path();
                let about = fs::symlink_metadata(&path).map_err(trouble)?;
                let name = path.strip_prefix(&root).unwrap_or(&path);
                if name == Path::new(keeps) {
                    continue;
                }
                if about.is_dir() {
                    folders.push(path);
                    continue;
                }
                let (mode, content) = if about.is_symlink() {
                    let leads = fs::read_link(&path).map_err(trouble)?;
                    (tree::LINK, leads.into_os_string().into_vec())
                } else {
                    let is_run = about.permissions().mode() & 0o100 != 0;
                    let mode = if is_run {
                        tree::EXECUTABLE
                    } else {
                        tree::ORDINARY
                    };
                    (mode, fs::read(&path).map_err(trouble)?)
                };
                let name = name.as_os_str().as_bytes().to_vec();
                files.insert(name, tree::File { mode, content });
                if files.len() > MOST_FILES {
                    return Err(Failure::Unknown("it makes too many files".to_owned()));
                }
            }
        }
        Ok(files)
    }

    /// Removes what a command has written of hunks that it rejects, in files named so after those that it patches.
    pub(crate) fn remove_rejects(&self, suffix: &str) -> Result<(), Failure> {
        let rejects = |name: &&Vec<u8>| name.ends_with(format!(".{suffix}").as_bytes());
        let files = self.files("")?;
        for name in files.keys().filter(rejects) {
            fs::remove_file(self.tree().join(OsStr::from_bytes(name))).map_err(trouble)?;
        }
        Ok(())
    }

    /// Renames a file of the tree.
    pub(crate) fn rename(&self, from: &[u8], to: &[u8]) -> Result<(), Failure> {
        let [from, to] = [from, to].map(|path| self.tree().join(OsStr::from_bytes(path)));
        fs::rename(from, to).map_err(trouble)
    }

    /// What a command has made in the folder outside the tree.
    pub(crate) fn outside(&self) -> Result<Vec<String>, Failure> {
        let mut outside = Vec::new();
        let folders: [(PathBuf, &[&str]); 2] = [(self.path("."), OURS), (self.jail(), &["tree"])];
        for (folder, ours) in folders {
            for entry in fs::read_dir(folder).map_err(trouble)? {
                let name = entry.map_err(trouble)?.file_name();
                let name = name.to_string_lossy().into_owned();
                if !ours.contains(&name.as_str()) {
                    outside.push(name);
                }
            }
        }
        outside.sort();
        Ok(outside)
    }

    /// Gives a path to the user that runs commands.
    fn give(&self, path: &Path) -> Result<(), Failure> {
        self.1.give(path).map_err(trouble)
    }

    /// The programs of these names.
    ///
    /// # Errors
    /// As [`find`].
    pub(crate) fn programs(names: &[&str]) -> Result<Vec<PathBuf>, Failure> {
        let found = names
            .iter()
            .map(|name| find(OsStr::new(name), User::confined(), []));
        found.collect()
    }

    /// Runs a command in the tree, with nothing to read.
    ///
    /// # Errors
    /// [`Failure::Absent`] when there is no such program, [`Failure::Broken`] when it cannot be run or confined,
    /// [`Failure::Hang`] when it takes too long, and [`Failure::Crash`] when a signal ends it.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<CommandOutput, Failure> {
        self.run_with(&[], program, arguments)
    }

    /// Runs a script for a shell, which runs these programs.
    ///
    /// # Errors
    /// As [`Scratch::run`].
    pub(crate) fn script(
        &self,
        programs: &[&str],
        line: &str,
        arguments: &[&str],
    ) -> Result<CommandOutput, Failure> {
        let words = ["-c", line].into_iter().chain(arguments.iter().copied());
        self.run_with(programs, "sh", &words.collect::<Vec<_>>())
    }

    fn run_with(
        &self,
        programs: &[&str],
        program: &str,
        arguments: &[&str],
    ) -> Result<CommandOutput, Failure> {
        let path = find(OsStr::new(program), self.1.user(), [])?;
        let mut confined = self.1.clone().running(&path);
        for program in Self::programs(programs)? {
            confined = confined.running(&program);
        }
        let (out, err) = (self.path("out"), self.path("err"));
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", LIMITS, "sh"])
            .arg(&path)
            .args(arguments)
            .current_dir(self.tree())
            .env_clear()
            .env("PATH", confine::search_path(self.1.user(), []))
            .envs([("LC_ALL", "C"), ("TZ", "UTC"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("HOME", "/nonexistent")])
            .envs([("HGRCPATH", "/dev/null"), ("HGPLAIN", "1")])
            .env("TMPDIR", self.path("free"))
            .env("GIT_CEILING_DIRECTORIES", self.0.path())
            .stdin(Stdio::null())
            .stdout(File::create(&out).map_err(trouble)?)
            .stderr(File::create(&err).map_err(trouble)?)
            .process_group(0);
        // No process makes anything next to the tree, its owner neither.
        let closed = Permissions::from_mode(0o555);
        fs::set_permissions(self.0.path(), closed).map_err(trouble)?;
        RUNS.fetch_add(1, Ordering::Relaxed);
        let ended = confined.spawn(&mut command).and_then(wait);
        let open = Permissions::from_mode(0o755);
        fs::set_permissions(self.0.path(), open).map_err(trouble)?;
        let code = ended?;
        let ran = CommandOutput {
            code,
            out: fs::read(out).map_err(trouble)?,
            err: fs::read(err).map_err(trouble)?,
        };
        match code {
            // What a shell says of a program that cannot be run, or is not there: it is no word of a tool.
            Some(126 | 127) => {
                let said = String::from_utf8_lossy(&ran.err);
                let last = said.lines().rev().find(|line| !line.trim().is_empty());
                let last = last.unwrap_or("without a word");
                Err(Failure::Broken(format!("{program} cannot be run: {last}")))
            }
            Some(code) if SIGNALLED.contains(&code) && code != GIT_REJECTS => {
                Err(Failure::Crash(format!("signal {}", code - 128)))
            }
            None => Err(Failure::Crash("a signal".to_owned())),
            _ => Ok(ran),
        }
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // A user other than root could not remove what is in a closed folder; what stays is in the folder of temporary files.
        let _opened = self.close(false);
    }
}

/// The exit codes of a shell for a command that a signal has ended.
const SIGNALLED: RangeInclusive<i32> = 129..=192;
/// The exit code of git for what it cannot do, and of no signal.
const GIT_REJECTS: i32 = 129;

/// Waits for a command, and ends what it has started.
fn wait(mut child: Child) -> Result<Option<i32>, Failure> {
    remember(&child, true);
    let until = Instant::now() + TIME;
    let mut pause = Duration::from_micros(200);
    let ended = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Ok(status.code()),
            Ok(None) if Instant::now() >= until => break Err(Failure::Hang),
            Ok(None) => thread::sleep(pause),
            Err(error) => break Err(trouble(error)),
        }
        pause = (pause * 2).min(Duration::from_millis(5));
    };
    // All of the group may have ended.
    let _ended = kill_process_group(Pid::from_child(&child), Signal::KILL);
    if ended.is_err() {
        let _waited = child.wait();
    }
    remember(&child, false);
    ended
}

/// Whether a path leads to a place below where it starts.
pub(crate) fn is_inside(path: &Path) -> bool {
    let mut components = path.components();
    let is_plain = |component: Component<'_>| matches!(component, Component::Normal(_));
    path.as_os_str().len() < 1000
        && !path.as_os_str().as_bytes().contains(&0)
        && components.clone().next().is_some()
        && components.all(is_plain)
}

fn trouble(error: std::io::Error) -> Failure {
    Failure::Unknown(format!("its scratch folder cannot be used: {error}"))
}
