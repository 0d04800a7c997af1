//! HTTP/1.1: `GET /name` and `POST /name`.

use parsers::http1::request::{RequestFacts, understood};

use super::{RequestKind, WireRequest, value};

pub(crate) fn read(bytes: &[u8]) -> Option<WireRequest> {
    let verdict = understood(bytes);
    let length = verdict.reading.messages.first()?.end;
    let facts = RequestFacts::of(&verdict, 0, bytes);
    let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    let (method, path) = (text(facts.method()?), text(facts.target()?));
    // Some clients write the whole URI.
    let name = path.rsplit('/').next().unwrap_or_default();
    Some(WireRequest {
        length,
        what: RequestKind::Asks {
            name: name.to_owned(),
            form: method,
        },
    })
}

pub(crate) fn reply(_method: &str, name: &str) -> Vec<u8> {
    let body = value(name);
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
