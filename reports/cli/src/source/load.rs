//! What is in a file, a pipe or standard input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use corpus::file::read_at_most;
use corpus::traffic::capture;
use tempfile::NamedTempFile;

use super::super::Console;
use super::name;
use corpus::number::thousands;

/// The longest raw input, in bytes.
const LONGEST: u64 = 1 << 30;

/// Everything in the file at `path`, which may be a pipe, or of standard input for `-`: at most `limit` bytes.
///
/// # Errors
/// Whatever cannot be read, or is longer.
pub fn bytes(path: &Path, limit: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = match path == Path::new("-") {
        true => read_at_most(io::stdin().lock(), limit, &mut bytes),
        false => File::open(path).and_then(|file| read_at_most(file, limit, &mut bytes)),
    };
    let is_whole = read.with_context(|| format!("{}: cannot read it", name(path)))?;
    if !is_whole {
        let (name, limit) = (name(path), thousands(limit));
        bail!("{name}: it is longer than the {limit} bytes that are read; give less");
    }
    Ok(bytes)
}

/// What a file holds.
pub enum Loaded {
    /// These bytes.
    Raw(Vec<u8>),
    /// A capture.
    Capture,
    /// A capture that came through a pipe.
    Spooled(NamedTempFile),
}

/// How long a pipe may be silent before that is said.
const SILENCE: Duration = Duration::from_secs(1);

/// Reads the file that the user has named, or looks that it is a capture.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn load(path: &Path, console: &mut Console<'_>) -> Result<Loaded, String> {
    if path == Path::new("-") {
        let front = patiently(path, console, || front(&mut io::stdin().lock()));
        return piped(front?, io::stdin().lock());
    }
    let opened = |path: &Path| {
        let file = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        file.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                "there is no such file; name a case, a raw file, a capture or a folder".to_owned()
            }
            io::ErrorKind::PermissionDenied => {
                "this user may not read it; change its permissions or copy it".to_owned()
            }
            _ => format!("cannot open it: {error}"),
        })
    };
    if is_pipe(path) {
        let to_open = path.to_owned();
        let (front, file) = patiently(path, console, move || {
            let (_, mut file) = opened(&to_open)?;
            Ok((front(&mut file)?, file))
        })?;
        return piped(front, file);
    }
    let (about, mut file) = opened(path)?;
    if about.is_dir() {
        return Err("it is a folder; name a file in it, or use `misframe check`".to_owned());
    }
    let magic = front(&mut file)?;
    // What is wrong with a capture is reported when its streams are read.
    if !matches!(capture::CaptureFormat::of(path, &magic), Ok(None)) {
        return Ok(Loaded::Capture);
    }
    let mut file = magic.as_slice().chain(file);
    raw(&mut file, about.len()).map(Loaded::Raw)
}

fn is_pipe(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        fs::metadata(path).is_ok_and(|about| about.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// The bytes by which a capture is known, or fewer where there are not so many.
fn front(reader: &mut dyn Read) -> Result<Vec<u8>, String> {
    let mut magic = Vec::with_capacity(4);
    let read = reader.take(4).read_to_end(&mut magic);
    read.map_err(|error| format!("cannot read it: {error}"))?;
    Ok(magic)
}

/// Does what may have to wait for another process, and says so when it takes long.
fn patiently<T: Send + 'static>(
    path: &Path,
    console: &mut Console<'_>,
    act: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (sender, done) = channel();
    thread::spawn(move || {
        // The receiver may be gone.
        let _gone = sender.send(act());
    });
    if let Ok(done) = done.recv_timeout(SILENCE) {
        return done;
    }
    let what = match path == Path::new("-") {
        true => "standard input: no bytes yet; waiting".to_owned(),
        false => format!("{}: a pipe without bytes yet; waiting", name(path)),
    };
    console.note(&what);
    let silent = || Err("cannot read it".to_owned());
    done.recv().unwrap_or_else(|_| silent())
}

/// What came through a pipe and began so.
fn piped(magic: Vec<u8>, rest: impl Read) -> Result<Loaded, String> {
    let is_capture = !matches!(capture::CaptureFormat::of(Path::new(""), &magic), Ok(None));
    let mut all = magic.as_slice().chain(rest);
    if !is_capture {
        return raw(&mut all, 0).map(Loaded::Raw);
    }
    let spool = NamedTempFile::new().and_then(|mut spool| {
        let copied = io::copy(&mut all.take(LONGEST + 1), &mut spool)?;
        Ok((copied, spool))
    });
    let (copied, spool) = spool.map_err(|error| format!("cannot keep it in a file: {error}"))?;
    match copied > LONGEST {
        true => Err(format!(
            "it is longer than the {} bytes of a capture that are read from a pipe; name its file",
            thousands(LONGEST)
        )),
        false => Ok(Loaded::Spooled(spool)),
    }
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
