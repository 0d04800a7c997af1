//! From what was seen on the wire to a verdict against the specification.

use corpus::{Case, Expect};
use parsers::http1::demands;
use parsers::http1::leniencies::CLOSES_10;
use parsers::http1::rules::{
    CONTINUE_BEFORE_101, MESSAGE_COMPLETE, PERSISTENCE_10_PROXY, UPGRADE_IN_10,
};
use parsers::{Demand, End, Family, Force, Framing, Leniency, Rule};

use super::predict::{Prediction, ServerRole, Traits, breaches, permitted};
use super::response::Rest;
use super::wire::{ConnectionEnding, WireObservation};

/// How a server did on one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProbeVerdict {
    /// As the strict reading predicts, or within what the specification leaves open.
    Pass,
    /// By a leniency that the specification leaves to a server.
    Lenient,
    /// Against what the specification demands.
    Fail,
    /// What was seen tells nothing.
    Inconclusive,
}

impl ProbeVerdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Lenient, Self::Fail, Self::Inconclusive];

    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Lenient => "lenient",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }
}

/// A verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeOutcome {
    /// The verdict.
    pub verdict: ProbeVerdict,
    /// What it means, in a sentence without a full stop.
    pub why: String,
    /// The rule that it is about, if one is.
    pub rule: Option<&'static Rule>,
    /// What the specification demands there; of a failure, what was not done.
    pub demand: Option<&'static Demand>,
    /// The leniencies with which the server reads, by the simplest explanation.
    pub leniencies: Vec<&'static str>,
    /// Whether the server closed the connection, or rejected, before what the case tells apart would
    /// have been seen.
    pub is_shallow: bool,
}

impl ProbeOutcome {
    /// Nothing can be told; `why` says so.
    pub(crate) fn inconclusive(why: impl Into<String>) -> Self {
        Self {
            verdict: ProbeVerdict::Inconclusive,
            why: why.into(),
            rule: None,
            demand: None,
            leniencies: Vec::new(),
            is_shallow: false,
        }
    }

    fn pass(why: &str, rule: Option<&'static Rule>, shallow: bool) -> Self {
        Self {
            verdict: ProbeVerdict::Pass,
            why: why.to_owned(),
            rule,
            demand: None,
            leniencies: Vec::new(),
            is_shallow: shallow,
        }
    }

    /// A failure, or, where the demand leaves it to the server, a leniency.
    fn breach(why: String, rule: &'static Rule, demand: &'static Demand) -> Self {
        let verdict = match demand.force {
            Force::May => ProbeVerdict::Lenient,
            Force::Should | Force::Must => ProbeVerdict::Fail,
        };
        Self {
            verdict,
            why,
            rule: Some(rule),
            demand: Some(demand),
            leniencies: Vec::new(),
            is_shallow: false,
        }
    }

    /// How strongly the rule binds that it is about.
    pub fn force(&self) -> Option<Force> {
        let demand = self.demand.map(|demand| demand.force);
        demand.or(self.rule.map(|rule| rule.broken.force))
    }
}

/// Gives the status code with which the server answers a plain request like the one that begins at an
/// offset of the bytes sent; `None` when it does not.
pub type Control<'c> = dyn FnMut(usize) -> Option<u16> + 'c;

/// One case, what was sent for it, and the result.
pub struct Trial<'t> {
    /// The family.
    pub family: &'static Family,
    /// The case.
    pub case: &'t Case,
    /// All that was meant to be sent, the canary included.
    pub sent: &'t [u8],
    /// Whether the sending side was closed after it.
    pub is_half_closed: bool,
    /// What was seen.
    pub seen: &'t WireObservation,
    /// What calibration has told.
    pub traits: Traits,
}

/// The verdict on one trial.
pub(crate) fn decide(trial: &Trial<'_>, control: &mut Control<'_>) -> ProbeOutcome {
    let seen = trial.seen;
    if let ConnectionEnding::Trouble(why) = &seen.ending {
        return ProbeOutcome::inconclusive(why.as_str());
    }
    let statuses = seen.responses.statuses();
    if statuses.last() == Some(&101) {
        return trial.switched();
    }
    if statuses.last().is_some_and(|last| *last < 300) && seen.responses.rest == Rest::Switched {
        return ProbeOutcome::pass("it opens a tunnel", trial.rules().first().copied(), true);
    }
    let permitted = permitted(trial.family, trial.sent, trial.traits.role);
    let Some(strict) = permitted.first() else {
        return ProbeOutcome::inconclusive("there is no reading of the case");
    };
    if statuses.is_empty() && seen.ending == ConnectionEnding::Waiting && trial.is_half_closed {
        return ProbeOutcome::inconclusive("it gave no answer within the time limit");
    }
    if let Some(outcome) = trial.conforms(strict, &permitted) {
        return outcome;
    }
    if statuses.is_empty() {
        let why = match seen.ending {
            ConnectionEnding::Waiting => "it gave no answer within the time limit",
            _ => "it closed the connection without an answer",
        };
        return ProbeOutcome::inconclusive(why);
    }
    if strict.is_cut_short_by(seen) && !trial.traits.pipelines {
        return ProbeOutcome::inconclusive("it does not answer requests that come in one piece");
    }
    if let Some(outcome) = trial.rejected(strict, control) {
        return outcome;
    }
    if let Some(outcome) = trial.takes_what_is_cut(strict) {
        return outcome;
    }
    if let Some(outcome) = trial.misread(&permitted) {
        return outcome;
    }
    trial.unexplained(strict, control)
}

impl Trial<'_> {
    fn rules(&self) -> Vec<&'static Rule> {
        let rules = self.case.rules.iter();
        rules.filter_map(|id| self.family.rule(id)).collect()
    }

    fn leniencies(&self, set: &parsers::LeniencySet) -> Vec<&'static Leniency> {
        set.indices()
            .filter_map(|index| self.family.leniency_at(index))
            .collect()
    }

    /// The verdict on a server that changes to another protocol when it is asked to by the first request.
    fn switched(&self) -> ProbeOutcome {
        let is_first = self.seen.responses.finals.len() == 1;
        // An interim response stands in front of the first final one.
        let continued = self
            .seen
            .responses
            .finals
            .first()
            .is_some_and(|first| first.start > 0);
        for rule in self.rules().into_iter().filter(|_| is_first) {
            if rule == &UPGRADE_IN_10 {
                let why = "it changes to another protocol in HTTP/1.0".to_owned();
                return ProbeOutcome::breach(why, rule, rule.broken);
            }
            if rule == &CONTINUE_BEFORE_101 && !continued {
                let why = "it sends 101 without 100 before it".to_owned();
                return ProbeOutcome::breach(why, rule, rule.broken);
            }
        }
        ProbeOutcome::inconclusive("it changed to another protocol")
    }

    /// Whether a proxy read on after a request of HTTP/1.0, which for others is a matter of keep-alive.
    fn persists_in_10(&self, strict: &Prediction) -> bool {
        let closes = parsers::LeniencySet::of(&[&CLOSES_10]);
        let closing = Prediction::new(self.family, closes, self.sent);
        self.traits.role == ServerRole::Proxy
            && closing.count < strict.count
            && self.seen.responses.finals.len() > closing.count
    }

    /// What the strict reading, or another one that the specification permits, predicts.
    fn conforms(&self, strict: &Prediction, permitted: &[Prediction]) -> Option<ProbeOutcome> {
        let allows = |prediction: &&Prediction| prediction.allows(self.seen, self.traits);
        let fitting = permitted.iter().find(allows)?;
        let leniencies = self.leniencies(&fitting.set);
        let Some(leniency) = leniencies.first() else {
            if self.persists_in_10(strict) {
                let why = "it keeps the connection of a client of HTTP/1.0".to_owned();
                let rule = &PERSISTENCE_10_PROXY;
                return Some(ProbeOutcome::breach(why, rule, rule.broken));
            }
            let rule = strict.rejected.map(|(rule, _)| rule);
            let why = match (strict.end, self.seen.responses.finals.len() > strict.count) {
                (End::Rejected, true) => "it rejects, as it may or must",
                (End::Rejected, false) => {
                    "it closes the connection, with no answer to what is wrong"
                }
                _ => "it answers as the specification has it",
            };
            let rule = rule.or(self.rules().first().copied());
            return Some(ProbeOutcome::pass(why, rule, self.is_shallow()));
        };
        let ids: Vec<_> = leniencies.iter().map(|leniency| leniency.id).collect();
        let mut outcome = ProbeOutcome::pass("", Some(leniency.rule), false);
        outcome.verdict = ProbeVerdict::Lenient;
        outcome.why = format!("it reads with {}, as it may", ids.join(" and "));
        outcome.leniencies = ids;
        Some(outcome)
    }

    /// Whether what was seen would have been seen of each reader that the case tells apart as well.
    fn is_shallow(&self) -> bool {
        let leniencies = self.case.leniencies.iter();
        let mut leniencies = leniencies
            .filter_map(|id| self.family.leniency(id))
            .peekable();
        leniencies.peek().is_some()
            && leniencies.all(|leniency| {
                let set = parsers::LeniencySet::of(&[leniency]);
                let prediction = Prediction::new(self.family, set, self.sent);
                prediction.allows(self.seen, self.traits)
            })
    }

    /// A rejection that the strict reading does not predict, or after which the server read on.
    fn rejected(&self, strict: &Prediction, control: &mut Control<'_>) -> Option<ProbeOutcome> {
        let statuses = self.seen.responses.statuses();
        let nth = statuses.iter().position(|status| *status == 400)?;
        let reads_on = statuses.len() > nth + 1;
        if self.case.expect == Expect::Either {
            let why = match reads_on {
                true => "it rejects, as it may, and reads on",
                false => "it rejects, as it may",
            };
            return Some(ProbeOutcome::pass(
                why,
                self.rules().first().copied(),
                false,
            ));
        }
        if self.case.expect == Expect::Accept && nth < strict.count {
            return self.excused(strict, nth, control);
        }
        let (rule, _) = strict
            .rejected
            .filter(|_| nth == strict.count && reads_on)?;
        let Some(demand) = rule.closing else {
            return Some(ProbeOutcome::pass(
                "it rejects, as it must",
                Some(rule),
                false,
            ));
        };
        let start = strict.starts.get(nth).copied().unwrap_or(0);
        if control(start) == Some(400) {
            let why = "it answers a plain request like it with 400 as well";
            return Some(ProbeOutcome::inconclusive(why));
        }
        let why = "it rejects, and reads what follows as another request";
        Some(ProbeOutcome::breach(why.to_owned(), rule, demand))
    }

    /// Whether a 400 to the message at `nth`, which is valid, has a reason that is not its framing.
    fn excused(
        &self,
        strict: &Prediction,
        nth: usize,
        control: &mut Control<'_>,
    ) -> Option<ProbeOutcome> {
        let read = strict.starts.last().copied().unwrap_or(0);
        if strict.end == End::Complete && read < self.case.input.len() {
            let why = "it rejects what follows a request that closes the connection";
            return Some(ProbeOutcome::inconclusive(why));
        }
        let start = strict.starts.get(nth).copied().unwrap_or(0);
        control(start).is_none_or(|status| status == 400).then(|| {
            let why = "it answers a plain request like it with 400 as well";
            ProbeOutcome::inconclusive(why)
        })
    }

    /// A body that the end of the stream has cut short, read as a whole one.
    fn takes_what_is_cut(&self, strict: &Prediction) -> Option<ProbeOutcome> {
        let demand = match strict.pending.filter(|_| strict.end == End::Incomplete)? {
            Framing::Length(_) => &demands::LENGTH_SHORT,
            _ => MESSAGE_COMPLETE.broken,
        };
        let statuses = self.seen.responses.statuses();
        let taken = statuses.get(strict.count);
        let is_accepted =
            self.is_half_closed && taken.is_some_and(|taken| (200..300).contains(taken));
        let why = "it accepts a body that is cut short".to_owned();
        is_accepted.then(|| ProbeOutcome::breach(why, &MESSAGE_COMPLETE, demand))
    }

    /// A reading that breaks the specification. Where what is valid is rejected, a rejection is the simpler
    /// explanation than a reading of which no answer tells.
    fn misread(&self, permitted: &[Prediction]) -> Option<ProbeOutcome> {
        let statuses = self.seen.responses.statuses();
        let rejected = statuses.iter().position(|status| *status == 400);
        let most = match rejected.filter(|_| self.case.expect == Expect::Accept) {
            Some(0) => 0,
            Some(_) => 1,
            None => 2,
        };
        let fits = |prediction: &Prediction| prediction.explains(self.seen, self.traits);
        let mut sets = breaches(
            self.family,
            self.sent,
            permitted,
            self.traits.role,
            most,
            &fits,
        );
        let is_about = |leniency: &Leniency| {
            let mut rules = self.case.rules.iter();
            rules.any(|id| id == leniency.rule.id)
        };
        let is_named = |leniency: &Leniency| {
            let mut named = self.case.leniencies.iter();
            named.any(|id| id == leniency.id)
        };
        prefer(&mut sets, |set| {
            self.leniencies(set).iter().all(|one| is_named(one))
        });
        prefer(&mut sets, |set| {
            self.leniencies(set).iter().all(|one| is_about(one))
        });
        // Several leniencies may look alike: the mildest accusation that explains what was seen.
        let gravest = |set: &parsers::LeniencySet| {
            let leniencies = self.leniencies(set).into_iter();
            let demands =
                leniencies.map(|leniency| (self.traits.role.demand(leniency), leniency.rule));
            demands.max_by_key(|(demand, _)| demand.force)
        };
        let graded = sets.iter().filter_map(|set| Some((gravest(set)?, *set)));
        let ((demand, rule), set) = graded.min_by_key(|((demand, _), _)| demand.force)?;
        let ids: Vec<_> = self.leniencies(&set).iter().map(|one| one.id).collect();
        let others = match sets.len() {
            1 => String::new(),
            more => format!(", or another way that looks the same ({} known)", more - 1),
        };
        let why = format!("it reads with {}{others}", ids.join(" and "));
        let mut outcome = ProbeOutcome::breach(why, rule, demand);
        if self.case.expect == Expect::Either && demand.force < Force::Must {
            outcome.verdict = ProbeVerdict::Lenient;
        }
        outcome.leniencies = ids;
        Some(outcome)
    }

    /// Whether, all being valid, an answer came for the canary although one is missing.
    fn leaves_one_out(&self, strict: &Prediction) -> bool {
        let got = self.seen.responses.finals.len();
        let before = self.seen.before_then;
        self.case.expect == Expect::Accept
            && strict.end == End::Complete
            && strict.is_cut_short_by(self.seen)
            && before.is_some_and(|before| before > 0 && before < got)
    }

    /// What no reading explains: a failure only where the answer itself is one.
    fn unexplained(&self, strict: &Prediction, control: &mut Control<'_>) -> ProbeOutcome {
        let statuses = self.seen.responses.statuses();
        let rejected = statuses
            .iter()
            .take(strict.count)
            .position(|status| *status == 400);
        if let (Some(nth), Expect::Accept) = (rejected, self.case.expect) {
            if let Some(outcome) = self.excused(strict, nth, control) {
                return outcome;
            }
            let rules = self.rules();
            let Some(rule) = rules.first() else {
                return ProbeOutcome::inconclusive("it rejects a request that is about no rule");
            };
            // The mildest demand about what the request is about.
            let kept = rules.iter().map(|rule| rule.kept);
            let demand = kept.min_by_key(|demand| demand.force).unwrap_or(rule.kept);
            if demand.force == Force::May {
                let mut outcome =
                    ProbeOutcome::pass("it rejects what is valid, as it may", Some(rule), false);
                outcome.demand = Some(demand);
                return outcome;
            }
            let why = "it rejects, with 400, a request that is valid".to_owned();
            return ProbeOutcome::breach(why, rule, demand);
        }
        let answer = statuses.get(strict.count).copied();
        let taken = answer.is_some_and(|status| (200..300).contains(&status));
        if let (Some((rule, in_body)), Expect::Reject, true) =
            (strict.rejected, self.case.expect, taken)
            && (!in_body || self.traits.waits_for_chunks)
        {
            let why = "it accepts what is invalid, by a reading that has no name".to_owned();
            return ProbeOutcome::breach(why, rule, rule.broken);
        }
        if let (true, Some(rule)) = (self.leaves_one_out(strict), self.rules().first()) {
            let why = "it leaves a request without an answer, and answers what comes after it";
            return ProbeOutcome::breach(why.to_owned(), rule, &demands::ORDER);
        }
        if strict.is_cut_short_by(self.seen) {
            return ProbeOutcome::inconclusive("answers are missing when the time is up");
        }
        ProbeOutcome::inconclusive("no reading explains what it does")
    }
}

/// Keeps those that are preferred, if there are any.
fn prefer<T>(all: &mut Vec<T>, is_preferred: impl Fn(&T) -> bool) {
    if all.iter().any(&is_preferred) {
        all.retain(is_preferred);
    }
}

#[cfg(test)]
mod tests;
