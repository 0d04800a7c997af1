//! Inputs of so many messages that to hold the readings of all readers would take all memory.

use parsers::{Family, Verdict, judge};

/// How many messages of one file are judged.
pub const MESSAGES: usize = 100_000;
/// How many are drawn: there are many readers, and no person looks at more.
pub const DRAWN: usize = 10_000;
/// How many bytes are looked at first.
const FRONT: usize = 1 << 25;

/// Where the last of `most` messages ends, when the specification accepts more of them in `input`.
pub fn end(family: &Family, input: &[u8], most: usize) -> Option<usize> {
    let strict = family.parsers.first()?;
    let mut verdict = Verdict::new();
    let fronts = [input.get(..FRONT), Some(input)];
    fronts.into_iter().flatten().find_map(|front| {
        // No message is shorter than this.
        if front.len() < most {
            return None;
        }
        judge(*strict, front, &mut verdict);
        verdict.reading.messages.get(most)?;
        Some(verdict.reading.messages.get(most.checked_sub(1)?)?.end)
    })
}

#[cfg(test)]
mod tests {
    use parsers::http1::REQUEST;

    use super::*;

    #[test]
    fn what_follows_many_messages_is_left_out() {
        let one = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let many = one.repeat(DRAWN);
        assert_eq!(end(&REQUEST, &many, DRAWN), None);
        let more = [many.as_slice(), one].concat();
        assert_eq!(end(&REQUEST, &more, DRAWN), Some(many.len()));
        assert_eq!(end(&REQUEST, &more, MESSAGES), None);
        // One long message is read as a whole.
        let head = format!(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
            more.len()
        );
        let long = [head.as_bytes(), &more].concat();
        assert_eq!(end(&REQUEST, &long, DRAWN), None);
    }
}
