//! Peers that are processes, kept alive and asked line by line; `PROTOCOL.md` says how.

mod answer;
pub(crate) mod installed;
mod process;
mod serve;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use parsers::Family;
use parsers::unidiff::tree::Tree;

use crate::confine::Prepared;
use crate::{About, BuiltTree, Failure, Opened, Peer, Pieces, Reach, Role, Seen};
use process::{Process, WorkerLimits};

pub(crate) use answer::beginning;
pub use process::end_all;
pub(crate) use process::{keep, memory, remember};
pub use serve::serve;

/// A worker that is not running yet.
pub struct Worker {
    /// What runs it.
    pub program: Program,
    /// Its source, in pieces that belong together; empty for a program that was built.
    pub source: &'static [&'static str],
}

/// What runs a worker.
pub enum Program {
    /// Python 3, of the installed peers if they have one.
    Python,
    /// Node.js, with the packages of the installed peers.
    Node,
    /// A program of this name among the installed peers.
    Built(&'static str),
    /// A command of the user's and its arguments.
    Command(Vec<OsString>),
}

macro_rules! workers {
    ($($family:path { $($constant:ident $name:literal $role:ident $licence:literal $program:expr, [$($source:expr),*], $adds:literal, $cuts:literal;)* })*) => {
        $($(
            #[doc = concat!($name, ".")]
            static $constant: About = About {
                name: $name,
                family: &$family,
                licence: $licence,
                adds: $adds,
                cuts: $cuts,
                role: Role::$role,
                calibrates: false,
                is_fast: false,
                reach: Reach::Worker(Worker { program: $program, source: &[$($source),*] }),
            };
        )*)*

        /// Those that are kept alive, by family and name.
        pub(crate) static PEERS: &[&About] = &[$($(&$constant,)*)*];
    };
}

const PYTHON: &str = include_str!("../../workers/serve.py");
const NODE: &str = include_str!("../../workers/serve.js");

workers! {
    parsers::http1::REQUEST {
        AIOHTTP "aiohttp" Server "Apache-2.0 AND MIT" Program::Python,
            ["NAME = 'aiohttp'\n", PYTHON, include_str!("../../workers/aiohttp.py")],
            "ends, by giving it one byte at a time",
            "a request that is rejected loses those that came in the same piece, and an Upgrade that is ignored \
             what follows it there";
        AIOHTTP_PYTHON "aiohttp-python" Server "Apache-2.0 AND MIT" Program::Python,
            ["NAME = 'aiohttp-python'\n", PYTHON, include_str!("../../workers/aiohttp.py")],
            "ends, by giving it one byte at a time",
            "a request that is rejected loses those that came in the same piece";
        GO_NET_HTTP "go-net-http" Library "BSD-3-Clause" Program::Built("go-net-http"), [],
            "http.ReadRequest, without what the server checks after it", "";
        H11 "h11" Library "MIT" Program::Python, [PYTHON, include_str!("../../workers/h11.py")],
            "a 200 to each request", "";
        HTTP_PARSER_JS "http-parser-js" Library "MIT" Program::Node, [NODE, include_str!("../../workers/http_parser_js.js")],
            "ends, by giving it one byte at a time",
            "of content whose length is no number, a piece is read as it comes";
        HTTPTOOLS "httptools" Library "MIT" Program::Python, [PYTHON, include_str!("../../workers/httptools.py")],
            "ends, by giving it one byte at a time; nothing is read of a piece in which an Upgrade is ignored, as in uvicorn",
            "an Upgrade that is ignored loses what follows in the same piece";
        NODE_JS "node" Server "MIT" Program::Node, [NODE, include_str!("../../workers/node.js")],
            "ends, by giving it one byte at a time",
            "an Upgrade that is ignored loses what follows in the same piece";
        WAITRESS "waitress" Server "ZPL-2.1" Program::Python, [PYTHON, include_str!("../../workers/waitress.py")],
            "", "";
    }
    parsers::unidiff::UNIFIED {
        GITDIFF_PARSER "gitdiff-parser" Library "MIT" Program::Node, [NODE, include_str!("../../workers/gitdiff_parser.js")],
            "", "";
        JSDIFF "jsdiff" Library "BSD-3-Clause" Program::Node, [NODE, include_str!("../../workers/jsdiff.js")],
            "", "";
        PARSE_DIFF "parse-diff" Library "MIT" Program::Node, [NODE, include_str!("../../workers/parse_diff.js")],
            "", "";
        PATCH_NG "patch-ng" Library "MIT" Program::Python,
            ["import patch_ng as patch\n", PYTHON, include_str!("../../workers/python_patch.py")],
            "", "";
        PYTHON_PATCH "python-patch" Library "MIT" Program::Python,
            ["import patch\n", PYTHON, include_str!("../../workers/python_patch.py")],
            "", "";
        UNIDIFF_PYTHON "unidiff-python" Library "MIT" Program::Python, [PYTHON, include_str!("../../workers/unidiff.py")],
            "", "";
        WHATTHEPATCH "whatthepatch" Library "MIT" Program::Python, [PYTHON, include_str!("../../workers/whatthepatch.py")],
            "", "";
    }
}

impl Worker {
    /// Starts it.
    ///
    /// # Errors
    /// [`Failure::Absent`] when it is not there, with what to do; another failure when it is and does not
    /// begin as it should.
    pub fn open(&self, name: &str) -> Result<Opened, Failure> {
        let (prepared, flag) = match &self.program {
            Program::Python => (installed::python(), Some("-c")),
            Program::Node => (installed::node(), Some("-e")),
            Program::Built(program) => (installed::built(program), None),
            Program::Command(words) => (Prepared::of_command(words), None),
        };
        let is_ours = !matches!(self.program, Program::Command(_));
        let started = prepared.and_then(|mut prepared| {
            if let Some(flag) = flag {
                prepared.command.arg(flag).arg(self.source.concat());
            }
            Process::start(prepared, WorkerLimits::USUAL)
        });
        let (process, hello) = started.map_err(|failure| match failure {
            Failure::Absent(why) if is_ours => {
                Failure::Absent(format!("{why}; install it with `peers/install {name}`"))
            }
            other => other,
        })?;
        Ok(Opened {
            name: hello.name,
            version: hello.version,
            peer: Box::new(Running {
                process,
                is_ours: false,
            }),
        })
    }
}

/// What a command of the user's is called until it says its name.
pub const COMMAND: &str = "cmd";

/// The words of a command, as a shell would split it.
///
/// # Errors
/// When it is no command.
pub fn words(command: &str) -> Result<Vec<String>, String> {
    let words = shlex::split(command).filter(|words| !words.is_empty());
    words.ok_or_else(|| format!("{command:?} is no command: is a quote not closed?"))
}

/// A peer that the user runs: `command` is split into words as a shell would. It is kept for ever, as those in
/// the registry are.
///
/// # Errors
/// When it is no command.
pub fn of_command(command: &str, family: &'static Family) -> Result<&'static About, String> {
    let words = words(command)?;
    Ok(Box::leak(Box::new(About {
        name: COMMAND,
        family,
        licence: "",
        adds: "",
        cuts: "",
        role: Role::Library,
        calibrates: false,
        is_fast: false,
        reach: Reach::Worker(Worker {
            program: Program::Command(words.into_iter().map(OsString::from).collect()),
            source: &[],
        }),
    })))
}

/// Opens a peer that is part of this binary in a process of its own: `program` with these `words` [serves](serve) it. It
/// has the time and the memory of other workers, and is ended when it takes more.
///
/// # Errors
/// As [`Worker::open`].
pub fn open_apart(program: &Path, words: &[&str]) -> Result<Opened, Failure> {
    let started = Process::start(Prepared::itself(program, words), WorkerLimits::USUAL);
    let (process, hello) = started?;
    Ok(Opened {
        name: hello.name,
        version: hello.version,
        peer: Box::new(Running {
            process,
            is_ours: true,
        }),
    })
}

/// The folder of the installed peers, if there is one.
pub(crate) fn installed() -> Option<PathBuf> {
    installed::folder()
}

/// A worker that runs.
struct Running {
    process: Process,
    /// Whether this program serves it, and it can be given trees.
    is_ours: bool,
}

impl Peer for Running {
    fn read(&mut self, input: &[u8], pieces: Pieces, seen: &mut Seen) -> Result<(), Failure> {
        let question = answer::question(input, pieces, seen.wants_facts());
        let line = self.process.ask(question, answer::longest(input.len()))?;
        let taken = answer::take(&line, input, seen);
        if matches!(taken, Err(Failure::Rubbish(_))) {
            // What it says next would be read as the answer to the next question.
            self.process.end();
        }
        taken
    }

    fn build(&mut self, tree: &Tree, patch: &[u8]) -> Option<Result<BuiltTree, Failure>> {
        if !self.is_ours {
            return None;
        }
        let length = tree
            .iter()
            .map(|(path, file)| path.len() + file.content.len());
        let length = patch.len() + length.sum::<usize>();
        let task = answer::task(tree, patch);
        match self.process.ask(task, answer::longest(length)) {
            Ok(line) => answer::take_built(&line),
            Err(failure) => Some(Err(failure)),
        }
    }

    fn is_usable(&mut self) -> bool {
        self.process.is_alive()
    }
}

#[cfg(test)]
mod tests;
