//! llhttp: the parser of Node.js, as it is by default and with all that it can be lenient about.

use super::c::{llhttp, llhttp_version};
use crate::{About, Reach, Role};

/// llhttp as it is by default.
pub(crate) static LLHTTP: About = About {
    name: "llhttp",
    family: &parsers::http1::REQUEST,
    licence: "MIT",
    adds: "",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        version: llhttp_version,
        open: || Ok(Box::new(llhttp(false)?)),
    },
};

/// llhttp with every lenient flag.
pub(crate) static LLHTTP_LENIENT: About = About {
    name: "llhttp-lenient",
    family: &parsers::http1::REQUEST,
    licence: "MIT",
    adds: "",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        version: llhttp_version,
        open: || Ok(Box::new(llhttp(true)?)),
    },
};

#[cfg(test)]
mod tests {
    use parsers::End;

    use super::*;
    use crate::linked::tests::ends;

    #[test]
    fn the_version_is_that_of_the_header() {
        assert!(llhttp_version().starts_with("9."), "{}", llhttp_version());
    }

    /// llhttp.h, `llhttp_set_lenient_optional_cr_before_lf`: "Normally `llhttp` would error when a LF
    /// is not preceded by CR when terminating the request line [...] With this flag only a LF is
    /// required".
    #[test]
    fn a_bare_lf_ends_a_line_for_the_lenient_one() {
        let input = b"GET / HTTP/1.1\nHost: a\n\n";
        assert_eq!(ends(&LLHTTP, input), (vec![], End::Rejected));
        assert_eq!(ends(&LLHTTP_LENIENT, input), (vec![24], End::Complete));
    }

    /// llhttp.h, `llhttp_set_lenient_optional_crlf_after_chunk`: "With this flag the new chunk can
    /// start immediately after the previous one."
    #[test]
    fn a_chunk_may_follow_a_chunk_for_the_lenient_one() {
        let input =
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na0\r\n\r\n";
        assert_eq!(ends(&LLHTTP, input), (vec![], End::Rejected));
        assert_eq!(
            ends(&LLHTTP_LENIENT, input),
            (vec![input.len()], End::Complete)
        );
    }

    /// http.c, `llhttp__after_headers_complete`: without `chunked` a request with Transfer-Encoding is
    /// invalid, or, with `LENIENT_TRANSFER_ENCODING`, lasts until the end of the stream.
    #[test]
    fn an_unknown_coding_lasts_until_the_end_for_the_lenient_one() {
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nGET";
        assert_eq!(ends(&LLHTTP, input), (vec![], End::Rejected));
        assert_eq!(ends(&LLHTTP_LENIENT, input), (vec![56], End::Complete));
    }

    /// llhttp.c pauses with `HPE_PAUSED_H2_UPGRADE` after the last byte of the preface.
    #[test]
    fn the_preface_of_http_2_leaves_http_1() {
        let input = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxx";
        assert_eq!(ends(&LLHTTP, input), (vec![24], End::Tunnel));
    }

    /// llhttp.h, `llhttp_set_lenient_keep_alive`: "With this flag the extra request/response will be
    /// parsed normally."
    #[test]
    fn the_lenient_one_reads_on_where_the_connection_closes() {
        let input = b"GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n";
        assert_eq!(ends(&LLHTTP, input), (vec![18], End::Complete));
        assert_eq!(ends(&LLHTTP_LENIENT, input), (vec![18, 36], End::Complete));
    }

    /// llhttp.h, `llhttp_set_lenient_optional_lf_after_cr`: "With this flag only a CR is required": the
    /// head ends before the byte that shows it.
    #[test]
    fn a_request_may_end_before_the_byte_that_shows_it() {
        let input = b"GET / HTTP/1.1\r\nHost: a\r\n\rGET / HTTP/1.1\r\nHost: a\r\n\r";
        assert_eq!(ends(&LLHTTP, input), (vec![], End::Rejected));
        assert_eq!(ends(&LLHTTP_LENIENT, input), (vec![26], End::Incomplete));
    }

    /// http.c, `llhttp__after_headers_complete`: an upgrade begins after the content, but after the head
    /// of CONNECT.
    #[test]
    fn an_upgrade_follows_the_content() {
        let input =
            b"POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 1\r\n\r\nabc";
        assert_eq!(ends(&LLHTTP, input), (vec![input.len() - 2], End::Tunnel));
        let input = b"CONNECT a:1 HTTP/1.1\r\nContent-Length: 1\r\n\r\nab";
        assert_eq!(ends(&LLHTTP, input), (vec![43], End::Tunnel));
    }

    /// llhttp.h, the comments at the functions `llhttp_set_lenient_*` that no other test here names, but
    /// `data_after_close`, whose doing is past the last request.
    #[test]
    fn every_flag_is_set_for_the_lenient_one() {
        for (flag, fields, content) in [
            ("headers", "1.1\r\nA: \x01", ""),
            (
                "chunked_length",
                "1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
                "0\r\n\r\n",
            ),
            ("version", "1.7", ""),
            (
                "spaces_after_chunk_size",
                "1.1\r\nTransfer-Encoding: chunked",
                "1 \r\na\r\n0\r\n\r\n",
            ),
        ] {
            let input = format!("POST / HTTP/{fields}\r\n\r\n{content}");
            let input = input.as_bytes();
            let all = (vec![input.len()], End::Complete);
            assert_eq!(ends(&LLHTTP, input), (vec![], End::Rejected), "{flag}");
            assert_eq!(ends(&LLHTTP_LENIENT, input), all, "{flag}");
        }
    }

    /// The first byte that follows is no request: the end before it is known with that byte alone.
    #[test]
    fn what_shows_an_end_may_be_rejected() {
        let input = b"POST / HTTP/1.1\r\n\r?";
        assert_eq!(ends(&LLHTTP_LENIENT, input), (vec![18], End::Rejected));
    }
}
