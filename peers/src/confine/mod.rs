//! Confinement: the only place that starts programs of others.
//!
//! What a program reads here is hostile, and it may do what the bytes tell it to: GNU patch creates, empties and deletes
//! whatever file a patch names. So each program is confined by the kernel (Landlock) to its scratch folder, whatever it is
//! told, and runs as the user `nobody` where this process runs as root.

#[cfg(target_os = "linux")]
mod kernel;
mod prepared;
mod program;
mod version;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Failure, worker};

pub(crate) use prepared::Prepared;
pub(crate) use program::search_path;
pub use program::{User, find};
pub(crate) use version::version_in;

/// The user and the group `nobody`.
const NOBODY: u32 = 65534;

/// Whether nothing is confined.
static IS_LIFTED: AtomicBool = AtomicBool::new(false);
/// Whether commands of the user's are not confined.
static TRUSTS_COMMANDS: AtomicBool = AtomicBool::new(false);

/// What this process confines. It is set once, by the command line, before anything is started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConfinementPolicy {
    /// Confine nothing, not even where the kernel could.
    pub is_unconfined: bool,
    /// Do not confine the commands that the user names.
    pub trusts_commands: bool,
}

impl ConfinementPolicy {
    /// The arguments that hand this on to another `misframe`.
    pub fn arguments(self) -> impl Iterator<Item = &'static str> {
        let flags = [
            (self.is_unconfined, "--unconfined"),
            (self.trusts_commands, "--trust-peer"),
        ];
        let given = flags.into_iter().filter(|(is_given, _)| *is_given);
        given.map(|(_, flag)| flag)
    }
}

/// Sets what this process confines.
pub fn set(policy: ConfinementPolicy) {
    IS_LIFTED.store(policy.is_unconfined, Ordering::Release);
    TRUSTS_COMMANDS.store(policy.trusts_commands, Ordering::Release);
}

/// What this process confines.
pub fn policy() -> ConfinementPolicy {
    ConfinementPolicy {
        is_unconfined: IS_LIFTED.load(Ordering::Acquire),
        trusts_commands: TRUSTS_COMMANDS.load(Ordering::Acquire),
    }
}

/// Whether the kernel can confine programs.
///
/// # Errors
/// [`Failure::Broken`], with the reason.
pub(crate) fn support() -> Result<(), Failure> {
    #[cfg(target_os = "linux")]
    return kernel::support().map_err(Failure::Broken);
    #[cfg(not(target_os = "linux"))]
    Err(Failure::Broken("this kernel has no Landlock".to_owned()))
}

/// What a program may do over TCP. Only tools and workers are kept from other sockets too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// Nothing; it makes no socket of any kind either.
    #[default]
    None,
    /// Listen on the first ports and connect to the second ones, whatever the address.
    Ports(Vec<u16>, Vec<u16>),
    /// Everything.
    All,
}

/// What a program may do.
#[derive(Clone, Debug)]
pub(crate) struct Confined {
    user: User,
    is_lifted: bool,
    reads: BTreeSet<PathBuf>,
    writes: BTreeSet<PathBuf>,
    network: Network,
}

impl Default for Confined {
    fn default() -> Self {
        Self {
            user: User::confined(),
            is_lifted: policy().is_unconfined,
            reads: worker::installed().into_iter().collect(),
            writes: BTreeSet::new(),
            network: Network::None,
        }
    }
}

impl Confined {
    /// It runs as nobody where this process is root. It reads and runs what the system and the installed peers have, and
    /// may do nothing else.
    pub fn new() -> Self {
        Self::default()
    }

    /// A command of the user's: it runs as the user of misframe, may use the network, and also reads the current folder and
    /// the files that its words name, with the folders in which they lie. Neither is the home folder, nor one above it.
    pub fn of_command(words: &[OsString]) -> Self {
        let policy = policy();
        let named = words.iter().map(Path::new);
        let is_all = |path: &Path| path.is_dir() && program::is_shared(path);
        let named = named.filter(|path| path.exists() && !is_all(path));
        let folders = named.clone().filter_map(Path::parent);
        let here = std::env::current_dir().ok();
        let folders = folders.map(|folder| match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        });
        let folders = folders.chain(here.as_deref());
        let folders = folders.filter(|folder| !program::is_shared(folder));
        let reads = named.chain(folders).map(Path::to_path_buf);
        let mut confined = Self {
            user: User::Caller,
            is_lifted: policy.is_unconfined || policy.trusts_commands,
            network: Network::All,
            ..Self::new()
        };
        confined.reads.extend(reads);
        confined
    }

    /// It reads, and runs, what lies below this path too.
    pub fn reading(mut self, path: impl Into<PathBuf>) -> Self {
        self.reads.insert(path.into());
        self
    }

    /// It reads and writes what lies below this path too.
    pub(crate) fn writing(mut self, path: impl Into<PathBuf>) -> Self {
        self.writes.insert(path.into());
        self
    }

    /// It may do this over the network.
    pub(crate) fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// It runs as the user of this process, though that may be root.
    pub(crate) fn with_caller(mut self) -> Self {
        self.user = User::Caller;
        self
    }

    /// It reads the folders that belong to this program, and that are no part of the system.
    pub fn running(mut self, program: &Path) -> Self {
        self.reads.extend(program::installation(program));
        self
    }

    /// The user that runs it.
    pub(crate) fn user(&self) -> User {
        self.user
    }

    /// Gives a path to the user that runs it.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn give(&self, path: &Path) -> std::io::Result<()> {
        match self.user {
            User::Nobody => chown(path, Some(NOBODY), Some(NOBODY)),
            User::Caller => Ok(()),
        }
    }

    /// Starts a command.
    ///
    /// # Errors
    /// [`Failure::Broken`] when the kernel cannot confine it, or when it cannot be started.
    pub(crate) fn spawn(&self, command: &mut Command) -> Result<Child, Failure> {
        if self.user == User::Nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        let spawned = match self.is_lifted {
            true => command.spawn(),
            false => self.spawn_confined(command)?,
        };
        spawned.map_err(|error| {
            let program = command.get_program().to_string_lossy();
            Failure::Broken(format!("{program} cannot be started: {error}"))
        })
    }

    #[cfg(target_os = "linux")]
    fn spawn_confined(&self, command: &mut Command) -> Result<std::io::Result<Child>, Failure> {
        support()?;
        // Landlock confines the thread that asks for it, and what that thread starts, for good. So a thread is made for
        // each program, which ends when the program has been started: the others of this process stay as they are. To do
        // it between fork and exec instead would need `unsafe`.
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                kernel::restrict(&self.reads, &self.writes, &self.network)?;
                Ok(command.spawn())
            });
            let spawned = thread.join().unwrap_or_else(|_| Err("a panic".to_owned()));
            spawned.map_err(|why| Failure::Broken(format!("it cannot be confined: {why}")))
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn spawn_confined(&self, _: &mut Command) -> Result<std::io::Result<Child>, Failure> {
        Err(support()
            .err()
            .unwrap_or_else(|| Failure::Broken(String::new())))
    }

    /// Runs a program that tells its version, with nothing but these words, to its end.
    ///
    /// # Errors
    /// [`Failure::Broken`] when it ends with another exit code than 0, or tells none.
    pub(crate) fn version_of(self, program: &Path, words: &[&str]) -> Result<String, Failure> {
        let broken = |why: &str| Failure::Broken(format!("{}: {why}", program.display()));
        let mut command = Command::new(program);
        command
            .args(words)
            .env("PATH", search_path(self.user, []))
            .env("HOME", "/nonexistent")
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = self.running(program).spawn(&mut command)?;
        let said = child.wait_with_output();
        let Output { status, stdout, .. } = said.map_err(|error| broken(&error.to_string()))?;
        if !status.success() {
            return Err(broken(&format!("it tells no version: {status}")));
        }
        let said = String::from_utf8_lossy(&stdout);
        version_in(&said).ok_or_else(|| broken("it tells no version"))
    }
}

#[cfg(test)]
mod tests;
