// A panic is how a test fails.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::escape::display;
use proptest::prelude::*;

const FAMILY: &Family = &parsers::http1::REQUEST;

/// Later than any machine needs.
fn later() -> Instant {
    Instant::now() + std::time::Duration::from_secs(3600)
}

fn text(input: &[u8]) -> String {
    display(&scrub(FAMILY, input, &[], later()).unwrap())
}

#[test]
fn a_request_without_its_secrets() {
    let input = b"GET http://shop.example:8080/a%2Fb/17?token=s3cr3t HTTP/1.1\r\n\
        Host: shop.example:8080\r\nAuthorization: Basic c2VjcmV0OjEy\r\n\
        cookie:\tid=S3CR3T; theme=d\xe4rk\r\nContent-Length: 6\r\nConnection: keep-alive, X-Hop\r\n\r\nsecret";
    assert_eq!(
        text(input),
        "GET http://aaaa.aaaaaaa:1111/x%61x/00?xxxxx=x0xx0x HTTP/1.1␍␊\
         Host: aaaa.aaaaaaa:1111␍␊Authorization: xxxxx x0xxxxx0xxxx␍␊\
         cookie:␉xx=x0xx0x; xxxxx=x\\x80xx␍␊Content-Length: 6␍␊\
         Connection: keep-alive, x-xxx␍␊␍␊xxxxxx"
    );
}

#[test]
fn chunks_keep_their_frames() {
    let input = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
        6;sig=\"abc1\"\r\nsecret\r\n0\r\nMy-Digest: secret1\r\n\r\n";
    assert_eq!(
        text(input),
        "POST / HTTP/1.1␍␊Host: a␍␊Transfer-Encoding: chunked␍␊␍␊\
         6;xxx=\"fff9\"␍␊xxxxxx␍␊0␍␊xx-xxxxxx: xxxxxx0␍␊␍␊"
    );
}

#[test]
fn no_secret_survives_wherever_it_stands() {
    let secret = "hunter2";
    let heads = [
        "GET /hunter2 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: hunter2.example\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nCookie: a=hunter2\r\n hunter2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nCookie: hunter2\nX: hunter2\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX hunter2\r\n\r\nhunter2",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\nhunter2",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nhunter2",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 25\r\n\r\nhunter2 hunter2\r\nhunter2\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +7\r\n\r\nhunter2",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nhunter2\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nhunter2",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nhunter2\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7;a=hunter2\r\nhunter2hunter2\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nhunter2",
        "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nhunter2",
        "hunter2",
        "hunter2 hunter2\r\nhunter2\r\n\r\nhunter2",
    ];
    for head in heads {
        let scrubbed = scrub(FAMILY, head.as_bytes(), &[], later()).unwrap();
        assert_eq!(scrubbed.len(), head.len());
        let text = String::from_utf8_lossy(&scrubbed).to_lowercase();
        assert!(!text.contains(secret), "{}", display(&scrubbed));
    }
}

#[test]
fn where_readers_part_both_readings_stay() {
    // To one reader the second request is the body, to another it is a request.
    let input =
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 43\r\nTransfer-Encoding: chunked\r\n\r\n\
        0\r\n\r\nGET /admin HTTP/1.1\r\nHost: secret\r\nX: y";
    assert_eq!(
        text(input),
        "POST / HTTP/1.1␍␊Host: a␍␊Content-Length: 43␍␊Transfer-Encoding: chunked␍␊␍␊\
         0␍␊␍␊GET /xxxxx HTTP/1.1␍␊Host: bbbbbb␍␊x: x"
    );
}

fn streams() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(
        &[
            "GET ",
            "POST ",
            "CONNECT ",
            "/a ",
            "a:1 ",
            "* ",
            "HTTP/1.1\r\n",
            "HTTP/1.0\r\n",
            "\r\n",
            "\n",
            "\r",
            "Host: ab.c\r\n",
            "Content-Length: 4\r\n",
            "content-length: +5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding : chunked\r\n",
            " fold\r\n",
            "Connection: close\r\n",
            "Expect: 100-continue\r\n",
            "Upgrade: h2c\r\n",
            "X: y\r\n",
            "4\r\n",
            "abcd\r\n",
            "0\r\n",
            ";a=b\r\n",
            "4;a=\"b\"\r\n",
            "body",
            "\0",
            "é",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n",
        ][..],
    );
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    // Each input is read by all parsers and dialects, twice.
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// That the readings stay is checked by [`scrub`] itself; here, that it is not often needed.
    #[test]
    fn most_streams_can_be_scrubbed(streams in prop::collection::vec(streams(), 40)) {
        let rejected = streams.iter().filter(|input| scrub(FAMILY, input, &[], later()).is_err()).count();
        prop_assert!(rejected <= 4, "{rejected} of 40");
    }

    #[test]
    fn any_bytes_are_scrubbed_or_rejected(input: Vec<u8>) {
        if let Ok(scrubbed) = scrub(FAMILY, &input, &[], later()) {
            prop_assert_eq!(scrubbed.len(), input.len());
        }
    }
}

#[test]
fn most_cases_can_be_scrubbed() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = crate::load_family(corpus, FAMILY).unwrap();
    let rejected = cases.iter().filter_map(|case| {
        let reason = scrub(FAMILY, &case.input, &[], later()).err()?;
        Some(format!("{}: {reason}", case.name))
    });
    let rejected: Vec<_> = rejected.collect();
    // Cases hold one odd element each, which may be what filler changes.
    let (left_out, all) = (rejected.len(), cases.len());
    assert!(left_out * 20 <= all, "{left_out} of {all}: {rejected:#?}");
}
