//! The input, one line a line, with the letters of the camps that end a message there.

use std::fmt::Write as _;

use corpus::escape;

use super::{Palette, thousands};
use crate::finding::Judgement;

/// A line with more columns than this loses its middle.
const COLUMNS: usize = 100;
/// How many columns of it stay at the front.
const FRONT: usize = 64;
/// How many columns of it stay at the back.
const BACK: usize = 20;
/// A picture with more lines than this loses some that hold no boundary.
const LINES: usize = 60;
/// How many lines without a boundary stay at either end of a run of them.
const KEPT: usize = 4;
/// The margin is at least this wide.
const MARGIN: usize = 5;

struct Line<'a> {
    bytes: &'a [u8],
    letters: String,
}

/// The lines of the picture; each ends with a line break.
pub fn draw(judgement: &Judgement, input: &[u8], palette: &Palette) -> String {
    let lines = cut(judgement, input);
    let widest = lines.iter().map(|line| line.letters.chars().count()).max();
    let margin = MARGIN.max(widest.unwrap_or(0) + 1);
    let mut picture = String::new();
    let is_bare = |line: &Line<'_>| line.letters.is_empty();
    for run in lines.chunk_by(|a, b| is_bare(a) == is_bare(b)) {
        let elided = lines.len() > LINES && run.first().is_some_and(is_bare);
        let (front, hidden, back) = match run.len().checked_sub(2 * KEPT) {
            Some(hidden) if elided && hidden > 1 => {
                let (front, rest) = run.split_at(KEPT);
                let (hidden, back) = rest.split_at(hidden);
                (front, hidden, back)
            }
            _ => (run, [].as_slice(), [].as_slice()),
        };
        for line in front {
            draw_line(line, margin, palette, &mut picture);
        }
        if !hidden.is_empty() {
            let bytes: usize = hidden.iter().map(|line| line.bytes.len()).sum();
            let (lines, bytes) = (thousands(hidden.len() as u64), thousands(bytes as u64));
            let faint = &palette.faint;
            let _ = writeln!(
                picture,
                "{:margin$}{faint}… {lines} lines, {bytes} bytes …{faint:#}",
                ""
            );
        }
        for line in back {
            draw_line(line, margin, palette, &mut picture);
        }
    }
    picture
}

/// Cuts the input after each LF and at each boundary.
fn cut<'a>(judgement: &Judgement, input: &'a [u8]) -> Vec<Line<'a>> {
    let mut ends: Vec<(usize, &str)> = Vec::new();
    for camp in &judgement.camps {
        let messages = camp.verdict.reading.messages.iter();
        ends.extend(messages.map(|message| (message.end, camp.letter.as_str())));
    }
    // Stable: the letters of one boundary stay in the order of the camps.
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
            lines.push(Line { bytes, letters });
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
    let hidden = thousands(middle.len() as u64);
    let (head, tail) = (escape::display(head), escape::display(tail));
    let _ = write!(picture, "{head}{faint} … {hidden} bytes … {faint:#}{tail}");
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
