//! Workers and drivers that are about to be started, each with a scratch folder of its own.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Child, Command};

use tempfile::TempDir;

use super::{Confined, find, policy, search_path};
use crate::Failure;
use crate::live::scratch;

/// Variables of the environment that a program of ours gets; the others may hold secrets.
const KEPT: &[&str] = &["LANG", "LC_ALL", "LC_CTYPE", "TZ"];

/// A program that is about to be started.
pub struct Prepared {
    /// What starts it; more words may be added.
    pub command: Command,
    confined: Confined,
    /// Whether the user named it.
    is_users: bool,
}

impl Prepared {
    /// A program that we know, at this path or of this name. It runs in the root folder: a file in another one may have
    /// the name of a module.
    ///
    /// # Errors
    /// As [`find`].
    pub(crate) fn ours(program: impl AsRef<OsStr>) -> Result<Self, Failure> {
        let confined = Confined::new();
        let confined = match policy().is_unconfined {
            true => confined.with_caller(),
            false => confined,
        };
        let path = find(program.as_ref(), confined.user(), [])?;
        let mut command = Command::new(&path);
        let kept = KEPT
            .iter()
            .filter_map(|name| Some((name, env::var_os(name)?)));
        command
            .current_dir("/")
            .env_clear()
            .envs(kept)
            .env("PATH", search_path(confined.user(), []));
        Ok(Self {
            command,
            confined: confined.running(&path),
            is_users: false,
        })
    }

    /// A command of the user's, run where the user is.
    ///
    /// # Errors
    /// As [`find`].
    pub fn of_command(words: &[OsString]) -> Result<Self, Failure> {
        let confined = Confined::of_command(words);
        let mut words = words.iter();
        let path = find(
            words.next().map_or(OsStr::new(""), |word| word),
            confined.user(),
            [],
        )?;
        let mut command = Command::new(&path);
        command.args(words);
        Ok(Self {
            command,
            confined: confined.running(&path),
            is_users: true,
        })
    }

    /// This program, `misframe`, with these words: it does what this process would do, and is as free.
    pub(crate) fn itself(program: &Path, words: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(words);
        Self {
            command,
            confined: Confined {
                user: super::User::Caller,
                is_lifted: true,
                ..Confined::new()
            },
            is_users: true,
        }
    }

    /// It may do this over the network; a command of the user's may do everything.
    pub(crate) fn network(mut self, network: super::Network) -> Self {
        if !self.is_users {
            self.confined = self.confined.network(network);
        }
        self
    }

    /// Starts it. Its scratch folder, the only one in which it may write, is to be kept until it ends.
    ///
    /// # Errors
    /// As [`Confined::spawn`].
    pub(crate) fn spawn(mut self) -> Result<(Child, TempDir), Failure> {
        let trouble = |error| Failure::Broken(format!("no scratch folder: {error}"));
        let folder = scratch().map_err(trouble)?;
        // A link may lead to the folder of temporary files.
        let path = std::fs::canonicalize(folder.path()).map_err(trouble)?;
        self.confined.give(&path).map_err(trouble)?;
        self.command.env("TMPDIR", &path);
        if !self.is_users {
            self.command.env("HOME", &path);
        }
        let confined = self.confined.writing(path);
        let child = confined.spawn(&mut self.command)?;
        Ok((child, folder))
    }
}
