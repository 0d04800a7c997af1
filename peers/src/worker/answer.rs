//! The lines that go to a worker and come back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parsers::End;
use serde::{Deserialize, Serialize};

use crate::{Detail, Failure, Pieces, Seen, located};

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
    Patch { hunks: Vec<Hunk>, end: Ending },
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
#[serde(deny_unknown_fields)]
struct Hunk {
    name: String,
    lines: Vec<String>,
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

/// Takes an answer about `input`.
///
/// # Errors
/// [`Failure::Panic`] or [`Failure::Unknown`] when it says that there is none, [`Failure::Rubbish`] when it is no answer.
pub fn take(line: &str, input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    let rubbish = |why: &str| Failure::Rubbish(format!("{why}: {}", beginning(line)));
    let (taken, end) = match serde_json::from_str(line) {
        Ok(Answer::Read { messages, end }) => (take_messages(messages, input.len(), seen), end),
        Ok(Answer::Patch { hunks, end }) => (take_hunks(&hunks, input, seen), end),
        Ok(Answer::Panic { panic }) => return Err(Failure::Panic(panic)),
        Ok(Answer::Unknown { unknown }) => return Err(Failure::Unknown(unknown)),
        Err(_) => return Err(rubbish("it is not as PROTOCOL.md says")),
    };
    taken.map_err(rubbish)?;
    seen.end_stream(match end {
        Ending::Complete => End::Complete,
        Ending::Incomplete => End::Incomplete,
        Ending::Refused => End::Refused,
        Ending::Tunnel => End::Tunnel,
    });
    Ok(())
}

/// Takes messages of so many bytes, or says why they are none.
fn take_messages(
    messages: Vec<Message>,
    length: usize,
    seen: &mut Seen,
) -> Result<(), &'static str> {
    for message in messages {
        if message.end <= seen.taken() || message.end > length {
            return Err("a message ends where none can");
        }
        let content = decoded(&message.content)?;
        if content.len() > length {
            return Err("there is more content than input");
        }
        seen.take_content(&content);
        seen.end_message(message.end);
    }
    Ok(())
}

/// Takes hunks, each with the lines that it claims, or says why they are none.
fn take_hunks(hunks: &[Hunk], input: &[u8], seen: &mut Seen) -> Result<(), &'static str> {
    seen.detail = Detail::Lines;
    for hunk in hunks {
        let lines = hunk.lines.iter().map(|line| decoded(line));
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let lines = lines.iter().map(|line| match line.split_first() {
            Some((mark @ (b' ' | b'+' | b'-'), text)) => Ok((*mark, text)),
            _ => Err("a line begins with none of the three characters"),
        });
        let lines = lines.collect::<Result<Vec<_>, _>>()?;
        let end = located(input, seen.taken(), &lines);
        seen.take_hunk(&decoded(&hunk.name)?, lines.into_iter(), end);
    }
    Ok(())
}

fn decoded(text: &str) -> Result<Vec<u8>, &'static str> {
    STANDARD.decode(text).map_err(|_| "content is not base64")
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
