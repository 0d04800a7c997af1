//! memcached: `get`, `gets` and the meta command `mg`, for one key or several; or its binary protocol.

use super::memcached_binary as binary;
use super::{RequestKind, WireRequest, line, value};

pub fn read(bytes: &[u8]) -> Option<WireRequest> {
    if bytes.first() == Some(&binary::REQUEST) {
        return binary::read(bytes);
    }
    let (line, length) = line(bytes)?;
    let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
    let what = match command {
        "get" | "gets" => RequestKind::Asks {
            name: rest.trim().to_owned(),
            form: command.to_owned(),
        },
        "mg" => {
            let (name, flags) = rest.split_once(' ').unwrap_or((rest, ""));
            RequestKind::Asks {
                name: name.to_owned(),
                form: format!("mg {flags}"),
            }
        }
        "version" => RequestKind::Greets(b"VERSION 1.6.38\r\n".to_vec()),
        "mn" => RequestKind::Greets(b"MN\r\n".to_vec()),
        _ => RequestKind::Greets(b"ERROR\r\n".to_vec()),
    };
    Some(WireRequest { length, what })
}

pub(crate) fn reply(form: &str, name: &str) -> Vec<u8> {
    if let Some(form) = form.strip_prefix("binary ") {
        return binary::reply(form, name);
    }
    if let Some(flags) = form.strip_prefix("mg ") {
        let value = value(name);
        let length = value.len();
        let mut returned = String::new();
        for flag in flags.split_whitespace() {
            match flag.split_at(1.min(flag.len())) {
                ("v" | "q", _) => {}
                ("k", _) => returned.push_str(&format!(" k{name}")),
                ("s", _) => returned.push_str(&format!(" s{length}")),
                ("f" | "c" | "t", _) => returned.push_str(&format!(" {flag}0")),
                _ => returned.push_str(&format!(" {flag}")),
            }
        }
        return format!("VA {length}{returned}\r\n{value}\r\n").into_bytes();
    }
    let unique = if form == "gets" { " 1" } else { "" };
    let mut text = String::new();
    for key in name.split_whitespace() {
        let value = value(key);
        let length = value.len();
        text.push_str(&format!("VALUE {key} 0 {length}{unique}\r\n{value}\r\n"));
    }
    text.push_str("END\r\n");
    text.into_bytes()
}
