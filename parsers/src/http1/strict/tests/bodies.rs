//! Chunked bodies, broken and upheld.

use super::Case;
use crate::http1::rules::*;

/// What precedes each body.
pub(crate) const CHUNKED: &str = "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Each rule, what breaks it, and what upholds it.
pub(crate) static BODIES: &[Case] = &[
    (
        &CHUNK_SIZE,
        &[
            "›\r",
            "›\n",
            "›x",
            "›;",
            "› ",
            "›+",
            "›0x",
            "›5_",
            "›5\0",
            "›5\x0b",
            "2\r\nab\r\n›\r",
            "2\r\nab\r\n›\u{80}",
        ],
        &[
            "00a\r\n0123456789\r\n0A\r\n0123456789\r\n0\r\n\r\n",
            "000000000000000000000\r\n\r\n",
        ],
    ),
    (
        &CHUNK_SIZE_OVERFLOW,
        &["›10000000000000000", "1\r\na\r\n›0ffffffffffffffff0"],
        &["00000000000000000001\r\na\r\n0\r\n\r\n"],
    ),
    (
        &CHUNK_SIZE_SPACE,
        &["5› \r", "5›\t\n", "0› \t x", "5› 5", "5› \0"],
        &["1 \t;a\r\na\r\n0 ;b\r\n\r\n"],
    ),
    (
        &CHUNK_LINE_END,
        &[
            "5›\n",
            "5›\rx",
            "5›\r\r",
            "5;›\n",
            "5;a›\n",
            "5;a›\r;",
            "5;a=›\rb",
            "5;a=b ›\n",
            "5;a=\x22›\n",
            "5;a=\x22b›\r\x22",
            "5;a=\x22\\›\n",
            "5;a=\x22\\›\r\r",
            "5;a=\x22\x22›\n",
        ],
        &["1;a\r\na\r\n0\r\n\r\n"],
    ),
    (
        &CHUNK_EXTENSION,
        &[
            "5;›\r\n",
            "5; ›;",
            "5;›=",
            "5;a›\0",
            "5;a›\x22",
            "5;a ›b",
            "5;a ›\r\n",
            "5;a= ›\r\n",
            "5;a=›;",
            "5;a=b›=",
            "5;a=b›\x22",
            "5;a=b ›=",
            "5;a=b\t›\r\n",
            "5;a=\x22\x22›b",
            "5;a=\x22\x22 ›\r\n",
            "5;a=\x22›\0",
            "5;a=\x22›\x7f",
            "5;a=\x22\\›\x1f",
            "5;a;›;",
            "5;a;b›/",
        ],
        &[
            "1;a\r\na\r\n0\r\n\r\n",
            "0\t; a \t= \tb ;c=\x22\x22\t; d;e=f\r\n\r\n",
            "0;a=\x22\t !;=\u{80}\u{ff}~\\\x22\\\\\\\t\\ \x22\r\n\r\n",
        ],
    ),
    (
        &CHUNK_EXTENSION_QUOTE,
        &[
            "5;a=\x22›\r\n",
            "5;a=\x22b\\\x22›\r\n",
            "5;a=\x22\\›\r\n",
            "5;a;b= \x22;›\r\n",
        ],
        &["0;a=\x22\x22\r\n\r\n"],
    ),
    (
        &CHUNK_DATA_END,
        &[
            "1\r\na›a",
            "1\r\na›\n",
            "1\r\na›\rx",
            "2\r\n\r\n›0",
            "1\r\na\r\n1\r\nb›\0",
        ],
        &["2\r\n\r\n\r\n0\r\n\r\n"],
    ),
    (&BARE_LF, &["0\r\n›\n", "0\r\nA:›\n"], &["0\r\nA:\r\n\r\n"]),
    (
        &BARE_CR,
        &["0\r\n›\rx", "0\r\nA›\r:", "0\r\nA: ›\r\r"],
        &["0\r\nA:\r\n\r\n"],
    ),
    (
        &FIELD_COLON,
        &["0\r\n›GET\r\n"],
        &["0\r\nContent-Length: x\r\nTransfer-Encoding: x\r\nHost: /\r\n\r\n"],
    ),
];
