//! Each known ambiguity of patches has a case, and readers part over it or the table says who else tells it.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;

use corpus::Case;
use parsers::unidiff::UNIFIED;
use reports::panel::{Panel, Scope};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    entry: Vec<Entry>,
}

/// One known ambiguity.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    title: String,
    cases: Vec<String>,
    told: Told,
}

/// What tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Told {
    /// Readers part.
    Camps,
    /// Nothing: all read it alike.
    Agree,
    /// All read it alike, and all are wrong.
    Intent,
}

/// How many entries there are.
const ENTRIES: usize = 89;

/// `cargo test --release -p tests --test taxonomy -- --nocapture` prints the table.
#[test]
fn each_entry_is_told() {
    let text = fs::read_to_string(tests::repository().join("tests/taxonomy.toml")).unwrap();
    let table: Table = toml::from_str(&text).unwrap();
    let corpus = tests::repository().join("corpus");
    let cases = corpus::load_family(&corpus, &UNIFIED).unwrap();
    let cases: BTreeMap<_, _> = cases
        .into_iter()
        .map(|case| (case.name.clone(), case))
        .collect();
    let panel = Panel::full(&UNIFIED);
    let (mut wrong, mut tally) = (Vec::new(), BTreeMap::new());
    for (nth, entry) in table.entry.iter().enumerate() {
        if entry.id != format!("T{:02}", nth + 1) {
            wrong.push(format!("{} is the entry number {}", entry.id, nth + 1));
        }
        *tally.entry(format!("{:?}", entry.told)).or_insert(0) += 1;
        let mut parts = false;
        for name in &entry.cases {
            match cases.get(name) {
                Some(case) => parts |= tell(entry, case, &panel),
                None => wrong.push(format!("{}: no case is called {name:?}", entry.id)),
            }
        }
        if entry.cases.is_empty() || parts != (entry.told == Told::Camps) {
            let told = entry.told;
            wrong.push(format!("{}, {}: it is not {told:?}", entry.id, entry.title));
        }
    }
    println!("{} entries: {tally:?}", table.entry.len());
    assert_eq!(table.entry.len(), ENTRIES);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Prints how readers part over the case; whether they do, and it is not said why they agree.
fn tell(entry: &Entry, case: &Case, panel: &Panel) -> bool {
    let judgement = panel.judge(&case.input, Scope::All);
    let camps = judgement.camps.len();
    let finding = judgement.finding.as_ref();
    let what = finding.map_or(String::new(), |finding| {
        let class = finding.class.clone().unwrap_or_default();
        format!(
            "{} {} {class}",
            finding.level.word(),
            finding.divergence.kind.word()
        )
    });
    let agree = case.agree.as_deref().unwrap_or_default();
    println!("{} {:24} {camps} camps {what} {agree}", entry.id, case.name);
    camps > 1 && case.agree.is_none()
}
