//! What the policy of a hop predicts of the questions that are asked of a real one.

use parsers::hop::{Hop, HopDefect, HopOracles, HopPolicy, HopReader, Passage, Route, run};
use parsers::session::{self, Schedule, SessionVerdict};
use peers::live::hop::{FORBIDDEN, NextUsersGot, forbidden, handshake};
use peers::live::origin::SWITCH;

use super::arrival::{self, ArrivalReport};

/// What a policy predicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicted {
    /// The fields of an upgrade that do not reach the origin, each with the rule that has it so or is broken.
    pub lost: Vec<(String, &'static str)>,
    /// Whether the origin sees an upgrade that it can grant.
    pub is_switched: bool,
    /// Whether what is forbidden reaches the origin behind an upgrade that is rejected.
    pub reaches_origin: bool,
    /// How many times a POST is carried out that is never answered: as the first request, and after others.
    pub posts: [usize; 2],
    /// Whether another user gets a response that belongs to no request: in the same segment as a response, while no client
    /// waits, and before that user's own.
    pub surplus: [SessionVerdict; 3],
    /// What happens to each request whose fields are looked at.
    pub fields: Vec<ArrivalReport>,
}

/// What a policy predicts of a hop that reads so; none where no reader reads so.
pub(crate) fn predict(reader: &str, policy: HopPolicy) -> Option<Predicted> {
    let hop = [(reader, policy)];
    let upgraded = send(&hop, true, handshake(SWITCH))?;
    let rejected = send(&hop, false, [handshake("/reject"), forbidden()].concat())?;
    let lost = upgraded
        .findings
        .iter()
        .filter_map(|finding| match &finding.what {
            HopDefect::Lost { name, .. } => {
                let name = String::from_utf8_lossy(name).into_owned();
                Some((name, finding.rule.spec))
            }
            _ => None,
        });
    let last = upgraded.stages.last()?.requests.first();
    let crosses = |what: &HopDefect| matches!(what, HopDefect::Crosses { .. });
    let upstream = &policy.upstream;
    Some(Predicted {
        lost: lost.collect(),
        is_switched: last.is_some_and(|request| request.is_upgrade()),
        reaches_origin: rejected
            .findings
            .iter()
            .any(|finding| crosses(&finding.what)),
        posts: [posts(upstream, &[]), posts(upstream, SERVED)],
        fields: arrival::predict(&hop)?,
        surplus: [
            play(
                upstream,
                &[
                    &["c0 send a k0", "srv k0 coalesced a !", "c0 recv a<-a"],
                    NEXT,
                ]
                .concat(),
            ),
            play(upstream, &[SERVED, &["srv k0 unsolicited"], NEXT].concat()),
            play(
                upstream,
                &[
                    SERVED,
                    &[
                        "c1 send b k0|c1 send b k1",
                        "srv k1 unsolicited|srv k0 unsolicited",
                    ],
                    NEXT,
                ]
                .concat(),
            ),
        ],
    })
}

/// The fields of an upgrade that each of several hops loses, one behind the other.
pub fn losses(policies: &[(&str, HopPolicy)]) -> Option<Vec<Vec<String>>> {
    let passage = send(policies, true, handshake(SWITCH))?;
    let mut losses = vec![Vec::new(); policies.len()];
    for finding in &passage.findings {
        if let (HopDefect::Lost { name, .. }, Some(at)) =
            (&finding.what, losses.get_mut(finding.at))
        {
            at.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    Some(losses)
}

/// What happens to an input that is sent along hops of these readers and policies, before an origin that is strict.
pub fn send(policies: &[(&str, HopPolicy)], switches: bool, input: Vec<u8>) -> Option<Passage> {
    let hops = policies.iter().map(|(reader, policy)| {
        Some(Hop {
            reader: HopReader::named(reader).ok()?,
            policy: *policy,
        })
    });
    let route = Route {
        hops: hops.collect::<Option<Vec<_>>>()?,
        last: HopReader::named("strict").ok()?,
        grants_upgrade: switches,
        forbids: FORBIDDEN.as_bytes().to_vec(),
    };
    Some(run(&route, &input, &HopOracles::ALL))
}

/// A request and its response on a first connection.
const SERVED: &[&str] = &["c0 send a k0", "srv k0 reply a", "c0 recv a<-a"];
/// The next user's, on whichever connection the hop takes.
const NEXT: &[&str] = &[
    "c1 send b k0|c1 send b k1",
    "srv k0 reply b|srv k1 reply b",
    "c1 recv b<-",
];

/// Plays these events, of each the first alternative that may happen; one of which none may is left out.
fn play(policy: &session::ClientPolicy, steps: &[&str]) -> SessionVerdict {
    let mut played = Vec::new();
    let mut verdict = SessionVerdict::Right;
    for step in steps {
        for alternative in step.split('|') {
            played.push(alternative);
            match happens(policy, &played) {
                Some(so_far) => {
                    verdict = so_far;
                    break;
                }
                None => {
                    played.pop();
                }
            }
        }
    }
    verdict
}

/// The verdict on these events, if all of them may happen.
fn happens(policy: &session::ClientPolicy, events: &[&str]) -> Option<SessionVerdict> {
    let schedule = Schedule::parse(&events.join("\n")).ok()?;
    let run = session::run(&schedule.events, policy, &session::SessionOracles::ALL);
    run.stopped.is_none().then_some(run.verdict)
}

/// How many times a request is sent whose connection always ends before the response.
fn posts(policy: &session::ClientPolicy, before: &[&str]) -> usize {
    let mut played: Vec<String> = before.iter().map(|step| (*step).to_owned()).collect();
    let may = |played: &[String]| {
        let events: Vec<_> = played.iter().map(String::as_str).collect();
        happens(policy, &events).is_some()
    };
    let mut sent = 0;
    for connection in 0..8 {
        let word = if sent == 0 { "send" } else { "resend" };
        played.push(format!("c0 {word} p k{connection}"));
        if !may(&played) {
            played.pop();
            continue;
        }
        sent += 1;
        played.push(format!("srv k{connection} die p"));
    }
    sent
}

/// Whether a user gets what belongs to no request.
pub(crate) fn is_surplus(verdict: SessionVerdict) -> bool {
    matches!(
        verdict,
        SessionVerdict::Inherent | SessionVerdict::WrongOnce | SessionVerdict::WrongPersistently
    )
}

/// Whether what users got is what was predicted.
pub(crate) fn is_as(verdict: SessionVerdict, got: &NextUsersGot) -> bool {
    match got {
        NextUsersGot::Own => !is_surplus(verdict),
        NextUsersGot::Surplus => is_surplus(verdict),
        NextUsersGot::Other(_) => false,
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn of(policy: &str) -> Predicted {
        predict("strict", HopPolicy::named(policy).unwrap()).unwrap()
    }

    #[test]
    fn each_quirk_that_matters_here_changes_what_is_predicted() {
        let careful = of("careful");
        let lost: Vec<_> = careful.lost.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(lost, ["Upgrade", "Connection"]);
        assert!(!careful.is_switched && !careful.reaches_origin);
        assert_eq!(careful.posts, [1, 1]);
        assert_eq!(careful.surplus.map(is_surplus), [false, false, true]);
        assert_eq!(careful.surplus[2], SessionVerdict::Inherent);
        let forwards = of("forward-upgrade");
        assert!(forwards.is_switched && forwards.lost.is_empty() && !forwards.reaches_origin);
        assert!(of("tunnel-on-answer").reaches_origin);
        assert!(!of("forward-upgrade+http10-upstream").is_switched);
        assert_eq!(of("retry-always").posts, [2, 2]);
        assert_eq!(of("retry-when-reused").posts, [1, 2]);
        assert_eq!(of("retry-always+retry-twice").posts, [3, 3]);
        assert_eq!(of("retry-always+retry-thrice").posts, [4, 4]);
        assert_eq!(of("no-idle-check").surplus.map(is_surplus), [true; 3]);
        assert_eq!(
            of("socket-check").surplus.map(is_surplus),
            [true, false, true]
        );
        assert_eq!(
            of("single-use").surplus.map(is_surplus),
            [false, false, true]
        );
    }
}
