//! The input, one line a line, with the letters of the groups that end a message there.

use std::fmt::Write as _;

use corpus::escape;

use super::Palette;
use crate::judge::finding::Judgement;
use corpus::number::counted;

/// A line with more columns than this loses its middle.
const COLUMNS: usize = 100;
/// How many columns of it stay at the front.
const FRONT: usize = 64;
/// How many columns of it stay at the back.
const BACK: usize = 20;
/// A picture with more lines than this loses those that tell nothing new.
const LINES: usize = 60;
/// How many lines stay around one that tells something new.
const KEPT: usize = 4;
/// How many lines that tell something new are shown at the front, and at the back.
const NEWS: usize = 40;
/// The margin is at least this wide.
const MARGIN: usize = 5;

struct Line<'a> {
    bytes: &'a [u8],
    letters: String,
    /// Whether a group rejects a byte of it.
    is_rejected: bool,
}

/// The lines of the picture; each ends with a line break.
pub fn draw(judgement: &Judgement, input: &[u8], palette: &Palette) -> String {
    let lines = cut(judgement, input);
    let widest = lines.iter().map(|line| line.letters.chars().count()).max();
    let margin = MARGIN.max(widest.unwrap_or(0) + 1);
    let mut picture = String::new();
    let keep = keep(&lines);
    let mut rest = lines.iter().zip(&keep).peekable();
    while let Some((line, &kept)) = rest.next() {
        if kept {
            draw_line(line, margin, palette, &mut picture);
            continue;
        }
        let mut hidden = vec![line];
        while let Some((line, _)) = rest.next_if(|(_, kept)| !**kept) {
            hidden.push(line);
        }
        draw_hidden(&hidden, margin, palette, &mut picture);
    }
    picture
}

/// Which lines are shown: all of a short picture; of a long one its ends and what is near a line that
/// tells something new, by a boundary of other groups than the one before it, or by a rejection.
fn keep(lines: &[Line<'_>]) -> Vec<bool> {
    let mut keep = vec![lines.len() <= LINES; lines.len()];
    let mut news = Vec::new();
    let mut before = "";
    for (nth, line) in lines.iter().enumerate() {
        let is_other = !line.letters.is_empty() && line.letters != before;
        if is_other || line.is_rejected {
            news.push(nth);
        }
        if !line.letters.is_empty() {
            before = &line.letters;
        }
    }
    if news.len() > 2 * NEWS {
        news.drain(NEWS..news.len() - NEWS);
    }
    // The ends are news without neighbours outside.
    for (from, to) in [(0, KEPT), (lines.len().saturating_sub(KEPT), lines.len())] {
        mark(&mut keep, from, to);
    }
    for nth in news {
        mark(&mut keep, nth.saturating_sub(KEPT), nth + KEPT + 1);
    }
    // A line alone takes no more room than the words that would stand for it.
    for nth in 1..keep.len().saturating_sub(1) {
        let around = (keep.get(nth - 1).copied(), keep.get(nth + 1).copied());
        if around == (Some(true), Some(true)) {
            mark(&mut keep, nth, nth + 1);
        }
    }
    keep
}

fn mark(keep: &mut [bool], from: usize, to: usize) {
    for kept in keep.iter_mut().take(to).skip(from) {
        *kept = true;
    }
}

fn draw_hidden(hidden: &[&Line<'_>], margin: usize, palette: &Palette, picture: &mut String) {
    let bytes: usize = hidden.iter().map(|line| line.bytes.len()).sum();
    let boundaries = hidden.iter().filter(|line| !line.letters.is_empty());
    let boundaries = match boundaries.count() {
        0 => String::new(),
        more => format!(", {}", counted(more, "boundary")),
    };
    let (lines, bytes) = (counted(hidden.len(), "line"), counted(bytes, "byte"));
    let faint = &palette.faint;
    let _ = writeln!(
        picture,
        "{:margin$}{faint}… {lines}, {bytes}{boundaries} …{faint:#}",
        ""
    );
}

/// Cuts the input after each LF and at each boundary.
fn cut<'a>(judgement: &Judgement, input: &'a [u8]) -> Vec<Line<'a>> {
    let mut ends: Vec<(usize, &str)> = Vec::new();
    for group in &judgement.groups {
        let messages = group.verdict.reading.messages.iter();
        ends.extend(messages.map(|message| (message.end, group.letter.as_str())));
    }
    let groups = judgement.groups.iter();
    let rejected: Vec<usize> = groups
        .filter_map(|group| Some(group.verdict.rejection()?.at))
        .collect();
    // Stable: the letters of one boundary stay in the order of the groups.
    ends.sort_by_key(|(end, _)| *end);
    let mut lines = Vec::new();
    let (mut at, mut ends) = (0, ends.into_iter().peekable());
    while at < input.len() {
        let rest = input.get(at..).unwrap_or(&[]);
        let line = rest.iter().position(|byte| *byte == b'\n');
        let line_end = line.map_or(input.len(), |lf| at + lf + 1);
        let end = ends.peek().map_or(line_end, |(end, _)| line_end.min(*end));
        let mut letters = String::new();
        while let Some((_, letter)) = ends.next_if(|(boundary, _)| *boundary <= end) {
            letters.push_str(letter);
        }
        if end > at {
            let bytes = input.get(at..end).unwrap_or(&[]);
            let is_rejected = rejected.iter().any(|byte| (at..end).contains(byte));
            lines.push(Line {
                bytes,
                letters,
                is_rejected,
            });
        }
        at = end.max(at);
    }
    lines
}

fn draw_line(line: &Line<'_>, margin: usize, palette: &Palette, picture: &mut String) {
    let (letter, letters) = (&palette.letter, &line.letters);
    // Padding is counted in characters, so that it comes after the style is reset.
    let pad = margin.saturating_sub(letters.chars().count());
    let _ = write!(picture, "{letter}{letters}{letter:#}{:pad$}", "");
    draw_bytes(line.bytes, palette, picture);
    // Space at the end of a line would not be seen, and editors remove it.
    if line.bytes.ends_with(b" ") {
        picture.pop();
        picture.push_str("\\x20");
    }
    picture.push('\n');
}

/// The bytes of a line, escaped, without the middle of a long one.
fn draw_bytes(bytes: &[u8], palette: &Palette, picture: &mut String) {
    if bytes.len() <= COLUMNS {
        let shown = escape::display(bytes);
        if shown.chars().count() <= COLUMNS {
            picture.push_str(&shown);
            return;
        }
    }
    let front = fits(bytes.iter(), FRONT);
    let back = fits(bytes.iter().rev(), BACK).min(bytes.len() - front);
    let (head, rest) = bytes.split_at(front);
    let (middle, tail) = rest.split_at(rest.len() - back);
    let faint = &palette.faint;
    let hidden = counted(middle.len(), "byte");
    let (head, tail) = (escape::display(head), escape::display(tail));
    let _ = write!(picture, "{head}{faint} … {hidden} … {faint:#}{tail}");
}

/// How many of these bytes fit into so many columns.
fn fits<'a>(bytes: impl Iterator<Item = &'a u8>, columns: usize) -> usize {
    let mut left = columns;
    bytes
        .take_while(|byte| {
            let width = escape::display(std::slice::from_ref(byte)).chars().count();
            let fit = width <= left;
            left = left.saturating_sub(width);
            fit
        })
        .count()
}
