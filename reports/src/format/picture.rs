//! A judgement as a picture: the input with the boundaries of each group in its margin, then the groups.

mod groups;
mod lines;

pub use groups::{fold, members};

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use corpus::Case;
use parsers::core::compare::Level;
use parsers::{Family, Standing};

use crate::judge::finding::Judgement;
use crate::judge::panel::{Panel, Scope};

/// The colours of a picture; plain ones write no escape sequence.
#[derive(Clone, Copy, Debug, Default)]
pub struct Palette {
    letter: Style,
    faint: Style,
    note: Style,
    warning: Style,
    error: Style,
}

impl Palette {
    /// No colour at all.
    pub const PLAIN: Self = Self {
        letter: Style::new(),
        faint: Style::new(),
        note: Style::new(),
        warning: Style::new(),
        error: Style::new(),
    };

    /// Colours for a terminal.
    pub const COLOUR: Self = Self {
        letter: AnsiColor::Cyan.on_default().bold(),
        faint: Style::new().dimmed(),
        note: AnsiColor::Blue.on_default(),
        warning: AnsiColor::Yellow.on_default().bold(),
        error: AnsiColor::Red.on_default().bold(),
    };

    /// The style of a level.
    pub fn level(&self, level: Level) -> Style {
        match level {
            Level::Note => self.note,
            Level::Warning => self.warning,
            Level::Error => self.error,
        }
    }
}

/// The picture of what a panel made of `input`: it ends with a line break.
pub fn draw(judgement: &Judgement, input: &[u8], palette: &Palette) -> String {
    draw_within(judgement, input, palette, None)
}

/// The same in at most `width` columns, where it is given, but for lines of the input and words that are longer.
pub fn draw_within(
    judgement: &Judgement,
    input: &[u8],
    palette: &Palette,
    width: Option<usize>,
) -> String {
    let mut picture = lines::draw(judgement, input, palette);
    picture.push('\n');
    picture.push_str(&groups::draw(judgement, input.len(), palette, width));
    let summary = summary(judgement, palette);
    picture.push_str(&match width {
        Some(width) => fold(&summary, width, "  "),
        None => summary,
    });
    picture
}

/// The last lines of a picture: how the groups disagree, and which keep the specification.
pub(crate) fn summary(judgement: &Judgement, palette: &Palette) -> String {
    let Some(finding) = &judgement.finding else {
        return match judgement.groups.len() {
            0 => "no reader has read it\n".to_owned(),
            1 => match judgement.rejected_by {
                Some(1) => "the specification rejects it\n".to_owned(),
                Some(readers) => format!("all {readers} readers reject it\n"),
                None => "all agree\n".to_owned(),
            },
            _ => {
                "nothing to act on: no two deployed readers find other messages in it\n".to_owned()
            }
        };
    };
    let style = palette.level(finding.level);
    let mut text = format!(
        "{style}{}, {}",
        finding.divergence.kind.word(),
        finding.level.word()
    );
    for class in finding.class.iter() {
        text.push_str(", ");
        text.push_str(class);
    }
    let _ = writeln!(text, "{style:#}: {}", finding.direction);
    let others = finding.classes.iter();
    let others: Vec<_> = others
        .filter(|class| Some(*class) != finding.class.as_ref())
        .map(String::as_str)
        .collect();
    if !others.is_empty() {
        let _ = writeln!(text, "also {}", others.join(", "));
    }
    for fact in judgement.other_facts() {
        let (level, class) = (fact.level.word(), fact.class.word());
        let _ = writeln!(text, "facts, {level}, {class}: {}", fact.direction);
    }
    let letter = |group: &usize| {
        let group = judgement.groups.get(*group);
        group.map_or("", |group| group.letter.as_str())
    };
    for same in finding.departs.chunk_by(|(_, a), (_, b)| a == b) {
        let letters: Vec<_> = same.iter().map(|(group, _)| letter(group)).collect();
        let Some((_, departure)) = same.first() else {
            continue;
        };
        let rules = departure.rules.iter();
        let rules: Vec<_> = rules
            .map(|rule| format!("{} ({})", rule.id, rule.spec))
            .collect();
        let words = match (departure.standing, letters.len()) {
            (Standing::AgainstMust, 1) => "breaks the specification",
            (Standing::AgainstMust, _) => "break the specification",
            (Standing::AgainstShould, 1) => "does what it should not",
            (Standing::AgainstShould, _) => "do what they should not",
            (Standing::Permitted, _) => continue,
        };
        let _ = writeln!(text, "{} {words}: {}", letters.join(", "), rules.join(", "));
    }
    text
}

/// The snapshot of a case: what it is about, what the specification says, and the picture of what the family's parsers and
/// the departures that the case names make of it.
pub fn snapshot(case: &Case, family: &'static Family) -> String {
    let judgement = Panel::of_case(family, &case.leniencies).judge(case, Scope::All);
    let mut text = format!(
        "{}\n{}: {}",
        case.about,
        case.family.name,
        case.expect.word()
    );
    if !case.rules.is_empty() {
        let _ = write!(text, ", {}", case.rules.join(", "));
    }
    text.push_str("\n\n");
    text.push_str(&draw(&judgement, &case.input, &Palette::PLAIN));
    text
}

#[cfg(test)]
mod tests;
