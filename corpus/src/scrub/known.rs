//! The allow-list: every word of traffic that a case may hold. A word that is not here, and is not near one
//! that is, never reaches a case.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// The fields whose values frame messages or steer the connection, in the form that [`key`] gives.
const FRAMING_FIELDS: [&[u8]; 9] = [
    b"contentlength",
    b"transferencoding",
    b"connection",
    b"proxyconnection",
    b"upgrade",
    b"expect",
    b"contentencoding",
    b"te",
    b"trailer",
];

/// Field names, from the IANA registry "Hypertext Transfer Protocol (HTTP) Field Name Registry", and
/// names in common use that are not registered (`X-Forwarded-For`). In the form that [`key`] gives.
static FIELDS: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    let names = include_str!("fields.txt").split_ascii_whitespace();
    names.map(|name| key(name.as_bytes())).collect()
});

/// Words of the values of framing fields: transfer codings and content codings, connection options,
/// expectations, protocols to which a connection is upgraded, and their parameters.
const TOKENS: [&str; 23] = [
    "chunked",
    "identity",
    "gzip",
    "x-gzip",
    "deflate",
    "compress",
    "x-compress",
    "br",
    "zstd",
    "trailers",
    "close",
    "keep-alive",
    "upgrade",
    "te",
    "100-continue",
    "continue",
    "websocket",
    "h2",
    "h2c",
    "http",
    "tls",
    "q",
    "none",
];

/// The registered methods that are in use, the preface of HTTP/2, and a few methods of caches.
const METHODS: [&[u8]; 24] = [
    b"GET",
    b"HEAD",
    b"POST",
    b"PUT",
    b"DELETE",
    b"CONNECT",
    b"OPTIONS",
    b"TRACE",
    b"PATCH",
    b"PROPFIND",
    b"PROPPATCH",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"LOCK",
    b"UNLOCK",
    b"REPORT",
    b"SEARCH",
    b"QUERY",
    b"PURGE",
    b"BREW",
    b"TRACK",
    b"SOURCE",
    b"PRI",
];

/// A word of no more bytes is not private.
const SHORTEST: usize = 3;
/// A longer word is not near any known one.
const LONGEST: usize = 24;
/// The shortest known word that is recognised inside of a longer one.
const SHORTEST_PART: usize = 5;

/// What a name says to a reader that ignores its case, and characters that do not belong in it.
pub(crate) fn key(name: &[u8]) -> Vec<u8> {
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    letters.map(u8::to_ascii_lowercase).collect()
}

/// [`key`], also for a reader that decodes percent escapes, or reads dotless i and the Kelvin sign as
/// letters.
fn decoded_key(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, after) = match rest {
            [b'%', high, low, after @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high * 16 + low, after),
                _ => (byte, after),
            },
            [0xc4, 0xb1, after @ ..] => (b'i', after),
            [0xe2, 0x84, 0xaa, after @ ..] => (b'k', after),
            _ => (byte, after),
        };
        plain.push(byte);
        rest = after;
    }
    key(&plain)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

/// Whether this is the name of a known field, however it is written.
pub(super) fn is_field(name: &[u8]) -> bool {
    FIELDS.contains(&key(name)) || FIELDS.contains(&decoded_key(name))
}

/// Whether this is the name of a field that frames.
pub(crate) fn is_framing_field(name: &[u8]) -> bool {
    let is_known = |key: Vec<u8>| FRAMING_FIELDS.contains(&key.as_slice());
    is_known(key(name)) || is_known(decoded_key(name))
}

/// Whether a word may stand in the value of a field that frames.
pub(super) fn is_token(word: &[u8]) -> bool {
    let mut tokens = TOKENS.iter();
    tokens.any(|token| word.eq_ignore_ascii_case(token.as_bytes())) || FIELDS.contains(&key(word))
}

/// Whether a word is a known method. Other than in capitals it is one only in a line that names HTTP.
pub(super) fn is_method(word: &[u8], line: &[u8]) -> bool {
    let names_http = |line: &[u8]| line.windows(5).any(|window| window == b"HTTP/");
    METHODS.contains(&word) || method(word).is_some() && names_http(line)
}

/// The known method that a word is, in any case.
pub(crate) fn method(word: &[u8]) -> Option<&'static str> {
    let known = METHODS
        .iter()
        .find(|method| word.eq_ignore_ascii_case(method));
    known.and_then(|known| std::str::from_utf8(known).ok())
}

/// The part of a word that is a field that frames: its front, or its end. Some readers know a name by it.
pub(super) fn framing_name(word: &[u8]) -> Option<Range<usize>> {
    let names = [
        "http-content-length",
        "http_content_length",
        "content-length",
        "content_length",
        "transfer-encoding",
        "transfer_encoding",
    ];
    known_part(word, &names)
}

/// Whether a word is the front or the end of the name of a field that frames, as where a line end cuts it.
pub(super) fn is_framing_piece(word: &[u8]) -> bool {
    let word = word.to_ascii_lowercase();
    let mut names = [&b"content-length"[..], b"transfer-encoding"].into_iter();
    word.len() > SHORTEST && names.any(|name| name.starts_with(&word) || name.ends_with(&word))
}

/// The part of a word that is a known token of a framing field: its front, or its end.
pub(super) fn framing_token(word: &[u8]) -> Option<Range<usize>> {
    known_part(word, &TOKENS)
}

fn known_part(word: &[u8], known: &[&str]) -> Option<Range<usize>> {
    let long = known.iter().filter(|known| known.len() >= SHORTEST_PART);
    for known in long.map(|known| known.as_bytes()) {
        let Some(rest) = word.len().checked_sub(known.len()) else {
            continue;
        };
        for range in [0..known.len(), rest..word.len()] {
            let part = word.get(range.clone()).unwrap_or(&[]);
            if part.eq_ignore_ascii_case(known) {
                return Some(range);
            }
        }
    }
    None
}

/// Whether a word tells nothing else than a known method, version, token or name of a framing field:
/// it differs from one in few characters (1; 2 in a word of six or more), or is its front or its end. A
/// word of up to three characters tells nothing at all.
pub(crate) fn is_near(word: &[u8]) -> bool {
    if word.len() <= SHORTEST {
        return true;
    }
    let Ok(word) = std::str::from_utf8(word) else {
        return false;
    };
    if word.len() > LONGEST {
        return false;
    }
    let word = word.to_ascii_lowercase();
    let names = [
        "content-length",
        "transfer-encoding",
        "connection",
        "proxy-connection",
        "upgrade",
        "expect",
        "content-encoding",
        "trailer",
        "http/1.1",
        "http/1.0",
    ];
    let methods = METHODS
        .iter()
        .filter_map(|word| std::str::from_utf8(word).ok());
    let methods = methods.map(str::to_ascii_lowercase);
    let tokens = names.into_iter().chain(TOKENS).map(str::to_owned);
    methods.chain(tokens).any(|known| {
        let most = if known.len() < 6 { 1 } else { 2 };
        let is_near = known.len() >= 3 && strsim::levenshtein(&word, &known) <= most;
        is_near || known.starts_with(&word) || known.ends_with(&word)
    })
}

/// Whether a known word holds `text`, in any case.
#[cfg(test)]
pub(crate) fn holds(text: &[u8]) -> bool {
    let text = key(text);
    let methods = METHODS.iter().map(|method| key(method));
    let tokens = TOKENS.iter().map(|token| key(token.as_bytes()));
    let mut all = methods.chain(tokens).chain(FIELDS.iter().cloned());
    all.any(|known| known.windows(text.len()).any(|window| window == text))
}
