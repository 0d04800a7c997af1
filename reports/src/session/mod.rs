//! Sessions as text and as objects: a schedule drawn as lanes, and what an exploration found.

pub mod finding;
pub mod json;
pub mod replay;
pub(crate) mod timeline;

use std::fmt::Write as _;

use corpus::SessionCase;
use parsers::core::compare::Level;
use parsers::session::explore::FaultySchedule;
use parsers::session::{
    ClientPolicy, Exploration, Fault, Run, Schedule, SessionOracles, SessionVerdict, explore, run,
};

use crate::format::picture::Palette;
use corpus::number::{counted, thousands};

/// How grave a verdict is; none where nothing is to be reported.
pub fn level(verdict: SessionVerdict) -> Option<Level> {
    match verdict {
        SessionVerdict::Right | SessionVerdict::NoAnswer | SessionVerdict::Rejected => None,
        SessionVerdict::Inherent => Some(Level::Note),
        _ => Some(Level::Error),
    }
}

/// A fault in words.
pub(crate) fn fault(fault: &Fault, schedule: &Schedule) -> String {
    match *fault {
        Fault::Wrong { client, asked, got } => {
            let (asked, got) = (schedule.name(asked), reply(schedule, got));
            format!("c{client} asked {asked} and got {got}")
        }
        Fault::Inherent { client, asked, got } => {
            let (asked, got) = (schedule.name(asked), reply(schedule, got));
            format!("c{client} asked {asked} and got {got}, which no client without ids can know")
        }
        Fault::Truncated { client, asked } => {
            let asked = schedule.name(asked);
            format!("c{client} asked {asked} and got a part of the reply for the whole")
        }
        Fault::Duplicated { tag } => {
            format!("{} was carried out again", schedule.name(tag))
        }
    }
}

fn reply(schedule: &Schedule, got: parsers::session::Tag) -> String {
    match got {
        parsers::session::Tag::SURPLUS => "a reply that no request caused".to_owned(),
        got => format!("the reply to {}", schedule.name(got)),
    }
}

/// The picture of a run: its lanes, then the verdict.
pub fn draw(run: &Run, schedule: &Schedule, policy: &str, palette: &Palette) -> String {
    let mut text = timeline::draw(run, schedule, palette);
    text.push_str(&conclusion(run.verdict, policy, palette));
    text
}

fn conclusion(verdict: SessionVerdict, policy: &str, palette: &Palette) -> String {
    let word = verdict.word();
    match level(verdict) {
        Some(level) => {
            let style = palette.level(level);
            format!("{style}{word}, {}{style:#}: {policy}\n", level.word())
        }
        None => format!("{word}: {policy}\n"),
    }
}

/// What an exploration found, in words, and its shortest schedules drawn.
pub fn draw_exploration(
    found: &Exploration,
    policy: &ClientPolicy,
    name: &str,
    palette: &Palette,
) -> String {
    let mut text = String::new();
    if let Some(defect) = &found.defect {
        draw_found(defect, policy, palette, &mut text);
        if defect.verdict == SessionVerdict::WrongPersistently {
            text.push_str("sent at once, the next request gets a wrong reply as well\n");
        }
        text.push_str(&conclusion(defect.verdict, name, palette));
    } else {
        let outcome = match found.is_complete {
            true => "clean",
            false => "clean so far, cut off",
        };
        let _ = writeln!(text, "{outcome}: {name}");
    }
    if let Some(inherent) = found.inherent.as_ref().filter(|_| found.defect.is_none()) {
        text.push_str("\nno client without ids can know:\n");
        draw_found(inherent, policy, palette, &mut text);
    }
    text
}

fn draw_found(found: &FaultySchedule, policy: &ClientPolicy, palette: &Palette, text: &mut String) {
    let schedule = Schedule::of(found.events.clone());
    let run = run(&schedule.events, policy, &SessionOracles::ALL);
    let _ = writeln!(text, "{schedule}\n");
    text.push_str(&timeline::draw(&run, &schedule, palette));
}

/// How much was explored, in a line.
pub fn extent(found: &Exploration) -> String {
    format!(
        "{}, {} between them, {} deep\n",
        counted(found.states, "state"),
        counted(found.events, "event"),
        found.depth
    )
}

/// The pictures of a case: of its schedule, or of what exploring it finds.
pub fn draw_case(case: &SessionCase, palette: &Palette) -> String {
    match (&case.schedule, &case.explore) {
        (Some((schedule, _)), _) => {
            let run = run(&schedule.events, &case.policy, &SessionOracles::ALL);
            let lanes = draw(&run, schedule, &case.policy_name, palette);
            format!("{schedule}\n\n{lanes}")
        }
        (None, Some(wanted)) => {
            let found = explore(&case.policy, &wanted.bound, &SessionOracles::ALL);
            draw_exploration(&found, &case.policy, &case.policy_name, palette)
        }
        (None, None) => String::new(),
    }
}

/// The snapshot of a case: what it is about, then the pictures.
pub fn snapshot(case: &SessionCase) -> String {
    let mut text = format!("{}\nsession: {}\n", case.about, case.policy_name);
    if let Some((schedule, _)) = &case.schedule {
        let run = run(&schedule.events, &case.policy, &SessionOracles::ALL);
        let _ = writeln!(text, "\n{schedule}\n");
        text.push_str(&draw(&run, schedule, &case.policy_name, &Palette::PLAIN));
    }
    if let Some(wanted) = &case.explore {
        let found = explore(&case.policy, &wanted.bound, &SessionOracles::ALL);
        let bound = &wanted.bound;
        let _ = writeln!(
            text,
            "\nexplored: {}, {}, {} each, {}, {} surplus\n",
            counted(bound.clients, "client"),
            counted(bound.connections, "connection"),
            counted(bound.requests, "request"),
            counted(bound.faults, "fault"),
            bound.surplus
        );
        let (policy, name) = (&case.policy, &case.policy_name);
        text.push_str(&draw_exploration(&found, policy, name, &Palette::PLAIN));
    }
    text
}

/// An exploration in one line of a table.
pub fn row(found: &Exploration, name: &str) -> String {
    let outcome = match (&found.defect, found.is_complete) {
        (Some(defect), _) => {
            let schedule = Schedule::of(defect.events.clone());
            let (word, events) = (defect.verdict.word(), defect.events.len());
            format!("{word} in {events}: {schedule}")
        }
        (None, true) => "clean".to_owned(),
        (None, false) => "clean so far, cut off".to_owned(),
    };
    let states = thousands(found.states as u64);
    format!("{name:<26}{states:>12} states  {outcome}")
}
