//! `misframe learn --dialect`: fits a dialect further to its peer, and lists where they part.

use std::path::Path;

use corpus::Case;
use corpus::draw::{Chance, Drawn};
use corpus::escape::display_text;
use corpus::intent::setting;
use parsers::unidiff::UNIFIED;
use parsers::{Family, Verdict};
use peers::{Pieces, Seen};
use serde_json::json;

use super::Console;
use super::args::{LearnArgs, TextOrJson};
use super::learn::{EXAM, PRACTICE, file_name, today};
use crate::ask::Peers;
use crate::climb::{Way, climb};
use crate::dialect_file::{DECLARED, DialectFile};
use crate::intent::{Reader, readers};

/// How a dialect does.
#[derive(Default)]
struct Score {
    /// Of how many inputs the peer has a reading.
    inputs: usize,
    /// The names of those that the dialect reads otherwise.
    otherwise: Vec<String>,
    /// How many the peer has no reading of.
    unread: usize,
}

/// How many inputs are named in a text.
const NAMED: usize = 30;

/// Fits the dialect in the file at `path` to each open peer, on the cases and on the inputs of the practice; then holds
/// it against the peer on the cases and on those of the exam. The folder that is asked for gets the dialect and, in one
/// named for the peer, what the two read differently.
pub fn run(
    family: &'static Family,
    cases: &[Case],
    peers: &mut Peers,
    path: &Path,
    args: &LearnArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let names: Vec<String> = peers.names().map(str::to_owned).collect();
    for name in names {
        let mut file = DialectFile::load(path)?;
        let mut way = Way {
            waives: file.waives(family)?,
            demands: file.demanded()?,
        };
        if args.practice > 0 {
            let mut answers: Vec<(Vec<u8>, Seen)> = Vec::new();
            let practice = drawn(family, PRACTICE, args.practice).map(|(_, input)| input);
            for input in cases.iter().map(|case| case.input.clone()).chain(practice) {
                let seen = peers.ask_one(&name, &input, Pieces::One);
                answers.extend(seen.map(|seen| (input, seen)));
            }
            way = climb(family, &answers, way);
        }
        let mut hold =
            |inputs: &mut dyn Iterator<Item = (String, Vec<u8>)>| -> anyhow::Result<Score> {
                let (mut score, mut verdict) = (Score::default(), Verdict::new());
                for (what, input) in inputs {
                    let Some(seen) = peers.ask_one(&name, &input, Pieces::One) else {
                        score.unread += 1;
                        continue;
                    };
                    score.inputs += 1;
                    if !way.is_alike(family, &input, &seen, &mut verdict) {
                        if let Some(folder) = &args.out {
                            let folder = folder.join(file_name(&name)).with_extension("");
                            std::fs::create_dir_all(&folder)?;
                            corpus::case::write_atomically(&folder.join(&what), &input)?;
                        }
                        score.otherwise.push(what);
                    }
                }
                Ok(score)
            };
        let mut of_cases = cases
            .iter()
            .map(|case| (case.name.clone(), case.input.clone()));
        let scores = [
            ("cases", hold(&mut of_cases)?),
            (
                "inputs drawn by chance",
                hold(&mut drawn(family, EXAM, args.exam))?,
            ),
        ];
        if let Some(folder) = args.out.as_ref().filter(|_| args.practice > 0) {
            fill(&mut file, family, &name, &way, &scores, args)?;
            let path = folder.join(file_name(&name));
            corpus::case::write_atomically(&path, file.text()?.as_bytes())?;
        }
        tell(&name, &scores, args, console)?;
        if family.name == UNIFIED.name {
            effects(cases, peers, &name, args, console)?;
        }
    }
    Ok(())
}

/// Holds what the dialect of a peer that builds trees predicts against what the peer builds, of the cases and of the
/// inputs of the exam, each in a tree of its own.
fn effects(
    cases: &[Case],
    peers: &mut Peers,
    name: &str,
    args: &LearnArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let known = |reader: &Reader| reader.is_peers && name.split(' ').next() == Some(&reader.name);
    let Some(reader) = readers(DECLARED)?.into_iter().find(known) else {
        return Ok(());
    };
    let mut hold = |inputs: &mut dyn Iterator<Item = (String, Vec<u8>)>| {
        let (mut score, mut chance) = (Effects::default(), Chance::new(EXAM));
        for (what, input) in inputs {
            let before = setting::of(&input, &mut chance);
            let built = peers.build(&before, &input).into_iter();
            let built = built
                .filter(|(other, _)| other == name)
                .find_map(|(_, built)| built.ok());
            let Some(built) = built else {
                score.score.unread += 1;
                continue;
            };
            score.score.inputs += 1;
            score.taken += usize::from(built.is_accepted);
            if reader.build(&before, &input) != (built.tree, built.is_accepted) {
                score.score.otherwise.push(what);
            }
        }
        score
    };
    let mut of_cases = cases
        .iter()
        .map(|case| (case.name.clone(), case.input.clone()));
    let scores = [
        ("effects of cases", hold(&mut of_cases)),
        (
            "effects of inputs drawn by chance",
            hold(&mut drawn(&UNIFIED, EXAM, args.exam)),
        ),
    ];
    for (what, Effects { score, taken }) in scores {
        tell(name, &[(what, score)], args, console)?;
        if args.format == TextOrJson::Text {
            writeln!(console.out, "  {taken} of them are taken by the peer")?;
        }
    }
    Ok(())
}

/// How the prediction of trees does.
#[derive(Default)]
struct Effects {
    score: Score,
    /// How many patches the peer takes.
    taken: usize,
}

/// Inputs drawn by chance, each with a name.
fn drawn(
    family: &'static Family,
    seed: u64,
    count: usize,
) -> impl Iterator<Item = (String, Vec<u8>)> {
    let (mut chance, mut draw) = (Chance::new(seed), Drawn::default());
    (0..count).map(move |nth| {
        (
            format!("drawn-{seed}-{nth}"),
            draw.input(family, &mut chance),
        )
    })
}

/// Writes down what was learned.
fn fill(
    file: &mut DialectFile,
    family: &'static Family,
    name: &str,
    way: &Way,
    scores: &[(&str, Score); 2],
    args: &LearnArgs,
) -> anyhow::Result<()> {
    let [(_, of_cases), (_, of_exam)] = scores;
    name.clone_into(&mut file.peer);
    file.learned = today()?;
    file.leniencies = family
        .ids(&way.waives)
        .iter()
        .map(|id| (*id).to_owned())
        .collect();
    file.demands = way
        .demands
        .iter()
        .map(|demand| demand.id.to_owned())
        .collect();
    file.questions = of_cases.inputs;
    file.practice = args.practice;
    file.inputs = of_exam.inputs;
    file.alike = of_exam.inputs - of_exam.otherwise.len();
    file.unexplained.clone_from(&of_cases.otherwise);
    Ok(())
}

fn tell(
    name: &str,
    scores: &[(&str, Score)],
    args: &LearnArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    for (what, score) in scores {
        let alike = score.inputs - score.otherwise.len();
        if args.format == TextOrJson::Json {
            console.object(&json!({
                "peer": name, "inputs": what, "read": score.inputs, "alike": alike,
                "otherwise": score.otherwise, "without_reading": score.unread,
            }))?;
            continue;
        }
        writeln!(
            console.out,
            "{}: {alike} of {} {what} are read as the dialect has it, {:.2} %; {} without a reading",
            display_text(name),
            score.inputs,
            100.0 * alike as f64 / score.inputs.max(1) as f64,
            score.unread,
        )?;
        if score.otherwise.is_empty() {
            continue;
        }
        let shown = score.otherwise.iter().take(NAMED).map(String::as_str);
        let shown = display_text(&shown.collect::<Vec<_>>().join(" "));
        let more = match score.otherwise.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        writeln!(console.out, "  otherwise: {shown}{more}")?;
    }
    Ok(())
}
