//! The field's names for disagreements about responses.

use super::rules::{INTERIM, PAIRING, SURPLUS, SWITCH_ENDS, SWITCH_UNASKED};
use crate::Rule;
use crate::core::compare::{Divergence, DivergenceKind, Side};
use crate::core::verdict::Stance;
use crate::http1::rules::MESSAGE_COMPLETE;

/// The rules about which message answers which request.
static OF_THE_QUEUE: [&Rule; 5] = [&SURPLUS, &PAIRING, &INTERIM, &SWITCH_UNASKED, &SWITCH_ENDS];

/// The class of a disagreement. Where one of the two has one response too many or too few in its queue, it is `queue-slip`; where one
/// reads a message that was cut short as whole, `truncation`; else, as for requests, the pair of what each goes by.
pub(crate) fn classify(divergence: &Divergence, a: &Side<'_>, b: &Side<'_>) -> Option<String> {
    let relaxed = |side: &Side<'_>, from: usize, rules: &[&'static Rule]| {
        let mut citations = side.verdict.citations.iter();
        citations.any(|citation| {
            citation.at >= from
                && matches!(citation.stance, Stance::Relax(_))
                && rules.contains(&citation.rule)
        })
    };
    let either = |from, rules: &[&'static Rule]| relaxed(a, from, rules) || relaxed(b, from, rules);
    if either(divergence.at, &[&MESSAGE_COMPLETE]) {
        return Some("truncation".to_owned());
    }
    let moves = matches!(
        divergence.kind,
        DivergenceKind::Boundary | DivergenceKind::Stall
    );
    // The slip may come before the response that is read otherwise for it.
    if either(0, &OF_THE_QUEUE) {
        return Some("queue-slip".to_owned());
    }
    match moves {
        true => crate::http1::class::classify(divergence, a, b),
        false => None,
    }
}
