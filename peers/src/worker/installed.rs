//! Where the installed peers are, and how they are run.

use std::env;
use std::path::PathBuf;

use crate::Failure;
use crate::confine::Prepared;

/// The environment variable that names the folder into which `peers/install` has installed.
const VARIABLE: &str = "MISFRAME_PEERS";

/// The folder of the installed peers: the one that the environment names, else `peers/installed` beside the
/// current folder or above.
pub(crate) fn folder() -> Option<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return std::path::absolute(named).ok();
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
///
/// # Errors
/// As [`Prepared::ours`], as those of the others here.
pub(crate) fn python() -> Result<Prepared, Failure> {
    Prepared::ours(path("python/bin/python3").unwrap_or_else(|| "python3".into()))
}

/// Python of the environment that goes by this name.
pub(crate) fn python_of(name: &str) -> Result<Prepared, Failure> {
    ours(&format!("{name}/bin/python3"))
}

/// Ruby.
pub(crate) fn ruby() -> Result<Prepared, Failure> {
    Prepared::ours("ruby")
}

/// A class of Java that was compiled when the peers were installed.
pub(crate) fn java(class: &str) -> Result<Prepared, Failure> {
    if path(&format!("java/{class}.class")).is_none() {
        return Err(not_installed());
    }
    let mut java = Prepared::ours("java")?;
    let classes = path("java").unwrap_or_default();
    java.command.arg("-cp").arg(classes).arg(class);
    Ok(java)
}

/// Node.js with the packages of the installed peers.
pub fn node() -> Result<Prepared, Failure> {
    let mut node = Prepared::ours("node")?;
    if let Some(packages) = path("node/node_modules") {
        node.command.env("NODE_PATH", packages);
    }
    Ok(node)
}

/// A program that was built when the peers were installed.
pub(crate) fn built(name: &str) -> Result<Prepared, Failure> {
    ours(&format!("bin/{name}"))
}

fn ours(below: &str) -> Result<Prepared, Failure> {
    Prepared::ours(path(below).ok_or_else(not_installed)?)
}

fn not_installed() -> Failure {
    Failure::Absent("it is not installed".to_owned())
}
