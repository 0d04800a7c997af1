//! Responses in what a server sent: how many there are, their status codes, and where each one ends.

use httparse::{Header, Status};

/// The most field lines of a response.
const MOST_FIELDS: usize = 256;
/// The longest head of a response, in bytes.
const LONGEST_HEAD: usize = 64 << 10;

/// One final response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// First byte, counted from the start of what was received.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
}

/// What follows the last whole response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing.
    Nothing,
    /// The beginning of another one.
    Partial,
    /// Bytes of another protocol, after 101 or a granted CONNECT.
    Switched,
    /// No response of HTTP/1.x; the text says why.
    Rubbish(&'static str),
}

/// The responses in what was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responses {
    /// The final ones, in order; interim responses (1xx) are passed over.
    pub finals: Vec<Response>,
    /// What follows the last one.
    pub rest: Rest,
}

impl Responses {
    /// The status codes, in order.
    pub fn statuses(&self) -> Vec<u16> {
        self.finals.iter().map(|response| response.status).collect()
    }
}

/// How a body ends.
enum Body {
    /// After so many bytes.
    Length(u64),
    Chunked,
    /// With the connection.
    UntilClose,
}

/// Reads the responses in `received`. `methods` are those of the requests, in order; where they end,
/// GET is supposed. With `closed`, nothing will be added.
pub fn read(received: &[u8], methods: &[Vec<u8>], closed: bool) -> Responses {
    let mut responses = Responses {
        finals: Vec::new(),
        rest: Rest::Nothing,
    };
    let mut at = 0;
    while let Some(rest) = received.get(at..).filter(|rest| !rest.is_empty()) {
        let method = methods.get(responses.finals.len());
        match one(rest, method.map_or(b"GET", Vec::as_slice), closed) {
            One::Interim(length) => at += length,
            One::Final(status, length) => {
                responses.finals.push(Response {
                    status,
                    start: at,
                    end: at + length,
                });
                at += length;
            }
            One::Switched(status, length) => {
                responses.finals.push(Response {
                    status,
                    start: at,
                    end: at + length,
                });
                responses.rest = Rest::Switched;
                return responses;
            }
            One::Partial => {
                responses.rest = Rest::Partial;
                return responses;
            }
            One::Rubbish(why) => {
                responses.rest = Rest::Rubbish(why);
                return responses;
            }
        }
    }
    responses
}

/// What is at the front; lengths are in bytes.
enum One {
    Interim(usize),
    Final(u16, usize),
    Switched(u16, usize),
    Partial,
    Rubbish(&'static str),
}

fn one(bytes: &[u8], method: &[u8], closed: bool) -> One {
    let start = bytes.get(..5).unwrap_or(bytes);
    if !b"HTTP/".starts_with(start) {
        return match bytes.first() {
            Some(0x15 | 0x16) => One::Rubbish("it speaks TLS, not HTTP"),
            _ => One::Rubbish("its answer does not begin with HTTP/"),
        };
    }
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    let length = match head.parse(bytes) {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) if bytes.len() > LONGEST_HEAD => {
            return One::Rubbish("the head of its answer does not end");
        }
        Ok(Status::Partial) => return One::Partial,
        Err(_) => return One::Rubbish("the head of its answer is malformed"),
    };
    let status = head.code.unwrap_or(0);
    match status {
        101 => return One::Switched(status, length),
        100..=199 => return One::Interim(length),
        200..=299 if method == b"CONNECT" => return One::Switched(status, length),
        _ if method == b"HEAD" || matches!(status, 204 | 304) => {
            return One::Final(status, length);
        }
        _ => {}
    }
    let rest = bytes.get(length..).unwrap_or(&[]);
    let body = match body(head.headers) {
        Ok(Body::Length(size)) => usize::try_from(size)
            .ok()
            .filter(|size| *size <= rest.len()),
        Ok(Body::Chunked) => match chunked(rest) {
            Ok(size) => size,
            Err(why) => return One::Rubbish(why),
        },
        Ok(Body::UntilClose) => closed.then_some(rest.len()),
        Err(why) => return One::Rubbish(why),
    };
    match body {
        Some(size) => One::Final(status, length + size),
        None => One::Partial,
    }
}

fn body(fields: &[Header<'_>]) -> Result<Body, &'static str> {
    let named = |name: &'static str| {
        fields
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
    };
    if let Some(coding) = named("Transfer-Encoding").next_back() {
        let last = coding.value.rsplit(|byte| *byte == b',').next();
        let last = last.unwrap_or(&[]).trim_ascii();
        return Ok(match last.eq_ignore_ascii_case(b"chunked") {
            true => Body::Chunked,
            false => Body::UntilClose,
        });
    }
    match named("Content-Length").next() {
        None => Ok(Body::UntilClose),
        Some(field) => {
            let digits = field.value.trim_ascii();
            let all_digits = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
            let number = std::str::from_utf8(digits).ok().filter(|_| all_digits);
            let number = number.and_then(|digits| digits.parse().ok());
            number
                .map(Body::Length)
                .ok_or("the Content-Length of its answer is no number")
        }
    }
}

/// The length of a whole chunked body with its trailer section; `None` when more bytes are needed.
fn chunked(bytes: &[u8]) -> Result<Option<usize>, &'static str> {
    const WRONG: &str = "the chunks of its answer are malformed";
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or(&[]);
        if rest.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
            return Err(WRONG);
        }
        let (line, size) = match httparse::parse_chunk_size(rest) {
            Ok(Status::Complete(parsed)) => parsed,
            Ok(Status::Partial) => return Ok(None),
            Err(_) => return Err(WRONG),
        };
        at += line;
        if size == 0 {
            break;
        }
        let size = usize::try_from(size).map_err(|_| WRONG)?;
        let end = at.checked_add(size).ok_or(WRONG)?;
        match bytes.get(end..).map(|rest| rest.get(..2).unwrap_or(rest)) {
            Some(b"\r\n") => at = end + 2,
            None | Some(b"" | b"\r") => return Ok(None),
            Some(_) => return Err(WRONG),
        }
    }
    let trailer = bytes.get(at..).unwrap_or(&[]);
    if trailer.starts_with(b"\r\n") {
        return Ok(Some(at + 2));
    }
    let end = trailer.windows(4).position(|four| four == b"\r\n\r\n");
    Ok(end.map(|end| at + end + 4))
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn seen(bytes: &[u8], method: &str, closed: bool) -> (Vec<u16>, Rest) {
        let responses = read(bytes, &[method.as_bytes().to_vec()], closed);
        (responses.statuses(), responses.rest)
    }

    #[test]
    fn each_way_of_ending() {
        let two = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        assert_eq!(seen(two, "GET", false), (vec![200, 404], Rest::Nothing));
        let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No\r\n\r\n";
        assert_eq!(seen(interim, "POST", false), (vec![204], Rest::Nothing));
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
        assert_eq!(seen(head, "HEAD", false), (vec![200], Rest::Nothing));
        assert_eq!(seen(head, "GET", false), (Vec::new(), Rest::Partial));
        let open = b"HTTP/1.0 200 OK\r\n\r\nabc";
        assert_eq!(seen(open, "GET", false), (vec![], Rest::Partial));
        assert_eq!(seen(open, "GET", true), (vec![200], Rest::Nothing));
        assert_eq!(seen(open, "CONNECT", false), (vec![200], Rest::Switched));
    }

    #[test]
    fn what_is_no_response() {
        for bytes in [
            &b"\x15\x03\x01\x00\x02\x02\x46"[..],
            b"SSH-2.0-x\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab",
        ] {
            let (statuses, rest) = seen(bytes, "GET", false);
            assert!(statuses.is_empty());
            assert!(matches!(rest, Rest::Rubbish(_)), "{rest:?}");
        }
        let mut endless = b"HTTP/1.1 200 OK\r\nX: ".to_vec();
        endless.resize(LONGEST_HEAD + 1, b'a');
        let (_, rest) = seen(&endless, "GET", false);
        assert_eq!(rest, Rest::Rubbish("the head of its answer does not end"));
    }
}
