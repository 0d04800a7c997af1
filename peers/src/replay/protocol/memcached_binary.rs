//! The binary protocol of memcached: a header of 24 bytes, which names the command, and the lengths of what follows.

use super::{RequestKind, SURPLUS, WireRequest, value};

/// The first byte of a request, and of a reply.
pub const REQUEST: u8 = 0x80;
const REPLY: u8 = 0x81;
const HEADER: usize = 24;
const GET: u8 = 0x00;
const VERSION: u8 = 0x0b;
const GET_WITH_KEY: u8 = 0x0c;
/// Of a key that is not there, nothing is said.
const GET_WITH_KEY_QUIETLY: u8 = 0x0d;

pub fn read(bytes: &[u8]) -> Option<WireRequest> {
    let header = bytes.get(..HEADER)?;
    let &[
        _,
        command,
        key_high,
        key_low,
        extras,
        _,
        _,
        _,
        b3,
        b2,
        b1,
        b0,
        o3,
        o2,
        o1,
        o0,
        ..,
    ] = header
    else {
        return None;
    };
    let body = u32::from_be_bytes([b3, b2, b1, b0]) as usize;
    let key = usize::from(u16::from_be_bytes([key_high, key_low]));
    let opaque = u32::from_be_bytes([o3, o2, o1, o0]);
    let length = HEADER.checked_add(body)?;
    let body = bytes.get(HEADER..length)?;
    let key = body.get(usize::from(extras)..)?.get(..key)?;
    let what = match command {
        GET | GET_WITH_KEY | GET_WITH_KEY_QUIETLY => RequestKind::Asks {
            name: String::from_utf8_lossy(key).into_owned(),
            form: format!("binary {command} {opaque}"),
        },
        VERSION => RequestKind::Greets(message(command, opaque, "", "", "1.6.38")),
        _ => RequestKind::Greets(message(command, opaque, "", "", "")),
    };
    Some(WireRequest { length, what })
}

/// The reply to a request whose form is a command and an opaque number.
pub(crate) fn reply(form: &str, name: &str) -> Vec<u8> {
    let (command, opaque) = form.split_once(' ').unwrap_or_default();
    let command = command.parse().unwrap_or(GET);
    let key = if command == GET { "" } else { name };
    let opaque: u32 = opaque.parse().unwrap_or_default();
    // What no request caused has the number of none.
    let opaque = if name == SURPLUS { !opaque } else { opaque };
    message(command, opaque, "\0\0\0\0", key, &value(name))
}

fn message(command: u8, opaque: u32, extras: &str, key: &str, value: &str) -> Vec<u8> {
    let body = extras.len() + key.len() + value.len();
    let mut bytes = vec![REPLY, command];
    bytes.extend_from_slice(&(key.len() as u16).to_be_bytes());
    bytes.extend_from_slice(&[extras.len() as u8, 0, 0, 0]);
    bytes.extend_from_slice(&(body as u32).to_be_bytes());
    bytes.extend_from_slice(&opaque.to_be_bytes());
    // The version of the value.
    bytes.extend_from_slice(&1u64.to_be_bytes());
    for part in [extras, key, value] {
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}
