//! The house rules.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use parsers::core::rule::{FIRST_OWN, FIRST_RESTRICTION};
use parsers::http1::response::RESPONSE;
use parsers::http1::response::leniencies::own;
use parsers::{FAMILIES, Family, Leniency, hop, session};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The most lines of a source file. A file has one subject; one that is longer than this usually has two.
const MOST_LINES: usize = 600;
/// The most lines of a file of tests.
const MOST_TEST_LINES: usize = 600;

/// The folders of the workspace's own crates.
const CRATES: &[&str] = &[
    "parsers", "corpus", "peers", "reports", "clients", "trials", "tests", "fuzz",
];

/// What each crate may depend on: of our own crates, those below it; `parsers` on what reads bytes only.
const MAY_DEPEND: &[(&str, &[&str])] = &[
    ("parsers", &[]),
    ("corpus", &["parsers"]),
    ("peers", &["parsers"]),
    ("reports", &["parsers", "corpus", "peers", "trials"]),
    (
        "clients",
        &["parsers", "corpus", "peers", "reports", "trials"],
    ),
    (
        "reports/cli",
        &["parsers", "corpus", "peers", "reports", "trials"],
    ),
    ("trials", &[]),
    (
        "tests",
        &[
            "parsers", "corpus", "peers", "reports", "misframe", "trials",
        ],
    ),
    ("fuzz", &["parsers", "corpus", "peers", "reports", "tests"]),
];

/// Fails with all that is wrong, if anything is.
fn report(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// The files under the crates' folders with one of these extensions, named from the repository.
fn files(extensions: &[&str]) -> Vec<(String, PathBuf)> {
    let root = tests::repository();
    let mut found = Vec::new();
    let mut folders: Vec<_> = CRATES.iter().map(|name| root.join(name)).collect();
    folders.push(root.join(".github"));
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            if path.is_dir() && !is_ignored(&name) {
                folders.push(path);
            } else if path.is_file() && extensions.contains(&extension.unwrap_or_default()) {
                found.push((name, path));
            }
        }
    }
    let top = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for path in top.filter(|path| path.is_file()) {
        let extension = path.extension().and_then(|extension| extension.to_str());
        if extensions.contains(&extension.unwrap_or_default()) {
            found.push((
                path.file_name().unwrap().to_string_lossy().into_owned(),
                path,
            ));
        }
    }
    found.sort();
    found
}

/// What git ignores, and what others wrote.
fn is_ignored(name: &str) -> bool {
    let ignored = [
        "reports/out",
        "fuzz/target",
        "fuzz/artifacts",
        "fuzz/corpus",
        "fuzz/coverage",
        "peers/installed",
    ];
    ignored.contains(&name) || name.ends_with("node_modules") || name.ends_with("__pycache__")
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}

fn is_test(name: &str) -> bool {
    name.starts_with("tests/") || name.contains("/tests/") || name.ends_with("/tests.rs")
}

/// The module of `reports` that a path names: two levels deep in the folders that only hold others.
fn module(path: &str) -> String {
    let parts: Vec<_> = path
        .split(['/', ':'])
        .filter(|part| !part.is_empty())
        .collect();
    let depth = match parts.first() {
        Some(&("format" | "judge" | "measure")) => 2,
        _ => 1,
    };
    parts
        .iter()
        .take(depth)
        .copied()
        .collect::<Vec<_>>()
        .join("::")
}

/// The modules of `reports` that each one uses, its tests left out.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let mut uses = BTreeMap::<_, BTreeSet<_>>::new();
    for (name, path) in files(&["rs"]) {
        let Some(place) = name.strip_prefix("reports/src/") else {
            continue;
        };
        if is_test(&name) || place == "toy.rs" || place == "lib.rs" {
            continue;
        }
        let user = module(place.trim_end_matches(".rs").trim_end_matches("/mod"));
        let text = text(&path);
        let code = text.split("#[cfg(test)]").next().unwrap();
        for used in code.split("crate::").skip(1) {
            let end = used.find(|c: char| !c.is_ascii_lowercase() && c != '_' && c != ':');
            let used = module(&used[..end.unwrap_or(used.len())]);
            if used != user {
                uses.entry(user.clone()).or_default().insert(used);
            }
        }
    }
    uses
}

/// The way from a module back to itself, if there is one.
fn cycle(uses: &BTreeMap<String, BTreeSet<String>>, way: &mut Vec<String>) -> Option<Vec<String>> {
    let last = way.last()?.clone();
    for next in uses.get(&last).into_iter().flatten() {
        if way.first() == Some(next) {
            return Some(way.clone());
        }
        if !way.contains(next) {
            way.push(next.clone());
            if let Some(found) = cycle(uses, way) {
                return Some(found);
            }
            way.pop();
        }
    }
    None
}

#[test]
fn modules_of_reports_depend_one_way() {
    let mut uses = uses();
    assert!(uses.len() > 20, "{uses:?}");
    // Whatever uses nothing that is left is done; what never is done uses itself in the end.
    loop {
        let done: BTreeSet<_> = uses.values().flatten().cloned().collect();
        let done: Vec<_> = done
            .into_iter()
            .filter(|one| !uses.contains_key(one))
            .collect();
        if done.is_empty() {
            break;
        }
        for used in uses.values_mut() {
            used.retain(|one| !done.contains(one));
        }
        uses.retain(|_, used| !used.is_empty());
    }
    let ways = uses
        .keys()
        .filter_map(|module| cycle(&uses, &mut vec![module.clone()]));
    report(
        ways.map(|way| format!("{} use each other", way.join(", ")))
            .collect(),
    );
}

/// The name of the public type that this line defines.
fn public_type(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("pub ")?;
    let (kind, rest) = rest.split_once(' ')?;
    let defines = ["struct", "enum", "trait", "type", "union"].contains(&kind);
    let end = rest.find(|c: char| !c.is_alphanumeric());
    defines.then(|| rest.get(..end.unwrap_or(rest.len())))?
}

#[test]
fn no_two_public_types_have_one_name() {
    assert_eq!(public_type("    pub struct Name<T> {"), Some("Name"));
    assert_eq!(public_type("pub(crate) struct Name;"), None);
    let mut defined = BTreeMap::<String, Vec<String>>::new();
    for (name, path) in files(&["rs"]) {
        for line in text(&path).lines() {
            if let Some(defines) = public_type(line) {
                let places = defined.entry(defines.to_owned()).or_default();
                places.push(name.clone());
            }
        }
    }
    let several = defined.iter().filter(|(_, places)| places.len() > 1);
    report(
        several
            .map(|(name, places)| format!("{name} is public in {}", places.join(" and in ")))
            .collect(),
    );
}

#[test]
fn no_source_file_is_long() {
    let mut wrong = Vec::new();
    for (name, path) in files(&["rs"]) {
        let lines = text(&path).lines().count();
        let most = if is_test(&name) {
            MOST_TEST_LINES
        } else {
            MOST_LINES
        };
        if lines > most {
            wrong.push(format!("{name}: {lines} lines, at most {most}"));
        }
    }
    report(wrong);
}

#[test]
fn each_module_says_what_it_is() {
    let mut wrong = Vec::new();
    for (name, path) in files(&["rs"]) {
        // The tests of a module say in their names what they are.
        let says_so = name.ends_with("/tests.rs") || text(&path).starts_with("//! ");
        if !says_so {
            wrong.push(format!("{name}: its first line is no //! comment"));
        }
    }
    report(wrong);
}

#[test]
fn nothing_is_left_to_do_and_no_machine_is_named() {
    // Written in two halves: this file is searched as well.
    let words = ["TO DO", "FIX ME", "XX X"].map(|word| word.replace(' ', ""));
    let folders =
        ["/wor k/", "/roo t/", "/hom e/", "/tm p/wt"].map(|folder| folder.replace(' ', ""));
    let mut wrong = Vec::new();
    for (name, path) in files(&["rs", "toml", "md", "yml", "yaml", "py", "sh", "snap"]) {
        let of_a_case = path
            .extension()
            .is_some_and(|extension| extension == "toml")
            && name.starts_with("corpus/")
            || name.ends_with(".snap");
        for (nth, line) in text(&path).lines().enumerate() {
            let is_marked = |word: &String| {
                let mut parts = line.split(|char: char| !char.is_ascii_alphanumeric());
                parts.any(|part| part == word)
            };
            // Bytes of an input may say anything.
            if !of_a_case && words.iter().any(is_marked) {
                wrong.push(format!("{name}:{}: {line}", nth + 1));
            }
            if folders.iter().any(|folder| line.contains(folder.as_str())) {
                wrong.push(format!("{name}:{}: {line}", nth + 1));
            }
        }
    }
    report(wrong);
}

/// Whether the group is that of an attribute of tests.
fn is_for_tests(attribute: &str) -> bool {
    let attribute = attribute.replace(' ', "");
    ["cfg(test)", "cfg(all(test,"]
        .iter()
        .any(|start| attribute.starts_with(start))
}

/// Adds the text of each literal of the code, comments, attributes and what is for tests left out.
fn literals(code: TokenStream, found: &mut Vec<String>) {
    let mut tokens = code.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Literal(literal) => found.push(literal.to_string()),
            TokenTree::Group(group) => literals(group.stream(), found),
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                tokens.next_if(|next| next.to_string() == "!");
                let is_attribute = |next: &TokenTree| matches!(next, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
                let attribute = tokens.next_if(is_attribute);
                let Some(TokenTree::Group(attribute)) = attribute else {
                    continue;
                };
                if is_for_tests(&attribute.stream().to_string()) {
                    let ends = |token: &TokenTree| match token {
                        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                        other => other.to_string() == ";",
                    };
                    tokens.by_ref().find(ends);
                }
            }
            TokenTree::Punct(_) | TokenTree::Ident(_) => {}
        }
    }
}

/// The names of families and the ids of rules that stand in the literals of the code as words.
fn named_as_text(code: &str, names: &BTreeSet<&str>) -> Vec<String> {
    let mut found = Vec::new();
    literals(code.parse().unwrap(), &mut found);
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '/';
    let words = found.iter().flat_map(|text| text.split(|c| !is_of_name(c)));
    words
        .filter(|word| names.contains(word))
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_family_and_no_rule_is_named_as_text() {
    let rules = FAMILIES.iter().flat_map(|family| family.rules);
    let rules = rules.chain(session::rules::RULES).chain(hop::rules::RULES);
    let mut names: BTreeSet<_> = rules.map(|rule| rule.id).collect();
    names.extend(FAMILIES.iter().map(|family| family.name));

    let planted = r##"
        //! About http1-request.
        #[doc = "unified-diff"]
        fn is_it(name: &str) -> bool { name == "http1-request" || name == "http1-requests" }
        const WHY: &str = concat!("see ", "the rule http1/bare-lf.");
        #[cfg(test)]
        mod tests { const NAME: &str = "unified-diff"; }
        static LAST: &[u8] = br#"session/order"#;
    "##;
    let caught = named_as_text(planted, &names);
    assert_eq!(caught, ["http1-request", "http1/bare-lf", "session/order"]);

    let mut wrong = Vec::new();
    let mut read = 0;
    for (name, path) in files(&["rs"]) {
        if name.starts_with("parsers/") || is_test(&name) {
            continue;
        }
        read += 1;
        for word in named_as_text(&text(&path), &names) {
            wrong.push(format!("{name}: names {word} as text; use its value"));
        }
    }
    assert!(read > 150, "{read}");
    report(wrong);
}

/// Whether a leniency, the `nth` of its family, has the index of its place in the table in which it is written: that of the family,
/// or of one that shares it, or of those that the family has besides.
fn is_in_place(family: &Family, leniency: &'static Leniency, nth: usize) -> bool {
    let is_at = |table: &[&Leniency], first: u16| {
        let place = table.iter().position(|one| *one == leniency);
        place.is_some_and(|place| usize::from(leniency.index) == usize::from(first) + place)
    };
    let sharers = FAMILIES.iter().filter(|other| **other != family);
    let is_shared = |other: &&Family| is_at(other.leniencies, 0);
    let is_own = is_at(own::LENIENCIES, FIRST_OWN) && *family == RESPONSE;
    let is_alone = family
        .leniencies
        .iter()
        .all(|one| one == &leniency || one.index != leniency.index);
    match *family == RESPONSE {
        true => is_alone && (is_own || sharers.copied().any(|other| is_shared(&other))),
        false => usize::from(leniency.index) == nth && leniency.index < FIRST_OWN,
    }
}

fn is_kebab(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    id.split('-')
        .all(|word| !word.is_empty() && word.bytes().all(fits))
}

#[test]
fn ids_are_kebab_case_and_unique() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        let mut ids = BTreeSet::new();
        for (nth, leniency) in family.leniencies.iter().enumerate() {
            let id = leniency.id;
            if !is_kebab(id) || !ids.insert(id) {
                wrong.push(format!("{}: leniency {id:?}", family.name));
            }
            if !is_in_place(family, leniency, nth) {
                wrong.push(format!("{}: {id} is not in its place", family.name));
            }
            if !family.rules.contains(&leniency.rule) {
                wrong.push(format!(
                    "{}: {id} relaxes {}, no rule of it",
                    family.name, leniency.rule.id
                ));
            }
        }
        for (nth, restriction) in family.restrictions.iter().enumerate() {
            let id = restriction.id;
            if !is_kebab(id) || !ids.insert(id) {
                wrong.push(format!("{}: restriction {id:?}", family.name));
            }
            if usize::from(restriction.index) != usize::from(FIRST_RESTRICTION) + nth || nth >= 64 {
                wrong.push(format!("{}: {id} is not in its place", family.name));
            }
            if !family.rules.contains(&restriction.rule) {
                let rule = restriction.rule.id;
                wrong.push(format!(
                    "{}: {id} goes beyond {rule}, no rule of it",
                    family.name
                ));
            }
        }
        if family.leniencies.len() > usize::from(FIRST_RESTRICTION) {
            wrong.push(format!(
                "{}: more than {FIRST_RESTRICTION} leniencies",
                family.name
            ));
        }
        let mut ids = BTreeSet::new();
        for rule in family.rules {
            let kebab = rule
                .id
                .split_once('/')
                .is_some_and(|(group, name)| is_kebab(group) && is_kebab(name));
            if !kebab || !ids.insert(rule.id) {
                wrong.push(format!("{}: rule {:?}", family.name, rule.id));
            }
        }
        if !is_kebab(family.name) {
            wrong.push(format!("family {:?}", family.name));
        }
    }
    report(wrong);
}

fn cases(family: &'static Family) -> Vec<corpus::Case> {
    // Unknown rules and leniencies are errors of loading.
    corpus::load_family(&tests::repository().join("corpus"), family).unwrap()
}

#[test]
fn each_rule_and_each_leniency_has_a_case() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        let cases = cases(family);
        let rules: BTreeSet<_> = cases
            .iter()
            .flat_map(|case| &case.rules)
            .map(String::as_str)
            .collect();
        let named: BTreeSet<_> = cases
            .iter()
            .flat_map(|case| &case.leniencies)
            .filter_map(|ids| ids.rsplit('+').next())
            .collect();
        for rule in family.rules.iter().filter(|rule| !rules.contains(rule.id)) {
            wrong.push(format!("{}: no case is about {}", family.name, rule.id));
        }
        for leniency in family.departures() {
            if !named.contains(leniency.id) {
                wrong.push(format!("{}: no case names {}", family.name, leniency.id));
            }
        }
        for case in &cases {
            if case.rules.is_empty() {
                wrong.push(format!("{}: {} names no rule", family.name, case.name));
            }
            if case.about.is_empty() || case.source.is_empty() {
                wrong.push(format!(
                    "{}: {} has no text or no source",
                    family.name, case.name
                ));
            }
        }
    }
    report(wrong);
}

#[test]
fn each_folder_of_snapshots_has_an_owner() {
    let folder = tests::repository().join("tests/snapshots");
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    };
    let is_family = |name: &str| Family::named(name).is_some();
    // The tests of cases see to what is in the folder of each family or engine.
    let owned = |name: &str| ["session", "hop", "matrix"].contains(&name) || is_family(name);
    let mut wrong = names(&folder);
    wrong.retain(|name| !owned(name));
    let mut matrices = names(&folder.join("matrix"));
    matrices.retain(|name| !is_family(name.split('.').next().unwrap_or(name)));
    wrong.extend(matrices);
    report(wrong);
}

#[test]
fn crates_depend_downwards() {
    let mut wrong = Vec::new();
    let root = tests::repository();
    for (name, may) in MAY_DEPEND {
        let manifest = fs::read_to_string(root.join(name).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&manifest).unwrap();
        for (kind, names) in dependencies(&manifest) {
            for dependency in names {
                let ours = CRATES.contains(&dependency.as_str()) || dependency == "misframe";
                if ours && !may.contains(&dependency.as_str()) {
                    wrong.push(format!("{name} depends on {dependency} ({kind})"));
                }
                let plain = ["nom", "memchr", "wide"].contains(&dependency.as_str());
                if *name == "parsers" && kind == "dependencies" && !plain {
                    wrong.push(format!("parsers depends on {dependency}"));
                }
            }
        }
    }
    report(wrong);
}

/// Each table of dependencies of a manifest, those of a target too, with the names in it.
fn dependencies(manifest: &toml::Table) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else {
            continue;
        };
        if key.ends_with("dependencies") {
            found.push((key.clone(), table.keys().cloned().collect()));
        } else if key == "target" {
            let targets = table.values().filter_map(|target| target.as_table());
            found.extend(targets.flat_map(dependencies));
        }
    }
    found
}
