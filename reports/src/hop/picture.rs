//! What reached each reader on a route, one line a line, with marks at what is lost, kept or unread.

use std::fmt::Write as _;

use corpus::HopCase;
use corpus::escape::display;
use parsers::core::compare::Level;
use parsers::hop::run::{Piece, SentPiece};
use parsers::hop::{BoundaryFate, Field, HopDefect, HopRequest, OracleFinding, Passage, Stage};

use crate::format::picture::Palette;

/// A line with more columns than this loses its end.
const COLUMNS: usize = 100;
/// Of a stage with more lines than this, the rest is not shown.
const LINES: usize = 60;
/// How wide the margin is.
const MARGIN: usize = 4;

/// A mark at a byte of what reached a reader.
struct Mark {
    stage: usize,
    at: usize,
    level: Level,
    text: String,
}

/// The stages. In the margin, `>` is where the sender means a request to end, `<` where the reader reads its end, and
/// `~` a line that was sent unread.
pub fn draw(case: &HopCase, passage: &Passage, palette: &Palette) -> String {
    let marks: Vec<_> = passage
        .findings
        .iter()
        .filter_map(|finding| mark(finding, passage))
        .collect();
    let mut text = String::new();
    for (nth, stage) in passage.stages.iter().enumerate() {
        let reader = match case.hops.get(nth) {
            Some(hop) => format!("h{nth}: reads {}, forwards {}", hop.reader, hop.policy),
            None => format!("origin: reads {}", case.last),
        };
        let gap = if nth == 0 { "" } else { "\n" };
        let _ = writeln!(text, "{gap}{reader}");
        let before = nth.checked_sub(1).and_then(|nth| passage.stages.get(nth));
        let marks = marks
            .iter()
            .filter(|mark| mark.stage == nth)
            .collect::<Vec<_>>();
        lines(stage, before, &marks, palette, &mut text);
    }
    text
}

fn lines(
    stage: &Stage,
    before: Option<&Stage>,
    marks: &[&Mark],
    palette: &Palette,
    text: &mut String,
) {
    let sent: &[SentPiece] = before.map_or(&[], |before| &before.sent);
    let mut start = 0;
    let all = stage.input.split_inclusive(|byte| *byte == b'\n');
    for (nth, line) in all.enumerate() {
        if nth == LINES {
            let _ = writeln!(
                text,
                "{:MARGIN$} ... {} bytes in all",
                "",
                stage.input.len()
            );
            return;
        }
        let span = start..start + line.len();
        start = span.end;
        let ends_in = |end: usize| span.start < end && end <= span.end;
        let is_request = |sent: &&SentPiece| matches!(sent.piece, Piece::Request(_));
        let mut margin = String::new();
        if sent.iter().filter(is_request).any(|sent| ends_in(sent.end)) {
            margin.push('>');
        }
        if stage.requests.iter().any(|request| ends_in(request.end)) {
            margin.push('<');
        }
        let unread = sent.iter().filter(|sent| !is_request(sent));
        if unread
            .clone()
            .any(|sent| sent.start <= span.start && span.end <= sent.end)
        {
            margin.push('~');
        }
        let shown: String = display(line).chars().take(COLUMNS).collect();
        let _ = write!(text, "{margin:MARGIN$} {shown}");
        for mark in marks.iter().filter(|mark| span.contains(&mark.at)) {
            let style = palette.level(mark.level);
            let _ = write!(text, "  {style}<== {}{style:#}", mark.text);
        }
        text.push('\n');
    }
    if stage.input.is_empty() {
        let _ = writeln!(text, "{:MARGIN$} nothing", "");
    }
    for mark in marks.iter().filter(|mark| mark.at >= stage.input.len()) {
        let style = palette.level(mark.level);
        let _ = writeln!(text, "{:MARGIN$} {style}<== {}{style:#}", "", mark.text);
    }
}

/// Where a finding shows, and what is said there.
fn mark(finding: &OracleFinding, passage: &Passage) -> Option<Mark> {
    let here = passage.stages.get(finding.at)?;
    let next = passage.stages.get(finding.at + 1);
    let came = here.requests.get(finding.request);
    // What the next reader made of the same request.
    let is_same = |sent: &SentPiece| sent.piece == Piece::Request(finding.request);
    let arrived = here.sent.iter().position(is_same);
    let arrived = arrived.and_then(|nth| next?.requests.get(nth));
    let unread = |words: &[u8]| {
        let mut requests = next?.requests.iter().rev();
        let request = requests.find(|request| request.words() == words)?;
        Some((finding.at + 1, request.start))
    };
    let rule = finding.rule.spec;
    let (place, text) = match &finding.what {
        HopDefect::Lost {
            name,
            is_by_rule: by_rule,
        } => {
            let by = if *by_rule { "by rule" } else { "by fault" };
            let at = came.and_then(|request| field_at(request, name, &here.input))?;
            (Some((finding.at, at)), format!("lost {by}: {rule}"))
        }
        HopDefect::Kept { name } | HopDefect::Merged { name } => {
            let at = arrived.zip(next);
            let at = at.and_then(|(request, next)| field_at(request, name, &next.input))?;
            let word = match finding.what {
                HopDefect::Merged { .. } => "merged",
                _ => "kept",
            };
            (
                Some((finding.at + 1, at)),
                format!("{word} by fault: {rule}"),
            )
        }
        HopDefect::Boundary {
            fate: BoundaryFate::Healed,
            ..
        } => return None,
        HopDefect::Boundary {
            extra: Some(words), ..
        } => (unread(words), format!("h{} has not meant this", finding.at)),
        HopDefect::Boundary { extra: None, .. } => {
            let taken = next.map_or(0, |next| next.reading.taken());
            let text = format!(
                "from here on, another request than h{} has meant",
                finding.at
            );
            (Some((finding.at + 1, taken)), text)
        }
        HopDefect::Crosses { words } => {
            (unread(words), format!("unread by h{}: {rule}", finding.at))
        }
        HopDefect::Content => (
            came.map(|came| (finding.at, came.start)),
            "another content".to_owned(),
        ),
        HopDefect::Rejected => {
            let at = here.rejection.map_or(0, |rejection| rejection.at);
            (Some((finding.at, at)), format!("rejected: {rule}"))
        }
    };
    let (stage, at) = place?;
    let level = finding.level();
    Some(Mark {
        stage,
        at,
        level,
        text,
    })
}

/// Where a field of a request begins in what reached its reader; the last of that name.
fn field_at(request: &HopRequest, name: &[u8], input: &[u8]) -> Option<usize> {
    let mut fields = request.fields.iter().chain(&request.trailers);
    let field: &Field = fields.rfind(|field| field.is(name))?;
    let bytes = input.get(request.start..request.end)?;
    let mut windows = bytes.windows(field.raw.len().max(1));
    let at = windows.position(|window| window == field.raw)?;
    Some(request.start + at)
}
