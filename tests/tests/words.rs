//! The words and the sentences of what people read: the guides, `--help`, and the texts of rules and cases.

// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use std::ffi::OsString;
use std::fs;

use parsers::FAMILIES;
use reports::engine::ENGINES;

/// The most words of a sentence.
const MOST_WORDS: usize = 30;

/// Phrases that nobody in the field uses, and what to write instead. `who` is right for people, and wrong for programs.
const PHRASES: &[(&str, &str)] = &[
    ("nought", "zero"),
    ("whence", "where from"),
    ("who", "which, or the name of the program"),
    ("everybody", "every reader"),
    ("somebody", "a reader"),
    ("nobody", "no reader"),
    ("anybody", "any reader"),
    ("is told", "knows, or is reported"),
    ("comes of", "results from"),
    ("part over", "disagree about"),
    ("part from", "disagree with"),
    ("part about", "disagree about"),
    ("readers part", "readers disagree"),
    ("parsers part", "parsers disagree"),
    ("that part", "that disagree"),
    ("parting", "divergence"),
    ("camps", "groups"),
    ("waive", "relax"),
    ("waives", "relaxes"),
    ("leave of", "permission"),
];

/// Where a phrase is right: a piece of the text around it.
const ALLOWED: &[(&str, &str)] = &[
    ("who", "as text: who sends and receives what"),
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
        if !is_unchecked {
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
    let wrong = guides.iter().flat_map(|(name, text)| odd(name, text));
    report(wrong.collect());
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

#[test]
fn help_uses_the_words_of_the_field() {
    let mut texts = Vec::new();
    help(&[], &mut texts);
    assert!(texts.len() > 20, "only {} helps", texts.len());
    let wrong = texts.iter().flat_map(|(name, text)| odd(name, text));
    report(wrong.collect());
}

#[test]
fn rules_use_the_words_of_the_field() {
    let mut wrong = Vec::new();
    for family in FAMILIES {
        for rule in family.rules {
            wrong.extend(odd(rule.id, rule.text));
        }
        for leniency in family.leniencies {
            wrong.extend(odd(leniency.id, leniency.text));
        }
        for restriction in family.restrictions {
            wrong.extend(odd(restriction.id, restriction.text));
        }
    }
    for rule in ENGINES.iter().flat_map(|engine| engine.rules()) {
        wrong.extend(odd(rule.id, rule.text));
    }
    report(wrong);
}

#[test]
fn cases_use_the_words_of_the_field() {
    let mut wrong = Vec::new();
    for folder in ["http1-request", "unified-diff", "session", "hop"] {
        for entry in fs::read_dir(tests::repository().join("corpus").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let case: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let about = case.get("about").and_then(toml::Value::as_str).unwrap();
            let name = path.file_name().unwrap().to_string_lossy();
            wrong.extend(odd(&format!("{folder}/{name}"), about));
        }
    }
    report(wrong);
}

#[test]
fn a_planted_phrase_and_a_planted_sentence_are_found() {
    assert_eq!(odd("a", "It asks\nwho is there, and Nought.").len(), 2);
    assert!(odd("a", "Programs run as nobody, and the whole is partial.").is_empty());
    let long = "word ".repeat(31);
    let page = format!("# Head\n\nShort one. {long}.\n\n```sh\n{long}\n```\n| a | {long} |\n");
    let lengths: Vec<_> = sentences(&page).iter().map(|one| words_of(one)).collect();
    assert_eq!(lengths, [1, 2, 31, 1, 31]);
}
