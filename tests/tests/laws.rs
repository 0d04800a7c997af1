//! The laws of the parsers, on inputs drawn by chance; `cargo run -p tests --bin laws` is the long run.

// A panic is how a property fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use corpus::generate;
use parsers::core::laws::{self, Resumption};
use parsers::family::DialectParser;
use parsers::http1::REQUEST;
use parsers::{Asked, Dialect, FAMILIES, Family, LeniencySet, State, Verdict};
use parsers::{judge, judge_from, judge_with_facts};
use proptest::prelude::*;
use tests::draw::{self, Chance};
use tests::intent;
use tests::oracle::Oracle;

/// What chance settles of one input.
#[derive(Clone, Debug)]
struct Drawn {
    how: How,
    seed: u64,
}

#[derive(Clone, Debug)]
enum How {
    /// A stream with so many odd elements, changed in so many places.
    Stream(Vec<u8>, usize, usize),
    /// Bytes by their places in the family's alphabet.
    Noise(Vec<proptest::sample::Index>),
}

impl Drawn {
    fn input(&self, family: &Family) -> Vec<u8> {
        match &self.how {
            How::Stream(choices, odd, times) => draw::mutated(family, choices, *odd, *times),
            How::Noise(places) => {
                let alphabet = generate::alphabet(family);
                places.iter().map(|place| *place.get(alphabet)).collect()
            }
        }
    }
}

fn settings(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        // A failing input becomes a case, not a line in a file of seeds.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn choices() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..640)
}

/// Generated streams, mutated ones, and, one time in eight, any bytes.
fn drawn() -> impl Strategy<Value = Drawn> {
    let noise = proptest::collection::vec(any::<proptest::sample::Index>(), 0..80);
    let how = prop_oneof![
        3 => (choices(), 0..4usize).prop_map(|(choices, odd)| How::Stream(choices, odd, 0)),
        4 => (choices(), 0..4usize, 1..4usize)
            .prop_map(|(choices, odd, times)| How::Stream(choices, odd, times)),
        1 => noise.prop_map(How::Noise),
    ];
    (how, any::<u64>()).prop_map(|(how, seed)| Drawn { how, seed })
}

proptest! {
    #![proptest_config(settings(1500))]

    /// Spans, prefixes, citations and declared dialects.
    #[test]
    fn every_law_holds_of_every_parser(drawn in drawn()) {
        for family in FAMILIES {
            let input = drawn.input(family);
            let mut oracle = Oracle::new(family);
            let mut chance = Chance::new(drawn.seed);
            let sets: Vec<_> = (0..4)
                .map(|nth| match nth % 2 {
                    0 => draw::any_leniencies(family, &mut chance),
                    _ => draw::fitting_leniencies(family, &input, &mut chance, oracle.scratch()),
                })
                .collect();
            for _ in 0..4 {
                let cut = chance.below(input.len() + 1);
                if let Err(broken) = oracle.hold(&input, cut, &sets) {
                    let ids: Vec<_> = sets.iter().map(|set| family.ids(set).join("+")).collect();
                    let input = input.escape_ascii();
                    prop_assert!(false, "{broken}\ncut at {cut}: \"{input}\"\ndialects {ids:?}");
                }
            }
        }
    }

    /// A stream without odd elements reads as it was built, in every parser that knows every way of
    /// ending a message.
    #[test]
    fn plain_streams_read_as_built(choices in choices()) {
        let mut verdict = Verdict::new();
        for family in FAMILIES {
            let stream = draw::plain(family, &choices).unwrap();
            for parser in family.parsers.iter().filter(|parser| (family.is_general)(**parser)) {
                judge(*parser, stream.input(), &mut verdict);
                if let Err(broken) = intent::holds(parser.name(), &stream, &verdict.reading) {
                    prop_assert!(false, "{broken}\n\"{}\"", stream.bytes.escape_ascii());
                }
            }
        }
    }

    /// What was judged before leaves no trace.
    #[test]
    fn a_used_verdict_judges_as_a_new_one(one in drawn(), other in drawn()) {
        for family in FAMILIES {
            let mut chance = Chance::new(one.seed);
            let (one, other) = (one.input(family), other.input(family));
            let set = draw::any_leniencies(family, &mut chance);
            let dialect = DialectParser::new(family, Dialect::new("dialect", set));
            let parsers = family.parsers.iter().copied();
            for parser in parsers.chain([&dialect as _]) {
                let (mut used, mut new) = (Verdict::new(), Verdict::new());
                let start = State::default();
                let state = judge_from(parser, start, Asked::UNKNOWN, &other, &mut used);
                judge_from(parser, state, Asked::UNKNOWN, &other, &mut used);
                judge_with_facts(parser, &other, &mut used);
                let of_used = judge_from(parser, start, Asked::UNKNOWN, &one, &mut used);
                let of_new = judge_from(parser, start, Asked::UNKNOWN, &one, &mut new);
                prop_assert_eq!(&used.reading, &new.reading, "{}", parser.name());
                prop_assert_eq!(&used.citations, &new.citations, "{}", parser.name());
                prop_assert_eq!(used.committed, new.committed, "{}", parser.name());
                prop_assert_eq!(of_used, of_new, "{}", parser.name());
                prop_assert!(used.facts.is_empty(), "{}", parser.name());
            }
        }
    }
}

proptest! {
    #![proptest_config(settings(60))]

    /// Laws 2 and 8 at every cut, not only at one drawn by chance.
    #[test]
    fn no_cut_changes_a_message(drawn in drawn()) {
        for family in FAMILIES {
            let input = drawn.input(family);
            let input = input.get(..400).unwrap_or(&input);
            let mut chance = Chance::new(drawn.seed);
            let set = draw::fitting_leniencies(family, input, &mut chance, &mut Verdict::new());
            let dialect = DialectParser::new(family, Dialect::new("dialect", set));
            let parsers = family.parsers.iter().copied();
            for parser in parsers.chain([&dialect as _]) {
                let (mut whole, mut front) = (Verdict::new(), Verdict::new());
                let mut memory = Resumption::default();
                judge(parser, input, &mut whole);
                for cut in 0..input.len() {
                    judge(parser, input.get(..cut).unwrap(), &mut front);
                    let held = laws::prefix(parser.name(), &front, cut, &whole)
                        .and_then(|()| laws::resumption(parser, input, cut, &mut memory));
                    if let Err(broken) = held {
                        let ids = family.ids(&set).join("+");
                        let input = input.escape_ascii();
                        prop_assert!(false, "{broken}\ncut at {cut}: \"{input}\"\ndialect {ids}");
                    }
                }
            }
        }
    }
}

/// The laws hold of the cases, cut at every place: a case is where parsers went wrong before.
#[test]
fn every_law_holds_of_every_case() {
    let corpus = tests::repository().join("corpus");
    for family in FAMILIES {
        let mut oracle = Oracle::new(family);
        for case in corpus::load_family(&corpus, family).unwrap() {
            let named = case.leniencies.iter().map(|ids| {
                let mut set = LeniencySet::EMPTY;
                let indices = ids.split('+').filter_map(|id| family.index(id));
                indices.for_each(|index| set.insert(index));
                set
            });
            let mut sets: Vec<_> = named.collect();
            let all = sets
                .iter()
                .fold(LeniencySet::EMPTY, |all, set| all.union(set));
            sets.insert(0, all);
            let last = case.input.len();
            // Long inputs repeat themselves.
            let cuts = (0..=last).filter(|cut| *cut < 1000 || *cut + 100 > last);
            for cut in cuts {
                if let Err(broken) = oracle.hold(&case, cut, &sets) {
                    panic!("{}: cut at {cut}: {broken}", case.name);
                }
            }
        }
    }
}

/// Inputs on which a citation was missing once, each with the dialects that it was missing between.
#[test]
fn every_law_holds_of_inputs_that_broke_one() {
    let inputs: [(&[u8], [&[&str]; 2]); 2] = [
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: x\r\nContent-Encoding: chunked\r\n\
              Content-Length: 5\r\n\r\n0\r\n\r\n",
            [&["delete-no-body"], &["content-coding"]],
        ),
        (
            b"GET / HTTP/1.1\r\nHost: a\nX: b\n\n",
            [&["field-lf"], &["field-lf", "empty-line-lf-crlf"]],
        ),
    ];
    let family = &REQUEST;
    let mut oracle = Oracle::new(family);
    for (input, dialects) in inputs {
        let sets = dialects.map(|ids| {
            let mut set = LeniencySet::EMPTY;
            ids.iter()
                .for_each(|id| set.insert(family.index(id).unwrap()));
            set
        });
        for cut in 0..=input.len() {
            if let Err(broken) = oracle.hold(input, cut, &sets) {
                panic!("{broken}\ncut at {cut}: \"{}\"", input.escape_ascii());
            }
        }
    }
}

/// A mistake that is to be planted, as `tests/mutants/run` reads it.
#[derive(serde::Deserialize)]
struct Mutant {
    name: String,
    file: String,
    old: String,
}

/// Every mistake that `tests/mutants/run` plants has a place: a change of the parsers has not left it behind.
#[test]
fn every_mutant_can_be_planted() {
    let root = tests::repository();
    let text = std::fs::read_to_string(root.join("tests/mutants/mutants.toml")).unwrap();
    let mut listed: BTreeMap<String, Vec<Mutant>> = toml::from_str(&text).unwrap();
    let mutants = listed.remove("mutant").unwrap();
    assert!(mutants.len() > 40, "{}", mutants.len());
    for Mutant { name, file, old } in mutants {
        let source = std::fs::read_to_string(root.join(&file)).unwrap();
        let count = source.matches(&old).count();
        assert_eq!(count, 1, "{name}: its old text in {file}");
    }
}
