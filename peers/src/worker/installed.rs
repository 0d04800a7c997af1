//! Where the installed peers are, and how they are run.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// The environment variable that names the folder into which `peers/install` has installed.
const VARIABLE: &str = "MISFRAME_PEERS";

/// The folder of the installed peers: the one that the environment names, else `peers/installed` beside the
/// current folder or above.
pub fn folder() -> Option<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Some(PathBuf::from(named));
    }
    let here = env::current_dir().ok()?;
    let mut folders = here.ancestors().map(|above| above.join("peers/installed"));
    folders.find(|folder| folder.is_dir())
}

/// A path under the folder of the installed peers, if it is there.
pub fn path(below: &str) -> Option<PathBuf> {
    folder()
        .map(|folder| folder.join(below))
        .filter(|path| path.exists())
}

/// Python, of the installed peers if they have one.
pub fn python() -> Command {
    let program = path("python/bin/python3").unwrap_or_else(|| "python3".into());
    apart(Command::new(program))
}

/// Python of the environment that goes by this name, if there is one.
pub fn python_of(name: &str) -> Option<Command> {
    path(&format!("{name}/bin/python3")).map(|program| apart(Command::new(program)))
}

/// Ruby.
pub fn ruby() -> Command {
    apart(Command::new("ruby"))
}

/// A class of Java that was compiled when the peers were installed, if it is there.
pub fn java(class: &str) -> Option<Command> {
    has(&format!("java/{class}.class")).then(|| {
        let mut command = apart(Command::new("java"));
        command
            .arg("-cp")
            .arg(path("java").unwrap_or_default())
            .arg(class);
        command
    })
}

/// Whether something is at this path under the folder of the installed peers.
pub fn has(below: &str) -> bool {
    path(below).is_some()
}

/// Node.js with the packages of the installed peers.
pub fn node() -> Command {
    let mut command = apart(Command::new("node"));
    if let Some(packages) = path("node/node_modules") {
        command.env("NODE_PATH", packages);
    }
    command
}

/// A program that was built when the peers were installed.
pub fn built(name: &str) -> Command {
    apart(Command::new(
        path(&format!("bin/{name}")).unwrap_or_else(|| name.into()),
    ))
}

/// The user's own, run where the user is.
pub fn command(words: &[OsString]) -> Command {
    let mut words = words.iter();
    let mut command = Command::new(words.next().cloned().unwrap_or_default());
    command.args(words);
    command
}

/// A command that finds no module in the current folder: a file there may have a module's name.
fn apart(mut command: Command) -> Command {
    command.current_dir("/");
    command
}
