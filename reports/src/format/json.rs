//! The objects that other tools read. Fields may be added; none is ever renamed.

use parsers::{Citation, Family, Message, Reading, Stance, Standing};
use serde::Serialize;

use crate::judge::confirm::Confirmation;
use crate::judge::direction::missing;
use crate::judge::finding::Judgement;
use crate::judge::group::{Group, Member};
use crate::judge::seat::Membership;
use crate::judge::seat::Weight;
use crate::judge::shipped::LEARNED;

/// The object of `misframe read`: every reading of one input. Offsets and lengths are in bytes.
#[derive(Serialize)]
pub struct Read<'a> {
    family: &'a str,
    file: Option<&'a str>,
    bytes: usize,
    groups: Vec<JsonGroup<'a>>,
    divergence: Option<&'a str>,
    level: Option<&'a str>,
    class: Option<&'a str>,
    signature: Option<String>,
    at: Option<usize>,
    classes: &'a [String],
    rules: Vec<&'a str>,
    direction: Option<&'a str>,
    evidence: Option<&'a str>,
    as_strict: usize,
    rejected_by: Option<usize>,
    failures: Vec<JsonFailure<'a>>,
    facts: Vec<JsonFact<'a>>,
}

/// The object of `misframe check`: one finding.
#[derive(Serialize)]
pub struct FindingObject<'a> {
    file: &'a str,
    family: &'a str,
    at: usize,
    divergence: &'a str,
    level: &'a str,
    class: Option<&'a str>,
    signature: String,
    direction: &'a str,
    rules: Vec<&'a str>,
    evidence: &'a str,
    confirmed_by: &'a [Confirmation],
    rejected_by: Option<usize>,
    groups: Vec<JsonGroup<'a>>,
    facts: Vec<JsonFact<'a>>,
}

/// What two sides understand differently of a message that they end alike.
#[derive(Serialize)]
struct JsonFact<'a> {
    class: &'a str,
    level: &'a str,
    /// The number of the message, from 1 on.
    message: usize,
    at: usize,
    field: Option<&'a str>,
    spec: &'a str,
    shows: &'a [String],
    hides: &'a [String],
    direction: &'a str,
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    peer: &'a str,
    reason: String,
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    letter: &'a str,
    members: Vec<&'a str>,
    peers: Vec<&'a str>,
    readers: Vec<JsonReader<'a>>,
    explained: Option<Vec<&'a str>>,
    messages: Vec<JsonMessage>,
    end: &'a str,
    pending: Option<JsonPending>,
    committed: Option<JsonPending>,
    citations: Vec<JsonCitation<'a>>,
    standing: &'static str,
    breaks: Vec<&'a str>,
    should_not: Vec<&'a str>,
}

/// Released software that judges.
#[derive(Serialize)]
struct JsonReader<'a> {
    name: &'a str,
    role: &'a str,
    deployed: bool,
    learned: bool,
}

#[derive(Serialize)]
struct JsonMessage {
    start: usize,
    head: usize,
    end: usize,
    body: Vec<[usize; 2]>,
    framing: &'static str,
}

#[derive(Serialize)]
struct JsonPending {
    head: usize,
    framing: &'static str,
    missing: Option<u64>,
}

#[derive(Serialize)]
struct JsonCitation<'a> {
    parser: &'a str,
    rule: &'a str,
    spec: &'a str,
    at: usize,
    stance: &'a str,
    leniency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    restriction: Option<&'a str>,
}

/// What `misframe read` says of an input of `bytes` bytes, found in `file`.
pub fn read<'a>(judgement: &'a Judgement, file: Option<&'a str>, bytes: usize) -> Read<'a> {
    let finding = judgement.finding.as_ref();
    Read {
        family: judgement.family.name,
        file,
        bytes,
        groups: groups(judgement, bytes),
        divergence: finding.map(|finding| finding.divergence.kind.word()),
        level: finding.map(|finding| finding.level.word()),
        class: finding.and_then(|finding| finding.class.as_deref()),
        signature: finding.map(|finding| finding.signature.to_string()),
        at: finding.map(|finding| finding.divergence.at),
        classes: finding.map_or(&[], |finding| &finding.classes),
        rules: finding.map_or(Vec::new(), |finding| {
            finding.rules.iter().map(|rule| rule.id).collect()
        }),
        direction: finding.map(|finding| finding.direction.as_str()),
        evidence: finding.map(|finding| finding.evidence.word()),
        as_strict: judgement.as_strict,
        rejected_by: judgement.rejected_by,
        failures: failures(judgement),
        facts: facts(judgement),
    }
}

/// What `misframe check` says of an input of `bytes` bytes, found in `file`; `None` without a finding.
pub fn found<'a>(
    judgement: &'a Judgement,
    file: &'a str,
    bytes: usize,
) -> Option<FindingObject<'a>> {
    let finding = judgement.finding.as_ref()?;
    Some(FindingObject {
        file,
        family: judgement.family.name,
        at: finding.divergence.at,
        divergence: finding.divergence.kind.word(),
        level: finding.level.word(),
        class: finding.class.as_deref(),
        signature: finding.signature.to_string(),
        direction: &finding.direction,
        rules: finding.rules.iter().map(|rule| rule.id).collect(),
        evidence: finding.evidence.word(),
        confirmed_by: &finding.confirmed_by,
        rejected_by: judgement.rejected_by,
        groups: groups(judgement, bytes),
        facts: facts(judgement),
    })
}

fn facts(judgement: &Judgement) -> Vec<JsonFact<'_>> {
    let facts = judgement.facts.iter().map(|fact| JsonFact {
        class: fact.class.word(),
        level: fact.level.word(),
        message: fact.message + 1,
        at: fact.at,
        field: Some(fact.field.as_str()).filter(|field| !field.is_empty()),
        spec: fact.class.spec(),
        shows: &fact.shows,
        hides: &fact.hides,
        direction: &fact.direction,
    });
    facts.collect()
}

fn groups(judgement: &Judgement, bytes: usize) -> Vec<JsonGroup<'_>> {
    let groups = judgement.groups.iter();
    groups
        .map(|group| json_group(judgement.family, group, bytes))
        .collect()
}

fn failures(judgement: &Judgement) -> Vec<JsonFailure<'_>> {
    let failures = judgement.failures.iter();
    let failures = failures.map(|(peer, failure)| JsonFailure {
        peer,
        reason: failure.to_string(),
    });
    failures.collect()
}

fn json_group<'a>(family: &Family, group: &'a Group, bytes: usize) -> JsonGroup<'a> {
    let peers = group
        .members
        .iter()
        .filter(|member| member.standing == Membership::Peer);
    let reading = &group.verdict.reading;
    let messages = reading.messages.iter();
    let ours = group
        .members
        .iter()
        .filter(|member| member.standing != Membership::Peer);
    let citations = ours.flat_map(|member| {
        let citations = member.citations.iter();
        citations.map(|citation| json_citation(&member.name, citation))
    });
    let departure = group.departure();
    let against = |standing| {
        let rules = departure.rules.iter();
        let rules = rules.filter(|_| departure.standing == standing);
        rules.map(|rule| rule.id).collect()
    };
    JsonGroup {
        letter: &group.letter,
        members: group.members.iter().map(|m| m.name.as_str()).collect(),
        peers: peers.map(|member| member.name.as_str()).collect(),
        readers: group.members.iter().filter_map(json_reader).collect(),
        explained: group.explained.map(|set| family.ids(&set)),
        messages: messages
            .map(|message| json_message(reading, message))
            .collect(),
        end: reading.end.word(),
        pending: reading.pending.map(|pending| JsonPending {
            head: pending.head,
            framing: pending.framing.word(),
            missing: missing(reading, bytes),
        }),
        committed: group.verdict.committed.map(|committed| JsonPending {
            head: committed.head,
            framing: committed.framing.word(),
            missing: None,
        }),
        citations: citations.collect(),
        standing: departure.standing.word(),
        breaks: against(Standing::AgainstMust),
        should_not: against(Standing::AgainstShould),
    }
}

fn json_reader(member: &Member) -> Option<JsonReader<'_>> {
    Some(JsonReader {
        name: member.name.trim_end_matches(LEARNED),
        role: member.weight.role()?.word(),
        deployed: matches!(member.weight, Weight::Deployed(_)),
        learned: member.standing == Membership::Learned,
    })
}

fn json_message(reading: &Reading, message: &Message) -> JsonMessage {
    // Label 0 is payload in every family.
    let payload = reading.parts_of(message).iter().filter(|p| p.label == 0);
    JsonMessage {
        start: message.start,
        head: message.head,
        end: message.end,
        body: payload.map(|part| [part.start, part.end]).collect(),
        framing: message.framing.word(),
    }
}

fn json_citation<'a>(parser: &'a str, citation: &Citation) -> JsonCitation<'a> {
    let (stance, leniency, restriction) = match citation.stance {
        Stance::Reject => ("reject", None, None),
        Stance::Restrict(restriction) => ("restrict", None, Some(restriction.id)),
        Stance::Relax(leniency) => ("relax", Some(leniency.id), None),
    };
    JsonCitation {
        parser,
        rule: citation.rule.id,
        spec: citation.rule.spec,
        at: citation.at,
        stance,
        leniency,
        restriction,
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails; indexing a `Value` gives null for what is not there.
    #![allow(clippy::indexing_slicing, clippy::unwrap_used)]
    use super::*;
    use crate::judge::panel::{Panel, Scope};
    use crate::toy::TOY;
    use serde_json::{Value, json};

    #[test]
    fn an_object_for_a_disagreement() {
        let input = b"3,1\nabc1\nz";
        let judgement = Panel::full(&TOY).judge(input, Scope::All);
        let text = serde_json::to_string(&read(&judgement, None, input.len())).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(text.starts_with(r#"{"family":"toy-note","file":null,"bytes":10,"groups":[{"#));
        for (field, expected) in [
            ("divergence", json!("boundary")),
            ("level", json!("error")),
            ("class", json!("two-numbers")),
            (
                "signature",
                json!("toy-note/boundary/two-numbers/longer:first/shorter:last"),
            ),
            ("at", json!(0)),
        ] {
            assert_eq!(value[field], expected, "{field}");
        }
        let group = &value["groups"][1];
        assert_eq!(group["members"], json!(["+first"]));
        assert_eq!(
            group["messages"],
            json!([
                {"start": 0, "head": 4, "end": 7, "body": [[4, 7]], "framing": "length"},
                {"start": 7, "head": 9, "end": 10, "body": [[9, 10]], "framing": "length"},
            ])
        );
        assert_eq!(group["end"], "complete");
        assert_eq!(
            group["citations"],
            json!([{"parser": "+first", "rule": "toy/one", "spec": "TOY §2", "at": 1,
                    "stance": "relax", "leniency": "first"}])
        );
        let strict = &value["groups"][2];
        assert_eq!(strict["end"], "rejected");
        assert_eq!(strict["citations"][0]["stance"], "reject");
        assert_eq!(strict["citations"][0]["leniency"], Value::Null);
    }

    #[test]
    fn nulls_where_all_agree() {
        let input = b"1\na";
        let judgement = Panel::full(&TOY).judge(input, Scope::All);
        let value = serde_json::to_value(read(&judgement, Some("f"), 3)).unwrap();
        for field in ["divergence", "level", "class", "signature"] {
            assert_eq!(value[field], Value::Null, "{field}");
            assert!(value.as_object().unwrap().contains_key(field), "{field}");
        }
        assert_eq!(value["file"], "f");
        assert_eq!(value["groups"].as_array().unwrap().len(), 1);
        assert!(found(&judgement, "f", 3).is_none());
    }
}
