// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use super::*;

const NEXT: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

fn read(input: &[u8], pieces: Pieces) -> (Vec<usize>, End) {
    let mut seen = Seen::default();
    Hyper::open().read(input, pieces, &mut seen).unwrap();
    let ends = seen.messages.iter().map(|message| message.end).collect();
    (ends, seen.end)
}

fn both(input: &[u8]) -> (Vec<usize>, End) {
    let one = read(input, Pieces::One);
    assert_eq!(one, read(input, Pieces::Bytes));
    one
}

#[test]
fn it_is_hyper() {
    // hyper 1.12.0, src/proto/h1/role.rs, `Server::parse`: Content-Length is let be beside
    // Transfer-Encoding, and `keep_alive` is false for a request with both.
    let first = b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n\
        2\r\nab\r\n0\r\n\r\n";
    assert_eq!(
        both(&[first, NEXT].concat()),
        (vec![first.len()], End::Complete)
    );
    // There, "HTTP/1.0 cannot have Transfer-Encoding header".
    let old = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(both(old), (vec![], End::Rejected));
}

#[test]
fn a_head_that_comes_in_pieces_is_not_looked_at_until_it_is_whole() {
    // hyper 1.12.0, src/proto/h1/role.rs, `parse_headers`: once a part of a head was parsed, it is not parsed
    // again before `is_complete_fast`.
    let head = b"GET / HTTP/1.1\r\n\x01: a\r\n";
    assert_eq!(read(head, Pieces::One), (vec![], End::Rejected));
    assert_eq!(read(head, Pieces::Bytes), (vec![], End::Incomplete));
    let whole = [head.as_slice(), b"\r\n"].concat();
    assert_eq!(both(&whole), (vec![], End::Rejected));
}

#[test]
fn connect_becomes_a_tunnel_and_upgrade_does_not() {
    let connect = b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";
    let input = [NEXT, connect, b"xyz"].concat();
    let ends = vec![NEXT.len(), NEXT.len() + connect.len()];
    assert_eq!(both(&input), (ends, End::Tunnel));
    let upgrade = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
    let input = [upgrade.as_slice(), NEXT].concat();
    assert_eq!(
        both(&input),
        (vec![upgrade.len(), input.len()], End::Complete)
    );
    // hyper 1.12.0, src/proto/h1/dispatch.rs, `poll_inner`: what is done and has asked for an upgrade is handed
    // over, upgraded or not. This one was not.
    let last = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUpgrade: x\r\n\r\n";
    let input = [last.as_slice(), NEXT].concat();
    assert_eq!(both(&input), (vec![last.len()], End::Complete));
}

#[test]
fn trailers_belong_to_the_message_and_not_to_its_content() {
    let first =
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nab\r\n0\r\nc: d\r\n\r\n";
    let input = [first.as_slice(), NEXT].concat();
    assert_eq!(
        both(&input),
        (vec![first.len(), input.len()], End::Complete)
    );
    let mut seen = Seen::default();
    Hyper::open().read(&input, Pieces::One, &mut seen).unwrap();
    assert_eq!(seen.content, b"ab");
}

/// hyper yields after 16 rounds, and reads 8192 bytes at first: nothing of that shows.
#[test]
fn many_and_long_messages_end_where_they_end() {
    let mut long = b"POST / HTTP/1.1\r\nContent-Length: 30000\r\n\r\n".to_vec();
    long.resize(long.len() + 30_000, b'x');
    let mut input = Vec::new();
    let mut ends = Vec::new();
    for n in 0..1000 {
        input.extend_from_slice(if n % 500 == 250 { &long } else { NEXT });
        ends.push(input.len());
    }
    assert_eq!(both(&input), (ends, End::Complete));
}
