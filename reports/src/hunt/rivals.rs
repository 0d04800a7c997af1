//! Peers in the hunt: two of them that accept a message and end it differently.

mod facts;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use parsers::core::compare::DivergenceKind;
use parsers::core::explain;
use parsers::{Family, LeniencySet, Signature, Verdict};
use peers::{About, PEERS, Peer, Pieces, Seen, Tier, ask};

use super::cuts;
use super::heard::Heard;
use super::messages::{self, WrittenFinding};
use super::minimise::candidates;
use super::mix::{Mix, mix};
use super::novelty::{self, Novelty};
use super::record::Records;
use super::witness;
use crate::judge::ask::{Answer, AnswerRecord, Explanation, PeerChoice, Peers};
use crate::judge::finding::Judgement;
use crate::judge::seat::Weight;

/// How many leniencies may explain a peer in a hunt, where it has to be quick.
const MOST: usize = 2;
/// How many inputs are looked at closely on which the same two peers disagree where strict cites the same rule.
const TRIES: u8 = 4;

/// One input in so many is shown to one of them once more, byte by byte.
const CUT_EVERY: u64 = 1024;
/// After so many inputs, the failures of peers are reported.
const TOLD_EVERY: u64 = 1 << 14;
/// The most peers that judge every input.
const RIVALS: usize = 32;

/// Peers that judge every input.
pub(crate) struct Rivals {
    family: &'static Family,
    rivals: Vec<Rival>,
    /// How often a pattern was looked at closely.
    tries: HashMap<u64, u8, BuildHasherDefault<Mix>>,
    /// How many inputs were judged.
    judged: u64,
    known: HashSet<Signature>,
    /// Those of which it was written down that pieces matter to them.
    cut: HashSet<&'static str>,
    /// Every linked peer, asked about findings.
    witnesses: Option<Peers>,
}

struct Rival {
    about: &'static About,
    name: String,
    /// None after a failure.
    peer: Option<Box<dyn Peer>>,
    seen: Seen,
    /// Whether there is a reading of the last input.
    has_read: bool,
    /// How it has answered so far.
    record: AnswerRecord,
}

/// Two peers that both take a message, and end it differently.
struct Clash {
    input: Vec<u8>,
    /// Their places among the rivals.
    pair: [usize; 2],
    /// What explains them, where something does.
    explained: [Option<LeniencySet>; 2],
    signature: Signature,
    class: Option<String>,
}

impl Rivals {
    /// Those of the family's linked peers that are asked for; with none named, those that are fast enough to
    /// judge every input.
    pub fn open(family: &'static Family, asked: &[PeerChoice]) -> Self {
        let linked = PEERS.iter().filter(|about| about.tier() == Tier::Linked);
        let of_family = linked.filter(|about| about.family == family);
        let is_asked = |about: &&&'static About| match asked {
            [] => about.is_fast,
            some => some.iter().any(|choice| choice.is(about)),
        };
        let rivals = of_family.filter(is_asked).take(RIVALS).filter_map(|about| {
            let opened = about.open().ok()?;
            Some(Rival {
                about,
                name: format!("{} {}", opened.name, opened.version),
                peer: Some(opened.peer),
                seen: Seen::default(),
                has_read: false,
                record: AnswerRecord::default(),
            })
        });
        Self {
            family,
            rivals: rivals.collect(),
            tries: HashMap::default(),
            judged: 0,
            known: HashSet::new(),
            cut: HashSet::new(),
            witnesses: None,
        }
    }

    /// Tells now and then how those that failed have answered so far.
    fn tell_failures(&self, records: &mut Records) {
        if !self.judged.is_power_of_two() && !self.judged.is_multiple_of(TOLD_EVERY) {
            return;
        }
        for rival in self.rivals.iter().filter(|rival| rival.record.failed() > 0) {
            records.heard(&Heard::of(&rival.name, &rival.record));
        }
    }

    /// Asks every rival about `input`, and records how two of them disagree. `context` tells inputs apart that strict
    /// reads for different reasons.
    pub fn judge(
        &mut self,
        input: &[u8],
        context: u64,
        novelty: &mut dyn Novelty,
        records: &mut Records,
    ) {
        for rival in &mut self.rivals {
            rival.read(input);
        }
        // A group is known by its first member. These lie on the stack: this is done for every input.
        let mut pattern = 0u64;
        let mut founders = [0; RIVALS];
        let mut groups = 0;
        for (nth, rival) in self.rivals.iter().enumerate() {
            let mut known = founders.iter().take(groups);
            let group = known.position(|founder| self.alike(*founder, nth));
            pattern = pattern << 4 ^ mix(group.unwrap_or(groups) as u64);
            if let (None, true, Some(founder)) = (group, rival.has_read, founders.get_mut(groups)) {
                *founder = nth;
                groups += 1;
            }
        }
        novelty::note(novelty, mix(pattern) ^ context);
        for (nth, a) in founders.iter().take(groups).enumerate() {
            for b in founders.iter().take(groups).skip(nth + 1) {
                self.clash([*a, *b], input, context, records);
            }
        }
        self.understand(input, novelty, records);
        self.cut(input, records);
        self.tell_failures(records);
    }

    /// Shows one of those whose reading should not depend on it, in turn and now and then, the input byte by byte.
    fn cut(&mut self, input: &[u8], records: &mut Records) {
        self.judged += 1;
        if self.rivals.is_empty() || !self.judged.is_multiple_of(CUT_EVERY) {
            return;
        }
        let turn = usize::try_from(self.judged / CUT_EVERY).unwrap_or(0);
        let nth = turn % self.rivals.len();
        let Some(rival) = self.rivals.get_mut(nth) else {
            return;
        };
        let is_told = !rival.about.cuts.is_empty() || self.cut.contains(rival.about.name);
        let Some(peer) = rival.peer.as_deref_mut().filter(|_| !is_told) else {
            return;
        };
        if cuts::part(peer, input).is_some() {
            self.cut.insert(rival.about.name);
            cuts::record(self.family, &rival.name, peer, input, records);
        }
    }

    fn alike(&self, a: usize, b: usize) -> bool {
        match (self.rivals.get(a), self.rivals.get(b)) {
            (Some(a), Some(b)) => a.has_read && b.has_read && a.seen.is_alike(&b.seen),
            _ => false,
        }
    }

    fn clash(&mut self, pair: [usize; 2], input: &[u8], context: u64, records: &mut Records) {
        let [Some(a), Some(b)] = pair.map(|nth| self.rivals.get(nth)) else {
            return;
        };
        let Some(is_longer) = divergence(&a.seen, &b.seen) else {
            return;
        };
        let key = pair[0] as u64 * 64 + pair[1] as u64 * 2 + u64::from(is_longer);
        let tries = self.tries.entry(mix(key) ^ context).or_default();
        if *tries == TRIES {
            return;
        }
        *tries += 1;
        let explained = self.explained(pair, input);
        let Some(clash) = self.look(pair, input, explained) else {
            return;
        };
        let are_deployed = self.are_deployed(pair);
        if self.known.insert(clash.signature.clone())
            && records.is_new_of_peers(&clash.signature, are_deployed)
        {
            let small = self.minimise(clash);
            self.record(&small, records);
        }
    }

    /// Whether both frame by themselves and are in real use.
    fn are_deployed(&self, pair: [usize; 2]) -> bool {
        let frames = |nth: usize| {
            self.rivals
                .get(nth)
                .is_some_and(|rival| rival.about.frames())
        };
        pair.into_iter().all(frames)
    }

    /// The signatures of how any two of them that are deployed end a message of `input` differently.
    pub(crate) fn signatures(&mut self, input: &[u8]) -> Vec<Signature> {
        for rival in &mut self.rivals {
            rival.read(input);
        }
        let mut found = Vec::new();
        for a in 0..self.rivals.len() {
            for b in a + 1..self.rivals.len() {
                if !self.are_deployed([a, b]) || self.alike(a, b) {
                    continue;
                }
                let explained = self.explained([a, b], input);
                found.extend(
                    self.look([a, b], input, explained)
                        .map(|clash| clash.signature),
                );
            }
        }
        found
    }

    /// What explains the readings of these two, where something does.
    fn explained(&self, pair: [usize; 2], input: &[u8]) -> [Option<LeniencySet>; 2] {
        pair.map(|nth| {
            let seen = &self.rivals.get(nth).filter(|rival| rival.has_read)?.seen;
            Explanation::of(self.family, input, seen, MOST)?.alike()
        })
    }

    /// The clash of these two, whose readings were accepted, if it is one and is explained so.
    fn look(
        &self,
        pair: [usize; 2],
        input: &[u8],
        explained: [Option<LeniencySet>; 2],
    ) -> Option<Clash> {
        let [a, b] = [self.rivals.get(pair[0])?, self.rivals.get(pair[1])?];
        if !a.has_read || !b.has_read {
            return None;
        }
        divergence(&a.seen, &b.seen)?;
        let seat = |rival: &Rival, relaxes: Option<LeniencySet>| {
            let mut verdict = Verdict::new();
            if let Some(relaxes) = &relaxes {
                explain::judge_under(self.family, relaxes, input, &mut verdict);
                if !rival.seen.is(&verdict.reading, input) {
                    return None;
                }
            }
            let answer = Answer {
                name: rival.name.clone(),
                seen: Ok(rival.seen.clone()),
                explained: relaxes.map(Explanation::of_alike),
                weight: Weight::Hypothetical,
                facts_weight: Weight::Hypothetical,
            };
            answer.seat(self.family, input.into())
        };
        let seats = [seat(a, explained[0])?, seat(b, explained[1])?];
        let finding = Judgement::of(self.family, input, seats).finding?;
        (finding.divergence.kind == DivergenceKind::Boundary).then(|| Clash {
            input: input.to_vec(),
            pair,
            explained,
            signature: finding.signature,
            class: finding.class,
        })
    }

    fn minimise(&mut self, mut clash: Clash) -> Clash {
        while let Some(smaller) = self.smaller(&clash) {
            clash = smaller;
        }
        clash
    }

    fn smaller(&mut self, clash: &Clash) -> Option<Clash> {
        candidates(&clash.input).find_map(|input| {
            for nth in clash.pair {
                self.rivals.get_mut(nth)?.read(&input);
            }
            let smaller = self.look(clash.pair, &input, clash.explained)?;
            (smaller.signature == clash.signature).then_some(smaller)
        })
    }

    fn record(&mut self, clash: &Clash, records: &mut Records) {
        let family = self.family;
        let linked = || Peers::open(family, &[PeerChoice::Tier(Tier::Linked)]);
        let witnesses = self.witnesses.get_or_insert_with(linked);
        let answers = witnesses.answers_unexplained(&clash.input, Pieces::One);
        let are_deployed = self.are_deployed(clash.pair);
        messages::record_peers(
            records,
            family,
            &WrittenFinding {
                input: clash.input.clone(),
                asked: String::new(),
                sets: clash.explained.map(|set| set.unwrap_or(LeniencySet::EMPTY)),
                signature: clash.signature.clone(),
                class: clash.class.clone(),
                about: witness::about(&answers),
            },
            are_deployed,
        );
    }
}

impl Rival {
    fn read(&mut self, input: &[u8]) {
        self.has_read = false;
        let mut peer = match self.peer.take() {
            Some(peer) => peer,
            None => match self.about.open() {
                Ok(opened) => opened.peer,
                Err(failure) => {
                    self.record.count::<()>(&Err(failure));
                    return;
                }
            },
        };
        let asked = ask(&mut *peer, input, Pieces::One, &mut self.seen);
        self.record.count(&asked);
        self.has_read = asked.is_ok();
        if asked.is_ok() || peer.is_usable() {
            self.peer = Some(peer);
        }
    }
}

/// Whether the first is longer, of two readings that both take a message, begun alike, and end it differently.
fn divergence(a: &Seen, b: &Seen) -> Option<bool> {
    let mut messages = a.messages.iter().zip(&b.messages);
    let (a, b) = messages.find(|(a, b)| a.end != b.end)?;
    Some(a.end > b.end)
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;
    use parsers::http1::REQUEST;

    struct Nothing;

    impl Novelty for Nothing {
        fn raise(&mut self, _: usize, _: u8) {}
    }

    /// What is recorded of an input that these peers judge: what was told, and the case.
    fn recorded(peers: &[&str], input: &[u8]) -> (Vec<String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let told = Rc::new(RefCell::new(Vec::new()));
        let hear = Rc::clone(&told);
        let tell = move |line: &str| hear.borrow_mut().push(line.to_owned());
        let mut records = Records::new(folder.path().to_owned(), HashSet::new(), Box::new(tell));
        let asked: Vec<_> = peers
            .iter()
            .map(|name| PeerChoice::named(name).unwrap())
            .collect();
        let mut rivals = Rivals::open(&REQUEST, &asked);
        rivals.judge(input, 0, &mut Nothing, &mut records);
        rivals.judge(input, 0, &mut Nothing, &mut records);
        let told = told.borrow().clone();
        let case = told.first().map(|line| {
            let name = line.split(' ').nth(1).unwrap();
            let path = folder.path().join(format!("http1-request/{name}.toml"));
            std::fs::read_to_string(path).unwrap()
        });
        (told, case.unwrap_or_default())
    }

    const TRAILER_LF: &[u8] =
        b"POST /long HTTP/1.1\r\nHost: a\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n\
        2\r\nab\r\n0\r\nX: y\n\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n";

    #[test]
    fn two_that_end_a_message_differently_are_recorded_once() {
        let (told, case) = recorded(&["hyper", "http-parser", "kawa"], TRAILER_LF);
        assert_eq!(told.len(), 1, "{told:?}");
        let line = told.first().unwrap();
        assert!(line.starts_with("reproduced hunt-"), "{line}");
        assert!(
            line.ends_with("longer:trailer-lf-kept/shorter:trailer-lf"),
            "{line}"
        );
        let about = case.lines().next().unwrap();
        assert!(about.contains("Peers end message 1 at "), "{about}");
        let (short, long) = about.split_once("; ").unwrap();
        assert!(short.contains("http-parser 2."), "{short}");
        assert!(long.contains("hyper 1."), "{long}");
        assert!(!case.contains("X: y\\r"), "it is made small: {case}");
    }

    #[test]
    fn what_is_understood_differently_is_recorded_where_it_is_asked_for() {
        let input = b"GET /#b HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
        let asked = ["hyper", "http-parser"].map(|name| PeerChoice::named(name).unwrap());
        let heard = |compares: bool| {
            let folder = tempfile::tempdir().unwrap();
            let told = Rc::new(RefCell::new(Vec::new()));
            let hear = Rc::clone(&told);
            let tell = move |line: &str| hear.borrow_mut().push(line.to_owned());
            let path = folder.path().to_owned();
            let mut records = Records::new(path, HashSet::new(), Box::new(tell));
            let mut rivals = Rivals::open(&REQUEST, &asked);
            if compares {
                rivals.compare_facts();
            }
            rivals.judge(input, 0, &mut Nothing, &mut records);
            rivals.judge(input, 0, &mut Nothing, &mut records);
            told.take()
        };
        assert_eq!(heard(false), [""; 0]);
        let told = heard(true);
        assert_eq!(told.len(), 1, "{told:?}");
        let end = "http1-request/facts/other-target/field:other/shows:http-parser/hides:hyper";
        assert!(told.iter().all(|line| line.ends_with(end)), "{told:?}");
    }

    #[test]
    fn one_that_rejects_parts_from_nobody() {
        assert_eq!(
            recorded(&["hyper", "kawa", "http-net"], TRAILER_LF).0,
            [""; 0]
        );
        assert_eq!(recorded(&["none"], TRAILER_LF).0, [""; 0]);
    }

    #[test]
    fn framing_that_we_add_is_not_deployed() {
        let (told, _) = recorded(&["hyper", "httparse"], TRAILER_LF);
        assert!(
            told.iter().all(|line| line.starts_with("seen ")),
            "{told:?}"
        );
        assert!(!told.is_empty());
    }
}
