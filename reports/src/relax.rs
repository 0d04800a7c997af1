//! What a reader would make of an input that every deployed reader rejects, if it relaxed the rules that reject it.

use parsers::{End, Family, LeniencySet, Rule, Stance, Verdict, explain};

use crate::deployed::{Voice, Weight};
use crate::panel::{Seat, Standing};

/// How many departures are tried together.
const TOGETHER: usize = 3;
/// How many sets of departures are tried.
const TRIED: usize = 600;

/// Rules that a reader breaks in what the specification rejects by another rule: a line after a hunk that it takes for one
/// of the hunk, a byte from 0x80 that it reads as a character.
const RELATED: &[(&str, &str)] = &[
    ("unidiff/text-after-hunk", "unidiff/hunk-count"),
    ("http1/field-name", "http1/octets"),
    ("http1/length-syntax", "http1/octets"),
];

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
pub fn relaxed(family: &'static Family, input: &[u8], until: Until) -> Vec<Voice> {
    let mut found = Vec::new();
    let mut verdict = Verdict::new();
    explain::judge_under(family, &LeniencySet::EMPTY, input, &mut verdict);
    let mut sets = vec![(LeniencySet::EMPTY, verdict)];
    let mut tried = 0;
    for _ in 0..TOGETHER {
        let mut larger = Vec::new();
        for (set, before) in &sets {
            let Some(refusal) = before.refusal() else {
                continue;
            };
            let relaxes = |rule: &'static Rule| {
                let is_related = || RELATED.contains(&(refusal.rule.id, rule.id));
                refusal.stance == Stance::Refuse && (rule == refusal.rule || is_related())
            };
            for leniency in family.leniencies.iter().filter(|one| relaxes(one.rule)) {
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
                let is_found =
                    reading.end != End::Refused || goes_on || verdict.committed != before.committed;
                let is_behind = verdict.refusal() != before.refusal();
                if is_behind
                    && reading.end == End::Refused
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

fn voice(family: &'static Family, waives: LeniencySet, verdict: Verdict) -> Voice {
    let seat = Seat {
        name: format!("+{}", family.ids(&waives).join("+")),
        standing: Standing::Single,
        waives: Some(waives),
        verdict,
    };
    Voice {
        seat,
        weight: Weight::Hypothetical,
        reader: None,
    }
}
