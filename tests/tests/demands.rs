//! What rules demand, what leniencies are permitted, and what cases expect say the same.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use corpus::{Case, Expect, StatedReading};
use parsers::http1::REQUEST;
use parsers::http1::demands::DEMANDS;
use parsers::http1::response::{RESPONSE, demands};
use parsers::{Demand, End, FAMILIES, Family, Force, LeniencySet, Standing};
use reports::measure::probe::predict::{Prediction, ServerRole, permitted};

fn report(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Cases of which the specification permits more than the named leniencies can say, each with the reason.
const BEYOND: [(&str, &str); 2] = [
    (
        "conn-not-tokens",
        "strict reads no more of Connection than its options, and what is no list may be rejected",
    ),
    (
        "crlf-body-mail",
        "what the permitted leniency changes is the content of lines, and no boundary",
    ),
];

/// How the specification may have a case end, by the strict reading and those that leniencies lead to which are permitted.
fn expected(family: &'static Family, case: &Case, readings: &[Prediction]) -> Vec<Expect> {
    let strict = readings.first().unwrap();
    let is_about = |set: &LeniencySet| {
        let mut named = case.leniencies.iter();
        named.any(|id| family.index(id).is_some_and(|index| set.contains(index)))
    };
    let takes = |reading: &Prediction| match reading.end {
        End::Complete | End::Tunnel => true,
        End::Rejected => reading.count > strict.count,
        // To wait for what strict waits for takes nothing, nor does it to look at a head later, unless that is what the
        // case is about.
        End::Incomplete => {
            let sees_more = reading.pending.is_some() || reading.count > strict.count;
            strict.end == End::Rejected && (sees_more || is_about(&reading.set))
        }
    };
    // What is valid may be rejected where no sentence about it says otherwise.
    let rules = case.rules.iter().filter_map(|id| family.rule(id));
    let may_reject = rules.into_iter().any(|rule| rule.kept.force == Force::May);
    let mut others = readings.get(1..).unwrap_or(&[]).to_vec();
    // What the case names may lead to what another leads to as well.
    let named = case.leniencies.iter().filter_map(|id| family.leniency(id));
    let named = named.filter(|leniency| leniency.standing() == Standing::Permitted);
    let named = named.map(|leniency| LeniencySet::of(&[leniency]));
    let named = named.map(|set| Prediction::new(family, set, case));
    others.extend(named.filter(|other| (other.end, other.count) != (strict.end, strict.count)));
    let is_open = may_reject || !others.is_empty();
    match strict.end {
        End::Complete | End::Tunnel if is_open => vec![Expect::Accept, Expect::Either],
        End::Complete | End::Tunnel => vec![Expect::Accept],
        _ if others.iter().any(takes) => vec![Expect::Either],
        End::Incomplete if may_reject => vec![Expect::Incomplete, Expect::Either],
        End::Incomplete => vec![Expect::Incomplete],
        End::Rejected => vec![Expect::Reject],
    }
}

/// `expect` is written by hand. It agrees with the strict parser and with the standing of every leniency: a case may be
/// read in another way than by rejecting it exactly where permitted leniencies lead there.
#[test]
fn cases_expect_what_the_demands_say() {
    let corpus = tests::repository().join("corpus");
    let mut wrong = Vec::new();
    for family in FAMILIES {
        for case in corpus::load_family(&corpus, family).unwrap() {
            let readings = permitted(family, &case, ServerRole::Origin);
            let expected = expected(family, &case, &readings);
            let is_beyond = BEYOND.iter().any(|(name, _)| *name == case.name);
            // What no permitted leniency leads to is stated in the case, with the reason.
            let mut rows = case.reads.iter().flatten();
            let is_stated = case.expect == Expect::Either && rows.any(|row| row.why.is_some());
            if is_stated || expected.contains(&case.expect) != is_beyond {
                continue;
            }
            let taking = readings
                .iter()
                .skip(1)
                .find(|reading| reading.end != End::Rejected);
            let by = taking.map(|reading| family.ids(&reading.set).join("+"));
            let (name, expect) = (&case.name, case.expect.word());
            let words: Vec<_> = expected.iter().map(Expect::word).collect();
            wrong.push(format!(
                "{name}: expect = {expect:?}, but by the demands {words:?} {by:?}"
            ));
        }
    }
    report(wrong);
}

/// Readings to which permitted leniencies lead and that are no rows of their cases, by the words of how the stream ends, each with
/// the reason.
const UNSTATED: [(&str, &str, &str); 8] = [
    ("connect-rejected-tls", "[39] incomplete", LATER),
    ("good-connect", "[67] incomplete", LATER),
    ("trailing-garbage", "[28] incomplete", LATER),
    ("version-absent-space", "incomplete", LATER),
    (
        "connect-with-body",
        "[57, 85] complete",
        "what leaves content unread and reads on is against RFC 9112 §9.3",
    ),
    (
        "upgrade-chunked",
        "[102] complete",
        "a server may close the connection after any message",
    ),
    ("folded-field", "[195] rejected", FOLDED),
    ("folded-field", "[195, 298] complete", FOLDED),
];
const LATER: &str =
    "to look at what is wrong later is permitted always, and the case is not about it";
const FOLDED: &str = "what stands in the head of a mail is no line of its message";

/// A case has a row for each reading to which permitted leniencies lead, alone or together.
#[test]
fn permitted_readings_are_stated() {
    let corpus = tests::repository().join("corpus");
    let mut unstated = BTreeSet::new();
    for family in FAMILIES {
        for case in corpus::load_family(&corpus, family).unwrap() {
            let rows = case.stated().unwrap();
            for reading in permitted(family, &case, ServerRole::Origin) {
                let ends = reading.starts.iter().skip(1).take(reading.count);
                let found = StatedReading {
                    ends: ends.copied().collect(),
                    end: reading.end,
                    why: None,
                };
                if !rows.iter().any(|row| row.is_like(&found)) {
                    unstated.insert((case.name.clone(), found.short()));
                }
            }
        }
    }
    let known = UNSTATED.map(|(name, reading, _)| (name.to_owned(), reading.to_owned()));
    let known = BTreeSet::from(known);
    let missing = unstated.difference(&known);
    let missing = missing.map(|(name, reading)| format!("{name}: no row says {reading}"));
    let stale = known.difference(&unstated);
    let stale = stale.map(|(name, reading)| format!("{name}: {reading} is no exception any more"));
    report(missing.chain(stale).collect());
}

/// A case whose leniency is against a MUST or a SHOULD alone is one that is to be rejected, or that strict reads.
#[test]
fn leniencies_stand_as_cases_expect() {
    let corpus = tests::repository().join("corpus");
    let cases = corpus::load_family(&corpus, &REQUEST).unwrap();
    let takes_alone = |case: &Case, id: &str| {
        REQUEST.leniency(id).is_some_and(|leniency| {
            let set = parsers::LeniencySet::of(&[leniency]);
            let reading = Prediction::new(&REQUEST, set, case);
            reading.end != End::Rejected && leniency.standing() == Standing::Permitted
        })
    };
    let mut wrong = Vec::new();
    let is_known = |case: &&Case| case.expect == Expect::Reject;
    for case in cases.iter().filter(is_known) {
        let strict = Prediction::new(&REQUEST, parsers::LeniencySet::EMPTY, case);
        if strict.end == End::Incomplete {
            continue;
        }
        let taking = case.leniencies.iter().filter(|id| takes_alone(case, id));
        wrong.extend(taking.map(|id| format!("{}: {id} is permitted", case.name)));
    }
    report(wrong);
}

/// Rules and leniencies use every sentence that is quoted, and no rule demands of a reader that relaxes it less than a
/// leniency of its own permits without naming a sentence.
#[test]
fn each_demand_is_used() {
    let mut used: BTreeSet<*const Demand> = BTreeSet::new();
    for rule in REQUEST.rules.iter().chain(RESPONSE.rules) {
        used.extend([rule.broken, rule.kept].map(std::ptr::from_ref));
        used.extend(rule.closing.map(std::ptr::from_ref));
    }
    for leniency in REQUEST.leniencies.iter().chain(RESPONSE.leniencies) {
        used.insert(std::ptr::from_ref(leniency.demand));
        used.extend(leniency.of_proxy.map(std::ptr::from_ref));
    }
    // What is demanded where one of several requests is left without an answer is about no rule.
    used.insert(std::ptr::from_ref(&parsers::http1::demands::ORDER));
    let unused = DEMANDS
        .iter()
        .chain(demands::DEMANDS)
        .filter(|demand| !used.contains(&std::ptr::from_ref(**demand)));
    report(
        unused
            .map(|demand| format!("{}: {}", demand.spec, demand.text))
            .collect(),
    );
}

/// The words of a sentence are those of its force. A permission, and what is derived, may have none.
#[test]
fn a_demand_is_as_strong_as_its_words() {
    let word = |text: &str| {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&["MUST"]) {
            Some(Force::Must)
        } else if has(&["SHOULD", "RECOMMENDED", "ought to"]) {
            Some(Force::Should)
        } else if has(&["MAY", "OPTIONAL"]) {
            Some(Force::May)
        } else {
            None
        }
    };
    let wrong = DEMANDS.iter().chain(demands::DEMANDS).filter(|demand| {
        match (demand.force, word(demand.text)) {
            // A permission may be one half of a sentence that demands one of two things, or an exception from one.
            (Force::May, _) => false,
            (_, None) => !demand.is_derived,
            (force, Some(said)) => force != said,
        }
    });
    report(
        wrong
            .map(|demand| format!("{}: {}", demand.spec, demand.text))
            .collect(),
    );
}

/// Each rule binds a party, once each, and demands no more of a recipient than of the party that it binds most.
#[test]
fn each_rule_says_which_role_it_binds() {
    let mut wrong = Vec::new();
    for rule in FAMILIES.iter().flat_map(|family| family.rules) {
        let parties: BTreeSet<_> = rule.binds.iter().map(|(party, _)| party).collect();
        if parties.is_empty() || parties.len() != rule.binds.len() {
            wrong.push(format!("{} binds {}", rule.id, rule.bound()));
        }
    }
    report(wrong);
}
