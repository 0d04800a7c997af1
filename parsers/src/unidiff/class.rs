//! The names of disagreements: `phantom-file`, `lost-hunk`, `count-mark` and their like.

use crate::core::compare::{Divergence, DivergenceKind, MessageFate, Side};
use crate::core::rule::Leniency;
use crate::core::verdict::{Citation, Part, Stance, Verdict};

use super::label;
use super::leniencies::{BODY_CRLF, BODY_CRLF_MAIL, BODY_NUL};
use super::rules::{NAME_IN_TREE, NAME_NOT_GIT};

/// The class of a disagreement; none for one without a name.
///
/// Where one reader sees a hunk that the other skips, it is a phantom if the reader that sees it relaxed a rule
/// for it, and lost if the reader that skips it relaxed one and the other did not. A hunk with the header of its
/// file makes it a `-file`, one without a `-hunk`. Where both see the hunk and end it differently, the
/// class has the words for how they find its end, first the one that ends it later: `count` for one that
/// counts, `mark` for one that goes by the first characters of lines, `header`, `line`, `blank` and `end` for
/// one that lets a header, any other line, an empty line or the end of the input end it, `marker` for one that accepts
/// another line for a marker, and `split` for one that ends lines by something else than a newline. A name that
/// one rejects because it leads out of the tree, and the other takes, is `outside-tree`.
pub(crate) fn classify(divergence: &Divergence, a: &Side<'_>, b: &Side<'_>) -> Option<String> {
    let (long, short) = if divergence.first_is_longer {
        (a, b)
    } else {
        (b, a)
    };
    match divergence.kind {
        DivergenceKind::Boundary | DivergenceKind::Stall => boundary(divergence, long, short),
        DivergenceKind::Payload => payload(divergence, a, b),
        DivergenceKind::Acceptance => outside(a).or_else(|| outside(b)),
        DivergenceKind::Facts | DivergenceKind::Framing => None,
    }
}

fn boundary(divergence: &Divergence, long: &Side<'_>, short: &Side<'_>) -> Option<String> {
    match (long.fate, short.fate) {
        (MessageFate::Whole(whole), MessageFate::Awaited(awaited))
        | (MessageFate::Awaited(awaited), MessageFate::Whole(whole)) => {
            let is_same = awaited.is_some_and(|awaited| awaited.head == whole.head);
            return is_same.then(|| by_end(divergence.at, long, short))?;
        }
        _ => {}
    }
    let (of_long, of_short) = (
        header(long, divergence.message),
        header(short, divergence.message),
    );
    let (sees, skips) = match (of_long, of_short) {
        (None, Some(_)) => (short, long),
        (Some(_), None) => (long, short),
        (Some(x), Some(y)) if x.start > y.start => (short, long),
        (Some(x), Some(y)) if x.start < y.start => (long, short),
        (Some(_), Some(_)) => return by_end(divergence.at, long, short),
        (None, None) => return None,
    };
    let seen = header(sees, divergence.message)?;
    let what = match seen.label {
        label::HUNK_HEADER => "hunk",
        _ => "file",
    };
    // What it relaxed before it saw the header.
    let relaxed = |side: &Side<'_>| {
        let mut relaxed = relaxations(divergence.at, side);
        relaxed.any(|citation| citation.at <= seen.start)
    };
    let is_lost = relaxed(skips) && !relaxed(sees);
    Some(format!(
        "{}-{what}",
        if is_lost { "lost" } else { "phantom" }
    ))
}

/// `outside-tree` where one rejects to patch a file that is none of the tree.
fn outside(side: &Side<'_>) -> Option<String> {
    let names = [&NAME_IN_TREE, &NAME_NOT_GIT];
    let rejection = side.verdict.rejection()?;
    names
        .contains(&rejection.rule)
        .then(|| "outside-tree".to_owned())
}

/// The first part of the header with which the `nth` message begins.
fn header(side: &Side<'_>, nth: usize) -> Option<Part> {
    let MessageFate::Whole(_) = side.fate else {
        return None;
    };
    first_active(side.verdict, nth)
}

fn first_active(verdict: &Verdict, nth: usize) -> Option<Part> {
    let message = verdict.reading.messages.get(nth)?;
    let mut parts = verdict.reading.parts_of(message).iter();
    parts.find(|part| part.is_active()).copied()
}

fn relaxations<'a>(at: usize, side: &Side<'a>) -> impl Iterator<Item = &'a Citation> {
    side.citations_from(at)
        .filter(|citation| !citation.stance.rejects())
}

/// The class of two readings that end the same hunk differently.
fn by_end(at: usize, long: &Side<'_>, short: &Side<'_>) -> Option<String> {
    let word = |side: &Side<'_>| {
        let mut relaxed = relaxations(at, side);
        relaxed.find_map(|citation| match citation.stance {
            Stance::Relax(leniency) if !leniency.word.is_empty() => Some(leniency.word),
            _ => None,
        })
    };
    let (x, y) = (word(long), word(short));
    let (x, y) = (x.unwrap_or("count"), y.unwrap_or("count"));
    (x != y).then(|| format!("{x}-{y}"))
}

/// The class of two readings that end a hunk alike: `other-file` where they patch another file, else by
/// what one of them drops: a `carriage-return`, or what follows a `nul`.
fn payload(divergence: &Divergence, a: &Side<'_>, b: &Side<'_>) -> Option<String> {
    let headers = |side: &Side<'_>| -> Option<Vec<Part>> {
        let message = side.verdict.reading.messages.get(divergence.message)?;
        let parts = side.verdict.reading.parts_of(message).iter();
        let headers = [label::FILE_HEADER, label::NAME];
        let is_header = |part: &&Part| headers.contains(&part.label);
        Some(parts.filter(is_header).copied().collect())
    };
    if headers(a) != headers(b) {
        return Some("other-file".to_owned());
    }
    let drops = [
        (&BODY_CRLF, "carriage-return"),
        (&BODY_CRLF_MAIL, "carriage-return"),
        (&BODY_NUL, "nul"),
    ];
    let mut relaxed = relaxations(divergence.at, a).chain(relaxations(divergence.at, b));
    relaxed.find_map(|citation| {
        let dropped =
            |(leniency, _): &&(&'static Leniency, &str)| citation.stance == Stance::Relax(leniency);
        drops
            .iter()
            .find(dropped)
            .map(|(_, word)| (*word).to_owned())
    })
}
