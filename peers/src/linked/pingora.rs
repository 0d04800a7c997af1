//! Pingora: the HTTP/1 session of its servers and proxies.

#[cfg(feature = "pingora")]
mod session;

use crate::{About, Role};

/// Pingora as it is by default, but that requests may come before their predecessors are answered.
pub(crate) static PINGORA: About = About {
    name: "pingora",
    family: &parsers::http1::REQUEST,
    licence: "Apache-2.0",
    adds: "pipelining is allowed; every request is answered after its content, CONNECT and Upgrade too",
    cuts: "a target with bytes that no target holds is rejected unless the whole request-line comes at once",
    role: Role::Proxy,
    calibrates: false,
    is_fast: false,
    reach: on_demand!("pingora", || version!("pingora-core"), || Ok(Box::new(
        session::Pingora
    ))),
};

#[cfg(all(test, feature = "pingora"))]
mod tests {
    use parsers::End;

    use super::*;
    use crate::linked::tests::{ends, read_alike};

    /// pingora-core 0.9, protocols/http/v1/server.rs, `read_request`: "Transfer encoding overrides content length, so
    /// when both are present, we can remove content length [...] also requires us to disable keepalive".
    #[test]
    fn a_coding_beats_a_length_and_closes() {
        let head =
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";
        let message = format!("{head}1\r\na\r\n0\r\n\r\n");
        let told = read_alike(&PINGORA, format!("{message}GET / HTTP/1.1\r\n\r\n"));
        assert_eq!(told, (vec![message.len()], End::Complete, b"a".to_vec()));
    }

    /// There, `validate_request`: "identical duplicates and comma-combined identical values are accepted and collapsed".
    #[test]
    fn equal_lengths_are_one() {
        let input = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nabGET / HTTP/1.1\r\nHost: a\r\n\r\nGET";
        let first = input.len() - 30;
        assert_eq!(
            ends(&PINGORA, input),
            (vec![first, first + 27], End::Incomplete)
        );
    }

    /// There: "HTTP/1.0 requests cannot include Transfer-Encoding header".
    #[test]
    fn a_coding_in_http_10_is_rejected() {
        let input = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        assert_eq!(ends(&PINGORA, input), (vec![], End::Rejected));
    }

    /// The end is exact also where the connection closes with the request.
    #[test]
    fn the_last_request_ends_where_it_ends() {
        let input =
            b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1\r\n\r\nabc";
        assert_eq!(
            ends(&PINGORA, input),
            (vec![input.len() - 2], End::Complete)
        );
    }
}
