//! JUnit XML: an input is a test, which a warning or an error fails.

use std::fmt::Write as _;

use crate::entry::{Entry, families};
use crate::picture::Palette;

/// The report on `entries`: a suite per family.
pub fn report(entries: &[Entry]) -> String {
    let failures = entries.iter().filter(|e| e.grave().is_some()).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"misframe\" tests=\"{}\" failures=\"{failures}\">",
        entries.len()
    );
    for family in families(entries) {
        suite(family.family(), entries, &mut xml);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(family: &str, entries: &[Entry], xml: &mut String) {
    let of_family = || entries.iter().filter(|e| e.family() == family);
    let failures = of_family().filter(|entry| entry.grave().is_some()).count();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">",
        escape(family),
        of_family().count()
    );
    for entry in of_family() {
        let (file, class) = (escape(&entry.file), escape(family));
        let _ = write!(xml, "    <testcase name=\"{file}\" classname=\"{class}\"");
        let Some(finding) = entry.grave() else {
            xml.push_str("/>\n");
            continue;
        };
        let picture = entry.draw(&Palette::PLAIN);
        let _ = writeln!(
            xml,
            ">\n      <failure type=\"{}\" message=\"{}: {}\">{}evidence: {}\n</failure>\n    </testcase>",
            finding.level.word(),
            escape(&finding.title),
            escape(&finding.direction),
            escape(&picture),
            escape(&finding.evidence_line())
        );
    }
    xml.push_str("  </testsuite>\n");
}

/// Text as XML 1.0 may hold it, also in an attribute; a character that no XML document may hold
/// becomes U+FFFD.
pub fn escape(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&#39;"),
            '\n' | '\t' => xml.push(char),
            '\u{fffe}' | '\u{ffff}' => xml.push('\u{fffd}'),
            char if char.is_control() => xml.push('\u{fffd}'),
            char => xml.push(char),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_comes_from_outside() {
        assert_eq!(
            escape("<a b=\"'&'\">\u{1b}\u{0}"),
            "&lt;a b=&quot;&#39;&amp;&#39;&quot;&gt;\u{fffd}\u{fffd}"
        );
    }

    #[test]
    fn one_failure_and_one_pass() {
        let entries = [
            crate::toy::entry(b"3,1\nabc1\nz"),
            crate::toy::entry(b"1\na"),
        ];
        let xml = report(&entries);
        assert!(xml.contains("<testsuites name=\"misframe\" tests=\"2\" failures=\"1\">"));
        assert!(xml.contains("<testcase name=\"a file\" classname=\"toy-note\"/>"));
        assert!(xml.contains("<failure type=\"error\" message=\"boundary two-numbers: with B"));
        assert_eq!(xml.matches("<testcase").count(), 2);
    }
}
