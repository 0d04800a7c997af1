//! Where inputs come from: cases, raw files, captures, folders of them, and stdin.

mod kind;
mod load;
mod long;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use corpus::traffic::{self, capture, foreign};
use corpus::{Case, case};
use parsers::Family;

use super::Console;
use kind::{TomlKind, kind};
pub use load::bytes;
use load::{Loaded, load};
use reports::engine::Engine;
use reports::format::entry::Entry;

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

impl Sample {
    /// What readers are given of it.
    pub fn given(&self) -> parsers::StreamInput<'_> {
        let case = self.case.as_ref();
        parsers::StreamInput::new(&self.input, case.map(Case::asked).unwrap_or_default())
    }
}

/// What is found under a path.
#[allow(clippy::large_enum_variant, reason = "nearly all are of the large one")]
pub enum Input {
    /// Bytes that readers read.
    Messages(Sample),
    /// A case that is played.
    Played(PathBuf, &'static dyn Engine),
}

/// Takes one input; an error ends everything.
pub type TakeInput<'t> = dyn FnMut(Input, &mut Console<'_>) -> anyhow::Result<()> + 't;
/// Takes one sample; an error ends everything.
pub type TakeSample<'t> = dyn FnMut(Sample, &mut Console<'_>) -> anyhow::Result<()> + 't;

/// Hands on every input under `path`. What is wrong with one is said, and the next follows. That there is nothing
/// under `path` is trouble.
///
/// # Errors
/// Those of `take`.
pub fn each(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut TakeInput<'_>,
) -> anyhow::Result<()> {
    let before = console.troubles;
    let mut taken = 0;
    let mut take = |input: Input, console: &mut Console<'_>| {
        taken += 1;
        take(input, console)
    };
    if path.is_dir() {
        each_in(path, asked, console, &mut take)?;
        if taken == 0 && console.troubles == before {
            let name = name(path);
            console.complain(&format_args!("{name}: there is no input in this folder"));
        }
        return Ok(());
    }
    file(path, asked, Empty::Trouble, console, &mut take)
}

/// Hands on every input under `path` in which readers see messages. Cases that are played are left out, and that is
/// said.
///
/// # Errors
/// Those of `take`.
pub fn each_sample(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut TakeSample<'_>,
) -> anyhow::Result<()> {
    let is_folder = path.is_dir();
    let before = console.troubles;
    let mut samples = 0;
    each(path, asked, console, &mut |input, console| {
        samples += usize::from(matches!(input, Input::Messages(_)));
        sample_of(input, is_folder, console, take)
    })?;
    if samples == 0 && console.troubles == before {
        let name = name(path);
        console.complain(&format_args!(
            "{name}: all that this folder holds is played, not read: `misframe check {name}`"
        ));
    }
    Ok(())
}

/// Hands on the inputs in one file: one, or one for each connection of a capture.
///
/// # Errors
/// Those of `take`.
pub fn one(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut TakeInput<'_>,
) -> anyhow::Result<()> {
    file(path, asked, Empty::Accepted, console, take)
}

/// Hands on the inputs in one file in which readers see messages. That a case is played is trouble.
///
/// # Errors
/// Those of `take`.
pub fn one_sample(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut TakeSample<'_>,
) -> anyhow::Result<()> {
    one(path, asked, console, &mut |input, console| {
        sample_of(input, false, console, take)
    })
}

fn sample_of(
    input: Input,
    is_in_folder: bool,
    console: &mut Console<'_>,
    take: &mut TakeSample<'_>,
) -> anyhow::Result<()> {
    match input {
        Input::Messages(sample) => return take(sample, console),
        Input::Played(_, engine) if is_in_folder => {
            console.leave(&format!("{} case", engine.name()));
        }
        Input::Played(path, engine) => {
            let (name, word) = (name(&path), engine.name());
            console.complain(&format_args!(
                "{name}: it is a {word} case; `misframe {word} check {name}` plays it"
            ));
        }
    }
    Ok(())
}

/// Plays a case, and gives the entry of it; none when something is wrong with it, which is said.
pub fn played(
    path: &Path,
    engine: &'static dyn Engine,
    console: &mut Console<'_>,
) -> Option<Entry> {
    match engine.play(path) {
        Ok(played) => Some(Entry::of_played(name(path), played)),
        Err(error) => {
            console.complain(&format_args!("{error:#}"));
            None
        }
    }
}

/// What is done with a raw file that is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Empty {
    /// It is read as it is.
    Accepted,
    /// The user has named it, and it cannot be judged.
    Trouble,
    /// It is left out.
    Left,
}

fn file(
    path: &Path,
    asked: Option<&'static Family>,
    empty: Empty,
    console: &mut Console<'_>,
    take: &mut TakeInput<'_>,
) -> anyhow::Result<()> {
    if kind::has_extension(path, "toml") {
        return case_file(path, asked, console, take);
    }
    let loaded = match load(path, console) {
        Ok(loaded) => loaded,
        Err(what) => {
            console.complain(&format_args!("{}: {what}", name(path)));
            return Ok(());
        }
    };
    let input = match loaded {
        Loaded::Capture => {
            let family = asked.unwrap_or(parsers::family::DEFAULT);
            return each_stream(path, path, family, console, take);
        }
        Loaded::Spooled(spool) => {
            let family = asked.unwrap_or(parsers::family::DEFAULT);
            return each_stream(spool.path(), path, family, console, take);
        }
        Loaded::Raw(input) => input,
    };
    if input.is_empty() && (empty != Empty::Accepted || capture::is_named(path)) {
        let name = name(path);
        match empty {
            Empty::Left if !capture::is_named(path) => console.leave("empty file"),
            _ => console.complain(&format_args!(
                "{name}: it is empty; there is nothing to judge"
            )),
        }
        return Ok(());
    }
    let family = asked.unwrap_or_else(|| guess(path, &input));
    if let Some(foreign) = foreign::recognise(family, &input) {
        console.complain(&format_args!("{}: {foreign}", name(path)));
        return Ok(());
    }
    let mut input = input;
    let (most, what) = match empty {
        Empty::Accepted => (long::DRAWN, "read"),
        _ => (long::MESSAGES, "judged"),
    };
    if let Some(end) = long::end(family, &input, most) {
        console.complain(&format_args!(
            "{}: only the first {most} messages are {what}, {end} bytes of {}; give what follows as a file of its own",
            name(path),
            input.len()
        ));
        input.truncate(end);
    }
    let sample = Sample {
        file: name(path),
        place: None,
        family,
        case: None,
        input,
    };
    take(Input::Messages(sample), console)
}

/// Hands on the case in a file.
fn case_file(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut TakeInput<'_>,
) -> anyhow::Result<()> {
    let family = match (kind(path), asked) {
        (TomlKind::Played(engine), None) => {
            return take(Input::Played(path.to_owned(), engine), console);
        }
        (TomlKind::Of(family), None) | (_, Some(family)) => family,
        (TomlKind::Other | TomlKind::Bare, None) => {
            console.complain(&format_args!(
                "{}: no folder above it is named for a family; give --family, or move it into such a folder",
                name(path)
            ));
            return Ok(());
        }
    };
    match case::load(path, family) {
        Ok(case) => {
            let input = case.input.clone();
            let sample = Sample {
                file: name(path),
                place: None,
                family,
                case: Some(case),
                input,
            };
            take(Input::Messages(sample), console)
        }
        Err(error) => {
            console.complain(&error);
            Ok(())
        }
    }
}

/// Hands on the streams in the capture at `path`, which the user has named `shown`.
fn each_stream(
    path: &Path,
    shown: &Path,
    family: &'static Family,
    console: &mut Console<'_>,
    take: &mut TakeInput<'_>,
) -> anyhow::Result<()> {
    if let Err(unserved) = traffic::CUT.of(family) {
        console.complain(&format_args!("{}: {unserved}", name(shown)));
        return Ok(());
    }
    let mut done = Ok(());
    let file = path.file_name().map(|name| name.to_string_lossy());
    let file = file.unwrap_or_default();
    let shown = name(shown);
    let read = traffic::read_streams(path, &mut |stream| {
        if done.is_err() {
            return;
        }
        let place = stream.source.strip_prefix(&*file);
        let place = place.unwrap_or(&stream.source).trim();
        let sample = Sample {
            file: format!("{shown}#{place}"),
            place: Some(place.to_owned()),
            family,
            case: None,
            input: stream.bytes,
        };
        done = take(Input::Messages(sample), console);
    });
    done?;
    let summary = match read {
        Ok(summary) => summary,
        Err(error) => {
            console.complain(&error);
            return Ok(());
        }
    };
    for note in summary.notes.iter().chain(&summary.skipped) {
        console.note(note);
    }
    for left in &summary.partial {
        console.complain(&format_args!("{left}; what is left out is not judged"));
    }
    if summary.streams == 0 {
        console.complain(&format_args!("{shown}: it holds no stream of requests"));
    }
    Ok(())
}

/// Hands on the inputs in a folder, in the order of their names. Of a folder that holds folders of cases, the other
/// folders are left out.
fn each_in(
    dir: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut TakeInput<'_>,
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
    let has_cases = paths.iter().any(|path| kind::is_of_cases(path));
    for path in paths {
        if path.is_dir() {
            if kind::is_hidden(&path) {
                console.leave("hidden folder");
            } else if path.is_symlink() {
                // It may lead back here.
                console.leave("linked folder");
            } else if has_cases && !kind::is_of_cases(&path)
                || asked.is_some_and(|asked| kind::is_of_others(&path, asked))
            {
                console.leave_folder(name(&path));
            } else {
                each_in(&path, asked, console, take)?;
            }
        } else if kind::is_hidden(&path) {
            console.leave("hidden file");
        } else if !kind::is_beside_an_input(&path, has_cases) {
            in_folder(&path, asked, console, take)?;
        }
    }
    Ok(())
}

/// Hands on the inputs in a file that lies in a folder which the user has named.
fn in_folder(
    path: &Path,
    asked: Option<&'static Family>,
    console: &mut Console<'_>,
    take: &mut TakeInput<'_>,
) -> anyhow::Result<()> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some(extension) if kind::OTHER.contains(&extension) => {
            console.leave(&format!(".{extension} file"));
            Ok(())
        }
        Some("toml") => match kind(path) {
            TomlKind::Other => {
                console.leave(".toml file that is no case");
                Ok(())
            }
            TomlKind::Played(engine) if asked.is_some() => {
                console.leave(&format!("{} case", engine.name()));
                Ok(())
            }
            _ => case_file(path, asked, console, take),
        },
        _ => file(path, asked, Empty::Left, console, take),
    }
}

/// The family of a raw file: that which its extension or its bytes speak for.
fn guess(path: &Path, input: &[u8]) -> &'static Family {
    let extension = path.extension().and_then(|extension| extension.to_str());
    Family::guess(extension, input).unwrap_or(parsers::family::DEFAULT)
}

/// A path as it is shown: fit for a terminal, with `/` between its parts.
pub fn name(path: &Path) -> String {
    corpus::escape::display_text(&path.to_string_lossy())
}
