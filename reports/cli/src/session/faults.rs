//! `misframe session faults` and `misframe session clicks`: what failing servers do to real clients, as observed.

use std::process::ExitCode;

use parsers::session::mixup::{Symptom, accounts};
use peers::live;
use peers::live::faulty::clicks::{CLICKERS, WORKERS};
use peers::live::faulty::mixup::TRIED;
use peers::live::faulty::{self, NODES};
use serde_json::json;

use super::super::args::TextOrJson;
use super::super::lab::end_all_on_interrupt;
use super::super::{CLEAN, Console};
use super::SessionListArgs;

/// Which symptoms each fault shows in each version of Node.js, and which of them the model says it can.
pub fn mixups(args: &SessionListArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    end_all_on_interrupt()?;
    let is_text = args.format == TextOrJson::Text;
    if is_text {
        let symptoms: Vec<_> = Symptom::ALL.iter().map(Symptom::word).collect();
        writeln!(console.out, "symptoms: {}\n", symptoms.join(", "))?;
    }
    let accounts = accounts();
    for node in NODES {
        let (program, version) = match (node.program(), node.version()) {
            (Ok(program), Ok(version)) => (program, version),
            (Err(failure), _) | (_, Err(failure)) => {
                console.note(&format!("{}: skipped: {failure}", node.name));
                continue;
            }
        };
        for (mechanism, is_logged) in TRIED {
            let observed = faulty::observe(&program, *mechanism, *is_logged);
            live::wait_if_ending();
            let seen = match observed {
                Ok(seen) => seen,
                Err(failure) => {
                    let word = mechanism.word();
                    console.complain(&format_args!("{} {version}: {word}: {failure}", node.name));
                    continue;
                }
            };
            let account = accounts.iter().find(|one| one.mechanism == *mechanism);
            let can: Vec<_> = account.map_or(Vec::new(), |account| account.shows.clone());
            let words = |all: &[Symptom]| all.iter().map(Symptom::word).collect::<Vec<_>>();
            let got = seen.got.each_ref().map(faulty::mixup::ClientGot::words);
            if !is_text {
                console.object(&json!({
                    "node": version,
                    "mechanism": mechanism.word(),
                    "logged": is_logged,
                    "symptoms": words(&seen.symptoms),
                    "modelled": words(&can),
                    "got": got,
                    "died": seen.died,
                }))?;
                continue;
            }
            let outcome = match (seen.symptoms.len(), &seen.died) {
                (_, Some(words)) => format!("the server ends: {words}"),
                (5, None) => "every symptom".to_owned(),
                (_, None) => match words(&seen.symptoms).as_slice() {
                    [] => "no symptom".to_owned(),
                    some => some.join(", "),
                },
            };
            let logged = if *is_logged { ", logged" } else { "" };
            let mechanism = format!("{}{logged}", mechanism.word());
            let outcome = corpus::escape::display_text(&outcome);
            writeln!(console.out, "node {version:<9} {mechanism:<30} {outcome}")?;
            let got = got.map(|got| corpus::escape::display_text(&got));
            let [first, second] = got;
            writeln!(
                console.out,
                "    client 1 gets {first}, client 2 gets {second}"
            )?;
            console.out.flush()?;
        }
    }
    Ok(ExitCode::from(CLEAN))
}

/// How often one POST of each client is carried out, and how many workers die of it.
pub fn clicks(args: &SessionListArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    end_all_on_interrupt()?;
    let node = match faulty::clicks::node() {
        Ok(node) => node,
        Err(failure) => {
            console.note(&format!("skipped: {failure}"));
            return Ok(ExitCode::from(CLEAN));
        }
    };
    for clicker in CLICKERS {
        let version = match clicker.version() {
            Ok(version) => version,
            Err(failure) => {
                console.note(&format!("{}: skipped: {failure}", clicker.name));
                continue;
            }
        };
        let name = clicker.name;
        for dies in [true, false] {
            let how = if dies { "dies" } else { "answers 500" };
            let clicked = faulty::click(&node, clicker, dies);
            live::wait_if_ending();
            let clicked = match clicked {
                Ok(clicked) => clicked,
                Err(failure) => {
                    console.complain(&format_args!("{name} {version}: {failure}"));
                    continue;
                }
            };
            let (posts, died) = (clicked.posts, clicked.died);
            match args.format {
                TextOrJson::Json => console.object(&json!({
                    "client": name,
                    "version": version,
                    "worker": how,
                    "posts": posts,
                    "died": died,
                    "workers": WORKERS,
                }))?,
                TextOrJson::Text => writeln!(
                    console.out,
                    "{name} {version}: a worker {how}: {posts} POSTs carried out, {died} of {WORKERS} workers dead"
                )?,
            }
        }
    }
    Ok(ExitCode::from(CLEAN))
}
