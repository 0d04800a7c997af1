//! `misframe learn`: asks a peer what tells leniencies apart, and prints the dialect that explains its answers.

use std::process::ExitCode;

use anyhow::{Context, bail};
use corpus::Case;
use corpus::escape::display_text;
use parsers::core::rule::FIRST_RESTRICTION;
use parsers::{FAMILIES, Family, LeniencySet};
use peers::{PEERS, Pieces, Role};
use serde_json::json;

use super::args::{LearnArgs, TextOrJson};
use super::target::{self, Target};
use super::{CLEAN, Console, check};
use corpus::number::{counted, thousands};
use reports::judge::dialect_file::DialectFile;
use reports::judge::shipped;
use reports::measure::climb::{CLIMB, Way, climb};
use reports::measure::learn::{Exam, Learner, Question, drawn, examine};
use reports::measure::misses::Misses;

/// The seed by which the inputs of the practice are drawn.
pub const PRACTICE: u64 = 1;
/// The seed by which those of the exam are drawn, unless another is given.
pub const EXAM: u64 = 9112;

/// The inputs from which a dialect is learned, and those of its exam.
struct Lessons<'a> {
    family: &'static Family,
    cases: &'a [Case],
    practice: usize,
    exam: usize,
    args: &'a LearnArgs,
}

pub fn run(args: &LearnArgs, console: &mut Console<'_>) -> anyhow::Result<ExitCode> {
    let family = args.family.unwrap_or(parsers::family::DEFAULT);
    if args.from.is_some() && args.practice == Some(0) {
        bail!(
            "with --from, --practice is 1 or more: what none of its inputs shows is forgotten; `misframe fidelity` holds a \
             dialect against its peer and leaves it as it is"
        );
    }
    let cases = cases(family)?;
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let mut found = 0;
    let pieces = if args.bytes {
        Pieces::Bytes
    } else {
        Pieces::One
    };
    target::each_of(
        family,
        &args.target,
        pieces,
        console,
        &mut |target, console| {
            found += 1;
            let defaults = target.defaults();
            let lessons = Lessons {
                family,
                cases: &cases,
                practice: args.practice.unwrap_or(defaults.practice),
                exam: args.exam.unwrap_or(defaults.exam),
                args,
            };
            let (file, misses) = lessons.learn(target)?;
            // A target that has answered nothing has no dialect.
            if file.inputs == 0 && lessons.exam > 0 {
                return Ok(());
            }
            if let Some(folder) = &args.out {
                let path = folder.join(file_name(&file.peer));
                corpus::file::write_atomically(&path, file.text()?.as_bytes())?;
            }
            match args.format {
                TextOrJson::Json => console.object(&json!(file))?,
                TextOrJson::Text => write(&file, console)?,
            }
            tell_misses(&misses, args.misses, console)
        },
    )?;
    if found == 0 {
        bail!("there is no peer to learn from; see `misframe peers` and `misframe lab list`");
    }
    Ok(ExitCode::from(CLEAN))
}

/// The cases of a family, which are the questions.
pub fn cases(family: &'static Family) -> anyhow::Result<Vec<Case>> {
    let corpus = corpus::find_corpus(&std::env::current_dir()?);
    let corpus = corpus.or_else(|| check::corpus_folder().ok());
    let corpus =
        corpus.context("there is no corpus near this folder, whose cases are the questions")?;
    Ok(corpus::load_family(&corpus, family)?)
}

/// Names the most frequent kinds of inputs that a dialect reads otherwise, each with a small one.
pub fn tell_misses(misses: &Misses, most: usize, console: &mut Console<'_>) -> anyhow::Result<()> {
    for (what, kind) in misses.kinds().into_iter().take(most) {
        let input = corpus::escape::display(&kind.smallest);
        writeln!(console.out, "  {:5} {what}: {input}", kind.times)?;
    }
    Ok(())
}

impl Lessons<'_> {
    fn learn(&self, target: &mut Target<'_>) -> anyhow::Result<(DialectFile, Misses)> {
        let args = self.args;
        let (family, after, name) = (self.family, target.after(), target.name().to_owned());
        let from = args.from.as_deref().map(|from| match from.is_dir() {
            true => from.join(file_name(&name)),
            false => from.to_owned(),
        });
        let from = from.map(|path| DialectFile::load(&path)).transpose()?;
        let begun = match &from {
            Some(file) => Way {
                relaxes: file.relaxes(family)?,
                demands: file.demanded()?,
            },
            None => Way {
                relaxes: LeniencySet::EMPTY,
                demands: Vec::new(),
            },
        };
        let mut learner = Learner::new(family, after);
        learner.relaxes = begun.relaxes;
        target.prepare(drawn(family, PRACTICE, self.practice, after));
        let mut demands = Vec::new();
        if CLIMB.serves(family) {
            // What demands have to explain cannot be asked one by one.
            let way = self.climbed(target, begun);
            (learner.relaxes, demands) = (way.relaxes, way.demands);
            learner.asked = self.cases.len();
        } else {
            let mut ask = |input: &[u8]| target.ask(input);
            let questions = self.cases.iter().map(|case| Question {
                name: case.name.clone(),
                input: case.input.clone(),
            });
            learner.question(questions.collect(), &mut ask);
            learner.practise(self.practice, PRACTICE, &mut ask);
        }
        let way = Way {
            relaxes: learner.relaxes,
            demands,
        };
        let mut misses = Misses::new(family, learner.relaxes);
        let mut spare = target.spare();
        target.prepare(drawn(family, args.seed, self.exam, after));
        let exam = examine(
            family,
            &way,
            drawn(family, args.seed, self.exam, after),
            &mut |input| target.ask(input),
            &mut |input, seen, ask| {
                if args.misses > 0 {
                    misses.take(input, seen, &mut |smaller| {
                        spare = spare.checked_sub(1)?;
                        ask(smaller)
                    });
                }
            },
        );
        Ok((self.file(name, &learner, &way, exam)?, misses))
    }

    fn climbed(&self, target: &mut Target<'_>, way: Way) -> Way {
        let cases = self.cases.iter().map(|case| case.input.clone());
        let mut answers = Vec::new();
        for input in cases.chain(drawn(self.family, PRACTICE, self.practice, target.after())) {
            let seen = target.ask(&input);
            answers.extend(seen.map(|seen| (input, seen)));
        }
        climb(self.family, &answers, way)
    }

    fn file(
        &self,
        peer: String,
        learner: &Learner,
        way: &Way,
        exam: Exam,
    ) -> anyhow::Result<DialectFile> {
        let family = self.family;
        let id = |index: &u16| family.id(*index).unwrap_or("").to_owned();
        let ids = |restrictions: bool| {
            let members = way.relaxes.indices();
            let kind = members.filter(|index| (*index >= FIRST_RESTRICTION) == restrictions);
            kind.map(|index| id(&index)).collect()
        };
        let unexplained = learner.unexplained.iter();
        let unexplained = unexplained.filter(|name| !name.starts_with("drawn-"));
        let evidence = learner.evidence.iter();
        let (role, deployed) = deployment(&peer);
        Ok(DialectFile {
            peer,
            family,
            learned: today()?,
            role,
            deployed,
            leniencies: ids(false),
            restricts: ids(true),
            demands: way
                .demands
                .iter()
                .map(|demand| demand.id.to_owned())
                .collect(),
            questions: learner.asked,
            practice: self.practice,
            pieces: self.args.bytes.then(|| "bytes".to_owned()),
            seed: self.args.seed,
            inputs: exam.inputs,
            alike: exam.alike,
            stricter: exam.stricter,
            unexplained: unexplained.cloned().collect(),
            evidence: evidence
                .map(|(index, name)| (id(index), name.clone()))
                .collect(),
        })
    }
}

/// The role of the peer with this name and version, and whether it is widely deployed with its own framing. Of an
/// earlier version with a shipped dialect it is what that says; else what is known of the peer.
fn deployment(name: &str) -> (Option<Role>, bool) {
    let without_version = |name: &str| name.split(' ').next().unwrap_or("").to_owned();
    let name = without_version(name);
    let mut shipped = FAMILIES.iter().flat_map(|family| shipped::of(family));
    if let Some(known) = shipped.find(|known| without_version(&known.peer) == name) {
        return (Some(known.role), known.is_deployed);
    }
    if name.starts_with("live:") {
        return (Some(Role::Server), true);
    }
    let about = PEERS.iter().find(|about| about.name == name);
    about.map_or((None, false), |about| (Some(about.role), about.frames()))
}

fn write(file: &DialectFile, console: &mut Console<'_>) -> anyhow::Result<()> {
    writeln!(console.out, "{}", display_text(&file.peer))?;
    for id in file.leniencies.iter().chain(&file.restricts) {
        let evidence = file.evidence.get(id).map_or("", String::as_str);
        writeln!(console.out, "  {id:28}  {}", display_text(evidence))?;
    }
    let share = |count: usize| 100.0 * count as f64 / file.inputs.max(1) as f64;
    writeln!(
        console.out,
        "  {} and {} from {} and {}; on {} others it reads as the peer in {:.2} %; the peer alone \
         rejects {:.2} %; {:.2} % otherwise",
        counted(file.leniencies.len(), "leniency"),
        counted(file.restricts.len(), "restriction"),
        counted(file.questions, "question"),
        counted(file.practice, "input"),
        thousands(file.inputs as u64),
        share(file.alike),
        share(file.stricter),
        share(file.inputs - file.alike - file.stricter),
    )?;
    if !file.unexplained.is_empty() {
        let names = display_text(&file.unexplained.join(" "));
        writeln!(console.out, "  not explained: {names}")?;
    }
    Ok(())
}

/// The name of the file of a peer, without its version.
pub fn file_name(name: &str) -> String {
    let word = name.split(' ').next().unwrap_or(name);
    let fit = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let fit = word
        .chars()
        .map(|letter| if fit(letter) { letter } else { '-' });
    fit.chain(".toml".chars()).collect()
}

/// The date, as in 2026-01-31.
pub fn today() -> anyhow::Result<String> {
    let now = humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string();
    Ok(now
        .get(..10)
        .context("the clock does not tell the date")?
        .to_owned())
}
