//! Boundaries: whether what a hop sent on ends for the next reader where it was meant to.

use super::super::reader::HopReader;
use super::super::request::HopRequest;
use super::super::rules::{CONNECT_WAITS, FRAMING_MEANT, UPGRADE_SWITCHES};
use super::super::run::{Piece, SentPiece};
use super::{BoundaryFate, HopDefect, Link, OracleFinding};
use crate::core::compare::{DivergenceKind, Level, diverge};
use crate::core::verdict::End;

/// What happens to the boundaries that the two draw. `matched` is how many requests end alike for both.
pub fn judge(
    link: &Link<'_>,
    matched: usize,
    reader: &HopReader,
    next: &HopReader,
    findings: &mut Vec<OracleFinding>,
) {
    let input = &link.stage.input;
    let direct = diverge(&reader.read(input).reading, &next.read(input).reading);
    let parts = direct.is_some_and(|direct| match direct.kind {
        DivergenceKind::Boundary => true,
        DivergenceKind::Stall => direct.level == Level::Error,
        _ => false,
    });
    let divergence = divergence(link, matched);
    let (fate, extra) = match (divergence, parts) {
        (Some(extra), true) => (BoundaryFate::Durable, extra),
        (Some(extra), false) => (BoundaryFate::Introduced, extra),
        (None, true) => (BoundaryFate::Healed, None),
        (None, false) => return,
    };
    findings.push(OracleFinding {
        what: HopDefect::Boundary { fate, extra },
        at: link.at,
        request: matched.min(link.stage.requests.len().saturating_sub(1)),
        rule: &FRAMING_MEANT,
    });
}

/// How the next reader departs from what was meant, if it does: the request that was not, if it saw one.
fn divergence(link: &Link<'_>, matched: usize) -> Option<Option<Vec<u8>>> {
    let is_meant = |sent: &&SentPiece| matches!(sent.piece, Piece::Request(_));
    let meant = link.stage.sent.iter().filter(is_meant).nth(matched);
    let limit = link.blind_from().unwrap_or(usize::MAX);
    let seen = link.next.requests.get(matched);
    let seen = seen.filter(|request| request.start < limit);
    match (seen, meant) {
        // It ends early: what is left of what was meant is another request.
        (Some(seen), Some(meant)) if seen.end < meant.end => {
            let rest = link.next.requests.get(matched + 1);
            Some(rest.map(HopRequest::words))
        }
        (Some(_), Some(_)) => Some(None),
        (Some(extra), None) => Some(Some(extra.words())),
        // One that is rejected, or that comes after the connection is closed, has no end.
        (None, Some(_)) => (link.next.reading.end == End::Incomplete).then_some(None),
        (None, None) => None,
    }
}

/// The requests that cross a connection which was not switched, unread.
pub(crate) fn crossings(link: &Link<'_>, findings: &mut Vec<OracleFinding>) {
    let Some(from) = link.blind_from() else {
        return;
    };
    let request = link.stage.requests.len().saturating_sub(1);
    let is_connect = link
        .stage
        .requests
        .last()
        .is_some_and(HopRequest::is_connect);
    let rule = if is_connect {
        &CONNECT_WAITS
    } else {
        &UPGRADE_SWITCHES
    };
    let unread = link.next.requests.iter().filter(|seen| seen.start >= from);
    findings.extend(unread.map(|seen| OracleFinding {
        what: HopDefect::Crosses {
            words: seen.words(),
        },
        at: link.at,
        request,
        rule,
    }));
}

impl Link<'_> {
    /// From where on the hop has not read what it sent on, although nothing was switched.
    fn blind_from(&self) -> Option<usize> {
        let mut sent = self.stage.sent.iter();
        let blind = sent.find(|sent| sent.piece == Piece::Blind);
        blind.map(|sent| sent.start)
    }
}
