//! The lines that go to a worker and come back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parsers::End;
use parsers::http1::understood::{Understood, UnderstoodField};
use parsers::unidiff::tree::{File, Tree};
use serde::{Deserialize, Serialize};

use crate::{BuiltTree, Detail, Failure, Pieces, Seen, Whole};

/// The first line of a worker.
#[derive(Deserialize)]
pub(crate) struct Hello {
    /// The version of this protocol: 1.
    pub misframe: u32,
    /// What to call the worker in reports.
    pub name: String,
    /// Its version, as it tells itself.
    pub version: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question<'a> {
    input: String,
    pieces: &'a str,
    /// Whether the answer may hold what is understood of each message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    facts: bool,
}

/// Asks a peer of this binary to apply a patch to a tree.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Task {
    patch: String,
    tree: Vec<Leaf>,
}

/// A file of a tree.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaf {
    path: String,
    mode: u32,
    content: String,
}

/// What happened to a tree.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grown {
    tree: Vec<Leaf>,
    accepted: bool,
}

/// What a peer of this binary was seen to read, as it is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Same {
    /// Of each message, its end and that of its content.
    ends: Vec<(usize, usize)>,
    content: String,
    detail: Showing,
    end: Ending,
    /// Of each message, what the peer understood, where that is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    facts: Option<Vec<Option<MessageFacts>>>,
}

/// What is understood of a message.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageFacts {
    method: String,
    target: String,
    fields: Vec<(String, String)>,
    #[serde(default)]
    trailers: Vec<(String, String)>,
}

/// [`Detail`], in words.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Showing {
    Ends,
    Hunks,
    Lines,
    Counts,
    Headers,
    Files,
}

const SHOWING: [(Showing, Detail); 6] = [
    (Showing::Ends, Detail::Ends),
    (Showing::Hunks, Detail::Hunks),
    (Showing::Lines, Detail::Lines),
    (Showing::Counts, Detail::Counts),
    (Showing::Headers, Detail::Headers),
    (Showing::Files, Detail::Files),
];

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Answer {
    Same { same: Same },
    Hang { hang: () },
    Built { built: Option<Grown> },
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
    facts: Option<MessageFacts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hunk {
    name: String,
    lines: Vec<String>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Ending {
    Complete,
    Incomplete,
    Rejected,
    Tunnel,
}

/// The line that asks about `input`, and with `facts` what is understood of it.
pub fn question(input: &[u8], pieces: Pieces, facts: bool) -> String {
    let question = Question {
        facts,
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

/// The line that asks what happens to a tree.
pub(crate) fn task(tree: &Tree, patch: &[u8]) -> String {
    let task = Task {
        patch: STANDARD.encode(patch),
        tree: leaves(tree),
    };
    // Text and numbers can always be written.
    let mut line = serde_json::to_string(&task).unwrap_or_default();
    line.push('\n');
    line
}

/// Takes the answer to a [`task`]; none when the peer builds no trees.
///
/// # Errors
/// As [`take`].
pub(crate) fn take_built(line: &str) -> Option<Result<BuiltTree, Failure>> {
    let rubbish = |why: &str| Failure::Rubbish(format!("{why}: {}", beginning(line)));
    let grown = match serde_json::from_str(line) {
        Ok(Answer::Built { built }) => built?,
        Ok(Answer::Panic { panic }) => return Some(Err(Failure::Panic(panic))),
        Ok(Answer::Unknown { unknown }) => return Some(Err(Failure::Unknown(unknown))),
        Ok(Answer::Hang { hang: () }) => return Some(Err(Failure::Hang)),
        _ => return Some(Err(rubbish("it says of no tree what happened to it"))),
    };
    let tree = tree_of(&grown.tree).map_err(rubbish);
    Some(tree.map(|tree| BuiltTree {
        tree,
        is_accepted: grown.accepted,
        outside: Vec::new(),
    }))
}

/// The tree and the patch of a [`task`]; none when the line is another question.
pub(crate) fn task_of(line: &str) -> Option<(Tree, Vec<u8>)> {
    let task: Task = serde_json::from_str(line).ok()?;
    Some((tree_of(&task.tree).ok()?, decoded(&task.patch).ok()?))
}

/// The line that answers a [`task`].
pub(crate) fn of_built(built: Option<Result<BuiltTree, Failure>>) -> String {
    match built {
        Some(Err(failure)) => of(&Err(failure)),
        Some(Ok(built)) => {
            let grown = Grown {
                tree: leaves(&built.tree),
                accepted: built.is_accepted,
            };
            serde_json::json!({ "built": grown }).to_string()
        }
        None => serde_json::json!({ "built": null }).to_string(),
    }
}

fn leaves(tree: &Tree) -> Vec<Leaf> {
    let leaf = |(path, file): (&Vec<u8>, &File)| Leaf {
        path: STANDARD.encode(path),
        mode: file.mode,
        content: STANDARD.encode(&file.content),
    };
    tree.iter().map(leaf).collect()
}

fn tree_of(leaves: &[Leaf]) -> Result<Tree, &'static str> {
    let file = |leaf: &Leaf| {
        let content = decoded(&leaf.content)?;
        let mode = leaf.mode;
        Ok((decoded(&leaf.path)?, File { mode, content }))
    };
    leaves.iter().map(file).collect()
}

/// The longest answer about so many bytes of input: a message for each, with all as content.
pub(crate) fn longest(input: usize) -> usize {
    (1 << 16) + 64 * input
}

/// Takes an answer about `input`.
///
/// # Errors
/// [`Failure::Panic`] or [`Failure::Unknown`] when it says that there is none, [`Failure::Rubbish`] when it is no answer.
pub fn take(line: &str, input: &[u8], seen: &mut Seen) -> Result<(), Failure> {
    let rubbish = |why: &str| Failure::Rubbish(format!("{why}: {}", beginning(line)));
    let (taken, end) = match serde_json::from_str(line) {
        Ok(Answer::Same { same }) => (take_same(&same, input.len(), seen), same.end),
        Ok(Answer::Hang { hang: () }) => return Err(Failure::Hang),
        Ok(Answer::Read { messages, end }) => (take_messages(messages, input.len(), seen), end),
        Ok(Answer::Patch { hunks, end }) => (take_hunks(&hunks, input, seen), end),
        Ok(Answer::Panic { panic }) => return Err(Failure::Panic(panic)),
        Ok(Answer::Unknown { unknown }) => return Err(Failure::Unknown(unknown)),
        Ok(Answer::Built { .. }) | Err(_) => return Err(rubbish("it is not as PROTOCOL.md says")),
    };
    taken.map_err(rubbish)?;
    seen.end_stream(match end {
        Ending::Complete => End::Complete,
        Ending::Incomplete => End::Incomplete,
        Ending::Rejected => End::Rejected,
        Ending::Tunnel => End::Tunnel,
    });
    Ok(())
}

/// The first line of a worker of this name and version.
pub(crate) fn hello(name: &str, version: &str) -> String {
    serde_json::json!({"misframe": 1, "name": name, "version": version}).to_string()
}

/// What a line asks about, how it is to be handed over, and whether facts are asked for.
///
/// # Errors
/// [`Failure::Rubbish`] when it asks nothing.
pub(crate) fn asked(line: &str) -> Result<(Vec<u8>, Pieces, bool), Failure> {
    let rubbish = || Failure::Rubbish("a question that is none".to_owned());
    let question: Question<'_> = serde_json::from_str(line).map_err(|_| rubbish())?;
    let input = decoded(&question.input).map_err(|_| rubbish())?;
    match question.pieces {
        "one" => Ok((input, Pieces::One, question.facts)),
        "bytes" => Ok((input, Pieces::Bytes, question.facts)),
        _ => Err(rubbish()),
    }
}

/// The line that says what a peer of this binary was seen to read, or why there is nothing.
pub fn of(read: &Result<Seen, Failure>) -> String {
    let answer = match read {
        Ok(seen) => serde_json::json!({"same": same(seen)}),
        Err(Failure::Panic(why)) => serde_json::json!({"panic": why}),
        Err(Failure::Unknown(why)) => serde_json::json!({"unknown": why}),
        Err(Failure::Hang) => serde_json::json!({"hang": null}),
        Err(other) => serde_json::json!({"unknown": other.to_string()}),
    };
    answer.to_string()
}

fn same(seen: &Seen) -> Same {
    let ends = seen.messages.iter();
    let mut showing = SHOWING.iter();
    let showing = showing.find(|(_, detail)| *detail == seen.detail);
    Same {
        ends: ends.map(|whole| (whole.end, whole.content_end)).collect(),
        content: STANDARD.encode(&seen.content),
        detail: showing.map_or(Showing::Ends, |(showing, _)| *showing),
        end: match seen.end {
            End::Complete => Ending::Complete,
            End::Incomplete => Ending::Incomplete,
            End::Rejected => Ending::Rejected,
            End::Tunnel => Ending::Tunnel,
        },
        facts: seen.facts.as_ref().map(|facts| {
            let messages = facts.messages.iter();
            messages.map(|one| one.as_ref().map(facts_of)).collect()
        }),
    }
}

/// What is understood of a message, as it is sent.
fn facts_of(understood: &Understood) -> MessageFacts {
    let encoded = |fields: &[UnderstoodField]| {
        let fields = fields.iter();
        let pair =
            |field: &UnderstoodField| (STANDARD.encode(&field.name), STANDARD.encode(&field.value));
        fields.map(pair).collect()
    };
    MessageFacts {
        method: STANDARD.encode(&understood.method),
        target: STANDARD.encode(&understood.target),
        fields: encoded(&understood.fields),
        trailers: encoded(&understood.trailers),
    }
}

/// Notes what is understood of the next message, or says why it is nothing.
fn take_facts(facts: &MessageFacts, seen: &mut Seen) -> Result<(), &'static str> {
    if !seen.wants_facts() {
        return Ok(());
    }
    seen.take_request(decoded(&facts.method)?, decoded(&facts.target)?);
    for (name, value) in &facts.fields {
        seen.take_field(decoded(name)?, decoded(value)?);
    }
    for (name, value) in &facts.trailers {
        seen.take_trailer(decoded(name)?, decoded(value)?);
    }
    Ok(())
}

/// Takes what a peer of this binary was seen to read of so many bytes, or says why it is nothing.
fn take_same(same: &Same, length: usize, seen: &mut Seen) -> Result<(), &'static str> {
    seen.content = decoded(&same.content)?;
    let mut showing = SHOWING.iter();
    let as_said = |(showing, _): &&(Showing, Detail)| *showing as u8 == same.detail as u8;
    seen.detail = showing
        .find(as_said)
        .map_or(Detail::Ends, |(_, detail)| *detail);
    let mut content = 0;
    for (end, content_end) in same.ends.iter().copied() {
        let is_place = end <= length && (content..=seen.content.len()).contains(&content_end);
        if !is_place {
            return Err("a message ends where none can");
        }
        content = content_end;
        seen.messages.push(Whole { end, content_end });
    }
    for facts in same.facts.iter().flatten() {
        if let Some(facts) = facts {
            take_facts(facts, seen)?;
        }
        seen.end_facts();
    }
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
        if let Some(facts) = &message.facts {
            take_facts(facts, seen)?;
        }
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
        seen.take_located_hunk(&decoded(&hunk.name)?, &lines, input);
    }
    Ok(())
}

fn decoded(text: &str) -> Result<Vec<u8>, &'static str> {
    STANDARD.decode(text).map_err(|_| "content is not base64")
}

/// As much of a text as a message about it can hold.
pub(crate) fn beginning(text: &str) -> String {
    const SHOWN: usize = 120;
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    // A panic is how a test fails.
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_a_peer_of_this_binary_reads_comes_back_the_same() {
        let input = b"0123456789";
        for (_, detail) in SHOWING {
            let mut seen = Seen::default();
            seen.take_content(b"ab");
            seen.end_message(3);
            seen.end_message(7);
            seen.take_content(b"\x00\xff");
            seen.end_message(10);
            seen.end_stream(End::Tunnel);
            seen.detail = detail;
            let mut back = Seen::default();
            take(&of(&Ok(seen.clone())), input, &mut back).unwrap();
            assert_eq!(back, seen);
        }
        let failures = [Failure::Panic("a".to_owned()), Failure::Hang];
        for failure in failures {
            let told = take(&of(&Err(failure.clone())), input, &mut Seen::default());
            assert_eq!(told, Err(failure));
        }
    }

    #[test]
    fn facts_come_back_the_same_where_they_are_asked_for() {
        let mut seen = Seen::with_facts();
        seen.take_request("GET", "/\u{ff}");
        seen.take_field("Host", *b"\xff");
        seen.take_trailer("X", "");
        seen.end_message(3);
        seen.end_message(7);
        seen.end_stream(End::Complete);
        let line = of(&Ok(seen.clone()));
        let mut back = Seen::with_facts();
        take(&line, b"0123456789", &mut back).unwrap();
        assert_eq!(back, seen);
        let mut unasked = Seen::default();
        take(&line, b"0123456789", &mut unasked).unwrap();
        assert_eq!(unasked.facts, None);
    }

    #[test]
    fn a_worker_may_say_what_it_understands() {
        let line = r#"{"messages": [{"end": 3, "content": "", "facts": {"method": "R0VU", "target": "Lw==",
            "fields": [["SG9zdA==", "YQ=="]]}}, {"end": 5, "content": ""}], "end": "complete"}"#;
        let mut seen = Seen::with_facts();
        take(line, b"0123456789", &mut seen).unwrap();
        let facts = seen.facts.unwrap().messages;
        assert_eq!(facts.len(), 2);
        let first = facts[0].as_ref().unwrap();
        assert_eq!((&*first.method, &*first.target), (&b"GET"[..], &b"/"[..]));
        assert_eq!(first.value("host"), Some(&b"a"[..]));
        assert_eq!(facts[1], None);
        let broken = line.replace("R0VU", "?");
        let told = take(&broken, b"0123456789", &mut Seen::with_facts());
        assert!(matches!(told, Err(Failure::Rubbish(_))));
    }

    #[test]
    fn a_tree_comes_back_the_same() {
        let tree: Tree = [(b"a/\xff".to_vec(), File::ordinary(*b"x\n"))].into();
        let line = task(&tree, b"--- a\n");
        assert_eq!(task_of(&line), Some((tree.clone(), b"--- a\n".to_vec())));
        assert_eq!(task_of(&question(b"a", Pieces::One, false)), None);
        let built = BuiltTree {
            tree,
            is_accepted: true,
            outside: Vec::new(),
        };
        let back = take_built(&of_built(Some(Ok(built.clone()))));
        assert_eq!(back, Some(Ok(built)));
        assert_eq!(take_built(&of_built(None)), None);
        let hang = take_built(&of_built(Some(Err(Failure::Hang))));
        assert_eq!(hang, Some(Err(Failure::Hang)));
        let read = take_built(&of(&Ok(Seen::default())));
        assert!(matches!(read, Some(Err(Failure::Rubbish(_)))));
    }

    #[test]
    fn a_question_is_read_as_it_was_written() {
        for pieces in [Pieces::One, Pieces::Bytes] {
            for facts in [false, true] {
                let line = question(b"a\xff\n", pieces, facts);
                assert_eq!(asked(&line), Ok((b"a\xff\n".to_vec(), pieces, facts)));
            }
        }
        // A worker that knows no facts is asked as before.
        assert!(!question(b"a", Pieces::One, false).contains("facts"));
        assert!(matches!(asked("{}"), Err(Failure::Rubbish(_))));
    }
}
