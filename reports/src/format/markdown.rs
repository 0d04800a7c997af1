//! Markdown: a table of the findings, then each with its picture.

use std::fmt::Write as _;

use corpus::escape::{display_multiline, push_text};

use crate::format::entry::{Entry, EntryTally};
use crate::format::omission::Omission;
use crate::format::picture::Palette;

/// The report on `entries`, with the `omissions` above the findings.
pub fn report(entries: &[Entry], omissions: &[Omission]) -> String {
    let mut text = format!("# misframe\n\n{}.\n", EntryTally::of(entries));
    left_out(entries, omissions, &mut text);
    let found = || entries.iter().filter(|e| e.level().is_some());
    if found().next().is_none() {
        return text;
    }
    text.push_str("\n| input | level | finding | direction |\n|---|---|---|---|\n");
    for entry in found() {
        let Some(finding) = entry.found() else {
            continue;
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            escape(&entry.file),
            finding.level.word(),
            escape(&finding.title()),
            escape(&finding.direction)
        );
    }
    for entry in found() {
        details(entry, &mut text);
    }
    text
}

/// What was not read, asked or judged.
fn left_out(entries: &[Entry], omissions: &[Omission], text: &mut String) {
    let said = omissions.iter().map(|omission| omission.text.clone());
    let unjudged = entries.iter().filter_map(|entry| {
        let why = entry.unjudged()?;
        Some(format!("{}: {why}", entry.file))
    });
    let all: Vec<_> = said.chain(unjudged).collect();
    if !all.is_empty() {
        text.push_str("\nLeft out:\n\n");
    }
    for what in all {
        let _ = writeln!(text, "- {}", escape(&what));
    }
}

fn details(entry: &Entry, text: &mut String) {
    let _ = writeln!(text, "\n## {}\n", escape(&entry.file));
    if let Some([about, source]) = entry.about() {
        let _ = writeln!(text, "{} {}\n", escape(&about), escape(&source));
    }
    let picture = display_multiline(&entry.draw(&Palette::PLAIN));
    let fence = fence(&picture);
    let _ = writeln!(text, "{fence}text\n{picture}{fence}");
    if let Some(finding) = entry.found() {
        text.push('\n');
        for rule in &finding.rules {
            let _ = writeln!(
                text,
                "- `{}`, {}: {}",
                rule.id,
                rule.spec,
                escape(rule.text)
            );
        }
        let _ = writeln!(
            text,
            "- evidence: {}; signature: `{}`",
            escape(&finding.evidence_line()),
            finding.signature
        );
    }
}

/// A fence longer than any run of backticks in `text`.
fn fence(text: &str) -> String {
    let runs = text.split(|char| char != '`').map(str::len);
    "`".repeat(runs.max().unwrap_or(0).max(2) + 1)
}

/// Text on one line, in which nothing is markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '>' | '$' => {
                escaped.push('\\');
                escaped.push(char);
            }
            char => push_text(char, &mut escaped),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_comes_from_outside() {
        assert_eq!(escape("a|b`<i>\n[x]"), "a\\|b\\`&lt;i\\> \\[x\\]");
        assert_eq!(fence("a ``` b ` c"), "````");
        assert_eq!(fence("none"), "```");
    }

    #[test]
    fn a_table_and_a_picture() {
        let entries = [
            crate::toy::entry(b"3,1\nabc1\n`"),
            crate::toy::entry(b"1\na"),
        ];
        let text = report(&entries, &[]);
        assert!(text.starts_with(
            "# misframe\n\n2 inputs: 1 error, 0 warnings, 0 notes, 1 without a finding.\n"
        ));
        assert!(text.contains("\n| a file | error | boundary two-numbers | with B in front of A,"));
        assert!(text.contains("- `toy/one`, TOY §2: One number is given.\n"));
    }

    #[test]
    fn what_was_left_out_is_listed() {
        let omission = Omission {
            text: "a *peer* died".to_owned(),
            is_trouble: true,
        };
        let text = report(&[crate::toy::entry(b"1\na")], &[omission]);
        assert!(
            text.contains("\nLeft out:\n\n- a \\*peer\\* died\n"),
            "{text}"
        );
    }
}
