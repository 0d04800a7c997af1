//! The words and the sentences of what people read: the guides, `--help`, the texts of rules and cases, comments, and
//! the names in code.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::ffi::OsString;
use std::fs;

use parsers::{FAMILIES, hop, session, unidiff};
use reports::engine::ENGINES;

/// The most words of a sentence.
const MOST_WORDS: usize = 30;

/// Phrases that nobody in the field uses, and what to write instead. `who` is right for people, and wrong for programs.
const PHRASES: &[(&str, &str)] = &[
    ("nought", "zero"),
    ("whence", "where from"),
    ("who", "which, or the name of the program"),
    ("whom", "which, or the name of the program"),
    ("everybody", "every reader"),
    ("somebody", "a reader"),
    ("nobody", "no reader"),
    ("anybody", "any reader"),
    ("is told", "knows, or is reported"),
    ("are told", "know, or are reported"),
    ("comes of", "results from"),
    ("come of", "result from"),
    ("came of", "resulted from"),
    ("becomes of", "happens to"),
    ("became of", "happened to"),
    ("in so many words", "explicitly"),
    ("part over", "disagree about"),
    ("part from", "disagree with"),
    ("part about", "disagree about"),
    ("readers part", "readers disagree"),
    ("parsers part", "parsers disagree"),
    ("that part", "that disagree"),
    ("they part", "they disagree"),
    ("readings part", "readings differ"),
    ("parts from", "disagrees with"),
    ("parting", "divergence"),
    ("camps", "groups"),
    ("waive", "relax"),
    ("waives", "relaxes"),
    ("leave of", "permission"),
    ("taken for", "read as"),
    ("takes it for", "reads it as"),
    ("takes them for", "reads them as"),
    ("reader takes", "reader accepts, or reads"),
    ("readers take", "readers accept, or read"),
    ("parser takes", "parser accepts, or reads"),
    ("dialect takes", "dialect accepts, or reads"),
    ("peer takes", "peer accepts, or reads"),
];

/// Forms of a verb that says two things of a reader: that it accepts, and that it reads one thing as another.
const TAKE: &[&str] = &["take", "takes", "taken", "taking", "took"];

/// What may follow such a form, next to it or a few words later: then it is about neither.
const TAKE_NEXT: &[&str] = &[
    "part", "place", "turns", "time", "long", "longer", "hours", "minutes", "seconds",
];
const TAKE_LATER: &[&str] = &["off", "out", "away", "over", "up", "apart", "back"];

/// Parts of names in code for which there is another word.
const NAMES: &[(&str, &str)] = &[
    ("who", "the name of the thing"),
    ("whom", "the name of the thing"),
    ("whence", "source"),
    ("nought", "zero"),
    ("somebody", "reader"),
    ("everybody", "readers"),
    ("waive", "relax"),
    ("waives", "relaxes"),
    ("waived", "relaxed"),
    ("camp", "group"),
    ("camps", "groups"),
    ("quarry", "subject"),
    ("habit", "quirk"),
    ("habits", "quirks"),
    ("refuse", "reject"),
    ("refuses", "rejects"),
];

/// Things that are counted in messages: `{number} inputs` is wrong for one input.
const COUNTED: &[&str] = &[
    "answers",
    "boundaries",
    "cases",
    "clients",
    "commits",
    "connections",
    "errors",
    "events",
    "faults",
    "findings",
    "fronts",
    "inputs",
    "leniencies",
    "lines",
    "messages",
    "notes",
    "packets",
    "peers",
    "questions",
    "readers",
    "readings",
    "requests",
    "restrictions",
    "rules",
    "signatures",
    "states",
    "streams",
    "warnings",
];

/// Where more than one thing is sure: a piece of the line. A format with a width makes a column of a table.
const MANY: &[&str] = &[
    ":>",
    "at most {",
    "only the first {",
    "all {more} readers",
    "Some(readers) =>",
    "{more} states",
    "assert!",
];

/// Where a phrase is right: a piece of the text around it.
const ALLOWED: &[(&str, &str)] = &[
    ("who", "as text: who sends and receives what"),
    ("who", "for a reader who wants to know"),
    ("nobody", "of nobody"),
    ("nobody", "nobody where"),
    ("nobody", "that nobody"),
    ("nobody", "as the user `nobody`"),
    ("nobody", "the group `nobody`"),
    ("nobody", "as nobody"),
    ("nobody", "As nobody"),
    ("nobody", "| nobody"),
    ("nobody", "the user nobody"),
    ("waives", "`waives`"),
];

/// The guides outside of `docs`.
const GUIDES: [&str; 6] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "peers/DRIVERS.md",
    "peers/PROTOCOL.md",
];

/// Pages of `docs` that are not checked, each with the reason.
const UNCHECKED: &[(&str, &str)] = &[(
    "rules.md",
    "generated from the texts of rules, which are checked",
)];

/// The guides: the name and the text of each.
fn guides() -> Vec<(String, String)> {
    let root = tests::repository();
    let mut names: Vec<_> = GUIDES.map(str::to_owned).to_vec();
    for entry in fs::read_dir(root.join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_unchecked = UNCHECKED.iter().any(|(unchecked, _)| *unchecked == name);
        if !is_unchecked && name.ends_with(".md") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    let read = |name: String| {
        let text = fs::read_to_string(root.join(&name)).unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// Every line of the text in which a phrase stands where it is not right.
fn odd(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        let words: Vec<_> = lower
            .split(|character: char| !character.is_alphanumeric() && character != '-')
            .filter(|word| !word.is_empty())
            .collect();
        for (phrase, instead) in PHRASES {
            let phrase_words: Vec<_> = phrase.split(' ').collect();
            let mut windows = words.windows(phrase_words.len());
            let is_there = windows.any(|window| window == phrase_words);
            let is_allowed = ALLOWED
                .iter()
                .any(|(allowed, around)| allowed == phrase && line.contains(around));
            if is_there && !is_allowed {
                let at = nth + 1;
                found.push(format!(
                    "{name}:{at}: \"{phrase}\", better: {instead}: {line}"
                ));
            }
        }
    }
    found
}

/// Every line of the text with a form of "take" that is about reading or accepting.
fn taking(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        let words: Vec<_> = lower
            .split(|character: char| !character.is_alphanumeric() && character != '-')
            .filter(|word| !word.is_empty())
            .collect();
        for (at, word) in words.iter().enumerate() {
            let mut after = words.iter().skip(at + 1);
            let next = after.next().copied().unwrap_or_default();
            let is_idiom = TAKE_NEXT.contains(&next)
                || TAKE_LATER.contains(&next)
                || after.take(4).any(|later| TAKE_LATER.contains(later))
                || lower.contains("however long that takes");
            if TAKE.contains(word) && !is_idiom {
                found.push(format!(
                    "{name}:{}: \"{word}\", better: accepts, or reads as: {line}",
                    nth + 1
                ));
            }
        }
    }
    found
}

/// What is wrong with the words of a text about readers.
fn wrong(name: &str, text: &str) -> Vec<String> {
    let mut found = odd(name, text);
    found.extend(taking(name, text));
    found
}

/// A line of Rust, as its code and its comment.
fn split(line: &str) -> (&str, &str) {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") {
        return ("", trimmed);
    }
    line.split_once(" // ").unwrap_or((line, ""))
}

/// Every name in the code of a file for which there is another word.
fn named(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let (code, _) = split(line);
        // What is quoted is no name.
        let unquoted: String = code.split('"').step_by(2).collect();
        let mut apart = String::new();
        for character in unquoted.chars() {
            if character.is_uppercase() && !apart.ends_with(|last: char| last.is_uppercase()) {
                apart.push(' ');
            }
            apart.push(character);
        }
        let apart = apart.to_lowercase();
        let words = apart.split(|character: char| !character.is_alphanumeric());
        let other = words.filter_map(|word| NAMES.iter().find(|(odd, _)| *odd == word));
        let at = nth + 1;
        found.extend(other.map(|(odd, instead)| {
            format!("{name}:{at}: \"{odd}\" in a name, better: {instead}: {code}")
        }));
    }
    found
}

/// Every message that is wrong for one thing.
fn plural(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let (code, _) = split(line);
        for piece in code.split('}').skip(1) {
            let Some(after) = piece.strip_prefix(' ') else {
                continue;
            };
            let word = after
                .split(|character: char| !character.is_alphabetic())
                .next();
            let is_counted = word.is_some_and(|word| COUNTED.contains(&word));
            let is_many = MANY.iter().any(|many| code.contains(many));
            if is_counted && !is_many && code.contains('"') {
                let at = nth + 1;
                found.push(format!(
                    "{name}:{at}: wrong for one, better: corpus::number::counted: {code}"
                ));
            }
        }
    }
    found
}

/// The sources of every crate, but for this file: the name and the text of each.
fn sources() -> Vec<(String, String)> {
    let root = tests::repository();
    let crates = [
        "parsers", "corpus", "peers", "reports", "clients", "trials", "tests", "fuzz",
    ];
    let mut folders: Vec<_> = crates.iter().map(|name| root.join(name)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            let is_ours = !name.contains("target") && name != "peers/installed";
            if path.is_dir() && is_ours {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "tests/tests/words.rs" {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The sentences of a page, without its code. A heading, an item of a list and a cell of a table end a sentence, and so
/// does a semicolon in a cell.
fn sentences(page: &str) -> Vec<String> {
    let mut blocks = vec![String::new()];
    let mut is_code = false;
    for line in page.lines() {
        let line = line.trim();
        if line.starts_with("```") {
            is_code = !is_code;
            blocks.push(String::new());
            continue;
        }
        if is_code {
            continue;
        }
        if line.starts_with('|') {
            blocks.extend(line.split(['|', ';']).map(str::to_owned));
            continue;
        }
        let digits = line.trim_start_matches(|character: char| character.is_ascii_digit());
        let is_item = line.starts_with("- ") || line.starts_with("* ") || digits.starts_with(". ");
        if line.is_empty() || line.starts_with('#') || is_item {
            blocks.push(String::new());
        }
        let last = blocks.last_mut().unwrap();
        last.push(' ');
        last.push_str(line);
    }
    let mut found = Vec::new();
    for block in blocks {
        let mut sentence: Vec<&str> = Vec::new();
        for word in block.split_whitespace() {
            // A dash or a piece of a table is no word.
            if word.chars().any(char::is_alphanumeric) {
                sentence.push(word);
            }
            let bare = word.trim_end_matches([')', '*', '"', '`']);
            if bare.ends_with(['.', '?', '!']) {
                found.push(sentence.join(" "));
                sentence.clear();
            }
        }
        found.push(sentence.join(" "));
    }
    found.retain(|sentence| !sentence.is_empty());
    found
}

fn words_of(sentence: &str) -> usize {
    sentence.split(' ').count()
}

/// Fails with all that is wrong, if anything is.
fn report(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn guides_use_the_words_of_the_field() {
    let guides = guides();
    report(
        guides
            .iter()
            .flat_map(|(name, text)| wrong(name, text))
            .collect(),
    );
}

#[test]
fn sentences_of_guides_are_short() {
    let mut wrong = Vec::new();
    for (name, text) in guides() {
        let sentences = sentences(&text);
        let mut lengths: Vec<_> = sentences.iter().map(|one| words_of(one)).collect();
        lengths.sort_unstable();
        let (median, longest) = (lengths.get(lengths.len() / 2), lengths.last());
        println!(
            "{name}: {} sentences, median {}, longest {}",
            lengths.len(),
            median.unwrap_or(&0),
            longest.unwrap_or(&0)
        );
        for sentence in sentences {
            let words = words_of(&sentence);
            if words > MOST_WORDS {
                wrong.push(format!("{name}: {words} words: {sentence}"));
            }
        }
    }
    report(wrong);
}

/// What `--help` prints of the command and of each of its subcommands, however deep.
fn help(of: &[&str], texts: &mut Vec<(String, String)>) {
    let name = [&["misframe"], of].concat().join(" ");
    let words = [&["misframe"], of, &["--help"]].concat();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let words = words.into_iter().map(OsString::from);
    let _code = cli::run(words, &mut out, &mut err, false);
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("Usage:"), "{name}: {text}");
    let commands = text.lines().skip_while(|line| *line != "Commands:");
    let commands: Vec<_> = commands
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .map(str::to_owned)
        .collect();
    texts.push((name, text));
    for command in commands {
        help(&[of, &[command.as_str()]].concat(), texts);
    }
}

/// Reports what is wrong in these texts, each with its name.
fn report_texts<T: AsRef<str>>(texts: &[(T, T)]) {
    let texts = texts.iter();
    report(
        texts
            .flat_map(|(name, text)| wrong(name.as_ref(), text.as_ref()))
            .collect(),
    );
}

#[test]
fn help_uses_the_words_of_the_field() {
    let mut texts = Vec::new();
    help(&[], &mut texts);
    assert!(texts.len() > 20, "only {} helps", texts.len());
    report_texts(&texts);
}

#[test]
fn rules_use_the_words_of_the_field() {
    let mut texts: Vec<(&str, &str)> = Vec::new();
    for family in FAMILIES {
        texts.extend(family.rules.iter().map(|rule| (rule.id, rule.text)));
        texts.extend(family.leniencies.iter().map(|one| (one.id, one.text)));
        texts.extend(family.restrictions.iter().map(|one| (one.id, one.text)));
    }
    let played = ENGINES.iter().flat_map(|engine| engine.rules());
    texts.extend(played.map(|rule| (rule.id, rule.text)));
    texts.extend(
        session::policies::POLICIES
            .iter()
            .map(|one| (one.name, one.text)),
    );
    texts.extend(
        hop::policies::POLICIES
            .iter()
            .map(|one| (one.name, one.text)),
    );
    texts.extend(session::quirk::QUIRKS.iter().map(|one| (one.id, one.text)));
    texts.extend(hop::quirk::QUIRKS.iter().map(|one| (one.id, one.text)));
    texts.extend(
        unidiff::demands::DEMANDS
            .iter()
            .map(|one| (one.id, one.text)),
    );
    assert!(texts.len() > 500, "only {} texts", texts.len());
    report_texts(&texts);
}

#[test]
fn comments_and_names_use_the_words_of_the_field() {
    let sources = sources();
    assert!(sources.len() > 400, "only {} files", sources.len());
    let mut found = Vec::new();
    for (name, text) in &sources {
        let comments: Vec<_> = text.lines().map(|line| split(line).1).collect();
        found.extend(odd(name, &comments.join("\n")));
        found.extend(named(name, text));
    }
    report(found);
}

#[test]
fn messages_count_one_thing_as_one() {
    let is_printed = |name: &str| name.contains("/src/") && !name.contains("test");
    let sources = sources().into_iter().filter(|(name, _)| is_printed(name));
    report(
        sources
            .flat_map(|(name, text)| plural(&name, &text))
            .collect(),
    );
}

#[test]
fn cases_use_the_words_of_the_field() {
    let mut found = Vec::new();
    for folder in [
        "http1-request",
        "http1-response",
        "unified-diff",
        "session",
        "hop",
    ] {
        for entry in fs::read_dir(tests::repository().join("corpus").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let case: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let name = format!("{folder}/{}", path.file_name().unwrap().display());
            for field in ["about", "agree"] {
                let text = case.get(field).and_then(toml::Value::as_str);
                found.extend(wrong(&name, text.unwrap_or_default()));
            }
            let reads = case.get("reads").and_then(toml::Value::as_array);
            for reading in reads.into_iter().flatten() {
                let why = reading.get("why").and_then(toml::Value::as_str);
                found.extend(wrong(&name, why.unwrap_or_default()));
            }
        }
    }
    report(found);
}

#[test]
fn a_planted_phrase_and_a_planted_sentence_are_found() {
    assert_eq!(odd("a", "It asks\nwho is there, and Nought.").len(), 2);
    assert!(odd("a", "Programs run as nobody, and the whole is partial.").is_empty());
    assert_eq!(
        taking(
            "a",
            "It takes a plus sign.\nIt takes part, and takes the tab off."
        )
        .len(),
        1
    );
    assert_eq!(
        taking(
            "a",
            "The reader took\nLF for CR LF, however much was taken."
        )
        .len(),
        2
    );
    let code = "    // who is there\n    let who = 1; // nobody\n    fn of_whom(a: CampOf) {}\n";
    assert_eq!(named("a", code).len(), 3);
    let message =
        "format!(\"{} inputs\", a);\nformat!(\"{a} is lines, {b} inputs\");\n// {} inputs\n";
    assert_eq!(plural("a", message).len(), 2);
    let long = "word ".repeat(31);
    let page = format!("# Head\n\nShort one. {long}.\n\n```sh\n{long}\n```\n| a | {long} |\n");
    let lengths: Vec<_> = sentences(&page).iter().map(|one| words_of(one)).collect();
    assert_eq!(lengths, [1, 2, 31, 1, 31]);
}
