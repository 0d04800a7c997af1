//! Fitting a dialect to what a peer was seen to read: one change after another, as long as one is for the better.

use parsers::core::explain;
use parsers::core::unpack::Unpacked;
use parsers::unidiff::UNIFIED;
use parsers::unidiff::demands::{self, DEMANDS, PatchDemand};
use parsers::unidiff::leniencies::TRANSFER_DECODED;
use parsers::{Capability, Family, Leniency, LeniencySet, Verdict};
use peers::Seen;

/// What climbing needs to know of a family.
pub struct Climbing {
    /// What a reader may demand of a message beyond its syntax.
    demands: &'static [PatchDemand],
    /// The leniency under which lines are read that were encoded in the input.
    decoded: &'static Leniency,
}

/// The families whose readers have demands. They are learned by climbing; what explains readers of others can be asked
/// one leniency at a time.
pub static CLIMB: Capability<Climbing> = Capability::new(
    "learning of demands",
    &[(
        &UNIFIED,
        Climbing {
            demands: DEMANDS,
            decoded: &TRANSFER_DECODED,
        },
    )],
);

/// A way of reading: what is relaxed, and what is demanded.
#[derive(Clone)]
pub struct Way {
    /// The leniencies.
    pub relaxes: LeniencySet,
    /// The demands.
    pub demands: Vec<&'static PatchDemand>,
}

impl Way {
    /// Whether it reads `input` as it was seen to be read.
    pub fn is_alike(
        &self,
        family: &'static Family,
        input: &[u8],
        seen: &Seen,
        verdict: &mut Verdict,
    ) -> bool {
        let mut unpacked = Unpacked::default();
        let mut relaxes = self.relaxes;
        // What was unpacked is read as it stands: lines that were encoded are none of the input.
        let text = match (family.unpack)(&relaxes, input, &mut unpacked) {
            true => {
                if let Ok(climbing) = CLIMB.of(family) {
                    relaxes.remove(climbing.decoded.index);
                }
                unpacked.text()
            }
            false => input,
        };
        explain::judge_under(family, &relaxes, text, verdict);
        demands::hold(&self.demands, &mut verdict.reading, text);
        seen.is(&verdict.reading, text)
    }

    /// How many of the answers it does not give, counted up to `most`.
    fn wrong(&self, family: &'static Family, answers: &[(Vec<u8>, Seen)], most: usize) -> usize {
        let mut verdict = Verdict::new();
        let mut others = answers
            .iter()
            .filter(|(input, seen)| !self.is_alike(family, input, seen, &mut verdict));
        others.by_ref().take(most).count()
    }

    /// Those that differ in one leniency or one demand, or have another way to relax a rule.
    fn neighbours(&self, family: &'static Family) -> Vec<Self> {
        let mut neighbours = Vec::new();
        let mut add = |relaxes, demands: &Vec<_>| {
            neighbours.push(Self {
                relaxes,
                demands: demands.clone(),
            })
        };
        for leniency in family.leniencies {
            let mut other = self.relaxes;
            if other.has(leniency) {
                other.remove(leniency.index);
                add(other, &self.demands);
                continue;
            }
            other.insert(leniency.index);
            add(other, &self.demands);
            let alike = family
                .leniencies
                .iter()
                .filter(|known| known.rule == leniency.rule);
            for known in alike.filter(|known| self.relaxes.has(known)) {
                let mut instead = other;
                instead.remove(known.index);
                add(instead, &self.demands);
            }
        }
        let demands = CLIMB
            .of(family)
            .map_or(&[][..], |climbing| climbing.demands);
        for demand in demands {
            let mut demands = self.demands.clone();
            match demands.iter().position(|known| known.id == demand.id) {
                Some(at) => drop(demands.remove(at)),
                None => demands.push(demand),
            }
            add(self.relaxes, &demands);
        }
        neighbours
    }
}

/// From `way` on to one that no single change makes better, over these answers.
pub fn climb(family: &'static Family, answers: &[(Vec<u8>, Seen)], mut way: Way) -> Way {
    let mut wrong = way.wrong(family, answers, usize::MAX);
    loop {
        let before = wrong;
        let mut best = None;
        for neighbour in way.neighbours(family) {
            let other = neighbour.wrong(family, answers, wrong);
            if other < wrong {
                (best, wrong) = (Some(neighbour), other);
            }
        }
        way = best.unwrap_or(way);
        if wrong == before {
            return way;
        }
    }
}
