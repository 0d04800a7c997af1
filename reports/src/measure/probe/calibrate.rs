//! What is asked of a server before any case: that it speaks HTTP, and how it treats plain requests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::bail;
use parsers::http1::request::{RequestFacts, understood};

use super::predict::{ServerRole, Traits};
use super::wire::{ConnectionEnding, Exchange, Then, WireObservation};

/// A server, and how to ask it for something that it knows.
#[derive(Debug)]
pub struct ProbedServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// The target of good requests.
    pub path: String,
    /// The Host of good requests.
    pub host: String,
    /// How long it may be silent.
    pub timeout: Duration,
    controls: Mutex<BTreeMap<Vec<u8>, Option<u16>>>,
}

impl ProbedServer {
    /// The server at `address`.
    pub fn new(address: SocketAddr, path: String, host: String, timeout: Duration) -> Self {
        Self {
            address,
            path,
            host,
            timeout,
            controls: Mutex::default(),
        }
    }

    /// A good request that keeps the connection.
    pub fn canary(&self) -> Vec<u8> {
        let Self { path, host, .. } = self;
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes()
    }

    fn post(&self, framing: &str, body: &str) -> Vec<u8> {
        let Self { path, host, .. } = self;
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{framing}\r\n\r\n{body}").into_bytes()
    }

    fn ask(&self, input: &[u8], then: Then<'_>, enough: usize) -> WireObservation {
        let verdict = understood(input);
        let method = RequestFacts::of(&verdict, 0, input).method().unwrap_or(&[]);
        let exchange = Exchange {
            input,
            then,
            enough,
            methods: &[method.to_vec()],
            timeout: self.timeout,
        };
        exchange.run(self.address)
    }

    /// What the server is like.
    ///
    /// # Errors
    /// A server that does not answer a plain GET, or answers it with 400, or does not answer a POST
    /// with a body: nothing could be told of the cases.
    pub fn calibrate(&self) -> anyhow::Result<Traits> {
        let get = self.ask(&self.canary(), Then::Nothing, 1);
        match get.responses.statuses().first() {
            Some(400) => bail!(
                "{}: it answers 400 to a plain GET of {} with Host: {}; name what it serves with --path and --host; is it perhaps a port for TLS?",
                self.address,
                self.path,
                self.host
            ),
            Some(_) => {}
            None => bail!(
                "{}: no answer to a plain GET: {}",
                self.address,
                silence(&get)
            ),
        }
        let post = self.post("Content-Length: 5", "hello");
        let answer = self.ask(&post, Then::Nothing, 1);
        if answer.responses.finals.is_empty() {
            let why = silence(&answer);
            bail!("{}: no answer to a POST with a body: {why}", self.address);
        }
        let three = [self.canary(), post, self.canary()].concat();
        let three = self.ask(&three, Then::Nothing, 3);
        Ok(Traits {
            pipelines: three.responses.finals.len() == 3,
            waits_for_length: self.waits("Content-Length: 5", "hel", "lo"),
            waits_for_chunks: self.waits(
                "Transfer-Encoding: chunked",
                "3\r\nhel\r\n",
                "2\r\nlo\r\n0\r\n\r\n",
            ),
            role: ServerRole::default(),
        })
    }

    /// Whether a POST is answered once its body is whole, and not before.
    fn waits(&self, framing: &str, first: &str, rest: &str) -> bool {
        let seen = self.ask(&self.post(framing, first), Then::Send(rest.as_bytes()), 1);
        seen.before_then == Some(0) && !seen.responses.finals.is_empty()
    }

    /// The status code with which it answers a plain request with the method, target, version and host
    /// of the one at the front of `message`, asked once for all that are alike.
    pub(crate) fn control(&self, message: &[u8]) -> Option<u16> {
        let request = self.plain(message);
        let known = self.controls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(status) = known.get(&request) {
            return *status;
        }
        // Others may ask meanwhile; what they learn is the same.
        drop(known);
        let seen = self.ask(&request, Then::Nothing, 1);
        let status = seen.responses.statuses().first().copied();
        let mut known = self.controls.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(request, status);
        status
    }

    fn plain(&self, message: &[u8]) -> Vec<u8> {
        let message = message.get(..message.len().min(4096)).unwrap_or(&[]);
        let verdict = understood(message);
        let facts = RequestFacts::of(&verdict, 0, message);
        let text = |word: Option<&'_ [u8]>| {
            let word = word.and_then(|word| std::str::from_utf8(word).ok());
            word.unwrap_or("").to_owned()
        };
        let is_token =
            |word: &String| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        let method = Some(text(facts.method())).filter(is_token);
        let method = method.as_deref().unwrap_or("GET");
        let is_plain = |word: &String| {
            let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
            !word.is_empty() && word.bytes().all(fits)
        };
        let target = Some(text(facts.target())).filter(is_plain);
        let target = target.as_deref().unwrap_or(&self.path);
        let version = match facts.version() {
            Some(b"HTTP/1.0") => "HTTP/1.0",
            _ => "HTTP/1.1",
        };
        let is_host = |value: &String| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
            !value.is_empty() && value.bytes().all(fits)
        };
        let host = Some(text(facts.value("host"))).filter(is_host);
        let host = host.as_deref().unwrap_or(&self.host);
        // In absolute-form the target names the host.
        let (host, target) = match target.strip_prefix("http://") {
            Some(rest) => match rest.find('/') {
                Some(slash) => rest.split_at(slash),
                None => (rest, "/"),
            },
            None => (host, target),
        };
        let length = match method {
            "POST" | "PUT" => "Content-Length: 0\r\n",
            _ => "",
        };
        format!("{method} {target} {version}\r\nHost: {host}\r\n{length}\r\n").into_bytes()
    }
}

/// Why there is no answer.
fn silence(seen: &WireObservation) -> String {
    match &seen.ending {
        ConnectionEnding::Trouble(why) => why.clone(),
        ConnectionEnding::Closed => "it closed the connection".to_owned(),
        ConnectionEnding::Reset => "it reset the connection".to_owned(),
        ConnectionEnding::Waiting => "it was silent; --timeout sets how long it may be".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_plain_request_for_each_message() {
        let address = "127.0.0.1:1".parse().unwrap();
        let server = ProbedServer::new(address, "/".into(), "a".into(), Duration::from_secs(1));
        for (message, plain) in [
            (
                "POST /y HTTP/1.1\r\nHost: b\r\nContent-Length: +5\r\n\r\n",
                "POST /y HTTP/1.1\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
            ),
            (
                "GET http://b:80/x HTTP/1.1\r\nHost: c\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: b:80\r\n\r\n",
            ),
            (
                "\r\nTRACE / HTTP/1.0\r\n\r\n",
                "TRACE / HTTP/1.0\r\nHost: a\r\n\r\n",
            ),
            ("{\u{0}", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ] {
            let request = server.plain(message.as_bytes());
            assert_eq!(String::from_utf8(request).unwrap(), plain);
        }
    }
}
