//! The groups of a picture, a row each: readers, messages, how the stream ended, and why.

use std::fmt::Write as _;

use anstyle::Style;
use corpus::escape;
use parsers::{Citation, End, Stance};

use super::Palette;
use crate::judge::direction::missing;
use crate::judge::finding::Judgement;
use crate::judge::group::{Group, Member};
use crate::judge::seat::Membership;
use crate::judge::shipped::LEARNED;
use corpus::number::{counted, thousands};

/// The names of a group take up to so many columns a line.
const NAMES: usize = 40;
/// How many single leniencies of a group are named.
const SINGLES: usize = 4;
/// How many messages of a group are shown at the front, and at the back.
const MESSAGES: usize = 3;
/// How many citations of a group are shown.
const CITATIONS: usize = 6;

/// A group in a table: each column has a list of lines.
type Row = [Vec<String>; 5];

/// The lines of the groups; each ends with a line break. A table that is wider than `width` columns is drawn as a list.
pub fn draw(judgement: &Judgement, len: usize, palette: &Palette, width: Option<usize>) -> String {
    let groups = judgement.groups.iter();
    let rows: Vec<Row> = groups
        .map(|group| {
            [
                vec![group.letter.clone()],
                wrap(&names(group)),
                vec![messages(group)],
                vec![end(judgement, group, len)],
                citations(group),
            ]
        })
        .collect();
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            let lines = cell.iter().map(|line| line.chars().count());
            *width = lines.max().unwrap_or(0).max(*width);
        }
    }
    let mut text = String::new();
    let gaps = 3 * widths.iter().filter(|width| **width > 0).count();
    let narrow = width.filter(|most| widths.iter().sum::<usize>() + gaps > *most);
    for row in &rows {
        match narrow {
            Some(width) => draw_item(row, width, palette, &mut text),
            None => draw_row(row, &widths, palette, &mut text),
        }
    }
    let faint = palette.faint;
    for (name, failure) in &judgement.failures {
        let what = escape::display_text(&failure.to_string());
        let _ = writeln!(text, "{faint}   ({name} has no reading: {what}){faint:#}");
    }
    // Not how many: a leniency more would change every picture.
    if judgement.as_strict > 0 {
        let _ = writeln!(
            text,
            "{faint}   (the other single leniencies change nothing){faint:#}"
        );
    }
    text
}

/// A group as an item of a list: its letter and its names, then its messages and its end, then each citation.
fn draw_item(row: &Row, width: usize, palette: &Palette, text: &mut String) {
    const INDENT: &str = "   ";
    let [letter, names, messages, end, citations] = row;
    let letter = letter.concat();
    let style = palette.letter;
    let mut line = format!("{letter}  ");
    line.push_str(&names.join(" "));
    let wrapped = fold(&line, width, INDENT);
    let wrapped = wrapped.strip_prefix(letter.as_str()).unwrap_or(&wrapped);
    let _ = writeln!(text, "{style}{letter}{style:#}{wrapped}");
    let read = [messages.concat(), end.concat()];
    let read: Vec<_> = read.into_iter().filter(|read| !read.is_empty()).collect();
    let read = format!("{INDENT}{}", read.join("   "));
    let _ = writeln!(text, "{}", fold(&read, width, INDENT));
    let style = palette.faint;
    for citation in citations {
        let cited = fold(&format!("{INDENT}{citation}"), width, "     ");
        let _ = writeln!(text, "{style}{cited}{style:#}");
    }
}

/// The lines of a text, each broken at spaces where it is longer than `width`; what follows a break is indented.
pub fn fold(text: &str, width: usize, indent: &str) -> String {
    let mut folded = String::new();
    for line in text.split_inclusive('\n') {
        let mut column = 0;
        // The spaces before a word, which a break replaces.
        let mut spaces = String::new();
        for word in line.split_inclusive(' ') {
            let (word, space) = match word.strip_suffix(' ') {
                Some(word) => (word, " "),
                None => (word, ""),
            };
            let length = word.trim_end_matches('\n').chars().count();
            let is_first = folded.is_empty() || folded.ends_with('\n');
            if length > 0 && !is_first && column + spaces.len() + length > width {
                folded.push('\n');
                folded.push_str(indent);
                column = indent.len();
                spaces.clear();
            }
            if length > 0 || word.ends_with('\n') {
                folded.push_str(&spaces);
                column += spaces.len() + length;
                folded.push_str(word);
                spaces.clear();
            }
            spaces.push_str(space);
        }
    }
    folded
}

fn draw_row(row: &Row, widths: &[usize; 5], palette: &Palette, text: &mut String) {
    let styles = [
        palette.letter,
        Style::new(),
        Style::new(),
        Style::new(),
        palette.faint,
    ];
    let lines = row.iter().map(Vec::len).max().unwrap_or(0);
    for nth in 0..lines {
        let mut line = String::new();
        for ((cell, width), style) in row.iter().zip(widths).zip(styles) {
            if *width == 0 {
                continue;
            }
            let cell = cell.get(nth).map_or("", String::as_str);
            let gap = if line.is_empty() { 2 } else { 3 };
            let pad = width - cell.chars().count() + gap;
            let _ = write!(line, "{style}{cell}{style:#}{:pad$}", "");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// Names with commas between them, in lines.
fn wrap(names: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (nth, name) in names.iter().enumerate() {
        let comma = if nth + 1 < names.len() { "," } else { "" };
        match lines.last_mut() {
            Some(line) if line.chars().count() + name.chars().count() + 2 <= NAMES => {
                let _ = write!(line, " {name}{comma}");
            }
            _ => lines.push(format!("{name}{comma}")),
        }
    }
    lines
}

/// The names of a group in one line, without the last of many single leniencies.
pub fn members(group: &Group) -> String {
    names(group).join(", ")
}

fn names(group: &Group) -> Vec<String> {
    let is_single = |standing| standing == Membership::Single;
    let members = group.members.iter();
    let (singles, mut named): (Vec<_>, Vec<_>) =
        members.partition(|member| is_single(member.standing));
    // Those that were asked and our own first: what follows a heading was learned.
    named.sort_by_key(|member| member.standing == Membership::Learned);
    let shown = match singles.len() {
        some if some <= SINGLES + 1 => some,
        _ => SINGLES,
    };
    let shown_singles = singles.iter().copied().take(shown);
    let shown_all = named.into_iter().chain(shown_singles);
    let mut was_learned = false;
    let name = |member: &Member| {
        let is_learned = member.standing == Membership::Learned;
        let name = member.name.trim_end_matches(LEARNED);
        let is_first = is_learned && !std::mem::replace(&mut was_learned, is_learned);
        match is_first {
            true => format!("learned: {name}"),
            false => name.to_owned(),
        }
    };
    let mut names: Vec<_> = shown_all.map(name).collect();
    if singles.len() > shown {
        names.push(format!("{} more", singles.len() - shown));
    }
    names
}

fn messages(group: &Group) -> String {
    let all = &group.verdict.reading.messages;
    let mut texts: Vec<_> = all
        .iter()
        .map(|message| {
            format!(
                "{}..{} {}",
                message.start,
                message.end,
                message.framing.word()
            )
        })
        .collect();
    if texts.len() > 2 * MESSAGES + 1 {
        let hidden = texts.len() - 2 * MESSAGES;
        let more = format!("… {} …", counted(hidden, "message"));
        texts.splice(MESSAGES..MESSAGES + hidden, [more]);
    }
    texts.join("   ")
}

fn end(judgement: &Judgement, group: &Group, len: usize) -> String {
    let reading = &group.verdict.reading;
    let committed = group.verdict.committed.filter(|_| judgement.is_weighed);
    let body = committed.map_or(String::new(), |committed| {
        format!(" in a {} body", committed.framing.word())
    });
    match reading.end {
        End::Rejected => match group.verdict.rejection() {
            Some(citation) => format!("rejected at {}{body}", citation.at),
            None => format!("rejected{body}"),
        },
        End::Incomplete => match (missing(reading, len), reading.pending) {
            (Some(1), _) => "incomplete: 1 byte is missing".to_owned(),
            (Some(more), _) => format!("incomplete: {} bytes are missing", thousands(more)),
            (None, Some(pending)) => format!("incomplete: {}", pending.framing.word()),
            (None, None) => "incomplete".to_owned(),
        },
        End::Complete | End::Tunnel => reading.end.word().to_owned(),
    }
}

/// Why: the rejection first, being the end of the line that the eye is on, then what was relaxed.
fn citations(group: &Group) -> Vec<String> {
    let all = &group.verdict.citations;
    let (rejected, relaxed): (Vec<_>, Vec<_>) =
        all.iter().partition(|citation| citation.stance.rejects());
    // The column before says that a reader rejected; it does not say so of one that read on.
    let verb = match group.verdict.reading.end {
        End::Rejected => "",
        _ => "rejects ",
    };
    let cited = rejected.into_iter().chain(relaxed);
    let mut texts: Vec<_> = cited.map(|citation| cite(citation, verb)).collect();
    if texts.len() > CITATIONS + 1 {
        let more = texts.len() - CITATIONS;
        texts.truncate(CITATIONS);
        texts.push(format!("and {more} more"));
    }
    texts
}

fn cite(citation: &Citation, verb: &str) -> String {
    let (rule, at) = (citation.rule, citation.at);
    match citation.stance {
        Stance::Reject if verb.is_empty() => format!("{} ({})", rule.id, rule.spec),
        Stance::Reject => format!("{verb}{} at {at} ({})", rule.id, rule.spec),
        Stance::Restrict(restriction) => {
            let verb = if verb.is_empty() {
                "rejected"
            } else {
                "rejects"
            };
            format!(
                "{verb} beyond {} at {at} by {} ({})",
                rule.id, restriction.id, rule.spec
            )
        }
        Stance::Relax(leniency) => {
            format!(
                "relaxes {} at {at} by {} ({})",
                rule.id, leniency.id, rule.spec
            )
        }
    }
}
