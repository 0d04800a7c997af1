//! The law of pieces: a peer reads a stream that comes byte by byte as it reads it in one piece, unless it is known
//! not to.

use parsers::{Family, LeniencySet, Signature};
use peers::{Peer, Pieces, Seen, ask};

use super::messages::{self, WrittenFinding};
use super::minimise::candidates;
use super::record::Records;

/// What a finding says of itself at the end of a hunt.
const REMARK: &str = "a peer reads otherwise byte by byte than in one piece";

/// Both readings, where they differ.
pub fn part(peer: &mut dyn Peer, input: &[u8]) -> Option<[Seen; 2]> {
    let mut read = |pieces| {
        let mut seen = Seen::default();
        let asked = ask(peer, input, pieces, &mut seen);
        asked.ok().map(|()| seen)
    };
    let [one, bytes] = [read(Pieces::One)?, read(Pieces::Bytes)?];
    (one != bytes).then_some([one, bytes])
}

/// Writes down the smallest input on which a peer's readings differ.
pub fn record(
    family: &'static Family,
    name: &str,
    peer: &mut dyn Peer,
    input: &[u8],
    records: &mut Records,
) {
    let mut input = input.to_vec();
    loop {
        let smaller = candidates(&input).find(|input| part(peer, input).is_some());
        let Some(smaller) = smaller else { break };
        input = smaller;
    }
    let Some(readings) = part(peer, &input) else {
        return;
    };
    let [one, bytes] = readings.map(|seen| {
        let ends: Vec<_> = seen.messages.iter().map(|whole| whole.end).collect();
        format!("ends messages at {ends:?}, {}", seen.end.word())
    });
    let short = name.split(' ').next().unwrap_or(name);
    let finding = WrittenFinding {
        input,
        asked: String::new(),
        sets: [LeniencySet::EMPTY; 2],
        signature: Signature::new(family.name, "cut", None).because("peer", short),
        class: None,
        about: format!("In one piece {name} {one}; byte by byte it {bytes}."),
    };
    messages::record_broken(records, family, &finding);
    records.remark(short, REMARK);
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use peers::PEERS;

    use super::*;

    #[test]
    fn a_reader_that_drops_what_follows_in_one_piece_is_found() {
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\
            GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let parts = |name: &str| {
            let about = PEERS.iter().find(|about| about.name == name).unwrap();
            part(&mut *about.open().unwrap().peer, input).is_some()
        };
        assert!(parts("edge-http"));
        assert!(!parts("llhttp"));
    }
}
