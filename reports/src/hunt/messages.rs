//! A family of messages as something to hunt, and what of a finding becomes a case.

use std::path::{Path, PathBuf};

use arbitrary::Unstructured;
use corpus::{Case, CorpusError, Expect};
use parsers::core::explain;
use parsers::{Asked, End, Family, Leniency, LeniencySet, Signature, StreamInput, Verdict};

use super::hunter::{CHOICE, MessageHunter};
use super::known;
use super::minimise::Pair;
use super::record::{FindingRecord, Records};
use super::rivals::Rivals;
use super::subject::{Hunter, KnownCases, Subject, Wanted};
use crate::format::picture;
use crate::judge::ask::PeerChoice;

impl Subject for Family {
    fn name(&self) -> &'static str {
        self.name
    }

    fn known(&self, corpus: &Path) -> Result<KnownCases, CorpusError> {
        // Every family is one of the table.
        let Some(family) = Family::named(self.name) else {
            return Ok(KnownCases::default());
        };
        let cases = corpus::load_family(corpus, family)?;
        let seed = |case: &Case| {
            // The choice of dialects comes first.
            let mut choice = [0; CHOICE];
            choose_asked(family, case.asked(), &mut choice);
            let seed = [&choice, case.input.as_slice()].concat();
            (case.name.clone(), seed)
        };
        Ok(KnownCases {
            signatures: known::signatures(family, &cases),
            seeds: cases.iter().map(seed).collect(),
        })
    }

    fn hunter(
        &'static self,
        records: Records,
        variants: u64,
        peers: &[PeerChoice],
    ) -> Box<dyn Hunter> {
        let rivals = Rivals::open(self, peers);
        Box::new(MessageHunter::new(self, records, variants, rivals))
    }

    /// One change in three makes a new stream, the others change the stream that is there, or the choice of
    /// dialects.
    fn mutate(&self, data: &[u8], choices: &mut Unstructured<'_>) -> Vec<u8> {
        let (choice, input) = data.split_at_checked(CHOICE).unwrap_or((&[], &[]));
        let mut next = [0; CHOICE];
        next.iter_mut()
            .zip(choice)
            .for_each(|(byte, old)| *byte = *old);
        let mut stream = input.to_vec();
        let how = choices.int_in_range(0..=5).unwrap_or(0);
        if how != 1 {
            next = choices.arbitrary().unwrap_or(next);
        }
        if how < 2 || stream.is_empty() {
            let odd = choices.int_in_range(1..=3).unwrap_or(1);
            if let Ok(made) = corpus::generate::stream(self, choices, odd) {
                choose_asked(self, made.asked, &mut next);
                stream = made.bytes;
            }
        } else if how > 2 {
            for _ in 0..choices.int_in_range(1..=2).unwrap_or(1) {
                // What cannot be changed stays as it is.
                let _unchanged = corpus::generate::mutate(self, &mut stream, choices);
            }
        }
        next.into_iter().chain(stream).collect()
    }

    fn family(&self) -> Option<&'static Family> {
        Self::named(self.name)
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            ids: self.leniencies.iter().map(|leniency| leniency.id).collect(),
            what: "single leniencies were seen to disagree with strict",
        }
    }
}

/// Has the choice at the front of an input choose what was `asked`, if that is one of those that the family has.
fn choose_asked(family: &Family, asked: Asked<'_>, choice: &mut [u8; CHOICE]) {
    let place = family.asked.iter().position(|known| *known == asked);
    if let (Some(place), [.., last]) = (place, choice) {
        *last = u8::try_from(place).unwrap_or(0);
    }
}

/// Writes down how two dialects disagree, unless that turns out to be known.
pub fn record(records: &mut Records, family: &'static Family, pair: &Pair) {
    let told = |set: &LeniencySet| match set.is_empty() {
        true => "the strict reading".to_owned(),
        false => family.ids(set).join(" and "),
    };
    let finding = WrittenFinding {
        input: pair.input.clone(),
        asked: pair.asked.clone(),
        sets: [pair.first, pair.second],
        signature: pair.signature.clone(),
        class: pair.class.clone(),
        about: format!("Parts {} from {}.", told(&pair.first), told(&pair.second)),
    };
    records.found(&CaseRecord::of(family, &finding));
}

/// Writes down that peers read so, in the place of what was found about our own parsers. Both of them may
/// frame by themselves and be deployed, or not.
pub(crate) fn record_peers(
    records: &mut Records,
    family: &'static Family,
    finding: &WrittenFinding,
    are_deployed: bool,
) {
    let record = CaseRecord::of_peers(family, finding);
    records.reproduced(&record, are_deployed);
}

/// Writes down that a peer breaks a law.
pub(crate) fn record_broken(
    records: &mut Records,
    family: &'static Family,
    finding: &WrittenFinding,
) {
    records.broken(&CaseRecord::of_peers(family, finding));
}

/// What is written down.
pub(crate) struct WrittenFinding {
    /// The smallest input.
    pub input: Vec<u8>,
    /// What the other direction asked, a line for each request.
    pub asked: String,
    /// What the two sides relax, as far as it is known.
    pub sets: [LeniencySet; 2],
    /// What is the same about all inputs that show it.
    pub signature: Signature,
    /// The field's name for it.
    pub class: Option<String>,
    /// What it is, in a sentence.
    pub about: String,
}

/// A case to be written down.
struct CaseRecord {
    family: &'static Family,
    case: Case,
    signature: Signature,
}

impl CaseRecord {
    fn of(family: &'static Family, finding: &WrittenFinding) -> Self {
        Self {
            family,
            case: case_of(family, finding),
            signature: finding.signature.clone(),
        }
    }

    /// What peers have shown: its source ends with the signature, under which it can be known.
    fn of_peers(family: &'static Family, finding: &WrittenFinding) -> Self {
        let mut record = Self::of(family, finding);
        record.case.source = format!("{}, {}", record.case.source, finding.signature);
        record
    }
}

impl FindingRecord for CaseRecord {
    fn folder(&self) -> &str {
        self.family.name
    }

    fn name(&self) -> &str {
        &self.case.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn picture(&self) -> String {
        picture::snapshot(&self.case, self.family)
    }

    fn test(&self) -> &'static str {
        "tests/tests/cases.rs"
    }

    fn save(&self, folder: &Path) -> Result<(), CorpusError> {
        self.case.save(folder).map(|_| ())
    }
}

fn case_of(family: &'static Family, finding: &WrittenFinding) -> Case {
    let relaxed = finding.sets.iter().flat_map(|set| set.indices());
    let mut leniencies: Vec<_> = relaxed
        .filter_map(|index| family.leniency_at(index))
        .collect();
    leniencies.dedup();
    let mut rules: Vec<_> = leniencies
        .iter()
        .map(|leniency| leniency.rule.id.to_owned())
        .collect();
    rules.sort();
    rules.dedup();
    let mut strict = Verdict::new();
    let given = StreamInput::new(&finding.input, Asked::lines(&finding.asked));
    explain::judge_under(family, &LeniencySet::EMPTY, given, &mut strict);
    let word = finding.class.as_deref().unwrap_or("found");
    Case {
        name: format!("hunt-{word}-{:08x}", finding.signature.fingerprint()),
        family,
        about: finding.about.clone(),
        // What a specification says is for a person to decide; until then, it lets a server choose.
        expect: match strict.reading.end {
            _ if !strict.citations.is_empty() => Expect::Either,
            End::Incomplete => Expect::Incomplete,
            _ => Expect::Accept,
        },
        // Nor are the ends of the messages known by hand.
        reads: None,
        rules,
        class: finding.class.clone(),
        leniencies: departures(family, given, &leniencies, &finding.sets),
        agree: None,
        source: "misframe hunt".to_owned(),
        asked: finding.asked.clone(),
        input: finding.input.clone(),
        path: PathBuf::new(),
    }
}

/// What a case names of these leniencies: those that alone disagree with strict, and the sum of a side where none of its
/// leniencies alone reads as it does.
fn departures(
    family: &'static Family,
    input: StreamInput<'_>,
    leniencies: &[&'static Leniency],
    sides: &[LeniencySet],
) -> Vec<String> {
    let read = |set: &LeniencySet| {
        let mut verdict = Verdict::new();
        explain::judge_under(family, set, input, &mut verdict);
        verdict.reading
    };
    let strict = read(&LeniencySet::EMPTY);
    let readings = leniencies
        .iter()
        .map(|one| (one.id, read(&LeniencySet::of(&[*one]))));
    let singles: Vec<_> = readings.filter(|(_, reading)| *reading != strict).collect();
    let mut named: Vec<String> = singles.iter().map(|(id, _)| (*id).to_owned()).collect();
    for side in sides {
        let whole = read(side);
        if whole == strict || singles.iter().any(|(_, reading)| *reading == whole) {
            continue;
        }
        let without = |last: u16| {
            let mut others = *side;
            others.remove(last);
            others
        };
        // The last of a sum is one that makes a difference.
        let last = side.indices().find(|last| read(&without(*last)) != whole);
        named.extend(last.map(|last| {
            let mut ids = family.ids(&without(last));
            let mut only = LeniencySet::EMPTY;
            only.insert(last);
            ids.extend(family.ids(&only));
            ids.join("+")
        }));
    }
    named
}

#[cfg(test)]
mod tests {
    use parsers::http1::REQUEST;
    use parsers::http1::leniencies::{CODING_10_CLOSES, CODING_10_IGNORED, LAST_ANY_TWO};

    use super::*;

    #[test]
    fn a_case_names_a_sum_where_no_leniency_alone_reads_so() {
        let input = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX\n";
        let sides = [
            LeniencySet::of(&[&CODING_10_CLOSES, &LAST_ANY_TWO]),
            LeniencySet::of(&[&CODING_10_IGNORED]),
        ];
        let all = [&CODING_10_CLOSES, &LAST_ANY_TWO, &CODING_10_IGNORED];
        let named = departures(&REQUEST, input.into(), &all, &sides);
        assert_eq!(
            named,
            ["coding-10-ignored", "last-any-two+coding-10-closes"]
        );
    }
}
