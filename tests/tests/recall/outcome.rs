//! What is found of a report: by the readers that judge by default, or by playing its cases.

use std::collections::BTreeMap;

use corpus::Case;
use parsers::core::compare::Level;
use parsers::{FAMILIES, Family};
use reports::engine::{ENGINES, Engine};
use reports::judge::deployed::Deployed;
use reports::judge::finding::Judgement;
use reports::judge::group::Group;
use reports::judge::panel::{Panel, Scope};
use reports::judge::seat::Weight;

use super::report::PublicReport;

/// How many readers of a side are named.
const NAMED: usize = 3;

/// The gravest finding in the cases and the bytes of a report.
pub struct Recalled {
    /// How grave it is.
    pub level: Level,
    /// Its class; of a hop or a session, what happens.
    pub class: String,
    /// The readers that end the message sooner.
    pub sooner: String,
    /// Those that end it later.
    pub later: String,
}

/// The readers and the cases of a family of bytes.
struct Bench {
    family: &'static Family,
    deployed: Deployed,
    panel: Panel,
    cases: BTreeMap<String, Case>,
}

/// What judges reports.
pub struct RecallJudges {
    benches: Vec<Bench>,
}

impl RecallJudges {
    /// Those of all families, with the cases of the corpus.
    pub fn new() -> Self {
        let corpus = tests::repository().join("corpus");
        let bench = |family: &&'static Family| {
            let cases = corpus::load_family(&corpus, family).unwrap();
            let named = cases.into_iter().map(|case| (case.name.clone(), case));
            Bench {
                family,
                deployed: Deployed::learned(family),
                panel: Panel::full(family),
                cases: named.collect(),
            }
        };
        Self {
            benches: FAMILIES.iter().map(bench).collect(),
        }
    }

    /// The gravest finding of a report; none where nothing is found, or it is beyond what is judged.
    ///
    /// # Errors
    /// A family or a case that is not there, and bytes that cannot be read.
    pub fn find(&self, report: &PublicReport) -> Result<Option<Recalled>, String> {
        let mut benches = self.benches.iter();
        let outcomes = match benches.find(|bench| bench.family.name == report.family) {
            Some(bench) => bench.outcomes(report)?,
            None => played(report)?,
        };
        Ok(gravest(outcomes))
    }

    /// What is found where every single departure judges too, as with `--panel all`; none for hops and sessions.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub fn find_with_all(&self, report: &PublicReport) -> Result<Option<Recalled>, String> {
        let mut benches = self.benches.iter();
        let Some(bench) = benches.find(|bench| bench.family.name == report.family) else {
            return Ok(None);
        };
        let inputs = bench.inputs(report)?;
        let judge = |case: &Case| outcome(&bench.panel.judge(case, Scope::All));
        Ok(gravest(inputs.iter().filter_map(judge).collect()))
    }
}

/// The first of those that are gravest.
fn gravest(outcomes: Vec<Recalled>) -> Option<Recalled> {
    let outcomes = outcomes.into_iter().rev();
    outcomes.max_by_key(|outcome| outcome.level)
}

impl Bench {
    /// The cases of a report, and the one of its bytes last.
    fn inputs(&self, report: &PublicReport) -> Result<Vec<Case>, String> {
        let mut inputs = Vec::new();
        for name in &report.cases {
            let case = self.cases.get(name).cloned();
            inputs.push(case.ok_or_else(|| format!("{}: there is no case {name}", report.id))?);
        }
        if let Some(bytes) = report.bytes()? {
            inputs.push(self.case(report, bytes)?);
        }
        Ok(inputs)
    }

    fn outcomes(&self, report: &PublicReport) -> Result<Vec<Recalled>, String> {
        let mut outcomes = Vec::new();
        for (nth, case) in self.inputs(report)?.iter().enumerate() {
            let judgement = self.deployed.judge(case);
            let is_input = nth >= report.cases.len();
            let ends = report.ends.as_ref().filter(|_| is_input);
            if ends.is_none_or(|ends| self.reads(ends, case, &judgement)) {
                outcomes.extend(outcome(&judgement));
            }
        }
        Ok(outcomes)
    }

    fn case(&self, report: &PublicReport, bytes: Vec<u8>) -> Result<Case, String> {
        let asked: Vec<_> = report
            .asked
            .iter()
            .map(|line| format!("{line:?}"))
            .collect();
        let asked = asked.join(", ");
        let text = format!("about = \"\"\nexpect = \"reject\"\nasked = [{asked}]\ninput = \"\"\n");
        let path = std::path::Path::new("report.toml");
        let case = Case::parse(&text, None, self.family, path);
        let case = case.map_err(|error| format!("{}: {error}", report.id))?;
        Ok(Case {
            input: bytes,
            ..case
        })
    }

    /// Whether a reader, or a single departure, ends the messages there.
    fn reads(&self, ends: &[usize], case: &Case, judgement: &Judgement) -> bool {
        let all = self.panel.judge(case, Scope::All);
        let mut groups = judgement.groups.iter().chain(&all.groups);
        groups.any(|group| {
            let messages = group.verdict.reading.messages.iter();
            messages.map(|message| message.end).eq(ends.iter().copied())
        })
    }
}

fn outcome(judgement: &Judgement) -> Option<Recalled> {
    let finding = judgement.finding.as_ref()?;
    let (sooner, later) = judgement.pair()?;
    Some(Recalled {
        level: finding.level,
        class: finding.class.clone().unwrap_or_default(),
        sooner: readers(sooner),
        later: readers(later),
    })
}

/// The readers of a group, those first that weigh most.
fn readers(group: &Group) -> String {
    let mut members: Vec<_> = group.members.iter().collect();
    members.sort_by_key(|member| match member.weight {
        Weight::Specification => 0,
        Weight::Deployed(_) => 1,
        _ => 2,
    });
    let name = |name: &str| name.trim_end_matches(" (learned)").to_owned();
    let named = members.iter().take(NAMED).map(|member| name(&member.name));
    let named = named.collect::<Vec<_>>().join(", ");
    match members.len().checked_sub(NAMED) {
        None | Some(0) => named,
        Some(more) => format!("{named} and {more} more"),
    }
}

/// What is found in the cases of a report about hops or sessions.
fn played(report: &PublicReport) -> Result<Vec<Recalled>, String> {
    let mut engines = ENGINES.iter();
    let engine: &dyn Engine = *engines
        .find(|engine| engine.name() == report.family)
        .ok_or_else(|| format!("{}: there is no family {}", report.id, report.family))?;
    let folder = tests::repository().join("corpus").join(engine.name());
    let mut outcomes = Vec::new();
    for name in &report.cases {
        let played = engine.play(&folder.join(format!("{name}.toml")));
        let played = played.map_err(|error| format!("{}: {error}", report.id))?;
        outcomes.extend(played.found().map(|found| Recalled {
            level: found.level,
            class: found.kind.to_owned(),
            sooner: String::new(),
            later: String::new(),
        }));
    }
    Ok(outcomes)
}
