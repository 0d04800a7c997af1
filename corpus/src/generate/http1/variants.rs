//! The known variants of each element of a request: as the specification has it, and otherwise.

use super::super::element::{Variants, variants};

variants! {
    LEADING: [b""] [b"\r\n", b"\r\n\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n", b"BAD\r\n\r\n"];
    METHOD: [b"GET", b"POST", b"PUT", b"HEAD", b"OPTIONS", b"DELETE", b"TRACE", b"CONNECT", b"PATCH"]
        [b"get", b"trace", b"connect", b"G\x01T", b"G(T", b"G\x80T", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nGET"];
    SEPARATOR: [b" "] [b"  ", b"\t", b"\x0b", b"\x0c", b"\n", b"\r\n"];
    VERSION: [b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.1", b"HTTP/1.0"]
        [b"http/1.1", b"ICE/1.0", b"HTTP/01.1", b"HTTP/1.01", b"HTTP/+1.1", b"HTTP/4294967297.65537", b"HTTP/1", b"HTTP/1.",
         b"HTTP/1.1abc", b"HTTP/\r\r1.1", b"x", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.2", b"HTTP/1.9", b"", b"HTTP/1.0 HTTP/1.1",
         b"b HTTP/1.1", b"HTTP/1.1 ", b"HTTP/1.1\t", b"HTTP/1.1 x"];
    END_OF_LINE: [b"\r\n"] [b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n \r\n", b"\r\n x\r\n", b"\r\n\t", b"\r\n\x0b", b"\n\n", b"\r\r", b"\r\n\r\n", b" \r\n", b"\0\r\n"];
    BLANK: [b"\r\n"] [b"\n", b"\r", b"\rX", b" \r\n", b":\r\n", b"", b"\r\n\r\n"];
    CONNECTION: [b"keep-alive", b"close", b"x"]
        [b"close, keep-alive", b"Upgrade\r\nUpgrade: foo", b"Upgrade\r\nUpgrade: h2c", b"close, Transfer-Encoding", b"Content-Length",
         b"x\r\nProxy-Connection: keep-alive"];
    EXPECT: [b"100-continue"] [b"y 100-continue", b"200-ok", b""];
    PLAIN_FIELD: [b"X: y", b"Accept: */*", b"X:"]
        [b"X: \"\r\nZ: \"", b"X: a\0b", b"X: a\x01b", b"X:\n\ny", b"X: a\rb", b"Host: b", b"Content-Encoding: chunked", b"Host: a b",
         b"Proxy-Connection: keep-alive", b"X: a\nb", b"X: a\n\rY: b", b"X: a\0"];
    LENGTH_NAME: [b"Content-Length", b"content-length"]
        [b"Content_Length", b"Content-Length ", b"Content-Length\t", b"Content-Length abc", b"\x01Content-Length", b"Content-Length\x85",
         b"Content\\Length", b"Content Length", b"Content-Length-X", b"X-Content-Length", b"HTTP-Content-Length", b"Content%2dLength",
         b"Content-Length:", b"Content-\rLength", b"Content-\r\nLength", b"Content-[Length", b"X y", b"\x80X", b" Content-Length", LONG_NAME];
    ENCODING_NAME: [b"Transfer-Encoding", b"transfer-encoding"]
        [b"Transfer_Encoding", b"Transfer-Encoding ", b"\x0bTransfer-Encoding", b"Transfer\\Encoding", b"Transfer Encoding",
         b"Transfer-Encod\xc4\xb1ng", b"Transfer-%45ncoding", b"Transfer-Encoding-X", b"X-Transfer-Encoding", b"X: y\r\n Transfer-Encoding",
         b"Content-Encoding", b"Transfer-\r\nEncoding", b"Transfer-Encoding:"];
    ENCODING_VALUE: [b"chunked"]
        [b"Chunked", b"\x0bchunked", b"chunked\0", b"\xa0chunked", b"\"chunked\"", b"'chunked'", b"chunked;q=1", b"chunked, identity",
         b"identity, chunked", b"gzip, chunked", b"chunked, gzip", b",chunked", b"chunked,", b"chunked, chunked", b"xchunked", b"chunkedx",
         b"x chunked y", b"blegh", b"", b"identity", b"ch\x96nked", b"=?UTF-8?B?Y2h1bmtlZA==?=", b"\tchunked ", b"\r\n chunked",
         b"identity\r\nTransfer-Encoding: chunked", b"chunked\r\nTransfer-Encoding: identity", b"chunked\r\nTransfer-Encoding: chunked",
         b"(x)", b","];
    CHUNK_EXTENSION: [b"", b"", b"", b";a=b", b" ; a = \"b\""]
        [b";", b" a=b", b";\0e", b";[=@", b";a=\"\r\n\"", b";a=\"b", b";\nX", b";\rX", b";a=", b" ", b"\t", b"\r;a", b"-junk", b"\0", LONG_EXTENSION, b";a=\"\r\nX\r\n0\r\n\r\n"];
    CHUNK_LINE_END: [b"\r\n"] [b"\n", b"\r", b"\rX", b"", b"\r\r\n", b" \n"];
    AFTER_DATA: [b"\r\n"] [b"\n", b"\r", b"", b"XX", b"X", b"XXXX\r\n", b"\r\n\r\n", b"\n3", b"03"];
    LAST_CHUNK: [b"0"] [b"00", b"0;x", b"0 ", b"", b"-0", b"Z", b"INVALID!!!", b"+0", b"0x0", b"100000000", b"10000000000000000", b"00000000000000001"];
    TRAILER: [b"", b"", b"X: y\r\n"]
        [b"Content-Length: 5\r\n", b"no colon\r\n", b"X: y\n", b"X: y\r\n z\r\n", b"X: y\r\n \r\n", b"X y: z\r\n", b"X: \x01\r\n", b"\x80: y\r\n"];
    AFTER_LAST: [b"\r\n"] [b"", b"\n", b"XX", b"\r", b" \r\n"];
}

/// 270 bytes of name, of which 270 modulo 256 = 14 are Content-Length.
const LONG_NAME: &[u8; 270] = &long_name();
/// A chunk extension that does not end within 255 bytes.
const LONG_EXTENSION: &[u8; 300] = &long_extension();

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn long_name() -> [u8; 270] {
    let mut name = [b'a'; 270];
    let mut index = 0;
    while index < 14 {
        name[index] = b"Content-Length"[index];
        index += 1;
    }
    name
}

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn long_extension() -> [u8; 300] {
    let mut extension = [b'x'; 300];
    extension[0] = b';';
    extension
}

/// The targets of each form.
pub(crate) static TARGET: &[&[u8]] = &[b"/", b"/x", b"/a?b=c", b"http://b/", b"*"];

/// Targets that not every reader accepts.
pub(crate) static TARGET_ODD: &[&[u8]] = &[
    b"/a b", b"/a b c", b"/\x01", b"/\0", b"/\x80", b"/#", b"/<", b"x", b"*", b"a:80", b"",
    b"/\r\n", b"/\n",
];

/// Lines that are no field lines, or field lines in an odd place.
pub(crate) static ODD_LINES: &[&[u8]] = &[
    b": x\r\n",
    b":\r\n",
    b"garbage\r\n",
    b"Content-Length 5\r\n",
    b"X y: z\r\n",
    b" \t\r\n",
    b" Content-Length: 5\r\n",
    b"\tTransfer-Encoding: chunked\r\n",
    b"\x0bx\r\n",
    b"Content-\r\nLength: 5\r\n",
    b"X\x01: y\r\n",
    b"X\x80: y\r\n",
    b"X[: y\r\n",
    b"Upgrade: h2c\r\nConnection: Upgrade\r\n",
    b"Content-Length: 5\r\n 8\r\n",
    b"Content-Length:\r\n 5\r\n",
    b"X: \0\r\nContent-Length: 5\r\n",
];

/// Bytes that parsers treat in ways of their own.
pub(crate) static BYTES: &[u8] =
    b"\r\n \t\0\x01\x08\x0b\x0c\x7f\x80\x85\xa0\xad\xff:;,=\"'_-+.\\%/(0x1aZ";

/// How many forms [`number`] knows.
pub(crate) const NUMBER_FORMS: usize = 38;

/// A Content-Length as decimal digits (form 0), or otherwise.
pub fn number(value: u64, form: usize) -> Vec<u8> {
    let digits = value.to_string();
    let (first, rest) = digits.split_at(1);
    let wide = |prefix: &[u8], base: u8| -> Vec<u8> {
        let digit = |byte: u8| [prefix, &[byte - b'0' + base]].concat();
        digits.bytes().flat_map(digit).collect()
    };
    let big = u128::from(value);
    let text = match form {
        1 => format!("+{value}"),
        2 => format!("-{value}"),
        3 => "-0".to_owned(),
        4 => format!("0{value}"),
        5 => format!("0{value:o}"),
        6 => format!("0x{value:x}"),
        7 => format!("0o{value:o}"),
        8 => format!("0b{value:b}"),
        9 => format!("{first}_{rest}0"),
        10 => format!("{first} {rest}0"),
        11 => format!("{value} x"),
        12 => format!("{value}.0"),
        13 => format!("{value}e0"),
        14 => format!("{value};x=1"),
        15 => format!("\"{value}\""),
        16 => return wide(b"\xef\xbc", 0x90),
        17 => return wide(b"\xd9", 0xa0),
        18 => format!("{value},{value}"),
        19 => format!("0{value}, {value}"),
        20 => format!(",{value},"),
        21 => format!("0, {value}"),
        22 => format!("{value}, 0"),
        23 => String::new(),
        24 => "abc".to_owned(),
        25 => format!("{value}abc"),
        26 => (big + (1 << 32)).to_string(),
        27 => (big + (1 << 64)).to_string(),
        28 => (big + (1 << 63)).to_string(),
        29 => return [digits.as_bytes(), b"\0"].concat(),
        30 => return [b"\x0b", digits.as_bytes(), b"\x0c"].concat(),
        31 => return [b"\xa0", digits.as_bytes()].concat(),
        32 => format!("{value:030}"),
        33 => format!("{value}\r\n 0"),
        34 => format!("\r\n {value}"),
        35 => return [digits.as_bytes(), b"\x00 5"].concat(),
        36 => format!("1e{first}"),
        37 => format!(" \t{value}\t"),
        _ => digits,
    };
    text.into_bytes()
}

/// How many forms [`chunk_size`] knows.
pub(crate) const CHUNK_FORMS: usize = 16;

/// A chunk size as hexadecimal digits (form 0), or otherwise.
pub(crate) fn chunk_size(value: u64, form: usize) -> Vec<u8> {
    let big = u128::from(value);
    let text = match form {
        1 => format!("0x{value:x}"),
        2 => format!("+{value:x}"),
        3 => format!("-{value:x}"),
        4 => format!("0_{value:x}"),
        5 => format!(" {value:x}"),
        6 => format!("{value:x}\0"),
        7 => format!("{value:017x}"),
        8 => format!("{:x}", big + (1 << 32)),
        9 => format!("{:x}", big + (1 << 64)),
        10 => "Z".to_owned(),
        11 => String::new(),
        12 => format!("{value:x}-junk"),
        13 => format!("\r\n{value:x}"),
        14 => format!("{value:X}"),
        15 => format!("{value:020x}"),
        _ => format!("{value:x}"),
    };
    text.into_bytes()
}
