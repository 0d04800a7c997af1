//! Programs: where they are, whether their user may run them, and what belongs to them.

use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::process::geteuid;

use super::NOBODY;
use crate::Failure;

/// How many links and interpreters are followed from a program.
const MOST_STEPS: usize = 16;
/// The longest first line of a script, in bytes.
const LONGEST_LINE: u64 = 1 << 10;

/// The user that runs a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// As the user of this process.
    Caller,
    /// As nobody.
    Nobody,
}

impl User {
    /// The user that runs what is confined: nobody where this process runs as root.
    pub(crate) fn confined() -> Self {
        match geteuid().is_root() {
            true => Self::Nobody,
            false => Self::Caller,
        }
    }

    /// Whether the user may search a folder and all that are above it, or run a file.
    fn may_enter(self, path: &Path) -> bool {
        path.ancestors().all(|above| match self {
            Self::Caller => above.as_os_str().is_empty() || access(above, Access::EXEC_OK).is_ok(),
            Self::Nobody => fs::metadata(above).is_ok_and(|about| {
                let shift = match (about.uid(), about.gid()) {
                    (NOBODY, _) => 6,
                    (_, NOBODY) => 3,
                    _ => 0,
                };
                about.mode() >> shift & 1 != 0
            }),
        })
    }

    /// Whether the user may run this program, by the name that it has here, and by what links lead to.
    fn may_run(self, program: &Path) -> bool {
        let is_entered = |path: &Path| self.may_enter(path);
        let steps = steps(program);
        steps.len() < MOST_STEPS && steps.iter().all(|step| is_entered(step))
    }
}

/// The folders of `PATH` in which the user may look for programs, with these before them. A folder whose name does not
/// begin at the root is left out: it would be looked for below where a program runs, among what patches make.
pub(crate) fn search_path(user: User, before: impl IntoIterator<Item = PathBuf>) -> OsString {
    let folders = before.into_iter().chain(folders());
    let mut searched: Vec<PathBuf> = Vec::new();
    for folder in folders {
        if !searched.contains(&folder) && user.may_enter(&folder) {
            searched.push(folder);
        }
    }
    // Only a colon in the name of a folder keeps them from being joined.
    env::join_paths(searched).unwrap_or_default()
}

fn folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path);
    folders.filter(|folder| folder.is_absolute()).collect()
}

/// The program of this name that the user may run: the first one in `before` or `PATH`, or the one at this path.
///
/// # Errors
/// [`Failure::Absent`] when there is none, [`Failure::Broken`] when there is, and the user may not run it.
pub fn find(
    name: &OsStr,
    user: User,
    before: impl IntoIterator<Item = PathBuf>,
) -> Result<PathBuf, Failure> {
    let candidates: Vec<PathBuf> = match name.as_bytes().contains(&b'/') {
        true => vec![name.into()],
        false => {
            let folders = before.into_iter().chain(folders());
            folders.map(|folder| folder.join(name)).collect()
        }
    };
    let is_program = |path: &&PathBuf| {
        let about = fs::metadata(path);
        about.is_ok_and(|about| about.is_file() && about.mode() & 0o111 != 0)
    };
    let programs = candidates.iter().filter(is_program);
    if let Some(program) = programs.clone().find(|program| user.may_run(program)) {
        return Ok(program.clone());
    }
    match programs.clone().next() {
        None => Err(Failure::Absent(format!("{} is not here", name.display()))),
        Some(program) => {
            let path = program.display();
            Err(Failure::Broken(match user {
                User::Nobody => format!("the user nobody cannot run {path}"),
                User::Caller => format!("you cannot run {path}"),
            }))
        }
    }
}

/// A program, what its links lead to, and the interpreters that run it if it is a script.
fn steps(program: &Path) -> Vec<PathBuf> {
    let mut steps = vec![program.to_path_buf()];
    let mut at = program.to_path_buf();
    while steps.len() < MOST_STEPS {
        let next = match fs::read_link(&at) {
            Ok(target) => Some(at.parent().unwrap_or(Path::new("/")).join(target)),
            Err(_) => interpreter(&at),
        };
        let Some(next) = next else { break };
        steps.push(next.clone());
        at = next;
    }
    // A folder on the way may be a link as well.
    let whole = fs::canonicalize(&at);
    steps.extend(whole.ok().filter(|whole| *whole != at));
    steps
}

/// What the first line of a script names.
fn interpreter(program: &Path) -> Option<PathBuf> {
    let mut line = Vec::new();
    let file = File::open(program).ok()?;
    let mut file = BufReader::new(file.take(LONGEST_LINE));
    let start = file.fill_buf().ok()?;
    if !start.starts_with(b"#!") {
        return None;
    }
    file.read_until(b'\n', &mut line).ok()?;
    let line = String::from_utf8_lossy(line.get(2..)?).into_owned();
    let mut words = line.split_whitespace();
    let first = PathBuf::from(words.next()?);
    if first.file_name() != Some(OsStr::new("env")) {
        return Some(first);
    }
    let named = words.find(|word| !word.starts_with('-') && !word.contains('='))?;
    let found = folders().into_iter().map(|folder| folder.join(named));
    found.into_iter().find(|path| path.is_file())
}

/// The folders that belong to a program: where it lies, where its libraries are if that is beside it, and the same of
/// what runs it.
pub(crate) fn installation(program: &Path) -> BTreeSet<PathBuf> {
    let steps = steps(program);
    steps.iter().flat_map(|step| belonging(step)).collect()
}

fn belonging(program: &Path) -> Vec<PathBuf> {
    let Some(folder) = program.parent().filter(|folder| folder.is_absolute()) else {
        return vec![program.to_path_buf()];
    };
    let is_named = |folder: &Path, names: &[&str]| {
        let name = folder.file_name().and_then(OsStr::to_str);
        name.is_some_and(|name| names.contains(&name))
    };
    let above = folder.parent().unwrap_or(folder);
    if is_named(folder, &["bin", "sbin", "shims"]) && !is_shared(above) {
        // Such as `~/.local`, where others keep what is theirs.
        if is_named(above, &[".local", ".cargo"]) {
            let below = ["bin", "lib", "libexec", "pipx"];
            return below.map(|name| above.join(name)).to_vec();
        }
        return vec![above.to_path_buf()];
    }
    match is_shared(folder) {
        true => vec![program.to_path_buf()],
        false => vec![folder.to_path_buf()],
    }
}

/// Whether a folder is the root, the home folder, that of temporary files, or above one of these: what lies there
/// belongs to everything.
pub(crate) fn is_shared(folder: &Path) -> bool {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let shared = [
        env::home_dir(),
        Some(env::temp_dir()),
        Some("/var/tmp".into()),
    ];
    let mut shared = shared.into_iter().flatten();
    shared.any(|shared| {
        let shared = fs::canonicalize(&shared).unwrap_or(shared);
        shared.starts_with(&folder)
    })
}
