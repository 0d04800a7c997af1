//! HTTP/1.1: `GET /name` and `POST /name`.

use super::{RequestKind, WireRequest, value};

pub fn read(bytes: &[u8]) -> Option<WireRequest> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let mut words = head.split_whitespace();
    let method = words.next().unwrap_or_default();
    let path = words.next().unwrap_or_default();
    // Some clients write the whole URI.
    let name = path.rsplit('/').next().unwrap_or_default();
    let length = match field(&head, "transfer-encoding") {
        Some(_) => end + chunked(bytes.get(end..)?)?,
        None => end + field(&head, "content-length").map_or(0, |n| n.parse().unwrap_or(0)),
    };
    (bytes.len() >= length).then(|| WireRequest {
        length,
        what: RequestKind::Asks {
            name: name.to_owned(),
            form: method.to_owned(),
        },
    })
}

fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    let found = fields.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.trim())
}

/// How many bytes a chunked body has, without trailer fields, which no client here sends.
fn chunked(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let (line, length) = super::line(body.get(at..)?)?;
        let size = usize::from_str_radix(&line, 16).ok()?;
        at = at.checked_add(length)?.checked_add(size)?.checked_add(2)?;
        if body.len() < at {
            return None;
        }
        if size == 0 {
            return Some(at);
        }
    }
}

pub(crate) fn reply(_method: &str, name: &str) -> Vec<u8> {
    let body = value(name);
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}
