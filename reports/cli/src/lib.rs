//! The command line of `misframe`: a contract with the tools that read it.

mod args;
mod chain;
mod check;
mod commits;
mod confinement;
mod cuts;
mod each;
mod effects;
mod fidelity;
mod hop;
mod import;
mod judges;
mod keep;
mod lab;
mod learn;
mod man;
mod matrix;
mod peers;
mod pipe;
mod policies;
mod probe;
mod read;
mod recorded;
mod report;
mod rules;
mod session;
mod source;
mod tally;
mod target;

use corpus::number::counted;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{CommandFactory as _, Parser, Subcommand};
use corpus::escape::{self, Screen};
use parsers::Family;
use serde::Serialize;

use args::{
    ChainArgs, CheckArgs, EffectsArgs, HuntArgs, HuntFailOn, ImportArgs, LabCommand, LearnArgs,
    MatrixArgs, PeerWorkerArgs, PeersArgs, ReadArgs, ReportArgs, RulesArgs, WorkerArgs,
};

use pipe::Pipe;
use reports::format::omission::{Omission, Omissions};
use reports::format::picture::Palette;
use reports::hunt::{self, HuntOptions, WorkerOptions};
use reports::judge::ask::{AnswerRecord, PeerChoice, Peers};

/// Nothing to report.
const CLEAN: u8 = 0;
/// There are findings.
const FOUND: u8 = 1;
/// Something went wrong, and was said on stderr.
const TROUBLE: u8 = 2;

/// Finds where two readers of the same bytes disagree about where a message ends.
#[derive(Parser)]
#[command(
    name = "misframe",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 nothing to report, 1 findings, 2 trouble.\n\
        Terms: docs/glossary.md. Guides: README.md and docs/ of the source."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    confinement: confinement::Confinement,
}

#[derive(Subcommand)]
enum Command {
    /// Fuzz, minimise, record and report disagreements.
    Hunt(HuntArgs),
    /// Judge cases, raw files, patches and captures: exit 0 without findings, 1 with findings, 2
    /// after trouble.
    Check(CheckArgs),
    /// Draw every reading of an input.
    Read(ReadArgs),
    /// Turn traffic into cases: split, scrub, minimise, deduplicate.
    Import(ImportArgs),
    /// Report on the findings recorded in a folder of cases.
    Report(ReportArgs),
    /// List the rules, with every way to relax each.
    Rules(RulesArgs),
    /// Find clients that deliver a response to the wrong request.
    #[command(subcommand)]
    Session(session::SessionCommand),
    /// Find what proxies drop, keep and forward unread: fields, boundaries, and requests after a
    /// rejected upgrade.
    #[command(subcommand)]
    Hop(hop::HopCommand),
    /// Make findings of a hunt known: a row of the baseline for each, and a case if you say what is
    /// right.
    Keep(keep::KeepArgs),
    /// List the known findings, or show them to today's peers.
    Baseline(keep::BaselineArgs),
    /// Print the man page, or write one for each command to a folder.
    #[command(hide = true)]
    Man(man::ManArgs),
    /// One worker of a hunt; its supervisor starts it.
    #[command(hide = true)]
    HuntWorker(WorkerArgs),
    /// One linked peer, asked line by line as peers/PROTOCOL.md says; other commands start it for long inputs.
    #[command(hide = true)]
    PeerWorker(PeerWorkerArgs),
    /// List the other implementations, with version and state.
    Peers(PeersArgs),
    /// Test a live server with every case: exit 1 if it breaks a MUST.
    Probe(probe::ProbeArgs),
    /// Learn the dialect of a peer or a live server.
    Learn(LearnArgs),
    /// Measure how well dialects predict their peers.
    Fidelity(fidelity::FidelityArgs),
    /// Give patches with diffs in their messages to every tool, and compare what each builds with
    /// the commit.
    Effects(EffectsArgs),
    /// Print a table of what every peer reads in every case, and what explains it.
    Matrix(MatrixArgs),
    /// List, start and end the servers and proxies of chains.
    #[command(subcommand)]
    Lab(LabCommand),
    /// Send cases through a proxy to a server: which requests does the server see that the proxy
    /// did not mean?
    Chain(ChainArgs),
}

/// Where the command writes.
struct Console<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    palette: Palette,
    /// How much was said on stderr that makes the exit code 2.
    troubles: usize,
    /// What was said on stderr, for reports.
    said: Omissions,
    /// How many files of each kind were left out of folders.
    left: BTreeMap<String, usize>,
    /// The folders that were left out beside folders of cases.
    left_folders: Vec<String>,
}

impl Console<'_> {
    /// Counts a file in a folder that was left out because of what it is.
    fn leave(&mut self, kind: &str) {
        *self.left.entry(kind.to_owned()).or_default() += 1;
    }

    /// Takes it that a folder was left out beside folders of cases.
    fn leave_folder(&mut self, name: String) {
        self.left_folders.push(name);
    }

    /// Says what was left out of folders, if that was not said yet.
    fn say_left(&mut self) {
        /// How many folders are named.
        const NAMED: usize = 8;
        let left = std::mem::take(&mut self.left).into_iter();
        let mut left: Vec<_> = left
            .map(|(kind, count)| match (count, kind.split_once(' ')) {
                (1, _) => format!("1 {kind}"),
                // "file that is no case" is plural in its first noun.
                (_, Some((what, "file that is no case"))) => {
                    format!("{count} {what} files that are no cases")
                }
                _ => format!("{count} {kind}s"),
            })
            .collect();
        let folders = std::mem::take(&mut self.left_folders);
        left.extend(
            folders
                .iter()
                .take(NAMED)
                .map(|name| format!("the folder {name}")),
        );
        if folders.len() > NAMED {
            left.push(counted(folders.len() - NAMED, "more folder"));
        }
        if !left.is_empty() {
            self.note(&format!("not read: {}", left.join(", ")));
        }
    }

    /// All that was said on stderr so far, with what was left out of folders.
    fn omissions(&mut self) -> Vec<Omission> {
        self.say_left();
        self.said.all()
    }

    /// Writes an object in one line.
    fn object(&mut self, object: &impl Serialize) -> io::Result<()> {
        // As an error of I/O, which a closed pipe is, not one of JSON.
        escape::write_json(&mut *self.out, object).map_err(io::Error::from)?;
        writeln!(self.out)
    }

    /// Says on stderr what is worth knowing; the text may hold names of others.
    fn note(&mut self, what: &str) {
        self.say(what, false);
    }

    fn say(&mut self, what: &str, is_trouble: bool) {
        let what = escape::display_text(what);
        // With stderr closed there is nowhere left to say so.
        let _ = writeln!(self.err, "misframe: {what}");
        self.said.add(what, is_trouble);
    }

    /// Says on stderr what went wrong; the text may hold names of others.
    fn complain(&mut self, what: &dyn std::fmt::Display) {
        self.troubles += 1;
        for line in what.to_string().lines() {
            self.say(line, true);
        }
    }
}

/// Runs the command with the arguments of the process.
pub fn main() -> ExitCode {
    let choice = anstream::AutoStream::choice(&io::stdout());
    let colour = choice != anstream::ColorChoice::Never;
    if let Some(code) = reports::limits::within() {
        return code;
    }
    reports::judge::ask::apart::allow();
    // Where it cannot be arranged, such a file ends the process, as it would without this.
    let _arranged = reports::limits::make_long_files_an_error();
    HAS_TERMINAL.store(io::stdout().is_terminal(), Ordering::Relaxed);
    // Not locked: the hunt's workers print as well.
    let mut out = BufWriter::new(io::stdout());
    run(std::env::args_os(), &mut out, &mut io::stderr(), colour)
}

/// Runs the command with these arguments, the first being its name. Exit codes are 0 for nothing to
/// report, 1 for findings, 2 for trouble. When the reader of `out` goes away, a command whose exit code is a
/// verdict goes on without output, and another ends quietly.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    colour: bool,
) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(usage) => {
            let text = usage.render();
            let text = match colour {
                true => text.ansi().to_string(),
                false => text.to_string(),
            };
            let text = escape_text(&text, colour);
            let _ = if usage.use_stderr() {
                err.write_all(&text)
            } else {
                out.write_all(&text).and_then(|()| out.flush())
            };
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(TROUBLE));
        }
    };
    let mut out = Screen::new(Pipe::new(out, cli.command.is_verdict()), colour);
    let mut err = Screen::new(err, false);
    let mut console = Console {
        out: &mut out,
        err: &mut err,
        palette: if colour {
            Palette::COLOUR
        } else {
            Palette::PLAIN
        },
        troubles: 0,
        said: Omissions::default(),
        left: BTreeMap::new(),
        left_folders: Vec::new(),
    };
    // The supervisor of a hunt's worker has said it.
    let is_silent = matches!(cli.command, Command::HuntWorker(_));
    cli.confinement.set(is_silent, &mut console);
    let done = cli.command.run(&mut console);
    console.say_left();
    let flushed = console.out.flush().map_err(anyhow::Error::from);
    match done.and_then(|code| flushed.map(|()| code)) {
        Ok(_) if console.troubles > 0 => ExitCode::from(TROUBLE),
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => {
            ExitCode::from(if console.troubles > 0 { TROUBLE } else { CLEAN })
        }
        // What goes wrong with a file names it; what does not is what could not be printed.
        Err(error) if error.chain().len() == 1 && error.is::<io::Error>() => {
            console.complain(&format_args!(
                "standard output: cannot write to it: {error}; what was printed is not whole"
            ));
            ExitCode::from(TROUBLE)
        }
        Err(error) => {
            console.complain(&format_args!("{error:#}"));
            ExitCode::from(TROUBLE)
        }
    }
}

/// What a screen is given of a text.
fn escape_text(text: &str, has_colours: bool) -> Vec<u8> {
    let mut escaped = Vec::new();
    let mut screen = Screen::new(&mut escaped, has_colours);
    let _in_memory = screen
        .write_all(text.as_bytes())
        .and_then(|()| screen.flush());
    drop(screen);
    escaped
}

/// Whether standard output was a terminal when the command began.
static HAS_TERMINAL: AtomicBool = AtomicBool::new(false);

/// What the system says of a terminal that has been closed.
fn is_hung_up(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error())
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref());
    causes.any(|cause: &io::Error| {
        cause.kind() == io::ErrorKind::BrokenPipe
            || is_hung_up(cause) && HAS_TERMINAL.load(Ordering::Relaxed)
    })
}

impl Command {
    /// Whether the exit code tells what was found: it must not depend on what reads the output.
    fn is_verdict(&self) -> bool {
        match self {
            Self::Check(_) | Self::Chain(_) | Self::Probe(_) | Self::Matrix(_) => true,
            Self::Session(_) | Self::Hop(_) | Self::Report(_) | Self::Effects(_) => true,
            Self::Baseline(_) => true,
            Self::Hunt(_)
            | Self::Keep(_)
            | Self::Man(_)
            | Self::HuntWorker(_)
            | Self::PeerWorker(_)
            | Self::Read(_)
            | Self::Import(_) => false,
            Self::Rules(_) | Self::Peers(_) | Self::Learn(_) | Self::Fidelity(_) | Self::Lab(_) => {
                false
            }
        }
    }

    fn run(self, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
        match self {
            Self::Hunt(args) => hunt::run(&HuntOptions {
                families: match args.family.is_empty() {
                    true => reports::engine::subjects(),
                    false => args.family,
                },
                seconds: args.seconds,
                jobs: args.jobs.map(usize::from),
                out: args.out,
                from_nothing: args.from_nothing,
                peers: args.peer,
                dialects: args.dialect,
                readings: args.reading,
                compares_facts: args.facts,
                tools: args.tools,
                keeps_hypothetical: args.hypothetical,
                baseline: match args.from_nothing {
                    true => None,
                    false => keep::folder(args.baseline),
                },
                fails_on_new: args.fail_on == Some(HuntFailOn::New),
            }),
            Self::HuntWorker(args) => hunt::work(&WorkerOptions {
                family: args.family,
                time: args.seconds.map(Duration::from_secs),
                job: args.job,
                out: args.out,
                from_nothing: args.from_nothing,
                peers: args.peer,
                dialects: args.dialect,
                readings: args.reading,
                compares_facts: args.facts,
                keeps_hypothetical: args.hypothetical,
                baseline: args.baseline,
            }),
            Self::Man(args) => man::run(&args, Cli::command(), console),
            Self::Keep(args) => keep::run(&args, console),
            Self::Baseline(args) => keep::list(&args, console),
            Self::PeerWorker(args) => peers::serve(&args),
            Self::Check(args) => check::run(args, console),
            Self::Read(args) => read::run(args, console),
            Self::Import(args) => import::run(args, console),
            Self::Report(args) => report::run(args, console),
            Self::Rules(args) => rules::run(&args, console),
            Self::Peers(args) => peers::run(&args, console),
            Self::Probe(args) => probe::run(args, console),
            Self::Learn(args) => learn::run(&args, console),
            Self::Fidelity(args) => fidelity::run(&args, console),
            Self::Effects(args) => effects::run(args, console),
            Self::Matrix(args) => matrix::run(args, console),
            Self::Session(verb) => session::run_verb(verb, console),
            Self::Hop(verb) => hop::run_verb(verb, console),
            Self::Lab(command) => lab::run(command, console),
            Self::Chain(args) => chain::run(&args, console),
        }
    }
}

/// The peers of `family` that are asked for; of those that cannot be, it says why. Only one that was asked for
/// by name is missed.
fn open_peers(family: &'static Family, asked: &[PeerChoice], console: &mut Console<'_>) -> Peers {
    let peers = Peers::open(family, asked);
    for (about, failure) in &peers.absent {
        let what = format!("{}: skipped: {failure}", about.name);
        match asked.iter().any(|choice| choice.names(about)) {
            true => console.complain(&what),
            false => console.note(&what),
        }
    }
    peers
}

/// Says of each peer that failed how often and why, once. One that never gave an answer is trouble.
fn say_failures<'p>(peers: impl IntoIterator<Item = &'p Peers>, console: &mut Console<'_>) {
    // A command of the user's is asked anew for each family.
    let mut all: BTreeMap<&str, AnswerRecord> = BTreeMap::new();
    for (name, record) in peers.into_iter().flat_map(Peers::records) {
        all.entry(name).or_default().add(record);
    }
    for (name, record) in all {
        let Some(line) = record.failures_line() else {
            continue;
        };
        let what = format!("{}: {line}", corpus::escape::display_text(name));
        match record.is_mute() {
            true => console.complain(&what),
            false => console.note(&what),
        }
    }
}

#[cfg(test)]
mod tests;
