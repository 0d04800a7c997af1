//! The arguments of each verb.

use std::path::PathBuf;

use ::peers::Tier;
use clap::{Args, Subcommand, ValueEnum};
use corpus::generate::GENERATE;
use parsers::{FAMILIES, Family};

use super::report;
use super::target::TargetName;
use reports::engine::subjects;
use reports::hunt::Subject;
use reports::judge::ask::PeerChoice;

#[derive(Args)]
pub struct HuntArgs {
    /// The family, session or hop; repeatable [default: all]
    #[arg(long, value_name = "FAMILY", value_parser = subject)]
    pub family: Vec<&'static dyn Subject>,
    /// Stop after N seconds [default: when interrupted]
    #[arg(long, value_name = "N")]
    pub seconds: Option<u64>,
    /// The number of workers [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// The folder for findings, with a folder for each family
    #[arg(long, value_name = "DIR", default_value = report::RECORDED)]
    pub out: PathBuf,
    /// Start without the cases: neither as inputs nor as known findings
    #[arg(long)]
    pub from_nothing: bool,
    /// A linked peer that reads every input: its name, linked for all, or none; repeatable
    /// [default: those that read a request in a few microseconds]
    #[arg(long, value_name = "PEER", value_parser = linked_peer)]
    pub peer: Vec<String>,
    /// One more reader of every input: leniencies, or a file that `misframe learn` has written;
    /// repeatable
    #[arg(long, value_name = "IDS|FILE")]
    pub dialect: Vec<String>,
    /// Use only this one of our own parsers besides strict, such as length-first, and no pairs of
    /// dialects: a quick hunt for what peers do; repeatable [default: all]
    #[arg(long, value_name = "READING", value_parser = reading)]
    pub reading: Vec<String>,
    /// Compare what linked peers understand of requests that they end alike, too: method, target,
    /// Host, fields and trailer fields
    #[arg(long)]
    pub facts: bool,
    /// Replay findings on tools, with at most N processes a second; 0 for none
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..=1000))]
    pub tools: u32,
    /// Keep findings that need a reader which no known software is, too; --dialect implies it
    #[arg(long)]
    pub hypothetical: bool,
    /// The folder of known findings [default: reports/baseline, if there is one]
    #[arg(long, value_name = "DIR")]
    pub baseline: Option<PathBuf>,
    /// Exit with 1 when there is a new finding
    #[arg(long, value_name = "WHAT")]
    pub fail_on: Option<HuntFailOn>,
}

/// What makes a hunt exit with 1.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HuntFailOn {
    /// A finding that is not in the baseline.
    New,
}

#[derive(Args)]
pub struct PeerWorkerArgs {
    /// Its name
    pub peer: String,
}

#[derive(Args)]
pub struct WorkerArgs {
    #[arg(long, value_parser = subject)]
    pub family: &'static dyn Subject,
    #[arg(long)]
    pub seconds: Option<u64>,
    #[arg(long)]
    pub job: u32,
    #[arg(long)]
    pub out: PathBuf,
    #[arg(long)]
    pub from_nothing: bool,
    #[arg(long, value_parser = PeerChoice::named)]
    pub peer: Vec<PeerChoice>,
    #[arg(long)]
    pub dialect: Vec<String>,
    #[arg(long)]
    pub reading: Vec<String>,
    #[arg(long)]
    pub facts: bool,
    #[arg(long)]
    pub hypothetical: bool,
    #[arg(long)]
    pub baseline: Option<PathBuf>,
}

#[derive(Args)]
pub struct CheckArgs {
    /// Cases (.toml), raw files, patches, captures (pcap, pcapng), folders, or - for stdin [default: the corpus]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The family [default: of a case, that of its folder; of a raw file, by its extension or its
    /// bytes, else http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// What to print: text, or a JSON object a line for each finding
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
    /// The readers that judge
    #[arg(
        long,
        value_name = "PANEL",
        default_value = "auto",
        conflicts_with = "peer"
    )]
    pub panel: PanelChoice,
    /// Add a reader with these leniencies, such as field-lf,length-plus (`misframe rules` lists
    /// them), or those of a file that `misframe learn` has written; repeatable
    #[arg(long, value_name = "IDS|FILE")]
    pub dialect: Vec<String>,
    /// Compare a peer with the strict parser, instead of the learned dialects: its name, all,
    /// linked, worker, tool, or cmd:COMMAND for your own; repeatable
    #[arg(long, value_name = "PEER", value_parser = PeerChoice::named)]
    pub peer: Vec<PeerChoice>,
    /// Compare what readers understand of requests that they end alike, too: method, target, Host,
    /// fields and trailer fields
    #[arg(long, conflicts_with = "git")]
    pub facts: bool,
    /// Judge commits of a repository (PATH, or the current folder) as `git format-patch` sends
    /// them: compare what each tool builds with the commit; exit 1 if something is lost or added
    #[arg(long, value_name = "RANGE", conflicts_with_all = ["family", "panel"])]
    pub git: Option<String>,
}

#[derive(Args)]
pub struct EffectsArgs {
    /// The family [default: unified-diff]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// What to print: text, or a JSON object a line for each patch
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
    /// The peers that get the patches: a name, all, linked or tool; repeatable [default: all that
    /// build trees]
    #[arg(long, value_name = "PEER", value_parser = PeerChoice::named)]
    pub peer: Vec<PeerChoice>,
}

#[derive(Args)]
pub struct ReadArgs {
    /// Cases (.toml), raw files, patches, captures, or - for stdin
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The family [default: of a case, that of its folder; of a raw file, by its extension or its
    /// bytes, else http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// What to print: a picture, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
    /// Draw in at most COLUMNS columns: the groups become a list. Lines of the input are not broken
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..))]
    pub width: Option<u16>,
    /// Add a reader with these leniencies, such as field-lf,length-plus (`misframe rules` lists
    /// them), or those of a file that `misframe learn` has written; repeatable
    #[arg(long, value_name = "IDS|FILE")]
    pub dialect: Vec<String>,
    /// Compare a peer with the strict parser, instead of the learned dialects: its name, all,
    /// linked, worker, tool, or cmd:COMMAND; repeatable
    #[arg(long, value_name = "PEER", value_parser = PeerChoice::named)]
    pub peer: Vec<PeerChoice>,
    /// The readers that judge
    #[arg(
        long,
        value_name = "PANEL",
        default_value = "auto",
        conflicts_with = "peer"
    )]
    pub panel: PanelChoice,
    /// Compare what readers understand of requests that they end alike, too: method, target, Host,
    /// fields and trailer fields
    #[arg(long)]
    pub facts: bool,
}

#[derive(Args)]
pub struct ImportArgs {
    /// Captures (pcap, pcapng), or raw streams of requests
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The family [default: http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// The folder for cases, with a folder for each family
    #[arg(long, value_name = "DIR", default_value = report::RECORDED)]
    pub out: PathBuf,
    /// A word that is not private, and is kept where a reader looks at it; repeatable
    #[arg(long, value_name = "WORD")]
    pub keep: Vec<String>,
    /// The time limit for one stream; a stream that takes longer is left out
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub limit: u64,
}

#[derive(Args)]
pub struct ReportArgs {
    /// Cases, or folders of them
    #[arg(value_name = "PATH", default_value = report::RECORDED)]
    pub paths: Vec<PathBuf>,
    /// The family [default: by the folder of a case, else by extension and content]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: report::ReportFormat,
    /// The readers that judge
    #[arg(
        long,
        value_name = "PANEL",
        default_value = "auto",
        conflicts_with = "peer"
    )]
    pub panel: PanelChoice,
    /// Compare a peer with the strict parser, as in `check`; repeatable
    #[arg(long, value_name = "PEER", value_parser = PeerChoice::named)]
    pub peer: Vec<PeerChoice>,
    /// The file to write [default: stdout]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Args)]
pub struct LearnArgs {
    /// What to learn from: a peer (its name, linked, worker, all or cmd:COMMAND), HOST:PORT of a
    /// server on this machine, or a server of the lab (its name, live:NAME if a peer has that name
    /// too, or live for all)
    #[arg(value_name = "TARGET", required = true, value_parser = TargetName::named)]
    pub target: Vec<TargetName>,
    /// The family [default: http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// Start from the dialect in this file, or from those in this folder
    #[arg(long, value_name = "DIALECT")]
    pub from: Option<PathBuf>,
    /// The number of random inputs to learn from, besides the cases [default: 4000, for live
    /// servers 1500]
    #[arg(long, value_name = "N")]
    pub practice: Option<usize>,
    /// The number of other inputs on which the dialect is compared with the peer [default: 20000,
    /// for live servers 500]
    #[arg(long, value_name = "N")]
    pub exam: Option<usize>,
    /// The seed of the exam: the same seed gives the same inputs
    #[arg(long, value_name = "N", default_value_t = super::learn::EXAM)]
    pub seed: u64,
    /// Send one byte at a time, for peers whose reading depends on how the bytes are cut
    #[arg(long)]
    pub bytes: bool,
    /// Show N kinds of inputs that the dialect and the peer read differently, each with a small
    /// example
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub misses: usize,
    /// The folder for the dialects, for --dialect and `misframe fidelity`
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to print: text, or a JSON object a line for each dialect
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

#[derive(Args)]
pub struct RulesArgs {
    /// The family; repeatable [default: all]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Vec<&'static Family>,
    /// What to print: text, a JSON object a line for each rule, or the page docs/rules.md
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: RulesFormat,
}

#[derive(Args)]
pub struct PeersArgs {
    /// What to print: text, or a JSON object a line for each peer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

#[derive(Args)]
pub struct MatrixArgs {
    /// Cases (.toml), raw files, captures, or folders [default: the corpus]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The family [default: by the folder of a case, else by extension and content]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// What to print: text, or a JSON object a line for each input
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
    /// Send one byte at a time
    #[arg(long)]
    pub bytes: bool,
    /// Show only the peers that read an input differently byte by byte; exit 1 if there are any
    #[arg(long)]
    pub cuts: bool,
    /// Show only the share of readings that is explained, and what is not, by peer
    #[arg(long)]
    pub summary: bool,
    /// The folder of the learned dialects, which also explain readings [default: peers/dialects
    /// next to the corpus]
    #[arg(long, value_name = "DIR")]
    pub dialects: Option<PathBuf>,
    /// The peers: a name, all, linked, worker, or cmd:COMMAND; repeatable [default: all]
    #[arg(long, value_name = "PEER", value_parser = PeerChoice::named)]
    pub peer: Vec<PeerChoice>,
}

#[derive(Subcommand)]
pub enum LabCommand {
    /// List them, with version and state
    List(LabListArgs),
    /// Start some on free ports of the loopback interface, until Ctrl-C or `lab down`
    Up(LabUpArgs),
    /// End every server that this user's `misframe` commands have started
    Down,
}

#[derive(Args)]
pub struct LabListArgs {
    /// What to print: text, or a JSON object a line for each server
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

#[derive(Args)]
pub struct LabUpArgs {
    /// The servers to start
    #[arg(value_name = "NAME", required_unless_present = "all")]
    pub names: Vec<String>,
    /// Start all that are installed
    #[arg(long, conflicts_with = "names")]
    pub all: bool,
}

#[derive(Args)]
pub struct ChainArgs {
    /// The proxy in front
    #[arg(required_unless_present_any = ["table", "record", "read"], conflicts_with = "table")]
    pub front: Option<String>,
    /// The server behind it
    #[arg(required_unless_present_any = ["table", "record", "read"], conflicts_with = "table")]
    pub back: Option<String>,
    /// Cases by name, or files of cases [default: all of corpus/http1-request]
    #[arg(value_name = "CASE", conflicts_with = "table")]
    pub cases: Vec<String>,
    /// Print a table of every front before every back
    #[arg(long)]
    pub table: bool,
    /// Write to this folder what every front forwards of all cases; no back is started
    #[arg(long, value_name = "DIR", conflicts_with_all = ["table", "front", "read"])]
    pub record: Option<PathBuf>,
    /// Print a table of every front recorded in this folder before every reader; only workers are
    /// started
    #[arg(long, value_name = "DIR", conflicts_with_all = ["table", "front"])]
    pub read: Option<PathBuf>,
    /// The family [default: http1-request]
    #[arg(long, value_name = "FAMILY", value_parser = family)]
    pub family: Option<&'static Family>,
    /// With --read, a peer, named as in `misframe read`; repeatable [default: linked and worker]
    #[arg(long, value_name = "PEER", value_parser = PeerChoice::named, requires = "read")]
    pub peer: Vec<PeerChoice>,
    /// With --read, a learned dialect; repeatable [default: those in peers/dialects]
    #[arg(long, value_name = "FILE", requires = "read")]
    pub dialect: Vec<PathBuf>,
    /// Keep in this folder each case that a real chain confirms, with the chain: `misframe report
    /// DIR` shows both
    #[arg(long, value_name = "DIR", conflicts_with_all = ["record", "read"])]
    pub keep: Option<PathBuf>,
    /// With --table or --record, only these fronts and backs; repeatable [default: all that are
    /// installed]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["front", "read"])]
    pub only: Vec<String>,
    /// With --table, send N cases of each cell through the real chain
    #[arg(long, value_name = "N", default_value_t = 1, requires = "table")]
    pub confirm: usize,
    /// What to print: text, or a JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TextOrJson,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextOrJson {
    Text,
    Json,
}

/// What `rules` prints.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    Text,
    Json,
    Markdown,
}

/// The readers that judge the inputs of `check`, `read` and `report`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PanelChoice {
    /// The specification and the learned dialects of deployed software. Only they make errors and
    /// warnings; if all of them reject an input, other leniencies make a note
    Auto,
    /// Our own parsers and every single leniency: what any reader could read
    All,
}

fn linked_peer(name: &str) -> Result<String, String> {
    let is_slow = match PeerChoice::named(name)? {
        PeerChoice::Nobody | PeerChoice::Tier(Tier::Linked) => false,
        PeerChoice::Known(about) => about.tier() != Tier::Linked,
        PeerChoice::All | PeerChoice::Tier(_) | PeerChoice::Command(_) => true,
    };
    match is_slow {
        true => Err("a hunt asks linked peers only".to_owned()),
        false => Ok(name.to_owned()),
    }
}

fn reading(name: &str) -> Result<String, String> {
    let parsers = FAMILIES.iter().flat_map(|family| family.parsers);
    let mut known: Vec<_> = parsers.map(|parser| parser.name()).collect();
    known.dedup();
    match known.contains(&name) {
        true => Ok(name.to_owned()),
        false => Err(format!("no such reading; there are: {}", known.join(", "))),
    }
}

fn subject(name: &str) -> Result<&'static dyn Subject, String> {
    let all = subjects();
    let named = all.iter().copied().find(|subject| subject.name() == name);
    let unserved = || Some(GENERATE.of(Family::named(name)?).err()?.to_string());
    named.ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|subject| subject.name()).collect();
        let unknown = || format!("no such family; there are: {}", known.join(", "));
        unserved().unwrap_or_else(unknown)
    })
}

pub fn family(name: &str) -> Result<&'static Family, String> {
    Family::named(name).ok_or_else(|| {
        let known: Vec<_> = FAMILIES.iter().map(|family| family.name).collect();
        format!("no such family; there are: {}", known.join(", "))
    })
}
