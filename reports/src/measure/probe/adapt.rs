//! Cases made to ask for what a server serves: another target and another Host, where that changes
//! nothing else.

use parsers::http1::request::{RequestFacts, understood};
use parsers::{Family, LeniencySet};

use super::predict::Prediction;

/// The longest input that is changed, in bytes: in longer ones, places in the head matter.
const LONGEST: usize = 4096;

/// `input` with `path` in place of the target of its first request, where that is `/`, and `host` in place of the value of its
/// first Host field, where that is `a`. Where the strict parser would then read other messages, or reject by another rule,
/// `input` as it is.
pub fn adapt(
    family: &'static Family,
    input: &[u8],
    path: Option<&str>,
    host: Option<&str>,
) -> Vec<u8> {
    if input.len() > LONGEST {
        return input.to_vec();
    }
    let verdict = understood(input);
    let facts = RequestFacts::of(&verdict, 0, input);
    let mut changed = input.to_vec();
    let mut fields = facts.fields();
    let field = fields.find(|field| field.name.eq_ignore_ascii_case(b"host"));
    let own_host = field.filter(|field| field.value == b"a");
    // Host comes after the target: from the back, places stay.
    if let (Some(host), Some(place)) = (host, own_host.and_then(|field| field.place)) {
        changed.splice(place, host.bytes());
    }
    let own_path = facts
        .target_place()
        .filter(|_| facts.target() == Some(b"/"));
    if let (Some(path), Some(place)) = (path, own_path) {
        changed.splice(place, path.bytes());
    }
    let before = Prediction::new(family, LeniencySet::EMPTY, input);
    let after = Prediction::new(family, LeniencySet::EMPTY, &changed);
    let alike = before.count == after.count
        && before.end == after.end
        && before.pending == after.pending
        && before.rejected == after.rejected;
    if alike { changed } else { input.to_vec() }
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
