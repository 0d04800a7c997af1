//! Lists the cases and the dialects of the repository, which become part of the command.

use std::error::Error;
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let root = root.canonicalize()?;
    let mut files = Vec::new();
    let corpus = root.join("corpus");
    println!("cargo::rerun-if-changed={}", corpus.display());
    for folder in entries(&corpus)? {
        let is_case = |path: &PathBuf| path.extension().is_some_and(|it| it == "toml");
        if folder.is_dir() && entries(&folder)?.iter().any(is_case) {
            files.extend(listed(&folder)?);
        }
    }
    files.extend(listed(&root.join("peers/dialects"))?);
    let mut hasher = DefaultHasher::new();
    let mut list = String::new();
    for file in &files {
        let path = file
            .strip_prefix(&root)?
            .to_str()
            .ok_or("a name is not UTF-8")?;
        path.hash(&mut hasher);
        fs::read(file)?.hash(&mut hasher);
        writeln!(list, "    ({path:?}, include_bytes!({file:?})),")?;
    }
    let version = format!(
        "{}-{:016x}",
        env::var("CARGO_PKG_VERSION")?,
        hasher.finish()
    );
    let text =
        format!("corpus::built_in::BuiltIn {{ version: {version:?}, files: &[\n{list}] }}\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("built_in.rs"), text)?;
    Ok(())
}

/// What lies in a folder, in order, but for hidden files.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>()?;
    let is_hidden = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_none_or(|name| name.starts_with('.'))
    };
    paths.retain(|path| !is_hidden(path));
    paths.sort();
    Ok(paths)
}

/// The files in a folder, in order.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = entries(folder)?;
    files.retain(|path| path.is_file());
    Ok(files)
}
