//! Learning a peer's dialect: asking what tells leniencies apart, and keeping the set that explains the answers.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use parsers::core::explain;
use parsers::family::Departure;
use parsers::{End, Family, LeniencySet, Reading, Stance, Verdict};
use peers::Seen;

mod exam;
mod table;

pub use exam::{Exam, drawn, examine};
use table::{Row, Table};

/// How many inputs at most are tried to be explained one by one while practising, and again in each revision.
const ATTEMPTS: usize = 200;
/// How many answers a guess is held against.
const REMEMBERED: usize = 24_000;
/// How often what was asked is gone through again.
const REVISIONS: usize = 4;

/// What is asked about an input; none where there is no reading.
pub(crate) type AskFn<'a> = dyn FnMut(&[u8]) -> Option<Seen> + 'a;

/// The callback for an input that a dialect does not read as was observed.
pub(crate) type Missed<'a> = dyn FnMut(&[u8], &Seen, &mut AskFn<'_>) + 'a;

/// A question: an input with a name.
pub struct Question {
    /// What to call it.
    pub name: String,
    /// Its bytes.
    pub input: Vec<u8>,
}

/// An input and what the peer was seen to read of it.
#[derive(Clone)]
struct Lesson {
    name: String,
    input: Vec<u8>,
    seen: Seen,
}

/// The learner of a dialect.
pub struct Learner {
    family: &'static Family,
    /// What follows each input, to show where the peer stands.
    after: &'static [u8],
    /// What the peer relaxes, as far as it is known.
    pub relaxes: LeniencySet,
    /// The question that showed each leniency, by its index.
    pub evidence: BTreeMap<u16, String>,
    /// The questions that nothing found explains, and that are not mere rejections.
    pub unexplained: Vec<String>,
    /// How many questions were asked.
    pub asked: usize,
    lessons: Vec<Lesson>,
}

impl Learner {
    /// A learner that knows nothing yet of a peer of `family`, which is given `after` after each input.
    pub fn new(family: &'static Family, after: &'static [u8]) -> Self {
        Self {
            family,
            after,
            relaxes: LeniencySet::EMPTY,
            evidence: BTreeMap::new(),
            unexplained: Vec::new(),
            asked: 0,
            lessons: Vec::new(),
        }
    }

    /// Asks those of the questions that tell dialects apart which are near to the one known by then, each time the
    /// one that does so best.
    pub fn question(&mut self, mut questions: Vec<Question>, ask: &mut AskFn<'_>) {
        for question in &mut questions {
            question.input.extend_from_slice(self.after);
        }
        let mut table = self.table(&questions);
        while let Some(nth) = table.best() {
            let question = questions.swap_remove(nth);
            let row = table.rows.swap_remove(nth);
            self.asked += 1;
            let Some(seen) = self.see(&question.input, ask) else {
                continue;
            };
            if self.reads_alike(&self.relaxes, &question.input, &seen) {
                for (rival, _) in row.others {
                    table.open.remove(&rival);
                }
                self.remember(&question.name, question.input, seen);
            } else if self.explain(&question.name, question.input, seen) {
                table = self.table(&questions);
            }
        }
    }

    /// Asks about so many inputs drawn by chance, and explains what differs.
    pub fn practise(&mut self, inputs: usize, seed: u64, ask: &mut AskFn<'_>) {
        let mut attempts = 0;
        for (nth, input) in drawn(self.family, seed, inputs, self.after).enumerate() {
            let Some(seen) = self.see(&input, ask) else {
                continue;
            };
            let is_alike = self.reads_alike(&self.relaxes, &input, &seen);
            if is_alike || attempts == ATTEMPTS {
                self.remember(&format!("drawn-{seed}-{nth}"), input, seen);
                continue;
            }
            attempts += 1;
            self.explain(&format!("drawn-{seed}-{nth}"), input, seen);
        }
        for _ in 0..REVISIONS {
            if !self.revise() {
                break;
            }
        }
        while self.settle() {}
        self.prove();
    }

    /// Takes the nearest dialect that gives more of the answers: whether there is one.
    fn settle(&mut self) -> bool {
        let now = self.wrong(&self.relaxes, usize::MAX);
        let mut best = (now, self.relaxes);
        for rival in self.rivals() {
            let wrong = self.wrong(&rival, best.0);
            if wrong < best.0 {
                best = (wrong, rival);
            }
        }
        let changed = best.0 < now;
        self.relaxes = best.1;
        changed
    }

    /// Finds what shows each leniency and each restriction that is known, and forgets those that nothing shows.
    fn prove(&mut self) {
        let known: Vec<_> = self.relaxes.indices().collect();
        for index in known {
            let mut without = self.relaxes;
            without.remove(index);
            let mut lessons = self.lessons.iter();
            let shows = lessons.find(|Lesson { input, seen, .. }| {
                !self.reads_alike(&without, input, seen)
                    && self.reads_alike(&self.relaxes, input, seen)
            });
            match shows {
                Some(lesson) => {
                    self.evidence.insert(index, lesson.name.clone());
                }
                None => self.relaxes = without,
            }
        }
        let relaxes = self.relaxes;
        self.evidence.retain(|index, _| relaxes.contains(*index));
    }

    /// Tries once more to explain what is not explained, now that more is known: whether anything was.
    fn revise(&mut self) -> bool {
        let lessons = std::mem::take(&mut self.lessons);
        let is_wrong =
            |lesson: &Lesson| !self.reads_alike(&self.relaxes, &lesson.input, &lesson.seen);
        let wrong = lessons.iter().filter(|lesson| is_wrong(lesson));
        let wrong: Vec<_> = wrong.take(ATTEMPTS).cloned().collect();
        self.lessons = lessons;
        let mut learned = false;
        for lesson in wrong {
            if !self.reads_alike(&self.relaxes, &lesson.input, &lesson.seen) {
                learned |= self.improve(&lesson.name, &lesson.input, &lesson.seen);
            }
        }
        learned
    }

    /// What is answered; what the dialect known does not explain is asked again, since a slow peer may seem to wait.
    fn see(&self, input: &[u8], ask: &mut AskFn<'_>) -> Option<Seen> {
        let seen = ask(input)?;
        match self.reads_alike(&self.relaxes, input, &seen) {
            true => Some(seen),
            false => ask(input),
        }
    }

    /// Takes an answer that the dialect does not give: whether the dialect is another now.
    fn explain(&mut self, name: &str, input: Vec<u8>, seen: Seen) -> bool {
        self.remember(name, input.clone(), seen.clone());
        let improved = self.improve(name, &input, &seen);
        if !improved && seen.end != End::Rejected {
            self.unexplained.push(name.to_owned());
        }
        improved
    }

    /// Takes over the guess that gives this answer and most of the others: whether there is one.
    fn improve(&mut self, name: &str, input: &[u8], seen: &Seen) -> bool {
        let guesses = self.guesses(input, seen);
        let now = self.wrong(&self.relaxes, usize::MAX);
        let wrong = |guess| (self.wrong(&guess, now), guess);
        let best = guesses.into_iter().map(wrong);
        // Of several, the first: they come from the smallest change on.
        let best = best.min_by_key(|(wrong, _)| *wrong);
        match best {
            Some((wrong, guess)) if wrong < now => {
                self.take(guess, name);
                true
            }
            _ => false,
        }
    }

    /// Takes over a dialect that the question called `name` has shown.
    fn take(&mut self, relaxes: LeniencySet, name: &str) {
        for index in relaxes.indices() {
            self.evidence
                .entry(index)
                .or_insert_with(|| name.to_owned());
        }
        self.evidence
            .retain(|index, _| relaxes.indices().any(|other| other == *index));
        self.relaxes = relaxes;
    }

    /// Dialects near the one known that read `input` as it was seen to be read.
    fn guesses(&self, input: &[u8], seen: &Seen) -> Vec<LeniencySet> {
        let mut guesses = self.rivals();
        guesses.retain(|rival| self.reads_alike(rival, input, seen));
        if guesses.is_empty() {
            let mut is = |reading: &Reading| seen.is(reading, input);
            let found = explain::search_from(self.family, &self.relaxes, input, 2, &mut is);
            guesses.extend(found);
            // What is known may be what is wrong.
            for used in self.used(input) {
                let mut without = self.relaxes;
                without.remove(used);
                let found = explain::search_from(self.family, &without, input, 2, &mut is);
                guesses.extend(found);
            }
        }
        guesses
    }

    /// The leniencies and restrictions that the dialect known asks for in `input`.
    fn used(&self, input: &[u8]) -> BTreeSet<u16> {
        let mut verdict = Verdict::new();
        explain::judge_under(self.family, &self.relaxes, input, &mut verdict);
        let cited = verdict.citations.iter();
        let used = cited.filter_map(|citation| match citation.stance {
            Stance::Reject => None,
            Stance::Restrict(restriction) => Some(restriction.index),
            Stance::Relax(leniency) => Some(leniency.index),
        });
        used.collect()
    }

    fn reads_alike(&self, relaxes: &LeniencySet, input: &[u8], seen: &Seen) -> bool {
        let mut verdict = Verdict::new();
        explain::judge_under(self.family, relaxes, input, &mut verdict);
        seen.is(&verdict.reading, input)
    }

    /// How many of the answers a dialect does not give, counted up to `most`.
    fn wrong(&self, relaxes: &LeniencySet, most: usize) -> usize {
        let mut verdict = Verdict::new();
        let wrong = self.lessons.iter().filter(|lesson| {
            explain::judge_under(self.family, relaxes, &lesson.input, &mut verdict);
            !lesson.seen.is(&verdict.reading, &lesson.input)
        });
        wrong.take(most).count()
    }

    fn remember(&mut self, name: &str, input: Vec<u8>, seen: Seen) {
        if self.lessons.len() < REMEMBERED {
            let name = name.to_owned();
            self.lessons.push(Lesson { name, input, seen });
        }
    }

    /// Dialects that differ from the one known in one leniency or restriction, or that have another way to relax a
    /// rule.
    fn rivals(&self) -> Vec<LeniencySet> {
        let mut rivals = Vec::new();
        let is_known = |one: &Departure| self.relaxes.contains(one.index);
        let (known, others): (Vec<_>, Vec<_>) = self.family.departures().partition(is_known);
        for departure in others {
            let mut with = self.relaxes;
            with.insert(departure.index);
            rivals.push(with);
            for other in known.iter().filter(|other| other.rule == departure.rule) {
                let mut instead = with;
                instead.remove(other.index);
                rivals.push(instead);
            }
        }
        for departure in known {
            let mut without = self.relaxes;
            without.remove(departure.index);
            rivals.push(without);
        }
        rivals
    }

    /// Whether a rival contradicts an answer that the dialect known gives.
    fn is_refuted(&self, rival: &LeniencySet, verdict: &mut Verdict) -> bool {
        self.lessons.iter().any(|lesson| {
            explain::judge_under(self.family, rival, &lesson.input, verdict);
            !lesson.seen.is(&verdict.reading, &lesson.input)
                && self.reads_alike(&self.relaxes, &lesson.input, &lesson.seen)
        })
    }

    /// How each question parts the dialect known from its rivals.
    fn table(&self, questions: &[Question]) -> Table {
        let mut verdict = Verdict::new();
        let mut rivals = self.rivals();
        rivals.retain(|rival| !self.is_refuted(rival, &mut verdict));
        let mut reading = |relaxes: &LeniencySet, input: &[u8]| {
            explain::judge_under(self.family, relaxes, input, &mut verdict);
            let mut hasher = DefaultHasher::new();
            match self.after.is_empty() {
                true => verdict.reading.hash(&mut hasher),
                false => peers::project(&verdict.reading, &mut hasher),
            }
            hasher.finish()
        };
        let rows = questions.iter().map(|question| {
            let known = reading(&self.relaxes, &question.input);
            let others = rivals.iter().enumerate().filter_map(|(nth, rival)| {
                let other = reading(rival, &question.input);
                (other != known).then_some((nth, other))
            });
            Row {
                others: others.collect(),
            }
        });
        Table {
            rows: rows.collect(),
            open: (0..rivals.len()).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
