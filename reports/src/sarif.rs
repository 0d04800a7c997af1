//! SARIF 2.1.0: findings for code scanning tools. A rule of the specification is a SARIF rule.

use serde_json::{Value, json};

use crate::entry::{Entry, Found, families};
use parsers::{Force, Rule};

/// The rule of a finding whose readers cite nothing: two readings that no rule tells apart.
const UNEXPLAINED: &str = "misframe/unexplained";

/// The log of the findings among `entries`.
pub fn log(entries: &[Entry]) -> Value {
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
            "results": results,
        }],
    })
}

fn descriptor(rule: &Rule) -> Value {
    let (level, word) = match rule.force {
        Force::Must => ("warning", "MUST"),
        Force::Should => ("note", "SHOULD"),
        Force::May => ("note", "MAY"),
    };
    let help = format!("{} ({word}): {}", rule.spec, rule.text);
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": {"text": rule.text},
        "help": {"text": help},
        "defaultConfiguration": {"level": level},
        "properties": {"section": rule.spec, "force": word},
    })
}

fn result(entry: &Entry, finding: &Found<'_>, rule: &str, index: usize) -> Value {
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
        "message": {"text": format!("{}: {}.", finding.title, finding.direction)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(entry.whole_file())},
            "region": region,
        }}],
        "partialFingerprints": {"misframeSignature/v1": finding.signature},
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
        let log = log(&[entry, part]);
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
}
