//! A client that prefers chunks to a length, waits for its answers in order, and drops what was not asked for. It is a machine that is
//! fed a byte at a time: [`head`] is its first half, [`chunks`] the other.

mod chunks;
mod framing;
mod head;

use super::leniencies::{CODING_WINS, EMPTY_LINES, SURPLUS_CLOSES, SWITCH_IGNORED};
use super::rules as of_response;
use crate::core::parser::{Accepted, Draft, Next, Parser, Stop};
use crate::core::rule::{Dialect, LeniencySet, Rule};
use crate::core::verdict::Framing;

use head::Head;

pub(crate) struct ChunkedFirst;

impl Parser for ChunkedFirst {
    fn name(&self) -> &str {
        "chunked-first"
    }

    fn dialect(&self) -> Dialect {
        let relaxes =
            LeniencySet::of(&[&CODING_WINS, &EMPTY_LINES, &SURPLUS_CLOSES, &SWITCH_IGNORED]);
        Dialect::new("chunked-first", relaxes)
    }

    fn read(&self, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
        if draft.is_answered() {
            return Err(dropped(input, draft));
        }
        let head = match Head::read(input, draft) {
            Ok(head) => head,
            Err(Fed::Fault(rule, at)) => return Err(draft.reject(rule, at)),
            Err(Fed::More | Fed::Done) => return Err(Stop::Incomplete),
        };
        let outcome = respond(&head, input, draft);
        head.give_back(draft);
        outcome
    }
}

/// What a machine says of a byte.
#[derive(Clone, Copy)]
enum Fed {
    /// It wants another.
    More,
    /// It has come to the end of what it reads.
    Done,
    /// The element at that place breaks the rule.
    Fault(&'static Rule, usize),
}

/// What happens to bytes when all requests have their answers.
fn dropped(input: &[u8], draft: &mut Draft<'_>) -> Stop {
    let mut wants_feed = false;
    for (at, byte) in input.iter().enumerate() {
        match (byte, wants_feed) {
            (b'\r', false) => wants_feed = true,
            (b'\n', true) => wants_feed = false,
            _ => {
                draft.relax(&SURPLUS_CLOSES, at - usize::from(wants_feed));
                return Stop::Nothing;
            }
        }
    }
    match wants_feed {
        true => Stop::Incomplete,
        false => Stop::Nothing,
    }
}

/// What the response is to the request at the front of the queue.
fn respond(head: &Head<'_>, input: &[u8], draft: &mut Draft<'_>) -> Result<Accepted, Stop> {
    let front = draft.waits();
    let mut words = front.unwrap_or(b"GET").splitn(2, |byte| *byte == b' ');
    let (method, wish) = (words.next(), words.next());
    let whole = |next, draft: &mut Draft<'_>| {
        draft.head(head.end, Framing::Bodiless);
        Ok(Accepted {
            end: head.end,
            next,
        })
    };
    let class = head.status / 100;
    if class == 1 {
        let switches = head.status == 101 && wish == Some(b"upgrade");
        if switches {
            draft.answer();
            return whole(Next::Tunnel, draft);
        }
        if head.status == 101 {
            draft.relax(&SWITCH_IGNORED, head.status_at);
        }
        return whole(Next::Message, draft);
    }
    draft.answer();
    if class == 2 && method == Some(b"CONNECT") {
        return whole(Next::Tunnel, draft);
    }
    let next = head.next();
    if method == Some(b"HEAD") || head.status == 204 || head.status == 304 {
        return whole(next, draft);
    }
    match framing::of(head, draft)? {
        Framing::Length(length) => {
            draft.head(head.end, Framing::Length(length));
            let rest = (input.len() - head.end) as u64;
            if length > rest {
                return Err(Stop::Incomplete);
            }
            let end = head.end + length as usize;
            draft.part(0, head.end, end);
            Ok(Accepted { end, next })
        }
        Framing::Chunked => {
            draft.head(head.end, Framing::Chunked);
            let end = chunks::read(input, head.end, draft)?;
            Ok(Accepted { end, next })
        }
        _ => {
            draft.head(head.end, Framing::UntilClose);
            draft.part(0, head.end, input.len());
            Ok(Accepted {
                end: input.len(),
                next: Next::Close,
            })
        }
    }
}
