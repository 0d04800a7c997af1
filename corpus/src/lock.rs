//! Locks on folders: of the processes that write to one, one at a time.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::CorpusError;

/// The file whose lock is that of its folder. It exists as long as a process has the lock, or was killed with it.
const NAME: &str = ".lock";

/// The lock on a folder, which ends with this, or with the process.
pub struct FolderLock {
    path: PathBuf,
    /// The folders that were made for it, the inner ones first.
    made: Vec<PathBuf>,
    /// Closing it gives up the lock.
    _file: File,
}

impl FolderLock {
    /// The lock on `folder`, which is made if need be; none while another process has it, whose id is given where it can
    /// be told.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub fn try_take(folder: &Path) -> Result<Result<Self, Option<u32>>, CorpusError> {
        Self::lock(folder, |file| match file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => supported(Err(error)),
            Ok(()) => Ok(true),
        })
    }

    /// The lock on `folder`, which is made if need be. Where another process has it, this waits for that to end.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub fn take(folder: &Path) -> Result<Self, CorpusError> {
        loop {
            // With a lock that is waited for, no other process has it.
            if let Ok(lock) = Self::lock(folder, |file| supported(file.lock()))? {
                return Ok(lock);
            }
        }
    }

    fn lock(
        folder: &Path,
        lock: impl Fn(&File) -> io::Result<bool>,
    ) -> Result<Result<Self, Option<u32>>, CorpusError> {
        let path = folder.join(NAME);
        let failed = |error| CorpusError::io(folder, "write", error);
        let missing = folder.ancestors().take_while(|above| !above.exists());
        let made = missing.map(Path::to_owned).collect();
        loop {
            fs::create_dir_all(folder).map_err(failed)?;
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = match options.open(&path) {
                Ok(file) => file,
                // Whoever made the folder has removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            if !lock(&file).map_err(failed)? {
                let mut text = String::new();
                // It may hold nothing yet.
                let _read = file.read_to_string(&mut text);
                return Ok(Err(text.trim().parse().ok()));
            }
            if !is_at(&file, &path) {
                continue;
            }
            let mut write = || {
                file.set_len(0)?;
                file.rewind()?;
                writeln!(file, "{}", std::process::id())
            };
            write().map_err(failed)?;
            return Ok(Ok(Self {
                path,
                made,
                _file: file,
            }));
        }
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // A process that waits for this file sees that it is gone, and makes another.
        let _gone = fs::remove_file(&self.path);
        for folder in &self.made {
            // One that is not empty stays.
            let _stays = fs::remove_dir(folder);
        }
    }
}

/// Holds the folder `dir` while `write` writes several files of which none is to be without the others. Other processes
/// wait. The folder is made if need be: one that is not there cannot be locked.
pub fn together<T>(dir: &Path, write: impl FnOnce() -> T) -> T {
    // The gate comes first: a thread that the gate stops for good must not hold the lock.
    crate::gate::write_whole(|| {
        // Where it cannot be made, `write` cannot write either, and says so.
        let _made = fs::create_dir_all(dir);
        let folder = File::open(dir);
        if let Ok(folder) = &folder {
            // Where folders have no locks, nothing holds back the others.
            let _locked = folder.lock();
        }
        write()
    })
}

/// Where the file system has no locks, every process goes ahead.
fn supported(locked: io::Result<()>) -> io::Result<bool> {
    match locked {
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(true),
    }
}

/// Whether the open file is the one at `path`: another process may have removed it meanwhile.
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |about: fs::Metadata| (about.dev(), about.ino());
    let [open, there] = [file.metadata(), fs::metadata(path)].map(|about| about.ok().map(place));
    open.is_some() && open == there
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn one_at_a_time_and_nothing_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("a/b");
        let lock = FolderLock::try_take(&folder).unwrap().ok().unwrap();
        let other = FolderLock::try_take(&folder).unwrap().err().unwrap();
        assert_eq!(other, Some(std::process::id()));
        drop(lock);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        drop(FolderLock::take(&folder).unwrap());
        assert!(!dir.path().join("a").exists());
    }

    #[test]
    fn what_the_killed_have_left_is_no_lock() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(NAME), "1\n").unwrap();
        assert!(FolderLock::try_take(dir.path()).unwrap().is_ok());
    }

    #[test]
    fn waiting_for_a_lock_that_is_given_up_ends() {
        let dir = tempfile::tempdir().unwrap();
        let count = std::sync::atomic::AtomicUsize::new(0);
        let most = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    use std::sync::atomic::Ordering::SeqCst;
                    for _ in 0..20 {
                        let lock = FolderLock::take(dir.path()).unwrap();
                        most.fetch_max(count.fetch_add(1, SeqCst) + 1, SeqCst);
                        std::thread::yield_now();
                        count.fetch_sub(1, SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        assert_eq!(most.into_inner(), 1);
    }

    #[test]
    fn what_is_written_together_waits_also_where_the_folder_is_new() {
        use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
        let dir = tempfile::tempdir().unwrap();
        let (count, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        for nth in 0..20 {
            let folder = dir.path().join(nth.to_string());
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        together(&folder, || {
                            most.fetch_max(count.fetch_add(1, SeqCst) + 1, SeqCst);
                            std::thread::yield_now();
                            count.fetch_sub(1, SeqCst);
                        });
                    });
                }
            });
        }
        assert_eq!(most.into_inner(), 1);
    }
}
