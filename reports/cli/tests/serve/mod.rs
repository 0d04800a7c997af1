//! Servers of a few lines, for tests of what is asked of servers.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use parsers::family::DialectParser;
use parsers::http1::REQUEST;
use parsers::{Dialect, End, LeniencySet, Verdict, judge};

/// A server on a free port, which lives as long as the tests: where it listens.
pub fn listen(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// The set of these leniencies.
pub fn set(ids: &[&str]) -> LeniencySet {
    let leniencies: Vec<_> = ids.iter().map(|id| REQUEST.leniency(id).unwrap()).collect();
    LeniencySet::of(&leniencies)
}

/// What a dialect reads.
pub fn read(relaxes: LeniencySet, bytes: &[u8]) -> Verdict {
    let mut verdict = Verdict::new();
    let parser = DialectParser::new(&REQUEST, Dialect::new("server", relaxes));
    judge(&parser, bytes, &mut verdict);
    verdict
}

/// Reads as the dialect that relaxes these, answers each message with 200, and rejects with 400.
pub fn answer(mut stream: TcpStream, relaxes: LeniencySet) {
    const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const BAD: &[u8] =
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    let mut answered = 0;
    loop {
        let count = stream.read(&mut buffer).unwrap_or(0);
        received.extend_from_slice(&buffer[..count]);
        let reading = read(relaxes, &received).reading;
        for _ in answered..reading.messages.len() {
            if stream.write_all(OK).is_err() {
                return;
            }
        }
        answered = reading.messages.len();
        // Where one more byte changes nothing, the connection is closed.
        received.push(b'G');
        let more = read(relaxes, &received).reading;
        received.pop();
        let closes = answered > 0 && more.end == End::Complete;
        if reading.end == End::Rejected {
            let _ = stream.write_all(BAD);
        }
        if reading.end != End::Incomplete && reading.end != End::Complete || closes || count == 0 {
            return;
        }
    }
}

/// A server that reads as the dialect of these leniencies does.
pub fn dialect(ids: &[&str]) -> String {
    let relaxes = set(ids);
    listen(move |stream| answer(stream, relaxes))
}
