//! The protocol of Redis: `GET name`, and `GETDEL name`, which is not idempotent.

use super::{RequestKind, WireRequest, line, value};

pub fn read(bytes: &[u8]) -> Option<WireRequest> {
    let (words, length) = command(bytes)?;
    let mut words = words.iter().map(String::as_str);
    let command = words.next().unwrap_or_default().to_ascii_uppercase();
    let argument = words.next().unwrap_or_default();
    let what = match command.as_str() {
        "GET" | "GETDEL" => RequestKind::Asks {
            name: argument.to_owned(),
            form: command,
        },
        "PING" => RequestKind::Greets(b"+PONG\r\n".to_vec()),
        "HELLO" if argument == "3" => RequestKind::Greets(b"%1\r\n$5\r\nproto\r\n:3\r\n".to_vec()),
        "HELLO" => RequestKind::Greets(b"*2\r\n$5\r\nproto\r\n:2\r\n".to_vec()),
        "INFO" => RequestKind::Greets(bulk("redis_version:7.4.0\r\nloading:0\r\n")),
        "COMMAND" => RequestKind::Greets(b"*0\r\n".to_vec()),
        _ => RequestKind::Greets(b"+OK\r\n".to_vec()),
    };
    Some(WireRequest { length, what })
}

/// The words of one command, an array of bulk strings or a line, and how many bytes it has.
fn command(bytes: &[u8]) -> Option<(Vec<String>, usize)> {
    let (first, mut at) = line(bytes)?;
    let Some(count) = first.strip_prefix('*') else {
        return Some((first.split_whitespace().map(str::to_owned).collect(), at));
    };
    let mut words = Vec::new();
    for _ in 0..count.parse::<usize>().unwrap_or(0) {
        let (header, length) = line(bytes.get(at..)?)?;
        at += length;
        let size: usize = header.strip_prefix('$')?.parse().ok()?;
        let word = bytes.get(at..at.checked_add(size)?)?;
        words.push(String::from_utf8_lossy(word).into_owned());
        at += size + 2;
        if bytes.len() < at {
            return None;
        }
    }
    Some((words, at))
}

fn bulk(text: &str) -> Vec<u8> {
    format!("${}\r\n{text}\r\n", text.len()).into_bytes()
}

pub(crate) fn reply(_form: &str, name: &str) -> Vec<u8> {
    bulk(&value(name))
}
