//! `misframe session explore --all`: every policy within two bounds, with what each comes to: one table.

use std::process::ExitCode;
use std::time::Instant;

use parsers::session::{Bound, Exploration, POLICIES, Schedule, SessionOracles, explore};
use serde_json::json;

use super::super::args::TextOrJson;
use super::super::{CLEAN, Console, FOUND};
use super::ExploreArgs;
use corpus::number::{counted, thousands};

/// The requests of each client: two clients and two connections with so many.
const REQUESTS: [u8; 2] = [2, 3];
/// How many states the careful client has within these bounds where two count as two that differ only in how their
/// connections and requests are called.
const NAMED_APART: [usize; 2] = [14_599, 215_001];

/// What exploration has found within one bound, and in how many seconds.
struct Timed {
    found: Exploration,
    seconds: f64,
}

/// Explores every policy within both bounds.
pub fn run(
    args: &ExploreArgs,
    bound: &Bound,
    console: &mut Console<'_>,
) -> anyhow::Result<ExitCode> {
    let bounds = REQUESTS.map(|requests| Bound { requests, ..*bound });
    if args.format == TextOrJson::Text {
        let heads = bounds.map(|bound| {
            let words = format!(
                "{} x {} x {}",
                bound.clients, bound.connections, bound.requests
            );
            format!("{words:>16} states        ms")
        });
        let [first, second] = heads;
        let (faults, surplus) = (counted(bound.faults, "fault"), bound.surplus);
        writeln!(
            console.out,
            "clients x connections x requests of each, {faults}, {surplus} surplus"
        )?;
        let (policy, kind, verdict) = ("policy", "", "verdict");
        writeln!(
            console.out,
            "{policy:<26}{kind:<8}{verdict:<22}events{first}{second}"
        )?;
    }
    let mut has_defect = false;
    let mut careful = [0; 2];
    for named in POLICIES {
        let timed = bounds.map(|bound| {
            let begun = Instant::now();
            let found = explore(&named.policy(), &bound, &SessionOracles::ALL);
            Timed {
                found,
                seconds: begun.elapsed().as_secs_f64(),
            }
        });
        let is_cut = |timed: &Timed| !timed.found.is_complete && timed.found.defect.is_none();
        if timed.iter().any(is_cut) {
            console.complain(&format_args!(
                "{}: cut off; give it more --memory",
                named.name
            ));
        }
        has_defect |= timed.iter().any(|timed| timed.found.defect.is_some());
        if named.quirks.is_empty() {
            careful = timed.each_ref().map(|timed| timed.found.states);
        }
        match args.format {
            TextOrJson::Json => console.object(&object(named.name, &bounds, &timed))?,
            TextOrJson::Text => writeln!(console.out, "{}", row(named.name, &timed))?,
        }
    }
    if args.format == TextOrJson::Text {
        let [few, more] = careful.map(|states| thousands(states as u64));
        let [apart, more_apart] = NAMED_APART.map(|states| thousands(states as u64));
        writeln!(
            console.out,
            "careful: {few} and {more} states; {apart} and {more_apart} where names tell states apart"
        )?;
    }
    Ok(ExitCode::from(if has_defect { FOUND } else { CLEAN }))
}

/// A policy is faulty when exploration finds a defect, else the cure of some that are.
fn kind(timed: &[Timed]) -> &'static str {
    match timed.iter().any(|timed| timed.found.defect.is_some()) {
        true => "faulty",
        false => "cure",
    }
}

/// The verdict and the number of events of the shortest schedule with a defect.
fn outcome(found: &Exploration) -> (&'static str, Option<usize>) {
    match (&found.defect, found.is_complete) {
        (Some(defect), _) => (defect.verdict.word(), Some(defect.events.len())),
        (None, true) => ("clean", None),
        (None, false) => ("cut off", None),
    }
}

fn row(name: &str, timed: &[Timed]) -> String {
    // Within the wider bound, which the narrower lies within.
    let last = timed.last().map(|timed| outcome(&timed.found));
    let (verdict, events) = last.unwrap_or_default();
    let events = events.map_or_else(|| "-".to_owned(), |events| events.to_string());
    let kind = kind(timed);
    let mut row = format!("{name:<26}{kind:<8}{verdict:<22}{events:>6}");
    for timed in timed {
        let (states, ms) = (thousands(timed.found.states as u64), timed.seconds * 1000.0);
        row.push_str(&format!("{states:>23}{ms:>10.1}"));
    }
    row
}

fn object(name: &str, bounds: &[Bound], timed: &[Timed]) -> serde_json::Value {
    let within = bounds.iter().zip(timed).map(|(bound, timed)| {
        let (verdict, events) = outcome(&timed.found);
        let defect = timed.found.defect.as_ref();
        json!({
            "clients": bound.clients,
            "connections": bound.connections,
            "requests": bound.requests,
            "verdict": verdict,
            "events": events,
            "schedule": defect.map(|defect| Schedule::of(defect.events.clone()).to_string()),
            "states": timed.found.states,
            "seconds": timed.seconds,
        })
    });
    json!({
        "policy": name,
        "kind": kind(timed),
        "within": within.collect::<Vec<_>>(),
    })
}
