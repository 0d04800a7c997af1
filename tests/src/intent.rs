//! Law 6: a stream without odd elements reads as it was built.

use corpus::generate::{Built, Stream};
use parsers::laws::Broken;
use parsers::{End, Reading};

/// What becomes of the connection after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// Another request follows.
    Goes,
    /// The connection is closed.
    Closes,
    /// A tunnel begins.
    Tunnels,
    /// HTTP/1.0 knows no Transfer-Encoding: RFC 9112 §6.1 has its framing treated as faulty.
    Faulty,
}

/// Whether `reading`, that of the parser called `name`, has the requests as which `stream`, which has
/// no odd elements, was built: all of them up to the one that closes the connection or begins a tunnel.
///
/// # Errors
/// Says which request is read otherwise.
pub fn holds(name: &str, stream: &Stream, reading: &Reading) -> Result<(), Broken> {
    let broken = |how: String| {
        let how = format!("{name}: {how}");
        Err(Broken { law: 6, how })
    };
    for (nth, built) in stream.requests.iter().enumerate() {
        let after = after(&stream.bytes, built);
        if after == After::Faulty {
            return Ok(());
        }
        let Some(message) = reading.messages.get(nth) else {
            return broken(format!("request {nth} is not read: {built:?}"));
        };
        let parts = reading.parts_of(message).iter();
        let body: Vec<_> = parts.map(|part| (part.start, part.end)).collect();
        let read = Built {
            start: message.start,
            head: message.head,
            body,
            end: message.end,
        };
        if read != *built {
            return broken(format!("request {nth} is {built:?}, read as {read:?}"));
        }
        let is_last = nth + 1 == stream.requests.len();
        let end = match after {
            After::Tunnels => End::Tunnel,
            After::Goes if !is_last => continue,
            _ => End::Complete,
        };
        let count = reading.messages.len();
        return match reading.end == end && count == nth + 1 {
            true => Ok(()),
            false => broken(format!(
                "after request {nth}, {} more and {:?}, not {end:?}",
                count - nth - 1,
                reading.end
            )),
        };
    }
    Ok(())
}

/// What the head of a request without odd elements says of the connection.
fn after(bytes: &[u8], built: &Built) -> After {
    let head = bytes.get(built.start..built.head).unwrap_or(&[]);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut lines = head.split("\r\n");
    let request_line = lines.next().unwrap_or_default();
    let fields: Vec<_> = lines.filter_map(|line| line.split_once(':')).collect();
    let says = |option: &str| {
        fields.iter().any(|(name, value)| {
            *name == "connection" && value.split(',').any(|word| word.trim() == option)
        })
    };
    let old = request_line.ends_with("http/1.0");
    if old && fields.iter().any(|(name, _)| *name == "transfer-encoding") {
        After::Faulty
    } else if request_line.starts_with("connect ") {
        After::Tunnels
    } else if says("close") || old && !says("keep-alive") {
        After::Closes
    } else {
        After::Goes
    }
}
