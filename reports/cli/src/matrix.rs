//! `misframe matrix`: what every peer makes of every case, and what explains it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::bail;
use parsers::{Family, Verdict, judge};
use peers::{Pieces, Seen};
use serde_json::json;

use super::args::{MatrixArgs, TextOrJson};
use super::tally::{Learned, ReadingTally};
use super::{CLEAN, Console, check, cuts, open_peers, say_failures, source};
use reports::judge::ask::{Answer, PeerChoice, Peers};

pub fn run(args: MatrixArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let paths = match args.paths.as_slice() {
        [] => vec![check::corpus_folder()?],
        some => some.to_vec(),
    };
    let pieces = if args.bytes {
        Pieces::Bytes
    } else {
        Pieces::One
    };
    let asked = match args.peer.as_slice() {
        [] => vec![PeerChoice::All],
        some => some.to_vec(),
    };
    if args.cuts {
        return cuts::run(&args, &paths, &asked, console);
    }
    let learned = args.dialects.clone().or_else(|| {
        let corpus = check::corpus_folder().ok()?;
        Some(corpus.join("../peers/dialects"))
    });
    if let Some(named) = args.dialects.as_ref().filter(|named| !named.is_dir()) {
        bail!(
            "{}: there is no such folder of dialects",
            source::name(named)
        );
    }
    let mut learned = Learned::of(learned);
    let mut families: BTreeMap<&'static Family, (Peers, ReadingTally)> = BTreeMap::new();
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        let family = sample.family;
        let is_new = !families.contains_key(family);
        let (peers, tally) = families
            .entry(family)
            .or_insert_with(|| (open_peers(family, &asked, console), ReadingTally::default()));
        // Some families have no peers.
        if peers.names().next().is_none() {
            return Ok(());
        }
        let answers = peers.answers(&sample.input, pieces);
        let name = match &sample.case {
            Some(case) => case.name.clone(),
            None => sample.file.clone(),
        };
        let by_dialect = tally.take(family, &name, &sample.input, &answers, &mut learned)?;
        if args.summary {
            return Ok(());
        }
        if args.format == TextOrJson::Json {
            console.object(&object(&sample, &name, &answers, &by_dialect))?;
            return Ok(());
        }
        if is_new {
            header(family, peers, console)?;
        }
        row(family, &sample.input, &name, &answers, console)
    };
    for path in &paths {
        source::each_sample(path, args.family, console, &mut take)?;
    }
    say_failures(families.values().map(|(peers, _)| peers), console);
    for (family, (peers, tally)) in &families {
        if peers.names().next().is_none() {
            continue;
        }
        match args.format {
            TextOrJson::Text => tally.write(family.name, console)?,
            TextOrJson::Json if args.summary => console.object(&tally.object(family.name))?,
            TextOrJson::Json => {}
        }
    }
    Ok(ExitCode::from(CLEAN))
}

/// The column of each peer.
fn header(family: &Family, peers: &Peers, console: &mut Console<'_>) -> anyhow::Result<()> {
    writeln!(
        console.out,
        "{}: a letter for each reading, = for that of strict, ! for none",
        family.name
    )?;
    for (nth, name) in peers.names().enumerate() {
        writeln!(console.out, "{}{name}", "| ".repeat(nth))?;
    }
    Ok(())
}

/// A letter for each peer, the same for peers with equal readings.
fn row(
    family: &'static Family,
    input: &[u8],
    name: &str,
    answers: &[Answer],
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let mut strict = Verdict::new();
    if let Some(parser) = family.parsers.first() {
        judge(*parser, input, &mut strict);
    }
    let mut others: Vec<&Seen> = Vec::new();
    let mut text = String::new();
    for answer in answers {
        let letter = match &answer.seen {
            Err(_) => '!',
            Ok(seen) if seen.is(&strict.reading, input) => '=',
            Ok(seen) => {
                let known = others.iter().position(|other| *other == seen);
                let nth = known.unwrap_or_else(|| {
                    others.push(seen);
                    others.len() - 1
                });
                ('A'..='Z').nth(nth).unwrap_or('?')
            }
        };
        text.push(letter);
        text.push(' ');
    }
    writeln!(console.out, "{text} {name}")?;
    Ok(())
}

fn object(
    sample: &source::Sample,
    name: &str,
    answers: &[Answer],
    by_dialect: &[bool],
) -> serde_json::Value {
    let answers = answers.iter().zip(by_dialect).map(|(answer, by_dialect)| {
        let explained = answer.explained;
        let relaxes = explained.map(|explained| sample.family.ids(&explained.relaxes));
        let is_stricter = explained.is_some_and(|explained| explained.is_stricter);
        match &answer.seen {
            Ok(seen) => json!({
                "peer": answer.name,
                "ends": seen.messages.iter().map(|whole| whole.end).collect::<Vec<_>>(),
                "content": seen.messages.iter().map(|whole| whole.content_end).collect::<Vec<_>>(),
                "end": seen.end.word(),
                "explained": relaxes,
                "stricter": is_stricter,
                "learned": by_dialect,
                "failure": null,
            }),
            Err(failure) => json!({
                "peer": answer.name,
                "failure": failure.to_string(),
            }),
        }
    });
    json!({
        "file": sample.file,
        "name": name,
        "family": sample.family.name,
        "bytes": sample.input.len(),
        "answers": answers.collect::<Vec<_>>(),
    })
}
