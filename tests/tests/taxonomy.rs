//! Each known ambiguity of patches has a case, and readers disagree about it, or two peers that the table names do, or the commit
//! alone tells it; what is a control changes nothing for any peer.

// A panic is how a test fails, and so is an index that is out of bounds.
#![allow(clippy::indexing_slicing, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::process::ExitCode;
use std::sync::LazyLock;

use corpus::Case;
use parsers::unidiff::UNIFIED;
use parsers::unidiff::tree::{File, Tree};
use peers::{About, BuiltTree, Failure, PEERS, Pieces, Seen};
use reports::judge::ask::{PeerChoice, Peers};
use reports::judge::panel::{Panel, Scope};
use serde::Deserialize;
use trials::{Ignored, TrialRun, of_each, trials};

mod open;

fn main() -> ExitCode {
    let by_tools = TABLE.entry.iter().filter_map(|entry| {
        let pair = entry.by.as_ref()?;
        Some((&entry.id, (entry, pair)))
    });
    let peers = PEERS.iter().filter(|about| *about.family == UNIFIED);
    let peers = peers.map(|about| (about.name, *about));
    let groups = [
        trials![each_entry_is_told],
        of_each("two_peers_differ", by_tools, two_peers_differ),
        of_each(
            "a_control_is_as_its_twin_to",
            peers,
            a_control_is_as_its_twin_to,
        ),
    ];
    trials::run(groups.into_iter().flatten().collect())
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = fs::read_to_string(tests::repository().join("tests/taxonomy.toml")).unwrap();
    toml::from_str(&text).unwrap()
});

static CASES: LazyLock<BTreeMap<String, Case>> = LazyLock::new(|| {
    let cases = corpus::load_family(&tests::repository().join("corpus"), &UNIFIED).unwrap();
    let cases = cases.into_iter().map(|case| (case.name.clone(), case));
    cases.collect()
});

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
    /// Two peers that disagree about one of the cases, by what they build or read.
    by: Option<[String; 2]>,
    /// The case that is the same patch without what the entry is about.
    twin: Option<String>,
}

/// What tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Told {
    /// Readers disagree.
    Groups,
    /// Readers agree, and two peers do not.
    Tools,
    /// Nothing: it is there to show that no readers disagree about it.
    Control,
    /// All read it alike, and all are wrong.
    Intent,
}

/// How many entries there are.
const ENTRIES: usize = 89;

/// `cargo test --release -p tests --test taxonomy -- --nocapture` prints the table.
fn each_entry_is_told() {
    let panel = Panel::full(&UNIFIED);
    let (mut wrong, mut tally) = (Vec::new(), BTreeMap::new());
    for (nth, entry) in TABLE.entry.iter().enumerate() {
        if entry.id != format!("T{:02}", nth + 1) {
            wrong.push(format!("{} is the entry number {}", entry.id, nth + 1));
        }
        *tally.entry(format!("{:?}", entry.told)).or_insert(0) += 1;
        let mut parts = false;
        for name in &entry.cases {
            match CASES.get(name) {
                Some(case) => parts |= tell(entry, case, &panel),
                None => wrong.push(format!("{}: no case is called {name:?}", entry.id)),
            }
        }
        if entry.by.is_some() != (entry.told == Told::Tools) {
            wrong.push(format!("{}: `by` is for what tools tell", entry.id));
        }
        let twin = entry.twin.as_ref();
        let has_twin = twin.is_some_and(|twin| CASES.contains_key(twin));
        if has_twin != (entry.told == Told::Control) || twin.is_some() != has_twin {
            wrong.push(format!("{}: a control has a case for its twin", entry.id));
        }
        if entry.cases.is_empty() || parts != (entry.told == Told::Groups) {
            let told = entry.told;
            wrong.push(format!("{}, {}: it is not {told:?}", entry.id, entry.title));
        }
    }
    println!("{} entries: {tally:?}", TABLE.entry.len());
    assert_eq!(TABLE.entry.len(), ENTRIES);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Prints how readers disagree about the case; whether they do, and it is not said why they agree.
fn tell(entry: &Entry, case: &Case, panel: &Panel) -> bool {
    let judgement = panel.judge(&case.input, Scope::All);
    let groups = judgement.groups.len();
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
    println!(
        "{} {:24} {groups} groups {what} {agree}",
        entry.id, case.name
    );
    groups > 1 && case.agree.is_none()
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
    // Some reject a tree with such a name in it, whatever the patch.
    if case.name == "name-newline" {
        tree.extend([("n\nl.txt", numbered("a"))].map(file));
    }
    tree
}

/// What a peer makes of a case.
struct Effect {
    built: Option<Result<BuiltTree, Failure>>,
    seen: Option<Seen>,
}

impl Effect {
    fn of(peers: &mut Peers, name: &str, case: &Case) -> Self {
        Self {
            built: peers.build_one(name, &tree(case), &case.input),
            seen: peers.ask_one(name, &case.input, Pieces::One),
        }
    }

    /// Whether the two disagree: about the tree where both build one, else about what they read.
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

/// The two peers that the entry names differ about one of its cases.
fn two_peers_differ((entry, pair): (&'static Entry, &'static [String; 2])) -> TrialRun {
    let [mut first, mut second] = [open(&pair[0])?, open(&pair[1])?];
    let cases = entry.cases.iter().filter_map(|name| CASES.get(name));
    let mut differ = false;
    for case in cases {
        let effects = [&mut first, &mut second].map(|(peers, name)| Effect::of(peers, name, case));
        differ |= effects[0].parts(&effects[1]);
    }
    assert!(differ, "{}: {} do not differ", entry.id, pair.join(" and "));
    Ok(())
}

/// To this peer, each control is what its twin is.
fn a_control_is_as_its_twin_to(about: &'static About) -> TrialRun {
    let (mut peers, name) = open(about.name)?;
    let mut wrong = Vec::new();
    let mut controls = 0;
    for entry in &TABLE.entry {
        let Some(twin) = entry.twin.as_ref().and_then(|twin| CASES.get(twin)) else {
            continue;
        };
        for case in entry.cases.iter().filter_map(|name| CASES.get(name)) {
            controls += 1;
            let effects = [case, twin].map(|case| Effect::of(&mut peers, &name, case));
            if effects[0].parts(&effects[1]) {
                let (id, case, twin) = (&entry.id, &case.name, &twin.name);
                wrong.push(format!(
                    "{id}: it makes something else of {case} than of {twin}"
                ));
            }
        }
    }
    assert!(controls > 0, "no entry is a control");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    Ok(())
}

/// The peer of this name, with its name and version.
fn open(name: &str) -> Result<(Peers, String), Ignored> {
    let about = PEERS.iter().find(|about| about.name == name).unwrap();
    open::open(about)?;
    let peers = Peers::open(&UNIFIED, &[PeerChoice::Known(about)]);
    let name = peers.names().next().map(str::to_owned).unwrap();
    Ok((peers, name))
}
