//! Cases made to ask for what a server serves: another target and another Host, where that changes
//! nothing else.

use parsers::{Family, LeniencySet};

use super::predict::Prediction;

/// The longest input that is changed, in bytes: in longer ones, places in the head matter.
const LONGEST: usize = 4096;

/// `input` with `path` in place of the target `/` of its first request-line, and `host` in place of
/// the value of a field line `Host: a` in its first head. Where the strict parser would then read
/// other messages, or reject by another rule, `input` as it is.
pub fn adapt(
    family: &'static Family,
    input: &[u8],
    path: Option<&str>,
    host: Option<&str>,
) -> Vec<u8> {
    let mut changed = input.to_vec();
    if let Some(path) = path {
        replace(
            &mut changed,
            b" / HTTP/",
            format!(" {path} HTTP/").as_bytes(),
            b"\n",
        );
    }
    if let Some(host) = host {
        let line = format!("\r\nHost: {host}\r\n");
        replace(
            &mut changed,
            b"\r\nHost: a\r\n",
            line.as_bytes(),
            b"\r\n\r\n",
        );
    }
    let before = Prediction::new(family, LeniencySet::EMPTY, input);
    let after = Prediction::new(family, LeniencySet::EMPTY, &changed);
    let alike = before.count == after.count
        && before.end == after.end
        && before.pending == after.pending
        && before.rejected == after.rejected;
    match alike && input.len() <= LONGEST {
        true => changed,
        false => input.to_vec(),
    }
}

/// Replaces the first `old` in `bytes` that begins before the first `limit` ends.
fn replace(bytes: &mut Vec<u8>, old: &[u8], new: &[u8], limit: &[u8]) {
    let find = |wanted: &[u8]| {
        let mut windows = bytes.windows(wanted.len());
        windows.position(|window| window == wanted)
    };
    let limit = find(limit).map_or(bytes.len(), |at| at + limit.len());
    if let Some(at) = find(old).filter(|at| *at < limit) {
        bytes.splice(at..at + old.len(), new.iter().copied());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parsers::http1::REQUEST;

    #[test]
    fn only_the_first_head_is_changed() {
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let changed = adapt(&REQUEST, input, Some("/echo"), Some("example.org"));
        assert_eq!(
            changed,
            b"POST /echo HTTP/1.1\r\nHost: example.org\r\nContent-Length: 27\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        assert_eq!(adapt(&REQUEST, input, None, None), input);
    }

    #[test]
    fn what_would_be_read_otherwise_stays() {
        let input = b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(adapt(&REQUEST, input, Some("/x"), None), input);
        let input = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(adapt(&REQUEST, input, None, Some("a b")), input);
    }
}
