//! The head as a whole, broken and upheld.

use super::Case;
use crate::http1::rules::*;

/// Each rule, what breaks it, and what upholds it.
pub static HEADS: &[Case] = &[
    (
        &HOST_MISSING,
        &[
            "›GET / HTTP/1.1\r\n\r\n",
            "›GET / HTTP/1.1\r\nHosts: a\r\n\r\n",
        ],
        &["GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\nhOST:\r\n\r\n"],
    ),
    (
        &HOST_REPEATED,
        &[
            "GET / HTTP/1.1\r\nHost: a\r\n›Host: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: /\r\nA: b\r\n›Host:\r\nHost:\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: a\r\n›Host: b\r\n\r\n",
        ],
        &["GET / HTTP/1.1\r\nHost: a\r\nX-Host: a\r\n\r\n"],
    ),
    (
        &HOST_VALUE,
        &[
            "GET / HTTP/1.1\r\nHost:  ›a b \r\n\r\n",
            "GET / HTTP/1.1\r\nHost:›a/\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›a@b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›\u{e9}\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: ›a\tb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›a:b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›a:80:80\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›::1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[::1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[zz]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[v.a]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[1:2:3:4:5:6:7:8::]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[1:2:3:4:5:6:7]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[1::2::3]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[:1:2:3:4:5:6:7]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[::1.2.3.04]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[::12345]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›[fe80::1%25eth0]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›a[b]c\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›a%zz\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: ›a%4\r\n\r\n",
        ],
        &[
            "GET / HTTP/1.1\r\nHost: \t09azAZ-._~!$&'()*+,;=%4f:\t \r\n\r\n",
            "GET / HTTP/1.1\r\nHost: :80\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a:99999999999\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [::]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [1:2:3:4:5:6:7::]:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [1:2:3:4:5:6:7:ABCD]:1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [::ffff:255.249.10.0]\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: [V1f.a:~]\r\n\r\n",
        ],
    ),
    (
        &CODING_IN_10,
        &[
            "POST / HTTP/1.0\r\nContent-Length: 0\r\n›transfer-encoding:\r\nTransfer-Encoding: a b\r\n\r\n",
        ],
        &["POST / HTTP/1.0\r\nTransfer-Encodings: chunked\r\n\r\n"],
    ),
    (
        &CODING_REPEATED,
        &[
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked, ›Chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked\r\nA: b\r\nTransfer-Encoding:›chunked\r\n\r\n",
        ],
        &[
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ,, \t, CHUNked ,\r\ntransfer-encoding:\r\n\r\n0\r\n\r\n",
        ],
    ),
    (
        &CODING_PARAMETERS,
        &[
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›chunked;a=\"b,\\\"c\"\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›CHUNKED \t;a=b\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked,›chunked; a = b;c=d\r\n\r\n",
        ],
        &["POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ),
    (
        &CODING_SYNTAX,
        &[
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›\x22chunked\x22\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›chunked chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked, ›gzip;q\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›xchunked;a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›chunked;\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›chunked;(((\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›chunked;a=\"b, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›chunked;a=\"b\"c\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›chunked;;a=b\r\n\r\n",
        ],
        &["POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ),
    (
        &CODING_NOT_FINAL,
        &[
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked, ›gzip, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked, ›gzip;q=1\r\n\r\n",
        ],
        &["POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked, \r\n\r\n0\r\n\r\n"],
    ),
    (
        &CODING_UNKNOWN,
        &[
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›gzip, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›gzip;q=1, chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›foo;a=\"x,y\", chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›xchunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: ›identity\r\n\r\n",
        ],
        &["POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ),
    (
        &CODING_EMPTY,
        &["POST / HTTP/1.1\r\nHost:\r\n›Transfer-Encoding: , \r\nTransfer-Encoding:\r\n\r\n"],
        &[
            "POST / HTTP/1.1\r\nHost:\r\nTransfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ],
    ),
    (
        &LENGTH_WITH_CODING,
        &[
            "POST / HTTP/1.1\r\nHost:\r\n›Content-Length: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            "TRACE / HTTP/1.1\r\nHost:\r\n›Transfer-Encoding: chunked\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
        ],
        &["POST / HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\nTransfer_Encoding: chunked\r\n\r\n"],
    ),
    (
        &LENGTH_REPEATED,
        &[
            "POST / HTTP/1.0\r\nContent-Length: 1\r\n›content-length:1 \r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: x\r\n›Content-Length: x\r\nContent-Length: x\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: 1\r\n›Content-Length: 01\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: 5\r\n›Content-Length: 5, 5\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: 00\r\n›Content-Length: ,0\r\nContent-Length:\r\n\r\n",
        ],
        &["POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\n1"],
    ),
    (
        &LENGTH_CONFLICT,
        &[
            "POST / HTTP/1.0\r\nContent-Length: 1\r\n›Content-Length: 10\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 1\r\n›Content-Length:x\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: 5\r\n›Content-Length: 5, 6\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: ,\r\n›Content-Length:\r\n\r\n",
        ],
        &["POST / HTTP/1.0\r\nContent-Length: 1\r\nContentLength: 2\r\n\r\n1"],
    ),
    (
        &LENGTH_EMPTY,
        &["POST / HTTP/1.0\r\n›Content-Length: \t\r\n\r\n"],
        &["POST / HTTP/1.0\r\nContent-Length: \t0\r\n\r\n"],
    ),
    (
        &LENGTH_LIST,
        &[
            "POST / HTTP/1.0\r\nContent-Length: ›1, 1\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: ›,\r\n\r\n",
        ],
        &["POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\n1"],
    ),
    (
        &LENGTH_SYNTAX,
        &[
            "POST / HTTP/1.0\r\nContent-Length: ›+1\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length:›1 1\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: ›99999999999999999999999x\r\n\r\n",
            "POST / HTTP/1.0\r\nContent-Length: ›\u{b2}\r\n\r\n",
        ],
        &["POST / HTTP/1.0\r\nContent-Length: 0000000000000000000000000000001\r\n\r\n1"],
    ),
    (
        &LENGTH_OVERFLOW,
        &[
            "POST / HTTP/1.0\r\nContent-Length: ›18446744073709551616\r\n\r\n",
            "TRACE / HTTP/1.0\r\nContent-Length: ›0099999999999999999999\r\n\r\n",
        ],
        &["POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n"],
    ),
    (
        &TRACE_CONTENT,
        &[
            "TRACE / HTTP/1.0\r\n›Content-Length: 1\r\n\r\n",
            "TRACE / HTTP/1.1\r\nHost:\r\n›Transfer-Encoding: chunked\r\nExpect: x\r\n\r\n",
        ],
        &[
            "TRACE / HTTP/1.0\r\nContent-Length: 00\r\n\r\n",
            "trace / HTTP/1.0\r\nContent-Length: 1\r\n\r\n1",
        ],
    ),
    (
        &CONNECT_CONTENT,
        &[
            "CONNECT a:1 HTTP/1.0\r\n›Content-Length: 1\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost:\r\n›Transfer-Encoding:\r\nTransfer-Encoding: chunked\r\n\r\n",
        ],
        &["CONNECT a:1 HTTP/1.0\r\nContent-Length: 0\r\n\r\n"],
    ),
    (
        &EXPECTATION,
        &[
            "POST / HTTP/1.1\r\nHost:\r\nExpect: 100-continue\r\n›expect: 100-continues\r\nExpect: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\n›Expect: 100-continue, x\r\n\r\n",
        ],
        &[
            "POST / HTTP/1.1\r\nHost:\r\nExpect:\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nExpect: 100-continue,\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nExpect: ,100-continue ,, 100-Continue\r\n\r\n",
            "POST / HTTP/1.1\r\nHost:\r\nExpect: 100-Continue\r\n\r\n",
            "POST / HTTP/1.0\r\nExpect: x\r\n\r\n",
        ],
    ),
];
