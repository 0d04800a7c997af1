//! SARIF 2.1.0: findings for code scanning tools. A rule of the specification is a SARIF rule.

use serde_json::{Value, json};

use crate::engine::EngineFinding;
use crate::format::entry::{Entry, families};
use crate::format::omission::{Omission, troubles};
use parsers::{Force, Rule};

/// The rule of a finding whose readers cite nothing: two readings that no rule tells apart.
const UNEXPLAINED: &str = "misframe/unexplained";

/// The log of the findings among `entries`; the `omissions` are notifications of the tool.
pub fn log(entries: &[Entry], omissions: &[Omission]) -> Value {
    let mut rules: Vec<&'static Rule> = Vec::new();
    for family in families(entries) {
        rules.extend(family.family_rules());
    }
    let index = |id: &str| rules.iter().position(|rule| rule.id == id);
    let results: Vec<_> = entries
        .iter()
        .filter_map(|entry| {
            let finding = entry.found()?;
            let rule = finding.rules.first().map_or(UNEXPLAINED, |rule| rule.id);
            Some(result(
                entry,
                &finding,
                rule,
                index(rule).unwrap_or(rules.len()),
            ))
        })
        .collect();
    let mut descriptors: Vec<_> = rules.iter().map(|rule| descriptor(rule)).collect();
    descriptors.push(json!({
        "id": UNEXPLAINED,
        "shortDescription": {"text": "Readings part and no rule is cited."},
        "defaultConfiguration": {"level": "error"},
    }));
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "misframe",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": descriptors,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation(entries, omissions)],
            "results": results,
        }],
    })
}

/// How the tool fared: a notification for what was not read, asked or judged.
fn invocation(entries: &[Entry], omissions: &[Omission]) -> Value {
    let said = omissions.iter().map(|omission| {
        let level = if omission.is_trouble { "error" } else { "note" };
        json!({"level": level, "message": {"text": omission.text}})
    });
    let unjudged = entries.iter().filter_map(|entry| {
        let why = entry.unjudged()?;
        Some(json!({
            "level": "error",
            "message": {"text": format!("it is not judged: {why}")},
            "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": uri(entry.whole_file())},
            }}],
        }))
    });
    let notifications: Vec<_> = said.chain(unjudged).collect();
    json!({
        "executionSuccessful": troubles(omissions).next().is_none(),
        "toolExecutionNotifications": notifications,
    })
}

fn descriptor(rule: &Rule) -> Value {
    let level = match rule.force {
        Force::Must => "warning",
        Force::Should | Force::May => "note",
    };
    let word = rule.force.word();
    let help = format!("{} ({}): {}", rule.spec, rule.bound(), rule.text);
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.text},
        "help": {"text": help},
        "defaultConfiguration": {"level": level},
        "properties": {"section": rule.spec, "force": word},
    })
}

fn result(entry: &Entry, finding: &EngineFinding<'_>, rule: &str, index: usize) -> Value {
    // An offset in the input is one in the file only if the file holds the bytes themselves.
    let region = match entry.region() {
        None => json!({"startLine": 1}),
        Some((at, length)) => json!({"byteOffset": at, "byteLength": length}),
    };
    let others = finding.rules.iter().skip(1).map(|rule| rule.id);
    let mut properties = entry.properties();
    if let Some(properties) = properties.as_object_mut() {
        let evidence = finding.evidence.word();
        properties.insert("evidence".to_owned(), json!(evidence));
        properties.insert("confirmedBy".to_owned(), json!(finding.confirmed_by));
        properties.insert("place".to_owned(), json!(entry.place));
        properties.insert("rules".to_owned(), json!(others.collect::<Vec<_>>()));
    }
    json!({
        "ruleId": rule,
        "ruleIndex": index,
        "level": finding.level.word(),
        "message": {"text": format!("{}: {}.", finding.title(), finding.direction)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(entry.whole_file())},
            "region": region,
        }}],
        "partialFingerprints": {"misframeSignature/v1": finding.signature.to_string()},
        "properties": properties,
    })
}

/// A path as the URI reference that SARIF wants: what RFC 3986 does not let stand is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails; indexing a `Value` gives null for what is not there.
    #![allow(clippy::indexing_slicing, clippy::unwrap_used)]
    use super::*;

    #[test]
    fn paths_are_escaped() {
        assert_eq!(uri("a b/ü%.toml"), "a%20b/%C3%BC%25.toml");
    }

    #[test]
    fn a_log_of_one_finding() {
        let entry = crate::toy::entry(b"3,1\nabc1\nz");
        let mut part = entry.clone();
        part.file = "a#b.pcap#1 → 2".to_owned();
        part.place = Some("1 → 2".to_owned());
        let log = log(&[entry, part], &[]);
        let artifact = &log["runs"][0]["results"][1]["locations"][0]["physicalLocation"];
        assert_eq!(artifact["artifactLocation"]["uri"], "a%23b.pcap");
        assert_eq!(artifact["region"], json!({"startLine": 1}));
        assert_eq!(log["version"], "2.1.0");
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["level"], "error");
        assert_eq!(result["ruleId"], "toy/one");
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "a%20file");
        assert_eq!(
            location["region"],
            serde_json::json!({"byteOffset": 0, "byteLength": 10})
        );
    }

    #[test]
    fn what_was_left_out_is_a_notification() {
        let mut entry = crate::toy::entry(b"1\na");
        if let crate::format::entry::EntrySubject::Messages { judgement, .. } = &mut entry.subject {
            judgement.unjudged = Some("nobody reads it");
        }
        let omissions = [(true, "a peer died"), (false, "not read: 1 .md file")];
        let omissions = omissions.map(|(is_trouble, text)| Omission {
            text: text.to_owned(),
            is_trouble,
        });
        let log = log(&[entry], &omissions);
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let told = invocation["toolExecutionNotifications"].as_array().unwrap();
        let told: Vec<_> = told
            .iter()
            .map(|one| [&one["level"], &one["message"]["text"]].map(|v| v.as_str().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ["error", "a peer died"],
                ["note", "not read: 1 .md file"],
                ["error", "it is not judged: nobody reads it"],
            ]
        );
    }
}
