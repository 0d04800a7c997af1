//! How grave a divergence is where deployed readers and the specification judge.

use parsers::compare::{Divergence, Fate, Kind, Level, Side};
use parsers::unidiff::rules::{HUNK_COUNT, TEXT_AFTER_HUNK};
use parsers::{Citation, Framing, Rule, Stance, Verdict};
use peers::Role;

use crate::camp::Camp;

mod patches;

use patches::{is_same_file, needs_other_lines};

/// The class of what an inspector reads otherwise than the software behind it.
pub const EVASION: &str = "evasion";

/// How grave a divergence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// The level.
    pub level: Level,
    /// Whether it is an ordinary message that inspectors alone read otherwise.
    pub is_evasion: bool,
}

/// What decides beside the two camps themselves.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How many messages the specification accepts; all of an input that it does not reject.
    pub ordinary: usize,
    /// Whether all widely deployed software reads the input alike, and departs only where the specification permits it.
    pub is_common: bool,
    /// Whether peers are held against the specification alone, and not against one another only.
    pub is_held: bool,
}

/// The level of a divergence between two camps about a message of `input`; none when there is nothing to say of it.
///
/// An error is a boundary about which two readers disagree, each of them released software or the specification, that
/// have both committed to what they do. A warning is content that they read differently, widely deployed software that
/// accepts a message by breaking the specification, or a boundary with nothing behind it but empty lines. All else is
/// a note.
///
/// A message that the specification accepts is ordinary. There only widely deployed readers count, where one of them
/// reads other content or sees a message more. What an inspector reads otherwise than they is evasion, a warning.
pub fn weigh(
    input: &[u8],
    divergence: &Divergence,
    camps: [&Camp; 2],
    terms: Terms,
) -> Option<Weighed> {
    if divergence.message < terms.ordinary {
        return ordinary(input, divergence, camps, terms);
    }
    if terms.is_common && divergence.kind == Kind::Acceptance {
        return None;
    }
    let [a, b] = camps;
    let level = of_kind(input, divergence, camps, terms);
    let is_wide = terms.is_held || a.is_wide() || b.is_wide();
    let is_evasion = evades(a, b, Camp::speaks) || evades(b, a, Camp::speaks);
    let most = match [a.speaks(), b.speaks()] {
        [true, true] if is_wide => Level::Error,
        [true, true] => Level::Warning,
        // An inspector that takes all that follows for content has framed nothing.
        _ if is_evasion && ends_at_close(divergence, camps) => match sees_more(divergence, camps) {
            true => Level::Warning,
            false => Level::Note,
        },
        _ if is_evasion => Level::Error,
        [false, false] => Level::Note,
        _ if !disputes(input, divergence, camps) && !loses_line(input, divergence, camps) => {
            Level::Note
        }
        _ if is_wide => Level::Error,
        _ => Level::Warning,
    };
    let level = level.min(most);
    Some(Weighed {
        level,
        is_evasion: is_evasion && level == Level::Warning,
    })
}

/// Whether both have accepted the head of the message, frame it differently, and depart from the specification in the
/// same line: what frames the message for one of them does not for the other.
fn disputes(input: &[u8], divergence: &Divergence, camps: [&Camp; 2]) -> bool {
    if divergence.kind != Kind::Boundary || ends_at_close(divergence, camps) {
        return false;
    }
    let framings = camps.map(|camp| Side::new(&camp.verdict, divergence.message).framing());
    let [Some(own), Some(other)] = framings else {
        return false;
    };
    let [here, there] = camps.map(|camp| {
        let departures = departures(camp, divergence);
        let lines = departures.map(|citation| line_of(input, citation.at));
        lines.collect::<Vec<_>>()
    });
    own != other && here.iter().any(|line| there.contains(line))
}

/// Whether one skips, as text after a hunk, a line that looks like one of the hunk, and the other takes it for one. Software
/// that loses such a line says nothing of it, and reviewers see it.
fn loses_line(input: &[u8], divergence: &Divergence, [a, b]: [&Camp; 2]) -> bool {
    let lines = |camp, rule: &Rule| {
        let departures =
            departures(camp, divergence).filter(|citation| citation.rule.id == rule.id);
        departures.map(|citation| citation.at).collect::<Vec<_>>()
    };
    let loses = |one, other| {
        let taken = lines(other, &HUNK_COUNT);
        let skipped = lines(one, &TEXT_AFTER_HUNK).into_iter();
        skipped.filter(|at| taken.contains(at)).any(|at| {
            let mut lines = input.get(at..).unwrap_or(&[]).split(|byte| *byte == b'\n');
            // What was common to both files may come first.
            let changed = lines.find(|line| line.first() != Some(&b' '));
            changed.is_some_and(is_hunk_line)
        })
    };
    a.deployed() > 0 && loses(a, b) || b.deployed() > 0 && loses(b, a)
}

/// The departures from the specification in the message of a divergence, or later.
fn departures<'a>(camp: &'a Camp, divergence: &Divergence) -> impl Iterator<Item = &'a Citation> {
    let at = divergence.at;
    let here = camp.verdict.citations.iter();
    here.filter(move |citation| citation.at >= at && matches!(citation.stance, Stance::Waive(_)))
}

/// The place of the LF before the line that holds the byte `at`; none in the first line.
fn line_of(input: &[u8], at: usize) -> Option<usize> {
    input.iter().take(at).rposition(|byte| *byte == b'\n')
}

/// Whether a line, given without its end, looks like one that a hunk adds or removes, and not like a header, a signature, a
/// separator or an entry of a list.
fn is_hunk_line(line: &[u8]) -> bool {
    match line {
        b"--" | b"---" | [b'-', b'-', b' ', ..] | [b'-', b' ', b'!'..=b'~', ..] => false,
        [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => false,
        [b'+' | b'-', ..] => true,
        _ => false,
    }
}

/// The same for a message that the specification accepts.
fn ordinary(
    input: &[u8],
    divergence: &Divergence,
    camps: [&Camp; 2],
    terms: Terms,
) -> Option<Weighed> {
    if divergence.kind == Kind::Boundary && loses_line(input, divergence, camps) {
        return Some(Weighed {
            level: Level::Error,
            is_evasion: false,
        });
    }
    let [a, b] = camps;
    let level = match divergence.kind {
        // What one tool applies, and another rejects, is reviewed as what it is not.
        Kind::Acceptance if camps.into_iter().all(|camp| camp.has_role(Role::Tool)) => Level::Note,
        Kind::Acceptance if terms.is_held => Level::Note,
        Kind::Framing | Kind::Acceptance => return None,
        Kind::Stall if ends_at_close(divergence, camps) => return None,
        Kind::Boundary if sees_more(divergence, camps) => of_kind(input, divergence, camps, terms),
        Kind::Boundary | Kind::Stall => Level::Note,
        Kind::Payload => of_kind(input, divergence, camps, terms).min(Level::Warning),
    };
    let is_deployed = |camp: &Camp| camp.deployed() > 0;
    let is_evasion = evades(a, b, is_deployed) || evades(b, a, is_deployed);
    let most = match terms.is_held {
        true if a.speaks_widely() && b.speaks_widely() => Level::Error,
        false if is_deployed(a) && is_deployed(b) => Level::Error,
        _ if is_evasion => Level::Warning,
        _ => return None,
    };
    Some(Weighed {
        level: level.min(most),
        is_evasion: is_evasion && level > Level::Note,
    })
}

/// Whether the end of the stream ends the message for one of them: it has found no boundary.
fn ends_at_close(divergence: &Divergence, camps: [&Camp; 2]) -> bool {
    let fates = camps.map(|camp| Fate::of(&camp.verdict.reading, divergence.message));
    fates
        .iter()
        .any(|fate| fate.framing() == Some(Framing::UntilClose))
}

/// Whether inspectors alone read as the one, and the other acts on what it reads.
fn evades(inspector: &Camp, other: &Camp, acts: fn(&Camp) -> bool) -> bool {
    !inspector.speaks() && inspector.inspects() && acts(other)
}

/// Whether one of them accepts the head of another message in what the other takes for content of this one.
fn sees_more(divergence: &Divergence, camps: [&Camp; 2]) -> bool {
    let ends = camps.map(|camp| Fate::of(&camp.verdict.reading, divergence.message).end());
    let [Some(a), Some(b)] = ends else {
        return false;
    };
    let [first, second] = camps;
    let short = if b < a { second } else { first };
    let next = Side::new(&short.verdict, divergence.message + 1);
    next.framing().is_some()
}

/// The level of a kind of divergence.
fn of_kind(input: &[u8], divergence: &Divergence, camps: [&Camp; 2], terms: Terms) -> Level {
    match divergence.kind {
        Kind::Acceptance => acceptance(divergence, camps, terms),
        Kind::Boundary => boundary(input, divergence, camps),
        Kind::Payload if camps.into_iter().any(|camp| camp.has_role(Role::Tool)) => {
            let is_mild = is_same_file(input, divergence, camps)
                || needs_other_lines(input, divergence, camps);
            if is_mild {
                Level::Note
            } else {
                divergence.level
            }
        }
        Kind::Framing | Kind::Payload | Kind::Stall => divergence.level,
    }
}

/// A warning where widely deployed software accepts the message by breaking the specification, and other such software
/// rejects it. One that waits for more of the head accepts nothing yet.
fn acceptance(divergence: &Divergence, camps: [&Camp; 2], terms: Terms) -> Level {
    let side = |camp: &Camp| Fate::of(&camp.verdict.reading, divergence.message);
    let breaks = |camp: &Camp| {
        let accepts = !matches!(side(camp), Fate::Refused | Fate::Awaited(None));
        accepts && camp.deployed() > 0 && breaks_from(&camp.verdict, divergence.at)
    };
    let rejects = |camp: &Camp| {
        let rejects = side(camp) == Fate::Refused;
        rejects && (camp.deployed() > 0 || terms.is_held && camp.speaks_widely())
    };
    let [a, b] = camps;
    match breaks(a) && rejects(b) || breaks(b) && rejects(a) {
        true => Level::Warning,
        false => Level::Note,
    }
}

/// Whether a rule is broken in the message that starts at `at`, or later.
fn breaks_from(verdict: &Verdict, at: usize) -> bool {
    let here = verdict
        .citations
        .iter()
        .filter(|citation| citation.at >= at);
    let mut stances = here.map(|citation| citation.stance);
    stances.any(|stance| matches!(stance, Stance::Waive(leniency) if leniency.breaks()))
}

/// An error, unless nothing lies between the two boundaries but empty lines. Where one of them closes the connection, or
/// leaves the protocol, nothing is taken for what it is not.
fn boundary(input: &[u8], divergence: &Divergence, camps: [&Camp; 2]) -> Level {
    // A tool that reads no further has lost what another applies.
    let is_of_tools = camps.into_iter().any(|camp| camp.has_role(Role::Tool));
    let [a, b] = camps.map(|camp| Fate::of(&camp.verdict.reading, divergence.message));
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    match (a, b) {
        (Fate::Absent | Fate::Tunnel, _) | (_, Fate::Absent | Fate::Tunnel) if !is_of_tools => {
            Level::Note
        }
        (Fate::Whole(m), Fate::Whole(n)) => {
            let between = input.get(m.end.min(n.end)..m.end.max(n.end));
            match between.is_some_and(|between| between.iter().all(is_break)) {
                true => Level::Warning,
                false => Level::Error,
            }
        }
        _ => Level::Error,
    }
}
