//! Cases that are part of a program, for folders without a corpus.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs, io};

/// Files of the repository that a program carries.
#[derive(Debug)]
pub struct BuiltIn {
    /// What distinguishes these files from those of another version: the name of a folder.
    pub version: &'static str,
    /// Each path from the root of the repository, with `/`, and the bytes there.
    pub files: &'static [(&'static str, &'static [u8])],
}

static PROVIDED: OnceLock<&'static BuiltIn> = OnceLock::new();

/// From now on, [`find_corpus`](crate::find_corpus) gives the corpus among these files where no other is near.
pub fn provide(files: &'static BuiltIn) {
    // A process has one command, which provides the same each time.
    let _same = PROVIDED.set(files);
}

/// The corpus that was provided, unpacked below the cache folder of the user, where it stays.
pub(crate) fn corpus() -> Option<PathBuf> {
    let built_in = PROVIDED.get()?;
    let cache = cache_folder()?.join("misframe");
    unpacked(built_in, &cache).ok()
}

/// Where the user's programs keep what they can make again.
fn cache_folder() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).map(PathBuf::from);
    let named = |name| named(name).filter(|path| path.is_absolute());
    named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")))
}

/// The corpus in the folder of this version below `cache`, which is written now unless it is there.
fn unpacked(built_in: &BuiltIn, cache: &Path) -> io::Result<PathBuf> {
    let folder = cache.join(built_in.version);
    let corpus = folder.join("corpus");
    if corpus.is_dir() {
        return Ok(corpus);
    }
    fs::create_dir_all(cache)?;
    // Another process may do the same: the folder appears whole, by a rename, or not at all.
    let unfinished = tempfile::tempdir_in(cache)?;
    for (path, bytes) in built_in.files {
        let path = unfinished.path().join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
    }
    let unfinished = unfinished.keep();
    let renamed = fs::rename(&unfinished, &folder);
    if renamed.is_err() {
        fs::remove_dir_all(&unfinished)?;
    }
    match corpus.is_dir() {
        true => Ok(corpus),
        false => renamed.map(|()| corpus),
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;

    const FILES: BuiltIn = BuiltIn {
        version: "v",
        files: &[
            ("corpus/session/a.toml", b"x"),
            ("peers/dialects/b.toml", b"y"),
        ],
    };

    #[test]
    fn files_are_unpacked_once() {
        let cache = tempfile::tempdir().unwrap();
        let cache = cache.path().join("deep");
        let corpus = unpacked(&FILES, &cache).unwrap();
        assert_eq!(corpus, cache.join("v/corpus"));
        assert_eq!(fs::read(corpus.join("session/a.toml")).unwrap(), b"x");
        let dialect = corpus.join("../peers/dialects/b.toml");
        assert_eq!(fs::read(&dialect).unwrap(), b"y");
        fs::write(&dialect, b"z").unwrap();
        unpacked(&FILES, &cache).unwrap();
        assert_eq!(fs::read(&dialect).unwrap(), b"z");
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_unpacked_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(unpacked(&FILES, file.path()).is_err());
    }
}
