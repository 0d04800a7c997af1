//! The stream of requests in a connection, up to where it stops being HTTP/1.1.

use std::fmt;

use parsers::http1::unread;

use super::reassemble::TcpConnection;
use super::skim;

/// The bytes that a client sent on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientStream {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The name of the file that it comes from.
    pub file: String,
    /// The file and the connection, such as `a.pcap 127.0.0.1:4321 → 127.0.0.1:80`.
    pub source: String,
    /// Whether the stream is whole: nothing was sent after these bytes, or what was is no HTTP/1.1.
    pub is_whole: bool,
}

/// Why a connection has no stream of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skip {
    /// The client sent nothing, or nothing of it was captured.
    Silent,
    /// The first bytes are missing.
    Gap,
    /// It is encrypted.
    Tls,
    /// It is HTTP/2 from the start.
    Http2,
    /// It is another protocol.
    NoRequest,
}

impl fmt::Display for Skip {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Silent => "the client sent nothing",
            Self::Gap => "its first bytes are missing",
            Self::Tls => "it is TLS; capture behind the end of the encryption",
            Self::Http2 => "it is HTTP/2",
            Self::NoRequest => "it does not begin with a request of HTTP/1.1",
        })
    }
}

/// The requests of `connection`, which is in `file` and called `name`.
///
/// # Errors
/// The reason why there are none.
pub(crate) fn request_stream(
    connection: &TcpConnection,
    file: &str,
    name: &str,
) -> Result<ClientStream, Skip> {
    let sent = &connection.to_server;
    let answered = &connection.to_client;
    if sent.bytes.is_empty() {
        return Err(if sent.has_gap {
            Skip::Gap
        } else {
            Skip::Silent
        });
    }
    check_protocol(&sent.bytes, &answered.bytes)?;
    let tunnel = skim::tunnel_start(&sent.bytes, &answered.bytes);
    let bytes = tunnel.and_then(|at| sent.bytes.get(..at));
    Ok(ClientStream {
        bytes: bytes.unwrap_or(&sent.bytes).to_vec(),
        file: file.to_owned(),
        source: name.to_owned(),
        is_whole: tunnel.is_some() || (connection.has_end && !sent.has_gap && !sent.is_cut),
    })
}

fn check_protocol(sent: &[u8], answered: &[u8]) -> Result<(), Skip> {
    // The content type of a TLS record (handshake, alert), and its major version.
    if let [0x15 | 0x16, 0x03, 0x00..=0x04, ..] = sent {
        return Err(Skip::Tls);
    }
    if sent.starts_with(b"PRI * HTTP/2.0\r\n") {
        return Err(Skip::Http2);
    }
    let first_line = unread::lines(sent).next().and_then(|line| sent.get(line));
    let first_line = first_line.unwrap_or(b"");
    let word = unread::words(first_line).next();
    let word = word
        .and_then(|(word, _)| first_line.get(word))
        .unwrap_or(b"");
    let begins_with_token = !word.is_empty() && word.iter().all(|&byte| skim::is_tchar(byte));
    let is_answered = answered.starts_with(b"HTTP/1.");
    let names_http = first_line
        .windows(5)
        .any(|window| window.eq_ignore_ascii_case(b"HTTP/"));
    // A status-line would be the other direction.
    let is_status = first_line.starts_with(b"HTTP/");
    if is_answered || (begins_with_token && names_http && !is_status) {
        return Ok(());
    }
    Err(Skip::NoRequest)
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::traffic::reassemble::Flow;

    fn stream(sent: &[u8], answered: &[u8]) -> Result<Vec<u8>, Skip> {
        let flow = |bytes: &[u8]| Flow {
            bytes: bytes.to_vec(),
            ..Flow::default()
        };
        let connection = TcpConnection {
            client: "127.0.0.1:1".parse().unwrap(),
            server: "127.0.0.1:80".parse().unwrap(),
            to_server: flow(sent),
            to_client: flow(answered),
            has_opening: true,
            has_end: true,
        };
        request_stream(&connection, "x", "x").map(|stream| stream.bytes)
    }

    #[test]
    fn other_protocols_are_skipped() {
        assert_eq!(stream(b"", b""), Err(Skip::Silent));
        assert_eq!(stream(b"\x16\x03\x01\x02\x00\x01", b""), Err(Skip::Tls));
        assert_eq!(
            stream(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b""),
            Err(Skip::Http2)
        );
        for other in [
            &b"SSH-2.0-OpenSSH_9.6 Debian\r\n"[..],
            b"EHLO a\r\n",
            b"\x00\x01",
            b"GET k\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n",
        ] {
            assert_eq!(stream(other, b""), Err(Skip::NoRequest));
        }
    }

    #[test]
    fn odd_requests_are_kept() {
        for odd in [
            &b"GET / HTTP/1.1\n\n"[..],
            b"\r\nGET / HTTP/1.1\r\n",
            b"FOO  / http/1.1",
        ] {
            assert_eq!(stream(odd, b"").unwrap(), odd);
        }
        // What a server answers as HTTP was HTTP to it.
        assert_eq!(
            stream(b"GET /\r\n", b"HTTP/1.1 400 Bad\r\n").unwrap(),
            b"GET /\r\n"
        );
    }
}
