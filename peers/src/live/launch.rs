//! Starting a server, and ending it with all that it has started.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::client::{self, Timeouts};
use super::groups;
use super::server::{SOURCES, Server};
use crate::confine::{Confined, Network, User, find, policy, search_path, version_in};
use crate::{Failure, worker};

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(20);
/// How long the command may take that tells a version.
const VERSION: Duration = Duration::from_secs(15);
/// How long the command may take that runs before a server.
const PREPARE: Duration = Duration::from_secs(60);
/// Which end a server may meet by itself: at so many seconds of processor time, or a file of so many blocks.
const BOUNDS: &str = "ulimit -c 0; ulimit -t 1800; ulimit -f 1000000; exec \"$@\"";

/// A server that runs.
pub struct Running {
    /// Which it is.
    pub server: &'static Server,
    /// Its version.
    pub version: String,
    /// Where it listens, on the loopback interface.
    pub port: u16,
    child: Child,
    scratch: TempDir,
}

impl Server {
    /// Its version, asked of itself, once.
    ///
    /// # Errors
    /// [`Failure::Absent`] with what installs it, or [`Failure::Broken`] when it is there and cannot be run, or does not
    /// tell.
    pub fn version(&self) -> Result<String, Failure> {
        if let Some(version) = self.version.get() {
            return Ok(version.clone());
        }
        let scratch = scratch()?;
        let command = self.fill(&self.declared.version, scratch.path(), 0, 0);
        let said = self.finish(&command, scratch.path(), VERSION);
        let said = said.map_err(|failure| match failure {
            Failure::Absent(why) => self.absent(&why),
            // The program that is there may lack the package that is the server.
            Failure::Crash(why) if is_missing(&said_in(scratch.path())) => self.absent(&why),
            Failure::Crash(why) => Failure::Broken(format!("it tells no version: {why}")),
            Failure::Hang => {
                Failure::Broken("it tells no version: it makes no progress".to_owned())
            }
            other => other,
        })?;
        let version = version_in(&said)
            .ok_or_else(|| Failure::Broken(format!("it tells no version: {}", last_line(&said))))?;
        Ok(self.version.get_or_init(|| version).clone())
    }

    fn absent(&self, why: &str) -> Failure {
        let why = match why.trim() {
            "" => "it is not installed",
            why => why,
        };
        let name = self.name;
        Failure::Absent(format!("{why}; install it with `peers/install {name}`"))
    }

    fn fill(&self, text: &str, scratch: &Path, port: u16, upstream: u16) -> String {
        let path = |path: PathBuf| path.display().to_string();
        let installed = worker::installed().unwrap_or_default();
        let python = Some(installed.join("python/bin/python3")).filter(|python| python.exists());
        text.replace("{dir}", &path(scratch.to_owned()))
            .replace("{log}", &path(log(scratch)))
            .replace("{port}", &port.to_string())
            .replace("{upstream}", &upstream.to_string())
            .replace(
                "{python}",
                &path(python.unwrap_or_else(|| "python3".into())),
            )
            .replace("{installed}", &path(installed))
    }

    /// What it may do besides reading what the system has: write its scratch folder and what its file declares.
    fn confined(&self, scratch: &Path) -> Result<Confined, Failure> {
        let mut confined = Confined::new();
        if policy().is_unconfined || !self.declared.needs_root.is_empty() {
            confined = confined.with_caller();
        }
        let scratch = fs::canonicalize(scratch)
            .map_err(|error| Failure::Broken(format!("no scratch folder: {error}")))?;
        for path in self.declared.reads.keys() {
            confined = confined.reading(path);
        }
        for path in self.declared.writes.keys() {
            confined = confined.writing(path);
        }
        Ok(confined.writing(scratch))
    }

    /// A command under [`BOUNDS`], in a process group of its own, that says what it says to a file; and the program that
    /// it runs.
    fn command(
        &self,
        command: &str,
        scratch: &Path,
        user: User,
    ) -> Result<(Command, PathBuf), Failure> {
        let broken = |why: &str| Failure::Broken(format!("{}: {why}", self.name));
        let words = shlex::split(command).ok_or_else(|| broken("its command has an open quote"))?;
        let mut words = words.into_iter();
        let name = words.next().ok_or_else(|| broken("its command is empty"))?;
        let program = find(name.as_ref(), user, program_folders())?;
        let said = File::options()
            .create(true)
            .append(true)
            .open(scratch.join(SAID));
        let said = said.map_err(|error| broken(&format!("no scratch file: {error}")))?;
        let error = said.try_clone();
        let error = error.map_err(|error| broken(&format!("no scratch file: {error}")))?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", BOUNDS, "sh"])
            .arg(&program)
            .args(words)
            .current_dir(scratch)
            .env("PATH", search_path(user, program_folders()))
            .env("HOME", scratch)
            .env("TMPDIR", scratch)
            .stdin(Stdio::null())
            .stdout(said)
            .stderr(error)
            .process_group(0);
        for proxy in ["http_proxy", "https_proxy", "all_proxy"] {
            command.env_remove(proxy).env_remove(proxy.to_uppercase());
        }
        Ok((command, program))
    }

    /// Runs a command to its end, and tells what it has said.
    fn finish(&self, command: &str, scratch: &Path, limit: Duration) -> Result<String, Failure> {
        let confined = self
            .confined(scratch)?
            .network(Network::Ports(vec![0], Vec::new()));
        let (mut command, program) = self.command(command, scratch, confined.user())?;
        let confined = confined.running(&program);
        let mut child = groups::spawn(&confined, &mut command, self.name, 0, scratch)?;
        let until = Instant::now() + limit;
        let status = loop {
            match child.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(Duration::from_millis(10)),
                Ok(status) => break status,
                Err(_) => break None,
            }
        };
        let id = child.id();
        if status.is_none() {
            groups::end_one(id);
        }
        // It has ended, or has been.
        let _ = child.wait();
        groups::forget(id);
        let said = said_in(scratch);
        match status {
            None => Err(Failure::Hang),
            Some(status) if status.success() => Ok(said),
            Some(_) => Err(Failure::Crash(last_line(&said).to_owned())),
        }
    }

    /// Starts it on a free port. A front forwards to `upstream`, where a server has to answer.
    ///
    /// # Errors
    /// [`Failure::Absent`] with what installs it; [`Failure::Crash`] when it ends at once, with its last words;
    /// [`Failure::Hang`] when it answers no plain request in time.
    pub fn start(&'static self, upstream: u16) -> Result<Running, Failure> {
        let version = self.version()?;
        // Another process may take the port before the server does.
        match self.start_once(&version, upstream) {
            Err(Failure::Crash(_)) => self.start_once(&version, upstream),
            started => started,
        }
    }

    fn start_once(&'static self, version: &str, upstream: u16) -> Result<Running, Failure> {
        let scratch = scratch()?;
        let port = free_port()?;
        let path = scratch.path();
        let fill = |text: &str| self.fill(text, path, port, upstream);
        let declared = &self.declared;
        let sources = SOURCES.iter().filter(|(name, _)| {
            let mut named = declared.sources.iter();
            named.any(|source| source == name)
        });
        let sources = sources.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let files = declared.files.iter();
        let files = files.map(|(name, text)| (fill(name), fill(text)));
        for (name, text) in sources.chain(files) {
            let file = path.join(name);
            let folder = file.parent().unwrap_or(path);
            let written = fs::create_dir_all(folder).and_then(|()| fs::write(&file, text));
            written.map_err(|error| Failure::Unknown(format!("no scratch file: {error}")))?;
        }
        if let Some(prepare) = &declared.prepare {
            self.finish(&fill(prepare), path, PREPARE)?;
        }
        let confined = self
            .confined(path)?
            .network(match declared.needs_network.as_str() {
                // A port of 0 is any that is free, which a server may listen on for itself.
                "" => Network::Ports(vec![port, 0], vec![port, upstream]),
                _ => Network::All,
            });
        let (mut command, program) = self.command(&fill(&declared.start), path, confined.user())?;
        let confined = confined.running(&program);
        let variables = declared.env.iter();
        command.envs(variables.map(|(name, value)| (name, fill(value))));
        command.env("MISFRAME_PORT", port.to_string());
        command.env("MISFRAME_LOG", log(path));
        let child = groups::spawn(&confined, &mut command, self.name, port, path)?;
        let mut running = Running {
            server: self,
            version: version.to_owned(),
            port,
            child,
            scratch,
        };
        running.wait_until_it_answers()?;
        Ok(running)
    }
}

impl Running {
    fn wait_until_it_answers(&mut self) -> Result<(), Failure> {
        let until = Instant::now() + START;
        loop {
            let answered = client::plain(self.port, "/ready", Timeouts::USUAL);
            if answered.is_ok_and(|answer| client::status(&answer) == Some(200)) {
                return Ok(());
            }
            if self.child.try_wait().ok().flatten().is_some() {
                return Err(Failure::Crash(last_line(&self.said()).to_owned()));
            }
            if Instant::now() >= until {
                return Err(Failure::Hang);
            }
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// What it has said on standard output and standard error.
    pub(crate) fn said(&self) -> String {
        said_in(self.scratch.path())
    }

    /// The file in which it writes what it sees, if it is a back.
    pub fn log(&self) -> PathBuf {
        log(self.scratch.path())
    }

    /// Whether its first process runs.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The id of its process group.
    #[cfg(test)]
    pub(crate) fn group(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        groups::end_one(self.child.id());
        // It has been ended.
        let _ = self.child.wait();
        groups::forget(self.child.id());
    }
}

/// The file to which a server says what it says.
const SAID: &str = "said";
/// The most that is read of it, in bytes.
const MOST_SAID: u64 = 1 << 16;

fn said_in(scratch: &Path) -> String {
    use std::io::Read as _;
    let mut said = Vec::new();
    if let Ok(file) = File::open(scratch.join(SAID)) {
        // What can be read of it is enough.
        let _ = file.take(MOST_SAID).read_to_end(&mut said);
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// Whether a text says that something is not installed.
fn is_missing(said: &str) -> bool {
    const WORDS: &[&str] = &[
        "PackageNotFoundError",
        "ModuleNotFoundError",
        "Cannot find module",
        "Can't locate",
        "LoadError",
        "No such file",
        "no packages found",
        "not found",
    ];
    // A shell that does not find a program says nothing of it.
    said.trim().is_empty() || WORDS.iter().any(|words| said.contains(words))
}

fn last_line(said: &str) -> &str {
    let mut lines = said.lines().rev().map(str::trim);
    lines.find(|line| !line.is_empty()).unwrap_or("")
}

fn log(scratch: &Path) -> PathBuf {
    scratch.join("log")
}

/// A folder that any user can write to: servers run as nobody, or give up being root.
fn scratch() -> Result<TempDir, Failure> {
    let opened = groups::scratch().and_then(|scratch| {
        fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o777))?;
        Ok(scratch)
    });
    opened.map_err(|error| Failure::Unknown(format!("no scratch folder: {error}")))
}

/// A port of the loopback interface that nothing listens on.
fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    let address =
        address.map_err(|error| Failure::Unknown(format!("there is no free port: {error}")))?;
    Ok(address.port())
}

/// Where programs are looked for besides `PATH`: among the installed peers, and where Debian has daemons.
fn program_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(installed) = worker::installed() {
        let below = ["bin", "python/bin", "node/node_modules/.bin"];
        folders.extend(below.map(|below| installed.join(below)));
    }
    folders.extend(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders
}
