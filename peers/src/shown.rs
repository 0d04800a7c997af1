//! What a live server shows of its reading, and whether one of our readings would show the same.

use std::hash::{Hash, Hasher};

use parsers::http1::request::{RequestFacts, understood};
use parsers::{End, Message, Reading};

/// How a connection went on after what was sent, before the end of the stream was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionFate {
    /// The server has rejected something, with this status code.
    Rejected(u16),
    /// The server has closed it without a word. It may have rejected what came then, or have had enough.
    Closed,
    /// It is open: the server waits, for the rest of a request or for the next one.
    Open,
}

/// A request as the application of a server tells it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Told {
    /// The method; `?` where the runtime does not tell it.
    pub method: String,
    /// The target, which runtimes tell more or less changed.
    pub target: String,
    /// The length of the content, in bytes.
    pub length: u64,
    /// The beginning of the content.
    pub body: Vec<u8>,
}

/// What a live server shows of one stream. No place in it: only what came out, and how the connection went on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shown {
    /// How many requests it has taken.
    pub taken: usize,
    /// The requests, where its application tells them.
    pub told: Option<Vec<Told>>,
    /// How the connection went on.
    pub fate: ConnectionFate,
    /// How many bytes of the stream were sent until then. What a reading has of the others does not show.
    pub sent: usize,
    /// Of the requests of one connection, such a server takes but the first: nothing shows of the others.
    pub is_first_only: bool,
    /// Such a server may answer a request before its end: one that is waited for may count as taken.
    pub is_early: bool,
    /// Such a server may drop the requests that come in one piece with what it rejects.
    pub is_hasty: bool,
    /// Such a server says 100 to a request without content that expects it, and nothing more: the next request is the
    /// next that is shown.
    pub is_mute: bool,
}

/// What of a reading shows from outside, as far as a question can be chosen by it: two readings of one input that are
/// alike in this look alike in a live server.
pub fn project(reading: &Reading, into: &mut impl Hasher) {
    for message in &reading.messages {
        message.head.hash(into);
        let payload = reading.parts_of(message).iter();
        payload
            .filter(|part| part.label == 0)
            .for_each(|part| part.hash(into));
    }
    reading.messages.len().hash(into);
    reading.end.hash(into);
}

impl Shown {
    /// Whether `reading`, of `input`, would show the same.
    pub fn is(&self, reading: &Reading, input: &[u8]) -> bool {
        let messages = self.expected(reading, input).count();
        if !self.begins(reading, input) {
            return false;
        }
        if self.is_first_only && self.taken > 0 {
            return true;
        }
        let is_over = self.fate != ConnectionFate::Open && reading.end == End::Rejected;
        if self.is_hasty && is_over && self.taken <= messages {
            return true;
        }
        let is_tunnel = reading.end == End::Tunnel;
        // A server that is asked for a tunnel may read that as a request, or not.
        let is_whole = self.taken == messages || is_tunnel && self.taken + 1 == messages;
        let is_pending = matches!(reading.end, End::Incomplete | End::Rejected);
        let is_early = self.is_early && is_pending && self.taken == messages + 1;
        (is_whole || is_early) && self.ends_as(reading, input)
    }

    fn ends_as(&self, reading: &Reading, input: &[u8]) -> bool {
        match (self.fate, reading.end) {
            (_, End::Tunnel) => true,
            (ConnectionFate::Rejected(_) | ConnectionFate::Closed, End::Rejected) => true,
            // What is early is answered, and closed once the rest turns out to be faulty.
            (ConnectionFate::Rejected(_) | ConnectionFate::Closed, End::Incomplete) => {
                self.is_early && self.taken > self.expected(reading, input).count()
            }
            (ConnectionFate::Rejected(_), End::Complete)
            | (ConnectionFate::Open, End::Rejected) => false,
            (ConnectionFate::Closed, End::Complete) => true,
            (ConnectionFate::Open, End::Incomplete) => true,
            // A server that ignores what follows has closed the connection.
            (ConnectionFate::Open, End::Complete) => {
                let rest = input.get(reading.taken()..).unwrap_or(&[]);
                rest.iter().all(u8::is_ascii_whitespace)
            }
        }
    }

    /// Whether `reading`, of `input`, begins with the requests that were accepted.
    pub fn begins(&self, reading: &Reading, input: &[u8]) -> bool {
        self.alike(reading, input) == self.taken || self.is_early && self.told.is_none()
    }

    /// The messages of a reading of which such a server shows something.
    fn expected<'r>(
        &self,
        reading: &'r Reading,
        input: &'r [u8],
    ) -> impl Iterator<Item = &'r Message> + use<'r> {
        let (is_mute, sent) = (self.is_mute, self.sent);
        let messages = reading.messages.iter();
        let was_sent = messages.filter(move |message| message.end <= sent);
        was_sent.filter(move |message| !(is_mute && is_expecting(message, reading, input)))
    }

    /// How many of the requests, from the first on, are those of `reading`, of `input`.
    pub(crate) fn alike(&self, reading: &Reading, input: &[u8]) -> usize {
        let messages = self.expected(reading, input);
        match &self.told {
            None => self.taken.min(messages.count()),
            Some(told) => {
                let pairs = told.iter().zip(messages);
                let alike = pairs.take_while(|(told, message)| told.is(message, reading, input));
                alike.count()
            }
        }
    }
}

/// Whether a message of HTTP/1.1 without content expects 100-continue.
fn is_expecting(message: &Message, reading: &Reading, input: &[u8]) -> bool {
    let mut parts = reading.parts_of(message).iter();
    let bytes = input.get(message.start..message.end).unwrap_or(&[]);
    let verdict = understood(bytes);
    let facts = RequestFacts::of(&verdict, 0, bytes);
    let expectation = facts.value("expect");
    expectation.is_some_and(|value| value.eq_ignore_ascii_case(b"100-continue"))
        && facts.version() == Some(b"HTTP/1.1")
        && !parts.any(|part| part.label == 0)
}

impl Told {
    /// Whether it tells of `message`, of `reading`, of `input`.
    fn is(&self, message: &Message, reading: &Reading, input: &[u8]) -> bool {
        let head = input.get(message.start..message.head).unwrap_or(&[]);
        let parts = reading.parts_of(message).iter();
        let mut pieces = parts.filter(|part| part.label == 0);
        let length: usize = pieces.clone().map(|part| part.end - part.start).sum();
        let mut rest = self.body.as_slice();
        let has_content = pieces.all(|part| {
            let piece = input.get(part.start..part.end).unwrap_or(&[]);
            let shown = piece.get(..rest.len()).unwrap_or(piece);
            let begins = rest.starts_with(shown);
            rest = rest.get(shown.len()..).unwrap_or(&[]);
            begins
        });
        length as u64 == self.length && has_content && self.is_headed(head)
    }

    /// Whether these bytes may be its head. Runtimes write a target otherwise, and a method in other letters: it is the
    /// words that have to be there.
    fn is_headed(&self, head: &[u8]) -> bool {
        let holds = |word: &str| {
            let mut windows = head.windows(word.len());
            windows.any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
        };
        let is_part = |letter: char| letter.is_ascii_alphanumeric();
        let words = |text: &str| {
            text.split(|letter| !is_part(letter))
                .all(|word| word.is_empty() || holds(word))
        };
        words(&self.method) && words(&self.target)
    }
}

#[cfg(test)]
mod tests;
