//! A tracker of MogileFS: `get_paths` with a key, answered by the path of a file.

use super::{RequestKind, WireRequest, line, value};

pub fn read(bytes: &[u8]) -> Option<WireRequest> {
    let (line, length) = line(bytes)?;
    let (_, arguments) = line.split_once(' ').unwrap_or((&line, ""));
    let mut arguments = arguments.split('&');
    let key = arguments.find_map(|argument| argument.strip_prefix("key="));
    let what = match key {
        Some(key) => RequestKind::Asks {
            name: key.to_owned(),
            form: String::new(),
        },
        None => RequestKind::Greets(b"ERR unknown_command unknown\r\n".to_vec()),
    };
    Some(WireRequest { length, what })
}

pub(crate) fn reply(_form: &str, name: &str) -> Vec<u8> {
    let value = value(name);
    format!("OK paths=1&path1=http%3A%2F%2Fstore%2F{value}\r\n").into_bytes()
}
