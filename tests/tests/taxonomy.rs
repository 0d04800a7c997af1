//! Each known ambiguity of patches has a case, and readers part over it, or two peers that the table names do, or the commit
//! alone tells it; what is a control changes nothing for any peer.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::env;
use std::fs;

use corpus::Case;
use parsers::unidiff::UNIFIED;
use parsers::unidiff::tree::{File, Tree};
use peers::{Built, Failure, PEERS, Pieces, Seen, Tier};
use reports::ask::{Peers, Who};
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
    /// Two peers that part over one of the cases, by what they build or read.
    by: Option<[String; 2]>,
    /// The case that is the same patch without what the entry is about.
    twin: Option<String>,
}

/// What tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Told {
    /// Readers part.
    Camps,
    /// Readers agree, and two peers do not.
    Tools,
    /// Nothing: it is there to show that nobody parts over it.
    Control,
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
        let named = entry.cases.iter().filter_map(|name| cases.get(name));
        match (&entry.by, entry.told == Told::Tools) {
            (Some(pair), true) => match part(pair, named) {
                Some(true) => {}
                Some(false) => {
                    wrong.push(format!("{}: {} do not part", entry.id, pair.join(" and ")))
                }
                None => println!("skipped: {}: {} is absent", entry.id, pair.join(" or ")),
            },
            (None, false) => {}
            _ => wrong.push(format!("{}: `by` is for what tools tell", entry.id)),
        }
        let twin = entry.twin.as_ref().and_then(|twin| cases.get(twin));
        match (twin, entry.told == Told::Control) {
            (Some(twin), true) => {
                let controls = entry.cases.iter().filter_map(|name| cases.get(name));
                wrong.extend(controls.flat_map(|case| apart(&entry.id, case, twin)));
            }
            (None, false) if entry.twin.is_none() => {}
            _ => wrong.push(format!("{}: a control has a case for its twin", entry.id)),
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

/// The files to which a case is applied.
fn tree(case: &Case) -> Tree {
    let numbered =
        |letter: &str| -> String { (1..=10).map(|nth| format!("{letter}{nth}\n")).collect() };
    let files = [
        ("a.txt", numbered("a")),
        ("b.txt", numbered("b")),
        ("x.txt", numbered("x")),
        ("one.txt", "o1\n".to_owned()),
        ("x b/x", numbered("x")),
    ];
    let file =
        |(path, content): (&str, String)| (path.as_bytes().to_vec(), File::ordinary(content));
    let mut tree: Tree = files.map(file).into();
    // Some refuse a tree with such a name in it, whatever the patch.
    if case.name == "name-newline" {
        tree.extend([("n\nl.txt", numbered("a"))].map(file));
    }
    tree
}

/// What a peer makes of a case.
struct Effect {
    built: Option<Result<Built, Failure>>,
    seen: Option<Seen>,
}

impl Effect {
    fn of(peers: &mut Peers, name: &str, case: &Case) -> Self {
        Self {
            built: peers.build_one(name, &tree(case), &case.input),
            seen: peers.ask_one(name, &case.input, Pieces::One),
        }
    }

    /// Whether the two part: over the tree where both build one, else over what they read.
    fn parts(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (&self.built, &other.built) {
            return a != b;
        }
        match (&self.seen, &other.seen) {
            (Some(a), Some(b)) if a.detail == b.detail => {
                (&a.content, a.end) != (&b.content, b.end)
            }
            (Some(a), Some(b)) => a.end != b.end,
            _ => false,
        }
    }
}

/// Whether these two peers part over one of the cases; none where one of them is absent.
fn part<'a>(pair: &[String; 2], cases: impl Iterator<Item = &'a Case>) -> Option<bool> {
    let mut parts = false;
    let mut opened = pair.each_ref().map(|name| open(name));
    for case in cases {
        let [Some((a, first)), Some((b, second))] = &mut opened else {
            return None;
        };
        let effects = [Effect::of(a, first, case), Effect::of(b, second, case)];
        parts |= effects[0].parts(&effects[1]);
    }
    Some(parts)
}

/// The peers to which a control is something else than its twin.
fn apart(id: &str, case: &Case, twin: &Case) -> Vec<String> {
    let peers = PEERS
        .iter()
        .filter(|about| about.family == UNIFIED.name && about.tier() != Tier::Live);
    let (mut asked, mut apart) = (0, Vec::new());
    for about in peers {
        let Some((name, mut peers)) = open(about.name).map(|(peers, name)| (name, peers)) else {
            println!("skipped: {id}: {} is absent", about.name);
            continue;
        };
        asked += 1;
        let effects = [case, twin].map(|case| Effect::of(&mut peers, &name, case));
        if effects[0].parts(&effects[1]) {
            apart.push(format!(
                "{id}: {name} makes something else of {} than of {}",
                case.name, twin.name
            ));
        }
    }
    println!(
        "{id} {:24} as {} to {} of {asked} peers",
        case.name,
        twin.name,
        asked - apart.len()
    );
    apart
}

/// The peer of this name, with its name and version. What has been installed has to be there.
fn open(name: &str) -> Option<(Peers, String)> {
    let about = PEERS.iter().find(|about| about.name == name).unwrap();
    let peers = Peers::open(&UNIFIED, &[Who::Known(about)]);
    let open = peers.names().next().map(str::to_owned);
    let may_be_absent = about.was_left_out()
        || about.tier() != Tier::Linked && env::var_os("MISFRAME_PEERS").is_none();
    assert!(open.is_some() || may_be_absent, "{name} is absent");
    open.map(|open| (peers, open))
}
