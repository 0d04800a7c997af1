//! Law 10: the final responses of a stream answer what was asked, in its order.

use super::{ASKED, RESPONSE};
use crate::core::facts::FactKind;
use crate::core::input::{Asked, StreamInput};
use crate::core::laws::Broken;
use crate::core::parser::{judge_from, judge_with_facts};
use crate::core::rule::{Dialect, LeniencySet};
use crate::core::state::State;
use crate::core::verdict::{End, Framing, Verdict};
use crate::family::DialectParser;

/// Holds [`paired`] on `input`, for what was asked that `turn` chooses.
///
/// # Errors
/// As [`paired`].
pub fn in_turn(turn: u64, input: &[u8]) -> Result<(), Broken> {
    let nth = usize::try_from(turn % ASKED.len() as u64).unwrap_or(0);
    let asked = ASKED.get(nth).copied().unwrap_or_default();
    paired(StreamInput::new(input, asked)).map(drop)
}

/// Law 10: as the specification reads them, the n-th final response answers the n-th request. It ends as that and its status have it
/// end, and an interim response answers none. Returns how many requests were answered.
///
/// # Errors
/// Names the response that breaks it.
pub fn paired(input: StreamInput<'_>) -> Result<usize, Broken> {
    let reader = DialectParser::new(&RESPONSE, Dialect::new("dialect", LeniencySet::EMPTY));
    let mut verdict = Verdict::new();
    let state = judge_from(
        &reader,
        State::default(),
        input.asked,
        input.bytes,
        &mut verdict,
    );
    judge_with_facts(&reader, input, &mut verdict);
    let broken = |nth: usize, what: &str| {
        Err(Broken {
            law: 10,
            how: format!("response {nth} {what}"),
        })
    };
    let mut answered = 0;
    let last = verdict.reading.messages.len();
    for (nth, message) in verdict.reading.messages.iter().enumerate() {
        let facts = verdict.facts.of(nth).iter();
        let status = facts.clone().find(|fact| fact.kind == FactKind::Status);
        let status = status.map_or(&[][..], |fact| verdict.facts.value(fact));
        let is_interim = status.starts_with(b"1") && status != b"101";
        if is_interim {
            if message.framing != Framing::Bodiless {
                return broken(nth, "is interim and has a body");
            }
            continue;
        }
        let Some(request) = request(input.asked, answered) else {
            return broken(nth, "answers nothing");
        };
        answered += 1;
        let is_tunnel = status == b"101" || request == "CONNECT" && status.starts_with(b"2");
        let is_bodiless = is_tunnel || request == "HEAD" || [&b"204"[..], b"304"].contains(&status);
        if is_bodiless != (message.framing == Framing::Bodiless) {
            return broken(
                nth,
                "does not end as its request and its status have it end",
            );
        }
        let ends_in_tunnel = nth + 1 == last && verdict.reading.end == End::Tunnel;
        if is_tunnel != ends_in_tunnel {
            return broken(nth, "is no tunnel, or is not followed by one");
        }
    }
    match answered == state.answered {
        true => Ok(answered),
        false => broken(last, "leaves another count of answers"),
    }
}

/// The request that is answered after `answered` others.
fn request(asked: Asked<'_>, answered: usize) -> Option<&str> {
    match asked.is_known() {
        true => asked.words().nth(answered),
        false => Some("GET"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_counted() {
        let stream =
            b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\
            HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        let asked = Asked::lines("HEAD\nGET");
        assert_eq!(paired(StreamInput::new(stream, asked)), Ok(2));
    }
}
