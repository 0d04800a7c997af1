//! `misframe matrix`: what every peer makes of every case, and what explains it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use parsers::{Family, Verdict, judge};
use peers::{Pieces, Seen};
use serde_json::json;

use super::args::{MatrixArgs, TextOrJson};
use super::{CLEAN, Console, check, open_peers, source};
use crate::ask::{Answer, MOST, Peers, Who};
use crate::picture::thousands;

/// How many unexplained inputs of a peer are named.
const NAMED: usize = 12;

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
        [] => vec![Who::All],
        some => some.to_vec(),
    };
    let mut families: BTreeMap<&str, (Peers, Tally)> = BTreeMap::new();
    let mut take = |sample: source::Sample, console: &mut Console<'_>| {
        let family = sample.family;
        let is_new = !families.contains_key(family.name);
        let (peers, tally) = families
            .entry(family.name)
            .or_insert_with(|| (open_peers(family, &asked, console), Tally::default()));
        // Nobody reads some families.
        if peers.names().next().is_none() {
            return Ok(());
        }
        let answers = peers.answers(&sample.input, pieces);
        let name = match &sample.case {
            Some(case) => case.name.clone(),
            None => sample.file.clone(),
        };
        tally.take(&name, &answers);
        if args.format == TextOrJson::Json {
            console.object(&object(&sample, &name, &answers))?;
            return Ok(());
        }
        if is_new {
            header(family, peers, console)?;
        }
        row(family, &sample.input, &name, &answers, console)
    };
    for path in &paths {
        source::each(path, args.family, console, &mut take)?;
    }
    if args.format == TextOrJson::Text {
        let asked = families
            .values()
            .filter(|(peers, _)| peers.names().next().is_some());
        for (_, tally) in asked {
            tally.write(console)?;
        }
    }
    Ok(ExitCode::from(CLEAN))
}

/// Who stands in which column.
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

/// A letter for each peer, the same for those who were seen to read alike.
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

fn object(sample: &source::Sample, name: &str, answers: &[Answer]) -> serde_json::Value {
    let answers = answers.iter().map(|answer| {
        let explained = answer.explained;
        let waives = explained.map(|explained| sample.family.ids(&explained.waives));
        let is_stricter = explained.is_some_and(|explained| explained.is_stricter);
        match &answer.seen {
            Ok(seen) => json!({
                "peer": answer.name,
                "ends": seen.messages.iter().map(|whole| whole.end).collect::<Vec<_>>(),
                "content": seen.messages.iter().map(|whole| whole.content_end).collect::<Vec<_>>(),
                "end": seen.end.word(),
                "explained": waives,
                "stricter": is_stricter,
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

/// How many readings were explained.
#[derive(Default)]
struct Tally {
    peers: BTreeMap<String, Explained>,
    failures: BTreeMap<String, usize>,
}

/// How the readings of one peer were explained.
#[derive(Default)]
struct Explained {
    /// How many there are.
    readings: usize,
    /// How many refuse what the dialect takes that reads alike until then.
    stricter: usize,
    /// Of what the others are.
    unexplained: Vec<String>,
}

impl Tally {
    fn take(&mut self, name: &str, answers: &[Answer]) {
        for answer in answers {
            if let Err(failure) = &answer.seen {
                let what = format!("{}: {failure}", answer.name);
                *self.failures.entry(what).or_default() += 1;
                continue;
            }
            let peer = self.peers.entry(answer.name.clone()).or_default();
            peer.readings += 1;
            match answer.explained {
                Some(explained) => peer.stricter += usize::from(explained.is_stricter),
                None => peer.unexplained.push(name.to_owned()),
            }
        }
    }

    fn write(&self, console: &mut Console<'_>) -> anyhow::Result<()> {
        writeln!(console.out)?;
        for (what, times) in &self.failures {
            let what = corpus::escape::display_text(what);
            writeln!(console.out, "{what} ({times} inputs)")?;
        }
        let (mut all, mut stricter, mut without) = (0, 0, 0);
        for (name, peer) in &self.peers {
            all += peer.readings;
            stricter += peer.stricter;
            without += peer.unexplained.len();
            if peer.unexplained.is_empty() {
                continue;
            }
            let names = peer.unexplained.iter().map(String::as_str);
            let shown: Vec<_> = names.take(NAMED).collect();
            let more = match peer.unexplained.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            writeln!(
                console.out,
                "{name}: {} of {} unexplained: {}{more}",
                peer.unexplained.len(),
                peer.readings,
                corpus::escape::display_text(&shown.join(" "))
            )?;
        }
        let share = |count: usize| 100.0 * count as f64 / all.max(1) as f64;
        writeln!(
            console.out,
            "{} readings: {:.2} % explained by at most {MOST} leniencies, {:.2} % refuse what is read alike \
             otherwise, {:.2} % unexplained",
            thousands(all as u64),
            share(all - stricter - without),
            share(stricter),
            share(without)
        )?;
        Ok(())
    }
}
