//! Where inputs come from: cases, raw files, captures, folders of them, and stdin.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use corpus::traffic::{self, capture};
use corpus::{Case, case};
use parsers::{FAMILIES, Family};

use super::Console;
use crate::confirm::is_beside_a_case;
use crate::entry::Entry;
use crate::picture::thousands;

/// The longest raw input, in bytes.
const LONGEST: u64 = 1 << 30;

/// Files that lie among inputs and are none.
const OTHER: &[&str] = &["md", "snap", "rs"];

/// An input with a name.
pub struct Sample {
    /// Where it comes from, as the user named it, and `#` with the place if it is a part of that file.
    pub file: String,
    /// The place inside the file, such as a connection of a capture.
    pub place: Option<String>,
    /// The family by which it is read.
    pub family: &'static Family,
    /// The case that holds it, if one does.
    pub case: Option<Case>,
    /// The bytes.
    pub input: Vec<u8>,
}

/// Takes one sample; an error ends everything.
pub type Take<'t> = dyn FnMut(Sample, &mut Console<'_>) -> anyhow::Result<()> + 't;

/// Hands on every input under `path`. What is wrong with one is said, and the next follows.
///
/// # Errors
/// Those of `take`.
pub fn each(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut Take<'_>,
) -> anyhow::Result<()> {
    if is_sessions(path) {
        let name = name(path);
        console.complain(&format_args!(
            "{name}: it holds sessions; `misframe check {name}` plays them"
        ));
        return Ok(());
    }
    if path.is_dir() {
        return each_in(path, asked, console, take);
    }
    one(path, asked, console, take)
}

/// The session cases under `path`. What is wrong with one is said.
pub fn sessions(path: &Path, console: &mut Console<'_>) -> Vec<Entry> {
    let mut files = Vec::new();
    let folder = match is_sessions(path) {
        true => path.to_owned(),
        false => path.join(SESSIONS),
    };
    if is_session_case(path) {
        files.push(path.to_owned());
    } else if folder.is_dir() {
        let listed = fs::read_dir(&folder).into_iter().flatten().flatten();
        files.extend(listed.map(|entry| entry.path()));
        files.retain(|file| is_session_case(file));
        files.sort();
    }
    let mut entries = Vec::new();
    for file in files {
        match corpus::session::load(&file) {
            Ok(case) => entries.push(Entry::of_session(name(&file), case)),
            Err(error) => console.complain(&error),
        }
    }
    entries
}

/// The name of the folders of session cases.
const SESSIONS: &str = "session";

/// Whether it is a folder of session cases.
fn is_sessions(folder: &Path) -> bool {
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    whole.is_dir() && whole.file_name().is_some_and(|name| name == SESSIONS)
}

/// Whether it is a session case, or a folder of them.
pub fn is_session(path: &Path) -> bool {
    is_sessions(path) || is_session_case(path)
}

/// Whether it is a session case: one in such a folder.
fn is_session_case(path: &Path) -> bool {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_case = whole
        .extension()
        .is_some_and(|extension| extension == "toml");
    is_case && whole.parent().is_some_and(is_sessions)
}

/// Hands on the inputs in one file: one, or one for each connection of a capture.
///
/// # Errors
/// Those of `take`.
pub fn one(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut Take<'_>,
) -> anyhow::Result<()> {
    if path
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        if asked.is_none() && is_session_case(path) {
            let name = name(path);
            console.complain(&format_args!(
                "{name}: it is a session; `misframe session check {name}` plays it"
            ));
            return Ok(());
        }
        let family = family_of(path, asked);
        return match case::load(path, family) {
            Ok(case) => {
                let input = case.input.clone();
                let sample = Sample {
                    file: name(path),
                    place: None,
                    family,
                    case: Some(case),
                    input,
                };
                take(sample, console)
            }
            Err(error) => {
                console.complain(&error);
                Ok(())
            }
        };
    }
    match load(path) {
        Ok(Loaded::Raw(input)) => {
            let family = asked.unwrap_or_else(|| guess(path, &input));
            let sample = Sample {
                file: name(path),
                place: None,
                family,
                case: None,
                input,
            };
            take(sample, console)
        }
        Ok(Loaded::Capture) => {
            let family = asked.unwrap_or_else(default_family);
            each_stream(path, family, console, take)
        }
        Err(what) => {
            console.complain(&format_args!("{}: {what}", name(path)));
            Ok(())
        }
    }
}

enum Loaded {
    Raw(Vec<u8>),
    Capture,
}

fn load(path: &Path) -> Result<Loaded, String> {
    if path == Path::new("-") {
        return raw(&mut io::stdin().lock(), 0).map(Loaded::Raw);
    }
    let file = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    let (about, mut file) = file.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            "there is no such file; name a case, a raw file, a capture or a folder".to_owned()
        }
        io::ErrorKind::PermissionDenied => {
            "this user may not read it; change its permissions or copy it".to_owned()
        }
        _ => format!("cannot open it: {error}"),
    })?;
    if about.is_dir() {
        return Err("it is a folder; name a file in it, or use `misframe check`".to_owned());
    }
    let mut magic = Vec::with_capacity(4);
    let magic_read = file.by_ref().take(4).read_to_end(&mut magic);
    magic_read.map_err(|error| format!("cannot read it: {error}"))?;
    // Where there is something wrong with a capture, who reads its streams says so.
    if !matches!(capture::Format::of(path, &magic), Ok(None)) {
        return Ok(Loaded::Capture);
    }
    let mut file = magic.as_slice().chain(file);
    raw(&mut file, about.len()).map(Loaded::Raw)
}

/// All bytes of `reader`, which is expected to hold `len`.
fn raw(reader: &mut dyn Read, len: u64) -> Result<Vec<u8>, String> {
    let mut input = Vec::new();
    if len <= LONGEST {
        let len = usize::try_from(len).unwrap_or(0);
        let room = input.try_reserve_exact(len + 1);
        room.map_err(|_| format!("no memory for its {} bytes", thousands(len as u64)))?;
        let all = reader.take(LONGEST + 1).read_to_end(&mut input);
        all.map_err(|error| format!("cannot read it: {error}"))?;
    }
    if len > LONGEST || input.len() as u64 > LONGEST {
        return Err(format!(
            "it is longer than the {} bytes that are read as one input; \
             cut it where a message ends, for instance with `head -c`",
            thousands(LONGEST)
        ));
    }
    Ok(input)
}

fn each_stream(
    path: &Path,
    family: &'static Family,
    console: &mut Console<'_>,
    take: &mut Take<'_>,
) -> anyhow::Result<()> {
    let mut done = Ok(());
    let file = path.file_name().map(|name| name.to_string_lossy());
    let file = file.unwrap_or_default();
    let read = traffic::read_streams(path, &mut |stream| {
        if done.is_err() {
            return;
        }
        let place = stream.source.strip_prefix(&*file);
        let place = place.unwrap_or(&stream.source).trim();
        let sample = Sample {
            file: format!("{}#{place}", name(path)),
            place: Some(place.to_owned()),
            family,
            case: None,
            input: stream.bytes,
        };
        done = take(sample, console);
    });
    done?;
    match read {
        Ok(summary) => {
            for note in summary.notes.iter().chain(&summary.skipped) {
                console.note(note);
            }
        }
        Err(error) => console.complain(&error),
    }
    Ok(())
}

/// Hands on the inputs in a folder, in the order of their names. Of a folder that holds folders named
/// for families, only these are looked at.
fn each_in(
    dir: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut Take<'_>,
) -> anyhow::Result<()> {
    let listed = fs::read_dir(dir).and_then(|entries| {
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        paths.collect::<io::Result<Vec<PathBuf>>>()
    });
    let mut paths = match listed {
        Ok(paths) => paths,
        Err(error) => {
            console.complain(&format_args!("{}: cannot list it: {error}", name(dir)));
            return Ok(());
        }
    };
    paths.sort();
    paths.retain(|path| !is_sessions(path));
    let is_family = |path: &PathBuf| path.is_dir() && family_named(path).is_some();
    if paths.iter().any(is_family) {
        paths.retain(is_family);
        if let Some(asked) = asked {
            paths.retain(|path| family_named(path).is_some_and(|f| f.name == asked.name));
        }
    }
    for path in paths {
        if is_hidden(&path) {
            continue;
        }
        if path.is_dir() {
            // A link to a folder may lead back here.
            if !path.is_symlink() {
                each_in(&path, asked, console, take)?;
            }
        } else if !is_other(&path) {
            one(&path, asked, console, take)?;
        }
    }
    Ok(())
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.starts_with('.'))
}

/// Whether it belongs to a case, or is no input at all.
fn is_other(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        OTHER.contains(&extension)
            || is_beside_a_case(path)
            || extension == "bin" && path.with_extension("toml").is_file()
    })
}

/// The family asked for, else the one for which a folder above `path` is named.
fn family_of(path: &Path, asked: Option<&'static Family>) -> &'static Family {
    let above = || {
        let whole = fs::canonicalize(path).ok()?;
        whole.ancestors().find_map(family_named)
    };
    asked.or_else(above).unwrap_or_else(default_family)
}

fn family_named(dir: &(impl AsRef<Path> + ?Sized)) -> Option<&'static Family> {
    Family::named(dir.as_ref().file_name()?.to_str()?)
}

/// The family of a raw file: that which its extension or its bytes speak for.
fn guess(path: &Path, input: &[u8]) -> &'static Family {
    let extension = path.extension().and_then(|extension| extension.to_str());
    Family::guess(extension, input).unwrap_or_else(default_family)
}

/// The family of inputs of which nothing tells another.
pub fn default_family() -> &'static Family {
    FAMILIES
        .first()
        .copied()
        .unwrap_or(&parsers::http1::REQUEST)
}

/// A path as it is shown: fit for a terminal, with `/` between its parts.
pub fn name(path: &Path) -> String {
    corpus::escape::display_text(&path.to_string_lossy())
}
