//! Case files, of whatever is in them: their names, TOML whose errors name the line, folders of them, and writing whole.

use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::error::CorpusError;
use crate::escape;
use crate::gate;

/// The longest case file, and the longest input beside one, in bytes: as long as a stream of traffic may be, from which
/// cases are made.
pub const CASE_LIMIT: u64 = 16 << 20;
/// The longest file of text that people write or read, such as a session, a hop or a dialect, in bytes. The longest in
/// the repository has about 100 kB.
pub const TEXT_LIMIT: u64 = 1 << 20;

/// What names are made of.
const NAMES: &str = "its name is not made of a-z, 0-9, `-`, `_` and `.`";

pub(crate) fn is_name(name: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(fits)
}

/// The name of the case in the file at `path`.
///
/// # Errors
/// One that no case can have.
pub(crate) fn name(path: &Path) -> Result<String, CorpusError> {
    let name = path.file_stem().and_then(|stem| stem.to_str());
    let name = name.filter(|name| is_name(name));
    name.map(str::to_owned)
        .ok_or_else(|| CorpusError::case(path, NAMES, "rename it"))
}

/// The fields in the text of the file at `path`; `known` lists those that there are.
///
/// # Errors
/// Text that is not TOML, unknown or missing fields.
pub(crate) fn fields<F: DeserializeOwned>(
    text: &str,
    path: &Path,
    known: &str,
) -> Result<F, CorpusError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        CorpusError::case(path, format!("line {line}: {}", error.message()), known)
    })
}

/// The bytes of an input in the text of a case file; errors name the line of the file.
pub(crate) fn decode_input(text: &str, input: &toml::Spanned<String>) -> Result<Vec<u8>, String> {
    escape::decode(input.get_ref()).map_err(|mut error| {
        // TOML drops the line break right after the opening quotes.
        let source = text.get(input.span()).unwrap_or("");
        let after_quotes = source.trim_start_matches(['\'', '"']);
        let dropped = after_quotes.starts_with('\n') || after_quotes.starts_with("\r\n");
        let quotes = source.len() - after_quotes.len();
        if error.line == 1 && !dropped {
            let before = text.get(..input.span().start).unwrap_or("");
            let line_start = before.rfind('\n').map_or(0, |at| at + 1);
            error.column += input.span().start - line_start + quotes;
        }
        error.line += line_at(text, input.span().start) - 1 + usize::from(dropped);
        error.to_string()
    })
}

pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// Writes the text of the case `name` to its file in the folder `dir`, whole or not at all, and returns that path. An older
/// file of that name is replaced.
///
/// # Errors
/// A name that no case can have, and those of the file system; the unfinished file is removed.
pub(crate) fn save(dir: &Path, name: &str, text: &str) -> Result<PathBuf, CorpusError> {
    let path = dir.join(format!("{name}.toml"));
    if !is_name(name) {
        return Err(CorpusError::case(&path, NAMES, "choose another name"));
    }
    write_atomically(&path, text.as_bytes())?;
    Ok(path)
}

/// Writes `bytes` to `path`, whole or not at all: to a temporary file in the same folder, which is
/// created if need be, then renamed. Of a link, the file that it leads to is written; a device or a
/// pipe is written to as it stands.
///
/// # Errors
/// Those of the file system; the temporary file is removed.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), CorpusError> {
    let failed = |error| CorpusError::io(path, "write", error);
    let there = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = there.as_path();
    if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        let mut file = fs::File::options().write(true).open(path).map_err(failed)?;
        return file.write_all(bytes).map_err(failed);
    }
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = dir.unwrap_or(Path::new("."));
    fs::create_dir_all(dir).map_err(failed)?;
    gate::write_whole(|| {
        // Dropping the file removes it; a rename in one folder is atomic.
        let mut file = tempfile::Builder::new()
            .prefix(&format!("{UNFINISHED}{}-", std::process::id()))
            .tempfile_in(dir)
            .map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        make_readable(file.as_file()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    })
}

/// How the names of files that are being written begin; the id of the process that writes them follows.
const UNFINISHED: &str = ".unfinished-";

/// Removes the unfinished files in the folder `dir` that were left by processes that are no more.
pub fn remove_unfinished(dir: &Path) {
    remove_of_the_dead(dir, UNFINISHED);
}

/// Removes the files in the folder `dir` whose names are `prefix` and the id of a process that is no more, whatever
/// follows it.
pub fn remove_of_the_dead(dir: &Path, prefix: &str) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(prefix));
        let owner = owner.and_then(|rest| rest.split('-').next()?.parse().ok());
        if owner.is_some_and(|owner| !is_running(owner)) {
            // Another process may have removed it.
            let _gone = fs::remove_file(entry.path());
        }
    }
}

/// Whether there is a process with this id.
pub(crate) fn is_running(id: i32) -> bool {
    let pid = rustix::process::Pid::from_raw(id);
    let told = pid.map(rustix::process::test_kill_process);
    // One of another user is there as well.
    !matches!(told, None | Some(Err(rustix::io::Errno::SRCH)))
}

/// Everything in the file at `path`, which has at most `limit` bytes.
///
/// # Errors
/// Those of the file system; a longer file; a folder, a device or a pipe, none of which is opened.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, CorpusError> {
    let unreadable = |error| CorpusError::io(path, "read", error);
    // One that is no file may have no end, and to open a pipe waits for its writer.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        let fix = "name a file, or copy it into one";
        return Err(CorpusError::case(path, "it is no ordinary file", fix));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    match read_at_most(file, limit, &mut bytes).map_err(unreadable)? {
        true => Ok(bytes),
        false => {
            let what = format!("it is longer than the {limit} bytes that such a file may have");
            Err(CorpusError::case(path, what, "is it the right file?"))
        }
    }
}

/// As [`read`], and the file holds text.
///
/// # Errors
/// Those of [`read`]; bytes that are not UTF-8.
pub fn read_text(path: &Path, limit: u64) -> Result<String, CorpusError> {
    String::from_utf8(read(path, limit)?).map_err(|error| {
        let what = format!("byte {} is not UTF-8", error.utf8_error().valid_up_to());
        CorpusError::case(path, what, "write such bytes as \\xNN")
    })
}

/// Adds everything from `reader` to `bytes`, unless it is more than `limit` bytes. Whether it was not; no more than one
/// byte more is read.
///
/// # Errors
/// Those of `reader`, and memory that runs out.
pub fn read_at_most(reader: impl Read, limit: u64, bytes: &mut Vec<u8>) -> io::Result<bool> {
    let read = reader.take(limit.saturating_add(1)).read_to_end(bytes)?;
    Ok(read as u64 <= limit)
}

/// Temporary files are for their owner's eyes only; cases are for everyone's.
fn make_readable(file: &fs::File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}

/// The cases in a folder, one in each file, sorted by name.
///
/// # Errors
/// Everything that is wrong with them, together; no case at all.
pub(crate) fn load_folder<C>(
    dir: &Path,
    load: impl Fn(&Path) -> Result<C, CorpusError>,
) -> Result<Vec<C>, CorpusError> {
    let (mut paths, mut cases, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    list(dir, &mut paths, &mut errors);
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    for path in paths {
        match load(&path) {
            Ok(case) => cases.push(case),
            Err(error) => errors.push(error),
        }
    }
    if cases.is_empty() && errors.is_empty() {
        let fix = "is this the corpus folder of the repository?";
        errors.push(CorpusError::case(dir, "it holds no case", fix));
    }
    CorpusError::all(errors)?;
    Ok(cases)
}

/// Adds the files under `dir`, in order. Hidden files are left out: they are unfinished.
pub(crate) fn list(dir: &Path, files: &mut Vec<PathBuf>, errors: &mut Vec<CorpusError>) {
    let entries = fs::read_dir(dir).and_then(|entries| {
        let entries: Result<Vec<_>, _> = entries.collect();
        entries
    });
    let mut paths: Vec<PathBuf> = match entries {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
        Err(error) => return errors.push(CorpusError::io(dir, "list", error)),
    };
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy());
        if name.is_none_or(|name| name.starts_with('.')) {
            continue;
        }
        if path.is_dir() {
            list(&path, files, errors);
        } else {
            files.push(path);
        }
    }
}
