//! `misframe learn`: asks a peer what tells leniencies apart, and prints the dialect that explains its answers.

use std::process::ExitCode;

use anyhow::{Context, bail};
use corpus::escape::display_text;
use parsers::Family;
use parsers::rule::FIRST_RESTRICTION;
use peers::{Pieces, Seen};
use serde_json::json;

use super::args::{LearnArgs, TextOrJson};
use super::{CLEAN, Console, check, fidelity, open_peers};
use crate::ask::Peers;
use crate::dialect_file::DialectFile;
use crate::learn::{Ask, Learner, Question};
use crate::misses::Misses;
use crate::picture::thousands;

/// The seed by which the inputs of the practice are drawn.
pub const PRACTICE: u64 = 1;
/// The seed by which those of the exam are drawn, unless another is given.
pub const EXAM: u64 = 9112;

pub fn run(args: LearnArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let family = args.family.unwrap_or_else(super::source::default_family);
    let corpus = corpus::find_corpus(&std::env::current_dir()?);
    let corpus = corpus.or_else(|| check::corpus_folder().ok());
    let corpus =
        corpus.context("there is no corpus near this folder, whose cases are the questions")?;
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let cases = corpus::load_family(&corpus, family)?;
    let peers = open_peers(family, &args.target, console);
    let names: Vec<String> = peers.names().map(str::to_owned).collect();
    if names.is_empty() {
        bail!("there is nobody to learn from; `misframe peers` lists who can be asked");
    }
    let mut peers = peers;
    if let Some(file) = &args.dialect {
        fidelity::run(family, &cases, &mut peers, file, &args, console)?;
        return Ok(ExitCode::from(CLEAN));
    }
    for name in names {
        let questions = cases.iter().map(|case| Question {
            name: case.name.clone(),
            input: case.input.clone(),
        });
        let (file, misses) = learn(family, &name, questions.collect(), &mut peers, &args)?;
        if let Some(folder) = &args.out {
            let path = folder.join(file_name(&name));
            corpus::case::write_atomically(&path, file.text()?.as_bytes())?;
        }
        match args.format {
            TextOrJson::Json => console.object(&json!(file))?,
            TextOrJson::Text => write(&file, console)?,
        }
        for (what, kind) in misses.kinds().into_iter().take(args.misses) {
            let input = corpus::escape::display(&kind.smallest);
            writeln!(console.out, "  {:5} {what}: {input}", kind.times)?;
        }
    }
    Ok(ExitCode::from(CLEAN))
}

fn learn(
    family: &'static Family,
    name: &str,
    questions: Vec<Question>,
    peers: &mut Peers,
    args: &LearnArgs,
) -> anyhow::Result<(DialectFile, Misses)> {
    let pieces = if args.bytes {
        Pieces::Bytes
    } else {
        Pieces::One
    };
    let mut ask = |input: &[u8]| peers.ask_one(name, input, pieces);
    let mut learner = Learner::new(family);
    match args
        .from
        .as_deref()
        .map(|folder| folder.join(file_name(name)))
    {
        Some(path) => learner.waives = DialectFile::load(&path)?.waives(family)?,
        None => learner.question(questions, &mut ask),
    }
    learner.practise(args.practice, PRACTICE, &mut ask);
    let mut misses = Misses::new(family, learner.waives);
    let mut missed = |input: &[u8], seen: &Seen, ask: &mut Ask<'_>| {
        if args.misses > 0 {
            misses.take(input, seen, ask);
        }
    };
    let exam = learner.examine(args.exam, args.seed, &mut ask, &mut missed);
    let id = |index: &u16| family.id(*index).unwrap_or("").to_owned();
    let evidence = learner.evidence.iter();
    let ids = |restrictions: bool| {
        let members = learner.waives.indices();
        let kind = members.filter(|index| (*index >= FIRST_RESTRICTION) == restrictions);
        kind.map(|index| id(&index)).collect()
    };
    let file = DialectFile {
        peer: name.to_owned(),
        family: family.name.to_owned(),
        learned: today()?,
        leniencies: ids(false),
        restricts: ids(true),
        demands: Vec::new(),
        questions: learner.asked,
        practice: args.practice,
        pieces: args.bytes.then(|| "bytes".to_owned()),
        seed: args.seed,
        inputs: exam.inputs,
        alike: exam.alike,
        stricter: exam.stricter,
        unexplained: learner
            .unexplained
            .iter()
            .filter(|name| !name.starts_with("drawn-"))
            .cloned()
            .collect(),
        evidence: evidence
            .map(|(index, name)| (id(index), name.clone()))
            .collect(),
    };
    Ok((file, misses))
}

fn write(file: &DialectFile, console: &mut Console<'_>) -> anyhow::Result<()> {
    writeln!(console.out, "{}", display_text(&file.peer))?;
    for id in file.leniencies.iter().chain(&file.restricts) {
        let evidence = file.evidence.get(id).map_or("", String::as_str);
        writeln!(console.out, "  {id:28}  {}", display_text(evidence))?;
    }
    let share = |count: usize| 100.0 * count as f64 / file.inputs.max(1) as f64;
    writeln!(
        console.out,
        "  {} leniencies and {} restrictions from {} questions and {} inputs; on {} others it reads as the peer in {:.2} %; the peer alone \
         refuses {:.2} %; {:.2} % otherwise",
        file.leniencies.len(),
        file.restricts.len(),
        file.questions,
        thousands(file.practice as u64),
        thousands(file.inputs as u64),
        share(file.alike),
        share(file.stricter),
        share(file.inputs - file.alike - file.stricter),
    )?;
    if !file.unexplained.is_empty() {
        let names = display_text(&file.unexplained.join(" "));
        writeln!(console.out, "  not explained: {names}")?;
    }
    Ok(())
}

/// The name of the file of a peer, without its version.
pub fn file_name(name: &str) -> String {
    let word = name.split(' ').next().unwrap_or(name);
    let fit = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let fit = word
        .chars()
        .map(|letter| if fit(letter) { letter } else { '-' });
    fit.chain(".toml".chars()).collect()
}

/// The date, as in 2026-01-31.
pub fn today() -> anyhow::Result<String> {
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
    Ok(now
        .get(..10)
        .context("the clock does not tell the date")?
        .to_owned())
}
