//! The lines that go to a worker and come back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parsers::End;
use serde::{Deserialize, Serialize};

use crate::{Failure, Pieces, Seen};

/// The first line of a worker.
#[derive(Deserialize)]
pub struct Hello {
    /// The version of this protocol: 1.
    pub misframe: u32,
    /// What to call the worker in reports.
    pub name: String,
    /// Its version, as it tells itself.
    pub version: String,
}

#[derive(Serialize)]
struct Question<'a> {
    input: String,
    pieces: &'a str,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Answer {
    Read { messages: Vec<Message>, end: Ending },
    Panic { panic: String },
    Unknown { unknown: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    end: usize,
    content: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Ending {
    Complete,
    Incomplete,
    Refused,
    Tunnel,
}

/// The line that asks about `input`.
pub fn question(input: &[u8], pieces: Pieces) -> String {
    let question = Question {
        input: STANDARD.encode(input),
        pieces: match pieces {
            Pieces::One => "one",
            Pieces::Bytes => "bytes",
        },
    };
    // A structure of two strings can always be written.
    let mut line = serde_json::to_string(&question).unwrap_or_default();
    line.push('\n');
    line
}

/// The longest answer about so many bytes of input: a message for each, with all as content.
pub fn longest(input: usize) -> usize {
    (1 << 16) + 64 * input
}

/// Takes an answer about `length` bytes.
///
/// # Errors
/// [`Failure::Panic`] or [`Failure::Unknown`] when it says that there is none, [`Failure::Rubbish`] when it is no answer.
pub fn take(line: &str, length: usize, seen: &mut Seen) -> Result<(), Failure> {
    let rubbish = |why: &str| Failure::Rubbish(format!("{why}: {}", beginning(line)));
    let (messages, end) = match serde_json::from_str(line) {
        Ok(Answer::Read { messages, end }) => (messages, end),
        Ok(Answer::Panic { panic }) => return Err(Failure::Panic(panic)),
        Ok(Answer::Unknown { unknown }) => return Err(Failure::Unknown(unknown)),
        Err(_) => return Err(rubbish("it is not as PROTOCOL.md says")),
    };
    for message in messages {
        if message.end <= seen.taken() || message.end > length {
            return Err(rubbish("a message ends where none can"));
        }
        let content = STANDARD.decode(&message.content);
        let content = content.map_err(|_| rubbish("content is not base64"))?;
        if content.len() > length {
            return Err(rubbish("there is more content than input"));
        }
        seen.take_content(&content);
        seen.end_message(message.end);
    }
    seen.end_stream(match end {
        Ending::Complete => End::Complete,
        Ending::Incomplete => End::Incomplete,
        Ending::Refused => End::Refused,
        Ending::Tunnel => End::Tunnel,
    });
    Ok(())
}

/// As much of a text as a message about it can hold.
pub fn beginning(text: &str) -> String {
    const SHOWN: usize = 120;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
