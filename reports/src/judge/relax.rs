//! What a reader would make of an input that every deployed reader rejects, if it relaxed the rules that reject it.

use parsers::core::explain;
use parsers::{End, Family, Leniency, LeniencySet, Stance, StreamInput, Verdict};

use crate::judge::seat::{Membership, Seat, Voice, Weight};

/// How many departures are tried together.
const TOGETHER: usize = 3;
/// How many sets of departures are tried.
const TRIED: usize = 600;

/// When the search for readers with more departures ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// When a reader accepts more of the message.
    Accepted,
    /// When each reader that a departure lets past the rejected line has accepted or rejected the message.
    Exhausted,
}

/// The readers that relax the rules by which the strict parser rejects `input`, one after the other, until one accepts
/// the message. What stands in the way of nothing is not asked: each departure relaxes the rule that rejected, there.
pub(crate) fn relaxed(family: &'static Family, input: StreamInput<'_>, until: Until) -> Vec<Voice> {
    let mut found = Vec::new();
    let mut verdict = Verdict::new();
    explain::judge_under(family, &LeniencySet::EMPTY, input, &mut verdict);
    let mut sets = vec![(LeniencySet::EMPTY, verdict)];
    let mut tried = 0;
    for _ in 0..TOGETHER {
        let mut larger = Vec::new();
        for (set, before) in &sets {
            let Some(rejection) = before.rejection() else {
                continue;
            };
            let relaxes = |one: &Leniency| {
                let is_its_rule = one.rule == rejection.rule || one.past.contains(&rejection.rule);
                rejection.stance == Stance::Reject && is_its_rule
            };
            for leniency in family.leniencies.iter().filter(|one| relaxes(one)) {
                tried += 1;
                if tried > TRIED || set.has(leniency) {
                    continue;
                }
                let mut with = *set;
                with.insert(leniency.index);
                let mut verdict = Verdict::new();
                explain::judge_under(family, &with, input, &mut verdict);
                let reading = &verdict.reading;
                let goes_on = reading.messages.len() > before.reading.messages.len();
                let is_found = reading.end != End::Rejected
                    || goes_on
                    || verdict.committed != before.committed;
                let is_behind = verdict.rejection() != before.rejection();
                if is_behind
                    && reading.end == End::Rejected
                    && (!is_found || until == Until::Exhausted)
                {
                    larger.push((with, verdict.clone()));
                }
                if is_found {
                    found.push(voice(family, with, verdict));
                }
            }
        }
        // What one departure unlocks needs no second.
        if until == Until::Accepted && !found.is_empty() {
            break;
        }
        sets = larger;
    }
    found
}

fn voice(family: &'static Family, relaxes: LeniencySet, verdict: Verdict) -> Voice {
    let seat = Seat {
        name: format!("+{}", family.ids(&relaxes).join("+")),
        standing: Membership::Single,
        relaxes: Some(relaxes),
        verdict,
    };
    Voice {
        seat,
        weight: Weight::Hypothetical,
        reader: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Each rule that a departure reads past has a case that shows it. Of such a rule, all departures name it that are
    /// cited alone at the byte at which the strict parser rejects a case by it.
    #[test]
    fn departures_name_the_rules_that_they_read_past() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
        let all = || {
            parsers::FAMILIES
                .iter()
                .flat_map(|family| family.leniencies)
        };
        let named = all().flat_map(|one| one.past.iter().map(|rule| (one.id, rule.id)));
        let named: BTreeSet<_> = named.collect();
        let rules: BTreeSet<_> = named.iter().map(|(_, rule)| *rule).collect();
        let mut seen = BTreeSet::new();
        for family in parsers::FAMILIES {
            for case in corpus::load_family(&corpus, family).expect("the cases") {
                let read = |set| {
                    let mut verdict = Verdict::new();
                    explain::judge_under(family, &set, &case.input, &mut verdict);
                    verdict
                };
                let strict = read(LeniencySet::EMPTY);
                let Some(rejection) = strict.rejection() else {
                    continue;
                };
                if !rules.contains(rejection.rule.id) {
                    continue;
                }
                for leniency in family.leniencies {
                    let verdict = read(LeniencySet::of(&[leniency]));
                    let mut citations = verdict.citations.iter();
                    let own = citations.find(|one| one.stance == Stance::Relax(leniency));
                    if leniency.rule != rejection.rule
                        && own.is_some_and(|one| one.at == rejection.at)
                    {
                        seen.insert((leniency.id, rejection.rule.id));
                    }
                }
            }
        }
        assert_eq!(named, seen);
    }
}
