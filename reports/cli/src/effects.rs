//! `misframe effects`: what each tool builds from patches whose correct result is known.

use corpus::number::counted;
use std::process::ExitCode;

use anyhow::Context as _;
use corpus::escape::display_text;
use corpus::intent;
use parsers::Family;
use serde_json::json;

use super::args::{EffectsArgs, TextOrJson};
use super::{CLEAN, Console, FOUND, open_peers};
use reports::judge::ask::{PeerChoice, Peers};
use reports::judge::intent::grade::Grade;
use reports::judge::intent::{
    EFFECTS, IntentReader, Meant, Row, Surprise, readers, rows, surprises, worst,
};

pub fn run(args: EffectsArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let family = EFFECTS.chosen(args.family)?;
    can_build(&args.peer)?;
    let asked = match args.peer.as_slice() {
        [] => vec![PeerChoice::All],
        some => some.to_vec(),
    };
    let meant = intent::examples().into_iter().map(|commit| Meant {
        change: intent::diff(&commit.before, &commit.after),
        patch: commit.mail(),
        name: commit.name,
        before: commit.before,
        after: commit.after,
    });
    let code = table(family, meant.map(Ok), &asked, args.format, console)?;
    // The examples are meant to go wrong: only what no dialect had said is a finding.
    Ok(ExitCode::from(if code.unpredicted > 0 {
        FOUND
    } else {
        CLEAN
    }))
}

/// That each peer that is asked for by name reads a family whose messages change a tree.
///
/// # Errors
/// A peer that reads another.
pub fn can_build(asked: &[PeerChoice]) -> anyhow::Result<()> {
    for choice in asked {
        if let PeerChoice::Known(about) = choice {
            EFFECTS.of(about.family).context(about.name)?;
        }
    }
    Ok(())
}

/// What a table holds.
pub struct Totals {
    /// The worst grade.
    pub worst: Grade,
    /// How often a peer did otherwise than its dialect had said.
    pub unpredicted: usize,
}

/// For each patch, what our readings see in it that was not meant, and then what each tool makes of it, in a table.
pub fn table(
    family: &'static Family,
    all: impl Iterator<Item = anyhow::Result<Meant>>,
    asked: &[PeerChoice],
    format: TextOrJson,
    console: &mut Console<'_>,
) -> anyhow::Result<Totals> {
    let readers = readers()?;
    let mut totals = Totals {
        worst: Grade::Same,
        unpredicted: 0,
    };
    let mut lines = Vec::new();
    let mut peers: Option<Peers> = None;
    for meant in all {
        let meant = meant?;
        // First what is known without running anything.
        let surprises = surprises(&meant, &readers);
        if format == TextOrJson::Text {
            tell(&meant, &surprises, console)?;
        }
        let peers = peers.get_or_insert_with(|| open_peers(family, asked, console));
        let (rows, untold) = rows(&meant, &readers, peers);
        for (name, failure) in untold {
            console.note(&format!("{name}: skipped: {failure}"));
        }
        let worst = worst(&meant, &readers, &rows);
        totals.worst = totals.worst.max(worst);
        let missed = rows
            .iter()
            .filter(|row| row.is_as_predicted() == Some(false));
        totals.unpredicted += missed.count();
        if format == TextOrJson::Json {
            console.object(&object(&meant, &surprises, &rows, worst))?;
        }
        lines.push((meant.name, rows));
    }
    if format == TextOrJson::Text {
        draw(&lines, &readers, console)?;
        writeln!(
            console.out,
            "worst: {} {}",
            totals.worst.code(),
            totals.worst.word()
        )?;
    }
    Ok(totals)
}

/// What is seen in a patch that was not meant, and what to do about it.
fn tell(meant: &Meant, surprises: &[Surprise], console: &mut Console<'_>) -> anyhow::Result<()> {
    for surprise in surprises {
        let (first, last) = surprise.lines;
        let path = display_text(&String::from_utf8_lossy(&surprise.path));
        let (added, removed) = (surprise.added, surprise.removed);
        let what = match surprise.is_phantom {
            true => format!(
                "lines {first} to {last} are read as a patch of {path} (+{added} -{removed})"
            ),
            false => format!(
                "of {path}, +{added} -{removed} are not seen (lines {first} to {last} of the change)"
            ),
        };
        let advice = match (surprise.is_phantom, surprise.is_indented) {
            (true, true) => {
                "begin each of them with `> `: spaces, tabs and the letter X do not hide them"
            }
            (true, false) => "begin each of them with `> `, or leave them out of the message",
            (false, _) => "make the patch anew with `git format-patch`, and send it unchanged",
        };
        let name = display_text(&meant.name);
        writeln!(
            console.out,
            "{name}: {what}\n    by {}\n    {advice}",
            surprise.readers.join(", ")
        )?;
    }
    Ok(())
}

/// A row for each patch, a column for each tool.
fn draw(
    lines: &[(String, Vec<Row>)],
    readers: &[IntentReader],
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let mut names: Vec<&str> = Vec::new();
    for row in lines.iter().flat_map(|(_, rows)| rows) {
        if !names.contains(&row.name.as_str()) {
            names.push(&row.name);
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let width = lines
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0)
        .min(WIDEST);
    writeln!(
        console.out,
        "\nG0 as meant, G1 rejected, G2 lost, G3 phantom (G3c: all accept it), G4 other content, G5 escape, X crash"
    )?;
    writeln!(
        console.out,
        "~ not what its dialect had said, ? it has no dialect here, / rejected after files were changed"
    )?;
    for (nth, name) in names.iter().enumerate() {
        writeln!(
            console.out,
            "{:width$}  {}{}",
            "",
            "|     ".repeat(nth),
            display_text(name)
        )?;
    }
    for (name, rows) in lines {
        let short: String = display_text(name).chars().take(WIDEST).collect();
        write!(console.out, "{short:width$}  ")?;
        for column in &names {
            let row = rows.iter().find(|row| row.name == *column);
            let cell = row.map_or("-".to_owned(), cell);
            write!(console.out, "{cell:6}")?;
        }
        writeln!(console.out)?;
    }
    let predicted = lines
        .iter()
        .flat_map(|(_, rows)| rows)
        .filter_map(Row::is_as_predicted);
    let (all, right) = predicted.fold((0, 0), |(all, right), is| {
        (all + 1, right + usize::from(is))
    });
    let dialects = readers.iter().filter(|reader| reader.is_peers).count();
    writeln!(
        console.out,
        "{right} of {} as {} had predicted",
        counted(all, "effect"),
        counted(dialects, "dialect")
    )?;
    Ok(())
}

/// The widest name of a patch, in characters.
const WIDEST: usize = 40;

fn cell(row: &Row) -> String {
    let mark = match row.is_as_predicted() {
        Some(true) => "",
        Some(false) => "~",
        None => "?",
    };
    let partial = if row.outcome.is_partial { "/" } else { "" };
    format!("{}{partial}{mark}", row.outcome.grade.code())
}

fn object(meant: &Meant, surprises: &[Surprise], rows: &[Row], worst: Grade) -> serde_json::Value {
    let surprises = surprises.iter().map(|surprise| {
        json!({
            "kind": if surprise.is_phantom { "phantom" } else { "lost" },
            "lines": [surprise.lines.0, surprise.lines.1],
            "path": String::from_utf8_lossy(&surprise.path),
            "added": surprise.added,
            "removed": surprise.removed,
            "readers": surprise.readers,
        })
    });
    let rows = rows.iter().map(|row| {
        json!({
            "peer": row.name,
            "grade": row.outcome.grade.code(),
            "partial": row.outcome.is_partial,
            "predicted": row.predicted.as_ref().map(|predicted| predicted.grade.code()),
            "as_predicted": row.is_as_predicted(),
        })
    });
    json!({
        "name": meant.name,
        "grade": worst.code(),
        "surprises": surprises.collect::<Vec<_>>(),
        "effects": rows.collect::<Vec<_>>(),
    })
}
