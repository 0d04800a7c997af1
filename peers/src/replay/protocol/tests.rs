use parsers::session::Tag;
use parsers::session::state::ReplyPart;

use super::{
    HTTP1, JSON_LINES, MEMCACHED, MOGILEFS, PROTOCOLS, Protocol, RESP, RequestKind, SURPLUS, cause,
    cut,
};

fn asked(protocol: &Protocol, bytes: &[u8]) -> (String, String, usize) {
    let request = (protocol.read)(bytes).unwrap();
    match request.what {
        RequestKind::Asks { name, form } => (name, form, request.length),
        RequestKind::Greets(reply) => panic!("{}", String::from_utf8_lossy(&reply)),
    }
}

/// Each request with bytes behind it, and its name.
const REQUESTS: &[(&Protocol, &str)] = &[
    (&HTTP1, "GET /b HTTP/1.1\r\nHost: a\r\n\r\n"),
    (&HTTP1, "POST /b HTTP/1.1\r\ncontent-length: 3\r\n\r\nx=1"),
    (
        &HTTP1,
        "POST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nx=1\r\n0\r\n\r\n",
    ),
    (&JSON_LINES, "{\"ask\":\"b\"}\n"),
    (&JSON_LINES, "{\"id\":3,\"ask\":\"b\"}\n"),
    (&MEMCACHED, "get b\r\n"),
    (&MEMCACHED, "gets b \r\n"),
    (&MEMCACHED, "mg b v k f s\r\n"),
    (&MOGILEFS, "get_paths domain=d&key=b&noverify=1\r\n"),
    (&RESP, "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n"),
    (&RESP, "get b\r\n"),
    (&RESP, "*2\r\n$6\r\nGETDEL\r\n$1\r\nb\r\n"),
];

#[test]
fn a_request_is_read_when_it_is_all_there_and_no_further() {
    for (protocol, request) in REQUESTS {
        let more = format!("{request}{request}");
        let (name, _, length) = asked(protocol, more.as_bytes());
        assert_eq!((name.as_str(), length), ("b", request.len()), "{request:?}");
        for end in 0..request.len() {
            let part = &request.as_bytes()[..end];
            assert!((protocol.read)(part).is_none(), "{request:?} at {end}");
        }
    }
}

#[test]
fn a_reply_says_what_caused_it_and_a_part_of_it_does_as_well() {
    let names = ["a".to_owned(), "b".to_owned()];
    for (protocol, request) in REQUESTS {
        let (name, form, _) = asked(protocol, request.as_bytes());
        let reply = (protocol.reply)(&form, &name);
        let (first, last) = reply.split_at(cut(&reply));
        let told = |bytes: &[u8]| cause(&String::from_utf8_lossy(bytes), &names);
        assert_eq!(
            told(&reply),
            Some((Tag(2), ReplyPart::Whole)),
            "{request:?}"
        );
        assert_eq!(told(first), Some((Tag(2), ReplyPart::Half)), "{request:?}");
        assert_eq!(told(last), Some((Tag(2), ReplyPart::Tail)), "{request:?}");
        let surplus = (protocol.reply)(&form, SURPLUS);
        assert_eq!(told(&surplus), Some((Tag::SURPLUS, ReplyPart::Whole)));
        assert_eq!(told(b"500 first.c.last.c."), None);
    }
}

#[test]
fn each_protocol_has_a_request_of_its_own_here() {
    for protocol in PROTOCOLS {
        assert!(REQUESTS.iter().any(|(one, _)| one.name == protocol.name));
    }
}

#[test]
fn the_binary_protocol_of_memcached_is_told_by_its_first_byte() {
    let mut request = vec![0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7];
    request.extend_from_slice(&[0; 8]);
    request.push(b'b');
    for end in 0..request.len() {
        assert!((MEMCACHED.read)(&request[..end]).is_none(), "at {end}");
    }
    let (name, form, length) = asked(&MEMCACHED, &request);
    assert_eq!((name.as_str(), length), ("b", request.len()));
    let reply = (MEMCACHED.reply)(&form, &name);
    // The command, no key, four bytes of extras; the length of what follows; the number of the request.
    assert_eq!(reply[..8], [0x81, 0, 0, 0, 4, 0, 0, 0]);
    let body = u32::from_be_bytes(reply[8..12].try_into().unwrap()) as usize;
    assert_eq!(
        (body, &reply[12..16]),
        (reply.len() - 24, &[0, 0, 0, 7][..])
    );
    assert!(reply.ends_with(super::value("b").as_bytes()));
}
