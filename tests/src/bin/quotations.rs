//! Compares what the project cites and quotes with the texts of the RFCs, which it does not carry.
//!
//! `cargo run -p tests --bin quotations -- --rfc DIR`, with a folder that holds `rfc9110.txt`, `rfc9112.txt` and others, as
//! <https://www.rfc-editor.org/rfc/rfc9112.txt>. Of each rule, demand and case, the sections named have to exist; of each
//! demand, the words quoted have to stand in its section. Exit code 0: all is so; 1: it is not; 2: a text is missing, so that
//! not all could be compared.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use parsers::core::rule::sections;
use parsers::http1::{REQUEST, demands::DEMANDS, response};
use parsers::{FAMILIES, Rule, hop, session};

/// Compares citations and quotations with the texts of the RFCs.
#[derive(Parser)]
struct Args {
    /// The folder with the texts: rfc9110.txt, rfc9112.txt ...
    #[arg(long)]
    rfc: PathBuf,
}

/// The text of one RFC: each section by its number, with single spaces between words.
type Text = BTreeMap<String, String>;

/// The texts that have been asked for, and what was found.
struct Checker {
    folder: PathBuf,
    texts: BTreeMap<String, Option<Text>>,
    compared: usize,
    wrong: Vec<String>,
}

impl Checker {
    /// The text of a section; none when the RFC or the section is not there, which is noted.
    fn section(&mut self, number: &str, section: &str, of: &str) -> Option<String> {
        let path = self.folder.join(format!("rfc{number}.txt"));
        let text = self.texts.entry(number.to_owned()).or_insert_with(|| {
            let text = std::fs::read_to_string(path).ok()?;
            Some(cut(&text))
        });
        let text = text.as_ref()?;
        self.compared += 1;
        let found = text.get(section).cloned();
        if found.is_none() {
            let what = format!("{of}: RFC {number} has no section {section}");
            self.wrong.push(what);
        }
        found
    }

    /// Each section of a source exists.
    fn source(&mut self, of: &str, spec: &str) {
        for (number, section) in sections(spec) {
            self.section(number, section, of);
        }
    }

    /// The words stand in the section, `[...]` for what is left out.
    fn quotation(&mut self, spec: &str, words: &str) {
        let Some((number, section)) = sections(spec).next() else {
            return;
        };
        let Some(text) = self.section(number, section, words) else {
            return;
        };
        let mut from = 0;
        for piece in words.split("[...]") {
            let piece = plain(piece);
            let piece = piece.trim_matches([' ', '.', ',']);
            match text.get(from..).and_then(|rest| rest.find(piece)) {
                Some(at) => from += at + piece.len(),
                None => {
                    self.wrong.push(format!("{spec} does not say: {piece}"));
                    return;
                }
            }
        }
    }
}

/// The sections of a text. A line such as `6.3.  Message Body Length` begins one, unless it is one of the contents, which
/// end in a page or are indented.
fn cut(text: &str) -> Text {
    let mut sections = Text::new();
    let mut current: Option<String> = None;
    for line in text.lines() {
        if let Some(number) = heading(line) {
            current = Some(number.to_owned());
        }
        // Pages of older texts have a foot and a head.
        let is_page = line.contains('\u{c}') || line.ends_with(']') && line.contains("[Page ");
        if let Some(number) = current.as_ref().filter(|_| !is_page) {
            let body = sections.entry(number.clone()).or_default();
            body.push_str(line);
            body.push('\n');
        }
    }
    sections
        .into_iter()
        .map(|(number, body)| (number, plain(&body)))
        .collect()
}

/// The number of the section that a line begins.
fn heading(line: &str) -> Option<&str> {
    let line = line.strip_prefix("Appendix ").unwrap_or(line);
    let (number, title) = line.split_once(".  ")?;
    let parts = number.split('.');
    let mut parts = parts.map(|part| {
        let is_letter = part.len() == 1 && part.starts_with(|c: char| c.is_ascii_uppercase());
        is_letter || !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    (parts.all(|is| is) && !title.trim().is_empty()).then_some(number)
}

/// The words with single spaces between them, and quotes as ASCII has them.
fn plain(text: &str) -> String {
    let text = text
        .replace(['\u{201c}', '\u{201d}'], "\"")
        .replace('\u{2019}', "'");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let mut checker = Checker {
        folder: args.rfc,
        texts: BTreeMap::new(),
        compared: 0,
        wrong: Vec::new(),
    };
    let families = FAMILIES.iter().flat_map(|family| family.rules);
    let engines = session::rules::RULES.iter().chain(hop::rules::RULES);
    let rules: Vec<&Rule> = families.chain(engines).copied().collect();
    for rule in &rules {
        checker.source(rule.id, rule.spec);
    }
    let demands = || DEMANDS.iter().chain(response::demands::DEMANDS);
    for demand in demands() {
        checker.quotation(demand.spec, demand.text);
    }
    let corpus = tests::repository().join("corpus");
    let cases = corpus::load_family(&corpus, &REQUEST).map_err(anyhow::Error::msg)?;
    for case in &cases {
        checker.source(&case.name, &case.source);
    }
    let missing: Vec<_> = checker
        .texts
        .iter()
        .filter(|(_, text)| text.is_none())
        .map(|(number, _)| format!("rfc{number}.txt"))
        .collect();
    for wrong in &checker.wrong {
        println!("{wrong}");
    }
    println!(
        "{} rules, {} demands, {} cases: {} citations compared, {} wrong",
        rules.len(),
        demands().count(),
        cases.len(),
        checker.compared,
        checker.wrong.len()
    );
    if !missing.is_empty() {
        println!("not compared, for want of {}", missing.join(", "));
    }
    Ok(ExitCode::from(match (checker.wrong.len(), missing.len()) {
        (0, 0) => 0,
        (0, _) => 2,
        _ => 1,
    }))
}

#[cfg(test)]
mod checks {
    use super::*;

    fn checker(text: &str) -> Checker {
        Checker {
            folder: PathBuf::new(),
            texts: BTreeMap::from([("1".to_owned(), Some(cut(text)))]),
            compared: 0,
            wrong: Vec::new(),
        }
    }

    const TEXT: &str = "   1.  Contents\n\n1.  First\n\n   A server MUST\n   do this.\n\n1.1.  Second\n\n   It MAY do\n   that, or else.\n\nAppendix A.  Third\n\n   \u{201c}Words\u{201d}\n";

    #[test]
    fn what_stands_in_its_section_is_right() {
        let mut checker = checker(TEXT);
        checker.quotation("RFC 1 §1", "A server MUST do this.");
        checker.quotation("RFC 1 §1.1", "It MAY [...] or else");
        checker.quotation("RFC 1 §A", "\"Words\"");
        checker.source("a", "RFC 1 §1.1, §A; RFC 2 §9");
        assert_eq!(checker.wrong, [""; 0]);
    }

    #[test]
    fn a_wrong_section_or_word_is_found() {
        for (spec, words) in [
            ("RFC 1 §1.1", "A server MUST do this."),
            ("RFC 1 §1", "A server SHOULD do this."),
            ("RFC 1 §2", "A server MUST do this."),
            ("RFC 1 §1.1", "or else [...] It MAY"),
        ] {
            let mut checker = checker(TEXT);
            checker.quotation(spec, words);
            assert_eq!(checker.wrong.len(), 1, "{spec} {words}");
        }
    }
}
