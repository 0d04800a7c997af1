//! JUnit XML: an input is a test, which a warning or an error fails.

use std::fmt::Write as _;

use corpus::escape::push_text;

use crate::format::entry::{Entry, families};
use crate::format::omission::{Omission, troubles};
use crate::format::picture::Palette;

/// The suite of what could not be read or asked.
const OMITTED: &str = "misframe";

/// The report on `entries`: a suite per family. What is trouble among the `omissions` is a suite of its own, of
/// tests in error.
pub fn report(entries: &[Entry], omissions: &[Omission]) -> String {
    let failures = entries.iter().filter(|e| e.grave().is_some()).count();
    let unjudged = entries.iter().filter(|e| e.unjudged().is_some()).count();
    let troubles = troubles(omissions).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"misframe\" tests=\"{}\" failures=\"{failures}\" errors=\"{}\">",
        entries.len() + troubles,
        unjudged + troubles
    );
    for family in families(entries) {
        suite(family.family(), entries, &mut xml);
    }
    if !omissions.is_empty() {
        omitted(omissions, &mut xml);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(family: &str, entries: &[Entry], xml: &mut String) {
    let of_family = || entries.iter().filter(|e| e.family() == family);
    let failures = of_family().filter(|entry| entry.grave().is_some()).count();
    let errors = of_family().filter(|e| e.unjudged().is_some()).count();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">",
        escape(family),
        of_family().count()
    );
    for entry in of_family() {
        let (file, class) = (escape(&entry.file), escape(family));
        let _ = write!(xml, "    <testcase name=\"{file}\" classname=\"{class}\"");
        if let Some(why) = entry.unjudged() {
            let why = escape(why);
            let _ = writeln!(
                xml,
                ">\n      <error type=\"not judged\" message=\"{why}\"/>\n    </testcase>"
            );
            continue;
        }
        let Some(finding) = entry.grave() else {
            xml.push_str("/>\n");
            continue;
        };
        let picture = entry.draw(&Palette::PLAIN);
        let _ = writeln!(
            xml,
            ">\n      <failure type=\"{}\" message=\"{}: {}\">{}evidence: {}\n</failure>\n    </testcase>",
            finding.level.word(),
            escape(&finding.title()),
            escape(&finding.direction),
            escape(&picture),
            escape(&finding.evidence_line())
        );
    }
    xml.push_str("  </testsuite>\n");
}

/// What was not read or asked: a test in error for each trouble, and the rest as what was printed.
fn omitted(omissions: &[Omission], xml: &mut String) {
    let count = troubles(omissions).count();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{OMITTED}\" tests=\"{count}\" failures=\"0\" errors=\"{count}\">"
    );
    for (nth, trouble) in troubles(omissions).enumerate() {
        let (nth, text) = (nth + 1, escape(&trouble.text));
        let _ = writeln!(
            xml,
            "    <testcase name=\"trouble {nth}\" classname=\"{OMITTED}\">\n      \
             <error type=\"trouble\" message=\"{text}\"/>\n    </testcase>"
        );
    }
    let notes: Vec<_> = omissions.iter().filter(|one| !one.is_trouble).collect();
    if !notes.is_empty() {
        let texts: Vec<_> = notes.iter().map(|note| escape(&note.text)).collect();
        let _ = writeln!(xml, "    <system-err>{}</system-err>", texts.join("\n"));
    }
    xml.push_str("  </testsuite>\n");
}

/// Text as XML 1.0 may hold it, also in an attribute. A character that no XML document may hold, or that
/// no reader can see, becomes its escape.
pub(crate) fn escape(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\'' => xml.push_str("&#39;"),
            '\n' | '\t' => xml.push(char),
            '\u{fffe}' | '\u{ffff}' => xml.extend(char.escape_unicode()),
            char => push_text(char, &mut xml),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::entry::EntrySubject;

    #[test]
    fn no_markup_comes_from_outside() {
        assert_eq!(
            escape("<a b=\"'&'\">\u{1b}\u{0}"),
            "&lt;a b=&quot;&#39;&amp;&#39;&quot;&gt;\\u{1b}\\u{0}"
        );
    }

    #[test]
    fn one_failure_and_one_pass() {
        let entries = [
            crate::toy::entry(b"3,1\nabc1\nz"),
            crate::toy::entry(b"1\na"),
        ];
        let xml = report(&entries, &[]);
        let counts = "<testsuites name=\"misframe\" tests=\"2\" failures=\"1\" errors=\"0\">";
        assert!(xml.contains(counts), "{xml}");
        assert!(xml.contains("<testcase name=\"a file\" classname=\"toy-note\"/>"));
        assert!(xml.contains("<failure type=\"error\" message=\"boundary two-numbers: with B"));
        assert_eq!(xml.matches("<testcase").count(), 2);
    }

    #[test]
    fn what_was_not_judged_is_in_error() {
        let mut entry = crate::toy::entry(b"1\na");
        if let EntrySubject::Messages { judgement, .. } = &mut entry.subject {
            judgement.unjudged = Some("nobody <reads> it");
        }
        let omissions = [(true, "a \"peer\" died"), (false, "not read: 1 .md file")];
        let omissions = omissions.map(|(is_trouble, text)| Omission {
            text: text.to_owned(),
            is_trouble,
        });
        let xml = report(&[entry], &omissions);
        assert!(
            xml.contains("tests=\"2\" failures=\"0\" errors=\"2\">"),
            "{xml}"
        );
        assert!(xml.contains("<error type=\"not judged\" message=\"nobody &lt;reads&gt; it\"/>"));
        assert!(xml.contains("<error type=\"trouble\" message=\"a &quot;peer&quot; died\"/>"));
        assert!(xml.contains("<system-err>not read: 1 .md file</system-err>"));
        assert_eq!(xml.matches("<testcase ").count(), 2);
    }
}
