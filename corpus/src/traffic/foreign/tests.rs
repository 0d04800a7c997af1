use parsers::http1::REQUEST;
use parsers::unidiff::UNIFIED;

use super::*;

fn utf16(text: &str, encode: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(encode).collect()
}

const PATCH: &str = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n";

#[test]
fn each_format_is_recognised() {
    let mut tar = vec![0; 512];
    tar.splice(..6, *b"a/file");
    tar.splice(257..262, *b"ustar");
    let coloured = "\x1b[1m--- a/f\x1b[m\n\x1b[1m+++ b/f\x1b[m\n\x1b[36m@@ -1 +1 @@\x1b[m\n";
    for (input, expected) in [
        (b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "gzip"),
        (b"\x28\xb5\x2f\xfd\x04".to_vec(), "zstd"),
        (b"\xfd7zXZ\0\0".to_vec(), "xz"),
        (b"BZh91AY&SY".to_vec(), "bzip2"),
        (b"PK\x03\x04\x14\0".to_vec(), "zip"),
        (tar, "tar"),
        (
            br#"{"log": {"version": "1.2", "entries": []}}"#.to_vec(),
            "HAR",
        ),
        (
            b"\xef\xbb\xbf {\"log\": {\"entries\": [{}]}}\n".to_vec(),
            "HAR",
        ),
        (br#"{"a": 1}"#.to_vec(), "JSON"),
        (b"[1, 2]\n".to_vec(), "JSON"),
        (b"{\"file\": \"x\"}\n{\"file\": \"y\"}\n".to_vec(), "JSON"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec(),
            "response",
        ),
        (b"HTTP/1.0 404\r\n\r\n".to_vec(), "response"),
        (
            b"about = 'x'\nexpect = 'reject'\ninput = 'GET'\n".to_vec(),
            "case",
        ),
        (
            b"about = 'x'\npolicy = 'careful'\nschedule = ''\n".to_vec(),
            "case",
        ),
        (utf16(PATCH, u16::to_le_bytes), "UTF-16"),
        (utf16(PATCH, u16::to_be_bytes), "UTF-16"),
        (utf16("GET / HTTP/1.1\r\n", u16::to_le_bytes), "UTF-16"),
        (coloured.as_bytes().to_vec(), "colours"),
        (
            b"*** Begin Patch\n*** Update File: a\n@@\n-a\n+b\n*** End Patch\n".to_vec(),
            "Begin Patch",
        ),
    ] {
        let found = recognise(&REQUEST, &input).map(|foreign| foreign.what);
        assert!(
            found.is_some_and(|what| what.contains(expected)),
            "{expected}: {found:?}"
        );
    }
}

/// What resembles another format, and is what it is given as.
#[test]
fn traffic_is_not_rejected() {
    for input in [
        &b""[..],
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        // The body is compressed, the message is not.
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\0",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n{\"a\": 1}",
        b"{",
        b"{}",
        b"[]",
        b"{ / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"{\"log\": {\"entries\": []}} / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"[1, 2] HTTP/1.1\r\n\r\n",
        b"HTTP/1.1",
        b"HTTP/1.1 / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"HTTP / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"HTTP/1.1 2000 HTTP/1.1\r\n\r\n",
        b"PK / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"BZh9 / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"about / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"about = 1\n",
        b"\xff\xfeGET / HTTP/1.1\r\n\r\n",
        b"\x1b[1mGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"*** Begin Patch\n",
        b"*** Update File: a\n",
    ] {
        assert_eq!(recognise(&REQUEST, input), None, "{}", input.escape_ascii());
    }
    let in_a_message = "From: a\n\n*** Begin Patch\n*** Add File: x\n".to_owned() + PATCH;
    let answer_before = "HTTP/1.1 200 OK\n\n".to_owned() + PATCH;
    let colours_inside = "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n-a\n+\x1b[1m--- a\n+\x1b[1m+++ b\n";
    for input in [PATCH, &in_a_message, &answer_before, colours_inside] {
        assert_eq!(recognise(&UNIFIED, input.as_bytes()), None, "{input}");
    }
}

#[test]
fn the_message_says_what_to_do() {
    let told = recognise(&REQUEST, b"\x1f\x8b\x08").map(|foreign| foreign.to_string());
    let expected = "it is compressed by gzip, which is not read; unpack it first: gunzip FILE";
    assert_eq!(told.as_deref(), Some(expected));
}

#[test]
fn other_kinds_of_diffs_are_said_to_be_such() {
    let context = b"*** a/f\n--- b/f\n***************\n*** 1 ****\n! a\n--- 1,2 ----\n! b\n! c\n";
    let normal = b"diff -r a/f b/f\n1,2c3\n< a\n< b\n---\n> c\n";
    let behind_text = [b"About it.\n\n", context.as_slice()].concat();
    for (family, input, expected) in [
        (&UNIFIED, context.as_slice(), Some("a context diff")),
        (&REQUEST, context, Some("a context diff")),
        (&UNIFIED, normal, Some("a normal diff")),
        (&REQUEST, normal, Some("a normal diff")),
        (&UNIFIED, &behind_text, Some("a context diff")),
        (&REQUEST, &behind_text, None),
        // A unified hunk beside it, and what only looks like a command.
        (&UNIFIED, &[context, PATCH.as_bytes()].concat(), None),
        (&UNIFIED, b"1c1\nthis is prose\n", None),
        (&UNIFIED, b"ac1\n> quoted\n", None),
        (
            &REQUEST,
            b"POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n1c1\n< a\n",
            None,
        ),
    ] {
        let found = recognise(family, input).map(|foreign| foreign.what);
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(input));
    }
}
