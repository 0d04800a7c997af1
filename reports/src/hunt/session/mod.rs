//! Sessions as something to hunt: schedules beyond the bounds of exploration.

mod hunter;
mod record;

use std::path::Path;

use arbitrary::Unstructured;
use corpus::CorpusError;
use corpus::session::load_all;
use parsers::session::{Bound, POLICIES, Quirks, Reason, SessionOracles, explore};

use super::mutate::noise;
use super::record::Records;
use super::subject::{Hunter, KnownCases, Subject, Wanted};
use crate::judge::ask::PeerChoice;
use hunter::SessionHunter;

/// Sessions of clients with every policy.
pub struct SessionHunt;

/// The one that there is.
pub static SESSIONS: SessionHunt = SessionHunt;

impl Subject for SessionHunt {
    fn name(&self) -> &'static str {
        "session"
    }

    fn known(&self, corpus: &Path) -> Result<KnownCases, CorpusError> {
        let mut known = KnownCases::default();
        for case in load_all(corpus)? {
            let Ok(quirks) = Quirks::named(&case.policy_name) else {
                continue;
            };
            let played = case.schedule.map(|(schedule, _)| schedule.events);
            let explored = case.explore.and_then(|wanted| {
                let found = explore(&case.policy, &wanted.bound, &SessionOracles::ALL);
                found.defect.or(found.inherent).map(|found| found.events)
            });
            for events in played.into_iter().chain(explored) {
                let reason = Reason::of(quirks, &events).map(Reason::minimise);
                known.signatures.extend(reason.map(|one| one.signature()));
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
        Box::new(SessionHunter::new(records, variants))
    }

    fn mutate(&self, data: &[u8], choices: &mut Unstructured<'_>) -> Vec<u8> {
        vary(data, choices.arbitrary().unwrap_or(0))
    }

    fn wanted(&self) -> Wanted {
        let bound = Bound::default();
        let has_defect = |quirks| {
            let found = explore(&Quirks::of(quirks).policy(), &bound, &SessionOracles::ALL);
            found.defect.is_some()
        };
        let faulty = POLICIES.iter().filter(|named| has_defect(named.quirks));
        Wanted {
            ids: faulty.map(|named| named.name).collect(),
            what: "policies in which exploration finds a defect were seen to have one",
        }
    }
}

/// Other choices, made of these by `seed`: with another end, with a few other bytes, or all new. The first few
/// choose the policy, so that another end is another session of the same clients.
fn vary(data: &[u8], seed: u64) -> Vec<u8> {
    let noise = noise(seed);
    let mut choices = Unstructured::new(&noise);
    let mut varied = data.to_vec();
    let mut below = |limit: usize| choices.choose_index(limit.max(1)).unwrap_or(0);
    match below(4) {
        0 => varied.clear(),
        1 | 2 => varied.truncate(below(data.len())),
        _ => {
            for _ in 0..=below(3) {
                let (at, byte) = (below(data.len()), below(256));
                if let Some(place) = varied.get_mut(at) {
                    *place = byte as u8;
                }
            }
            return varied;
        }
    }
    varied.extend(noise.iter().skip(16).take(8 + below(96)));
    varied
}

#[cfg(test)]
mod tests;
