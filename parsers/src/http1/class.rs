//! The field's names for disagreements: `cl-te`, `te-0`, `term-ext` and their like.

use crate::core::compare::{Divergence, DivergenceKind, MessageFate, Side};
use crate::core::verdict::{Citation, Framing, Stance};

/// The class of a disagreement over a boundary; none for a milder one, or for one without a name.
///
/// A class names the reader in front, then the one behind it. The published payloads differ in which
/// of them ends the message first, so the order goes by kind: of two framings, or of two counts of
/// terminator bytes, the reader that ends the message later stands in front; of two ways to find a
/// terminator, the one that ends it first. `0-cl` and `0-te` are the readings in which the length
/// counts only for the reader that relaxed a rule to see it. A reader of another framing that waits, or that
/// rejects the body, stands behind the one that has found an end: in front it would pass nothing on.
///
/// Where a length and chunks end at the same byte, the class is `cl-te`, though neither needs to stand in front: with other
/// content it is that attack.
pub(crate) fn classify(divergence: &Divergence, a: &Side<'_>, b: &Side<'_>) -> Option<String> {
    match divergence.kind {
        DivergenceKind::Boundary | DivergenceKind::Stall => {}
        DivergenceKind::Framing | DivergenceKind::Payload => {
            let mut words = [framing_word(&a.framing()?), framing_word(&b.framing()?)];
            words.sort_unstable();
            return (words == ["cl", "te"]).then(|| "cl-te".to_owned());
        }
        DivergenceKind::Facts | DivergenceKind::Acceptance => return None,
    }
    let (long, short) = if divergence.first_is_longer {
        (a, b)
    } else {
        (b, a)
    };
    let (x, y) = (long.framing()?, short.framing()?);
    if x == Framing::Chunked && y == Framing::Chunked {
        return by_terminator(divergence, long, short);
    }
    let (front, back) = (framing_word(&x), framing_word(&y));
    if front != back && !matches!(long.fate, MessageFate::Whole(_)) {
        return Some(match (front, back) {
            // Both wait or reject: the name of the pair does not say which is in front.
            ("te", "cl") if !matches!(short.fate, MessageFate::Whole(_)) => "cl-te".to_owned(),
            _ => format!("{back}-{front}"),
        });
    }
    if front == back {
        // Two readers that see no body disagree about where the head ends, which has no name.
        return (front != "0").then(|| format!("{front}-{back}"));
    }
    let hidden = back == "0"
        && relaxations(divergence.at, long).next().is_some()
        && relaxations(divergence.at, short).next().is_none();
    Some(if hidden {
        format!("0-{front}")
    } else {
        format!("{front}-{back}")
    })
}

fn framing_word(framing: &Framing) -> &'static str {
    match framing {
        Framing::Length(_) => "cl",
        Framing::Chunked => "te",
        Framing::UntilClose => "close",
        Framing::Bodiless | Framing::Counted | Framing::Delimited => "0",
    }
}

fn relaxations<'a>(at: usize, side: &Side<'a>) -> impl Iterator<Item = &'a Citation> {
    side.citations_from(at)
        .filter(|citation| !citation.stance.rejects())
}

/// The way in which a reader finds the end of a chunk line or of chunk data: the word of the
/// leniency that it used there, or `term` (the end of a line) for one that keeps to CRLF. Next to `trail`, which reads a line of
/// the trailer section, whatever ends the section is `term`.
fn by_terminator(divergence: &Divergence, long: &Side<'_>, short: &Side<'_>) -> Option<String> {
    let at = divergence.at;
    let finds_nothing = rejects_next(divergence.message, short);
    let word = |side: &Side<'_>| {
        relaxations(at, side).find_map(|citation| match citation.stance {
            Stance::Relax(leniency) if !leniency.word.is_empty() => Some(leniency.word),
            _ => None,
        })
    };
    let counts = |word: &str| matches!(word, "one" | "two" | "zero");
    let (mut long, mut short) = (word(long), word(short));
    // CRLF is two bytes to a reader that counts bytes, and a terminator to one that looks for it.
    match (&mut long, &mut short) {
        (Some(word), none @ None) | (none @ None, Some(word)) => {
            *none = Some(if counts(word) { "two" } else { "term" });
        }
        _ => {}
    }
    match (&mut long, &mut short) {
        (Some("trail"), Some(other)) | (Some(other), Some("trail")) if counts(other) => {
            *other = "term";
        }
        _ => {}
    }
    let (long, short) = (long?, short?);
    if long == short {
        return None;
    }
    // A probe for readers that wait has nothing behind the sooner end: that reader stands in front.
    Some(match counts(long) && counts(short) && !finds_nothing {
        true => format!("{long}-{short}"),
        false => format!("{short}-{long}"),
    })
}

/// Whether a reader rejects the head of what follows the message with this index.
fn rejects_next(message: usize, side: &Side<'_>) -> bool {
    let next = Side::new(side.verdict, message + 1);
    next.fate == MessageFate::Rejected && next.framing().is_none()
}
