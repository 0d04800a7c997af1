//! What a hop makes of a request: which requests a back sees that its front has not meant, and the reverse.

use super::back::{Left, LoggedRequest, Saw};
use super::front::UnderstoodRequest;

/// How what a back sees departs from what its front means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The back sees a request that the front has forwarded as part of another.
    Extra,
    /// The back waits, as though a request that the front has forwarded whole went on.
    Missing,
}

impl Direction {
    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Extra => "extra",
            Self::Missing => "missing",
        }
    }
}

/// A request that one of them knows of and the other does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainDivergence {
    /// Which side knows of it.
    pub direction: Direction,
    /// The request.
    pub line: UnderstoodRequest,
}

/// How what a back saw of one connection departs from what its front meant by it. `bytes` are those that were
/// forwarded; `is_through` says that the front read all that it forwarded as whole. That a back waits counts only
/// where the front goes on over the same connection: what it forwards next is what the back waits for.
pub fn divergences(
    bytes: &[u8],
    meant: &[UnderstoodRequest],
    saw: &Saw,
    is_through: bool,
) -> Vec<ChainDivergence> {
    let (extra, unseen) = beyond(bytes, meant, &saw.requests);
    let mut divergences: Vec<_> = extra
        .into_iter()
        .map(|line| ChainDivergence {
            direction: Direction::Extra,
            line,
        })
        .collect();
    if saw.left == Left::Waits && is_through && meant.len() > 1 && divergences.is_empty() {
        // The first that was not seen is the one that it waits for.
        divergences.extend(unseen.into_iter().take(1).map(|line| ChainDivergence {
            direction: Direction::Missing,
            line,
        }));
    }
    divergences
}

/// The requests that were seen and not meant, and those that were meant and not seen. While some of these are left, a
/// request counts as extra only if `bytes` hold its line, so that it is not one of them that a runtime tells otherwise.
pub(crate) fn beyond(
    bytes: &[u8],
    meant: &[UnderstoodRequest],
    seen: &[LoggedRequest],
) -> (Vec<UnderstoodRequest>, Vec<UnderstoodRequest>) {
    let mut left: Vec<&UnderstoodRequest> = meant.iter().collect();
    let mut others = Vec::new();
    for request in seen {
        let line = request.line();
        match left.iter().position(|meant| is_same(meant, &line)) {
            Some(at) => {
                left.remove(at);
            }
            None => others.push(line),
        }
    }
    let is_told_otherwise = |line: &UnderstoodRequest| {
        let line = line.to_string();
        let mut rests = bytes.windows(line.len() + 1);
        let holds = rests.any(|rest| {
            let after = rest.strip_prefix(line.as_bytes());
            after.is_some_and(|after| after.iter().all(|byte| *byte <= b' '))
        });
        !left.is_empty() && !holds
    };
    let extra: Vec<_> = others
        .iter()
        .filter(|line| !is_told_otherwise(line))
        .cloned()
        .collect();
    let unseen = left.into_iter().skip(others.len() - extra.len()).cloned();
    (extra, unseen.collect())
}

/// The method of a request of which the runtime does not tell it.
const UNTOLD: &str = "?";

fn is_same(meant: &UnderstoodRequest, seen: &UnderstoodRequest) -> bool {
    let method = seen.method.trim();
    let is_same_method = method == UNTOLD || meant.method.trim().eq_ignore_ascii_case(method);
    is_same_method && path(&meant.target) == path(&seen.target)
}

/// The path of a target: what a proxy may rewrite around it is left out, and what a text in C cannot hold.
fn path(target: &str) -> &str {
    let target = match target.split_once("://") {
        Some((_, rest)) => rest
            .find('/')
            .map_or("/", |at| rest.get(at..).unwrap_or("/")),
        None => target,
    };
    let end = target.find(['?', '#', '\0']).unwrap_or(target.len());
    target.get(..end).unwrap_or(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> UnderstoodRequest {
        let (method, target) = text.split_once(' ').unwrap_or((text, ""));
        UnderstoodRequest {
            method: method.to_owned(),
            target: target.to_owned(),
        }
    }

    fn saw(lines: &[&str], left: Left) -> Saw {
        let requests = lines.iter().zip(1..).map(|(text, nth)| LoggedRequest {
            port: 1,
            nth,
            method: line(text).method,
            target: line(text).target,
            length: 0,
            body: String::new(),
            whole: true,
        });
        let requests = requests.collect();
        Saw { requests, left }
    }

    #[test]
    fn a_request_in_a_body_is_extra() {
        let bytes = b"POST / HTTP/1.1 ... GET /x HTTP/1.1 ... GET /canary HTTP/1.1";
        let meant = [line("POST /"), line("GET /canary")];
        let told = |lines: &[&str], left| {
            let divergences = divergences(bytes, &meant, &saw(lines, left), true);
            let told = divergences.iter();
            let told = told
                .map(|divergence| format!("{} {}", divergence.direction.word(), divergence.line));
            told.collect::<Vec<_>>()
        };
        assert!(told(&["POST /", "GET /canary"], Left::Answered).is_empty());
        assert!(told(&["POST http://a/", "GET /canary?"], Left::Answered).is_empty());
        assert!(told(&["POST /"], Left::Rejected(400)).is_empty());
        assert!(told(&["POST %2F", "GET /canary"], Left::Answered).is_empty());
        assert_eq!(
            told(&["POST /", "GET /x"], Left::Rejected(400)),
            ["extra GET /x"]
        );
        assert_eq!(told(&["POST /"], Left::Waits), ["missing GET /canary"]);
        assert_eq!(told(&[], Left::Waits), ["missing POST /"]);
        assert!(is_same(&line("GET /\0b"), &line("GET /")));
        assert!(told(&["? /", "? /canary"], Left::Answered).is_empty());
        assert!(told(&["POST 80", "GET /canary"], Left::Answered).is_empty());
    }
}
