//! A folder full of canaries: what no patch may change.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use crate::patches::LINE;

/// The files that a world begins with, by their path in it.
const FILES: &[&str] = &[
    "victim",
    "home/victim",
    "home/.profile",
    "home/.ssh/authorized_keys",
    "checkout/victim",
    "checkout/a.txt",
    "checkout/.git/config",
    "checkout/.git/hooks/pre-commit",
    "temp/victim",
    "apart/behind-a-link",
    "apart/behind-a-name",
];
/// Names that nothing has yet.
const FRESH: &[&str] = &[
    "fresh",
    "home/fresh",
    "checkout/fresh",
    "checkout/.git/hooks/post-checkout",
    "temp/fresh",
    "new-folder/fresh",
    "linked-folder/fresh",
];
/// How the names of scratch folders begin: the tools make them where temporary files are.
const SCRATCH: &[&str] = &[".tmp", "misframe-"];

/// What is known of a path: everything but when it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Known {
    about: [u64; 7],
    content: Vec<u8>,
}

/// A world.
pub struct World {
    root: PathBuf,
    /// A canary in the folder of temporary files that all users share, and a name beside it that nothing has.
    shared: [PathBuf; 2],
    /// Whose all of it is.
    owner: Option<u32>,
}

impl World {
    /// One in this folder, which is empty or holds an older one. All of it is open to all and belongs to the user
    /// that runs tools, so that only their confinement keeps them from it.
    pub fn new(root: &Path, owner: Option<u32>) -> io::Result<Self> {
        let own = root.file_name().unwrap_or_default().display().to_string();
        let world = Self {
            root: root.to_owned(),
            shared: ["victim", "fresh"].map(|name| Path::new("/tmp").join(format!("{own}-{name}"))),
            owner,
        };
        world.fill()?;
        Ok(world)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Makes everything as it was in the beginning.
    pub fn fill(&self) -> io::Result<()> {
        self.clear()?;
        for folder in ["home/.ssh", "checkout/.git/hooks", "temp", "apart/folder"] {
            fs::create_dir_all(self.path(folder))?;
        }
        let files = FILES.iter().map(|name| self.path(name));
        for file in files.chain([self.shared[0].clone()]) {
            fs::write(&file, format!("{LINE}\n"))?;
            self.open(&file, 0o666)?;
        }
        symlink(self.path("apart/behind-a-link"), self.path("link"))?;
        symlink(self.path("apart/folder"), self.path("linked-folder"))?;
        fs::hard_link(self.path("apart/behind-a-name"), self.path("second-name"))?;
        for folder in [
            "",
            "home",
            "home/.ssh",
            "checkout",
            "checkout/.git",
            "checkout/.git/hooks",
        ] {
            self.open(&self.path(folder), 0o777)?;
        }
        for folder in ["temp", "apart", "apart/folder"] {
            self.open(&self.path(folder), 0o777)?;
        }
        Ok(())
    }

    fn open(&self, path: &Path, mode: u32) -> io::Result<()> {
        if let Some(owner) = self.owner {
            chown(path, Some(owner), Some(owner))?;
        }
        fs::set_permissions(path, Permissions::from_mode(mode))
    }

    /// Removes all of it but the folder of temporary files, in which tools may still run.
    fn clear(&self) -> io::Result<()> {
        for path in &self.shared {
            // It need not be there.
            let _ = fs::remove_file(path);
        }
        for entry in fs::read_dir(&self.root)? {
            let path = entry?.path();
            let is_folder = fs::symlink_metadata(&path)?.is_dir();
            match is_folder {
                true if path.ends_with("temp") => {}
                true => fs::remove_dir_all(&path)?,
                false => fs::remove_file(&path)?,
            }
        }
        for name in ["temp/fresh", "temp/victim"] {
            // It need not be there.
            let _ = fs::remove_file(self.path(name));
        }
        Ok(())
    }

    /// The paths of files that are there.
    pub fn victims(&self) -> Vec<String> {
        let names = FILES.iter().chain(&["link", "second-name"]);
        let paths = names.map(|name| self.path(name));
        let paths = paths.chain([self.shared[0].clone()]);
        paths.map(|path| path.display().to_string()).collect()
    }

    /// The paths of files that are not.
    pub fn fresh(&self) -> Vec<String> {
        let paths = FRESH.iter().map(|name| self.path(name));
        let paths = paths.chain([self.shared[1].clone()]);
        paths.map(|path| path.display().to_string()).collect()
    }

    /// Everything that is there, with what is known of it.
    pub fn look(&self) -> io::Result<BTreeMap<PathBuf, Known>> {
        let mut seen = BTreeMap::new();
        let mut paths = vec![self.root.clone()];
        paths.extend(self.shared.iter().filter(|path| path.exists()).cloned());
        while let Some(path) = paths.pop() {
            let about = fs::symlink_metadata(&path)?;
            let mut content = Vec::new();
            if about.is_dir() {
                for entry in fs::read_dir(&path)? {
                    let entry = entry?;
                    let name = entry.file_name().display().to_string();
                    let is_scratch = SCRATCH.iter().any(|front| name.starts_with(front));
                    if !(path.ends_with("temp") && is_scratch) {
                        paths.push(entry.path());
                    }
                }
            } else if about.is_symlink() {
                content = fs::read_link(&path)?.display().to_string().into_bytes();
            } else {
                content = fs::read(&path)?;
            }
            // Scratch folders come and go in that one.
            let changes = !path.ends_with("temp");
            let when = |time: i64| if changes { time.unsigned_abs() } else { 0 };
            let number = |number: u64| if changes { number } else { 0 };
            let known = Known {
                about: [
                    about.ino(),
                    u64::from(about.mode()),
                    u64::from(about.uid()),
                    u64::from(about.gid()),
                    number(about.nlink()),
                    when(about.mtime()),
                    when(about.mtime_nsec()),
                ],
                content,
            };
            seen.insert(path, known);
        }
        Ok(seen)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for path in &self.shared {
            // It need not be there.
            let _ = fs::remove_file(path);
        }
    }
}

/// What has changed, in words.
pub fn changes(before: &BTreeMap<PathBuf, Known>, after: &BTreeMap<PathBuf, Known>) -> Vec<String> {
    let mut changes = Vec::new();
    for (path, known) in after {
        match before.get(path) {
            None => changes.push(format!("created {}", path.display())),
            Some(old) if old != known => changes.push(format!("changed {}", path.display())),
            Some(_) => {}
        }
    }
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    changes.extend(gone.map(|path| format!("deleted {}", path.display())));
    changes
}
