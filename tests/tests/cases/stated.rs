//! The readings that a case states by hand, held against those of the readers.

use corpus::{Case, StatedReading};
use parsers::core::explain;
use parsers::core::rule::FIRST_RESTRICTION;
use parsers::{Family, LeniencySet, Stance, Standing, Verdict};
use reports::judge::panel::Panel;
use reports::judge::seat::Membership;

/// How one reader reads the input of a case.
struct Read {
    reader: String,
    reading: StatedReading,
    /// Whether it relaxes rules only. What it restricts it may reject for reasons of its own, also where the specification has
    /// it accepted.
    is_bound: bool,
}

/// `strict`, the other parsers where they keep to the specification, and the departures that the case names and the
/// specification permits all read it as the case states. One of them reads each of its rows, or the row says why none does.
pub fn check(case: &Case, panel: &Panel, verdicts: &[Verdict], wrong: &mut Vec<String>) {
    let stated = match case.stated() {
        Ok(stated) => stated,
        Err(error) => return wrong.push(error.to_string()),
    };
    let rows: Vec<String> = stated.iter().map(|row| format!("{{ {row} }}")).collect();
    let rows = rows.join(", ");
    let read = conforming(case, panel, verdicts);
    let is_stated = |read: &Read| stated.iter().any(|row| row.is_like(&read.reading));
    let others = read.iter().filter(|read| read.is_bound && !is_stated(read));
    let mut told: Vec<(&StatedReading, Vec<&str>)> = Vec::new();
    for Read {
        reader, reading, ..
    } in others
    {
        match told.iter_mut().find(|(known, _)| known.is_like(reading)) {
            Some((_, readers)) => readers.push(reader),
            None => told.push((reading, vec![reader])),
        }
    }
    for (reading, readers) in told {
        let readers = readers.join(", ");
        wrong.push(format!(
            "reads = [{rows}], but {{ {reading} }} is how these read it: {readers}"
        ));
    }
    for row in stated {
        let reader = read.iter().find(|read| read.reading.is_like(row));
        match (reader, &row.why) {
            (None, None) => wrong.push(format!(
                "no reader that the case names reads {{ {row} }}: name its departures, or say why"
            )),
            (Some(read), Some(_)) => {
                let reader = &read.reader;
                wrong.push(format!("{{ {row} }} has a why, but {reader} reads so"));
            }
            _ => {}
        }
    }
}

/// The readings that the specification permits, as far as our parsers and the departures that the case names have them; the
/// strict one first.
fn conforming(case: &Case, panel: &Panel, verdicts: &[Verdict]) -> Vec<Read> {
    let members = panel.members().iter().zip(verdicts);
    let named = members.filter(|(member, verdict)| {
        member.standing() == Membership::Named && keeps_to_the_specification(verdict)
    });
    let mut read: Vec<Read> = named
        .map(|(member, verdict)| Read {
            reader: member.name().to_owned(),
            reading: StatedReading::of(&verdict.reading),
            is_bound: true,
        })
        .collect();
    let mut verdict = Verdict::new();
    for ids in &case.leniencies {
        if let Some(set) = permitted(panel.family(), ids) {
            explain::judge_under(panel.family(), &set, case, &mut verdict);
            read.push(Read {
                reader: ids.clone(),
                reading: StatedReading::of(&verdict.reading),
                is_bound: set.indices().all(|index| index < FIRST_RESTRICTION),
            });
        }
    }
    read
}

/// Whether it relaxed no rule in a way that the specification does not permit.
fn keeps_to_the_specification(verdict: &Verdict) -> bool {
    verdict
        .citations
        .iter()
        .all(|citation| match citation.stance {
            Stance::Reject => true,
            Stance::Restrict(_) => false,
            Stance::Relax(leniency) => leniency.standing() == Standing::Permitted,
        })
}

/// The departures of which the ids are joined by `+`, where the specification permits each of them, restrictions included.
fn permitted(family: &'static Family, ids: &str) -> Option<LeniencySet> {
    let mut set = LeniencySet::EMPTY;
    for id in ids.split('+') {
        let index = family.index(id)?;
        let is_permitted =
            index >= FIRST_RESTRICTION || family.leniency(id)?.standing() == Standing::Permitted;
        if !is_permitted {
            return None;
        }
        set.insert(index);
    }
    Some(set)
}
