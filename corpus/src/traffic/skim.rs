//! Matches responses to requests, to find the request after which a connection is another protocol's.
//!
//! This is no parser to be held against others: it follows well-formed traffic, and gives up at once
//! where it meets anything else. Heads are read by `httparse`.

/// How many bytes of `sent` come before the protocol changes: after the request that was answered with
/// 101, or the CONNECT that was answered with 2xx. `None` when it does not, or cannot be told.
pub(crate) fn tunnel_start(sent: &[u8], answered: &[u8]) -> Option<usize> {
    let (mut request_at, mut response_at) = (0, 0);
    loop {
        let request = Request::skim(sent, request_at)?;
        let response = loop {
            let response = Response::skim(answered, response_at, &request)?;
            response_at = response.end.unwrap_or(answered.len());
            if !(100..200).contains(&response.status) || response.status == 101 {
                break response;
            }
        };
        let is_tunnel = request.is_connect && (200..300).contains(&response.status);
        if is_tunnel || response.status == 101 {
            return Some(request.end);
        }
        request_at = request.end;
    }
}

/// `tchar` of RFC 9110 §5.6.2.
pub(crate) fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// The most field lines of a head that is followed.
const MAX_FIELDS: usize = 128;

struct Request {
    is_connect: bool,
    is_head: bool,
    end: usize,
}

impl Request {
    fn skim(bytes: &[u8], at: usize) -> Option<Self> {
        let rest = bytes.get(at..)?;
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut head = httparse::Request::new(&mut fields);
        let httparse::Status::Complete(length) = head.parse(rest).ok()? else {
            return None;
        };
        let method = head.method?;
        let end = match body(head.headers)? {
            Body::Chunked => skip_chunks(bytes, at + length)?,
            Body::Length(body) => (at + length).checked_add(body)?,
            Body::Unknown => at + length,
        };
        // Where the body is not all there, nothing follows it that could be cut off.
        (end <= bytes.len()).then_some(Self {
            is_connect: method == "CONNECT",
            is_head: method == "HEAD",
            end,
        })
    }
}

struct Response {
    status: u16,
    /// None when the connection ends it.
    end: Option<usize>,
}

impl Response {
    /// RFC 9112 §6.3, in its order.
    fn skim(bytes: &[u8], at: usize, request: &Request) -> Option<Self> {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut head = httparse::Response::new(&mut fields);
        let httparse::Status::Complete(length) = head.parse(rest).ok()? else {
            return None;
        };
        let status = head.code?;
        let after_head = at + length;
        let is_bodiless = request.is_head
            || matches!(status, 100..200 | 204 | 304)
            || (request.is_connect && (200..300).contains(&status));
        let end = if is_bodiless {
            Some(after_head)
        } else {
            match body(head.headers)? {
                Body::Chunked => Some(skip_chunks(bytes, after_head)?),
                Body::Length(body) => Some(after_head.checked_add(body)?),
                Body::Unknown => None,
            }
        };
        Some(Self { status, end })
    }
}

enum Body {
    Chunked,
    Length(usize),
    Unknown,
}

/// What the fields say of the body; `None` where they contradict each other.
fn body(fields: &[httparse::Header<'_>]) -> Option<Body> {
    let values = |name: &'static str| {
        fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value.trim_ascii())
    };
    let coding = values("transfer-encoding").next_back();
    let mut lengths = values("content-length");
    match (coding, lengths.next(), lengths.next()) {
        (None, None, _) => Some(Body::Unknown),
        (None, Some(length), None) if length.iter().all(u8::is_ascii_digit) => {
            let length = std::str::from_utf8(length).ok()?;
            Some(Body::Length(length.parse().ok()?))
        }
        (Some(coding), None, _) => {
            let last = coding.rsplit(|&byte| byte == b',').next()?;
            let is_chunked = last.trim_ascii().eq_ignore_ascii_case(b"chunked");
            is_chunked.then_some(Body::Chunked)
        }
        _ => None,
    }
}

/// The byte after a chunked body that begins at `at`.
fn skip_chunks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let httparse::Status::Complete((line, size)) =
            httparse::parse_chunk_size(bytes.get(at..)?).ok()?
        else {
            return None;
        };
        at += line;
        if size == 0 {
            break;
        }
        at = at.checked_add(usize::try_from(size).ok()?)?;
        if bytes.get(at..at.checked_add(2)?)? != b"\r\n" {
            return None;
        }
        at += 2;
    }
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    match httparse::parse_headers(bytes.get(at..)?, &mut fields).ok()? {
        httparse::Status::Complete((length, _)) => Some(at + length),
        httparse::Status::Partial => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const UPGRADE: &[u8] =
        b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    const SWITCH: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n";

    fn tunnel(sent: &[&[u8]], answered: &[&[u8]]) -> Option<usize> {
        tunnel_start(&sent.concat(), &answered.concat())
    }

    #[test]
    fn a_switch_ends_the_requests() {
        assert_eq!(
            tunnel(&[UPGRADE, b"\x81\x00"], &[SWITCH, b"\x81\x00"]),
            Some(UPGRADE.len())
        );
        assert_eq!(
            tunnel(
                &[UPGRADE, GET],
                &[b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
            ),
            None
        );
        let connect = b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n";
        let granted = b"HTTP/1.1 200 OK\r\n\r\n";
        assert_eq!(
            tunnel(&[connect, b"\x16\x03"], &[granted, b"\x16\x03"]),
            Some(connect.len())
        );
        let rejected = b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(tunnel(&[connect, GET], &[rejected, granted]), None);
    }

    #[test]
    fn responses_are_matched_in_order() {
        let head = b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
        let post = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: x\r\n\r\n";
        let put = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        let sent: [&[u8]; 6] = [head, post, put, GET, UPGRADE, b"junk"];
        let answered: [&[u8]; 6] = [
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
            b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            SWITCH,
            b"junk",
        ];
        assert_eq!(tunnel(&sent, &answered), Some(sent.concat().len() - 4));
        // Without the last response, nothing is known to have changed.
        let fewer = answered.get(..4).unwrap_or(&[]);
        assert_eq!(tunnel(&sent, fewer), None);
    }

    #[test]
    fn it_gives_up_on_what_is_not_plain() {
        let both = b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n";
        assert_eq!(tunnel(&[both], &[SWITCH]), None);
        let huge = b"GET / HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n";
        assert_eq!(tunnel(&[huge], &[SWITCH]), None);
        let chunk = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n";
        assert_eq!(tunnel(&[chunk], &[SWITCH]), None);
        assert_eq!(tunnel(&[GET], &[]), None);
    }
}
