//! Parsers of requests that read responses too, as clients use them.

use super::c::{http_parser_client, http_parser_version, llhttp_client, llhttp_version};
use super::queue::ADDS;
use crate::{About, Failure, Peer, Reach, Role};

/// A client by its name, its version and what opens it.
const fn client(
    name: &'static str,
    version: fn() -> String,
    open: fn() -> Result<Box<dyn Peer>, Failure>,
) -> About {
    About {
        name,
        family: &parsers::http1::response::RESPONSE,
        licence: "MIT",
        adds: ADDS,
        cuts: "",
        role: Role::Library,
        calibrates: false,
        is_fast: true,
        reach: Reach::Linked { version, open },
    }
}

/// llhttp as it is by default.
pub(crate) static LLHTTP: About = client("llhttp-client", llhttp_version, || {
    Ok(Box::new(llhttp_client(false)?))
});

/// llhttp with every lenient flag.
pub(crate) static LLHTTP_LENIENT: About = client("llhttp-client-lenient", llhttp_version, || {
    Ok(Box::new(llhttp_client(true)?))
});

/// http_parser, built without its strict checks.
pub(crate) static HTTP_PARSER: About = client("http-parser-client", http_parser_version, || {
    Ok(Box::new(http_parser_client()?))
});

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use parsers::{Asked, End, StreamInput};

    use super::*;
    use crate::linked::httparse_client::HTTPARSE;
    use crate::{Pieces, Seen, ask};

    static CLIENTS: [&About; 4] = [&LLHTTP, &LLHTTP_LENIENT, &HTTP_PARSER, &HTTPARSE];

    fn ends(about: &About, asked: &str, input: &[u8]) -> (Vec<usize>, End) {
        let mut peer = about.open().unwrap().peer;
        let told = [Pieces::One, Pieces::Bytes].map(|pieces| {
            let mut seen = Seen::default();
            let input = StreamInput::new(input, Asked::lines(asked));
            ask(&mut *peer, input, pieces, &mut seen).unwrap();
            let ends: Vec<_> = seen.messages.iter().map(|whole| whole.end).collect();
            (ends, seen.end)
        });
        assert_eq!(told[0], told[1], "{}", about.name);
        told[0].clone()
    }

    const COUNTED: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    const CHUNKED: &[u8] =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    const INTERIM: &[u8] = b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

    #[test]
    fn plain_responses_are_read_as_they_are() {
        for about in CLIENTS {
            let all = [COUNTED, CHUNKED, COUNTED].concat();
            let expected = (vec![40, 99, 139], End::Complete);
            assert_eq!(ends(about, "", &all), expected, "{}", about.name);
            let cut = all.get(..96).unwrap();
            assert_eq!(
                ends(about, "", cut),
                (vec![40], End::Incomplete),
                "{}",
                about.name
            );
            let until_close = b"HTTP/1.0 200 OK\r\n\r\nabc";
            let whole = (vec![until_close.len()], End::Complete);
            assert_eq!(ends(about, "", until_close), whole, "{}", about.name);
        }
    }

    #[test]
    fn each_response_answers_its_request() {
        for about in CLIENTS {
            let all = [INTERIM, HEAD, COUNTED].concat();
            let at = [37, 75, 115];
            let told = ends(about, "HEAD\nGET", &all);
            assert_eq!(told, (at.to_vec(), End::Complete), "{}", about.name);
            let told = ends(about, "HEAD", &all);
            let surplus = (at.get(..2).unwrap().to_vec(), End::Complete);
            assert_eq!(told, surplus, "{}", about.name);
            let told = ends(about, "CONNECT", COUNTED);
            assert_eq!(told, (vec![38], End::Tunnel), "{}", about.name);
        }
    }

    #[test]
    fn what_is_no_status_line_is_rejected() {
        for about in CLIENTS {
            let told = ends(about, "", b"\x01\x02 / HTTP/1.1\r\nHost: a\r\n\r\n");
            assert_eq!(told, (vec![], End::Rejected), "{}", about.name);
        }
    }
}
