//! Peers in the hunt that end a request alike and understand it differently.

use parsers::core::compare::Level;
use parsers::http1::understood::FieldPurpose;
use parsers::{LeniencySet, Signature};
use peers::Seen;

use super::{Rival, Rivals};
use crate::hunt::messages::{self, WrittenFinding};
use crate::hunt::minimise::candidates;
use crate::hunt::mix::mix;
use crate::hunt::novelty::{self, Novelty};
use crate::hunt::record::Records;
use crate::judge::facts::{self, FactFinding, FactVoice};
use crate::judge::seat::Weight;

/// What a signature has in place of the name of a field that frames, routes, controls and authenticates nothing.
const ANY_FIELD: &str = "other";

impl Rivals {
    /// From now on, what they understand is compared too, where the family has facts.
    pub(crate) fn compare_facts(&mut self) {
        if facts::has_facts(self.family) {
            for rival in &mut self.rivals {
                rival.seen = Seen::with_facts();
            }
        }
    }

    /// Records what those that have read `input` understand differently.
    pub(super) fn understand(
        &mut self,
        input: &[u8],
        novelty: &mut dyn Novelty,
        records: &mut Records,
    ) {
        for (signature, _) in self.differences(input) {
            let class = signature.to_string();
            let word = class
                .bytes()
                .fold(0, |sum, byte| mix(sum ^ u64::from(byte)));
            novelty::note(novelty, word);
            if self.known.insert(signature.clone()) {
                self.record_difference(input, &signature, records);
            }
        }
    }

    /// What the rivals understand differently of the input that they have read last, from a warning on.
    fn differences(&self, input: &[u8]) -> Vec<(Signature, FactFinding)> {
        let read = self.rivals.iter().filter(|rival| rival.has_read);
        let voices: Vec<_> = read.filter_map(Rival::understood).collect();
        let found = facts::find(input, &voices).into_iter();
        let grave = found.filter(|fact| fact.level > Level::Note);
        grave.map(|fact| (self.signature(&fact), fact)).collect()
    }

    /// The class, the field, and a reader of either side, without versions.
    fn signature(&self, fact: &FactFinding) -> Signature {
        let name = |names: &[String]| {
            let rival = self.rivals.iter().find(|rival| names.contains(&rival.name));
            rival.map_or("", |rival| rival.about.name)
        };
        let field = match FieldPurpose::of(fact.field.as_bytes()) {
            FieldPurpose::Other => ANY_FIELD,
            _ => &fact.field,
        };
        Signature::new(self.family.name, "facts", Some(fact.class.word()))
            .because("field", field)
            .because("shows", name(&fact.shows))
            .because("hides", name(&fact.hides))
    }

    /// Makes an input small that shows this, and writes it down.
    fn record_difference(&mut self, input: &[u8], signature: &Signature, records: &mut Records) {
        let mut small = input.to_vec();
        loop {
            let smaller = candidates(&small).find(|input| self.shows(input, signature));
            match smaller {
                Some(smaller) => small = smaller,
                None => break,
            }
        }
        for rival in &mut self.rivals {
            rival.read(&small);
        }
        let mut found = self.differences(&small).into_iter();
        if let Some((signature, fact)) = found.find(|(own, _)| own == signature) {
            let finding = WrittenFinding {
                input: small,
                asked: String::new(),
                sets: [LeniencySet::EMPTY; 2],
                class: Some(fact.class.word().to_owned()),
                about: format!(
                    "Peers understand a request differently: {}.",
                    fact.direction
                ),
                signature,
            };
            messages::record_peers(records, self.family, &finding, true);
        }
    }

    fn shows(&mut self, input: &[u8], signature: &Signature) -> bool {
        for rival in &mut self.rivals {
            rival.read(input);
        }
        let mut found = self.differences(input).into_iter();
        found.any(|(own, _)| own == *signature)
    }
}

impl Rival {
    /// What it understood of the last input; none where it shows nothing.
    fn understood(&self) -> Option<FactVoice> {
        let weight = match self.about.calibrates {
            true => Weight::Hypothetical,
            false => Weight::Deployed(self.about.role),
        };
        FactVoice::of_peer(&self.name, weight, &self.seen)
    }
}
