//! `misframe fidelity`: how often dialects read as those whose they are, and where they do not.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;
use corpus::Case;
use corpus::draw::Chance;
use corpus::escape::display_text;
use corpus::intent::drawn::{COMMITS, sent};
use corpus::intent::setting;
use parsers::Family;
use parsers::unidiff::tree::{File, Tree};
use peers::Pieces;
use serde_json::json;

use super::args::TextOrJson;
use super::learn::{EXAM, cases, file_name, tell_misses};
use super::target::{self, Target, TargetName};
use super::{CLEAN, Console};
use corpus::number::thousands;
use reports::judge::dialect_file::DialectFile;
use reports::judge::intent::{IntentReader, is_as_predicted, readers};
use reports::measure::climb::Way;
use reports::measure::learn::{Exam, drawn, examine};
use reports::measure::misses::Misses;

#[derive(Args)]
pub struct FidelityArgs {
    /// The dialects: files that `misframe learn` has written, or folders of them
    #[arg(value_name = "DIALECT", required = true)]
    dialects: Vec<PathBuf>,
    /// The peer to compare with, named as in `misframe learn` [default: the peer of each dialect]
    #[arg(long, value_name = "TARGET", value_parser = TargetName::named)]
    of: Option<TargetName>,
    /// The number of random inputs, besides the cases; of patches, half are commits as they are
    /// sent, changed in up to three places [default: 20000, for live servers 500]
    #[arg(long, value_name = "N")]
    inputs: Option<usize>,
    /// The seed of the random inputs; `misframe learn` practises with 1
    #[arg(long, value_name = "N", default_value_t = EXAM)]
    seed: u64,
    /// Show N kinds of inputs that are read differently, each with a small example
    #[arg(long, value_name = "N", default_value_t = 0)]
    misses: usize,
    /// Keep the inputs that are read differently, in a folder for each dialect; with the trees,
    /// where those differ
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to print: text, or a JSON object a line for each dialect
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: TextOrJson,
}

/// How many inputs are named in a text.
const NAMED: usize = 30;

/// What of a dialect is held against its peer.
#[derive(Clone, Copy)]
enum Shown {
    /// What it reads.
    Reading,
    /// What it makes of a tree.
    Tree,
}

impl Shown {
    fn word(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Tree => "tree",
        }
    }
}

/// How a dialect does on inputs of one kind.
#[derive(Default)]
struct Score {
    exam: Exam,
    /// The names of the inputs that are read otherwise.
    otherwise: Vec<String>,
}

pub fn run(args: &FidelityArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let mut held = 0;
    for path in files(&args.dialects)? {
        let file = DialectFile::load(&path)?;
        let family = file.family;
        let target = match &args.of {
            Some(target) => target.clone(),
            None => whose(&file)
                .map_err(|why| anyhow::anyhow!("{}: {why}; name it with --of", path.display()))?,
        };
        let way = Way {
            relaxes: file.relaxes(family)?,
            demands: file.demanded()?,
        };
        let cases = cases(family)?;
        let pieces = match file.pieces.as_deref() {
            Some("bytes") => Pieces::Bytes,
            _ => Pieces::One,
        };
        target::each_of(
            family,
            &[target],
            pieces,
            console,
            &mut |target, console| {
                held += 1;
                hold(&way, family, &cases, target, args, console)
            },
        )?;
    }
    if held == 0 {
        bail!(
            "there is no peer to compare the dialect with; see `misframe peers` and `misframe lab list`"
        );
    }
    Ok(ExitCode::from(CLEAN))
}

/// The files that are named, and those in the folders that are, in order.
fn files(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path)
            .with_context(|| format!("cannot read the folder {}", path.display()))?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut inside: Vec<_> = paths.filter(|path| is_toml(path)).collect();
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

fn is_toml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "toml")
}

/// Whose dialect it is: the name without the version.
fn whose(file: &DialectFile) -> Result<TargetName, String> {
    TargetName::named(file.peer.split(' ').next().unwrap_or(""))
}

fn hold(
    way: &Way,
    family: &'static Family,
    cases: &[Case],
    target: &mut Target<'_>,
    args: &FidelityArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let name = target.name().to_owned();
    let builder = builder(&name)?;
    let kinds = kinds(family, cases, builder.as_ref(), target, args);
    let mut misses = Misses::new(family, way.relaxes);
    let mut spare = target.spare();
    let mut scores = Vec::new();
    let folder = args.out.as_ref();
    let folder = folder.map(|folder| folder.join(file_name(&name)).with_extension(""));
    for (what, inputs) in &kinds {
        target.prepare(inputs.iter().map(|input| input.bytes.clone()));
        let mut otherwise = Vec::new();
        let exam = examine(
            family,
            way,
            inputs.iter().map(|input| input.bytes.clone()),
            &mut |input| target.ask(input),
            &mut |input, seen, ask| {
                otherwise.extend(inputs.iter().find(|other| other.bytes == input));
                if args.misses > 0 {
                    misses.take(input, seen, &mut |smaller| {
                        spare = spare.checked_sub(1)?;
                        ask(smaller)
                    });
                }
            },
        );
        if let Some(folder) = &folder {
            keep(folder, &otherwise)?;
        }
        let otherwise = otherwise.into_iter().map(|input| input.name.clone());
        let otherwise = otherwise.collect();
        let shown = Shown::Reading;
        scores.push((*what, shown, inputs.len(), Score { exam, otherwise }));
    }
    if let Some(builder) = builder {
        for (what, inputs) in &kinds {
            let score = effects(inputs, &builder, target, args.seed, folder.as_deref())?;
            scores.push((*what, Shown::Tree, inputs.len(), score));
        }
    }
    tell(&name, &scores, args, console)?;
    tell_misses(&misses, args.misses, console)
}

/// The dialect, as it is declared, that predicts what this peer makes of a tree; none for one that builds nothing.
fn builder(name: &str) -> anyhow::Result<Option<IntentReader>> {
    let name = name.split(' ').next().unwrap_or("");
    let mut readers = readers()?.into_iter();
    Ok(readers.find(|reader| reader.is_peers && reader.name == name))
}

/// An input on which a dialect is held against its peer.
struct Input {
    name: String,
    bytes: Vec<u8>,
    /// The tree that it is for, where it is known.
    before: Option<Tree>,
}

/// All inputs, kind by kind.
fn kinds(
    family: &'static Family,
    cases: &[Case],
    builder: Option<&IntentReader>,
    target: &Target<'_>,
    args: &FidelityArgs,
) -> Vec<(&'static str, Vec<Input>)> {
    let (after, seed) = (target.after(), args.seed);
    let count = args.inputs.unwrap_or_else(|| target.defaults().exam);
    let commits = match COMMITS.serves(family) {
        true => count / 2,
        false => 0,
    };
    let of_cases = cases.iter().map(|case| Input {
        name: case.name.clone(),
        bytes: [case.input.as_slice(), after].concat(),
        before: None,
    });
    let drawn = drawn(family, seed, count - commits, after).enumerate();
    let drawn = drawn.map(|(nth, bytes)| Input {
        name: format!("drawn-{seed}-{nth}"),
        bytes,
        before: None,
    });
    let mut kinds = vec![
        ("cases", of_cases.collect()),
        ("inputs drawn by chance", drawn.collect()),
    ];
    if commits > 0 {
        let is_mail = builder.is_some_and(|reader| reader.takes_mails);
        let mut chance = Chance::new(seed);
        let commits = (0..commits).map(|nth| {
            let sent = sent(&mut chance, is_mail);
            Input {
                name: format!("commit-{seed}-{nth}"),
                bytes: sent.patch,
                before: Some(sent.before),
            }
        });
        kinds.push(("commits drawn by chance", commits.collect()));
    }
    kinds
}

/// Holds the trees that a dialect predicts against those that its peer builds, each input in the tree that it is for, or in one
/// of its own. Of an input that becomes another tree, the patch and the trees are kept in `folder`.
fn effects(
    inputs: &[Input],
    reader: &IntentReader,
    target: &mut Target<'_>,
    seed: u64,
    folder: Option<&Path>,
) -> anyhow::Result<Score> {
    let (mut score, mut chance) = (Score::default(), Chance::new(seed));
    for input in inputs {
        let Input { name, bytes, .. } = input;
        let before = input.before.clone();
        let before = before.unwrap_or_else(|| setting::of(bytes, &mut chance));
        let Some(built) = target.build(&before, bytes) else {
            continue;
        };
        let predicted = reader.build(&before, bytes);
        score.exam.inputs += 1;
        if is_as_predicted(&predicted, &built) {
            score.exam.alike += 1;
            continue;
        }
        score.exam.stricter += usize::from(predicted.is_accepted && !built.is_accepted);
        score.otherwise.push(name.clone());
        if let Some(folder) = folder {
            keep(folder, &[input])?;
            let trees = [
                listing("before", &before),
                listing(title("predicted", predicted.is_accepted), &predicted.tree),
                listing(title("built", built.is_accepted), &built.tree),
            ];
            let path = folder.join(format!("{name}.trees"));
            corpus::file::write_atomically(&path, trees.concat().as_bytes())?;
        }
    }
    Ok(score)
}

fn title(what: &str, is_accepted: bool) -> String {
    format!(
        "{what}, {}",
        if is_accepted { "accepted" } else { "rejected" }
    )
}

/// A tree as text: its files with their modes, their lines indented below.
fn listing(title: impl Display, tree: &Tree) -> String {
    let mut text = format!("{title}\n");
    for (path, File { mode, content }) in tree {
        text += &format!("  {} {mode:o}\n", path.escape_ascii());
        for line in content.split_inclusive(|byte| *byte == b'\n') {
            text += &format!("    {}\n", line.escape_ascii());
        }
    }
    text
}

fn keep(folder: &Path, inputs: &[&Input]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for input in inputs {
        corpus::file::write_atomically(&folder.join(&input.name), &input.bytes)?;
    }
    Ok(())
}

fn tell(
    name: &str,
    scores: &[(&str, Shown, usize, Score)],
    args: &FidelityArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    // A peer without a reading is compared by the trees that it builds.
    let builds = scores
        .iter()
        .any(|(_, shown, ..)| matches!(shown, Shown::Tree));
    for (what, shown, asked, Score { exam, otherwise }) in scores {
        if exam.inputs == 0 && builds {
            continue;
        }
        let unread = asked - exam.inputs;
        if args.format == TextOrJson::Json {
            console.object(&json!({
                "peer": name, "inputs": what, "shown": shown.word(), "read": exam.inputs, "alike": exam.alike,
                "stricter": exam.stricter, "otherwise": otherwise, "without_reading": unread,
            }))?;
            continue;
        }
        let share = |count: usize| 100.0 * count as f64 / exam.inputs.max(1) as f64;
        writeln!(
            console.out,
            "{}: {} of {} {what} {} as the dialect has it, {:.2} %; {:.2} % the peer alone rejects; {unread} without a {}",
            display_text(name),
            thousands(exam.alike as u64),
            thousands(exam.inputs as u64),
            match shown {
                Shown::Reading => "are read",
                Shown::Tree => "become trees",
            },
            share(exam.alike),
            share(exam.stricter),
            shown.word(),
        )?;
        if otherwise.is_empty() {
            continue;
        }
        let shown = otherwise.iter().take(NAMED).map(String::as_str);
        let shown = display_text(&shown.collect::<Vec<_>>().join(" "));
        let more = match otherwise.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        writeln!(console.out, "  otherwise: {shown}{more}")?;
    }
    Ok(())
}
