//! Hops as something to hunt: streams of requests along a hop that reads and forwards as bytes choose.

use std::collections::HashSet;
use std::path::Path;

use arbitrary::Unstructured;
use corpus::hop::{NamedHop, load_all};
use corpus::{CorpusError, HopCase, generate};
use parsers::Signature;
use parsers::hop::quirk::QUIRKS;
use parsers::hop::{HopOracles, POLICIES, laws, run};
use parsers::http1::REQUEST;

use super::minimise::candidates;
use super::mix::mix;
use super::novelty::{self, Novelty};
use super::record::{FindingRecord, Records};
use super::subject::{Hunter, KnownCases, Subject, Wanted};
use crate::hop;
use crate::hop::finding::HopFinding;
use crate::judge::ask::PeerChoice;

/// How many bytes choose the route.
const CHOICE: usize = 12;
/// The most quirks of a drawn policy that has no name.
const MOST_QUIRKS: usize = 3;

/// One in so many inputs is held to the law of hops.
const LAW_EVERY: u64 = 32;

/// The kinds of defects, in the words of cases.
const KINDS: [&str; 7] = [
    "content",
    "crosses",
    "durable",
    "introduced",
    "kept-by-fault",
    "lost-by-fault",
    "merged-by-fault",
];

/// Routes of one hop.
pub struct HopHunt;

/// The one that there is.
pub static HOPS: HopHunt = HopHunt;

impl Subject for HopHunt {
    fn name(&self) -> &'static str {
        "hop"
    }

    fn known(&self, corpus: &Path) -> Result<KnownCases, CorpusError> {
        let mut known = KnownCases::default();
        for case in load_all(corpus)? {
            let finding = HopFinding::of(&case).ok().flatten();
            known
                .signatures
                .extend(finding.map(|finding| finding.signature));
            if let Some((input, _)) = case.input {
                known
                    .seeds
                    .push((case.name, [&[0; CHOICE], input.as_slice()].concat()));
            }
        }
        Ok(known)
    }

    fn hunter(
        &'static self,
        records: Records,
        variants: u64,
        _peers: &[PeerChoice],
    ) -> Box<dyn Hunter> {
        Box::new(HopHunter {
            variants,
            inputs: 0,
            records,
            seen: HashSet::new(),
            alone: HashSet::new(),
        })
    }

    /// One change in three chooses another route, the others change the stream, or make a new one.
    fn mutate(&self, data: &[u8], choices: &mut Unstructured<'_>) -> Vec<u8> {
        let (route, stream) = data.split_at_checked(CHOICE).unwrap_or((&[], &[]));
        let mut next = [0; CHOICE];
        next.iter_mut()
            .zip(route)
            .for_each(|(byte, old)| *byte = *old);
        let mut stream = stream.to_vec();
        let how = choices.int_in_range(0..=5).unwrap_or(0);
        if how < 2 {
            next = choices.arbitrary().unwrap_or(next);
        }
        if how == 2 || stream.is_empty() {
            let odd = choices.int_in_range(0..=2).unwrap_or(0);
            stream = generate::stream(&REQUEST, choices, odd).map_or(stream, |made| made.bytes);
        } else if how > 2 {
            // What cannot be changed stays as it is.
            let _unchanged = generate::mutate(&REQUEST, &mut stream, choices);
        }
        next.into_iter().chain(stream).collect()
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            ids: KINDS.to_vec(),
            what: "kinds of defects of a hop were seen",
        }
    }
}

/// A hop and the reader behind it, by their names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Way {
    /// The leniencies and restrictions of the hop's reader; none for strict.
    reader: Vec<&'static str>,
    /// The quirks of its policy; none for the reference.
    quirks: Vec<&'static str>,
    /// The leniencies and restrictions of the reader behind it.
    last: Vec<&'static str>,
    /// Whether the origin answers an upgrade with 101.
    grants_upgrade: bool,
}

impl Way {
    /// What these bytes choose. Of policies, one in two has a name.
    fn of(choice: &[u8]) -> Self {
        let mut choices = Unstructured::new(choice);
        let mut below = |limit: usize| choices.choose_index(limit.max(1)).unwrap_or(0);
        let departures: Vec<_> = REQUEST.departures().map(|one| one.id).collect();
        let quirks = if below(2) == 0 {
            let named = POLICIES.get(below(POLICIES.len()));
            let quirks = named.map_or(&[][..], |named| named.quirks);
            quirks.iter().map(|quirk| quirk.id).collect()
        } else {
            let count = below(MOST_QUIRKS + 1);
            let mut drawn: Vec<_> = (0..count)
                .filter_map(|_| QUIRKS.get(below(QUIRKS.len())))
                .map(|quirk| quirk.id)
                .collect();
            drawn.sort_unstable();
            drawn.dedup();
            drawn
        };
        let mut reader = || {
            let count = below(2);
            let drawn = (0..count).filter_map(|_| departures.get(below(departures.len())).copied());
            drawn.collect()
        };
        Self {
            reader: reader(),
            last: reader(),
            quirks,
            grants_upgrade: below(2) == 1,
        }
    }

    /// The case of this input on this way.
    fn case(&self, input: &[u8]) -> HopCase {
        let reader = |ids: &[&str]| match ids {
            [] => "strict".to_owned(),
            ids => ids.join(","),
        };
        let policy = match self.quirks.as_slice() {
            [] => POLICIES.first().map_or("", |named| named.name).to_owned(),
            quirks => quirks.join("+"),
        };
        HopCase {
            name: String::new(),
            about: String::new(),
            hops: vec![NamedHop {
                reader: reader(&self.reader),
                policy,
            }],
            last: reader(&self.last),
            grants_upgrade: self.grants_upgrade,
            forbids: String::new(),
            input: Some((input.to_vec(), Vec::new())),
            schedule: None,
            cures: Vec::new(),
            source: "misframe hunt".to_owned(),
        }
    }

    /// Each with one departure less, and without a switch.
    fn smaller(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        let without = |ids: &[&'static str], nth: usize| {
            let mut ids = ids.to_vec();
            ids.remove(nth);
            ids
        };
        for nth in 0..self.quirks.len() {
            let quirks = without(&self.quirks, nth);
            smaller.push(Self {
                quirks,
                ..self.clone()
            });
        }
        for nth in 0..self.reader.len() {
            let reader = without(&self.reader, nth);
            smaller.push(Self {
                reader,
                ..self.clone()
            });
        }
        for nth in 0..self.last.len() {
            let last = without(&self.last, nth);
            smaller.push(Self {
                last,
                ..self.clone()
            });
        }
        if self.grants_upgrade {
            smaller.push(Self {
                grants_upgrade: false,
                ..self.clone()
            });
        }
        smaller
    }
}

/// Sends streams along routes, and writes down what hops do wrong.
struct HopHunter {
    variants: u64,
    inputs: u64,
    records: Records,
    /// What was looked at closely before: what went wrong, by which rule, on which way.
    seen: HashSet<(String, &'static str, Way)>,
    /// Kinds of defects that were seen.
    alone: HashSet<&'static str>,
}

/// A defect: what and by which rule.
type Defect = (String, &'static str);

/// The defects of the hop in a case.
fn defects(case: &HopCase) -> Vec<Defect> {
    let (Some((input, _)), Ok(route)) = (&case.input, case.route()) else {
        return Vec::new();
    };
    let passage = run(&route, input, &HopOracles::ALL);
    let found = passage
        .findings
        .iter()
        .filter(|finding| finding.is_defect());
    let mut defects: Vec<_> = found
        .map(|finding| {
            let words = case.words(finding);
            let what = words.split(' ').next().unwrap_or(&words).to_owned();
            (what, finding.rule.id)
        })
        .collect();
    defects.dedup();
    defects
}

impl HopHunter {
    fn send(&mut self, data: &[u8], novelty: &mut dyn Novelty) {
        self.inputs += 1;
        let (choice, input) = data.split_at_checked(CHOICE).unwrap_or((data, &[]));
        if self.inputs.is_multiple_of(LAW_EVERY)
            && let Err(broken) = laws::in_turn(self.inputs / LAW_EVERY, input)
        {
            panic!("{broken}; the input is {}", input.escape_ascii());
        }
        let way = Way::of(choice);
        for defect in defects(&way.case(input)) {
            let of_way = way.quirks.iter().chain(&way.reader).chain(&way.last);
            let text = [defect.0.as_str(), defect.1]
                .into_iter()
                .chain(of_way.copied());
            let pattern = text
                .flat_map(str::bytes)
                .fold(0, |all, byte| mix(all ^ u64::from(byte)));
            novelty::note(novelty, pattern);
            if self.seen.insert((defect.0.clone(), defect.1, way.clone())) {
                self.look(&way, input, &defect);
            }
        }
    }

    /// Makes what goes wrong small, and writes it down unless it is known.
    fn look(&mut self, way: &Way, input: &[u8], defect: &Defect) {
        let (mut way, mut input) = (way.clone(), input.to_vec());
        let is_same = |way: &Way, input: &[u8]| defects(&way.case(input)).contains(defect);
        // Behind a hop without a quirk, two readers disagree: the hunt for messages finds that.
        let careful = Way {
            quirks: Vec::new(),
            ..way.clone()
        };
        if is_same(&careful, &input) {
            return;
        }
        while let Some(smaller) = way.smaller().into_iter().find(|way| is_same(way, &input)) {
            way = smaller;
        }
        if way.quirks.is_empty() || !self.seen.insert((defect.0.clone(), defect.1, way.clone())) {
            return;
        }
        let kind = KINDS.iter().find(|kind| **kind == defect.0);
        if let Some(kind) = kind.filter(|kind| self.alone.insert(**kind)) {
            self.records.alone(kind);
        }
        loop {
            let smaller = candidates(&input).find(|input| is_same(&way, input));
            let Some(smaller) = smaller else { break };
            input = smaller;
        }
        if let Some(record) = HopRecord::of(way.case(&input))
            && self.records.is_new(&record.signature)
        {
            self.records.found(&record);
        }
    }
}

impl Hunter for HopHunter {
    fn step(&mut self, data: &[u8], novelty: &mut dyn Novelty) {
        self.send(data, novelty);
        let (choice, input) = data.split_at_checked(CHOICE).unwrap_or((data, &[]));
        let seed = choice
            .iter()
            .fold(0, |seed, byte| mix(seed ^ u64::from(*byte)));
        for nth in 0..self.variants {
            let noise = super::mutate::noise(seed.wrapping_add(nth));
            let other = noise.get(..CHOICE).unwrap_or(&noise);
            self.send(&[other, input].concat(), novelty);
        }
    }

    fn inputs(&self) -> u64 {
        self.inputs
    }
}

/// A case about hops to be written down.
struct HopRecord {
    case: HopCase,
    signature: Signature,
}

impl HopRecord {
    /// The case with its name, and what is found in it.
    fn of(mut case: HopCase) -> Option<Self> {
        let finding = HopFinding::of(&case).ok()??;
        let signature = finding.signature;
        case.name = format!("hunt-{}-{:08x}", finding.title, signature.fingerprint());
        case.about = format!(
            "A hop on this route: {} {}.",
            finding.title, finding.direction
        );
        if let Some((_, finds)) = &mut case.input {
            *finds = finding.all;
        }
        Some(Self { case, signature })
    }
}

impl FindingRecord for HopRecord {
    fn folder(&self) -> &str {
        "hop"
    }

    fn name(&self) -> &str {
        &self.case.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn picture(&self) -> String {
        // Its words name something: they were chosen so.
        hop::snapshot(&self.case).unwrap_or_default()
    }

    fn test(&self) -> &'static str {
        "tests/tests/hops.rs"
    }

    fn save(&self, folder: &Path) -> Result<(), CorpusError> {
        self.case.save(folder).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use std::cell::RefCell;
    use std::collections::BTreeSet;
    use std::rc::Rc;

    use super::super::random::Random;
    use super::*;
    use crate::hunt::mutate;

    struct Nothing;

    impl Novelty for Nothing {
        fn raise(&mut self, _: usize, _: u8) {}
    }

    /// What a hunt of at most so many steps, which stops after so many findings, tells, and its folder.
    fn hunted(steps: usize, findings: usize) -> (Vec<String>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let told = Rc::new(RefCell::new(Vec::new()));
        let hear = Rc::clone(&told);
        let tell = move |line: &str| hear.borrow_mut().push(line.to_owned());
        let records = Records::new(folder.path().to_owned(), HashSet::new(), Box::new(tell));
        let mut hunter = HOPS.hunter(records, 2, &[]);
        let mut random = Random::new(3);
        let mut data = Vec::new();
        let is_found = |line: &&String| line.starts_with("found ");
        for _ in 0..steps {
            data = mutate(&HOPS, &data, random.next());
            hunter.step(&data, &mut Nothing);
            if told.borrow().iter().filter(is_found).count() > findings {
                break;
            }
        }
        let told = told.borrow().clone();
        (told, folder)
    }

    #[test]
    fn what_is_recorded_is_a_case_in_which_the_same_is_found() {
        let (told, folder) = hunted(20_000, 5);
        let found = told.iter().filter_map(|line| line.strip_prefix("found "));
        let mut count = 0;
        for line in found {
            let (name, signature) = line.split_once(' ').unwrap();
            let case = corpus::hop::load(&folder.path().join(format!("hop/{name}.toml"))).unwrap();
            let finding = HopFinding::of(&case).unwrap().unwrap();
            assert_eq!(finding.signature.to_string(), signature);
            assert_eq!(
                Some(&finding.all),
                case.input.as_ref().map(|(_, finds)| finds)
            );
            count += 1;
        }
        assert!(count > 5, "{told:?}");
    }

    #[test]
    fn the_kinds_are_those_of_the_defects_in_cases() {
        let corpus = corpus::find_corpus(Path::new(".")).unwrap();
        let cases = load_all(&corpus).unwrap();
        let kinds = cases.iter().flat_map(defects).map(|(kind, _)| kind);
        let kinds: BTreeSet<_> = kinds.collect();
        assert_eq!(kinds, KINDS.map(str::to_owned).into());
    }

    /// But for another content: for that, Content-Length counts the chunks of a body, which no drawn stream does for long.
    #[test]
    fn nearly_every_kind_is_seen_from_nothing() {
        let (told, _folder) = hunted(20_000, usize::MAX);
        let seen: BTreeSet<_> = told
            .iter()
            .filter_map(|line| line.strip_prefix("alone "))
            .collect();
        let mut kinds = BTreeSet::from(KINDS);
        kinds.remove("content");
        assert!(seen.is_superset(&kinds), "{seen:?}");
    }

    #[test]
    fn a_way_is_as_small_as_it_can_be_made() {
        let way = Way {
            reader: Vec::new(),
            quirks: vec!["keep-te", "lower-names"],
            last: Vec::new(),
            grants_upgrade: true,
        };
        let input = b"GET / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nConnection: TE\r\n\r\n";
        let wrong = defects(&way.case(input));
        let [defect] = wrong.as_slice() else {
            panic!("{wrong:?}");
        };
        let smaller = way.smaller();
        let same = smaller
            .iter()
            .filter(|way| defects(&way.case(input)).contains(defect));
        let quirks: Vec<_> = same.map(|way| way.quirks.clone()).collect();
        assert_eq!(quirks, [vec!["keep-te"], vec!["keep-te", "lower-names"]]);
    }
}
