//! `docs/classes.md` has each class that readers of the corpus disagree by, and each of its examples has its class.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use parsers::{FAMILIES, Family};
use reports::judge::deployed::Deployed;
use reports::judge::panel::{Panel, Scope};

/// The rows of the page: a class and the case that is its example.
fn rows() -> BTreeMap<String, String> {
    let page = fs::read_to_string(tests::repository().join("docs/classes.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.split('|').map(str::trim).skip(1);
        let class = cells
            .next()?
            .strip_prefix('`')?
            .strip_suffix('`')?
            .to_owned();
        let example = cells
            .nth(1)?
            .strip_prefix('`')?
            .strip_suffix('`')?
            .to_owned();
        Some((class, example))
    });
    rows.collect()
}

/// The classes of each case of a family, by its name: where all readers are alike, and where those judge that are known.
fn classes(family: &'static Family) -> BTreeMap<String, BTreeSet<String>> {
    let cases = corpus::load_family(&tests::repository().join("corpus"), family).unwrap();
    let panel = Panel::full(family);
    let deployed = Deployed::learned(family).with_facts();
    let found = cases.into_iter().map(|case| {
        let judgements = [panel.judge(&case, Scope::All), deployed.judge(&case)];
        let findings = judgements
            .into_iter()
            .filter_map(|judgement| judgement.finding);
        let classes = findings.flat_map(|finding| finding.classes.into_iter().chain(finding.class));
        (format!("{}/{}", family.name, case.name), classes.collect())
    });
    found.collect()
}

#[test]
fn the_page_has_each_class_and_each_example_has_its_class() {
    let found: BTreeMap<_, _> = FAMILIES.iter().flat_map(|family| classes(family)).collect();
    let rows = rows();
    let mut wrong = String::new();
    for (class, example) in &rows {
        if !found
            .get(example)
            .is_some_and(|classes| classes.contains(class))
        {
            wrong += &format!("{example} is no example of {class}\n");
        }
    }
    let mut missing: BTreeMap<&String, &String> = BTreeMap::new();
    for (example, classes) in &found {
        for class in classes.iter().filter(|class| !rows.contains_key(*class)) {
            missing.entry(class).or_insert(example);
        }
    }
    for (class, example) in missing {
        wrong += &format!("missing: {class}, for example in {example}\n");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn each_word_of_a_class_is_on_the_page() {
    let page = fs::read_to_string(tests::repository().join("docs/classes.md")).unwrap();
    let leniencies = FAMILIES.iter().flat_map(|family| family.leniencies);
    for leniency in leniencies.filter(|leniency| !leniency.word.is_empty()) {
        assert!(
            page.contains(&format!("`{}`", leniency.word)),
            "{}",
            leniency.word
        );
    }
}
