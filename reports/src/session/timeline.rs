//! A run as lanes: one for each client, for each connection, and for the server, a line for each event.

use std::fmt::Write as _;

use parsers::core::compare::Level;
use parsers::session::run::{ScheduleStep, clients};
use parsers::session::state::{Connection, ReplyPart};
use parsers::session::step::{Effect, EventRejection};
use parsers::session::{Event, Run, Schedule};

use crate::format::picture::Palette;

/// The lanes; each line ends with a line break.
///
/// A client's lane says what it does, the server's what it does. A connection's lane shows what lies
/// on it: `a>` a request that the server has yet to answer, `<a` a reply that no client has read, `<a..`
/// the first part of one, `<..a` the rest, and `x` when the client's end is closed, `x` and `srv` the
/// server's.
pub fn draw(run: &Run, schedule: &Schedule, palette: &Palette) -> String {
    let lanes = Lanes::of(run, schedule);
    let widths = lanes.widths();
    let mut text = String::new();
    line("", &lanes.names, &widths, "", &mut text);
    for (nth, row) in lanes.rows.iter().enumerate() {
        let mark = row.mark.as_ref().map(|(level, mark)| {
            let style = palette.level(*level);
            format!("{style}{mark}{style:#}")
        });
        let mark = mark.unwrap_or_default();
        line(
            &(nth + 1).to_string(),
            &row.cells,
            &widths,
            &mark,
            &mut text,
        );
    }
    if let Some((event, rejection)) = &run.stopped {
        let (EventRejection::Client(why) | EventRejection::Schedule(why)) = rejection;
        let _ = writeln!(text, "  –  {}: {why}", schedule.step(event));
    }
    text
}

struct Lanes {
    names: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    cells: Vec<String>,
    /// What is wrong about it.
    mark: Option<(Level, String)>,
}

impl Lanes {
    fn of(run: &Run, schedule: &Schedule) -> Self {
        let events: Vec<Event> = run.steps.iter().map(|step| step.event).collect();
        let clients = clients(&events);
        let all = run.steps.iter().flat_map(|step| &step.connections);
        let mut numbers: Vec<u8> = all.map(|connection| connection.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut names: Vec<String> = (0..clients).map(|nth| format!("c{nth}")).collect();
        names.extend(numbers.iter().map(|number| format!("k{number}")));
        names.push("srv".to_owned());
        let mut before: &[Connection] = &[];
        let mut rows = Vec::new();
        for step in &run.steps {
            let mut cells: Vec<String> = Vec::new();
            for nth in 0..clients {
                let acts = step
                    .event
                    .client()
                    .is_some_and(|one| usize::from(one) == nth);
                cells.push(match acts {
                    true => act(&step.event, schedule),
                    false => hears(step, nth, schedule),
                });
            }
            for number in &numbers {
                cells.push(lies_on(*number, before, &step.connections, schedule));
            }
            cells.push(match step.event.client() {
                Some(_) => String::new(),
                None => serve(&step.event, schedule),
            });
            rows.push(Row {
                cells,
                mark: mark(step, schedule),
            });
            before = &step.connections;
        }
        Self { names, rows }
    }

    fn widths(&self) -> Vec<usize> {
        let columns = 0..self.names.len();
        let widest = |column: usize| {
            let rows = self.rows.iter().map(|row| &row.cells);
            let cells = rows.chain([&self.names]);
            let cells = cells.filter_map(|cells| cells.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        columns.map(widest).collect()
    }
}

fn line(number: &str, cells: &[String], widths: &[usize], mark: &str, text: &mut String) {
    let mut line = format!("{number:>3}");
    for (cell, width) in cells.iter().zip(widths) {
        let _ = write!(line, "  {cell:<width$}");
    }
    if !mark.is_empty() {
        let _ = write!(line, "  {mark}");
    }
    let _ = writeln!(text, "{}", line.trim_end());
}

/// What a client does, without its name.
fn act(event: &Event, schedule: &Schedule) -> String {
    let word = event.word();
    match *event {
        Event::Send { tag, .. }
        | Event::Resend { tag, .. }
        | Event::Timeout { tag, .. }
        | Event::Cancel { tag, .. }
        | Event::Eof { tag, .. } => format!("{word} {}", schedule.name(tag)),
        Event::Recv { asked, got, .. } => {
            let got = got.map(|got| schedule.name(got)).unwrap_or_default();
            format!("{}<-{got}", schedule.name(asked))
        }
        _ => word.to_owned(),
    }
}

/// What a client takes that another's event hands to it.
fn hears(step: &ScheduleStep, client: usize, schedule: &Schedule) -> String {
    let heard = step.effects.iter().find_map(|effect| match effect {
        Effect::Delivered {
            client: to,
            asked,
            got,
            ..
        } => (usize::from(*to) == client).then_some((*asked, *got)),
        _ => None,
    });
    heard.map_or_else(String::new, |(asked, got)| {
        format!("{}<-{}", schedule.name(asked), schedule.name(got))
    })
}

/// What the server does, without the connection.
fn serve(event: &Event, schedule: &Schedule) -> String {
    let whole = schedule.step(event);
    whole.split(' ').skip(2).collect::<Vec<_>>().join(" ")
}

fn lies_on(number: u8, before: &[Connection], after: &[Connection], schedule: &Schedule) -> String {
    let of = |all: &[Connection]| all.iter().find(|one| one.number == number).copied();
    let Some(connection) = of(after) else {
        let was = of(before).is_some_and(|connection| connection.client_is_open);
        return if was { "x" } else { "" }.to_owned();
    };
    let mut words: Vec<String> = Vec::new();
    for tag in connection.requests.iter() {
        words.push(format!("{}>", schedule.name(*tag)));
    }
    for reply in connection.replies.iter() {
        let name = schedule.name(reply.tag);
        words.push(match reply.part {
            ReplyPart::Whole => format!("<{name}"),
            ReplyPart::Half => format!("<{name}.."),
            ReplyPart::Tail => format!("<..{name}"),
        });
    }
    if !connection.client_is_open {
        words.push("x".to_owned());
    } else if !connection.server_is_open {
        words.push("x srv".to_owned());
    }
    match words.is_empty() {
        true => "|".to_owned(),
        false => words.join(" "),
    }
}

fn mark(step: &ScheduleStep, schedule: &Schedule) -> Option<(Level, String)> {
    let level = match step.faults.iter().any(|fault| fault.is_defect()) {
        true => Level::Error,
        false => Level::Note,
    };
    let faults = step.faults.iter();
    let mut words: Vec<String> = faults
        .map(|fault| format!("<== {}", super::fault(fault, schedule)))
        .collect();
    for effect in &step.effects {
        if let Effect::Rejected { got, .. } = effect {
            words.push(format!("rejects {}", super::reply(schedule, *got)));
        }
    }
    (!words.is_empty()).then(|| (level, words.join("; ")))
}
