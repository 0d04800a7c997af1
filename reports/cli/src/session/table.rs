//! `misframe session replay --table`: every story against every client, once or many times.

use corpus::number::counted;
use std::collections::BTreeMap;
use std::process::ExitCode;

use corpus::escape::display_text;
use parsers::session::step::EventRejection;
use parsers::session::{ClientPolicy, SessionOracles, run};
use peers::Failure;
use peers::replay::{ReplayClient, play, version};
use serde_json::json;

use super::super::args::TextOrJson;
use super::super::each::in_turn;
use super::super::{CLEAN, Console, FOUND};
use super::policy;
use super::replay::{AT_A_TIME, SessionReplayArgs, Story, policy_of};
use reports::session::replay::{SessionReplay, cell as word};

/// A client, and what resulted from each story.
type Row = (&'static ReplayClient, Result<(String, Vec<Cell>), Failure>);

/// What resulted from one story.
struct Cell {
    /// The result of the first time.
    first: Outcome,
    /// How many times each result came, in words.
    results: BTreeMap<String, usize>,
}

struct Outcome {
    word: String,
    /// The whole result, with where it parted from the schedule.
    result: String,
    is_as_predicted: bool,
    is_defect: bool,
    object: serde_json::Value,
}

/// Plays every story against every client, and prints a line for each client as soon as those before it are done; then,
/// where they were played more than once, whether a cell was not the same each time.
///
/// # Errors
/// When nothing can be printed.
pub fn run_all(
    args: &SessionReplayArgs,
    stories: &[Story],
    clients: Vec<&'static ReplayClient>,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    if args.format == TextOrJson::Text {
        head(stories, console)?;
    }
    let mut rows = Vec::new();
    let mut has_defect = false;
    let play = |client| {
        let version = version(client).map(|version| {
            let version = format!("{} {}", version.name, version.version);
            let cells = stories.iter().map(|story| cell(args, story, client));
            (display_text(&version).to_string(), cells.collect())
        });
        (client, version)
    };
    in_turn(AT_A_TIME, clients, play, |row: Row| {
        match &row {
            (client, Ok((version, cells))) => {
                has_defect |= cells.iter().any(|cell| cell.first.is_defect);
                print(args, client, version, cells, console)?;
                console.out.flush()?;
            }
            (client, Err(failure)) if args.client.is_empty() => {
                console.note(&format!("{}: skipped: {failure}", client.name));
            }
            (client, Err(failure)) => {
                console.complain(&format_args!("{}: {failure}", client.name));
            }
        }
        rows.push(row);
        Ok(())
    })?;
    if args.times > 1 {
        say_changes(args, stories, &rows, console)?;
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

fn head(stories: &[Story], console: &mut Console<'_>) -> anyhow::Result<()> {
    for (nth, story) in stories.iter().enumerate() {
        let word = &story.schedule;
        writeln!(console.out, "{:>2}  {:<28}{word}", nth + 1, story.name)?;
    }
    let numbers = (1..=stories.len()).map(|nth| format!("{nth:<11}"));
    let numbers: String = numbers.collect();
    Ok(writeln!(
        console.out,
        "\n{:<25}{:<26}{}",
        "",
        "",
        numbers.trim_end()
    )?)
}

fn print(
    args: &SessionReplayArgs,
    client: &ReplayClient,
    version: &str,
    cells: &[Cell],
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    if args.format == TextOrJson::Json {
        for cell in cells {
            let mut object = cell.first.object.clone();
            if let Some(object) = object.as_object_mut().filter(|_| args.times > 1) {
                object.insert("times".to_owned(), json!(args.times));
                object.insert("results".to_owned(), json!(cell.results));
            }
            console.object(&object)?;
        }
        return Ok(());
    }
    let words = cells.iter().map(|cell| {
        let mark = if cell.first.is_as_predicted { "" } else { "!" };
        format!("{:<11}", format!("{}{mark}", cell.first.word))
    });
    let words: String = words.collect();
    let line = format!("{:<25}{version:<26}{words}", client.name);
    Ok(writeln!(console.out, "{}", line.trim_end())?)
}

/// Names each cell that was not the same each time; such a one is trouble.
fn say_changes(
    args: &SessionReplayArgs,
    stories: &[Story],
    rows: &[Row],
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let (mut played, mut changed) = (0, 0);
    for (client, row) in rows {
        let cells = row.as_ref().map(|(_, cells)| cells.as_slice());
        for (story, cell) in stories.iter().zip(cells.unwrap_or_default()) {
            played += 1;
            if cell.results.len() > 1 {
                changed += 1;
                let counted = cell.results.iter();
                let counted: Vec<_> = counted
                    .map(|(result, times)| format!("{times} x {result}"))
                    .collect();
                let (name, counted) = (client.name, counted.join("; "));
                console.complain(&format_args!("{}: {name}: changed: {counted}", story.name));
            }
        }
    }
    if args.format == TextOrJson::Text {
        let times = args.times;
        writeln!(
            console.out,
            "\n{}, each {}: {changed} changed",
            counted(played, "cell"),
            counted(times, "time")
        )?;
    }
    Ok(())
}

fn cell(args: &SessionReplayArgs, story: &Story, client: &ReplayClient) -> Cell {
    let first = outcome(args, story, client);
    let mut results = BTreeMap::from([(first.result.clone(), 1)]);
    // What is not played once is not played at all.
    let times = if first.word == NOT_PLAYED {
        1
    } else {
        args.times
    };
    for _ in 1..times {
        let again = outcome(args, story, client).result;
        *results.entry(again).or_default() += 1;
    }
    Cell { first, results }
}

/// The word for a story that does not fit a client.
const NOT_PLAYED: &str = "–";

fn outcome(args: &SessionReplayArgs, story: &Story, client: &ReplayClient) -> Outcome {
    let name = policy_of(args, client, story);
    // Names are checked before; those of the table of clients by a test.
    let policy = policy(&name).unwrap_or_default();
    let played = match fits(story, &policy) {
        Ok(()) => play(client, &story.schedule),
        Err(why) => Err(Failure::Unable(why.to_owned())),
    };
    match played {
        Ok(played) => {
            let replayed = SessionReplay::new(&played, &story.schedule, &name, &policy);
            let why = played
                .diverged
                .as_ref()
                .map(|one| (one.at, one.why.as_str()));
            let result = match why {
                Some((at, why)) => format!("{}, at event {}: {why}", replayed.result(), at + 1),
                None => replayed.result(),
            };
            Outcome {
                word: word(&replayed).to_owned(),
                result: display_text(&result).to_string(),
                is_as_predicted: replayed.is_as_predicted(),
                is_defect: replayed.verdict().is_defect(),
                object: replayed.object(&story.name, client.name),
            }
        }
        Err(failure) => {
            let word = match failure {
                Failure::Unable(_) => NOT_PLAYED,
                _ => "failed",
            };
            let why = failure.to_string();
            Outcome {
                word: word.to_owned(),
                result: display_text(&why).to_string(),
                is_as_predicted: matches!(failure, Failure::Unable(_)),
                is_defect: false,
                object: json!({"file": story.name, "client": client.name, "failure": why}),
            }
        }
    }
}

/// Whether a story is one that can happen to clients of a policy.
///
/// # Errors
/// Why it is not.
fn fits(story: &Story, policy: &ClientPolicy) -> Result<(), &'static str> {
    let events = &story.schedule.events;
    let run_as = |policy: &ClientPolicy| run(events, policy, &SessionOracles::ALL);
    let alone = run_as(policy);
    if let Some((_, EventRejection::Schedule(why))) = alone.stopped {
        return Err(why);
    }
    let shared = ClientPolicy {
        shares_channel: true,
        answers_in_any_order: true,
        ..*policy
    };
    match !policy.shares_channel && run_as(&shared).steps.len() > alone.steps.len() {
        true => Err("it shares no connection among those that wait"),
        false => Ok(()),
    }
}
