//! `misframe learn --dialect`: how often a dialect reads as its peer does, and where it does not.

use std::path::Path;

use corpus::Case;
use corpus::draw::{Chance, Drawn};
use corpus::escape::display_text;
use parsers::{Family, LeniencySet, Verdict, explain};
use peers::Pieces;
use serde_json::json;

use super::Console;
use super::args::{LearnArgs, TextOrJson};
use crate::ask::Peers;
use crate::dialect_file::DialectFile;

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

/// Holds the dialect in `file` against each open peer, on the cases and on inputs drawn by chance, which no dialect was
/// learned from. Where they part, the input is kept in the folder that is asked for.
pub fn run(
    family: &'static Family,
    cases: &[Case],
    peers: &mut Peers,
    file: &Path,
    args: &LearnArgs,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let waives = DialectFile::load(file)?.waives(family)?;
    let names: Vec<String> = peers.names().map(str::to_owned).collect();
    for name in names {
        let mut hold = |score: &mut Score, what: String, input: &[u8]| -> anyhow::Result<()> {
            match peers.ask_one(&name, input, Pieces::One) {
                None => score.unread += 1,
                Some(seen) => {
                    score.inputs += 1;
                    if !reads_alike(family, &waives, input, &seen) {
                        if let Some(folder) = &args.out {
                            corpus::case::write_atomically(&folder.join(&what), input)?;
                        }
                        score.otherwise.push(what);
                    }
                }
            }
            Ok(())
        };
        let (mut of_cases, mut drawn) = (Score::default(), Score::default());
        for case in cases {
            hold(&mut of_cases, case.name.clone(), &case.input)?;
        }
        let (mut chance, mut draw) = (Chance::new(SEED), Drawn::default());
        for nth in 0..args.exam {
            let input = draw.input(family, &mut chance);
            hold(&mut drawn, format!("drawn-{SEED}-{nth}"), &input)?;
        }
        tell(
            &name,
            [("cases", &of_cases), ("drawn by chance", &drawn)],
            args,
            console,
        )?;
    }
    Ok(())
}

/// The seed by which inputs are drawn.
const SEED: u64 = 3;

fn reads_alike(
    family: &'static Family,
    waives: &LeniencySet,
    input: &[u8],
    seen: &peers::Seen,
) -> bool {
    let mut verdict = Verdict::new();
    explain::judge_under(family, waives, input, &mut verdict);
    seen.is(&verdict.reading, input)
}

fn tell(
    name: &str,
    scores: [(&str, &Score); 2],
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
        if !score.otherwise.is_empty() {
            writeln!(
                console.out,
                "  otherwise: {}",
                display_text(&score.otherwise.join(" "))
            )?;
        }
    }
    Ok(())
}
