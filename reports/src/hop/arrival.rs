//! What happens to the fields of requests at a hop, as its policy predicts and as a real one has it.

use std::collections::BTreeSet;

use corpus::escape::display;
use parsers::hop::{Arrival, HopChange, HopPolicy};
use peers::live::hop::{FIELDS, Fields};
use serde_json::{Value, json};

use super::predict::send;

/// Fields of which it is predicted whether a hop adds them. What else it adds is its own affair.
const PREDICTED: [&[u8]; 2] = [b"via", b"x-forwarded-for"];
/// What is said of a request that does not reach the origin.
const STAYS: &str = "not forwarded";
/// What is said of one that the strict reader does not read as a request.
const ODD: &str = "no request arrives";
/// What is said of one that is none, and arrives as one.
const ENDED: &str = "what breaks off arrives whole";

/// What is said of one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArrivalReport {
    /// What happens to it, of which all is predicted.
    pub words: BTreeSet<String>,
    /// What is a defect of the hop, with the section that is broken.
    pub defects: BTreeSet<String>,
    /// What else is added.
    pub added: BTreeSet<String>,
    /// Whether the hop names itself in Via.
    pub has_via: bool,
}

/// What a policy predicts of each of [`FIELDS`]; none where no reader reads so.
pub(crate) fn predict(hop: &[(&str, HopPolicy)]) -> Option<Vec<ArrivalReport>> {
    let each = FIELDS.iter().map(|(_, came)| {
        let passage = send(hop, false, came.to_vec())?;
        let arrived = passage.stages.last().map(|last| last.input.as_slice());
        Some(said(came, arrived.filter(|arrived| !arrived.is_empty())))
    });
    each.collect()
}

/// What a real hop did with each of [`FIELDS`].
pub(crate) fn measured(fields: &[Fields]) -> Vec<ArrivalReport> {
    let each = fields.iter().filter_map(|one| {
        let (_, came) = FIELDS.get(one.asked)?;
        Some(said(came, one.arrived.as_deref()))
    });
    each.collect()
}

fn said(came: &[u8], arrived: Option<&[u8]>) -> ArrivalReport {
    let mut said = ArrivalReport::default();
    let arrival = match arrived.map(|arrived| Arrival::between(came, arrived)) {
        Some(Some(arrival)) => arrival,
        none => {
            let is_ended =
                Arrival::is_whole(arrived.unwrap_or_default()) && !Arrival::is_whole(came);
            let what = match (none, is_ended) {
                (None, _) => STAYS,
                (_, true) => ENDED,
                (_, false) => ODD,
            };
            said.words.insert(what.to_owned());
            if is_ended {
                said.defects.insert(format!("{what} (RFC 9112 §8)"));
            }
            return said;
        }
    };
    for finding in &arrival.findings {
        let words = finding.words(1).to_ascii_lowercase();
        let words = display(&words).replace(" at h0", "");
        if finding.is_defect() {
            let what = format!("{words} ({})", finding.rule.spec);
            said.defects.insert(what);
        }
        said.words.insert(words);
    }
    for change in arrival.changes() {
        let words = display(&change.words());
        let (HopChange::Adds(name) | HopChange::Extends(name)) = &change else {
            said.words.insert(words);
            continue;
        };
        said.has_via |= name == b"via";
        match PREDICTED.contains(&name.as_slice()) {
            true => said.words.insert(words),
            false => said.added.insert(words),
        };
    }
    said
}

/// How what happened to each request differs from what is predicted, in words.
pub fn differences(predicted: &[ArrivalReport], measured: &[ArrivalReport]) -> Vec<String> {
    let mut differences = Vec::new();
    for ((about, _), (predicted, measured)) in FIELDS.iter().zip(predicted.iter().zip(measured)) {
        let but = |one: &ArrivalReport, other: &ArrivalReport| -> Vec<String> {
            one.words.difference(&other.words).cloned().collect()
        };
        let (missing, more) = (but(predicted, measured), but(measured, predicted));
        let missing = (!missing.is_empty()).then(|| format!("was to be {}", missing.join(", ")));
        let more = (!more.is_empty()).then(|| format!("is {}", more.join(", ")));
        let both: Vec<_> = missing.into_iter().chain(more).collect();
        if !both.is_empty() {
            differences.push(format!("{about}: {}", both.join(", and ")));
        }
    }
    differences
}

/// What is said of all of them together, each once: how many defects of which kind.
pub fn cell(all: &[ArrivalReport]) -> String {
    let defects: BTreeSet<_> = all.iter().flat_map(|said| &said.defects).collect();
    let count = |word: &str| defects.iter().filter(|one| one.starts_with(word)).count();
    let counts = [
        ("lost", count("lost-by-fault")),
        ("kept", count("kept-by-fault")),
        ("content", count("content") + count("merged-by-fault")),
        ("ended", count(ENDED)),
    ];
    let some: Vec<_> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    match some.is_empty() {
        true => "right".to_owned(),
        false => some.join(", "),
    }
}

/// What is not a defect and may be told of a hop: what it changes, and whether it is silent about itself.
pub fn quirks(all: &[ArrivalReport]) -> BTreeSet<String> {
    let changes = all
        .iter()
        .flat_map(|said| said.words.iter().chain(&said.added));
    let is_finding = |word: &&String| {
        word.contains("-by-") || ["content", STAYS, ENDED].contains(&word.as_str())
    };
    let mut quirks: BTreeSet<_> = changes.filter(|word| !is_finding(word)).cloned().collect();
    if !all.iter().any(|said| said.has_via) {
        quirks.insert("no via (RFC 9110 §7.6.3)".to_owned());
    }
    quirks
}

/// They as objects.
pub fn json(all: &[ArrivalReport]) -> Vec<Value> {
    let objects = FIELDS.iter().zip(all).map(|((about, _), said)| {
        json!({
            "about": about,
            "found": said.words,
            "added": said.added,
            "defects": said.defects,
        })
    });
    objects.collect()
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use parsers::hop::quirk::QUIRKS;

    use super::*;

    fn of(policy: &str) -> Vec<ArrivalReport> {
        predict(&[("strict", HopPolicy::named(policy).unwrap())]).unwrap()
    }

    #[test]
    fn each_quirk_that_changes_a_request_is_seen_to() {
        // What CONNECT and upgrades that come whole do, and what happens to framing that is broken, is asked elsewhere.
        let elsewhere = [
            "connect-close",
            "connect-optimistic",
            "half-upgrade",
            "raw-framing",
            "raw-lines",
            "tunnel-on-answer",
            "strip-named-framing",
            "forward-upgrade",
            "own-chunks",
        ];
        for quirk in QUIRKS {
            let needs = match quirk.id {
                "complete-upgrade" | "bare-upgrade" => "forward-upgrade",
                _ => "careful",
            };
            let with = match needs {
                "careful" => quirk.id.to_owned(),
                needs => format!("{needs}+{}", quirk.id),
            };
            let differs = !differences(&of(needs), &of(&with)).is_empty();
            assert_eq!(differs, !elsewhere.contains(&quirk.id), "{}", quirk.id);
        }
    }

    #[test]
    fn what_stays_and_what_is_odd_is_told_apart() {
        let (_, came) = FIELDS.first().unwrap();
        let words = |arrived| said(came, arrived).words.into_iter().next().unwrap();
        assert_eq!(words(None), STAYS);
        assert_eq!(words(Some(b"GET".as_slice())), ODD);
        assert_eq!(said(came, Some(came)).defects.len(), 5);
    }
}
