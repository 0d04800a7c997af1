//! The camps of a picture, a line each: who, what they read, how it ended, and why.

use std::fmt::Write as _;

use parsers::{Citation, End, Stance};

use super::{Palette, thousands};
use crate::direction::missing;
use crate::finding::{Camp, Judgement};
use crate::panel::Standing;

/// A column is padded up to this width; what is wider stands out.
const WIDEST: usize = 44;
/// How many single leniencies of a camp are named.
const SINGLES: usize = 4;
/// How many messages of a camp are shown at the front, and at the back.
const MESSAGES: usize = 4;
/// How many citations of a camp are shown.
const CITATIONS: usize = 4;

/// The lines of the camps; each ends with a line break.
pub fn draw(judgement: &Judgement, len: usize, palette: &Palette) -> String {
    let rows: Vec<[String; 5]> = judgement
        .camps
        .iter()
        .map(|camp| {
            [
                camp.letter.clone(),
                members(camp),
                messages(camp),
                end(camp, len),
                citations(camp),
            ]
        })
        .collect();
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            let cell = cell.chars().count();
            if cell <= WIDEST {
                *width = cell.max(*width);
            }
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (nth, (cell, width)) in row.iter().zip(widths).enumerate() {
            if width == 0 && cell.is_empty() {
                continue;
            }
            let pad = width.saturating_sub(cell.chars().count()) + if nth == 0 { 2 } else { 3 };
            let style = match nth {
                0 => palette.letter,
                4 => palette.faint,
                _ => anstyle::Style::new(),
            };
            let _ = write!(line, "{style}{cell}{style:#}{:pad$}", "");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let faint = palette.faint;
    let _ = match judgement.as_strict {
        0 => Ok(()),
        1 => writeln!(
            text,
            "{faint}   (1 single leniency changes nothing){faint:#}"
        ),
        more => writeln!(
            text,
            "{faint}   ({more} single leniencies change nothing){faint:#}"
        ),
    };
    text
}

/// The names of a camp: all but the last of many single leniencies.
pub fn members(camp: &Camp) -> String {
    let is_single = |standing| standing == Standing::Single;
    let names = camp.members.iter().filter(|m| !is_single(m.standing));
    let mut names: Vec<_> = names.map(|member| member.name.as_str()).collect();
    let singles = camp.members.iter().filter(|m| is_single(m.standing));
    let singles: Vec<_> = singles.map(|member| member.name.as_str()).collect();
    let shown = match singles.len() {
        some if some <= SINGLES + 1 => some,
        _ => SINGLES,
    };
    names.extend(singles.iter().take(shown));
    let mut text = names.join(", ");
    if singles.len() > shown {
        let _ = write!(text, " and {} more", singles.len() - shown);
    }
    text
}

fn messages(camp: &Camp) -> String {
    let all = &camp.verdict.reading.messages;
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
        let more = format!("… {} messages …", thousands(hidden as u64));
        texts.splice(MESSAGES..MESSAGES + hidden, [more]);
    }
    texts.join("   ")
}

fn end(camp: &Camp, len: usize) -> String {
    let reading = &camp.verdict.reading;
    match reading.end {
        End::Refused => match camp.verdict.refusal() {
            Some(citation) => format!("refused at {}", citation.at),
            None => "refused".to_owned(),
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

/// Why: the refusal first, being the end of the line that the eye is on, then what was waived.
fn citations(camp: &Camp) -> String {
    let all = &camp.verdict.citations;
    let (refused, waived): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|citation| citation.stance == Stance::Refuse);
    let mut texts: Vec<_> = refused.into_iter().chain(waived).map(cite).collect();
    if texts.len() > CITATIONS + 1 {
        let more = texts.len() - CITATIONS;
        texts.truncate(CITATIONS);
        texts.push(format!("and {more} more"));
    }
    texts.join(", ")
}

fn cite(citation: &Citation) -> String {
    let (rule, at) = (citation.rule, citation.at);
    match citation.stance {
        Stance::Refuse => format!("{} ({})", rule.id, rule.spec),
        Stance::Waive(leniency) => {
            format!(
                "waives {} at {at} by {} ({})",
                rule.id, leniency.id, rule.spec
            )
        }
    }
}
