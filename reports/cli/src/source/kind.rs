//! What lies in a folder: cases of several kinds, raw inputs, and what belongs to one of them.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use parsers::Family;

use reports::engine::{self, ENGINES, Engine};
use reports::judge::confirm::is_beside_a_case;

/// The extensions of files that lie among inputs and are none.
pub const OTHER: &[&str] = &["md", "new", "rs", "snap"];

/// What a file of TOML is.
pub enum TomlKind {
    /// A case that is played.
    Played(&'static dyn Engine),
    /// A case of this family, by a folder above it.
    Of(&'static Family),
    /// A case of bytes, in no folder of a family.
    Bare,
    /// No case, as far as can be told.
    Other,
}

/// What the file of TOML at `path` is: by the folders above it, else by its fields.
pub fn kind(path: &Path) -> TomlKind {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let parent = whole.parent().and_then(Path::file_name);
    if let Some(engine) = parent.and_then(engine_named) {
        return TomlKind::Played(engine);
    }
    if let Some(family) = whole.ancestors().find_map(family_named) {
        return TomlKind::Of(family);
    }
    // That it cannot be read is said where it is.
    // Whoever reads it as a case says what is wrong with it.
    let text = corpus::file::read_text(path, corpus::file::CASE_LIMIT).unwrap_or_default();
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let has = |key: &str| table.contains_key(key);
    let mut engines = ENGINES.iter().copied();
    match has("about") {
        true => match engines.find(|engine| has(engine.field())) {
            Some(engine) => TomlKind::Played(engine),
            None if has("expect") || has("input") => TomlKind::Bare,
            None => TomlKind::Other,
        },
        false => TomlKind::Other,
    }
}

/// Whether it is a folder of cases: named for a family, or for cases that are played and holds TOML.
pub fn is_of_cases(path: &Path) -> bool {
    path.is_dir() && (family_named(path).is_some() || is_of_played(path))
}

fn is_of_played(path: &Path) -> bool {
    let is_named = path.file_name().and_then(engine_named).is_some();
    let listed = || fs::read_dir(path).into_iter().flatten().flatten();
    is_named && listed().any(|entry| has_extension(&entry.path(), "toml"))
}

/// Whether it is a folder of cases of another family, or that are played.
pub fn is_of_others(path: &Path, asked: &Family) -> bool {
    match family_named(path) {
        Some(family) => family != asked,
        None => is_of_played(path),
    }
}

/// Whether its name begins with a dot.
pub fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.starts_with('.'))
}

/// Whether its name ends so, after a dot.
pub fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|extension| extension == wanted)
}

/// Whether it belongs to a case, or to a hunt whose findings lie beside it, and is no input.
pub fn is_beside_an_input(path: &Path, has_cases: bool) -> bool {
    let file = path.file_name().map(|name| name.to_string_lossy());
    let file = file.unwrap_or_default();
    let is_case = |stem: &str| path.with_file_name(format!("{stem}.toml")).is_file();
    let ends = [".snap.new", ".snap", ".bin"];
    let is_of_case = ends
        .iter()
        .any(|end| file.strip_suffix(end).is_some_and(is_case));
    let is_log = file.starts_with("worker-") && file.ends_with(".log");
    is_of_case || is_beside_a_case(path) || has_cases && is_log
}

fn family_named(dir: &(impl AsRef<Path> + ?Sized)) -> Option<&'static Family> {
    Family::named(dir.as_ref().file_name()?.to_str()?)
}

fn engine_named(name: &OsStr) -> Option<&'static dyn Engine> {
    engine::named(name.to_str()?)
}
