//! The command line of `misframe`: a contract with the tools that read it.

mod check;
mod import;
mod read;
mod report;
mod rules;
mod source;

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use parsers::{FAMILIES, Family};
use serde::Serialize;

use crate::hunt::{self, HuntOptions, WorkerOptions};
use crate::panel::{Panel, Scope};
use crate::picture::Palette;

/// Nothing to report.
const CLEAN: u8 = 0;
/// There are findings.
const FOUND: u8 = 1;
/// Something went wrong, and was said on stderr.
const TROUBLE: u8 = 2;

/// Finds where two readers of the same bytes disagree over where a message ends.
#[derive(Parser)]
#[command(name = "misframe", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fuzz, minimise, record and report disagreements.
    Hunt(HuntArgs),
    /// Judge cases, raw files, patches and captures: exit 0 without findings, 1 with, 2 after trouble.
    Check(CheckArgs),
    /// Draw every reading of an input.
    Read(ReadArgs),
    /// Turn traffic into cases: split, scrub, minimise, deduplicate.
    Import(ImportArgs),
    /// Report on the findings recorded in a folder of cases.
    Report(ReportArgs),
    /// List the rules, and every way in which a reader may waive one.
    Rules(RulesArgs),
    /// One worker of a hunt; its supervisor starts it.
    #[command(hide = true)]
    HuntWorker(WorkerArgs),
    #[command(hide = true)]
    Peers(PeersArgs),
}

#[derive(Args)]
struct HuntArgs {
    /// The protocol; may be given several times [default: all]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    family: Vec<&'static Family>,
    /// Stop after so many seconds [default: when interrupted]
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
    /// How many workers [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// The folder to which findings are written, in one folder for each family
    #[arg(long, value_name = "DIR", default_value = report::RECORDED)]
    out: PathBuf,
    /// Begin without the cases, as inputs and as what is known
    #[arg(long)]
    from_nothing: bool,
}

#[derive(Args)]
struct WorkerArgs {
    #[arg(long, value_parser = family)]
    family: &'static Family,
    #[arg(long)]
    seconds: Option<u64>,
    #[arg(long)]
    job: u32,
    #[arg(long)]
    out: PathBuf,
    #[arg(long)]
    from_nothing: bool,
}

#[derive(Args)]
struct CheckArgs {
    /// Cases (.toml), raw files, patches, captures (pcap, pcapng), folders, or - for stdin [default: the corpus]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The family [default: that of a case's folder; of a raw file, what its extension or its bytes
    /// speak for, else http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    family: Option<&'static Family>,
    /// What to print: text, or a JSON object a line for each finding
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
    /// Who judges
    #[arg(long, value_name = "PANEL", default_value = "auto")]
    panel: PanelChoice,
}

#[derive(Args)]
struct ReadArgs {
    /// Cases (.toml), raw files, patches, captures, or - for stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The family [default: that of a case's folder; of a raw file, what its extension or its bytes
    /// speak for, else http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    family: Option<&'static Family>,
    /// What to print: a picture, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
    /// Put one more reader on the panel, with these leniencies, such as field-lf,length-plus; may be
    /// given several times (`misframe rules` lists them)
    #[arg(long, value_name = "IDS")]
    dialect: Vec<String>,
}

#[derive(Args)]
struct ImportArgs {
    /// Captures (pcap, pcapng), or raw streams of requests
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The protocol [default: http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    family: Option<&'static Family>,
    /// The folder to which cases are written, in one folder for each family
    #[arg(long, value_name = "DIR", default_value = report::RECORDED)]
    out: PathBuf,
}

#[derive(Args)]
struct ReportArgs {
    /// Cases, or folders of them
    #[arg(value_name = "PATH", default_value = report::RECORDED)]
    paths: Vec<PathBuf>,
    /// The protocol [default: that of a case's folder, else http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    family: Option<&'static Family>,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: report::Format,
    /// Who judges
    #[arg(long, value_name = "PANEL", default_value = "auto")]
    panel: PanelChoice,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Args)]
struct RulesArgs {
    /// The protocol; may be given several times [default: all]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    family: Vec<&'static Family>,
    /// What to print: text, or a JSON object a line for each rule
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Args)]
struct PeersArgs {
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TextOrJson {
    Text,
    Json,
}

/// Who judges the inputs of `check` and `report`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PanelChoice {
    /// The family's parsers that know every way of ending a message; for an input that the strict
    /// parser refuses, every single leniency too. What it does not refuse is not made ambiguous by a
    /// reader that ignores lengths, or that waives a rule about it
    Auto,
    /// The family's parsers and every single leniency, whatever the input
    All,
}

impl PanelChoice {
    fn scope(self, panel: &Panel, input: &[u8]) -> Scope {
        match self {
            Self::Auto => panel.scope_for(input),
            Self::All => Scope::All,
        }
    }
}

/// Where the command writes.
struct Console<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    palette: Palette,
    /// Whether something was said on stderr that makes the exit code 2.
    trouble: bool,
}

impl Console<'_> {
    /// Writes an object in one line.
    fn object(&mut self, object: &impl Serialize) -> io::Result<()> {
        // As an error of I/O, which a closed pipe is, not one of JSON.
        serde_json::to_writer(&mut *self.out, object).map_err(io::Error::from)?;
        writeln!(self.out)
    }

    /// Says on stderr what is worth knowing; the text may hold names of others.
    fn note(&mut self, what: &str) {
        let what = corpus::escape::display_text(what);
        // With stderr closed there is nowhere left to say so.
        let _ = writeln!(self.err, "misframe: {what}");
    }

    /// Says on stderr what went wrong; the text may hold names of others.
    fn complain(&mut self, what: &dyn std::fmt::Display) {
        self.trouble = true;
        for line in what.to_string().lines() {
            self.note(line);
        }
    }
}

/// What runs a worker of the hunt: the binary's driver of libFuzzer, which no library can carry.
pub type Worker = fn(&WorkerOptions) -> anyhow::Result<ExitCode>;

/// Runs the command with the arguments of the process.
pub fn main(worker: Worker) -> ExitCode {
    let choice = anstream::AutoStream::choice(&io::stdout());
    let colour = choice != anstream::ColorChoice::Never;
    // Not locked: the hunt's workers print as well.
    let mut out = BufWriter::new(io::stdout());
    run(
        std::env::args_os(),
        &mut out,
        &mut io::stderr(),
        colour,
        worker,
    )
}

/// Runs the command with these arguments, the first being its name. Exit codes are 0 for nothing to
/// report, 1 for findings, 2 for trouble; a reader of `out` who goes away ends it quietly.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
    colour: bool,
    worker: Worker,
) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(usage) => {
            let text = usage.render();
            let text = match colour {
                true => text.ansi().to_string(),
                false => text.to_string(),
            };
            let _ = match usage.use_stderr() {
                true => err.write_all(text.as_bytes()),
                false => out.write_all(text.as_bytes()).and_then(|()| out.flush()),
            };
            return ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(TROUBLE));
        }
    };
    let mut console = Console {
        out,
        err,
        palette: if colour {
            Palette::COLOUR
        } else {
            Palette::PLAIN
        },
        trouble: false,
    };
    let done = cli.command.run(&mut console, worker);
    let flushed = console.out.flush().map_err(anyhow::Error::from);
    match done.and_then(|code| flushed.map(|()| code)) {
        Ok(_) if console.trouble => ExitCode::from(TROUBLE),
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::from(CLEAN),
        // What goes wrong with a file names it; what does not is what could not be printed.
        Err(error) if error.is::<io::Error>() => {
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

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref());
    causes.any(|cause: &io::Error| cause.kind() == io::ErrorKind::BrokenPipe)
}

impl Command {
    fn run(self, console: &mut Console<'_>, worker: Worker) -> anyhow::Result<ExitCode> {
        match self {
            Self::Hunt(args) => hunt::run(&HuntOptions {
                families: args.family,
                seconds: args.seconds,
                jobs: args.jobs.map(usize::from),
                out: args.out,
                from_nothing: args.from_nothing,
            }),
            Self::HuntWorker(args) => worker(&WorkerOptions {
                family: args.family,
                time: args.seconds.map(Duration::from_secs),
                job: args.job,
                out: args.out,
                from_nothing: args.from_nothing,
            }),
            Self::Check(args) => check::run(args, console),
            Self::Read(args) => read::run(args, console),
            Self::Import(args) => import::run(args, console),
            Self::Report(args) => report::run(args, console),
            Self::Rules(args) => rules::run(&args, console),
            Self::Peers(args) => {
                let _ = args.format;
                writeln!(console.err, "misframe: no peer is built into this command")?;
                Ok(ExitCode::from(CLEAN))
            }
        }
    }
}

fn family(name: &str) -> Result<&'static Family, String> {
    Family::named(name).ok_or_else(|| {
        let known: Vec<_> = FAMILIES.iter().map(|family| family.name).collect();
        format!("no such family; there are: {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests;
