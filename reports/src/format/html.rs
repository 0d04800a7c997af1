//! HTML: one page that needs nothing else, neither script nor network.

use std::fmt::Write as _;

use corpus::escape::push_text;

use crate::format::entry::{Entry, EntryTally};
use crate::format::omission::Omission;
use crate::format::picture::Palette;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}\
pre{background:#f4f4f4;color:#111;font-size:13px;overflow-x:auto;padding:1rem}\
table{border-collapse:collapse}td,th{border-bottom:1px solid #ccc;padding:.2rem .8rem;text-align:left;vertical-align:top}\
.error{color:#b00020;font-weight:bold}.warning{color:#945600;font-weight:bold}.note{color:#0057a8}";

/// The page on `entries`, with the `omissions` above the findings.
pub fn report(entries: &[Entry], omissions: &[Omission]) -> String {
    let tally = EntryTally::of(entries);
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>misframe</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>misframe</h1>\n\
         <p>{tally}.</p>\n"
    );
    left_out(entries, omissions, &mut html);
    let found = || {
        let numbered = entries.iter().enumerate();
        numbered.filter(|(_, entry)| entry.level().is_some())
    };
    if found().next().is_some() {
        html.push_str("<table>\n<tr><th>input<th>level<th>finding<th>direction</tr>\n");
        for (nth, entry) in found() {
            row(nth, entry, &mut html);
        }
        html.push_str("</table>\n");
    }
    for (nth, entry) in found() {
        details(nth, entry, &mut html);
    }
    html.push_str("</body>\n</html>\n");
    html
}

/// What was not read, asked or judged.
fn left_out(entries: &[Entry], omissions: &[Omission], html: &mut String) {
    let unjudged: Vec<_> = entries
        .iter()
        .filter_map(|entry| Some((&entry.file, entry.unjudged()?)))
        .collect();
    if omissions.is_empty() && unjudged.is_empty() {
        return;
    }
    html.push_str("<h2>Left out</h2>\n<ul>\n");
    for omission in omissions {
        let class = if omission.is_trouble { "error" } else { "note" };
        let _ = writeln!(html, "<li class=\"{class}\">{}", escape(&omission.text));
    }
    for (file, why) in unjudged {
        let _ = writeln!(
            html,
            "<li class=\"error\">{}: {}",
            escape(file),
            escape(why)
        );
    }
    html.push_str("</ul>\n");
}

fn row(nth: usize, entry: &Entry, html: &mut String) {
    let Some(finding) = entry.found() else {
        return;
    };
    let level = finding.level.word();
    let _ = writeln!(
        html,
        "<tr><td><a href=\"#f{nth}\">{}</a><td class=\"{level}\">{level}<td>{}<td>{}</tr>",
        escape(&entry.file),
        escape(&finding.title()),
        escape(&finding.direction)
    );
}

fn details(nth: usize, entry: &Entry, html: &mut String) {
    let _ = writeln!(html, "<h2 id=\"f{nth}\">{}</h2>", escape(&entry.file));
    if let Some([about, source]) = entry.about() {
        let _ = writeln!(html, "<p>{} {}</p>", escape(&about), escape(&source));
    }
    let picture = entry.draw(&Palette::PLAIN);
    let _ = writeln!(html, "<pre>{}</pre>", escape(&picture));
    let Some(finding) = entry.found() else {
        return;
    };
    html.push_str("<ul>\n");
    for rule in &finding.rules {
        let (spec, text) = (escape(rule.spec), escape(rule.text));
        let _ = writeln!(html, "<li><code>{}</code>, {spec}: {text}", rule.id);
    }
    let _ = writeln!(
        html,
        "<li>evidence: {}; signature: <code>{}</code>\n</ul>",
        escape(&finding.evidence_line()),
        escape(&finding.signature.to_string())
    );
}

/// Text in which nothing is markup, also in an attribute.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' => html.push('\n'),
            char => push_text(char, &mut html),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_markup_comes_from_outside() {
        let mut entry = crate::toy::entry(b"8,1\n<script>");
        entry.file = "<script>\"'\u{1b}".to_owned();
        let html = report(&[entry], &[]);
        assert!(!html.contains("<script"));
        assert!(html.contains("&lt;script&gt;&quot;&#39;\\u{1b}"));
        assert!(html.contains("<td class=\"error\">error<td>boundary two-numbers<td>"));
    }

    #[test]
    fn what_was_left_out_comes_first() {
        let omission = Omission {
            text: "a <peer> died".to_owned(),
            is_trouble: true,
        };
        let html = report(&[crate::toy::entry(b"8,1\n<script>")], &[omission]);
        let at = |text: &str| html.find(text);
        assert!(
            at("<li class=\"error\">a &lt;peer&gt; died").is_some(),
            "{html}"
        );
        assert!(at("Left out") < at("<table>"));
    }
}
