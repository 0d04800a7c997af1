//! Messages of JSON, a line each, as processes of Node.js send them to one another: `{"ask":name}`, with an `id` or none.

use serde_json::{Value, json};

use super::{RequestKind, SURPLUS, WireRequest, line, value};

pub fn read(bytes: &[u8]) -> Option<WireRequest> {
    let (line, length) = line(bytes)?;
    let message: Value = serde_json::from_str(&line).unwrap_or_default();
    let what = match message.get("ask").and_then(Value::as_str) {
        Some(name) => RequestKind::Asks {
            name: name.to_owned(),
            form: message.get("id").unwrap_or(&Value::Null).to_string(),
        },
        None => RequestKind::Greets(b"{}\n".to_vec()),
    };
    Some(WireRequest { length, what })
}

/// The reply to a request whose form is its id.
pub(crate) fn reply(form: &str, name: &str) -> Vec<u8> {
    let id: Value = match name {
        // What no request caused has the id of none.
        SURPLUS => Value::Null,
        _ => serde_json::from_str(form).unwrap_or_default(),
    };
    format!("{}\n", json!({"id": id, "reply": value(name)})).into_bytes()
}
