//! http_parser: the parser of Node.js before llhttp, built as others link it, without its strict checks.

use super::c::{http_parser, http_parser_version};
use crate::{About, Reach, Role};

/// http_parser, built with `HTTP_PARSER_STRICT=0` as its Makefile builds the library.
pub(crate) static HTTP_PARSER: About = About {
    name: "http-parser",
    family: &parsers::http1::REQUEST,
    licence: "MIT",
    adds: "",
    cuts: "",
    role: Role::Library,
    calibrates: false,
    is_fast: true,
    reach: Reach::Linked {
        version: http_parser_version,
        open: || Ok(Box::new(http_parser()?)),
    },
};

#[cfg(test)]
mod tests {
    use parsers::End;

    use super::*;
    use crate::linked::tests::ends;

    #[test]
    fn the_version_is_the_last_one() {
        assert_eq!(http_parser_version(), "2.9.4");
    }

    /// http_parser.c, `s_chunk_parameters`: all up to CR is skipped, LF too.
    #[test]
    fn a_chunk_extension_holds_a_bare_lf() {
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
            1;\nx\r\na\r\n0\r\n\r\n";
        assert_eq!(
            ends(&HTTP_PARSER, input),
            (vec![input.len()], End::Complete)
        );
    }

    /// http_parser.c, `s_chunk_data_almost_done`: without strict checks any two bytes end a chunk.
    #[test]
    fn any_two_bytes_end_a_chunk() {
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
            1\r\naXY0\r\n\r\n";
        assert_eq!(
            ends(&HTTP_PARSER, input),
            (vec![input.len()], End::Complete)
        );
    }

    /// http_parser.h, `http_should_keep_alive`: "then this should be the last message on the connection".
    #[test]
    fn it_stops_where_the_connection_closes() {
        let input = b"GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n";
        assert_eq!(ends(&HTTP_PARSER, input), (vec![18], End::Complete));
    }

    /// http_parser.c, `s_message_done`: an upgrade begins after the content, `s_headers_done`: after
    /// the head of CONNECT.
    #[test]
    fn an_upgrade_follows_the_content() {
        let input =
            b"POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\nContent-Length: 1\r\n\r\nabc";
        assert_eq!(
            ends(&HTTP_PARSER, input),
            (vec![input.len() - 2], End::Tunnel)
        );
        let input = b"CONNECT a:1 HTTP/1.1\r\nContent-Length: 1\r\n\r\nab";
        assert_eq!(ends(&HTTP_PARSER, input), (vec![43], End::Tunnel));
    }
}
