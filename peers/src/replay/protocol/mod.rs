//! The protocols that the scripted server speaks, as far as a client asks for one thing by its name.

mod http1;
mod json_lines;
mod memcached;
mod memcached_binary;
mod mogilefs;
mod resp;

use parsers::session::Tag;
use parsers::session::state::ReplyPart;

/// One protocol.
pub struct Protocol {
    /// What it is called.
    pub name: &'static str,
    /// Reads one request from the front; none while it is not all there.
    pub read: fn(&[u8]) -> Option<WireRequest>,
    /// The reply to a request of this form for what goes by this name.
    pub reply: fn(form: &str, name: &str) -> Vec<u8>,
    /// Whether a client can ask for something that is not idempotent.
    pub has_post: bool,
}

/// A request.
pub struct WireRequest {
    /// How many bytes it has.
    pub length: usize,
    /// What it is.
    pub what: RequestKind,
}

/// What a request is.
pub enum RequestKind {
    /// It asks for what goes by a name, and its reply shall wait.
    Asks {
        /// The name.
        name: String,
        /// How it asks, which its reply depends on.
        form: String,
    },
    /// It belongs to the connection, such as a greeting, and is replied to at once.
    Greets(Vec<u8>),
}

/// HTTP/1.1.
pub(crate) static HTTP1: Protocol = Protocol {
    name: "http1",
    read: http1::read,
    reply: http1::reply,
    has_post: true,
};

/// Lines of JSON between processes.
pub(crate) static JSON_LINES: Protocol = Protocol {
    name: "json-lines",
    read: json_lines::read,
    reply: json_lines::reply,
    has_post: false,
};

/// The text and the meta commands of memcached, and its binary protocol.
pub(crate) static MEMCACHED: Protocol = Protocol {
    name: "memcached",
    read: memcached::read,
    reply: memcached::reply,
    has_post: false,
};

/// The protocol of a tracker of MogileFS.
pub(crate) static MOGILEFS: Protocol = Protocol {
    name: "mogilefs",
    read: mogilefs::read,
    reply: mogilefs::reply,
    has_post: false,
};

/// The protocol of Redis, RESP2 and what RESP3 has in common with it.
pub(crate) static RESP: Protocol = Protocol {
    name: "resp",
    read: resp::read,
    reply: resp::reply,
    has_post: true,
};

/// All of them.
pub(crate) static PROTOCOLS: &[&Protocol] = &[&HTTP1, &JSON_LINES, &MEMCACHED, &MOGILEFS, &RESP];

/// What a reply that no request caused goes by; no request of a schedule has capitals in its name.
pub const SURPLUS: &str = "SURPLUS";

/// What a reply carries: the name of the request that caused it, twice, so that a part of it can be told from the whole.
pub fn value(name: &str) -> String {
    format!("first.{name}.{LAST}{name}.")
}

const LAST: &str = "last.";

/// Where a reply is cut in two: between the two halves of its value.
pub(crate) fn cut(reply: &[u8]) -> usize {
    let mut windows = reply.windows(LAST.len());
    let at = windows.position(|window| window == LAST.as_bytes());
    at.unwrap_or(reply.len() / 2)
}

/// Which request caused what a client was delivered, and how much of the reply that is; `names` are those of the
/// schedule, in the order of their tags.
pub(crate) fn cause(text: &str, names: &[String]) -> Option<(Tag, ReplyPart)> {
    let after = |word: &str| {
        let rest = text.split_once(word)?.1;
        let name = rest.split('.').next()?;
        let tag = names.iter().position(|one| one == name);
        match tag {
            Some(nth) => Some(Tag(u8::try_from(nth + 1).ok()?)),
            None => (name == SURPLUS).then_some(Tag::SURPLUS),
        }
    };
    match (after("first."), after(LAST)) {
        (Some(tag), Some(_)) => Some((tag, ReplyPart::Whole)),
        (Some(tag), None) => Some((tag, ReplyPart::Half)),
        (None, tag) => tag.map(|tag| (tag, ReplyPart::Tail)),
    }
}

/// The first line, and how many bytes it has with its end.
fn line(bytes: &[u8]) -> Option<(String, usize)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = String::from_utf8_lossy(bytes.get(..end)?);
    Some((line.trim_end().to_owned(), end + 1))
}

#[cfg(test)]
mod tests;
