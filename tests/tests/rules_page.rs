//! The page of rules is the one that the command writes.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use parsers::FAMILIES;
use reports::format::rulebook;

#[test]
fn docs_rules_is_current() {
    let page = tests::repository().join("docs/rules.md");
    let current = std::fs::read_to_string(&page).unwrap_or_default();
    let written = rulebook::page(FAMILIES);
    // As with snapshots: what redraws them redraws this.
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&page, &written).unwrap();
        return;
    }
    let first = current.lines().zip(written.lines()).find(|(a, b)| a != b);
    assert!(
        current == written,
        "misframe rules --format markdown > docs/rules.md, from {first:?} on"
    );
}
