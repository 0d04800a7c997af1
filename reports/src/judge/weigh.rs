//! How grave a divergence is where deployed readers and the specification judge.

use parsers::core::compare::{Divergence, DivergenceKind, Level, MessageFate, Side};
use parsers::unidiff::rules::{HUNK_COUNT, TEXT_AFTER_HUNK};
use parsers::{Citation, Framing, Rule, Stance, Verdict};
use peers::Role;

use crate::judge::group::Group;

mod patches;

use patches::{is_same_file, lacks_git, needs_other_lines};

/// The class of what an inspector reads otherwise than the software behind it.
pub(crate) const EVASION: &str = "evasion";

/// How grave a divergence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// The level.
    pub level: Level,
    /// Whether it is an ordinary message that inspectors alone read otherwise.
    pub is_evasion: bool,
}

/// What decides beside the two groups themselves.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How many messages the specification accepts; all of an input that it does not reject.
    pub ordinary: usize,
    /// Whether all widely deployed software reads the input alike, and departs only where the specification permits it.
    pub is_common: bool,
    /// Whether peers are held against the specification alone, and not against one another only.
    pub is_held: bool,
}

/// The level of a divergence between two groups about a message of `input`; none when there is nothing to say of it.
///
/// An error is a boundary about which two readers disagree, each of them released software or the specification, that
/// have both committed to what they do. A warning is content that they read differently, widely deployed software that
/// accepts a message by breaking the specification, or a boundary with nothing behind it but empty lines. All else is
/// a note.
///
/// A message that the specification accepts is ordinary. There only widely deployed readers count, where one of them
/// reads other content or sees a message more. What an inspector reads otherwise than they is evasion, a warning. What a
/// public report says of other software is a note.
pub(crate) fn weigh(
    input: &[u8],
    divergence: &Divergence,
    groups: [&Group; 2],
    terms: Terms,
) -> Option<Weighed> {
    if divergence.message < terms.ordinary {
        return ordinary(input, divergence, groups, terms);
    }
    if terms.is_common && divergence.kind == DivergenceKind::Acceptance {
        return None;
    }
    let [a, b] = groups;
    let level = of_kind(input, divergence, groups, terms);
    let is_wide = terms.is_held || a.is_wide() || b.is_wide();
    let is_evasion = evades(a, b, Group::speaks) || evades(b, a, Group::speaks);
    let is_of_tools = groups.into_iter().any(|group| group.has_role(Role::Tool));
    // The tool that applies a patch is chosen. A rare one is chosen rarely, whatever a common one does.
    let are_met = match is_of_tools {
        true => terms.is_held || a.speaks_widely() && b.speaks_widely(),
        false => is_wide,
    };
    // All tools that are likely to apply a patch are known.
    let is_likely = !is_of_tools && disputes(input, divergence, groups);
    let most = match [a.speaks(), b.speaks()] {
        [true, true] if are_met => Level::Error,
        [true, true] => Level::Warning,
        // An inspector that reads all that follows as content has framed nothing.
        _ if is_evasion && ends_at_close(divergence, groups) => match sees_more(divergence, groups)
        {
            true => Level::Warning,
            false => Level::Note,
        },
        _ if is_evasion => Level::Error,
        [false, false] => Level::Note,
        _ if !is_likely && !loses_line(input, divergence, groups) => Level::Note,
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
fn disputes(input: &[u8], divergence: &Divergence, groups: [&Group; 2]) -> bool {
    if divergence.kind != DivergenceKind::Boundary || ends_at_close(divergence, groups) {
        return false;
    }
    let framings = groups.map(|group| Side::new(&group.verdict, divergence.message).framing());
    let [Some(own), Some(other)] = framings else {
        return false;
    };
    let [here, there] = groups.map(|group| {
        let departures = departures(group, divergence);
        let lines = departures.map(|citation| line_of(input, citation.at));
        lines.collect::<Vec<_>>()
    });
    own != other && here.iter().any(|line| there.contains(line))
}

/// Whether one skips, as text after a hunk, a line that looks like one of the hunk, and the other reads it as one. Software
/// that loses such a line says nothing of it, and reviewers see it.
fn loses_line(input: &[u8], divergence: &Divergence, [a, b]: [&Group; 2]) -> bool {
    let lines = |group, rule: &'static Rule| {
        let departures = departures(group, divergence).filter(|citation| citation.rule == rule);
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
fn departures<'a>(group: &'a Group, divergence: &Divergence) -> impl Iterator<Item = &'a Citation> {
    let at = divergence.at;
    let here = group.verdict.citations.iter();
    here.filter(move |citation| citation.at >= at && matches!(citation.stance, Stance::Relax(_)))
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
    groups: [&Group; 2],
    terms: Terms,
) -> Option<Weighed> {
    if divergence.kind == DivergenceKind::Boundary && loses_line(input, divergence, groups) {
        return Some(Weighed {
            level: Level::Error,
            is_evasion: false,
        });
    }
    let [a, b] = groups;
    let level = match divergence.kind {
        // What one tool applies, and another rejects, is reviewed as what it is not.
        DivergenceKind::Acceptance
            if groups.into_iter().all(|group| group.has_role(Role::Tool)) =>
        {
            Level::Note
        }
        DivergenceKind::Acceptance if terms.is_held => Level::Note,
        DivergenceKind::Framing | DivergenceKind::Facts | DivergenceKind::Acceptance => {
            return None;
        }
        DivergenceKind::Stall if ends_at_close(divergence, groups) => return None,
        DivergenceKind::Boundary if sees_more(divergence, groups) => {
            of_kind(input, divergence, groups, terms)
        }
        DivergenceKind::Boundary | DivergenceKind::Stall => Level::Note,
        DivergenceKind::Payload => of_kind(input, divergence, groups, terms).min(Level::Warning),
    };
    let is_deployed = |group: &Group| group.deployed() > 0;
    let is_evasion = evades(a, b, is_deployed) || evades(b, a, is_deployed);
    let most = match terms.is_held {
        true if a.speaks_widely() && b.speaks_widely() => Level::Error,
        false if is_deployed(a) && is_deployed(b) => Level::Error,
        _ if is_evasion => Level::Warning,
        _ if a.is_reported() || b.is_reported() => Level::Note,
        _ => return None,
    };
    Some(Weighed {
        level: level.min(most),
        is_evasion: is_evasion && level > Level::Note,
    })
}

/// Whether the end of the stream ends the message for one of them: it has found no boundary.
fn ends_at_close(divergence: &Divergence, groups: [&Group; 2]) -> bool {
    let fates = groups.map(|group| MessageFate::of(&group.verdict.reading, divergence.message));
    fates
        .iter()
        .any(|fate| fate.framing() == Some(Framing::UntilClose))
}

/// Whether inspectors alone read as the one, and the other acts on what it reads.
fn evades(inspector: &Group, other: &Group, acts: fn(&Group) -> bool) -> bool {
    !inspector.speaks() && inspector.inspects() && acts(other)
}

/// Whether one of them accepts the head of another message in what the other reads as content of this one.
fn sees_more(divergence: &Divergence, groups: [&Group; 2]) -> bool {
    let ends =
        groups.map(|group| MessageFate::of(&group.verdict.reading, divergence.message).end());
    let [Some(a), Some(b)] = ends else {
        return false;
    };
    let [first, second] = groups;
    let short = if b < a { second } else { first };
    let next = Side::new(&short.verdict, divergence.message + 1);
    next.framing().is_some()
}

/// The level of a kind of divergence.
fn of_kind(input: &[u8], divergence: &Divergence, groups: [&Group; 2], terms: Terms) -> Level {
    match divergence.kind {
        DivergenceKind::Acceptance => acceptance(divergence, groups, terms),
        DivergenceKind::Boundary if lacks_git(divergence, groups) => Level::Warning,
        DivergenceKind::Boundary => boundary(input, divergence, groups),
        DivergenceKind::Payload if groups.into_iter().any(|group| group.has_role(Role::Tool)) => {
            let is_mild = is_same_file(input, divergence, groups)
                || needs_other_lines(input, divergence, groups);
            if is_mild {
                Level::Note
            } else {
                divergence.level
            }
        }
        // The end of a file is final: one tool applies what another rejects as cut off.
        DivergenceKind::Stall if groups.into_iter().any(|group| group.has_role(Role::Tool)) => {
            divergence.level.min(Level::Warning)
        }
        DivergenceKind::Framing
        | DivergenceKind::Facts
        | DivergenceKind::Payload
        | DivergenceKind::Stall => divergence.level,
    }
}

/// A warning where widely deployed software accepts the message by breaking the specification, and other such software
/// rejects it. One that waits for more of the head accepts nothing yet.
fn acceptance(divergence: &Divergence, groups: [&Group; 2], terms: Terms) -> Level {
    let side = |group: &Group| MessageFate::of(&group.verdict.reading, divergence.message);
    let breaks = |group: &Group| {
        let accepts = !matches!(
            side(group),
            MessageFate::Rejected | MessageFate::Awaited(None)
        );
        accepts && group.deployed() > 0 && breaks_from(&group.verdict, divergence.at)
    };
    let rejects = |group: &Group| {
        let rejects = side(group) == MessageFate::Rejected;
        rejects && (group.deployed() > 0 || terms.is_held && group.speaks_widely())
    };
    let [a, b] = groups;
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
    stances.any(|stance| matches!(stance, Stance::Relax(leniency) if leniency.breaks()))
}

/// An error, unless nothing lies between the two boundaries but empty lines. Where one of them closes the connection, or
/// leaves the protocol, nothing is read as what it is not.
fn boundary(input: &[u8], divergence: &Divergence, groups: [&Group; 2]) -> Level {
    // A tool that reads no further has lost what another applies.
    let is_of_tools = groups.into_iter().any(|group| group.has_role(Role::Tool));
    let [a, b] = groups.map(|group| MessageFate::of(&group.verdict.reading, divergence.message));
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    match (a, b) {
        (MessageFate::Absent | MessageFate::Tunnel, _)
        | (_, MessageFate::Absent | MessageFate::Tunnel)
            if !is_of_tools =>
        {
            Level::Note
        }
        (MessageFate::Whole(m), MessageFate::Whole(n)) => {
            let between = input.get(m.end.min(n.end)..m.end.max(n.end));
            match between.is_some_and(|between| between.iter().all(is_break)) {
                true => Level::Warning,
                false => Level::Error,
            }
        }
        _ => Level::Error,
    }
}
